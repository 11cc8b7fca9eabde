"""Whether something changed since it was last read, told by names, sizes and times alone.

Nothing is opened: an unchanged run costs a look into its folders.
"""

import hashlib
import os
from collections.abc import Iterable

MOST_FILES = 100_000
"""Of one run; more are not looked at: whether they changed is then not known."""


def folders_stamp(folders: Iterable[str], most: int = MOST_FILES) -> str:
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
        if seen > most:
            return ""
        parts = []
        for entry in listing:  # hot: every file of the sources
            if entry.is_dir(follow_symlinks=False):
                # By its name alone: what comes and goes in it is listed anyway.
                waiting.append(entry.path)
                parts.append(f"{entry.name}\0/")
            else:
                parts.append(f"{entry.name}\0{_seen(entry)};")
        state.update(f"{len(listing)}/{''.join(parts)}".encode("utf-8", "surrogateescape"))
    return state.hexdigest()


def _name(entry: "os.DirEntry[str]") -> str:
    return entry.name


def _seen(entry: "os.DirEntry[str]") -> str:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return "?"
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"


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
