"""How well columns predict, and what each of them adds."""

import math
import random

import pytest

from reportgen.analysis.forest import worth

ROWS = 80
CHANCE = random.Random(5)
A, B, C = ([CHANCE.random() for _ in range(ROWS)] for _ in range(3))


def falls_of(columns: list[list[float]], target: list[float]) -> list[float]:
    return [sum(fall) / len(fall) for fall in worth(columns, target)[1].tolist()]


def test_what_decides_alone_is_worth_twice_the_variance_and_the_rest_nothing() -> None:
    """Of two draws from the same values one differs from the other by twice their variance."""
    first, second, third = falls_of([A, B, C], A)

    assert first == pytest.approx(2, rel=0.25)
    assert (second, third) == pytest.approx((0, 0), abs=0.05)


def test_columns_that_tell_only_together_both_count() -> None:
    either = [((a > 0.5) != (b > 0.5)) + 0.2 * a for a, b in zip(A, B, strict=True)]

    first, second, third = falls_of([A, B, C], either)

    assert min(first, second) > 5 * abs(third)


def test_a_missing_value_is_told_from_all_others() -> None:
    some = [math.nan if place % 2 else a for place, a in enumerate(A)]

    score, _ = worth([some, B], [float(place % 2) for place in range(ROWS)])

    assert score > 0.9


def test_unseen_rows_of_noise_are_not_predicted() -> None:
    score, falls = worth([A, B], C)

    assert score <= 0 and not falls.any()


def test_values_near_the_end_of_floating_point_are_predicted_too() -> None:
    assert worth([A, B], [1e308 * a for a in A])[0] > 0.9
