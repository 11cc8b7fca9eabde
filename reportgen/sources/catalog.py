"""Everything that the sources hold, put together: what is found twice appears once.

Stores are read in a fixed order, databases first: where two hold the same run, as after
`mlflow migrate-filestore`, the first is believed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath, PureWindowsPath
from typing import TypeVar

from reportgen.errors import Problem, ReportError
from reportgen.model import (
    Experiment,
    ModelRef,
    ModelVersion,
    Project,
    RegisteredModel,
    RunRef,
)
from reportgen.sources.discover import LOOKED_FOR, Found, find
from reportgen.sources.file_store import FileStore, experiment_key
from reportgen.sources.mlproject import read_project
from reportgen.sources.saved_models import SavedModels
from reportgen.sources.store import KnownRefs, Store, StoreIndex

Ref = TypeVar("Ref", RunRef, ModelRef)


@dataclass(frozen=True, slots=True)
class Catalog:
    """The index of all sources. Runs and models are read whole from their store."""

    stores: tuple[Store, ...] = ()
    experiments: tuple[Experiment, ...] = ()
    """With keys that are unique."""

    runs: tuple[RunRef, ...] = ()
    """Their `store` is a place in `stores`, their `experiment_id` the key of an experiment."""

    models: tuple[ModelRef, ...] = ()
    """As with runs."""

    registered_models: tuple[RegisteredModel, ...] = ()
    """By name."""

    projects: tuple[Project, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Those that belong to nothing else here."""


def _silent(step: str) -> None:
    pass


def read_catalog(
    sources: Sequence[str],
    on_step: Callable[[str], None] = _silent,
    known: KnownRefs | None = None,
) -> Catalog:
    """Finds and indexes all that the sources hold; `on_step` is told what is being done. What is
    `known` is not read again.

    Raises ReportError for a source that cannot be read, or holds nothing.
    """
    if not sources:
        hint = f"{LOOKED_FOR} Name the place: reportgen build path/to/mlruns"
        raise ReportError("There is neither mlruns nor mlflow.db in this folder.", hint=hint)
    on_step(f"Looking through {', '.join(sources)}")
    found = find(sources)
    merged = _Merged(problems=list(found.problems))
    for store in _stores(found):
        on_step(f"Reading the index of {store.label}")
        _add_readable(merged, store, known)
    if merged.failures and not (merged.stores or found.projects):
        raise merged.failures[0]
    return Catalog(
        stores=tuple(merged.stores),
        experiments=tuple(merged.experiments.values()),
        runs=tuple(merged.runs.values()),
        models=tuple(merged.models.values()),
        registered_models=tuple(model for _, model in sorted(merged.registered.items())),
        projects=tuple(
            read_project(place.path, place.label, found.roots) for place in found.projects
        ),
        problems=tuple(merged.problems),
    )


def _stores(found: Found) -> Iterator[Store]:
    folders = tuple(place.path for place in found.file_stores)
    roots = tuple(dict.fromkeys((*found.roots, *folders)))
    for place in found.databases:
        from reportgen.sources.sql_store import SqlStore  # late: most reports have no database

        yield SqlStore(place.path, place.label, roots)
    for place in found.file_stores:
        yield FileStore(place.path, place.label, roots)
    if found.models:
        yield SavedModels(tuple((place.path, place.label) for place in found.models))


@dataclass(slots=True)
class _Merged:
    """What the stores added so far hold."""

    stores: list[Store] = field(default_factory=list)
    experiments: dict[str, Experiment] = field(default_factory=dict)
    """By key."""

    runs: dict[str, RunRef] = field(default_factory=dict)
    models: dict[str, ModelRef] = field(default_factory=dict)
    registered: dict[str, RegisteredModel] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    failures: list[ReportError] = field(default_factory=list)


def _add_readable(merged: _Merged, store: Store, known: KnownRefs | None) -> None:
    """One database that is damaged or locked costs only itself, while there is another store."""
    try:
        index = store.index(known)
    except ReportError as error:
        merged.failures.append(error)
        merged.problems.append(Problem(store.label, str(error), error.hint))
        return
    _add(merged, store, index)


