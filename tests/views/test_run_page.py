"""What the page of a run says."""

import re
from collections.abc import Mapping
from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest

from reportgen.analysis.environments import PackageChange
from reportgen.analysis.metrics import Goal, summaries_of
from reportgen.errors import Problem
from reportgen.model import Environment, Requirement, Run, RunStatus
from reportgen.views import addresses
from reportgen.views.run import Baseline, ModelLink, RunInputs, RunPage, run_page
from reportgen.views.run_metrics import Rest
from tests.builders import MINUTE, NOON, a_dataset, a_model, a_ref, a_run, an_artifact

COMMIT = "4f1c2d3e5a6b7c8d9e0f4f1c2d3e5a6b7c8d9e0f"


def page_of(run: Run, *, main: str = "", **inputs: Any) -> RunPage:
    contents: Mapping[str, bytes] = inputs.pop("contents", {})
    given = RunInputs(run=run, experiment_name="wine", main=main, **{"goals": {}, **inputs})
    address = addresses.run(run.id, "abc")
    summaries = summaries_of(run.metrics, given.goals)
    return run_page(given, summaries, address=address, key="abc", contents=contents)


def against(what: str, name: str, **params: str) -> Baseline:
    return Baseline(what, a_ref(name), params)


# The head


def test_a_run_is_called_by_its_name() -> None:
    page = page_of(a_run("fast"))

    assert (page.name, page.head.title, page.run_id) == ("fast", "fast", "id-fast")


@pytest.mark.parametrize("name", ["", "  "])
def test_a_run_that_nobody_named_is_called_by_its_id(name: str) -> None:
    assert page_of(a_run(name, id="83cf2e9667fa48e6")).name == "83cf2e96"


def test_the_way_up_leads_to_the_newest_page_of_the_experiment() -> None:
    (up, here) = page_of(a_run("fast")).head.crumbs

    assert (up.text, up.href) == ("wine", "../experiments/7/index.html")
    assert (here.text, here.href) == ("fast", "")


@pytest.mark.parametrize(
    ("changes", "chips"),
    [
        ({}, ["Finished"]),
        ({"status": RunStatus.FAILED}, ["Failed"]),
        ({"status": RunStatus.RUNNING, "ended": None}, ["Running"]),
        ({"status": RunStatus.UNKNOWN}, ["Status unknown"]),
        ({"deleted": True}, ["Finished", "Deleted"]),
    ],
    ids=str,
)
def test_the_state_of_a_run(changes: dict[str, Any], chips: list[str]) -> None:
    assert [chip.text for chip in page_of(a_run(**changes)).chips] == chips


def test_who_when_and_how_long() -> None:
    facts = {fact.icon: fact.text for fact in page_of(a_run()).facts}

    assert facts == {"user": "ada", "cal": "24 Nov 2026, 12:00 UTC", "clock": "1 min"}


def test_a_run_that_still_trains_has_no_duration() -> None:
    facts = page_of(a_run(status=RunStatus.RUNNING, ended=None)).facts

    assert "clock" not in [fact.icon for fact in facts]


def test_the_commit_leads_to_its_forge() -> None:
    tags = {
        "mlflow.source.git.commit": COMMIT,
        "mlflow.source.git.repoURL": "git@github.com:lab/wine.git",
        "mlflow.source.git.branch": "main",
    }

    (fact,) = [fact for fact in page_of(a_run(tags=tags)).facts if fact.icon == "branch"]

    assert fact.text == "main@4f1c2d3e"
    assert fact.href == f"https://github.com/lab/wine/commit/{COMMIT}"


def test_a_commit_of_nowhere_is_shown_without_a_link() -> None:
    run = a_run(tags={"mlflow.source.git.commit": COMMIT})

    (fact,) = [fact for fact in page_of(run).facts if fact.icon == "branch"]

    assert (fact.text, fact.href) == ("4f1c2d3e", "")


def test_no_home_folder_is_published() -> None:
    tags = {
        "mlflow.source.name": "/home/ada/wine/train.py",
        "mlflow.project.env": "/home/ada/.conda",
    }
    run = a_run(tags=tags, artifact_uri="/home/ada/mlruns/7", artifacts_missing="Not here.")

    assert "/home/ada" not in repr(page_of(run))


def test_no_credentials_are_published() -> None:
    run = a_run(tags={"mlflow.source.git.repoURL": "https://ada:s3cret@github.com/lab/wine"})

    assert "s3cret" not in repr(page_of(run))


def test_the_unpublished_changes_of_the_code_are_not_published() -> None:
    run = a_run(tags={"mlflow.source.git.diff": "+ password = 'swordfish'"})

    assert "swordfish" not in repr(page_of(run))


