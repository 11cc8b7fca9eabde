"""The pages above the runs: experiments, registered models, projects, home.

Each is made from the summaries that the workers sent back; an experiment's curves are read
again for the few runs that it draws.
"""

import gzip
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TypeVar

from msgspec import Struct, structs

from reportgen.analysis.changes import Stretch, stretches
from reportgen.analysis.curves import Packed, packed, thin, unpacked
from reportgen.analysis.facts import RegisteredPast
from reportgen.analysis.groups import Band, SeedGroup, band, seed_groups
from reportgen.analysis.history import past_of
from reportgen.analysis.importance import ParamImportance, param_importance, sample
from reportgen.analysis.metrics import Goal, goal_of, main_metric
from reportgen.analysis.reproducibility import share_of
from reportgen.analysis.standings import Judge, judge_of, judged_value, ranked
from reportgen.analysis.summary import RunSummary
from reportgen.batch import Job, ModelResult, RunResult, is_version_of
from reportgen.charts.overlay import RunCurve
from reportgen.errors import Problem, ReportError, bug
from reportgen.experiments import ExperimentRuns, Results
from reportgen.model import (
    Experiment,
    Json,
    MetricHistory,
    ModelVersion,
    Project,
    RegisteredModel,
    RunRef,
)
from reportgen.narratives import PublishedNarrative, PublishedNarratives
from reportgen.parts import Shelf
from reportgen.site.keys import file_digest, key_of
from reportgen.site.writer import Written
from reportgen.sources.catalog import Catalog
from reportgen.theme import named_script, script_value
from reportgen.views import addresses
from reportgen.views.experiment import (
    CHOSEN,
    CONTEXT,
    MOST_IN_ONE_FILE,
    MOST_OVERLAYS,
    ExperimentInputs,
    RunTable,
    experiment_page,
    hues_of,
    is_packed,
    record,
    run_table,
    status_counts,
)
from reportgen.views.experiment_charts import Learn
from reportgen.views.experiment_data import experiment_data
from reportgen.views.home import (
    ExperimentGlance,
    HomeInputs,
    NarrativeGlance,
    ProjectGlance,
    RegisteredGlance,
    RunGlance,
    glances_by_age,
    thinned,
)
from reportgen.views.lineage import Provenance
from reportgen.views.project import MOST_WORKFLOWS, ProjectInputs, Workflow, project_page
from reportgen.views.project_runs import Judged
from reportgen.views.prose import first_sentence
from reportgen.views.registry import VersionLink, version_in_use
from reportgen.views.run_columns import TableLines, csv_lines, display_name, shown_metrics

CHOSEN_POINTS, CONTEXT_POINTS = 100, 32
"""Of a curve in colour, and of one in grey: together they are most of what a page weighs."""

PACKED = 6
"""How hard tables are packed: harder takes twice the time and saves a hundredth."""

MOST_GLANCED = 10

Piece = TypeVar("Piece")


@dataclass(frozen=True, slots=True)
class RankedExperiment:
    """An experiment's page, and how its runs rank today."""

    experiment: Experiment
    page: str
    judge: Judge
    group: ExperimentRuns

    def piece(self, form: type[Piece], make: Callable[["RankedExperiment"], Piece]) -> Piece:
        """What some page says of it, made once: see `ExperimentRuns.piece`."""
        return self.group.piece(form, lambda _: make(self))

    @property
    def count(self) -> int:
        """Of its runs."""
        return len(self.group.pages.keys)

    @property
    def runs(self) -> tuple[RunSummary, ...]:
        """Newest first."""
        return self.group.summaries

    @property
    def ranking(self) -> tuple[RunSummary, ...]:
        return ranked(self.runs, self.judge)


class _Judgement(Struct, frozen=True):
    page: str
    judge: Judge


class _Above(Struct, frozen=True):
    """What pages above an experiment are made of."""

    models: tuple[ModelResult, ...]
    makers: dict[str, tuple[str, str]]
    """Key and name of the runs that made them, by run."""

    environments: tuple[str, ...]
    """Keys of those that its runs had."""

    launched: dict[str, tuple[tuple[int, str, str], ...]]
    """By the path of a project the runs that it launched: start, id and key."""

    workflows: tuple[Workflow, ...]


