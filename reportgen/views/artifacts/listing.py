"""The tree of a run's or a model's files."""

import posixpath
import re
from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from reportgen.model import Artifact
from reportgen.views import wording
from reportgen.views.artifacts.galleries import readable
from reportgen.views.artifacts.kinds import Kind, anchor, kind_of

MOST_ROWS = 1000
"""Files that a tree lists; a folder of thousands would be the whole page."""

OPEN = 30
"""Trees of more files begin with their folders shut."""

FILTERED = 15
"""Trees of more files have a field to filter them."""

_DIGITS = re.compile(r"([0-9]+)")

ICONS = {
    **dict.fromkeys((Kind.IMAGE, Kind.SVG), "image"),
    **dict.fromkeys((Kind.TABLE, Kind.PARQUET, Kind.ARRAY), "table"),
    **dict.fromkeys((Kind.TEXT, Kind.LOG, Kind.MARKDOWN), "text"),
    **dict.fromkeys((Kind.CODE, Kind.JSON), "code"),
    **dict.fromkeys((Kind.AUDIO, Kind.VIDEO), "play"),
    **dict.fromkeys((Kind.HTML, Kind.NOTEBOOK, Kind.PDF), "page"),
    Kind.MAP: "map",
}


class FileRow(Struct, frozen=True):
    """A line of the tree: a folder with what is in it, or a file."""

    name: str
    path: str
    size: str
    depth: int = 0
    folder: bool = False
    icon: str = "file"
    href: str = ""
    """Empty for folders and for files that were not copied."""

    anchor: str = ""
    """`artifact-…`, where the file is shown nowhere else on the page."""

    shown: str = ""
    """The anchor of its preview on this page; empty for none."""

    title: str = ""
    """The whole name, where a readable one is shown."""

    inside: tuple["FileRow", ...] = ()
    open: bool = True
    note: str = ""
    """Why it was not copied, or how many files are in the folder."""


class _Folder(Struct):
    size: int = 0
    files: int = 0
    folders: dict[str, "_Folder"] = field(default_factory=dict)
    own: list[Artifact] = field(default_factory=list)


def file_rows(
    artifacts: Sequence[Artifact], hrefs: Mapping[str, str], shown: frozenset[str] = frozenset()
) -> tuple[FileRow, ...]:
    """Folders before files; a folder's size is that of all below it.

    `shown` are the paths that the page shows besides, under their anchors.
    """
    root = _Folder()
    for artifact in sorted(artifacts, key=_natural)[:MOST_ROWS]:
        folder = root
        for part in artifact.path.split("/")[:-1]:
            folder = folder.folders.setdefault(part, _Folder())
            folder.size += artifact.size
            folder.files += 1
        folder.own.append(artifact)
    rows = _rows(root, "", 0, len(artifacts) <= OPEN)
    found = tuple(_found(row, hrefs, shown) for row in rows)
    left = len(artifacts) - MOST_ROWS
    return found if left <= 0 else (*found, FileRow(f"and {left:,} more files", "", ""))


def _natural(artifact: Artifact) -> tuple[list[list[str | int]], str]:
    """Step 5 before step 10: runs of digits count as numbers."""
    parts = [_DIGITS.split(part) for part in artifact.path.split("/")]
    return [
        [int(piece[:40]) if n % 2 else piece for n, piece in enumerate(part)] for part in parts
    ], artifact.path


def _rows(folder: _Folder, path: str, depth: int, open: bool) -> tuple[FileRow, ...]:
    folders = tuple(
        FileRow(
            name,
            f"{path}{name}",
            wording.size(below.size),
            depth,
            True,
            "dir",
            inside=_rows(below, f"{path}{name}/", depth + 1, open),
            open=open,
            note=wording.count(below.files, "file"),
        )
        for name, below in folder.folders.items()
    )
    return (*folders, *(_file(artifact, depth) for artifact in folder.own))


def _file(artifact: Artifact, depth: int) -> FileRow:
    name = posixpath.basename(artifact.path)
    icon = ICONS.get(kind_of(artifact.path), "file")
    said = readable(name)
    return FileRow(
        said or name,
        artifact.path,
        wording.size(artifact.size),
        depth,
        icon=icon,
        title=name if said else "",
        note=f"not copied: {artifact.withheld}" if artifact.withheld else "",
    )


def _found(row: FileRow, hrefs: Mapping[str, str], shown: frozenset[str]) -> FileRow:
    if row.folder:
        return replace(row, inside=tuple(_found(one, hrefs, shown) for one in row.inside))
    href = hrefs.get(row.path, "")
    own = anchor(row.path)
    return replace(
        row,
        href=href,
        anchor="" if row.path in shown else own,
        shown=own if row.path in shown else "",
        note="" if href else row.note or "not copied",
    )
