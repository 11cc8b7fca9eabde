"""What people install: a wheel that has all it needs, tried in an environment of its own."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from reportgen import __version__

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_from_a_copy(tmp_path_factory.mktemp("source"))


def built_from_a_copy(source: Path) -> Path:
    """A wheel; nothing is left in the checkout."""
    pytest.importorskip("hatchling")
    for name in ("reportgen", "themes"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy(ROOT / name, source / name)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel"],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (built,) = (source / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a fresh environment with the wheel.

    What the wheel depends on is lent by this environment: nothing is downloaded.
    """
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    paths = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", paths))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    lent = sysconfig.get_path("purelib")
    # Lent packages come last, so that an editable install of ours among them is not taken.
    (packages / "lent.pth").write_text(f"{lent}\n")
    return Path(sysconfig.get_path("scripts", "venv", paths))


def run(installed: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [str(installed / "python"), *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)


def test_the_wheel_is_for_every_python_and_system(wheel: Path) -> None:
    assert wheel.name == f"reportgen_mlflow-{__version__}-py3-none-any.whl"


def test_building_again_elsewhere_gives_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    """So that anybody can tell that a wheel is of this source and of nothing else."""
    again = built_from_a_copy(tmp_path)

    assert again.read_bytes() == wheel.read_bytes()


def bounds_of(requirements: Sequence[str]) -> dict[str, bool]:
    """Whether a requirement has a lower and an upper bound, by its name."""
    return {
        one.name: {">=", "<"} <= {bound.operator for bound in one.specifier}
        for one in map(Requirement, requirements)
    }


def test_every_dependency_has_a_lower_and_an_upper_bound() -> None:
    """Which `.ci/bounds` tries: nothing newer than was tried is installed by itself."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    told = [*project["dependencies"], *project["optional-dependencies"]["parquet"]]

    assert bounds_of(told) == dict.fromkeys(bounds_of(told), True)


def test_every_module_is_inside(names: list[str]) -> None:
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "reportgen").rglob("*.py")}

    assert modules - set(names) == set()


def test_every_file_of_the_themes_is_inside(names: list[str]) -> None:
    themes = ROOT / "themes"
    files = {
        f"reportgen/_themes/{path.relative_to(themes).as_posix()}"
        for path in themes.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert files - set(names) == set()


def test_it_says_that_it_is_typed(names: list[str]) -> None:
    assert "reportgen/py.typed" in names


def test_the_licence_is_inside(names: list[str]) -> None:
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_nothing_else_is_inside(names: list[str]) -> None:
    tops = {name.split("/")[0] for name in names}

    assert tops == {"reportgen", f"reportgen_mlflow-{__version__}.dist-info"}


def test_the_command_is_registered(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (entry_points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        text = archive.read(entry_points).decode()

    assert "[console_scripts]\nreportgen = reportgen.cli:main\n" in text


def test_the_version_is_that_of_the_package(installed: Path, tmp_path: Path) -> None:
    answer = run(installed, "-m", "reportgen", "--version", cwd=tmp_path)

    assert (answer.stdout, answer.stderr) == (f"reportgen {__version__}\n", "")


def test_it_is_the_installed_package_that_answers(installed: Path, tmp_path: Path) -> None:
    answer = run(installed, "-c", "import reportgen; print(reportgen.__file__)", cwd=tmp_path)

    assert Path(answer.stdout.strip()).is_relative_to(installed.parent)


def test_it_builds_a_report(installed: Path, stores: Mapping[str, Path], tmp_path: Path) -> None:
    answer = run(
        installed, "-m", "reportgen", "build", str(stores["v0.8-file"]), "--jobs", "1", cwd=tmp_path
    )

    assert (answer.returncode, answer.stderr) == (0, "")
    assert (tmp_path / "_site" / "index.html").read_text("utf-8").startswith("<!doctype html>")


def test_every_import_is_of_something_that_the_wheel_depends_on(wheel: Path) -> None:
    """Or it would work here, where much more is installed, and nowhere else."""
    import ast
    import re

    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        text = archive.read(metadata).decode()
    required = {
        re.split(r"[<>=!~; \[]", line.removeprefix("Requires-Dist: "))[0]
        for line in text.splitlines()
        if line.startswith("Requires-Dist: ") and "extra ==" not in line
    }
    imported = {
        name.split(".")[0]
        for path in (ROOT / "reportgen").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    foreign = imported - sys.stdlib_module_names - {"reportgen"}
    called = {
        "yaml": "pyyaml",
        "markdown_it": "markdown-it-py",
        "mdit_py_plugins": "mdit-py-plugins",
        "vl_convert": "vl-convert-python",
        "markupsafe": "jinja2",
    }

    optional = {"pyarrow"}  # the page of a run says what to install where it would be needed
    assert {called.get(name, name) for name in foreign} - optional <= required
