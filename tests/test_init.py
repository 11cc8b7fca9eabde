"""`reportgen init`: what it writes is valid, and does as it stands what it says."""

import dataclasses
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from reportgen.cli import main
from reportgen.config import Options, read_config
from reportgen.site.versions import read_history
from reportgen.start import HERE

ROOT = Path(__file__).parents[1]
ACTION = ROOT / ".github" / "actions" / "report" / "action.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "project"
    home.mkdir()
    monkeypatch.chdir(home)
    return home


def test_settings_to_begin_with(project: Path) -> None:
    assert main(["init"]) == 0

    assert read_config(project / "reportgen.yml") == {}
    assert [path.name for path in project.iterdir()] == ["reportgen.yml"]


@pytest.mark.parametrize("option", [field.name for field in dataclasses.fields(Options)])
def test_every_setting_is_explained_and_can_be_taken_as_it_stands(
    project: Path, option: str
) -> None:
    lines = (HERE / "reportgen.yml").read_text("utf-8").splitlines()
    setting = re.compile(r"# ([a-z_]+:.*|  \S+: \S+)")
    taken = [line[2:] for line in lines if setting.fullmatch(line)]
    (project / "reportgen.yml").write_text("\n".join(taken))

    assert option in read_config(project / "reportgen.yml")


def test_what_is_there_stays(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "reportgen.yml").write_text("title: Mine\n")
    (project / ".gitlab-ci.yml").write_text("mine: {}\n")

    assert main(["init", "--github", "--gitlab"]) == 0

    said = capsys.readouterr().out
    assert "reportgen.yml is there already" in said
    assert (project / "reportgen.yml").read_text() == "title: Mine\n"
    assert (project / ".gitlab-ci.yml").read_text() == "mine: {}\n"
    assert (project / ".github" / "workflows" / "report.yml").is_file()


def is_valid(schema: str, *files: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    checked = subprocess.run(
        [*command, *map(str, files)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_workflows_are_valid(project: Path) -> None:
    main(["init", "--github", "--gitlab"])

    is_valid("vendor.github-workflows", project / ".github/workflows/report.yml", *WORKFLOWS)
    is_valid("vendor.github-actions", ACTION)
    is_valid("vendor.gitlab-ci", project / ".gitlab-ci.yml")


# The commands, run as they stand: on a machine with this very reportgen installed


@pytest.fixture
def pushed(project: Path, stores: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a store in it, and a remote that CI could push to."""
    shutil.copytree(stores["v1.0-file"] / "mlruns", project / "mlruns")
    remote = project.parent / "remote.git"
    for words in (
        ["init", "--quiet", "--bare", str(remote)],
        ["init", "--quiet", str(project)],
        ["-C", str(project), "remote", "add", "origin", str(remote)],
    ):
        subprocess.run(["git", *words], check=True)
    return remote


def run(script: str, folder: Path, **environ: str) -> None:
    """As a CI job does: with `pip` and `reportgen` of the environment of these tests."""
    tools = str(Path(sys.executable).parent)
    told = {
        **os.environ,
        "PATH": f"{tools}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        **environ,
    }
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=folder,
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def branch_of(remote: Path, branch: str) -> Path:
    site = remote.parent / "served"
    clone = ["git", "clone", "--quiet", "--branch", branch, str(remote), str(site)]
    subprocess.run(clone, check=True)
    return site


def test_the_commands_for_github(project: Path, pushed: Path, tmp_path: Path) -> None:
    main(["init", "--github"])
    workflow = yaml.safe_load((project / ".github/workflows/report.yml").read_text("utf-8"))
    steps = [step["run"] for step in workflow["jobs"]["report"]["steps"] if "run" in step]
    summary = tmp_path / "summary.md"
    for step in steps:
        run(step, project, GITHUB_SHA="3f2a9c1b77", GITHUB_STEP_SUMMARY=str(summary))

    version = read_history(branch_of(pushed, "gh-pages")).versions[0]
    assert version.label == "commit 3f2a9c1"
    assert summary.read_text("utf-8").startswith(f"### Report version {version.name}")


def test_the_commands_of_the_action(project: Path, pushed: Path, tmp_path: Path) -> None:
    action: Any = yaml.safe_load(ACTION.read_text("utf-8"))
    inputs = {name: one["default"] for name, one in action["inputs"].items()}
    for step in action["runs"]["steps"]:
        if "run" in step:
            told = {
                name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: inputs[m[1]], value)
                for name, value in step.get("env", {}).items()
            }
            run(step["run"], project, GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"), **told)

    assert len(read_history(branch_of(pushed, "gh-pages")).versions) == 1


def test_the_commands_for_gitlab(project: Path, pushed: Path) -> None:
    main(["init", "--gitlab"])
    job = yaml.safe_load((project / ".gitlab-ci.yml").read_text("utf-8"))["pages"]
    for _ in range(2):
        shutil.rmtree(project / "public", ignore_errors=True)
        script = "\n".join(job["script"])
        run(script, project, REPORT_REMOTE=str(pushed), CI_COMMIT_SHORT_SHA="3f2a9c1b")

    assert read_history(project / "public").versions[0].label == "commit 3f2a9c1b"
    assert not (project / "public" / ".git").exists()
