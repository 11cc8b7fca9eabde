"""Which direction of a metric is better, and what a history comes to."""

from collections.abc import Mapping
from math import inf, nan

import pytest

from reportgen.analysis.metrics import (
    Goal,
    goal_of,
    group_by_split,
    main_metric,
    split_of,
    summarize,
    words,
)
from tests.builders import a_history


@pytest.mark.parametrize(
    ("key", "goal"),
    [
        ("loss", Goal.MIN),
        ("accuracy", Goal.MAX),
        ("val_loss", Goal.MIN),
        ("val/f1_macro", Goal.MAX),
        ("valF1Macro", Goal.MAX),
        ("eval accuracy", Goal.MAX),
        ("Test-RMSE", Goal.MIN),
        ("R2", Goal.MAX),
        ("roc_auc_score", Goal.MAX),
        ("top5", Goal.MAX),
        ("logLoss", Goal.MIN),
        # the longer phrase knows better than its words
        ("max_error", Goal.MIN),
        ("log_likelihood", Goal.MAX),
        ("neg_log_likelihood", Goal.MIN),
        ("cross_entropy", Goal.MIN),
        # scikit-learn negates errors, so that higher is better
        ("neg_mean_squared_error", Goal.MAX),
        ("val/neg_log_loss", Goal.MAX),
        ("neg_loss", Goal.MIN),  # a loss on negative samples is a loss
        # among equals the later word is the noun
        ("error_score", Goal.MAX),
        ("accuracy_loss", Goal.MIN),
        # parts of words say nothing
        ("lossless", Goal.UNKNOWN),
        ("amae", Goal.UNKNOWN),
        # nor do names of things that are no result
        ("lr", Goal.UNKNOWN),
        ("epoch", Goal.UNKNOWN),
        ("grad_norm", Goal.UNKNOWN),
        ("system/gpu_0_throughput", Goal.UNKNOWN),
        ("system/network_error", Goal.UNKNOWN),
        ("", Goal.UNKNOWN),
        ("///", Goal.UNKNOWN),
        ("потери", Goal.UNKNOWN),
    ],
)
def test_a_well_known_name_tells_which_direction_is_better(key: str, goal: Goal) -> None:
    assert goal_of(key) == goal


def test_what_the_user_told_goes_before_the_name() -> None:
    assert goal_of("loss", {"loss": Goal.MAX}) is Goal.MAX


def test_what_the_user_told_of_another_metric_does_not_count() -> None:
    assert goal_of("val_loss", {"loss": Goal.MAX}) is Goal.MIN


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("val/f1_macro", ("val", "f1", "macro")),
        ("valF1Macro", ("val", "f1", "macro")),
        ("  a--b  ", ("a", "b")),
        ("", ()),
    ],
)
def test_a_name_falls_into_words(key: str, parts: tuple[str, ...]) -> None:
    assert words(key) == parts


@pytest.mark.parametrize(
    ("counts", "chosen"),
    [
        ({}, ""),
        ({"system/cpu": 9}, ""),
        ({"lr": 3}, "lr"),  # better than nothing, though no direction is known
        ({"lr": 9, "loss": 9}, "loss"),
        ({"loss": 9, "accuracy": 9}, "accuracy"),  # the better-known name
        ({"train_accuracy": 9, "val_loss": 9}, "val_loss"),  # training data last
        ({"val_accuracy": 9, "test_accuracy": 9}, "test_accuracy"),
        ({"accuracy": 4, "loss": 10}, "loss"),  # too few runs have the first
        ({"accuracy": 5, "loss": 10}, "accuracy"),
        ({"accuracy": 9, "accuracy_top_3": 9}, "accuracy"),  # the plainer name
    ],
)
def test_the_likeliest_metric_judges_an_experiment(counts: Mapping[str, int], chosen: str) -> None:
    assert main_metric(counts) == chosen


def test_the_metric_that_was_told_judges() -> None:
    assert main_metric({"loss": 9, "lr": 1}, "lr") == "lr"


