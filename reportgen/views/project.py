"""The page of a project: what it can be asked to run, with what, and the runs that came of it."""

import shlex
from collections.abc import Mapping, Sequence
from typing import ClassVar

from msgspec import Struct, field

from reportgen.analysis import forge, projects
from reportgen.analysis.summary import RunSummary
from reportgen.analysis.workflows import Step
from reportgen.model import (
    DockerEnvironment,
    EntryPoint,
    Json,
    Parameter,
    Project,
    RunStatus,
)
from reportgen.views import addresses, wording
from reportgen.views.code import code
from reportgen.views.environment import EnvironmentList, environment_list, package_count
from reportgen.views.literals import as_json
from reportgen.views.page import (
    STATUS,
    Chip,
    Code,
    Fact,
    Head,
    Link,
    Pair,
    ProblemRow,
    Section,
    head,
    problem_rows,
)
from reportgen.views.project_builder import (
    Builder,
    Control,
    Place,
    builder,
    control,
    passed,
)
from reportgen.views.project_runs import EntryRuns, Judged, entry_runs
from reportgen.views.workflow import WorkflowFigure, workflow_figure

ENVIRONMENTS = {
    "python_env": "Python environment",
    "conda_env": "conda environment",
    "docker_env": "Docker image",
}
MOST_WORKFLOWS = 3


class Workflow(Struct, frozen=True):
    """A run that launched steps, some of them entry points of the project."""

    run: str
    """Its id."""

    name: str
    status: RunStatus
    started: int | None
    steps: tuple[Step, ...]


class ProjectInputs(Struct, frozen=True):
    """All that the page of a project is made of."""

    project: Project
    runs: tuple[RunSummary, ...] = ()
    """Launched from it, the newest first."""

    experiments: Mapping[str, Judged] = field(default_factory=dict)
    """Those that the runs are in, by key."""

    workflows: tuple[Workflow, ...] = ()
    """The newest ones first, at most `MOST_WORKFLOWS`."""


class ParameterRow(Struct, frozen=True):
    """A parameter of an entry point."""

    name: str
    type: str
    default: str
    required: bool
    control: Control
    """To choose a value for a command."""


class EntryPointCard(Struct, frozen=True):
    """One thing that a project offers to run."""

    id: str
    name: str
    note: str
    command: Code | None
    parameters: tuple[ParameterRow, ...]
    runs: tuple[Code, ...]
    """`mlflow run`: with what must be given, with every parameter, and from its repository."""

    builder: Builder


class VariableRow(Struct, frozen=True):
    """An environment variable of a container."""

    name: str
    value: str
    copied: bool
    """True for one that has the value which it has where `mlflow run` is called."""


class DockerCard(Struct, frozen=True):
    image: str
    volumes: tuple[Pair, ...]
    variables: tuple[VariableRow, ...]


class WorkflowCard(Struct, frozen=True):
    link: Link
    chip: Chip
    started: str
    figure: WorkflowFigure


class ProjectPage(Struct, frozen=True):
    template: ClassVar[str] = "project.html"

    head: Head
    name: str
    chips: tuple[Chip, ...]
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    entry_points: tuple[EntryPointCard, ...]
    no_entry_points: str
    other_command: Code
    """What to run where there are none: a script, or a job."""

    runs: tuple[EntryRuns, ...]
    others: tuple[EntryRuns, ...]
    """Runs of what it does not declare."""

    workflows: tuple[WorkflowCard, ...]
    environment: EnvironmentList
    docker: DockerCard | None
    spark_job: tuple[Pair, ...]
    problems: tuple[ProblemRow, ...]


def project_page(inputs: ProjectInputs, *, address: str, key: str) -> ProjectPage:
    """The page at `address`."""
    project = inputs.project
    name = project_name(project)
    offered = wording.count(len(project.entry_points), "entry point")
    declared, others = entry_runs(project, inputs.runs, inputs.experiments, address)
    workflows = tuple(_workflow(one, address) for one in inputs.workflows)
    counted = (
        ("entry-points", "Entry points", len(project.entry_points)),
        ("runs", "Runs", len(inputs.runs)),
        ("workflows", "Workflows", len(workflows)),
        ("packages", "Packages", package_count(project.environment)),
        ("problems", "Problems", len(project.problems)),
    )
    listed = (Section(id, text, f"{count:,}") for id, text, count in counted if count)
    places = _places(inputs)
    return ProjectPage(
        head=head(
            address,
            "project",
            name,
            (("Projects", addresses.PROJECTS),),
            description=f"Project {name}: {offered}.",
            id=addresses.slug(project.path),
            key=key,
            scripts=("builder",),
            later=("charts",) if workflows else (),
        ),
        name=name,
        chips=_chips(project),
        facts=_facts(inputs, places),
        sections=(*listed, Section("environment", "Environment")),
        entry_points=tuple(
            _entry_point(place, one, project, places)
            for place, one in enumerate(project.entry_points)
        ),
        no_entry_points=_no_entry_points(project),
        other_command=_other_command(project),
        runs=declared,
        others=others,
        workflows=workflows,
        environment=environment_list(project.environment),
        docker=_docker(project.docker) if project.docker else None,
        spark_job=_spark_job(project),
        problems=problem_rows(project.problems),
    )


def project_name(project: Project) -> str:
    return project.name or project.path


def environment_name(project: Project) -> str:
    """In which kind of environment it runs; else the file that was found; empty for neither."""
    if project.spark_job:
        return "Databricks Spark job"
    return ENVIRONMENTS.get(project.env_kind, project.env_file)


