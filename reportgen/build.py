"""The conductor: sources in, a site out. Reads from top to bottom like the picture in the README.

Pages of runs and models are made by worker processes, a batch of runs at a time; what the pages
above need of them comes back as summaries. New files first, pointers last: a build killed at any
moment leaves the previous report whole.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, structs

from reportgen import __version__, pointers
from reportgen.analysis.facts import Facts, ReportRef
from reportgen.analysis.history import Remembered
from reportgen.analysis.names import Names, names_nowhere, names_of
from reportgen.analysis.standings import PRIMARY_METRIC, goals_of
from reportgen.batch import Job, ModelResult, RunResult, RunTask, model_batch, run_batch
from reportgen.charts.library import PACKAGE, chart_library, library_name
from reportgen.charts.templates import chart_templates
from reportgen.config import FAIL, Options
from reportgen.errors import LESS_MEMORY, Problem, ReportError
from reportgen.experiments import ExperimentRuns, RunPages, run_pages
from reportgen.generator import code_digest, installed_version, maker_versions
from reportgen.guard.door import Door, at_the_door
from reportgen.guard.policy import Policy
from reportgen.guard.privacy import privacy_of
from reportgen.guard.selection import Selection
from reportgen.history import changes_told, facts_of, gone_after, recall
from reportgen.last_build import LastBuild, Summary, site_glance
from reportgen.leaks import leaks_of_models, leaks_of_runs, refuse
from reportgen.long_memory import LongMemory
from reportgen.memory import Memory
from reportgen.model import Environment, Experiment, ModelRef, RunRef
from reportgen.narratives import leaks_of_narratives, publish_narratives
from reportgen.overview import Published, publish_overview
from reportgen.parts import Parts, Record
from reportgen.reach import published_size
from reportgen.search import publish_search, search_index
from reportgen.site.cache import cache_folder, cached, kept_folder
from reportgen.site.hosts import warnings
from reportgen.site.keys import key_of
from reportgen.site.versions import (
    LATEST,
    LIST,
    UNNAMED,
    History,
    Naming,
    Version,
    read_history,
    timestamp,
)
from reportgen.site.writer import SiteFolder, Written
from reportgen.sources.catalog import Catalog, read_catalog
from reportgen.sources.stamps import Look
from reportgen.sources.store import KnownRefs
from reportgen.theme import Shared, Theme, load_theme, script_value
from reportgen.views import addresses

BATCH = 24
"""Runs that a worker takes at a time."""

ALONE = 48
"""Up to so many runs, one process is done before others have started."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much (0 when not known)."""


def build(
    options: Options,
    *,
    now: datetime,
    progress: Progress,
    naming: Naming = UNNAMED,
    site: SiteFolder | None = None,
    last: LastBuild | None = None,
) -> Summary:
    """Build one report version and move the pointers to it.

    `site` is where, if it is not `options.output`; `last` is what is remembered of the
    build before, if there is to be a next. Raises ReportError for what the user can fix;
    unless it is the disk that fails while they move, no pointer has moved then.
    """
    naming.check()
    site = site or SiteFolder(options.output)
    try:
        report = publish_report(options, site, progress, _memory(last), remembers=True)
        return _finished(options, report, naming, now)
    finally:
        site.leave()


def _finished(options: Options, report: "Report", naming: Naming, now: datetime) -> Summary:
    """Publish the version that a report is; what it came to."""
    site = report.job.site
    problems = report.problems
    found = tuple(problem for _, _, group in problems for problem in group)
    if options.strict and found:
        site.finish()
        raise _strict_error(found)

    history, is_new, more, files = _publish_version(report, naming, now)
    report.job.parts.keep_records()
    site.finish()
    count = len(files.keys() | site.published)
    size = sum(files.values()) if not site.published else history.size or None
    catalog, published = report.published.catalog, report.published
    return Summary(
        output=site.folder,
        version=history.find(LATEST).name,
        is_new=is_new,
        experiments=len(catalog.experiments),
        runs=len(published.runs),
        models=len(published.models),
        registered=len(catalog.registered_models),
        projects=len(catalog.projects),
        problems=found,
        written=report.written + more,
        files=count,
        size=size,
        warnings=tuple(warnings(options.hosts, count, size or 0)),
        elsewhere=report.elsewhere,
        site=site_glance(site.folder, files),
    )


