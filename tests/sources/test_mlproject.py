"""MLproject files: MLflow's own rules, and what it refuses but we show."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from reportgen.model import (
    DockerEnvironment,
    EntryPoint,
    Environment,
    Parameter,
    Project,
    SparkJob,
)
from reportgen.sources.mlproject import read_project
from tests.mlflow_environment import mlflow_variables


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


def one_entry(command: str, *parameters: str) -> str:
    """An MLproject whose command is in line 3 and whose parameters begin in line 5."""
    lines = ["entry_points:", "  main:", f"    command: {command}", "    parameters:"]
    return "\n".join([*lines, *(f"      {parameter}" for parameter in parameters)])


WRONG = {
    "": ("", "This MLproject is empty."),
    "just text": ("", "This MLproject is not a mapping."),
    "name: x\na: [}\nb: 1": (":2", "This MLproject cannot be read: not YAML: did not find"),
    # entry points
    "name: x\nentry_points: [main]": (":2", "Its entry_points are not a mapping of names."),
    "name: x\nentry_points:": (":2", "Its entry_points are empty: MLflow stops with an error."),
    "entry_points:\n  main:": (
        ":2",
        "The entry point 'main' has neither parameters nor a command.",
    ),
    "entry_points:\n  main: {}": (
        ":2",
        "The entry point 'main' has no command, so nothing can run",
    ),
    "entry_points:\n  on: {command: x}": (":2", "The entry point 'on' is no text to YAML"),
    "entry_points:\n  a: {command: x}\n  a: {command: y}": (":3", "The key 'a' is written 2 times"),
    # keys
    "entrypoints: {}": (":1", "MLflow does not know the key 'entrypoints', and ignores it."),
    "entry_points:\n  a:\n    comand: x\n": (":2", "The entry point 'a' has no command"),
    # parameters
    one_entry("x"): (":4", "The parameters of 'main' are empty: MLflow stops with an error."),
    one_entry("x", "[alpha]"): (":4", "The parameters of 'main' are not a mapping of names."),
    one_entry("x {a}", "a: 0.5"): (":5", "The parameter 'a' of 'main' has no type that MLflow can"),
    one_entry("x {a} {b}", "a: int", "b: number"): (
        ":6",
        "The parameter 'b' of 'main' has the type",
    ),
    one_entry("x {a}", "a: {type: int, default: 0.5}"): (
        ":5",
        "The default of the parameter 'a' of 'main' is not a whole number: '0.5'.",
    ),
    one_entry("x {u}", "u: {type: uri, default: data.csv}"): (
        ":5",
        "The default of the parameter 'u' of 'main' is not an address: 'data.csv'.",
    ),
    one_entry("x", "a.b: int"): (":5", "The parameter 'a.b' of 'main' cannot stand in a command"),
    one_entry("x {a=b}", "a=b: int"): (":5", "The parameter 'a=b' of 'main' cannot be given"),
    one_entry("x {a}", "a: int", "no: int"): (":6", "The parameter 'no' is no text to YAML"),
    # commands
    one_entry("x {a} {b}", "a: int"): (
        ":3",
        "The command of 'main' has the placeholder {b}, which",
    ),
    one_entry("x {a} {}", "a: int"): (
        ":3",
        "The command of 'main' has a placeholder without a name",
    ),
    one_entry("x {a:.2f}", "a: int"): (":3", "The command of 'main' has the placeholder {a:.2f}:"),
    one_entry('"x {a} }"', "a: int"): (":3", "The command of 'main' is no template that MLflow"),
    one_entry("x {a}", "a: int", "b: int"): (
        ":6",
        "The parameter 'b' of 'main' is not in its command",
    ),
    # environments
    "conda_env: a.yaml": (":1", "It names 'a.yaml' as its environment, but that file is not here."),
    "python_env: ../a": (":1", "It names '../a' as its environment, but that file is not here."),
    'python_env: "\\0"': (":1", "It names '\\x00' as its environment, but that file is not here."),
    "name: x\ndocker_env: {volumes: []}": (":2", "Its docker_env names no image."),
    "docker_env: {image: i}": (":1", "It runs in an image but has no name: MLflow refuses it"),
    "name: x\ndocker_env:\n  image: i\n  volumes: a:b": (
        ":4",
        "Its volumes are not a list of texts.",
    ),
    "name: x\ndocker_env:\n  image: i\n  environment: {A: b}": (
        ":4",
        "Its environment is not a list",
    ),
    "name: x\ndocker_env: {image: i}\npython_env: a": (
        ":3",
        "It names more than one environment: docker_env, python_env.",
    ),
    # Databricks
    "databricks_spark_job: {parameters: []}": (
        ":1",
        "Its Databricks Spark job has neither a python",
    ),
    "databricks_spark_job: {python_file: a}\nentry_points: {m: {command: x}}": (
        ":1",
        "Its Databricks Spark job has both a python_file and entry points",
    ),
}
"""What an MLproject may get wrong: the line, and how the first problem begins."""


TAKEN = (
    *("The entry point 'on'", "The key 'a'", "MLflow does not know", "The parameter 'b'"),
    *("The default of the parameter 'a'", "The parameter 'a.b'", "The parameter 'a=b'"),
    *("The parameter 'no'", "It runs in an image but has no name"),
)
"""How those begin that MLflow takes: it does nothing of what was meant, or stops later."""

ASK_MLFLOW = """
import json, pathlib, sys
from mlflow.projects._project_spec import load_project

