"""The list of report versions: a value; where it lies on the disk is the writer's business."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from reportgen.errors import ReportError

LIST = "versions.json"


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


def version_name(now: datetime, root: str) -> str:
    """The UTC date and a short hash: `2026-11-24-3f2a9c1b`."""
    return f"{now.astimezone(UTC):%Y-%m-%d}-{root[:8]}"


def read_versions(folder: Path) -> tuple[Version, ...]:
    """The versions published in a folder, newest first; none when nothing was published yet.

    Raises ReportError when the list is there and cannot be read: missing is one case, damaged
    is another, and taking the second for the first would lose every version.
    """
    path = folder / LIST
    try:
        listing = json.loads(path.read_text("utf-8"))
        return tuple(Version(**entry) for entry in listing["versions"])
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ReportError(
            f"{path} is damaged: {error}", hint="Restore it from a backup, or start a new folder."
        ) from error


def add(versions: Sequence[Version], new: Version) -> tuple[Version, ...]:
    """The list with `new` first; nothing is added when the newest shows the same already."""
    if versions and versions[0].root == new.root:
        return tuple(versions)
    return (new, *(version for version in versions if version.name != new.name))


def dumps(versions: Sequence[Version]) -> bytes:
    listing = {"versions": [asdict(version) for version in versions]}
    return (json.dumps(listing, indent=1, ensure_ascii=False) + "\n").encode()
