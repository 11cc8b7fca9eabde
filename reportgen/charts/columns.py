"""Columns of numbers as data files carry them: every digit, in few bytes and little time.

A number of seventeen digits takes nineteen bytes as text, eleven as base64 of its eight bytes,
and five where it fits into four, as most that a network learns by do. `js/numbers.js` reads them.
"""

import math
import sys
from array import array
from base64 import b64encode
from collections.abc import Mapping, Sequence
from operator import sub

from reportgen.model import Json, MetricHistory

FEW = 8
"""So many numbers are always text, and as many tell whether more of their kind had better be."""

DOUBLE, SINGLE = 32 / 3, 16 / 3
"""What a number takes in base64."""


def curves_data(metrics: Mapping[str, tuple[MetricHistory, int]]) -> dict[str, Json]:
    """What live charts need of metrics: of each its (thinned) history, and how many points it had.

    `n` is how many; `step` is None where it counts 0, 1, 2, …, else as `whole_numbers`; `time` as
    `whole_numbers`, or the name of a metric before it that has the same; `value` as `numbers`.
    """
    named: dict[bytes, str] = {}
    data: dict[str, Json] = {}
    for name, (history, total) in metrics.items():
        same = named.setdefault(history.timestamps.tobytes(), name)
        data[name] = {
            "n": total,
            "step": _steps(history.steps, total),
            "time": whole_numbers(history.timestamps) if same == name else same,
            "value": numbers(history.values),
        }
    return data


def _steps(steps: "array[int]", total: int) -> Json:
    counts = steps[0] == 0 and steps[-1] == total - 1 and len(steps) == total
    return None if counts and steps == array("q", range(total)) else whole_numbers(steps)


def whole_numbers(column: "array[int]") -> Json:
    """[first, way to the next, …]; of what lies evenly {"from": first, "by": the way}."""
    column_of = column.tolist()
    ways = list(map(sub, column_of[1:], column_of))
    if ways and ways.count(ways[0]) == len(ways):
        return {"from": column_of[0], "by": ways[0]}
    return [column_of[0], *ways]


def numbers(column: "array[float]") -> Json:
    """As `plain_values`, or base64 of their bytes, the lowest first: "d…" of eight, "f…" of four.

    None loses a digit: four are taken where all numbers fit into four.
    """
    if len(column) <= FEW:
        return plain_values(column)
    single = array("f", column)
    fits = single.tolist() == column.tolist()
    if sum(len(repr(number)) + 1 for number in column[:FEW]) < FEW * (SINGLE if fits else DOUBLE):
        return plain_values(column)
    return f"f{_base64(single)}" if fits else f"d{_base64(column)}"


def _base64(column: "array[float]") -> str:
    if sys.byteorder == "big":
        column = array(column.typecode, column)
        column.byteswap()
    return b64encode(column).decode()


def plain_values(values: Sequence[float]) -> list[float | str]:
    """Numbers as they are; NaN and infinities as the words that JavaScript's Number() reads."""
    if all(map(math.isfinite, values)):
        return list(values)
    return [value if math.isfinite(value) else _word(value) for value in values]


def _word(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
