"""Where a metric changed its level over the runs of an experiment, and what changed with it.

Change points are those of optimal partitioning (Jackson and others, IEEE Signal Processing Letters
12, 2005; what PELT of Killick, Fearnhead and Eckley, JASA 107, 2012 finds too) for shifts of the
mean: the stretches whose squared distances from their means, with the penalty of each change, add
up to least. The penalty is 3 σ² log n (the Bayesian information criterion's σ² log n, three times
for safety), where σ is the spread of the differences from run to run, which a few changes of level
do not move.
"""

import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

FEWEST_RUNS = 12
SHORTEST = 4
"""Runs in a stretch, at the least."""

MOST_RUNS = 5_000
MOST_NAMED = 3
"""Parameters named for each change."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Runs in order of start, from `first` up to but without `end`, that share a level."""

    first: int
    end: int
    mean: float


@dataclass(frozen=True, slots=True)
class ParamShift:
    """A parameter most of whose values changed between two stretches; None for not set."""

    name: str
    before: str | None
    after: str | None


def stretches(values: Sequence[float]) -> tuple[Stretch, ...]:
    """The stretches between change points of finite `values` in their order; empty where there
    are too few runs, too many, or no change."""
    if not FEWEST_RUNS <= len(values) <= MOST_RUNS:
        return ()
    spread = _spread(values)
    if spread == 0:
        return ()
    ends = _ends([value / spread for value in values])
    if len(ends) < 2:
        return ()
    firsts = [0, *ends[:-1]]
    return tuple(
        Stretch(first, end, sum(values[first:end]) / (end - first))
        for first, end in zip(firsts, ends, strict=True)
    )


def _spread(values: Sequence[float]) -> float:
    """A robust standard deviation around a level that may change now and then: the median of
    the steps from run to run, by the ratio that it has to σ for normal noise."""
    steps = [abs(after - before) for before, after in pairwise(values)]
    spread = statistics.median(steps) / (0.6745 * math.sqrt(2))
    return spread if spread > 1e-12 * max(map(abs, values)) and math.isfinite(spread) else 0


def _ends(values: Sequence[float]) -> list[int]:
    """Where the best stretches of values of spread 1 end."""
    import numpy  # late, as wherever it is used: it takes 0.2 s

    count, penalty = len(values), 3 * math.log(len(values))
    signal = numpy.array(values) - statistics.fmean(values)
    sums = numpy.concatenate(([0], signal.cumsum()))
    squares = numpy.concatenate(([0], (signal**2).cumsum()))
    # The least cost of the first runs, and where the last stretch of that begins.
    costs = numpy.full(count + 1, numpy.inf)
    costs[0] = -penalty
    firsts = [0] * (count + 1)
    for end in range(SHORTEST, count + 1):
        lengths = numpy.arange(end, SHORTEST - 1, -1)
        starts = slice(0, end - SHORTEST + 1)
        within = squares[end] - squares[starts] - (sums[end] - sums[starts]) ** 2 / lengths
        whole = costs[starts] + within
        firsts[end] = int(whole.argmin())
        costs[end] = whole[firsts[end]] + penalty
    ends = [count]
    while firsts[ends[-1]]:
        ends.append(firsts[ends[-1]])
    return ends[::-1]


def shifts(
    before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]
) -> tuple[ParamShift, ...]:
    """The parameters that most runs of `after` have at a value that few of `before` had, at most
    `MOST_NAMED`, the clearest first."""
    names = sorted({name for params in (*before, *after) for name in params})
    found = []
    for name in names:
        old, new = (Counter(one.get(name) for one in side) for side in (before, after))
        value, often = min(new.items(), key=lambda entry: (-entry[1], str(entry[0])))
        share, earlier = often / len(after), old[value] / len(before)
        if share >= 0.6 and earlier <= 0.2:
            most = min(old.items(), key=lambda entry: (-entry[1], str(entry[0])))[0]
            found.append((earlier - share, name, ParamShift(name, most, value)))
    return tuple(shift for _, _, shift in sorted(found, key=lambda one: one[:2])[:MOST_NAMED])
