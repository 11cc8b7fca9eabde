"""The SQL store where it is not as the truth tests have it: in use, damaged, moved, odd."""

import math
import pickle
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from reportgen.errors import ReportError
from reportgen.model import LoggedModel, Run, RunStatus
from reportgen.sources import sqlite
from reportgen.sources.sql_store import SqlStore

ODD = "odd numbers"


@pytest.fixture
def database(stores: Mapping[str, Path], tmp_path: Path) -> Path:
    """A copy of a database of MLflow 3.17, to be changed at will; no artifacts beside it."""
    return Path(shutil.copy(stores["v3.17-sqlite"] / "mlflow.db", tmp_path))


def change(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def the_store(database: Path) -> SqlStore:
    return SqlStore(database, "lab/mlflow.db")


def the_runs(database: Path) -> dict[str, Run]:
    store = the_store(database)
    return {run.name: run for run in store.read_runs(store.index().runs)}


def the_models(database: Path) -> dict[str, LoggedModel]:
    store = the_store(database)
    return {model.name: model for model in store.read_models(store.index().models)}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# Order and identity


def test_runs_come_in_the_order_they_are_asked_for(database: Path) -> None:
    store = the_store(database)
    refs = store.index().runs[::-1]

    assert [run.id for run in store.read_runs(refs)] == [ref.id for ref in refs]


def test_a_run_has_the_experiment_key_of_its_reference(database: Path) -> None:
    store = the_store(database)
    ref = store.index().runs[0]
    renamed = type(ref)(ref.id, "other-1", ref.store, ref.place)

    assert [run.experiment_id for run in store.read_runs([renamed])] == ["other-1"]


def test_some_metrics_of_a_run_are_read_as_the_whole_run_has_them(database: Path) -> None:
    store = the_store(database)
    ref = next(ref for ref in store.index().runs if ref.name == ODD)
    (whole,) = store.read_runs([ref])

    (some,) = store.read_metrics([ref], ["unordered", "nowhere"])

    assert some == {"unordered": whole.metrics["unordered"]}


def test_params_tags_and_metrics_are_sorted_by_key(database: Path) -> None:
    for run in the_runs(database).values():
        for recorded in (run.params, run.tags, run.metrics):
            assert list(recorded) == sorted(recorded)


def test_a_store_can_be_sent_to_another_process(database: Path) -> None:
    store = the_store(database)

    assert pickle.loads(pickle.dumps(store)) == store


def test_more_runs_than_a_statement_takes_variables_are_read(database: Path) -> None:
    change(
        database,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)"
        " INSERT INTO runs (run_uuid, name, experiment_id, lifecycle_stage)"
        " SELECT printf('%032d', i), 'many', 1, 'active' FROM n",
    )
    store = the_store(database)
    refs = store.index().runs

    assert len(refs) > 1200
    assert [run.id for run in store.read_runs(refs)] == [ref.id for ref in refs]


# Values


def test_nan_and_infinities_are_read_as_such(database: Path) -> None:
    mixed = the_runs(database)[ODD].metrics["mixed"].values

    assert [str(value) for value in mixed] == ["1.0", "nan", "inf", "-inf", "2.0"]


def test_points_are_in_the_order_of_steps(database: Path) -> None:
    history = the_runs(database)[ODD].metrics["unordered"]

    assert list(history.steps) == [-2, 3, 3, 5, 9]


def test_metrics_are_the_same_without_the_index_that_makes_them_quick(database: Path) -> None:
    quick = {name: run.metrics for name, run in the_runs(database).items()}
    change(database, "DROP INDEX index_metrics_run_uuid_key_step")

    assert repr({name: run.metrics for name, run in the_runs(database).items()}) == repr(quick)


def test_values_have_every_digit(database: Path) -> None:
    change(database, "UPDATE metrics SET value = 0.1 + 0.2, is_nan = 0 WHERE key = 'acc_model'")

    (values,) = {
        tuple(run.metrics["acc_model"].values)
        for run in the_runs(database).values()
        if "acc_model" in run.metrics
    }
    assert set(values) == {0.1 + 0.2}


