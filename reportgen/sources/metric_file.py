"""Metric files: a line for each logged value (`FileStore._get_metric_from_line` in MLflow).

| columns | written by |
| --- | --- |
| `timestamp value` | MLflow 0.x, the timestamp in seconds |
| `timestamp value step` | since |
| `timestamp value step dataset digest` | MLflow 3, for a metric of a dataset |
| `timestamp value step run_id [dataset digest]` | MLflow 3, for a logged model |

A dataset's name may hold spaces. Lines are in the order of writing, and may be repeated.
"""

import math
import operator
from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

import orjson

from reportgen.model import MetricHistory, ModelMetric
from reportgen.sources.small_files import LFS_POINTER
from reportgen.sources.text import CONFLICT, MARKS, NOT_FETCHED, UTF16, unusual_text

LARGEST = 1 << 29
"""Bytes of a metric file that is read: some ten million points."""

SECONDS_BELOW = 10**11
"""A time below this is in seconds: as milliseconds it would be in 1973."""

PART = 1 << 14
"""Bytes of lines that are read as one: what becomes of them stays in the cache of a processor."""

_NUMERIC = b"0123456789.eE+- \n"
"""All that the usual file has. No word passes, not even `true`, which JSON would take."""

_COMMAS = bytes.maketrans(b" \n", b",,")

INT64 = range(-(2**63), 2**63)

Point = tuple[int, int, float]
"""(step, timestamp, value)"""


def parse_metric(data: bytes, *, running: bool) -> tuple[MetricHistory | None, str]:
    """The history, None for no points, and a sentence on what is wrong, or empty.

    While a run is `running`, its last line may be half written, and is left for the next time.
    """
    history = _usual(data)
    if history is not None:
        return history, ""
    if data.startswith(LFS_POINTER):
        return None, NOT_FETCHED
    is_utf16 = data.startswith(MARKS[1:])
    if data.startswith(MARKS):
        data = unusual_text(data)[0].encode()
    numbered, cut = _lines(data)
    points, bad = _points(numbered)
    last = _cut_point(cut, running)
    if last is not None:
        points.append(last)
    elif cut and not running:
        bad.append(data.count(b"\n") + 1)
    what = _what_is_wrong(bad, len(points)) or ("" if points or running else "Is empty.")
    if bad and b"<<<<<<< " in data and b"\n>>>>>>> " in data:
        what = CONFLICT
    elif not bad and is_utf16:
        what = UTF16
    return (_history(points) if points else None), what


def _usual(data: bytes) -> MetricHistory | None:
    """The history of a file of three columns whose steps rise, as nearly all do; else None."""
    if not data.endswith(b"\n") or data.translate(None, _NUMERIC):
        return None
    timestamps, values, steps = array("q"), array("d"), array("q")
    try:
        for part in _parts(data):
            numbers = orjson.loads(b"[%b]" % part.translate(_COMMAS))
            timestamps.extend(array("q", numbers[0::3]))
            values.extend(array("d", numbers[1::3]))
            steps.extend(array("q", numbers[2::3]))
    except (ValueError, OverflowError, TypeError):
        return None
    if not len(steps) == len(timestamps) == data.count(b"\n"):
        return None
    # The first also tells that no column has slipped, should short and long lines add up.
    if min(timestamps) < SECONDS_BELOW or not _rise(steps):
        return None
    return MetricHistory(steps, timestamps, values)


