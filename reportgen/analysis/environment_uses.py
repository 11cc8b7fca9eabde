"""Which environments all runs had, which versions of which packages, and what came of it when
nothing else changed.

Everything is linear in the number of runs: they are told apart by the keys of their environments,
and each distinct environment is looked into once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean

from reportgen.analysis.environments import (
    BUILD,
    CONSTRAINT,
    DOCKER,
    PYTHON,
    RUNTIME,
    PackageChange,
    asked,
    by_channel,
    canonical,
    environment_changes,
    is_package,
)
from reportgen.analysis.metrics import Goal
from reportgen.analysis.standings import Judge, judged_value
from reportgen.analysis.summary import RunSummary
from reportgen.model import Environment

FIRST = (PYTHON, DOCKER, RUNTIME)
"""Of the packages, those that all others stand on."""

SAME = 1e-9
"""Of a value: what two of them may differ by and still be the same."""


@dataclass(frozen=True, slots=True)
class UsedEnvironment:
    """An environment, and the runs that recorded it."""

    key: str
    environment: Environment
    runs: tuple[RunSummary, ...]
    """Newest first."""


@dataclass(frozen=True, slots=True)
class UsedVersion:
    asked: str
    """As in `analysis.environments.asked`; empty for any version."""

    runs: int
    environments: tuple[int, ...]
    """Their places among the used environments."""


@dataclass(frozen=True, slots=True)
class UsedPackage:
    name: str
    channel: str
    versions: tuple[UsedVersion, ...]
    """The most used first."""

    missing: int
    """How many runs with an environment do not have it."""

    @property
    def differs(self) -> bool:
        return len(self.versions) > 1 or self.missing > 0


@dataclass(frozen=True, slots=True)
class Judged:
    """An experiment's runs and how they are judged."""

    key: str
    name: str
    judge: Judge
    runs: Sequence[RunSummary]


@dataclass(frozen=True, slots=True)
class Side:
    """The runs with the same parameters, data and code in one of the environments."""

    environment: int
    """Its place among the used environments."""

    runs: tuple[RunSummary, ...]
    """In order of start."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Runs with the same parameters, data and code, in one environment and in a later one."""

    before: Side
    after: Side

    @property
    def change(self) -> float:
        """Of the mean of the metric; 0 where it is the same."""
        by = self.after.mean - self.before.mean
        return by if abs(by) > SAME * self.size else 0.0

    @property
    def size(self) -> float:
        return max(abs(self.after.mean), abs(self.before.mean))


@dataclass(frozen=True, slots=True)
class OnlyEnvironment:
    """What came of it in an experiment when runs went from one environment to another, and
    nothing else that is known changed."""

    experiment: str
    """Its key; its name in the next."""

    name: str
    judge: Judge
    packages: tuple[PackageChange, ...]
    pairs: tuple[Pair, ...]
    """One for each set of parameters, data and code; the greatest change first."""

    @property
    def changed(self) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.pairs if pair.change)

    @property
    def better(self) -> int | None:
        """In how many pairs the metric got better; None where no direction is known."""
        if self.judge.goal is Goal.UNKNOWN:
            return None
        return sum((pair.change > 0) == (self.judge.goal is Goal.MAX) for pair in self.changed)


def used_environments(
    runs: Iterable[tuple[RunSummary, str, Environment | None]],
) -> tuple[UsedEnvironment, ...]:
    """The environments of (run, key, environment), the most used first."""
    found: dict[str, tuple[Environment, list[RunSummary]]] = {}
    for run, key, environment in runs:
        if key and environment is not None:
            found.setdefault(key, (environment, []))[1].append(run)
    used = [
        UsedEnvironment(key, environment, tuple(sorted(own, key=_newest)))
        for key, (environment, own) in found.items()
    ]
    return tuple(sorted(used, key=lambda one: (-len(one.runs), _newest(one.runs[0]), one.key)))


def _newest(run: RunSummary) -> tuple[int, str]:
    return -(run.started or 0), run.id


def used_packages(used: Sequence[UsedEnvironment]) -> tuple[UsedPackage, ...]:
    """Every package of the environments: Python first, then by name.

    Without what only builds or only constrains others, and pip's options.
    """
    total = sum(len(one.runs) for one in used)
    names: dict[tuple[str, str], str] = {}
    places: dict[tuple[str, str], dict[str, list[int]]] = {}
    for place, one in enumerate(used):
        for channel, name, shown, version in _packages(one.environment):
            names.setdefault((channel, name), shown)
            places.setdefault((channel, name), {}).setdefault(version, []).append(place)
    packages = []
    for (channel, name), versions in places.items():
        found = [
            UsedVersion(version, sum(len(used[place].runs) for place in all), tuple(all))
            for version, all in versions.items()
        ]
        found.sort(key=lambda one: (-one.runs, one.asked))
        has = {place for one in found for place in one.environments}
        missing = total - sum(len(used[place].runs) for place in has)
        packages.append(UsedPackage(names[channel, name], channel, tuple(found), missing))
    return tuple(sorted(packages, key=_place))


