"""The curves of a run: what is drawn, what is said, and what the live chart gets."""

import math
import re
import time

import pytest

from reportgen.analysis.curves import thin
from reportgen.analysis.metrics import Goal
from reportgen.charts.curve import Series, metric_chart, smoothing_weight
from tests.charts.builders import a_history, a_noisy_fall, a_series, drawn, paths, texts

NAN, INF = math.nan, math.inf
LONE = "var(--c,var(--s1))"


def test_every_colour_is_a_token():
    values = [*a_noisy_fall(100), NAN, INF]
    svg = metric_chart("loss", [a_series(values), a_series(values, "val")]).svg

    colours = re.findall(r'(?:fill|stroke)="([^"]*)"', svg)
    assert {each for each in colours if not each.startswith("var(--")} == {"none"}


def test_a_drawing_has_neither_style_nor_class_nor_fixed_size():
    root = drawn(metric_chart("loss", [a_series(a_noisy_fall(80))]).svg)

    assert not {name for each in root.iter() for name in each.attrib} & {"style", "class", "id"}
    assert "width" not in root.attrib and root.get("viewBox") == "0 0 430 190"


def test_geometry_has_at_most_one_decimal():
    svg = metric_chart("loss", [a_series(a_noisy_fall(100))]).svg

    assert not re.search(r'(?: d| x| y| cx| cy)="[^"]*\d\.\d\d', svg)


def test_the_same_values_give_the_same_bytes():
    assert metric_chart("loss", [a_series(a_noisy_fall(99))]) == metric_chart(
        "loss", [a_series(a_noisy_fall(99))]
    )


def test_the_ticks_are_labelled():
    svg = metric_chart("loss", [a_series([2.42, 1.1, 0.61])]).svg

    assert texts(svg) == ["0.5", "1.0", "1.5", "2.0", "2.5", "0", "1", "2"]


def test_a_clean_curve_is_one_line_and_a_dot_at_its_end():
    svg = metric_chart("acc", [a_series([0.1, 0.4, 0.5, 0.6], goal=Goal.MAX)]).svg

    assert len(paths(svg, LONE)) == 1
    assert [each.get("fill") for each in drawn(svg).iter("circle")] == [LONE]


def test_a_noisy_curve_is_smoothed_and_keeps_its_values_faintly_behind():
    raw, smoothed = paths(metric_chart("loss", [a_series(a_noisy_fall(200))]).svg, LONE)

    assert float(raw.get("opacity")) < 0.5 and smoothed.get("opacity") is None


@pytest.mark.parametrize(
    ("values", "weight"),
    [
        (a_noisy_fall(49), 0),
        (a_noisy_fall(100), 0.7),
        (a_noisy_fall(400), 0.85),
        ([math.cos(place / 30) for place in range(400)], 0),
        ([0.5 + 1e-6 * (place % 2) + place for place in range(400)], 0),
        ([1.0] * 400, 0),
        ([NAN] * 400, 0),
    ],
    ids=[
        "few",
        "noisy",
        "many and noisy",
        "clean",
        "noise too small to see",
        "constant",
        "no value",
    ],
)
def test_only_many_noisy_points_are_smoothed(values, weight):
    assert smoothing_weight(values) == weight


def test_series_differ_by_dashes_and_not_by_colour_alone():
    svg = metric_chart("loss", [a_series([3, 2, 1], "train"), a_series([4, 3, 2], "val")]).svg

    assert paths(svg, "var(--s1)")[0].get("stroke-dasharray") is None
    assert paths(svg, "var(--s2)")[0].get("stroke-dasharray") == "5 5"


def test_the_best_point_has_a_ring_when_a_goal_is_known():
    svg = metric_chart("loss", [a_series([3, 1, 2], goal=Goal.MIN)]).svg

    ring, _end = drawn(svg).iter("circle")
    assert (ring.get("stroke"), drawn(svg).get("data-best")) == (LONE, "1")


def test_without_a_goal_no_point_is_called_the_best():
    svg = metric_chart("lr", [a_series([3, 1, 2], goal=Goal.UNKNOWN)]).svg

    assert len(list(drawn(svg).iter("circle"))) == 1


