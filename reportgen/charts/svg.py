"""Line charts as SVG, written by hand: drawing one by a chart library takes 75 times as long.

Everything is an attribute (no style, no class), coloured by css variables; geometry has one
decimal; the same input gives the same bytes. Names arrive here as text and leave escaped.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from itertools import groupby

from msgspec import Struct

from reportgen.charts.labels import markup
from reportgen.charts.look import CARD, FONT_SIZE, GRID, LABEL, ODD, RULE, Size
from reportgen.charts.scale import Axis

TOP, RIGHT, BOTTOM = 9, 12, 25
"""From a plot to the edges of its drawing; the left depends on the labels."""

ODD_SPACING = 4
"""Marks of values that are not finite, nearer to each other than this, become one."""


class Plot(Struct, frozen=True):
    """The rectangle between the axes, and how values become places in it."""

    size: Size
    left: float
    top: float
    right: float
    bottom: float
    x: Axis
    y: Axis | None
    """None where no value is finite."""

    def across(self, value: float) -> float:
        return self.left + self.x.part(value) * (self.right - self.left)

    def down(self, value: float) -> float:
        if self.y is None:
            return (self.top + self.bottom) / 2
        return self.bottom - self.y.part(value) * (self.bottom - self.top)


class Stroke(Struct, frozen=True):
    """How one line is drawn."""

    colour: str
    width: float = 2
    dash: str = ""
    opacity: float = 1


def plot(size: Size, x: Axis, y: Axis | None, *, title_below: bool = False) -> Plot:
    """The plot whose left margin has room for the labels of its y axis, on phones too."""
    longest = max((len(label) for label in y.labels), default=0) if y else 0
    bottom = size.height - (42 if title_below else BOTTOM)
    return Plot(size, 14 + 6.8 * max(2, longest), TOP, size.width - RIGHT, bottom, x, y)


def document(plot: Plot, body: Iterable[str], *, smoothing: float = 0, best: str = "") -> str:
    """The whole drawing. Its data attributes tell the script what the live chart starts with:
    the rectangle that it takes, how smooth it is, and the places of the best points."""
    place = f"{plot.left:g} {plot.top:g} {plot.right - plot.left:g} {plot.bottom - plot.top:g}"
    smoothed = f' data-smoothing="{smoothing:g}"' if smoothing else ""
    marked = f' data-best="{best}"' if best else ""
    return (
        f'<svg viewBox="0 0 {plot.size.width:g} {plot.size.height:g}" fill="none"'
        f' font-size="{FONT_SIZE:g}" aria-hidden="true" data-plot="{place}"{smoothed}{marked}>'
        f"{axes(plot)}{''.join(body)}</svg>"
    )


def axes(plot: Plot) -> str:
    """Grid lines and labels of the y axis, the line and labels of the x axis."""
    parts = []
    if plot.y:
        rows = [(f"{plot.down(tick):.1f}", label) for tick, label in _labelled(plot.y)]
        grid = "".join(f"M{plot.left:.1f},{y}H{plot.right:.1f}" for y, _ in rows)
        parts.append(f'<path d="{grid}" stroke="{GRID}"/>')
        texts = "".join(f'<text x="{plot.left - 8:.1f}" y="{y}">{text}</text>' for y, text in rows)
        parts.append(f'<g fill="{LABEL}" text-anchor="end" dominant-baseline="central">{texts}</g>')
    parts.append(f'<path d="M{plot.left:.1f},{plot.bottom:.1f}H{plot.right:.1f}" stroke="{RULE}"/>')
    texts = "".join(
        f'<text x="{plot.across(tick):.1f}" y="{plot.bottom + 18:.1f}">{label}</text>'
        for tick, label in _labelled(plot.x)
    )
    parts.append(f'<g fill="{LABEL}" text-anchor="middle">{texts}</g>')
    return "".join(parts)


def _labelled(axis: Axis) -> Iterable[tuple[float, str]]:
    return zip(axis.ticks, axis.labels, strict=True)


def line(plot: Plot, xs: Sequence[float], ys: Sequence[float], stroke: Stroke) -> str:
    """One line; it breaks where a value is not finite, and a lonely point is a dot."""
    return _path(_segments(plot, xs, ys), stroke)


def steps(plot: Plot, xs: Sequence[float], ys: Sequence[float], stroke: Stroke) -> str:
    """A line that keeps each value until the next, and the last one to the right end."""
    start = f"M{plot.across(xs[0]):.1f},{plot.down(ys[0]):.1f}"
    moves = (
        f"H{plot.across(x):.1f}V{plot.down(y):.1f}" for x, y in zip(xs[1:], ys[1:], strict=True)
    )
    return _path(f"{start}{''.join(moves)}H{plot.right:.1f}", stroke)


def area(
    plot: Plot,
    xs: Sequence[float],
    lows: Sequence[float],
    highs: Sequence[float],
    colour: str,
    opacity: float,
) -> str:
    """What lies between two lines; it breaks where either is not finite."""
    shapes = []
    points = zip(xs, lows, highs, strict=True)
    for whole, stretch in groupby(points, lambda at: math.isfinite(at[1] + at[2])):
        if whole:
            there = list(stretch)
            edge = [(x, high) for x, _, high in there] + [(x, low) for x, low, _ in reversed(there)]
            corners = (f"{plot.across(x):.1f},{plot.down(y):.1f}" for x, y in edge)
            shapes.append(f"M{'L'.join(corners)}Z")
    if plot.y is None or not shapes:
        return ""
    return f'<path d="{"".join(shapes)}" fill="{colour}" fill-opacity="{opacity:g}"/>'


def _path(drawing: str, stroke: Stroke) -> str:
    dash = f' stroke-dasharray="{stroke.dash}"' if stroke.dash else ""
    opacity = f' opacity="{stroke.opacity:g}"' if stroke.opacity < 1 else ""
    return (
        f'<path d="{drawing}" stroke="{stroke.colour}" stroke-width="{stroke.width:g}"'
        f' stroke-linejoin="round" stroke-linecap="round"{dash}{opacity}/>'
    )


def _segments(plot: Plot, xs: Sequence[float], ys: Sequence[float]) -> str:
    """The geometry of a line over linear axes, each point told by how far it lies from the one
    before, in tenths that do not add up to a drift. The hot loop."""
    if plot.y is None:
        return ""
    x0, x_unit = plot.left, (plot.right - plot.left) / (plot.x.high - plot.x.low)
    y0, y_unit = plot.bottom, (plot.bottom - plot.top) / (plot.y.high - plot.y.low)
    x0, y0 = x0 - plot.x.low * x_unit, y0 + plot.y.low * y_unit
    shapes = []
    for run in _unbroken(xs, _drawable(plot.y, ys)):
        tenths = [round(10 * part) for x, y in run for part in (x0 + x * x_unit, y0 - y * y_unit)]
        start = f"M{tenths[0] / 10:g} {tenths[1] / 10:g}"
        if len(run) == 1:
            shapes.append(f"{start}h0")
            continue
        # One formatting call for the whole line takes half the time of one for each point.
        moves = [(there - here) / 10 for here, there in zip(tenths, tenths[2:], strict=False)]
        drawn = " ".join(["%g"] * len(moves)) % tuple(moves)
        shapes.append(f"{start}l{drawn.replace(' -', '-')}")
    return "".join(shapes)


def _drawable(axis: Axis, ys: Sequence[float]) -> Sequence[float]:
    """A line may leave its plot, but not the range of numbers that a renderer can take."""
    room = 9 * (axis.high - axis.low)
    if all(map(math.isfinite, ys)) and min(ys) >= axis.low - room and max(ys) <= axis.high + room:
        return ys
    low, high = axis.low - room, axis.high + room
    return [min(high, max(low, y)) if math.isfinite(y) else y for y in ys]


def _unbroken(xs: Sequence[float], ys: Sequence[float]) -> Iterable[Sequence[tuple[float, float]]]:
    """The stretches of points without a gap."""
    points = list(zip(xs, ys, strict=True))
    if all(map(math.isfinite, ys)):
        yield points
        return
    for finite, run in groupby(points, key=lambda point: math.isfinite(point[1])):
        if finite:
            yield list(run)


def dot(plot: Plot, x: float, y: float, colour: str, radius: float = 3.6) -> str:
    return (
        f'<circle cx="{plot.across(x):.1f}" cy="{plot.down(y):.1f}" r="{radius:g}"'
        f' fill="{colour}"/>'
    )


def ring(plot: Plot, x: float, y: float, colour: str) -> str:
    """The mark of the best point."""
    return (
        f'<circle cx="{plot.across(x):.1f}" cy="{plot.down(y):.1f}" r="3.2"'
        f' fill="{CARD}" stroke="{colour}" stroke-width="1.6"/>'
    )


def odd_marks(plot: Plot, xs: Sequence[float], ys: Sequence[float]) -> str:
    """Where values are not finite: a triangle up at the top for infinity, down at the bottom for
    minus infinity, a cross at the bottom for NaN."""
    taken: set[tuple[str, int]] = set()
    shapes = []
    for x, y in zip(xs, ys, strict=True):
        if math.isfinite(y):
            continue
        across = plot.across(x)
        kind = "nan" if math.isnan(y) else "up" if y > 0 else "down"
        if (kind, int(across / ODD_SPACING)) not in taken:
            taken.add((kind, int(across / ODD_SPACING)))
            shapes.append(_odd_mark(kind, across, plot.top if kind == "up" else plot.bottom))
    if not shapes:
        return ""
    return f'<path d="{"".join(shapes)}" stroke="{ODD}" stroke-width="1.4"/>'


def _odd_mark(kind: str, x: float, y: float) -> str:
    if kind == "nan":
        return f"M{x - 2.5:.1f},{y - 7.5:.1f}l5,5m0,-5l-5,5"
    if kind == "up":
        return f"M{x - 3:.1f},{y + 5:.1f}h6l-3,-5Z"
    return f"M{x - 3:.1f},{y - 5:.1f}h6l-3,5Z"


def note(plot: Plot, text: str) -> str:
    """A sentence in the middle of a plot that has nothing else to show."""
    return (
        f'<text x="{(plot.left + plot.right) / 2:.1f}" y="{(plot.top + plot.bottom) / 2:.1f}"'
        f' fill="{LABEL}" text-anchor="middle">{markup(text)}</text>'
    )


def title_below(plot: Plot, text: str) -> str:
    """The title of the x axis."""
    return (
        f'<text x="{(plot.left + plot.right) / 2:.1f}" y="{plot.size.height - 5:.1f}"'
        f' fill="{LABEL}" text-anchor="middle">{markup(text)}</text>'
    )


def clipped(plot: Plot, body: str) -> str:
    """`body`, cut off at the plot's edges. The id follows from the content: no two charts clash."""
    name = f"c{hashlib.sha256(f'{plot}{body}'.encode()).hexdigest()[:10]}"
    width, height = plot.right - plot.left, plot.bottom - plot.top
    return (
        f'<clipPath id="{name}"><rect x="{plot.left:.1f}" y="{plot.top:.1f}"'
        f' width="{width:.1f}" height="{height:.1f}"/></clipPath>'
        f'<g clip-path="url(#{name})">{body}</g>'
    )