def _place(package: UsedPackage) -> tuple[int, str, str]:
    first = FIRST.index(package.channel) if package.channel in FIRST else len(FIRST)
    return first, canonical(package.name), package.channel


def _packages(environment: Environment) -> Iterator[tuple[str, str, str, str]]:
    """(channel, canonical name, name, version) of each package; of one that stands there several
    times, all that is asked for."""
    for channel, requirements in by_channel(environment).items():
        if channel in (BUILD, CONSTRAINT):
            continue
        found: dict[str, list[str]] = {}
        names: dict[str, str] = {}
        for one in requirements:
            if is_package(one):
                name = canonical(one.name)
                names.setdefault(name, one.name)
                version = asked(one)
                found.setdefault(name, []).append(
                    version.lstrip("=") if channel == PYTHON else version
                )
        for name, versions in found.items():
            yield channel, name, names[name], " | ".join(sorted(versions))


def only_environment_changed(
    experiments: Iterable[Judged], used: Sequence[UsedEnvironment]
) -> tuple[OnlyEnvironment, ...]:
    """Groups of an experiment's runs with the same parameters, datasets, code and entry point, by
    environment: each against the one before it in time; the greatest change first.

    Runs that were deleted, or have no value by which they are judged, tell nothing.
    """
    place = {run.id: number for number, one in enumerate(used) for run in one.runs}
    found = [
        OnlyEnvironment(
            experiment=one.key,
            name=one.name,
            judge=one.judge,
            packages=environment_changes(used[before].environment, used[after].environment),
            pairs=tuple(sorted(pairs, key=_weight)),
        )
        for one in experiments
        for (before, after), pairs in _pairs(one, place).items()
    ]
    return greatest_first(found)


def with_runs(one: OnlyEnvironment, other: Callable[[RunSummary], RunSummary]) -> OnlyEnvironment:
    """The same of other summaries of its runs."""

    def side(side: Side) -> Side:
        return replace(side, runs=tuple(map(other, side.runs)))

    return replace(
        one, pairs=tuple(Pair(side(pair.before), side(pair.after)) for pair in one.pairs)
    )


def greatest_first(found: Iterable[OnlyEnvironment]) -> tuple[OnlyEnvironment, ...]:
    """Those of all experiments, by their greatest change."""
    return tuple(sorted(found, key=lambda one: (*_weight(one.pairs[0]), one.experiment)))


def _pairs(one: Judged, place: Mapping[str, int]) -> dict[tuple[int, int], list[Pair]]:
    found: dict[tuple[int, int], list[Pair]] = {}
    for sides in _sides(one, place):
        for before, after in pairwise(sides):
            both = before.environment, after.environment
            found.setdefault(both, []).append(Pair(before, after))
    return found


def _weight(pair: Pair) -> tuple[float, str]:
    return -abs(pair.change) / (pair.size or 1.0), pair.after.runs[0].id


def _sides(one: Judged, place: Mapping[str, int]) -> Iterator[list[Side]]:
    """Of each set of runs that are alike, those of each environment, in order of their start."""
    alike: dict[object, dict[int, list[tuple[RunSummary, float]]]] = {}
    for run in one.runs:
        value = judged_value(run, one.judge)
        if run.deleted or run.id not in place or value is None:
            continue
        alike.setdefault(_same(run), {}).setdefault(place[run.id], []).append((run, value))
    for by_environment in alike.values():
        if len(by_environment) > 1:
            sides = [_side(number, runs) for number, runs in by_environment.items()]
            yield sorted(sides, key=lambda side: (side.runs[0].started or 0, side.runs[0].id))


def _same(run: RunSummary) -> object:
    params = tuple(sorted(run.params.items()))
    return params, run.datasets, run.commit, run.source, run.entry_point


def _side(environment: int, found: Sequence[tuple[RunSummary, float]]) -> Side:
    values = [value for _, value in found]
    runs = sorted((run for run, _ in found), key=lambda run: (run.started or 0, run.id))
    return Side(environment, tuple(runs), fmean(values), min(values), max(values))
