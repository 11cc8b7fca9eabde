"""What is dear to make and the same for every site is kept in the user's own cache folder."""

import contextlib
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

BUILDS = "builds"
"""The folder of what is remembered of sites, each in one of its own."""

MOST_BUILDS, MOST_BYTES = 40, 1_000_000_000
"""Of what is remembered: beyond that it is that of the sites that were not built for longest."""


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Where this system keeps caches: XDG_CACHE_HOME, ~/Library/Caches, %LOCALAPPDATA%."""
    if sys.platform == "win32":
        base = environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Caches")
    else:
        base = environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "reportgen"


def cached(folder: Path, name: str, make: Callable[[], bytes]) -> bytes:
    """The content called `name`, made once. A cache that cannot be used costs only time."""
    content = kept(folder, name)
    if content is None:
        content = make()
        keep(folder, name, content)
    return content


def kept(folder: Path, name: str) -> bytes | None:
    """What was kept under this name; None for nothing, and for what is damaged."""
    with contextlib.suppress(OSError):
        digest, _, content = (folder / name).read_bytes().partition(b"\n")
        if hashlib.sha256(content).hexdigest().encode() == digest:
            return content
    return None


def keep(folder: Path, name: str, content: bytes) -> None:
    """Keep it under this name, as far as that can be done.

    The file begins with the hash of the rest, so that a truncated one is known.
    """
    path = folder / name
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{os.getpid()}")
        partial.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
        partial.replace(path)


def kept_folder(folder: Path, name: str) -> Path | None:
    """The folder called `name`, for others to keep files in; None where there can be none.

    What is in it is run, so it has to be the user's own.
    """
    place = folder / name
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_own = not hasattr(os, "getuid") or place.stat().st_uid == os.getuid()
    except OSError:
        return None
    return place if is_own and os.access(place, os.W_OK) else None


def forget(folder: Path, place: str, is_useless: Callable[[str], bool]) -> None:
    """Remove what was kept in a place under names that are of no use any more."""
    with contextlib.suppress(OSError):
        for path in (folder / place).iterdir():
            if is_useless(path.name):
                path.unlink()


def forget_oldest(folder: Path) -> None:
    """Keep what is remembered of sites within its bounds."""
    with contextlib.suppress(OSError):
        sites = [one for one in (folder / BUILDS).iterdir() if one.is_dir()]
        files = {site: [file.stat() for file in site.iterdir()] for site in sites}
        newest = {
            site: max((one.st_mtime for one in own), default=0) for site, own in files.items()
        }
        size = 0
        for place, site in enumerate(sorted(sites, key=lambda one: -newest[one])):
            size += sum(one.st_size for one in files[site])
            if place and (place >= MOST_BUILDS or size > MOST_BYTES):
                shutil.rmtree(site, ignore_errors=True)
