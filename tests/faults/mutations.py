"""Real stores, mutated at random: files are cut, mixed up and replaced; rows and tables too.

A mutation is a plain value, so that hypothesis can draw it, make it smaller and print it.
"""

import os
import random
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from hypothesis import strategies as some

LARGEST_KEPT = 20_000
"""Bytes of an artifact that a small store keeps: a mutation should hit what is read."""

RUNS_KEPT = 3

MARKERS = b"<<<<<<< HEAD\n%b=======\n%b>>>>>>> other\n"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 123\n" % (b"0" * 64)

ODD = (
    *("", "null", "[]", "{}", "[1, [2]]", "{a: 1}", "true", "-1", "0", "1e400", ".nan", "-.inf"),
    *("99999999999999999999999", "9" * 400, "9" * 5000, "2020-13-45", "2020-02-02", "0x1F", "'"),
    *(
        "!!python/object:os.system x",
        "&a [*a]",
        "!!int ''",
        "!!binary '='",
        "? a",
        "\x00",
        "\ud800",
    ),
    *(
        "ä" * 300,
        "a" * 70_000,
        "9" * 70_000 + "x",
        f"a:{'/' * 70_000}\t",
        f"/{'a' * 60}(",
        "../../etc/passwd",
        "https://[::1",
        "file:///",
        "m-0",
        "//",
        "%00",
    ),
    *("253402300800000", "-62135596800001", "1e18", "9007199254740993", "0.1.2", "runs:/x/y"),
    *("<b>", "{{ 7*7 }}", "\u202eabc", "\ufeff", "🙂", "a\nb", "a\r\nb", "- a\n- b", "NaN", "inf"),
)
"""What may stand where a value is expected."""

WHOLE = (b"", b"\0", b"\xff\xfe", b"null\n", b"[]\n", b"42\n", b"2020-01-01\n", b"- a\n", POINTER)
"""What a whole file may have become."""

FILE_KINDS = (
    *("cut", "cut", "flip", "insert", "remove", "repeat", "swap", "value", "value", "value"),
    *("whole", "utf-16", "latin-1", "bom", "crlf", "conflict", "folder", "gone", "other", "link"),
    *("rename", "json"),
)
ROW_KINDS = (*("set", "set", "set", "delete", "copy", "drop", "forget"), "bytes", "cut")
TYPED = (None, 0, -1, 2**63 - 1, -(2**63), 1.5, 1e300, 9e999, b"\xff\x00", "", "x", "\ud7ff", "NaN")


@dataclass(frozen=True)
class Mutation:
    """One change: which file or table it hits is told by a number, whatever there is."""

    kind: str
    target: int
    place: int
    value: int


def mutations(database: bool) -> some.SearchStrategy[list[Mutation]]:
    """One to three changes of a store."""
    number = some.integers(0, 2**31)
    kinds = some.sampled_from(FILE_KINDS)
    if database:
        kinds = some.sampled_from((*ROW_KINDS * 2, *FILE_KINDS))
    return some.lists(some.builds(Mutation, kinds, number, number, number), min_size=1, max_size=3)


# ------------------------------------------------------------------ small stores


def small(store: Path, folder: Path) -> Path:
    """A copy of a store with a few of its runs, quick to build."""
    copy = Path(shutil.copytree(store, folder / store.name))
    (copy / "expected.json").unlink(missing_ok=True)
    for path in copy.rglob("artifacts/**/*"):
        if path.is_file() and path.stat().st_size > LARGEST_KEPT:
            path.unlink()
    if (copy / "mlflow.db").exists():
        _keep_some_rows(copy / "mlflow.db")
    else:
        _keep_some_runs(copy / "mlruns")
    return copy


def _keep_some_runs(mlruns: Path) -> None:
    """Of the experiment that has most in it, the runs that have most kinds of things."""

    def richness(run: Path) -> tuple[int, int]:
        return len(list(run.iterdir())), len(list(run.rglob("*")))

    experiments = [path for path in mlruns.iterdir() if path.name.isdigit() and path.name != "0"]
    chosen = max(experiments, key=lambda path: len(list(path.rglob("*"))))
    for experiment in experiments:
        if experiment != chosen:
            shutil.rmtree(experiment)
    shutil.rmtree(mlruns / ".trash", ignore_errors=True)
    runs = sorted((path for path in chosen.iterdir() if len(path.name) == 32), key=richness)
    for run in runs[1 : 1 - RUNS_KEPT]:
        shutil.rmtree(run)
    models = sorted(chosen.glob("models/m-*"), key=richness)
    for model in models[1:-2]:
        shutil.rmtree(model)


