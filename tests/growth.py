"""How much a site grows by publishing: `python -m tests.growth STORE [PUBLISHES]`.

STORE is an `mlruns` folder with runs in it, of any size; it is copied. Each publish adds one run, a
copy of one that is there. Prints what each added: files, bytes, and both as a share of the first.
"""

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from reportgen.build import Summary
from tests.sites import NOW, build_site


def growth(store: Path, publishes: int) -> Iterator[Summary]:
    """The summary of each build, the first without a new run."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(shutil.copytree(store, Path(folder) / "mlruns"))
        runs = sorted(path.parent for path in source.glob("*/*/meta.yaml"))
        site = Path(folder) / "_site"
        yield build_site(site, source, jobs=0)
        for number in range(1, publishes + 1):
            add_run(runs[number * 7919 % len(runs)], f"{number:032x}", number)
            yield build_site(site, source, jobs=0, now=NOW + timedelta(days=number))


def add_run(run: Path, id: str, number: int) -> None:
    """One more run like another, started after all others."""
    new = Path(shutil.copytree(run, run.parent / id))
    meta = (new / "meta.yaml").read_text("utf-8").replace(run.name, id)
    later = 2_000_000_000_000 + number * 60_000
    (new / "meta.yaml").write_text(re.sub(r"start_time: \d+", f"start_time: {later}", meta))


def main() -> None:
    store = Path(sys.argv[1])
    before = first = None
    for built in growth(store, int(sys.argv[2]) if len(sys.argv) > 2 else 19):
        assert built.size is not None
        if before is None or first is None:
            first = before = built
            print(f"{built.runs:,} runs: {built.files:,} files, {built.size:,} bytes")
            continue
        files, size = built.files - before.files, built.size - (before.size or 0)
        share = (
            f"{files / first.files:.2%} of its files, {size / (first.size or 1):.2%} of its bytes"
        )
        print(f"+1 run: {files} files, {size:,} bytes: {share}")
        before = built


if __name__ == "__main__":
    main()
