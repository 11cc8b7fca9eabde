"""Values to test with: each is ordinary in every respect but those that a test names."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from msgspec import structs

from reportgen.analysis.metrics import Goal, summaries_of
from reportgen.analysis.summary import RunSummary, summary_of
from reportgen.model import (
    Artifact,
    Dataset,
    DatasetInput,
    Experiment,
    Field,
    LoggedModel,
    MetricHistory,
    Run,
    RunRef,
    RunStatus,
)

NOON = 1_795_521_600_000
"""24 Nov 2026, 12:00 UTC, in milliseconds."""

MINUTE = 60_000


def a_history(*values: float, steps: Iterable[int] | None = None) -> MetricHistory:
    """A point a second from noon on; at the steps 0, 1, 2, … unless told otherwise."""
    count = len(values)
    return MetricHistory(
        array("q", range(count) if steps is None else steps),
        array("q", range(NOON, NOON + 1000 * count, 1000)),
        array("d", values),
    )


def a_run(name: str = "baseline", **changes: Any) -> Run:
    """A run of a minute that finished, with nothing recorded but its name.

    `metrics` may give plain values (one point) or tuples of them (one a step).
    """
    run = Run(
        id=f"id-{name}",
        experiment_id="7",
        name=name,
        status=RunStatus.FINISHED,
        started=NOON,
        ended=NOON + MINUTE,
        user="ada",
    )
    return replace(run, **{**changes, "metrics": _histories(changes.get("metrics", {}))})


def _histories(metrics: Mapping[str, Any]) -> dict[str, MetricHistory]:
    found = {}
    for key, value in sorted(metrics.items()):
        points = value if isinstance(value, tuple) else (value,)
        found[key] = value if isinstance(value, MetricHistory) else a_history(*points)
    return found


def a_summary(
    name: str = "baseline", *, goals: Mapping[str, Goal] | None = None, **changes: Any
) -> RunSummary:
    """What the upper pages know of `a_run(name, …)`; `parent` is the name of another."""
    parent = changes.pop("parent", "")
    made = a_run(name, **changes)
    summary = summary_of(made, summaries_of(made.metrics, goals or {}))
    return structs.replace(summary, parent_id=f"id-{parent}" if parent else "")


def a_ref(name: str = "baseline", **changes: Any) -> RunRef:
    ref = RunRef(
        id=f"id-{name}",
        experiment_id="7",
        store=0,
        place=f"7/id-{name}",
        name=name,
        status=RunStatus.FINISHED,
        started=NOON,
        ended=NOON + MINUTE,
    )
    return replace(ref, **changes)


def an_experiment(name: str = "wine", **changes: Any) -> Experiment:
    return replace(Experiment(key="7", id="7", name=name), **changes)


def an_artifact(path: str = "notes.txt", size: int = 312) -> Artifact:
    return Artifact(path, size, f"/somewhere/{path}")


def a_model(name: str = "classifier", **changes: Any) -> LoggedModel:
    return replace(LoggedModel(id=f"m-{name}", name=name, experiment_id="7"), **changes)


def a_dataset(name: str = "wine", context: str = "training", **changes: Any) -> DatasetInput:
    dataset = Dataset(
        name=name,
        digest="6a1b2c3d",
        source_type="http",
        source='{"url": "https://example.org/wine.csv"}',
        schema=(Field("alcohol", "double"),),
        profile={"num_rows": 178},
    )
    return DatasetInput(replace(dataset, **changes), context)
