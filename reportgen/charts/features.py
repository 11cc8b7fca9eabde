"""What autologging leaves beside a model, drawn: feature importances and confusion matrices.

Both take values that were parsed already: whoever reads an artifact decides what it is.

* XGBoost's and LightGBM's autologging write `feature_importance_<type>.json`, one JSON object
  from the feature's name to its importance (`weight`, `gain`, `split`, …; mlflow/xgboost and
  mlflow/lightgbm, `log_feature_importance_plot`).
* A confusion matrix that can be read by machine comes from users: labels and rows of counts,
  a row a true class, a column a predicted one, as `sklearn.metrics.confusion_matrix` has it.
"""

import json
import math
from collections.abc import Mapping, Sequence

from reportgen.charts.bars import Bar, bars
from reportgen.charts.cells import Cell, Grid, cells
from reportgen.charts.chart import Chart
from reportgen.charts.labels import number
from reportgen.model import Json

MOST_FEATURES = 20
MOST_CLASSES = 20


LARGEST = 1e300
"""A whole number of JSON may be larger than a float can be."""


def importances_of(value: Json) -> dict[str, float] | None:
    """The importances in a parsed JSON file, if that is what it holds: one object, numbers alone,
    at least two of them; None otherwise."""
    if not isinstance(value, dict) or len(value) < 2:
        return None
    if not all(
        isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < LARGEST
        for one in value.values()
    ):
        return None
    return {str(name): float(one) for name, one in value.items()}


def feature_importance_chart(importances: Mapping[str, float], kind: str = "") -> Chart | None:
    """Bars of the `MOST_FEATURES` largest, by size; None where no value is finite.

    `kind` is what the numbers are (`gain`, `weight`): the title of the axis.
    """
    finite = [(name, value) for name, value in importances.items() if math.isfinite(value)]
    if not finite:
        return None
    finite.sort(key=lambda entry: (-abs(entry[1]), entry[0]))
    shown = finite[:MOST_FEATURES]
    drawing = bars([Bar(name, value, number(value)) for name, value in shown], title=kind)
    first = ", ".join(f"{name} {number(value)}" for name, value in shown[:3])
    more = f", the first {len(shown)} drawn" if len(finite) > len(shown) else ""
    count = f"{len(finite):,} feature{'s' if len(finite) != 1 else ''}"
    said = {
        "bars": [[name, value, 0] for name, value in finite],
        "title": kind or "importance",
        "columns": ["feature", kind or "importance"],
    }
    alt = f"feature importance of {count}{more}: {first}"
    return Chart("features", drawing, alt, json.dumps(said))


def confusion_chart(labels: Sequence[str], matrix: Sequence[Sequence[float]]) -> Chart | None:
    """True classes down, predicted ones across; shades are shares of a row, numbers are counts.

    None unless the matrix is square, as long as `labels`, of at most `MOST_CLASSES` classes, and
    without negative or non-finite numbers.
    """
    size = len(labels)
    if not 2 <= size <= MOST_CLASSES or len(matrix) != size:
        return None
    if any(len(row) != size or not all(0 <= one < math.inf for one in row) for row in matrix):
        return None
    totals = [sum(row) for row in matrix]
    filled = [
        Cell(place, column, count / totals[place], number(count))
        for place, row in enumerate(matrix)
        for column, count in enumerate(row)
        if count
    ]
    if not filled:
        return None
    right, total = sum(matrix[place][place] for place in range(size)), sum(totals)
    grid = Grid(labels, labels, "true class", "predicted class")
    names = ["predicted class", "true class", "count"]
    said = {"cells": {"lines": labels, "columns": labels, "names": names, "values": matrix}}
    sentence = _sentence(labels, matrix, right, total)
    return Chart("confusion", cells(grid, filled), sentence, json.dumps(said))


def _sentence(
    labels: Sequence[str], matrix: Sequence[Sequence[float]], right: float, total: float
) -> str:
    words = (
        f"confusion matrix of {len(labels)} classes: {number(right)} of {number(total)}"
        f" ({right / total:.1%}) predicted right"
    )
    wrong = [
        (-count, labels[row], labels[column])
        for row, counts in enumerate(matrix)
        for column, count in enumerate(counts)
        if row != column and count
    ]
    if not wrong:
        return words
    count, true, predicted = min(wrong)
    return f"{words}; most often {true} was taken for {predicted} ({number(-count)})"
