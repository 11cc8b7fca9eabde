"""Axes: where they begin and end, and how their ticks read."""

import math

import pytest

from reportgen.charts.scale import log_axis, number_axis, step_axis, time_axis, value_axis
from tests.charts.builders import DAY, NOON


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.61, 2.42, ("0.5", "1.0", "1.5", "2.0", "2.5")),
        (0.4206, 0.9127, ("0.4", "0.5", "0.6", "0.7", "0.8", "0.9")),
        (0.82, 0.98, ("0.80", "0.85", "0.90", "0.95", "1.00")),
        (0, 1e-3, ("0", "2.0e-4", "4.0e-4", "6.0e-4", "8.0e-4", "1.0e-3")),
        (1180, 2460, ("1.0k", "1.5k", "2.0k", "2.5k")),
        (0, 9000, ("0", "2k", "4k", "6k", "8k")),
        (-3, 3, ("−2", "0", "2")),
        (2410, 2413, ("2,410", "2,411", "2,412", "2,413")),
        (1e12, 3e12, ("1.0T", "1.5T", "2.0T", "2.5T", "3.0T")),
        (0.3, 0.3, ("0.28", "0.30", "0.32")),
        (0, 0, ("−1.0", "−0.5", "0", "0.5", "1.0")),
    ],
)
def test_the_ticks_of_values_share_precision_and_unit(low, high, labels):
    assert value_axis(low, high, count=4).labels == labels


@pytest.mark.parametrize(
    ("low", "high"),
    [
        *((0, 1), (-1e308, 1e308), (5e-324, 1e-323), (1e15, 1e15 + 2), (-1e-9, 1e9), (7, 7)),
        *((4e302, 9e304), (-1e308, -1e308)),
    ],
)
def test_an_axis_of_values_holds_its_values(low, high):
    axis = value_axis(low, high, count=4)

    assert axis.low <= min(max(low, -1e300), 1e300) and axis.high >= max(min(high, 1e300), -1e300)
    assert all(map(math.isfinite, axis.ticks)) and len(axis.ticks) < 12


def test_steps_are_whole_numbers():
    assert step_axis(0, 2, count=5).labels == ("0", "1", "2")


def test_steps_begin_and_end_where_the_run_does():
    axis = step_axis(3, 8950, count=5)

    assert (axis.low, axis.high) == (3, 8950)


def test_a_single_step_is_the_only_tick_and_lies_in_the_middle():
    axis = step_axis(40, 40, count=5)

    assert (axis.labels, axis.part(40)) == (("40",), 0.5)


def test_numbers_end_where_they_do():
    axis = number_axis(0.003, 0.47, count=4)

    assert (axis.low, axis.high, axis.labels) == (0.003, 0.47, ("0.1", "0.2", "0.3", "0.4"))


def test_a_logarithmic_axis_has_powers_of_ten():
    assert log_axis(3e-5, 0.4, count=5).labels == ("1e-4", "1e-3", "0.01", "0.1")


def test_a_short_logarithmic_axis_has_steps_between():
    assert log_axis(1, 100, count=5).labels == ("1", "2", "5", "10", "20", "50", "100")


def test_a_logarithmic_axis_gives_each_power_the_same_room():
    axis = log_axis(1, 10_000, count=5)

    assert [axis.part(10**power) for power in range(5)] == pytest.approx([0, 0.25, 0.5, 0.75, 1])


@pytest.mark.parametrize(
    ("span", "labels"),
    [
        (20_000, ("12:00:00", "12:00:05", "12:00:10", "12:00:15", "12:00:20")),
        (40 * 60_000, ("12:00", "12:10", "12:20", "12:30", "12:40")),
        (DAY, ("12:00", "18:00", "22 Nov", "06:00", "12:00")),
        (13 * DAY, ("22 Nov", "24 Nov", "26 Nov", "28 Nov", "30 Nov", "2 Dec", "4 Dec")),
        (120 * DAY, ("Dec 2025", "Jan 2026", "Feb 2026", "Mar 2026")),
        (3000 * DAY, ("2026", "2028", "2030", "2032", "2034")),
    ],
)
def test_the_ticks_of_times_are_round_moments(span, labels):
    assert time_axis(NOON, NOON + span, count=6).labels[: len(labels)] == labels


def test_a_single_moment_is_a_tick():
    assert time_axis(NOON, NOON, count=6).labels == ("12:00:00",)


def test_all_that_a_calendar_holds_can_be_an_axis():
    axis = time_axis(-62_135_596_800_000, 253_402_300_799_000, count=6)

    assert len(axis.ticks) < 300
