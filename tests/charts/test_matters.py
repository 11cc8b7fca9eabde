"""Scatter, strips, heat map, importance and trend: drawings and sentences."""

import re

import pytest

from reportgen.analysis.changes import Stretch
from reportgen.analysis.importance import Importance, ParamImportance
from reportgen.analysis.metrics import Goal
from reportgen.charts.chart import Chart
from reportgen.charts.heatmap import Heat, heat_chart, quantile_bins
from reportgen.charts.importance import importance_chart
from reportgen.charts.scatter import Point, correlation, scatter_chart
from reportgen.charts.strips import Strip, strips_chart
from reportgen.charts.trend import trend_chart
from tests.charts.builders import drawn, paths, texts

POINTS = [Point(f"r{n}", 10.0**-n, n / 10, float(n)) for n in range(1, 9)]
HEAT = Heat(("1", "2"), ("<a>", "b"), {(0, 0): (0.5, 0.7), (0, 1): (0.9,), (1, 0): (0.2,)})
FOUND = ParamImportance((Importance("lr", 0.5, 0.1), Importance("seed", -0.004, 0.02)), 40, 0.81)


def scatter() -> Chart:
    return scatter_chart(("lr", "acc", "wd"), POINTS, POINTS[-1])


def test_a_scatter_over_several_orders_of_magnitude_is_logarithmic() -> None:
    assert {"1.0e-6", "1e-6"} & set(texts(scatter().svg))


def test_dots_are_shaded_by_the_fifth_of_their_colour() -> None:
    assert all(paths(scatter().svg, f"var(--p{shade})") for shade in range(5))


def test_ten_thousand_runs_are_drawn_once_for_each_spot() -> None:
    many = [Point(str(n), n % 7, n % 11) for n in range(10_000)]

    assert len(scatter_chart(("x", "y", ""), many, many[0]).svg) < 8_000


def test_a_scatter_says_how_the_two_go_together() -> None:
    assert scatter().alt == (
        "acc against lr in 8 runs, coloured by wd: the best, r8 with 0.8, is at 1e-08;"
        " rank correlation −1"
    )


@pytest.mark.parametrize(
    ("ys", "order"), [([1, 2, 3], 1.0), ([3, 2, 1], -1.0), ([1, 2, 1], 0.0), ([1, 1, 1], None)]
)
def test_rank_correlation(ys: list[float], order: float | None) -> None:
    assert correlation([10, 20, 90], ys) == (None if order is None else pytest.approx(order))


def test_strips_tell_their_number_and_median() -> None:
    chart = strips_chart("opt", "acc", [Strip("adam", (0.8, 0.9, 0.7)), Strip("sgd", (0.5,))], 0)

    assert chart.alt == (
        "acc by opt, best median with adam; medians: adam 0.8 (n = 3), sgd 0.5 (n = 1)"
    )
    assert {"n = 3", "n = 1"} <= set(texts(chart.svg))


def test_a_heat_map_has_its_values_in_its_cells_and_leaves_pairs_without_runs_empty() -> None:
    chart = heat_chart(("depth", "model"), "acc", HEAT, Goal.MAX)

    assert {"0.6", "0.9", "0.2", "n 2", "<a>"} <= set(texts(chart.svg))
    assert len(list(drawn(chart.svg).iter("rect"))) == 3
    assert chart.alt == (
        "mean acc by depth and model in 4 runs: best 0.9 at depth 1, model b; 1 pairs have no run"
    )


def test_darker_is_better_in_either_direction() -> None:
    def darkest(goal: Goal) -> str:
        svg = heat_chart(("a", "b"), "m", HEAT, goal).svg
        return re.findall(r'var\(--p4\)".*?<text[^>]*>([^<]*)', svg)[0]

    assert (darkest(Goal.MAX), darkest(Goal.MIN)) == ("0.9", "0.2")


def test_many_numbers_are_put_into_bins_of_about_as_many() -> None:
    labels, bins = quantile_bins([float(n) for n in range(60)], 6)

    assert labels[0] == "0–9" and [bins.count(place) for place in range(6)] == [10] * 6


def test_importance_tells_its_uncertainty_and_what_it_rests_on() -> None:
    assert importance_chart("acc", FOUND).alt == (
        "importance of parameters for acc: lr 0.5 ± 0.1, seed 0 ± 0.02; told from 40 runs, whose"
        " acc the parameters predict with a held-out R² of 0.81"
    )


def test_a_trend_names_the_run_where_it_changed() -> None:
    values = [0.5] * 6 + [0.9] * 6
    names = [f"r{place}" for place in range(12)]

    chart = trend_chart("acc", names, values, [Stretch(0, 6, 0.5), Stretch(6, 12, 0.9)])

    assert chart.alt == "acc over 12 runs changed its level once: 0.5, then 0.9 from r6 on"


def test_drawings_have_only_tokens_and_no_style() -> None:
    for svg in (scatter().svg, importance_chart("<b>", FOUND).svg):
        assert {name for each in drawn(svg).iter() for name in each.attrib} & {
            "style", "class"
        } == set()  # fmt: skip
        colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg))
        assert {one for one in colours if not one.startswith("var(--")} == {"none"}
