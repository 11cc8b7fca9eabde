"""One artifact shown on the page: from its bytes to what the template lays out.

Previews may need files of their own (a page of a PDF, a wrapped HTML document, a twin for
scripts); these leave as `made`, for the site to write. One bad file costs only its own preview.
"""

import posixpath
from collections.abc import Callable, Mapping
from hashlib import sha256

from markupsafe import Markup
from msgspec import Struct, field

from reportgen.charts.chart import Chart
from reportgen.model import Artifact
from reportgen.views import addresses, wording
from reportgen.views.artifacts import documents
from reportgen.views.artifacts.arrays import array_note
from reportgen.views.artifacts.galleries import Picture
from reportgen.views.artifacts.kinds import Kind, anchor, ending, has_twin, kind_of
from reportgen.views.artifacts.maps import MapPreview, is_geojson, map_preview
from reportgen.views.artifacts.notebooks import Notebook, notebook
from reportgen.views.artifacts.results import chart_of_json, chart_of_rows
from reportgen.views.artifacts.tables import (
    TablePreview,
    csv_table,
    parquet_table,
    split_table,
)
from reportgen.views.artifacts.texts import (
    TextPreview,
    hash_of,
    indented,
    parsed,
    text_of,
    text_preview,
)
from reportgen.views.prose import prose

DIGEST = 20
"""Hex digits of a SHA-256 that name a copied file."""


class Notice(Struct, frozen=True):
    """Why a file is not shown, and what can be done about it."""

    what: str
    hint: str


class Media(Struct, frozen=True):
    kind: str
    """`audio` or `video`."""

    src: str


class Frame(Struct, frozen=True):
    """An HTML document that a button shows in a sandboxed frame."""

    src: str
    scripts: bool
    """True where the frame lets the document's own scripts run."""

    note: str


class Body(Struct, frozen=True):
    """How the content is shown: the fields that are not empty say."""

    note: str = ""
    prose: Markup | None = None
    chart: Chart | None = None
    """Besides the text or the table that it was drawn from."""

    text: TextPreview | None = None
    table: TablePreview | None = None
    notebook: Notebook | None = None
    pages: tuple[Picture, ...] = ()
    media: Media | None = None
    frame: Frame | None = None
    map: MapPreview | None = None
    drawing: str = ""
    """The `data:` address of an SVG."""

    drawn: bool = False
    """True of an SVG too large for the page, which a script shows as a picture."""

    tree: bool = False
    """True where a script may lay the text out as a tree."""

    notice: Notice | None = None
    made: Mapping[str, bytes] = field(default_factory=dict)
    """Files that it needs, by address from the site's root."""

    @property
    def chart_svg(self) -> Markup:
        return Markup(self.chart.svg if self.chart else "")


class Preview(Struct, frozen=True):
    """One artifact shown on the page."""

    name: str
    anchor: str
    icon: str
    size: str
    href: str
    save_as: str
    """The file's own name, which the copy may not have."""

    sha256: str
    twin: str
    """The address of the script that hands its text to those of the page; '' for none."""

    hash: str
    """By which that script names the text."""

    open: bool
    body: Body

    @property
    def short_hash(self) -> str:
        return self.sha256[:12]


class Given(Struct, frozen=True):
    """What a preview is made of."""

    path: str
    content: bytes
    copy: str
    """The address of its copy from the site's root; '' where it was not copied."""

    page: str
    """The address of the page."""

    copies: Mapping[str, str]
    """The addresses of all copies, by path: a table may name pictures."""

    @property
    def text(self) -> str:
        return text_of(self.content)

    def picture(self, path: str) -> str:
        copy = self.copies.get(path, "")
        is_image = copy and kind_of(path) is Kind.IMAGE
        return addresses.relative(copy, self.page) if is_image else ""

    def kept(self, content: bytes, name: str) -> tuple[str, str]:
        """Where a file made of it belongs: from the site's root, and from the page."""
        address = addresses.file(sha256(content).hexdigest()[:DIGEST], name)
        return address, addresses.relative(address, self.page)


OPENED = frozenset({Kind.MARKDOWN, Kind.TABLE, Kind.PARQUET, Kind.PDF, Kind.MAP, Kind.AUDIO})
OPENED |= {Kind.VIDEO, Kind.SVG}
"""Kinds that are open at once: they are looked at, not searched."""


def preview(given: Given, artifact: Artifact, icon: str) -> Preview:
    """`given.content` is empty for kinds that the browser alone reads: audio and video."""
    path = artifact.path
    kind = kind_of(path)
    href = addresses.relative(given.copy, given.page) if given.copy else ""
    body = _body(given, kind)
    told = has_twin(artifact) and bool(given.copy)
    is_read = kind not in (Kind.AUDIO, Kind.VIDEO)
    return Preview(
        name=path,
        anchor=anchor(path),
        icon=icon,
        size=wording.size(artifact.size),
        href=href,
        save_as=posixpath.basename(path),
        sha256=sha256(given.content).hexdigest() if is_read else "",
        twin=f"{href}.js" if told else "",
        hash=hash_of(given.copy) if told else "",
        open=kind in OPENED or bool(body.table or body.map or body.chart),
        body=body,
    )


