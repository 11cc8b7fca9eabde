"""What one worker process does with a batch of runs: read, key, render, write; run by run.

Memory does not grow with the number of runs: what the upper pages need of each run leaves as a
small result. A run whose page is there already is not rendered again.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import orjson
from msgspec import Struct, structs

from reportgen.analysis import words
from reportgen.analysis.environments import PackageChange, environment_changes, essence
from reportgen.analysis.history import Remembered
from reportgen.analysis.metrics import Goal, summaries_of
from reportgen.analysis.projects import project_of_run
from reportgen.analysis.releases import ModelFacts, model_facts
from reportgen.analysis.reproducibility import scorecard
from reportgen.analysis.rerun import rerun
from reportgen.analysis.summary import RunSummary, summary_of
from reportgen.analysis.training import training_of
from reportgen.analysis.workflows import Step, may_be_workflow, steps_of
from reportgen.errors import Problem, ReportError, bug
from reportgen.guard.door import Door
from reportgen.model import (
    Artifact,
    Environment,
    Json,
    LoggedModel,
    MetricHistory,
    ModelRef,
    ModelVersion,
    Project,
    Run,
    RunRef,
)
from reportgen.parts import Parts
from reportgen.site.keys import file_digest, key_of
from reportgen.site.writer import SiteFolder, Written
from reportgen.sources.environment import KNOWN, read_environment, told_by_tags
from reportgen.sources.small_files import hint_of, read_bytes
from reportgen.sources.store import Store
from reportgen.theme import Shared, Theme, script_value
from reportgen.views import addresses
from reportgen.views.artifacts.kinds import problem_of, stored_name, wants_preview
from reportgen.views.artifacts.tables import parquet_text
from reportgen.views.lineage import Provenance, provenance_of
from reportgen.views.run import Baseline, ModelLink, RunInputs, RunPage, own_artifacts, run_page
from reportgen.views.run_data import run_data
from reportgen.views.run_metrics import CURVE_POINTS

CSV_PART = 500
"""Points that are written as text at a time: so few stay in a processor's cache."""

HELD_BYTES = 64_000_000
"""Of a run's artifacts that are kept in memory until its page is rendered."""


@dataclass(frozen=True, slots=True)
class Job:
    """All that is the same for every run of a build."""

    stores: tuple[Store, ...]
    site: SiteFolder
    theme: Theme
    shared: Shared
    stamp: str
    """Stands for all code and templates: a page made by others is another page."""

    experiments: Mapping[str, str]
    """Name by key."""

    told: Mapping[str, Goal]
    """The directions of metrics that the user named."""

    goals: Mapping[str, Mapping[str, Goal]]
    """All directions that somebody named, by experiment key."""

    main: Mapping[str, tuple[str, ...]]
    """The metrics that somebody named to judge by, the first choice first, by experiment key."""

    columns: Mapping[str, tuple[str, ...]]
    """The columns that somebody named to show at first, by experiment key."""

    models: Mapping[str, str]
    """Name of each logged model of MLflow 3 by id."""

    projects: tuple[Project, ...]
    versions: tuple[ModelVersion, ...]
    max_artifact_size: int
    door: Door = field(default_factory=Door)
    """Through which the stores and all else that is in the job have come."""

    parts: Parts = field(default_factory=Parts)
    """Of the pages above the runs: what was made before."""

    remembered: Remembered | None = None
    """Of the registry, from the report version before; None for the first and for previews."""


@dataclass(frozen=True, slots=True)
class RunTask:
    """A run, and what of other runs its page shows."""

    ref: RunRef
    before: RunRef | None = None
    parent: RunRef | None = None
    children: tuple[RunRef, ...] = ()
    models: tuple[ModelRef, ...] = ()
    before_models: tuple[ModelRef, ...] = ()
    parent_models: tuple[ModelRef, ...] = ()
    """Those tell the environment that its own is compared with."""


class ModelResult(Struct, frozen=True):
    """What the upper pages need of a model."""

    id: str
    key: str
    name: str
    run_id: str
    artifact_path: str
    flavors: tuple[str, ...]
    created: int | None
    problems: tuple[Problem, ...]
    facts: ModelFacts | None = None
    """Of a model that has registered versions: by them these are compared."""


