"""Run by a Python that has MLflow: fills stores, and writes down what MlflowClient answers of each.

    python made_by_mlflow.py TRACKING_URI ANSWERS.json [TRACKING_URI ANSWERS.json …]

The answers have the form of the `expected.json` of the stored stores.
"""

import json
import math
import sys
from pathlib import Path
from typing import Any

import mlflow  # type: ignore[import-not-found, unused-ignore]
import numpy as np  # type: ignore[import-not-found, unused-ignore]
import pandas as pd  # type: ignore[import-untyped, unused-ignore]
from mlflow import MlflowClient
from mlflow.entities import Metric, ViewType  # type: ignore[import-not-found, unused-ignore]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found, unused-ignore]

FRAME = pd.DataFrame({"height": [1.0, 2.0, 3.0, 4.0], "weight": [1.0, 0.0, 1.0, 0.0]})
TARGET = [0, 0, 1, 1]
AWKWARD = {
    "newlines": "a\n\nb\n",
    "windows": "a\r\nb",
    "spaces": "  two  ",
    "empty": "",
    "unicode": "naïve 回帰 🚀",
    "html": "<script>alert(1)</script> & \"quotes\" 'and' more",
    "none": None,
    "nested/key": "x",
    "number": 1e-7,
}


def fill(client: MlflowClient) -> None:
    trees = mlflow.create_experiment("trees / <b>größer</b>", tags={"team": "a\nb"})
    gone = mlflow.create_experiment("gone")
    mlflow.set_experiment(experiment_id=trees)
    log_sweep()
    log_numbers(client)
    log_model(client)
    log_ends(client, trees)
    with mlflow.start_run(experiment_id=gone, run_name="in a deleted experiment"):
        mlflow.log_metric("m", 1)
    client.delete_experiment(gone)


def log_sweep() -> None:
    with mlflow.start_run(run_name="sweep", description="*why*\n\nwe did this"):
        for depth in (1, 2):
            with mlflow.start_run(run_name=f"depth {depth}", nested=True):
                mlflow.log_params({"depth": depth, **AWKWARD})
                mlflow.set_tags({key: str(value) for key, value in AWKWARD.items()})
                for step in range(20):
                    mlflow.log_metric("loss/train", 1 / (step + depth), step=step)


def log_numbers(client: MlflowClient) -> None:
    with mlflow.start_run() as run:  # MLflow gives it a name
        for step, value in enumerate([1.0, math.nan, math.inf, -math.inf, 5e-324, 1e16 + 2, 0.1]):
            mlflow.log_metric("odd", value, step=step)
        for name, value in {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}.items():
            mlflow.log_metric(f"only_{name}", value)
        for step in (5, -3, 5, 0):
            mlflow.log_metric("unordered", step * 1.5, step=step)
        same = [Metric("same", value, 1700000000000, 2) for value in (3.0, 1.0, 1.0, 2.0)]
        client.log_batch(run.info.run_id, metrics=same)


def log_model(client: MlflowClient) -> None:
    with mlflow.start_run(run_name="forest"):
        data = mlflow.data.from_pandas(
            FRAME, source="https://example.org/trees.csv", name="trees-2024"
        )
        mlflow.log_input(data, context="training", tags={"split": "70 %"})
        mlflow.log_input(mlflow.data.from_numpy(np.zeros((3, 2)), targets=np.zeros(3)))
        mlflow.log_dict({"a": 1}, "folder/ü & <b>.json")
        mlflow.log_params({"C": 1.0})
        mlflow.log_metric("accuracy", 0.75, step=1)
        model = mlflow.sklearn.log_model(
            LogisticRegression().fit(FRAME, TARGET),
            name="classifier",
            input_example=FRAME.head(2),
            pip_requirements=["scikit-learn"],
            registered_model_name="trees",
        )
        mlflow.log_metric("f1", 0.5, model_id=model.model_id, dataset=data)
    client.set_registered_model_alias("trees", "champion", "1")
    client.set_registered_model_tag("trees", "kind", "a/b")
    client.update_registered_model("trees", description="**Trees**")
    client.set_model_version_tag("trees", "1", "checked", "yes & <no>")


