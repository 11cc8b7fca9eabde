"""Two parameters against a metric: a cell for each pair of values, shaded towards the better."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from reportgen.analysis.metrics import Goal
from reportgen.charts.cells import Cell, Grid, cells
from reportgen.charts.chart import Chart
from reportgen.charts.labels import number


class Heat(Struct, frozen=True):
    """What the runs of two parameters came to."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: Mapping[tuple[int, int], tuple[float, ...]]
    """(row, column) → the finite values of its runs, at least one; pairs without runs lack."""


def heat_chart(names: tuple[str, str], metric: str, heat: Heat, goal: Goal) -> Chart:
    """`names` of the parameters down and across. A cell tells the mean of its runs and how many
    they are; `goal` must be known."""
    means = {place: sum(found) / len(found) for place, found in heat.values.items()}
    low, high = min(means.values()), max(means.values())
    best = (max if goal is Goal.MAX else min)(sorted(means), key=lambda place: means[place])

    def share(value: float) -> float:
        part = (value - low) / (high - low) if high > low else 1.0
        return part if goal is Goal.MAX else 1 - part

    filled = [
        Cell(*place, share(mean), number(mean), f"n {len(heat.values[place])}", place == best)
        for place, mean in sorted(means.items())
    ]
    drawing = cells(Grid(heat.rows, heat.columns, *names), filled)
    runs = sum(map(len, heat.values.values()))
    empty = len(heat.rows) * len(heat.columns) - len(means)
    without = f"; {empty} pairs have no run" if empty else ""
    alt = (
        f"mean {metric} by {names[0]} and {names[1]} in {runs:,} runs: best {number(means[best])}"
        f" at {names[0]} {heat.rows[best[0]]}, {names[1]} {heat.columns[best[1]]}{without}"
    )
    return Chart("heatmap", drawing, alt)


def quantile_bins(values: Sequence[float], count: int) -> tuple[list[str], list[int]]:
    """Labels of at most `count` bins of about as many values each, and the bin of each value."""
    ordered = sorted(values)
    edges = sorted({ordered[len(ordered) * place // count] for place in range(1, count)})
    bins = [sum(edge <= value for edge in edges) for value in values]
    used = sorted(set(bins))
    labels = []
    for each in used:
        inside = [value for value, place in zip(values, bins, strict=True) if place == each]
        low, high = number(min(inside)), number(max(inside))
        labels.append(low if low == high else f"{low}–{high}")
    return labels, [used.index(each) for each in bins]