class RunResult(Struct, frozen=True):
    """What leaves a worker for each run."""

    summary: RunSummary
    key: str
    models: tuple[ModelResult, ...]
    project: str
    """The path of the project that it was launched from; empty for none."""

    problems: tuple[Problem, ...]
    written: Written
    words: str = ""
    """By which it is found, packed: see `analysis.words`."""

    environment: Environment | None = None
    """Without hashes and lines: see `analysis.environments.essence`. The runs of a batch share
    equal ones, so that each travels once."""

    environment_key: str = ""
    """Equal for equal environments; empty for none."""

    evaluated: tuple[str, ...] = ()
    """The ids of logged models that it names as its inputs."""

    workflow: tuple[Step, ...] = ()
    """The steps that it launched, where its children are some."""


def run_batch(job: Job, tasks: Sequence[RunTask]) -> list[RunResult]:
    """Publish the pages of these runs and of their models.

    A mistake of ours costs the page of the run that it was met in: it has one that says so.
    """
    reader = _Reader(job)
    ordered = sorted(tasks, key=lambda task: task.ref.store)
    results: list[RunResult] = []
    while len(results) < len(ordered):
        try:
            for task, run in reader.runs(ordered[len(results) :]):
                results.append(_publish_run(job, reader, task, run))
        except ReportError:
            raise
        except Exception as error:  # whatever it is, the other runs have nothing to do with it
            results.append(_publish_bare_run(job, ordered[len(results)], error))
    return results


def _publish_bare_run(job: Job, task: RunTask, error: Exception) -> RunResult:
    """The page of a run with no more than its reference says, and with what went wrong."""
    ref = task.ref
    problem = bug(error, f"{job.stores[ref.store].label}/{ref.place}")
    run = Run(
        id=ref.id,
        experiment_id=ref.experiment_id,
        name=ref.name,
        status=ref.status,
        started=ref.started,
        ended=ref.ended,
        deleted=ref.deleted,
        problems=(problem,),
    )
    return _publish_run(job, _Reader(job), RunTask(ref, models=task.models), run)


def model_batch(job: Job, refs: Sequence[ModelRef]) -> list[tuple[ModelResult, Written]]:
    """Publish the pages of models that no run of this report made."""
    return [_publish_model(job, _read_model(job, ref), None, None) for ref in refs]


def _read_model(job: Job, ref: ModelRef) -> LoggedModel:
    try:
        (model,) = job.stores[ref.store].read_models([ref])
    except ReportError:
        raise
    except Exception as error:
        return _bare_model(job, ref, error)
    return model


def _bare_model(job: Job, ref: ModelRef, error: Exception) -> LoggedModel:
    """A model with no more than its reference says, and with what went wrong."""
    problem = bug(error, f"{job.stores[ref.store].label}/{ref.place}")
    return LoggedModel(
        id=ref.id,
        name=ref.name,
        experiment_id=ref.experiment_id,
        run_id=ref.run_id,
        problems=(problem,),
    )


@dataclass(frozen=True, slots=True)
class _Before:
    """What is compared with of a run that came before."""

    params: Mapping[str, str]
    environment: Environment | None


