"""Putting stores together: what is found twice appears once, what differs is told apart."""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from reportgen.errors import ReportError
from reportgen.model import LoggedModel, Run
from reportgen.sources.catalog import Catalog, read_catalog


@pytest.fixture(scope="module")
def migrated(stores: Mapping[str, Path]) -> Catalog:
    """A file store, and the database that it was migrated to."""
    return read_catalog([str(stores["v3.17-file"]), str(stores["v3.17-migrated"])])


@pytest.fixture(scope="module")
def alone(stores: Mapping[str, Path]) -> Catalog:
    """That file store by itself."""
    return read_catalog([str(stores["v3.17-file"])])


def runs_of(catalog: Catalog) -> list[Run]:
    return [
        run
        for number, store in enumerate(catalog.stores)
        for run in store.read_runs([ref for ref in catalog.runs if ref.store == number])
    ]


def models_of(catalog: Catalog) -> list[LoggedModel]:
    return [
        model
        for number, store in enumerate(catalog.stores)
        for model in store.read_models([ref for ref in catalog.models if ref.store == number])
    ]


def keys(catalog: Catalog) -> list[str]:
    return [experiment.key for experiment in catalog.experiments]


def test_databases_come_before_file_stores_however_they_are_named(
    stores: Mapping[str, Path], migrated: Catalog
) -> None:
    other_way = read_catalog([str(stores["v3.17-migrated"]), str(stores["v3.17-file"])])

    assert [store.label for store in migrated.stores] == ["mlflow.db", "mlruns"]
    assert [store.label for store in other_way.stores] == ["mlflow.db", "mlruns"]


def test_a_run_in_two_stores_appears_once_and_the_database_is_believed(
    migrated: Catalog, alone: Catalog
) -> None:
    assert sorted(ref.id for ref in migrated.runs) == sorted(ref.id for ref in alone.runs)
    assert {ref.store for ref in migrated.runs} == {0}


def test_an_experiment_in_two_stores_appears_once(migrated: Catalog, alone: Catalog) -> None:
    assert sorted(keys(migrated)) == sorted(keys(alone))


def test_logged_and_registered_models_in_two_stores_appear_once(
    migrated: Catalog, alone: Catalog
) -> None:
    assert sorted(ref.id for ref in migrated.models) == sorted(ref.id for ref in alone.models)
    assert [
        (model.name, [version.version for version in model.versions], model.problems)
        for model in migrated.registered_models
    ] == [("Größe <b> & co", [], ()), ("iris-classifier", [1, 2], ())]


def test_artifacts_that_stayed_in_the_old_store_are_found_there(migrated: Catalog) -> None:
    forest = next(run for run in runs_of(migrated) if run.name == "random forest <b>bold</b>")

    assert len(forest.artifacts) > 10
    assert all(model.mlmodel for model in models_of(migrated) if model.name == "model")


def test_a_run_found_in_the_file_store_alone_is_read_from_there(
    stores: Mapping[str, Path], tmp_path: Path
) -> None:
    shutil.copytree(stores["v3.17-file"] / "mlruns", tmp_path / "mlruns")
    shutil.copytree(stores["v3.17-migrated"], tmp_path, dirs_exist_ok=True)
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as connection, connection:
        connection.execute("DELETE FROM runs WHERE name = 'C=0.1'")

    catalog = read_catalog([str(tmp_path)])

    assert {ref.name for ref in catalog.runs if ref.store == 1} == {"C=0.1"}


# Experiments that share an id


@pytest.fixture(scope="module")
def two(stores: Mapping[str, Path]) -> Catalog:
    return read_catalog([str(stores["v0.8-file"]), str(stores["v1.0-file"])])


def test_different_experiments_with_the_same_id_get_different_keys(two: Catalog) -> None:
    assert keys(two)[:3] == ["0", "1", "2"]
    assert [key.partition("-")[0] for key in keys(two)[3:]] == ["0", "1", "2"]
    assert len(set(keys(two))) == 6
    assert [experiment.id for experiment in two.experiments] == ["0", "1", "2"] * 2


def test_keys_depend_on_nothing_but_what_the_stores_are_called(
    stores: Mapping[str, Path], two: Catalog, tmp_path: Path
) -> None:
    for name in ("v0.8-file", "v1.0-file"):
        shutil.copytree(stores[name], tmp_path / name)

    assert keys(read_catalog([str(tmp_path / "v0.8-file"), str(tmp_path / "v1.0-file")])) == keys(
        two
    )


def test_runs_carry_the_key_of_their_experiment(two: Catalog) -> None:
    second = keys(two)[4]

    assert {ref.experiment_id for ref in two.runs} == {"1", second}
    assert {run.experiment_id for run in runs_of(two)} == {"1", second}
    assert {model.experiment_id for run in runs_of(two) for model in run.models} == {"1", second}


def test_logged_models_carry_the_key_of_their_experiment(stores: Mapping[str, Path]) -> None:
    catalog = read_catalog([str(stores["v1.0-file"]), str(stores["v3.17-edge-file"])])
    key = next(key for key in keys(catalog) if key.startswith("0-"))

    assert key in {model.experiment_id for model in models_of(catalog)}
    assert {ref.experiment_id for ref in catalog.models} == {
        model.experiment_id for model in models_of(catalog)
    }