def _memory(last: LastBuild | None) -> Memory | None:
    if last is None:
        return None
    where = last.folder, last.memory, code_digest()
    return Memory(long=LongMemory(*where), parts=Parts(*where), look=last.look)


Problems = Sequence[tuple[str, str, Sequence[Problem]]]
"""(title, address of the page, problems) of everything that has some."""


@dataclass(frozen=True, slots=True)
class Report:
    """Every page of what the sources hold today, published; no pointer has moved to it."""

    job: Job
    published: Published
    problems: Problems
    written: Written
    before: "_Before"
    elsewhere: Mapping[str, str]
    """Folders outside of the stores, with what was in them before the runs were read."""


OnRuns = Callable[[Sequence[ExperimentRuns]], None]


def _nobody(runs: Sequence[ExperimentRuns]) -> None:
    pass


def publish_report(
    options: Options,
    site: SiteFolder,
    progress: Progress,
    memory: Memory | None = None,
    on_runs: OnRuns = _nobody,
    *,
    remembers: bool = False,
) -> Report:
    """Read the sources and publish the pages of all that they hold.

    `memory` is of the builds before in this process; what it knows is not read again. `on_runs` is
    told when the pages of all runs are there, those above not yet. `remembers` is true for a site
    whose earlier versions are there, for pages to tell of them. Raises ReportError as `build` does.
    """
    memory = memory or Memory(learns=False)
    shown = (options.public, options.privacy, options.hide, options.only, options.allow_secrets)
    asked = (options.sources, *shown)
    catalog, door = memory.catalog(asked, lambda known: _catalog(options, progress, known))
    elsewhere = _elsewhere(catalog, memory.look) if remembers else {}
    theme = memory.theme(options.theme, _load_theme)
    site = with_assets(site, theme)
    job = replace(_job(options, catalog, site, theme), door=door, parts=memory.parts)
    if remembers and options.secrets == FAIL:  # a preview stays on this machine
        refuse(_leaks(job, catalog, options, progress))
    site.prepare()
    library = publish_library(site)
    before, unreadable = _before(site.folder) if remembers else (_Before(History()), [])
    job = replace(job, remembered=_remembered(before))
    runs, loose, written = _publish_runs(job, catalog, options.jobs, progress, memory)
    on_runs(runs)
    progress("Writing experiments and home", 0, 0)
    told = publish_narratives(job, catalog, options.pages)
    problems = _problems(catalog, runs, loose)
    if told.problems:
        problems.insert(0, ("Pages", "", told.problems))
    nowhere = _settings_problems(options, catalog, runs)
    if nowhere:
        problems.insert(0, ("Settings", "", nowhere))
    count = sum(len(group) for _, _, group in problems)
    published = publish_overview(job, catalog, runs, loose, told, count)
    if published.mistakes:
        problems.append(("reportgen", "", published.mistakes))
    written += library + told.written + published.written
    return Report(job, published, [*unreadable, *problems], written, before, elsewhere)


def _leaks(job: Job, catalog: Catalog, options: Options, progress: Progress) -> list[Problem]:
    """Every secret that would come to a page or a file."""
    tasks = list(_tasks(catalog, {one.key for one in catalog.experiments}))
    batches = [tasks[start : start + BATCH] for start in range(0, len(tasks), BATCH)]
    told = [one for _, _, group in _problems(catalog, [], []) for one in group]
    found = [one for one in told if one.leak]
    processes = _processes(options.jobs, len(tasks))
    for number, leaks in enumerate(_each_batch(job, batches, processes, leaks_of_runs), 1):
        found += leaks
        progress("Looking for secrets", min(number * BATCH, len(tasks)), len(tasks))
    found += leaks_of_models(job, _orphans(catalog))
    return found + leaks_of_narratives(job, options.pages)


def _catalog(options: Options, progress: Progress, known: KnownRefs | None) -> tuple[Catalog, Door]:
    """What the sources hold, as it came through the door."""
    catalog = read_catalog(options.sources, lambda text: progress(text, 0, 0), known)
    privacy = privacy_of(bool(options.public), options.privacy)
    selection = Selection(options.hide, options.only)
    door = Door(privacy, selection, policy=Policy(options.allow_secrets))
    return at_the_door(catalog, door)


