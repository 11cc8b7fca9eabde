"""Databases made to hang, to exhaust or to crash whoever reads them: each costs its own part, in
bounded work, and is told of."""

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from reportgen.sources.small_files import LARGEST
from reportgen.sources.sql_store import SqlStore
from reportgen.sources.sqlite import opened
from tests.sites import build_site, pages

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"

Change = Callable[[sqlite3.Connection], object]


def script(text: str) -> Change:
    return lambda database: database.executescript(text)


def view(table: str, columns: str) -> Change:
    """A view without end in the place of a table."""
    return script(f"DROP TABLE {table}; CREATE VIEW {table} AS {ENDLESS} SELECT {columns} FROM n")


def schema(statement: str) -> Change:
    """A change of the schema that SQLite itself would not make."""
    return script(f"PRAGMA writable_schema = ON; {statement}; PRAGMA writable_schema = RESET")


def view_called_a_table(database: sqlite3.Connection) -> None:
    """The schema says of it that it is a table."""
    view("params", "x AS key, x AS value, x AS run_uuid")(database)
    schema("UPDATE sqlite_master SET type = 'table', rootpage = 0 WHERE name = 'params'")(database)


def column(table: str, old: str, new: str) -> Change:
    """Another definition of a column, its rows left as they are."""
    return script(
        f"CREATE TABLE copied AS SELECT * FROM {table}; DROP TABLE {table};"
        f"ALTER TABLE copied RENAME COLUMN {old} TO {old}_was;"
        f"ALTER TABLE copied ADD COLUMN {old} {new}; ALTER TABLE copied RENAME TO {table}"
    )


def large_param(database: sqlite3.Connection) -> None:
    text = "x" * (LARGEST + 9)
    database.execute("UPDATE params SET value = ? WHERE rowid = 1", (text,))


def pages_without_end(database: sqlite3.Connection) -> None:
    """Its header says that there are four billion."""
    database.commit()
    (_, _, path) = database.execute("PRAGMA database_list").fetchone()
    with Path(path).open("r+b") as file:
        file.seek(28)
        file.write(b"\xff\xff\xff\xfe")


NOT_PLAIN = "is no plain table"