class _Registered(Struct, frozen=True):
    runs: dict[str, RunResult]
    """Those that registered versions came from, by id."""


@dataclass(frozen=True, slots=True)
class Published:
    """Every page of a report version, by key."""

    catalog: Catalog
    home: HomeInputs
    root: str
    """The key of the home page, which stands for the whole version."""

    runs: Mapping[str, RunResult]
    """By id; to be asked for few: see `Results`."""

    experiments: tuple[RankedExperiment, ...]
    models: Mapping[str, ModelResult]
    """By the model's id."""

    makers: Mapping[str, tuple[str, str]]
    """Key and name of the runs that made models, by run."""

    registered: Mapping[str, str]
    """Key of its page by name; by path in the one of projects."""

    used: Mapping[str, VersionLink]
    """What the version in use of a registered model leads to, by its name."""

    pasts: Mapping[str, RegisteredPast]
    """What earlier report versions saw of a registered model's aliases, by its name."""

    projects: Mapping[str, str]
    narratives: tuple[PublishedNarrative, ...]
    written: Written
    mistakes: tuple[Problem, ...] = ()
    """Of our own, met in these pages: each has cost one."""

    def keys(self) -> Iterator[tuple[str, str]]:
        """Of the runs: (id, key of the newest page)."""
        return chain.from_iterable(one.group.pages.keys.items() for one in self.experiments)

    def by_age(self) -> list[RankedExperiment]:
        """The experiments in the order in which home has them."""
        by_key = {one.experiment.key: one for one in self.experiments}
        return [by_key[one.key] for one in self.home.experiments]


def publish_overview(
    job: Job,
    catalog: Catalog,
    groups: Sequence[ExperimentRuns],
    loose: Sequence[ModelResult],
    narratives: PublishedNarratives,
    problems: int,
) -> Published:
    """Publish all pages above the runs; `loose` are the models that no run made."""
    above = [one.piece(_Above, _above) for one in groups]
    models = {model.id: model for one in above for model in one.models}
    models.update((model.id, model) for model in loose)
    pasts = {
        model.name: past
        for model in catalog.registered_models
        if (past := past_of(model, job.remembered))
    }
    mistakes: list[Problem] = []
    runs = _registered_runs(job, groups)
    registered, used, made = _publish_registered(job, catalog, pasts, runs, models, mistakes)
    experiments, more = _publish_experiments(job, catalog, groups, mistakes)
    results = Results(groups)
    projects, rest = _publish_projects(job, catalog, above, results, experiments, mistakes)
    home = HomeInputs(
        title=narratives.title or job.shared.title,
        experiments=glances_by_age([one.piece(ExperimentGlance, _glance) for one in experiments]),
        registered=tuple(
            _registered_glance(model, registered[model.name]) for model in catalog.registered_models
        ),
        projects=tuple(
            ProjectGlance(
                name=project.name,
                path=project.path,
                page=projects[project.path],
                entry_points=tuple(entry.name for entry in project.entry_points),
                runs=sum(len(one.launched.get(project.path, ())) for one in above),
            )
            for project in catalog.projects
        ),
        models=len(models),
        problems=problems + len(mistakes),
        environments=len({key for one in above for key in one.environments}),
        intro=narratives.intro,
        pages=tuple(
            NarrativeGlance(one.name, one.title, one.lede, one.key) for one in narratives.pages
        ),
    )
    root = key_of(job.stamp, job.shared, home, models)
    return Published(
        catalog,
        home,
        root,
        results,
        tuple(experiments),
        models,
        {run: maker for one in above for run, maker in one.makers.items()},
        registered,
        used,
        pasts,
        projects,
        narratives.pages,
        made + more + rest,
        tuple(mistakes),
    )


