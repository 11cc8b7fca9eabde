"""Overlay, progress and parallel coordinates: the charts of an experiment."""

import json
import math
import re

import pytest

from reportgen.analysis.groups import Band
from reportgen.analysis.metrics import Goal
from reportgen.charts.bands import bands_chart
from reportgen.charts.overlay import RunCurve, overlay_chart, overlay_data, time_knots
from reportgen.charts.parallel import parallel_chart, parallel_data
from reportgen.charts.progress import progress_chart, progress_data
from tests.charts.builders import NOON, a_curve, a_history, a_trial, an_attempt, drawn, paths, texts

NAN = math.nan

# ---- overlay


def test_the_chosen_runs_have_their_own_colours_and_the_others_are_grey():
    chart = overlay_chart(
        "loss", [a_curve("a", [2, 1], 4), a_curve("b", [3, 2], 1)], [a_curve("c", [4, 3])]
    )

    counts = [len(paths(chart.svg, f"var(--{token})")) for token in ("s5", "s2", "mute")]
    assert counts == [1, 1, 1]


def test_the_best_run_is_drawn_above_the_others():
    svg = overlay_chart("loss", [a_curve("a", [2, 1]), a_curve("b", [3, 2], 1)], []).svg

    assert svg.index("var(--s1)") > svg.index("var(--s2)")


def test_one_run_that_diverged_does_not_flatten_the_others():
    others = [a_curve(str(place), [2.0, 1.5, 1.0]) for place in range(60)]

    svg = overlay_chart(
        "loss", [a_curve("a", [2, 0.9, 0.8])], [*others, a_curve("x", [2, 3, 1e9])]
    ).svg

    assert texts(svg)[0] in ("0.8", "1.0")
    assert "1.0G" not in texts(svg)


def test_what_leaves_the_plot_is_cut_off_under_an_id_of_its_own():
    one = overlay_chart("loss", [a_curve("a", [2, 1])], []).svg
    other = overlay_chart("loss", [a_curve("a", [2, 1.5])], []).svg

    ids = [re.search(r'id="([^"]+)"', svg).group(1) for svg in (one, other)]
    assert ids[0] != ids[1] and f"url(#{ids[0]})" in one


def test_runs_without_a_finite_value_make_no_axis():
    chart = overlay_chart("loss", [a_curve("a", [NAN])], [])

    assert "no finite value" in texts(chart.svg)


def test_the_overlay_says_where_the_chosen_runs_end():
    chart = overlay_chart("loss", [a_curve("a", [2, 1])], [a_curve("b", [3, 2])])

    assert chart.alt == "loss over step, 1 run in colour, 1 others in grey: a ends at 1"


def test_the_data_of_an_overlay_names_its_runs():
    data = overlay_data("loss", [a_curve("a", [2, NAN], 6)], [a_curve("b", [3, 2])])

    assert data["chosen"] == 1
    assert data["runs"][0] == {
        "id": "id-a",
        "name": "a",
        "hue": 6,
        "step": None,
        "knots": [[0, NOON], [1, NOON + 60_000]],
        "value": [2.0, "NaN"],
    }
    json.dumps(data, allow_nan=False)


def test_the_best_point_of_a_chosen_run_is_marked_where_the_goal_is_known():
    curve = RunCurve("a", "a", a_history([3, 1, 2]), goal=Goal.MIN)

    data = overlay_data("loss", [curve], [])

    rings = list(drawn(overlay_chart("loss", [curve], []).svg).iter("circle"))
    assert (data["runs"][0]["best"], len(rings)) == (1, 2)


def test_an_even_pace_takes_two_moments_and_a_pause_two_more():
    even = [60_000 * place for place in range(100)]
    paused = [moment + (5_000_000 if place > 50 else 0) for place, moment in enumerate(even)]

    assert time_knots(even, range(100)) == [[0, 0], [99, even[-1]]]
    assert [place for place, _ in time_knots(paused, range(100))] == [0, 50, 51, 99]


def test_what_is_thinned_keeps_its_pace():
    """Points that are far apart in steps are far apart in time."""
    steps = [0, 1, 2, 40, 41, 99]

    assert time_knots([60_000 * step for step in steps], steps) == [[0, 0], [5, 99 * 60_000]]


