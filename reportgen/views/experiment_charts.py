"""What of the parameters matters: the charts across the runs of an experiment, as cards.

Each says something or is not there. They take the ranked runs alone: neither deleted nor failed,
with a finite value of the metric that the experiment is judged by.
"""

import json
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from markupsafe import Markup
from msgspec import Struct

from reportgen.analysis.changes import ParamShift, Stretch, shifts, stretches
from reportgen.analysis.importance import (
    FEWEST_RUNS,
    ParamImportance,
    number_of,
    param_importance,
)
from reportgen.analysis.metrics import Goal
from reportgen.analysis.standings import Judge, judged_value, ranked
from reportgen.analysis.summary import RunSummary
from reportgen.charts.chart import Chart
from reportgen.charts.heatmap import Heat, heat_chart, quantile_bins
from reportgen.charts.importance import importance_chart, measured
from reportgen.charts.scatter import Point, scatter_chart
from reportgen.charts.strips import Strip, strips_chart
from reportgen.charts.trend import trend_chart
from reportgen.model import Json, RunStatus
from reportgen.views import wording
from reportgen.views.run_columns import display_name

FEWEST = 6
"""Runs below which a cloud of dots, strips or a heat map say nothing that the table does not."""

MOST_STRIPS = 8
MOST_CELLS = 12
BINS = 6
MOST_TOLD = 12
"""Rows of the table that stands for a chart."""


