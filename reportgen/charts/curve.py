"""The chart of one metric of one run, over step.

A lone series takes the page's `--c` colour; a pair (training and validation) takes the first
two series colours, in the order given, for the page's legend to match.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from operator import sub

from msgspec import Struct

from reportgen.analysis.curves import smooth
from reportgen.analysis.metrics import Goal, best_of, finite_of
from reportgen.charts import strokes, svg
from reportgen.charts.chart import Chart
from reportgen.charts.labels import number
from reportgen.charts.scale import Axis, value_axis
from reportgen.charts.strokes import Frame
from reportgen.charts.svg import Plot
from reportgen.model import MetricHistory


class Series(Struct, frozen=True):
    """One metric as a curve."""

    label: str
    history: MetricHistory
    """Thinned already."""

    total: int
    """How many points it had before."""

    goal: Goal = Goal.UNKNOWN
    """With a known one the best point gets a mark."""


class _Seen(Struct, frozen=True):
    """A series, and what is looked up again and again while it is drawn."""

    series: Series
    values: list[float]
    finite: list[float]
    """Those of its values that are neither NaN nor infinite."""

    low: float
    high: float
    """Of the finite ones; 0 where there are none."""

    best: int | None
    """The place of the best value."""

    weight: float
    """How much it is smoothed."""


def _seen(series: Series) -> _Seen:
    values = series.history.values.tolist()
    finite = finite_of(values)
    if not finite:
        return _Seen(series, values, finite, 0, 0, None, 0)
    low, high = min(finite), max(finite)
    best = best_of(low, high, series.goal)
    place = None if best is None else values.index(best)
    return _Seen(series, values, finite, low, high, place, smoothing_weight(finite, high - low))


def metric_chart(title: str, series: Sequence[Series]) -> Chart:
    """The curves of one metric, at most 8, over step (over order where every step is the same)."""
    seen = [_seen(each) for each in series]
    shown = [each for each in seen if each.finite]
    x = strokes.steps_of([(each.history, each.total) for each in series])
    y = _y_axis(shown) if shown else None
    smoothing = max([each.weight for each in seen])
    frame = strokes.frame_of(x, y, strokes.COARSE if smoothing else strokes.FINE)
    lines = [_drawn(frame, each) for each in seen]
    if len(lines) > 1:
        lines = [f'<g class="c{n} d{n}">{drawn}</g>' for n, drawn in enumerate(lines, 1)]
    above = [] if shown else [svg.note(frame.plot, "no finite value")]
    above += [_odd_marks(frame.plot, each) for each in seen if len(each.finite) < len(each.values)]
    body, over, best = "".join(lines), "".join(above), _best(seen)
    drawing = strokes.document(frame, body, over, smoothing=smoothing, best=best)
    alt = f"{title} over step: {'; '.join([_sentence(each, len(seen) > 1) for each in seen])}"
    return Chart("curve", drawing, alt)


def _y_axis(shown: Sequence[_Seen]) -> Axis:
    low, high = min([each.low for each in shown]), max([each.high for each in shown])
    return value_axis(low, high, count=4)


def _best(seen: Sequence[_Seen]) -> str:
    """The places of the best points, as the live chart reads them."""
    if all(each.best is None for each in seen):
        return ""
    return " ".join("-" if each.best is None else str(each.best) for each in seen)


def plain_values(values: Sequence[float]) -> list[float | str]:
    """Numbers as they are; NaN and infinities as the words that JavaScript's Number() reads."""
    if all(map(math.isfinite, values)):
        return list(values)
    return [value if math.isfinite(value) else _word(value) for value in values]


