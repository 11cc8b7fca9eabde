"""Reading an SQLite database that may be in use, damaged or interrupted, and leaving it as it is.

Nothing is written beside a database, not even SQLite's own `-shm`; readers hold its lock for one
statement at a time, so that a training that writes to it is not held up.

A database is untrusted: its schema may hold programs. Only plain tables are read, no views, no
virtual tables and no columns that are worked out when they are asked for; and a statement ends
when it has taken more work than all of the file could need.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from reportgen.errors import Problem, ReportError
from reportgen.sources.small_files import LARGEST, RESTORE, hint_of

PATIENCE = 20.0
"""Seconds to wait for a writer to finish."""

MOST_VARIABLES = 500
"""Bound in one statement; old libraries take no more than 999."""

LONGEST_COLUMN = 1 << 29
"""Bytes of a text that SQLite makes of all numbers of a metric: some forty million."""

LEAST_WORK, WORK_OF_A_BYTE, MOST_WORK = 10_000_000, 20, 10_000_000_000
"""Steps of SQLite's machine that a statement may take: so many, more by the size of the file (a row
of a metric has some sixty bytes, and takes some forty steps), never more than a few minutes'."""

LOOK_EVERY = 1_000_000
"""Steps after which the work so far is looked at."""

Row = tuple[Any, ...]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Tables:
    """An open database: which tables it has, and their rows."""

    label: str
    connection: sqlite3.Connection
    columns: Mapping[str, frozenset[str]]
    others: frozenset[str]
    """Names of what is no plain table."""

    effort: "Effort"
    problems: list[Problem] = field(default_factory=list)
    """What could not be read so far."""

    def rows(
        self, table: str, names: Sequence[str], where: str = "", values: Sequence[Any] = ()
    ) -> list[Row]:
        """The columns `names` of a table that this database may have or not.

        A column that it lacks is None throughout. A table that it lacks, or that is damaged,
        has no rows; the latter is a problem. Raises ReportError when the database is busy.
        """
        known = self.columns.get(table)
        if known is None:
            self._note_missing(table)
            return []
        wanted = [name if name in known else "NULL" for name in names]
        try:
            return self._fetch(_select(wanted, table, where), values)
        except FAILURES as error:
            if _code(error) != sqlite3.SQLITE_TOOBIG:
                return self._unreadable(table, error)
        what = f"The table {table} has values of more than {LARGEST:,} bytes, which are left out."
        self.problems.append(Problem(self.label, what, "Log what is so large as an artifact."))
        with self._length(LONGEST_COLUMN):
            return self._readable(table, _select(map(_cut, wanted), table, where), values)

    def counts(self, table: str, owner: str) -> list[Row]:
        """(owner, number of its rows) of a table, as `rows` gives rows."""
        if owner not in self.columns.get(table, ()):
            return []
        return self._readable(table, f"SELECT {owner}, COUNT(*) FROM {table} GROUP BY {owner}")

    def _readable(self, table: str, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        try:
            return self._fetch(statement, values)
        except FAILURES as error:
            return self._unreadable(table, error)

    def _note_missing(self, table: str) -> None:
        """Releases have not the same tables; what is called so and is none is another matter."""
        if table in self.others:
            self.problems.append(Problem(self.label, not_plain(table), PLAIN_HINT))

    def _unreadable(self, table: str, error: Exception) -> list[Row]:
        if _code(error) in BUSY:
            raise _explained(error, self.label) from error
        what = f"The table {table} cannot be read whole: {_said(error)}."
        self.problems.append(Problem(self.label, what, DAMAGED_HINT))
        return []

    @contextmanager
    def _length(self, largest: int) -> Iterator[None]:
        """For values of so many bytes."""
        self.connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, largest)
        try:
            yield
        finally:
            self.connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST)

    def rows_of(
        self, table: str, names: Sequence[str], owner: str, ids: Sequence[str], where: str = ""
    ) -> list[Row]:
        """The rows whose column `owner` is one of `ids`, and which meet `where` too."""
        found: list[Row] = []
        if owner not in self.columns.get(table, ()):
            self._note_missing(table)
            return found
        more = f"AND {where}" if where else ""
        for start in range(0, len(ids), MOST_VARIABLES):
            part = ids[start : start + MOST_VARIABLES]
            marks = ",".join("?" * len(part))
            found += self.rows(table, names, f"WHERE {owner} IN ({marks}) {more}", part)
        return found

    def together(
        self, first: str, second: str, values: Sequence[Any]
    ) -> tuple[list[Row], list[Row]] | None:
        """The rows of two statements about the same state of the database; None where SQLite
        does not run them as they are."""
        try:
            self.connection.execute("BEGIN")
            try:
                with self._length(LONGEST_COLUMN):
                    found = self._run(first, values)
                    return found, self._run(second, values)
            finally:
                self.connection.rollback()
        except FAILURES:
            return None

    def taken_problems(self) -> tuple[Problem, ...]:
        """The problems since this was last asked."""
        taken = tuple(self.problems)
        self.problems.clear()
        return taken

    def _fetch(self, statement: str, values: Sequence[Any]) -> list[Row]:
        try:
            return self._run(statement, values)
        except sqlite3.OperationalError as error:
            if "decode" not in str(error):
                raise
        # Text that is not UTF-8. Slow, hence not for all: Python is called for every text.
        self.connection.text_factory = _lenient_text
        try:
            return self._run(statement, values)
        finally:
            self.connection.text_factory = str

    def _run(self, statement: str, values: Sequence[Any]) -> list[Row]:
        self.effort.done = 0
        return self.connection.execute(statement, values).fetchall()


