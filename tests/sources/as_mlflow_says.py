"""What we read of a store, in the words of MLflow's client: the form of an `expected.json`."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from reportgen.model import Experiment, LoggedModel, RegisteredModel, Run
from reportgen.sources.store import Store

Said = dict[str, Any]


def as_mlflow_says(store: Store) -> Said:
    """Everything in a store that `expected.json` speaks of, deleted models included."""
    index = store.index()
    return {
        "experiments": {one.id: experiment(one) for one in index.experiments},
        "runs": {one.id: run(one) for one in store.read_runs(index.runs)},
        "registered_models": {one.name: registered(one) for one in index.registered_models},
        "model_versions": {
            key: said for one in index.registered_models for key, said in versions(one).items()
        },
        "logged_models": {one.id: logged(one) for one in store.read_models(index.models)},
    }


def stage(deleted: bool) -> str:
    return "deleted" if deleted else "active"


def experiment(read: Experiment) -> Said:
    return {
        "name": read.name,
        "artifact_location": read.artifact_location,
        "lifecycle_stage": stage(read.deleted),
        "creation_time": read.created,
        "last_update_time": read.updated,
        "tags": dict(read.tags),
    }


def run(read: Run) -> Said:
    return {
        "experiment_id": read.experiment_id,
        "name": read.name,
        "status": str(read.status),
        "start_time": read.started,
        "end_time": read.ended,
        "lifecycle_stage": stage(read.deleted),
        "artifact_uri": read.artifact_uri,
        "user_id": read.user,
        "params": dict(read.params),
        "tags": dict(read.tags),
        "metrics": {key: value(history.values[-1]) for key, history in read.metrics.items()},
        "history": {
            key: sorted(map(point, history.steps, history.timestamps, history.values))
            for key, history in read.metrics.items()
        },
        "dataset_inputs": [
            [one.dataset.name, one.dataset.digest, one.dataset.source_type, input_tags]
            for one in read.datasets
            for context in [{"mlflow.data.context": one.context} if one.context else {}]
            for input_tags in [{**context, **one.tags}]
        ],
        "model_outputs": sorted([model, step] for model, step in read.output_models),
    }


def registered(read: RegisteredModel) -> Said:
    return {
        "aliases": {alias: one.version for one in read.versions for alias in one.aliases},
        "creation_timestamp": read.created,
        "description": read.description,
        "tags": dict(read.tags),
    }


def versions(read: RegisteredModel) -> Said:
    return {
        f"{read.name}/{one.version}": {
            "description": one.description or None,
            "run_id": one.run_id,
            "source": one.source,
            "stage": one.stage or "None",
            "status": one.status,
            "tags": dict(one.tags),
        }
        for one in read.versions
    }


def logged(read: LoggedModel) -> Said:
    return {
        "experiment_id": read.experiment_id,
        "name": read.name,
        "source_run_id": read.run_id,
        "status": str(read.status),
        "model_type": read.model_type or None,
        "params": dict(read.params),
        "tags": dict(read.tags),
        "metrics": sorted(
            [one.key, one.dataset, one.digest, one.step, value(one.value)] for one in read.metrics
        ),
    }


# What MLflow says, in the same form


def in_our_form(expected: Mapping[str, Any]) -> Said:
    """An `expected.json` with its lists in order and its numbers as text."""
    return {
        "experiments": expected["experiments"],
        "runs": {id_: expected_run(said) for id_, said in expected["runs"].items()},
        "registered_models": {
            name: {**said, "description": said["description"] or ""}
            for name, said in expected["registered_models"].items()
        },
        "model_versions": {
            # The client's search leaves the aliases of a version out; its model has them.
            name: {key: one for key, one in said.items() if key != "aliases"}
            for name, said in expected["model_versions"].items()
        },
        "logged_models": {
            id_: {**said, "metrics": latest(said["metrics"])}
            for id_, said in dict(expected["logged_models"]).items()
        },
    }


def expected_run(said: Said) -> Said:
    """Without `model_inputs`, which the client's search always leaves empty, and with a point once.

    A file store keeps a point twice that was logged twice, as MLflow 3 itself does when it logs
    a model; a database keeps it once, and so do we.
    """
    said = {"dataset_inputs": [], "model_outputs": [], **said}
    return {
        **{key: one for key, one in said.items() if key != "model_inputs"},
        "user_id": said["tags"].get("mlflow.user", said["user_id"]),
        "metrics": {key: value(one) for key, one in said["metrics"].items()},
        "history": {
            key: sorted({point(*one) for one in points}) for key, points in said["history"].items()
        },
        "dataset_inputs": sorted(said["dataset_inputs"], key=lambda one: one[:2]),
        "model_outputs": sorted(list(one) for one in said["model_outputs"]),
    }


def latest(points: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Of (key, value, step, timestamp, run, dataset, digest) the last for each key and dataset."""
    ordered = sorted(points, key=lambda one: (one[2], one[3], value(one[1])))
    last = {(one[0], one[5] or "", one[6] or ""): (one[2], value(one[1])) for one in ordered}
    return sorted([*key, *one] for key, one in last.items())


def point(step: int, timestamp: int, number: object) -> tuple[int, int, str]:
    return step, timestamp, value(number)


def value(number: object) -> str:
    """One text for what the client says (`"nan"`, the largest float) and what we read."""
    read = float(str(number))
    return repr(math.copysign(math.inf, read) if abs(read) > 1.79e308 else read)
