"""Parameters compared: between two runs, and over all runs of an experiment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ParamChange:
    """One parameter on two sides; None where a side has none of that name."""

    name: str
    before: str | None
    after: str | None

    @property
    def equal(self) -> bool:
        return self.before == self.after


def compare(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[ParamChange, ...]:
    """Every parameter of either side, by name."""
    names = sorted(before.keys() | after.keys())
    return tuple(ParamChange(name, before.get(name), after.get(name)) for name in names)


@dataclass(frozen=True, slots=True)
class ParamsOverRuns:
    """How the parameters of several runs vary."""

    constant: tuple[tuple[str, str], ...]
    """(name, value) of those that every run has with the same value, by name."""

    differing: tuple[str, ...]
    """The names of the rest: those with several values first, then those of most runs."""


def over_runs(runs: Iterable[Mapping[str, str]]) -> ParamsOverRuns:
    """Which parameters are the same in every run, and which differ or are missing in some."""
    total = 0
    values: dict[str, dict[str, int]] = {}
    for params in runs:
        total += 1
        for name, value in params.items():
            seen = values.setdefault(name, {})
            seen[value] = seen.get(value, 0) + 1
    constant = tuple(
        (name, next(iter(seen)))
        for name, seen in sorted(values.items())
        if len(seen) == 1 and next(iter(seen.values())) == total
    )
    fixed = {name for name, _ in constant}
    rest = [name for name in values if name not in fixed]
    rest.sort(key=lambda name: (len(values[name]) == 1, -sum(values[name].values()), name))
    return ParamsOverRuns(constant, tuple(rest))
