"""The page of a project: what it can be asked to run, with what, and the runs that came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from reportgen.analysis import projects
from reportgen.analysis.summary import RunSummary
from reportgen.model import EntryPoint, Json, Parameter, Project
from reportgen.views import addresses, wording
from reportgen.views.code import code
from reportgen.views.environment import EnvironmentList, environment_list, package_count
from reportgen.views.literals import as_json
from reportgen.views.page import (
    Chip,
    Code,
    Fact,
    Head,
    Link,
    ProblemRow,
    Section,
    head,
    problem_rows,
    run_chips,
)

ENVIRONMENTS = {
    "python_env": "Python environment",
    "conda_env": "conda environment",
    "docker_env": "Docker image",
}
MOST_RUNS = 200


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A parameter of an entry point."""

    name: str
    type: str
    default: str
    required: bool


@dataclass(frozen=True, slots=True)
class EntryPointCard:
    """One thing that a project offers to run."""

    id: str
    name: str
    note: str
    command: Code | None
    parameters: tuple[ParameterRow, ...]
    runs: tuple[Code, ...]
    """`mlflow run`: with what must be given, and with every parameter."""


@dataclass(frozen=True, slots=True)
class ProjectRun:
    """A run that was launched from the project."""

    link: Link
    chips: tuple[Chip, ...]
    entry_point: str
    started: str
    duration: str


@dataclass(frozen=True, slots=True)
class ProjectPage:
    template: ClassVar[str] = "project.html"

    head: Head
    name: str
    chips: tuple[Chip, ...]
    facts: tuple[Fact, ...]
    uri: str
    sections: tuple[Section, ...]
    entry_points: tuple[EntryPointCard, ...]
    runs: tuple[ProjectRun, ...]
    runs_note: str
    environment: EnvironmentList
    docker_image: str
    problems: tuple[ProblemRow, ...]


def project_page(
    project: Project, *, address: str, key: str, runs: Sequence[RunSummary], source_uri: str
) -> ProjectPage:
    """The page at `address`; `source_uri` is what `mlflow run` is given: a folder or a URL."""
    name = project.name or project.path
    offered = wording.count(len(project.entry_points), "entry point")
    newest_first = sorted(runs, key=lambda run: (run.started or 0, run.id), reverse=True)
    found = (
        (True, Section("entry-points", "Entry points", str(len(project.entry_points)))),
        (bool(runs), Section("runs", "Runs", f"{len(runs):,}")),
        (bool(package_count(project.environment)), Section("packages", "Packages")),
        (bool(project.problems), Section("problems", "Problems", str(len(project.problems)))),
        (True, Section("environment", "Environment")),
    )
    return ProjectPage(
        head=head(
            address,
            "project",
            name,
            description=f"Project {name}: {offered}.",
            id=addresses.slug(project.path),
            key=key,
        ),
        name=name,
        chips=_chips(project),
        facts=(
            *_folder(project),
            Fact("term", offered),
            Fact("play", f"{wording.count(len(runs), 'run')} launched from it"),
        ),
        uri=source_uri,
        sections=tuple(section for there, section in found if there),
        entry_points=tuple(
            _entry_point(place, one, source_uri) for place, one in enumerate(project.entry_points)
        ),
        runs=tuple(_run(run, address) for run in newest_first[:MOST_RUNS]),
        runs_note=f"newest {MOST_RUNS} of {len(runs):,}"
        if len(runs) > MOST_RUNS
        else "started by mlflow run",
        environment=environment_list(project.environment),
        docker_image=project.docker_image,
        problems=problem_rows(project.problems),
    )


def _chips(project: Project) -> tuple[Chip, ...]:
    known = ENVIRONMENTS.get(project.env_kind)
    return (Chip(known, "acc", "box"),) if known else ()


def _folder(project: Project) -> tuple[Fact, ...]:
    """Nothing for a project that is the source itself."""
    if project.path == ".":
        return ()
    return (Fact("dir", project.path, code=True, title="Its folder"),)


def _entry_point(place: int, one: EntryPoint, uri: str) -> EntryPointCard:
    needed = sum(parameter.required for parameter in one.parameters)
    note = wording.count(len(one.parameters), "parameter")
    if needed:
        note += f", {needed} required: in capitals below"
    return EntryPointCard(
        id=f"entry-{place}",
        name=one.name,
        note=note,
        command=code(f"Command of {one.name}", one.command, "bash") if one.command else None,
        parameters=tuple(map(_parameter, one.parameters)),
        runs=_mlflow_runs(one, uri),
    )


def _parameter(one: Parameter) -> ParameterRow:
    default = "" if one.default is None else _shown(one.default)
    return ParameterRow(one.name, one.type, default, one.required)


def _shown(default: Json) -> str:
    """A text as it is, an empty one in quotes; anything else as YAML has it."""
    if isinstance(default, str):
        return default or '""'
    return as_json(default)


def _mlflow_runs(one: EntryPoint, uri: str) -> tuple[Code, ...]:
    needed = [(each.name, each.name.upper()) for each in one.parameters if each.required]
    every = [
        (each.name, each.name.upper() if each.default is None else str(each.default))
        for each in one.parameters
    ]
    found = [code(f"Run {one.name}", projects.command(uri, one.name, needed), "bash")]
    if len(every) > len(needed):
        text = projects.command(uri, one.name, every)
        found.append(code(f"Run {one.name}, every parameter", text, "bash"))
    return tuple(found)


def _run(run: RunSummary, address: str) -> ProjectRun:
    pointer = addresses.relative(addresses.run_pointer(run.id), address)
    return ProjectRun(
        link=Link(run.name or wording.short_id(run.id), pointer),
        chips=run_chips(run.status, run.deleted),
        entry_point=run.entry_point or projects.DEFAULT_ENTRY_POINT,
        started=wording.short_time(run.started),
        duration=wording.duration(run.duration),
    )