def _elsewhere(catalog: Catalog, look: Look) -> dict[str, str]:
    folders: set[str] = set()
    for number, store in enumerate(catalog.stores):
        refs: tuple[RunRef | ModelRef, ...] = (*catalog.runs, *catalog.models)
        folders.update(store.elsewhere([ref for ref in refs if ref.store == number], look))
    return {folder: look.folder(folder) for folder in sorted(folders)}


def appearance(theme: str, title: str, base_url: str = "") -> tuple[Theme, Shared]:
    """A theme, and what all pages in it say alike. Raises ReportError where there is no theme."""
    found = _load_theme(theme)
    return found, _shared(found, title, base_url)


def _load_theme(name: str) -> Theme:
    return load_theme(name, kept_folder(cache_folder(os.environ), "templates"))


def _shared(theme: Theme, title: str, base_url: str) -> Shared:
    return Shared(
        title=title,
        generator=f"reportgen {__version__}",
        assets=theme.assets(charts=_charts_address(), library=_library_address()),
        base_url=base_url,
    )


def _job(options: Options, catalog: Catalog, site: SiteFolder, theme: Theme) -> Job:
    versions = (version for model in catalog.registered_models for version in model.versions)
    return Job(
        stores=catalog.stores,
        site=site,
        theme=theme,
        shared=_shared(theme, options.title or _title(catalog), options.base_url),
        stamp=key_of(code_digest(), theme.digest, maker_versions()),
        experiments={one.key: one.name for one in catalog.experiments},
        told=options.goals,
        goals={one.key: goals_of(one.tags, options.goals) for one in catalog.experiments},
        main={one.key: _main_metrics(options, one) for one in catalog.experiments},
        columns={
            one.key: options.columns.get(one.name, options.columns.get("", ()))
            for one in catalog.experiments
        },
        models={one.id: one.name for one in catalog.models},
        projects=catalog.projects,
        versions=tuple(versions),
        max_artifact_size=options.max_artifact_size,
    )


def _main_metrics(options: Options, experiment: Experiment) -> tuple[str, ...]:
    """The metrics that somebody named for an experiment: the user first, then its tags."""
    named = options.metrics.get(experiment.name, options.metric)
    return tuple(name for name in (named, experiment.tags.get(PRIMARY_METRIC, "")) if name)


def _title(catalog: Catalog) -> str:
    """The only project's name; never a folder's, or the same runs would differ by machine."""
    names = {project.name for project in catalog.projects if project.name}
    return names.pop() if len(names) == 1 else "Experiments"


# ------------------------------------------------------------------ runs and models


def _publish_runs(
    job: Job, catalog: Catalog, jobs: int, progress: Progress, memory: Memory
) -> tuple[list[ExperimentRuns], list[ModelResult], Written]:
    """Publish the pages of all runs and models: the runs by experiment, in order of its key."""
    made_of = memory.what_experiments_are_made_of(job, catalog)
    there = job.site.all_in("runs")
    here = {
        one.key: _Runs(job, memory, catalog, one, memory.record(one.key, made_of))
        for one in sorted(catalog.experiments, key=lambda one: one.key)
    }
    new = {key for key, one in here.items() if not one.holds(there)}
    for task in _tasks(catalog, new):
        here[task.ref.experiment_id].tasks.append(task)
    changed = [task for key in sorted(new) for task in here[key].recall()]
    done = len(catalog.runs) - len(changed)
    batches = [changed[start : start + BATCH] for start in range(0, len(changed), BATCH)]
    environments: dict[str, Environment] = {}
    for results in _each_batch(job, batches, _processes(jobs, len(changed)), run_batch):
        for result in results:
            known = here[result.summary.experiment_id].known
            known[result.summary.id] = _shared_in(result, environments)
        done += len(results)
        progress("Writing runs", done, len(catalog.runs))
    loose = model_batch(job, _orphans(catalog))
    written = sum((one.written() for one in here.values()), Written())
    written = sum((each for _, each in loose), written)
    runs = [one.published() for one in here.values()]
    memory.keep_only(here)
    return runs, [model for model, _ in loose], written


