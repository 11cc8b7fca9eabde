"""Runs that were repeated: they differ only by a seed or a fold, so their spread is chance."""

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis.metrics import Goal
from reportgen.analysis.seeds import is_seed_like
from reportgen.analysis.standings import Judge, judged_value
from reportgen.analysis.summary import RunSummary
from reportgen.model import MetricHistory, RunStatus

FEWEST_MEMBERS = 3
"""Fewer runs have no spread worth drawing."""

MOST_GROUPS = 8
MOST_MEMBERS = 100
"""Histories to read again for one group."""

BAND_POINTS = 100
OVER = frozenset({RunStatus.FINISHED, RunStatus.UNKNOWN})


@dataclass(frozen=True, slots=True)
class SeedGroup:
    """Repetitions of the same thing."""

    label: str
    """The parameters by which the groups differ, `lr=0.1, model=mlp`; for a lone group the
    parameters that vary within, `by seed`."""

    ids: tuple[str, ...]
    """Of at least 3 runs, in order of start."""


@dataclass(frozen=True, slots=True)
class Band:
    """The mean of a metric over a group, and its spread."""

    label: str
    ids: tuple[str, ...]
    """The runs that it rests on: those of the group that have a curve of the metric."""

    steps: tuple[int, ...]
    mean: tuple[float, ...]
    """NaN where a member's value is not finite."""

    low: tuple[float, ...]
    """The mean minus 1 sample standard deviation (n - 1)."""

    high: tuple[float, ...]


def seed_groups(runs: Sequence[RunSummary], judge: Judge) -> tuple[SeedGroup, ...]:
    """The groups of at least 3 runs with other seeds and all other parameters equal.

    At most 8, the best mean of the judging metric first (by label where there is none). Runs
    that are deleted, failed or still run are left out; of runs with the same seed the latest
    counts; of more than 100 the first 100.
    """
    groups: dict[frozenset[tuple[str, str]], dict[tuple[str, ...], RunSummary]] = {}
    varied: dict[frozenset[tuple[str, str]], set[str]] = {}
    for run in sorted(runs, key=lambda run: (run.started or 0, run.id)):
        seeds = tuple(sorted(name for name in run.params if is_seed_like(name)))
        if not seeds or run.deleted or run.status not in OVER:
            continue
        rest = frozenset((name, run.params[name]) for name in run.params if name not in seeds)
        groups.setdefault(rest, {})[tuple(run.params[name] for name in seeds)] = run
        varied.setdefault(rest, set()).update(seeds)
    kept = {
        rest: tuple(members.values())[:MOST_MEMBERS]
        for rest, members in groups.items()
        if len(members) >= FEWEST_MEMBERS
    }
    labels = _labels(list(kept), {rest: varied[rest] for rest in kept})
    order = sorted(kept, key=lambda rest: (_standing(kept[rest], judge), labels[rest]))
    return tuple(
        SeedGroup(labels[rest], tuple(run.id for run in kept[rest])) for rest in order[:MOST_GROUPS]
    )


def _standing(members: Sequence[RunSummary], judge: Judge) -> float:
    values = [value for run in members if (value := judged_value(run, judge)) is not None]
    if not values or judge.goal is Goal.UNKNOWN:
        return math.inf
    return _mean(values) * (1 if judge.goal is Goal.MIN else -1)


def _labels(
    groups: Sequence[frozenset[tuple[str, str]]],
    varied: Mapping[frozenset[tuple[str, str]], set[str]],
) -> dict[frozenset[tuple[str, str]], str]:
    shared = frozenset.intersection(*groups) if groups else frozenset()
    return {
        rest: _pairs(sorted(rest - shared)) or f"by {', '.join(sorted(varied[rest]))}"
        for rest in groups
    }


def _pairs(params: Sequence[tuple[str, str]]) -> str:
    told = [f"{name}={value if len(value) <= 24 else f'{value[:23]}…'}" for name, value in params]
    return ", ".join(told[:3]) + (", …" if len(told) > 3 else "")


def band(group: SeedGroup, histories: Mapping[str, MetricHistory]) -> Band | None:
    """The band of one metric; `histories` by run id. None for fewer than 3 curves.

    Nothing is interpolated. The steps are those that all members share, where these are at least
    half of the shortest curve; else those of the shortest curve, within what all of them cover,
    and each other member gives its value at the nearest of its own steps. Where a step was
    logged twice its last value counts. At most 100 steps, evenly taken, with both ends.
    """
    curves = {
        id: dict(zip(histories[id].steps, histories[id].values, strict=True))
        for id in group.ids
        if id in histories
    }
    curves = {id: curve for id, curve in curves.items() if len(curve) > 1}
    if len(curves) < FEWEST_MEMBERS:
        return None
    steps = _even(_steps(list(curves.values())))
    if not steps:
        return None
    rows = [_at(curve, steps) for curve in curves.values()]
    means = [_mean(values) for values in zip(*rows, strict=True)]
    spreads = [_spread(values) for values in zip(*rows, strict=True)]
    return Band(
        label=group.label,
        ids=tuple(curves),
        steps=tuple(steps),
        mean=tuple(means),
        low=tuple(mean - spread for mean, spread in zip(means, spreads, strict=True)),
        high=tuple(mean + spread for mean, spread in zip(means, spreads, strict=True)),
    )


def _mean(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return mean if math.isfinite(mean) else math.nan


def _spread(values: Sequence[float]) -> float:
    """The sample standard deviation; `statistics` is exact, and slow for thousands of steps."""
    mean = _mean(values)
    squares = sum((value - mean) * (value - mean) for value in values)
    return math.sqrt(squares / (len(values) - 1)) if math.isfinite(squares) else math.nan


def _steps(curves: Sequence[Mapping[int, float]]) -> list[int]:
    shortest = min(curves, key=len)
    shared = set(shortest).intersection(*curves)
    if len(shared) * 2 >= len(shortest):
        return sorted(shared)
    first, last = max(map(min, curves)), min(map(max, curves))
    return sorted(step for step in shortest if first <= step <= last)


def _even(steps: Sequence[int]) -> list[int]:
    if len(steps) <= BAND_POINTS:
        return list(steps)
    return [steps[i * (len(steps) - 1) // (BAND_POINTS - 1)] for i in range(BAND_POINTS)]


def _at(curve: Mapping[int, float], steps: Sequence[int]) -> list[float]:
    """The values at `steps`, each at the nearest step that there is."""
    own = array("q", sorted(curve))
    values, place = [], 0
    for step in steps:
        while place + 1 < len(own) and abs(own[place + 1] - step) <= abs(own[place] - step):
            place += 1
        values.append(curve[own[place]])
    return values
