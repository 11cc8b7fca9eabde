"""Who is best in an experiment, and who belongs under whom."""

from math import nan

import pytest

from reportgen.analysis.metrics import Goal
from reportgen.analysis.standings import Judge, families, goals_of, judge_of, judged_value, ranked
from reportgen.analysis.summary import RunSummary
from reportgen.model import RunStatus
from tests.builders import NOON, a_summary

LOSS = Judge("loss", Goal.MIN)


def names(runs: tuple[RunSummary, ...]) -> list[str]:
    return [run.name for run in runs]


# Who is best


def test_the_lowest_loss_is_first() -> None:
    runs = [a_summary("slow", metrics={"loss": 0.3}), a_summary("fast", metrics={"loss": 0.1})]

    assert names(ranked(runs, LOSS)) == ["fast", "slow"]


def test_the_highest_accuracy_is_first() -> None:
    runs = [a_summary("a", metrics={"acc": 0.8}), a_summary("b", metrics={"acc": 0.9})]

    assert names(ranked(runs, Judge("acc", Goal.MAX))) == ["b", "a"]


def test_a_run_is_judged_by_its_best_step_not_by_its_last() -> None:
    run = a_summary(metrics={"loss": (0.5, 0.2, 0.4)})

    assert judged_value(run, LOSS) == 0.2


def test_a_run_is_judged_in_the_direction_of_the_judge() -> None:
    """The experiment's own hint may differ from the metric's name."""
    run = a_summary(metrics={"loss": (0.5, 0.2, 0.4)})

    assert judged_value(run, Judge("loss", Goal.MAX)) == 0.5


def test_without_a_direction_the_last_value_is_the_runs_own() -> None:
    assert judged_value(a_summary(metrics={"lr": (0.5, 0.2)}), Judge("lr")) == 0.2


def test_a_tie_goes_to_the_run_that_started_earlier() -> None:
    late = a_summary("late", metrics={"loss": 0.1}, started=NOON + 1)
    early = a_summary("early", metrics={"loss": 0.1}, started=NOON)

    assert names(ranked([late, early], LOSS)) == ["early", "late"]


def test_a_tie_at_the_same_time_goes_to_the_smaller_id() -> None:
    runs = [a_summary("b", metrics={"loss": 0.1}), a_summary("a", metrics={"loss": 0.1})]

    assert names(ranked(runs, LOSS)) == ["a", "b"]


@pytest.mark.parametrize(
    "unfit",
    [
        {"deleted": True},
        {"status": RunStatus.FAILED},
        {"status": RunStatus.KILLED},
        {"metrics": {"loss": nan}},
        {"metrics": {"other": 0.0}},
    ],
    ids=str,
)
def test_who_is_not_ranked(unfit: dict[str, object]) -> None:
    run = a_summary(**{"metrics": {"loss": 0.0}, **unfit})

    assert ranked([run], LOSS) == ()


def test_a_run_that_still_trains_is_ranked() -> None:
    run = a_summary(metrics={"loss": 0.1}, status=RunStatus.RUNNING, ended=None)

    assert ranked([run], LOSS) == (run,)


def test_nobody_is_ranked_where_the_direction_is_not_known() -> None:
    assert ranked([a_summary(metrics={"lr": 0.1})], Judge("lr")) == ()


# By which metric


def test_the_likeliest_metric_judges() -> None:
    runs = [a_summary(metrics={"accuracy": 0.9, "loss": 0.1})]

    assert judge_of(runs, {}, {}, "") == Judge("accuracy", Goal.MAX)


def test_the_metric_that_the_user_named_judges() -> None:
    runs = [a_summary(metrics={"accuracy": 0.9, "loss": 0.1})]

    assert judge_of(runs, {}, {}, "loss").metric == "loss"


def test_the_direction_that_the_user_named_counts() -> None:
    runs = [a_summary(metrics={"lr": 0.1})]

    assert judge_of(runs, {}, {"lr": Goal.MAX}, "lr") == Judge("lr", Goal.MAX, "settings")


def test_the_experiments_own_hint_counts() -> None:
    runs = [a_summary(metrics={"accuracy": 0.9, "lr": 0.1})]
    tags = {
        "mlflow.experiment.primaryMetric.name": "lr",
        "mlflow.experiment.primaryMetric.greaterIsBetter": "False",
    }

    assert judge_of(runs, tags, {}, "") == Judge("lr", Goal.MIN, "tags")


def test_the_user_goes_before_the_experiments_own_hint() -> None:
    runs = [a_summary(metrics={"accuracy": 0.9, "lr": 0.1})]
    tags = {"mlflow.experiment.primaryMetric.name": "lr"}

    assert judge_of(runs, tags, {}, "accuracy").metric == "accuracy"


def test_metrics_of_deleted_runs_do_not_judge() -> None:
    runs = [a_summary(metrics={"accuracy": 0.9}, deleted=True)]

    assert judge_of(runs, {}, {}, "") == Judge()


# Families


@pytest.mark.parametrize(
    ("runs", "placed"),
    [
        # (name, parent) in the order of the table → name at its depth
        ([("a", ""), ("b", "")], ["a", "b"]),
        ([("parent", ""), ("other", ""), ("child", "parent")], ["parent", "  child", "other"]),
        # a family stands where its best member does
        ([("child", "parent"), ("other", ""), ("parent", "")], ["parent", "  child", "other"]),
        (
            [("grandchild", "child"), ("child", "parent"), ("parent", "")],
            ["parent", "  child", "    grandchild"],
        ),
        # children keep the order of the table
        ([("2", "p"), ("p", ""), ("1", "p")], ["p", "  2", "  1"]),
        # a parent that is not here leaves nobody out
        ([("child", "elsewhere")], ["child"]),
        # circles are cut, and nobody is lost or shown twice
        ([("a", "a")], ["a"]),
        ([("a", "b"), ("b", "a")], ["b", "  a"]),
        ([("tail", "a"), ("a", "b"), ("b", "a")], ["b", "  a", "    tail"]),
    ],
    ids=str,
)
def test_children_stand_below_their_parents(runs: list[tuple[str, str]], placed: list[str]) -> None:
    found = families([a_summary(name, parent=parent) for name, parent in runs])

    assert ["  " * depth + run.name for run, depth in found] == placed


def test_a_very_deep_family_is_placed() -> None:
    chain = [a_summary(str(n), parent=str(n - 1) if n else "") for n in range(3000)]

    assert families(chain)[-1] == (chain[-1], 2999)


def test_the_tags_of_an_experiment_tell_a_direction_unless_the_user_does() -> None:
    tags = {
        "mlflow.experiment.primaryMetric.name": "score",
        "mlflow.experiment.primaryMetric.greaterIsBetter": "False",
    }

    assert goals_of(tags, {}) == {"score": Goal.MIN}
    assert goals_of(tags, {"score": Goal.MAX}) == {"score": Goal.MAX}