@dataclass(slots=True)
class _Runs:
    """The runs of an experiment while they are published."""

    job: Job
    memory: Memory
    catalog: Catalog
    experiment: Experiment
    record: Record
    pages: RunPages | None = None
    """If none of the runs has changed: nothing else is then asked of them."""

    tasks: list[RunTask] = field(default_factory=list)
    """In order of start."""

    made_of: Mapping[str, str] = field(default_factory=dict)
    known: dict[str, RunResult] = field(default_factory=dict)

    def holds(self, there: Set[str]) -> bool:
        """Whether all is as it was, and all pages are there."""
        pages = self.record.find(RunPages)
        if pages is not None and pages.hold(self.job, there):
            self.pages = pages
            return True
        self.record.forget()
        return False

    def recall(self) -> list[RunTask]:
        """Those of the tasks that are to be done, while the others are remembered."""
        self.made_of = self.memory.what_runs_are_made_of(self.job, self.tasks)
        self.known = self.memory.recall(self.job, self.experiment.key, self.made_of)
        return [task for task in self.tasks if task.ref.id not in self.known]

    def written(self) -> Written:
        if self.pages is not None:
            return Written(reused=len(self.pages.keys))
        return sum((result.written for result in self.known.values()), Written())

    def published(self) -> ExperimentRuns:
        if self.pages is not None:
            return ExperimentRuns(self.experiment, self.pages, self.record, self.read)
        results = [self.known[task.ref.id] for task in self.tasks]
        self.memory.learn(self.job, self.experiment.key, self.made_of, results)
        pages = self.record.get(RunPages, lambda: run_pages(self.job, results))
        return ExperimentRuns(self.experiment, pages, self.record, lambda: results)

    def read(self) -> list[RunResult]:
        """The results of runs that did not change, once somebody asks for them; what was
        remembered of them may be lost."""
        self.tasks = list(_tasks(self.catalog, {self.experiment.key}))
        lost = self.recall()
        for result in run_batch(self.job, lost):
            self.known[result.summary.id] = result
        results = [self.known[task.ref.id] for task in self.tasks]
        if lost:
            self.memory.learn(self.job, self.experiment.key, self.made_of, results)
        return results


def _orphans(catalog: Catalog) -> list[ModelRef]:
    """Models that no run of this report made."""
    here = {ref.id for ref in catalog.runs}
    return [ref for ref in catalog.models if ref.run_id not in here]


def _shared_in(result: RunResult, environments: dict[str, Environment]) -> RunResult:
    """With the environment that an earlier batch brought: ten thousand runs have a few in all."""
    if result.environment is None:
        return result
    shared = environments.setdefault(result.environment_key, result.environment)
    return structs.replace(result, environment=shared)


def _processes(asked: int, runs: int) -> int:
    if asked:
        return asked
    if runs <= ALONE:
        return 1
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


_JOB: list[Job] = []
"""The job of this worker process: sent once, not with each batch."""


Done = TypeVar("Done")
Work = Callable[[Job, Sequence[RunTask]], list[Done]]
"""What is done with a batch of runs."""


def _each_batch(
    job: Job, batches: Sequence[Sequence[RunTask]], processes: int, work: Work[Done]
) -> Iterator[list[Done]]:
    """The results of each batch, in order, whoever made them."""
    processes = min(processes, len(batches))
    if processes <= 1:
        for batch in batches:
            yield work(job, batch)
        return
    import multiprocessing  # late: few runs that changed need no others
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    # Forked workers have the imports already; elsewhere than on Linux forking is not safe.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    try:
        with ProcessPoolExecutor(processes, context, _start, (job,)) as pool:
            yield from pool.map(partial(_work, work), batches)
    except BrokenProcessPool as error:  # killed, as systems do where memory runs out
        raise ReportError("A process that worked was stopped.", hint=LESS_MEMORY) from error


def _start(job: Job) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the conductor's to answer
    _JOB.append(job)


def _work(work: Work[Done], batch: Sequence[RunTask]) -> list[Done]:
    return work(_JOB[0], batch)


