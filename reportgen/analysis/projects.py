"""Which project a run came from, and how to run it again: the exact `mlflow run`, for a shell.

MLflow keeps the parameters of project runs quoted for a shell; they are unquoted before they are
quoted again.
"""

import re
import shlex
from collections.abc import Mapping, Sequence

from reportgen.analysis.forge import repository_of, repository_url, without_credentials
from reportgen.model import Project

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
    """The project that a run was launched from; None for other runs, or where it is not known.

    It is the one of the run's repository and subdirectory; else the one whose folder, or name, is
    most like what was run, and that offers the entry point. It need not offer it any more.
    """
    if "mlflow.project.entryPoint" not in tags:
        return None
    name = tags["mlflow.project.entryPoint"] or DEFAULT_ENTRY_POINT
    source = tags.get("mlflow.source.name", "")
    certain = _of_repository(tags, source, projects)
    if len(certain) == 1:
        return certain[0]
    way = [part for part in re.split(r"[/\\#]", without_credentials(source)) if part]
    likeness = [
        (_shared_ending(way, project), project.entry_point(name) is not None)
        for project in certain or projects
    ]
    best = max(likeness, default=(0, False))
    if best == (0, False) or likeness.count(best) > 1:
        return None
    return (certain or projects)[likeness.index(best)]


def _of_repository(
    tags: Mapping[str, str], source: str, projects: Sequence[Project]
) -> list[Project]:
    """Those that lie where a run's did, in the same repository."""
    place, _, below = source.partition("#")
    address = repository_url(place if is_remote(place) else repository_of(tags))
    return [
        project
        for project in projects
        if address
        and project.subdirectory == below.strip("/")
        and repository_url(project.repository) == address
    ]


def _shared_ending(way: Sequence[str], project: Project) -> int:
    """How many parts at the end of the way to what was run are those of the project's folder."""
    parts = [part for part in project.path.split("/") if part != "."]
    shared = 0
    for ours, theirs in zip(reversed(parts), reversed(way), strict=False):
        if ours != theirs:
            break
        shared += 1
    return shared or int(bool(way) and bool(project.name) and way[-1] == project.name)


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
