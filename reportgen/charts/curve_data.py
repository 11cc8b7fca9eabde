"""The points of a run's curves as its data file holds them: few bytes, and little work to write."""

import sys
from array import array
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from operator import sub

from reportgen.charts.curve import plain_values
from reportgen.model import Json, MetricHistory

DOUBLE, SINGLE = 10, 5
"""Characters that a number of eight bytes, and one of four, takes in base64, nearly."""


def curves_data(metrics: Mapping[str, tuple[MetricHistory, int]]) -> dict[str, Json]:
    """`curve_data` of (history, total) by metric; metrics that were logged together, as most are,
    tell their times once: `time` is the name of another that has the same."""
    told: dict[bytes, str] = {}
    data = {}
    for name, (history, total) in metrics.items():
        same = told.setdefault(history.timestamps.tobytes(), name)
        data[name] = curve_data(history, total, same if same != name else "")
    return data


def curve_data(history: MetricHistory, total: int, same: str = "") -> dict[str, Json]:
    """What the live chart needs of one (thinned) history that had `total` points.

    `step` and `time` are the first one and then the differences from each to the next, a single
    one where all are the same; `step` is None where it counts 0, 1, 2, …. Values of many digits are
    base64 of little-endian doubles after a `d`, or after an `f` of floats of four bytes where all
    of them fit, as those of most networks do: exact, half or a quarter as long, and no work to
    write. `unpackCurves` in `themes/default/js/app.js` is the inverse.
    """
    return {
        "n": total,
        "step": None if history.steps == _counting(total) else _differences(history.steps),
        "time": same or _differences(history.timestamps),
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
    packed = array("f", values) if _fit(few) and _fit(values) else values
    size = SINGLE if packed.typecode == "f" else DOUBLE
    if len(values) < 8 or sum(map(len, map(repr, few))) < size * len(few):
        return plain_values(values)
    if sys.byteorder == "big":
        packed = packed[:]
        packed.byteswap()
    return f"{packed.typecode}{b64encode(packed).decode('ascii')}"


def _fit(values: "array[float]") -> bool:
    """Whether they are all floats of four bytes."""
    return array("f", values).tolist() == values.tolist()
