"""Measures speed and size beside the peers: `python -m tests.bench [--full] [--json FILE]`.

Every case is a whole process, run in turn with its peer on the same machine in the same minutes:
the ratio of the two is what counts, the seconds are there to be looked at. `--log FOLDER` logs the
figures as an MLflow run in a store of that folder, `site/benchmark`: its history is part of our own
site, a report like any other.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from reportgen import __version__
from tests.bench.cases import Bench, Row
from tests.mlflow_environment import mlflow_variables

HEAD = f"{'':38}{'':30}{'reach':>8}{'is':>9}  {'CPU s':>7}{'peer':>7}{'MB':>6}{'files':>7}{'MB':>8}"


def line(row: Row) -> str:
    ours = f"{row.ours.cpu:7.2f}" if row.ours else " " * 7
    peer = f"{row.peer.cpu:7.2f}" if row.peer else " " * 7
    peak = f"{row.ours.peak / 1e6:6.0f}" if row.ours else " " * 6
    files = f"{row.files:7,}" if row.files else " " * 7
    size = f"{row.size / 1e6:8.1f}" if row.size else " " * 8
    mark = "" if row.reached else "  not reached"
    return (
        f"{row.case:38}{row.against:30}{row.reach:8g}{row.figure:9.3f}  "
        f"{ours}{peer}{peak}{files}{size}{mark}"
    )


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        "reportgen": __version__,
    }


def _processor() -> str:
    """As Linux names it; empty elsewhere."""
    try:
        told = Path("/proc/cpuinfo").read_text()
    except OSError:
        return ""
    found = re.search(r"^model name\s*: (.*)$", told, re.MULTILINE)
    return found[1] if found else ""


def as_json(rows: list[Row]) -> str:
    """What stays comparable: multiples of a peer and sizes, no seconds of this machine but those
    that are the figure."""
    figures = [
        {
            "key": row.key,
            "case": row.case,
            "against": row.against,
            "reach": row.reach,
            "is": float(f"{row.figure:.3g}"),
        }
        for row in rows
    ]
    today = datetime.now(UTC).date().isoformat()
    return json.dumps({"date": today, "machine": machine(), "rows": figures}, indent=1) + "\n"


def log(history: str, store: Path, python: Path) -> None:
    """One run of the experiment `benchmark`, written by MLflow itself: `as_run.py`."""
    store.mkdir(parents=True, exist_ok=True)
    variables = {**mlflow_variables(), "MLFLOW_TRACKING_URI": store.absolute().as_uri()}
    words = [str(python), str(Path(__file__).with_name("as_run.py"))]
    subprocess.run(words, input=history, text=True, env=variables, cwd=store, check=True)


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    add = options.add_argument
    add("--full", action="store_true", help="also 10,000 runs and 100 million points")
    add("--times", type=int, default=3, help="how often each case runs (3)")
    add("--mlflow", type=Path, required=True, metavar="PYTHON", help="a Python that has MLflow")
    add(
        "--only", nargs="+", default=[], metavar="GROUP", help="start read sqlite build pages odd …"
    )
    add("--folder", type=Path, help="where the stores are kept for the next time")
    add("--json", type=Path, metavar="FILE", help="write the figures there too")
    add("--log", type=Path, metavar="FOLDER", help="log them as a run of this MLflow store")
    given = options.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        print(HEAD)
        for row in Bench(folder, given.mlflow, given.times, given.full).rows(given.only):
            rows.append(row)
            print(line(row), flush=True)
    told = as_json(rows)
    if given.json:
        given.json.write_text(told, "utf-8")
    if given.log:
        log(told, given.log, given.mlflow)
    return 0


if __name__ == "__main__":
    sys.exit(main())
