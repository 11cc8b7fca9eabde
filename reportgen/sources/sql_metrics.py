"""Metrics of the SQL store: the tables `metrics` and `logged_model_metrics`, with MLflow's codes.

MLflow stores NaN as 0 with a flag, and an infinity as the largest number there is.
"""

import math
from array import array
from collections.abc import Mapping, Sequence
from itertools import islice
from operator import lt
from sys import float_info

import orjson

from reportgen.errors import Problem
from reportgen.model import MetricHistory
from reportgen.sources.sqlite import Row, Tables

LOWEST = -(2**63)
POINT = ("key", "step", "timestamp", "value", "is_nan")


INDEX = "INDEXED BY index_metrics_run_uuid_key_step WHERE run_uuid = ?"
"""MLflow's own, of release 3; what both statements yield is in its order."""

COLUMNS = (
    "SELECT key, json_group_array(step), json_group_array(timestamp), SUM(is_nan)"
    f" FROM metrics {INDEX} GROUP BY key"
)
VALUES = f"SELECT value FROM metrics {INDEX} ORDER BY key, step"


def metric_histories(
    tables: Tables, run_id: str, keys: Sequence[str] | None = None
) -> dict[str, MetricHistory]:
    """Every metric of one run, or those of these keys, sorted by key.

    A statement for each run is faster here than one for many: it saves the run's id in each
    of millions of rows, and keeps a training waiting for the shortest time.
    """
    usual = _usual(tables, run_id) if keys is None else None
    return _row_by_row(tables, run_id, keys) if usual is None else usual


def _usual(tables: Tables, run_id: str) -> dict[str, MetricHistory] | None:
    """The metrics of a run that are columns of finite numbers whose steps rise, as nearly all are;
    None where one is not, and where the database has no such index.

    Whole numbers as one text of a column cost half of what their rows do. Values would lose
    digits as text.
    """
    found = tables.together(COLUMNS, VALUES, (run_id,))
    if found is None:
        return None
    groups, rows = found
    histories, start = {}, 0
    try:
        values = array("d", [row[0] for row in rows])
        for key, steps, timestamps, odd in groups:
            column = array("q", orjson.loads(steps))
            part = values[start : start + len(column)]
            start += len(column)
            if odd or not all(map(lt, column, islice(column, 1, None))):
                return None
            histories[str(key)] = MetricHistory(
                column, array("q", orjson.loads(timestamps)), _infinite(part)
            )
    except (TypeError, ValueError, OverflowError):
        return None
    return dict(sorted(histories.items()))


def _infinite(values: "array[float]") -> "array[float]":
    if max(values) < float_info.max and min(values) > -float_info.max:
        return values
    return array("d", map(unbounded, values))


def _row_by_row(
    tables: Tables, run_id: str, keys: Sequence[str] | None
) -> dict[str, MetricHistory]:
    points: dict[str, list[Row]] = {}
    where = "" if keys is None else f" AND key IN ({','.join('?' * len(keys))})"
    for row in tables.rows("metrics", POINT, f"WHERE run_uuid = ?{where}", (run_id, *(keys or ()))):
        key = row[0]
        if key in points:
            points[key].append(row)
        else:
            points[key] = [row]
    histories = {}
    for key in sorted(points, key=str):
        try:
            histories[str(key)] = _history(points[key])
        except (TypeError, OverflowError):
            histories.update(_readable(str(key), points[key], tables))
    return histories


def unbounded(value: float) -> float:
    """The infinity that MLflow means by the largest number (`mlflow/store/tracking`)."""
    return math.copysign(math.inf, value) if abs(value) >= float_info.max else value


def _history(rows: list[Row]) -> MetricHistory:
    """Of rows with one key. Sorted as MLflow compares points: NaN counts as 0.

    Raises TypeError when a row holds something that is no number, OverflowError for a step or a
    time of more than 64 bits.
    """
    rows.sort()
    _, steps, timestamps, values, are_nan = zip(*rows, strict=True)
    numbers = _infinite(array("d", values))
    if any(are_nan):
        numbers = array("d", map(_flagged, numbers, are_nan))
    return MetricHistory(array("q", steps), array("q", timestamps), numbers)


def _flagged(value: float, is_nan: int) -> float:
    return math.nan if is_nan else value


def _is_point(row: Row) -> bool:
    """Whether step, time and value are numbers, the former two whole ones of 64 bits or less."""
    _, step, time, value, _ = row
    if not all(isinstance(part, int | float) for part in (step, time, value)):
        return False
    return all(LOWEST <= part < -LOWEST for part in (step, time))


LEFT_OUT = "They are left out; correct them in the database, if they matter."


def _readable(key: str, rows: list[Row], tables: Tables) -> Mapping[str, MetricHistory]:
    """Without the points that are no numbers, which SQLite keeps in any column."""
    numeric = [row for row in rows if _is_point(row)]
    whole = [(key, int(step), int(time), value, nan or 0) for _, step, time, value, nan in numeric]
    if len(whole) < len(rows):
        what = f"{len(rows) - len(whole)} points of the metric {key!r} are not numbers."
        tables.problems.append(Problem(tables.label, what, LEFT_OUT))
    return {key: _history(whole)} if whole else {}