def log_ends(client: MlflowClient, experiment: str) -> None:
    for status in ("FAILED", "KILLED"):
        with mlflow.start_run(run_name=status.lower()) as run:
            mlflow.log_param("p", "q")
        client.set_terminated(run.info.run_id, status)
    with mlflow.start_run(run_name="deleted") as run:
        mlflow.log_metric("m", 2)
    client.delete_run(run.info.run_id)
    client.create_run(experiment, run_name="still running")


def answers(client: MlflowClient) -> dict[str, Any]:
    experiments = client.search_experiments(view_type=ViewType.ALL)
    ids = [one.experiment_id for one in experiments]
    active = [one.experiment_id for one in experiments if one.lifecycle_stage == "active"]
    runs = client.search_runs(ids, run_view_type=ViewType.ALL, max_results=1000)
    return {
        "experiments": {one.experiment_id: experiment(one) for one in experiments},
        "runs": {one.info.run_id: run(client, one) for one in runs},
        "registered_models": {
            one.name: {
                "aliases": {alias: int(version) for alias, version in one.aliases.items()},
                "creation_timestamp": one.creation_timestamp,
                "description": one.description,
                "tags": one.tags,
            }
            for one in client.search_registered_models()
        },
        "model_versions": {
            f"{one.name}/{one.version}": {
                "aliases": [],
                "description": one.description or None,
                "run_id": one.run_id,
                "source": one.source,
                "stage": one.current_stage,
                "status": one.status,
                "tags": one.tags,
            }
            for one in client.search_model_versions()
        },
        "logged_models": {
            one.model_id: logged_model(one)
            for one in client.search_logged_models(experiment_ids=active)
        },
    }


def experiment(one: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "artifact_location": one.artifact_location,
        "lifecycle_stage": one.lifecycle_stage,
        "creation_time": one.creation_time,
        "last_update_time": one.last_update_time,
        "tags": one.tags,
    }


def run(client: MlflowClient, one: Any) -> dict[str, Any]:
    info = one.info
    return {
        "experiment_id": info.experiment_id,
        "name": info.run_name,
        "status": info.status,
        "start_time": info.start_time,
        "end_time": info.end_time,
        "lifecycle_stage": info.lifecycle_stage,
        "artifact_uri": info.artifact_uri,
        "user_id": info.user_id,
        "params": one.data.params,
        "tags": one.data.tags,
        "metrics": {key: repr(value) for key, value in one.data.metrics.items()},
        "history": {
            key: [
                [point.step, point.timestamp, repr(point.value)]
                for point in client.get_metric_history(info.run_id, key)
            ]
            for key in one.data.metrics
        },
        "dataset_inputs": [
            [
                used.dataset.name,
                used.dataset.digest,
                used.dataset.source_type,
                {tag.key: tag.value for tag in used.tags},
            ]
            for used in one.inputs.dataset_inputs
        ],
        "model_outputs": [
            [made.model_id, made.step]
            for made in (one.outputs.model_outputs if one.outputs else [])
        ],
    }


def logged_model(one: Any) -> dict[str, Any]:
    return {
        "experiment_id": one.experiment_id,
        "name": one.name,
        "source_run_id": one.source_run_id,
        "status": str(one.status),
        "model_type": one.model_type,
        "params": one.params,
        "tags": one.tags,
        "metrics": [
            [
                point.key,
                repr(point.value),
                point.step,
                point.timestamp,
                point.run_id,
                point.dataset_name,
                point.dataset_digest,
            ]
            for point in one.metrics or ()
        ],
    }


def main(uri: str, path: str) -> None:
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    client = MlflowClient(uri, uri)
    fill(client)
    Path(path).write_text(json.dumps(answers(client), indent=1), "utf-8")


if __name__ == "__main__":
    for each in range(1, len(sys.argv), 2):
        main(*sys.argv[each : each + 2])