def refuses(content):
    pathlib.Path("MLproject").write_text(content)
    try:
        for entry in load_project(".")._entry_points.values():
            needed = {name for name, one in entry.parameters.items() if one.default is None}
            entry.compute_command({name: "s3://x" for name in needed}, None)
    except Exception:
        return True
    return False

print(json.dumps([refuses(content) for content in json.load(sys.stdin)]))
"""


@pytest.mark.mlflow
def test_what_mlflow_refuses_is_what_we_say_it_does(mlflow_python: Path, tmp_path: Path) -> None:
    answers = subprocess.run(
        [mlflow_python, "-W", "ignore", "-c", ASK_MLFLOW],
        cwd=tmp_path,
        env=mlflow_variables(),
        input=json.dumps(list(WRONG)),
        capture_output=True,
        text=True,
        check=True,
    )
    expected = [not wrong.startswith(TAKEN) for _, wrong in WRONG.values()]

    assert json.loads(answers.stdout) == expected


@pytest.mark.parametrize("content", WRONG)
def test_what_is_wrong_is_a_problem_of_its_line(tmp_path: Path, content: str) -> None:
    line, wrong = WRONG[content]
    read = project(tmp_path, content)

    assert read.problems[0].path == f"work/MLproject{line}"
    assert read.problems[0].what.startswith(wrong)


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ("nmae: x", "Did you mean 'name'?"),
        ("docker_env: {image: i, volume: []}\nname: x", "Did you mean 'volumes'?"),
        (one_entry("x {alpah}", "alpha: int"), "Did you mean {alpha}?"),
        ("entry_points:\n  on: {command: x}", 'Write it in quotes: "on".'),
    ],
)
def test_a_slip_is_told_with_what_was_meant(tmp_path: Path, content: str, hint: str) -> None:
    assert hint in [problem.hint for problem in project(tmp_path, content).problems]


def test_problems_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    content = "python_env: a\nentry_points:\n  a: {}\n  b: {}\nnmae: x"

    paths = [problem.path for problem in project(tmp_path, content).problems]
    assert paths == [f"work/MLproject:{line}" for line in (1, 3, 4, 5)]


@pytest.mark.parametrize(
    "content",
    [
        "owner: ada\nentry_points: {main: {command: 'x {a} {{b}}', parameters: {a: int}}}",
        "entry_points: {main: {command: x, parameters: {}}}",
        "name: x\ndocker_env: {image: i, volumes: ['/a:/b'], environment: [A, [B, c]]}",
        "databricks_spark_job: {python_file: a.py}",
        one_entry("x {rate}", "rate: {type: float, default: 1e-3}"),
        one_entry("x {on-off}", "on-off: string"),
    ],
)
def test_what_mlflow_takes_is_no_problem(tmp_path: Path, content: str) -> None:
    assert project(tmp_path, content).problems == ()


@pytest.mark.parametrize("content", ["name: x", "entry_points: {}", "docker_env:"])
def test_a_project_without_entry_points_is_no_problem(tmp_path: Path, content: str) -> None:
    assert project(tmp_path, content).problems == ()


def test_a_folder_without_the_file_is_a_project_without_entry_points(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy==2.1.0\n")

    assert read_project(tmp_path, "work").entry_points == ()
    assert what_is_wrong(read_project(tmp_path, "work")) == []


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


MAIN = "entry_points: {main: {command: x}}"
FORMS: Mapping[str, tuple[Mapping[str, str], Project]] = {
    "a name alone": (
        {"MLproject": "name: wine"},
        Project("work", "wine", file="MLproject"),
    ),
    "no file, an environment of conda": (
        {"conda.yaml": "dependencies: [python=3.9]"},
        Project("work", environment=Environment(("conda.yaml",), "3.9"), env_file="conda.yaml"),
    ),
    "no file, an environment of pip": (
        {"python_env.yaml": "python: 3.12"},
        Project(
            "work",
            environment=Environment(("python_env.yaml",), "3.12"),
            env_file="python_env.yaml",
        ),
    ),
    "entry points": (
        {"mlproject": MAIN},
        Project("work", entry_points=(EntryPoint("main", "x"),), file="mlproject"),
    ),
    "python_env": (
        {"MLproject": "python_env: envs/gpu.yaml", "envs/gpu.yaml": "python: 3.12"},
        Project(
            "work",
            environment=Environment(("gpu.yaml",), "3.12"),
            env_kind="python_env",
            env_file="envs/gpu.yaml",
            file="MLproject",
        ),
    ),
    "conda_env": (
        {"MLproject": "conda_env: gpu.yaml", "gpu.yaml": "dependencies: [python=3.9]"},
        Project(
            "work",
            environment=Environment(("gpu.yaml",), "3.9"),
            env_kind="conda_env",
            env_file="gpu.yaml",
            file="MLproject",
        ),
    ),
    "docker_env": (
        {
            "MLproject": "name: wine\ndocker_env:\n  image: lab/train:2\n"
            "  volumes: ['/data:/data']\n  environment: [TOKEN, [MODE, fast]]"
        },
        Project(
            "work",
            "wine",
            env_kind="docker_env",
            docker=DockerEnvironment(
                "lab/train:2", ("/data:/data",), (("TOKEN", None), ("MODE", "fast"))
            ),
            file="MLproject",
        ),
    ),
    "databricks_spark_job": (
        {
            "MLproject": "databricks_spark_job:\n  python_file: job.py\n"
            "  parameters: [--days, 7]\n  python_libraries: [pandas, {pypi: {package: x}}]"
        },
        Project(
            "work",
            spark_job=SparkJob("job.py", ("--days", "7"), ("pandas", '{"pypi": {"package": "x"}}')),
            file="MLproject",
        ),
    ),
}
"""Every form that a project may have: the files of its folder, and what is read."""


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_project_is_read(tmp_path: Path, form: str) -> None:
    files, expected = FORMS[form]
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    assert read_project(tmp_path, "work") == expected


CONFIG = """\
[core]
\tbare = false
[remote "mirror"]
\turl = https://mirror.example.org/lab.git
[remote "origin"]
\tfetch = +refs/heads/*:refs/remotes/origin/*
\turl = https://git.example.org/ada/lab.git
"""


def test_a_project_knows_its_place_in_its_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text(CONFIG)
    (tmp_path / "lab/wine").mkdir(parents=True)
    read = read_project(tmp_path / "lab/wine", "lab/wine", [tmp_path])

    assert (read.repository, read.subdirectory) == (
        "https://git.example.org/ada/lab.git",
        "lab/wine",
    )


def test_a_repository_is_not_looked_for_outside_of_the_source(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text(CONFIG)
    (tmp_path / "lab/wine").mkdir(parents=True)
    read = read_project(tmp_path / "lab/wine", "wine", [tmp_path / "lab"])

    assert (read.repository, read.subdirectory) == ("", "")


@pytest.mark.parametrize("config", ["", '[remote "origin"]\n', "[core]\n\turl = x\n"])
def test_a_repository_without_an_address_has_none(tmp_path: Path, config: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text(config)

    assert read_project(tmp_path, ".", [tmp_path]).repository == ""


def test_the_time_of_a_check_grows_no_faster_than_the_file(tmp_path: Path) -> None:
    entries = "".join(
        f"  e{place}:\n    command: x {{a}}\n    parameters: {{a: int}}\n" for place in range(500)
    )
    read = project(tmp_path, f"entry_points:\n{entries}")

    assert (len(read.entry_points), read.problems) == (500, ())
