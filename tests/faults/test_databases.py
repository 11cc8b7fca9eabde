"""Everything that befalls an SQLite database, in one table: what is shown, and what is said."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from reportgen.sources import sqlite
from tests.faults.laid_out import WELL, lay_out, run_id
from tests.faults.mutations import small, snapshot
from tests.sites import build_site, contents


@pytest.fixture(scope="module")
def pristine(stores: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small database with its artifacts. Read it only."""
    return small(stores["v3.17-sqlite"], tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="module")
def well(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the file store beside it, by itself."""
    folder = tmp_path_factory.mktemp("well")
    lay_out(folder / "lab" / "mlruns2", faulty=False)
    build_site(folder / "_site", folder / "lab" / "mlruns2")
    return folder


Fault = Callable[[Path], object]


def run_sql(*statements: str) -> Fault:
    def run(database: Path) -> None:
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("PRAGMA ignore_check_constraints = ON")
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return run


def with_bytes(change: Callable[[bytes], bytes]) -> Fault:
    return lambda database: database.write_bytes(change(database.read_bytes()))


def corrupted(content: bytes) -> bytes:
    """Every page but the first few is noise."""
    return content[:40_000] + b"\xa5" * (len(content) - 40_000)


def quoted_noise(content: bytes) -> bytes:
    """In the text that makes a table: SQLite quotes it in its error, and it is no UTF-8."""
    return content.replace(b"CREATE TABLE ", b"CREATE \xd82BLE ", 1)


def pipe_beside(end: str) -> Fault:
    return lambda database: os.mkfifo(f"{database}{end}")


def link_beside(end: str) -> Fault:
    def make(database: Path) -> None:
        (database.parent.parent / "elsewhere").write_bytes(b"of somebody else")
        Path(f"{database}{end}").symlink_to(database.parent.parent / "elsewhere")

    return make


def folder_in_its_place(database: Path) -> None:
    database.unlink()
    database.mkdir()


@contextmanager
def locked(database: Path) -> Iterator[None]:
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def written(database: Path) -> Iterator[None]:
    """In WAL, by a writer whose rows are in its log alone."""
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("UPDATE runs SET name = 'in the log alone'")
        yield


@dataclass(frozen=True)
class Case:
    fault: str
    befall: Fault
    said: str
    """By one of the problems; empty where there is none."""

    runs: bool = True
    """Whether the runs of the database are shown."""

    @property
    def name(self) -> str:
        shown = "is shown" if self.runs else "costs itself"
        return f"{self.fault} {shown}{' and is a problem' if self.said else ''}"


NOWHERE = "holds no MLflow experiments"
NEWER = (
    "UPDATE alembic_version SET version_num = 'ffffffffffff'",
    "ALTER TABLE runs ADD COLUMN of_tomorrow TEXT DEFAULT 'x'",
    "CREATE TABLE of_tomorrow (a TEXT, b BLOB)",
)
ODD = (
    "UPDATE runs SET start_time = 'noon', end_time = 1e300, status = x'ff00'",
    "UPDATE metrics SET step = 1e300 WHERE rowid % 2",
    "UPDATE metrics SET timestamp = 9e999 WHERE rowid % 3 = 0",
    "UPDATE tags SET value = x'00ff'",
)

CASES = (
    Case("a database that is locked", locked, "is locked", runs=False),
    Case("a database in WAL with a writer", written, ""),
    Case("a database of a newer schema", run_sql(*NEWER), ""),
    Case("a database with values of other types", run_sql(*ODD), "are not numbers"),
    *(
        Case(f"a database without the table {table}", run_sql(f"DROP TABLE {table}"), "")
        for table in ("params", "tags", "metrics", "latest_metrics", "inputs", "datasets")
    ),
    *(
        Case(
            f"a database without the column {table}.{column}",
            run_sql(
                f"CREATE TABLE copy AS SELECT * FROM {table}",
                f"ALTER TABLE copy DROP COLUMN {column}",
                f"DROP TABLE {table}",
                f"ALTER TABLE copy RENAME TO {table}",
            ),
            "",
        )
        for table, column in (
            *(("runs", "name"), ("runs", "start_time"), ("runs", "status"), ("params", "value")),
            *(("metrics", "step"), ("metrics", "is_nan"), ("tags", "key"), ("experiments", "name")),
        )
    ),
    Case("a database with noise in its pages", with_bytes(corrupted), "damaged", runs=False),
    Case("half a database", with_bytes(lambda content: content[: len(content) // 2]), "", False),
    Case("a file of zero bytes", with_bytes(lambda content: b""), "", False),
    Case("a file that is no database", with_bytes(lambda content: b"SQLite 3?"), "", False),
    Case("a header alone", with_bytes(lambda content: content[:100]), "", False),
    Case("a database without the table runs", run_sql("DROP TABLE runs"), "", False),
    Case("a folder in the place of a database", folder_in_its_place, "", False),
    Case("noise that SQLite quotes", with_bytes(quoted_noise), "malformed database schema", False),
    *(
        Case(f"{what} where SQLite keeps its {end[1:]}", beside(end), f"db{end} beside it", False)
        for end in sqlite.LOGS
        for what, beside in (("a pipe", pipe_beside), ("a link", link_beside))
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_database(
    pristine: Path, well: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    lab = Path(shutil.copytree(pristine, tmp_path / "lab"))
    shutil.copytree(well / "lab" / "mlruns2", lab / "mlruns2")
    monkeypatch.setattr(sqlite, "PATIENCE", 0.05)
    held = case.befall(lab / "mlflow.db")
    with held if held is not None and hasattr(held, "__enter__") else nothing():
        before = snapshot(lab)
        summary = build_site(tmp_path / "_site", lab)
        assert snapshot(lab) == before

    told = [f"{one.what} {one.hint}" for one in summary.problems]
    assert summary.runs == WELL + (3 if case.runs else 0)
    assert [one for one in told if "mistake" in one] == []
    assert any(case.said in one for one in told) if case.said else True
    own = tuple(f"runs/{run_id(number)}." for number in range(WELL))
    pages = {one: page for one, page in contents(well / "_site").items() if one.startswith(own)}
    built = contents(tmp_path / "_site")
    assert [one for one, page in pages.items() if built.get(one) != page] == []


@contextmanager
def nothing() -> Iterator[None]:
    yield