DATABASES: dict[str, tuple[Change, str]] = {
    "runs are a view without end": (view("runs", "x AS run_uuid, 1 AS experiment_id"), NOT_PLAIN),
    "experiments are a view without end": (view("experiments", "x AS experiment_id"), NOT_PLAIN),
    "params are a view without end": (view("params", "x AS key, 1 AS run_uuid"), NOT_PLAIN),
    "metrics are a view without end": (view("metrics", "x AS key, 1 AS run_uuid"), NOT_PLAIN),
    "a view that is called a table": (view_called_a_table, ""),
    "tags are a virtual table": (
        script("DROP TABLE tags; CREATE VIRTUAL TABLE tags USING fts5(key, value, run_uuid)"),
        NOT_PLAIN,
    ),
    "a virtual table of a module that is not there": (
        lambda database: (
            database.execute("DROP TABLE tags"),
            schema(
                "INSERT INTO sqlite_master VALUES ('table', 'tags', 'tags', 0,"
                " 'CREATE VIRTUAL TABLE tags USING absent(key)')"
            )(database),
        ),
        NOT_PLAIN,
    ),
    "a column that is worked out": (
        column("params", "value", "AS (hex(zeroblob(400000000))) VIRTUAL"),
        "",
    ),
    "a pattern without end in a column": (
        column("params", "value", f"AS ('{'a' * 3000}' LIKE '{'%a' * 1500}b')"),
        "",
    ),
    "a function that is not there": (
        script(
            "CREATE TABLE other (x); CREATE TRIGGER t AFTER INSERT ON runs"
            " BEGIN SELECT absent(NEW.run_uuid); END; CREATE VIEW v AS SELECT absent(1)"
        ),
        "",
    ),
    "a trigger without end": (
        script(
            f"CREATE TRIGGER t BEFORE UPDATE ON runs BEGIN SELECT ({ENDLESS} SELECT max(x) FROM n);"
            " END"
        ),
        "",
    ),
    "a param that is too large": (large_param, f"values of more than {LARGEST:,} bytes"),
    "bytes where text is": (
        script(
            "UPDATE params SET value = x'fffe00'; UPDATE runs SET name = x'00ff';"
            "UPDATE experiments SET name = CAST(name AS BLOB); UPDATE tags SET value = x'00'"
        ),
        "",
    ),
    "text where numbers are": (
        script(
            "UPDATE runs SET start_time = 'soon', status = 7; UPDATE metrics SET step = 'x';"
            "UPDATE experiments SET creation_time = 1e308, lifecycle_stage = 9;"
            "UPDATE runs SET experiment_id = 'a/../b' WHERE rowid % 2"
        ),
        "",
    ),
    "NUL in text": (
        script(
            "UPDATE params SET value = 'a' || char(0) || 'b', key = key || char(0);"
            "UPDATE runs SET name = char(0)"
        ),
        "",
    ),
    "text that is not UTF-8": (
        script(
            "UPDATE params SET value = CAST(x'80ff' AS TEXT);"
            "UPDATE metrics SET key = key || CAST(x'80' AS TEXT)"
        ),
        "",
    ),
    "a schema that is none": (
        schema("UPDATE sqlite_master SET sql = 'CREATE TABLE params (((' WHERE name = 'params'"),
        "malformed database schema",
    ),
    "a table whose root is that of another": (
        schema(
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master"
            " WHERE name = 'metrics') WHERE name = 'params'"
        ),
        "",
    ),
    "a table that is its own schema": (
        schema("UPDATE sqlite_master SET rootpage = 1 WHERE name = 'params'"),
        "",
    ),
    "pages without end": (pages_without_end, "is damaged"),
    "an order that is not there": (
        schema(
            "UPDATE sqlite_master SET sql = replace(sql, 'key VARCHAR(250)',"
            " 'key VARCHAR(250) COLLATE absent') WHERE name = 'params'"
        ),
        "",
    ),
    "thousands of tables": (
        script("BEGIN;" + "".join(f"CREATE TABLE t{n} (x);" for n in range(5_000)) + "COMMIT"),
        "",
    ),
}
"""What is done to a database of MLflow's, and what is said of it."""


@pytest.fixture
def lab(stores: Mapping[str, Path], tmp_path: Path) -> Path:
    """A database of MLflow 3.17, to be spoilt, and a file store beside it."""
    (tmp_path / "lab").mkdir()
    shutil.copytree(stores["v1.0-file"] / "mlruns", tmp_path / "lab" / "mlruns")
    shutil.copy(stores["v3.17-sqlite"] / "mlflow.db", tmp_path / "lab")
    return tmp_path / "lab"


def spoil(database: Path, change: Change) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript("PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF")
        change(connection)
        connection.commit()


@pytest.mark.parametrize("name", DATABASES)
def test_a_hostile_database_costs_its_own_part(lab: Path, name: str) -> None:
    change, said = DATABASES[name]
    spoil(lab / "mlflow.db", change)

    summary = build_site(lab.parent / "site", lab)

    problems = [f"{one.what} {one.hint}" for one in summary.problems]
    assert said in " ".join(problems)
    assert not [one for one in problems if "a mistake of its own" in one]
    assert all(one.hint for one in summary.problems if said and said in one.what)
    assert len(pages(lab.parent / "site")) > 5


def test_a_statement_without_end_is_ended(lab: Path) -> None:
    """Should a schema ever hide one from us."""
    with opened(lab / "mlflow.db", "mlflow.db") as tables:
        everywhere = replace(tables, columns={f"({ENDLESS} SELECT x FROM n)": frozenset("x")})
        rows = everywhere.rows(*everywhere.columns, ("x",))

        assert rows == []
        assert "more work than a database of its size" in tables.problems[0].what


def test_a_value_that_is_too_large_says_so_in_its_place(lab: Path) -> None:
    spoil(lab / "mlflow.db", large_param)

    store = SqlStore(lab / "mlflow.db", "mlflow.db")
    params = [run.params for run in store.read_runs(store.index().runs)]

    assert f"({LARGEST + 9} characters, too many to be read)" in {
        value for one in params for value in one.values()
    }
    assert sum(map(len, params)) > 20
