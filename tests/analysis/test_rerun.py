"""The commands that run a run again, as a shell would take them."""

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from reportgen.analysis.rerun import Rerun, filled, rerun
from reportgen.model import EntryPoint, Environment, LoggedModel, Parameter, Project, Requirement
from tests.builders import a_model, a_run

COMMIT = "4f1c2d3e5a6b7c8d9e0f4f1c2d3e5a6b7c8d9e0f"
URL = "https://host/lab/wines.git"
CODE = {"mlflow.source.git.commit": COMMIT, "mlflow.source.git.repoURL": URL}
SCRIPT = {**CODE, "mlflow.source.name": "train.py"}
LAUNCHED = {
    **CODE,
    "mlflow.source.name": "file:///home/ada/wines#red",
    "mlflow.project.entryPoint": "main",
}
MAIN = EntryPoint(
    "main",
    "python train.py --lr {lr} --note {note}",
    (Parameter("lr", required=True), Parameter("note", default="none")),
)
RED = Project("wines/red", entry_points=(MAIN,))
NUMPY = Requirement("numpy", "==2.1.0", "numpy==2.1.0")


def commands(
    tags: Mapping[str, str],
    params: Mapping[str, str] | None = None,
    *,
    models: Sequence[LoggedModel] = (),
    project: Project | None = None,
    environment: Environment | None = None,
) -> Rerun:
    return rerun(a_run(tags=tags, params=params or {}), models, project, environment)


def stage(found: Rerun, kind: str) -> dict[str, str]:
    return next((dict(one.ways) for one in found.stages if one.kind == kind), {})


def words(text: str) -> list[str]:
    return shlex.split(text.replace("\\\n", ""))


# By MLflow


def test_a_project_is_run_at_its_commit_with_every_declared_parameter() -> None:
    found = commands(LAUNCHED, {"lr": "0.5", "note": "'a b'"}, project=RED)

    assert words(dict(found.mlflow)["new"]) == [
        *("mlflow", "run", f"{URL}#red", "-v", COMMIT, "-e", "main"),
        *("-P", "lr=0.5", "-P", "note=a b"),
    ]
    assert not found.today


@pytest.mark.parametrize("path", ["~/a.csv", "…/b/c/a.csv", "hidden-path/a.csv"])
def test_a_command_with_a_path_that_is_not_told_in_full_says_so(path: str) -> None:
    found = commands(LAUNCHED, {"lr": "0.5", "note": path, "data": path}, project=RED)

    said = [*dict(found.mlflow).values(), *stage(found, "command").values()]
    assert {text.partition("\n")[0] for text in said} == {
        "# Paths are shortened here: put in your own."
    }
    assert found.undeclared == ("data",)


def test_it_can_be_run_with_the_packages_that_are_there() -> None:
    found = commands(LAUNCHED, {"lr": "1"}, project=RED)

    assert "--env-manager local" in dict(found.mlflow)["here"].replace("\\\n  ", "")


def test_what_is_recorded_but_not_declared_is_offered_apart() -> None:
    found = commands(LAUNCHED, {"lr": "1", "extra": "7", "fit": "{'a': 1}"}, project=RED)

    assert found.undeclared == ("extra",)  # MLflow would have quoted the other one
    assert "extra" not in dict(found.mlflow)["new"]
    assert words(dict(found.mlflow)["every"])[-2:] == ["-P", "extra=7"]
    assert stage(found, "command")["options"].endswith(" --extra 7")


@pytest.mark.parametrize(
    "changes",
    [
        {"mlflow.source.git.repoURL": ""},
        {"mlflow.source.git.repoURL": "/srv/wines"},
        {"mlflow.source.git.commit": ""},
        {"mlflow.source.git.commit": COMMIT[:8]},  # cannot be fetched by its beginning
        {"mlflow.source.name": "file:///home/ada/wines#v1.0"},  # MLflow takes no dot there
    ],
    ids=str,
)
def test_code_that_cannot_be_fetched_is_run_as_it_is_now(changes: Mapping[str, str]) -> None:
    found = commands({**LAUNCHED, **changes}, {"lr": "1"}, project=RED)

    assert words(dict(found.mlflow)["new"]) == [
        *("mlflow", "run", "wines/red", "-e", "main", "-P", "lr=1")
    ]
    assert found.today


def test_a_project_that_was_run_by_its_address_is_run_by_it_again() -> None:
    tags = {**LAUNCHED, "mlflow.source.name": "https://ada:token@host/lab/wines#red"}
    tags.pop("mlflow.source.git.repoURL")

    text = dict(commands(tags, project=RED).mlflow)["new"]

    assert words(text)[2] == "https://host/lab/wines#red"
    assert "token" not in text