@dataclass(slots=True)
class Effort:
    """The steps of one statement."""

    most: int
    done: int = 0

    def is_too_much(self) -> bool:
        """Asked by SQLite every so many steps; what is true ends the statement."""
        self.done += LOOK_EVERY
        return self.done > self.most


def _select(wanted: Iterable[str], table: str, where: str) -> str:
    return f"SELECT {', '.join(wanted)} FROM {table} {where}"


def _cut(column: str) -> str:
    """The column, with what is said in the place of values that are too long."""
    if column == "NULL":
        return column
    said = f"'(' || length({column}) || ' characters, too many to be read)'"
    return f"CASE WHEN length(CAST({column} AS BLOB)) > {LARGEST} THEN {said} ELSE {column} END"


def not_plain(table: str) -> str:
    return f"{table} is no plain table, so it is not read."


def as_text(value: Any) -> str:
    """A value of a text column; empty for NULL. Columns of SQLite hold whatever is put there."""
    if isinstance(value, bytes):
        return _lenient_text(value)
    return "" if value is None else str(value)


def as_whole(value: Any) -> int | None:
    """A value of an integer column; None for NULL and for what is no number."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def texts_of(
    tables: Tables, table: str, names: tuple[str, str], owner: str, ids: Sequence[str]
) -> dict[str, dict[str, str]]:
    """The pairs (key, value) of a table, called `names` in it, by owner. Sorted by key."""
    rows = tables.rows_of(table, (owner, *names), owner, ids)
    texts: dict[str, dict[str, str]] = {}
    for of, key, value in sorted(
        (as_text(of), as_text(key), as_text(value)) for of, key, value in rows
    ):
        texts.setdefault(of, {})[key] = value
    return texts


@contextmanager
def opened(database: Path, label: str) -> Iterator[Tables]:
    """The database, closed again after use.

    Raises ReportError when it is missing, busy, damaged or no SQLite database.
    """
    with _connection(database, label) as connection:
        effort = Effort(_most_work(database))
        connection.set_progress_handler(effort.is_too_much, LOOK_EVERY)
        columns = _explaining(label, lambda: _columns(connection))
        others = _explaining(label, lambda: _names(connection)) - columns.keys()
        yield Tables(label, connection, columns, others, effort)


@contextmanager
def _connection(database: Path, label: str) -> Iterator[sqlite3.Connection]:
    _explaining(label, lambda: _check_logs(database, label))
    connection = _explaining(label, lambda: _connect(database))
    if connection is not None:
        with closing(connection):
            yield connection
        return
    with TemporaryDirectory(prefix="reportgen-") as folder:
        copy = _explaining(label, lambda: _copy(database, Path(folder), label))
        with closing(_explaining(label, lambda: _probed(copy.as_uri()))) as connection:
            yield connection


def _check_logs(database: Path, label: str) -> None:
    """SQLite opens whatever lies beside a database under the names of its logs: it would wait for
    a pipe, and follow a link to where nothing is to be read."""
    for suffix in LOGS:
        log = _beside(database, suffix)
        if log.is_symlink() or not (log.is_file() or not log.exists()):
            what = f"{label} cannot be read: {log.name} beside it is no file of SQLite's."
            raise ReportError(what, hint=RESTORE)


def _connect(database: Path) -> sqlite3.Connection | None:
    """None when only a copy can be read, for SQLite would first write to the database."""
    wal = _beside(database, "-wal")
    is_wal = _header(database)[18:19] == b"\x02"
    in_use = _beside(database, "-shm").exists() and wal.exists()
    if is_wal and not in_use:
        # Opening it in the usual way makes a -shm. Without a log there is nothing to share.
        has_log = wal.exists() and wal.stat().st_size > 0
        return None if has_log else _probed(f"{database.resolve().as_uri()}?immutable=1")
    try:
        return _probed(f"{database.resolve().as_uri()}?mode=ro")
    except sqlite3.OperationalError as error:
        if _code(error) in UNFINISHED:
            return None
        raise


def _probed(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except FAILURES:
        connection.close()
        raise
    return connection


def _copy(database: Path, folder: Path, label: str) -> Path:
    """With the log of what a killed process had not finished, which SQLite completes there."""
    copy, size = folder / "copy.db", _size(database)
    if size > shutil.disk_usage(folder).free:
        what = f"{label} is not closed, and there is no room for a copy of its {size:,} bytes."
        raise ReportError(what, hint="Open and close it once with sqlite3, or make room.")
    shutil.copyfile(database, copy)
    for suffix in ("-wal", "-journal"):
        log = _beside(database, suffix)
        if log.exists():
            shutil.copyfile(log, _beside(copy, suffix))
    return copy


def _beside(database: Path, suffix: str) -> Path:
    real = database.resolve()  # SQLite names its files after what a link leads to
    return real.with_name(real.name + suffix)


def _header(database: Path) -> bytes:
    with database.open("rb") as file:
        return file.read(100)


def _size(database: Path) -> int:
    """With its log."""
    files = (database, _beside(database, "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def _most_work(database: Path) -> int:
    return min(LEAST_WORK + WORK_OF_A_BYTE * _size(database), MOST_WORK)


def _columns(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """Those that are stored, of plain tables: SQLite writes `CREATE VIRTUAL TABLE` for others."""
    statement = (
        "SELECT tables.name, columns.name FROM sqlite_master AS tables"
        " JOIN pragma_table_xinfo(tables.name) AS columns"
        " WHERE tables.type = 'table' AND tables.sql LIKE 'CREATE TABLE %'"
        f" AND columns.hidden IN (0, {STORED})"
    )
    columns: dict[str, set[str]] = {}
    for table, column in connection.execute(statement):
        columns.setdefault(table, set()).add(column)
    return {table: frozenset(names) for table, names in columns.items()}


def _names(connection: sqlite3.Connection) -> frozenset[str]:
    """Of tables, views and virtual tables."""
    statement = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
    return frozenset(name for (name,) in connection.execute(statement))


def _lenient_text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


STORED = 3
"""A generated column whose values are in the file (`PRAGMA table_xinfo`)."""

LOGS = ("-wal", "-shm", "-journal")
"""Ends of the names of what SQLite keeps beside a database."""

FAILURES = (sqlite3.Error, UnicodeDecodeError)
"""What goes wrong in SQLite. It quotes what is damaged, and Python cannot always decode that."""

BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
UNFINISHED = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
"""What SQLite says when it must first write: undo a killed process's work, make a -shm."""

