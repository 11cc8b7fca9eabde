"""How much a site grows by publishing: `python -m tests.growth [--runs N] [--publishes N]`.

Each publish adds one run to a made-up store of 1,000 in 8 experiments, or to a copy of that of
`--store DIR`. Prints what each added: files, bytes, and both as a share of the first. Exit code 1
if one added a hundredth of it or more.
"""

import argparse
import math
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from reportgen.last_build import Summary
from tests.sites import NOW, build_site

METRICS, STEPS, PARAMS, TAGS = 10, 100, 20, 12
START = 1_760_000_000_000


def make_store(folder: Path, runs: int, experiments: int = 8, steps: int = STEPS) -> Path:
    """A file store as MLflow 3 writes it; the first experiments have the most runs."""
    chance = random.Random(0)
    for number in range(experiments):
        home = folder / str(number + 1)
        home.mkdir(parents=True)
        (home / "meta.yaml").write_text(
            f"artifact_location: {home}\ncreation_time: {START}\nexperiment_id: '{number + 1}'\n"
            f"last_update_time: {START}\nlifecycle_stage: active\nname: sweep {number + 1}\n"
        )
    for number in range(runs):
        experiment = int(experiments * chance.random() ** 1.4)
        _make_run(folder / str(experiment + 1), number, chance, steps)
    return folder


def _make_run(home: Path, number: int, chance: random.Random, steps: int) -> None:
    run = home / f"{chance.getrandbits(128):032x}"
    start, rate = START + number * 60_000, 10 ** chance.uniform(-4, -1)
    for part in ("metrics", "params", "tags", "artifacts"):
        (run / part).mkdir(parents=True)
    (run / "meta.yaml").write_text(
        f"artifact_uri: {run}/artifacts\nend_time: {start + 50_000}\n"
        f"entry_point_name: ''\nexperiment_id: '{home.name}'\nlifecycle_stage: active\n"
        f"run_id: {run.name}\nrun_name: run-{number}\nsource_name: ''\nsource_type: 4\n"
        f"source_version: ''\nstart_time: {start}\nstatus: 3\ntags: []\nuser_id: ada\n"
    )
    for metric in range(METRICS):
        name = "accuracy" if metric == 0 else f"metric_{metric}"
        values = (
            1 - math.exp(-rate * 30 * step / steps) + chance.gauss(0, 0.01) for step in range(steps)
        )
        lines = [f"{start + step * 500} {value!r} {step}\n" for step, value in enumerate(values)]
        (run / "metrics" / name).write_text("".join(lines))
    for param in range(PARAMS):
        value = f"{rate:.6g}" if param == 0 else str(chance.choice((1, 2, 4, 8, "adam", "sgd")))
        (run / "params" / f"param_{param}").write_text(value)
    for tag in range(TAGS):
        (run / "tags" / f"tag_{tag}").write_text(f"value {chance.randrange(5)}")


def growth(source: Path, site: Path, publishes: int) -> Iterator[Summary]:
    """The summary of each build of a store that grows by a run, the first without a new one."""
    runs = sorted(path.parent for path in source.glob("*/*/meta.yaml"))
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


def shares(built: Iterator[Summary]) -> Iterator[tuple[float, float]]:
    """Of each build but the first the files and bytes that it added, as shares of the first."""
    first = next(built)
    print(f"{first.runs:,} runs: {first.files:,} files, {first.size or 0:,} bytes")
    files, size = first.files, first.size or 0
    for one in built:
        more = one.files - files, (one.size or 0) - size
        share = more[0] / first.files, more[1] / (first.size or 1)
        print(f"+1 run: {more[0]} files ({share[0]:.2%}), {more[1]:,} bytes ({share[1]:.2%})")
        files, size = one.files, one.size or 0
        yield share


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.growth", description=__doc__)
    options.add_argument("--runs", type=int, default=1000)
    options.add_argument("--publishes", type=int, default=19)
    options.add_argument("--store", type=Path, help="an mlruns folder to take instead")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, site = Path(folder) / "mlruns", Path(folder) / "_site"
        if given.store:
            shutil.copytree(given.store, source)
        else:
            make_store(source, given.runs)
        all_shares = list(shares(growth(source, site, given.publishes)))
    return 1 if max(max(share) for share in all_shares) >= 0.01 else 0


if __name__ == "__main__":
    sys.exit(main())
