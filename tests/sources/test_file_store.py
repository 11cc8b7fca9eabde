"""File stores: the oldest form, what misleads readers, and what git and people do to stores."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from reportgen.errors import Problem
from reportgen.model import Experiment, LoggedModel, Run, RunStatus
from reportgen.sources.file_store import FileStore
from reportgen.sources.store_marks import is_store

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
FETCH = "Run `git lfs pull` in the repository it came from."

FIRST = "83cf2e9667fa48e6a2d70bc44b754b2d"
"""The run of `v1.0-file` that has everything."""


@pytest.fixture
def root(stores: Mapping[str, Path], tmp_path: Path) -> Path:
    """A copy of `v1.0-file` to be damaged: experiments 0 and 1, 2 in the trash, three runs in 1."""
    return Path(shutil.copytree(stores["v1.0-file"] / "mlruns", tmp_path / "mlruns"))


def runs_of(root: Path) -> dict[str, Run]:
    store = FileStore(root, "mlruns")
    return {run.id: run for run in store.read_runs(store.index().runs)}


def experiments_of(root: Path) -> dict[str, Experiment]:
    return {
        experiment.key: experiment for experiment in FileStore(root, "mlruns").index().experiments
    }


def models_of(root: Path) -> list[LoggedModel]:
    store = FileStore(root, "mlruns")
    return list(store.read_models(store.index().models))


def by_name(root: Path, name: str) -> Run:
    return next(run for run in runs_of(root).values() if run.name == name)


# MLflow 0.8


@pytest.fixture(scope="module")
def old_run(stores: Mapping[str, Path]) -> Run:
    return by_name(stores["v0.8-file"] / "mlruns", "first")


def test_mlflow_0_has_experiments_with_whole_numbers_for_ids(stores: Mapping[str, Path]) -> None:
    found = experiments_of(stores["v0.8-file"] / "mlruns").values()

    assert [(experiment.id, experiment.name, experiment.deleted) for experiment in found] == [
        ("0", "Default", False),
        ("1", "old iris <b>", False),
        ("2", "gone", True),
    ]


def test_mlflow_0_counts_no_steps_and_takes_time_in_seconds(old_run: Run) -> None:
    history = old_run.metrics["acc"]

    assert list(history.steps) == [0, 0, 0]
    assert list(history.values) == [0.5, 0.6, 0.7]
    assert all(abs(time - 1795418830714) < 60_000 for time in history.timestamps)


def test_mlflow_0_knows_a_run_by_its_uuid_alone(old_run: Run) -> None:
    assert old_run.id == "7ca305edd65249f8880274f1a59db4b4"
    assert (old_run.started, old_run.ended) == (1795418830714, 1795418830982)
    assert old_run.status is RunStatus.FINISHED
    assert old_run.user == "root"


def test_what_mlflow_0_had_as_fields_become_the_tags_of_today(old_run: Run) -> None:
    assert dict(old_run.tags) == {
        "mlflow.note.content": "*old* note",
        "mlflow.project.entryPoint": "main",
        "mlflow.runName": "first",
        "mlflow.source.name": "train.py",
        "mlflow.source.type": "LOCAL",
    }


def test_mlflow_0_marks_failed_and_deleted_runs(stores: Mapping[str, Path]) -> None:
    found = runs_of(stores["v0.8-file"] / "mlruns").values()

    assert sorted((run.status, run.deleted) for run in found) == [
        ("FAILED", False),
        ("FINISHED", False),
        ("FINISHED", True),
    ]


def test_a_model_among_the_artifacts_is_a_model_of_the_run(old_run: Run) -> None:
    (model,) = old_run.models

    assert model.id == f"{old_run.id}/model"
    assert model.uri == f"runs:/{old_run.id}/model"
    assert model.location == f"{old_run.artifact_uri}/model"
    assert [artifact.path for artifact in model.artifacts] == [
        "MLmodel",
        "conda.yaml",
        "model.pkl",
    ]
    assert [artifact.path for artifact in old_run.artifacts] == [
        "model/MLmodel",
        "model/conda.yaml",
        "model/model.pkl",
    ]


# What misleads readers, MLflow's own included


@pytest.fixture(scope="module")
def edge(stores: Mapping[str, Path]) -> Path:
    return stores["v3.17-edge-file"] / "mlruns"


def test_a_dataset_name_with_spaces_does_not_make_a_run_unreadable(edge: Path) -> None:
    run = by_name(edge, "dataset name with spaces")

    assert list(run.metrics["accuracy"].steps) == [4]
    assert list(run.metrics["accuracy"].values) == [0.75]
    assert [used.dataset.name for used in run.datasets] == ["my test set"]


def test_a_metric_of_a_dataset_has_its_step(edge: Path) -> None:
    assert list(by_name(edge, "five columns").metrics["accuracy"].steps) == [0, 1, 2]


def test_a_logged_model_keeps_a_metric_of_a_dataset_whose_name_has_spaces(edge: Path) -> None:
    (model,) = (model for model in models_of(edge) if model.metrics)

    assert [(one.key, one.value, one.dataset) for one in model.metrics] == [
        ("accuracy", 0.75, "my test set")
    ]


def test_artifacts_of_a_moved_store_are_found_beside_it(edge: Path) -> None:
    run = by_name(edge, "artifacts elsewhere")

    assert [artifact.path for artifact in run.artifacts] == ["a.txt"]
    assert Path(run.artifacts[0].file).read_text() == "hello"
    assert run.artifacts_missing == ""


def test_a_logged_model_of_a_moved_store_is_found_beside_it(edge: Path) -> None:
    store = FileStore(edge, "mlruns")
    refs = [ref for ref in store.index().models if ref.experiment_id == "508608551802845312"]
    (model,) = store.read_models(refs)

    assert model.mlmodel is not None
    assert model.mlmodel.flavor("sklearn") is not None


def test_a_run_that_logged_nothing_misses_nothing(edge: Path) -> None:
    assert by_name(edge, "child of another experiment").artifacts_missing == ""
    assert by_name(edge, "orphan").artifacts_missing == ""


@pytest.mark.parametrize(
    ("name", "place"),
    [("on s3", "s3://bucket/some prefix/root/"), ("on a tracking server", "mlflow-artifacts:/7/")],
)
def test_artifacts_kept_elsewhere_are_said_to_be(edge: Path, name: str, place: str) -> None:
    run = by_name(edge, name)

    assert run.artifacts == ()
    assert run.artifacts_missing.startswith(f"The artifacts are kept at {place}")


def test_a_run_and_an_experiment_have_their_new_names(edge: Path) -> None:
    assert "new name by tag" in {run.name for run in runs_of(edge).values()}
    assert "after" in {experiment.name for experiment in experiments_of(edge).values()}


def test_odd_keys_and_values_are_kept_to_the_letter(edge: Path) -> None:
    params = by_name(edge, "many params").params

    assert len(params) == 104
    assert params["p/042.x"] == "42"
    assert params["-leading dash"] == params[" leading space"] == "x"
    assert params["trailing nl"] == "v\n"
    assert params["crlf"] == "a\r\nb\rc\x0bd\u2028e"


def test_two_models_may_have_the_same_name(edge: Path) -> None:
    refs = [ref for ref in FileStore(edge, "mlruns").index().models if ref.name == "same"]

    assert len({ref.id for ref in refs}) == 2


def test_a_model_may_be_logged_outside_of_any_run(edge: Path) -> None:
    (model,) = (model for model in models_of(edge) if model.name == "no run")

    assert model.run_id == ""
    assert model.uri == f"models:/{model.id}"


def test_a_deleted_model_stays_and_is_marked(stores: Mapping[str, Path]) -> None:
    models = models_of(stores["v3.17-file"] / "mlruns")

    assert [model.name for model in models if model.deleted] == ["deleted model"]


def test_the_schema_of_a_dataset_is_read(stores: Mapping[str, Path]) -> None:
    run = by_name(stores["v3.17-file"] / "mlruns", "v3 features")
    (used,) = run.datasets

    assert used.context == "test"
    assert [one.name for one in used.dataset.schema][-1] == "target"
    assert used.dataset.profile == {"num_rows": 45, "num_elements": 225}


# What git and people do to stores


def test_a_run_needs_no_folder_at_all(root: Path) -> None:
    for name in ("metrics", "params", "tags", "artifacts"):
        shutil.rmtree(root / "1" / FIRST / name)

    run = runs_of(root)[FIRST]

    assert run.status is RunStatus.FINISHED
    assert (dict(run.metrics), dict(run.params), dict(run.tags)) == ({}, {}, {})
    assert (run.artifacts, run.artifacts_missing, run.problems) == ((), "", ())


def test_a_run_without_its_meta_yaml_is_shown_with_what_is_left(root: Path) -> None:
    (root / "1" / FIRST / "meta.yaml").unlink()

    run = runs_of(root)[FIRST]

    assert run.status is RunStatus.UNKNOWN
    assert run.name == "first"
    assert list(run.metrics) == ["acc", "nan"]
    assert [artifact.path for artifact in run.artifacts][:1] == ["model/MLmodel"]
    assert [problem.path for problem in run.problems] == [f"mlruns/1/{FIRST}"]


def test_artifacts_alone_are_those_of_another_stores_run(root: Path) -> None:
    (root / "1" / ("a" * 32) / "artifacts" / "model").mkdir(parents=True)

    assert "a" * 32 not in runs_of(root)


def test_an_experiment_without_its_meta_yaml_is_shown_by_its_id(root: Path) -> None:
    (root / "1" / "meta.yaml").unlink()

    experiment = experiments_of(root)["1"]

    assert experiment.name == "1"
    assert [problem.path for problem in experiment.problems] == ["mlruns/1"]
    assert len(runs_of(root)) == 3


def test_a_folder_that_is_no_experiment_is_passed_over(root: Path) -> None:
    (root / "notes").mkdir()
    (root / "notes" / "meta.yaml").write_text("title: mine\n")

    assert set(experiments_of(root)) == {"0", "1", "2"}


def test_a_git_lfs_pointer_for_a_metas_content_costs_that_alone(root: Path) -> None:
    (root / "1" / FIRST / "meta.yaml").write_text(POINTER)
    (root / "1" / "meta.yaml").write_text(POINTER)

    run = runs_of(root)[FIRST]
    what = "Only its Git LFS pointer is here, not the file."

    assert run.problems == (Problem(f"mlruns/1/{FIRST}/meta.yaml", what, FETCH),)
    assert experiments_of(root)["1"].problems == (Problem("mlruns/1/meta.yaml", what, FETCH),)


@pytest.mark.parametrize("kind", ["metrics/acc", "params/C", "tags/mlflow.user"])
def test_a_git_lfs_pointer_is_never_taken_for_a_value(root: Path, kind: str) -> None:
    (root / "1" / FIRST / kind).write_text(POINTER)

    run = runs_of(root)[FIRST]

    assert [(problem.path, problem.hint) for problem in run.problems] == [
        (f"mlruns/1/{FIRST}/{kind}", FETCH)
    ]
    assert "acc" not in run.metrics or "C" not in run.params or "mlflow.user" not in run.tags


def test_windows_line_ends_in_a_meta_yaml_change_nothing(root: Path) -> None:
    before = runs_of(root)[FIRST]
    meta = root / "1" / FIRST / "meta.yaml"
    meta.write_bytes(meta.read_bytes().replace(b"\n", b"\r\n"))

    after = runs_of(root)[FIRST]

    assert replace(after, metrics={}) == replace(before, metrics={})  # one of them is NaN


def test_a_broken_meta_yaml_costs_only_the_lines_that_are_broken(root: Path) -> None:
    meta = root / "1" / FIRST / "meta.yaml"
    meta.write_text(meta.read_text().replace("lifecycle_stage", "<<<<<<< HEAD\nlifecycle_stage"))

    run = runs_of(root)[FIRST]

    assert run.status is RunStatus.FINISHED
    assert [problem.path for problem in run.problems] == [f"mlruns/1/{FIRST}/meta.yaml"]
    assert run.problems[0].what.startswith("Holds the marks of an unresolved git merge")


def test_a_folder_is_believed_rather_than_the_id_written_in_it(root: Path) -> None:
    copy = "b" * 32
    shutil.copytree(root / "1" / FIRST, root / "1" / copy)

    runs = runs_of(root)

    assert {FIRST, copy} <= set(runs)
    assert [problem.what for problem in runs[copy].problems] == [
        f"Says it is of run '{FIRST}', but lies in '{copy}'."
    ]


def test_a_run_in_the_wrong_experiment_is_shown_where_it_lies(root: Path) -> None:
    shutil.move(root / "1" / FIRST, root / "0" / FIRST)

    run = runs_of(root)[FIRST]

    assert run.experiment_id == "0"
    assert [problem.what for problem in run.problems] == [
        "Says it is of experiment '1', but lies in '0'."
    ]


def test_a_renamed_experiment_folder_is_one_problem_and_not_one_for_each_run(root: Path) -> None:
    (root / "1").rename(root / "iris")

    assert [problem.what for problem in experiments_of(root)["iris"].problems] == [
        "Says it is of experiment '1', but lies in 'iris'."
    ]
    assert [run.problems for run in runs_of(root).values()] == [(), (), ()]


def test_the_same_id_in_root_and_trash_makes_two_keys(root: Path) -> None:
    shutil.copytree(root / "1", root / ".trash" / "1")

    keys = [key for key in experiments_of(root) if key.startswith("1")]

    assert keys == ["1", "1-faab"]
    assert [experiments_of(root)[key].deleted for key in keys] == [False, True]


def test_everything_in_the_trash_is_deleted(root: Path) -> None:
    shutil.move(root / "1", root / ".trash" / "1")

    assert all(run.deleted for run in runs_of(root).values())
    assert runs_of(root)[FIRST].artifacts != ()


def test_bytes_that_are_not_utf8_are_replaced_and_said_to_be(root: Path) -> None:
    (root / "1" / FIRST / "params" / "C").write_bytes(b"caf\xe9")

    run = runs_of(root)[FIRST]

    assert run.params["C"] == "caf�"
    assert [problem.path for problem in run.problems] == [f"mlruns/1/{FIRST}/params/C"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_that_is_not_utf8_is_replaced_and_said_to_be(root: Path) -> None:
    Path(os.fsdecode(os.fsencode(root / "1" / FIRST / "params") + b"/caf\xe9")).write_text("x")

    run = runs_of(root)[FIRST]

    assert run.params["caf�"] == "x"
    assert len(run.problems) == 1


def test_a_metrics_problem_names_the_file(root: Path) -> None:
    with (root / "1" / FIRST / "metrics" / "acc").open("a") as file:
        file.write("garbage\n")

    run = runs_of(root)[FIRST]

    assert len(run.metrics["acc"]) == 3
    assert run.problems == (
        Problem(
            f"mlruns/1/{FIRST}/metrics/acc",
            "Line 4 is not a metric's, and is left out.",
            "Restore the file from a copy, or remove what is no metric's from it.",
        ),
    )


def test_files_that_people_and_systems_leave_are_no_params(root: Path) -> None:
    for name in (".DS_Store", ".gitkeep"):
        (root / "1" / FIRST / "params" / name).write_bytes(b"\xff")

    run = runs_of(root)[FIRST]

    assert list(run.params) == ["C", "empty"]
    assert run.problems == ()


# What a hostile store could try


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
@pytest.mark.parametrize("name", ["params/secret", "metrics/secret", "tags/secret"])
def test_a_link_to_a_file_outside_is_not_read(root: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("42")
    (root / "1" / FIRST / name).symlink_to(tmp_path / "secret")

    run = runs_of(root)[FIRST]

    assert "secret" not in {*run.params, *run.metrics, *run.tags}
    assert [problem.path for problem in run.problems] == [f"mlruns/1/{FIRST}/{name}"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
@pytest.mark.parametrize("name", ["meta.yaml", "params", "artifacts"])
def test_a_link_in_place_of_a_runs_own_file_is_not_followed(
    root: Path, tmp_path: Path, name: str
) -> None:
    here = root / "1" / FIRST / name
    here.rename(tmp_path.parent / f"{tmp_path.name}-moved-{name}")
    here.symlink_to(tmp_path.parent / f"{tmp_path.name}-moved-{name}")

    run = runs_of(root)[FIRST]

    assert run.status is (RunStatus.UNKNOWN if name == "meta.yaml" else RunStatus.FINISHED)
    assert (run.params == {}) == (name == "params")
    assert (run.artifacts == ()) == (name == "artifacts")
    assert run.problems != ()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no pipes")
def test_a_pipe_in_place_of_a_file_is_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "1" / FIRST / "params" / "pipe")
    (root / "1" / FIRST / "meta.yaml").unlink()
    os.mkfifo(root / "1" / FIRST / "meta.yaml")

    run = runs_of(root)[FIRST]

    assert list(run.params) == ["C", "empty"]
    assert len(run.problems) == 2


def test_an_artifact_uri_is_never_a_way_out(root: Path, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside" / "artifacts"
    outside.mkdir(parents=True)
    (outside / "secret").write_text("42")
    shutil.rmtree(root / "1" / FIRST / "artifacts")
    meta = root / "1" / FIRST / "meta.yaml"
    lines = meta.read_text().splitlines(keepends=True)
    meta.write_text(f"artifact_uri: file://{outside.as_posix()}\n" + "".join(lines[1:]))

    run = runs_of(root)[FIRST]

    assert run.artifacts == ()
    assert run.artifacts_missing.endswith("which is not among the folders read here.")


def test_a_dataset_id_is_never_a_way_out(stores: Mapping[str, Path], tmp_path: Path) -> None:
    root = Path(shutil.copytree(stores["v3.17-edge-file"] / "mlruns", tmp_path / "mlruns"))
    (meta,) = root.glob("*/5cbf5416bc08425ab113a51502fc92d1/inputs/*/meta.yaml")
    meta.write_text("source_type: DATASET\nsource_id: ../../../../secret\n")

    assert by_name(root, "five columns").datasets == ()


# Telling a store from other folders


def test_a_store_is_told_by_its_experiments(root: Path) -> None:
    assert is_store(str(root))
    assert not is_store(str(root.parent))
    assert not is_store(str(root / "1"))
    assert not is_store(str(root / "1" / FIRST))


def test_a_store_that_lost_every_experiments_meta_yaml_is_still_one(root: Path) -> None:
    for meta in root.glob("*/meta.yaml"):
        meta.unlink()
    shutil.rmtree(root / ".trash")

    assert is_store(str(root))


def test_a_store_whose_experiments_are_all_deleted_is_still_one(root: Path) -> None:
    for id_ in ("0", "1"):
        shutil.move(root / id_, root / ".trash" / id_)

    assert is_store(str(root))


@pytest.mark.parametrize("name", ["v2.9-sqlite", "v3.17-sqlite"])
def test_the_artifacts_of_a_database_are_no_store(stores: Mapping[str, Path], name: str) -> None:
    assert not is_store(str(stores[name] / "mlruns"))


def test_an_experiment_that_cannot_be_looked_into_is_a_problem(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = next(path.parent for path in sorted(root.glob("*/meta.yaml")))
    listed, read = os.scandir, os.open

    def scandir(path: str) -> object:
        if str(path).startswith(str(experiment)):
            raise PermissionError(13, "Permission denied")
        return listed(path)

    def opened(path: str, *args: int) -> int:
        if str(path).startswith(str(experiment)):
            raise PermissionError(13, "Permission denied")
        return read(path, *args)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os.path, "exists", lambda path: False)

    problems = FileStore(root, "mlruns").index().problems

    assert [problem.path for problem in problems] == [f"mlruns/{experiment.name}"]


def test_some_metrics_of_a_run_are_read_as_the_whole_run_has_them(edge: Path) -> None:
    store = FileStore(edge, "mlruns")
    for ref in store.index().runs:
        (whole,) = store.read_runs([ref])
        (some,) = store.read_metrics([ref], [*whole.metrics, "nowhere"])
        assert some == whole.metrics


@pytest.mark.parametrize("key", ["../params/lr", "a/../../params/lr", "/etc/hostname", "."])
def test_a_metric_is_never_read_outside_of_its_folder(root: Path, key: str) -> None:
    store = FileStore(root, "mlruns")

    assert [*store.read_metrics(store.index().runs, [key])] == [{} for _ in store.index().runs]


def test_a_metric_behind_a_link_is_not_read(root: Path, tmp_path: Path) -> None:
    store = FileStore(root, "mlruns")
    ref = next(one for one in store.index().runs if (root / one.place / "metrics").is_dir())
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "loss").write_text("1763726400000 1.0 0\n")
    (root / ref.place / "metrics" / "linked").symlink_to(tmp_path / "away")

    assert list(store.read_metrics([ref], ["linked/loss"])) == [{}]
