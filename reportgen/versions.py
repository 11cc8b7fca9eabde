"""What `reportgen versions` and `reportgen changes` do to a site that was built.

A version is removed in two steps: first nothing leads to it any more, then what no other version
needs is deleted. Killed between them, a site is whole, and the next `prune` deletes the rest.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from reportgen.analysis.history import Changes, changes_between
from reportgen.build import publish_library, with_assets
from reportgen.errors import ReportError
from reportgen.history import GONE_SCRIPT, GoneRun, changes_told, gone_script, read_gone, recall
from reportgen.pointers import Pointing, move_versions
from reportgen.reach import (
    FOLDERS,
    Reached,
    is_ours,
    is_published,
    published_size,
    reach,
    stem_of,
)
from reportgen.site.digests import KEPT, digest_of, dumps_sums, noted, read_sums
from reportgen.site.versions import (
    LATEST,
    LIST,
    History,
    Version,
    check_name,
    dumps,
    read_history,
    timestamp,
)
from reportgen.site.writer import SiteFolder
from reportgen.theme import Shared, Theme
from reportgen.views import addresses
from reportgen.views.versions import gone_page


def site_history(folder: Path) -> History:
    """The versions of a site. Raises ReportError where there is none."""
    history = read_history(folder)
    if not history.versions:
        raise ReportError(
            f"{folder} is no report.", hint="Name the folder of one with -o, or build it first."
        )
    return history


def changes(folder: Path, before: str, after: str) -> tuple[Version, Version, Changes]:
    """What changed from a version to another, named or by alias; `before` may be empty for the one
    before `after`.

    Raises ReportError for versions that are not there or whose facts are damaged.
    """
    history = site_history(folder)
    last = history.find(after)
    if not before:
        place = history.versions.index(last) + 1
        if place == len(history.versions):
            raise ReportError(f"{last.name} is the first version.", hint="Name two to compare.")
        before = history.versions[place].name
    first = history.find(before)
    return first, last, changes_between(recall(folder, first.name), recall(folder, last.name))


# ------------------------------------------------------------------ aliases


def point(site: SiteFolder, theme: Theme, shared: Shared, alias: str, version: str) -> History:
    """Let an alias mean another version. Raises ReportError for names that cannot be or are not."""
    check_name("an alias", alias)
    history = site_history(site.folder).point(alias, version)
    site.prepare()
    move_versions(_pointing(site, theme, shared, history))
    site.finish()
    return history


def unpoint(site: SiteFolder, theme: Theme, shared: Shared, alias: str) -> History:
    """Take an alias away; its address tells so. Raises ReportError where there is none."""
    before = site_history(site.folder)
    history = before.unpoint(alias)
    last = before.find(alias).name
    site.prepare()
    to = _pointing(site, theme, shared, history)
    ways = [
        (f"Report version {last}", addresses.version(last)),
        ("All report versions", addresses.VERSIONS),
    ]
    address = addresses.alias(alias)
    to.to_page(address, gone_page(address, alias, "No report version has this alias now.", ways))
    move_versions(to)
    site.finish()
    return history


# ------------------------------------------------------------------ removing


@dataclass(frozen=True, slots=True)
class Pruned:
    """What removing versions frees."""

    versions: tuple[str, ...]
    files: int
    size: int
    """Bytes."""

    kept: int
    """Versions that stay."""


def to_prune(history: History, keep: int | None, since: datetime | None) -> list[str]:
    """The versions beyond the newest `keep`, or built before `since`; those that an alias means
    and the newest stay."""
    held = {*history.aliases.values(), *(one.name for one in history.versions[:1])}
    old = [
        version.name
        for place, version in enumerate(history.versions)
        if (keep is not None and place >= keep)
        or (since is not None and datetime.fromisoformat(version.created) < since.astimezone(UTC))
    ]
    return [name for name in old if name not in held]


def remove(
    site: SiteFolder,
    theme: Theme,
    shared: Shared,
    names: Sequence[str],
    now: datetime,
    *,
    dry_run: bool = False,
) -> Pruned:
    """Remove versions and all that no other version needs; with none of them only the rest that a
    killed build or removal left.

    What was there is told at its address. Raises ReportError for the newest version and for those
    that an alias means.
    """
    before = site_history(site.folder)
    after = _without(before, names, now)
    site.prepare()
    try:
        files = site.files()
        reached = reach(site.folder, files, after)
        told = {addresses.version(one.name) for one in after.removed}
        doomed = [address for address in reached.loose if address not in told]
        if not dry_run:
            to = _pointing(site, theme, shared, _told_anew(site.folder, after))
            _tell(to, before, names, reached, now)
            _forget(site, doomed, told)
            left = read_history(site.folder)
            site.point(LIST, dumps(replace(left, size=published_size(site, site.files(), left))))
    finally:
        site.finish()
    size = sum(files[address] for address in doomed)
    return Pruned(tuple(names), len(doomed), size, len(after.versions))


def _pointing(site: SiteFolder, theme: Theme, shared: Shared, history: History) -> Pointing:
    """With all there that the pages of today's theme may need."""
    publish_library(site)
    return Pointing(with_assets(site, theme), theme, shared, history)


