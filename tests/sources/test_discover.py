"""Finding sources by their content, wherever they lie and whatever they are called."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from reportgen.errors import ReportError
from reportgen.sources.discover import LOOKED_FOR, Found, default_sources, find


def labels(found: Found) -> dict[str, list[str]]:
    return {
        "databases": [place.label for place in found.databases],
        "file stores": [place.label for place in found.file_stores],
        "projects": [place.label for place in found.projects],
    }


def message(*paths: str) -> tuple[str, str]:
    with pytest.raises(ReportError) as caught:
        find(paths)
    return str(caught.value), caught.value.hint


@pytest.fixture
def lab(stores: Mapping[str, Path], tmp_path: Path) -> Path:
    """A folder with a project, a file store in it, and a database with its artifacts."""
    lab = tmp_path / "lab"
    shutil.copytree(stores["mlproject-ridge"], lab)
    shutil.copytree(stores["v1.0-file"] / "mlruns", lab / "ridge" / "mlruns")
    (lab / "results").mkdir()
    shutil.copy(stores["v2.9-sqlite"] / "mlflow.db", lab / "results" / "tracking.sqlite3")
    (lab / "results" / "mlruns" / "0").mkdir(parents=True)
    return lab


def test_a_folder_is_scanned_for_stores_databases_and_projects(lab: Path) -> None:
    assert labels(find([str(lab)])) == {
        "databases": ["results/tracking.sqlite3"],
        "file stores": ["ridge/mlruns"],
        "projects": ["ridge"],
    }


def test_a_source_itself_is_known_by_its_name(lab: Path) -> None:
    found = find([str(lab / "ridge" / "mlruns"), str(lab / "results" / "tracking.sqlite3")])

    assert labels(found)["file stores"] == ["mlruns"]
    assert labels(found)["databases"] == ["tracking.sqlite3"]


def test_a_project_that_is_the_source_itself_is_a_dot(lab: Path) -> None:
    assert labels(find([str(lab / "ridge")]))["projects"] == ["."]


def test_a_project_may_be_named_by_its_file(lab: Path) -> None:
    assert labels(find([str(lab / "ridge" / "MLproject")]))["projects"] == ["."]


@pytest.mark.parametrize("name", ["MLproject", "mlproject", "MLPROJECT"])
def test_an_mlproject_may_be_written_in_any_case(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("name: p\n")

    assert labels(find([str(tmp_path)]))["projects"] == ["."]


def test_mlproject_with_an_ending_is_no_project(tmp_path: Path) -> None:
    (tmp_path / "MLproject.yaml").write_text("name: p\n")

    assert message(str(tmp_path))[0].endswith("holds nothing that MLflow wrote.")


def test_a_database_is_told_by_its_tables_and_not_by_its_name(lab: Path) -> None:
    shutil.copy(lab / "results" / "tracking.sqlite3", lab / "renamed.db")
    (lab / "other.db").write_bytes(b"SQLite format 3\0 and then nothing")
    (lab / "text.db").write_text("a text")

    assert "renamed.db" in labels(find([str(lab)]))["databases"]
    assert "text.db" not in labels(find([str(lab)]))["databases"]


def test_looking_at_a_database_leaves_nothing_beside_it(
    stores: Mapping[str, Path], tmp_path: Path
) -> None:
    shutil.copy(stores["v3.17-migrated"] / "mlflow.db", tmp_path)

    find([str(tmp_path)])

    assert [path.name for path in tmp_path.iterdir()] == ["mlflow.db"]


def test_the_artifact_root_of_a_database_is_no_store(stores: Mapping[str, Path]) -> None:
    assert labels(find([str(stores["v2.9-sqlite"])])) == {
        "databases": ["mlflow.db"],
        "file stores": [],
        "projects": [],
    }


def test_an_artifact_root_that_is_named_means_the_database_beside_it(
    stores: Mapping[str, Path],
) -> None:
    found = find([str(stores["v2.9-sqlite"] / "mlruns")])

    assert labels(found)["databases"] == ["mlflow.db"]


@pytest.mark.parametrize(
    "folder", [".git", "node_modules", "__pycache__", "lib/python3.11/site-packages"]
)
def test_folders_of_tools_are_skipped(lab: Path, folder: str) -> None:
    shutil.copytree(lab / "ridge", lab / folder / "x")

    assert labels(find([str(lab)]))["projects"] == ["ridge"]


def test_virtual_environments_are_skipped_whatever_they_are_called(lab: Path) -> None:
    shutil.copytree(lab / "ridge", lab / "my-env" / "x")
    (lab / "my-env" / "pyvenv.cfg").touch()

    assert labels(find([str(lab)]))["projects"] == ["ridge"]


def test_a_store_is_not_searched_for_further_sources(lab: Path) -> None:
    shutil.copy(lab / "ridge" / "MLproject", lab / "ridge" / "mlruns" / "1" / "MLproject")

    assert labels(find([str(lab)]))["projects"] == ["ridge"]


def test_a_database_inside_of_a_file_store_is_found(lab: Path) -> None:
    shutil.copy(lab / "results" / "tracking.sqlite3", lab / "ridge" / "mlruns" / "mlflow.db")

    found = labels(find([str(lab / "ridge" / "mlruns")]))

    assert (found["databases"], found["file stores"]) == (["mlflow.db"], ["mlruns"])


def test_what_is_named_twice_is_found_once(lab: Path) -> None:
    found = find([str(lab), str(lab / "ridge"), str(lab / "ridge" / "mlruns"), str(lab)])

    assert labels(found) == labels(find([str(lab)]))


def test_equal_labels_are_told_apart_by_the_source(
    stores: Mapping[str, Path], tmp_path: Path
) -> None:
    for name in ("a", "b"):
        shutil.copytree(stores["v1.0-file"], tmp_path / name)

    by_source = find([str(tmp_path / "a"), str(tmp_path / "b")])
    by_folder = find([str(tmp_path / "a" / "mlruns"), str(tmp_path / "b" / "mlruns")])

    assert labels(by_source)["file stores"] == ["a/mlruns", "b/mlruns"]
    assert labels(by_folder)["file stores"] == ["a/mlruns", "b/mlruns"]


# How a source may be written


def test_a_source_may_be_a_file_uri(lab: Path) -> None:
    assert labels(find([(lab / "ridge").as_uri()]))["file stores"] == ["mlruns"]


@pytest.mark.parametrize("uri", ["file:ridge/mlruns", "file:./ridge/mlruns", "./ridge/mlruns"])
def test_a_source_may_be_relative(lab: Path, monkeypatch: pytest.MonkeyPatch, uri: str) -> None:
    monkeypatch.chdir(lab)

    found = find([uri])

    assert labels(found)["file stores"] == ["mlruns"]
    assert found.file_stores[0].path.is_absolute()


def test_a_database_uri_is_relative_with_three_slashes_and_absolute_with_four(
    lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(lab / "results")

    relative = find(["sqlite:///tracking.sqlite3"])
    absolute = find([f"sqlite:///{lab / 'results' / 'tracking.sqlite3'}?timeout=5"])

    assert relative.databases == absolute.databases


# Mistakes


def test_a_source_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    assert message(str(tmp_path / "mlrnus"))[0] == f"{tmp_path / 'mlrnus'} does not exist."


def test_a_source_that_holds_nothing_says_what_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()

    assert message(str(tmp_path)) == (f"{tmp_path} holds nothing that MLflow wrote.", LOOKED_FOR)


def test_a_part_of_a_store_names_the_store(stores: Mapping[str, Path]) -> None:
    experiment = stores["v1.0-file"] / "mlruns" / "1"

    assert message(str(experiment))[1] == (
        "It is a part of the file store mlruns: name that folder instead."
    )


def test_a_file_that_is_no_database_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "results.csv").touch()

    problem, hint = message(str(tmp_path / "results.csv"))

    assert problem == f"{tmp_path / 'results.csv'} is not an MLflow database."
    assert hint == "A file that is named must be an SQLite database with MLflow's tables."


@pytest.mark.parametrize(
    ("uri", "kind"),
    [
        ("https://mlflow.example.org", "https"),
        ("http://localhost:5000", "http"),
        ("databricks", "databricks"),
        ("databricks://profile", "databricks"),
        ("s3://bucket/mlruns", "s3"),
    ],
)
def test_a_tracking_server_is_an_error_with_a_way_out(uri: str, kind: str) -> None:
    assert message(uri) == (
        f"A tracking server ({kind}) is not read, only files are.",
        "Name the server's own folder (mlruns) or database (mlflow.db), or a copy of it.",
    )


def test_another_database_is_an_error_that_keeps_its_password(
    capsys: pytest.CaptureFixture[str],
) -> None:
    problem, hint = message("postgresql+psycopg2://user:secret@host/db")

    assert "postgresql" in problem
    assert "secret" not in problem + hint
    assert "only SQLite" in hint


def test_a_database_uri_that_names_no_file_says_how_to_write_one() -> None:
    assert "sqlite:///mlflow.db" in message("sqlite://mlflow.db")[1]


# Links


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_that_lead_in_circles_are_followed_once(lab: Path) -> None:
    (lab / "again").symlink_to(lab)
    (lab / "ridge" / "up").symlink_to("..")

    assert labels(find([str(lab)]))["projects"] == ["ridge"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_to_a_store_elsewhere_is_a_problem_and_not_followed(
    lab: Path, stores: Mapping[str, Path]
) -> None:
    (lab / "linked").symlink_to(stores["v1.0-file"] / "mlruns")

    found = find([str(lab)])

    assert labels(found)["file stores"] == ["ridge/mlruns"]
    assert [problem.path for problem in found.problems] == ["linked"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_source_may_be_a_link_itself(lab: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(lab / "ridge" / "mlruns")

    assert labels(find([str(tmp_path / "link")]))["file stores"] == ["mlruns"]


# When nothing is named


def test_the_tracking_uri_of_mlflow_is_honoured(tmp_path: Path) -> None:
    (tmp_path / "mlruns").mkdir()

    assert default_sources({"MLFLOW_TRACKING_URI": "sqlite:///x.db"}, tmp_path) == (
        "sqlite:///x.db",
    )


def test_else_it_is_what_mlflow_writes_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "mlruns").mkdir()
    (tmp_path / "mlflow.db").touch()

    assert default_sources({"MLFLOW_TRACKING_URI": " "}, tmp_path) == (
        str(tmp_path / "mlruns"),
        str(tmp_path / "mlflow.db"),
    )


def test_there_may_be_nothing_to_read(tmp_path: Path) -> None:
    assert default_sources({}, tmp_path) == ()


def test_an_artifact_root_beside_its_database_may_be_named_too(
    stores: Mapping[str, Path],
) -> None:
    folder = stores["v2.9-sqlite"]

    assert labels(find([str(folder / "mlruns"), str(folder / "mlflow.db")]))["databases"] == [
        "mlflow.db"
    ]


def test_a_model_that_lies_by_itself_is_found(tmp_path: Path, stores: Mapping[str, Path]) -> None:
    shutil.copytree(stores["mlmodels"] / "v3.17", tmp_path / "models")

    found = find([str(tmp_path)])

    assert len(found.models) > 10
    assert all((place.path / "MLmodel").is_file() for place in found.models)


def test_the_models_inside_a_store_are_the_store_s(stores: Mapping[str, Path]) -> None:
    assert find([str(stores["v3.17-file"])]).models == ()


def test_environment_files_without_a_project_are_found(
    tmp_path: Path, stores: Mapping[str, Path]
) -> None:
    shutil.copytree(stores["v1.0-file"] / "mlruns", tmp_path / "mlruns")
    (tmp_path / "conda.yaml").write_text("dependencies: [python=3.11]\n")

    assert [place.label for place in find([str(tmp_path)]).projects] == ["."]


def test_environment_files_alone_are_nothing_to_report(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy\n")

    with pytest.raises(ReportError, match="holds nothing"):
        find([str(tmp_path)])


def test_a_circle_of_links_is_passed_over(lab: Path) -> None:
    (lab / "loop").symlink_to("loop")

    assert labels(find([str(lab)]))["projects"] == ["ridge"]


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b"])
def test_a_name_that_no_file_can_have_is_an_error_in_one_line(name: str) -> None:
    what, _ = message(name)

    assert what.startswith(name)


def test_a_source_that_cannot_be_listed_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "mlruns").mkdir()
    monkeypatch.setattr(os, "scandir", refused)
    monkeypatch.setattr(Path, "iterdir", refused)

    what, _ = message(str(tmp_path / "mlruns"))

    assert "Permission denied" in what
