"""Environment files, as MLflow, conda, pip and people write them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from reportgen.errors import Problem
from reportgen.model import Environment, Requirement
from reportgen.sources.environment import read_environment, told_by_tags
from reportgen.sources.requirement_lines import conda_requirement, parse_requirement


def environment(folder: Path, **contents: str) -> Environment:
    """Of files that are named by their kind: conda, python_env, requirements."""
    read, problems = read_environment(written(folder, contents), "model")

    assert problems == ()
    return read


def written(folder: Path, contents: Mapping[str, str]) -> dict[str, Path]:
    names = {
        "conda": "conda.yaml",
        "python_env": "python_env.yaml",
        "requirements": "requirements.txt",
        "pyproject": "pyproject.toml",
        "python_version": ".python-version",
        "uv": "uv.lock",
        "poetry": "poetry.lock",
        "pylock": "pylock.toml",
        "conda_lock": "conda-lock.yml",
    }
    files = {names[kind]: folder / names[kind] for kind in contents}
    for kind, content in contents.items():
        files[names[kind]].write_bytes(content.encode())
    return files


def lines(requirements: tuple[Requirement, ...]) -> list[str]:
    return [requirement.line for requirement in requirements]


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("mlflow", Requirement("mlflow")),
        ("scikit-learn==1.4.2", Requirement("scikit-learn", "==1.4.2")),
        ("numpy>=1.26,<3", Requirement("numpy", ">=1.26,<3")),
        ("numpy (>=1.26)", Requirement("numpy", ">=1.26")),
        ("uvicorn[standard]~=0.30", Requirement("uvicorn", "~=0.30", extras=("standard",))),
        (
            "tomli>=2; python_version < '3.11'",
            Requirement("tomli", ">=2", marker='python_version < "3.11"'),
        ),
        ("torch==2.3.0+cu121", Requirement("torch", "==2.3.0+cu121")),
        (
            "six==1.16 --hash=sha256:00 --hash=sha256:01",
            Requirement("six", "==1.16", hashes=("sha256:00", "sha256:01")),
        ),
        (
            "our @ https://example.org/our.whl ; os_name == 'nt'",
            Requirement(
                "our",
                "@ https://example.org/our.whl",
                url="https://example.org/our.whl",
                marker='os_name == "nt"',
            ),
        ),
        ("-c constraints.txt", Requirement("-c constraints.txt")),
        (
            "--extra-index-url https://example.org",
            Requirement("--extra-index-url https://example.org"),
        ),
        (
            "-e git+https://example.org/x.git@main#egg=x[all]",
            Requirement(
                "x",
                "@ git+https://example.org/x.git@main#egg=x[all]",
                extras=("all",),
                url="git+https://example.org/x.git@main#egg=x[all]",
                editable=True,
            ),
        ),
        ("-e .", Requirement("-e .", url=".", editable=True)),
        ("./wheels/our.whl", Requirement("./wheels/our.whl", url="./wheels/our.whl")),
        (
            "./wheels/our-1.2-py3-none-any.whl",
            Requirement(
                "our",
                "@ ./wheels/our-1.2-py3-none-any.whl",
                url="./wheels/our-1.2-py3-none-any.whl",
            ),
        ),
        ("https://[x", Requirement("https://[x", url="https://[x")),
        ("what is this", Requirement("what is this")),
    ],
)
def test_a_line_of_pip(line: str, read: Requirement) -> None:
    assert parse_requirement(line) == replace(read, line=line)


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("pip", Requirement("pip")),
        ("numpy=1.26", Requirement("numpy", "=1.26")),
        ("scipy=1.11=py311_0", Requirement("scipy", "=1.11=py311_0")),
        ("pandas>=2,<3", Requirement("pandas", ">=2,<3")),
        ("cuda 12.*", Requirement("cuda", "12.*")),
        ("conda-forge::xgboost=2", Requirement("xgboost", "=2", channel="conda-forge")),
        ("numpy[version='>=1.2', channel=ours]", Requirement("numpy", ">=1.2", channel="ours")),
        ("numpy[version=1.2,build=py_0]", Requirement("numpy", "=1.2=py_0")),
        ("?? what", Requirement("?? what")),
    ],
)
def test_a_line_of_conda(tmp_path: Path, line: str, read: Requirement) -> None:
    found = environment(tmp_path, conda=f'dependencies: ["{line}"]')

    assert found.conda == (replace(read, line=line),)


def test_a_line_of_conda_is_gone_through_once() -> None:
    """From each letter of a long word anew this would take an hour."""
    line = f"numpy[{'a' * 500_000}, version=1.2]"

    assert conda_requirement(line) == Requirement("numpy", "1.2", line)


@pytest.mark.parametrize(
    ("line", "python"),
    [
        ("python=3.9.18", "3.9.18"),
        ("python==3.10", "3.10"),
        ("python=3.10=h_0", "3.10"),
        ("python>=3.8,<3.12", ">=3.8,<3.12"),
        ("python", ""),
    ],
)
def test_condas_python_is_the_python(tmp_path: Path, line: str, python: str) -> None:
    read = environment(tmp_path, conda=f"dependencies: ['{line}', pip]")

    assert read.python == python
    assert lines(read.conda) == ["pip"]


def test_conda_and_pip_packages_are_told_apart(tmp_path: Path) -> None:
    read = environment(
        tmp_path,
        conda="channels: [conda-forge]\ndependencies:\n- pip\n- pip:\n  - mlflow==3.1\n  - numpy\n",
    )

    assert read == Environment(
        files=("conda.yaml",),
        conda=(Requirement("pip", "", "pip"),),
        pip=(Requirement("mlflow", "==3.1", "mlflow==3.1"), Requirement("numpy", "", "numpy")),
        channels=("conda-forge",),
    )


def test_a_python_version_is_text_even_without_quotes(tmp_path: Path) -> None:
    assert environment(tmp_path, python_env="python: 3.10").python == "3.10"


def test_python_env_names_what_builds_the_others(tmp_path: Path) -> None:
    read = environment(tmp_path, python_env="build_dependencies: [pip==24.0, wheel]")

    assert lines(read.build) == ["pip==24.0", "wheel"]


def test_a_reference_to_the_requirements_stands_for_them(tmp_path: Path) -> None:
    read = environment(
        tmp_path,
        python_env="dependencies: [-r requirements.txt, xgboost]",
        requirements="mlflow==3.1\nnumpy",
    )

    assert lines(read.pip) == ["mlflow==3.1", "numpy", "xgboost"]


def test_a_reference_to_requirements_that_are_not_here_stays(tmp_path: Path) -> None:
    read = environment(tmp_path, python_env="dependencies: [-r requirements.txt]")

    assert lines(read.pip) == ["-r requirements.txt"]


def test_python_env_goes_before_conda(tmp_path: Path) -> None:
    read = environment(
        tmp_path,
        conda="dependencies: [python=3.9, {pip: [numpy==1]}]",
        python_env="python: 3.11.7\ndependencies: [numpy==2]",
    )

    assert read.python == "3.11.7"
    assert lines(read.pip) == ["numpy==2"]


def test_comments_and_joined_lines_are_read_as_pip_reads_them(tmp_path: Path) -> None:
    read = environment(
        tmp_path, requirements="# all\nmlflow  # why\r\n\r\nsix==1 \\\n  --hash=sha256:0\nx#y\n"
    )

    assert [one.name for one in read.pip] == ["mlflow", "six", "x#y"]


def test_the_order_is_as_written(tmp_path: Path) -> None:
    read = environment(tmp_path, requirements="zlib\nmlflow\nabsl-py\n")

    assert lines(read.pip) == ["zlib", "mlflow", "absl-py"]


@pytest.mark.parametrize("content", ["", "null", "dependencies:\nchannels:", "python: null"])
def test_a_file_that_says_nothing_is_no_problem(tmp_path: Path, content: str) -> None:
    assert environment(tmp_path, conda=content, python_env=content).python == ""


@pytest.mark.parametrize("content", ["a: [", "- pip", "just text"])
def test_a_bad_file_costs_itself(tmp_path: Path, content: str) -> None:
    files = written(tmp_path, {"conda": content, "requirements": "numpy"})
    read, problems = read_environment(files, "runs/1/model")

    assert lines(read.pip) == ["numpy"]
    assert [problem.path for problem in problems] == ["runs/1/model/conda.yaml"]


def test_a_file_may_have_another_name(tmp_path: Path) -> None:
    (tmp_path / "gpu.yml").write_text("python: 3.12\n")
    read, problems = read_environment({"python_env.yaml": tmp_path / "gpu.yml"}, "env")

    assert (read.files, read.python, problems) == (("gpu.yml",), "3.12", ())


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    _, problems = read_environment({"conda.yaml": tmp_path / "conda.yaml"}, "")

    assert problems == (
        Problem(
            "conda.yaml",
            "This environment file cannot be read: it cannot be opened"
            " (No such file or directory).",
            "It was removed while it was read: build again.",
        ),
    )


# What a file includes


def test_included_files_stand_in_the_place_of_their_lines(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "base.txt").write_text("numpy\n-r deep.txt\n")
    (tmp_path / "more" / "deep.txt").write_text("scipy\n")
    read = environment(tmp_path, requirements="-r more/base.txt\nmlflow\n")

    assert lines(read.pip) == ["numpy", "scipy", "mlflow"]
    assert read.files == ("requirements.txt", "base.txt", "deep.txt")


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname", "link.txt", "none.txt", "\0"])
def test_what_lies_elsewhere_is_not_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    inside = tmp_path / "model"
    inside.mkdir()
    (inside / "link.txt").symlink_to(tmp_path / "secret.txt")
    read = environment(inside, requirements=f"mlflow\n-r {name}")

    assert lines(read.pip) == ["mlflow", f"-r {name}"]


def test_a_project_may_include_what_lies_anywhere_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "all.txt").write_text("numpy")
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "conda.yaml").write_text("dependencies: [{pip: [-r ../all.txt]}]")
    read, _ = read_environment({"conda.yaml": tmp_path / "envs" / "conda.yaml"}, "", tmp_path)

    assert lines(read.pip) == ["numpy"]


def test_files_that_include_each_other_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("numpy\n-r b.txt")
    (tmp_path / "b.txt").write_text("scipy\n-r a.txt\n-r requirements.txt")
    read = environment(tmp_path, requirements="-r a.txt")

    assert lines(read.pip) == ["numpy", "scipy"]


def test_constraints_narrow_the_versions_and_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "constraints.txt").write_text("SciPy<9\nnumpy==2.1.0\n--pre\njoblib==1.4")
    read = environment(tmp_path, requirements="numpy==2.1.0\nscipy>=1\n-c constraints.txt")

    assert [one.constraint for one in read.pip] == ["", "<9", ""]
    assert lines(read.constraints) == ["SciPy<9", "numpy==2.1.0", "joblib==1.4"]
    assert lines(read.pip)[-1] == "-c constraints.txt"


def test_an_included_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_bytes(b"\xff\xff")
    files = written(tmp_path, {"requirements": "-r more.txt\nnumpy"})
    read, problems = read_environment(files, "model")

    assert lines(read.pip) == ["numpy"]
    assert [problem.path for problem in problems] == ["model/more.txt"]


# Lock files and what tools of today write


UV = """
version = 1
requires-python = ">=3.11"

