"""Results that were logged for machines, drawn: feature importances and confusion matrices."""

import posixpath
from collections.abc import Sequence

from reportgen.charts.chart import Chart
from reportgen.charts.features import confusion_chart, feature_importance_chart, importances_of
from reportgen.model import Json
from reportgen.views.artifacts.kinds import ending


def chart_of_json(path: str, value: Json) -> Chart | None:
    """Of `feature_importance_gain.json`, as autologging writes it, and of `*confusion*.json`."""
    name = posixpath.splitext(posixpath.basename(path))[0].lower()
    if "feature_importance" in name:
        importances = importances_of(value)
        kind = name.partition("feature_importance")[2].strip("_- ")
        return feature_importance_chart(importances, kind) if importances else None
    if "confusion" in name:
        labels, matrix = _parts(value)
        return _confusion(labels, matrix)
    return None


def chart_of_rows(path: str, rows: Sequence[Sequence[str]]) -> Chart | None:
    """Of `*confusion*.csv`: predicted classes in the first line, true ones in the first column."""
    if ending(path) not in (".csv", ".tsv") or "confusion" not in path.lower() or not rows:
        return None
    labels = list(rows[0][1:])
    if [row[0] if row else "" for row in rows[1:]] != labels:
        return None
    return _confusion(labels, [[_number(cell) for cell in row[1:]] for row in rows[1:]])


def _parts(value: Json) -> tuple[Json, Json]:
    """The labels and the rows of `{"labels": […], "matrix": [[…]]}`; a bare matrix has places."""
    if isinstance(value, dict):
        matrix = value.get("matrix", value.get("confusion_matrix"))
        labels = value.get("labels", value.get("classes"))
    else:
        matrix, labels = value, None
    if labels is None and isinstance(matrix, list):
        labels = [str(place) for place in range(len(matrix))]
    return labels, matrix


def _confusion(labels: Json, matrix: Json) -> Chart | None:
    if not isinstance(labels, list) or not isinstance(matrix, list):
        return None
    if not all(isinstance(row, list) and all(map(_is_number, row)) for row in matrix):
        return None
    return confusion_chart([str(label)[:40] for label in labels], matrix)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def _number(text: str) -> Json:
    try:
        return float(text)
    except ValueError:
        return None