def test_a_metric_that_was_told_and_that_no_run_has_is_passed_over() -> None:
    assert main_metric({"loss": 9}, "accuracy") == "loss"


@pytest.mark.parametrize(
    ("values", "goal", "best", "step"),
    [
        ((0.3, 0.1, 0.2), Goal.MIN, 0.1, 1),
        ((0.3, 0.1, 0.2), Goal.MAX, 0.3, 0),
        ((0.2, 0.1, 0.1), Goal.MIN, 0.1, 1),  # a tie goes to the earlier step
        ((nan, 0.4), Goal.MIN, 0.4, 1),  # a step that diverged is never the best
        ((-inf, 0.4), Goal.MIN, 0.4, 1),
        ((inf, 0.4), Goal.MAX, 0.4, 1),
        ((nan, nan), Goal.MIN, None, None),
        ((0.3, 0.1), Goal.UNKNOWN, None, None),
        ((1e308, 1e308), Goal.MAX, 1e308, 0),  # whose sum is no finite number
    ],
)
def test_the_best_value_and_its_step(
    values: tuple[float, ...], goal: Goal, best: float | None, step: int | None
) -> None:
    summary = summarize(a_history(*values), goal)

    assert (summary.best, summary.best_step) == (best, step)


def test_the_last_value_is_told_even_when_it_is_no_number() -> None:
    summary = summarize(a_history(0.1, inf, steps=(5, 9)), Goal.MIN)

    assert (summary.last, summary.last_step) == (inf, 9)


def test_the_range_is_that_of_the_finite_values() -> None:
    summary = summarize(a_history(nan, 0.3, -inf, 0.1), Goal.UNKNOWN)

    assert (summary.low, summary.high, summary.odd, summary.count) == (0.1, 0.3, 2, 4)


def test_without_a_finite_value_there_is_no_range() -> None:
    summary = summarize(a_history(nan, inf), Goal.MAX)

    assert (summary.low, summary.high, summary.odd, summary.heights) == (None, None, 2, b"")


def test_a_sparkline_goes_from_the_lowest_to_the_highest() -> None:
    assert summarize(a_history(1.0, 3.0, 2.0), Goal.MIN).heights == bytes([0, 255, 127])


def test_a_sparkline_of_a_long_curve_has_its_first_and_its_last_point() -> None:
    heights = summarize(a_history(*map(float, range(1000))), Goal.MAX).heights

    assert (len(heights), heights[0], heights[-1]) == (24, 0, 255)


@pytest.mark.parametrize("values", [(1.0,), (nan, nan), (nan, 1.0)])
def test_one_point_is_no_curve(values: tuple[float, ...]) -> None:
    assert summarize(a_history(*values), Goal.MIN).heights == b""


def test_a_flat_curve_lies_in_the_middle() -> None:
    assert summarize(a_history(5.0, 5.0), Goal.MIN).heights == bytes([127, 127])


@pytest.mark.parametrize(
    ("keys", "groups"),
    [
        (["loss/val", "loss/train"], (("loss", ("loss/train", "loss/val")),)),
        (["val_loss", "train_loss"], (("loss", ("train_loss", "val_loss")),)),
        (["valLoss", "trainLoss"], (("Loss", ("trainLoss", "valLoss")),)),
        (["val_loss"], (("val_loss", ("val_loss",)),)),  # no twin: its own name
        (["loss", "lr"], (("loss", ("loss",)), ("lr", ("lr",)))),
        (["train", "test"], (("test", ("test",)), ("train", ("train",)))),
    ],
)
def test_metrics_that_differ_by_the_split_are_drawn_together(
    keys: list[str], groups: tuple[tuple[str, tuple[str, ...]], ...]
) -> None:
    assert group_by_split(keys) == groups


@pytest.mark.parametrize(
    ("key", "split"), [("val/loss", "val"), ("trainLoss", "train"), ("lr", "")]
)
def test_the_split_in_a_name(key: str, split: str) -> None:
    assert split_of(key) == split
