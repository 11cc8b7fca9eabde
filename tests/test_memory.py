"""What is remembered from build to build: never anything else than what would be read."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from reportgen.build import Report, publish_report
from reportgen.config import Options
from reportgen.memory import Memory
from reportgen.site.writer import SiteFolder
from tests.watching import log_metric


class Remembering:
    """Builds of one store, one after the other, with one memory."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.source = source
        self._folder = folder
        self._memory = Memory()
        self._first = self.build()

    def build(self) -> Report:
        self._memory.forget(["/"])
        return self._build("site", self._memory)

    def build_after(self, path: Path) -> Report:
        """Told what changed, and nothing else."""
        self._memory.forget([str(path)])
        return self._build("site", self._memory)

    def afresh(self) -> Report:
        return self._build("fresh", Memory())

    def is_true_after(self, path: Path) -> bool:
        """Whether a build that is told of this path shows what one afresh does, and no longer what
        the first one did."""
        root = self.build_after(path).published.root
        return root == self.afresh().published.root != self._first.published.root

    def _build(self, name: str, memory: Memory) -> Report:
        options = Options(sources=(str(self.source),), jobs=1)
        return publish_report(options, SiteFolder(self._folder / name), _silent, memory)


def _silent(doing: str, done: int, total: int) -> None:
    pass


def newly_made(report: Report) -> set[str]:
    """The runs whose pages were not there, or were made again."""
    return {id for id, run in report.published.runs.items() if run.written.new}


@pytest.fixture
def lab(stores: Mapping[str, Path], tmp_path: Path) -> Remembering:
    source = Path(shutil.copytree(stores["v3.17-file"], tmp_path / "lab", symlinks=True))
    return Remembering(source, tmp_path)


def a_run(lab: Remembering, having: str) -> Path:
    return sorted(path.parent for path in lab.source.glob(f"mlruns/*/*/{having}"))[0]


def test_what_did_not_change_is_not_read(lab: Remembering, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*args: object) -> object:
        raise AssertionError("a run was read")

    monkeypatch.setattr("reportgen.sources.file_store.read_run", read)

    report = lab.build()

    assert report.written.new == 0


def append(run: Path) -> None:
    log_metric(run, sorted(path.name for path in (run / "metrics").iterdir())[0], 0.5, 10_000)


def retag(run: Path) -> None:
    (run / "tags" / "mlflow.note.content").write_text("Another note")


def finish(run: Path) -> None:
    meta = run / "meta.yaml"
    meta.write_text(meta.read_text("utf-8").replace("status: 3", "status: 4"), "utf-8")


def rename(run: Path) -> None:
    meta = run / "meta.yaml"
    text = meta.read_text("utf-8")
    name = text.partition("run_name: ")[2].splitlines()[0]
    meta.write_text(text.replace(f"run_name: {name}", "run_name: another"), "utf-8")


def add_artifact(run: Path) -> None:
    (run / "artifacts" / "deep").mkdir(parents=True)
    (run / "artifacts" / "deep" / "notes.txt").write_text("here")


def change_param(run: Path) -> None:
    next((run / "params").iterdir()).write_text("12345")


def remove(run: Path) -> None:
    shutil.rmtree(run)


CHANGES = [append, retag, finish, rename, add_artifact, change_param, remove]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_after_a_change_the_report_is_as_one_built_afresh(
    lab: Remembering, change: Callable[[Path], None]
) -> None:
    run = a_run(lab, "params")
    change(run)

    assert lab.is_true_after(run)


def test_only_the_run_that_changed_is_made_again(lab: Remembering) -> None:
    run = a_run(lab, "metrics")
    append(run)

    report = lab.build_after(run / "metrics")

    assert newly_made(report) == {run.name}


def archive(version: Path) -> None:
    text = version.read_text("utf-8")
    assert "current_stage: Production" in text
    version.write_text(
        text.replace("current_stage: Production", "current_stage: Archived"), "utf-8"
    )


def test_another_environment_of_a_model_shows_on_the_runs_that_are_compared_with_it(
    lab: Remembering,
) -> None:
    first = min(
        lab.source.glob("mlruns/*/models/*/artifacts/requirements.txt"),
        key=lambda path: int(field(path.parents[1] / "meta.yaml", "creation_timestamp")),
    )
    first.write_text(first.read_text("utf-8") + "\nmore==1.0\n", "utf-8")

    assert lab.is_true_after(first)


