"""A run's metrics as its page shows them: headline numbers, curves, and a table of numbers."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

from markupsafe import Markup
from msgspec import Struct, field

from reportgen.analysis.curves import thin
from reportgen.analysis.metrics import Goal, MetricSummary, goal_of, split_of
from reportgen.charts.chart import Chart
from reportgen.charts.curve import Series, metric_chart
from reportgen.charts.sparkline import sparkline
from reportgen.model import Run
from reportgen.views import addresses, wording
from reportgen.views.page import Link, Tile, anchor_of

CURVE_POINTS = 500
"""A curve of more points is thinned for the eye; its full history lies beside the page."""

MOST_TILES = 4
MOST_CHARTS = 24
MOST_ROWS = 200
"""Of a page: its script brings further ones from the data beside it."""

Groups = Sequence[tuple[str, tuple[str, ...]]]
"""(title, metrics to draw together)."""


class KeyEntry(Struct, frozen=True):
    """One line of a legend."""

    label: str
    tone: str


class CurveCard(Struct, frozen=True):
    """A chart of one metric, or of its training and validation twins."""

    title: str
    metrics: str
    """JSON list of the metrics' keys, for the live chart."""

    svg: Markup
    alt: str
    last: str
    legend: tuple[KeyEntry, ...]
    note: str
    """`500 of 2,000 points`, or nothing."""

    histories: tuple[Link, ...]
    """The full histories as CSV where the curve was thinned."""


class MetricRow(Struct, frozen=True):
    """One metric in numbers."""

    name: str
    anchor: str
    """Names its row in an address: `#metric:val/loss`."""

    goal: str
    last: str
    best: str
    best_step: str
    low: str
    high: str
    points: str
    spark: Markup


class Rest(Struct, frozen=True):
    """What the page of a run with very many metrics leaves to its script; empty for most runs."""

    curves: str = ""
    """`Curves of the first 24 of 1,000 metrics.`, or nothing."""

    system: str = ""
    """The same of the machine's."""

    rows: str = ""
    """`The first 200 of 1,001 metrics in numbers.`, or nothing."""

    csv: Link | None = None
    """To all of them in numbers."""

    made: Mapping[str, bytes] = field(default_factory=dict)
    """The files that it leads to, by their addresses."""

    @property
    def scripts(self) -> tuple[str, ...]:
        return ("wide",) if self.curves or self.system or self.rows else ()


def tiles(
    names: Sequence[str], summaries: Mapping[str, MetricSummary], main: str
) -> tuple[Tile, ...]:
    def standing(name: str) -> tuple[bool, bool, int, str]:
        unknown = summaries[name].best is None
        return name != main, unknown, 0 if split_of(name) not in ("train", "training") else 1, name

    chosen = sorted(names, key=standing)[:MOST_TILES]
    return tuple(_tile(name, summaries[name], tone) for tone, name in enumerate(chosen, 1))


def _tile(name: str, summary: MetricSummary, tone: int) -> Tile:
    value = headline(summary)
    if summary.best is None:
        note = "latest value" if summary.count > 1 else "logged once"
    elif summary.count == 1:
        note = "logged once"
    else:
        last = wording.measure(name, summary.last)
        note = wording.phrase(f"best, at step {summary.best_step:,} · last {{}}", last)
    spark = sparkline(list(summary.heights), 84, 34, True)
    return Tile(name, wording.measure(name, value), note, Markup(spark), f"c{tone}")


def curve_cards(
    run: Run,
    groups: Groups,
    address: str,
    goals: Mapping[str, Goal],
) -> tuple[CurveCard, ...]:
    """A card for each of the first groups of those that `with_curves` found."""
    return tuple(
        _curve_card(run, title, names, address, goals) for title, names in groups[:MOST_CHARTS]
    )


def with_curves(groups: Groups, summaries: Mapping[str, MetricSummary], main: str) -> Groups:
    """Those with a metric of more than one point, and of these such metrics alone.

    Where there are too many for a page, the one of the metric `main` comes first.
    """
    found = []
    for title, members in groups:
        drawn = tuple(name for name in members if summaries[name].count > 1)
        if drawn:
            found.append((title if len(drawn) > 1 else drawn[0], drawn))
    return found if len(found) <= MOST_CHARTS else sorted(found, key=lambda one: main not in one[1])