def _above(results: Sequence[RunResult]) -> _Above:
    launched: dict[str, list[tuple[int, str, str]]] = {}
    for result in results:
        if result.project:
            run = result.summary
            one = run.started or 0, run.id, result.key
            launched.setdefault(result.project, []).append(one)
    return _Above(
        models=tuple(model for result in results for model in result.models),
        makers={
            result.summary.id: (result.key, display_name(result.summary))
            for result in results
            if result.models
        },
        environments=tuple(sorted({result.environment_key for result in results} - {""})),
        launched={path: tuple(runs) for path, runs in launched.items()},
        workflows=tuple(
            Workflow(run.id, display_name(run), run.status, run.started, result.workflow)
            for result in results
            if result.workflow
            for run in (result.summary,)
        ),
    )


# ------------------------------------------------------------------ experiments


def _publish_experiments(
    job: Job, catalog: Catalog, groups: Sequence[ExperimentRuns], mistakes: list[Problem]
) -> tuple[list[RankedExperiment], Written]:
    refs = {ref.id: ref for ref in catalog.runs}
    by_key = {one.experiment.key: one for one in groups}
    ranking, written = [], Written()
    for experiment in catalog.experiments:
        group = by_key[experiment.key]
        try:
            one, made = _publish_ranked(job, catalog, group, refs)
        except ReportError:
            raise
        except Exception as error:  # a mistake of ours costs the page that it was met in
            problem = bug(error, f"Experiment {experiment.name}")
            bare = Experiment(experiment.key, experiment.id, experiment.name, problems=(problem,))
            one, made = _publish_ranked(job, catalog, group.without_runs(bare), refs)
            one = replace(one, group=group.unremembered())
            mistakes.append(problem)
        written += made
        ranking.append(one)
    return ranking, written


def _publish_ranked(
    job: Job, catalog: Catalog, group: ExperimentRuns, refs: Mapping[str, RunRef]
) -> tuple[RankedExperiment, Written]:
    """Publish the page of an experiment."""
    experiment = group.experiment
    registered = _registered_from(group.pages.keys, catalog)
    told = group.piece(_Judgement, lambda _: _judgement(job, group, registered))
    one = RankedExperiment(experiment, told.page, told.judge, group)
    if job.site.has(addresses.experiment(experiment.key, told.page)):
        return one, Written(reused=1)
    inputs = _experiment_inputs(job, group, told.judge, registered)
    return one, _publish_experiment(job, inputs, told.page, refs)


def _judgement(job: Job, group: ExperimentRuns, registered: tuple[str, ...]) -> _Judgement:
    named = next(iter(job.main[group.experiment.key]), "")
    judge = judge_of(group.summaries, group.experiment.tags, job.told, named)
    inputs = _experiment_inputs(job, group, judge, registered)
    # The keys of the runs' pages stand for all that is said of them, and are hashed in no time.
    return _Judgement(key_of(job.stamp, job.shared, structs.replace(inputs, runs=())), judge)


def _experiment_inputs(
    job: Job, group: ExperimentRuns, judge: Judge, registered: tuple[str, ...]
) -> ExperimentInputs:
    experiment = group.experiment
    return ExperimentInputs(
        experiment=experiment,
        runs=group.summaries,
        keys={result.summary.id: result.key for result in group.newest},
        judge=judge,
        registered=registered,
        goals=job.goals[experiment.key],
        columns=job.columns[experiment.key],
    )


def _registered_from(runs: Container[str], catalog: Catalog) -> tuple[str, ...]:
    return tuple(
        model.name
        for model in catalog.registered_models
        if any(version.run_id in runs for version in model.versions)
    )


def _publish_experiment(
    job: Job, inputs: ExperimentInputs, key: str, refs: Mapping[str, RunRef]
) -> Written:
    address = addresses.experiment(inputs.experiment.key, key)
    with job.parts.of(f"experiment {inputs.experiment.key}") as shelf:
        return _publish_new_experiment(job, inputs, address, key, refs, shelf)


