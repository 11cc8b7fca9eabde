"""Environment files, as MLflow, conda, pip and people write them."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from reportgen.errors import Problem
from reportgen.model import Environment, Requirement
from reportgen.sources.environment import parse_requirement, read_environment


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
    }
    files = {names[kind]: folder / names[kind] for kind in contents}
    for kind, content in contents.items():
        files[names[kind]].write_bytes(content.encode())
    return files


def lines(requirements: tuple[Requirement, ...]) -> list[str]:
    return [requirement.line for requirement in requirements]


@pytest.mark.parametrize(
    ("line", "name", "version"),
    [
        ("mlflow", "mlflow", ""),
        ("scikit-learn==1.4.2", "scikit-learn", "==1.4.2"),
        ("numpy>=1.26,<3", "numpy", ">=1.26,<3"),
        ("numpy (>=1.26)", "numpy", ">=1.26"),
        ("uvicorn[standard]~=0.30", "uvicorn", "~=0.30"),
        ("tomli>=2; python_version < '3.11'", "tomli", ">=2"),
        ("torch==2.3.0+cu121", "torch", "==2.3.0+cu121"),
        ("six==1.16 --hash=sha256:00", "six", "==1.16"),
        ("our @ https://example.org/our.whl", "our", "@ https://example.org/our.whl"),
        ("-c constraints.txt", "-c constraints.txt", ""),
        ("--extra-index-url https://example.org", "--extra-index-url https://example.org", ""),
        ("-e git+https://example.org/x.git#egg=x", "-e git+https://example.org/x.git#egg=x", ""),
        ("./wheels/our.whl", "./wheels/our.whl", ""),
    ],
)
def test_a_line_of_pip(line: str, name: str, version: str) -> None:
    assert parse_requirement(line) == Requirement(name, version, line)


@pytest.mark.parametrize(
    ("line", "name", "version"),
    [
        ("pip", "pip", ""),
        ("numpy=1.26", "numpy", "=1.26"),
        ("scipy=1.11=py311_0", "scipy", "=1.11=py311_0"),
        ("pandas>=2,<3", "pandas", ">=2,<3"),
        ("cuda 12.*", "cuda", "12.*"),
        ("conda-forge::xgboost=2", "xgboost", "=2"),
    ],
)
def test_a_line_of_conda(tmp_path: Path, line: str, name: str, version: str) -> None:
    read = environment(tmp_path, conda=f"dependencies: ['{line}']")

    assert read.conda == (Requirement(name, version, line),)


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
        ),
    )