def _tasks(catalog: Catalog, experiments: Set[str]) -> Iterator[RunTask]:
    """Every run of these experiments with the runs that its page shows, in order of experiment and
    start.

    The run before it is the one started before it under the same parent, deleted ones aside:
    neither changes when later runs come.
    """
    if not experiments:
        return
    by_id = {ref.id: ref for ref in catalog.runs}
    children: dict[str, list[RunRef]] = {}
    models: dict[str, list[ModelRef]] = {}
    for model in catalog.models:
        models.setdefault(model.run_id, []).append(model)
    for ref in catalog.runs:
        if ref.parent_id and ref.parent_id != ref.id:
            children.setdefault(ref.parent_id, []).append(ref)
    for own in children.values():
        own.sort(key=_place_in_time)
    last: dict[tuple[str, str], RunRef] = {}
    here = (ref for ref in catalog.runs if ref.experiment_id in experiments)
    for ref in sorted(here, key=_place_in_time):
        line = ref.experiment_id, ref.parent_id
        before = last.get(line)
        yield RunTask(
            ref=ref,
            before=before,
            parent=by_id.get(ref.parent_id) if ref.parent_id != ref.id else None,
            children=tuple(children.get(ref.id, ())),
            models=tuple(models.get(ref.id, ())),
            before_models=tuple(models.get(before.id, ())) if before else (),
            parent_models=tuple(models.get(ref.parent_id, ())) if ref.parent_id != ref.id else (),
        )
        if not ref.deleted:
            last[line] = ref


def _place_in_time(ref: RunRef) -> tuple[str, int, str]:
    return ref.experiment_id, ref.started or 0, ref.id


# ------------------------------------------------------------------ problems, versions, assets


class _RunProblems(Struct, frozen=True):
    """(title, address of the page, problems) of what has some in an experiment."""

    runs: tuple[tuple[str, str, tuple[Problem, ...]], ...]
    models: tuple[tuple[str, str, tuple[Problem, ...]], ...]


def _run_problems(results: Sequence[RunResult]) -> _RunProblems:
    return _RunProblems(
        runs=tuple(
            (
                f"Run {result.summary.name or result.summary.id[:8]}",
                addresses.run(result.summary.id, result.key),
                result.problems,
            )
            for result in results
            if result.problems
        ),
        models=tuple(_model_problems(one for result in results for one in result.models)),
    )


def _model_problems(
    models: Iterable[ModelResult],
) -> Iterator[tuple[str, str, tuple[Problem, ...]]]:
    for one in models:
        if one.problems:
            yield f"Model {one.name}", addresses.model(one.id, one.key), one.problems


def _problems(
    catalog: Catalog, runs: Sequence[ExperimentRuns], loose: Sequence[ModelResult]
) -> list[tuple[str, str, tuple[Problem, ...]]]:
    """(title, address of the page, problems) of everything that has some."""
    groups: list[tuple[str, str, tuple[Problem, ...]]] = [("Sources", "", catalog.problems)]
    for experiment in catalog.experiments:
        groups.append(
            (
                f"Experiment {experiment.name}",
                addresses.experiment(experiment.key),
                experiment.problems,
            )
        )
    for model in catalog.registered_models:
        address = addresses.registered_model(model.name)
        groups.append((f"Registered model {model.name}", address, model.problems))
    for project in catalog.projects:
        address = addresses.project(project.path)
        groups.append((f"Project {project.name or project.path}", address, project.problems))
    told = [one.piece(_RunProblems, _run_problems) for one in runs]
    groups += [group for one in told for group in one.runs]
    groups += _model_problems(loose)
    groups += [group for one in told for group in one.models]
    return [group for group in groups if group[2]]


def _settings_problems(
    options: Options, catalog: Catalog, runs: Sequence[ExperimentRuns]
) -> tuple[Problem, ...]:
    """What the settings name and no experiment has: misspelt, or not logged yet."""
    if not (options.metric or options.metrics or options.goals or options.columns):
        return ()
    by_experiment: dict[str, Names] = {one.name: Names() for one in catalog.experiments}
    for one in runs:
        found = one.piece(Names, lambda results: names_of(each.summary for each in results))
        by_experiment[one.experiment.name] += found
    return names_nowhere(
        by_experiment,
        metric=options.metric,
        metrics=options.metrics,
        goals=options.goals,
        columns=options.columns,
    )


