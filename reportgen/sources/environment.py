"""Environments: what conda, pip and MLflow's own files say, of projects, models and runs.

Read as text throughout (`python: 3.10` is not the number 3.1). A file that cannot be read costs
itself; a line that is no requirement stays as it is written. What a file includes is read where
it lies in the same folder or below, each file once.
"""

import os
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from reportgen.errors import Problem
from reportgen.model import Environment, Json, Requirement
from reportgen.sources import lock_files
from reportgen.sources.plain import (
    from_json,
    from_yaml_as_text,
    hint_of,
    read_text,
    repeated_keys,
)
from reportgen.sources.requirement_lines import (
    conda_requirement,
    included,
    lines_of,
    parse_requirement,
)

CONDA, PYTHON_ENV, REQUIREMENTS = "conda.yaml", "python_env.yaml", "requirements.txt"
CONSTRAINTS, PYPROJECT, PYTHON_VERSION = "constraints.txt", "pyproject.toml", ".python-version"

KNOWN = (CONDA, PYTHON_ENV, REQUIREMENTS, PYPROJECT, PYTHON_VERSION, *lock_files.PARSERS)
"""Names of the files that are read beside a model or among the artifacts of a run; constraints
only where something includes them."""

CLUSTER = "mlflow.databricks.cluster.info"

LARGEST = 1024 * 1024
LARGEST_LOCK = 8 * LARGEST
"""Bytes of a file that is read at all."""

NOTHING = ("", "~", "null")
"""How YAML read as text says nothing."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What one of the files says; lines of pip's as they are written, includes among them."""

    python: str = ""
    conda: tuple[Requirement, ...] = ()
    pip: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    locked: tuple[Requirement, ...] = ()


