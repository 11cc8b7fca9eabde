"""What is remembered of runs from one build to the next: an unchanged run is not read again.

A run is as it was if nothing changed that its page is made of: its own files or rows, those of the
runs it is compared with, those of its models, and all that it is told of the rest of the report.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec import structs

from reportgen.analysis.metrics import Goal
from reportgen.analysis.workflows import may_be_workflow
from reportgen.batch import Job, RunResult, RunTask
from reportgen.guard.door import Door
from reportgen.long_memory import Known, LongMemory
from reportgen.model import Experiment, ModelRef, ModelVersion, RunRef
from reportgen.parts import Parts, Record
from reportgen.site.keys import key_of
from reportgen.site.writer import Written
from reportgen.sources.catalog import Catalog
from reportgen.sources.stamps import Look
from reportgen.sources.store import KnownRefs, Store
from reportgen.theme import Theme
from reportgen.views import addresses

Place = tuple[int, str]
"""Of a run or model: the number of its store, and where in it."""


REUSED = Written(reused=1)

UNLISTED = ("/metrics/", "/params/", "/artifacts/")
"""What of a run or model the index of a file store says nothing of."""


@dataclass(frozen=True, slots=True)
class MadeOf:
    """All that a run's page is made of, told by what is cheap to know."""

    same: str
    """A digest of what is the same for all runs: theme, settings, projects."""

    task: RunTask
    stamps: tuple[str, ...]
    """Of its own files or rows, and of those of the other runs and models of its page."""

    experiment: str
    goals: Mapping[str, Goal]
    main: tuple[str, ...]
    versions: tuple[ModelVersion, ...]


