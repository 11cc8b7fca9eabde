"""Stores to measure with: made up, but in MLflow's own form, down to the bytes of a line."""

import math
import random
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from tests.growth import make_store
from tests.mlflow_environment import mlflow_variables

START = 1_760_000_000_000


def sized(folder: Path, runs: int, steps: int = 100) -> Path:
    """`runs` runs in 8 experiments, 10 metrics of `steps` points, 20 params, 12 tags."""
    place = folder / f"{runs}x{steps}"
    if not place.exists():
        make_store(place, runs, steps=steps)
    return place


def one_long(folder: Path, points: int = 1_000_000) -> Path:
    """One run with one metric of a million points."""
    place = folder / "long"
    if not place.exists():
        run = _only_run(place)
        values = (math.exp(-step / 2e5) + step % 97 / 1e4 for step in range(points))
        with (run / "metrics" / "loss").open("w") as file:
            file.writelines(
                f"{START + step} {value!r} {step}\n" for step, value in enumerate(values)
            )
    return place


def one_wide(folder: Path, metrics: int = 1000) -> Path:
    """One run with a thousand metrics of 100 points."""
    place = folder / "wide"
    if not place.exists():
        run, chance = _only_run(place), random.Random(0)
        for number in range(metrics):
            lines = (f"{START + step} {chance.random()!r} {step}\n" for step in range(100))
            (run / "metrics" / f"metric_{number:04}").write_text("".join(lines))
    return place


def _only_run(place: Path) -> Path:
    make_store(place, 1, experiments=1)
    run = next(path.parent for path in place.glob("*/*/meta.yaml"))
    shutil.rmtree(run / "metrics")
    (run / "metrics").mkdir()
    return run


def as_database(store: Path, database: Path, python: Path) -> Path:
    """The same content as SQLite, in tables that MLflow itself made."""
    if database.exists():
        return database
    partial = database.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    words = [str(python), "-m", "mlflow", "db", "upgrade", f"sqlite:///{partial}"]
    subprocess.run(words, env=mlflow_variables(), check=True, capture_output=True)
    with closing(sqlite3.connect(partial)) as connection, connection:
        for meta in sorted(store.glob("*/meta.yaml")):
            _insert_experiment(connection, meta.parent)
    return partial.rename(database)


def _insert_experiment(connection: sqlite3.Connection, folder: Path) -> None:
    id = int(folder.name)
    columns = "experiment_id, name, artifact_location, lifecycle_stage, creation_time"
    connection.execute(
        f"INSERT OR REPLACE INTO experiments ({columns}) VALUES (?, ?, ?, 'active', ?)",
        (id, f"sweep {id}", str(folder), START),
    )
    for meta in sorted(folder.glob("*/meta.yaml")):
        _insert_run(connection, meta.parent, id)


def _insert_run(connection: sqlite3.Connection, run: Path, experiment: int) -> None:
    meta = (run / "meta.yaml").read_text()
    told = {name: text for name, text in re.findall(r"(\w+): (.*)\n", meta)}
    connection.execute(
        "INSERT INTO runs (run_uuid, name, source_type, status, start_time, end_time, "
        "lifecycle_stage, artifact_uri, experiment_id, user_id) "
        "VALUES (?, ?, 'LOCAL', 'FINISHED', ?, ?, 'active', ?, ?, 'ada')",
        (
            *(run.name, told["run_name"], int(told["start_time"]), int(told["end_time"])),
            *(told["artifact_uri"], experiment),
        ),
    )
    for table in ("params", "tags"):
        rows = [(path.name, path.read_text(), run.name) for path in sorted((run / table).iterdir())]
        connection.executemany(f"INSERT INTO {table} (key, value, run_uuid) VALUES (?, ?, ?)", rows)
    for path in sorted((run / "metrics").iterdir()):
        points = [line.split() for line in path.read_text().splitlines()]
        rows = [(path.name, value, stamp, step, run.name) for stamp, value, step in points]
        for table in ("metrics", "latest_metrics"):
            connection.executemany(
                f"INSERT INTO {table} (key, value, timestamp, step, run_uuid, is_nan) "
                "VALUES (?, ?, ?, ?, ?, 0)",
                rows if table == "metrics" else rows[-1:],
            )
