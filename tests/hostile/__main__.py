"""What each bomb costs by itself: `python -m tests.hostile [--count 1000000] [NAME…]`.

A name means all that begin so, `tiny` those of very many files. A build of one run takes a second
and 45 MB; a million files need a million inodes where TMPDIR is. `patterns` tries every regular
expression instead, for a quarter of a minute, and names those that a text could keep busy.
"""

import argparse
import subprocess
from pathlib import Path
from tempfile import mkdtemp

from tests.hostile.bombs import BOMBS
from tests.hostile.limits import build_within_walls
from tests.hostile.patterns import slow_ones
from tests.hostile.plain_store import write_run
from tests.hostile.tiny_files import TINY


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("names", nargs="*", default=[""], metavar="NAME")
    parser.add_argument("--count", type=int, default=100_000, help="of tiny files")
    chosen = parser.parse_args()
    if chosen.names == ["patterns"]:
        for told in slow_ones():
            print(told, flush=True)
        return
    for name in (*BOMBS, *TINY):
        if name.startswith(tuple(chosen.names)):
            measure(name, chosen.count)


def measure(name: str, count: int) -> None:
    folder = Path(mkdtemp(prefix="bomb-"))
    try:
        store = folder / "lab" / "mlruns"
        run = write_run(store)
        if name in TINY:
            TINY[name](store, count)
        else:
            BOMBS[name](run)
        print(f"{name}: {cost(folder)}", flush=True)
    finally:
        # Python's own ways of removing a tree call themselves for each folder in a folder.
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def cost(folder: Path) -> str:
    """Of a report of `lab`: time, memory, the heaviest page and data, what is said first."""
    made = build_within_walls(folder / "site", folder / "lab")
    site = folder / "site"
    heaviest = {
        kind: max(path.stat().st_size for path in site.rglob(f"{kind}.*") if path.suffix != ".gz")
        for kind in ("runs/*", "experiments/**/*")
    }
    weights = ", ".join(
        f"{kind.partition('/')[0]} {size / 1000:,.0f} kB" for kind, size in heaviest.items()
    )
    said = made.problems[0] if made.problems else "nothing said"
    return f"{made.seconds} s, {made.megabytes} MB, {weights}; {len(made.problems)}: {said[-150:]}"


if __name__ == "__main__":
    main()