def test_a_copy_of_a_store_is_the_same_experiments(
    stores: Mapping[str, Path], tmp_path: Path
) -> None:
    shutil.copytree(stores["v1.0-file"], tmp_path / "copy")

    catalog = read_catalog([str(stores["v1.0-file"]), str(tmp_path / "copy")])

    assert keys(catalog) == ["0", "1", "2"]
    assert len(catalog.runs) == 3


def test_an_experiment_in_root_and_trash_is_told_apart_though_it_is_the_same(
    stores: Mapping[str, Path], tmp_path: Path
) -> None:
    root = Path(shutil.copytree(stores["v1.0-file"] / "mlruns", tmp_path / "mlruns"))
    shutil.copytree(root / "1", root / ".trash" / "1")

    catalog = read_catalog([str(root)])

    assert [
        (experiment.id, experiment.deleted)
        for experiment in sorted(catalog.experiments, key=lambda one: (one.id, one.deleted))
    ] == [("0", False), ("1", False), ("1", True), ("2", True)]
    assert len(set(keys(catalog))) == 4


def test_different_experiments_in_root_and_trash_are_told_apart(
    stores: Mapping[str, Path], tmp_path: Path
) -> None:
    root = Path(shutil.copytree(stores["v1.0-file"] / "mlruns", tmp_path / "mlruns"))
    shutil.move(root / ".trash" / "2", root / ".trash" / "1")

    catalog = read_catalog([str(root)])

    assert keys(catalog)[:2] == ["0", "1"]
    assert [
        (experiment.id, experiment.name, experiment.deleted)
        for experiment in catalog.experiments
        if experiment.key not in ("0", "1")
    ] == [("1", "gone", True)]


# The registry


def test_versions_of_one_name_in_two_registries_are_united(
    stores: Mapping[str, Path], tmp_path: Path
) -> None:
    for name, other in (("a", 2), ("b", 1)):
        model = tmp_path / name / "mlruns" / "models" / "iris-classifier"
        shutil.copytree(stores["v3.17-file"] / "mlruns", tmp_path / name / "mlruns")
        shutil.rmtree(model / f"version-{other}")

    (_, iris) = read_catalog([str(tmp_path)]).registered_models

    assert [version.version for version in iris.versions] == [1, 2]
    assert iris.problems == ()


def test_different_models_of_one_name_are_a_problem(stores: Mapping[str, Path]) -> None:
    (_, iris) = read_catalog(
        [str(stores["v2.22-file"]), str(stores["v3.17-file"])]
    ).registered_models

    assert [version.version for version in iris.versions] == [1, 2]
    assert [problem.what for problem in iris.problems] == [
        "Version 1 of 'iris-classifier' is here another model's.",
        "Version 2 of 'iris-classifier' is here another model's.",
    ]


# Projects, progress, mistakes


def test_projects_are_read_too(stores: Mapping[str, Path]) -> None:
    (project,) = read_catalog([str(stores["mlproject-ridge"])]).projects

    assert (project.path, project.name) == ("ridge", "ridge-demo")


def test_each_step_is_told(stores: Mapping[str, Path]) -> None:
    steps: list[str] = []

    read_catalog([str(stores["v1.0-file"])], on_step=steps.append)

    assert steps == [
        f"Looking through {stores['v1.0-file']}",
        "Reading the index of mlruns",
    ]


def test_nothing_to_read_is_an_error_that_says_what_was_looked_for() -> None:
    with pytest.raises(ReportError) as caught:
        read_catalog([])

    assert str(caught.value) == "There is neither mlruns nor mlflow.db in this folder."
    assert "mlruns" in caught.value.hint


def test_a_damaged_database_costs_only_itself(stores: Mapping[str, Path], tmp_path: Path) -> None:
    shutil.copytree(stores["v1.0-file"] / "mlruns", tmp_path / "mlruns")
    (tmp_path / "mlflow.db").write_bytes(b"SQLite format 3\0 and then nothing")

    catalog = read_catalog([str(tmp_path)])

    assert len(catalog.runs) == 3
    assert [problem.path for problem in catalog.problems] == ["mlflow.db"]


def test_a_damaged_database_alone_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_bytes(b"SQLite format 3\0 and then nothing")

    with pytest.raises(ReportError):
        read_catalog([str(tmp_path)])


def test_another_run_of_the_same_id_is_not_lost_without_a_word(
    stores: Mapping[str, Path], tmp_path: Path
) -> None:
    shutil.copytree(stores["v2.9-file"] / "mlruns", tmp_path / "mlruns")
    run = next(
        path.parent
        for path in sorted((tmp_path / "mlruns").glob("*/*/meta.yaml"))
        if len(path.parent.name) == 32
    )
    experiment = tmp_path / "mlruns" / "77"
    shutil.copytree(run, experiment / run.name)
    (experiment / "meta.yaml").write_text("experiment_id: '77'\nname: a copy\n", "utf-8")

    problems = read_catalog([str(tmp_path / "mlruns")]).problems

    assert [problem.path for problem in problems] == ["mlruns"]
    assert run.name in problems[0].what


def test_copies_of_runs_are_no_problem(migrated: Catalog) -> None:
    assert migrated.problems == ()
