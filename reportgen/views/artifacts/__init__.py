"""The files of a run: as a tree, and as previews of what can be shown without running anything.

`kinds` says what is shown how, `listing` makes the tree, `galleries` the pictures, `previews` the
card of one file; each kind that needs more than a few lines has a module of its own.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from reportgen.model import Artifact
from reportgen.views import addresses, wording
from reportgen.views.artifacts.galleries import Gallery, galleries, in_galleries
from reportgen.views.artifacts.kinds import Kind, anchor, has_twin, kind_of
from reportgen.views.artifacts.listing import FILTERED, ICONS, FileRow, file_rows
from reportgen.views.artifacts.previews import Given, Preview, preview
from reportgen.views.artifacts.texts import twin_of

MOST_PREVIEWS = 24


class ArtifactList(Struct, frozen=True):
    """All that a page says of a run's files."""

    summary: str
    """`8 files, 91.8 MB`."""

    rows: tuple[FileRow, ...]
    galleries: tuple[Gallery, ...]
    previews: tuple[Preview, ...]
    missing: str
    """Why there is nothing, where files were expected."""

    note: str = ""
    """What of the files is not shown."""

    filtered: bool = False
    """True where there are so many that a field to filter them helps."""

    scripted: bool = False
    """True where there is something that the script for files makes better."""

    made: Mapping[str, bytes] = field(default_factory=dict)
    """Files that the previews need, by address from the site's root."""


def artifact_list(
    artifacts: Sequence[Artifact],
    copies: Mapping[str, str],
    contents: Mapping[str, bytes],
    address: str,
    missing: str = "",
) -> ArtifactList:
    """`copies` gives the site's address of each copied file, `contents` what is shown of it."""
    hrefs = {path: addresses.relative(copy, address) for path, copy in copies.items()}
    groups = galleries(artifacts, hrefs)
    wanted = sorted((one for one in artifacts if _is_shown(one, copies, contents)), key=_interest)
    previews = tuple(
        preview(
            Given(one.path, contents.get(one.path, b""), copies.get(one.path, ""), address, copies),
            one,
            ICONS.get(kind_of(one.path), "file"),
        )
        for one in wanted[:MOST_PREVIEWS]
    )
    pictured = in_galleries(groups)
    shown = {one.name for one in previews}
    shown |= {one.path for one in artifacts if anchor(one.path) in pictured}
    return ArtifactList(
        summary=_summary(artifacts),
        rows=file_rows(artifacts, hrefs, frozenset(shown)),
        galleries=groups,
        previews=previews,
        missing=missing if not artifacts else "",
        note=_note(artifacts, copies, len(wanted)),
        filtered=len(artifacts) > FILTERED,
        scripted=bool(artifacts),
        made=_made(artifacts, copies, contents, previews),
    )


def _is_shown(artifact: Artifact, copies: Mapping[str, str], contents: Mapping[str, bytes]) -> bool:
    is_played = kind_of(artifact.path) in (Kind.AUDIO, Kind.VIDEO) and artifact.path in copies
    return artifact.path in contents or is_played


def _summary(artifacts: Sequence[Artifact]) -> str:
    if not artifacts:
        return ""
    total = sum(artifact.size for artifact in artifacts)
    return f"{wording.count(len(artifacts), 'file')}, {wording.size(total)}"


def _note(artifacts: Sequence[Artifact], copies: Mapping[str, str], wanted: int) -> str:
    """What a reader would look for in vain."""
    left = sum(one.path not in copies and not one.withheld for one in artifacts)
    said = []
    if wanted > MOST_PREVIEWS:
        said.append(f"The first {MOST_PREVIEWS} of {wanted:,} files that could be are shown.")
    if left and copies:
        said.append(
            f"{wording.count(left, 'file')} {'is' if left == 1 else 'are'} listed but not copied: "
            "larger than max_artifact_size, or not readable."
        )
    return " ".join(said)


_RANKS = (
    frozenset({Kind.MARKDOWN}),
    frozenset({Kind.NOTEBOOK, Kind.PDF, Kind.SVG, Kind.MAP}),
    frozenset({Kind.TABLE, Kind.PARQUET}),
    frozenset({Kind.AUDIO, Kind.VIDEO, Kind.HTML}),
    frozenset({Kind.CODE, Kind.JSON}),
)


def _interest(artifact: Artifact) -> tuple[int, str]:
    """What people look at first: reports, documents, tables, what plays, code, then the rest."""
    kind = kind_of(artifact.path)
    if kind is Kind.JSON and "table" in artifact.path:
        kind = Kind.TABLE
    rank = next((place for place, kinds in enumerate(_RANKS) if kind in kinds), len(_RANKS))
    return (rank, artifact.path)


def _made(
    artifacts: Sequence[Artifact],
    copies: Mapping[str, str],
    contents: Mapping[str, bytes],
    previews: Sequence[Preview],
) -> Mapping[str, bytes]:
    """The files of the previews, and the twins of texts that have none: pages that compare
    runs read them.
    """
    found: dict[str, bytes] = {}
    for one in artifacts:
        if one.path in contents and one.path in copies and has_twin(one):
            found |= twin_of(copies[one.path], contents[one.path])
    for shown in previews:
        found |= shown.body.made
    return found