def _body(given: Given, kind: Kind) -> Body:
    maker = MAKERS.get(kind, _text)
    try:
        return maker(given)
    except ValueError as error:  # also Unicode and JSON errors
        what = f"This file could not be read: {str(error).rstrip('.')[:200]}."
        return Body(notice=Notice(what, "It may be half-written or of another kind; log it again."))


def _text(given: Given) -> Body:
    shown = text_preview(given.path, given.text)
    return Body(shown.note, text=shown)


def _markdown(given: Given) -> Body:
    return Body(prose=prose(given.text))


def _csv(given: Given) -> Body:
    table = csv_table(given.text, "\t" if ending(given.path) == ".tsv" else ",")
    rows = [table.columns, *([cell.text for cell in row] for row in table.rows)]
    return Body(table.note, table=table, chart=chart_of_rows(given.path, rows))


def _json(given: Given) -> Body:
    value = parsed(given.text)
    table = split_table(value, given.picture)
    if table:
        return Body(table.note, table=table)
    shown = text_preview(given.path, indented(value, given.text))
    tree = isinstance(value, dict | list) and bool(value)
    if is_geojson(value):
        try:
            drawn = map_preview(value)
        except ValueError:
            return Body(shown.note, text=shown, tree=tree)
        return Body(drawn.note, text=shown, tree=tree, map=drawn)
    return Body(shown.note, text=shown, tree=tree, chart=chart_of_json(given.path, value))


def _map(given: Given) -> Body:
    drawn = map_preview(parsed(given.text))
    return Body(drawn.note, map=drawn)


def _parquet(given: Given) -> Body:
    try:
        table = parquet_table(given.content, given.picture)
    except ImportError:
        what = "Parquet files are shown where pyarrow is installed."
        hint = "Run `pip install 'reportgen-mlflow[parquet]'` and build again."
        return Body(notice=Notice(what, hint))
    return Body(table.note, table=table)


def _notebook(given: Given) -> Body:
    shown = notebook(given.content)
    return Body(shown.note, notebook=shown)


def _array(given: Given) -> Body:
    return Body(array_note(given.content))


def _pdf(given: Given) -> Body:
    found = documents.pdf_pages(given.content)
    stem = posixpath.splitext(posixpath.basename(given.path))[0]
    made, pictures = {}, []
    for number, (content, _) in enumerate(zip(found.pictures, found.sizes, strict=True), 1):
        address, src = given.kept(content, f"{stem}-{number}.png")
        made[address] = content
        said = f"page {number} of {found.amount:,}"
        pictures.append(Picture(said, src, src, f"{said.capitalize()} of {given.path}"))
    amount = wording.count(found.amount, "page")
    shown = len(pictures)
    note = amount if shown == found.amount else f"first {shown} of {found.amount:,} pages"
    return Body(note, pages=tuple(pictures), made=made)


def _html(given: Given) -> Body:
    copy = documents.wrapped(given.content)
    stem = posixpath.splitext(posixpath.basename(given.path))[0]
    address, src = given.kept(copy.content, f"{stem}.htm")  # our own pages end in .html
    note = "shown alone, in a frame that can reach neither this page nor a network"
    if copy.foreign:
        note = (
            f"It wants a script from {copy.foreign}, which is not loaded; "
            "a self-contained file would be, as by `mlflow.log_text(figure.to_html(), …)`."
        )
    shown = text_preview(given.path, given.text) if len(given.content) <= 200_000 else None
    return Body(
        "HTML, shown in a frame of its own",
        text=shown,
        frame=Frame(src, copy.scripted, note),
        made={address: copy.content},
    )


def _svg(given: Given) -> Body:
    shown = text_preview(given.path, given.text)
    inline = len(given.content) <= documents.INLINE_SVG
    source = documents.svg_source(given.content) if inline else ""
    return Body(
        "SVG, shown as a picture: nothing in it is run",
        text=shown,
        drawing=source,
        drawn=not inline,
    )


def _media(given: Given) -> Body:
    kind = "audio" if kind_of(given.path) is Kind.AUDIO else "video"
    return Body(kind, media=Media(kind, addresses.relative(given.copy, given.page)))


MAKERS: Mapping[Kind, Callable[[Given], Body]] = {
    Kind.MARKDOWN: _markdown,
    Kind.TABLE: _csv,
    Kind.JSON: _json,
    Kind.MAP: _map,
    Kind.PARQUET: _parquet,
    Kind.NOTEBOOK: _notebook,
    Kind.ARRAY: _array,
    Kind.PDF: _pdf,
    Kind.HTML: _html,
    Kind.SVG: _svg,
    Kind.AUDIO: _media,
    Kind.VIDEO: _media,
}