[[package]]
name = "ours"
version = "0.1.0"
source = { virtual = "." }

[[package]]
name = "numpy"
version = "2.1.0"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "https://x.org/numpy-2.1.0.tar.gz", hash = "sha256:00", size = 1 }
wheels = [{ url = "https://x.org/numpy-2.1.0-cp311.whl", hash = "sha256:01", size = 2 }]

[[package]]
name = "tools"
version = "1.0"
source = { git = "https://x.org/tools.git?rev=main#0123456789abcdef0123456789abcdef01234567" }
"""

POETRY = """
[[package]]
name = "numpy"
version = "2.1.0"
files = [{file = "numpy-2.1.0.whl", hash = "sha256:01"}]

[[package]]
name = "tools"
version = "1.0"
files = []
[package.source]
type = "git"
url = "https://x.org/tools.git"
resolved_reference = "0123456789abcdef0123456789abcdef01234567"
"""

PYLOCK = """
lock-version = "1.0"
[[packages]]
name = "numpy"
version = "2.1.0"
marker = "os_name == 'posix'"
[[packages.wheels]]
url = "https://x.org/numpy.whl"
hashes = { sha256 = "01" }
[[packages]]
name = "tools"
[packages.vcs]
type = "git"
url = "https://x.org/tools.git"
commit-id = "0123456789abcdef0123456789abcdef01234567"
"""

CONDA_LOCK = """
version: 1
package:
- {name: numpy, version: 2.1.0, manager: conda, hash: {md5: aa, sha256: '01'}}
"""

TOOLS = "@ git+https://x.org/tools.git@0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("kind", "content", "hashes", "more"),
    [
        (
            "uv",
            UV,
            ("sha256:00", "sha256:01"),
            [("tools", TOOLS)],
        ),
        ("poetry", POETRY, ("sha256:01",), [("tools", TOOLS)]),
        ("pylock", PYLOCK, ("sha256:01",), [("tools", TOOLS)]),
        ("conda_lock", CONDA_LOCK, ("md5:aa", "sha256:01"), []),
    ],
)
def test_a_lock_file_names_every_package_with_its_hashes(
    tmp_path: Path, kind: str, content: str, hashes: tuple[str, ...], more: list[tuple[str, str]]
) -> None:
    read = environment(tmp_path, **{kind: content})

    assert [(one.name, one.version) for one in read.locked] == [("numpy", "==2.1.0"), *more]
    assert read.locked[0].hashes == hashes


def test_a_lock_file_makes_requirements_exact(tmp_path: Path) -> None:
    read = environment(tmp_path, requirements="NumPy>=1\nscipy", uv=UV)

    assert [(one.constraint, len(one.hashes)) for one in read.pip] == [("==2.1.0", 2), ("", 0)]


def test_of_a_package_locked_differently_for_two_systems_no_version_is_taken(
    tmp_path: Path,
) -> None:
    twice = UV + '[[package]]\nname = "numpy"\nversion = "1.26.4"\n'
    read = environment(tmp_path, requirements="numpy", uv=twice)

    assert read.pip[0].constraint == ""


@pytest.mark.parametrize("content", ["[", "[[package]]\nname = 1", "package = 3"])
def test_a_damaged_lock_file_costs_itself(tmp_path: Path, content: str) -> None:
    files = written(tmp_path, {"requirements": "numpy", "uv": content})
    read, _ = read_environment(files, "model")

    assert (lines(read.pip), read.locked) == (["numpy"], ())


def test_a_pyproject_is_asked_where_nothing_else_says(tmp_path: Path) -> None:
    project = "[project]\nrequires-python = '>=3.11'\ndependencies = ['numpy>=2']"

    alone = environment(tmp_path, pyproject=project)
    assert (alone.python, lines(alone.pip)) == (">=3.11", ["numpy>=2"])

    beside = environment(
        tmp_path, pyproject=project, requirements="numpy==2.1.0", python_version="3.12.4\n"
    )
    assert (beside.python, lines(beside.pip)) == ("3.12.4", ["numpy==2.1.0"])


# What tags tell


def test_a_docker_projects_run_names_its_image() -> None:
    tags = {"mlflow.docker.image.uri": "ours:1", "mlflow.docker.image.id": "sha256:00"}

    assert told_by_tags(tags, None) == Environment(docker_image="ours:1", docker_id="sha256:00")


def test_a_cluster_of_databricks_names_its_runtime() -> None:
    tags = {"mlflow.databricks.cluster.info": '{"spark_version": "15.4.x-cpu-ml-scala2.12"}'}

    assert told_by_tags(tags, None) == Environment(runtime="15.4.x-cpu-ml-scala2.12")


def test_files_say_pythons_version_before_tags_do() -> None:
    assert told_by_tags({"python_version": "3.11.7"}, None) == Environment(python="3.11.7")
    assert told_by_tags({"python_version": "3.11.7"}, Environment(python="3.12.0")) == (
        Environment(python="3.12.0")
    )


@pytest.mark.parametrize("info", ["", "{", "[]", '{"spark_version": 3}'])
def test_tags_that_tell_nothing_add_nothing(info: str) -> None:
    assert told_by_tags({"mlflow.databricks.cluster.info": info}, None) is None