def test_of_an_unknown_project_all_that_may_have_been_given_is_given() -> None:
    found = commands(LAUNCHED, {"lr": "1", "fit": "a b"})

    assert words(dict(found.mlflow)["new"])[-2:] == ["-P", "lr=1"]
    assert found.stages == ()


# Step by step


def test_the_code_is_cloned_at_its_commit_without_credentials() -> None:
    tags = {**LAUNCHED, "mlflow.source.git.repoURL": "https://ada:token@host/lab/wines.git"}

    found = commands(tags, {"lr": "1"}, project=RED)

    assert stage(found, "code")[""].splitlines() == [
        "git clone https://host/lab/wines.git wines",
        "cd wines",
        f"git checkout {COMMIT}",
        "cd ./red",
    ]


def test_without_an_address_a_clone_is_taken_for_granted() -> None:
    tags = {**SCRIPT, "mlflow.source.git.repoURL": ""}

    assert stage(commands(tags), "code")[""] == f"git checkout {COMMIT}"


def test_without_a_commit_there_are_no_steps() -> None:
    assert commands({**SCRIPT, "mlflow.source.git.commit": ""}) == Rerun()


def test_the_command_of_the_entry_point_is_filled_as_mlflow_does() -> None:
    found = commands(LAUNCHED, {"lr": "0.5", "note": """'it'"'"'s $HOME'"""}, project=RED)

    assert words(stage(found, "command")[""]) == [
        *("python", "train.py", "--lr", "0.5", "--note", "it's $HOME")
    ]


def test_a_script_that_mlflow_ran_gets_its_parameters_as_options() -> None:
    tags = {**LAUNCHED, "mlflow.project.entryPoint": "train.py"}

    assert stage(commands(tags, {"lr": "1"}), "command") == {"": "python train.py --lr 1"}


def test_an_entry_point_without_a_command_has_none_to_run() -> None:
    project = Project("red", entry_points=(EntryPoint("main"),))

    assert commands(LAUNCHED, {"lr": "1"}, project=project).stages == ()


def test_in_an_image_the_command_is_run_inside() -> None:
    tags = {**LAUNCHED, "mlflow.docker.image.uri": "lab/wine:1"}

    found = words(stage(commands(tags, {"lr": "1"}, project=RED), "command")[""])

    assert found[:3] == ["docker", "run", "--rm"]
    assert found[-3:] == ["bash", "-c", "python train.py --lr 1 --note none"]
    assert "lab/wine:1" in found


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("train.py", "python train.py"),
        ("./lab/train.py", "python lab/train.py"),
        ("/home/ada/wines/lab/train.py", "python lab/train.py"),
        ("/home/ada/other/train.py", "python train.py"),
        ("C:\\work\\wines\\lab\\train.py", "python lab/train.py"),
        ("-x.py", "python ./-x.py"),
        ("a b.py", "python 'a b.py'"),
        ("train.R", "Rscript train.R"),
        ("job.sh", "bash job.sh"),
        ("train.ipynb", "jupyter nbconvert --to notebook --execute train.ipynb"),
    ],
)
def test_a_script_is_run_from_the_root_of_its_repository(source: str, line: str) -> None:
    found = commands({**SCRIPT, "mlflow.source.name": source})

    assert stage(found, "command") == {"": line}


@pytest.mark.parametrize("source", ["", "ipykernel_launcher.py", "/usr/bin/torchrun", "<console>"])
def test_what_is_no_script_has_no_command(source: str) -> None:
    assert commands({**SCRIPT, "mlflow.source.name": source}) == Rerun()


def test_the_parameters_of_a_script_are_listed_in_comments_of_one_line() -> None:
    found = commands(SCRIPT, {"lr": "1", "note": "a\nrm -rf ~\r\u2028b"})

    assert stage(found, "command")[""].splitlines() == [
        "python train.py",
        "# with these parameters:",
        "#   lr = 1",
        "#   note = a rm -rf ~ b",
    ]


# Its environment


def test_the_environment_of_a_project_is_made_of_the_files_in_the_clone() -> None:
    environment = Environment(
        files=("python_env.yaml", "requirements.txt"), python="3.11.7", pip=(NUMPY,)
    )
    project = Project("red", entry_points=(MAIN,), environment=environment)

    found = commands(LAUNCHED, {"lr": "1"}, project=project)

    assert stage(found, "packages") == {}
    assert stage(found, "environment") == {
        "venv": "python3.11 -m venv .venv\n. .venv/bin/activate\n"
        "python -m pip install -r requirements.txt",
        "uv": "uv venv --python 3.11.7 .venv\n. .venv/bin/activate\n"
        "uv pip install -r requirements.txt",
    }


def test_an_environment_that_is_in_no_clone_is_written_down() -> None:
    environment = Environment(files=("requirements.txt",), pip=(NUMPY,))

    found = commands(SCRIPT, environment=environment)

    assert stage(found, "packages")[""].splitlines() == [
        "cat > requirements-of-the-run.txt <<'END'",
        "numpy==2.1.0",
        "END",
    ]
    assert stage(found, "environment")["venv"].endswith("-r requirements-of-the-run.txt")


