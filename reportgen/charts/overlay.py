"""One metric of many runs: the chosen ones in colour, the others grey behind them.

The y axis shows the chosen runs whole; of the others what lies beyond 2 % at either end, or twice
as far from the chosen ones as these reach themselves, may be cut off, so that runs that diverged do
not flatten all.
"""

import math
import operator
from collections.abc import Sequence
from itertools import islice

from msgspec import Struct

from reportgen.analysis.metrics import Goal
from reportgen.charts import svg
from reportgen.charts.chart import Chart
from reportgen.charts.curve import best_place, plain_values, x_values
from reportgen.charts.labels import number
from reportgen.charts.look import CONTEXT, DASHES, OVERLAY, colour
from reportgen.charts.scale import Axis, step_axis, value_axis
from reportgen.charts.svg import Plot, Stroke
from reportgen.model import Json, MetricHistory

REACH = 2
"""How far the others may stretch the y axis, in spans of the chosen runs."""


class RunCurve(Struct, frozen=True):
    """The metric of one run."""

    run_id: str
    name: str
    history: MetricHistory
    """Thinned to about 100 points."""

    hue: int = 0
    """The run's own, from 0 to 7: see analysis/hues.py."""

    total: int = 0
    """How many points it had before it was thinned; 0 if it was not."""

    goal: Goal = Goal.UNKNOWN
    """With a known one the best point of a chosen run gets a mark."""


def overlay_chart(metric: str, chosen: Sequence[RunCurve], context: Sequence[RunCurve]) -> Chart:
    """`chosen` (at most 8, the best first) over `context` (at most some 60); one at least."""
    everything = [*context, *chosen]
    across = [x_values(each.history, len(each.history)) for each in everything]
    x = step_axis(min(map(min, across)), max(map(max, across)), count=6)
    plot = svg.plot(OVERLAY, x, _values_axis(chosen, context), title_below=True)
    behind = "".join(
        svg.line(plot, xs, each.history.values, Stroke(CONTEXT, width=1, opacity=0.6))
        for xs, each in zip(across, context, strict=False)
    )
    # The best run is drawn last, above the others.
    front = [
        _chosen(plot, xs, each, place)
        for place, (xs, each) in enumerate(zip(across[len(context) :], chosen, strict=True))
    ]
    ends = [_end(plot, xs, each) for xs, each in zip(across[len(context) :], chosen, strict=True)]
    body = [
        svg.clipped(plot, behind + "".join(reversed(front))),
        *reversed(ends),
        svg.title_below(plot, "step"),
    ]
    if plot.y is None:
        body.append(svg.note(plot, "no finite value"))
    return Chart("overlay", svg.document(plot, body), _sentence(metric, chosen, context))


def overlay_data(metric: str, chosen: Sequence[RunCurve], context: Sequence[RunCurve]) -> Json:
    """What the live chart needs, for `charts.overlay[metric]` of an experiment's data file."""
    return {
        "metric": metric,
        "chosen": len(chosen),
        "runs": [_run_data(each) for each in (*chosen, *context)],
    }


def _run_data(curve: RunCurve) -> Json:
    steps = list(curve.history.steps)
    best = best_place(curve.history.values, curve.goal)
    more: dict[str, Json] = {} if best is None else {"best": best}
    return {
        **more,
        "id": curve.run_id,
        "name": curve.name,
        "hue": curve.hue,
        "step": None if steps == list(range(len(steps))) else steps,
        "knots": time_knots(curve.history.timestamps, steps),
        "value": plain_values([_short(value) for value in curve.history.values]),
    }


def time_knots(times: Sequence[int], steps: Sequence[int]) -> list[Json]:
    """The moments of a curve's points as [place, milliseconds] of a few of them.

    Those between two lie evenly over the steps, within a two-hundredth of the whole; over the
    points themselves where steps do not always grow. Most runs log at an even pace: two will do.
    """
    pace = steps if all(map(operator.lt, steps, islice(steps, 1, None))) else range(len(times))
    allowed = (max(times) - min(times)) / 200
    kept = {0, len(times) - 1}
    parts = [(0, len(times) - 1)]
    while parts:
        low, high = parts.pop()
        if high - low < 2:
            continue
        start, first = times[low], pace[low]
        slope = (times[high] - start) / (pace[high] - first)
        far = [
            abs(moment - start - slope * (place - first))
            for moment, place in zip(times[low:high], pace[low:high], strict=True)
        ]
        largest = max(far)
        if largest > allowed:
            worst = low + far.index(largest)
            kept.add(worst)
            parts += [(low, worst), (worst, high)]
    return [[place, times[place]] for place in sorted(kept)]


def _short(value: float) -> float:
    """Seven digits are more than a picture shows, and half of what a double takes."""
    return float(f"{value:.7g}")


def _values_axis(chosen: Sequence[RunCurve], context: Sequence[RunCurve]) -> Axis | None:
    shown = sorted(_finite(chosen))
    others = sorted(_finite(context))
    cut = len(others) // 50
    ends = [*others[cut : cut + 1], *others[-cut - 1 :][:1]]
    if shown and shown[0] < shown[-1]:
        far = REACH * (shown[-1] - shown[0])
        ends = [min(max(end, shown[0] - far), shown[-1] + far) for end in ends]
    ends += [*shown[:1], *shown[-1:]]
    return value_axis(min(ends), max(ends), count=5) if ends else None


def _finite(curves: Sequence[RunCurve]) -> list[float]:
    return [value for each in curves for value in each.history.values if math.isfinite(value)]


def _chosen(plot: Plot, xs: Sequence[float], curve: RunCurve, place: int) -> str:
    # The colour is the run's, the dash the place's: eight lines of one chart never share both.
    stroke = Stroke(colour(curve.hue), dash=DASHES[place % len(DASHES)])
    return svg.line(plot, xs, curve.history.values, stroke)


def _end(plot: Plot, xs: Sequence[float], curve: RunCurve) -> str:
    """The dot at the end of a line, and the marks at the edge: neither may be cut off."""
    values = curve.history.values
    end = next((i for i in reversed(range(len(values))) if math.isfinite(values[i])), None)
    mark = svg.dot(plot, xs[end], values[end], colour(curve.hue), 3) if end is not None else ""
    best = best_place(values, curve.goal)
    ring = ""
    if best is not None and best != end:
        ring = svg.ring(plot, xs[best], values[best], colour(curve.hue))
    return svg.odd_marks(plot, xs, values) + ring + mark


def _sentence(metric: str, chosen: Sequence[RunCurve], context: Sequence[RunCurve]) -> str:
    ends = [f"{each.name} ends at {number(each.history.values[-1])}" for each in chosen]
    others = f", {len(context)} others in grey" if context else ""
    runs = f"{len(chosen)} run{'s' if len(chosen) != 1 else ''} in colour{others}"
    return (
        f"{metric} over step, {runs}: {', '.join(ends)}" if ends else f"{metric} over step, {runs}"
    )
