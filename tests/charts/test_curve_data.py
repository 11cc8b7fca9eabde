"""The points of a curve as a run's data file holds them."""

import json
import math
from array import array
from base64 import b64decode

from reportgen.analysis.curves import thin
from reportgen.charts.curve_data import curve_data, curves_data
from tests.charts.builders import a_history

NAN, INF = math.nan, math.inf


def test_the_live_chart_gets_steps_only_where_they_do_not_just_count():
    counted = curve_data(a_history([1.0, 2.0]), 2)
    given = curve_data(a_history([1.0, 2.0], steps=[0, 50]), 2)

    assert (counted["step"], given["step"]) == (None, [0, 50])


def test_a_thinned_curve_keeps_its_steps_in_the_data():
    data = curve_data(thin(a_history([float(place) for place in range(1_000)]), most=10), 1_000)

    assert (data["n"], data["step"][0], sum(data["step"])) == (1_000, 0, 999)


def test_steps_at_an_even_pace_are_two_numbers():
    data = curve_data(a_history([1.0, 2.0, 3.0, 4.0], steps=[5, 55, 105, 155]), 4)

    assert data["step"] == [5, 50]


def test_times_are_the_first_one_and_then_differences():
    history = a_history([1.0, 2.0, 3.0])
    history.timestamps[2] += 5

    data = curve_data(history, 3)

    assert data["time"] == [1_763_726_400_000, 60_000, 60_005]


def test_few_values_and_short_ones_are_written_out():
    few = curve_data(a_history([1 / 3, 2 / 3]), 2)
    short = curve_data(a_history([place / 100 for place in range(100)]), 100)

    assert few["value"] == [1 / 3, 2 / 3]
    assert short["value"][:3] == [0.0, 0.01, 0.02]


def test_many_values_of_many_digits_are_exact_and_take_two_thirds_of_the_room():
    values = [1 / (place + 3) for place in range(100)]

    packed = curve_data(a_history(values), 100)["value"]

    assert packed[0] == "d"
    assert list(array("d", b64decode(packed[1:]))) == values
    assert len(packed) < 0.67 * len(json.dumps(values, separators=(",", ":")))


def test_values_that_json_lacks_are_words():
    data = curve_data(a_history([1.5, NAN, INF, -INF]), 4)

    assert json.dumps(data["value"], allow_nan=False) == '[1.5, "NaN", "Infinity", "-Infinity"]'


def test_values_that_fit_into_four_bytes_take_as_many() -> None:
    values = list(array("f", [1 / (place + 3) for place in range(100)]))

    packed = curve_data(a_history(values), 100)["value"]

    assert packed[0] == "f"
    assert list(array("f", b64decode(packed[1:]))) == values


def test_a_number_too_large_for_four_bytes_is_not_lost() -> None:
    values = [*array("f", [1 / (place + 3) for place in range(100)]), 1.2345678901234567e300]

    assert curve_data(a_history(values), 101)["value"][0] == "d"


def test_metrics_that_were_logged_together_tell_their_times_once() -> None:
    data = curves_data({name: (a_history([1.0, 2.0]), 2) for name in ("acc", "loss", "lr")})

    assert [data["loss"]["time"], data["lr"]["time"]] == ["acc", "acc"]
