"""The small files of a file store, read fast and without a parser: there are dozens for every run.

Links are never followed and nothing waits: a store is untrusted. Imports next to nothing: whether
there is anything to do is asked of this alone.
"""

import errno
import os
import stat
from collections.abc import Iterator
from heapq import nsmallest
from itertools import chain, islice
from operator import attrgetter

from reportgen.errors import Problem

LARGEST = 16 * 1024 * 1024
"""Bytes of a file that is read whole."""

MOST = 50_000
"""Entries of a folder that are read, the first by name: no run has as many params. Of folders that
may be of runs, experiments or models so many may be none; those that are some have no limit."""

LFS_POINTER = b"version https://git-lfs.github.com/spec/"

RESTORE = "Restore it from a copy, or remove it."

FOLDERS = frozenset(
    {*("metrics", "params", "tags", "artifacts", "inputs", "outputs"), *("datasets", "models")}
)
"""What is a folder wherever MLflow makes something of this name beside other folders."""

META = "meta.yaml"
"""Is told of by whoever reads it."""

UNFOLLOWED = "Is a link, which is not followed."
SPECIAL = "Is neither a file nor a folder, and is not read."
"""A pipe, a socket or a device: who opens one may wait for ever."""


HINTS = {
    errno.EACCES: "Give whoever builds the report the right to read it.",
    errno.EPERM: "Give whoever builds the report the right to read it.",
    errno.EISDIR: "A folder lies where a file belongs.",
    errno.ENOENT: "It was removed while it was read: build again.",
    errno.ELOOP: "Put what it leads to in its place.",
}
"""What to do about a file that cannot be opened."""

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe would wait for a writer for ever
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_FIRST = 1 << 15  # nearly every file fits; more would make each allocation a system call
_CHUNK = 1 << 18


def read_bytes(path: str, largest: int = LARGEST) -> bytes:
    """The content of a regular file that is no link.

    Raises OSError, also when there are more than `largest` bytes.
    """
    handle = os.open(path, _FLAGS)
    try:
        kind = os.fstat(handle).st_mode
        if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):  # a folder says so when it is read
            raise OSError(0, "it is neither a file nor a folder")
        data = os.read(handle, _FIRST)
        return data if len(data) < _FIRST else data + _rest(handle, largest)
    finally:
        os.close(handle)


def _rest(handle: int, largest: int) -> bytes:
    chunks = []
    left = largest if os.fstat(handle).st_size <= largest else 0
    while left > 0 and (chunk := os.read(handle, _CHUNK)):
        chunks.append(chunk)
        left -= len(chunk)
    if left <= 0:
        raise OSError(0, f"more than {largest:,} bytes")
    return b"".join(chunks)


def first_entries(path: str) -> list[os.DirEntry[str]]:
    """The entries of a folder by name: `MOST` at most, and one more where there are more.

    Raises OSError.
    """
    by_name = attrgetter("name")
    with os.scandir(path) as entries:
        first = list(islice(entries, MOST + 1))
        if len(first) <= MOST:
            return sorted(first, key=by_name)
        return nsmallest(MOST + 1, chain(first, entries), key=by_name)


def too_many(path: str, what: str = "entries") -> Problem:
    """Of a folder of which not all is read."""
    said = f"Holds more than {MOST:,} {what}; those that come later by name are left out."
    return Problem(path, said, "Move what MLflow did not write out of it.")


def subfolders(path: str, label: str, problems: list[Problem]) -> Iterator[str]:
    """The names of the folders in one; what is none in a folder's place is a problem."""
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield entry.name
                elif entry.name in FOLDERS or not (
                    entry.name == META or entry.is_file(follow_symlinks=False)
                ):
                    problems.append(_no_folder(entry, label))
    except OSError as error:
        problems.append(unreadable_problem(label, error))


def _no_folder(entry: os.DirEntry[str], label: str) -> Problem:
    where = f"{label}/{printable(entry.name)}"
    if entry.is_symlink():
        return Problem(where, UNFOLLOWED, HINTS[errno.ELOOP])
    if entry.is_file(follow_symlinks=False):
        return Problem(where, "Is a file, where MLflow keeps a folder.", RESTORE)
    return Problem(where, SPECIAL, RESTORE)


def is_folder(path: str | os.PathLike[str]) -> bool:
    """False, too, where nobody may look: `Path.is_dir` is an error there before Python 3.14."""
    return os.path.isdir(path)  # noqa: PTH112


def is_file(path: str | os.PathLike[str]) -> bool:
    """As `is_folder`."""
    return os.path.isfile(path)  # noqa: PTH113


def printable(name: str) -> str:
    """The name with bytes that are not UTF-8 (which Python keeps as surrogates) replaced."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def unreadable(error: OSError) -> str:
    if error.errno == errno.ELOOP:  # as O_NOFOLLOW says it
        return UNFOLLOWED
    return f"Cannot be read: {error.strerror}."


def unreadable_problem(path: str, error: OSError) -> Problem:
    return Problem(path, unreadable(error), hint_of(error))


def hint_of(error: OSError) -> str:
    """What can be done about a file that cannot be read."""
    return HINTS.get(error.errno or 0, RESTORE)