def test_a_models_metric_that_was_nan_is_not_zero(database: Path) -> None:
    # logged_model_metrics has no is_nan: only the run's own metric tells NaN from 0.
    change(
        database,
        "UPDATE metrics SET value = 0, is_nan = 1 WHERE key = 'acc_model'",
        "UPDATE logged_model_metrics SET metric_value = 0 WHERE metric_name = 'acc_model'",
    )
    metrics = {metric.key: metric.value for metric in the_models(database)["model"].metrics}

    assert math.isnan(metrics["acc_model"])


def test_a_models_metric_that_is_zero_stays_zero(database: Path) -> None:
    change(
        database,
        "UPDATE metrics SET value = 0 WHERE key = 'acc_model'",
        "UPDATE logged_model_metrics SET metric_value = 0 WHERE metric_name = 'acc_model'",
    )
    metrics = {metric.key: metric.value for metric in the_models(database)["model"].metrics}

    assert metrics["acc_model"] == 0


def test_a_status_of_a_later_release_is_unknown(database: Path) -> None:
    change(
        database,
        "PRAGMA ignore_check_constraints = on",
        "UPDATE runs SET status = 'PAUSED'",
        "UPDATE logged_models SET status = 9",
    )

    assert {run.status for run in the_runs(database).values()} == {RunStatus.UNKNOWN}
    assert {str(model.status) for model in the_models(database).values()} == {"UNSPECIFIED"}


def test_text_that_is_not_utf8_is_read_with_marks_in_place(database: Path) -> None:
    change(database, "UPDATE params SET value = CAST(X'61FF62' AS TEXT) WHERE key = 'C'")

    assert the_runs(database)["C=0.1"].params["C"] == "a�b"


def test_points_that_are_no_numbers_cost_themselves(database: Path) -> None:
    change(database, "UPDATE metrics SET value = 'high' WHERE key = 'mixed' AND step = 0")
    run = the_runs(database)[ODD]

    assert list(run.metrics["mixed"].steps) == [1, 2, 3, 4]
    assert [problem.what for problem in run.problems] == [
        "1 points of the metric 'mixed' are not numbers."
    ]


def test_times_that_are_no_numbers_are_not_recorded(database: Path) -> None:
    change(database, "UPDATE runs SET start_time = 'noon'")

    assert {run.started for run in the_runs(database).values()} == {None}


# Older and later releases, lost rows


def test_a_run_without_a_name_has_that_of_its_tag(database: Path) -> None:
    change(database, "UPDATE runs SET name = NULL")
    store = the_store(database)

    assert ODD in {ref.name for ref in store.index().runs}
    assert ODD in the_runs(database)


@pytest.mark.parametrize(
    "table",
    [
        "experiment_tags",
        "params",
        "tags",
        "metrics",
        "inputs",
        "input_tags",
        "datasets",
        "registered_models",
        "registered_model_aliases",
        "registered_model_tags",
        "model_versions",
        "model_version_tags",
        "logged_models",
        "logged_model_metrics",
        "logged_model_params",
        "logged_model_tags",
    ],
)
def test_a_table_that_a_release_does_not_have_is_not_missed(database: Path, table: str) -> None:
    change(database, f"DROP TABLE {table}")
    runs = the_runs(database)

    assert runs
    assert the_store(database).index().problems == ()
    assert not any(run.problems for run in runs.values())
    assert table == "logged_models" or the_models(database)


def test_a_column_that_a_release_does_not_have_is_not_missed(database: Path) -> None:
    change(database, "ALTER TABLE inputs DROP COLUMN step")
    made = {model: step for run in the_runs(database).values() for model, step in run.output_models}

    assert set(made.values()) == {0}


def test_runs_of_a_lost_experiment_are_kept_in_one_that_says_so(database: Path) -> None:
    change(database, "DELETE FROM experiments WHERE experiment_id = 2")
    index = the_store(database).index()
    lost = next(experiment for experiment in index.experiments if experiment.key == "2")

    assert lost.name == "Experiment 2"
    assert lost.problems
    assert any(ref.experiment_id == "2" for ref in index.runs)


def test_runs_that_name_no_experiment_are_kept_in_one_that_says_so(database: Path) -> None:
    change(database, "UPDATE runs SET experiment_id = NULL")
    index = the_store(database).index()

    assert {ref.experiment_id for ref in index.runs} == {"unknown"}
    assert index.experiments[-1].name == "Experiment unknown"


