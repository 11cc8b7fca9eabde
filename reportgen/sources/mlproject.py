"""The file `MLproject`: what can be run in a folder, with what, in which environment.

Reads what MLflow itself refuses (`mlflow/projects/_project_spec.py`) and notes it as a problem of
its line. The commands are text to show; nothing here is ever run.
"""

import json
import os
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from reportgen.errors import Problem
from reportgen.model import (
    DockerEnvironment,
    EntryPoint,
    Environment,
    Json,
    Parameter,
    Project,
    SparkJob,
)
from reportgen.sources.environment import CONDA, PYTHON_ENV, read_environment
from reportgen.sources.mlproject_notes import ENVIRONMENTS, Notes, check
from reportgen.sources.plain import NotYaml, from_yaml, hint_of, read_text
from reportgen.sources.yaml_outline import outline

NAME = "MLproject"
NEEDS_ENTRY_POINTS = "It needs entry_points, see MLflow's documentation."
LEAVE_OUT = "Leave the key out, or name something below it."
FILES = {"python_env": PYTHON_ENV, "conda_env": CONDA}

_URL = re.compile(r"\s*url\s*=\s*(\S+)")


def read_project(folder: Path, label: str, roots: Sequence[Path] = ()) -> Project:
    """The project in `folder`, which `label` names. Whatever is wrong is among its problems.

    To MLflow a folder without a file MLproject is a project too: any script in it can be run. Its
    repository is looked for no further up than the one of `roots` that it lies in.
    """
    path = project_file(folder)
    home = "" if label == "." else label
    notes = Notes(posixpath.join(home, path.name if path else NAME))
    recorded, notes = _recorded(path, notes)
    kind = _environment_kind(recorded, notes)
    environment, file = _environment(recorded.get(kind), kind, folder, notes)
    repository, subdirectory = _repository(folder, roots)
    project = Project(
        path=label,
        name=str(recorded.get("name") or ""),
        entry_points=tuple(_entry_points(recorded, notes)),
        environment=environment,
        env_kind=kind,
        env_file=file,
        docker=_docker(recorded.get("docker_env"), notes) if kind == "docker_env" else None,
        spark_job=_spark_job(recorded.get("databricks_spark_job")),
        file=path.name if path else "",
        repository=repository,
        subdirectory=subdirectory,
    )
    check(recorded, project, notes)
    return replace(project, problems=tuple(sorted(notes.problems, key=_place)))


def _place(problem: Problem) -> tuple[str, int]:
    """In the order of the file."""
    path, _, line = problem.path.rpartition(":")
    return (path, int(line)) if line.isdigit() else (problem.path, 0)


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


def _recorded(path: Path | None, notes: Notes) -> tuple[Mapping[str, Json], Notes]:
    """What the file says, and notes that know its lines."""
    if path is None:
        return {}, notes
    try:
        text = read_text(path)
        recorded = from_yaml(text)
    except NotYaml as error:
        notes.add_in(error.line, f"This MLproject cannot be read: {error.what}.", hint_of(error))
        return {}, notes
    except ValueError as error:
        notes.add(f"This MLproject cannot be read: {error}.", hint_of(error))
        return {}, notes
    if recorded is None:
        notes.add("This MLproject is empty.", NEEDS_ENTRY_POINTS)
        return {}, notes
    if not isinstance(recorded, Mapping):
        notes.add("This MLproject is not a mapping.", NEEDS_ENTRY_POINTS)
        return {}, notes
    return recorded, replace(notes, outline=outline(text))


def _environment_kind(recorded: Mapping[str, Json], notes: Notes) -> str:
    named = [kind for kind in ENVIRONMENTS if kind in recorded]
    if len(named) > 1 and "databricks_spark_job" not in recorded:
        line = max(notes.outline.line(kind) or 0 for kind in named)
        what = f"It names more than one environment: {', '.join(named)}."
        notes.add_in(line, what, "Leave one of them.")
    return next((kind for kind in named if recorded[kind]), "")


def _entry_points(recorded: Mapping[str, Json], notes: Notes) -> Iterator[EntryPoint]:
    found, at = recorded.get("entry_points"), ("entry_points",)
    if not isinstance(found, Mapping):
        if found is not None:
            notes.add("Its entry_points are not a mapping of names.", at=at)
        elif "entry_points" in recorded:
            notes.add("Its entry_points are empty: MLflow stops with an error.", LEAVE_OUT, at)
        return
    for name, entry in found.items():
        if not isinstance(entry, Mapping):
            what = f"The entry point {name!r} has neither parameters nor a command."
            notes.add(what, at=(*at, name))
            yield EntryPoint(name)
            continue
        if not entry.get("command"):
            what = f"The entry point {name!r} has no command, so nothing can run it."
            notes.add(what, at=(*at, name))
        yield EntryPoint(
            name=name,
            command=str(entry.get("command") or "").strip(),
            parameters=tuple(_parameters(entry, name, notes)),
        )


