"""The columns that runs have in the table of their experiment: by MLflow's names, with values.

One list serves the first rows in the page, the data of the whole table and the CSV beside it.
"""

import csv
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import attrgetter, itemgetter
from statistics import fmean

from msgspec import Struct

from reportgen.analysis import forge
from reportgen.analysis.metrics import Goal, MetricSummary, goal_of, words
from reportgen.analysis.params import over_runs
from reportgen.analysis.standings import Judge
from reportgen.analysis.summary import RunSummary
from reportgen.charts.curve import plain_values
from reportgen.model import Json
from reportgen.views import wording
from reportgen.views.reproducibility import SHORT

MOST_PARAMS, MOST_METRICS = 6, 5
"""Shown at first: a table of more than some fifteen columns is not read but searched."""

LONG_TEXT = 40
"""Characters on average from which a parameter is no column to begin with."""

SPARK_POINTS, SPARK_LEVELS = 16, 32
"""Of the small curves in the table's data, where each costs every reader some bytes."""

_LEVELS = bytes(height * SPARK_LEVELS // 256 for height in range(256))

Value = float | int | str | tuple[int, ...] | None
"""Of a run in a column; None where it has none."""


class RunColumn(Struct, frozen=True, eq=False):
    """A column with the value of each run."""

    id: str
    """`attributes.x`, `params.x`, `tags.x`, `metrics.x` (the last value), and ours: `best.x`,
    `best_step.x`, `min.x`, `max.x`, `spark.x`."""

    label: str
    kind: str
    """`n` numbers, `s` texts, `k` small curves: heights from 0 to 31."""

    values: tuple[Value, ...]
    goal: Goal = Goal.UNKNOWN
    main: bool = False
    """True for the value by which the runs are judged."""

    varies: bool = False
    """True for a parameter that tells runs apart."""

    @property
    def group(self) -> str:
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        return self.id.partition(".")[2]


def display_name(run: RunSummary) -> str:
    return run.name.strip() or wording.short_id(run.id)


def shown_metrics(runs: Sequence[RunSummary], judge: Judge) -> tuple[str, ...]:
    """The main metric first, then those of most runs, held-out data before training data."""
    counts = Counter(key for run in runs for key in run.metrics)

    def standing(key: str) -> tuple[bool, int, bool, str]:
        return key != judge.metric, -counts[key], bool({"train", "training"} & set(words(key))), key

    return tuple(sorted(counts, key=standing))


NUMBERS: Sequence[tuple[str, str, Callable[[RunSummary], int | None]]] = (
    ("start_time", "started", lambda run: run.started),
    ("duration", "duration", lambda run: run.duration),
)
TEXTS: Sequence[tuple[str, str, Callable[[RunSummary], str]]] = (
    ("user", "user", lambda run: run.user),
    ("source", "source", lambda run: forge.shortened(run.source)),
    ("entry_point", "entry point", lambda run: run.entry_point),
    ("commit", "commit", lambda run: run.commit[:10]),
    ("dataset", "dataset", lambda run: ", ".join(run.datasets)),
    ("reproducible", "reproducible", lambda run: SHORT[run.verdict]),
    ("run_id", "run id", lambda run: run.id),
)
STATISTICS: Sequence[tuple[str, Callable[[MetricSummary], float | int | None]]] = (
    ("metrics", attrgetter("last")),
    ("best", attrgetter("best")),
    ("best_step", attrgetter("best_step")),
    ("min", attrgetter("low")),
    ("max", attrgetter("high")),
)


def run_columns(
    runs: Sequence[RunSummary], judge: Judge, goals: Mapping[str, Goal]
) -> tuple[RunColumn, ...]:
    """Every column of the runs, values in their order: about the runs, the metric that they are
    judged by, parameters, other metrics, tags.

    `goals` are the directions that somebody named. A statistic that equals another one of its
    metric in every run is left out, as all do of a metric that was logged once.
    """
    main, *others = shown_metrics(runs, judge) or ("",)
    params = over_runs(run.params for run in runs if run.params)
    names = [*_short_first(params.differing, runs), *(name for name, _ in params.constant)]
    differing = frozenset(params.differing)
    tags = sorted({name for run in runs for name in run.tags})
    return (
        *_about(runs),
        *_metric_columns(main, runs, judge, goals),
        *(
            _text(f"params.{name}", name, [run.params.get(name) for run in runs], name in differing)
            for name in names
        ),
        *(column for key in others for column in _metric_columns(key, runs, judge, goals)),
        *(_text(f"tags.{name}", name, [run.tags.get(name) for run in runs]) for name in tags),
    )


def _about(runs: Sequence[RunSummary]) -> list[RunColumn]:
    columns = [
        _text("attributes.run_name", "run", [display_name(run) for run in runs]),
        _text("attributes.status", "status", [str(run.status) for run in runs]),
    ]
    for name, label, number_of in NUMBERS:
        numbers = tuple(number_of(run) for run in runs)
        columns.append(RunColumn(f"attributes.{name}", label, "n", numbers))
    for name, label, text_of in TEXTS:
        texts = [text_of(run) or None for run in runs]
        if any(texts):
            columns.append(_text(f"attributes.{name}", label, texts))
    if any(run.deleted for run in runs):
        stages = ["deleted" if run.deleted else "active" for run in runs]
        columns.append(_text("attributes.lifecycle_stage", "lifecycle", stages))
    return columns


def _text(id: str, label: str, values: Sequence[str | None], varies: bool = False) -> RunColumn:
    return RunColumn(id, label, "s", tuple(values), varies=varies)


def _metric_columns(
    key: str, runs: Sequence[RunSummary], judge: Judge, goals: Mapping[str, Goal]
) -> list[RunColumn]:
    summaries = [run.metrics.get(key) for run in runs]
    some = [summary for summary in summaries if summary]
    if not some:
        return []
    goal = judge.goal if key == judge.metric else goal_of(key, goals)
    columns: list[RunColumn] = []
    for group, statistic in STATISTICS:
        values = tuple(statistic(summary) if summary else None for summary in summaries)
        if group == "best_step":
            wanted = columns[-1].group == "best"
        else:
            wanted = any(value is not None for value in values) and not any(
                _same(values, other.values) for other in columns
            )
        if wanted:
            way = goal if group != "best_step" else Goal.UNKNOWN
            columns.append(RunColumn(f"{group}.{key}", key, "n", values, way))
    if key == judge.metric:
        place = 1 if columns[1:] and columns[1].group == "best" else 0
        columns[place] = _as_main(columns[place])
        columns.insert(0, columns.pop(place))
    if any(len(summary.heights) > 1 for summary in some):
        curves = tuple(_curve(summary) if summary else None for summary in summaries)
        columns.append(RunColumn(f"spark.{key}", key, "k", curves))
    return columns


def _as_main(column: RunColumn) -> RunColumn:
    return RunColumn(column.id, column.label, column.kind, column.values, column.goal, True)


def _same(values: Sequence[Value], others: Sequence[Value]) -> bool:
    """Equal in every run; NaN equals NaN."""
    return values == others or all(
        one == other or (one != one and other != other)  # noqa: PLR0124 (NaN differs from itself)
        for one, other in zip(values, others, strict=True)
    )


def _curve(summary: MetricSummary) -> tuple[int, ...] | None:
    if len(summary.heights) < 2:
        return None
    return _picked(len(summary.heights))(summary.heights.translate(_LEVELS))


@cache
def _picked(length: int) -> Callable[[bytes], tuple[int, ...]]:
    """Takes at most `SPARK_POINTS` of so many (≥ 2) evenly, the first and the last among them."""
    count = min(SPARK_POINTS, length)
    return itemgetter(*(place * (length - 1) // (count - 1) for place in range(count)))


def _short_first(names: Sequence[str], runs: Sequence[RunSummary]) -> list[str]:
    """Parameters with long texts behind the others: their columns are read one by one."""

    def is_long(name: str) -> bool:
        return fmean(len(run.params[name]) for run in runs if name in run.params) > LONG_TEXT

    return sorted(names, key=is_long)


# ---- what is shown at first


def first_columns(
    columns: Sequence[RunColumn], judge: Judge, named: Sequence[str] = ()
) -> tuple[RunColumn, ...]:
    """The columns to show before the reader chooses others, in order; without the run's name.

    `named` are the user's, as `columns:` in reportgen.yml has them: those that there are, in
    that order; an attribute without its group, `status`. Without any: status, start, duration,
    the metric judged by, the parameters that differ, and one value of other metrics.
    """
    by_id = {column.id: column for column in columns}
    asked = [by_id[id] for name in named if (id := column_id(name)) in by_id]
    if asked:
        return tuple(dict.fromkeys(column for column in asked if column.name != "run_name"))
    about = [by_id[f"attributes.{name}"] for name in ("status", "start_time", "duration")]
    params = [column for column in columns if column.varies]
    others = dict.fromkeys(column.name for column in columns if column.group == "metrics")
    others.pop(judge.metric, None)
    most = MOST_METRICS - 1 if judge.metric else MOST_METRICS
    return (
        *about,
        *(
            by_id[id]
            for group in ("best", "best_step", "metrics", "spark")
            if (id := f"{group}.{judge.metric}") in by_id
        ),
        *params[:MOST_PARAMS],
        *(by_id.get(f"best.{name}") or by_id[f"metrics.{name}"] for name in list(others)[:most]),
    )


def column_id(name: str) -> str:
    """As a setting names a column: an attribute may go without its group."""
    return name if "." in name else f"attributes.{name}"


# ---- as data


def column_data(column: RunColumn) -> dict[str, Json]:
    """The values as the scripts take them: see the head of themes/default/js/store.js."""
    if column.kind == "n":
        return {"v": _plain(column.values)}
    if column.kind == "k":
        return {"v": [list(value) if isinstance(value, tuple) else None for value in column.values]}
    words_ = sorted({str(value) for value in column.values if value is not None}, key=_natural)
    places = {word: place for place, word in enumerate(words_)}
    coded = [-1 if value is None else places[str(value)] for value in column.values]
    return {"d": words_, "v": coded}


def row_values(column: RunColumn, rows: Sequence[int]) -> list[Json]:
    """The values of some rows as they are, texts without a dictionary."""
    picked = [column.values[row] for row in rows]
    if column.kind == "n":
        return _plain(picked)
    if column.kind == "k":
        return [list(value) if isinstance(value, tuple) else None for value in picked]
    return [None if value is None else str(value) for value in picked]


def _plain(values: Sequence[Value]) -> list[Json]:
    """Numbers as JSON has them: those that it has not are rare, and looked for only then."""
    told: list[Json] = list(values)
    if math.isfinite(sum(filter(None, told))):
        return told
    return [plain_values([one])[0] if isinstance(one, float) else one for one in told]


def _natural(text: str) -> tuple[bool, float, str]:
    """Numbers by value before words by letter, as people sort."""
    try:
        value = float(text)
    except ValueError:
        return True, 0.0, text.casefold()
    return (True, 0.0, text) if math.isnan(value) else (False, value, text)


# ---- as a file


class TableLines(Struct, frozen=True):
    """A table as a file, line by line."""

    head: str
    rows: dict[str, str]
    """By what each is made of."""

    @property
    def content(self) -> bytes:
        return "".join((self.head, *self.rows.values())).encode("utf-8", "replace")


def csv_lines(
    columns: Sequence[RunColumn], rows: Sequence[str], before: TableLines | None = None
) -> TableLines:
    """All columns but small curves, as RFC 4180 has it: names as the table's filter knows them,
    numbers with all their digits, times in UTC.

    `rows` tells what each row is made of: those that were there `before`, with the same columns,
    are as they were.
    """
    told = [column for column in columns if column.kind != "k"]
    told.sort(key=lambda column: column.id != "attributes.run_id")
    (head,) = _lines([[_defused(column.id) for column in told]])
    known = before.rows if before and before.head == head else {}
    new = [place for place, row in enumerate(rows) if row not in known]
    fields = (_fields(column, [column.values[place] for place in new]) for column in told)
    made = dict(zip((rows[place] for place in new), _lines(zip(*fields, strict=True)), strict=True))
    return TableLines(head, {row: known.get(row) or made[row] for row in rows})


class _Lines(list[str]):
    """What a writer of CSV writes to, a line at a time."""

    write = list.append


def _lines(rows: Iterable[Sequence[Value]]) -> list[str]:
    found = _Lines()
    csv.writer(found, lineterminator="\r\n").writerows(rows)
    return found


def _fields(column: RunColumn, values: Sequence[Value]) -> Sequence[Value]:
    """Some values of a column as the file has them."""
    if column.id == "attributes.start_time":
        return [_utc(value) if isinstance(value, int) else "" for value in values]
    if column.kind == "n":
        return values  # the writer tells numbers with all their digits, and None as nothing
    texts = {value: None if value is None else _defused(str(value)) for value in set(values)}
    return [texts[value] for value in values]


def _utc(milliseconds: int) -> str:
    when = wording.moment(milliseconds)
    return f"{when:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z" if when else ""


def _defused(text: str) -> str:
    """A text that a spreadsheet would run as a formula is marked as text; numbers are not."""
    if not text.startswith(("=", "+", "-", "@", "\t", "\r")):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text
