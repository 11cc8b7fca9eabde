"""Small models of many flavors, saved by a real MLflow: for tests of what is said of each."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.mlflow_environment import mlflow_variables
from tests.once import made_once

SCRIPT = Path(__file__).with_name("models_by_mlflow.py")


@pytest.fixture(scope="session")
def flavor_models(
    mlflow_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Path]:
    """The folder of each model of `models_by_mlflow.py`, by the name of the function that saved it.

    Read them, never write to them. A test that asks for them is marked `mlflow`.
    """
    made = made_once(tmp_path_factory, "flavor_models", lambda folder: _save(folder, mlflow_python))
    return {path.parent.name: path.parent for path in sorted(made.glob("*/MLmodel"))}


def _save(folder: Path, python: Path) -> None:
    done = subprocess.run(
        [str(python), str(SCRIPT), str(folder)],
        env=mlflow_variables(),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
