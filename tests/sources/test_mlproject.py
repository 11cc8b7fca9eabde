"""MLproject files: MLflow's own rules, and what it refuses but we show."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from reportgen.model import Parameter, Project
from reportgen.sources.mlproject import read_project


def project(folder: Path, content: str, **files: str) -> Project:
    """Of an MLproject; other files by name, with `_` for the dot."""
    (folder / "MLproject").write_text(content, "utf-8")
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_text(text, "utf-8")
    return read_project(folder, "work")


def parameter(folder: Path, spec: str) -> Parameter:
    entry = f"entry_points: {{main: {{command: run, parameters: {{alpha: {spec}}}}}}}"
    return project(folder, entry).entry_points[0].parameters[0]


def what_is_wrong(read: Project) -> list[str]:
    return [problem.what for problem in read.problems]


def test_the_project_that_mlflow_ran(stores: Mapping[str, Path]) -> None:
    read = read_project(stores["mlproject-ridge"] / "ridge", ".")

    assert (read.path, read.name, read.env_kind) == (".", "ridge-demo", "python_env")
    assert [entry.name for entry in read.entry_points] == ["main", "validate"]
    assert read.entry_points[0].parameters == (
        Parameter("alpha", "float", 1.0),
        Parameter("note", "string", "none"),
        Parameter("steps", "int", 5),
    )
    assert read.entry_points[1].parameters == (Parameter("model", "uri", required=True),)
    assert read.environment
    assert read.environment.python == "3.11"
    assert read.problems == ()


@pytest.mark.parametrize("name", ["MLproject", "mlproject", "MLPROJECT", "MlProject"])
def test_the_file_is_found_in_any_case(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("name: x\nentry_points: {}")

    assert read_project(tmp_path, "work").name == "x"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("float", Parameter("alpha", "float", required=True)),
        ("{type: float}", Parameter("alpha", "float", required=True)),
        ("{default: 0.5}", Parameter("alpha", "string", 0.5)),
        ("{type: float, default: null}", Parameter("alpha", "float", required=True)),
        ("{type: float, default: 1e-3}", Parameter("alpha", "float", "1e-3")),
        ("{type: path, default: ''}", Parameter("alpha", "path", "")),
        ("{default: false}", Parameter("alpha", "string", False)),
        ("{default: [1, 2]}", Parameter("alpha", "string", [1, 2])),
        ("{default: .inf}", Parameter("alpha", "string", "inf")),
        ("0.5", Parameter("alpha", "string", 0.5)),
        ("", Parameter("alpha", "string", required=True)),
    ],
)
def test_a_parameter(tmp_path: Path, spec: str, expected: Parameter) -> None:
    assert parameter(tmp_path, spec) == expected


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("", "This MLproject is empty."),
        ("just text", "This MLproject is not a mapping."),
        ("a: [", "This MLproject cannot be read: not YAML: did not find expected node content"),
        ("entry_points: [main]", "Its entry_points are not a mapping of names."),
        ("entry_points: {main: }", "The entry point 'main' has neither parameters nor a command."),
        ("entry_points: {main: {}}", "The entry point 'main' has no command, so nothing can run"),
        ("docker_env: {volumes: []}", "Its docker_env names no image."),
        ("conda_env: a.yaml", "It names 'a.yaml' as its environment, but that file is not here."),
        ("python_env: ../a", "It names '../a' as its environment, but that file is not here."),
        ('python_env: "\\0"', "It names '\\x00' as its environment, but that file is not here."),
        (
            "docker_env: {image: i}\npython_env: a",
            "It names more than one environment: docker_env, python_env.",
        ),
        (
            "entry_points: {main: {command: x, parameters: [alpha]}}",
            "The parameters of 'main' are not a mapping of names.",
        ),
        (
            "entry_points: {main: {command: x, parameters: {alpha: 0.5}}}",
            "The parameter 'alpha' of 'main' has no type that MLflow can read.",
        ),
    ],
)
def test_what_is_wrong_is_a_problem_of_the_project(
    tmp_path: Path, content: str, wrong: str
) -> None:
    read = project(tmp_path, content)

    assert [problem.path for problem in read.problems] == ["work/MLproject"]
    assert read.problems[0].what.startswith(wrong)


@pytest.mark.parametrize("content", ["entry_points:", "name: x", "entry_points: {}", "docker_env:"])
def test_a_project_without_entry_points_is_no_problem(tmp_path: Path, content: str) -> None:
    assert project(tmp_path, content).problems == ()


def test_a_folder_without_the_file_is_a_project_without_entry_points(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy==2.1.0\n")

    assert read_project(tmp_path, "work").entry_points == ()
    assert what_is_wrong(read_project(tmp_path, "work")) == []


def test_a_docker_project_names_its_image(tmp_path: Path) -> None:
    read = project(tmp_path, "docker_env: {image: lab/train:2, volumes: ['/a:/b']}")

    assert (read.env_kind, read.docker_image, read.environment) == (
        "docker_env",
        "lab/train:2",
        None,
    )


def test_an_environment_that_is_not_named_is_looked_for(tmp_path: Path) -> None:
    read = project(tmp_path, "entry_points: {}", conda_yaml="dependencies: [python=3.9]")

    assert read.env_kind == ""
    assert read.environment
    assert read.environment.files == ("conda.yaml",)


def test_python_env_is_looked_for_before_conda(tmp_path: Path) -> None:
    read = project(
        tmp_path, "name: x", conda_yaml="dependencies: [python=3.9]", python_env_yaml="python: 3.12"
    )

    assert read.environment
    assert read.environment.files == ("python_env.yaml",)


def test_requirements_count_only_where_the_environment_refers_to_them(tmp_path: Path) -> None:
    without = project(
        tmp_path, "name: x", python_env_yaml="dependencies: [mlflow]", requirements_txt="black\n"
    )
    with_them = project(tmp_path, "name: x", python_env_yaml="dependencies: [-r requirements.txt]")

    assert without.environment
    assert [one.name for one in without.environment.pip] == ["mlflow"]
    assert with_them.environment
    assert [one.name for one in with_them.environment.pip] == ["black"]


def test_a_bad_environment_is_a_problem_at_its_own_path(tmp_path: Path) -> None:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs/gpu.yml").write_text("a: [")
    read = project(tmp_path, "conda_env: envs/gpu.yml\nentry_points: {}")

    assert [problem.path for problem in read.problems] == ["work/envs/gpu.yml"]


def test_links_out_of_the_folder_are_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / "secret.yaml").write_text("python: 3.12")
    (folder / "env.yaml").symlink_to(tmp_path / "secret.yaml")
    read = project(folder, "python_env: env.yaml")

    assert read.environment is None