def _add(merged: _Merged, store: Store, index: StoreIndex) -> None:
    keys = _add_experiments(merged, store, index)
    number = len(merged.stores)
    merged.stores.append(store)
    merged.problems.extend(_hidden_runs(merged, store, index, keys))
    _add_refs(merged.runs, index.runs, number, keys)
    _add_refs(merged.models, index.models, number, keys)
    for model in index.registered_models:
        known = merged.registered.get(model.name)
        merged.registered[model.name] = _united(known, model, store.label) if known else model
    merged.problems.extend(index.problems)


def _add_refs(
    known: dict[str, Ref], refs: Sequence[Ref], store: int, keys: Mapping[str, str]
) -> None:
    for ref in refs:
        if ref.id not in known:
            key = keys.get(ref.experiment_id, ref.experiment_id)
            same = (ref.store, ref.experiment_id) == (store, key)
            known[ref.id] = ref if same else replace(ref, store=store, experiment_id=key)


def _hidden_runs(
    merged: _Merged, store: Store, index: StoreIndex, keys: Mapping[str, str]
) -> Iterator[Problem]:
    """A problem when runs are not shown though they are others than those that have their ids."""
    known = {id: (ref.experiment_id, ref.started) for id, ref in merged.runs.items()}
    hidden = []
    for ref in index.runs:
        here = keys.get(ref.experiment_id, ref.experiment_id), ref.started
        if known.setdefault(ref.id, here) != here:
            hidden.append(ref)
    if hidden:
        more = f", and {len(hidden) - 1:,} more runs" if len(hidden) > 1 else ""
        what = f"The run {hidden[0].place}{more}: the id is that of another run, which is shown."
        hint = "Build a report of its own, if this is no copy: a report has one run of an id."
        yield Problem(store.label, what, hint)


def _add_experiments(merged: _Merged, store: Store, index: StoreIndex) -> dict[str, str]:
    """The key in the catalog of each experiment, by its key in the store."""
    shared = {
        (merged.runs[run.id].experiment_id, run.experiment_id)
        for run in index.runs
        if run.id in merged.runs
    }
    keys = {}
    others = tuple(merged.experiments.values())  # one store has each experiment once
    for experiment in index.experiments:
        same = next(
            (
                known
                for known in others
                if _is_same(known, experiment, (known.key, experiment.key) in shared)
            ),
            None,
        )
        if same is None:
            same = replace(experiment, key=_free_key(merged, experiment, store.label))
        elif experiment.problems:
            same = replace(same, problems=(*same.problems, *experiment.problems))
        merged.experiments[same.key] = same
        keys[experiment.key] = same.key
    return keys


def _is_same(known: Experiment, other: Experiment, share_runs: bool) -> bool:
    """Every store has an experiment '0' named Default, so id and name alone tell nothing."""
    if (known.id, known.name) != (other.id, other.name):
        return False
    if share_runs:
        return True
    if known.created and other.created:
        return known.created == other.created
    return known.artifact_location == other.artifact_location and _is_absolute(
        known.artifact_location
    )


def _is_absolute(location: str) -> bool:
    """`./mlruns/0` and `mlflow-artifacts:/0` are written by any number of machines."""
    path = location.removeprefix("file://")
    return PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()


def _free_key(merged: _Merged, experiment: Experiment, label: str) -> str:
    key = experiment.key
    where: tuple[str, ...] = (label, experiment.key)
    while key in merged.experiments:
        key = experiment_key(experiment.id, *where)
        where = (*where, "again")
    return key


def _united(known: RegisteredModel, other: RegisteredModel, label: str) -> RegisteredModel:
    """The versions of both; of a number that both have, the first is kept."""
    versions = {version.version: version for version in known.versions}
    problems = []
    for version in other.versions:
        first = versions.setdefault(version.version, version)
        if not _is_same_version(first, version):
            what = f"Version {version.version} of {known.name!r} is here another model's."
            hint = "Two registries use this name; the version of the first is shown."
            problems.append(Problem(label, what, hint))
    return replace(
        known,
        versions=tuple(version for _, version in sorted(versions.items())),
        problems=(*known.problems, *other.problems, *problems),
    )


def _is_same_version(first: ModelVersion, other: ModelVersion) -> bool:
    return first.run_id == other.run_id and first.created == other.created
