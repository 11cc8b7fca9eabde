"""The commands of a run's page, tried: they get the same metric from the code at its commit.

MLflow itself launches a project that lies in a folder of a git repository. Its page is built,
the code is changed since, and the page's own commands are run in an empty folder. The repository's
address leads to a folder on this machine by git's own settings, so that nothing leaves it.
"""

import html
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from reportgen.analysis.reproducibility import About
from reportgen.sources.file_store import FileStore
from reportgen.views.reproducibility import MEND, SAME, TITLES
from tests.mlflow_environment import mlflow_variables
from tests.sites import build_site, pages

pytestmark = pytest.mark.mlflow

ADDRESS = "https://example.org/lab/wines.git"
NOTE = """it's "two" words & $HOME"""

MLPROJECT = """
name: wines
python_env: python_env.yaml
entry_points:
  train:
    parameters:
      rate: {type: float, default: 0.5}
      note: string
      seed: {type: int, default: 3}
    command: "python train.py --rate {rate} --note {note} --seed {seed}"
"""
PYTHON_ENV = "python: 3.11.7\ndependencies: [mlflow==3.17.2]\n"

TRAIN = f"""
import argparse
import random

import git
import mlflow
import pandas

parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float)
parser.add_argument("--note")
parser.add_argument("--seed", type=int)
args = parser.parse_args()
chance = random.Random(f"{{args.seed}} {{args.note}}")
frame = pandas.DataFrame({{"x": [1.0, 2.0]}})
with mlflow.start_run():
    {MEND[About.CHANGES, "untold"][1]}
    {MEND[About.DATASETS, ""][1]}
    mlflow.log_metric("error", args.rate * sum(chance.random() for _ in range(100)))
"""

LAUNCH = f"""
import mlflow
given = {{"rate": 0.25, "note": {NOTE!r}}}
mlflow.projects.run(".#lab/train", "train", parameters=given, env_manager="local")
"""
"""What the command `mlflow run` calls, without the seconds in which the command starts."""


@dataclass(frozen=True)
class Launched:
    """A run of the project, the page that tells of it, and what commands need to find both."""

    page: str
    error: float
    variables: Mapping[str, str]

    def first_code(self, after: str) -> str:
        """The text of the first code of the page behind a heading or a title."""
        found = re.search(r"<code>(.*?)</code></pre>", self.page.partition(f">{after}<")[2], re.S)
        assert found
        return html.unescape(re.sub(r"<[^>]*>", "", found[1]))


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=ada", "-c", "user.email=ada@example.org")
    subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True)


def shell(text: str, folder: Path, variables: Mapping[str, str]) -> None:
    done = subprocess.run(
        ["bash", "-ec", text],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(done.stdout + done.stderr)


def variables_of(python: Path, origin: Path, store: Path) -> dict[str, str]:
    """The `mlflow` and `python` beside `python`; the address of the repository is `origin`."""
    variables = mlflow_variables()
    return {
        **variables,
        "PATH": f"{python.parent}{os.pathsep}{variables['PATH']}",
        "MLFLOW_TRACKING_URI": store.as_uri(),
        "PYTHONWARNINGS": "ignore",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{origin.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": ADDRESS,
    }


def error_of(store: Path, metric: str = "error") -> float:
    """The metric of the only run in a store."""
    found = FileStore(store, "mlruns")
    (run,) = found.read_runs(found.index().runs)
    return run.metrics[metric].values[-1]


def launch(python: Path, folder: Path, code: str, script: Path, metric: str = "error") -> Launched:
    """What `code` launches in a clone of `folder / "origin"`; its `script` is another one since."""
    origin, work, store = folder / "origin", folder / "work", folder / "mlruns"
    git(origin, "init", "-q", "-b", "main")
    git(origin, "add", ".")
    git(origin, "commit", "-qm", "first")
    git(folder, "clone", "-q", str(origin), str(work))
    git(work, "remote", "set-url", "origin", ADDRESS)
    variables = variables_of(python, origin, store)
    shell(f"python -c {shlex.quote(code)}", work, variables)
    build_site(folder / "_site", store, work)
    (page,) = (
        text
        for place, text in pages(folder / "_site").items()
        if re.match(r"runs/[0-9a-f]{32}\.", place)
    )
    script.write_text("raise SystemExit('this is not the code of then')")
    git(origin, "commit", "-qam", "second")
    return Launched(page, error_of(store, metric), variables)


@pytest.fixture(scope="module")
def launched(mlflow_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Launched:
    folder = tmp_path_factory.mktemp("again")
    project = folder / "origin" / "lab" / "train"
    project.mkdir(parents=True)
    for name, text in (
        ("MLproject", MLPROJECT),
        ("python_env.yaml", PYTHON_ENV),
        ("train.py", TRAIN),
    ):
        (project / name).write_text(text)
    return launch(mlflow_python, folder, LAUNCH, project / "train.py")


def test_the_page_promises_the_same_result(launched: Launched) -> None:
    assert SAME in launched.page


def test_what_it_says_to_mend_mends_it(launched: Launched) -> None:
    for about in (About.CHANGES, About.DATASETS):
        line = launched.page.partition(f">{TITLES[about]}</a>")[2].partition("<li>")[0]
        assert ">yes<" in line


WAYS = {
    "by mlflow run": ("Packages you have",),
    "without it": ("Get the code at its commit", "Run it"),
}


@pytest.fixture(scope="module")
def repeated(launched: Launched, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, float]:
    """The metric by each way, each in an empty folder; both at the same time."""

    def repeat(way: str) -> float:
        folder = tmp_path_factory.mktemp("repeated")
        store = folder / "mlruns"
        variables = {**launched.variables, "MLFLOW_TRACKING_URI": store.as_uri()}
        shell("\n".join(map(launched.first_code, WAYS[way])), folder, variables)
        return error_of(store)

    with ThreadPoolExecutor() as pool:
        return dict(zip(WAYS, pool.map(repeat, WAYS), strict=True))


@pytest.mark.parametrize("way", WAYS)
def test_its_commands_get_the_same_metric(
    launched: Launched, repeated: Mapping[str, float], way: str
) -> None:
    assert repeated[way] == launched.error


EXAMPLE = Path(__file__).parents[1] / "example_mlruns"
TRAIN_A_NETWORK = """
import mlflow
mlflow.projects.run(".", "main", parameters={"epochs": 5}, env_manager="local")
"""


def test_a_run_of_the_example_project_is_repeated_to_the_last_digit(
    mlflow_python: Path, tmp_path: Path
) -> None:
    origin, again = tmp_path / "origin", tmp_path / "again"
    shutil.copytree(EXAMPLE, origin, ignore=shutil.ignore_patterns("mlruns", "__pycache__"))
    first = launch(mlflow_python, tmp_path, TRAIN_A_NETWORK, origin / "train.py", metric="loss/val")
    again.mkdir()
    variables = {**first.variables, "MLFLOW_TRACKING_URI": (again / "mlruns").as_uri()}

    shell("\n".join(map(first.first_code, WAYS["without it"])), again, variables)

    assert error_of(again / "mlruns", "loss/val") == first.error
