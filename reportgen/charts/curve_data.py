"""The points of a run's curves as its data file holds them: few bytes, and little work to write."""

import sys
from array import array
from base64 import b64encode
from functools import lru_cache
from operator import sub

from reportgen.charts.curve import plain_values
from reportgen.model import Json, MetricHistory

DOUBLE = 10
"""Characters that a double takes in base64, nearly."""


def curve_data(history: MetricHistory, total: int) -> Json:
    """What the live chart needs of one (thinned) history that had `total` points.

    `step` and `time` are the first one and then the differences from each to the next, a single
    one where all are the same; `step` is None where it counts 0, 1, 2, …. Values of many digits are
    base64 of little-endian doubles: exact, half as long, and no work to write.
    `unpackCurve` in `themes/default/js/app.js` is the inverse.
    """
    return {
        "n": total,
        "step": None if history.steps == _counting(total) else _differences(history.steps),
        "time": _differences(history.timestamps),
        "value": _packed(history.values),
    }


@lru_cache(maxsize=16)
def _counting(total: int) -> "array[int]":
    return array("q", range(total))


def _differences(numbers: "array[int]") -> list[int]:
    """The first number, then how much is added from each to the next; once, if always the same."""
    added = list(map(sub, numbers[1:], numbers))
    return [numbers[0], *(added[:1] if len(set(added)) == 1 else added)]


def _packed(values: "array[float]") -> str | list[float | str]:
    """In the form that takes less room, told by a few of them."""
    few = values[:: max(1, len(values) // 8)]
    if len(values) < 8 or sum(len(repr(value)) for value in few) < DOUBLE * len(few):
        return plain_values(values)
    if sys.byteorder == "big":
        values = array("d", values)
        values.byteswap()
    return b64encode(values).decode("ascii")
