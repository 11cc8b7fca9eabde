"""Whether something changed since it was last read, told by names, sizes and times alone.

Nothing is opened: an unchanged run costs a look into its folders, and one look serves all who ask.
"""

import hashlib
import os
from array import array
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter

_NAME = attrgetter("name")
_WORD = 2**64 - 1
"""What an item of an array holds."""


class Look:
    """A look at the disk: each folder is looked into once, whoever asks."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}
        self._placed: dict[str, str] = {}

    def folder(self, path: str) -> str:
        """A digest over the name, size and time of change of every file below.

        A folder that is not there is one without files. Links are not followed.
        """
        found = self._seen.get(path)
        if found is None:
            found = self._seen[path] = folders_stamp([path])
        return found

    def placed(self, owner: str, find: Callable[[], str]) -> str:
        """The folder with the artifacts of a run or model, empty for none: found once, whoever
        asks."""
        found = self._placed.get(owner)
        if found is None:
            found = self._placed[owner] = find()
        return found

    def forget(self, path: str) -> None:
        """Look again at a folder."""
        self._seen.pop(path, None)
        self._placed.pop(path, None)

    def tree(self, path: str, levels: int) -> Iterator[str]:
        """The same of a folder in parts: those so many levels below it are looked into each for
        itself, so that they need not be looked into again."""
        if not levels:
            yield f"{path}\0{self.folder(path)}"
            return
        try:
            with os.scandir(path) as entries:
                listing = list(entries)
        except OSError:
            yield "?"
            return
        folders = sorted(one.path for one in listing if one.is_dir(follow_symlinks=False))
        yield f"{path}\0{len(folders)}\0"
        yield "".join(
            sorted(_seen(one) for one in listing if not one.is_dir(follow_symlinks=False))
        )
        for folder in folders:
            yield from self.tree(folder, levels - 1)


def folders_stamp(folders: Iterable[str]) -> str:
    """As `Look.folder` says, of several folders."""
    waiting, names, numbers = list(folders), list[str](), array("Q")
    while waiting:
        place = waiting.pop()
        names.append(place)
        try:
            with os.scandir(place) as entries:
                for entry in sorted(entries, key=_NAME):  # hot: every file of the sources
                    if entry.is_dir(follow_symlinks=False):
                        # By its name alone: what comes and goes in it is listed anyway.
                        waiting.append(entry.path)
                        continue
                    found = entry.stat(follow_symlinks=False)
                    names.append(entry.name)
                    numbers.extend((found.st_size, found.st_mtime_ns & _WORD, found.st_ino & _WORD))
        except OSError:
            names.append("/?")  # no name of a file
    told = "\0".join(names).encode("utf-8", "surrogateescape")
    return hashlib.blake2b(told + b"\0\0" + numbers.tobytes(), digest_size=16).hexdigest()


def _seen(entry: "os.DirEntry[str]") -> str:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return f"{entry.name}\0?;"
    return f"{entry.name}\0{found.st_size} {found.st_mtime_ns} {found.st_ino};"


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
