"""The page of an experiment: which run is best, what they varied, how they learned."""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from markupsafe import Markup
from msgspec import Struct, field

from reportgen.analysis.groups import Band
from reportgen.analysis.hues import hues
from reportgen.analysis.metrics import Goal
from reportgen.analysis.params import over_runs
from reportgen.analysis.reproducibility import share_of
from reportgen.analysis.standings import Judge, families, judged_value, ranked
from reportgen.analysis.summary import RunSummary
from reportgen.charts.bands import band_label, bands_chart
from reportgen.charts.chart import Chart
from reportgen.charts.overlay import RunCurve, overlay_chart
from reportgen.charts.parallel import Trial, parallel_chart
from reportgen.charts.progress import Attempt, progress_chart
from reportgen.charts.shorten import shortened
from reportgen.charts.sparkline import sparkline
from reportgen.model import Experiment, RunStatus
from reportgen.views import addresses, wording
from reportgen.views.experiment_charts import AFRESH, Learn, Matters, what_matters
from reportgen.views.page import (
    DELETED,
    STATUS,
    Chip,
    Fact,
    Head,
    Link,
    Pair,
    ProblemRow,
    Section,
    Tile,
    head,
    problem_rows,
)
from reportgen.views.prose import first_sentence, note_prose
from reportgen.views.reproducibility import share_sentence
from reportgen.views.run_columns import RunColumn, display_name, first_columns, run_columns
from reportgen.views.runs_table import (
    ALL_ROWS,
    FIRST_ROWS,
    Column,
    Row,
    Standing,
    cells,
    family_places,
    headings,
)

MOST_AXES = 7
CHOSEN, CONTEXT = 8, 24
"""Curves in colour, and grey ones behind them."""

PACKED_FROM = 100
"""Runs; `pandas.read_csv` reads a packed table as it is, and the export menu makes a plain one."""

MOST_IN_ONE_FILE = 5000
"""Runs of which the table's data and its CSV are one file each."""

MOST_OVERLAYS = 6
NO_BANDS: Mapping[str, Sequence[Band]] = MappingProxyType({})
FEWEST_ATTEMPTS = 3
"""Fewer runs make no course."""


class ExperimentInputs(Struct, frozen=True):
    """All that the page of an experiment is made of."""

    experiment: Experiment
    runs: tuple[RunSummary, ...]
    """Newest first."""

    keys: Mapping[str, str]
    """Run id → key of its page."""

    judge: Judge
    registered: tuple[str, ...] = ()
    """Names of registered models with a version from one of its runs."""

    goals: Mapping[str, Goal] = field(default_factory=dict)
    """The directions of metrics that somebody named."""

    columns: tuple[str, ...] = ()
    """Those to show at first, as the settings name them; empty for our choice."""


class PlotCard(Struct, frozen=True):
    """A chart with its heading."""

    kind: str
    metric: str
    title: str
    code: bool
    note: str
    svg: Markup
    alt: str
    legend: tuple[tuple[str, str], ...] = ()
    """(tone of the run's hue and its dash, name of the run)."""


class ExperimentPage(Struct, frozen=True):
    """Everything experiment.html may say, already worded and in order."""

    template: ClassVar[str] = "experiment.html"

    head: Head
    name: str
    chips: tuple[Chip, ...]
    lede: str
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    tiles: tuple[Tile, ...]
    goal: str
    """By which metric the runs are judged, which direction is better and who says so."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    rows_notes: tuple[str, ...]
    """What a reader of these rows must know, in sentences."""

    csv: Link
    """To the whole table as a file; without an address for none."""

    runs: str
    """`36 runs`."""

    constant: tuple[Pair, ...]
    parallel: PlotCard | None
    matters: Matters
    progress: PlotCard | None
    overlays: tuple[PlotCard, ...]
    curves_note: str
    note: Markup
    tags: tuple[Pair, ...]
    problems: tuple[ProblemRow, ...]


class RunTable(Struct, frozen=True):
    """The table of an experiment's runs, before it is cut for a page, its data or a file."""

    runs: tuple[RunSummary, ...]
    """The best first, children below their parents."""

    columns: tuple[RunColumn, ...]
    varied: tuple[str, ...]
    """The parameters to draw."""


def run_table(inputs: ExperimentInputs) -> RunTable:
    runs, judge = inputs.runs, inputs.judge
    ordered = tuple(ordered_runs(runs, judge))
    return RunTable(ordered, run_columns(ordered, judge, inputs.goals), varied(runs, judge))


