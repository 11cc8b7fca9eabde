"""The list of report versions: a value; where it lies on the disk is the writer's business."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reportgen.errors import ReportError, unknown

LIST = "versions.json"
LATEST = "latest"
"""The alias that every site has: the newest version."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
"""What a version or an alias may be called: it becomes the name of a file."""

_TAKEN = {LATEST, "index", "facts"}
"""Files and folders beside those of the versions."""


@dataclass(frozen=True, slots=True)
class Version:
    """One build's root, frozen."""

    name: str
    created: str
    """When it was built: `2026-11-24T02:36:00Z`."""

    root: str
    """The key of its home page."""

    experiments: int
    runs: int
    models: int
    label: str = ""
    """A few words that somebody gave it."""

    since: str = ""
    """The version that `changes` starts from; empty for the first."""

    changes: tuple[Any, ...] = ()
    """What changed, in words, as JSON: see `reportgen.views.changes`."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What a build's version is called."""

    name: str = ""
    """Without it the UTC date and a short hash."""

    label: str = ""
    aliases: tuple[str, ...] = ()
    """Names that mean this version from now on, such as `stable`."""

    def check(self) -> None:
        """Raises ReportError for names that no file can have, or that are taken for good."""
        if self.name:
            check_name("a version", self.name)
        for alias in self.aliases:
            check_name("an alias", alias)
            if alias.lower() == self.name.lower():
                raise ReportError(
                    f"{alias} cannot be the name of a version and its alias.",
                    hint="Choose another --alias.",
                )


UNNAMED = Naming()


@dataclass(frozen=True, slots=True)
class Removed:
    """What is left of a version that was removed."""

    name: str
    created: str
    removed: str
    """When: `2026-11-24T02:36:00Z`."""

    runs: int


@dataclass(frozen=True, slots=True)
class History:
    """All versions of a site, newest first, and the names that move over them."""

    versions: tuple[Version, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Version by alias, without `latest`."""

    removed: tuple[Removed, ...] = ()
    """The last to be removed first."""

    title: str = ""
    """The site's."""

    size: int = 0
    """Bytes of all published files, without the pointers; 0 where nobody knows."""

    @property
    def newest(self) -> Version | None:
        return self.versions[0] if self.versions else None

    def find(self, name: str) -> Version:
        """The version with this name or alias. Raises ReportError where there is none."""
        if name == LATEST and self.versions:
            return self.versions[0]
        wanted = self.aliases.get(name, name)
        for version in self.versions:
            if version.name == wanted:
                return version
        for gone in self.removed:
            if gone.name == wanted:
                raise ReportError(
                    f"Version {name} was removed on {gone.removed[:10]}.",
                    hint="`reportgen versions list` shows those that are there.",
                )
        names = [version.name for version in self.versions]
        raise unknown("version", name, [*names, *self.aliases, *([LATEST] if names else [])])

    def names_of(self, version: str) -> list[str]:
        """The aliases that mean a version, `latest` first."""
        newest = [LATEST] if self.newest and self.newest.name == version else []
        return [*newest, *(alias for alias, meant in self.aliases.items() if meant == version)]

    def every_name(self) -> set[str]:
        """Of the versions that are there and of those that were."""
        return {*(one.name for one in self.versions), *(one.name for one in self.removed)}

    def _names(self) -> set[str]:
        """In small letters: some file systems know no others."""
        return {name.lower() for name in self.every_name()}

    def name_for(self, now: datetime, root: str, asked: str = "") -> str:
        """What a new version is called: `asked`, else the UTC date and a short hash, with a number
        where that was there before: `2026-11-24-3f2a9c1b`.

        Raises ReportError for an asked name that is taken.
        """
        taken = self._names() | {alias.lower() for alias in self.aliases}
        if asked:
            if asked.lower() in taken:
                raise ReportError(
                    f"There is a version or an alias {asked} already.",
                    hint="Versions never change: choose another --version-name.",
                )
            return asked
        name = f"{now.astimezone(UTC):%Y-%m-%d}-{root[:8]}"
        numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
        return next(one for one in (name, *numbered) if one not in taken)

    def point(self, alias: str, version: str) -> "History":
        """With an alias that means this version from now on.

        Raises ReportError for an alias that is the name of a version, or a version that is not
        there.
        """
        if alias.lower() in self._names():
            raise ReportError(
                f"{alias} is the name of a version.", hint="An alias needs a name of its own."
            )
        target = self.find(version).name
        return replace(self, aliases=dict(sorted({**self.aliases, alias: target}.items())))

    def unpoint(self, alias: str) -> "History":
        """Without an alias. Raises ReportError where there is none of the name."""
        if alias not in self.aliases:
            raise unknown("alias", alias, self.aliases)
        return replace(
            self, aliases={name: to for name, to in self.aliases.items() if name != alias}
        )

    def without(self, names: Sequence[str], now: datetime) -> "History":
        """Without these versions, which are remembered as removed."""
        gone = tuple(
            Removed(one.name, one.created, timestamp(now), one.runs)
            for one in self.versions
            if one.name in names
        )
        kept = tuple(one for one in self.versions if one.name not in names)
        return replace(self, versions=kept, removed=(*gone, *self.removed))


def timestamp(now: datetime) -> str:
    """`2026-11-24T02:36:00Z`."""
    return f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def check_name(kind: str, name: str) -> None:
    """Raises ReportError for what none can be called; `kind` is `a version` or `an alias`."""
    if not NAME.fullmatch(name) or name.lower() in _TAKEN or name.endswith("."):
        raise ReportError(
            f"{name!r} cannot be the name of {kind}.",
            hint="Use up to 60 letters, digits, '.', '_' and '-'; "
            f"{', '.join(sorted(_TAKEN))} are taken.",
        )


def read_history(folder: Path) -> History:
    """What was published in a folder; empty when nothing was yet.

    Raises ReportError when the list is there and cannot be read: missing is one case, damaged
    is another, and taking the second for the first would lose every version.
    """
    path = folder / LIST
    try:
        if path.exists() and not path.is_file():
            raise ReportError(f"{path} is no file.", hint="Restore it from a backup.")
        return loads(path.read_bytes())
    except FileNotFoundError:
        return History()
    except OSError as error:
        raise ReportError(
            f"{path} cannot be read: {error.strerror}.", hint="Is the site yours to read?"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReportError(
            f"{path} is damaged: {error}", hint="Restore it from a backup, or start a new folder."
        ) from error


def loads(content: bytes) -> History:
    """The inverse of `dumps`. Raises ValueError, KeyError, TypeError for anything else."""
    listing = json.loads(content)
    return History(
        versions=tuple(
            Version(**{**entry, "changes": tuple(entry.get("changes", ()))})
            for entry in listing["versions"]
        ),
        aliases=dict(listing.get("aliases", {})),
        removed=tuple(Removed(**entry) for entry in listing.get("removed", ())),
        title=listing.get("title", ""),
        size=int(listing.get("size", 0)),
    )


def dumps(history: History) -> bytes:
    return (json.dumps(asdict(history), indent=1, ensure_ascii=False) + "\n").encode()
