"""Names in the settings that nothing in the sources has.

A name may be right and its run still to come, so that each is a problem to be told and no error.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence

from reportgen.analysis.summary import RunSummary
from reportgen.errors import Problem

FILE = "reportgen.yml"
OF_METRICS = ("metrics", "best", "best_step", "min", "max", "spark")


def names_nowhere(
    experiments: Mapping[str, Sequence[RunSummary]],
    *,
    metric: str,
    metrics: Mapping[str, str],
    goals: Iterable[str],
    columns: Mapping[str, Sequence[str]],
) -> tuple[Problem, ...]:
    """The settings' names that are in no experiment; `experiments` are the runs by its name.

    `columns` are by the experiment's name, "" for all others, as in `Options`. Nothing is said of
    the metrics and columns of experiments that have no runs yet.
    """
    every = [run for runs in experiments.values() for run in runs]
    logged = {key for run in every for key in run.metrics}
    problems = []
    if metric and every and metric not in logged:
        what = f"metric: no run logged a metric named {metric!r}."
        problems.append(_nowhere(what, metric, logged))
    problems += [
        _nowhere(f"goals: no run logged a metric named {name!r}.", name, logged)
        for name in sorted(goals)
        if every and name not in logged
    ]
    for setting, named in (("metrics", metrics), ("columns", columns)):
        problems += [
            _nowhere(f"{setting}: there is no experiment named {name!r}.", name, experiments)
            for name in sorted(named)
            if name and name not in experiments
        ]
    for experiment, name in sorted(metrics.items()):
        runs = experiments.get(experiment, ())
        own = {key for run in runs for key in run.metrics}
        if runs and name not in own:
            what = f"metrics: no run of {experiment!r} logged a metric named {name!r}."
            problems.append(_nowhere(what, name, own))
    for experiment, names in sorted(columns.items()):
        runs = experiments.get(experiment, ()) if experiment else every
        problems += _columns_nowhere(experiment, names, runs)
    return tuple(problems)


def _columns_nowhere(
    experiment: str, names: Sequence[str], runs: Sequence[RunSummary]
) -> list[Problem]:
    """A column of all experiments must be in one of them at least."""
    there: dict[str, set[str]] = {
        "params": {name for run in runs for name in run.params},
        "tags": {name for run in runs for name in run.tags},
    }
    logged = {name for run in runs for name in run.metrics}
    there.update((group, logged) for group in OF_METRICS)
    whose = f"no run of {experiment!r}" if experiment else "no run"
    problems = []
    for name in names if runs else ():
        group, _, rest = name.partition(".")
        if group in there and rest not in there[group]:
            what = f"columns: {whose} has {name!r}."
            problems.append(_nowhere(what, rest, there[group], f"{group}."))
    return problems


def _nowhere(what: str, name: str, known: Iterable[str], group: str = "") -> Problem:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return Problem(FILE, what, f"Did you mean {group + near[0]!r}?" if near else "")
