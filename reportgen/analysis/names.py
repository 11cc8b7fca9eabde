"""Names in the settings that nothing in the sources has.

A name may be right and its run still to come, so that each is a problem to be told and no error.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis.summary import RunSummary
from reportgen.errors import Problem

FILE = "reportgen.yml"
OF_METRICS = ("metrics", "best", "best_step", "min", "max", "spark")


@dataclass(frozen=True, slots=True)
class Names:
    """All that an experiment's runs have."""

    runs: int = 0
    params: frozenset[str] = frozenset()
    metrics: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    def __add__(self, other: "Names") -> "Names":
        return Names(
            self.runs + other.runs,
            self.params | other.params,
            self.metrics | other.metrics,
            self.tags | other.tags,
        )


def names_of(runs: Iterable[RunSummary]) -> Names:
    told = list(runs)
    return Names(
        runs=len(told),
        params=frozenset(name for run in told for name in run.params),
        metrics=frozenset(name for run in told for name in run.metrics),
        tags=frozenset(name for run in told for name in run.tags),
    )


def names_nowhere(
    experiments: Mapping[str, Names],
    *,
    metric: str,
    metrics: Mapping[str, str],
    goals: Iterable[str],
    columns: Mapping[str, Sequence[str]],
) -> tuple[Problem, ...]:
    """The settings' names that are in no experiment; `experiments` are by name.

    `columns` are by the experiment's name, "" for all others, as in `Options`. Nothing is said of
    the metrics and columns of experiments that have no runs yet.
    """
    every = sum(experiments.values(), Names())
    logged = every.metrics
    problems = []
    if metric and every.runs and metric not in logged:
        what = f"metric: no run logged a metric named {metric!r}."
        problems.append(_nowhere(what, metric, logged))
    problems += [
        _nowhere(f"goals: no run logged a metric named {name!r}.", name, logged)
        for name in sorted(goals)
        if every.runs and name not in logged
    ]
    for setting, named in (("metrics", metrics), ("columns", columns)):
        problems += [
            _nowhere(f"{setting}: there is no experiment named {name!r}.", name, experiments)
            for name in sorted(named)
            if name and name not in experiments
        ]
    for experiment, name in sorted(metrics.items()):
        own = experiments.get(experiment, Names())
        if own.runs and name not in own.metrics:
            what = f"metrics: no run of {experiment!r} logged a metric named {name!r}."
            problems.append(_nowhere(what, name, own.metrics))
    for experiment, names in sorted(columns.items()):
        own = experiments.get(experiment, Names()) if experiment else every
        problems += _columns_nowhere(experiment, names, own)
    return tuple(problems)


def _columns_nowhere(experiment: str, names: Sequence[str], own: Names) -> list[Problem]:
    """A column of all experiments must be in one of them at least."""
    there = {"params": own.params, "tags": own.tags, **dict.fromkeys(OF_METRICS, own.metrics)}
    whose = f"no run of {experiment!r}" if experiment else "no run"
    problems = []
    for name in names if own.runs else ():
        group, _, rest = name.partition(".")
        if group in there and rest not in there[group]:
            what = f"columns: {whose} has {name!r}."
            problems.append(_nowhere(what, rest, there[group], f"{group}."))
    return problems


def _nowhere(what: str, name: str, known: Iterable[str], group: str = "") -> Problem:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return Problem(FILE, what, f"Did you mean {group + near[0]!r}?" if near else "")
