"""Databases written by real MLflow, compared with what that MLflow's own client says of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from reportgen.errors import Problem
from reportgen.sources.sql_store import SqlStore
from tests.sources.as_mlflow_says import Said, as_mlflow_says, in_our_form

DATABASES = ("v1.30-sqlite", "v2.9-sqlite", "v2.22-sqlite", "v3.17-sqlite", "v3.17-migrated")

EVALUATED = {
    "v3.17-sqlite": {
        "evaluation": ("m-ec7fb2e8c71440fcb3e097e66757a5e8",),
        "v3 features": ("m-c140f06edd5744d983563e343d0825a5",),
    },
    "v3.17-migrated": {
        "evaluation": ("m-380980e75ce24529a7480cdc546f9ae3",),
        "v3 features": ("m-0bddf84fa1234cb3b9c5c06bbf3beacc",),
    },
}
"""Models that runs evaluated, as the table `inputs` says: MLflow's search leaves them out."""

DELETED_MODELS = {"v3.17-sqlite": {"deleted model"}, "v3.17-migrated": {"deleted model"}}
"""Logged models that MLflow's search leaves out."""


@dataclass(frozen=True)
class Case:
    """A store, what we read of it, and what MLflow says."""

    name: str
    store: SqlStore
    read: Said
    expected: Said


@pytest.fixture(scope="module", params=DATABASES)
def case(request: pytest.FixtureRequest, stores: Mapping[str, Path]) -> Case:
    folder = stores[request.param]
    store = SqlStore(folder / "mlflow.db", "mlflow.db", (stores["v3.17-file"] / "mlruns",))
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    return Case(request.param, store, as_mlflow_says(store), in_our_form(expected))


@pytest.mark.parametrize("part", ["experiments", "registered_models", "model_versions"])
def test_every_one_is_as_mlflow_says(case: Case, part: str) -> None:
    assert case.read[part] == case.expected[part]


def test_every_run_is_there_and_no_other(case: Case) -> None:
    assert sorted(case.read["runs"]) == sorted(case.expected["runs"])


@pytest.mark.parametrize(
    "fact",
    [
        "experiment_id",
        "name",
        "status",
        "start_time",
        "end_time",
        "lifecycle_stage",
        "artifact_uri",
        "user_id",
        "params",
        "tags",
        "history",
        "metrics",
        "dataset_inputs",
        "model_outputs",
    ],
)
def test_the_facts_of_every_run_are_as_mlflow_says(case: Case, fact: str) -> None:
    for id_, run in case.read["runs"].items():
        assert run[fact] == case.expected["runs"][id_][fact]


def test_every_logged_model_is_as_mlflow_says(case: Case) -> None:
    read = case.read["logged_models"]

    assert {id_: read[id_] for id_ in case.expected["logged_models"]} == case.expected[
        "logged_models"
    ]


def test_only_deleted_models_are_read_beyond_those(case: Case) -> None:
    models = case.store.read_models(case.store.index().models)
    beyond = [model for model in models if model.id not in case.expected["logged_models"]]

    assert {model.name for model in beyond} == DELETED_MODELS.get(case.name, set())
    assert all(model.deleted for model in beyond)


def test_the_models_that_a_run_evaluated_are_read(case: Case) -> None:
    runs = case.store.read_runs(case.store.index().runs)

    assert {run.name: run.input_models for run in runs if run.input_models} == EVALUATED.get(
        case.name, {}
    )


def test_the_index_knows_of_a_run_what_the_run_says_of_itself(case: Case) -> None:
    refs = case.store.index().runs
    for ref, run in zip(refs, case.store.read_runs(refs), strict=True):
        assert (ref.name, ref.status, ref.started, ref.ended, ref.deleted, ref.parent_id) == (
            run.name,
            run.status,
            run.started,
            run.ended,
            run.deleted,
            run.parent_id,
        )
        assert ref.entry_point == run.tags.get("mlflow.project.entryPoint", "")


def test_every_dataset_has_a_schema(case: Case) -> None:
    runs = case.store.read_runs(case.store.index().runs)

    assert all(one.dataset.schema for run in runs for one in run.datasets)


def test_a_version_of_mlflow_3_knows_its_logged_model(case: Case) -> None:
    index = case.store.index()
    known = {ref.id for ref in index.models}
    for model in index.registered_models:
        for version in model.versions:
            assert (version.model_id in known) == version.source.startswith("models:/m-")


def test_every_artifact_on_disk_is_listed(case: Case, stores: Mapping[str, Path]) -> None:
    home = stores["v3.17-file" if case.name == "v3.17-migrated" else case.name] / "mlruns"
    index = case.store.index()
    for run in case.store.read_runs(index.runs):
        folder = home / run.experiment_id / run.id / "artifacts"

        assert {one.path for one in run.artifacts} == files_below(folder)
    for model in case.store.read_models(index.models):
        folder = home / model.experiment_id / "models" / model.id / "artifacts"

        assert {one.path for one in model.artifacts} == files_below(folder)


def test_every_model_folder_among_the_artifacts_is_a_model(case: Case) -> None:
    for run in case.store.read_runs(case.store.index().runs):
        paths = {one.path for one in run.artifacts if one.path.endswith("/MLmodel")}

        assert {f"{model.artifact_path}/MLmodel" for model in run.models} == paths
        assert all(model.mlmodel and model.mlmodel.flavors for model in run.models)


def test_nothing_is_a_problem(case: Case) -> None:
    index = case.store.index()
    problems: list[Problem] = list(index.problems)
    for run in case.store.read_runs(index.runs):
        problems += run.problems
        problems += (one for model in run.models for one in model.problems)
    for model in case.store.read_models(index.models):
        problems += model.problems

    assert problems == []


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