def experiment_page(  # noqa: PLR0913 (each is one thing that the page draws)
    inputs: ExperimentInputs,
    table: RunTable,
    *,
    address: str,
    key: str,
    curves: Mapping[str, Sequence[RunCurve]],
    bands: Mapping[str, Sequence[Band]] = NO_BANDS,
    learn: Learn = AFRESH,
) -> ExperimentPage:
    """The view; `curves` gives for each metric to overlay the runs' histories, best first, and
    `bands` the means over groups of seeds; `learn` tells what matters among the parameters.
    """
    experiment, runs, judge = inputs.experiment, inputs.runs, inputs.judge
    params = over_runs(run.params for run in runs if run.params)
    best = ranked(runs, judge)
    columns = table.columns
    first = first_columns(columns, judge, inputs.columns)
    rows = _rows(inputs, table.runs, first, address)
    parallel = _parallel(runs, judge, table.varied)
    matters = what_matters(runs, judge, table.varied, learn)
    progress = _progress(runs, judge)
    overlays = tuple(
        card
        for metric, drawn in curves.items()
        for card in (
            _overlay(metric, drawn),
            *([_bands(metric, bands[metric])] if metric in bands else []),
        )
    )
    return ExperimentPage(
        head=head(
            address,
            "experiment",
            experiment.name,
            (),
            description=_description(experiment, runs, best, judge),
            id=addresses.slug(experiment.key),
            key=key,
            data=True,
            charts=True,
            scripts=("table",),
            later=("charts",),
        ),
        name=experiment.name,
        chips=_chips(experiment, runs),
        lede=first_sentence(experiment.note),
        facts=_facts(inputs, address),
        sections=_sections(
            inputs, bool(parallel or matters.cards or matters.trend), bool(progress or overlays)
        ),
        tiles=_tiles(runs, best, judge),
        goal=goal_sentence(judge),
        columns=headings(first, columns),
        rows=rows,
        rows_notes=_rows_notes(runs, rows),
        csv=_csv(runs, address),
        runs=wording.count(len(runs), "run"),
        constant=tuple(Pair(name, value) for name, value in params.constant),
        parallel=parallel,
        matters=matters,
        progress=progress,
        overlays=overlays,
        curves_note="over steps, the best runs in colour" if overlays else "",
        note=note_prose(experiment.note),
        tags=tuple(
            Pair(name, value)
            for name, value in experiment.tags.items()
            if not name.startswith("mlflow.")
        ),
        problems=problem_rows(experiment.problems),
    )


def table_order(runs: Sequence[RunSummary], best: Sequence[RunSummary]) -> tuple[RunSummary, ...]:
    """The best first, then those that cannot be ranked, newest first; deleted ones last."""
    placed = {run.id for run in best}
    rest = [run for run in runs if run.id not in placed]
    return (*best, *sorted(rest, key=lambda run: run.deleted))


def ordered_runs(runs: Sequence[RunSummary], judge: Judge) -> list[RunSummary]:
    """As the table has them at first: the best first, children below their parents."""
    return [run for run, _ in families(table_order(runs, ranked(runs, judge)))]


def _rows(
    inputs: ExperimentInputs,
    ordered: Sequence[RunSummary],
    columns: Sequence[RunColumn],
    address: str,
) -> tuple[Row, ...]:
    most = len(ordered) if len(ordered) <= ALL_ROWS else FIRST_ROWS
    standing = Standing(inputs.judge, ranked(inputs.runs, inputs.judge), family_places(ordered))
    return tuple(
        Row(
            Link(
                display_name(run),
                addresses.relative(addresses.run(run.id, inputs.keys[run.id]), address),
            ),
            depth,
            cells(run, place, columns, standing),
        )
        for place, (run, depth) in enumerate(families(ordered)[:most])
    )


def _csv(runs: Sequence[RunSummary], address: str) -> Link:
    """The whole table as a file; without an address where there is none."""
    packed = is_packed(runs)
    text = "The whole table as CSV (gzip)" if packed else "The whole table as CSV"
    file = addresses.relative(addresses.csv(address, packed=packed), address)
    return Link(text, file if 0 < len(runs) <= MOST_IN_ONE_FILE else "")


def is_packed(runs: Sequence[RunSummary]) -> bool:
    """Whether the table as a file is packed. Every version in which it changed keeps one."""
    return len(runs) > PACKED_FROM


def _rows_notes(runs: Sequence[RunSummary], rows: Sequence[Row]) -> tuple[str, ...]:
    notes = []
    if len(runs) > len(rows):
        notes.append(
            f"The first {FIRST_ROWS} of {len(runs):,} runs; the whole table needs JavaScript."
        )
    if len(runs) > MOST_IN_ONE_FILE:
        notes.append(
            f"Tables of more than {MOST_IN_ONE_FILE:,} runs have no CSV file of their own."
        )
    if any(cell.rolled for row in rows for cell in row.cells):
        notes.append(
            "A value in grey italics is that of the best run below, where a run has none itself."
        )
    return tuple(notes)