def _publish_new_experiment(
    job: Job,
    inputs: ExperimentInputs,
    address: str,
    key: str,
    refs: Mapping[str, RunRef],
    shelf: Shelf,
) -> Written:
    curves = _curves(job, inputs, refs, shelf)
    bands = _bands(job, inputs, refs, tuple(curves), shelf)
    rows = run_table(inputs)
    table, charts = experiment_data(inputs, rows, address, curves, bands)
    written = Written()
    for target, parts in table.files.items():
        columns = b"".join(script_value("column", place, values) for place, values in parts)
        written += job.site.add(target, columns)
    main = table.main
    if table.blocks:
        named, files = _named_blocks(table.blocks, address)
        main = {**main, "blocks": named}
        for target, content in files.items():
            written += job.site.add(target, content)
    written += job.site.add(addresses.charts(address), script_value("experiment", charts))
    written += job.site.add(addresses.data(address), script_value("runs", main))
    if inputs.runs and len(inputs.runs) <= MOST_IN_ONE_FILE:
        packed, content = is_packed(inputs.runs), _csv(inputs, rows, shelf)
        whole = gzip.compress(content, PACKED, mtime=0) if packed else content
        written += job.site.add(addresses.csv(address, packed=packed), whole)
    page = experiment_page(
        inputs,
        rows,
        address=address,
        key=key,
        curves=curves,
        bands=bands,
        learn=Learn(partial(_importance, shelf), partial(_stretches, shelf)),
    )
    return written + job.site.add(address, job.theme.render(page, job.shared))


def _csv(inputs: ExperimentInputs, table: RunTable, shelf: Shelf) -> bytes:
    # The keys of the runs' pages stand for all that is said of them.
    rows = [f"{run.id} {inputs.keys[run.id]}" for run in table.runs]
    return shelf.renew(
        "csv", TableLines, lambda before: csv_lines(table.columns, rows, before)
    ).content


def _named_blocks(blocks: Sequence[Json], page: str) -> tuple[list[str], dict[str, bytes]]:
    """The blocks of a table as its page names them, and their files, named by their content."""
    files = {}
    for block in blocks:
        script = script_value("rows", block)
        name = file_digest(script)
        files[addresses.file(name, "rows.js")] = named_script("rows", name, script)
    return [addresses.relative(target, page) for target in files], files


@dataclass(frozen=True, slots=True)
class _Importance:
    found: ParamImportance | str


def _importance(
    shelf: Shelf, params: Sequence[Mapping[str, str]], values: Sequence[float]
) -> ParamImportance | str:
    """Learned once, while other metrics of these runs go on."""
    picked = sample(len(values))
    told = [(params[place], values[place]) for place in picked]
    return shelf.get(
        key_of("importance", len(values), told),
        _Importance,
        lambda: _Importance(param_importance(params, values)),
    ).found


def _stretches(shelf: Shelf, values: Sequence[float]) -> tuple[Stretch, ...]:
    return shelf.get(key_of("stretches", values), tuple[Stretch, ...], lambda: stretches(values))


def _curves(
    job: Job, inputs: ExperimentInputs, refs: Mapping[str, RunRef], shelf: Shelf
) -> dict[str, tuple[RunCurve, ...]]:
    """The histories to overlay, by metric: of the best runs, or of the newest without ranking."""
    order = ranked(inputs.runs, inputs.judge) or inputs.runs
    metrics = [
        key
        for key in shown_metrics(inputs.runs, inputs.judge)
        if any(key in run.metrics and run.metrics[key].count > 1 for run in order)
    ][:MOST_OVERLAYS]
    drawn = [
        run
        for run in order
        if any(key in run.metrics and run.metrics[key].count > 1 for key in metrics)
    ][: CHOSEN + CONTEXT]
    hue = hues_of(inputs.runs, inputs.judge)
    curves: dict[str, list[RunCurve]] = {key: [] for key in metrics}
    for run in drawn:
        most = {
            key: CHOSEN_POINTS if len(curves[key]) < CHOSEN else CONTEXT_POINTS
            for key in metrics
            if key in run.metrics
        }
        # The key of a run's page stands for all that was logged to it.
        thinned = shelf.get(
            key_of("curves", inputs.keys[run.id], most),
            dict[str, tuple[int, Packed]],
            partial(_thinned, job, refs[run.id], run, most),
        )
        for key, (total, points) in thinned.items():
            goal = goal_of(key, inputs.goals)
            curves[key].append(
                RunCurve(run.id, display_name(run), unpacked(points), hue[run.id], total, goal)
            )
    return {key: tuple(found) for key, found in curves.items() if found}


