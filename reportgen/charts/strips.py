"""A metric by the values of a parameter: every run a dot, a box of the quartiles behind them."""

import statistics
from collections.abc import Sequence

from msgspec import Struct

from reportgen.charts import svg
from reportgen.charts.chart import Chart
from reportgen.charts.labels import markup, number, short
from reportgen.charts.look import BEST, LABEL, RAMP, TEXT, Size, colour
from reportgen.charts.scale import Axis, value_axis
from reportgen.charts.svg import Plot

SIZE = Size(512, 286)
GOLDEN = 0.618034
"""Multiples of it, without their whole part, are spread evenly: dots set apart without chance."""


class Strip(Struct, frozen=True):
    """The runs with one value of the parameter."""

    label: str
    values: tuple[float, ...]
    """Finite, at least one."""

    @property
    def quartiles(self) -> tuple[float, float, float]:
        """Lower quartile, median and upper quartile, with linear interpolation."""
        if len(self.values) == 1:
            return (self.values[0],) * 3
        low, middle, high = statistics.quantiles(self.values, n=4, method="inclusive")
        return low, middle, high


def strips_chart(param: str, metric: str, strips: Sequence[Strip], best: int) -> Chart:
    """At least two strips in their order; `best` is the place of that with the best median."""
    every = [value for strip in strips for value in strip.values]
    across = Axis(-0.5, len(strips) - 0.5, (), ())
    plot = svg.plot(SIZE, across, value_axis(min(every), max(every), count=5), title_below=True)
    width = (plot.right - plot.left) / len(strips)
    body = [
        _strip(plot, place, strip, width, marked=place == best)
        for place, strip in enumerate(strips)
    ]
    return Chart("strips", svg.document(plot, body), _sentence(param, metric, strips, best))


def _strip(plot: Plot, place: int, strip: Strip, width: float, *, marked: bool) -> str:
    middle = plot.across(place)
    half = min(46.0, width * 0.36)
    low, median, high = (plot.down(value) for value in strip.quartiles)
    dots = "".join(
        f"M{middle + ((turn * GOLDEN) % 1 - 0.5) * 1.5 * half:.0f},{plot.down(value):.0f}h0"
        for turn, value in enumerate(strip.values)
    )
    room = max(3, int(width / 6.7))
    label = f"{markup(short(strip.label, room))}"
    edge = BEST if marked else TEXT
    return (
        f'<rect x="{middle - half:.1f}" y="{high:.1f}" width="{2 * half:.1f}"'
        f' height="{max(1.0, low - high):.1f}" rx="3" fill="{RAMP[1]}" opacity="0.55"/>'
        f'<path d="{dots}" stroke="{colour(0)}" stroke-width="5" stroke-linecap="round"'
        ' opacity="0.75"/>'
        f'<path d="M{middle - half:.1f},{median:.1f}h{2 * half:.1f}" stroke="{edge}"'
        ' stroke-width="2.5"/>'
        f'<text x="{middle:.1f}" y="{plot.bottom + 14:.1f}" fill="{TEXT}" text-anchor="middle">'
        f'{label}</text><text x="{middle:.1f}" y="{plot.bottom + 27:.1f}" fill="{LABEL}"'
        f' text-anchor="middle">n = {len(strip.values)}</text>'
    )


def _sentence(param: str, metric: str, strips: Sequence[Strip], best: int) -> str:
    medians = ", ".join(
        f"{strip.label} {number(strip.quartiles[1])} (n = {len(strip.values)})" for strip in strips
    )
    return f"{metric} by {param}, best median with {strips[best].label}; medians: {medians}"