def _word(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def x_values(history: MetricHistory, total: int) -> Sequence[float]:
    """The steps; where all are the same (never given), the order of logging over 0…total-1."""
    if len(history) < 2 or history.steps[0] != history.steps[-1]:
        return history.steps
    gap = (total - 1) / (len(history) - 1)
    return [place * gap for place in range(len(history))]


def smoothing_weight(finite: Sequence[float], spread: float) -> float:
    """How much a curve over such a range is smoothed: not at all, unless there are many points and
    they are noisy.

    Noisy are 50 points or more of which over a quarter turn around, by more in the mean than
    half a percent of the range. Fewer points, or a clean schedule, are shown as they are: a
    smoothed curve of those would only be late.
    """
    if len(finite) < 50:
        return 0
    moves = list(map(sub, finite[1:], finite))
    turns = [b for a, b in pairwise(moves) if a * b < 0]
    if len(turns) < len(finite) / 4:
        return 0
    if sum(map(abs, turns)) < 0.005 * spread * len(turns):
        return 0
    return 0.7 if len(finite) < 200 else 0.85


def _drawn(frame: Frame, seen: _Seen) -> str:
    """One series: the line (its raw values faint behind it when smoothed), its end and its best."""
    course = strokes.course_of(frame, seen.series.history, seen.series.total)
    shown = values = _within(frame.plot.y, seen)
    behind = ""
    if seen.weight:
        behind = strokes.line(frame, course, values, "r")
        shown = smooth(values, seen.weight)
    end = len(shown) - 1 if math.isfinite(shown[-1]) else _last_finite(shown)
    best = seen.best
    ring = ""
    if best is not None and best != end:
        ring = strokes.mark(frame, course, (best, values[best]), "b", 3.2)
    dot = "" if end is None else strokes.mark(frame, course, (end, shown[end]), "e", 3.6)
    return f"{behind}{strokes.line(frame, course, shown, 'l')}{ring}{dot}"


def _last_finite(values: Sequence[float]) -> int | None:
    return next((i for i in reversed(range(len(values))) if math.isfinite(values[i])), None)


def _within(axis: Axis | None, seen: _Seen) -> list[float]:
    """The values, none beyond an axis that ends before the range of numbers does."""
    if axis is None or (axis.low <= seen.low and seen.high <= axis.high):
        return seen.values
    return [
        min(axis.high, max(axis.low, value)) if math.isfinite(value) else value
        for value in seen.values
    ]


def _odd_marks(plot: Plot, seen: _Seen) -> str:
    xs = x_values(seen.series.history, seen.series.total)
    return svg.odd_marks(plot, xs, seen.values)


def best_place(values: Sequence[float], goal: Goal) -> int | None:
    """Where the best value is, the earlier of equals; None for no goal or no finite value."""
    column = list(values)
    finite = finite_of(column)
    if not finite:
        return None
    best = best_of(min(finite), max(finite), goal)
    return None if best is None else column.index(best)


def _sentence(seen: _Seen, named: bool) -> str:
    """Where one curve goes, its best or extreme value, and how much of it is shown."""
    series, finite = seen.series, seen.finite
    words = _movement(seen) if finite else "has no finite value"
    odd = len(seen.values) - len(finite)
    if odd and finite:
        words += f", {odd} {'value is' if odd == 1 else 'values are'} not finite"
    points = f"{series.total:,} point{'s' if series.total != 1 else ''}"
    shown = f", {len(seen.values):,} shown" if len(seen.values) < series.total else ""
    return f"{f'{series.label} ' if named else ''}{words} ({points}{shown})"


def _movement(seen: _Seen) -> str:
    values, steps = seen.values, seen.series.history.steps
    first, last, low, high = seen.finite[0], seen.finite[-1], seen.low, seen.high
    if len(seen.finite) == 1:
        return f"is {number(first)} at step {steps[values.index(first)]:,}"
    if low == high:
        return f"stays at {number(first)}"
    goal = seen.series.goal
    if goal is Goal.UNKNOWN:
        goal = Goal.MIN if last < first else Goal.MAX
    verb = "falls" if last < first else "rises" if last > first else "goes"
    extreme = low if goal is Goal.MIN else high
    at = "" if steps[0] == steps[-1] else f" at step {steps[values.index(extreme)]:,}"
    return (
        f"{verb} from {number(first)} to {number(last)},"
        f" {'lowest' if goal is Goal.MIN else 'highest'} {number(extreme)}"
        f"{at}"
    )
