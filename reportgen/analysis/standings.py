"""Who is best in an experiment, and how it came to be."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reportgen.analysis.metrics import Goal, goal_of, main_metric
from reportgen.analysis.summary import RunSummary
from reportgen.model import RunStatus

PRIMARY_METRIC = "mlflow.experiment.primaryMetric.name"
"""MLflow's own hint, a tag of the experiment (Databricks recipes write it)."""


GREATER_IS_BETTER = "mlflow.experiment.primaryMetric.greaterIsBetter"


@dataclass(frozen=True, slots=True)
class Judge:
    """By which metric an experiment is judged, and why."""

    metric: str = ""
    """Empty when no run logged one."""

    goal: Goal = Goal.UNKNOWN
    why: str = "name"
    """Who says which direction is better: the `settings`, the experiment's `tags`, or the
    metric's own `name`."""


def goals_of(tags: Mapping[str, str], told: Mapping[str, Goal]) -> dict[str, Goal]:
    """The directions that are known for an experiment's metrics: what the user told first, else
    what its tags say of its primary metric."""
    metric, hint = tags.get(PRIMARY_METRIC, ""), tags.get(GREATER_IS_BETTER, "").lower()
    if metric and hint in ("true", "false"):
        return {metric: Goal.MAX if hint == "true" else Goal.MIN, **told}
    return dict(told)


def judge_of(
    runs: Iterable[RunSummary], tags: Mapping[str, str], goals: Mapping[str, Goal], main: str
) -> Judge:
    """The metric `main` if named, else the experiment's own hint, else the likeliest.

    MLflow's hint is the pair of tags `mlflow.experiment.primaryMetric.name` and
    `.greaterIsBetter` (Databricks recipes write them).
    """
    counts: dict[str, int] = {}
    for run in runs:
        if not run.deleted:
            for key in run.metrics:
                counts[key] = counts.get(key, 0) + 1
    hinted = tags.get(PRIMARY_METRIC, "")
    metric = main_metric(counts, main if main in counts else hinted)
    if not metric:
        return Judge()
    known = goals_of(tags, goals)
    if metric in known:
        return Judge(metric, known[metric], "settings" if metric in goals else "tags")
    return Judge(metric, goal_of(metric))


def judged_value(run: RunSummary, judge: Judge) -> float | None:
    """The best finite value of the judging metric in a run; None when there is none."""
    summary = run.metrics.get(judge.metric)
    if summary is None:
        return None
    value: float | None = summary.last
    if judge.goal is not Goal.UNKNOWN:
        value = summary.high if judge.goal is Goal.MAX else summary.low
    return value if value is not None and math.isfinite(value) else None


def ranked(runs: Iterable[RunSummary], judge: Judge) -> tuple[RunSummary, ...]:
    """The runs that count, the best first: neither deleted nor failed, with a finite value.

    A tie goes to the run started earlier, then to the smaller id. Empty where the direction is
    not known.
    """
    if judge.goal is Goal.UNKNOWN:
        return ()
    return _ranked(_These(tuple(runs)), judge)


class _These:
    """Runs that are the same only if they are the very same tuple, which is told in no time."""

    __slots__ = ("runs",)

    def __init__(self, runs: tuple[RunSummary, ...]) -> None:
        self.runs = runs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _These) and other.runs is self.runs

    def __hash__(self) -> int:
        return id(self.runs)


@lru_cache(maxsize=4)  # a page asks a dozen times, and each time all of its runs would be judged
def _ranked(these: _These, judge: Judge) -> tuple[RunSummary, ...]:
    sign = 1 if judge.goal is Goal.MIN else -1
    valued = [
        (sign * value, run.started or 0, run.id, run)
        for run in these.runs
        if not run.deleted
        and run.status not in (RunStatus.FAILED, RunStatus.KILLED)
        and (value := judged_value(run, judge)) is not None
    ]
    valued.sort(key=lambda entry: entry[:3])
    return tuple(entry[3] for entry in valued)


def families(runs: Sequence[RunSummary]) -> tuple[tuple[RunSummary, int], ...]:
    """The runs with every child below its parent: (run, depth ≥ 0), otherwise in their order.

    A family stands where the first of its members does, so that a sweep is placed by its best
    run. A run whose parent is not among them stands alone; circles of parents are cut.
    """
    here = {run.id: run for run in runs}
    children: dict[str, list[RunSummary]] = {}
    for run in runs:
        if run.parent_id in here and run.parent_id != run.id:
            children.setdefault(run.parent_id, []).append(run)
    placed: list[tuple[RunSummary, int]] = []
    seen: set[str] = set()

    def place(run: RunSummary) -> None:
        stack = [(run, 0)]
        while stack:
            one, depth = stack.pop()
            if one.id in seen:
                continue
            seen.add(one.id)
            placed.append((one, depth))
            stack.extend((child, depth + 1) for child in reversed(children.get(one.id, ())))

    for run in runs:
        place(_eldest(run, here))
        place(run)
    return tuple(placed)


def _eldest(run: RunSummary, here: Mapping[str, RunSummary]) -> RunSummary:
    """The topmost of its ancestors among those here."""
    passed = {run.id}
    while run.parent_id in here and run.parent_id not in passed:
        run = here[run.parent_id]
        passed.add(run.id)
    return run
