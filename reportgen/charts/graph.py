"""Lineage and workflows: boxes in columns from left to right, with lines between, as SVG.

The layout is that of Sugiyama, Tagawa and Toda (IEEE Trans. SMC 11(2), 1981): columns by the
longest path, an order within each that keeps lines from crossing, then heights that keep them
straight. The same input gives the same bytes; names arrive as text and leave escaped. The boxes
are links in reading order, and say themselves what they lead to; the lines are for the eye.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from markupsafe import Markup
from msgspec import Struct, field
from msgspec.structs import replace

from reportgen.charts.labels import markup, short
from reportgen.charts.look import CARD, LABEL, RULE, colour

WIDTH, HEIGHT = 196, 48
"""Of a box, in pixels."""

ACROSS, DOWN = 56, 16
"""Between columns, and between boxes of a column."""

THIN = 10
"""The height that a line takes where it passes through a column."""

MARGIN = 2
LABEL_CHARACTERS, NOTE_CHARACTERS = 18, 27
SWEEPS = 4
"""Forth and back; more has never changed the graphs we draw for the better."""

ICONS = {
    "project": (
        "M1.9 12V4c0-.7.6-1.3 1.3-1.3h2.9l1.6 1.9h5.1c.7 0 1.3.6 1.3 1.3V12c0 .7-.6 1.3-1.3 1.3H3.2"
        "c-.7 0-1.3-.6-1.3-1.3z",
        6,
    ),
    "entry_point": (
        "M3.7 2.9h8.6a1.8 1.8 0 0 1 1.8 1.8v6.6a1.8 1.8 0 0 1-1.8 1.8H3.7a1.8 1.8 0 0 1-1.8-1.8V4.7"
        "a1.8 1.8 0 0 1 1.8-1.8zM4.6 6.2l2 1.8-2 1.8m3.6.2h3",
        6,
    ),
    "dataset": (
        "M2.6 3.8a5.4 2 0 1 0 10.8 0a5.4 2 0 1 0-10.8 0v8.4c0 1.1 2.4 2 5.4 2s5.4-.9 5.4-2V3.8"
        "M2.6 8c0 1.1 2.4 2 5.4 2s5.4-.9 5.4-2",
        5,
    ),
    "run": ("M1.8 8a6.2 6.2 0 1 0 12.4 0a6.2 6.2 0 1 0-12.4 0M6.9 5.7v4.6L10.4 8z", 0),
    "model": ("M8 1.8 13.6 5v6L8 14.2 2.4 11V5zM2.4 5 8 8.2 13.6 5M8 8.2v6", 2),
    "version": ("M8 2 14 5.2 8 8.4 2 5.2zM2 8.2l6 3.2 6-3.2M2 11l6 3.2L14 11", 3),
    "alias": (
        "m8 2 1.8 3.8 4.2.6-3 2.9.7 4.1L8 11.4l-3.7 2 .7-4.1-3-2.9 4.2-.6z",
        1,
    ),
}
"""By kind: its icon, as in `icons.css` of the theme, and the place of its colour among the
series."""

TONES = {"ok": "var(--ok)", "bad": "var(--bad)", "run": "var(--run)", "warn": "var(--warn)"}
"""The edge of a box, by the tones that chips have."""


class Node(Struct, frozen=True):
    """A box."""

    id: str
    kind: str
    """A key of `ICONS`."""

    label: str
    note: str = ""
    """A second, smaller line."""

    href: str = ""
    """Where it leads, as written in the page; empty for nowhere."""

    tone: str = ""
    """A key of `TONES`; empty for none."""

    column: int = 0
    """The first column that it may stand in: boxes of a kind can be kept below each other."""


class Edge(Struct, frozen=True):
    """A line from one box to another; those with an end that is not there are left out."""

    source: str
    target: str
    label: str = ""
    """Told to those who hear the graph: `made`."""


class _Place(Struct):
    """A box, or a line's way through a column (then `node` is None)."""

    column: int
    node: Node | None
    height: float
    before: list["_Place"] = field(default_factory=list)
    after: list["_Place"] = field(default_factory=list)
    top: float = 0

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def graph_svg(nodes: Sequence[Node], edges: Sequence[Edge], *, title: str) -> Markup:
    """The graph as inline SVG of its natural size, to stand in a box that scrolls.

    Columns follow from the edges, and the order of `nodes` decides where nothing else does. An
    edge that would close a circle is drawn backwards. Empty for no nodes.
    """
    if not nodes:
        return Markup()
    known = {node.id: node for node in nodes}
    lines = [edge for edge in edges if edge.source in known and edge.target in known]
    places, paths = _placed(nodes, _without_circles(nodes, lines))
    width = max(_left(one.column) for one in places) + WIDTH + MARGIN
    height = max(one.top + one.height for one in places) + MARGIN
    drawn = "".join(map(_line, paths))
    boxes = "".join(_box(one, _told(one.node, lines, known)) for one in places if one.node)
    return Markup(
        f'<svg class="graph" width="{width:g}" height="{height:g}"'
        f' viewBox="0 0 {width:g} {height:g}" fill="none" role="group"'
        f' aria-label="{markup(title)}"><path d="{drawn}" stroke="{RULE}" stroke-width="1.5"/>'
        f"{boxes}</svg>"
    )


