"""The small files of a file store as values: there are dozens for every run.

Where a file has the plain form that MLflow gives it, no parser is called; anything unusual goes to
the real one.
"""

import os
import re
from collections.abc import Iterator

from reportgen.errors import Problem
from reportgen.model import Json
from reportgen.sources.plain import from_yaml
from reportgen.sources.small_files import LFS_POINTER, printable, read_bytes, unreadable

NOT_FETCHED = "Only its Git LFS pointer is here, not the file."
FETCH = "Run `git lfs pull` in the repository it came from."

JUNK = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep", ".gitignore", ".keep"})
"""Files that people and their systems leave in folders; MLflow never meant them."""

NOT_UTF8 = "Is not UTF-8; odd bytes are shown as �."


def files_below(
    folder: str, label: str, problems: list[Problem]
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """(key, entry) of every regular file; a key joins nested folders with slashes.

    `label` is the folder's path in problems. A folder that does not exist has no files.
    """
    waiting = [("", folder)]
    while waiting:
        prefix, place = waiting.pop()
        try:
            with os.scandir(place) as entries:
                listing = list(entries)
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.append(Problem(_joined(label, prefix), unreadable(error)))
            continue
        for entry in listing:
            key = prefix + entry.name
            if entry.is_file(follow_symlinks=False):
                if entry.name not in JUNK:
                    yield key, entry
            elif entry.is_dir(follow_symlinks=False):
                waiting.append((f"{key}/", entry.path))
            else:
                what = "Is a link or a special file, which is not read."
                problems.append(Problem(_joined(label, printable(key)), what))


def read_values(folder: str, label: str, problems: list[Problem]) -> dict[str, str]:
    """Params, tags or aliases: one file for each, its whole content the value. Sorted by key."""
    values = {}
    for key, entry in files_below(folder, label, problems):
        try:
            data = read_bytes(entry.path)
        except OSError as error:
            problems.append(Problem(_joined(label, printable(key)), unreadable(error)))
            continue
        if data.startswith(LFS_POINTER):
            problems.append(Problem(_joined(label, printable(key)), NOT_FETCHED, FETCH))
            continue
        key = known_key(key, label, problems)
        try:
            values[key] = data.decode()
        except UnicodeDecodeError:
            values[key] = data.decode(errors="replace")
            problems.append(Problem(f"{label}/{key}", NOT_UTF8))
    return dict(sorted(values.items()))


def known_key(key: str, label: str, problems: list[Problem]) -> str:
    """The key as it can be printed; a problem where the file's name is not UTF-8."""
    if key.isascii() or (shown := printable(key)) == key:
        return key
    what = "Has a name that is not UTF-8; odd bytes are shown as �."
    problems.append(Problem(_joined(label, shown), what))
    return shown


def read_meta(path: str, label: str, problems: list[Problem]) -> dict[str, Json]:
    """The fields of a `meta.yaml`; of a broken one those whose lines can be read.

    Raises FileNotFoundError (and NotADirectoryError), for some are allowed to be missing.
    """
    try:
        data = read_bytes(path)
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        problems.append(Problem(label, unreadable(error)))
        return {}
    fields = plain_fields(data)
    if fields is not None:
        return fields
    if data.startswith(LFS_POINTER):
        problems.append(Problem(label, NOT_FETCHED, FETCH))
        return {}
    return _unusual_fields(data, label, problems)


def _unusual_fields(data: bytes, label: str, problems: list[Problem]) -> dict[str, Json]:
    text = data.decode("utf-8-sig", errors="replace")
    if "�" in text and "�".encode() not in data:
        problems.append(Problem(label, NOT_UTF8))
    try:
        value = from_yaml(text)
    except ValueError as error:
        problems.append(Problem(label, f"Is {error}; what its other lines say is used."))
        return dict(map(_field, _LINE.finditer(text)))
    if isinstance(value, dict):
        return value
    problems.append(Problem(label, "Is empty." if not text.strip() else "Is not a mapping."))
    return {}


_LINE = re.compile(
    r"([a-z_]+): (?:"
    r"(0|-?[1-9][0-9]*)"  # a whole number, never octal
    r"|(null)|(\[\])"
    r"|'([^'\n]*)'"
    r"|((?=[0-9]*[a-f])[0-9a-f]{32}"  # an id, which is a number only if all are digits
    r"|/[\w./%+@=-]*"
    r"|[A-Za-z][\w.+=-]*(?::/*[\w./%+@=-]+)?(?: [A-Za-z0-9][\w.+=/-]*)*)"
    r")\r?\n",
    re.ASCII,
)
_WORDS = frozenset("true false yes no on off y n null".split())  # not texts in YAML 1.1


def plain_fields(data: bytes) -> dict[str, Json] | None:
    """The fields of a file of plain `key: value` lines; None when a parser should read it."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    fields = {}
    end = 0
    for line in _LINE.finditer(text):
        if line.start() != end:
            return None
        end = line.end()
        key, value = _field(line)
        if isinstance(value, str) and value.lower() in _WORDS and line[5] is None:
            return None
        fields[key] = value
    return fields if end == len(text) and fields else None


def _field(line: re.Match[str]) -> tuple[str, Json]:
    key, number, null, empty, quoted, plain = line.groups()
    if number is not None:
        return key, int(number)
    if null is not None:
        return key, None
    if empty is not None:
        return key, []
    return key, plain if quoted is None else quoted


def text_of(value: Json) -> str:
    """A field as text; empty for null, and for a list or mapping where a text belongs."""
    return "" if value is None or isinstance(value, list | dict) else str(value)


def whole(value: Json) -> int | None:
    """A field as a whole number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None


def _joined(label: str, key: str) -> str:
    return f"{label}/{key}".rstrip("/")
