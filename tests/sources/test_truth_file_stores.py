"""Real file stores, run by run, against what the MLflow that wrote them answers about them.

Where the two differ on purpose, a test below says where and why, and only there.
"""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from reportgen.model import LoggedModel, MetricHistory, RegisteredModel, Run
from reportgen.sources.file_store import FileStore
from reportgen.sources.store import StoreIndex

ANSWERED = ("v1.0-file", "v1.30-file", "v2.9-file", "v2.22-file", "v3.17-file")
BEFORE_2 = ("v1.0-file", "v1.30-file")


class Both:
    """A store as we read it, and as its MLflow answers."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        store = FileStore(folder / "mlruns", "mlruns")
        self.index: StoreIndex = store.index()
        self.runs: dict[str, Run] = {run.id: run for run in store.read_runs(self.index.runs)}
        self.models: dict[str, LoggedModel] = {
            model.id: model for model in store.read_models(self.index.models)
        }
        self.expected: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))

    def run_pairs(self) -> Iterator[tuple[Run, dict[str, Any]]]:
        for id_, expected in self.expected["runs"].items():
            yield self.runs[id_], expected


@pytest.fixture(scope="module", params=ANSWERED)
def both(request: pytest.FixtureRequest, stores: Mapping[str, Path]) -> Both:
    return Both(stores[request.param])


def test_every_experiment_is_there(both: Both) -> None:
    found = {
        experiment.id: {
            "artifact_location": experiment.artifact_location,
            "creation_time": experiment.created,
            "last_update_time": experiment.updated,
            "lifecycle_stage": "deleted" if experiment.deleted else "active",
            "name": experiment.name,
            "tags": dict(experiment.tags),
        }
        for experiment in both.index.experiments
    }

    assert found == both.expected["experiments"]


def test_every_run_is_there_and_no_other(both: Both) -> None:
    assert set(both.runs) == set(both.expected["runs"])


def test_nothing_in_a_sound_store_is_a_problem(both: Both) -> None:
    index = both.index
    found = [
        *index.problems,
        *(problem for experiment in index.experiments for problem in experiment.problems),
        *(problem for model in index.registered_models for problem in model.problems),
        *(problem for run in both.runs.values() for problem in run.problems),
        *(problem for model in both.models.values() for problem in model.problems),
    ]

    assert found == []


@pytest.mark.parametrize("key", ["params", "tags"])
def test_the_params_and_tags_of_every_run_agree(both: Both, key: str) -> None:
    for run, expected in both.run_pairs():
        assert dict(getattr(run, key)) == expected[key]
        assert list(getattr(run, key)) == sorted(expected[key])


def test_the_facts_of_every_run_agree(both: Both) -> None:
    for run, expected in both.run_pairs():
        assert run.status == expected["status"]
        assert run.started == expected["start_time"]
        assert run.ended == expected["end_time"]
        assert run.experiment_id == expected["experiment_id"]
        assert run.artifact_uri == expected["artifact_uri"]
        assert run.user == expected["tags"].get("mlflow.user", expected["user_id"])


def test_the_name_of_every_run_agrees(both: Both) -> None:
    """MLflow 1.0 keeps the name in a tag, and its client does not call it the name."""
    for run, expected in both.run_pairs():
        name = expected["name"] or expected["tags"].get("mlflow.runName", "")

        assert run.name == name


def test_the_deleted_runs_agree(both: Both) -> None:
    """MLflow 1.x forgets to mark the runs of an experiment that it moves to the trash."""
    gone = {
        experiment.id
        for experiment in both.index.experiments
        if experiment.deleted and both.name in BEFORE_2
    }
    for run, expected in both.run_pairs():
        marked = expected["lifecycle_stage"] == "deleted"

        assert run.deleted == (marked or expected["experiment_id"] in gone)


def test_every_point_of_every_metric_agrees(both: Both) -> None:
    """Except exact duplicates, which MLflow's file store keeps and its database does not, and the
    step of metrics logged with a dataset, which MLflow's file store cannot read.
    """
    for run, expected in both.run_pairs():
        histories = {key: _points(history) for key, history in run.metrics.items()}
        known = {key: _expected_points(points) for key, points in expected["history"].items()}
        for key in _logged_with_a_dataset(both, run):
            assert {step for step, _, _ in known[key]} == {0}
            known[key] = [(7, timestamp, value) for _, timestamp, value in known[key]]

        assert histories == known
        assert list(run.metrics) == sorted(known)


def _logged_with_a_dataset(both: Both, run: Run) -> list[str]:
    return ["acc_ds"] if both.name == "v3.17-file" and "acc_ds" in run.metrics else []


def test_the_last_value_of_every_metric_agrees(both: Both) -> None:
    for run, expected in both.run_pairs():
        last = {key: repr(history.values[-1]) for key, history in run.metrics.items()}

        assert last == {key: repr(float(value)) for key, value in expected["metrics"].items()}


def _points(history: MetricHistory) -> list[tuple[int, int, str]]:
    values = map(repr, history.values)  # for NaN equals nothing, and -0.0 equals 0.0
    return list(zip(history.steps, history.timestamps, values, strict=True))


def _expected_points(recorded: list[list[Any]]) -> list[tuple[int, int, str]]:
    points = {(step, timestamp, repr(float(value))) for step, timestamp, value in recorded}
    return sorted(points, key=_order)


def _order(point: tuple[int, int, str]) -> tuple[int, int, float, bool]:
    step, timestamp, text = point
    value = float(text)
    return step, timestamp, 0.0 if math.isnan(value) else value, math.isnan(value)


def test_the_datasets_of_every_run_agree(both: Both) -> None:
    for run, expected in both.run_pairs():
        found = [
            [
                used.dataset.name,
                used.dataset.digest,
                used.dataset.source_type,
                dict(used.tags) | ({"mlflow.data.context": used.context} if used.context else {}),
            ]
            for used in run.datasets
        ]

        assert found == sorted(expected.get("dataset_inputs", []), key=lambda used: used[:2])


def test_the_models_that_runs_made_and_read_agree(both: Both) -> None:
    for run, expected in both.run_pairs():
        assert list(map(list, run.output_models)) == expected.get("model_outputs", [])
        assert list(run.input_models) == expected.get("model_inputs", [])


def test_every_logged_model_agrees(both: Both) -> None:
    expected = both.expected["logged_models"]
    found = {id_: model for id_, model in both.models.items() if not model.deleted}

    assert set(found) == set(expected)
    for id_, model in found.items():
        assert {
            "experiment_id": model.experiment_id,
            "model_type": model.model_type or None,
            "name": model.name,
            "params": dict(model.params),
            "source_run_id": model.run_id,
            "status": model.status,
            "tags": dict(model.tags),
        } == {key: value for key, value in expected[id_].items() if key != "metrics"}


def test_the_latest_metrics_of_every_logged_model_agree(both: Both) -> None:
    for id_, expected in both.expected["logged_models"].items():
        latest: dict[tuple[str, str, str], tuple[int, int, float]] = {}
        for key, value, step, timestamp, _, dataset, digest in expected["metrics"]:
            on = (key, dataset or "", digest or "")
            latest[on] = max(latest.get(on, (step, timestamp, value)), (step, timestamp, value))
        found = {
            (metric.key, metric.dataset, metric.digest): (metric.step, metric.value)
            for metric in both.models[id_].metrics
        }

        assert found == {on: (step, value) for on, (step, _, value) in latest.items()}


def test_the_registry_agrees(both: Both) -> None:
    found = {model.name: _as_answered(model) for model in both.index.registered_models}

    assert found == both.expected["registered_models"]


def _as_answered(model: RegisteredModel) -> dict[str, Any]:
    return {
        "aliases": {alias: one.version for one in model.versions for alias in one.aliases},
        "creation_timestamp": model.created,
        "description": model.description,
        "tags": dict(model.tags),
    }


def test_every_model_version_agrees(both: Both) -> None:
    found = {
        f"{one.name}/{one.version}": {
            "aliases": list(one.aliases),
            "description": one.description or None,
            "run_id": one.run_id,
            "source": one.source,
            "stage": one.stage,
            "status": one.status,
            "tags": dict(one.tags),
        }
        for model in both.index.registered_models
        for one in model.versions
    }

    assert found == both.expected["model_versions"]


def test_the_index_says_of_every_run_what_reading_it_says(both: Both) -> None:
    for ref in both.index.runs:
        run = both.runs[ref.id]

        assert (ref.name, ref.status, ref.started, ref.ended) == (
            run.name,
            run.status,
            run.started,
            run.ended,
        )
        assert (ref.deleted, ref.parent_id) == (run.deleted, run.parent_id)
        assert ref.entry_point == run.tags.get("mlflow.project.entryPoint", "")
