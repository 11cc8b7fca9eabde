"""The chart of one metric of one run, over step.

A lone series takes the page's `--c` colour; a pair (training and validation) takes the first
two series colours, in the order given, for the page's legend to match.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reportgen.analysis.curves import smooth
from reportgen.analysis.metrics import Goal
from reportgen.charts import svg
from reportgen.charts.chart import Chart
from reportgen.charts.labels import number
from reportgen.charts.look import CURVE, DASHES, colour
from reportgen.charts.scale import step_axis, value_axis
from reportgen.charts.svg import Plot, Stroke
from reportgen.model import MetricHistory


@dataclass(frozen=True, slots=True)
class Series:
    """One metric as a curve."""

    label: str
    history: MetricHistory
    """Thinned already."""

    total: int
    """How many points it had before."""

    goal: Goal = Goal.UNKNOWN
    """With a known one the best point gets a mark."""


def metric_chart(title: str, series: Sequence[Series]) -> Chart:
    """The curves of one metric, at most 8, over step (over order where every step is the same)."""
    across = [x_values(each.history, each.total) for each in series]
    values = [each.history.values for each in series]
    finite = [value for column in values for value in column if math.isfinite(value)]
    x = step_axis(min(map(min, across)), max(map(max, across)), count=5)
    y = value_axis(min(finite), max(finite), count=4) if finite else None
    plot = svg.plot(CURVE, x, y)
    weights = [smoothing_weight(column) for column in values]
    body = [
        _drawn(plot, across[place], each, weights[place], _stroke(place, len(series)))
        for place, each in enumerate(series)
    ]
    if not finite:
        body.append(svg.note(plot, "no finite value"))
    alt = f"{title} over step: {'; '.join(_sentence(each, len(series) > 1) for each in series)}"
    places = [best_place(each.history.values, each.goal) for each in series]
    best = " ".join("-" if place is None else str(place) for place in places)
    return Chart("curve", svg.document(plot, body, smoothing=max(weights), best=best), alt)


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


def smoothing_weight(values: Sequence[float]) -> float:
    """How much a curve is smoothed: not at all, unless there are many points and they are noisy.

    Noisy are 50 points or more of which over a quarter turn around, by more in the mean than
    half a percent of the range. Fewer points, or a clean schedule, are shown as they are: a
    smoothed curve of those would only be late.
    """
    finite = [value for value in values if math.isfinite(value)]
    if len(finite) < 50:
        return 0
    moves = [after - before for before, after in pairwise(finite)]
    turns = [abs(b) for a, b in pairwise(moves) if (a < 0 < b) or (b < 0 < a)]
    span = max(finite) - min(finite)
    if len(turns) < len(finite) / 4 or sum(turns) < 0.005 * span * len(turns):
        return 0
    return 0.7 if len(finite) < 200 else 0.85


def _stroke(place: int, count: int) -> Stroke:
    return Stroke(colour(place, alone=count == 1), dash=DASHES[place % len(DASHES)])


def _drawn(plot: Plot, xs: Sequence[float], series: Series, weight: float, stroke: Stroke) -> str:
    """One series: the line (its raw values faint behind it when smoothed), its end and its best."""
    values = series.history.values
    shown: Sequence[float] = values
    parts = []
    if weight:
        parts.append(svg.line(plot, xs, values, Stroke(stroke.colour, width=1, opacity=0.25)))
        shown = smooth(values, weight)
    parts.append(svg.line(plot, xs, shown, stroke))
    parts.append(svg.odd_marks(plot, xs, values))
    end = next((i for i in reversed(range(len(shown))) if math.isfinite(shown[i])), None)
    best = best_place(values, series.goal)
    if best is not None and best != end:
        parts.append(svg.ring(plot, xs[best], values[best], stroke.colour))
    if end is not None:
        parts.append(svg.dot(plot, xs[end], shown[end], stroke.colour))
    return "".join(parts)


def best_place(values: Sequence[float], goal: Goal) -> int | None:
    """Where the best value is, the earlier of equals; None for no goal or no finite value."""
    places = [place for place, value in enumerate(values) if math.isfinite(value)]
    if not places or goal is Goal.UNKNOWN:
        return None
    return (max if goal is Goal.MAX else min)(places, key=lambda place: values[place])


def _sentence(series: Series, named: bool) -> str:
    """Where one curve goes, its best or extreme value, and how much of it is shown."""
    values = series.history.values
    finite = [value for value in values if math.isfinite(value)]
    words = _movement(series, finite) if finite else "has no finite value"
    odd = len(values) - len(finite)
    if odd and finite:
        words += f", {odd} {'value is' if odd == 1 else 'values are'} not finite"
    points = f"{series.total:,} point{'s' if series.total != 1 else ''}"
    shown = f", {len(values):,} shown" if len(values) < series.total else ""
    return f"{f'{series.label} ' if named else ''}{words} ({points}{shown})"


def _movement(series: Series, finite: Sequence[float]) -> str:
    values, steps = series.history.values, series.history.steps
    first, last, low, high = finite[0], finite[-1], min(finite), max(finite)
    if len(finite) == 1:
        return f"is {number(first)} at step {steps[values.index(first)]:,}"
    if low == high:
        return f"stays at {number(first)}"
    goal = series.goal
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
