"""Databases written by real MLflow, compared with what that MLflow's own client says of them."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reportgen.errors import Problem
from reportgen.model import LoggedModel, RegisteredModel, Run
from reportgen.sources.sql_store import SqlStore
from reportgen.sources.store import StoreIndex

DATABASES = ("v1.30-sqlite", "v2.9-sqlite", "v2.22-sqlite", "v3.17-sqlite", "v3.17-migrated")

EVALUATED = {
    ("v3.17-sqlite", "evaluation"): ("m-ec7fb2e8c71440fcb3e097e66757a5e8",),
    ("v3.17-sqlite", "v3 features"): ("m-c140f06edd5744d983563e343d0825a5",),
    ("v3.17-migrated", "evaluation"): ("m-380980e75ce24529a7480cdc546f9ae3",),
    ("v3.17-migrated", "v3 features"): ("m-0bddf84fa1234cb3b9c5c06bbf3beacc",),
}
"""Models that runs evaluated, as the table `inputs` says: MLflow's search leaves them out."""

DELETED_MODELS = {"v3.17-sqlite": {"deleted model"}, "v3.17-migrated": {"deleted model"}}
"""Logged models that MLflow's search leaves out."""


@dataclass(frozen=True)
class Case:
    """What we read of a store, and what MLflow says."""

    name: str
    index: StoreIndex
    runs: Mapping[str, Run]
    models: Mapping[str, LoggedModel]
    expected: Mapping[str, Any]

    def pairs(self) -> Iterator[tuple[Run, Mapping[str, Any]]]:
        return ((run, self.expected["runs"][run.id]) for run in self.runs.values())


@pytest.fixture(scope="module", params=DATABASES)
def case(request: pytest.FixtureRequest, stores: Mapping[str, Path]) -> Case:
    folder = stores[request.param]
    store = SqlStore(folder / "mlflow.db", "mlflow.db", (stores["v3.17-file"] / "mlruns",))
    index = store.index()
    return Case(
        name=request.param,
        index=index,
        runs={run.id: run for run in store.read_runs(index.runs)},
        models={model.id: model for model in store.read_models(index.models)},
        expected=json.loads((folder / "expected.json").read_text("utf-8")),
    )


def test_every_experiment_is_as_mlflow_says(case: Case) -> None:
    read = {
        experiment.key: {
            "name": experiment.name,
            "artifact_location": experiment.artifact_location,
            "lifecycle_stage": "deleted" if experiment.deleted else "active",
            "creation_time": experiment.created,
            "last_update_time": experiment.updated,
            "tags": dict(experiment.tags),
        }
        for experiment in case.index.experiments
    }

    assert read == case.expected["experiments"]


def test_every_run_is_read_once(case: Case) -> None:
    assert sorted(ref.id for ref in case.index.runs) == sorted(case.expected["runs"])


def test_the_facts_of_every_run_are_as_mlflow_says(case: Case) -> None:
    for run, expected in case.pairs():
        read = {
            "experiment_id": run.experiment_id,
            "name": run.name,
            "status": str(run.status),
            "start_time": run.started,
            "end_time": run.ended,
            "lifecycle_stage": "deleted" if run.deleted else "active",
            "artifact_uri": run.artifact_uri,
        }

        assert read == {key: expected[key] for key in read}


def test_the_index_knows_of_a_run_what_the_run_says_of_itself(case: Case) -> None:
    for ref in case.index.runs:
        run = case.runs[ref.id]

        assert (ref.name, ref.status, ref.started, ref.ended, ref.deleted, ref.parent_id) == (
            run.name,
            run.status,
            run.started,
            run.ended,
            run.deleted,
            run.parent_id,
        )


def test_the_user_is_the_one_that_mlflow_shows(case: Case) -> None:
    for run, expected in case.pairs():
        assert run.user == expected["tags"].get("mlflow.user", expected["user_id"])


def test_every_param_and_tag_is_as_mlflow_says(case: Case) -> None:
    for run, expected in case.pairs():
        assert dict(run.params) == expected["params"]
        assert dict(run.tags) == expected["tags"]


def test_every_point_of_every_metric_is_as_mlflow_says(case: Case) -> None:
    for run, expected in case.pairs():
        read = {
            key: sorted(map(point, history.steps, history.timestamps, history.values))
            for key, history in run.metrics.items()
        }

        assert read == {
            key: sorted(point(*logged) for logged in history)
            for key, history in expected["history"].items()
        }


def test_the_last_point_is_the_value_that_mlflow_calls_latest(case: Case) -> None:
    for run, expected in case.pairs():
        read = {key: value_text(history.values[-1]) for key, history in run.metrics.items()}

        assert read == {key: value_text(value) for key, value in expected["metrics"].items()}


def test_every_dataset_input_is_as_mlflow_says(case: Case) -> None:
    for run, expected in case.pairs():
        read = [
            [
                one.dataset.name,
                one.dataset.digest,
                one.dataset.source_type,
                {**one.tags, **({"mlflow.data.context": one.context} if one.context else {})},
            ]
            for one in run.datasets
        ]

        assert read == sorted(expected.get("dataset_inputs", []), key=lambda one: one[:2])


