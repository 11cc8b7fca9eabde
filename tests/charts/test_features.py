"""Feature importances and confusion matrices that autologging left beside a model."""

import math
import re

import pytest

from reportgen.charts.features import confusion_chart, feature_importance_chart, importances_of
from tests.charts.builders import drawn, texts


def test_features_go_from_the_most_important_on():
    svg = feature_importance_chart({"age": 1.5, "bmi": 12.25, "sex": 0.0}, "gain").svg

    shown = texts(svg)
    assert [shown.index(name) for name in ("bmi", "age", "sex")] == sorted(
        shown.index(name) for name in ("bmi", "age", "sex")
    )
    assert {"12.25", "1.5", "gain"} <= set(shown)


def test_of_many_features_the_first_twenty_are_drawn_and_that_is_said():
    chart = feature_importance_chart({f"f{place}": place for place in range(50)})

    assert len(list(drawn(chart.svg).iter("rect"))) == 20
    assert chart.alt == (
        "feature importance of 50 features, the first 20 drawn: f49 49, f48 48, f47 47"
    )


@pytest.mark.parametrize("value", [[1, 2], {"a": 1}, {"a": 1, "b": "x"}, {"a": 1, "b": True}])
def test_other_json_is_no_feature_importance(value):
    assert importances_of(value) is None


def test_importances_that_are_not_finite_are_left_out():
    assert feature_importance_chart({"a": math.nan}) is None
    assert feature_importance_chart({"a": math.nan, "b": 1}).alt.startswith(
        "feature importance of 1 feature: b 1"
    )


def test_a_confusion_matrix_says_how_often_it_was_right_and_what_was_confused():
    chart = confusion_chart(["cat", "dog"], [[8, 2], [1, 9]])

    assert chart.alt == (
        "confusion matrix of 2 classes: 17 of 20 (85.0%) predicted right;"
        " most often cat was taken for dog (2)"
    )
    assert {"8", "2", "1", "9", "true class", "predicted class"} <= set(texts(chart.svg))


def test_a_place_without_cases_is_visibly_empty():
    svg = confusion_chart(["a", "b"], [[5, 0], [0, 5]]).svg

    assert len(list(drawn(svg).iter("rect"))) == 2
    assert "stroke-dasharray" in svg and "0" not in texts(svg)


@pytest.mark.parametrize("matrix", [[[1]], [[1, 2]], [[1, 2], [3, -1]], [[0, 0], [0, 0]]])
def test_what_is_no_confusion_matrix_makes_no_chart(matrix):
    assert confusion_chart(["a", "b"], matrix) is None


def test_names_arrive_as_text_and_colours_are_tokens():
    svg = feature_importance_chart({'<b>"&': 2, "b": 1}).svg

    assert '<b>"&' in texts(svg)
    assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg)) <= {
        "none", "var(--fg2)", "var(--fg3)", "var(--grid)", "var(--line2)", "var(--s1)",
    }  # fmt: skip
