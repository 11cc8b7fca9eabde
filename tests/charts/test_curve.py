"""The curves of a run: what is drawn, what is said, and what the live chart gets."""

import math
import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from reportgen.analysis.curves import thin
from reportgen.analysis.metrics import Goal
from reportgen.charts.curve import Series, metric_chart, smoothing_weight
from reportgen.charts.look import DASHES
from reportgen.generator import builtin_themes
from tests.charts.builders import a_history, a_noisy_fall, a_series, drawn, texts

NAN, INF = math.nan, math.inf
BASE = (builtin_themes() / "default" / "css" / "base.css").read_text("utf-8")
CSS = (builtin_themes() / "default" / "css" / "charts.css").read_text("utf-8")


def of_class(svg: str, name: str) -> list[ET.Element]:
    """The parts of a drawing that look alike: `l` lines, `r` what lies behind them, `e` ends."""
    return [each for each in drawn(svg).iter() if each.get("class") == name]


def corners(line: ET.Element) -> list[tuple[int, int]]:
    """The points of a line, in tenths."""
    points: list[tuple[int, int]] = []
    for part in re.findall(r"[Ml][^Ml]*", line.get("d", "")):
        numbers = [int(number) for number in re.findall(r"-?\d+", part.replace("h0", ""))]
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            before = points[-1] if part[0] == "l" else (0, 0)
            points.append((before[0] + x, before[1] + y))
    return points


def length(points: list[tuple[int, int]]) -> float:
    return sum(math.dist(here, there) for here, there in pairwise(points))


def odd(svg: str) -> list[ET.Element]:
    return [each for each in drawn(svg).iter("path") if each.get("stroke") == "var(--bad)"]


def test_a_drawing_has_no_colour_of_its_own():
    values = [*a_noisy_fall(100), NAN, INF]
    svg = metric_chart("loss", [a_series(values), a_series(values, "val")]).svg

    colours = re.findall(r'(?:fill|stroke)="([^"]*)"', svg)
    assert {each for each in colours if not each.startswith("var(--")} == set()


def test_a_drawing_has_neither_style_nor_id_nor_fixed_size():
    root = drawn(metric_chart("loss", [a_series(a_noisy_fall(80))]).svg)

    assert not {name for each in root.iter() for name in each.attrib} & {"style", "id"}
    assert "width" not in root.attrib and root.get("viewBox") == "0 0 430 190"


def test_every_class_of_a_drawing_has_a_rule():
    values = a_noisy_fall(100)
    svg = metric_chart("loss", [a_series(values, str(number)) for number in range(8)]).svg

    classes = {name for each in drawn(svg).iter() for name in each.get("class", "").split()}
    assert {name for name in classes if not re.search(rf"\.{name}\b", CSS + BASE)} == set()


def test_geometry_is_whole_numbers():
    svg = metric_chart("loss", [a_series(a_noisy_fall(100))]).svg

    assert not re.search(r'(?: d| x| y| cx| cy)="[^"]*\.', svg)


