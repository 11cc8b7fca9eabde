"""What is remembered of runs from one build to the next: an unchanged run is not read again.

A run is as it was if nothing changed that its page is made of: its own files or rows, those of the
runs it is compared with, those of its models, and all that it is told of the rest of the report.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

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

    _folders: dict[str, list[Place]] = field(default_factory=dict)
    """The runs and models that lie in a folder, or a database file."""

    _themes: dict[str, Theme] = field(default_factory=dict)

    def theme(self, name: str, load: Callable[[str], Theme]) -> Theme:
        """The theme of that name, as it was when it was first asked for: it is dear to load."""
        if name not in self._themes:
            self._themes[name] = load(name)
        return self._themes[name]

    def forget(self, paths: Iterable[str]) -> None:
        """Look again at what lies at these absolute paths; at all if one is none of ours."""
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

    def what_runs_are_made_of(self, job: Job, tasks: Sequence[RunTask]) -> dict[str, str]:
        """Of each run by id a digest of all that its page may be made of; empty if unknown.

        To be asked before the runs are read: what changes in between is then read again next time.
        """
        if not self.learns:
            return {}
        wanted = {_place(ref): ref for task in tasks for ref in _refs(task)}
        self._look(job.stores, wanted)
        return {one.task.ref.id: _digest(one) for one in _made_of(job, tasks, self._stamps)}

    def _look(self, stores: Sequence[Store], wanted: Mapping[Place, RunRef | ModelRef]) -> None:
        unknown = [ref for place, ref in wanted.items() if place not in self._stamps]
        for number, store in enumerate(stores):
            refs = [ref for ref in unknown if ref.store == number]
            stamps = store.stamps(refs, self.look) if refs else []
            for ref, stamp in zip(refs, stamps, strict=True):
                self._stamps[_place(ref)] = stamp
        self._folders = {}
        for place, ref in wanted.items():
            self._folders.setdefault(stores[ref.store].home(ref), []).append(place)

    def record(
        self, job: Job, experiment: Experiment, tasks: Sequence[RunTask], made_of: Mapping[str, str]
    ) -> Record:
        """What was made of the runs of an experiment, these tasks, if all are as they were."""
        parts = [made_of.get(task.ref.id, "") for task in tasks]
        if not self.learns or "" in parts:
            return Record("")
        key = experiment.key
        own = (job.goals[key], job.main[key], job.columns[key], job.told)
        versions = [(one.name, one.run_id) for one in job.versions]
        of = key_of(job.stamp, job.shared, experiment, own, versions, "".join(parts))
        return self.parts.record(f"experiment {key}", of)

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
    return result if result.written == REUSED else replace(result, written=REUSED)


def _digest(made_of: MadeOf) -> str:
    """Ten thousand runs have theirs in the time that one takes to read."""
    try:
        content = msgspec.msgpack.encode(made_of)
    except (ValueError, OverflowError, RecursionError):  # numbers and texts it has no form for
        return ""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _made_of(job: Job, tasks: Sequence[RunTask], stamps: Mapping[Place, str]) -> Iterator[MadeOf]:
    same = key_of(job.stamp, job.shared, job.told, job.projects, job.max_artifact_size, job.door)
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
