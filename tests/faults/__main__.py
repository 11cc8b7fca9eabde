"""`python -m tests.faults`: reports of stores that are mutated at random, thousands of them.

    python -m tests.faults --count 10000              a share for each of the stores of tests/stores
    python -m tests.faults --store v3.17-sqlite --seed 7    one store, the same mutations again

Prints how far it is; on a fault the smallest mutation that shows it, and exit code 1.
"""

import argparse
import os
import resource
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from tests.faults.reports import Trial, attempts, trial
from tests.faults.test_mutations import STORES

ARCHIVES = Path(__file__).parents[1] / "stores"
ROUND = 100
"""Reports between two lines of progress."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="reports in all")
    parser.add_argument("--seed", type=int, default=0, help="the same seed, the same mutations")
    parser.add_argument("--store", choices=STORES, action="append", help="instead of all")
    args = parser.parse_args()
    chosen = args.store or list(STORES)
    faults = 0
    for name in chosen:
        with tempfile.TemporaryDirectory() as folder:
            with tarfile.open(ARCHIVES / f"{name}.tar.xz") as archive:
                archive.extractall(folder, filter="data")
            one = trial(Path(folder) / name, Path(folder) / "trial")
            faults += soak(name, one, args.count // len(chosen), args.seed)
    return 1 if faults else 0


def soak(name: str, one: Trial, count: int, seed: int) -> int:
    """Try so many mutations; how many rounds found a fault."""
    faults, began, done = 0, time.monotonic(), 0
    for start in range(0, count, ROUND):
        size = min(ROUND, count - start)
        try:
            attempts(one, size, seed + start)
        except Exception as error:
            faults += 1
            print(f"{name}, seed {seed + start}, --count {size}: {error!r}")
            print("\n".join(getattr(error, "__notes__", ())), flush=True)
        done += size
        told = ", ".join(f"{number:,} {what}" for what, number in sorted(one.counts.items()))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        seconds = time.monotonic() - began
        print(f"{name}: {done:,} of {count:,} in {seconds:.0f} s ({told}; {memory} MB)", flush=True)
    return faults


if __name__ == "__main__":
    os.nice(5)
    sys.exit(main())
