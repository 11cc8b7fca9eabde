"""What is left out by pattern, and what must not tell of it."""

from dataclasses import replace

import pytest

from reportgen.errors import Problem
from reportgen.guard.door import Door, Guarded, at_the_door
from reportgen.guard.selection import Selection
from reportgen.model import (
    Artifact,
    EntryPoint,
    Experiment,
    LoggedModel,
    ModelRef,
    ModelVersion,
    Parameter,
    Project,
    RegisteredModel,
    Run,
    RunRef,
)
from reportgen.sources.catalog import Catalog
from tests.builders import a_run


def hiding(**patterns: str) -> Door:
    return Door(selection=Selection(hide={kind: (one,) for kind, one in patterns.items()}))


def keeping(**patterns: str) -> Door:
    return Door(selection=Selection(only={kind: (one,) for kind, one in patterns.items()}))


RUN = a_run(
    user="ann",
    params={"api_base": "x", "lr": "0.1"},
    tags={"mlflow.user": "ann", "team": "vision", "tmp.a": "1"},
    metrics={"loss": (3, 2), "system/cpu": 5},
    artifacts=tuple(Artifact(path, 1, "/x") for path in ("a.ckpt", "plots/a.png", "plots/b.svg")),
)


def names(run: Run) -> set[str]:
    return {*run.params, *run.tags, *run.metrics, *(one.path for one in run.artifacts)}


@pytest.mark.parametrize(
    ("kind", "pattern", "gone"),
    (
        ("params", "api_*", {"api_base"}),
        ("params", "*", {"api_base", "lr"}),
        ("tags", "tmp.?", {"tmp.a"}),
        ("tags", "mlflow.user", {"mlflow.user"}),
        ("metrics", "system/*", {"system/cpu"}),
        ("artifacts", "*.ckpt", {"a.ckpt"}),
        ("artifacts", "plots", {"plots/a.png", "plots/b.svg"}),
        ("artifacts", "plots/*.png", {"plots/a.png"}),
        ("params", "LR", set()),
    ),
)
def test_what_a_pattern_hides_is_gone_and_nothing_else(
    kind: str, pattern: str, gone: set[str]
) -> None:
    assert names(RUN) - names(hiding(**{kind: pattern}).run(RUN, "mlruns")) == gone


@pytest.mark.parametrize(
    ("kind", "pattern", "gone"),
    (
        ("params", "lr", {"api_base"}),
        ("tags", "team", {"tmp.a"}),
        ("metrics", "loss", {"system/cpu"}),
        ("artifacts", "plots", {"a.ckpt"}),
        ("artifacts", "*.svg", {"a.ckpt", "plots/a.png"}),
    ),
)
def test_of_a_kind_with_only_all_else_is_gone_but_what_mlflow_tags(
    kind: str, pattern: str, gone: set[str]
) -> None:
    assert names(RUN) - names(keeping(**{kind: pattern}).run(RUN, "mlruns")) == gone


def test_hide_goes_before_only() -> None:
    door = Door(selection=Selection({"params": ("lr",)}, {"params": ("*",)}))

    assert set(door.run(RUN, "mlruns").params) == {"api_base"}


def test_without_its_tag_the_user_of_a_run_is_not_told() -> None:
    assert hiding(tags="mlflow.user").run(RUN, "mlruns").user == ""


def test_a_problem_of_what_is_hidden_is_hidden_too() -> None:
    run = replace(RUN, problems=(Problem("mlruns/7/x/metrics/system/cpu", "Is cut off."),))

    assert hiding(metrics="system/*").run(run, "mlruns").problems == ()
    assert len(hiding(metrics="loss").run(run, "mlruns").problems) == 1


def test_a_model_in_a_hidden_folder_is_gone() -> None:
    model = LoggedModel("r/best/model", "best/model", "7", "r", artifact_path="best/model")

    assert hiding(artifacts="best").run(replace(RUN, models=(model,)), "mlruns").models == ()