# What changed


def test_parameters_are_compared_with_those_of_the_parent_and_of_the_run_before() -> None:
    baselines = (against("its parent", "sweep", lr="0.1"), against("the run before it", "slow"))

    page = page_of(a_run(params={"lr": "0.2"}), baselines=baselines)

    assert [diff.title for diff in page.diffs] == [
        "Against its parent",
        "Against the run before it",
    ]
    assert page.diffs[0].run.href == "index.html?id=id-sweep"


def test_a_comparison_says_from_what_to_what() -> None:
    baseline = against("its parent", "sweep", lr="0.1", old="x", seed="7")

    (diff,) = page_of(
        a_run(params={"lr": "0.2", "new": "", "seed": "7"}), baselines=(baseline,)
    ).diffs

    assert [(row.name, row.before, row.after, row.kind) for row in diff.rows] == [
        ("lr", "0.1", "0.2", "changed"),
        ("new", "", "", "added"),
        ("old", "x", "", "removed"),
    ]
    assert [(pair.name, pair.value) for pair in diff.equal] == [("seed", "7")]
    assert diff.summary == "3 parameters differ, 1 equal."


@pytest.mark.parametrize(
    ("before", "after", "summary"),
    [
        ({"lr": "1"}, {"lr": "2"}, "1 parameter differs, none equal."),
        ({"lr": "1"}, {"lr": "1"}, "No parameter differs, 1 equal."),
        ({"a": "1", "b": "2"}, {"a": "1", "b": "2"}, "No parameter differs, 2 equal."),
        ({}, {}, "Neither has any."),
    ],
)
def test_a_comparison_in_one_sentence(
    before: dict[str, str], after: dict[str, str], summary: str
) -> None:
    baseline = against("its parent", "sweep", **before)

    assert page_of(a_run(params=after), baselines=(baseline,)).diffs[0].summary == summary


def test_parameters_that_differ_are_marked_in_the_list() -> None:
    page = page_of(
        a_run(params={"lr": "0.2", "seed": "7"}),
        baselines=(against("its parent", "sweep", lr="0.1", seed="7"),),
    )

    assert [(pair.name, pair.marked) for pair in page.params] == [("lr", True), ("seed", False)]
    assert page.params_note == "differs from its parent"


def test_without_anything_to_compare_with_nothing_is_marked() -> None:
    page = page_of(a_run(params={"lr": "0.2"}))

    assert (page.diffs, page.params[0].marked, page.params_note) == ((), False, "")


# Metrics


def test_a_metric_in_numbers() -> None:
    (row,) = page_of(a_run(metrics={"loss": (0.5, 0.2, 0.4)})).metrics

    assert (
        row.name,
        row.goal,
        row.last,
        row.best,
        row.best_step,
        row.low,
        row.high,
        row.points,
    ) == (*("loss", "lower is better", "0.4000", "0.2000", "1", "0.2000", "0.5000", "3"),)


def test_the_direction_that_the_user_named_is_the_one_that_is_told() -> None:
    page = page_of(a_run(metrics={"loss": (0.5, 0.2)}), goals={"loss": Goal.MAX})

    assert (page.metrics[0].goal, page.metrics[0].best) == ("higher is better", "0.5000")


def test_nothing_is_called_best_where_no_direction_is_known() -> None:
    (row,) = page_of(a_run(metrics={"lr": (0.5, 0.2)})).metrics

    assert (row.goal, row.best, row.best_step) == ("", "–", "")


def test_values_that_are_no_numbers_are_told() -> None:
    (row,) = page_of(a_run(metrics={"loss": (0.5, nan, inf)})).metrics

    assert (row.last, row.points) == ("∞", "3 (2 not finite)")


def test_a_metric_of_one_point_has_no_chart() -> None:
    page = page_of(a_run(metrics={"accuracy": 0.9}))

    assert (page.curves, len(page.metrics)) == ((), 1)


def test_training_and_validation_share_a_chart() -> None:
    (card,) = page_of(a_run(metrics={"loss/train": (0.5, 0.2), "loss/val": (0.6, 0.3)})).curves

    assert (card.title, [entry.label for entry in card.legend]) == ("loss", ["train", "val"])
    assert card.metrics == '["loss/train", "loss/val"]'


def test_a_long_curve_is_thinned_and_says_so() -> None:
    (card,) = page_of(a_run(metrics={"loss": tuple(1 / (n + 1) for n in range(2000))})).curves

    assert re.fullmatch(r"[45]\d\d of 2,000 points", card.note)
    assert [link.href for link in card.histories] == ["id-baseline.abc.loss.csv"]