def test_a_line_breaks_where_a_value_is_missing():
    line = paths(metric_chart("loss", [a_series([1, 2, NAN, 3, 4])]).svg, LONE)[0]

    assert line.get("d").count("M") == 2


def test_a_point_between_two_gaps_is_a_dot():
    line = paths(metric_chart("loss", [a_series([1, 2, NAN, 3, NAN, 4, 5])]).svg, LONE)[0]

    assert "h0" in line.get("d")


@pytest.mark.parametrize("odd", [NAN, INF, -INF])
def test_a_value_that_is_not_finite_has_a_mark_at_the_edge(odd):
    svg = metric_chart("loss", [a_series([1, 2, odd, 3])]).svg

    assert len(paths(svg, "var(--bad)")) == 1


def test_marks_that_would_overlap_become_one():
    svg = metric_chart("loss", [a_series([1.0] + [NAN] * 5_000 + [2.0])]).svg

    assert paths(svg, "var(--bad)")[0].get("d").count("M") < 250


def test_a_single_point_is_a_dot_in_the_middle():
    svg = metric_chart("acc", [a_series([0.7])]).svg

    assert texts(svg)[-1] == "0"
    assert len(list(drawn(svg).iter("circle"))) == 1


def test_a_curve_without_a_finite_value_says_so():
    chart = metric_chart("loss", [a_series([NAN, INF])])

    assert texts(chart.svg)[-1] == "no finite value"
    assert chart.alt == "loss over step: has no finite value (2 points)"


def test_without_steps_the_order_is_the_x_axis():
    history = a_history([3.0, 2.0, 1.0], steps=[0, 0, 0])

    chart = metric_chart("loss", [Series("loss", history, 3)])

    assert texts(chart.svg)[-3:] == ["0", "1", "2"]


def test_values_beyond_all_measure_are_drawn():
    svg = metric_chart("loss", [a_series([1.7e308, -1.7e308, 5e-324])]).svg

    numbers = "".join(each.get("d", "") for each in drawn(svg).iter())
    assert "nan" not in numbers and "inf" not in numbers


@pytest.mark.parametrize(
    ("values", "goal", "words"),
    [
        ([2.42, 0.6, 0.61], Goal.MIN, "falls from 2.42 to 0.61, lowest 0.6 at step 1 (3 points)"),
        ([0.1, 0.9, 0.8], Goal.MAX, "rises from 0.1 to 0.8, highest 0.9 at step 1 (3 points)"),
        ([0, 0.001, 0], Goal.UNKNOWN, "goes from 0 to 0, highest 0.001 at step 1 (3 points)"),
        ([42, 42], Goal.MIN, "stays at 42 (2 points)"),
        ([0.7], Goal.MAX, "is 0.7 at step 0 (1 point)"),
        (
            [2, 1, NAN],
            Goal.MIN,
            "falls from 2 to 1, lowest 1 at step 1, 1 value is not finite (3 points)",
        ),
    ],
)
def test_the_sentence_says_what_the_curve_does(values, goal, words):
    assert metric_chart("loss", [a_series(values, goal=goal)]).alt == f"loss over step: {words}"


def test_the_sentence_names_the_series_when_there_are_two():
    chart = metric_chart("loss", [a_series([2, 1], "train"), a_series([3, 2], "val")])

    assert chart.alt == (
        "loss over step: train falls from 2 to 1, lowest 1 at step 1 (2 points);"
        " val falls from 3 to 2, lowest 2 at step 1 (2 points)"
    )


def test_the_sentence_says_when_points_are_left_out():
    history = thin(a_history([float(place) for place in range(2_000)]))

    shown = f"(2,000 points, {len(history)} shown)"
    assert shown in metric_chart("x", [Series("x", history, 2_000)]).alt


def test_a_curve_of_500_points_takes_few_milliseconds():
    series = a_series(a_noisy_fall(500))
    metric_chart("loss", [series])

    start = time.process_time()
    for _ in range(20):
        metric_chart("loss", [series])

    assert (time.process_time() - start) / 20 < 0.01
