"""A metric over the runs in order of start: a dot each, the mean of each stretch drawn through."""

from collections.abc import Sequence

from reportgen.analysis.changes import Stretch
from reportgen.charts import svg
from reportgen.charts.chart import Chart
from reportgen.charts.labels import number
from reportgen.charts.look import BEST, LABEL, RULE, Size
from reportgen.charts.scale import step_axis, value_axis

SIZE = Size(1200, 250)


def trend_chart(
    metric: str, names: Sequence[str], values: Sequence[float], found: Sequence[Stretch]
) -> Chart:
    """Runs in order of start with finite values; two stretches or more."""
    x = step_axis(1, len(values), count=8)
    plot = svg.plot(SIZE, x, value_axis(min(values), max(values), count=4), title_below=True)
    dots = "".join(
        f"M{plot.across(place):.0f},{plot.down(value):.0f}h0"
        for place, value in enumerate(values, 1)
    )
    means = "".join(
        f"M{plot.across(max(1, one.first + 0.75)):.1f},{plot.down(one.mean):.1f}"
        f"H{plot.across(min(len(values), one.end + 0.25)):.1f}"
        for one in found
    )
    changes = "".join(
        f"M{plot.across(one.first + 0.5):.1f},{plot.top:.1f}V{plot.bottom:.1f}" for one in found[1:]
    )
    body = [
        f'<path d="{dots}" stroke="{LABEL}" stroke-width="5.5" stroke-linecap="round"/>',
        f'<path d="{changes}" stroke="{RULE}" stroke-width="1.5" stroke-dasharray="4 4"/>',
        f'<path d="{means}" stroke="{BEST}" stroke-width="2.5" stroke-linecap="round"/>',
        svg.title_below(plot, "run, in order of start"),
    ]
    levels = ", then ".join(
        f"{number(one.mean)} from {names[one.first]} on" if one.first else number(one.mean)
        for one in found
    )
    times = "once" if len(found) == 2 else f"{len(found) - 1} times"
    alt = f"{metric} over {len(values):,} runs changed its level {times}: {levels}"
    return Chart("trend", svg.document(plot, body), alt)
