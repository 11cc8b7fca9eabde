"""Which files of a site belong to which versions, by following what they name.

A version's manifest names its pages by key; the pages name the artifacts and assets that they
need. What no version reaches may go, what is not there and should be is missing: see
`reportgen.versions`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.history import manifest, recall
from reportgen.site.digests import KEPT, sums
from reportgen.site.versions import History
from reportgen.site.writer import SiteFolder
from reportgen.views import addresses

FOLDERS = ("experiments", "models", "registry", "projects", "pages")
"""Of which the manifest tells the keys."""

_PAGE = re.compile(rf"((?:runs/[^/]+?\.|(?:{'|'.join(FOLDERS)})/[^/]+/)[0-9a-f]{{12}})\..+")
_PUBLISHED = re.compile(r"(files|assets|versions/facts)/.+|versions/[^/]+\.(html|js|sha256)")
_MOVING = re.compile(
    r"(index|about|compare|search|problems|environments|reproducibility|404)\.html"
    r"|pointers[\w-]*\.js|versions\.json|sitemap\.xml|\.nojekyll|\.reportgen|\.digests|THIRD-PARTY\.txt|search/[\w.]+\.js"
    r"|(models|registry|projects|runs|versions)/index\.html|versions/[^/]+/index\.html"
    rf"|({'|'.join(FOLDERS)})/[^/]+/index\.html|experiments/[^/]+/order\.js"
)
_NAMED = re.compile(rb"(?:files/[0-9a-f]{20}|assets)/[\w.+-]+")
_NAMING = (".html", ".js", ".css", ".htm")
"""Endings of files that name others."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What some versions of a site need."""

    pages: frozenset[str]
    """Their pages, without endings: `runs/ID.KEY` stands for all files that begin so."""

    things: frozenset[str]
    """`experiments/ID`, `runs/ID` and so on: all that has a page in some of the versions."""

    loose: tuple[str, ...]
    """Published files that none of them needs; sorted."""


def stem_of(address: str) -> str:
    """`runs/ID.KEY` of the page or the data beside it; empty for what is named by no key."""
    found = _PAGE.fullmatch(address)
    return found[1] if found else ""


def is_published(address: str) -> bool:
    """True for files that never change; all others are pointers, or not ours."""
    moves = address in (addresses.VERSIONS, KEPT)
    return not moves and bool(_PAGE.fullmatch(address) or _PUBLISHED.fullmatch(address))


def is_ours(address: str) -> bool:
    """True for all that a site is made of: published files and pointers."""
    return bool(is_published(address) or address == KEPT or _MOVING.fullmatch(address))


def reach(folder: Path, files: Iterable[str], history: History) -> Reached:
    """What the versions of a history need, among the files of a site.

    Raises ReportError where the manifest or the facts of a version are damaged or missing.
    """
    pages: set[str] = set()
    things: set[str] = set()
    kept: set[str] = set()
    for version in history.versions:
        for thing, key in _pages(folder, version.name):
            things.add(thing)
            pages.add(f"{thing}.{key}" if thing.startswith("runs/") else f"{thing}/{key}")
        kept.update(_own(version.name, manifest(folder, version.name)))
    here = set(files)
    kept.update(one for one in here if not is_published(one) or stem_of(one) in pages)
    _follow(folder, kept, here)
    return Reached(frozenset(pages), frozenset(things), tuple(sorted(here - kept)))


def _pages(folder: Path, version: str) -> Iterator[tuple[str, str]]:
    """(`runs/ID`, key) and so on of every page of a version but its home."""
    named = manifest(folder, version)
    for kind in FOLDERS:
        for id, key in named.get(kind, {}).items():
            yield f"{kind}/{id}", key
    for experiment in recall(folder, version).experiments.values():
        for id, run in experiment.runs.items():
            yield f"runs/{addresses.slug(id)}", run.key


def _own(version: str, named: Mapping[str, Any]) -> Iterator[str]:
    page = addresses.version(version)
    yield from (page, addresses.data(page), sums(version))
    yield from (f"assets/{name}" for name in named["assets"])
    facts = named["facts"]
    for digest in {*facts["experiments"].values(), facts["registered"], facts["projects"]} - {""}:
        yield addresses.facts(digest)


def _follow(folder: Path, kept: set[str], here: set[str]) -> None:
    """Add to what is kept all that it names."""
    waiting = [address for address in kept & here if address.endswith(_NAMING)]
    while waiting:
        for match in set(_NAMED.findall((folder / waiting.pop()).read_bytes())):
            name = match.decode("ascii", "replace")
            if name in here and name not in kept:
                kept.add(name)
                if name.endswith(_NAMING):
                    waiting.append(name)


def published_size(site: SiteFolder, files: Mapping[str, int], before: History) -> int:
    """Bytes of all published files, of those of a site; 0 where most are elsewhere, and `before`
    does not say it: who adds to a git branch knows no other way."""
    here = sum(
        size
        for address, size in files.items()
        if is_published(address) and address not in site.published
    )
    if not site.published:
        return here
    return before.size + here if before.size else 0
