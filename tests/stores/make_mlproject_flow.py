"""How `mlproject-flow.tar.xz` was made: `python make_mlproject_flow.py FOLDER`, with MLflow 3.17.2.

A git repository with two projects below its root, one of them a workflow: its entry point `main`
runs the others by `mlflow.projects.run`, and each step hands over to the next what MLflow users
hand over: a folder of artifacts, a logged model. It runs twice; the second one fails at its last
step. Before both, an entry point ran that the project no longer offers.
"""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

PROJECT = """\
name: flow

python_env: python_env.yaml

entry_points:
  main:
    parameters:
      rows: {type: int, default: 60}
      least: {type: float, default: 0.0}
      note: {type: string, default: ""}
    command: "python main.py --rows {rows} --least {least} --note {note}"
  fetch:
    parameters:
      rows: {type: int, default: 60}
    command: "python steps.py fetch --rows {rows}"
  train:
    parameters:
      data: uri
      alpha: {type: float, default: 1.0}
      note: {type: string, default: ""}
    command: "python steps.py train --data {data} --alpha {alpha} --note {note}"
  evaluate:
    parameters:
      data: uri
      model: uri
      least: {type: float, default: 0.0}
    command: "python steps.py evaluate --data {data} --model {model} --least {least}"
"""

FORMER = (
    PROJECT
    + """\
  profile:
    parameters:
      rows: {type: int, default: 60}
    command: "python steps.py fetch --rows {rows}"
"""
)

MAIN = """\
import argparse

import mlflow

parser = argparse.ArgumentParser()
parser.add_argument("--rows")
parser.add_argument("--least")
parser.add_argument("--note")
given = parser.parse_args()


def step(name, **parameters):
    run = mlflow.projects.run(
        ".", name, parameters=parameters, env_manager="local", synchronous=True
    )
    return mlflow.MlflowClient().get_run(run.run_id)


with mlflow.start_run() as parent:
    data = step("fetch", rows=given.rows).info.artifact_uri + "/data"
    first = step("train", data=data, alpha="0.1", note=given.note)
    second = step("train", data=data, alpha="10", note=given.note)
    best = max((first, second), key=lambda run: run.data.metrics["r2"])
    model = f"models:/{best.outputs.model_outputs[0].model_id}"
    tried = step("evaluate", data=data, model=model, least=given.least)
    mlflow.log_metric("test_r2", tried.data.metrics["test_r2"])
"""

STEPS = """\
import argparse
import json
import sys
import tempfile
from pathlib import Path

import mlflow
from sklearn.datasets import make_regression
from sklearn.linear_model import Ridge

parser = argparse.ArgumentParser()
parser.add_argument("step")
for name in ("rows", "data", "alpha", "note", "model", "least"):
    parser.add_argument(f"--{name}")
given = parser.parse_args()


def table():
    path = Path(mlflow.artifacts.download_artifacts(given.data)) / "table.json"
    return json.loads(path.read_text())


with mlflow.start_run():
    if given.step == "fetch":
        x, y = make_regression(int(given.rows), 4, noise=20, random_state=3)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.json"
            path.write_text(json.dumps({"x": x.round(3).tolist(), "y": y.round(3).tolist()}))
            mlflow.log_artifact(path, "data")
        mlflow.log_metric("rows", len(y))
    if given.step == "train":
        data = table()
        model = Ridge(alpha=float(given.alpha)).fit(data["x"][:40], data["y"][:40])
        mlflow.sklearn.log_model(model, name="ridge")
        mlflow.log_metric("r2", model.score(data["x"][:40], data["y"][:40]))
    if given.step == "evaluate":
        data = table()
        model = mlflow.sklearn.load_model(given.model)
        score = model.score(data["x"][40:], data["y"][40:])
        mlflow.log_metric("test_r2", score)
        if score < float(given.least):
            sys.exit(1)
"""

OTHER = """\
name: plots
entry_points:
  main:
    parameters:
      run: {type: string}
    command: "python draw.py --run {run}"
"""

ENVIRONMENT = 'python: "3.11.13"\ndependencies:\n  - mlflow==3.17.2\n  - scikit-learn\n'

REMOTE = "https://git.example.org/ada/lab.git"


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True)


def write(folder: Path, project: str) -> None:
    files = {
        "flow/MLproject": project,
        "flow/main.py": MAIN,
        "flow/steps.py": STEPS,
        "flow/python_env.yaml": ENVIRONMENT,
        "plots/MLproject": OTHER,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def mlflow(folder: Path, *words: str) -> None:
    environment = {
        **os.environ,
        "MLFLOW_TRACKING_URI": (folder.parent / "mlruns").as_uri(),
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    command = [sys.executable, "-m", "mlflow", "run", *words, "--env-manager", "local"]
    subprocess.run(command, cwd=folder, env=environment, check=False)


def main() -> None:
    home = Path(sys.argv[1]).resolve() / "mlproject-flow"
    shutil.rmtree(home, ignore_errors=True)
    repository = home / "lab"
    write(repository, FORMER)
    git(repository, "init", "-q", "-b", "main")
    git(repository, "remote", "add", "origin", REMOTE)
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "A flow")
    mlflow(repository, f"{repository}#flow", "-e", "profile", "-P", "rows=50")
    write(repository, PROJECT)
    git(repository, "commit", "-q", "-a", "-m", "No profile")
    mlflow(repository, f"{repository}#flow", "-P", "note=two words")
    mlflow(repository, f"{repository}#flow", "-P", "least=0.999")
    config = (repository / ".git/config").read_bytes()
    shutil.rmtree(repository / ".git")
    (repository / ".git").mkdir()
    (repository / ".git/config").write_bytes(config)  # all that a reader looks at
    with tarfile.open(home.with_suffix(".tar.xz"), "w:xz") as archive:
        archive.add(home, home.name)


if __name__ == "__main__":
    main()