@dataclass(slots=True)
class Memory:
    """Of each run by id: what it was made of, and what came of it."""

    learns: bool = True
    """False for a build that has no next one: nothing is remembered, nothing looked at for that."""

    long: LongMemory | None = None
    """Where it lasts longer than this process."""

    parts: Parts = field(default_factory=Parts)
    """Of pages above the runs."""

    look: Look = field(default_factory=Look)
    """At the sources: what was seen holds until it is told that something changed."""

    _kept: dict[str, dict[str, Known]] = field(default_factory=dict)
    """By experiment and run."""

    _refs: dict[str, tuple[str, RunRef]] | None = None

    _catalog: tuple[object, tuple[Catalog, Door]] | None = None
    _stamps: dict[Place, str] = field(default_factory=dict)
    """Those that hold as long as what was seen does: see `forget`."""

    _looked: tuple[Sequence[Store], Sequence[RunRef | ModelRef]] = ((), ())
    _folders: dict[str, list[Place]] = field(default_factory=dict)
    """The runs and models that lie in a folder, or a database file: told of those that were looked
    at, once somebody asks."""

    _themes: dict[str, Theme] = field(default_factory=dict)

    def theme(self, name: str, load: Callable[[str], Theme]) -> Theme:
        """The theme of that name, as it was when it was first asked for: it is dear to load."""
        if name not in self._themes:
            self._themes[name] = load(name)
        return self._themes[name]

    def forget(self, paths: Iterable[str]) -> None:
        """Look again at what lies at these absolute paths; at all if one is none of ours."""
        stores, refs = self._looked
        for ref in refs if not self._folders else ():
            self._folders.setdefault(stores[ref.store].home(ref), []).append(_place(ref))
        for path in paths:
            home, inner = self._home(path)
            if not home:
                self.look = Look()
                self._stamps.clear()
                self._catalog = None
                return
            self.look.forget(home)
            for place in self._folders[home]:
                self._stamps.pop(place, None)
            if not inner.startswith(UNLISTED):
                self._catalog = None

    def _home(self, path: str) -> tuple[str, str]:
        """The run, model or database that a path is of, and the rest; empty if none is known."""
        for ending in ("-wal", "-shm", "-journal"):
            path = path.removesuffix(ending)
        home = path
        while home not in ("", "/") and home not in self._folders:
            home = home.rpartition("/")[0]
        return (home, path[len(home) :]) if home in self._folders else ("", "")

    def catalog(
        self, asked: object, read: Callable[[KnownRefs | None], tuple[Catalog, Door]]
    ) -> tuple[Catalog, Door]:
        """The index of what is asked for, as it came through the door; read again as far as it is
        not known to be the same."""
        if not self.learns:
            return read(None)
        if self._catalog is None or self._catalog[0] != asked:
            if self._refs is None:
                self._refs = self.long.refs() if self.long else {}
            known = KnownRefs(self.look, self._refs)
            self._catalog = asked, read(known)
            self._refs = known.here
            if self.long:
                self.long.keep_refs(self._refs)
        return self._catalog[1]

    def what_experiments_are_made_of(self, job: Job, catalog: Catalog) -> dict[str, str]:
        """Of each experiment by its key a digest of all that the pages of its runs may be made of,
        and all that is made of them; empty if unknown.

        To be asked before the runs are read: what changes in between is then read again next time.
        """
        if not self.learns:
            return {}
        self._look(job.stores, (*catalog.runs, *catalog.models))
        same = _same(job)
        owned = _owned(catalog)
        return {
            one.key: _experiment_digest(job, same, one, owned[one.key], self._stamps)
            for one in catalog.experiments
        }

    def what_runs_are_made_of(self, job: Job, tasks: Sequence[RunTask]) -> dict[str, str]:
        """The same of each of these runs, by id: of experiments that were asked for."""
        if not self.learns:
            return {}
        return {one.task.ref.id: _digest(one) for one in _made_of(job, tasks, self._stamps)}

    def _look(self, stores: Sequence[Store], refs: Sequence[RunRef | ModelRef]) -> None:
        unknown = [ref for ref in refs if _place(ref) not in self._stamps]
        for number, store in enumerate(stores):
            own = [ref for ref in unknown if ref.store == number]
            stamps = store.stamps(own, self.look) if own else []
            for ref, stamp in zip(own, stamps, strict=True):
                self._stamps[_place(ref)] = stamp
        self._looked = stores, refs
        self._folders = {}

    def record(self, experiment: str, made_of: Mapping[str, str]) -> Record:
        """What was made of an experiment, if it is as it was; `made_of` is by experiment."""
        return self.parts.record(f"experiment {experiment}", made_of.get(experiment, ""))

    def recall(self, job: Job, experiment: str, made_of: Mapping[str, str]) -> dict[str, RunResult]:
        """The results that still hold, of runs of an experiment whose pages are there; `made_of`
        is by run."""
        if experiment not in self._kept:
            self._kept[experiment] = self.long.runs(experiment) if self.long else {}
        kept = self._kept[experiment]
        found = {}
        pages = job.site.all_in("runs") if kept else frozenset[str]()
        for id, known in kept.items():
            if not known.made_of or known.made_of != made_of.get(id):
                continue
            result = known.result
            if known.names == _names(job, result) and addresses.run(id, result.key) in pages:
                found[id] = result
        return found

    def learn(
        self, job: Job, experiment: str, made_of: Mapping[str, str], results: Iterable[RunResult]
    ) -> None:
        """Remember these results in place of all others of an experiment."""
        if not self.learns:
            return
        known = {
            result.summary.id: Known(made_of[result.summary.id], _names(job, result), _read(result))
            for result in results
        }
        self._kept[experiment] = known
        if self.long:
            self.long.keep_runs(experiment, tuple(known.values()))

    def keep_only(self, experiments: Iterable[str]) -> None:
        """Remember nothing of experiments other than these."""
        here = set(experiments)
        self._kept = {key: known for key, known in self._kept.items() if key in here}
        if self.long:
            self.long.forget_others(here)