def wide(metrics: int) -> RunPage:
    return page_of(a_run(metrics={f"m{n:03}": (0.5, 0.2) for n in range(metrics)}), main="m299")


def test_a_run_of_few_metrics_has_all_on_its_page() -> None:
    page = wide(24)

    assert (len(page.curves), len(page.metrics)) == (24, 24)
    assert (page.rest, "wide" in page.head.scripts) == (Rest(), False)


def test_of_very_many_metrics_the_page_has_the_first_with_the_one_that_judges() -> None:
    page = wide(300)

    assert [card.title for card in page.curves[:2]] == ["m299", "m000"]
    assert (len(page.curves), page.rest.curves) == (24, "Curves of the first 24 of 300 metrics.")
    assert (page.metrics[0].name, len(page.metrics)) == ("m299", 200)
    assert page.rest.rows == "The first 200 of 300 metrics in numbers."
    assert "wide" in page.head.scripts


def test_all_metrics_are_in_a_table_beside_the_page() -> None:
    rest = wide(300).rest

    ((address, table),) = rest.made.items()
    lines = table.decode().splitlines()
    assert rest.csv and address == f"runs/{rest.csv.href}" == "runs/id-baseline.abc.csv"
    assert (len(lines), lines[1]) == (301, "m000,0.2,,,0.2,0.5,2,0")


def test_machine_metrics_stand_apart() -> None:
    page = page_of(a_run(metrics={"system/cpu": (50.0, 60.0), "loss": (0.5, 0.2)}))

    assert [card.title for card in page.curves] == ["loss"]
    assert [card.title for card in page.system] == ["system/cpu"]
    assert [row.name for row in page.metrics] == ["loss"]


def test_the_headline_is_the_metric_that_the_experiment_is_judged_by() -> None:
    page = page_of(a_run(metrics={"accuracy": (0.8, 0.9), "loss": (0.5, 0.2)}), main="loss")

    first = page.tiles[0]
    assert (first.name, first.value) == ("loss", "0.2000")
    assert first.note == "best, at step 1 · last 0.2000"


# Navigation


def test_only_sections_that_are_there_are_named() -> None:
    assert [section.id for section in page_of(a_run()).sections] == [
        *("overview", "environment", "provenance"),
    ]


def test_sections_are_named_in_order_and_counted() -> None:
    run = a_run(
        params={"lr": "0.1"},
        metrics={"loss": (0.5, 0.2), "accuracy": 0.9},
        datasets=(a_dataset(),),
        artifacts=(an_artifact(),),
        tags={"mlflow.note.content": "A note."},
        problems=(Problem("mlruns/7/x", "It is broken."),),
    )

    sections = page_of(run, children=(a_ref("child"),)).sections

    assert [(section.id, section.count) for section in sections] == [
        ("overview", ""),
        ("metrics", "2"),
        ("params", "1"),
        ("children", "1"),
        ("datasets", "1"),
        ("artifacts", ""),
        ("notes", ""),
        ("problems", "1"),
        ("environment", ""),
        ("provenance", ""),
    ]


def test_machine_metrics_alone_make_no_section_of_metrics() -> None:
    page = page_of(a_run(metrics={"system/cpu": (50.0, 60.0)}))

    assert "metrics" not in [section.id for section in page.sections]


# The rest


def test_tags_of_people_and_of_mlflow_stand_apart() -> None:
    page = page_of(a_run(tags={"team": "wine", "mlflow.source.type": "LOCAL"}))

    assert [tag.name for tag in page.tags] == ["team"]
    assert [tag.name for tag in page.system_tags] == ["mlflow.source.type"]


def test_a_dataset_with_its_schema() -> None:
    (card,) = page_of(a_run(datasets=(a_dataset("wine", "training"),))).datasets

    assert (card.name, card.context, card.columns_note) == ("wine", "training", "1 column")
    assert {fact.name: (fact.value, fact.href) for fact in card.facts} == {
        "digest": ("6a1b2c3d", ""),
        "source": ("https://example.org/wine.csv", "https://example.org/wine.csv"),
        "num_rows": ("178", ""),
    }


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('{"uri": "/home/ada/wine.csv"}', ["~/wine.csv"]),
        ('{"uri": "s3://bucket/wine"}', ["s3://bucket/wine"]),
        ("plain text", ["plain text"]),
        ('{"tags": {}}', []),
        ("[" * 100_000, ["[" * 100_000]),
        ("", []),
    ],
    ids=lambda value: str(value)[:30],
)
def test_where_a_dataset_came_from(source: str, shown: list[str]) -> None:
    (card,) = page_of(a_run(datasets=(a_dataset(source=source, source_type="local"),))).datasets

    assert [fact.value for fact in card.facts if fact.name == "source"] == shown


