"""How to run a project's entry point again: the exact `mlflow run`, quoted for a shell.

MLflow keeps the parameters of project runs quoted for a shell; they are unquoted before they are
quoted again.
"""

import posixpath
import re
import shlex
from collections.abc import Mapping, Sequence

from reportgen.model import EntryPoint, Project

WIDTH = 84
"""Characters up to which a command stays on one line."""

DEFAULT_ENTRY_POINT = "main"


def command(
    uri: str,
    entry_point: str,
    parameters: Sequence[tuple[str, str]] = (),
    *,
    version: str = "",
    env_manager: str = "",
) -> str:
    """`mlflow run URI -e ENTRY -P name=value …`; longer ones continue over several lines."""
    parts = [f"mlflow run {shlex.quote(uri)}"]
    if version:
        parts.append(f"-v {shlex.quote(version)}")
    parts.append(f"-e {shlex.quote(entry_point)}")
    if env_manager:
        parts.append(f"--env-manager {shlex.quote(env_manager)}")
    parts += [f"-P {shlex.quote(f'{name}={value}')}" for name, value in parameters]
    line = " ".join(parts)
    return line if len(line) <= WIDTH else " \\\n  ".join(parts)


def project_of_run(tags: Mapping[str, str], projects: Sequence[Project]) -> Project | None:
    """The project that a run was launched from; None for other runs, or where it is not known."""
    if "mlflow.project.entryPoint" not in tags:
        return None
    name = tags["mlflow.project.entryPoint"] or DEFAULT_ENTRY_POINT
    found = _project_of(tags.get("mlflow.source.name", ""), name, projects)
    return found[0] if found else None


def unquoted(recorded: str) -> str:
    """The value of a parameter of a project run: `'two words'` was given as `two words`."""
    try:
        words = shlex.split(recorded)
    except ValueError:
        return recorded
    return words[0] if len(words) == 1 else recorded


def is_remote(source: str) -> bool:
    """True for the address of a repository elsewhere: `https://…`, `git@host:…`."""
    return bool(re.match(r"(?!file:)[a-z+]{2,}://|[\w.-]+@[\w.-]+:", source))


def _project_of(
    source: str, entry_point: str, projects: Sequence[Project]
) -> tuple[Project, EntryPoint] | None:
    """The project that offers the entry point; of several, the one whose folder has the name."""
    offers = [
        (project, offered)
        for project in projects
        for offered in project.entry_points
        if offered.name == entry_point
    ]
    folder = posixpath.basename(source.replace("\\", "/").replace("#", "/").rstrip("/"))
    named = [found for found in offers if posixpath.basename(found[0].path) == folder]
    best = named if named else offers
    return best[0] if len(best) == 1 else None
