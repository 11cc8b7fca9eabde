"""The files of a run: as a tree, and as previews of what can be shown without running anything."""

import csv
import io
import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reportgen.model import Artifact, Json
from reportgen.views import addresses, wording
from reportgen.views.code import code
from reportgen.views.page import Code
from reportgen.views.prose import prose

IMAGES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".avif"})
TEXTS = frozenset(
    {".txt", ".log", ".out", ".err", ".ini", ".cfg", ".toml", ".xml", ".html", ".htm", ".svg"}
)
CODES = {
    ".py": "python",
    ".json": "json",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".sh": "bash",
    ".sql": "sql",
    ".r": "r",
}
TABLES = frozenset({".csv", ".tsv"})
MARKDOWN = frozenset({".md", ".markdown"})
INERT = (
    IMAGES
    | TABLES
    | MARKDOWN
    | CODES.keys()
    | frozenset(
        ".txt .log .out .err .ini .cfg .toml .ipynb .npy .npz .parquet .feather .arrow .h5 .hdf5 "
        ".pkl .pickle .joblib .skops .onnx .pt .pth .safetensors .keras .tflite .pb .xgb .ubj .cbm "
        ".lgb .bin .zip .gz .tar .xlsx .whl .jar .wav .mp3 .ogg .flac .mp4 .webm".split()
    )
)
"""Kinds that no browser runs, whoever serves them; all others are kept under another ending."""

PREVIEW_BYTES = 200_000
"""Larger files are linked, not shown."""

SHOWN_ROWS, SHOWN_COLUMNS, SHOWN_LINES = 20, 12, 40
MOST_PREVIEWS = 24
_WHOLE = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][+-]?\d+)?")
_STEPPED = re.compile(
    r"(?P<key>.+?)[%+]step[%+](?P<step>-?\d+)[%+]timestamp[%+]\d+[%+][^/]*?"
    r"(?P<small>[%+]compressed)?\.(?P<kind>png|webp)"
)


def ending(path: str) -> str:
    return posixpath.splitext(path)[1].lower()


def stored_name(path: str, content: bytes) -> str:
    """The name under which a copy is kept.

    What a browser could run becomes plain text, so that opening it directly runs nothing in
    the site's origin. The name is made safe before it is judged: `report.html~` is HTML then.
    """
    name = addresses.safe_name(posixpath.basename(path))
    if ending(name) in INERT:
        return name
    return f"{name}.bin" if b"\0" in content[:8000] else f"{name}.txt"


def wants_preview(artifact: Artifact) -> bool:
    """True where a page shows the content itself, so that it has to be read as text."""
    shown = MARKDOWN | TABLES | TEXTS | CODES.keys()
    named = posixpath.basename(artifact.path) in ("MLmodel", "MLproject")
    return artifact.size <= PREVIEW_BYTES and (named or ending(artifact.path) in shown)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A line of the tree: a folder, or a file below it."""

    name: str
    depth: int
    folder: bool
    size: str
    href: str = ""
    """Empty for folders and for files that were not copied."""


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class TablePreview:
    """The head of a table."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str
    """How much of it this is: `first 20 of 45 rows`."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One artifact shown on the page; one of the last five says how."""

    name: str
    size: str
    href: str
    note: str = ""
    prose: Markup | None = None
    code: Code | None = None
    table: TablePreview | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    src: str
    href: str
    alt: str
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pictures that belong together: one key over steps, or all single ones."""

    title: str
    pictures: tuple[Picture, ...]
    note: str = ""
    """How many steps there are, of a key over steps."""


@dataclass(frozen=True, slots=True)
class ArtifactList:
    """All that a page says of a run's files."""

    summary: str
    """`8 files, 91.8 MB`."""

    rows: tuple[FileRow, ...]
    galleries: tuple[Gallery, ...]
    previews: tuple[Preview, ...]
    missing: str
    """Why there is nothing, where files were expected."""


def artifact_list(
    artifacts: Sequence[Artifact],
    copies: Mapping[str, str],
    contents: Mapping[str, bytes],
    address: str,
    missing: str = "",
) -> ArtifactList:
    """`copies` gives the site's address of each copied file, `contents` what is shown as text."""
    hrefs = {path: addresses.relative(copy, address) for path, copy in copies.items()}
    total = sum(artifact.size for artifact in artifacts)
    shown = [artifact for artifact in artifacts if artifact.path in contents]
    return ArtifactList(
        summary=f"{wording.count(len(artifacts), 'file')}, {wording.size(total)}"
        if artifacts
        else "",
        rows=file_rows(artifacts, hrefs),
        galleries=_galleries(artifacts, hrefs),
        previews=tuple(
            _preview(artifact, contents[artifact.path], hrefs.get(artifact.path, ""))
            for artifact in sorted(shown, key=_interest)[:MOST_PREVIEWS]
        ),
        missing=missing if not artifacts else "",
    )


