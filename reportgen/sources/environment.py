"""Environments: `conda.yaml`, `python_env.yaml` and `requirements.txt`, of projects and models.

Read as text throughout (`python: 3.10` is not the number 3.1). A file that cannot be read costs
itself; a line that is no requirement stays as it is written.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as PipRequirement

from reportgen.errors import Problem
from reportgen.model import Environment, Json, Requirement
from reportgen.sources.plain import from_yaml_as_text, read_text

CONDA, PYTHON_ENV, REQUIREMENTS = "conda.yaml", "python_env.yaml", "requirements.txt"

PIP_COMMENT = re.compile(r"(^|\s)#.*$")
PIP_VERSION = re.compile(r"[\w.-]+\s*(?:\[[^\]]*\])?\s*\(?(?P<version>(?:(?! --)[^;)])*)")
PIP_FILE = re.compile(r"(?:-r|--requirement)[\s=]*requirements\.txt")
CONDA_SPEC = re.compile(r"(?:[^\s:]+::)?(?P<name>[\w.-]+)\s*(?P<version>.*)")
LARGEST = 1024 * 1024
"""Bytes of a file that is read at all."""

NOTHING = ("", "~", "null")
"""How YAML read as text says nothing."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What one of the files says."""

    python: str = ""
    conda: tuple[Requirement, ...] = ()
    pip: tuple[Requirement, ...] = ()
    build: tuple[Requirement, ...] = ()
    channels: tuple[str, ...] = ()


def read_environment(
    files: Mapping[str, Path], label: str
) -> tuple[Environment, tuple[Problem, ...]]:
    """What the files say together: first `python_env.yaml`, as in MLflow, then the others.

    `files` are keyed by what they are (`conda.yaml`, `python_env.yaml`, `requirements.txt`),
    whatever their own names; `label` is the folder that problems name. A line
    `-r requirements.txt` of the first two stands for the lines of the third if that is given.
    """
    parts, problems = {}, []
    for kind, parse in PARSERS.items():
        if path := files.get(kind):
            try:
                parts[kind] = parse(read_text(path, LARGEST))
            except ValueError as error:
                what = f"This environment file cannot be read: {error}."
                problems.append(Problem(posixpath.join(label, path.name), what))
    conda, python_env, listed = (parts.get(kind, _Part()) for kind in PARSERS)
    environment = Environment(
        files=tuple(files[kind].name for kind in parts),
        python=python_env.python or conda.python,
        conda=conda.conda,
        pip=_filled(python_env.pip, listed.pip) or listed.pip or _filled(conda.pip, listed.pip),
        build=python_env.build,
        channels=conda.channels,
    )
    return environment, tuple(problems)


def parse_requirement(line: str) -> Requirement:
    """One line of pip's: `name`, version as written; the whole line where it names no package."""
    try:
        name = PipRequirement(line.partition(" --")[0]).name  # without options such as --hash
    except InvalidRequirement:
        return Requirement(name=line, line=line)
    match = PIP_VERSION.match(line)
    return Requirement(name, match["version"].strip() if match else "", line)


@lru_cache(maxsize=64)  # hundreds of models share one environment
def _conda(text: str) -> _Part:
    """mlflow/utils/environment.py: `channels`, `dependencies` with `{pip: […]}` among them."""
    recorded = _mapping(text)
    python, conda = "", []
    pip: list[str] = []
    for item in _list(recorded.get("dependencies")):
        if isinstance(item, Mapping):
            pip.extend(_texts(item.get("pip")))
        elif match := CONDA_SPEC.fullmatch(str(item).strip()):
            if match["name"] == "python":
                python = _conda_python(match["version"])
            else:
                conda.append(Requirement(match["name"], match["version"], str(item)))
        else:
            conda.append(Requirement(str(item), line=str(item)))
    return _Part(
        python=python,
        conda=tuple(conda),
        pip=tuple(map(parse_requirement, pip)),
        channels=tuple(_texts(recorded.get("channels"))),
    )


def _conda_python(version: str) -> str:
    """`=3.9.18`, `==3.9` and `=3.9=build` name a version; anything else is kept as written."""
    return version.lstrip("=").partition("=")[0] if version.startswith("=") else version


@lru_cache(maxsize=64)
def _python_env(text: str) -> _Part:
    """mlflow/utils/environment.py: `python`, `build_dependencies`, `dependencies`."""
    recorded = _mapping(text)
    python = recorded.get("python", "")
    return _Part(
        python="" if python in NOTHING else str(python),
        pip=tuple(map(parse_requirement, _texts(recorded.get("dependencies")))),
        build=tuple(map(parse_requirement, _texts(recorded.get("build_dependencies")))),
    )


@lru_cache(maxsize=64)
def _requirements(text: str) -> _Part:
    """pip's own format: a backslash joins lines, ` #` begins a comment."""
    joined = re.sub(r"\\\r?\n", " ", text)
    lines = (PIP_COMMENT.sub("", line).strip() for line in joined.splitlines())
    return _Part(pip=tuple(parse_requirement(line) for line in lines if line))


PARSERS = {CONDA: _conda, PYTHON_ENV: _python_env, REQUIREMENTS: _requirements}


def _filled(
    pip: tuple[Requirement, ...], listed: tuple[Requirement, ...]
) -> tuple[Requirement, ...]:
    """With the listed requirements in place of the line that refers to them."""

    def lines() -> Iterator[Requirement]:
        for requirement in pip:
            if listed and PIP_FILE.fullmatch(requirement.line):
                yield from listed
            else:
                yield requirement

    return tuple(lines())


def _mapping(text: str) -> Mapping[str, Json]:
    value = from_yaml_as_text(text)
    if value in (None, *NOTHING):
        return {}
    if not isinstance(value, Mapping):
        raise ValueError("it is not a mapping")
    return value


def _list(value: Json) -> list[Json]:
    if isinstance(value, list):
        return value
    return [] if value in (None, *NOTHING) else [value]


def _texts(value: Json) -> Iterator[str]:
    return (item.strip() for item in _list(value) if isinstance(item, str) and item.strip())
