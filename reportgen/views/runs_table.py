"""The first rows of an experiment's table, which are in the page itself."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup
from msgspec import Struct

from reportgen.analysis.metrics import Goal
from reportgen.analysis.standings import Judge, families, judged_value
from reportgen.analysis.summary import RunSummary
from reportgen.charts.sparkline import sparkline
from reportgen.views import wording
from reportgen.views.page import DELETED, STATUS, Chip, Link
from reportgen.views.run_columns import RunColumn, Value

ALL_ROWS, FIRST_ROWS = 50, 30
"""Up to so many runs all are in the page itself; of more the first ones, and the whole table comes
from its data."""

LONGEST_CELL = 80
NOTES = {"best": "best", "best_step": "at step", "min": "min", "max": "max", "spark": "trend"}


class Column(Struct, frozen=True):
    """A column of the table."""

    name: str
    group: str
    """`metrics`, `params`, `tags` or `attributes`."""

    note: str = ""
    """`best`, `at step`, `last`, `min`, `max`, `trend`."""

    number: bool = False
    main: bool = False
    utc: bool = False
    """True for times."""


class Cell(Struct, frozen=True):
    text: str
    share: str = ""
    """Of the bar behind the number, as a percentage; empty for no bar."""

    best: bool = False
    look: str = "num"
    """`num`, `mono` for what somebody wrote, `dim` for times; several have a space between."""

    chips: tuple[Chip, ...] = ()
    spark: Markup | None = None
    rolled: str = ""
    """In words, where the value is not the run's own but the best of the runs below it."""


class Row(Struct, frozen=True):
    """A run in the table."""

    link: Link
    depth: int
    cells: tuple[Cell, ...]


class Standing(Struct, frozen=True):
    """What cells tell besides their own value."""

    judge: Judge
    best: Sequence[RunSummary]
    """Those that are ranked, the best first."""

    below: Mapping[str, Sequence[int]]
    """Run id → the places of all runs below it."""


def headings(columns: Sequence[RunColumn], all_columns: Sequence[RunColumn]) -> tuple[Column, ...]:
    """The heads of the shown columns; a metric's says which value where there are several."""
    several = {column.name for column in all_columns if column.group in NOTES}
    return tuple(_heading(column, several) for column in columns)


def _heading(column: RunColumn, several: set[str]) -> Column:
    note = NOTES.get(column.group, "")
    if column.group == "metrics" and column.name in several:
        note = "last"
    group = "metrics" if column.group in NOTES else column.group
    utc = column.id == "attributes.start_time"
    return Column(column.label, group, note, column.kind == "n" and not utc, column.main, utc)


def family_places(ordered: Sequence[RunSummary]) -> dict[str, list[int]]:
    """Run id → the places of all runs below it, for runs in the order of the table."""
    below: dict[str, list[int]] = {}
    above: list[str] = []
    for place, (run, depth) in enumerate(families(ordered)):
        del above[depth:]
        for ancestor in above:
            below.setdefault(ancestor, []).append(place)
        above.append(run.id)
    return below


def cells(
    run: RunSummary, place: int, columns: Sequence[RunColumn], standing: Standing
) -> tuple[Cell, ...]:
    """The cells of the run at `place`; `columns` give the values of all runs in that order."""
    return tuple(_cell(run, place, column, standing) for column in columns)


def _cell(run: RunSummary, place: int, column: RunColumn, standing: Standing) -> Cell:
    value = column.values[place]
    if column.id == "attributes.status":
        chip = STATUS[run.status]
        return Cell("", look="", chips=(chip, DELETED) if run.deleted else (chip,))
    below = standing.below.get(run.id, ())
    if value is None and below and column.goal is not Goal.UNKNOWN:
        return _rolled_up(column, below)
    if column.kind == "k":
        drawn = Markup(sparkline(list(value))) if isinstance(value, tuple) else None
        return Cell("", look="", spark=drawn)
    if not column.main:
        return Cell(_text(column, value), look=_look(column))
    top = bool(standing.best) and standing.best[0].id == run.id
    return Cell(_text(column, value), _share(run, standing), top)


def _look(column: RunColumn) -> str:
    if column.kind == "n":
        if column.id == "attributes.start_time":
            return "dim"
        return "num dim" if column.group == "attributes" else "num"
    return "dim" if column.group == "attributes" else "mono"


def _text(column: RunColumn, value: Value) -> str:
    if value is None:
        return ""
    if column.id == "attributes.start_time" and isinstance(value, int):
        return wording.short_time(value)
    if column.id == "attributes.duration" and isinstance(value, int):
        return wording.duration(value)
    if isinstance(value, float):
        return wording.number(value)
    if isinstance(value, int):
        return f"{value:,}"
    text = str(value)
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


def _rolled_up(column: RunColumn, below: Sequence[int]) -> Cell:
    """The best of the runs below a run that has no value of its own, as a sweep has none."""
    values = [value for place in below if isinstance(value := column.values[place], int | float)]
    finite = [value for value in values if value - value == 0]
    if not finite:
        return Cell("", look=_look(column))
    value = min(finite) if column.goal is Goal.MIN else max(finite)
    words = f"best of {wording.count(len(below), 'run')} below it"
    return Cell(_text(column, value), look=f"{_look(column)} rolled", rolled=words)


def _share(run: RunSummary, standing: Standing) -> str:
    """How long the bar behind the main metric is: full for the best, empty for the worst."""
    judge, best = standing.judge, standing.best
    value = judged_value(run, judge)
    if value is None or len(best) < 2:
        return ""
    top, bottom = judged_value(best[0], judge), judged_value(best[-1], judge)
    if top is None or bottom is None or top == bottom:
        return ""
    share = (value - bottom) / (top - bottom)
    return f"{max(0.0, min(1.0, share)) * 100:.0f}%"
