"""Columns of numbers in data files: all digits, in few bytes. How a page reads them is tested in
`tests/browser/test_charts.py`."""

import json
import math
import struct
from array import array
from base64 import b64decode

import pytest

from reportgen.analysis.curves import thin
from reportgen.charts.columns import curves_data, numbers, whole_numbers
from tests.charts.builders import NOON, a_history

NAN, INF = math.nan, math.inf
SEVENTEEN_DIGITS = [math.sin(place) for place in range(20)]
FOUR_BYTES = list(array("f", SEVENTEEN_DIGITS))


def curve_of(values, steps=None):
    history = a_history(values, steps)
    return curves_data({"loss": (history, len(history))})["loss"]


def test_steps_that_just_count_are_not_told():
    assert curve_of([1.0, 2.0, 3.0])["step"] is None


def test_even_steps_are_told_by_the_first_and_the_way_to_the_next():
    assert curve_of([1.0, 2.0, 3.0], [0, 50, 100])["step"] == {"from": 0, "by": 50}


def test_other_steps_are_the_first_and_the_ways_to_the_next():
    assert curve_of([1.0, 2.0, 3.0], [5, 6, 60])["step"] == [5, 1, 54]


def test_a_thinned_curve_tells_its_steps_and_how_many_points_it_had():
    history = a_history([math.sin(place) for place in range(1_000)])
    data = curves_data({"loss": (thin(history, most=10), 1_000)})["loss"]

    assert data["n"] == 1_000
    assert (data["step"][0], sum(data["step"])) == (0, 999)


def test_an_even_pace_is_told_in_two_numbers():
    assert curve_of([1.0, 2.0, 3.0])["time"] == {"from": NOON, "by": 60_000}


def test_metrics_that_were_logged_together_tell_their_times_once():
    data = curves_data({name: (a_history([1.0, 2.0]), 2) for name in ("acc", "loss", "lr")})

    assert [data["loss"]["time"], data["lr"]["time"]] == ["acc", "acc"]


def test_a_single_moment_is_a_list():
    assert whole_numbers(array("q", [7])) == [7]


def test_few_values_are_numbers_that_json_has_and_words_for_others():
    words = json.dumps(numbers(array("d", [1.5, NAN, INF, -INF])), allow_nan=False)

    assert words == '[1.5, "NaN", "Infinity", "-Infinity"]'


def test_many_values_of_few_digits_are_text():
    assert numbers(array("d", [0.5] * 20)) == [0.5] * 20


@pytest.mark.parametrize(
    ("values", "kind"),
    [(SEVENTEEN_DIGITS, "d"), (FOUR_BYTES, "f"), ([*SEVENTEEN_DIGITS, INF, -INF], "d")],
    ids=["doubles", "singles", "infinities"],
)
def test_many_values_of_many_digits_are_bytes_and_exact(values, kind):
    packed = numbers(array("d", values))

    assert packed[0] == kind
    size = {"d": 8, "f": 4}[kind]
    content = b64decode(packed[1:])
    assert list(struct.unpack(f"<{len(content) // size}{kind}", content)) == values


def test_a_number_too_large_for_four_bytes_is_not_lost():
    assert numbers(array("d", [*FOUR_BYTES, 1.2345678901234567e300]))[0] == "d"