class _Reader:
    """Reads runs in batches, and remembers what others are compared with."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._seen: dict[str, _Before] = {}
        self._before = lru_cache(maxsize=256)(self._read)
        self.same = key_of(job.stamp, job.shared)
        """Of the key of every page."""

        self._essences: dict[Environment, tuple[Environment, str]] = {}

    def runs(self, tasks: Sequence[RunTask]) -> Iterator[tuple[RunTask, Run]]:
        """By store, in the order of the tasks."""
        for store in sorted({task.ref.store for task in tasks}):
            own = [task for task in tasks if task.ref.store == store]
            runs = self._job.stores[store].read_runs([task.ref for task in own])
            yield from zip(own, runs, strict=True)

    def remember(self, run: Run, environment: Environment | None) -> None:
        self._seen[run.id] = _Before(run.params, environment)

    def before(self, ref: RunRef, models: tuple[ModelRef, ...]) -> _Before:
        return self._seen[ref.id] if ref.id in self._seen else self._before(ref, models)

    def _read(self, ref: RunRef, models: tuple[ModelRef, ...]) -> _Before:
        run = next(iter(self._job.stores[ref.store].read_runs([ref])))
        found = models_of(self._job, models, run)
        return _Before(run.params, environment_of(self._job, ref, run, found))

    def essence(self, environment: Environment | None) -> tuple[Environment | None, str]:
        """The environment without what pages above the runs have no use for, and its key."""
        if environment is None:
            return None, ""
        if environment not in self._essences:
            bare = essence(environment)
            self._essences[environment] = bare, key_of(bare)
        return self._essences[environment]

    def steps(self, children: Sequence[RunRef]) -> tuple[Step, ...]:
        """The steps that these children are; they are read only where they may be some."""
        if not may_be_workflow(children):
            return ()
        stores = sorted({one.store for one in children})
        return steps_of(
            [
                run
                for store in stores
                for run in self._job.stores[store].read_runs(
                    [one for one in children if one.store == store]
                )
            ]
        )


def _publish_run(job: Job, reader: _Reader, task: RunTask, run: Run) -> RunResult:
    written = Written()
    models = []
    for model in models_of(job, task.models, run):
        result, bytes_ = _publish_model(job, model, task.ref, run)
        models.append((model, result))
        written += bytes_
    kept = _keep(job, own_artifacts(run), place_of(job, task.ref))
    written += kept.written
    inputs = _inputs(job, reader, task, run, models, kept)
    environment, environment_key = reader.essence(inputs.environment)
    inputs = structs.replace(inputs, environment_key=environment_key)
    reader.remember(run, inputs.environment)
    if any(result.facts for _, result in models):
        inputs = _with_lineage(job, inputs, provenance_of(run, job.projects))
    key = key_of(reader.same, _shown(inputs))
    address = addresses.run(run.id, key)
    summaries = summaries_of(run.metrics, inputs.goals)
    if job.site.has(address):
        written += Written(reused=1)
    else:
        made = run_page(inputs, summaries, address=address, key=key, contents=kept.contents)
        written += _write_run(job, made, run, address, run_data(inputs, summaries))
    project = project_of_run(run.tags, job.projects)
    return RunResult(
        summary=summary_of(run, summaries, inputs.card.verdict if inputs.card else None),
        key=key,
        models=tuple(result for _, result in models),
        project=project.path if project else "",
        problems=inputs.run.problems,
        written=written,
        words=words.of_run(run),
        environment=environment,
        environment_key=environment_key,
        evaluated=run.input_models,
        workflow=inputs.workflow,
    )


def _write_run(job: Job, page: RunPage, run: Run, address: str, data: Json) -> Written:
    """Data first, the page last: where the page is, all that it needs is."""
    written = Written()
    for name, history in run.metrics.items():
        if len(history) > CURVE_POINTS:
            written += job.site.add(addresses.history(address, name), history_csv(history))
    made = {
        **page.artifacts.made,
        **page.rest.made,
        addresses.data(address): script_value("run", data),
        address: job.theme.render(page, job.shared),
    }
    return written + job.site.add_all(made)


def history_csv(history: MetricHistory) -> bytes:
    """`step,timestamp,value`, one line a point, in order; numbers with all their digits."""
    parts = [b"step,timestamp,value\n"]
    for start in range(0, len(history), CSV_PART):
        part = slice(start, start + CSV_PART)
        values = history.values[part]
        points = list(zip(history.steps[part], history.timestamps[part], values, strict=True))
        if math.isfinite(sum(values)):
            parts.append(orjson.dumps(points)[2:-2].replace(b"],[", b"\n") + b"\n")
        else:
            lines = (f"{step},{stamp},{value!r}\n" for step, stamp, value in points)
            parts.append("".join(lines).encode())
    return b"".join(parts)


def _inputs(
    job: Job,
    reader: _Reader,
    task: RunTask,
    run: Run,
    models: Sequence[tuple[LoggedModel, ModelResult]],
    kept: "_Kept",
) -> RunInputs:
    own = [model for model, _ in models]
    environment, of_project, unread = _environment_and_source(job, task.ref, run, own)
    project = project_of_run(run.tags, job.projects)
    baselines = []
    for what, ref, made in (
        ("its parent", task.parent, task.parent_models),
        ("the run before it", task.before, task.before_models),
    ):
        if ref is not None:
            before = reader.before(ref, made)
            packages = _packages_since(before.environment, environment)
            baselines.append(Baseline(what, ref, before.params, packages))
    steps = dict(run.output_models)
    return RunInputs(
        run=replace(
            run,
            artifacts=kept.marked(run.artifacts),
            problems=(*run.problems, *kept.problems, *unread),
        ),
        experiment_name=job.experiments[run.experiment_id],
        main=next((name for name in job.main[run.experiment_id] if name in run.metrics), ""),
        goals=job.goals[run.experiment_id],
        baselines=tuple(baselines),
        children=task.children,
        workflow=reader.steps(task.children),
        models=tuple(
            ModelLink(model, addresses.model(model.id, result.key), steps.get(model.id, 0))
            for model, result in models
        ),
        evaluated=tuple(
            (id, job.models[id]) for id in run.input_models if id in job.models and id not in steps
        ),
        environment=environment,
        environment_of_project=of_project,
        card=scorecard(run, own, project, environment),
        commands=rerun(run, own, project, environment),
        copies=kept.copies,
    )


def _packages_since(
    before: Environment | None, after: Environment | None
) -> tuple[PackageChange, ...] | None:
    return environment_changes(before, after) if before and after else None


def _with_lineage(job: Job, inputs: RunInputs, provenance: Provenance) -> RunInputs:
    """With the versions that the run's models were registered as, and what the run was made of."""
    links = tuple(
        structs.replace(
            link,
            versions=tuple(
                ModelVersion(one.name, one.version) for one in versions_of(link.model, job.versions)
            ),
        )
        for link in inputs.models
    )
    return structs.replace(inputs, models=links, provenance=provenance)