def _without(history: History, names: Sequence[str], now: datetime) -> History:
    for name in names:
        version = history.find(name)
        if version.name != name:
            raise ReportError(f"{name} is an alias of {version.name}.", hint="Name the version.")
        if version is history.newest:
            raise ReportError(
                f"{name} is the newest version.", hint="Build again first: what is newest stays."
            )
        aliases = [alias for alias, meant in history.aliases.items() if meant == name]
        if aliases:
            raise ReportError(
                f"The alias {aliases[0]} means {name}.",
                hint=f"Move it first: reportgen versions alias {aliases[0]} {LATEST}",
            )
    return history.without(names, now)


def _told_anew(folder: Path, history: History) -> History:
    """With the changes of each version told since the one that is before it now."""
    versions = []
    for place, version in enumerate(history.versions):
        older = history.versions[place + 1].name if place + 1 < len(history.versions) else ""
        if version.since == older:
            versions.append(version)
            continue
        before = recall(folder, older) if older else None
        told = changes_told(before, recall(folder, version.name))
        versions.append(replace(version, since=older, changes=tuple(told)))
    return replace(history, versions=tuple(versions))


def _tell(
    to: Pointing, before: History, names: Sequence[str], reached: Reached, now: datetime
) -> None:
    """Say at every address that will be gone what was there and when it went; then nothing leads
    there any more."""
    day = timestamp(now)[:10]
    ways = [("The newest report", addresses.HOME), ("All report versions", addresses.VERSIONS)]
    for name in names:
        version = before.find(name)
        what = (
            f"This report version of {version.created[:10]} with {version.runs:,} runs "
            f"was removed on {day}."
        )
        address = addresses.version(name)
        to.to_page(address, gone_page(address, version.label or name, what, ways))
    for thing in _lost_things(to.site.folder, reached):
        address = f"{thing}/index.html"
        what = f"The pages of this were removed on {day}: no report version has it any more."
        to.to_page(address, gone_page(address, thing.partition("/")[2], what, ways))
    gone = {
        id: run if f"runs/{id}.{run.key}" in reached.pages else _removed(run, now)
        for id, run in read_gone(to.site.folder).items()
    }
    to.site.point(GONE_SCRIPT, gone_script(gone))
    move_versions(to)


def _removed(run: GoneRun, now: datetime) -> GoneRun:
    return replace(run, key="", removed=run.removed or timestamp(now))


def _lost_things(folder: Path, reached: Reached) -> Iterator[str]:
    """Experiments, models and so on that have a pointer, and no page in any version."""
    for kind in FOLDERS:
        for path in sorted((folder / kind).glob("*/index.html")):
            thing = f"{kind}/{path.parent.name}"
            if thing not in reached.things:
                yield thing


def _forget(site: SiteFolder, doomed: Sequence[str], told: Set[str]) -> None:
    """Delete files, and take their digests off the lists, with those of pages that now tell what
    was there."""
    gone = told | set(doomed)
    lists = read_sums(site.folder)
    rest: dict[str, str] = {}
    for address, digests in lists.items():
        left = {name: digest for name, digest in digests.items() if name not in gone}
        if address in gone or address == KEPT:
            rest.update(left)
        elif left != digests:
            site.point(address, dumps_sums(left))
    if rest:
        site.point(KEPT, dumps_sums(rest))
    for address in doomed:
        site.remove(address)


# ------------------------------------------------------------------ verifying


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A file that is not as it was published."""

    address: str
    what: str
    """`changed`, `missing`, `belongs to nobody` or `has no digest`."""


def verify(folder: Path) -> tuple[int, tuple[Fault, ...]]:
    """How many files were checked, and which are not as they were published.

    Recomputes the digest of every published file. Raises ReportError where the lists of digests,
    a manifest or its facts cannot be read.
    """
    history = site_history(folder)
    files = SiteFolder(folder).files()
    known = noted(folder)
    for digests in read_sums(folder).values():
        known.update(digests)
    faults = {Fault(one, "missing") for one in known if one not in files}
    faults |= {
        Fault(one, "changed")
        for one, digest in known.items()
        if one in files and digest_of(folder / one) != digest
    }
    reached = reach(folder, files, history)
    pages = {stem_of(address) for address in files if address.endswith(".html")}
    faults |= {Fault(f"{page}.html", "missing") for page in reached.pages - pages}
    told = {addresses.version(one.name) for one in history.removed}
    loose = {*reached.loose, *(one for one in files if not is_ours(one))} - told
    faults |= {Fault(one, "belongs to nobody") for one in loose}
    published = {one for one in files if is_published(one) and not one.endswith(".sha256")}
    faults |= {Fault(one, "has no digest") for one in published - known.keys() - told - loose}
    return len(known), tuple(sorted(faults))