WHY = {
    "settings": "as configured",
    "tags": "as the experiment’s tags say",
    "name": "by its name",
}


def hues_of(runs: Sequence[RunSummary], judge: Judge) -> dict[str, int]:
    """The hue of every run of an experiment, by its id."""
    return hues(run.id for run in table_order(runs, ranked(runs, judge)))


def goal_sentence(judge: Judge) -> str:
    if not judge.metric:
        return ""
    if judge.goal is Goal.UNKNOWN:
        return f"{judge.metric}: which direction is better is not known; say so in reportgen.yml"
    direction = "higher" if judge.goal is Goal.MAX else "lower"
    return f"judged by {judge.metric}, {direction} is better ({WHY[judge.why]})"


def _description(
    experiment: Experiment, runs: Sequence[RunSummary], best: Sequence[RunSummary], judge: Judge
) -> str:
    said = f"Experiment {experiment.name}: {wording.count(len(runs), 'run')}"
    if best:
        said += f", best {judge.metric} {wording.number(judged_value(best[0], judge))}"
    return said + "."


def _chips(experiment: Experiment, runs: Sequence[RunSummary]) -> tuple[Chip, ...]:
    running = sum(run.status is RunStatus.RUNNING and not run.deleted for run in runs)
    chips = [DELETED] if experiment.deleted else []
    if running:
        chips.append(Chip(f"{running} running", "run", "play"))
    return tuple(chips)


def _facts(inputs: ExperimentInputs, address: str) -> tuple[Fact, ...]:
    runs = inputs.runs
    facts = []
    users = sorted({run.user for run in runs if run.user})
    if users:
        facts.append(Fact("user", ", ".join(users[:4]) + (" …" if len(users) > 4 else "")))
    started = [run.started for run in runs if run.started is not None]
    if started:
        facts.append(Fact("cal", wording.days(started)))
    datasets = Counter(name for run in runs for name in run.datasets)
    facts.extend(Fact("db", name) for name, _ in datasets.most_common(2))
    for name in inputs.registered:
        target = addresses.relative(addresses.registered_model(name), address)
        facts.append(Fact("box", name, target))
    share = share_of(run.verdict for run in runs if not run.deleted)
    if share:
        facts.append(Fact("check", share_sentence(share)))
    return tuple(facts)


def _sections(inputs: ExperimentInputs, matters: bool, curves: bool) -> tuple[Section, ...]:
    there = (
        ("runs", "Runs", f"{len(inputs.runs):,}", True),
        ("matters", "What matters", "", matters),
        ("curves", "Progress and curves", "", curves),
        ("notes", "Notes", "", bool(inputs.experiment.note.strip())),
        (
            "problems",
            "Problems",
            str(len(inputs.experiment.problems)),
            bool(inputs.experiment.problems),
        ),
    )
    return tuple(Section(id, text, count) for id, text, count, shown in there if shown)


def _tiles(
    runs: Sequence[RunSummary], best: Sequence[RunSummary], judge: Judge
) -> tuple[Tile, ...]:
    tiles = []
    if best:
        value = judged_value(best[0], judge)
        course = record(runs, judge)
        tiles.append(
            Tile(
                f"best {judge.metric}",
                wording.number(value),
                display_name(best[0]),
                Markup(sparkline(course, 84, 34, True)) if len(course) > 1 else Markup(""),
                "c3",
            )
        )
    tiles.append(Tile("runs", f"{len(runs):,}", _status_words(runs), _status_bar(runs)))
    durations = sorted(run.duration for run in runs if run.duration is not None)
    if durations:
        middle = int(statistics.median(durations))
        longest = wording.duration(durations[-1])
        tiles.append(
            Tile(
                "median duration", wording.duration(middle), f"longest {longest}", Markup(""), "c5"
            )
        )
        # A parent's time spans that of its children: adding both would count it twice.
        parents = {run.parent_id for run in runs}
        total = sum(run.duration or 0 for run in runs if run.id not in parents)
        tiles.append(
            Tile("compute", wording.duration(total), "run time added up", Markup(""), "c5")
        )
    return tuple(tiles)


def record(runs: Sequence[RunSummary], judge: Judge) -> list[float]:
    """The best value so far after each run, in order of start."""
    course: list[float] = []
    pick = min if judge.goal is Goal.MIN else max
    for run in sorted(ranked(runs, judge), key=lambda run: (run.started or 0, run.id)):
        value = judged_value(run, judge)
        if value is not None:
            course.append(pick(course[-1], value) if course else value)
    return course


def status_counts(runs: Sequence[RunSummary]) -> tuple[tuple[RunStatus, int], ...]:
    counts = Counter(run.status for run in runs if not run.deleted)
    return tuple((status, counts[status]) for status in STATUS if counts[status])