def _names(job: Job, result: RunResult) -> tuple[str, ...]:
    """Which models a run evaluated is only known once it is read; its page says their names."""
    return tuple(job.models.get(id, "") for id in result.evaluated)


def _read(result: RunResult) -> RunResult:
    """The result as it is when its page is there already."""
    return result if result.written == REUSED else structs.replace(result, written=REUSED)


@dataclass(slots=True)
class _Owned:
    """What the pages of an experiment's runs are made of."""

    runs: list[RunRef] = field(default_factory=list)
    others: list[RunRef] = field(default_factory=list)
    """Parents and children that are in other experiments."""

    models: list[ModelRef] = field(default_factory=list)
    """Of all these runs."""


def _owned(catalog: Catalog) -> dict[str, _Owned]:
    """By the experiment's key."""
    found = {one.key: _Owned() for one in catalog.experiments}
    runs = {ref.id: ref for ref in catalog.runs}
    told_in: dict[str, set[str]] = {}
    for ref in catalog.runs:
        found[ref.experiment_id].runs.append(ref)
        parent = runs.get(ref.parent_id) if ref.parent_id else None
        if parent is not None and parent.experiment_id != ref.experiment_id:
            for one, other in ((ref, parent), (parent, ref)):
                found[one.experiment_id].others.append(other)
                told_in.setdefault(other.id, set()).add(one.experiment_id)
    for model in catalog.models:
        if model.run_id in runs:
            own = runs[model.run_id].experiment_id
            for key in sorted({own, *told_in.get(model.run_id, ())}):
                found[key].models.append(model)
    return found


def _experiment_digest(
    job: Job, same: str, experiment: Experiment, owned: _Owned, stamps: Mapping[Place, str]
) -> str:
    key = experiment.key
    refs: list[RunRef | ModelRef] = [*owned.runs, *owned.others, *owned.models]
    told = [stamps[_place(ref)] for ref in refs]
    owners = {*(ref.id for ref in owned.runs), *(ref.id for ref in owned.models)}
    versions = [one for one in job.versions if not owners.isdisjoint((one.run_id, one.model_id))]
    own = (job.goals[key], job.main[key], job.columns[key], versions)
    return _digest((same, experiment, own, len(owned.runs), refs, told)) if all(told) else ""


def _digest(made_of: object) -> str:
    """Ten thousand runs have theirs in the time that one takes to read."""
    try:
        content = msgspec.msgpack.encode(made_of)
    except (ValueError, OverflowError, RecursionError):  # numbers and texts it has no form for
        return ""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _same(job: Job) -> str:
    """A digest of what is the same for all runs: theme, settings, projects."""
    return key_of(job.stamp, job.shared, job.told, job.projects, job.max_artifact_size, job.door)


def _made_of(job: Job, tasks: Sequence[RunTask], stamps: Mapping[Place, str]) -> Iterator[MadeOf]:
    same = _same(job)
    versions: dict[str, list[ModelVersion]] = {}
    for version in job.versions:
        for owner in (version.run_id, version.model_id):
            versions.setdefault(owner, []).append(version)
    for task in tasks:
        experiment = task.ref.experiment_id
        owners = (task.ref.id, *(model.id for model in task.models))
        yield MadeOf(
            same=same,
            task=task,
            stamps=tuple(stamps[_place(ref)] for ref in _refs(task)),
            experiment=job.experiments[experiment],
            goals=job.goals[experiment],
            main=job.main[experiment],
            versions=tuple(version for id in owners for version in versions.get(id, ())),
        )


def _refs(task: RunTask) -> Iterator[RunRef | ModelRef]:
    """All that is read for a run's page; most children are only linked to."""
    yield task.ref
    if task.before:
        yield task.before
    if task.parent:
        yield task.parent
    if may_be_workflow(task.children):
        yield from task.children
    yield from task.models
    yield from task.before_models
    yield from task.parent_models


def _place(ref: RunRef | ModelRef) -> Place:
    return ref.store, ref.place