def _keep_some_rows(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        order = "(SELECT count(*) FROM params WHERE params.run_uuid = runs.run_uuid) DESC, run_uuid"
        keep = f"SELECT run_uuid FROM runs ORDER BY {order} LIMIT {RUNS_KEPT}"
        for table in ("metrics", "latest_metrics", "params", "tags", "runs"):
            connection.execute(f"DELETE FROM {table} WHERE run_uuid NOT IN ({keep})")
        connection.commit()
        connection.execute("VACUUM")


# ------------------------------------------------------------------ what is there


def snapshot(folder: Path) -> dict[str, tuple[int, ...]]:
    """Of every file, link and folder what changes with any write to it: size, times, inode."""
    found = {}
    waiting = [""]
    while waiting:
        place = waiting.pop()
        with os.scandir(folder / place) as entries:
            for entry in entries:
                about = entry.stat(follow_symlinks=False)
                name = f"{place}{entry.name}"
                # SQLite gives a log that it opens for root the owner that it has already.
                changed = 0 if name.endswith(("-wal", "-shm")) else about.st_ctime_ns
                times = (about.st_mtime_ns, changed)
                found[name] = (about.st_size, *times, about.st_ino, about.st_mode)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{name}/")
    return found


def restore(folder: Path, pristine: Path, touched: set[str]) -> None:
    """Put back what was touched."""
    for name in sorted(touched):
        path, original = folder / name, pristine / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        if original.is_file():
            shutil.copy2(original, path)


# ------------------------------------------------------------------ mutating


def mutate(folder: Path, drawn: list[Mutation]) -> set[str]:
    """Change a store; the paths that were touched."""
    return {touched for one in drawn for touched in _mutate(folder, one)}


def _mutate(folder: Path, one: Mutation) -> Iterator[str]:
    if one.kind in ROW_KINDS and (folder / "mlflow.db").exists():
        yield from ("mlflow.db", "mlflow.db-journal")
        _mutate_database(folder / "mlflow.db", one)
        return
    names = sorted(name for name, about in snapshot(folder).items() if stat.S_ISREG(about[-1]))
    files = [folder / name for name in names if not name.startswith("mlflow.db")]
    if not files:
        return
    path = files[one.target % len(files)]
    name = path.relative_to(folder).as_posix()
    yield name
    if one.kind == "rename":
        odd = ODD[one.value % len(ODD)][:50].encode("utf-8", "ignore").decode()
        new = path.with_name(path.name[:3] + odd.replace("/", "_").replace("\0", "_"))
        with suppress(OSError, ValueError):
            yield new.relative_to(folder).as_posix()
            path.rename(new)
    elif one.kind == "gone":
        path.unlink()
    elif one.kind == "folder":
        path.unlink()
        path.mkdir()
    elif one.kind == "link":
        path.unlink()
        path.symlink_to(files[one.place % len(files)])
    else:
        _write(path, _changed(path.read_bytes(), one, files))


def _write(path: Path, content: bytes) -> None:
    if path.is_symlink() or not path.is_file():
        return
    path.write_bytes(content)


def _changed(content: bytes, one: Mutation, files: list[Path]) -> bytes:
    at = one.place % (len(content) + 1)
    some_bytes = random.Random(one.value).randbytes(1 + one.value % 8)
    length = 1 + one.value % 40
    text = content.decode("utf-8", "replace")
    whole = WHOLE[one.value % len(WHOLE)]
    made = {
        "cut": content[:at],
        "flip": content[:at] + some_bytes + content[at + len(some_bytes) :],
        "insert": content[:at] + some_bytes + content[at:],
        "remove": content[:at] + content[at + length :],
        "repeat": content[: at + length] + content[at:],
        "whole": whole,
        "utf-16": text.encode("utf-16"),
        "latin-1": text.replace("a", "ä").encode("latin-1", "replace"),
        "bom": b"\xef\xbb\xbf" + content,
        "crlf": content.replace(b"\n", b"\r\n"),
        "conflict": content[:at] + MARKERS % (content[at:], content[at:]),
        "swap": b"\n".join(sorted(content.split(b"\n"), key=lambda line: hash_of(line, one.value))),
        "value": _with_value(content, one),
        "json": _with_json(content, one),
    }
    if one.kind == "other":
        other = files[one.place % len(files)]
        return other.read_bytes() if other.is_file() else whole
    return made.get(one.kind, whole)


def hash_of(line: bytes, value: int) -> bytes:
    return sha256(line + str(value).encode()).digest()


def _with_value(content: bytes, one: Mutation) -> bytes:
    """Another value in one of the lines `key: value`, or columns of a metric."""
    odd = ODD[one.value % len(ODD)].encode("utf-8", "surrogatepass")
    lines = content.split(b"\n")
    number = one.place % len(lines)
    line = lines[number]
    if b": " in line:
        lines[number] = line.partition(b": ")[0] + b": " + odd
    elif line.count(b" ") > 1:
        columns = line.split(b" ")
        columns[one.value % len(columns)] = odd
        lines[number] = b" ".join(columns)
    else:
        lines[number] = odd
    return b"\n".join(lines)


def _with_json(content: bytes, one: Mutation) -> bytes:
    """Another value after one of the colons or commas."""
    odd = ODD[one.value % len(ODD)].encode("utf-8", "surrogatepass")
    parts = content.split(b",")
    number = one.place % len(parts)
    before, colon, _ = parts[number].rpartition(b":")
    parts[number] = before + colon + (odd if one.target % 2 else b'"' + odd + b'"')
    return b",".join(parts)


def _mutate_database(database: Path, one: Mutation) -> None:
    if one.kind in ("bytes", "cut"):
        content = database.read_bytes()
        at = one.place % (len(content) + 1)
        if one.kind == "cut":
            database.write_bytes(content[:at])
        else:
            noise = random.Random(one.value).randbytes(1 + one.value % 200)
            database.write_bytes(content[:at] + noise + content[at + len(noise) :])
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(database, timeout=0)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        names = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        tables = [name for (name,) in connection.execute(names) if _holds(connection, name)]
        if not tables:  # an earlier mutation emptied it
            return
        table = tables[one.target % len(tables)]
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        column = columns[one.place % len(columns)]
        _change_rows(connection, one, table, column)
        connection.commit()


def _holds(connection: sqlite3.Connection, table: str) -> bool:
    return bool(connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall())


def _change_rows(connection: sqlite3.Connection, one: Mutation, table: str, column: str) -> None:
    choices = (*TYPED, *(text for text in ODD if text != "\ud800"))
    value = choices[one.value % len(choices)]
    some_row = f"rowid IN (SELECT rowid FROM {table} ORDER BY rowid LIMIT 1 OFFSET ?)"
    (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    number = one.place % max(rows, 1)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    if one.kind == "set":
        with suppress(sqlite3.IntegrityError):
            statement = f"UPDATE {table} SET {column} = ? WHERE {some_row}"
            connection.execute(statement, (value, number))
    elif one.kind == "delete":
        connection.execute(f"DELETE FROM {table} WHERE {some_row}", (number,))
    elif one.kind == "copy":
        connection.execute(f"CREATE TABLE copy_ AS SELECT * FROM {table}")
        connection.execute(f"INSERT INTO copy_ SELECT * FROM {table} LIMIT 2")
        connection.execute(f"DROP TABLE {table}")
        connection.execute(f"ALTER TABLE copy_ RENAME TO {table}")
    elif one.kind == "drop":
        connection.execute(f"DROP TABLE {table}")
    else:
        connection.execute(f"CREATE TABLE copy_ AS SELECT * FROM {table}")
        connection.execute(f"ALTER TABLE copy_ DROP COLUMN {column}")
        connection.execute(f"DROP TABLE {table}")
        connection.execute(f"ALTER TABLE copy_ RENAME TO {table}")