def test_every_dataset_has_a_schema(case: Case) -> None:
    assert all(one.dataset.schema for run in case.runs.values() for one in run.datasets)


def test_the_models_that_a_run_made_are_as_mlflow_says(case: Case) -> None:
    for run, expected in case.pairs():
        made = sorted((model, step) for model, step in expected.get("model_outputs") or ())

        assert sorted(run.output_models) == made


def test_the_models_that_a_run_evaluated_are_read(case: Case) -> None:
    read = {(case.name, run.name): run.input_models for run in case.runs.values()}

    assert {key: models for key, models in read.items() if models} == {
        key: models for key, models in EVALUATED.items() if key[0] == case.name
    }


def test_every_registered_model_is_as_mlflow_says(case: Case) -> None:
    read = {
        model.name: {
            "aliases": aliases(model),
            "creation_timestamp": model.created,
            "description": model.description,
            "tags": dict(model.tags),
        }
        for model in case.index.registered_models
    }

    assert read == case.expected["registered_models"]


def test_every_model_version_is_as_mlflow_says(case: Case) -> None:
    read = {
        f"{model.name}/{version.version}": {
            "aliases": [],  # MLflow's search of versions leaves them out
            "description": version.description or None,
            "run_id": version.run_id,
            "source": version.source,
            "stage": version.stage or "None",
            "status": version.status,
            "tags": dict(version.tags),
        }
        for model in case.index.registered_models
        for version in model.versions
    }

    assert read == case.expected["model_versions"]


def test_a_version_of_mlflow_3_knows_its_logged_model(case: Case) -> None:
    for model in case.index.registered_models:
        for version in model.versions:
            has_model = version.source.startswith("models:/m-")

            assert (version.model_id in case.models) == has_model


def test_every_logged_model_is_as_mlflow_says(case: Case) -> None:
    read = {
        model.id: {
            "experiment_id": model.experiment_id,
            "name": model.name,
            "source_run_id": model.run_id,
            "status": str(model.status),
            "model_type": model.model_type or None,
            "params": dict(model.params),
            "tags": dict(model.tags),
        }
        for model in case.models.values()
        if not model.deleted
    }

    assert read == {
        id_: {key: value for key, value in model.items() if key != "metrics"}
        for id_, model in dict(case.expected["logged_models"]).items()
    }


def test_only_deleted_models_are_read_beyond_those(case: Case) -> None:
    beyond = set(case.models) - set(case.expected["logged_models"])

    assert {case.models[id_].name for id_ in beyond} == DELETED_MODELS.get(case.name, set())


def test_the_latest_metric_of_every_logged_model_is_as_mlflow_says(case: Case) -> None:
    for id_, expected in dict(case.expected["logged_models"]).items():
        points = sorted(expected["metrics"], key=lambda one: (one[2], one[3], one[1]))
        latest = {(one[0], one[5] or "", one[6] or ""): (one[1], one[2]) for one in points}

        assert latest == {
            (metric.key, metric.dataset, metric.digest): (metric.value, metric.step)
            for metric in case.models[id_].metrics
        }


def test_every_artifact_on_disk_is_listed(case: Case, stores: Mapping[str, Path]) -> None:
    home = stores["v3.17-file" if case.name == "v3.17-migrated" else case.name] / "mlruns"
    for run in case.runs.values():
        assert {one.path for one in run.artifacts} == files_below(
            home / run.experiment_id / run.id / "artifacts"
        )
    for model in case.models.values():
        assert {one.path for one in model.artifacts} == files_below(
            home / model.experiment_id / "models" / model.id / "artifacts"
        )


def test_every_model_folder_among_the_artifacts_is_a_model(case: Case) -> None:
    for run in case.runs.values():
        folders = {
            one.path.removesuffix("/MLmodel")
            for one in run.artifacts
            if one.path.endswith("/MLmodel")
        }

        assert {model.artifact_path for model in run.models} == folders
        assert all(model.mlmodel and model.mlmodel.flavors for model in run.models)


def test_nothing_is_a_problem(case: Case) -> None:
    problems: list[Problem] = [*case.index.problems]
    problems += (one for run in case.runs.values() for one in run.problems)
    problems += (
        one for run in case.runs.values() for model in run.models for one in model.problems
    )
    problems += (one for model in case.models.values() for one in model.problems)

    assert problems == []


def point(step: int, timestamp: int, value: object) -> tuple[int, int, str]:
    return step, timestamp, value_text(value)


def value_text(value: object) -> str:
    """One word for what the client gives (`"nan"`, the largest float) and for what we read."""
    number = float(str(value))
    return repr(math.copysign(math.inf, number) if abs(number) > 1.79e308 else number)


def aliases(model: RegisteredModel) -> dict[str, int]:
    return {alias: version.version for version in model.versions for alias in version.aliases}


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