def _thinned(
    job: Job, ref: RunRef, run: RunSummary, most: Mapping[str, int]
) -> dict[str, tuple[int, Packed]]:
    """By metric how many points a curve has, and of those so many as are drawn at most."""
    histories = _histories(job, ref, run, tuple(most))
    return {
        key: (len(histories[key]), packed(thin(histories[key], points)))
        for key, points in most.items()
        if key in histories and len(histories[key]) > 1
    }


def _histories(
    job: Job, ref: RunRef, run: RunSummary, metrics: Sequence[str]
) -> Mapping[str, MetricHistory]:
    """Those of a run; the whole run is read only where a metric is not kept under its own name."""
    wanted = [key for key in metrics if key in run.metrics]
    store = job.stores[ref.store]
    found = next(iter(store.read_metrics([ref], wanted)), {})
    if len(found) == len(wanted):
        return found
    return next(iter(store.read_runs([ref]))).metrics


def _bands(
    job: Job,
    inputs: ExperimentInputs,
    refs: Mapping[str, RunRef],
    metrics: Sequence[str],
    shelf: Shelf,
) -> dict[str, tuple[Band, ...]]:
    """The overlaid metrics over groups of seeds; a group at a time, so that few lie in memory."""
    found: dict[str, list[Band]] = {metric: [] for metric in metrics}
    runs = {run.id: run for run in inputs.runs}
    for group in seed_groups(inputs.runs, inputs.judge) if metrics else ():
        members = {id: inputs.keys[id] for id in group.ids}
        made = shelf.get(
            key_of("bands", group.label, members, metrics),
            dict[str, Band],
            partial(_bands_of, job, group, runs, refs, metrics),
        )
        for metric, one in made.items():
            found[metric].append(one)
    return {metric: tuple(made) for metric, made in found.items() if made}


def _bands_of(
    job: Job,
    group: SeedGroup,
    runs: Mapping[str, RunSummary],
    refs: Mapping[str, RunRef],
    metrics: Sequence[str],
) -> dict[str, Band]:
    members = {id: _histories(job, refs[id], runs[id], metrics) for id in group.ids}
    found = {}
    for metric in metrics:
        histories = {id: own[metric] for id, own in members.items() if metric in own}
        made = band(group, histories)
        if made is not None:
            found[metric] = made
    return found


# ------------------------------------------------------------------ registered models, projects


def _registered_runs(job: Job, groups: Sequence[ExperimentRuns]) -> Mapping[str, RunResult]:
    """Those that registered versions came from, by id."""
    wanted = {version.run_id for version in job.versions}
    found: dict[str, RunResult] = {}
    for one in groups if wanted else ():
        found |= one.piece(
            _Registered,
            lambda results: _Registered(
                {result.summary.id: result for result in results if result.summary.id in wanted}
            ),
        ).runs
    return found


def _publish_registered(
    job: Job,
    catalog: Catalog,
    pasts: Mapping[str, RegisteredPast],
    runs: Mapping[str, RunResult],
    models: Mapping[str, ModelResult],
    mistakes: list[Problem],
) -> tuple[dict[str, str], dict[str, VersionLink], Written]:
    keys, used, written = {}, {}, Written()
    for model in catalog.registered_models:
        links = _version_links(job, model, runs, models)
        if version := version_in_use(model):
            used[model.name] = links[version.version]
        past = pasts.get(model.name)
        past = past if past and past.held else None  # where nothing moved, nothing is told
        try:
            key, more = _publish_registered_model(job, model, links, past)
        except ReportError:
            raise
        except Exception as error:
            problem = bug(error, f"Registered model {model.name}")
            bare = RegisteredModel(model.name, problems=(problem,))
            key, more = _publish_registered_model(job, bare, {}, None)
            mistakes.append(problem)
        keys[model.name] = key
        written += more
    return keys, used, written


