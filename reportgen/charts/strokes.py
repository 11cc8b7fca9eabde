"""A run's curves as SVG in few bytes: they are most of what its page weighs.

Geometry is whole parts of the drawing's units, each point told by how far it lies from the one
before. Looks are told by classes, whose rules are in `css/charts.css`. What the charts of a run
share, their steps above all, is worded once.
"""

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from operator import sub

from msgspec import Struct

from reportgen.charts import svg
from reportgen.charts.look import CURVE
from reportgen.charts.scale import Axis, step_axis
from reportgen.charts.svg import Plot
from reportgen.model import MetricHistory

TICKS = 5
"""About so many are on the x axis."""

LABELS_BELOW, LABELS_BESIDE = 18, 8
"""How far labels are from the plot."""

FINE, COARSE = 10, 2
SCALES = {FINE: ".1", COARSE: ".5"}
"""Parts of a unit. A curve that is noisy, and so jumps by more from point to point, is as well told
in the coarse ones, which take a fifth less bytes."""


class Course(Struct, frozen=True):
    """Where the points of a curve lie across."""

    places: tuple[int, ...]
    """In parts, from the left of the drawing."""

    moves: str
    """The line through them, to be filled in with the way down from each to the next."""

    parts: int
    """Of a unit: `FINE` or `COARSE`, the same for all of a drawing."""


def plot_of(histories: Iterable[tuple[MetricHistory, int]], y: Axis | None) -> Plot:
    """The plot of (history, points that it had before it was thinned)."""
    ends = [_ends(history, total) for history, total in histories]
    x = step_axis(min(low for low, _ in ends), max(high for _, high in ends), count=TICKS)
    return svg.plot(CURVE, x, y)


def _ends(history: MetricHistory, total: int) -> tuple[int, int]:
    """The first and the last step; where all are the same (never given), of the order."""
    first, last = history.steps[0], history.steps[-1]
    return (0, total - 1) if first == last and len(history) > 1 else (first, last)


def course_of(plot: Plot, history: MetricHistory, total: int, parts: int) -> Course:
    """Where the points of a history lie, of `total` before it was thinned."""
    return _course(history.steps.tobytes(), total, plot.x, plot.left, parts)


@lru_cache(maxsize=64)
def _course(recorded: bytes, total: int, x: Axis, left: float, parts: int) -> Course:
    steps: Sequence[float] = array("q", recorded)
    if len(steps) > 1 and steps[0] == steps[-1]:
        gap = (total - 1) / (len(steps) - 1)
        steps = [place * gap for place in range(len(steps))]
    start, end = round(left * parts), round((CURVE.width - svg.RIGHT) * parts)
    low, unit = x.low, (end - start) / (x.high - x.low)
    places = tuple([start + int((step - low) * unit + 0.5) for step in steps])
    return Course(places, _moves(places), parts)


def _moves(places: Sequence[int]) -> str:
    return "l" + " ".join([f"{there - here} %d" for here, there in pairwise(places)])


def line(plot: Plot, course: Course, values: Sequence[float], look: str) -> str:
    """One line; it breaks where a value is not finite, and a lonely point is a dot."""
    if plot.y is None:
        return ""
    if len(values) > 1 and math.isfinite(sum(values)):
        downs = _downs(plot, plot.y, values, course.parts)
        drawing = _through(course.places[0], downs, course.moves)
    else:
        drawing = "".join(_stretches(plot, plot.y, course, values))
    return f'<path class="{look}" d="{drawing}"/>'


def _downs(plot: Plot, axis: Axis, values: Iterable[float], parts: int) -> list[int]:
    """Where finite values lie, in parts from the top. The hot loop."""
    bottom = round(plot.bottom * parts)
    unit = (bottom - round(plot.top * parts)) / (axis.high - axis.low)
    start = bottom + axis.low * unit + 0.5
    return [int(start - value * unit) for value in values]


def _through(start: int, downs: Sequence[int], moves: str) -> str:
    # One formatting call for a whole line takes a third of the time of one for each point.
    moved = moves % tuple(map(sub, downs[1:], downs))
    return f"M{start} {downs[0]}{moved.replace(' -', '-')}"


def _stretches(plot: Plot, axis: Axis, course: Course, values: Sequence[float]) -> Iterator[str]:
    points = zip(course.places, values, strict=True)
    for finite, stretch in groupby(points, key=lambda point: math.isfinite(point[1])):
        if not finite:
            continue
        across, shown = zip(*stretch, strict=True)
        downs = _downs(plot, axis, shown, course.parts)
        lonely = len(downs) == 1
        yield f"M{across[0]} {downs[0]}h0" if lonely else _through(across[0], downs, _moves(across))


def mark(plot: Plot, course: Course, point: tuple[int, float], look: str, radius: float) -> str:
    """A circle at (place, value) of a curve."""
    place, value = point
    if plot.y is None:
        return ""
    (down,) = _downs(plot, plot.y, (value,), course.parts)
    across, radius = course.places[place], radius * course.parts
    return f'<circle class="{look}" cx="{across}" cy="{down}" r="{radius:g}"/>'


def document(plot: Plot, body: str, above: str, *, parts: int, smoothing: float, best: str) -> str:
    """The whole drawing: `body` in parts of units, `above` it what is drawn in units.

    It stands in an element that is an image with a description, so that nobody reads its texts.

    Its data attributes are those of `svg.document`.
    """
    place = f"{plot.left:g} {plot.top:g} {plot.right - plot.left:g} {plot.bottom - plot.top:g}"
    smoothed = f' data-smoothing="{smoothing:g}"' if smoothing else ""
    marked = f' data-best="{best}"' if best else ""
    look = "curve" if parts == FINE else "curve coarse"
    return (
        f'<svg class="{look}" viewBox="0 0 {CURVE.width} {CURVE.height}"'
        f' data-plot="{place}"{smoothed}{marked}><g transform="scale({SCALES[parts]})">'
        f"{_rows(plot, parts)}{_below(plot.x, plot.left, parts)}{body}</g>{above}</svg>"
    )


def _rows(plot: Plot, parts: int) -> str:
    """The lines of the grid, and their labels."""
    if plot.y is None:
        return ""
    left, right = round(plot.left * parts), round(plot.right * parts)
    downs = _downs(plot, plot.y, plot.y.ticks, parts)
    grid = "".join([f"M{left} {down}H{right}" for down in downs])
    labelled = zip(downs, plot.y.labels, strict=True)
    texts = "".join([f'<text y="{down}">{label}</text>' for down, label in labelled])
    beside = left - LABELS_BESIDE * parts
    return f'<path class="g" d="{grid}"/><g class="y" transform="translate({beside})">{texts}</g>'


@lru_cache(maxsize=64)
def _below(x: Axis, left: float, parts: int) -> str:
    """The line below a plot, and the labels of its axis."""
    plot = svg.Plot(
        CURVE, left, svg.TOP, CURVE.width - svg.RIGHT, CURVE.height - svg.BOTTOM, x, None
    )
    start, right, down = (round(length * parts) for length in (left, plot.right, plot.bottom))
    labelled = zip(x.ticks, x.labels, strict=True)
    texts = "".join(
        [f'<text x="{round(plot.across(tick) * parts)}">{label}</text>' for tick, label in labelled]
    )
    return (
        f'<path class="a" d="M{start} {down}H{right}"/>'
        f'<g transform="translate(0 {down + LABELS_BELOW * parts})">{texts}</g>'
    )
