"""A run's curves as SVG in few bytes: they are most of what its page weighs.

Geometry is whole parts of the drawing's units. Looks are told by classes, whose rules are in
`css/charts.css`. What the charts of a run share, their steps above all, is worded once.
"""

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from math import floor

from msgspec import Struct

from reportgen.charts import svg
from reportgen.charts.look import CURVE
from reportgen.charts.paths import way
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


class Frame(Struct, frozen=True):
    """What the curves of a chart lie in."""

    plot: Plot
    parts: int
    """Of a unit: `FINE` or `COARSE`, the same for all of a drawing."""

    zero: float
    """Where the value 0 is or would be, in parts from the top, and half a part for rounding."""

    unit: float
    """By how many parts the value 1 lies higher."""

    opening: str
    """The drawing's first tag, to be ended, which tells the script where the plot is."""

    axes: str
    """The grid and its labels, the line below and its labels."""


class Course(Struct, frozen=True):
    """Where the points of a curve lie across."""

    places: tuple[int, ...]
    """In parts, from the left of the drawing."""

    moves: list[int]
    """From each to the next, as `way` takes them."""


def steps_of(histories: Iterable[tuple[MetricHistory, int]]) -> Axis:
    """The axis across (history, points that it had before it was thinned)."""
    ends = [_ends(history, total) for history, total in histories]
    return step_axis(min([low for low, _ in ends]), max([high for _, high in ends]), count=TICKS)


def _ends(history: MetricHistory, total: int) -> tuple[int, int]:
    """The first and the last step; where all are the same (never given), of the order."""
    first, last = history.steps[0], history.steps[-1]
    return (0, total - 1) if first == last and len(history) > 1 else (first, last)


@lru_cache(maxsize=256)
def frame_of(x: Axis, y: Axis | None, parts: int) -> Frame:
    """The frame between these axes; without the one upwards where no value is finite."""
    plot = svg.plot(CURVE, x, y)
    zero = unit = 0.0
    rows = ""
    if y is not None:
        bottom = round(plot.bottom * parts)
        unit = (bottom - round(plot.top * parts)) / (y.high - y.low)
        zero = bottom + y.low * unit + 0.5
        rows = _rows(plot, y, parts, [floor(zero - tick * unit) for tick in y.ticks])
    look = "curve" if parts == FINE else "curve coarse"
    place = f"{plot.left:g} {plot.top:g} {plot.right - plot.left:g} {plot.bottom - plot.top:g}"
    opening = f'<svg class="{look}" viewBox="0 0 {CURVE.width} {CURVE.height}" data-plot="{place}"'
    return Frame(plot, parts, zero, unit, opening, rows + _below(plot, parts))


def _rows(plot: Plot, y: Axis, parts: int, downs: Sequence[int]) -> str:
    """The lines of the grid, and their labels."""
    left, right = round(plot.left * parts), round(plot.right * parts)
    grid = "".join([f"M{left} {down}H{right}" for down in downs])
    labelled = zip(downs, y.labels, strict=True)
    texts = "".join([f'<text y="{down}">{label}</text>' for down, label in labelled])
    beside = left - LABELS_BESIDE * parts
    return f'<path class="g" d="{grid}"/><g class="y" transform="translate({beside})">{texts}</g>'


def _below(plot: Plot, parts: int) -> str:
    """The line below a plot, and the labels of its axis."""
    ends = (plot.left, plot.right, plot.bottom)
    start, right, down = (round(length * parts) for length in ends)
    labelled = zip(plot.x.ticks, plot.x.labels, strict=True)
    texts = "".join(
        [f'<text x="{round(plot.across(tick) * parts)}">{label}</text>' for tick, label in labelled]
    )
    return (
        f'<path class="a" d="M{start} {down}H{right}"/>'
        f'<g transform="translate(0 {down + LABELS_BELOW * parts})">{texts}</g>'
    )


def course_of(frame: Frame, history: MetricHistory, total: int) -> Course:
    """Where the points of a history lie, of `total` before it was thinned."""
    plot = frame.plot
    return _course(history.steps.tobytes(), total, plot.x, plot.left, frame.parts)


@lru_cache(maxsize=64)
def _course(recorded: bytes, total: int, x: Axis, left: float, parts: int) -> Course:
    steps: Sequence[float] = array("q", recorded)
    if len(steps) > 1 and steps[0] == steps[-1]:
        gap = (total - 1) / (len(steps) - 1)
        steps = [place * gap for place in range(len(steps))]
    start, end = round(left * parts), round((CURVE.width - svg.RIGHT) * parts)
    low, unit = x.low, (end - start) / (x.high - x.low)
    places = tuple([start + int((step - low) * unit + 0.5) for step in steps])
    return Course(places, _moves(places))


def _moves(places: Sequence[int]) -> list[int]:
    return [move for here, there in pairwise(places) for move in (there - here, 0)]


def line(frame: Frame, course: Course, values: Sequence[float], look: str) -> str:
    """One line; it breaks where a value is not finite, and a lonely point is a dot."""
    if frame.plot.y is None:
        return ""
    if len(values) > 1 and math.isfinite(sum(values)):
        drawing = _through(course.places[0], _downs(frame, values), course.moves)
    else:
        drawing = "".join(_stretches(frame, course, values))
    return f'<path class="{look}" d="{drawing}"/>'


def _downs(frame: Frame, values: Iterable[float]) -> list[int]:
    """Where finite values lie, in parts from the top. The hot loop."""
    zero, unit = frame.zero, frame.unit
    return [floor(zero - value * unit) for value in values]


def _through(start: int, downs: Sequence[int], moves: list[int]) -> str:
    return f"M{start} {downs[0]}{way(moves, downs)}"


def _stretches(frame: Frame, course: Course, values: Sequence[float]) -> Iterator[str]:
    points = zip(course.places, values, strict=True)
    for finite, stretch in groupby(points, key=lambda point: math.isfinite(point[1])):
        if not finite:
            continue
        across, shown = zip(*stretch, strict=True)
        downs = _downs(frame, shown)
        lonely = len(downs) == 1
        yield f"M{across[0]} {downs[0]}h0" if lonely else _through(across[0], downs, _moves(across))


def mark(frame: Frame, course: Course, point: tuple[int, float], look: str, radius: float) -> str:
    """A circle at (place, value) of a curve."""
    place, value = point
    if frame.plot.y is None:
        return ""
    (down,) = _downs(frame, (value,))
    across, radius = course.places[place], radius * frame.parts
    return f'<circle class="{look}" cx="{across}" cy="{down}" r="{radius:g}"/>'


def document(frame: Frame, body: str, above: str, *, smoothing: float, best: str) -> str:
    """The whole drawing: `body` in parts of units, `above` it what is drawn in units.

    It stands in an element that is an image with a description, so that nobody reads its texts.

    Its data attributes are those of `svg.document`.
    """
    smoothed = f' data-smoothing="{smoothing:g}"' if smoothing else ""
    marked = f' data-best="{best}"' if best else ""
    return (
        f'{frame.opening}{smoothed}{marked}><g transform="scale({SCALES[frame.parts]})">'
        f"{frame.axes}{body}</g>{above}</svg>"
    )