# ---- columns -----------------------------------------------------------------------------------


def _without_circles(nodes: Sequence[Node], edges: Iterable[Edge]) -> list[Edge]:
    """The edges with those turned round that lead back, once each."""
    after: dict[str, set[str]] = {node.id: set() for node in nodes}
    kept: list[Edge] = []
    for edge in edges:
        turned = replace(edge, source=edge.target, target=edge.source)
        one = turned if _reaches(after, edge.target, edge.source) else edge
        if one.source != one.target and one.target not in after[one.source]:
            after[one.source].add(one.target)
            kept.append(one)
    return kept


def _reaches(after: Mapping[str, set[str]], start: str, end: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        for one in after[waiting.pop()] - seen:
            seen.add(one)
            waiting.append(one)
    return end in seen


def _columns(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, int]:
    """The longest path to each box; one that nothing leads to stands just before what follows."""
    columns = {node.id: node.column for node in nodes}
    for _ in nodes:
        for edge in edges:
            columns[edge.target] = max(columns[edge.target], columns[edge.source] + 1)
    led_to = {edge.target for edge in edges}
    for node in nodes:
        follow = [columns[edge.target] for edge in edges if edge.source == node.id]
        if node.id not in led_to and follow:
            columns[node.id] = max(node.column, min(follow) - 1)
    return columns


def _placed(
    nodes: Sequence[Node], edges: Sequence[Edge]
) -> tuple[list[_Place], list[list[_Place]]]:
    """Every place with its top, boxes in reading order, and the ways of the lines."""
    columns = _columns(nodes, edges)
    boxes = {node.id: _Place(columns[node.id], node, HEIGHT) for node in nodes}
    rows: list[list[_Place]] = [[] for _ in range(max(columns.values()) + 1)]
    for box in boxes.values():
        rows[box.column].append(box)
    paths = [list(_way(boxes[edge.source], boxes[edge.target], rows)) for edge in edges]
    for path in paths:
        for one, other in itertools.pairwise(path):
            one.after.append(other)
            other.before.append(one)
    _untangle(rows)
    _straighten(rows)
    return [place for row in rows for place in row], paths


def _way(start: _Place, end: _Place, rows: list[list[_Place]]) -> Iterator[_Place]:
    yield start
    for column in range(start.column + 1, end.column):
        passing = _Place(column, None, THIN)
        rows[column].append(passing)
        yield passing
    yield end


# ---- order and height --------------------------------------------------------------------------


def _untangle(rows: list[list[_Place]]) -> None:
    """Orders each column by the mean place of what its boxes are joined to."""
    for _ in range(SWEEPS):
        for column in range(1, len(rows)):
            _sort(rows[column], rows[column - 1], back=True)
        for column in reversed(range(len(rows) - 1)):
            _sort(rows[column], rows[column + 1], back=False)


def _sort(row: list[_Place], beside: Sequence[_Place], *, back: bool) -> None:
    rank = {id(place): turn for turn, place in enumerate(beside)}
    own = {id(place): turn for turn, place in enumerate(row)}

    def wish(place: _Place) -> float:
        joined = place.before if back else place.after
        ranks = [rank[id(one)] for one in joined]
        return sum(ranks) / len(ranks) if ranks else own[id(place)]

    row.sort(key=wish)


def _straighten(rows: list[list[_Place]]) -> None:
    """Gives each box the mean height of what it is joined to, as far as the others leave room."""
    for row in rows:
        _stack(row, [0.0] * len(row))
    for _ in range(SWEEPS):
        for row in (*rows[1:], *reversed(rows[:-1])):
            _stack(row, [_wished(place, (*place.before, *place.after)) for place in row])
    for row in rows:  # a last time from left to right: what came alone goes on in a straight line
        _stack(row, [_wished(place, place.before) for place in row])
    highest = min(place.top for row in rows for place in row)
    for row in rows:
        for place in row:
            place.top += MARGIN - highest


def _wished(place: _Place, joined: Sequence[_Place]) -> float:
    middle = sum(one.middle for one in joined) / len(joined) if joined else place.middle
    return middle - place.height / 2


def _stack(row: Sequence[_Place], wishes: Sequence[float]) -> None:
    """The tops nearest to the wished ones at which nothing overlaps, by least squares.

    Boxes that would overlap are joined to blocks, each at the mean of its members' wishes
    (pool adjacent violators).
    """
    offsets = [0.0]
    for place in row:
        offsets.append(offsets[-1] + place.height + DOWN)
    blocks: list[tuple[float, int]] = []
    for wish, offset in zip(wishes, offsets, strict=False):
        start, count = wish - offset, 1
        while blocks and blocks[-1][0] > start:
            above, many = blocks.pop()
            start = (above * many + start * count) / (many + count)
            count += many
        blocks.append((start, count))
    starts = [start for start, count in blocks for _ in range(count)]
    for place, start, offset in zip(row, starts, offsets, strict=False):
        place.top = start + offset


# ---- drawing -----------------------------------------------------------------------------------


def _left(column: int) -> float:
    return MARGIN + column * (WIDTH + ACROSS)


def _line(path: Sequence[_Place]) -> str:
    """From box to box, level through the columns between."""
    shape = [f"M{_left(path[0].column) + WIDTH:g},{path[0].middle:.1f}"]
    for one, other in itertools.pairwise(path):
        start, end = _left(one.column) + WIDTH, _left(other.column)
        bend = (start + end) / 2
        shape.append(
            f"H{start:g}C{bend:g},{one.middle:.1f},{bend:g},{other.middle:.1f},"
            f"{end:g},{other.middle:.1f}"
        )
    return "".join(shape)


def _box(place: _Place, told: str) -> str:
    node = place.node or Node("", "run", "")
    icon, series = ICONS.get(node.kind, ICONS["run"])
    left, top = _left(place.column), place.top
    edge = TONES.get(node.tone, RULE)
    middle = top + HEIGHT / 2
    note = ""
    if node.note:
        note = (
            f'<text x="{left + 42:g}" y="{middle + 14:.1f}" fill="{LABEL}" font-size="11.5">'
            f"{markup(short(node.note, NOTE_CHARACTERS))}</text>"
        )
    body = (
        f'<rect x="{left:g}" y="{top:.1f}" width="{WIDTH}" height="{HEIGHT}" rx="9"'
        f' fill="{CARD}" stroke="{edge}"/>'
        f'<path transform="translate({left + 13:g} {middle - 8:.1f})" d="{icon}"'
        f' stroke="{colour(series)}" stroke-width="1.5"/>'
        f'<text x="{left + 42:g}" y="{middle + (-2 if note else 4.5):.1f}" fill="var(--fg)"'
        f' font-size="13" font-weight="560">{markup(short(node.label, LABEL_CHARACTERS))}</text>'
        f"{note}"
    )
    title = f"<title>{markup(told)}</title>"
    if node.href:
        return f'<a href="{markup(node.href)}" aria-label="{markup(told)}">{title}{body}</a>'
    return f'<g role="img" aria-label="{markup(told)}">{title}{body}</g>'


def _told(node: Node | None, edges: Iterable[Edge], known: Mapping[str, Node]) -> str:
    """Such as `Run baseline, 3 min; made Model forest`."""
    if node is None:
        return ""
    said = f"{_kind(node)} {node.label}" + (f", {node.note}" if node.note else "")
    leads = [
        f"{edge.label or 'leads to'} {_kind(known[edge.target]).lower()} {known[edge.target].label}"
        for edge in edges
        if edge.source == node.id and edge.target != node.id
    ]
    return "; ".join([said, *leads])


def _kind(node: Node) -> str:
    return node.kind.replace("_", " ").capitalize()
