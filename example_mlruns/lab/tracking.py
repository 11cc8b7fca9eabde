"""How the lab talks to MLflow: one way to begin a run, to log data and to log a model."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version

import mlflow
import numpy as np
import pandas as pd
from mlflow.entities.model_registry import ModelVersion
from mlflow.models import infer_signature
from mlflow.models.model import ModelInfo
from sklearn.base import BaseEstimator

from lab.data import Split

# Types of scikit-learn that skops does not know by itself.
TRUSTED = ["sklearn.neural_network._stochastic_optimizers.SGDOptimizer"]


@contextmanager
def run(
    experiment: str,
    name: str | None = None,
    *,
    nested: bool = False,
    system_metrics: bool = False,
) -> Iterator[mlflow.ActiveRun]:
    """Begin a run; under `mlflow run` go on with the one that MLflow began already."""
    if not nested and "MLFLOW_RUN_ID" not in os.environ:
        mlflow.set_experiment(experiment)
    joins = not nested and "MLFLOW_RUN_ID" in os.environ
    with mlflow.start_run(
        run_name=None if joins else name, nested=nested, log_system_metrics=system_metrics
    ) as active:
        try:
            yield active
        except KeyboardInterrupt:
            mlflow.end_run("KILLED")
            raise


def log_params(params: Mapping[str, object]) -> None:
    """Log the parameters that `mlflow run` has not logged yet."""
    active = mlflow.active_run()
    known = mlflow.get_run(active.info.run_id).data.params
    mlflow.log_params({key: value for key, value in params.items() if key not in known})


def log_split(split: Split) -> None:
    """Say which rows the run trains on and which it is judged by."""
    mlflow.log_input(split.dataset("train"), context="training")
    mlflow.log_input(split.dataset("val"), context="validation")


def pins(*packages: str) -> list[str]:
    """Requirements at exactly the versions that are installed."""
    return [f"{package}=={version(package)}" for package in packages]


def log_estimator(
    model: BaseEstimator, name: str, x: pd.DataFrame, *, step: int = 0, pickled: bool = False
) -> ModelInfo:
    """Log a scikit-learn model with signature and input example.

    `pickled` stores it with cloudpickle, for models (forests) that skops does not trust.
    """
    return mlflow.sklearn.log_model(
        model,
        name=name,
        step=step,
        signature=infer_signature(x, _answers(model.predict(x))),
        input_example=x.head(3).reset_index(drop=True),
        serialization_format="cloudpickle" if pickled else "skops",
        skops_trusted_types=None if pickled else TRUSTED,
        pip_requirements=pins("mlflow", "scikit-learn", "skops", "cloudpickle", "numpy", "pandas"),
    )


def _answers(predicted: np.ndarray) -> np.ndarray | pd.Series:
    """Names as a column of text, for an array of them would count as objects of any kind."""
    return pd.Series(predicted.astype(str)) if predicted.dtype == object else predicted


def register(
    info: ModelInfo | str, name: str, *, description: str, alias: str = "", stage: str = ""
) -> ModelVersion:
    """A new version of a registered model, with alias and stage."""
    uri = info if isinstance(info, str) else info.model_uri
    client = mlflow.MlflowClient()
    made = mlflow.register_model(uri, name)
    client.update_model_version(name, made.version, description=description)
    if stage:
        client.transition_model_version_stage(
            name, made.version, stage, archive_existing_versions=stage == "Production"
        )
    if alias:
        client.set_registered_model_alias(name, alias, made.version)
    return made