def field(path: Path, name: str) -> str:
    return path.read_text("utf-8").partition(f"{name}: ")[2].splitlines()[0]


def test_a_registered_version_shows_on_the_pages_of_its_run(lab: Remembering) -> None:
    version = lab.source / "mlruns/models/iris-classifier/version-1/meta.yaml"
    archive(version)

    assert lab.is_true_after(version)


def test_a_registered_version_that_names_its_model_alone(lab: Remembering) -> None:
    version = lab.source / "mlruns/models/iris-classifier/version-1/meta.yaml"
    text = re.sub(r"run_id: .*", "run_id: null", version.read_text("utf-8"))
    assert "model_id: m-" in text
    version.write_text(text, "utf-8")
    lab.build()
    archive(version)

    assert lab.is_true_after(version)


def test_settings_and_their_absence_are_told_apart(lab: Remembering) -> None:
    metric = a_run(lab, "metrics") / "metrics"
    key = sorted(path.name for path in metric.iterdir())[0]
    tag = metric.parents[1] / "tags"
    tag.mkdir(exist_ok=True)
    (tag / "mlflow.experiment.primaryMetric.name").write_text(key)
    (tag / "mlflow.experiment.primaryMetric.greaterIsBetter").write_text("False")

    assert lab.is_true_after(tag / "x")


@pytest.fixture
def flow(stores: Mapping[str, Path], tmp_path: Path) -> Remembering:
    source = Path(shutil.copytree(stores["mlproject-flow"], tmp_path / "flow"))
    return Remembering(source, tmp_path)


def test_what_a_step_took_shows_on_the_page_of_the_run_that_launched_it(flow: Remembering) -> None:
    param = sorted(flow.source.glob("mlruns/0/*/params/model"))[0]
    parent = (param.parents[1] / "tags/mlflow.parentRunId").read_text()
    param.write_text("elsewhere")

    report = flow.build_after(param)

    assert parent in newly_made(report)
    assert report.published.root == flow.afresh().published.root


# A database


@pytest.fixture
def database(stores: Mapping[str, Path], tmp_path: Path) -> Remembering:
    source = Path(shutil.copytree(stores["v3.17-sqlite"], tmp_path / "db", symlinks=True))
    return Remembering(source, tmp_path)


def execute(database: Remembering, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(database.source / "mlflow.db")) as connection:
        connection.execute(statement, values)
        connection.commit()


def a_row(database: Remembering, statement: str) -> tuple[object, ...]:
    with closing(sqlite3.connect(database.source / "mlflow.db")) as connection:
        row: tuple[object, ...] = connection.execute(statement).fetchone()
        return row


STATEMENTS = {
    "a point": "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) "
    "SELECT key, value, timestamp + 1, run_uuid, step + 1, 0 FROM metrics LIMIT 1",
    "a param": "UPDATE params SET value = '12345' WHERE rowid = (SELECT MIN(rowid) FROM params)",
    "a tag": "INSERT INTO tags (key, value, run_uuid) SELECT 'mlflow.note.content', 'Note', "
    "run_uuid FROM runs ORDER BY run_uuid LIMIT 1",
    "a status": "UPDATE runs SET status = 'FAILED' WHERE run_uuid = "
    "(SELECT MIN(run_uuid) FROM runs)",
    "a dataset": 'UPDATE datasets SET dataset_source = \'{"uri": "elsewhere"}\'',
    "a model's tag": "UPDATE logged_models SET status_message = 'Another' ",
    "a version": "UPDATE model_versions SET current_stage = 'Staging'",
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_after_a_change_of_a_row_too(database: Remembering, statement: str) -> None:
    execute(database, statement)

    assert database.is_true_after(database.source / "mlflow.db")


def test_of_a_database_too_only_what_changed_is_made_again(database: Remembering) -> None:
    (run,) = a_row(database, "SELECT run_uuid FROM metrics ORDER BY run_uuid")
    execute(
        database,
        "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) "
        "VALUES ('fresh', 0.5, 1, ?, 1, 0)",
        run,
    )

    report = database.build_after(database.source / "mlflow.db-wal")

    assert newly_made(report) == {run}
