"""What the scripts of an experiment's page load: the whole table, and the charts' data.

Text columns carry their own dictionary, sorted as people sort, so that the browser never has to.

`charts.bands`, of experiments with repetitions, is for each overlaid metric with a group of at
least three: `{metric: [{label, n, ids, step, mean, low, high}, …]}`, at most eight groups, the
best first. `step`, `mean`, `low` and `high` are as long as each other; low and high are the mean
∓ 1 sample standard deviation of the `n` runs `ids`; "NaN" where a run has no finite value. Which
steps these are is told in `analysis/groups.py: band`.
"""

import math
from collections.abc import Mapping, Sequence

from reportgen.analysis.groups import Band
from reportgen.analysis.params import ParamsOverRuns, over_runs
from reportgen.analysis.standings import Judge, families, ranked
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
    NO_BANDS,
    ExperimentInputs,
    attempts,
    display_name,
    hues_of,
    shown_metrics,
    split_main,
    table_columns,
    table_order,
    trials,
    varied,
)


def experiment_data(
    inputs: ExperimentInputs,
    address: str,
    curves: Mapping[str, Sequence[RunCurve]],
    bands: Mapping[str, Sequence[Band]] = NO_BANDS,
) -> tuple[Json, Json]:
    """What the page's scripts load: the table (`RG.runs`) and its charts (`RG.experiment`)."""
    runs, judge = inputs.runs, inputs.judge
    best = ranked(runs, judge)
    ordered = [run for run, _ in families(table_order(runs, best))]
    params = over_runs(run.params for run in runs if run.params)
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
    return _table_data(ordered, inputs, params, address), {
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


def _table_data(
    runs: Sequence[RunSummary], inputs: ExperimentInputs, params: ParamsOverRuns, address: str
) -> Json:
    shown = {
        (column.group, column.name, column.note)
        for column in table_columns(runs, params, inputs.judge)
    }
    places = {run.id: place for place, run in enumerate(runs)}
    hue = hues_of(inputs.runs, inputs.judge)
    columns = [
        _texts("attributes.run_name", [display_name(run) for run in runs], "run", True),
        _texts("attributes.status", [str(run.status) for run in runs], "status", True),
        _numbers("attributes.start_time", [run.started for run in runs], "started", True),
        _numbers("attributes.duration", [run.duration for run in runs], "duration", True),
        _texts("attributes.user", [run.user for run in runs], "user"),
        _texts("attributes.run_id", [run.id for run in runs], "run id"),
        _texts(
            "attributes.href",
            [
                addresses.relative(addresses.run(run.id, inputs.keys[run.id]), address)
                for run in runs
            ],
        ),
        _numbers("attributes.parent", [places.get(run.parent_id) for run in runs]),
        _numbers("attributes.hue", [hue[run.id] for run in runs]),
    ]
    if any(run.deleted for run in runs):
        stages = ["deleted" if run.deleted else "active" for run in runs]
        columns.append(_texts("attributes.lifecycle_stage", stages, "lifecycle"))
    main, others = split_main(shown_metrics(runs, inputs.judge), inputs.judge)
    for key in main:
        columns.extend(_metric_columns(key, runs, inputs.judge, shown))
    names = [*params.differing, *(name for name, _ in params.constant)]
    for name in names:
        values = [run.params.get(name) for run in runs]
        columns.append(_texts(f"params.{name}", values, name, ("params", name, "") in shown))
    for key in others:
        columns.extend(_metric_columns(key, runs, inputs.judge, shown))
    return {"n": len(runs), "cols": columns}


def _metric_columns(
    key: str, runs: Sequence[RunSummary], judge: Judge, shown: set[tuple[str, str, str]]
) -> list[Json]:
    summaries = [run.metrics.get(key) for run in runs]
    some = [summary for summary in summaries if summary]
    goal = {"goal": str(judge.goal)} if key == judge.metric else {}
    columns = []
    if any(summary.best is not None for summary in some):
        best = [summary.best if summary else None for summary in summaries]
        steps = [summary.best_step if summary else None for summary in summaries]
        on = ("metrics", key, "best") in shown
        main = {"main": True} if key == judge.metric else {}
        columns.append({**_numbers(f"best.{key}", best, key, on), **goal, **main})
        on = ("metrics", key, "at step") in shown
        columns.append(_numbers(f"best_step.{key}", steps, key, on))
    last = [summary.last if summary else None for summary in summaries]
    on = ("metrics", key, "last") in shown or ("metrics", key, "") in shown
    columns.append({**_numbers(f"metrics.{key}", last, key, on), **goal})
    if key == judge.metric and any(len(summary.heights) > 1 for summary in some):
        heights = [list(summary.heights) if summary else [] for summary in summaries]
        columns.append({"id": f"spark.{key}", "label": key, "t": "k", "v": heights})
    return columns


def _numbers(
    id: str, values: Sequence[float | int | None], label: str = "", default: bool = False
) -> dict[str, Json]:
    column: dict[str, Json] = {
        "id": id,
        "t": "n",
        "v": [_plain(value) for value in values],
    }
    return _labelled(column, label, default)


def _plain(value: float | int | None) -> Json:
    return value if value is None or isinstance(value, int) else plain_values([value])[0]


def _texts(
    id: str, values: Sequence[str | None], label: str = "", default: bool = False
) -> dict[str, Json]:
    words_ = sorted({value for value in values if value is not None}, key=_natural)
    places = {word: place for place, word in enumerate(words_)}
    coded = [-1 if value is None else places[value] for value in values]
    return _labelled({"id": id, "t": "s", "d": words_, "v": coded}, label, default)


def _labelled(column: dict[str, Json], label: str, default: bool) -> dict[str, Json]:
    if label:
        column["label"] = label
    if default:
        column["default"] = True
    return column


def _natural(text: str) -> tuple[bool, float, str]:
    """Numbers by value before words by letter, as people sort."""
    try:
        value = float(text)
    except ValueError:
        return True, 0.0, text.casefold()
    return (True, 0.0, text) if math.isnan(value) else (False, value, text)
