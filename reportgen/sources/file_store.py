"""A file store, the folder `mlruns` (`mlflow/store/tracking/file_store.py` of 0.x to 3.x).

The index reads of each run its `meta.yaml` and its parent, no more; `run_folder` reads the rest.
An experiment is any folder that says it is one, or that holds runs.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reportgen.errors import Problem
from reportgen.model import (
    Experiment,
    Json,
    LoggedModel,
    MetricHistory,
    ModelRef,
    Run,
    RunRef,
)
from reportgen.sources import registry
from reportgen.sources.artifacts import Displaced
from reportgen.sources.run_folder import (
    StoreFolder,
    misplaced,
    read_metrics,
    read_model,
    read_run,
    run_status,
    run_time,
)
from reportgen.sources.small_files import RESTORE, is_folder, printable, read_bytes, subfolders
from reportgen.sources.stamps import Look
from reportgen.sources.store import KnownRefs, StoreIndex
from reportgen.sources.store_marks import RUN_FOLDERS, TRASH
from reportgen.sources.text import read_meta, read_values, text_of, whole

RESERVED = frozenset({"tags", "datasets", "traces", "models"})
"""Folders of an experiment that are no runs."""

_ID = re.compile(r"(m-)?[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class FileStore:
    """One `mlruns` folder."""

    root: Path
    label: str
    roots: tuple[Path, ...] = ()
    """Further folders that may hold its artifacts: the sources that were named."""

    def index(self, known: KnownRefs | None = None) -> StoreIndex:
        found = _Index(self._folder(), known)
        root = str(self.root)
        for name in sorted(subfolders(root, self.label, found.problems)):
            if name not in (TRASH, registry.FOLDER):
                _index_experiment(found, name)
        trash = f"{root}/{TRASH}"
        if is_folder(trash):
            for name in sorted(subfolders(trash, f"{self.label}/{TRASH}", found.problems)):
                _index_experiment(found, f"{TRASH}/{name}")
        return StoreIndex(
            experiments=tuple(found.experiments),
            runs=tuple(found.runs),
            models=tuple(found.models),
            registered_models=registry.read_registry(
                self.root / registry.FOLDER, f"{self.label}/{registry.FOLDER}", found.problems
            ),
            problems=tuple(found.problems),
        )

    def read_runs(self, refs: Sequence[RunRef]) -> Iterator[Run]:
        folder = self._folder()
        return (read_run(folder, ref) for ref in refs)

    def read_metrics(
        self, refs: Sequence[RunRef], keys: Sequence[str]
    ) -> Iterator[Mapping[str, MetricHistory]]:
        return (read_metrics(f"{self.root}/{ref.place}/metrics", keys) for ref in refs)

    def read_models(self, refs: Sequence[ModelRef]) -> Iterator[LoggedModel]:
        folder = self._folder()
        return (read_model(folder, ref) for ref in refs)

    def stamps(self, refs: Sequence[RunRef | ModelRef], look: Look) -> list[str]:
        """Of each a text that changes with its folder, and with its artifacts where they are."""
        displaced = self._displaced(look)
        stamps = []
        for ref in refs:
            folder = displaced(ref)
            stamps.append(look.folder(self.home(ref)) + (look.folder(folder) if folder else ""))
        return stamps

    def home(self, ref: RunRef | ModelRef) -> str:
        return f"{self.root}/{ref.place}"

    def elsewhere(self, refs: Sequence[RunRef | ModelRef], look: Look) -> Iterator[str]:
        own = f"{self.root}/"
        return (one for one in map(self._displaced(look), refs) if one and not one.startswith(own))

    def _displaced(self, look: Look) -> Callable[[RunRef | ModelRef], str]:
        """Tells where the artifacts of a run or model are if not in its folder."""
        store = self._folder()
        displaced = Displaced(store.allowed, store.near)
        root = str(self.root)  # a path is dear to turn into text for thousands

        def folder(ref: RunRef | ModelRef) -> str:
            home, place = f"{root}/{ref.place}", ref.place.removeprefix(f"{TRASH}/")
            return look.placed(home, lambda: displaced.folder(ref.artifact_uri, home, place))

        return folder

    def _folder(self) -> StoreFolder:
        allowed, near = (self.root, *self.roots), (self.root.parent,)
        return StoreFolder(str(self.root), self.label, allowed, near)


@dataclass(slots=True)
class _Index:
    """What an index has gathered so far."""

    store: StoreFolder
    known: KnownRefs | None
    experiments: list[Experiment] = field(default_factory=list)
    runs: list[RunRef] = field(default_factory=list)
    models: list[ModelRef] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)


def experiment_key(id: str, *where: str) -> str:
    """A key for an experiment whose id is taken: it and four hex digits that tell where it is."""
    digest = hashlib.sha256("\0".join(where).encode()).hexdigest()
    return f"{id}-{digest[:4]}"


def _index_experiment(found: _Index, place: str) -> None:
    id = printable(place.removeprefix(f"{TRASH}/"))
    key = id if id not in found.keys else experiment_key(id, found.store.label, TRASH)
    path, label = f"{found.store.root}/{place}", f"{found.store.label}/{place}"
    problems: list[Problem] = []
    meta = _experiment_meta(path, label, problems)
    children = sorted(subfolders(path, label, problems))
    runs = _run_refs(found, place, key, children)
    models = _model_refs(found.store, place, key, problems) if "models" in children else ()
    if not (_is_experiment(path, meta) or runs or models):
        # What could not be looked into may be one: it is not lost without a word.
        found.problems.extend(_unlistable(path, label))
        return
    experiment = _experiment(key, place, meta)
    tags = read_values(f"{path}/tags", f"{label}/tags", problems) if "tags" in children else {}
    found.keys.add(key)
    found.runs.extend(runs)
    found.models.extend(models)
    found.experiments.append(replace(experiment, tags=tags, problems=tuple(problems)))


def _unlistable(path: str, label: str) -> list[Problem]:
    """Why a folder cannot be looked into; nothing for one that can."""
    problems: list[Problem] = []
    for _ in subfolders(path, label, problems):
        pass
    return [problem for problem in problems if problem.path == label]


def _experiment_meta(path: str, label: str, problems: list[Problem]) -> dict[str, Json]:
    try:
        meta = read_meta(f"{path}/meta.yaml", f"{label}/meta.yaml", problems)
    except OSError:
        what = "Has no meta.yaml, so the experiment's name is not known."
        problems.append(Problem(label, what, RESTORE))
        return {}
    folder = path.rpartition("/")[2]
    recorded = text_of(meta.get("experiment_id")) or folder
    if recorded != folder:
        problems.append(misplaced(f"{label}/meta.yaml", "experiment", recorded, folder))
    return meta


def _is_experiment(path: str, meta: dict[str, Json]) -> bool:
    """One whose `meta.yaml` is unreadable still counts where the folder is named as MLflow does."""
    if meta:
        return "experiment_id" in meta
    return path.rpartition("/")[2].isdigit() and os.path.exists(f"{path}/meta.yaml")  # noqa: PTH110


def _experiment(key: str, place: str, meta: dict[str, Json]) -> Experiment:
    id = printable(place.removeprefix(f"{TRASH}/"))
    return Experiment(
        key=key,
        id=id,
        name=text_of(meta.get("name")) or id,
        # MLflow 1.x only moves it: being in the trash is the one sure sign.
        deleted=place != id or meta.get("lifecycle_stage") == "deleted",
        created=whole(meta.get("creation_time")),
        updated=whole(meta.get("last_update_time")),
        artifact_location=text_of(meta.get("artifact_location")),
    )


def _run_refs(
    found: _Index, experiment: str, key: str, children: Sequence[str]
) -> tuple[RunRef, ...]:
    folders = (child for child in children if child not in RESERVED)
    refs = (_known_ref(found, f"{experiment}/{folder}", key) for folder in folders)
    return tuple(ref for ref in refs if ref is not None)


def _known_ref(found: _Index, place: str, key: str) -> RunRef | None:
    if found.known is None:
        return _run_ref(found.store, place, key)
    home = f"{found.store.root}/{place}"
    ref = found.known.ref(home, lambda: _run_ref(found.store, place, key))
    return ref if ref is None or ref.experiment_id == key else replace(ref, experiment_id=key)


def _run_ref(store: StoreFolder, place: str, key: str) -> RunRef | None:
    path = f"{store.root}/{place}"
    meta = _meta_of_owner(path, ("run_id", "run_uuid"))
    if meta is None:
        return None
    return RunRef(
        id=printable(place.rpartition("/")[2]),
        experiment_id=key,
        store=0,
        place=place,
        name=text_of(meta.get("run_name")) or _tag(path, "mlflow.runName"),
        status=run_status(meta),
        started=run_time(meta, "start_time"),
        ended=run_time(meta, "end_time"),
        deleted=place.startswith(f"{TRASH}/") or meta.get("lifecycle_stage") == "deleted",
        parent_id=_tag(path, "mlflow.parentRunId"),
        entry_point=_tag(path, "mlflow.project.entryPoint"),
        artifact_uri=text_of(meta.get("artifact_uri")),
        user=text_of(meta.get("user_id")),
    )


def _meta_of_owner(path: str, ids: Sequence[str]) -> dict[str, Json] | None:
    """The fields of a run or model; none of a lost `meta.yaml`; None if the folder is neither.

    Problems are left to whoever reads the whole of it.
    """
    try:
        meta = read_meta(f"{path}/meta.yaml", "", [])
    except OSError:
        meta, is_named_so = {}, False
    else:
        is_named_so = _ID.fullmatch(path.rpartition("/")[2]) is not None
    if is_named_so or any(id in meta for id in ids):
        return meta
    # The artifacts alone would be those of another store's run.
    return None if RUN_FOLDERS.isdisjoint(subfolders(path, "", [])) else meta


def _tag(path: str, key: str) -> str:
    try:
        return read_bytes(f"{path}/tags/{key}").decode(errors="replace")
    except OSError:
        return ""


def _model_refs(
    store: StoreFolder, experiment: str, key: str, problems: list[Problem]
) -> tuple[ModelRef, ...]:
    folder = f"{experiment}/models"
    refs = []
    for child in sorted(subfolders(f"{store.root}/{folder}", f"{store.label}/{folder}", problems)):
        place = f"{folder}/{child}"
        meta = _meta_of_owner(f"{store.root}/{place}", ("model_id",))
        if meta is not None:
            id = printable(child)
            refs.append(
                ModelRef(
                    id=id,
                    experiment_id=key,
                    run_id=text_of(meta.get("source_run_id")),
                    store=0,
                    place=place,
                    name=text_of(meta.get("name")) or id,
                    artifact_uri=text_of(meta.get("artifact_location")),
                )
            )
    return tuple(refs)
