"""Stores made this very moment by a real MLflow, compared with what its client answers."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from reportgen.sources.file_store import FileStore
from reportgen.sources.sql_store import SqlStore
from reportgen.sources.store import Store
from tests.mlflow_environment import mlflow_variables
from tests.sources.as_mlflow_says import Said, as_mlflow_says, in_our_form

pytestmark = pytest.mark.mlflow

SCRIPT = Path(__file__).with_name("made_by_mlflow.py")


@dataclass(frozen=True)
class Made:
    """A store, what we read of it, and what MLflow answers."""

    store: Store
    read: Said
    answers: Said


@pytest.fixture(scope="module")
def filled(mlflow_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of each kind, and beside each what MLflow answers of it."""
    folder = tmp_path_factory.mktemp("made")
    uris = {"file store": str(folder / "mlruns"), "SQLite": f"sqlite:///{folder}/mlflow.db"}
    words = [word for kind, uri in uris.items() for word in (uri, folder / f"{kind}.json")]
    done = subprocess.run(
        [mlflow_python, "-W", "ignore", SCRIPT, *words],
        cwd=folder,
        env=mlflow_variables(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(done.stderr)
    return folder


@pytest.fixture(scope="module", params=["file store", "SQLite"])
def made(request: pytest.FixtureRequest, filled: Path) -> Made:
    stores: Mapping[str, Store] = {
        "file store": FileStore(filled / "mlruns", "mlruns"),
        "SQLite": SqlStore(filled / "mlflow.db", "mlflow.db"),
    }
    store = stores[request.param]
    answers = json.loads((filled / f"{request.param}.json").read_text("utf-8"))
    return Made(store, as_mlflow_says(store), in_our_form(answers))


@pytest.mark.parametrize(
    "part", ["experiments", "registered_models", "model_versions", "logged_models"]
)
def test_every_one_is_as_mlflow_says(made: Made, part: str) -> None:
    assert made.answers[part]
    assert made.read[part] == made.answers[part]


def test_every_run_is_there_and_no_other(made: Made) -> None:
    assert sorted(made.read["runs"]) == sorted(made.answers["runs"])


def test_every_run_is_as_mlflow_says_to_the_last_value(made: Made) -> None:
    for id_, run in made.read["runs"].items():
        assert run == made.answers["runs"][id_]


def test_nothing_is_a_problem(made: Made) -> None:
    index = made.store.index()
    problems = list(index.problems)
    for experiment in index.experiments:
        problems += experiment.problems
    for run in made.store.read_runs(index.runs):
        problems += run.problems
    for model in made.store.read_models(index.models):
        problems += model.problems

    assert problems == []


def test_a_model_is_read_with_its_signature_example_and_environment(made: Made) -> None:
    (model,) = made.store.read_models(made.store.index().models)

    assert model.mlmodel
    assert model.mlmodel.flavor("sklearn")
    assert model.mlmodel.signature
    assert [field.name for field in model.mlmodel.signature.inputs or ()] == ["height", "weight"]
    assert model.mlmodel.example
    assert model.mlmodel.example.content == {
        "columns": ["height", "weight"],
        "data": [[1.0, 1.0], [2.0, 0.0]],
    }
    assert "scikit-learn" in {one.name for one in model.mlmodel.environment.pip}


def test_an_artifact_is_listed_by_the_name_that_it_was_given(made: Made) -> None:
    runs = made.store.read_runs(made.store.index().runs)
    (forest,) = [run for run in runs if run.name == "forest"]

    assert [artifact.path for artifact in forest.artifacts] == ["folder/ü & <b>.json"]