def test_an_input_whose_dataset_is_lost_is_left_out(database: Path) -> None:
    change(database, "DELETE FROM datasets")

    assert not any(run.datasets for run in the_runs(database).values())


def test_a_version_whose_registered_model_is_lost_is_kept(database: Path) -> None:
    change(database, "DELETE FROM registered_models WHERE name = 'iris-classifier'")
    models = {model.name: model for model in the_store(database).index().registered_models}

    assert [version.version for version in models["iris-classifier"].versions] == [1, 2]


def test_prompts_are_no_registered_models(database: Path) -> None:
    names = {model.name for model in the_store(database).index().registered_models}

    assert names == {"iris-classifier", "Größe <b> & co"}


def test_a_run_that_was_removed_since_the_index_is_there_with_a_problem(database: Path) -> None:
    store = the_store(database)
    ref = next(ref for ref in store.index().runs if ref.name == ODD)
    change(database, f"DELETE FROM runs WHERE run_uuid = '{ref.id}'")
    (run,) = store.read_runs([ref])

    assert run.name == ODD
    assert [problem.what for problem in run.problems] == [
        "This run was removed while the database was read."
    ]


def test_a_model_that_was_removed_since_the_index_is_there_with_a_problem(database: Path) -> None:
    store = the_store(database)
    ref = store.index().models[0]
    change(database, f"DELETE FROM logged_models WHERE model_id = '{ref.id}'")
    (model,) = store.read_models([ref])

    assert [problem.what for problem in model.problems] == [
        "This model was removed while the database was read."
    ]


# Artifacts


def test_artifacts_are_found_beside_a_moved_database(stores: Mapping[str, Path]) -> None:
    run = the_runs(stores["v2.22-sqlite"] / "mlflow.db")["logreg — naïve 回帰"]

    assert run.artifact_uri.startswith("/srv/mlflow/data/stores/")
    assert "models/logreg/MLmodel" in {artifact.path for artifact in run.artifacts}


