"""Two numbers of every run against each other, coloured by a third one."""

import math
from collections.abc import Sequence

from msgspec import Struct

from reportgen.charts import svg
from reportgen.charts.chart import Chart
from reportgen.charts.labels import number
from reportgen.charts.look import BEST, RAMP, RULE, Size
from reportgen.charts.scale import Axis, log_axis, value_axis

SIZE = Size(512, 286)
CELL = 2.0
"""Dots that would fall into the same square of this size are drawn once."""


class Point(Struct, frozen=True):
    """One run; x and y are finite."""

    name: str
    x: float
    y: float
    colour: float | None = None


def scatter_chart(titles: tuple[str, str, str], points: Sequence[Point], best: Point) -> Chart:
    """Titles of x, y and colour (empty for none); two points or more, `best` among them."""
    plot = svg.plot(
        SIZE,
        _axis([one.x for one in points], 5),
        _axis([one.y for one in points], 5),
        title_below=True,
    )
    shades = _shades([one.colour for one in points])
    spots: dict[tuple[int, int, int], str] = {}
    for shade, one in zip(shades, points, strict=True):
        x, y = plot.across(one.x), plot.down(one.y)
        spots.setdefault((shade, int(x / CELL), int(y / CELL)), f"M{x:.0f},{y:.0f}h0")
    body = []
    for shade in sorted(set(shades)):
        shape = "".join(dot for (other, _, _), dot in spots.items() if other == shade)
        # A line of no length with round ends is a dot, and the shortest way to write one. The rim
        # lets pale shades be seen on the card.
        rounded = f'<path d="{shape}" stroke-linecap="round"'
        fill = RULE if shade < 0 else RAMP[shade]
        body.append(f'{rounded} stroke="var(--fg3)" stroke-width="7.5"/>')
        body.append(f'{rounded} stroke="{fill}" stroke-width="6"/>')
    x, y = plot.across(best.x), plot.down(best.y)
    ring = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6.5" stroke="{BEST}" stroke-width="2.5"/>'
    body.extend((ring, svg.title_below(plot, titles[0])))
    return Chart("scatter", svg.document(plot, body), _sentence(titles, points, best))


def _axis(values: Sequence[float], count: int) -> Axis:
    low, high = min(values), max(values)
    if low > 0 and high / low > 100:
        return log_axis(low, high, count=count)
    return value_axis(low, high, count=count)


def _shades(values: Sequence[float | None]) -> list[int]:
    """The fifth, by rank, that each value is in; -1 for none. Equal values share one."""
    known = sorted(value for value in values if value is not None)
    place: dict[float, int] = {}
    for rank, value in enumerate(known):
        place.setdefault(value, rank * 5 // len(known))
    return [-1 if value is None else place[value] for value in values]


def _sentence(titles: tuple[str, str, str], points: Sequence[Point], best: Point) -> str:
    x, y, colour = titles
    tone = f", coloured by {colour}" if colour else ""
    order = correlation([one.x for one in points], [one.y for one in points])
    course = ""
    if order is not None:
        course = f"; rank correlation {number(round(order, 2))}"
    return (
        f"{y} against {x} in {len(points):,} runs{tone}: the best, {best.name} with"
        f" {number(best.y)}, is at {number(best.x)}{course}"
    )


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Spearman's rank correlation, -1 to 1; None where one side does not vary."""
    a, b = _ranks(xs), _ranks(ys)
    middle = (len(xs) - 1) / 2
    covariance = sum((x - middle) * (y - middle) for x, y in zip(a, b, strict=True))
    spreads = [math.sqrt(sum((x - middle) ** 2 for x in side)) for side in (a, b)]
    return covariance / (spreads[0] * spreads[1]) if all(spreads) else None


def _ranks(values: Sequence[float]) -> list[float]:
    """Places in order from 0; equal values share the mean of theirs."""
    places: dict[float, list[int]] = {}
    for place, value in enumerate(sorted(values)):
        places.setdefault(value, []).append(place)
    return [sum(places[value]) / len(places[value]) for value in values]
