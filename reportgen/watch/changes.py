"""What changed on the disk, gathered until it is worth a build."""

import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from reportgen.errors import ReportError

QUIET = 0.04
"""Seconds without a change after which a burst is over."""

ROUNDS = 6
"""Times `QUIET` that a burst is waited for: a training that never pauses is shown all the same."""

MANY = 1000
"""Paths in a burst of which the system may have lost others."""

POLLED = 1.0
"""Seconds between two looks where the system does not tell of changes."""

NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "9p", "fuse.sshfs"})
"""File systems whose changes on other machines the kernel does not tell of."""

EVENTS: list[type[FileSystemEvent]] = [
    *(FileCreatedEvent, FileModifiedEvent, FileDeletedEvent, FileMovedEvent),
    *(DirCreatedEvent, DirDeletedEvent, DirMovedEvent),
]
"""Not that files are opened and closed: a build does that thousands of times. A folder that was
modified says nothing that what came and went in it does not say."""

Folder = tuple[str, bool]
"""A folder, and whether all below it is watched too."""


class Changes(FileSystemEventHandler):
    """The paths that changed since they were last taken; filled by a thread that watches."""

    def __init__(self, preview: Path, *, poll: bool) -> None:
        self._ignored: tuple[str, ...] = (os.path.realpath(preview),)
        self._poll = poll
        self._folders: tuple[Folder, ...] = ()
        self._wanted: tuple[str, ...] = ()
        self._paths: set[str] = set()
        self._some = threading.Event()
        self._new_folders = False
        self._observer: BaseObserver | None = None

    def ignore(self, folder: Path) -> None:
        """What is written to this folder is no change: a build puts its site there."""
        self._ignored = (*self._ignored[:1], os.path.realpath(folder))

    @property
    def polled(self) -> bool:
        """Whether the disk is looked at again and again, for the system does not tell."""
        return isinstance(self._observer, PollingObserver)

    def watch(self, places: Sequence[Path]) -> None:
        """Watch these places from now on: folders with all below them; files, also those that are
        not there yet, with what is beside them under their name (`mlflow.db-wal`).

        Raises ReportError for a folder that cannot be watched.
        """
        wanted = tuple(dict.fromkeys(Path(os.path.realpath(place)) for place in places))
        folders = tuple(_folders(wanted))
        self._wanted = tuple(map(str, wanted))
        if folders != self._folders:
            self.close()
            self._folders = folders
            self._observer = _started(self, folders, self._poll)

    def dispatch(self, event: FileSystemEvent) -> None:
        for path in (event.src_path, event.dest_path):
            text = os.fsdecode(path)
            if text and self._is_wanted(text):
                self._paths.add(text)
                self._new_folders |= isinstance(event, (DirCreatedEvent, DirMovedEvent))
                self._some.set()

    def _is_wanted(self, path: str) -> bool:
        ignored = any(path == one or path.startswith(f"{one}{os.sep}") for one in self._ignored)
        return path.startswith(self._wanted) and not ignored

    def wait(self, timeout: float | None = None) -> bool:
        """Whether something changed, at the latest after so many seconds."""
        return self._some.wait(timeout)

    def take(self) -> set[str]:
        """The paths of a burst, once it is over or has lasted long enough; empty without one."""
        for _ in range(ROUNDS):
            before = len(self._paths)
            if not before or not self._goes_on(before):
                break
        self._some.clear()
        paths, self._paths = self._paths, set()
        return paths

    def may_have_lost_some(self, taken: set[str]) -> bool:
        """Whether there may be more changes than were told since this was last asked: systems lose
        some in folders that are new, and of very many. `taken` are the last."""
        new, self._new_folders = self._new_folders, False
        return new or len(taken) > MANY

    def _goes_on(self, before: int) -> bool:
        threading.Event().wait(QUIET)
        return len(self._paths) != before

    def close(self) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()


def _folders(places: Sequence[Path]) -> Iterator[Folder]:
    """What has to be watched for these places; none that lies in another that is watched whole."""
    deep = {place for place in places if place.is_dir()}
    flat = {place.parent for place in places if place not in deep and place.parent.is_dir()}
    for place in sorted(deep | flat):
        if not any(one in deep for one in place.parents):
            yield str(place), place in deep


def _started(
    handler: FileSystemEventHandler, folders: Sequence[Folder], poll: bool
) -> BaseObserver:
    if not poll and not any(_on_network(path) for path, _ in folders):
        try:
            return _running(Observer(), handler, folders)
        except OSError:  # more folders than the system watches for one user
            pass
    try:
        return _running(PollingObserver(timeout=POLLED), handler, folders)
    except OSError as error:
        raise ReportError(f"{error.filename} cannot be watched: {error.strerror}.") from error


def _running(
    observer: BaseObserver, handler: FileSystemEventHandler, folders: Sequence[Folder]
) -> BaseObserver:
    for path, deep in folders:
        observer.schedule(handler, path, recursive=deep, event_filter=EVENTS)
    try:
        observer.start()
    except OSError:
        observer.stop()
        raise
    return observer


def _on_network(path: str) -> bool:
    """Whether a path is on another machine's disk, where the system (Linux) tells: proc(5)."""
    best, kind = "", ""
    try:
        lines = Path("/proc/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    for line in lines:
        _, mount, of, *_ = [*line.split(" "), "", ""]
        inside = path == mount or path.startswith(f"{mount.rstrip('/')}/")
        if inside and len(mount) >= len(best):
            best, kind = mount, of
    return kind in NETWORK
