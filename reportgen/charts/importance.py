"""How much each parameter matters: bars with whiskers, the most important first."""

from reportgen.analysis.importance import ParamImportance
from reportgen.charts.bars import Bar, bars
from reportgen.charts.chart import Chart
from reportgen.charts.labels import number

MOST_BARS = 9


def importance_chart(metric: str, found: ParamImportance) -> Chart:
    """The first `MOST_BARS` parameters; whiskers are one standard deviation to either side."""
    shown = found.params[:MOST_BARS]
    rows = [Bar(one.name, one.mean, measured(one.mean), one.spread) for one in shown]
    first = ", ".join(
        f"{one.name} {measured(one.mean)} ± {measured(one.spread)}" for one in shown[:3]
    )
    alt = (
        f"importance of parameters for {metric}: {first}; told from {found.runs:,} runs, whose"
        f" {metric} the parameters predict with a held-out R² of {measured(found.score)}"
    )
    return Chart("importance", bars(rows, title="fall of R² when shuffled"), alt)


def measured(value: float) -> str:
    """Two decimals: no more can be known."""
    return number(round(value, 2) + 0.0)  # which makes a negative zero plain
