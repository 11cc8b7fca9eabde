"""The registry of a file store. What agrees with MLflow's client is in the truth tests."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from reportgen.errors import Problem
from reportgen.model import RegisteredModel
from reportgen.sources.registry import read_registry


@pytest.fixture
def folder(stores: Mapping[str, Path], tmp_path: Path) -> Path:
    """A copy of the registry of `v3.17-file`, to be changed."""
    return Path(shutil.copytree(stores["v3.17-file"] / "mlruns" / "models", tmp_path / "models"))


def iris(folder: Path) -> RegisteredModel:
    return next(
        model
        for model in read_registry(folder, "mlruns/models", [])
        if model.name == "iris-classifier"
    )


def test_prompts_are_no_models(folder: Path) -> None:
    assert len(list(folder.iterdir())) > 2
    assert [model.name for model in read_registry(folder, "", [])] == [
        "Größe <b> & co",
        "iris-classifier",
    ]


def test_a_deleted_version_is_left_out(folder: Path) -> None:
    assert (folder / "iris-classifier" / "version-3").is_dir()
    assert [version.version for version in iris(folder).versions] == [1, 2]


def test_versions_are_in_the_order_of_numbers(folder: Path) -> None:
    shutil.copytree(folder / "iris-classifier" / "version-2", folder / "iris-classifier/version-10")

    assert [version.version for version in iris(folder).versions] == [1, 2, 10]


def test_a_version_says_what_it_came_from(folder: Path) -> None:
    first = iris(folder).versions[0]

    assert first.model_id == "m-0bddf84fa1234cb3b9c5c06bbf3beacc"
    assert first.source == f"models:/{first.model_id}"
    assert first.run_id == "684f6f31c2bc4e749025a227cd190f5b"


def test_a_version_without_a_stage_has_none(folder: Path) -> None:
    meta = folder / "iris-classifier" / "version-1" / "meta.yaml"
    meta.write_text(meta.read_text().replace("current_stage: Production", "current_stage: None"))

    assert iris(folder).versions[0].stage == ""


def test_the_aliases_in_the_folder_rule_over_those_in_meta_yaml(folder: Path) -> None:
    (folder / "iris-classifier" / "aliases" / "champion").write_text("2\n")

    assert [version.aliases for version in iris(folder).versions] == [
        (),
        ("challenger_2", "champion"),
    ]


def test_a_version_without_its_meta_yaml_costs_only_itself(folder: Path) -> None:
    (folder / "iris-classifier" / "version-1" / "meta.yaml").unlink()

    model = iris(folder)

    assert [version.version for version in model.versions] == [2]
    assert model.problems == (
        Problem(
            "mlruns/models/iris-classifier/version-1",
            "Has no meta.yaml, so this version is left out.",
            "Restore it from a copy, or remove it.",
        ),
    )


def test_a_broken_meta_yaml_is_a_problem_of_its_model(folder: Path) -> None:
    (folder / "iris-classifier" / "meta.yaml").write_text("name: [\n")

    model = iris(folder)

    assert len(model.versions) == 2
    assert [problem.path for problem in model.problems] == [
        "mlruns/models/iris-classifier/meta.yaml"
    ]


def test_folders_that_are_no_models_are_passed_over(folder: Path) -> None:
    (folder / "weights" / "epoch-1").mkdir(parents=True)

    assert len(read_registry(folder, "", [])) == 2


def test_a_store_without_a_registry_has_no_registered_models(tmp_path: Path) -> None:
    assert read_registry(tmp_path / "models", "", []) == ()
