"""Which parameters matter, how surely, and when nothing is said."""

import math
import random

import pytest

from reportgen.analysis.importance import ParamImportance, number_of, param_importance


def a_search(count: int, noise: float = 0.1) -> tuple[list[dict[str, str]], list[float]]:
    """Runs whose metric depends on the rate most, on the model a little, on the seed not."""
    chance = random.Random(count)
    params, values = [], []
    for place in range(count):
        rate, model = 10 ** chance.uniform(-4, -1), chance.choice(["cnn", "vit"])
        params.append({"lr": repr(rate), "model": model, "seed": str(place % 5), "fixed": "1"})
        values.append(math.log10(rate) + 0.5 * (model == "vit") + chance.gauss(0, noise))
    return params, values


def found(count: int = 60) -> ParamImportance:
    result = param_importance(*a_search(count))
    assert isinstance(result, ParamImportance)
    return result


def test_the_parameter_that_decides_goes_first_and_a_fixed_one_is_none() -> None:
    result = found()

    assert [one.name for one in result.params] == ["lr", "model", "seed"]
    assert result.params[0].mean > 5 * abs(result.params[2].mean)
    assert all(one.spread > 0 for one in result.params)


def test_it_says_how_many_runs_it_rests_on_and_how_well_it_predicts() -> None:
    result = found()

    assert (result.runs, 0.5 < result.score <= 1) == (60, True)


def test_of_many_runs_it_learns_from_a_sample() -> None:
    result = found(1_000)

    assert (result.runs, result.given) == (300, 1_000)


def test_the_same_runs_give_the_same_numbers() -> None:
    assert found(24) == found(24)


def test_one_run_that_diverged_does_not_hide_the_rest() -> None:
    params, values = a_search(60)
    values[7] = 1e30

    result = param_importance(params, values)

    assert isinstance(result, ParamImportance) and result.params[0].name == "lr"


def test_a_run_without_the_parameter_is_a_case_of_its_own() -> None:
    params, values = a_search(40)
    for place in range(0, 40, 2):
        del params[place]["lr"]
        values[place] = -9

    result = param_importance(params, values)

    assert isinstance(result, ParamImportance) and result.params[0].name == "lr"


@pytest.mark.parametrize(
    ("params", "values", "why"),
    [
        ([{"lr": "1", "m": "a"}] * 19, [1.0] * 19, "too few runs"),
        ([{"lr": str(n)} for n in range(20)], [float(n) for n in range(20)], "fewer than two"),
        ([{"a": str(n), "b": str(n % 3)} for n in range(20)], [1.0] * 20, "the same in every"),
    ],
)
def test_where_nothing_can_be_told_it_says_why(
    params: list[dict[str, str]], values: list[float], why: str
) -> None:
    result = param_importance(params, values)

    assert isinstance(result, str) and why in result


def test_noise_is_not_explained() -> None:
    params, _ = a_search(40)
    chance = random.Random(3)

    result = param_importance(params, [chance.random() for _ in params])

    assert isinstance(result, str) and "do not predict" in result


def test_words_that_name_each_run_are_no_parameter_to_learn_from() -> None:
    params, values = a_search(40)
    for place, one in enumerate(params):
        one["output"] = f"/data/run-{place}"

    result = param_importance(params, values)

    assert isinstance(result, ParamImportance)
    assert "output" not in {one.name for one in result.params}


@pytest.mark.parametrize(
    ("text", "number"), [("1e-3", 0.001), ("nan", None), ("inf", None), ("relu", None)]
)
def test_numbers_in_parameters(text: str, number: float | None) -> None:
    assert number_of(text) == number
