"""Where a metric changed its level over the runs, and which parameters changed there."""

import random

from reportgen.analysis.changes import ParamShift, shifts, stretches


def noisy(*levels: tuple[float, int]) -> list[float]:
    chance = random.Random(1)
    return [level + chance.gauss(0, 0.1) for level, count in levels for _ in range(count)]


def test_a_change_of_level_is_found_where_it_is() -> None:
    found = stretches(noisy((0.5, 10), (1.5, 8)))

    assert [(one.first, one.end) for one in found] == [(0, 10), (10, 18)]
    assert [round(one.mean, 1) for one in found] == [0.5, 1.5]


def test_noise_alone_has_no_change() -> None:
    assert stretches(noisy((0.5, 200))) == ()


def test_too_few_runs_and_constant_ones_are_silent() -> None:
    assert stretches(noisy((0.5, 5), (9.0, 6))) == ()
    assert stretches([1.0] * 30) == ()


def test_the_parameters_that_changed_there_are_named() -> None:
    before = [{"opt": "sgd", "seed": str(n)} for n in range(5)]
    after = [{"opt": "adam", "seed": str(n), "wd": "0.1"} for n in range(5)]

    assert shifts(before, after) == (
        ParamShift("opt", "sgd", "adam"),
        ParamShift("wd", None, "0.1"),
    )


def test_a_value_that_was_there_before_did_not_change() -> None:
    assert shifts([{"a": "1"}, {"a": "2"}], [{"a": "2"}] * 3) == ()