def _shown(inputs: RunInputs) -> RunInputs:
    """The inputs without what must not tell in a key: where things lie on this machine, and
    what became of other runs that are only linked to.
    """
    run = replace(inputs.run, artifacts=_bare(inputs.run.artifacts), models=())
    models = tuple(
        structs.replace(link, model=replace(link.model, artifacts=())) for link in inputs.models
    )
    baselines = tuple(structs.replace(one, run=_linked(one.run)) for one in inputs.baselines)
    children = tuple(
        replace(one, store=0, place="", artifact_uri="", user="") for one in inputs.children
    )
    return structs.replace(inputs, run=run, models=models, baselines=baselines, children=children)


def _linked(ref: RunRef) -> RunRef:
    """What a link to a run says of it."""
    return RunRef(id=ref.id, experiment_id=ref.experiment_id, store=0, place="", name=ref.name)


def _bare(artifacts: Sequence[Artifact]) -> tuple[Artifact, ...]:
    return tuple(replace(one, file="") for one in artifacts)


def models_of(job: Job, models: Sequence[ModelRef], run: Run | None = None) -> list[LoggedModel]:
    """MLflow 3's logged models of the run, then those among its artifacts."""
    found: list[LoggedModel] = []
    for store in sorted({ref.store for ref in models}):
        refs = [ref for ref in models if ref.store == store]
        try:
            found.extend(list(job.stores[store].read_models(refs)))
        except ReportError:
            raise
        except Exception:  # by themselves, so that a mistake of ours costs one
            found.extend(_read_model(job, ref) for ref in refs)
    return [*found, *run.models] if run else found


