"""Names in the settings that nothing in the sources has."""

from typing import Any

from reportgen.analysis.names import Names, names_nowhere, names_of
from tests.builders import a_summary

WINE = [a_summary("a", params={"rate": "1"}, metrics={"val/loss": 0.5}, tags={"team": "wine"})]


def told(**settings: Any) -> list[tuple[str, str]]:
    asked = {"metric": "", "metrics": {}, "goals": (), "columns": {}, **settings}
    found = names_nowhere({"wine": names_of(WINE), "empty": Names()}, **asked)
    return [(problem.what, problem.hint) for problem in found]


def test_names_that_there_are_are_no_problem() -> None:
    columns = {"": ["status", "best.val/loss", "params.rate", "tags.team"], "empty": ["params.x"]}

    assert told(metric="val/loss", metrics={"wine": "val/loss"}, columns=columns) == []


def test_a_metric_that_no_run_logged_is_told_with_the_nearest_one() -> None:
    assert told(metric="val/los") == [
        ("metric: no run logged a metric named 'val/los'.", "Did you mean 'val/loss'?")
    ]


def test_a_direction_of_a_metric_that_no_run_logged_is_told() -> None:
    assert told(goals=["val/loss", "val_loss"]) == [
        ("goals: no run logged a metric named 'val_loss'.", "Did you mean 'val/loss'?")
    ]


def test_an_experiment_that_there_is_not_is_told() -> None:
    assert told(metrics={"wines": "val/loss"}, columns={"beer": ["status"]}) == [
        ("metrics: there is no experiment named 'wines'.", "Did you mean 'wine'?"),
        ("columns: there is no experiment named 'beer'.", ""),
    ]


def test_a_metric_that_its_experiment_lacks_is_told() -> None:
    assert told(metrics={"wine": "accuracy"}) == [
        ("metrics: no run of 'wine' logged a metric named 'accuracy'.", "")
    ]


def test_columns_that_no_run_has_are_told() -> None:
    assert told(columns={"": ["params.rat", "tags.owner"], "wine": ["min.val_loss"]}) == [
        ("columns: no run has 'params.rat'.", "Did you mean 'params.rate'?"),
        ("columns: no run has 'tags.owner'.", ""),
        ("columns: no run of 'wine' has 'min.val_loss'.", "Did you mean 'min.val/loss'?"),
    ]