def _chips(project: Project) -> tuple[Chip, ...]:
    named = environment_name(project)
    chips = [Chip(named, "acc", "layers" if project.spark_job else "box")] if named else []
    if not project.file:
        chips.append(Chip("No MLproject", "", "file"))
    return tuple(chips)


def _facts(inputs: ProjectInputs, places: Sequence[Place]) -> tuple[Fact, ...]:
    """Without the folder of a project that is the source itself."""
    project = inputs.project
    facts = []
    if project.path != ".":
        facts.append(Fact("dir", project.path, code=True, title="Its folder"))
    for place in places:
        if place.versioned:
            web = forge.repository_url(place.uri.partition("#")[0])
            facts.append(Fact("branch", place.uri, web, code=True, title="Its repository"))
    facts.append(Fact("term", wording.count(len(project.entry_points), "entry point")))
    facts.append(Fact("play", f"{wording.count(len(inputs.runs), 'run')} launched from it"))
    return tuple(facts)


def _places(inputs: ProjectInputs) -> tuple[Place, ...]:
    """What `mlflow run` can be given: its folder, and its repository where an address is known.

    The address is that of its clone, else the one that its newest run was launched from.
    """
    project = inputs.project
    folder = Place("its folder", project.path, versioned=False)
    address = forge.without_credentials(project.repository)
    if projects.is_remote(address):
        uri = f"{address}#{project.subdirectory}" if project.subdirectory else address
        return folder, Place("its repository", uri, versioned=True)
    launched = (run.source for run in inputs.runs if projects.is_remote(run.source))
    source = forge.without_credentials(next(launched, ""))
    return (folder, Place("its repository", source, versioned=True)) if source else (folder,)


def _no_entry_points(project: Project) -> str:
    if project.spark_job and project.spark_job.python_file:
        return (
            f"It is a job for Databricks that runs {project.spark_job.python_file}: "
            "whatever entry point is named, mlflow run hands this over."
        )
    if not project.file:
        return (
            "It has no MLproject, so it names no entry points. Any script in its folder can be run:"
        )
    return "Its MLproject names no entry points. Any script in its folder can still be run:"


def _other_command(project: Project) -> Code:
    if project.spark_job and project.spark_job.python_file:
        text = f"mlflow run {shlex.quote(project.path)} -b databricks -c cluster.json"
        return code("Run the job", text, "bash")
    return code("Run a script", projects.command(project.path, "script.py"), "bash")


def _entry_point(
    place: int, one: EntryPoint, project: Project, places: Sequence[Place]
) -> EntryPointCard:
    needed = sum(parameter.required for parameter in one.parameters)
    note = wording.count(len(one.parameters), "parameter")
    if needed:
        note += f", {needed} required"
    return EntryPointCard(
        id=f"entry-{place}",
        name=one.name,
        note=note,
        command=code(f"Command of {one.name}", one.command, "bash") if one.command else None,
        parameters=tuple(
            _parameter(f"entry-{place}-{each}", parameter)
            for each, parameter in enumerate(one.parameters)
        ),
        runs=_mlflow_runs(one, places),
        builder=builder(f"entry-{place}", one, places, in_image=project.env_kind == "docker_env"),
    )


def _parameter(id: str, one: Parameter) -> ParameterRow:
    default = "" if one.default is None else _shown(one.default)
    return ParameterRow(one.name, one.type, default, one.required, control(id, one))


def _shown(default: Json) -> str:
    """A text as it is, an empty one in quotes; anything else as YAML has it."""
    if isinstance(default, str):
        return default or '""'
    return as_json(default)


def _mlflow_runs(one: EntryPoint, places: Sequence[Place]) -> tuple[Code, ...]:
    """Required parameters are left in capitals, to fill in."""
    needed = [(each.name, each.name.upper()) for each in one.parameters if each.required]
    every = [
        (each.name, each.name.upper() if each.required else passed(each)) for each in one.parameters
    ]
    uri = places[0].uri
    found = [code(f"Run {one.name}", projects.command(uri, one.name, needed), "bash")]
    if len(every) > len(needed):
        text = projects.command(uri, one.name, every)
        found.append(code(f"Run {one.name}, every parameter", text, "bash"))
    for place in places:
        if place.versioned:
            text = projects.command(place.uri, one.name, needed)
            found.append(code(f"Run {one.name} from {place.text}", text, "bash"))
    return tuple(found)


def _docker(docker: DockerEnvironment) -> DockerCard:
    return DockerCard(
        image=docker.image,
        volumes=tuple(Pair(*_volume(one)) for one in docker.volumes),
        variables=tuple(
            VariableRow(name, "" if value is None else value, value is None)
            for name, value in docker.environment
        ),
    )


def _volume(recorded: str) -> tuple[str, str]:
    """(what of the host, where in the container); the same of both where only one is named."""
    host, colon, container = recorded.partition(":")
    return (host, container) if colon else (recorded, recorded)


def _spark_job(project: Project) -> tuple[Pair, ...]:
    job = project.spark_job
    if job is None:
        return ()
    said = (
        ("python_file", job.python_file),
        ("parameters", shlex.join(job.parameters)),
        ("python_libraries", "\n".join(job.libraries)),
    )
    return tuple(Pair(name, value) for name, value in said if value)


def _workflow(one: Workflow, address: str) -> WorkflowCard:
    figure = workflow_figure(one.name, one.started, one.steps, address)
    if figure is None:
        raise ValueError("a workflow has steps")
    return WorkflowCard(
        link=Link(one.name, addresses.relative(addresses.run_pointer(one.run), address)),
        chip=STATUS[one.status],
        started=wording.short_time(one.started),
        figure=figure,
    )
