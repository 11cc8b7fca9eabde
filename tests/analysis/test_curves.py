"""Thinning keeps what the eye would see; smoothing neither moves nor invents a point."""

import math
import random
import time
from array import array

import pytest

from reportgen.analysis import curves
from reportgen.analysis.curves import packed, smooth, thin, unpacked
from reportgen.model import MetricHistory


def a_history(values, steps=None):
    return MetricHistory(
        steps=array("q", steps or range(len(values))),
        timestamps=array("q", (1000 * place for place in range(len(values)))),
        values=array("d", values),
    )


def test_a_short_history_is_returned_itself():
    history = a_history([0.5] * 500)

    assert thin(history) is history


@pytest.mark.parametrize("points", [501, 1_000, 1_237, 99_999])
def test_a_long_history_has_no_more_points_than_asked_for(points):
    thinned = thin(a_history([math.sin(place) for place in range(points)]))

    assert 250 < len(thinned) <= 500


def test_the_first_and_the_last_point_stay():
    thinned = thin(a_history([float(place % 7) for place in range(3_000)]))

    assert (thinned.steps[0], thinned.steps[-1]) == (0, 2_999)


def test_a_single_spike_stays_in_either_direction():
    values = [1.0] * 10_000
    values[4_321], values[7_777] = 99.0, -99.0

    thinned = thin(a_history(values), most=100)

    assert (max(thinned.values), min(thinned.values)) == (99.0, -99.0)


def test_a_point_keeps_its_step_and_its_time():
    values = [0.0] * 2_000
    values[1_234] = 5.0

    thinned = thin(a_history(values), most=50)

    place = thinned.values.index(5.0)
    assert (thinned.steps[place], thinned.timestamps[place]) == (1_234, 1_234_000)


def test_the_order_stays():
    thinned = thin(a_history([math.cos(place / 9) for place in range(5_000)]))

    assert list(thinned.steps) == sorted(thinned.steps)


def test_a_few_points_that_are_not_finite_all_stay():
    values = [1.0] * 5_000
    values[100], values[2_000], values[4_000] = math.nan, math.inf, -math.inf

    thinned = thin(a_history(values))

    assert [
        step for step, v in zip(thinned.steps, thinned.values, strict=True) if not math.isfinite(v)
    ] == [100, 2_000, 4_000]


def test_many_points_that_are_not_finite_do_not_crowd_out_the_others():
    values = [math.nan if place % 2 else float(place) for place in range(5_000)]

    thinned = thin(a_history(values))

    assert sum(map(math.isfinite, thinned.values)) > 300


def test_a_history_of_nothing_but_nan_can_be_thinned():
    thinned = thin(a_history([math.nan] * 5_000))

    assert 2 <= len(thinned) <= 500


def test_thinning_gives_the_same_each_time():
    history = a_history([math.sin(place**1.5) for place in range(4_000)])

    assert thin(history) == thin(history)


def test_a_million_points_take_less_than_two_seconds():
    history = MetricHistory(
        array("q", range(10**6)), array("q", range(10**6)), array("d", bytes(8 * 10**6))
    )

    start = time.process_time()
    thin(history)

    assert time.process_time() - start < 2


def test_a_weight_of_zero_changes_nothing():
    assert smooth([3.0, 1.0, 2.0], 0) == [3.0, 1.0, 2.0]


def test_the_first_smoothed_value_is_the_first_value():
    assert smooth([3.0, 1.0], 0.9)[0] == pytest.approx(3.0)


def test_a_constant_stays_what_it_is():
    assert smooth([0.7] * 20, 0.95) == pytest.approx([0.7] * 20)


def test_smoothing_calms():
    zigzag = [float(place % 2) for place in range(100)]

    calm = smooth(zigzag, 0.9)

    assert max(calm[50:]) - min(calm[50:]) < 0.2


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_not_finite_leaves_a_gap_and_no_trace(odd):
    with_gap = smooth([1.0, 2.0, odd, 3.0], 0.5)

    assert math.isnan(with_gap[2])
    assert [with_gap[0], with_gap[1], with_gap[3]] == smooth([1.0, 2.0, 3.0], 0.5)


@pytest.mark.parametrize("points", [33, 100, 101, 377, 500])
@pytest.mark.parametrize("most", [8, 32, 33])
@pytest.mark.parametrize("odd", [0.0, 0.03, 0.5, 1.0])
def test_a_short_history_is_thinned_as_a_long_one(monkeypatch, points, most, odd):
    chance = random.Random(points)
    values = [
        chance.choice((math.nan, math.inf, -math.inf)) if chance.random() < odd else value
        for value in (chance.choice((chance.random(), 0.5)) for _ in range(points))
    ]
    history = a_history(values)
    short = thin(history, most)

    monkeypatch.setattr(curves, "SHORT", 0)

    assert packed(short) == packed(thin(history, most))


def test_a_packed_history_is_unpacked_as_it_was():
    history = a_history([1.0, math.nan, -math.inf])

    assert packed(unpacked(packed(history))) == packed(history)
