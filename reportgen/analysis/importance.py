"""Which parameters matter for a metric, how surely, and whether that can be said at all.

A random forest learns the metric from the parameters; the importance of a parameter is how much the
forest's R² on runs that it has not seen falls when that parameter's values are shuffled (see
`analysis.forest` for the formula). Its caveats hold: of two parameters that always change together
each may look unimportant. Five groups of runs times five shuffles give the mean and the standard
deviation.

Numbers are taken as such, as their logarithm where positive ones span more than two orders of
magnitude; words by their place in order; what a run lacks is missing to the forest too. Values of
the metric that lie beyond three interquartile ranges of the middle half are moved there, so that
one run that diverged is not all there is to predict.
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from reportgen.analysis.params import over_runs

FEWEST_RUNS = 20
MOST_RUNS = 300
"""More tell the same order; they take longer."""

MOST_PARAMS = 24
MOST_WORDS = 20
"""A parameter of more different words than that names its run rather than a choice."""


@dataclass(frozen=True, slots=True)
class Importance:
    """Of one parameter: by how much R² falls without it, and how uncertain that is."""

    name: str
    mean: float
    spread: float
    """Standard deviation over groups of runs and shuffles."""


@dataclass(frozen=True, slots=True)
class ParamImportance:
    """What the parameters of an experiment tell about its metric."""

    params: tuple[Importance, ...]
    """The most important first."""

    runs: int
    """That it was learned from."""

    score: float
    """R² of predictions for held-out runs, over 0 and at most 1."""

    given: int = 0
    """Runs that there are, of which those are a sample."""


def param_importance(
    params: Sequence[Mapping[str, str]], values: Sequence[float]
) -> ParamImportance | str:
    """The importances for runs of these `params`, each with its finite value of the metric, in an
    order that depends on the runs alone; or a sentence that says why they cannot be told.

    The same input gives the same numbers.
    """
    if len(values) < FEWEST_RUNS:
        return f"too few runs to tell ({len(values)} of at least {FEWEST_RUNS})"
    picked = sample(len(values))
    found = _found(
        tuple(tuple(params[i].items()) for i in picked), tuple(values[i] for i in picked)
    )
    return found if isinstance(found, str) else replace(found, given=len(values))


@lru_cache(maxsize=64)  # a preview asks again and again, while one run of an experiment goes on
def _found(
    params: tuple[tuple[tuple[str, str], ...], ...], target: tuple[float, ...]
) -> ParamImportance | str:
    rows = [dict(one) for one in params]
    columns = _columns(rows)
    if len(columns) < 2:
        return "fewer than two parameters vary"
    if min(target) == max(target):
        return "the metric is the same in every run"
    from reportgen.analysis import forest  # late: numpy takes 0.2 s, and few runs need no forest

    score, falls = forest.worth(list(columns.values()), _moderate(target))
    if score <= 0:
        return f"the parameters do not predict the metric of held-out runs ({len(rows)} runs)"
    found = [
        Importance(name, statistics.fmean(fallen), statistics.stdev(fallen))
        for name, fallen in zip(columns, falls.tolist(), strict=True)
    ]
    found.sort(key=lambda one: (-round(one.mean, 6), one.name))
    return ParamImportance(tuple(found), len(rows), score)


def sample(count: int) -> list[int]:
    """The places of the runs that are learned from: evenly over them where they are more than can
    be in good time."""
    if count <= MOST_RUNS:
        return list(range(count))
    return [place * count // MOST_RUNS for place in range(MOST_RUNS)]


def _columns(rows: Sequence[Mapping[str, str]]) -> dict[str, list[float]]:
    """The parameters that vary, as numbers; NaN for missing."""
    found = {}
    for name in over_runs(rows).differing:
        column = _encoded([row.get(name) for row in rows])
        if column is not None:
            found[name] = column
        if len(found) == MOST_PARAMS:
            break
    return found


def _encoded(texts: Sequence[str | None]) -> list[float] | None:
    present = [text for text in texts if text is not None]
    numbers = [number_of(text) for text in present]
    known = [number for number in numbers if number is not None]
    if len(known) == len(present):
        logarithmic = min(known) > 0 and max(known) / min(known) > 100
        code = {
            text: math.log(number) if logarithmic else number
            for text, number in zip(present, known, strict=True)
        }
    else:
        words = sorted(set(present))
        if len(words) > MOST_WORDS:
            return None
        code = {word: float(place) for place, word in enumerate(words)}
    if len(set(code.values())) + (len(present) < len(texts)) < 2:
        return None
    return [math.nan if text is None else code[text] for text in texts]


def number_of(text: str) -> float | None:
    """The finite number that a parameter's text is; None for words, NaN and infinities."""
    try:
        value = float(text)
    except ValueError:
        return None
    # The forest takes single precision.
    return value if abs(value) < 1e37 else None


def _moderate(values: Sequence[float]) -> list[float]:
    """Far outliers drawn in to three interquartile ranges from the middle half."""
    ordered = sorted(values)
    low, high = ordered[len(ordered) // 4], ordered[len(ordered) * 3 // 4]
    reach = 3 * (high - low)
    if reach == 0:
        return list(values)
    return [min(high + reach, max(low - reach, value)) for value in values]
