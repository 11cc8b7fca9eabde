"""Environments over all runs: which were used where, and what came of it when only they changed."""

from typing import Any

from reportgen.analysis.environment_uses import (
    Judged,
    OnlyEnvironment,
    UsedEnvironment,
    only_environment_changed,
    used_environments,
    used_packages,
)
from reportgen.analysis.metrics import Goal
from reportgen.analysis.standings import Judge
from reportgen.analysis.summary import RunSummary
from reportgen.model import Environment, Requirement
from tests.builders import MINUTE, NOON, a_summary

BY_ACCURACY = Judge("acc", Goal.MAX)


def with_numpy(version: str, python: str = "3.11.7") -> Environment:
    return Environment(python=python, pip=(Requirement("numpy", version),))


def a_value(name: str, acc: float, **changes: Any) -> RunSummary:
    return a_summary(name, **{"metrics": {"acc": acc}, "params": {"lr": "0.1"}, **changes})


def used(*runs: tuple[RunSummary, Environment]) -> tuple[UsedEnvironment, ...]:
    return used_environments((run, repr(env), env) for run, env in runs)


def found(*runs: tuple[RunSummary, Environment]) -> tuple[OnlyEnvironment, ...]:
    judged = Judged("7", "wine", BY_ACCURACY, [run for run, _ in runs])
    return only_environment_changed([judged], used(*runs))


OLD, NEW = with_numpy("==1.26.4"), with_numpy("==2.1.0")


def test_runs_with_the_same_environment_stand_together_the_most_used_first() -> None:
    groups = used((a_value("a", 1), OLD), (a_value("b", 1), NEW), (a_value("c", 1), NEW))

    assert [[run.name for run in one.runs] for one in groups] == [["b", "c"], ["a"]]


def test_runs_without_an_environment_are_left_out() -> None:
    assert used_environments([(a_value("a", 1), "", None)]) == ()


def test_versions_of_a_package_are_counted_over_the_runs() -> None:
    runs = [(a_value(str(n), 1), NEW) for n in range(3)]
    python, numpy = used_packages(used(*runs, (a_value("a", 1), OLD)))

    assert [(one.asked, one.runs) for one in python.versions] == [("3.11.7", 4)]
    assert [(one.asked, one.runs) for one in numpy.versions] == [("==2.1.0", 3), ("==1.26.4", 1)]
    assert (python.differs, numpy.differs) == (False, True)


def test_a_package_that_some_runs_lack_differs() -> None:
    _, numpy = used_packages(
        used((a_value("a", 1), OLD), (a_value("b", 1), Environment(python="3.11.7")))
    )

    assert (numpy.missing, numpy.differs) == (1, True)


def test_python_goes_first_and_the_others_by_name() -> None:
    pip = (Requirement("Zope", ""), Requirement("absl-py", ""))
    names = used_packages(used((a_value("a", 1), Environment(python="3.12", pip=pip))))

    assert [one.name for one in names] == ["python", "absl-py", "Zope"]


def test_a_change_of_the_metric_when_only_the_environment_changed() -> None:
    (one,) = found((a_value("a", 0.8), OLD), (a_value("b", 0.9, started=NOON + MINUTE), NEW))

    assert (one.before.runs[0].name, one.after.runs[0].name) == ("a", "b")
    assert [(change.name, change.kind) for change in one.packages] == [("numpy", "up")]
    assert (round(one.change, 6), one.better) == (0.1, True)


def test_a_metric_that_stayed_is_told_as_such() -> None:
    (one,) = found((a_value("a", 0.8), OLD), (a_value("b", 0.8 + 1e-15, started=NOON + 1), NEW))

    assert (one.change, one.better) == (0.0, None)


def test_several_runs_of_an_environment_count_by_their_mean() -> None:
    later = NOON + MINUTE
    (one,) = found(
        (a_value("a", 0.7), OLD),
        (a_value("b", 0.9), OLD),
        (a_value("c", 0.6, started=later), NEW),
    )

    assert (one.before.mean, one.before.low, one.before.high) == (0.8, 0.7, 0.9)
    assert one.better is False


def test_environments_are_compared_in_the_order_of_their_first_runs() -> None:
    third = with_numpy("==2.2.0")
    changes = found(
        (a_value("c", 0.7, started=NOON + 2 * MINUTE), third),
        (a_value("a", 0.5), OLD),
        (a_value("b", 0.5, started=NOON + MINUTE), NEW),
    )

    assert [(one.before.runs[0].name, one.after.runs[0].name) for one in changes] == [
        ("b", "c"),
        ("a", "b"),
    ]


def test_runs_that_differ_in_anything_else_tell_nothing() -> None:
    for other in (
        {"params": {"lr": "0.2"}},
        {"tags": {"mlflow.source.git.commit": "abc"}},
        {"tags": {"mlflow.project.entryPoint": "other"}},
        {"deleted": True},
        {"metrics": {}},
    ):
        assert found((a_value("a", 0.8), OLD), (a_value("b", 0.9, **other), NEW)) == ()


def test_without_a_direction_a_change_is_neither_better_nor_worse() -> None:
    runs = [(a_value("a", 0.8), OLD), (a_value("b", 0.9, started=NOON + 1), NEW)]
    judged = Judged("7", "wine", Judge("acc"), [run for run, _ in runs])
    (one,) = only_environment_changed([judged], used(*runs))

    assert one.change and one.better is None