def test_a_line_goes_through_its_values():
    (line,) = of_class(metric_chart("acc", [a_series([0, 1, 0.5])]).svg, "l")

    left, top, bottom, right = 344, 90, 1650, 4180
    middle = (left + right) // 2, top
    assert corners(line) == [(left, bottom), middle, (right, (top + bottom) // 2)]


def test_a_line_of_many_points_does_not_drift():
    (line,) = of_class(
        metric_chart("acc", [a_series([math.cos(n / 30) for n in range(400)])]).svg, "l"
    )

    first, *_, last = corners(line)
    assert (first[0], last[0]) == (412, 4180)


def test_a_point_of_a_curve_takes_six_bytes():
    svg = metric_chart("loss", [a_series(a_noisy_fall(49))]).svg

    (line,) = of_class(svg, "l")
    assert len(line.get("d")) < 49 * 7.5


def test_a_point_of_a_noisy_curve_takes_five():
    svg = metric_chart("loss", [a_series(a_noisy_fall(100))]).svg

    (raw,), (line,) = of_class(svg, "r"), of_class(svg, "l")
    assert len(raw.get("d")) + len(line.get("d")) < 200 * 5.3


def test_a_noisy_curve_is_drawn_in_coarser_parts_of_the_same_size():
    clean = metric_chart("loss", [a_series([3, 2, 1])]).svg
    noisy = metric_chart("loss", [a_series(a_noisy_fall(100))]).svg

    def size(svg: str) -> tuple[float, float]:
        scaled = next(each for each in drawn(svg).iter("g") if "scale" in each.get("transform", ""))
        scale = float(scaled.get("transform").strip("scale()"))
        look = "curve.coarse" if "coarse" in drawn(svg).get("class") else "curve"
        unit = float(re.search(rf"\.{re.escape(look)} > g {{\s*--u: (\d+)px", CSS)[1])
        (end,) = of_class(svg, "e")
        return scale * unit, scale * float(end.get("r"))

    assert size(noisy) == pytest.approx((1, 3.6))
    assert size(clean) == pytest.approx((1, 3.6))


def test_the_same_values_give_the_same_bytes():
    assert metric_chart("loss", [a_series(a_noisy_fall(99))]) == metric_chart(
        "loss", [a_series(a_noisy_fall(99))]
    )


def test_the_ticks_are_labelled():
    svg = metric_chart("loss", [a_series([2.42, 1.1, 0.61])]).svg

    assert texts(svg) == ["0.5", "1.0", "1.5", "2.0", "2.5", "0", "1", "2"]


def test_a_clean_curve_is_one_line_and_a_dot_at_its_end():
    svg = metric_chart("acc", [a_series([0.1, 0.4, 0.5, 0.6], goal=Goal.MAX)]).svg

    assert [each.get("class") for each in drawn(svg).iter("circle")] == ["e"]
    assert (len(of_class(svg, "l")), len(of_class(svg, "r"))) == (1, 0)


def test_a_noisy_curve_is_smoothed_and_keeps_its_values_faintly_behind():
    svg = metric_chart("loss", [a_series(a_noisy_fall(200))]).svg

    (raw,), (smoothed,) = of_class(svg, "r"), of_class(svg, "l")
    assert length(corners(smoothed)) < length(corners(raw)) / 1.5


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
    assert smoothing_weight(values, max(values) - min(values)) == weight


def test_series_differ_by_dashes_and_not_by_colour_alone():
    svg = metric_chart("loss", [a_series([3, 2, 1], "train"), a_series([4, 3, 2], "val")]).svg

    groups = [each.get("class") for each in drawn(svg).iter("g") if "c" in each.get("class", "")]
    assert groups == ["c1 d1", "c2 d2"]


@pytest.mark.parametrize(("place", "dash"), [*enumerate(DASHES, 1)][1:])
def test_the_dashes_of_static_and_live_curves_are_the_same(place, dash):
    rule = re.search(rf"\.curve \.d{place} \.l {{\s*stroke-dasharray: ([^;]*);", CSS)

    lengths = re.findall(r"calc\((\S+) \* var\(--u\)\)|var\(--u\)", rule[1])
    assert [float(length or 1) for length in lengths] == list(map(float, dash.split()))


def test_the_best_point_has_a_ring_when_a_goal_is_known():
    svg = metric_chart("loss", [a_series([3, 1, 2], goal=Goal.MIN)]).svg

    ring, _end = drawn(svg).iter("circle")
    assert (ring.get("class"), drawn(svg).get("data-best")) == ("b", "1")


def test_without_a_goal_no_point_is_called_the_best():
    svg = metric_chart("lr", [a_series([3, 1, 2], goal=Goal.UNKNOWN)]).svg

    assert len(list(drawn(svg).iter("circle"))) == 1


def test_a_line_breaks_where_a_value_is_missing():
    (line,) = of_class(metric_chart("loss", [a_series([1, 2, NAN, 3, 4])]).svg, "l")

    assert line.get("d").count("M") == 2


def test_a_point_between_two_gaps_is_a_dot():
    (line,) = of_class(metric_chart("loss", [a_series([1, 2, NAN, 3, NAN, 4, 5])]).svg, "l")

    assert "h0" in line.get("d")


@pytest.mark.parametrize("value", [NAN, INF, -INF])
def test_a_value_that_is_not_finite_has_a_mark_at_the_edge(value):
    svg = metric_chart("loss", [a_series([1, 2, value, 3])]).svg

    assert len(odd(svg)) == 1


def test_marks_that_would_overlap_become_one():
    svg = metric_chart("loss", [a_series([1.0] + [NAN] * 5_000 + [2.0])]).svg

    assert odd(svg)[0].get("d").count("M") < 250


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


@pytest.mark.parametrize("values", [[1.7e308, -1.7e308, 5e-324], [4e302, 9e304, 5e303]])
def test_values_beyond_all_measure_are_drawn(values):
    svg = metric_chart("loss", [a_series(values)]).svg

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