PLAIN_HINT = "Restore the table that MLflow makes: views and virtual tables may run anything."
GONE_HINT = "If it is gone for good, the next build leaves it out."
DAMAGED_HINT = "Restore it from a copy, or try sqlite3's .recover."


def _code(error: Exception) -> int:
    """SQLite's primary result code; -1 for errors of Python's own."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else -1


def _explaining(label: str, action: Callable[[], Result]) -> Result:
    try:
        return action()
    except (*FAILURES, OSError) as error:
        raise _explained(error, label) from error


def _explained(error: Exception, label: str) -> ReportError:
    if isinstance(error, OSError):
        return ReportError(f"{label} cannot be opened: {error.strerror}.", hint=hint_of(error))
    if _code(error) in BUSY:
        hint = "Another program is writing to it. Try again when that has finished."
        return ReportError(f"{label} is locked.", hint=hint)
    if _code(error) == sqlite3.SQLITE_NOTADB:
        return ReportError(f"{label} is not an SQLite database.", hint="Is it MLflow's mlflow.db?")
    if _code(error) == sqlite3.SQLITE_CORRUPT:
        return ReportError(f"{label} is damaged: {error}.", hint=DAMAGED_HINT)
    return ReportError(f"{label} cannot be read: {_said(error)}.", hint=DAMAGED_HINT)


def _said(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return error.object.decode("utf-8", "replace")
    if _code(error) == sqlite3.SQLITE_INTERRUPT:
        return "it takes more work than a database of its size should"
    return str(error)