def _parameters(entry: Mapping[str, Json], of: str, notes: Notes) -> Iterator[Parameter]:
    recorded, at = entry.get("parameters"), ("entry_points", of, "parameters")
    if not isinstance(recorded, Mapping):
        if recorded is not None:
            notes.add(f"The parameters of {of!r} are not a mapping of names.", at=at)
        elif "parameters" in entry:
            what = f"The parameters of {of!r} are empty: MLflow stops with an error."
            notes.add(what, LEAVE_OUT, at)
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
            what = f"The parameter {name!r} of {of!r} has no type that MLflow can read."
            notes.add(what, hint, (*at, name))
            yield Parameter(name, default=spec, required=spec is None)


def _docker(recorded: Json, notes: Notes) -> DockerEnvironment:
    """As far as it can be read: what is of another kind is left out, and noted elsewhere."""
    settings = recorded if isinstance(recorded, Mapping) else {}
    if not settings.get("image"):
        notes.add("Its docker_env names no image.", at=("docker_env",))
    return DockerEnvironment(
        image=str(settings.get("image") or ""),
        volumes=tuple(_texts(settings.get("volumes"))),
        environment=tuple(_variables(settings.get("environment"))),
    )


def _variables(recorded: Json) -> Iterator[tuple[str, str | None]]:
    for one in recorded if isinstance(recorded, list) else ():
        if isinstance(one, str):
            yield one, None
        elif isinstance(one, list) and len(one) == 2:
            yield str(one[0]), str(one[1])


def _texts(recorded: Json) -> Iterator[str]:
    for one in recorded if isinstance(recorded, list) else ():
        yield one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)


def _spark_job(recorded: Json) -> SparkJob | None:
    if not isinstance(recorded, Mapping):
        return None
    return SparkJob(
        python_file=str(recorded.get("python_file") or ""),
        parameters=tuple(_texts(recorded.get("parameters"))),
        libraries=tuple(_texts(recorded.get("python_libraries"))),
    )


def _environment(
    named: Json, kind: str, folder: Path, notes: Notes
) -> tuple[Environment | None, str]:
    """Of the file that the project names, else of the one that MLflow looks for; with its name."""
    if kind == "docker_env":
        return None, ""
    if kind and not _is_file_inside(folder / str(named), folder):
        what = f"It names {str(named)!r} as its environment, but that file is not here."
        notes.add(what, "Put it there, or name one that is.", (kind,))
        return None, str(named)
    if kind:
        return _read(FILES[kind], str(named), folder, notes), str(named)
    found = next(
        (name for name in (PYTHON_ENV, CONDA) if _is_file_inside(folder / name, folder)), ""
    )
    return (_read(found, found, folder, notes), found) if found else (None, "")


def _repository(folder: Path, roots: Sequence[Path]) -> tuple[str, str]:
    """The address of the repository that a folder lies in, and where in it; within one of `roots`.

    The address is that of the remote `origin`, as git's own file `config` has it.
    """
    root = min((one for one in roots if folder.is_relative_to(one)), default=folder)
    for top in (folder, *folder.parents):
        if os.path.exists(top / ".git"):  # noqa: PTH110 (False where nobody may look)
            inside = folder.relative_to(top).as_posix()
            return _origin(top), "" if inside == "." else inside
        if top == root:
            break
    return "", ""


def _origin(repository: Path) -> str:
    """As `git remote get-url origin` has it; empty where there is none."""
    config = repository / ".git/config"
    try:
        lines = read_text(config).splitlines() if _is_file_inside(config, repository) else []
    except ValueError:
        return ""
    section = ""
    for line in lines:
        if line.lstrip().startswith("["):
            section = line.strip()
        elif section == '[remote "origin"]' and (found := _URL.match(line)):
            return found[1].strip('"')
    return ""


def _read(kind: str, name: str, folder: Path, notes: Notes) -> Environment:
    """A `requirements.txt` that merely lies in the folder is no part of the environment."""
    label = posixpath.join(posixpath.dirname(notes.path), posixpath.dirname(name))
    environment, problems = read_environment({kind: folder / name}, label, folder)
    notes.problems.extend(problems)
    return environment
