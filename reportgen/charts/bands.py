"""One metric over groups of seeds: the mean of each group, and a band of ±1 standard deviation."""

import math
from collections.abc import Sequence

from reportgen.analysis.groups import Band
from reportgen.charts import svg
from reportgen.charts.chart import Chart
from reportgen.charts.labels import number
from reportgen.charts.look import DASHES, OVERLAY, colour
from reportgen.charts.scale import step_axis, value_axis
from reportgen.charts.svg import Plot, Stroke

BAND_OPACITY = 0.16


def bands_chart(metric: str, bands: Sequence[Band]) -> Chart:
    """The groups, at most 8 and at least one, each of at least one step."""
    steps = [step for band in bands for step in band.steps]
    finite = [
        value
        for band in bands
        for value in (*band.mean, *band.low, *band.high)
        if math.isfinite(value)
    ]
    x = step_axis(min(steps), max(steps), count=6)
    y = value_axis(min(finite), max(finite), count=5) if finite else None
    plot = svg.plot(OVERLAY, x, y, title_below=True)
    body = [
        *(_spread(plot, band, place) for place, band in enumerate(bands)),
        *(_mean(plot, band, place) for place, band in enumerate(bands)),
        svg.title_below(plot, "step"),
    ]
    if plot.y is None:
        body.append(svg.note(plot, "no finite value"))
    return Chart("bands", svg.document(plot, body), _sentence(metric, bands))


def _spread(plot: Plot, band: Band, place: int) -> str:
    return svg.area(plot, band.steps, band.low, band.high, colour(place), BAND_OPACITY)


def _mean(plot: Plot, band: Band, place: int) -> str:
    stroke = Stroke(colour(place), dash=DASHES[place % len(DASHES)])
    line = svg.line(plot, band.steps, band.mean, stroke)
    end = next((i for i in reversed(range(len(band.mean))) if math.isfinite(band.mean[i])), None)
    dot = (
        svg.dot(plot, band.steps[end], band.mean[end], colour(place), 3) if end is not None else ""
    )
    return line + svg.odd_marks(plot, band.steps, band.mean) + dot


def band_label(band: Band) -> str:
    """`lr=0.1, n = 5`: of how many runs it is the mean is always said."""
    return f"{band.label}, n = {len(band.ids)}"


def _sentence(metric: str, bands: Sequence[Band]) -> str:
    ends = [_end(band) for band in bands]
    return f"{metric} over step, mean ± 1 standard deviation over repeated runs: {'; '.join(ends)}"


def _end(band: Band) -> str:
    last = band.mean[-1]
    spread = (band.high[-1] - band.low[-1]) / 2
    around = f" ± {number(spread)}" if math.isfinite(spread) else ""
    return f"{band_label(band)}, ends at {number(last)}{around}"