def _status_words(runs: Sequence[RunSummary]) -> str:
    said = [f"{count:,} {STATUS[status].text.lower()}" for status, count in status_counts(runs)]
    deleted = sum(run.deleted for run in runs)
    return " · ".join([*said, f"{deleted} deleted"] if deleted else said)


def _status_bar(runs: Sequence[RunSummary]) -> Markup:
    counts = status_counts(runs)
    total = sum(count for _, count in counts)
    parts, x = [], 0.0
    for status, count in counts:
        width = max(2.0, count / total * 80)
        parts.append(
            Markup('<rect class="f-{}" x="{}" y="12" width="{}" height="9" rx="1.5"/>').format(
                STATUS[status].tone, f"{x:.1f}", f"{width:.1f}"
            )
        )
        x += width + 1.5
    opened = Markup('<svg class="spark" viewBox="0 0 84 34" preserveAspectRatio="none"')
    return opened + Markup(' aria-hidden="true">') + Markup("").join(parts) + Markup("</svg>")


def varied(runs: Sequence[RunSummary], judge: Judge) -> tuple[str, ...]:
    """The parameters to draw: of at least half of the ranked runs, with more than one value."""
    best = ranked(runs, judge)
    if len(best) < 3:
        return ()
    often = max(3, len(best) / 2)
    counted = [
        (name, [run.params[name] for run in best if name in run.params])
        for name in over_runs(run.params for run in best).differing
    ]
    return tuple(name for name, values in counted if len(values) >= often and len(set(values)) > 1)[
        :MOST_AXES
    ]


def trials(runs: Sequence[RunSummary], judge: Judge) -> tuple[Trial, ...]:
    return tuple(
        Trial(run.id, display_name(run), run.params, value)
        for run in ranked(runs, judge)
        if (value := judged_value(run, judge)) is not None
    )


def _parallel(runs: Sequence[RunSummary], judge: Judge, names: Sequence[str]) -> PlotCard | None:
    tried = trials(runs, judge)
    chart = parallel_chart(judge.metric, names, tried, judge.goal) if names else None
    if chart is None:
        return None
    worst, best = wording.number(tried[-1].value), wording.number(tried[0].value)
    return PlotCard(
        "parallel",
        judge.metric,
        "Parameters and outcome",
        False,
        f"{wording.count(len(tried), 'run')}, {judge.metric} from {worst} to {best}; "
        "the thick line is the best",
        Markup(chart.svg),
        chart.alt,
    )


def attempts(runs: Sequence[RunSummary], judge: Judge) -> tuple[Attempt, ...]:
    return tuple(
        Attempt(run.id, display_name(run), run.started, value)
        for run in sorted(ranked(runs, judge), key=lambda run: (run.started or 0, run.id))
        if run.started is not None and (value := judged_value(run, judge)) is not None
    )


def _progress(runs: Sequence[RunSummary], judge: Judge) -> PlotCard | None:
    tried = attempts(runs, judge)
    if len(tried) < FEWEST_ATTEMPTS:
        return None
    chart = progress_chart(judge.metric, tried, judge.goal)
    return PlotCard(
        "progress",
        judge.metric,
        f"best {judge.metric} over time",
        True,
        "a dot a run; the line is the best so far",
        Markup(chart.svg),
        chart.alt,
    )


def _overlay(metric: str, curves: Sequence[RunCurve]) -> PlotCard:
    chosen, context = curves[:CHOSEN], curves[CHOSEN : CHOSEN + CONTEXT]
    chart: Chart = overlay_chart(metric, chosen, context)
    legend = tuple(
        (f"c{curve.hue + 1} d{place}", curve.name) for place, curve in enumerate(chosen, 1)
    )
    notes = [f"and {len(context)} more in grey"] if context else []
    shown, total = _points(curves)
    if shown < total:
        notes.append(f"{shown:,} of {total:,} points")
    note = " · ".join(notes)
    return PlotCard(
        "overlay", metric, metric, True, note, Markup(shortened(chart.svg)), chart.alt, legend
    )


def _points(curves: Sequence[RunCurve]) -> tuple[int, int]:
    """How many points are drawn, and how many there are."""
    lengths = [(len(curve.history), curve.total) for curve in curves[: CHOSEN + CONTEXT]]
    return sum(shown for shown, _ in lengths), sum(max(pair) for pair in lengths)


def _bands(metric: str, bands: Sequence[Band]) -> PlotCard:
    chart = bands_chart(metric, bands)
    legend = tuple((f"c{place} d{place}", band_label(band)) for place, band in enumerate(bands, 1))
    note = "mean ± 1 standard deviation over repeated runs"
    title = f"{metric} over seeds"
    return PlotCard(
        "bands", metric, title, True, note, Markup(shortened(chart.svg)), chart.alt, legend
    )
