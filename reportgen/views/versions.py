"""The page of the report versions, the pointers of aliases, and what is left of what is gone."""

from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from reportgen.views import addresses, wording
from reportgen.views.changes import ChangeGroup, ChangeItem
from reportgen.views.page import Head, Link, head

MOST_SHOWN = 5
"""Changes of one kind that are told at once; the others are folded."""


class VersionEntry(Struct, frozen=True):
    """What the list says of one report version."""

    name: str
    created: str
    """`2026-11-24T02:36:00Z`."""

    experiments: int
    runs: int
    models: int
    label: str = ""
    aliases: tuple[str, ...] = ()
    since: str = ""
    """The version before it, which `changes` starts from; empty for the first."""

    changes: tuple[ChangeGroup, ...] = ()


class RemovedEntry(Struct, frozen=True):
    """What the list says of a version that was removed; times as in `VersionEntry`."""

    name: str
    created: str
    removed: str
    runs: int


class ShownChange(Struct, frozen=True):
    link: Link
    note: str


class ShownGroup(Struct, frozen=True):
    title: str
    count: int
    items: tuple[ShownChange, ...]
    folded: tuple[ShownChange, ...]
    more: str
    """What opens the folded ones; empty for none."""

    rest: str
    """How many there are beside those told; empty for none."""


class ShownVersion(Struct, frozen=True):
    link: Link
    created: str
    label: str
    holds: str
    aliases: tuple[str, ...]
    newest: bool
    lede: str
    groups: tuple[ShownGroup, ...]


class RemovedVersion(Struct, frozen=True):
    name: str
    note: str


class VersionsPage(Struct, frozen=True):
    template: ClassVar[str] = "versions.html"

    head: Head
    versions: tuple[ShownVersion, ...]
    removed: tuple[RemovedVersion, ...]


def versions_page(
    entries: Sequence[VersionEntry],
    removed: Sequence[RemovedEntry] = (),
    address: str = addresses.VERSIONS,
) -> VersionsPage:
    """The report versions with what changed in each, in the order given: newest first."""
    oldest = "The oldest that is kept." if removed else "The first."
    return VersionsPage(
        head=head(
            address,
            "versions",
            "Report versions",
            description=f"{wording.count(len(entries), 'report version')}.",
            later=("asides",),
        ),
        versions=tuple(
            _version(one, place == 0, oldest, address) for place, one in enumerate(entries)
        ),
        removed=tuple(_removed(one) for one in removed),
    )


def _version(entry: VersionEntry, newest: bool, oldest: str, address: str) -> ShownVersion:
    lede = ""
    if not entry.since:
        lede = oldest
    elif not entry.changes:
        lede = f"No run, best or model changed since {entry.since}: what its pages say did."
    return ShownVersion(
        link=Link(entry.name, addresses.relative(addresses.version(entry.name), address)),
        created=wording.time(wording.millis_of(entry.created)),
        label=entry.label,
        holds=f"{wording.count(entry.experiments, 'experiment')}, "
        f"{wording.count(entry.runs, 'run')}, {wording.count(entry.models, 'model')}",
        aliases=entry.aliases,
        newest=newest,
        lede=lede,
        groups=tuple(_group(one, entry.name, address) for one in entry.changes),
    )


def _group(group: ChangeGroup, version: str, address: str) -> ShownGroup:
    shown = [_change(item, version, address) for item in group.items]
    # One more line is shorter than the words that fold it.
    most = MOST_SHOWN if len(shown) > MOST_SHOWN + 1 else len(shown)
    folded = shown[most:]
    return ShownGroup(
        title=group.title,
        count=group.count,
        items=tuple(shown[:most]),
        folded=tuple(folded),
        more=f"{group.count - most:,} more" if folded else "",
        rest=f"and {group.rest:,} more" if group.rest else "",
    )


def _change(item: ChangeItem, version: str, address: str) -> ShownChange:
    """Its page is that of the version that tells of it."""
    href = f"{addresses.relative(item.address, address)}?v={version}" if item.address else ""
    return ShownChange(Link(item.text, href), item.note)


def _removed(entry: RemovedEntry) -> RemovedVersion:
    created = wording.day(wording.millis_of(entry.created))
    removed = wording.day(wording.millis_of(entry.removed))
    runs = wording.count(entry.runs, "run")
    note = wording.phrase("built {}, removed {}; {}", created, removed, runs)
    return RemovedVersion(entry.name, note)


class AliasPage(Struct, frozen=True):
    """Leads to the version that an alias means."""

    template: ClassVar[str] = "alias.html"

    head: Head
    target: Link


def alias_page(address: str, alias: str, version: str) -> AliasPage:
    """The pointer at `address` from `alias` to `version`."""
    return AliasPage(
        head=head(address, "alias", alias, id=alias, key=version, scripts=("resolver",)),
        target=Link(version, addresses.relative(addresses.version(version), address)),
    )


class GonePage(Struct, frozen=True):
    """Stands where a page was that is no more, so that no address leads nowhere."""

    template: ClassVar[str] = "gone.html"

    head: Head
    what: str
    ways: tuple[Link, ...]


def gone_page(address: str, title: str, what: str, ways: Sequence[tuple[str, str]]) -> GonePage:
    """At `address`: `what` was there and when it went; `ways` are (text, address) that lead on."""
    return GonePage(
        head=head(address, "gone", title),
        what=what,
        ways=tuple(Link(text, addresses.relative(target, address)) for text, target in ways),
    )


def missing_page(base_url: str) -> GonePage:
    """What static hosts show at addresses where nothing is, however deep: so its links are whole.

    Its script leads from a page that was removed to what there is of the same thing.
    """
    root = f"{urlsplit(base_url).path.rstrip('/')}/"
    ways = (("The newest report", addresses.HOME), ("All report versions", addresses.VERSIONS))
    return GonePage(
        head=replace(
            head(addresses.MISSING, "missing", "Nothing is here", scripts=("missing",)), root=root
        ),
        what="This page was removed, or never was.",
        ways=tuple(Link(text, f"{root}{target}") for text, target in ways),
    )