def test_artifacts_are_found_beside_a_database_named_from_its_own_folder(
    stores: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(stores["v2.22-sqlite"])
    (model, *_) = the_runs(Path("mlflow.db"))["logreg — naïve 回帰"].models

    assert model.problems == ()
    assert model.mlmodel
    assert model.mlmodel.flavor("sklearn")


def test_artifacts_that_are_not_here_are_missed_in_a_sentence(database: Path) -> None:
    run = the_runs(database)["evaluation"]

    assert run.artifacts == ()
    assert run.artifact_uri in run.artifacts_missing


def test_a_model_whose_files_are_not_here_is_read_without_them(database: Path) -> None:
    model = the_models(database)["model"]

    assert model.mlmodel is None
    assert [problem.path for problem in model.problems] == ["lab/mlflow.db"]


@pytest.mark.parametrize("uri", ["file:///etc", "/etc", "../../../../../../etc", "\0", ""])
def test_a_uri_never_leads_to_files_elsewhere(database: Path, uri: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE runs SET artifact_uri = ?", (uri,))
        connection.commit()

    assert not any(run.artifacts for run in the_runs(database).values())


def test_problems_of_artifacts_have_the_path_that_the_reader_knows(
    stores: Mapping[str, Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(stores["v2.22-sqlite"], tmp_path / "copy")
    run = the_runs(folder / "mlflow.db")["logreg — naïve 回帰"]
    home = folder / "mlruns" / run.experiment_id / run.id / "artifacts"
    (home / "models/logreg/MLmodel").write_text("- not\n- a mapping\n")
    (model,) = the_runs(folder / "mlflow.db")["logreg — naïve 回帰"].models

    assert [problem.path for problem in model.problems] == [
        f"lab/mlruns/{run.experiment_id}/{run.id}/artifacts/models/logreg/MLmodel"
    ]


# In use


def test_reading_leaves_nothing_beside_the_database(database: Path) -> None:
    the_runs(database)

    assert names_in(database.parent) == ["mlflow.db"]


def test_reading_leaves_nothing_beside_a_migrated_database(
    stores: Mapping[str, Path], tmp_path: Path
) -> None:
    # `mlflow migrate-filestore` leaves it in WAL mode: SQLite would make a -shm to read it.
    database = Path(shutil.copy(stores["v3.17-migrated"] / "mlflow.db", tmp_path))
    change(database, "PRAGMA journal_mode = wal")

    assert the_runs(database)
    assert names_in(tmp_path) == ["mlflow.db"]


@pytest.fixture
def writer(database: Path) -> Iterator[sqlite3.Connection]:
    """A training that has the database open in WAL mode, with work in the log only."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("UPDATE runs SET name = 'newest' WHERE name = ?", (ODD,))
        connection.commit()
        yield connection


def test_what_a_training_has_only_written_to_its_log_is_read(
    database: Path, writer: sqlite3.Connection
) -> None:
    assert "newest" in the_runs(database)


def test_a_training_can_write_between_two_runs_that_are_read(database: Path) -> None:
    store = the_store(database)
    runs = store.read_runs(store.index().runs)
    next(runs)
    change(database, "UPDATE runs SET name = name || '!'")

    assert len(list(runs)) == len(store.index().runs) - 1


def test_the_log_of_a_killed_training_is_read_without_touching_it(
    database: Path, writer: sqlite3.Connection, tmp_path: Path
) -> None:
    killed = tmp_path / "killed"
    killed.mkdir()
    for name in ("mlflow.db", "mlflow.db-wal"):
        shutil.copy(tmp_path / name, killed)

    assert "newest" in the_runs(killed / "mlflow.db")
    assert names_in(killed) == ["mlflow.db", "mlflow.db-wal"]


def test_an_unfinished_transaction_of_a_killed_training_is_undone_in_a_copy(
    database: Path, tmp_path: Path
) -> None:
    killed = tmp_path / "killed"
    killed.mkdir()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("UPDATE metrics SET step = step + 1000000")
        connection.execute("UPDATE runs SET name = 'half'")
        for name in ("mlflow.db", "mlflow.db-journal"):
            shutil.copy(tmp_path / name, killed)
    before = (killed / "mlflow.db").read_bytes()

    assert ODD in the_runs(killed / "mlflow.db")
    assert (killed / "mlflow.db").read_bytes() == before
    assert names_in(killed) == ["mlflow.db", "mlflow.db-journal"]


def test_a_database_that_stays_locked_is_an_error_with_a_hint(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 0.05)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("BEGIN EXCLUSIVE")

        with pytest.raises(ReportError, match=r"lab/mlflow\.db is locked") as caught:
            the_store(database).index()

    assert "Try again" in caught.value.hint


def test_readers_that_stop_early_leave_the_database_closed(database: Path) -> None:
    store = the_store(database)
    runs = store.read_runs(store.index().runs)
    next(runs)
    del runs
    database.unlink()  # which Windows refuses as long as it is open

    assert names_in(database.parent) == []


# Damaged, or something else


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not a database, but long enough to be looked at" * 9, "is not an SQLite database"),
        (b"", "holds no MLflow experiments"),
    ],
)
def test_what_is_no_database_is_an_error(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "mlflow.db").write_bytes(content)

    with pytest.raises(ReportError, match=message):
        the_store(tmp_path / "mlflow.db").index()


def test_a_missing_database_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"lab/mlflow\.db cannot be opened"):
        the_store(tmp_path / "mlflow.db").index()


def test_a_folder_in_place_of_a_database_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"lab/mlflow\.db cannot be opened"):
        the_store(tmp_path).index()


def test_a_database_of_another_program_is_an_error(tmp_path: Path) -> None:
    change(tmp_path / "mlflow.db", "CREATE TABLE runs (id)")

    with pytest.raises(ReportError, match="holds no MLflow experiments"):
        the_store(tmp_path / "mlflow.db").index()


def test_a_truncated_database_is_an_error_that_names_it(database: Path) -> None:
    content = database.read_bytes()
    database.write_bytes(content[:6000])

    with pytest.raises(ReportError, match=r"lab/mlflow\.db is damaged"):
        the_runs(database)


@pytest.mark.parametrize(
    ("table", "index"), [("metrics", "index_metrics_run_uuid"), ("params", "index_params_run_uuid")]
)
def test_a_damaged_table_costs_itself(database: Path, table: str, index: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DROP INDEX IF EXISTS index_metrics_run_uuid_key_step")
        connection.commit()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (index,)
        ).fetchone()
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)
    runs = the_runs(database)

    assert len(runs) > 15
    assert runs[ODD].tags
    assert any(f"The table {table} cannot be read" in one.what for one in runs[ODD].problems)