def test_a_dataset_leads_nowhere_but_to_the_web() -> None:
    run = a_run(datasets=(a_dataset(source='{"url": "javascript:alert(1)"}'),))

    assert [fact.href for fact in page_of(run).datasets[0].facts if fact.href] == []


def test_children_are_found_by_their_ids() -> None:
    """Never by a page of theirs, which may still change."""
    child = a_ref("child", status=RunStatus.FAILED, ended=NOON + 2 * MINUTE)

    (row,) = page_of(a_run(), children=(child,)).children

    assert (row.link.text, row.link.href) == ("child", "index.html?id=id-child")
    assert (row.chip.text, row.duration) == ("Failed", "2 min")


def test_of_very_many_children_the_first_are_shown() -> None:
    page = page_of(a_run(), children=tuple(a_ref(str(n)) for n in range(201)))

    assert (len(page.children), page.children_note) == (200, "the first 200 of 201")


def test_a_model_of_the_run_leads_to_its_page() -> None:
    link = ModelLink(a_model(), "models/m-classifier/abc.html", step=1000)

    (card,) = page_of(a_run(), models=(link,)).models

    assert (card.name, card.href, card.note, card.uri) == (
        "classifier",
        "../models/m-classifier/abc.html",
        "step 1,000",
        "models:/m-classifier",
    )


def test_the_files_of_a_model_are_on_the_models_page() -> None:
    """Before MLflow 3 they lie among the run's artifacts."""
    model = replace(a_model(), artifact_path="model", run_id="id-baseline")
    run = a_run(artifacts=(an_artifact("model/MLmodel"), an_artifact("roc.png")), models=(model,))

    assert [row.name for row in page_of(run).artifacts.rows] == ["roc.png"]


def test_the_environment_with_its_pins() -> None:
    pins = (Requirement("scikit-learn", "==1.4.2", "scikit-learn==1.4.2"),)
    environment = Environment(files=("requirements.txt",), python="3.11.7", pip=pins)

    listed = page_of(a_run(), environment=environment).environment

    assert listed.text == "scikit-learn==1.4.2"
    assert [(fact.name, fact.value) for fact in listed.facts] == [
        ("Python", "3.11.7"),
        ("pip", "1 package, pinned"),
    ]


def test_the_packages_that_differ_from_the_run_before() -> None:
    packages = (
        PackageChange("numpy", "pip", "==1.26.4", "==2.1.0", "up"),
        PackageChange("scipy", "conda", None, "", "added"),
    )
    before = Baseline("the run before it", a_ref("before"), {"lr": "0.1"}, packages)

    (diff,) = page_of(a_run(params={"lr": "0.1"}), baselines=(before,)).diffs

    assert diff.summary == "No parameter differs, 1 equal. 2 packages differ."
    assert [(row.name, row.by, row.before, row.after, row.chip.text) for row in diff.packages] == [
        ("numpy", "", "==1.26.4", "==2.1.0", "up"),
        ("scipy", "conda", "", "any version", "added"),
    ]


@pytest.mark.parametrize(("packages", "said"), [((), " The environment is the same."), (None, "")])
def test_equal_environments_are_told_from_unknown_ones(packages: Any, said: str) -> None:
    before = Baseline("its parent", a_ref("before"), {}, packages)

    (diff,) = page_of(a_run(), baselines=(before,)).diffs

    assert diff.summary == f"Neither has any.{said}"


def test_an_environment_that_nobody_recorded_is_said_to_be_so() -> None:
    assert page_of(a_run()).environment.note == "No environment is recorded."


def test_a_note_opens_the_page_and_stands_in_full_below() -> None:
    page = page_of(a_run(tags={"mlflow.note.content": "A baseline. It is *slow*."}))

    assert page.lede == "A baseline."
    assert page.note == "<p>A baseline. It is <em>slow</em>.</p>"


def test_problems_of_the_run_are_on_its_page() -> None:
    run = a_run(problems=(Problem("mlruns/7/x", "It is broken.", "Mend it."),))

    (row,) = page_of(run).problems

    assert (row.path, row.what, row.hint) == ("mlruns/7/x", "It is broken.", "Mend it.")


def test_what_search_engines_are_told() -> None:
    page = page_of(a_run("fast", metrics={"loss": (0.5, 0.2)}, params={"lr": "1"}), main="loss")

    assert page.head.description == "Run fast, finished, loss 0.2000; 1 parameter."


def test_models_that_it_evaluated_are_linked() -> None:
    (card,) = page_of(a_run(), evaluated=(("m-1", "forest"),)).models

    assert (card.name, card.note, card.href) == ("forest", "evaluated", "../models/m-1/index.html")
