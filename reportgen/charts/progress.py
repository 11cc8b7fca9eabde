"""The best value of a metric over time: a dot for each run, a step where one beat all before it."""

import math
from collections.abc import Iterable, Sequence

from msgspec import Struct

from reportgen.analysis.metrics import Goal
from reportgen.charts import svg
from reportgen.charts.chart import Chart
from reportgen.charts.labels import number
from reportgen.charts.look import CONTEXT, PROGRESS, colour
from reportgen.charts.scale import (
    FIRST_MOMENT,
    LAST_MOMENT,
    day,
    number_axis,
    time_axis,
    value_axis,
)
from reportgen.charts.svg import Plot, Stroke
from reportgen.model import Json

CELL = 4.0
"""Dots that would fall into the same square of this size are drawn once."""


class Attempt(Struct, frozen=True):
    """One run: when it began and how well it did."""

    run_id: str
    name: str
    started: int
    """Milliseconds since 1970 UTC."""

    value: float


def progress_chart(metric: str, attempts: Sequence[Attempt], goal: Goal) -> Chart:
    """`goal` must be known. Attempts without a finite value, or dated outside of the years 1 to
    9999, are left out."""
    usable = _usable(attempts)
    plot = _plot(usable)
    if plot.y is None:
        body = [svg.note(plot, "no run with a finite value")]
        return Chart("progress", svg.document(plot, body), f"{metric}: no run with a finite value")
    best = improvements(usable, goal)
    dots = [_dot(plot, each) for each in _apart(plot, usable, best)]
    starts, values = [each.started for each in best], [each.value for each in best]
    body = [
        f'<g fill="{CONTEXT}">{"".join(dots)}</g>',
        svg.steps(plot, starts, values, Stroke(colour(0))),
        *(svg.dot(plot, each.started, each.value, colour(0), 3.4) for each in best),
    ]
    return Chart("progress", svg.document(plot, body), _sentence(metric, usable, best))


def progress_data(metric: str, attempts: Sequence[Attempt], goal: Goal) -> Json:
    """What the live chart needs, for `charts.progress` of an experiment's data file.

    `runs` are [id, name, started, value] of the dots that are drawn, oldest first; `best` are
    the places in it of those that beat all before.
    """
    usable = _usable(attempts)
    best = improvements(usable, goal)
    shown = sorted((*best, *_apart(_plot(usable), usable, best)), key=_order)
    record = set(map(id, best))
    return {
        "metric": metric,
        "runs": [[each.run_id, each.name, each.started, each.value] for each in shown],
        "best": [place for place, each in enumerate(shown) if id(each) in record],
    }


def improvements(attempts: Iterable[Attempt], goal: Goal) -> list[Attempt]:
    """Of attempts in order of time, those that beat every one before; the first one is one."""
    found: list[Attempt] = []
    sign = 1 if goal is Goal.MAX else -1
    for each in attempts:
        if not found or sign * each.value > sign * found[-1].value:
            found.append(each)
    return found


def _order(attempt: Attempt) -> tuple[int, str]:
    return attempt.started, attempt.run_id


def _usable(attempts: Iterable[Attempt]) -> list[Attempt]:
    return sorted(
        (
            each
            for each in attempts
            if math.isfinite(each.value) and FIRST_MOMENT <= each.started <= LAST_MOMENT
        ),
        key=_order,
    )


def _plot(usable: Sequence[Attempt]) -> Plot:
    if not usable:
        return svg.plot(PROGRESS, number_axis(0, 1, count=1), None)
    values = [each.value for each in usable]
    x = time_axis(usable[0].started, usable[-1].started, count=6)
    return svg.plot(PROGRESS, x, value_axis(min(values), max(values), count=5))


def _apart(plot: Plot, usable: Sequence[Attempt], best: Sequence[Attempt]) -> list[Attempt]:
    """Those that are not in `best`, one for each spot of the picture."""
    record = set(map(id, best))
    spots = {
        (int(plot.across(each.started) / CELL), int(plot.down(each.value) / CELL)): each
        for each in reversed(usable)
        if id(each) not in record
    }
    return list(reversed(spots.values()))


def _dot(plot: Plot, attempt: Attempt) -> str:
    x, y = plot.across(attempt.started), plot.down(attempt.value)
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6"/>'


def _sentence(metric: str, usable: Sequence[Attempt], best: Sequence[Attempt]) -> str:
    first, last = best[0], best[-1]
    runs = f"{len(usable):,} run{'s' if len(usable) != 1 else ''}"
    start = f"best {metric} over time: {number(first.value)} on {day(first.started)}"
    if first is last:
        return f"{start} by {first.name}, not beaten since ({runs})"
    return (
        f"{start}, {number(last.value)} since {day(last.started)} by {last.name},"
        f" {len(best) - 1} improvement{'s' if len(best) > 2 else ''} ({runs})"
    )