@dataclass(slots=True)
class _Reading:
    """One environment while its files are read."""

    root: Path
    label: str
    files: list[str] = field(default_factory=list)
    constraints: list[Requirement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    known: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    """Lines for pip of the files that were named: to follow them costs nothing."""

    entered: set[str | Path] = field(default_factory=set)

    def text(self, path: Path, largest: int = LARGEST) -> str | None:
        """The text of a file, None for one that cannot be read."""
        try:
            found = read_text(path, largest)
        except ValueError as error:
            self.report(path, error)
            return None
        self.note(path)
        return found

    def note(self, path: Path) -> None:
        if path.name not in self.files:
            self.files.append(path.name)

    def report(self, path: Path, error: ValueError) -> None:
        what = f"This environment file cannot be read: {error}."
        self.problems.append(Problem(posixpath.join(self.label, path.name), what, hint_of(error)))

    def look_at(self, path: Path, text: str) -> None:
        """Note what a parser passes over."""
        where = posixpath.join(self.label, path.name)
        if path.suffix in (".yaml", ".yml") and (twice := repeated_keys(text)):
            what = f"It says {', '.join(twice)} more than once; the last one counts."
            self.problems.append(Problem(where, what, "Remove the lines that are wrong."))


def read_environment(
    files: Mapping[str, Path], label: str, root: Path | None = None
) -> tuple[Environment, tuple[Problem, ...]]:
    """What the files say together: first `python_env.yaml`, as in MLflow, then the others.

    `files` are keyed by what they are (see `KNOWN`), whatever their own names; `label` is the
    folder that problems name. Lines `-r other.txt` stand for the lines of that file, and what
    `-c` names narrows the versions, where those files lie below `root`, which is the folder of
    the file that includes them unless told otherwise.
    """
    parts: dict[str, _Part] = {}
    reading = _Reading(root or Path(), label)
    for kind, path in sorted(files.items(), key=lambda one: _place(one[0])):
        text = reading.text(path, LARGEST_LOCK if kind in lock_files.PARSERS else LARGEST)
        if text is None:
            continue
        try:
            parts[kind] = _parsed(kind, text)
        except ValueError as error:
            reading.files.remove(path.name)
            reading.report(path, error)
        else:
            reading.look_at(path, text)
    environment = _together(parts, files, reading, fixed=root is not None)
    return environment, tuple(reading.problems)


def told_by_tags(tags: Mapping[str, str], environment: Environment | None) -> Environment | None:
    """With what a run's tags say of where it ran; None where nothing says anything.

    `mlflow.docker.image.uri` and `.id` are of projects (mlflow/projects/docker.py); Databricks
    keeps the cluster in `mlflow.databricks.cluster.info`, JSON with its `spark_version`; people
    who keep Python's version call the tag `python_version`.
    """
    image = tags.get("mlflow.docker.image.uri", "")
    digest = tags.get("mlflow.docker.image.id", "")
    runtime, python = _runtime(tags.get(CLUSTER, "")), tags.get("python_version", "").strip()
    if not (image or digest or runtime or python):
        return environment
    found = environment or Environment()
    return replace(
        found,
        python=found.python or python,
        docker_image=image or found.docker_image,
        docker_id=digest,
        runtime=found.runtime or runtime,
    )


def _runtime(cluster: str) -> str:
    try:
        said = from_json(cluster) if cluster else None
    except ValueError:
        return ""
    version = said.get("spark_version") if isinstance(said, Mapping) else None
    return version if isinstance(version, str) else ""


def _place(kind: str) -> int:
    return KNOWN.index(kind) if kind in KNOWN else len(KNOWN)


def _together(
    parts: Mapping[str, _Part], files: Mapping[str, Path], reading: _Reading, *, fixed: bool
) -> Environment:
    """The parts, those that MLflow asks first before the others."""

    def lines(kind: str) -> list[Requirement]:
        path = files.get(kind)
        if kind not in parts or path is None:
            return []
        if not fixed:
            reading.root = path.parent
        reading.entered = {path}
        return list(_requirements(parts[kind].pip, path.parent, reading))

    reading.known = {files[kind]: part.pip for kind, part in parts.items()}
    order = (PYTHON_ENV, CONDA, PYTHON_VERSION, PYPROJECT)
    python = next(
        (parts[kind].python for kind in order if kind in parts and parts[kind].python), ""
    )
    pip = next(filter(None, map(lines, (PYTHON_ENV, REQUIREMENTS, CONDA, PYPROJECT))), [])
    conda = parts.get(CONDA, _Part())
    locked = next((parts[kind].locked for kind in lock_files.PARSERS if kind in parts), ())
    constraints = tuple(dict.fromkeys(reading.constraints))
    return Environment(
        files=tuple(reading.files),
        python=python,
        conda=conda.conda,
        pip=_narrowed(pip, constraints, locked),
        build=tuple(map(parse_requirement, parts.get(PYTHON_ENV, _Part()).build)),
        channels=conda.channels,
        constraints=constraints,
        locked=locked,
    )


def _requirements(lines: Sequence[str], folder: Path, reading: _Reading) -> Iterator[Requirement]:
    """The lines, with those of included files in their place; lines that include constraints stay,
    as pip must be told them, and so do those whose file is not here."""
    for line in lines:
        mark, name = included(line)
        below = _included(folder / name, reading) if mark else None
        if below is None:
            yield parse_requirement(line)
        elif mark == "-c":
            yield parse_requirement(line)
            reading.constraints.extend(one for one in below if one.version)
        else:
            yield from below


def _included(path: Path, reading: _Reading) -> Iterator[Requirement] | None:
    """The requirements of a file, none where it was entered before; None for one that is not
    here, or not below the root, wherever links lead."""
    if path in reading.known:
        place: str | Path = path
    else:
        try:
            place = os.path.realpath(path)
            is_inside = Path(place).is_relative_to(os.path.realpath(reading.root))
            if not is_inside or not path.is_file():
                return None
        except (OSError, ValueError):  # a name that no file can have
            return None
    if place in reading.entered:
        return iter(())
    reading.entered.add(place)
    lines = reading.known.get(path)
    if lines is None:
        lines = lines_of(reading.text(path) or "")
    return _requirements(lines, path.parent, reading)


def _narrowed(
    requirements: Sequence[Requirement],
    constraints: Sequence[Requirement],
    locked: Sequence[Requirement],
) -> tuple[Requirement, ...]:
    """With what constraints and lock files make of each."""
    from packaging.utils import canonicalize_name  # late: see `requirement_lines`

    limits = {canonicalize_name(one.name): one for one in constraints}
    locks: dict[str, Requirement | None] = {}
    for lock in locked:  # one for each system is none for all of them
        name = canonicalize_name(lock.name)
        locks[name] = None if name in locks else lock
    return tuple(
        _limited(
            one, limits.get(canonicalize_name(one.name)), locks.get(canonicalize_name(one.name))
        )
        for one in requirements
    )


def _limited(one: Requirement, limit: Requirement | None, lock: Requirement | None) -> Requirement:
    if not limit and not lock:
        return one
    constraint = limit.version if limit else lock.version if lock and not lock.url else ""
    hashes = one.hashes or (lock.hashes if lock else ())
    return replace(one, constraint="" if constraint == one.version else constraint, hashes=hashes)


def _parsed(kind: str, text: str) -> _Part:
    if kind in lock_files.PARSERS:
        return _Part(locked=lock_files.parse(kind, text))
    return PARSERS[kind](text)


@lru_cache(maxsize=64)  # hundreds of models share one environment
def _conda(text: str) -> _Part:
    """mlflow/utils/environment.py: `channels`, `dependencies` with `{pip: […]}` among them."""
    recorded = _mapping(text)
    python, conda = "", []
    pip: list[str] = []
    for item in _list(recorded.get("dependencies")):
        if isinstance(item, Mapping):
            pip.extend(_texts(item.get("pip")))
            continue
        one = conda_requirement(str(item))
        if one.name == "python":
            python = _conda_python(one.version)
        else:
            conda.append(one)
    channels = tuple(_texts(recorded.get("channels")))
    return _Part(python=python, conda=tuple(conda), pip=tuple(pip), channels=channels)


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
        pip=tuple(_texts(recorded.get("dependencies"))),
        build=tuple(_texts(recorded.get("build_dependencies"))),
    )


def _pip(text: str) -> _Part:
    return _Part(pip=lines_of(text))


@lru_cache(maxsize=64)
def _pyproject(text: str) -> _Part:
    """PEP 621: `project.requires-python` and `project.dependencies`."""
    project = lock_files.from_toml(text).get("project")
    project = project if isinstance(project, Mapping) else {}
    python = project.get("requires-python")
    return _Part(
        python=python if isinstance(python, str) else "",
        pip=tuple(_texts(project.get("dependencies"))),
    )


def _python_version(text: str) -> _Part:
    """pyenv's and uv's `.python-version`: the first line that says something."""
    said = (line.partition("#")[0].strip() for line in text.splitlines())
    return _Part(python=next(filter(None, said), ""))


PARSERS: Mapping[str, Callable[[str], _Part]] = {
    CONDA: _conda,
    PYTHON_ENV: _python_env,
    REQUIREMENTS: _pip,
    PYPROJECT: _pyproject,
    PYTHON_VERSION: _python_version,
}


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
