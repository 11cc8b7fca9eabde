"""The runs of a project by entry point, as its page lists them."""

from typing import Any

from reportgen.analysis.metrics import Goal
from reportgen.analysis.standings import Judge
from reportgen.analysis.summary import RunSummary
from reportgen.model import EntryPoint, Parameter, Project, RunStatus
from reportgen.views.project_runs import MOST_RUNS, EntryRuns, Judged, entry_runs
from tests.builders import a_summary

TRAIN = EntryPoint("train", "x {lr} {note} {seed}", tuple(map(Parameter, ("lr", "note", "seed"))))
PROJECT = Project("lab", entry_points=(EntryPoint("main", "x"), TRAIN))
JUDGED = {"7": Judged("wine", Judge("acc", Goal.MAX))}


def launched(name: str, entry: str = "train", **more: Any) -> RunSummary:
    return a_summary(name, tags={"mlflow.project.entryPoint": entry}, **more)


def of(*runs: RunSummary) -> tuple[tuple[EntryRuns, ...], tuple[EntryRuns, ...]]:
    return entry_runs(PROJECT, runs, JUDGED, "projects/lab/k.html")


def table(*runs: RunSummary) -> EntryRuns:
    return of(*runs)[0][0]


def marked(shown: EntryRuns) -> list[str]:
    return [run.link.text for run in shown.runs if any(chip.text == "Best" for chip in run.chips)]


def test_entry_points_come_as_the_project_has_them_and_others_after_them() -> None:
    declared, others = of(launched("a"), launched("b", "old"), launched("c", "main"))

    assert [one.name for one in declared] == ["main", "train"]
    assert [one.name for one in others] == ["old"]


def test_values_are_shown_as_they_were_given() -> None:
    shown = table(launched("a", params={"lr": "0.1", "note": "'two words'"}))

    assert [value.value for value in shown.runs[0].values] == ["0.1", "two words"]


def test_only_parameters_that_tell_runs_apart_have_columns() -> None:
    shown = table(
        launched("a", params={"lr": "0.1", "note": "x", "seed": "1"}),
        launched("b", params={"lr": "0.2", "note": "x", "seed": "2"}),
    )

    assert shown.columns == ("lr", "seed")
    assert [(pair.name, pair.value) for pair in shown.constant] == [("note", "x")]


def test_what_the_code_logged_besides_is_no_parameter() -> None:
    assert table(launched("a", params={"lr": "0.1", "depth": "3"})).columns == ("lr",)


def test_a_long_value_shows_both_its_ends() -> None:
    long = "file:///home/ada/lab/mlruns/0/3f2a/artifacts/data"
    (value, *_) = table(launched("a", params={"lr": long})).runs[0].values

    assert (value.name, value.value) == (long, "file:///h…2a/artifacts/data"[:9] + "…" + long[-20:])


def test_the_best_by_the_main_metric_of_the_experiment_is_marked() -> None:
    shown = table(
        launched("a", metrics={"acc": 0.8, "loss": 1.0}),
        launched("b", metrics={"acc": 0.9, "loss": 2.0}),
    )

    assert marked(shown) == ["b"]
    assert shown.note == "2 runs, highest acc 0.9000"
    assert [(run.metric, run.result) for run in shown.runs] == [
        ("acc", "0.8000"),
        ("acc", "0.9000"),
    ]


def test_runs_without_that_metric_are_judged_by_their_own() -> None:
    shown = table(launched("a", metrics={"rmse": 2.0}), launched("b", metrics={"rmse": 3.0}))

    assert marked(shown) == ["a"]
    assert shown.note == "2 runs, lowest rmse 2"


def test_a_single_run_is_not_called_the_best() -> None:
    failed = launched("b", metrics={"acc": 0.9}, status=RunStatus.FAILED)

    assert marked(table(launched("a", metrics={"acc": 0.8}), failed)) == []


def test_the_newest_are_listed_and_the_best_is_of_all() -> None:
    runs = [launched(f"r{place}", metrics={"acc": place / 100}) for place in range(MOST_RUNS + 5)]
    shown = table(*runs)

    assert len(shown.runs) == MOST_RUNS
    assert shown.note.startswith(f"the newest {MOST_RUNS} of {MOST_RUNS + 5} runs, highest acc")


def test_the_way_to_all_of_them_filters_the_table_of_their_experiment() -> None:
    (link,) = table(launched("a"), launched("b")).experiments

    assert link.text == "wine: 2 runs"
    assert link.href == (
        "../../experiments/7/index.html?q=attributes.entry_point%20%3D%20%22train%22#runs"
    )
