"""Whether something changed since it was last read, told by names, sizes and times alone.

Nothing is opened: an unchanged run costs a look into its folders.
"""

import hashlib
import os
from collections.abc import Iterable
from typing import Protocol

MOST_FILES = 100_000
"""Of one run; more are not looked at: whether they changed is then not known."""


class _State(Protocol):
    def update(self, data: bytes, /) -> None: ...


def folders_stamp(folders: Iterable[str]) -> str:
    """A digest over the name, size and time of change of every file below; empty for too many.

    A folder that is not there is one without files. Links are not followed.
    """
    state = hashlib.blake2b(digest_size=16)
    waiting, seen = list(folders), 0
    while waiting:
        place = waiting.pop()
        try:
            with os.scandir(place) as entries:
                listing = sorted(entries, key=_name)
        except OSError:
            state.update(b"?")
            continue
        seen += len(listing)
        if seen > MOST_FILES:
            return ""
        state.update(b"%d/" % len(listing))
        for entry in listing:
            _look(state, entry)
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
    return state.hexdigest()


def _name(entry: "os.DirEntry[str]") -> str:
    return entry.name


def _look(state: _State, entry: "os.DirEntry[str]") -> None:
    """A folder by its name alone: what comes and goes in it is listed anyway."""
    state.update(os.fsencode(entry.name) + b"\0")
    if not entry.is_dir(follow_symlinks=False):
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError:
            return
        state.update(b"%d %d %d;" % (found.st_size, found.st_mtime_ns, found.st_ino))


def files_stamp(files: Iterable[str]) -> str:
    """The same of single files."""
    state = hashlib.blake2b(digest_size=16)
    for path in files:
        try:
            found = os.stat(path)  # noqa: PTH116 (hot: asked for every run)
        except OSError:
            state.update(b"?")
        else:
            state.update(b"%d %d %d;" % (found.st_size, found.st_mtime_ns, found.st_ino))
    return state.hexdigest()