def _parts(data: bytes) -> Iterator[bytes]:
    """Whole lines, about `PART` bytes at a time, without the last end."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", min(start + PART, len(data) - 1))
        yield data[start:end]
        start = end + 1


def _rise(steps: "array[int]") -> bool:
    counts = steps[0] == 0 and steps[-1] == len(steps) - 1 and steps == _counting(len(steps))
    return counts or all(map(operator.lt, steps, islice(steps, 1, None)))


@lru_cache(maxsize=16)
def _counting(count: int) -> "array[int]":
    return array("q", range(count))


def _lines(data: bytes) -> tuple[Iterator[tuple[int, bytes]], bytes]:
    """(number, line) of the whole lines that are not blank, and what follows the last of them."""
    *whole, cut = data.split(b"\n")
    lines = ((number, line.strip()) for number, line in enumerate(whole, 1))
    return ((number, line) for number, line in lines if line), cut.strip()


def _points(lines: Iterable[tuple[int, bytes]]) -> tuple[list[Point], list[int]]:
    points, bad = [], []
    for number, line in lines:
        try:
            points.append(_point(line.split()))
        except (ValueError, OverflowError):
            bad.append(number)
    return points, bad


def _point(columns: list[bytes]) -> Point:
    """Raises ValueError or OverflowError when they are not one."""
    if len(columns) == 2:
        timestamp = _whole(columns[0])
        if 0 <= timestamp < SECONDS_BELOW:
            timestamp *= 1000
        return 0, timestamp, float(columns[1])
    if len(columns) < 2:
        raise ValueError
    return _whole(columns[2]), _whole(columns[0]), float(columns[1])


def _whole(column: bytes) -> int:
    try:
        number = int(column)
    except ValueError:
        number = int(float(column))
    if number not in INT64:
        raise OverflowError
    return number


def _cut_point(cut: bytes, running: bool) -> Point | None:
    """The point of a last line without its end, if it can be whole: an editor took the end away.

    Two columns in milliseconds are the beginning of three.
    """
    if not cut or running:
        return None
    try:
        step, timestamp, value = _point(cut.split())
    except (ValueError, OverflowError):
        return None
    is_whole = len(cut.split()) > 2 or int(cut.split()[0]) < SECONDS_BELOW
    return (step, timestamp, value) if is_whole else None


def _what_is_wrong(bad: list[int], good: int) -> str:
    if not bad:
        return ""
    if len(bad) == 1:
        return f"Line {bad[0]:,} is not a metric's, and is left out."
    return f"{len(bad):,} of {len(bad) + good:,} lines are not a metric's, the first is {bad[0]:,}."


def _order(point: Point) -> tuple[int, int, float, bool]:
    """MLflow's, with NaN as 0 where all else is equal, as its database compares."""
    step, timestamp, value = point
    is_nan = math.isnan(value)
    return step, timestamp, 0.0 if is_nan else value, is_nan


def _history(points: list[Point]) -> MetricHistory:
    ordered = dict(zip(map(_order, points), points, strict=True))  # exact duplicates once
    steps, timestamps, values = zip(*(ordered[key] for key in sorted(ordered)), strict=True)
    return MetricHistory(array("q", steps), array("q", timestamps), array("d", values))


def parse_model_metric(key: str, data: bytes) -> tuple[tuple[ModelMetric, ...], str]:
    """The latest value on each dataset, by dataset, and a sentence on what is wrong, or empty."""
    if data.startswith(LFS_POINTER):
        return (), NOT_FETCHED
    numbered, cut = _lines(data)
    latest: dict[tuple[str, str], Point] = {}
    bad = []
    for number, line in (*numbered, (data.count(b"\n") + 1, cut)):
        if not line:
            continue
        try:
            point = _point(line.split())
        except (ValueError, OverflowError):
            bad.append(number)
            continue
        dataset = _dataset(line)
        if dataset not in latest or _order(point) > _order(latest[dataset]):
            latest[dataset] = point
    metrics = (
        ModelMetric(key, value, step, *dataset)
        for dataset, (step, _timestamp, value) in sorted(latest.items())
    )
    return tuple(metrics), _what_is_wrong(bad, len(latest))


def _dataset(line: bytes) -> tuple[str, str]:
    """(name, digest) at the end of a line of a logged model; empty when it has none."""
    columns = line.decode(errors="replace").split(" ", 4)
    if len(columns) < 5:
        return "", ""
    name, _, digest = columns[4].rpartition(" ")
    return name, digest
