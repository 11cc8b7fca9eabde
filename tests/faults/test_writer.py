"""While a real MLflow logs at full speed: every report is a moment of it, and nobody waits."""

import os
from pathlib import Path

import pytest

from tests.faults.writing import Watched, watched

SECONDS = float(os.environ.get("REPORTGEN_SOAK", "3"))
"""For which it logs: REPORTGEN_SOAK=60 tries for longer."""

LONGEST = 4.0
"""Seconds that a call of the writer may take on a machine with other things to do; SQLite would
make it wait for five and longer, and then fail."""

STORES = {"file store": "file:{}/mlruns", "SQLite": "sqlite:///{}/mlflow.db"}


@pytest.fixture(scope="module", params=STORES)
def came(
    request: pytest.FixtureRequest,
    mlflow_python: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Watched:
    folder = tmp_path_factory.mktemp("writer")
    source = folder / ("mlruns" if request.param == "file store" else "mlflow.db")
    uri = STORES[request.param].format(folder)
    found = watched(mlflow_python, folder, uri, source, SECONDS)
    print(f"{request.param}: {found}")
    return found


@pytest.mark.mlflow
def test_every_report_has_the_first_points_that_were_logged_and_the_last_has_all(
    came: Watched,
) -> None:
    assert came.builds > 1
    assert came.points > 0
    assert came.lost == []


@pytest.mark.mlflow
def test_a_run_that_is_being_written_is_no_problem(came: Watched) -> None:
    assert came.problems == []


@pytest.mark.mlflow
def test_the_writer_never_meets_a_lock(came: Watched) -> None:
    assert came.errors == []
    assert came.slowest < LONGEST
