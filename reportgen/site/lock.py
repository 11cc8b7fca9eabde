"""One build at a time in a folder: a lock that the system takes back when its process ends.

A process that was killed leaves nothing to clean up. The workers of a build that outlive it hold
nobody up, for they inherit no lock: these are POSIX's record locks, see fcntl(2), and LockFile on
Windows. Where a disk knows no locks, as some network shares, nothing is locked.
"""

import errno
import os
import sys
from pathlib import Path

HELD = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})
"""What the system says when another process has the lock."""

_OURS: dict[str, int] = {}
"""The open files of the locks that this process has, by path: closing one gives its lock back."""


def take(path: Path) -> bool:
    """Take the lock that is the file at `path`; False when another process has it. A process that
    has it already takes it again. Raises OSError where there can be no such file."""
    key = str(path.absolute())
    if key in _OURS and _is_there(path, _OURS[key]):
        return True
    give_back(path)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
    try:
        _lock(handle)
    except OSError as error:
        os.close(handle)
        if error.errno in HELD:
            return False
        return True
    _OURS[key] = handle
    return True


def give_back(path: Path) -> None:
    """Give the lock back, if this process has it."""
    handle = _OURS.pop(str(path.absolute()), None)
    if handle is not None:
        os.close(handle)


def _is_there(path: Path, handle: int) -> bool:
    """Whether the file that was locked is still the one at the path: folders are removed."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except OSError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