def _publish_model(
    job: Job, model: LoggedModel, source_run: RunRef | None, run: Run | None
) -> tuple[ModelResult, Written]:
    """Publish the page of a model; where a mistake of ours prevents it, one that says so."""
    try:
        return _publish_whole_model(job, model, source_run, run)
    except ReportError:
        raise
    except Exception as error:
        bare = LoggedModel(
            id=model.id,
            name=model.name,
            experiment_id=model.experiment_id,
            run_id=model.run_id,
            artifact_path=model.artifact_path,
            problems=(bug(error, model.id),),
        )
        return _publish_whole_model(job, bare, source_run, None)


def _publish_whole_model(
    job: Job, model: LoggedModel, source_run: RunRef | None, run: Run | None
) -> tuple[ModelResult, Written]:
    kept = _keep(job, model.artifacts, model.id)
    model = replace(
        model,
        artifacts=kept.marked(model.artifacts),
        problems=(*model.problems, *kept.problems),
    )
    versions = versions_of(model, job.versions)
    experiment_name = job.experiments.get(model.experiment_id, "")
    bare = replace(model, artifacts=_bare(model.artifacts))
    linked = _linked(source_run) if source_run else None
    training = training_of(model, run)
    # What it was made of is told with what was registered of it alone.
    provenance = provenance_of(run, job.projects) if run and versions else Provenance()
    key = key_of(
        *(job.stamp, job.shared, bare, linked, versions, experiment_name, kept.copies),
        *(training, provenance),
    )
    address = addresses.model(model.id, key)
    written = kept.written
    if job.site.has(address):
        written += Written(reused=1)
    else:
        from reportgen.views.downloads import model_downloads  # late: most runs have no model
        from reportgen.views.model import model_page

        downloads = []
        for made in model_downloads(model, training, versions):
            place = addresses.file(file_digest(made.content), made.name)
            written += job.site.add(place, made.content)
            downloads.append((made, place))
        page = model_page(
            model,
            address=address,
            key=key,
            source_run=source_run,
            versions=versions,
            experiment_name=experiment_name,
            files=kept.copies,
            provenance=provenance,
            downloads=downloads,
            environment_key=_environment_key(model) if run else "",
        )
        written += job.site.add(address, job.theme.render(page, job.shared))
    flavors = tuple(one.name for one in model.mlmodel.flavors) if model.mlmodel else ()
    result = ModelResult(
        id=model.id,
        key=key,
        name=model.name or model.id,
        run_id=model.run_id,
        artifact_path=model.artifact_path,
        flavors=flavors,
        created=model.created,
        problems=model.problems,
        facts=model_facts(model) if versions else None,
    )
    return result, written


def _environment_key(model: LoggedModel) -> str:
    return key_of(essence(model.mlmodel.environment)) if model.mlmodel else ""


def versions_of(model: LoggedModel, versions: Sequence[ModelVersion]) -> tuple[ModelVersion, ...]:
    """The registered versions that came from a model.

    MLflow 3 names the model in the version; before it the version's source is the place of the
    model among its run's artifacts.
    """
    return tuple(
        version
        for version in versions
        if (version.model_id and version.model_id == model.id)
        or is_version_of(version, model.run_id, model.artifact_path)
    )


def is_version_of(version: ModelVersion, run_id: str, artifact_path: str) -> bool:
    """True for a version registered, before MLflow 3, from that place among a run's artifacts."""
    if not artifact_path or version.run_id != run_id:
        return False
    source = version.source.rstrip("/")
    return source == f"runs:/{run_id}/{artifact_path}" or source.endswith(
        f"/artifacts/{artifact_path}"
    )


def environment_of(
    job: Job, ref: RunRef, run: Run, models: Sequence[LoggedModel]
) -> Environment | None:
    return _environment_and_source(job, ref, run, models)[0]


def _environment_and_source(
    job: Job, ref: RunRef, run: Run, models: Sequence[LoggedModel]
) -> tuple[Environment | None, bool, tuple[Problem, ...]]:
    """What the run's models say they need, else its files, else the project it came from; and
    what its tags add to that. With whether nothing but the project says it, and with what is wrong
    with its files."""
    own, problems = _recorded_environment(job, ref, run, models)
    recorded = told_by_tags(run.tags, own)
    if recorded and (recorded.files or recorded.docker_image or recorded.runtime):
        return recorded, False, problems
    project = project_of_run(run.tags, job.projects)
    if project is None:
        return recorded, False, problems
    image = Environment(docker_image=project.docker_image) if project.docker_image else None
    found = told_by_tags(run.tags, project.environment or image)
    return found, found is not None, problems


