"""The file `MLproject`: what can be run in a folder, with what, in which environment.

Reads what MLflow itself refuses (`mlflow/projects/_project_spec.py`) and notes it as a problem.
The commands are text to show; nothing here is ever run.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reportgen.errors import Problem
from reportgen.model import EntryPoint, Environment, Json, Parameter, Project
from reportgen.sources.environment import CONDA, PYTHON_ENV, read_environment
from reportgen.sources.plain import from_yaml, read_text

NAME = "MLproject"
KINDS = ("docker_env", "python_env", "conda_env")
FILES = {"python_env": PYTHON_ENV, "conda_env": CONDA}


@dataclass(frozen=True, slots=True)
class _Notes:
    """What was found wrong with one MLproject so far."""

    path: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, what: str, hint: str = "") -> None:
        self.problems.append(Problem(self.path, what, hint))


def read_project(folder: Path, label: str) -> Project:
    """The project in `folder`, which `label` names. Whatever is wrong is among its problems.

    To MLflow a folder without a file MLproject is a project too: any script in it can be run.
    """
    path = project_file(folder)
    home = "" if label == "." else label
    notes = _Notes(posixpath.join(home, path.name if path else NAME))
    recorded = _recorded(path, notes)
    kind = _environment_kind(recorded, notes)
    return Project(
        path=label,
        name=str(recorded.get("name") or ""),
        entry_points=tuple(_entry_points(recorded.get("entry_points"), notes)),
        environment=_environment(recorded.get(kind), kind, folder, notes),
        env_kind=kind,
        docker_image=_docker_image(recorded, notes) if kind == "docker_env" else "",
        problems=tuple(notes.problems),
    )


def project_file(folder: Path) -> Path | None:
    """The file that MLflow would take: `MLproject` in any mixture of cases."""
    try:
        found = [path for path in folder.iterdir() if path.name.lower() == NAME.lower()]
    except OSError:
        return None
    return min((path for path in found if _is_file_inside(path, folder)), default=None)


def _is_file_inside(path: Path, folder: Path) -> bool:
    """False, too, for a name that no file can have, and for links that lead out."""
    try:
        return path.resolve().is_relative_to(folder.resolve()) and path.is_file()
    except (OSError, ValueError, RuntimeError):
        return False


def _recorded(path: Path | None, notes: _Notes) -> Mapping[str, Json]:
    if path is None:
        return {}
    try:
        recorded = from_yaml(read_text(path))
    except ValueError as error:
        notes.add(f"This MLproject cannot be read: {error}.")
        return {}
    if recorded is None:
        notes.add("This MLproject is empty.", "It needs entry_points, see MLflow's documentation.")
        return {}
    if not isinstance(recorded, Mapping):
        notes.add("This MLproject is not a mapping.")
        return {}
    return recorded


def _environment_kind(recorded: Mapping[str, Json], notes: _Notes) -> str:
    named = [kind for kind in KINDS if kind in recorded]
    if len(named) > 1:
        notes.add(f"It names more than one environment: {', '.join(named)}.", "Leave one of them.")
    return next((kind for kind in named if recorded[kind]), "")


def _entry_points(recorded: Json, notes: _Notes) -> Iterator[EntryPoint]:
    if not isinstance(recorded, Mapping):
        if recorded is not None:
            notes.add("Its entry_points are not a mapping of names.")
        return
    for name, entry in recorded.items():
        if not isinstance(entry, Mapping):
            notes.add(f"The entry point {name!r} has neither parameters nor a command.")
            yield EntryPoint(name)
            continue
        if not entry.get("command"):
            notes.add(f"The entry point {name!r} has no command, so nothing can run it.")
        yield EntryPoint(
            name=name,
            command=str(entry.get("command") or "").strip(),
            parameters=tuple(_parameters(entry.get("parameters"), name, notes)),
        )


def _parameters(recorded: Json, entry: str, notes: _Notes) -> Iterator[Parameter]:
    if not isinstance(recorded, Mapping):
        if recorded is not None:
            notes.add(f"The parameters of {entry!r} are not a mapping of names.")
        return
    for name, spec in recorded.items():
        if isinstance(spec, str):
            yield Parameter(name, type=spec, required=True)
        elif isinstance(spec, Mapping):
            default = spec.get("default")
            type_ = str(spec.get("type") or "string")
            yield Parameter(name, type=type_, default=default, required=default is None)
        else:
            hint = "Write it as {default: …}, or name a type such as float."
            notes.add(
                f"The parameter {name!r} of {entry!r} has no type that MLflow can read.", hint
            )
            yield Parameter(name, default=spec, required=spec is None)


def _docker_image(recorded: Mapping[str, Json], notes: _Notes) -> str:
    docker = recorded.get("docker_env")
    image = docker.get("image") if isinstance(docker, Mapping) else None
    if not image:
        notes.add("Its docker_env names no image.")
    return str(image or "")


def _environment(named: Json, kind: str, folder: Path, notes: _Notes) -> Environment | None:
    """Of the file that the project names, else of the one that MLflow looks for."""
    if kind == "docker_env":
        return None
    if kind and not _is_file_inside(folder / str(named), folder):
        notes.add(f"It names {str(named)!r} as its environment, but that file is not here.")
        return None
    if kind:
        return _read(FILES[kind], str(named), folder, notes)
    found = (name for name in (PYTHON_ENV, CONDA) if _is_file_inside(folder / name, folder))
    return next((_read(name, name, folder, notes) for name in found), None)


def _read(kind: str, name: str, folder: Path, notes: _Notes) -> Environment:
    """A `requirements.txt` that merely lies in the folder is no part of the environment."""
    label = posixpath.join(posixpath.dirname(notes.path), posixpath.dirname(name))
    environment, problems = read_environment({kind: folder / name}, label, folder)
    notes.problems.extend(problems)
    return environment