def file_rows(artifacts: Sequence[Artifact], hrefs: Mapping[str, str]) -> tuple[FileRow, ...]:
    """Folders before the files in them; a folder's size is that of all below it."""
    sizes: dict[str, int] = {}
    for artifact in artifacts:
        folder = posixpath.dirname(artifact.path)
        while folder:
            sizes[folder] = sizes.get(folder, 0) + artifact.size
            folder = posixpath.dirname(folder)
    rows: list[FileRow] = []
    seen: set[str] = set()
    for artifact in sorted(artifacts, key=lambda one: one.path.split("/")):
        parts = artifact.path.split("/")
        for depth in range(len(parts) - 1):
            folder = "/".join(parts[: depth + 1])
            if folder not in seen:
                seen.add(folder)
                rows.append(FileRow(parts[depth], depth, True, wording.size(sizes[folder])))
        rows.append(
            FileRow(
                parts[-1],
                len(parts) - 1,
                False,
                wording.size(artifact.size),
                hrefs.get(artifact.path, ""),
            )
        )
    return tuple(rows)


def _interest(artifact: Artifact) -> tuple[int, int, str]:
    """What people look at first: reports, then tables, then text, then the rest."""
    kind = ending(artifact.path)
    rank = 0 if kind in MARKDOWN else 1 if kind in TABLES or "table" in artifact.path else 2
    return (3 if kind not in MARKDOWN | TABLES | CODES.keys() else rank, 0, artifact.path)


def _galleries(artifacts: Sequence[Artifact], hrefs: Mapping[str, str]) -> tuple[Gallery, ...]:
    single: list[Picture] = []
    series: dict[str, dict[int, Picture]] = {}
    for artifact in artifacts:
        href = hrefs.get(artifact.path)
        if not href or ending(artifact.path) not in IMAGES:
            continue
        name = posixpath.basename(artifact.path)
        stepped = _STEPPED.fullmatch(name)
        if not stepped:
            single.append(Picture(artifact.path, href, href, f"Image {artifact.path}"))
        elif not stepped["small"]:
            # MLflow keeps a small twin of each; the full one is small enough for a page.
            key = stepped["key"].replace("#", "/").replace("~", "/")
            step = int(stepped["step"])
            series.setdefault(key, {})[step] = Picture(
                key, href, href, f"Image {key} at step {step}", step
            )
    groups = [
        Gallery(
            key,
            tuple(by_step[step] for step in sorted(by_step)),
            wording.count(len(by_step), "step"),
        )
        for key, by_step in sorted(series.items())
    ]
    return (Gallery("", tuple(single)), *groups) if single else tuple(groups)


def _preview(artifact: Artifact, content: bytes, href: str) -> Preview:
    size = wording.size(artifact.size)
    kind = ending(artifact.path)
    text = content.decode("utf-8", "replace")
    if kind in MARKDOWN:
        return Preview(artifact.path, size, href, prose=prose(text))
    if kind in TABLES:
        return Preview(artifact.path, size, href, table=_csv(text, "\t" if kind == ".tsv" else ","))
    if kind == ".json":
        table = _split_table(text)
        if table:
            return Preview(artifact.path, size, href, table=table)
        text = _indented(text)
    lines = text.splitlines()
    note = f"first {SHOWN_LINES} of {len(lines):,} lines" if len(lines) > SHOWN_LINES else ""
    if kind in (".html", ".htm", ".svg"):
        note = "shown as text: nothing in it is run"
    cut = "\n".join(line[:400] for line in lines[:SHOWN_LINES])
    language = CODES.get(kind, "yaml" if "." not in artifact.path.rsplit("/", 1)[-1] else "text")
    return Preview(artifact.path, size, href, note, code=code(artifact.path, cut, language))


def _csv(text: str, delimiter: str) -> TablePreview:
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\0", "")), delimiter=delimiter))
    except csv.Error:
        rows = [[line] for line in text.splitlines()]
    rows = [row for row in rows if row]
    return _table(rows[0] if rows else [], rows[1:])


def _split_table(text: str) -> TablePreview | None:
    """What `log_table` writes: pandas' split form, `{"columns": […], "data": [[…]]}`."""
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):  # text of strangers may be nested without end
        return None
    if not isinstance(value, dict) or not isinstance(value.get("columns"), list):
        return None
    rows = value.get("data")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return None
    return _table([str(name) for name in value["columns"]], rows)


def _table(columns: Sequence[str], rows: Sequence[Sequence[Json]]) -> TablePreview:
    said = []
    if len(rows) > SHOWN_ROWS:
        said.append(f"first {SHOWN_ROWS} of {len(rows):,} rows")
    else:
        said.append(wording.count(len(rows), "row"))
    if len(columns) > SHOWN_COLUMNS:
        said.append(f"first {SHOWN_COLUMNS} of {len(columns):,} columns")
    width = min(len(columns), SHOWN_COLUMNS)
    shown = tuple(
        tuple(_cell(row[i] if i < len(row) else "") for i in range(width))
        for row in rows[:SHOWN_ROWS]
    )
    return TablePreview(tuple(columns[:SHOWN_COLUMNS]), shown, ", ".join(said))


def _cell(value: Json) -> Cell:
    """Whole numbers as they are written, for they may be ids; others shortened as everywhere."""
    if value is None:
        return Cell("")
    if isinstance(value, float) or (isinstance(value, str) and _DECIMAL.fullmatch(value)):
        return Cell(wording.number(float(value)), True)
    if isinstance(value, str | int) and not isinstance(value, bool):
        return Cell(str(value)[:200], bool(_WHOLE.fullmatch(str(value))))
    try:
        return Cell(json.dumps(value, ensure_ascii=False)[:200])
    except RecursionError:
        return Cell("…")


def _indented(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