def test_where_steps_do_not_grow_the_points_keep_the_pace():
    assert time_knots([0, 10, 20, 30], [5, 5, 5, 5]) == [[0, 0], [3, 30]]


# ---- bands over seeds


def a_band(mean: list[float], spread: float) -> Band:
    low, high = (tuple(each + way * spread for each in mean) for way in (-1, 1))
    return Band("lr=0.1", ("a", "b", "c"), tuple(range(len(mean))), tuple(mean), low, high)


def test_a_band_shows_the_mean_its_spread_and_of_how_many_runs():
    chart = bands_chart("loss", [a_band([3, 2, 1], 0.2)])

    shapes = [each for each in drawn(chart.svg).iter("path") if each.get("fill-opacity")]
    assert [each.get("fill") for each in shapes] == ["var(--s1)"]
    assert chart.alt == (
        "loss over step, mean ± 1 standard deviation over repeated runs:"
        " lr=0.1, n = 3, ends at 1 ± 0.2"
    )


def test_a_band_breaks_where_the_mean_is_unknown():
    chart = bands_chart("loss", [a_band([3, 2, NAN, 1, 1], 0.2)])

    shape = next(each for each in drawn(chart.svg).iter("path") if each.get("fill-opacity"))
    assert shape.get("d").count("M") == 2


# ---- progress

TRIES = [an_attempt("a", 0, 0.8), an_attempt("b", 1, 0.7), an_attempt("c", 2, 0.9)]


def test_the_line_steps_up_where_a_run_beat_all_before():
    svg = progress_chart("acc", TRIES, Goal.MAX).svg

    assert paths(svg, "var(--s1)")[0].get("d").count("V") == 1


def test_every_run_is_a_dot():
    svg = progress_chart("acc", TRIES, Goal.MAX).svg

    assert len(list(drawn(svg).iter("circle"))) == 3


@pytest.mark.parametrize(("goal", "best"), [(Goal.MAX, [0, 2]), (Goal.MIN, [0, 1])])
def test_better_is_what_the_goal_says(goal, best):
    assert progress_data("acc", TRIES, goal)["best"] == best


def test_runs_are_put_in_order_of_time():
    assert progress_data("acc", TRIES[::-1], Goal.MAX) == progress_data("acc", TRIES, Goal.MAX)


def test_runs_without_a_value_or_of_no_calendar_day_are_left_out():
    odd = [an_attempt("x", 1, NAN), an_attempt("y", 10**9, 0.99)]

    assert progress_chart("acc", TRIES + odd, Goal.MAX) == progress_chart("acc", TRIES, Goal.MAX)


def test_ten_thousand_runs_are_drawn_once_for_each_spot():
    many = [an_attempt(str(place), place / 1e6, 0.5) for place in range(10_000)]

    assert len(progress_chart("acc", many, Goal.MAX).svg) < 40_000


def test_the_progress_is_said_in_words():
    assert progress_chart("acc", TRIES, Goal.MAX).alt == (
        "best acc over time: 0.8 on 21 Nov 2025, 0.9 since 23 Nov 2025 by c, 1 improvement (3 runs)"
    )


def test_no_run_with_a_value_is_an_honest_empty_picture():
    assert progress_chart("acc", [], Goal.MAX).alt == "acc: no run with a finite value"


# ---- parallel coordinates


def trials(count, **more):
    return [
        a_trial(f"r{place}", place / count, lr=f"1e-{1 + place % 4}", model="ab"[place % 2], **more)
        for place in range(count)
    ]


def test_each_parameter_and_the_metric_have_an_axis():
    data = parallel_data("acc", ["lr", "model"], trials(8), Goal.MAX)

    assert [axis["name"] for axis in data["axes"]] == ["lr", "model", "acc"]


@pytest.mark.parametrize(("goal", "best"), [(Goal.MAX, "r7"), (Goal.MIN, "r0")])
def test_runs_go_from_the_worst_to_the_best(goal, best):
    assert parallel_data("acc", ["lr"], trials(8), goal)["runs"][-1][1] == best


def test_a_few_values_are_evenly_spaced_in_their_order():
    data = parallel_data("acc", ["lr"], trials(8), Goal.MAX)

    assert [label for _, label in data["axes"][0]["ticks"]] == ["1e-4", "1e-3", "1e-2", "1e-1"]


