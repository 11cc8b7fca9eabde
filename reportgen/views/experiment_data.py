"""What the scripts of an experiment's page load: the whole table, and the charts' data.

Each comes in files of its own: the table's is loaded with the page, the charts' by whoever points
at one of them.

Text columns carry their own dictionary, sorted as people sort, so that the browser never has to.

`charts.bands`, of experiments with repetitions, is for each overlaid metric with a group of at
least three: `{metric: [{label, n, ids, step, mean, low, high}, …]}`, at most eight groups, the
best first. `step`, `mean`, `low` and `high` are as long as each other; low and high are the mean
∓ 1 sample standard deviation of the `n` runs `ids`; "NaN" where a run has no finite value. Which
steps these are is told in `analysis/groups.py: band`.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from reportgen.analysis.groups import Band
from reportgen.analysis.metrics import Goal
from reportgen.analysis.summary import RunSummary
from reportgen.charts.curve import plain_values
from reportgen.charts.overlay import RunCurve, overlay_data
from reportgen.charts.parallel import parallel_data
from reportgen.charts.progress import progress_data
from reportgen.model import Json
from reportgen.views import addresses
from reportgen.views.experiment import (
    CHOSEN,
    CONTEXT,
    FEWEST_ATTEMPTS,
    MOST_IN_ONE_FILE,
    NO_BANDS,
    ExperimentInputs,
    RunTable,
    attempts,
    hues_of,
    trials,
    varied,
)
from reportgen.views.run_columns import (
    RunColumn,
    column_data,
    first_columns,
    row_values,
)

MOST_VALUES = 6000
"""In the one file of a table; of more, only what is shown at first is loaded at once."""

BLOCKS = (200, 100, 50, 25)
"""Runs whose values lie in one file. The oldest lie in the largest ones: few files for many runs,
and a new run is written with few others, as with those of its 25 until these are complete."""

AT_ONCE = frozenset(
    f"attributes.{name}" for name in ("run_name", "run_id", "href", "parent", "hue")
)
"""What the table needs as soon as it is there: of thousands of runs it asks for them itself."""


class TableData(Struct, frozen=True):
    """The runs as columns."""

    main: Json
    """For `RG.runs`: every column, with its values or the file that has them."""

    files: Mapping[str, Sequence[tuple[int, Json]]]
    """Address → the place and the values of each column in it, for `RG.column`."""

    blocks: tuple[Json, ...] = ()
    """Of some runs each the values of columns that have none in `main`, for `RG.rows`."""


def experiment_data(
    inputs: ExperimentInputs,
    table: RunTable,
    address: str,
    curves: Mapping[str, Sequence[RunCurve]],
    bands: Mapping[str, Sequence[Band]] = NO_BANDS,
) -> tuple[TableData, Json]:
    """What the page's scripts load: the table (`RG.runs`, `RG.column`), and the data of its charts
    (`RG.experiment`)."""
    runs, judge = inputs.runs, inputs.judge
    charts: dict[str, Json] = {
        "overlay": {
            metric: overlay_data(metric, drawn[:CHOSEN], drawn[CHOSEN : CHOSEN + CONTEXT])
            for metric, drawn in curves.items()
        }
    }
    if bands:
        charts["bands"] = {metric: [_band(one) for one in drawn] for metric, drawn in bands.items()}
    tried = attempts(runs, judge)
    if len(tried) >= FEWEST_ATTEMPTS:
        charts["progress"] = progress_data(judge.metric, tried, judge.goal)
    names = varied(runs, judge)
    if names:
        charts["parallel"] = parallel_data(judge.metric, names, trials(runs, judge), judge.goal)
    return experiment_table(inputs, table, address), {
        "key": inputs.experiment.key,
        "charts": charts,
    }


def _band(band: Band) -> Json:
    return {
        "label": band.label,
        "n": len(band.ids),
        "ids": list(band.ids),
        "step": list(band.steps),
        "mean": plain_values(band.mean),
        "low": plain_values(band.low),
        "high": plain_values(band.high),
    }


def experiment_table(inputs: ExperimentInputs, table: RunTable, address: str) -> TableData:
    """The whole table for the scripts of the page: see the head of themes/default/js/store.js."""
    ordered, columns = table.runs, list(table.columns)
    # Addresses right behind the ids that they repeat: packed, they are half as long then.
    place = next((at for at, one in enumerate(columns) if one.id == "attributes.run_id"), -1)
    columns[place + 1 : place + 1] = _service(ordered, inputs, address)
    first = {
        column.id: place
        for place, column in enumerate(first_columns(columns, inputs.judge, inputs.columns), 1)
    }
    first["attributes.run_name"] = 0
    parted = len(ordered) * len(columns) > MOST_VALUES
    alone = len(ordered) > MOST_IN_ONE_FILE
    told: list[Json] = []
    files: dict[str, list[tuple[int, Json]]] = {}
    apart: list[RunColumn] = []
    for place, column in enumerate(columns):
        said = _said(column, first)
        if alone:
            target = addresses.columns(address, place)
            files[target] = [(place, column_data(column))]
            told.append({**said, "file": addresses.relative(target, address)})
        elif parted and column.id not in AT_ONCE and column.id not in first:
            apart.append(column)
            told.append({**said, "rows": True})
        else:
            told.append({**said, **column_data(column)})
    blocks = tuple(_blocks(ordered, apart)) if apart else ()
    return TableData({"n": len(ordered), "cols": told}, files, blocks)


def _blocks(ordered: Sequence[RunSummary], columns: Sequence[RunColumn]) -> Iterator[Json]:
    """The values of these columns, some runs at a time, the oldest first: a new run changes the
    last block alone, or joins the last ones, and pages share the others."""
    places = sorted(range(len(ordered)), key=lambda place: _age(ordered[place]))
    for part in _parted(len(places)):
        picked = places[part]
        told = {column.id: row_values(column, picked) for column in columns}
        yield {
            "ids": [ordered[place].id for place in picked],
            "cols": {
                id: values
                for id, values in told.items()
                if any(value is not None for value in values)
            },
        }


def _parted(count: int) -> Iterator[slice]:
    """So many things in blocks, the large ones first."""
    start = 0
    for size in BLOCKS:
        while count - start >= size:
            yield slice(start, start + size)
            start += size
    if start < count:
        yield slice(start, count)


def _age(run: RunSummary) -> tuple[int, str]:
    return run.started or 0, run.id


def _said(column: RunColumn, first: Mapping[str, int]) -> dict[str, Json]:
    """What a column is, without its values."""
    said: dict[str, Json] = {"id": column.id, "t": column.kind}
    if column.label != column.name:
        said["label"] = column.label
    if column.goal is not Goal.UNKNOWN:
        said["goal"] = str(column.goal)
    if column.main:
        said["main"] = True
    if column.id in first:
        said.update(default=True, place=first[column.id])
    return said


def _service(
    runs: Sequence[RunSummary], inputs: ExperimentInputs, address: str
) -> tuple[RunColumn, ...]:
    """What the table needs and does not show: each run's page, its parent's row, its colour."""
    places = {run.id: place for place, run in enumerate(runs)}
    hue = hues_of(inputs.runs, inputs.judge)
    pages = tuple(
        addresses.relative(addresses.run(run.id, inputs.keys[run.id]), address) for run in runs
    )
    parents = tuple(places.get(run.parent_id) for run in runs)
    service = (
        RunColumn("attributes.href", "href", "s", pages),
        RunColumn("attributes.parent", "parent", "n", parents),
        RunColumn("attributes.hue", "hue", "n", tuple(hue[run.id] for run in runs)),
    )
    return tuple(column for column in service if any(one is not None for one in column.values))