class Named:
    """A store of which nothing is read."""

    label = "mlruns"

    def read_runs(self, refs: object) -> object:
        raise AssertionError("read")


CATALOG = Catalog(
    stores=(Named(),),
    experiments=(Experiment("1", "1", "final"), Experiment("2", "2", "scratch")),
    runs=(
        RunRef("parent", "1", 0, "1/parent", "debug sweep"),
        RunRef("child", "1", 0, "1/child", "try", parent_id="parent"),
        RunRef("other", "2", 0, "2/other", "try"),
    ),
    models=(
        ModelRef("m-debug", "1", "parent", 0, "x"),
        ModelRef("m-good", "1", "child", 0, "x"),
        ModelRef("m-other", "2", "", 0, "x"),
    ),
    registered_models=(
        RegisteredModel(
            "iris",
            versions=(
                ModelVersion("iris", 1, run_id="parent", source="runs:/parent/model"),
                ModelVersion("iris", 2, model_id="m-other", source="models:/m-other"),
                ModelVersion("iris", 3, run_id="child", source="runs:/child/model"),
            ),
        ),
    ),
    projects=(
        Project(
            ".",
            entry_points=(
                EntryPoint("main", "x --key {key}", (Parameter("key", default="x1y2"),)),
            ),
        ),
    ),
    problems=(Problem("mlruns/2/other", "Is cut off."), Problem("mlruns", "Is old.")),
)


def test_with_an_experiment_its_runs_models_and_problems_are_gone() -> None:
    catalog, _ = at_the_door(CATALOG, hiding(experiments="scratch"))

    assert [one.name for one in catalog.experiments] == ["final"]
    assert [one.id for one in catalog.runs] == ["parent", "child"]
    assert [one.id for one in catalog.models] == ["m-debug", "m-good"]
    assert [one.path for one in catalog.problems] == ["mlruns"]


def test_only_some_experiments_are_kept() -> None:
    catalog, _ = at_the_door(CATALOG, keeping(experiments="scr*"))

    assert [one.id for one in catalog.runs] == ["other"]


def test_with_a_run_its_models_are_gone_and_its_children_stand_by_themselves() -> None:
    catalog, door = at_the_door(CATALOG, hiding(runs="debug*"))

    assert [(one.id, one.parent_id) for one in catalog.runs] == [("child", ""), ("other", "")]
    assert [one.id for one in catalog.models] == ["m-good", "m-other"]
    child = a_run(
        tags={"mlflow.parentRunId": "parent"},
        input_models=("m-debug", "m-good"),
        output_models=(("m-debug", 0),),
    )
    assert "debug" not in repr(door.run(child, "mlruns"))
    assert "parent" not in repr(door.run(child, "mlruns").tags)


def test_a_run_may_be_named_by_its_id() -> None:
    catalog, _ = at_the_door(CATALOG, hiding(runs="other"))

    assert [one.id for one in catalog.runs] == ["parent", "child"]


def test_a_version_made_of_what_is_gone_says_nothing_of_it() -> None:
    catalog, _ = at_the_door(CATALOG, hiding(runs="debug*", experiments="scratch"))

    (model,) = catalog.registered_models
    assert [(one.run_id, one.model_id, one.source) for one in model.versions] == [
        ("", "", ""),
        ("", "", ""),
        ("child", "", "runs:/child/model"),
    ]


def test_a_param_that_is_hidden_is_none_of_an_entry_point() -> None:
    catalog, _ = at_the_door(CATALOG, hiding(params="key"))

    assert "x1y2" not in repr(catalog.projects)
    assert "key" not in repr(catalog.projects)


def test_what_is_gone_is_not_read() -> None:
    catalog, _ = at_the_door(CATALOG, hiding(runs="*"))

    assert catalog.runs == ()
    assert isinstance(catalog.stores[0], Guarded)


def test_without_patterns_nothing_is_gone() -> None:
    catalog, _ = at_the_door(CATALOG, Door())

    assert replace(catalog, stores=()) == replace(CATALOG, stores=())