def _publish_registered_model(
    job: Job,
    model: RegisteredModel,
    links: Mapping[int, VersionLink],
    past: RegisteredPast | None,
) -> tuple[str, Written]:
    """The key of the page, and what was written."""
    key = key_of(job.stamp, job.shared, model, _told_by_key(links), past)
    address = addresses.registered_model(model.name, key)
    if job.site.has(address):
        return key, Written(reused=1)
    # Late: most reports have no registered model, and its page takes a while to import.
    from reportgen.views.registered_model import registered_data, registered_model_page

    page = registered_model_page(model, address=address, key=key, links=links, past=past)
    written = Written()
    if page.choices:
        data = script_value("registered", registered_data(model, links, address))
        written += job.site.add(addresses.data(address), data)
    return key, written + job.site.add(address, job.theme.render(page, job.shared))


def _told_by_key(links: Mapping[int, VersionLink]) -> dict[int, VersionLink]:
    """The links without what the keys of the models' pages, which they have, stand for: of a
    thousand versions it would take seconds to hash."""
    return {number: structs.replace(link, facts=None) for number, link in links.items()}


def _version_links(
    job: Job,
    model: RegisteredModel,
    runs: Mapping[str, RunResult],
    models: Mapping[str, ModelResult],
) -> dict[int, VersionLink]:
    """By number where each version's model and run are, and how the run did; of versions that are
    compared with no other without what only comparing needs."""
    projects = {project.path: project for project in job.projects}
    links = {one.version: _version_link(job, one, runs, models, projects) for one in model.versions}
    from reportgen.views.registered_model import MOST_METRICS, compared_versions  # late, as above

    compared = {one.version for one in compared_versions(model)}
    return {
        number: link
        if number in compared
        else structs.replace(link, metrics=link.metrics[:MOST_METRICS], params={})
        for number, link in links.items()
    }


def _version_link(
    job: Job,
    version: ModelVersion,
    runs: Mapping[str, RunResult],
    models: Mapping[str, ModelResult],
    projects: Mapping[str, Project],
) -> VersionLink:
    run = runs.get(version.run_id)
    made = run.models if run else ()
    model_id = version.model_id or next(
        (one.id for one in made if is_version_of(version, one.run_id, one.artifact_path)), ""
    )
    model = models.get(model_id)
    link = VersionLink(
        model=addresses.model(model_id, model.key) if model else "",
        model_name=model.name if model else "",
        facts=model.facts if model else None,
    )
    if run is None:
        return link
    return structs.replace(
        link,
        run_id=version.run_id,
        run_name=display_name(run.summary),
        metrics=_telling_metrics(run.summary),
        goals=job.goals[run.summary.experiment_id],
        params=run.summary.params,
        provenance=Provenance(
            project=run.project,
            project_name=projects[run.project].name if run.project in projects else "",
            entry_point=run.summary.entry_point,
            datasets=run.summary.datasets,
        ),
    )


def _telling_metrics(run: RunSummary) -> tuple[tuple[str, float], ...]:
    """The metrics of a run: the one it would be judged by first, each at its best."""
    main = main_metric(dict.fromkeys(run.metrics, 1))
    order = sorted(run.metrics, key=lambda key: (key != main, run.metrics[key].best is None, key))
    values = ((key, run.metrics[key]) for key in order)
    return tuple((key, one.last if one.best is None else one.best) for key, one in values)


