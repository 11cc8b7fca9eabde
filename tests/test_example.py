"""What the example project is, stated by looking at its files and not through reportgen.

The site of the example is what a newcomer sees first, and other tests read it: here is what they
may rely on.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

EXAMPLE = Path(__file__).resolve().parent.parent / "example_mlruns"
STORE = EXAMPLE / "mlruns"
RUNNING, FINISHED, FAILED, KILLED = 1, 3, 4, 5


def meta(folder: Path) -> dict[str, Any]:
    """The `meta.yaml` of an experiment, run, model or version."""
    return dict(yaml.safe_load((folder / "meta.yaml").read_text(encoding="utf-8")))


def committed() -> list[Path]:
    """The files of the example, without what Python and tools leave behind."""
    return [
        path
        for path in EXAMPLE.rglob("*")
        if path.is_file() and not {"__pycache__", ".ruff_cache"} & set(path.parts)
    ]


def parents(pattern: str, folder: Path = STORE) -> list[Path]:
    return sorted(path.parent for path in folder.glob(pattern))


@pytest.fixture(scope="module")
def experiments() -> list[Path]:
    return [path for path in parents("[0-9]*/meta.yaml") if path.name != "0"]


@pytest.fixture(scope="module")
def runs() -> list[Path]:
    return [path for path in parents("[0-9]*/*/meta.yaml") if len(path.name) == 32]


@pytest.fixture(scope="module")
def statuses(runs: list[Path]) -> dict[int, int]:
    """How many runs have each status (as MLflow numbers it)."""
    found = [meta(run)["status"] for run in runs]
    return {status: found.count(status) for status in found}


@pytest.fixture(scope="module")
def metrics(runs: list[Path]) -> dict[Path, list[list[str]]]:
    """The lines of each metric file of the runs, cut at the spaces."""
    files = [path for run in runs for path in (run / "metrics").rglob("*") if path.is_file()]
    return {file: [line.split() for line in file.read_text().splitlines()] for file in files}


@pytest.fixture(scope="module")
def models() -> list[dict[str, Any]]:
    """The MLmodel files."""
    found = STORE.glob("[0-9]*/models/*/artifacts/MLmodel")
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in found]


def tag(run: Path, key: str) -> str | None:
    file = run / "tags" / key
    return file.read_text(encoding="utf-8") if file.exists() else None


# Size and shape


def test_the_example_takes_less_than_six_megabytes() -> None:
    size = sum(path.stat().st_size for path in committed())

    assert size < 6_000_000


def test_there_are_at_least_three_experiments(experiments: list[Path]) -> None:
    assert len(experiments) >= 3


def test_there_are_at_least_thirty_runs(runs: list[Path]) -> None:
    assert len(runs) >= 30


@pytest.mark.parametrize("trace", [b"/root", b"/tmp/", b"/home/", b"/work/", b"pypi"])
def test_no_file_tells_of_the_machine_it_was_made_on(trace: bytes) -> None:
    telling = [path for path in committed() if trace in path.read_bytes()]

    assert telling == []


def test_every_file_name_is_legal_on_windows() -> None:
    names = [path.relative_to(EXAMPLE).as_posix() for path in committed()]

    assert [name for name in names if set(name) & set('<>:"|?*\\')] == []


# The project


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return dict(yaml.safe_load((EXAMPLE / "MLproject").read_text(encoding="utf-8")))


def test_the_project_has_at_least_three_entry_points(project: dict[str, Any]) -> None:
    assert len(project["entry_points"]) >= 3


def test_every_parameter_of_the_project_has_a_type(project: dict[str, Any]) -> None:
    points = project["entry_points"].values()
    types = [parameter["type"] for point in points for parameter in point["parameters"].values()]

    assert set(types) == {"string", "int", "float", "uri"}


def test_the_environment_of_the_project_is_there(project: dict[str, Any]) -> None:
    assert (EXAMPLE / project["python_env"]).is_file()


def test_runs_were_started_by_mlflow_run_from_several_entry_points(runs: list[Path]) -> None:
    points = {tag(run, "mlflow.project.entryPoint") for run in runs} - {None}

    assert points >= {"main", "baseline", "sweep", "seeds", "evaluate", "register"}


# Runs


def test_most_runs_finished(statuses: dict[int, int], runs: list[Path]) -> None:
    assert statuses[FINISHED] > len(runs) / 2


@pytest.mark.parametrize("status", [RUNNING, FAILED, KILLED])
def test_some_runs_did_not_finish(statuses: dict[int, int], status: int) -> None:
    assert statuses[status] >= 1


def test_a_run_is_deleted(runs: list[Path]) -> None:
    assert any(meta(run)["lifecycle_stage"] == "deleted" for run in runs)


def test_an_experiment_is_deleted() -> None:
    assert len(parents(".trash/*/meta.yaml")) == 1


def test_two_people_work_in_the_lab(runs: list[Path]) -> None:
    assert {meta(run)["user_id"] for run in runs} == {"mira", "jonas"}


def test_no_run_outlasts_the_snapshot(runs: list[Path]) -> None:
    ends = [meta(run)["end_time"] or 0 for run in runs]

    assert max(ends) < 1_795_478_400_000  # 2026-11-24


def test_the_sweep_has_children(runs: list[Path]) -> None:
    above = [tag(run, "mlflow.parentRunId") for run in runs]
    parent = next(run for run in runs if meta(run)["run_name"] == "coarse grid")

    assert above.count(parent.name) == 16


def test_the_same_network_was_trained_from_five_seeds(runs: list[Path]) -> None:
    group = [run for run in runs if tag(run, "images") == "plain"]

    assert {(run / "params" / "seed").read_text() for run in group} == set("01234")


def test_long_training_curves_have_slashes_in_their_names(
    metrics: dict[Path, list[list[str]]],
) -> None:
    long = {f"{path.parent.name}/{path.name}" for path, rows in metrics.items() if len(rows) >= 200}

    assert long >= {"loss/train", "loss/val", "accuracy/train", "accuracy/val", "rmse/val"}


@pytest.mark.parametrize("value", ["nan", "inf"])
def test_some_metrics_are_not_finite(metrics: dict[Path, list[list[str]]], value: str) -> None:
    assert any(row[1] == value for rows in metrics.values() for row in rows)


def test_system_metrics_were_sampled(runs: list[Path]) -> None:
    files = [run / "metrics/system/cpu_utilization_percentage" for run in runs]

    assert sum(file.exists() for file in files) >= 3


def test_some_metrics_name_the_data_they_were_measured_on(
    metrics: dict[Path, list[list[str]]],
) -> None:
    assert any(len(row) == 5 for rows in metrics.values() for row in rows)


def test_experiments_carry_notes(experiments: list[Path]) -> None:
    notes = [experiment / "tags" / "mlflow.note.content" for experiment in experiments]

    assert all(note.exists() for note in notes)


def test_several_runs_carry_notes(runs: list[Path]) -> None:
    assert sum(tag(run, "mlflow.note.content") is not None for run in runs) >= 8


def test_runs_know_their_commit(runs: list[Path]) -> None:
    assert all(tag(run, "mlflow.source.git.commit") for run in runs)


def test_data_sets_have_a_schema(experiments: list[Path]) -> None:
    sets = [
        meta(path)
        for experiment in experiments
        for path in parents("datasets/*/meta.yaml", experiment)
    ]

    assert sets
    assert all("mlflow_colspec" in found["schema"] for found in sets)


def test_artifacts_are_of_many_kinds(runs: list[Path]) -> None:
    kinds = {path.suffix for run in runs for path in (run / "artifacts").rglob("*")}

    assert kinds >= {".png", ".svg", ".csv", ".json", ".yaml", ".html", ".md", ".txt", ".webp"}


def test_a_series_of_images_has_steps(runs: list[Path]) -> None:
    longest = max(len(list((run / "artifacts/images").glob("*+step+*.png"))) for run in runs)

    assert longest >= 4


# Models


@pytest.mark.parametrize("flavor", ["sklearn", "onnx", "lightgbm", "python_function"])
def test_models_have_several_flavors(models: list[dict[str, Any]], flavor: str) -> None:
    assert any(flavor in model["flavors"] for model in models)


def test_a_model_is_nothing_but_python(models: list[dict[str, Any]]) -> None:
    assert any(set(model["flavors"]) == {"python_function"} for model in models)


def test_every_model_has_a_signature_and_an_example(models: list[dict[str, Any]]) -> None:
    assert all(model["signature"] and model["saved_input_example_info"] for model in models)


def test_a_model_takes_a_parameter(models: list[dict[str, Any]]) -> None:
    assert any("threshold" in (model["signature"]["params"] or "") for model in models)


# The registry


@pytest.fixture(scope="module")
def versions() -> list[dict[str, Any]]:
    return [meta(folder) for folder in parents("models/*/version-*/meta.yaml")]


def test_a_registered_model_has_several_versions(versions: list[dict[str, Any]]) -> None:
    names = [version["name"] for version in versions]

    assert names.count("wine-cultivar") == 4


@pytest.mark.parametrize("stage", ["Staging", "Production", "Archived"])
def test_versions_are_in_every_stage(versions: list[dict[str, Any]], stage: str) -> None:
    assert any(version["current_stage"] == stage for version in versions)


@pytest.mark.parametrize("alias", ["champion", "challenger"])
def test_versions_have_aliases(alias: str) -> None:
    number = (STORE / "models/wine-cultivar/aliases" / alias).read_text()

    assert (STORE / f"models/wine-cultivar/version-{number}").is_dir()
