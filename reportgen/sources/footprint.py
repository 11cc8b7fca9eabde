"""What the sources are, told by names, sizes and times alone: the same footprint, the same report.

Only what it takes to know stores and databases is opened. Artifacts that lie elsewhere than
beside their store are not in it: only the records say where.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from reportgen.sources.discover import ARTIFACT_ROOTS, Found, Place, find
from reportgen.sources.stamps import Look, files_stamp

JOURNALS = ("", "-wal", "-journal")
"""What is written to beside a database, by SQLite's names."""


RUNS, ARTIFACTS = 2, 3
"""How deep the runs of a store lie in it, and the artifacts of a database's runs in theirs: each is
looked into for itself."""


def footprint(sources: Sequence[str], look: Look) -> str:
    """A digest of all that the sources hold, as they look; empty for none.

    Raises ReportError for a source that is not on this machine, or that holds nothing.
    """
    if not sources:
        return ""
    found = find(sources)
    state = hashlib.blake2b(digest_size=16)
    for part in _parts(found, look):
        state.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return state.hexdigest()


def _parts(found: Found, look: Look) -> Iterator[str]:
    for kind in (found.databases, found.file_stores, found.projects, found.models):
        yield from map(_told, kind)
    yield from map(repr, found.problems)
    for place in found.databases:
        yield files_stamp(f"{place.path}{journal}" for journal in JOURNALS)
    for folder, levels in _whole(found):
        yield from look.tree(str(folder), levels)
    for searched in found.searched:
        with os.scandir(searched) as entries:
            listing = sorted(entry.path for entry in entries if entry.is_file())
        yield f"{searched}\0{len(listing)}"
        yield files_stamp(listing)


def _whole(found: Found) -> Iterator[tuple[Path, int]]:
    """Folders of which every file counts: stores, saved models, the artifacts of databases; and
    how deep in them lies what is looked into for itself."""
    stores = [place.path for place in found.file_stores]
    yield from ((store, RUNS) for store in stores)
    yield from ((place.path, 0) for place in found.models)
    for place in found.databases:
        homes = (place.path.parent / name for name in sorted(ARTIFACT_ROOTS))
        yield from ((home, ARTIFACTS) for home in homes if home.is_dir() and home not in stores)


def _told(place: Place) -> str:
    return f"{place.path}\0{place.label}"