def _strict_error(problems: Sequence[Problem]) -> ReportError:
    first = problems[0]
    more = f", and {len(problems) - 1:,} more problems" if len(problems) > 1 else ""
    return ReportError(
        f"{first.path}: {first.what.removesuffix('.')}{more}.",
        hint="The front page was not moved. Without --strict they are listed on problems.html.",
    )


@dataclass(frozen=True, slots=True)
class _Before:
    """What was published before this build."""

    history: History
    facts: Facts | None = None
    """Of the newest version; None on a first build, and where they are damaged."""


def _before(folder: Path) -> tuple[_Before, Problems]:
    """What was published before; damaged facts are a problem, and the build goes on."""
    history = read_history(folder)
    if history.newest is None:
        return _Before(history, None), []
    try:
        return _Before(history, recall(folder, history.newest.name)), []
    except ReportError as error:
        what = f"What changed since {history.newest.name} cannot be told: {error}"
        return _Before(history, None), [("Report versions", "", [Problem(LIST, what, error.hint)])]


def _remembered(before: _Before) -> Remembered | None:
    newest = before.history.newest
    if newest is None or before.facts is None:
        return None
    return Remembered(ReportRef(newest.name, newest.created), before.facts.registered)


def _publish_version(
    report: Report, naming: Naming, now: datetime
) -> tuple[History, bool, Written, Mapping[str, int]]:
    """Freeze the version, if it is a new one, and move the pointers: the history after it, whether
    it is new, what was written, and all files."""
    job, published, before = report.job, report.published, report.before
    facts = facts_of(published, before.facts)
    version = _next_version(naming, before, published, facts, now)
    history = _listed(naming, before.history, version, job.shared.title)
    to = pointers.Pointing(job.site, job.theme, job.shared, history)
    pages = pointers.moving_pages(to, published, report.problems)
    written = Written()
    if version:
        written += pointers.freeze(to, published, facts, pages)
    written += publish_search(job.site, search_index(published, job.site, job.stamp))
    files = job.site.files()
    history = replace(history, size=published_size(job.site, files, before.history))
    gone = gone_after(job.site.folder, before.facts, before.history, published)
    to = replace(to, history=history)
    written += pointers.tell_about(to, job)
    written += pointers.move(to, published, pages, gone)
    return history, version is not None, written, job.site.files_after(files)


def _next_version(
    naming: Naming, before: _Before, published: Published, facts: Facts, now: datetime
) -> Version | None:
    """The version that this build is; None when the newest shows the same already."""
    newest = before.history.newest
    if newest and newest.root == published.root:
        return None
    return Version(
        name=before.history.name_for(now, published.root, naming.name),
        created=timestamp(now),
        root=published.root,
        experiments=len(published.experiments),
        runs=len(published.runs),
        models=len(published.models),
        label=naming.label,
        since=newest.name if newest else "",
        changes=tuple(changes_told(before.facts, facts)),
    )


def _listed(naming: Naming, history: History, version: Version | None, title: str) -> History:
    """The history with a new version, and with what was asked of the newest."""
    versions = (version, *history.versions) if version else history.versions
    if naming.label:
        versions = (replace(versions[0], label=naming.label), *versions[1:])
    listed = replace(history, versions=versions, title=title)
    for alias in naming.aliases:
        listed = listed.point(alias, LATEST)
    return listed


def _charts_address() -> str:
    return f"assets/charts.{key_of(code_digest(), installed_version('altair'))[:8]}.js"


def _library_address() -> str:
    return f"assets/{library_name(installed_version(PACKAGE))}"


def with_assets(site: SiteFolder, theme: Theme) -> SiteFolder:
    """A site whose pages may ask for the theme's files."""
    files = {f"assets/{name}": content for name, content in theme.files.items()}
    return replace(site, assets=files)


def publish_library(site: SiteFolder) -> Written:
    """The chart library and the templates of charts, which every page names; what is there already
    is not made again."""
    written = Written()
    dear = {
        _charts_address(): lambda: script_value("charts", chart_templates()),
        _library_address(): chart_library,
    }
    for address, make in dear.items():
        if not site.has(address):
            name = address.removeprefix("assets/")
            written += site.add(address, cached(cache_folder(os.environ), name, make))
    return written