def _recorded_environment(
    job: Job, ref: RunRef, run: Run, models: Sequence[LoggedModel]
) -> tuple[Environment | None, tuple[Problem, ...]]:
    for model in models:
        if model.mlmodel and model.mlmodel.environment.files:
            return model.mlmodel.environment, ()
    files: dict[str, Path] = {}
    for artifact in sorted(run.artifacts, key=lambda one: (one.path.count("/"), one.path)):
        name = artifact.path.rsplit("/", 1)[-1]
        if name in KNOWN:
            files.setdefault(name, Path(artifact.file))
    if not files:
        return None, ()
    return job.door.clean(read_environment(files, place_of(job, ref)))


@dataclass(frozen=True, slots=True)
class _Kept:
    copies: Mapping[str, str]
    """Artifact path → address of its copy."""

    contents: Mapping[str, bytes]
    """Of those that a page shows, up to `HELD_BYTES` in all."""

    withheld: Mapping[str, str]
    """Why some are not copied, by their paths: `holds a secret`."""

    problems: tuple[Problem, ...]
    written: Written

    def marked(self, artifacts: tuple[Artifact, ...]) -> tuple[Artifact, ...]:
        """The artifacts, with what is said of those that are withheld."""
        if not self.withheld:
            return artifacts
        return tuple(
            replace(one, withheld=self.withheld[one.path]) if one.path in self.withheld else one
            for one in artifacts
        )


HOLDS_SECRET = "holds a secret"
NAMES_HIDDEN = "names what is hidden"


def place_of(job: Job, ref: RunRef) -> str:
    """Where a run's artifacts lie, as problems name it."""
    return f"{job.stores[ref.store].label}/{ref.place}/artifacts"


def _keep(job: Job, artifacts: Sequence[Artifact], place: str) -> _Kept:
    """Copy what is small enough and holds no secret, as the door lets it through, each content
    once; the address names the content.

    `place` is where they lie, as problems name it.
    """
    copies: dict[str, str] = {}
    contents: dict[str, bytes] = {}
    problems: list[Problem] = []
    withheld: dict[str, str] = {}
    written = Written()
    held = 0
    for artifact in artifacts:
        path = f"{place}/{artifact.path}"
        content = content_of(job, artifact, path, problems)
        if content is None:
            continue
        if leaks := leaks_of(job, content, path):
            problems.extend(leaks)
            withheld[artifact.path] = HOLDS_SECRET
            continue
        content = job.door.content(content)
        if content is None:
            withheld[artifact.path] = NAMES_HIDDEN
            continue
        address = addresses.file(file_digest(content), stored_name(artifact.path, content))
        written += job.site.add(address, content)
        copies[artifact.path] = address
        problem = problem_of(path, artifact.path, content)
        if problem:
            problems.append(problem)
        if wants_preview(artifact) and held + len(content) <= HELD_BYTES:
            held += len(content)
            contents[artifact.path] = content
    return _Kept(copies, contents, withheld, tuple(problems), written)


def leaks_of(job: Job, content: bytes, path: str) -> tuple[Problem, ...]:
    """Why a file may not be published; what its preview unpacks is looked through as well."""
    shown = parquet_text(content) if path.endswith(".parquet") else b""
    return job.door.policy.leaks(content, path) or job.door.policy.leaks(shown, path)


def content_of(job: Job, artifact: Artifact, path: str, problems: list[Problem]) -> bytes | None:
    """None of a file that is too large or cannot be read."""
    if artifact.size > job.max_artifact_size:
        return None
    try:
        return read_bytes(artifact.file, job.max_artifact_size)
    except OSError as error:
        what = f"The artifact could not be read: {error.strerror}."
        problems.append(Problem(path, what, hint_of(error)))
        return None