def rows_of(names: Sequence[str], main: str) -> Sequence[str]:
    """The metrics that a page tells in numbers, `main` among them."""
    if len(names) <= MOST_ROWS:
        return names
    return sorted(names, key=lambda name: name != main)[:MOST_ROWS]


def rest_of(
    names: Sequence[str],
    curves: Groups,
    system: Groups,
    summaries: Mapping[str, MetricSummary],
    address: str,
) -> Rest:
    """What the page at `address` does not hold of its metrics `names` and their curves."""
    if len(names) <= MOST_ROWS:
        return Rest(_first_curves(curves), _first_curves(system))
    file = addresses.csv(address, packed=False)
    return Rest(
        _first_curves(curves),
        _first_curves(system),
        rows=f"The first {MOST_ROWS} of {len(names):,} metrics in numbers.",
        csv=Link("all as CSV", addresses.relative(file, address)),
        made={file: _numbers_csv(names, summaries)},
    )


def _first_curves(groups: Groups) -> str:
    if len(groups) <= MOST_CHARTS:
        return ""
    return f"Curves of the first {MOST_CHARTS} of {len(groups):,} metrics."


def _numbers_csv(names: Sequence[str], summaries: Mapping[str, MetricSummary]) -> bytes:
    """One line a metric; an empty field is not known."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("metric", "last", "best", "best_step", "min", "max", "points", "not_finite"))
    for name in names:
        one = summaries[name]
        ends = (one.last, one.best, one.best_step, one.low, one.high)
        writer.writerow((name, *ends, one.count, one.odd))
    return out.getvalue().encode("utf-8", "surrogatepass")


def _curve_card(
    run: Run, title: str, names: tuple[str, ...], address: str, goals: Mapping[str, Goal]
) -> CurveCard:
    series = [
        Series(
            split_of(name) or name,
            thin(run.metrics[name], CURVE_POINTS),
            len(run.metrics[name]),
            goal_of(name, goals),
        )
        for name in names
    ]
    chart: Chart = metric_chart(title, series)
    long = [name for name in names if len(run.metrics[name]) > CURVE_POINTS]
    last = run.metrics[names[-1]].values[-1]
    return CurveCard(
        title=title,
        metrics=_as_json(names),
        svg=Markup(chart.svg),
        alt=chart.alt,
        last=wording.measure(names[-1], last),
        legend=tuple(KeyEntry(one.label, f"c{i} d{i}") for i, one in enumerate(series, 1))
        if len(series) > 1
        else (),
        note=_shown_note(series) if long else "",
        histories=_histories(long, address) if long else (),
    )


@lru_cache(maxsize=4096)  # the metrics of one run are those of the next
def _as_json(names: tuple[str, ...]) -> str:
    return json.dumps(names, ensure_ascii=False)


def _shown_note(series: Sequence[Series]) -> str:
    shown, total = sum(len(one.history) for one in series), sum(one.total for one in series)
    return f"{shown:,} of {total:,} points"


def _histories(names: Sequence[str], address: str) -> tuple[Link, ...]:
    return tuple(
        Link(
            f"{name} as CSV" if len(names) > 1 else "all as CSV",
            addresses.relative(addresses.history(address, name), address),
        )
        for name in names
    )


def curves_note(curves: Sequence[CurveCard]) -> str:
    return "over steps; hover or focus a chart to read values" if curves else ""


GOALS = {Goal.MAX: "higher is better", Goal.MIN: "lower is better", Goal.UNKNOWN: ""}


def metric_row(name: str, summary: MetricSummary, goal: Goal) -> MetricRow:
    odd = f" ({summary.odd:,} not finite)" if summary.odd else ""
    return MetricRow(
        name=name,
        anchor=anchor_of(name),
        goal=GOALS[goal],
        last=wording.measure(name, summary.last),
        best=wording.measure(name, summary.best),
        best_step="" if summary.best_step is None else f"{summary.best_step:,}",
        low=wording.measure(name, summary.low),
        high=wording.measure(name, summary.high),
        points=f"{summary.count:,}{odd}",
        spark=Markup(sparkline(list(summary.heights))),
    )


def headline(summary: MetricSummary) -> float:
    return summary.last if summary.best is None else summary.best