class Told(Struct, frozen=True):
    """A chart as a table."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    cut: str = ""
    """What was left out, in words."""


class MatterCard(Struct, frozen=True):
    """A chart across the runs, with its heading and itself in words."""

    kind: str
    title: str
    note: str
    svg: Markup
    alt: str
    told: Told
    below: str = ""
    """A sentence under the chart."""

    fields: str = ""
    """JSON: the columns of the table that the live chart begins with, and what only the build
    knows; see the head of themes/default/js/matters.js."""


class Matters(Struct, frozen=True):
    """The cards in their order, and what cannot be told."""

    cards: tuple[MatterCard, ...] = ()
    trend: MatterCard | None = None
    silence: str = ""
    """Why no importance of parameters is shown, where a reader could expect it."""


class _Runs(Struct, frozen=True):
    """The ranked runs with their values, the best first."""

    runs: tuple[RunSummary, ...]
    values: tuple[float, ...]
    judge: Judge

    def texts(self, name: str) -> list[str | None]:
        return [run.params.get(name) for run in self.runs]


class Learn(Struct, frozen=True):
    """How that is learned which takes long: by whoever remembers it."""

    importance: Callable[[Sequence[Mapping[str, str]], Sequence[float]], ParamImportance | str] = (
        param_importance
    )
    stretches: Callable[[Sequence[float]], tuple[Stretch, ...]] = stretches


AFRESH = Learn()


def what_matters(
    runs: Sequence[RunSummary],
    judge: Judge,
    names: Sequence[str],
    learn: Learn = AFRESH,
) -> Matters:
    """The charts of an experiment whose parameters `names` vary, the most telling ones."""
    best = ranked(runs, judge)
    values = tuple(value for run in best if (value := judged_value(run, judge)) is not None)
    here = _Runs(best, values, judge)
    if len(best) < FEWEST:
        return Matters()
    told = _importance(here, learn) if len(best) >= FEWEST_RUNS and len(names) > 1 else ""
    order = list(names)
    if isinstance(told, ParamImportance):
        known = [one.name for one in told.params if one.name in names]
        order = [*known, *(name for name in names if name not in known)]
    cards = [
        _importance_card(told, judge) if isinstance(told, ParamImportance) else None,
        _scatter(here, order),
        _strips(here, order),
        _heat(here, order),
    ]
    silence = f"The importance of parameters is not shown: {told}." if isinstance(told, str) else ""
    return Matters(
        tuple(card for card in cards if card), _trend(here, learn), silence if told else ""
    )


def _importance(here: _Runs, learn: Learn) -> ParamImportance | str:
    """Of the runs that are done: how one that goes on will do is not told by its parameters yet.

    In an order that ranks do not tell, for folds are taken from it.
    """
    ordered = sorted(
        (
            (run, value)
            for run, value in zip(here.runs, here.values, strict=True)
            if run.status not in (RunStatus.RUNNING, RunStatus.SCHEDULED)
        ),
        key=lambda one: one[0].id,
    )
    return learn.importance([run.params for run, _ in ordered], [value for _, value in ordered])


def _card(
    chart: Chart, title: str, note: str, told: Told, fields: Mapping[str, Json], below: str = ""
) -> MatterCard:
    said = json.dumps(fields, ensure_ascii=False)
    return MatterCard(chart.kind, title, note, Markup(chart.svg), chart.alt, told, below, said)


def _importance_card(found: ParamImportance, judge: Judge) -> MatterCard:
    rows = tuple(
        (one.name, measured(one.mean), f"± {measured(one.spread)}") for one in found.params
    )
    runs = wording.count(max(found.runs, found.given), "run")
    runs = f"{found.runs} of {runs}" if found.runs < found.given else runs
    return _card(
        importance_chart(judge.metric, found),
        "Parameter importance",
        f"{runs}, held-out R² {measured(found.score)}",
        Told(("parameter", "fall of R²", "standard deviation"), rows),
        {"bars": [[one.name, round(one.mean, 4), round(one.spread, 4)] for one in found.params]},
        "How much worse a random forest predicts the metric of runs it has not seen when one "
        "parameter is shuffled; whiskers are one standard deviation.",
    )


def _scatter(here: _Runs, order: Sequence[str]) -> MatterCard | None:
    """The most important number against the metric, coloured by the next one."""
    numeric = [name for name in order if _is_numeric(here.texts(name), 3)]
    fields: list[tuple[str, list[float | None]]] = [
        (name, [None if text is None else number_of(text) for text in here.texts(name)])
        for name in numeric[:2]
    ]
    if len(fields) < 2:
        fields.extend(_second_metric(here))
    if not fields:
        return None
    (x, xs), (colour, tones) = fields[0], fields[1] if len(fields) > 1 else ("", [])
    tones = tones or [None] * len(xs)
    points = [
        Point(display_name(run), across, value, tone)
        for run, value, across, tone in zip(here.runs, here.values, xs, tones, strict=True)
        if across is not None
    ]
    if len(points) < FEWEST or len({point.x for point in points}) < 3:
        return None
    metric = here.judge.metric
    chart = scatter_chart((x, metric, colour), points, points[0])
    shade = f"darker for more {colour}; " if colour else ""
    rows = tuple(
        (one.name, wording.number(one.x), wording.number(one.y), wording.number(one.colour))
        for one in points[:MOST_TOLD]
    )
    told = Told(("run", x, metric, colour or "–"), rows, _cut(len(points), "runs"))
    ids = [*(f"params.{name}" for name in numeric[:2]), *(f"best.{name}" for name, _ in fields)]
    start: dict[str, Json] = {
        "x": ids[0],
        "y": f"best.{metric}",
        "colour": ids[1] if colour else "",
    }
    return _card(chart, f"{metric} against {x}", f"{shade}the best ringed", told, start)


def _is_numeric(texts: Sequence[str | None], least: int) -> bool:
    """True for numbers alone, of at least so many different values."""
    numbers = [number_of(text) for text in texts if text is not None]
    return bool(numbers) and None not in numbers and len(set(numbers)) >= least


def _second_metric(here: _Runs) -> list[tuple[str, list[float | None]]]:
    """Another metric that most of the runs have, at its best."""
    counts = Counter(key for run in here.runs for key in run.metrics if key != here.judge.metric)
    for key, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])):
        if count * 2 < len(here.runs):
            break
        values = [_headline(run, key) for run in here.runs]
        if len(set(values) - {None}) >= 3:
            return [(key, values)]
    return []


def _headline(run: RunSummary, key: str) -> float | None:
    value = judged_value(run, Judge(key))  # the last one
    summary = run.metrics.get(key)
    return summary.best if summary and summary.best is not None else value


def _strips(here: _Runs, order: Sequence[str]) -> MatterCard | None:
    """The metric by the most important parameter of a few values, words before numbers."""
    few = [name for name in order if 2 <= len(set(here.texts(name)) - {None}) <= MOST_STRIPS]
    few.sort(key=lambda name: _is_numeric(here.texts(name), 1))
    for name in few:
        card = _strips_of(here, name)
        if card:
            return card
    return None


def _strips_of(here: _Runs, name: str) -> MatterCard | None:
    texts = here.texts(name)
    labels = sorted({text for text in texts if text is not None}, key=_natural)
    strips = [
        Strip(label, tuple(v for t, v in zip(texts, here.values, strict=True) if t == label))
        for label in labels
    ]
    if max(len(strip.values) for strip in strips) < 3:
        return None
    pick = max if here.judge.goal is Goal.MAX else min
    best = pick(range(len(strips)), key=lambda place: strips[place].quartiles[1])
    metric = here.judge.metric
    rows = tuple(
        (strip.label, f"{len(strip.values):,}", *map(wording.number, strip.quartiles))
        for strip in strips
    )
    told = Told((name, "n", "lower quartile", "median", "upper quartile"), rows)
    chart = strips_chart(name, metric, strips, best)
    note = "a dot a run; boxes are quartiles"
    return _card(
        chart, f"{metric} by {name}", note, told, {"x": f"params.{name}", "y": f"best.{metric}"}
    )


def _natural(text: str) -> tuple[bool, float, str]:
    value = number_of(text)
    return value is None, value or 0.0, text


def _heat(here: _Runs, order: Sequence[str]) -> MatterCard | None:
    """The two most important parameters of few values, or of numbers that can be binned."""
    usable = [(name, bins) for name in order if (bins := _binned(here.texts(name)))][:2]
    if len(usable) < 2:
        return None
    (across, (columns, column_of)), (down, (rows, row_of)) = usable
    found: dict[tuple[int, int], list[float]] = {}
    for row, column, value in zip(row_of, column_of, here.values, strict=True):
        if row is not None and column is not None:
            found.setdefault((row, column), []).append(value)
    if len(found) < 3 or len(found) == sum(map(len, found.values())):
        return None
    heat = Heat(tuple(rows), tuple(columns), {place: tuple(v) for place, v in found.items()})
    metric = here.judge.metric
    cells = tuple(
        (rows[row], columns[column], wording.number(statistics.fmean(values)), f"{len(values):,}")
        for (row, column), values in sorted(found.items())
    )
    told = Told((down, across, f"mean {metric}", "n"), cells[:60], _cut(len(cells), "cells", 60))
    chart = heat_chart((down, across), metric, heat, here.judge.goal)
    return _card(
        chart,
        f"{metric} by {down} and {across}",
        "means, darker for better; n runs",
        told,
        {"x": f"params.{across}", "down": f"params.{down}", "y": f"best.{metric}"},
    )


def _binned(texts: Sequence[str | None]) -> tuple[list[str], list[int | None]] | None:
    """Labels and the place of each run among them; None where there are too many words."""
    present = {text for text in texts if text is not None}
    if len(present) > MOST_CELLS:
        if not _is_numeric(texts, MOST_CELLS):
            return None
        numbers = [number_of(text) for text in texts if text is not None]
        labels, bins = quantile_bins([one for one in numbers if one is not None], BINS)
        rest = iter(bins)
        return labels, [None if text is None else next(rest) for text in texts]
    labels = sorted(present, key=_natural)
    if len(labels) < 2:
        return None
    places = {label: place for place, label in enumerate(labels)}
    return labels, [None if text is None else places[text] for text in texts]


def _trend(here: _Runs, learn: Learn) -> MatterCard | None:
    dated = [
        (run.started, run.id, run, value)
        for run, value in zip(here.runs, here.values, strict=True)
        if run.started is not None
    ]
    dated.sort(key=lambda one: one[:2])
    runs, values = [one[2] for one in dated], [one[3] for one in dated]
    found = learn.stretches(values)
    if not found:
        return None
    names = [display_name(run) for run in runs]
    rows = tuple(
        (names[one.first], wording.number(one.mean), f"{one.end - one.first:,}") for one in found
    )
    metric = here.judge.metric
    told = Told(("from run", f"mean {metric}", "runs"), rows)
    said = " ".join(_change(before, after, runs, names) for before, after in pairwise(found))
    chart = trend_chart(metric, names, values, found)
    note = f"{wording.count(len(runs), 'run')} in order of start, the mean of each stretch"
    levels: list[Json] = [[one.first, one.end, one.mean] for one in found]
    fields: dict[str, Json] = {"y": f"best.{metric}", "levels": levels}
    return _card(chart, f"Changes of {metric} over the runs", note, told, fields, said)


def _change(
    before: Stretch, after: Stretch, runs: Sequence[RunSummary], names: Sequence[str]
) -> str:
    went = "up" if after.mean > before.mean else "down"
    old = [run.params for run in runs[before.first : before.end]]
    new = [run.params for run in runs[after.first : after.end]]
    moved = ", ".join(map(_shift, shifts(old, new)))
    return (
        f"From {names[after.first]} on it went {went}, from {wording.number(before.mean)} to"
        f" {wording.number(after.mean)}{f'; there changed {moved}' if moved else ''}."
    )


def _shift(shift: ParamShift) -> str:
    before = "not set" if shift.before is None else shift.before
    after = "not set" if shift.after is None else shift.after
    return f"{shift.name} from {before} to {after}"


def _cut(count: int, things: str, most: int = MOST_TOLD) -> str:
    return f"The first {most} of {count:,} {things}." if count > most else ""