def test_a_line_cannot_end_the_file_that_is_written() -> None:
    lines = (NUMPY, Requirement("END", line="END"), Requirement("x", line="x\nrm -rf ~"))
    environment = Environment(files=("requirements.txt",), pip=lines)

    text = stage(commands(SCRIPT, environment=environment), "packages")[""]

    assert text.splitlines()[0].endswith("<<'END_'")
    assert text.splitlines()[1:] == ["numpy==2.1.0", "END", "x rm -rf ~", "END_"]


def test_the_conda_environment_of_a_project_is_made_by_its_file() -> None:
    environment = Environment(
        files=("conda.yaml",), conda=(Requirement("numpy", "=2.1", "numpy=2.1"),)
    )
    project = Project(
        "red",
        entry_points=(MAIN,),
        environment=environment,
        env_kind="conda_env",
        env_file="envs/conda.yaml",
    )

    assert stage(commands(LAUNCHED, {"lr": "1"}, project=project), "environment") == {
        "conda": "conda env create --prefix ./.conda --file envs/conda.yaml\n"
        "conda activate ./.conda"
    }


def test_packages_of_conda_without_a_file_are_named() -> None:
    environment = Environment(
        files=("conda.yaml",),
        python="3.11",
        conda=(Requirement("numpy", "=2.1", "numpy=2.1"), Requirement("pip")),
        pip=(Requirement("mlflow", "==3.1", "mlflow==3.1"),),
        channels=("conda-forge",),
    )

    assert stage(commands(SCRIPT, environment=environment), "environment") == {
        "conda": "conda create --prefix ./.conda --channel conda-forge python=3.11 numpy=2.1 pip\n"
        "conda activate ./.conda\npython -m pip install -r requirements-of-the-run.txt"
    }


# A command that is a template


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("run {lr} {{x}}", "run 'a b' {x}"),
        ("run {lr:>9}", ""),
        ("run {lr!r}", ""),
        ("run {lr.__class__}", ""),
        ("run {lr[0]}", ""),
        ("run {other}", ""),
        ("run {", ""),
        ("run {}", ""),
    ],
)
def test_only_plain_placeholders_are_filled(command: str, line: str) -> None:
    assert filled(EntryPoint("x", command, (Parameter("lr"),)), {"lr": "a b"}) == line


# Changes that were not committed


@pytest.mark.parametrize("folder", ["", "red"])
def test_a_patch_is_fetched_and_applied_before_the_command(folder: str, tmp_path: Path) -> None:
    """With a stand-in for `mlflow` that knows the run's tags."""
    home = tmp_path / "wines"
    script = home / folder / "train.py"
    script.parent.mkdir(parents=True)
    script.write_text("print('then')\n")
    git = ["git", "-c", "user.name=ada", "-c", "user.email=ada@example.org", "-C", str(home)]
    for line in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *line], check=True)
    commit = output([*git, "rev-parse", "HEAD"]).strip()
    script.write_text("print('changed')\n")
    patch = output([*git, "diff"]).rstrip("\n")  # as GitPython has it
    (tmp_path / "mlflow.py").write_text(
        "class data: tags = {'mlflow.source.git.diff': " + repr(patch) + "}\n"
        "def get_run(id):\n    class run: pass\n    run.data = data\n    return run\n"
    )
    tags = {
        **LAUNCHED,
        "mlflow.source.name": f"file:///home/ada/wines#{folder}",
        "mlflow.source.git.commit": commit,
        "mlflow.source.git.diff": patch,
        "mlflow.source.git.repoURL": "git@host:lab/wines",
    }
    entry = EntryPoint("main", "python train.py")
    found = commands(tags, project=Project("wines", entry_points=(entry,)))

    lines = [one.ways[0][1] for one in found.stages]
    lines[0] = lines[0].replace("git clone git@host:lab/wines wines", f"git clone -q {home} clone")
    lines[0] = lines[0].replace("cd wines", "cd clone")
    said = output(
        ["bash", "-ec", "\n".join(lines)], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}
    )

    assert said == "changed\n"
    assert found.mlflow == ()


def output(words: list[str], **where: Any) -> str:
    env = {**os.environ, **where.pop("env", {})}
    done = subprocess.run(words, check=True, capture_output=True, text=True, env=env, **where)
    return done.stdout


def test_a_patch_of_a_model_is_fetched_from_the_model() -> None:
    model = a_model(tags={"mlflow.source.git.diff": "+b"})

    text = stage(commands(SCRIPT, models=[model]), "patch")[""]

    assert "mlflow.get_logged_model('m-classifier').tags" in words(text)[2]
    assert "+b" not in repr(commands(SCRIPT, models=[model]))