def test_many_numbers_over_several_orders_of_magnitude_get_a_logarithmic_axis():
    many = [a_trial(str(place), place, wd=repr(10.0**-place)) for place in range(8)]

    data = parallel_data("acc", ["wd"], many, Goal.MAX)

    heights = [run[3][0] for run in data["runs"]]
    assert heights == pytest.approx([1 - place / 7 for place in range(8)], abs=0.001)


def test_a_parameter_that_a_run_does_not_have_is_a_place_of_its_own():
    data = parallel_data("acc", ["p"], [a_trial("a", 1, p="x"), a_trial("b", 2)], Goal.MAX)

    assert data["axes"][0]["ticks"][0] == [0.0, "not set"]
    assert data["runs"][-1][3][0] == 0.0


def test_many_runs_are_sampled_but_never_the_best_and_the_worst():
    data = parallel_data("acc", ["lr"], trials(2_000), Goal.MAX)

    assert len(data["runs"]) == 250
    assert (data["runs"][0][1], data["runs"][-1][1]) == ("r0", "r1999")


def test_fewer_than_two_values_or_no_parameter_make_no_chart():
    assert parallel_chart("acc", ["lr"], [*trials(1), a_trial("x", NAN)], Goal.MAX) is None
    assert parallel_chart("acc", [], trials(5), Goal.MAX) is None


@pytest.fixture(scope="module")
def parallel():
    odd = a_trial("<i>odd</i>", 2, lr="0.5", model='"><b>&')
    return parallel_chart("acc", ["lr", "model"], [*trials(8), odd, a_trial("x", NAN)], Goal.MAX)


def test_a_parallel_picture_has_no_style_and_only_tokens(parallel):
    names = {name for each in drawn(parallel.svg).iter() for name in each.attrib}
    colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', parallel.svg))

    assert not names & {"style", "class", "role", "font-family", "width"} - {"width"}
    assert {each for each in colours if not each.startswith("var(--")} <= {"none", "transparent"}


def test_a_parallel_picture_takes_its_size_from_the_page(parallel):
    root = drawn(parallel.svg)

    assert root.get("viewBox") == "0 0 1200 322" and "width" not in root.attrib
    assert root.get("data-plot") == "20 34 1118 276"


def test_each_fifth_of_the_runs_has_a_shade_and_the_best_a_line_above_all(parallel):
    groups = {each.get("stroke"): each for each in drawn(parallel.svg).iter("g")}

    assert [len(groups[f"var(--p{fifth})"]) for fifth in range(5)] == [2, 2, 2, 2, 1]
    assert len(paths(parallel.svg, "var(--p5)")) == 1


def test_between_its_axes_a_line_never_leaves_the_values_at_them():
    runs = [a_trial("a", 1, p="0", q="0", r="1"), a_trial("b", 2, p="1", q="1", r="0")]
    svg = parallel_chart("acc", ["p", "q", "r"], runs, Goal.MAX).svg

    (line,) = [each.get("d") for each in paths(svg, "var(--p5)")]
    assert line == "M0,0C124,0 249,0 373,0S621,276 745,276S994,138 1118,0"


def test_labels_arrive_as_text_whatever_they_hold(parallel):
    assert '"><b>&' in texts(parallel.svg)


def test_a_number_in_a_label_is_not_rounded_with_the_geometry():
    two = [a_trial("a", 1, p="0.123456"), a_trial("b", 2, p="7.654321")]

    assert "0.123456" in texts(parallel_chart("acc", ["p"], two, Goal.MAX).svg)


def test_a_parallel_picture_is_the_same_whatever_was_drawn_before(parallel):
    again = parallel_chart(
        "acc",
        ["lr", "model"],
        [*trials(8), a_trial("<i>odd</i>", 2, lr="0.5", model='"><b>&'), a_trial("x", NAN)],
        Goal.MAX,
    )

    assert again == parallel


def test_the_best_run_is_said_with_its_settings(parallel):
    assert parallel.alt == (
        'lr, model against acc in 9 runs: the best, <i>odd</i> with 2, has lr 0.5, model "><b>&;'
        " 1 without a finite value left out"
    )