def _publish_projects(
    job: Job,
    catalog: Catalog,
    above: Sequence[_Above],
    results: Mapping[str, RunResult],
    ranked: Sequence[RankedExperiment],
    mistakes: list[Problem],
) -> tuple[dict[str, str], Written]:
    keys, written = {}, Written()
    experiments = {id: one for one in ranked for id in one.group.pages.keys}
    workflows = _workflows(above)
    for project in catalog.projects:
        own = sorted(
            (run for one in above for run in one.launched.get(project.path, ())),
            key=lambda run: (-run[0], run[1]),
        )
        there = {one.experiment.key: one for _, id, _ in own for one in (experiments[id],)}
        inputs = ProjectInputs(
            project=project,
            runs=(),
            experiments={
                key: Judged(one.experiment.name, one.judge, job.goals[key])
                for key, one in there.items()
            },
            workflows=tuple(workflows.get(project.path, ())[:MOST_WORKFLOWS]),
        )
        try:
            key, more = _publish_project(job, inputs, {id: key for _, id, key in own}, results)
        except ReportError:
            raise
        except Exception as error:
            problem = bug(error, f"Project {project.name or project.path}")
            bare = Project(project.path, project.name, problems=(problem,))
            key, more = _publish_project(job, ProjectInputs(bare), {}, results)
            mistakes.append(problem)
        keys[project.path] = key
        written += more
    return keys, written


def _publish_project(
    job: Job, inputs: ProjectInputs, runs: Mapping[str, str], results: Mapping[str, RunResult]
) -> tuple[str, Written]:
    """The key of the page, and what was written.

    As with experiments the keys of the pages of its `runs`, the newest first, stand for all that
    is said of them: only a page that is not there yet asks for their results.
    """
    key = key_of(job.stamp, job.shared, inputs, list(runs.values()))
    address = addresses.project(inputs.project.path, key)
    if job.site.has(address):
        return key, Written(reused=1)
    inputs = structs.replace(inputs, runs=tuple(results[id].summary for id in runs))
    page = project_page(inputs, address=address, key=key)
    return key, job.site.add(address, job.theme.render(page, job.shared))


def _workflows(above: Sequence[_Above]) -> dict[str, list[Workflow]]:
    """The runs that launched steps, by the path of each project that some were of; newest first."""
    of_run = {id: path for one in above for path, runs in one.launched.items() for _, id, _ in runs}
    found: dict[str, list[Workflow]] = {}
    for workflow in (each for one in above for each in one.workflows):
        runs = (workflow.run, *(step.id for step in workflow.steps))
        for path in {of_run.get(run, "") for run in runs} - {""}:
            found.setdefault(path, []).append(workflow)
    for own in found.values():
        own.sort(key=lambda one: (-(one.started or 0), one.run))
    return found


# ------------------------------------------------------------------ home


def _glance(one: RankedExperiment) -> ExperimentGlance:
    experiment = one.experiment
    own = one.runs
    active = [run for run in own if not run.deleted]
    return ExperimentGlance(
        key=experiment.key,
        page=one.page,
        name=experiment.name,
        lede=first_sentence(experiment.note),
        deleted=experiment.deleted,
        runs=len(own),
        statuses=status_counts(own),
        last=own[0].started if own else None,
        judge=one.judge,
        best=_run_glance(one.ranking[0], one) if one.ranking else None,
        course=thinned(record(own, one.judge)) if one.judge.goal is not Goal.UNKNOWN else (),
        newest=tuple(_run_glance(run, one) for run in active[:MOST_GLANCED]),
        users=tuple(sorted({run.user for run in own if run.user}))[:10],
        share=share_of(run.verdict for run in active),
    )


def _run_glance(run: RunSummary, one: RankedExperiment) -> RunGlance:
    return RunGlance(
        id=run.id,
        key=one.group.pages.keys[run.id],
        name=display_name(run),
        status=run.status,
        deleted=run.deleted,
        started=run.started,
        duration=run.duration,
        experiment=one.experiment.key,
        value=judged_value(run, one.judge),
    )


def _registered_glance(model: RegisteredModel, page: str) -> RegisteredGlance:
    times = [version.updated or version.created or 0 for version in model.versions]
    return RegisteredGlance(
        name=model.name,
        page=page,
        lede=first_sentence(model.description),
        versions=len(model.versions),
        aliases=tuple(
            sorted(
                (alias, version.version) for version in model.versions for alias in version.aliases
            )
        ),
        stages=tuple(
            (version.stage, version.version)
            for version in reversed(model.versions)
            if version.stage and version.stage != "Archived"
        ),
        updated=max([model.updated or 0, *times]) or None,
    )
