"""The small files of a file store as values: there are dozens for every run.

Where a file has the plain form that MLflow gives it, no parser is called; anything unusual goes to
the real one.
"""

import codecs
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from time import sleep

from reportgen.errors import Problem
from reportgen.model import Json
from reportgen.sources import plain, small_files
from reportgen.sources.plain import from_yaml
from reportgen.sources.small_files import (
    LFS_POINTER,
    RESTORE,
    printable,
    read_bytes,
    unreadable_problem,
)

NOT_FETCHED = "Only its Git LFS pointer is here, not the file."
FETCH = "Run `git lfs pull` in the repository it came from."

JUNK = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep", ".gitignore", ".keep"})
"""Files that people and their systems leave in folders; MLflow never meant them."""

NOT_UTF8 = "Is not UTF-8; odd bytes are shown as �."
UTF16 = "Is in UTF-16, which MLflow itself cannot read."
SAVE = "Save it in UTF-8."
CONFLICT = "Holds the marks of an unresolved git merge."
RESOLVE = "Resolve the merge in the repository it came from."

TIMES = frozenset(
    {
        *("start_time", "end_time", "creation_time", "last_update_time"),
        *("creation_timestamp", "last_updated_timestamp"),
    }
)
TEXTS = frozenset(
    {
        *("name", "run_name", "experiment_id", "run_id", "run_uuid", "model_id", "source_run_id"),
        *("artifact_uri", "artifact_location", "user_id", "lifecycle_stage", "digest"),
        *("source_id", "description", "current_stage"),
    }
)
"""Fields of any `meta.yaml`, in milliseconds and as text."""

LOOKS = 3
"""How often an empty `meta.yaml` is looked at again: MLflow empties it and then fills it, in two
system calls, when a run begins and when it ends (mlflow/utils/yaml_utils.py, `write_yaml`)."""

MOMENT = 0.005
"""Seconds between two looks."""

MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def files_below(
    folder: str, label: str, problems: list[Problem]
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """(key, entry) of every regular file; a key joins nested folders with slashes.

    `label` is the folder's path in problems. A folder that does not exist has no files. One in the
    place of a file is a problem, but among tags: MLflow leaves some when it deletes tags.
    No more than `small_files.MOST` entries are looked at, and none that come later by name.
    """
    waiting, left = [("", folder)], small_files.MOST
    while waiting:
        prefix, place = waiting.pop()
        try:
            listing = small_files.first_entries(place)
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.append(unreadable_problem(_joined(label, prefix), error))
            continue
        if len(listing) > left:
            problems.append(small_files.too_many(_joined(label, printable(prefix))))
            del listing[left:]
            waiting.clear()
        left -= len(listing)
        if prefix and not listing and not label.endswith("tags"):
            what = "Is an empty folder, where MLflow keeps a file."
            problems.append(Problem(_joined(label, printable(prefix)), what, RESTORE))
        for entry in listing:
            key = prefix + entry.name
            if entry.is_file(follow_symlinks=False):
                if entry.name not in JUNK:
                    yield key, entry
            elif entry.is_dir(follow_symlinks=False):
                waiting.append((f"{key}/", entry.path))
            else:
                what = "Is a link or a special file, which is not read."
                problems.append(Problem(_joined(label, printable(key)), what, RESTORE))


def read_values(folder: str, label: str, problems: list[Problem]) -> dict[str, str]:
    """Params, tags or aliases: one file for each, its whole content the value. Sorted by key."""
    values = {}
    for key, entry in files_below(folder, label, problems):
        try:
            data = read_bytes(entry.path)
        except OSError as error:
            problems.append(unreadable_problem(_joined(label, printable(key)), error))
            continue
        text = _usual_text(data)
        if text is None:
            text, wrong = unusual_text(data)
            problems.extend(replace(one, path=_joined(label, printable(key))) for one in wrong)
            if wrong and wrong[0].what == NOT_FETCHED:
                continue
        values[known_key(key, label, problems)] = text
    return dict(sorted(values.items()))


def _usual_text(data: bytes) -> str | None:
    """The text of a file; None for one that has to be looked at."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if data.startswith((*MARKS, LFS_POINTER)) or "<<<<<<< " in text else text


def unusual_text(data: bytes) -> tuple[str, list[Problem]]:
    """The text of a file without its byte-order mark, and what is wrong with it, of no path yet.

    Programs of Windows write UTF-16 with a mark.
    """
    if data.startswith(LFS_POINTER):
        return "", [Problem("", NOT_FETCHED, FETCH)]
    wrong = []
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", errors="replace")
        wrong.append(Problem("", UTF16, SAVE))
    else:
        text = data.decode("utf-8-sig", errors="replace")
        if "�" in text and "�".encode() not in data:
            wrong.append(Problem("", NOT_UTF8, SAVE))
    if plain.CONFLICT.search(text):
        wrong.append(Problem("", CONFLICT, RESOLVE))
    return text, wrong


def known_key(key: str, label: str, problems: list[Problem]) -> str:
    """The key as it can be printed; a problem where the file's name is not UTF-8."""
    if key.isascii() or (shown := printable(key)) == key:
        return key
    what = "Has a name that is not UTF-8; odd bytes are shown as �."
    problems.append(Problem(_joined(label, shown), what, "Give it a name in UTF-8."))
    return shown


def read_meta(path: str, label: str, problems: list[Problem]) -> dict[str, Json]:
    """The fields of a `meta.yaml`; of a broken one those whose lines can be read.

    Raises FileNotFoundError (and NotADirectoryError), for some are allowed to be missing.
    """
    try:
        data = _when_written(path)
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        problems.append(unreadable_problem(label, error))
        return {}
    fields = plain_fields(data)
    if fields is None:
        fields = _unusual_fields(data, label, problems)
    for key, field in fields.items():
        if field is not None and _is_odd(key, field):
            kind = "number" if key in TIMES else "text"
            problems.append(Problem(label, f"Its {key} is no {kind}, and is left out.", RESTORE))
    return fields


def _when_written(path: str) -> bytes:
    """What is in a file that is never empty but while it is written."""
    data = read_bytes(path)
    for _ in range(LOOKS):
        if data:
            break
        sleep(MOMENT)
        data = read_bytes(path)
    return data


def _is_odd(key: str, value: Json) -> bool:
    if key in TIMES:
        return whole(value) is None
    return key in TEXTS and isinstance(value, list | dict)


def _unusual_fields(data: bytes, label: str, problems: list[Problem]) -> dict[str, Json]:
    text, wrong = unusual_text(data)
    problems.extend(replace(one, path=label) for one in wrong)
    if wrong and wrong[0].what == NOT_FETCHED:
        return {}
    if twice := plain.repeated_keys(text):
        what = f"Says {', '.join(twice)} more than once; the last one counts."
        problems.append(Problem(label, what, "Remove the lines that are wrong."))
    try:
        value = from_yaml(text)
    except ValueError as error:
        if not any(one.what == CONFLICT for one in wrong):
            what = f"Is {error}; what its other lines say is used."
            problems.append(Problem(label, what, RESTORE))
        return dict(map(_field, _LINE.finditer(text)))
    if isinstance(value, dict):
        if not text.endswith("\n"):
            what = "Ends without a line break: its last line may be cut."
            problems.append(Problem(label, what, "Add one, if the line is whole."))
        return value
    what = "Is empty." if not text.strip() else "Is not a mapping."
    problems.append(Problem(label, what, RESTORE))
    return {}


# Fails in one pass over a line, however long that is: it begins at the start of one, and there is
# one way alone to match each character.
_LINE = re.compile(
    r"^([a-z_]+): (?:"
    r"(0|-?[1-9][0-9]{0,30})"  # a whole number, never octal
    r"|(null)|(\[\])"
    r"|'([^'\n]*)'"
    r"|((?=[0-9]*[a-f])[0-9a-f]{32}"  # an id, which is a number only if all are digits
    r"|/[\w./%+@=-]*"
    r"|[A-Za-z][\w.+=-]*(?::[\w./%+@=-]+)?(?: [A-Za-z0-9][\w.+=/-]*)*)"
    r")\r?\n",
    re.ASCII | re.MULTILINE,
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
    while line := _LINE.match(text, end):
        end = line.end()
        key, value = _field(line)
        if isinstance(value, str) and value.lower() in _WORDS and line[5] is None:
            return None
        if key in fields:
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
