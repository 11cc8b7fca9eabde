"""Making long curves short and noisy curves calm, without hiding what happened.

Thinning keeps every extreme that a picture of that width could show, and the points that are
not numbers; smoothing never moves or invents a point.
"""

import math
from array import array
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, repeat
from typing import TYPE_CHECKING, Any

from reportgen.model import MetricHistory

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHORT = 500
"""Points up to which a history is thinned without numpy, whose import takes longer than all curves
of a page that was made again."""

KEPT_NON_FINITE = 0.1
"""The share of a thinned curve that points which are not numbers may take."""


def thin(history: MetricHistory, most: int = 500) -> MetricHistory:
    """At most `most` (≥ 8) points of `history`, in its order, chosen so that it looks the same.

    Kept are the first and the last point, the lowest and the highest of each of equally many
    points, and points that are not finite: all of them up to a tenth of `most`, else an even
    sample. A history that is short enough is returned itself.
    """
    if len(history) <= most:
        return history
    if len(history) <= SHORT:
        return _thinned_short(history, most)
    import numpy as np

    values = np.frombuffer(history.values, dtype=np.float64)
    odd = _non_finite(values, int(most * KEPT_NON_FINITE))
    extremes = _extremes(values, (most - 2 - len(odd)) // 2)
    kept = np.unique(np.concatenate(([0, len(values) - 1], odd, extremes)))
    return MetricHistory(
        steps=_take(history.steps, np.int64, kept),
        timestamps=_take(history.timestamps, np.int64, kept),
        values=_take(history.values, np.float64, kept),
    )


def _thinned_short(history: MetricHistory, most: int) -> MetricHistory:
    """As `thin` does it, point by point."""
    values = history.values
    odd = [place for place, value in enumerate(values) if not math.isfinite(value)]
    most_odd = int(most * KEPT_NON_FINITE)
    if len(odd) > most_odd:
        odd = [odd[round(at)] for at in _evenly(len(odd) - 1, most_odd)]
    width = -(-len(values) // ((most - 2 - len(odd)) // 2))
    kept = {0, len(values) - 1, *odd}
    for start in range(0, len(values), width):
        finite = [
            place
            for place in range(start, min(start + width, len(values)))
            if math.isfinite(values[place])
        ]
        if finite:
            kept.add(min(finite, key=values.__getitem__))
            kept.add(max(finite, key=values.__getitem__))
    places = sorted(kept)
    return MetricHistory(
        steps=array("q", [history.steps[place] for place in places]),
        timestamps=array("q", [history.timestamps[place] for place in places]),
        values=array("d", [values[place] for place in places]),
    )


def _evenly(last: int, count: int) -> list[float]:
    """So many numbers from 0 to `last`, equally far apart."""
    if count < 2:
        return [0.0] * count
    step = last / (count - 1)
    return [*(place * step for place in range(count - 1)), float(last)]


Packed = tuple[bytes, bytes, bytes]
"""Steps, timestamps and values of a history, as this machine has them in memory."""


def packed(history: MetricHistory) -> Packed:
    return history.steps.tobytes(), history.timestamps.tobytes(), history.values.tobytes()


def unpacked(points: Packed) -> MetricHistory:
    steps, timestamps, values = points
    return MetricHistory(array("q", steps), array("q", timestamps), array("d", values))


def _non_finite(values: "NDArray[np.float64]", most: int) -> "NDArray[np.int64]":
    import numpy as np

    places = np.flatnonzero(~np.isfinite(values))
    if len(places) <= most:
        return places
    return places[np.linspace(0, len(places) - 1, most).round().astype(np.int64)]


def _extremes(values: "NDArray[np.float64]", buckets: int) -> "NDArray[np.int64]":
    """Where the lowest and the highest finite value of each bucket are."""
    import numpy as np

    width = -(-len(values) // buckets)
    finite = np.isfinite(values)
    padding = width * buckets - len(values)

    def folded(filler: float) -> "NDArray[np.float64]":
        filled = np.where(finite, values, filler)
        return np.pad(filled, (0, padding), constant_values=filler).reshape(buckets, width)

    starts = np.arange(buckets) * width
    lows = folded(np.inf).argmin(axis=1) + starts
    highs = folded(-np.inf).argmax(axis=1) + starts
    chosen = np.concatenate((lows, highs))
    chosen = chosen[chosen < len(values)]
    kept: NDArray[np.int64] = chosen[finite[chosen]]
    return kept


def _take(column: "array[Any]", kind: Any, places: "NDArray[np.int64]") -> "array[Any]":
    import numpy as np

    return array(column.typecode, np.frombuffer(column, dtype=kind)[places].tobytes())


def smooth(values: Sequence[float], weight: float) -> list[float]:
    """The exponential moving average of `values`, one for each.

    `weight`, from 0 (nothing changes) to below 1, is how much of the past is kept. The start is
    debiased: the average of the points so far, not a pull towards zero. A value that is not
    finite gives NaN in its place and leaves the average as it was.
    """
    if not math.isfinite(sum(values)):
        return _smooth_with_gaps(values, weight)
    new, past = 1 - weight, 0.0
    shares = zip(values, _shares(weight, len(values)), strict=True)
    return [(past := weight * past + new * value) / share for value, share in shares]


@lru_cache(maxsize=64)
def _shares(weight: float, count: int) -> tuple[float, ...]:
    """By what the average of so many points falls short: of 1, 2, … `count`."""
    shares = accumulate(repeat(1 - weight, count), lambda past, new: weight * past + new)
    return tuple(shares)


def _smooth_with_gaps(values: Sequence[float], weight: float) -> list[float]:
    average, share = 0.0, 0.0
    smoothed = []
    for value in values:
        if not math.isfinite(value):
            smoothed.append(math.nan)
            continue
        average = weight * average + (1 - weight) * value
        share = weight * share + (1 - weight)
        smoothed.append(average / share)
    return smoothed
