"""What the sources are, told by names, sizes and times alone: the same footprint, the same report.

Only what it takes to know stores and databases is opened. Artifacts that lie elsewhere than
beside their store are not in it: only the records say where.
"""

import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from reportgen.sources.discover import ARTIFACT_ROOTS, Found, Place, find
from reportgen.sources.stamps import files_stamp, folders_stamp

JOURNALS = ("", "-wal", "-journal")
"""What is written to beside a database, by SQLite's names."""


def footprint(sources: Sequence[str]) -> str:
    """A digest of all that the sources hold; empty for none.

    Raises ReportError for a source that is not on this machine, or that holds nothing.
    """
    if not sources:
        return ""
    found = find(sources)
    state = hashlib.blake2b(digest_size=16)
    for part in _parts(found):
        state.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return state.hexdigest()


def _parts(found: Found) -> Iterator[str]:
    for kind in (found.databases, found.file_stores, found.projects, found.models):
        yield from map(_told, kind)
    yield from map(repr, found.problems)
    for place in found.databases:
        yield files_stamp(f"{place.path}{journal}" for journal in JOURNALS)
    yield folders_stamp(map(str, _whole(found)), most=sys.maxsize)
    for folder in found.searched:
        with os.scandir(folder) as entries:
            listing = sorted(entry.path for entry in entries if entry.is_file())
        yield f"{folder}\0{len(listing)}"
        yield files_stamp(listing)


def _whole(found: Found) -> Iterator[Path]:
    """Folders of which every file counts: stores, saved models, the artifacts of databases."""
    stores = [place.path for place in found.file_stores]
    yield from stores
    yield from (place.path for place in found.models)
    for place in found.databases:
        homes = (place.path.parent / name for name in sorted(ARTIFACT_ROOTS))
        yield from (home for home in homes if home.is_dir() and home not in stores)


def _told(place: Place) -> str:
    return f"{place.path}\0{place.label}"
