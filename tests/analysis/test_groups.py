"""Which runs are repetitions of each other, and the bands over them."""

import math
from typing import Any

import pytest

from reportgen.analysis.groups import SeedGroup, band, seed_groups
from reportgen.analysis.metrics import Goal
from reportgen.analysis.seeds import is_seed, is_seed_like
from reportgen.analysis.standings import Judge
from reportgen.model import RunStatus
from tests.builders import NOON, a_history, a_summary

JUDGE = Judge("acc", Goal.MAX)
GROUP = SeedGroup("lr=1", ("a", "b", "c"))
NAN = math.nan


def repeated(lr: str, seeds: int, acc: float = 0.5, **changes: Any) -> list[Any]:
    return [
        a_summary(
            f"{lr}-{seed}",
            params={"lr": lr, "seed": str(seed)},
            metrics={"acc": acc},
            started=NOON + seed,
            **changes,
        )
        for seed in range(seeds)
    ]


@pytest.mark.parametrize(
    "name", ["seed", "SEED", "random_state", "model.split_seed", "cvFold", "rng-seed", "fold_id"]
)
def test_what_counts_as_a_seed_is_told_by_its_name(name: str) -> None:
    assert is_seed_like(name)


@pytest.mark.parametrize(
    "name", ["k_fold", "folds", "seeds", "seeded", "linseed", "lr", "", "n_fold"]
)
def test_other_names_are_no_seeds(name: str) -> None:
    assert not is_seed_like(name)


@pytest.mark.parametrize("name", ["seed", "randomState", "model__random_state", "PYTHONHASHSEED"])
def test_a_seed_begins_chance(name: str) -> None:
    assert is_seed(name)


@pytest.mark.parametrize("name", ["fold", "replicate", "seeds", "linseed", ""])
def test_a_fold_and_a_number_of_seeds_do_not(name: str) -> None:
    assert not is_seed(name)


def test_runs_that_differ_only_by_their_seed_are_a_group() -> None:
    groups = seed_groups([*repeated("0.1", 3), *repeated("0.2", 4)], JUDGE)

    assert {(group.label, len(group.ids)) for group in groups} == {("lr=0.1", 3), ("lr=0.2", 4)}


def test_two_runs_are_none() -> None:
    assert seed_groups(repeated("0.1", 2), JUDGE) == ()


def test_the_best_mean_goes_first_and_eight_are_enough() -> None:
    runs = [run for lr in range(10) for run in repeated(f"{lr}", 3, acc=lr / 10)]

    groups = seed_groups(runs, JUDGE)

    assert [group.label for group in groups] == [f"lr={lr}" for lr in range(9, 1, -1)]


def test_a_lone_group_is_named_by_what_varies_in_it() -> None:
    (group,) = seed_groups(repeated("0.1", 3), JUDGE)

    assert group.label == "by seed"


def test_runs_that_failed_or_still_run_are_no_repetitions() -> None:
    assert seed_groups(repeated("1", 3, status=RunStatus.FAILED), JUDGE) == ()
    assert seed_groups(repeated("1", 3, status=RunStatus.RUNNING), JUDGE) == ()


def test_of_runs_with_the_same_seed_the_latest_counts() -> None:
    again = a_summary("again", params={"lr": "1", "seed": "0"}, started=NOON + 9)

    (group,) = seed_groups([*repeated("1", 3), again], JUDGE)

    assert sorted(group.ids) == ["id-1-1", "id-1-2", "id-again"]


def test_a_band_is_the_mean_and_one_sample_standard_deviation() -> None:
    histories = {id: a_history(value, value) for id, value in zip("abc", (1, 2, 3), strict=True)}

    found = band(GROUP, histories)

    assert found is not None
    assert (found.steps, found.mean, found.low, found.high) == ((0, 1), (2, 2), (1, 1), (3, 3))


def test_two_curves_make_no_band() -> None:
    assert band(GROUP, {"a": a_history(1, 2), "b": a_history(1, 2), "c": a_history(1)}) is None


def test_only_steps_that_all_share_count_where_they_do_for_most() -> None:
    histories = {
        "a": a_history(1, 1, 1, steps=(0, 1, 2)),
        "b": a_history(2, 2, steps=(0, 2)),
        "c": a_history(3, 3, 9, steps=(0, 2, 4)),
    }

    found = band(GROUP, histories)

    assert found is not None
    assert (found.steps, found.mean) == ((0, 2), (2, 2))


def test_else_each_gives_its_value_at_the_nearest_of_its_own_steps() -> None:
    histories = {
        "a": a_history(1, 2, 3, 4, steps=(0, 10, 20, 30)),
        "b": a_history(1, 2, 3, 4, steps=(1, 11, 21, 31)),
        "c": a_history(1, 2, 3, 4, steps=(2, 12, 22, 32)),
    }

    found = band(GROUP, histories)

    assert found is not None
    assert (found.steps, found.mean, found.high) == ((10, 20, 30), (2, 3, 4), (2, 3, 4))


def test_a_value_that_is_not_finite_leaves_a_gap() -> None:
    histories = {"a": a_history(1, NAN), "b": a_history(1, 2), "c": a_history(1, 2)}

    found = band(GROUP, histories)

    assert found is not None
    assert found.mean[0] == 1 and math.isnan(found.mean[1]) and math.isnan(found.low[1])


def test_long_bands_are_thinned_evenly_with_both_ends() -> None:
    found = band(GROUP, {id: a_history(*range(1000)) for id in "abc"})

    assert found is not None
    assert (len(found.steps), found.steps[0], found.steps[-1]) == (100, 0, 999)
