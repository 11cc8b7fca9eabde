"""One run, or one logged model, of a file store: a folder of small files.

No file and no folder of it is required, for git drops empty folders and copies are made of
parts. The name of the folder is the id, whatever is written inside.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reportgen.errors import Problem
from reportgen.model import (
    Artifact,
    Dataset,
    DatasetInput,
    Json,
    LoggedModel,
    MetricHistory,
    MLmodel,
    ModelMetric,
    ModelRef,
    ModelStatus,
    Run,
    RunRef,
    RunStatus,
)
from reportgen.sources import metric_file
from reportgen.sources.artifacts import Above, locate, walk
from reportgen.sources.metric_file import SECONDS_BELOW, parse_metric, parse_model_metric
from reportgen.sources.mlmodel import models_among, read_mlmodel
from reportgen.sources.plain import from_json
from reportgen.sources.signature import dataset_schema
from reportgen.sources.small_files import (
    RESTORE,
    printable,
    read_bytes,
    subfolders,
    unreadable_problem,
)
from reportgen.sources.text import (
    CONFLICT,
    FETCH,
    NOT_FETCHED,
    RESOLVE,
    SAVE,
    UTF16,
    files_below,
    known_key,
    read_meta,
    read_values,
    text_of,
    whole,
)

STATUSES = {
    1: RunStatus.RUNNING,
    2: RunStatus.SCHEDULED,
    3: RunStatus.FINISHED,
    4: RunStatus.FAILED,
    5: RunStatus.KILLED,
}
"""`mlflow/protos/service.proto`, RunStatus."""

MODEL_STATUSES = {
    1: ModelStatus.PENDING,
    2: ModelStatus.READY,
    3: ModelStatus.FAILED,
}
"""`mlflow/protos/service.proto`, LoggedModelStatus."""

SOURCE_TYPES = {1: "NOTEBOOK", 2: "JOB", 3: "PROJECT", 4: "LOCAL", 5: "UNKNOWN"}
"""`source_type` of MLflow 0.x; dummies since, and the tag `mlflow.source.type` instead."""

OLD_SOURCE_FIELDS = {
    "mlflow.source.name": "source_name",
    "mlflow.source.git.commit": "source_version",
    "mlflow.project.entryPoint": "entry_point_name",
}
"""Tags, and what MLflow 0.x had in their stead."""

RESTORE_METRIC = "Restore the file from a copy, or remove what is no metric's from it."
META_LOST = "Has no meta.yaml: its status and times are not known, and what is left is shown."


@dataclass(frozen=True, slots=True)
class StoreFolder:
    """A file store, as the readers of its folders need it."""

    root: str
    label: str
    allowed: tuple[Path, ...]
    """The roots below which its artifacts may lie."""

    near: tuple[Path, ...] = ()
    """Roots below which only folders of an id are artifacts: see `artifacts.locate`."""

    datasets: dict[str, tuple[Dataset | None, tuple[Problem, ...]]] = field(default_factory=dict)
    """By place, those read so far: the runs of an experiment share a few."""

    experiment_ids: dict[str, str] = field(default_factory=dict)
    """By place, what the experiments read so far say their id is."""

    above: Above = field(default_factory=Above)


@dataclass(frozen=True, slots=True)
class _Folder:
    """The folder of a run or model."""

    path: str
    label: str
    subfolders: frozenset[str]
    problems: list[Problem]

    def values(self, name: str) -> dict[str, str]:
        if name not in self.subfolders:
            return {}
        return read_values(f"{self.path}/{name}", f"{self.label}/{name}", self.problems)

    def metas(self, name: str) -> Iterator[tuple[str, dict[str, Json]]]:
        """(folder, fields) of the `meta.yaml` of each folder below, sorted."""
        if name not in self.subfolders:
            return
        inside = f"{self.path}/{name}"
        for child in sorted(subfolders(inside, f"{self.label}/{name}", self.problems)):
            label = f"{self.label}/{name}/{child}/meta.yaml"
            try:
                yield child, read_meta(f"{inside}/{child}/meta.yaml", label, self.problems)
            except OSError as error:
                self.problems.append(unreadable_problem(label, error))
                yield child, {}


def _folder(store: StoreFolder, place: str) -> _Folder:
    path, label, problems = f"{store.root}/{place}", f"{store.label}/{place}", list[Problem]()
    return _Folder(path, label, frozenset(subfolders(path, label, problems)), problems)


def read_run(store: StoreFolder, ref: RunRef) -> Run:
    """The run of a reference, whole."""
    here = _folder(store, ref.place)
    meta = _run_meta(store, here, ref.place)
    tags = here.values("tags")
    if "run_id" not in meta:
        tags = _with_old_fields(tags, meta)
    status = run_status(meta)
    run = Run(
        id=ref.id,
        experiment_id=ref.experiment_id,
        name=text_of(meta.get("run_name")) or tags.get("mlflow.runName", ""),
        status=status,
        started=run_time(meta, "start_time"),
        ended=run_time(meta, "end_time"),
        deleted=ref.deleted,
        user=tags.get("mlflow.user") or text_of(meta.get("user_id")),
        artifact_uri=text_of(meta.get("artifact_uri")),
        params=here.values("params"),
        tags=tags,
        metrics=_metrics(here, running=status is RunStatus.RUNNING),
    )
    run = _with_inputs_and_outputs(store, here, run, ref.place)
    run = _with_artifacts(store, here, run)
    return replace(run, problems=tuple(here.problems))


def _run_meta(store: StoreFolder, here: _Folder, place: str) -> dict[str, Json]:
    label = f"{here.label}/meta.yaml"
    try:
        meta = read_meta(f"{here.path}/meta.yaml", label, here.problems)
    except OSError:
        here.problems.append(Problem(here.label, META_LOST, RESTORE))
        return {}
    if meta and "status" not in meta and not any(one.path == label for one in here.problems):
        what = "Has no status: it may be cut off. As in MLflow, the run is taken for running."
        here.problems.append(Problem(label, what, RESTORE))
    experiment, _, folder = place.rpartition("/")
    run_id = text_of(meta.get("run_id") or meta.get("run_uuid"))
    if run_id not in ("", folder):
        here.problems.append(misplaced(label, "run", run_id, folder))
    of = text_of(meta.get("experiment_id"))
    home = experiment.rpartition("/")[2]
    # An experiment in a folder of another name says so itself, once.
    if of not in ("", home) and of != _experiment_id(store, experiment):
        here.problems.append(misplaced(label, "experiment", of, home))
    return meta


def misplaced(label: str, kind: str, recorded: str, folder: str) -> Problem:
    what = f"Says it is of {kind} {recorded!r}, but lies in {folder!r}."
    return Problem(label, what, "The folder is believed.")


def _experiment_id(store: StoreFolder, place: str) -> str:
    if place not in store.experiment_ids:
        try:
            meta = read_meta(f"{store.root}/{place}/meta.yaml", "", [])
        except OSError:
            meta = {}
        store.experiment_ids[place] = text_of(meta.get("experiment_id"))
    return store.experiment_ids[place]


def run_status(meta: Mapping[str, Json]) -> RunStatus:
    """Missing means running (`FileStore._read_persisted_run_info_dict`), if anything is there."""
    recorded = meta.get("status", 1) if meta else None
    if isinstance(recorded, str) and recorded in RunStatus.__members__:
        return RunStatus[recorded]
    return STATUSES.get(whole(recorded) or 0, RunStatus.UNKNOWN)


def run_time(meta: Mapping[str, Json], key: str) -> int | None:
    """Milliseconds; MLflow 0.x, which knew no `run_id`, may have written seconds."""
    time = whole(meta.get(key))
    if time is not None and 0 < time < SECONDS_BELOW and "run_id" not in meta:
        return time * 1000
    return time


def _with_old_fields(tags: dict[str, str], meta: Mapping[str, Json]) -> dict[str, str]:
    old = {tag: text_of(meta.get(key)) for tag, key in OLD_SOURCE_FIELDS.items()}
    old["mlflow.source.type"] = SOURCE_TYPES.get(whole(meta.get("source_type")) or 0, "")
    return dict(sorted({**{tag: value for tag, value in old.items() if value}, **tags}.items()))


def _metrics(here: _Folder, *, running: bool) -> dict[str, MetricHistory]:
    metrics = {}
    for key, data in _metric_files(here):
        history, wrong = parse_metric(data, running=running)
        if wrong:
            here.problems.append(_metric_problem(here, key, wrong))
        if history is not None:
            metrics[key] = history
    return dict(sorted(metrics.items()))


def read_metrics(folder: str, keys: Sequence[str]) -> dict[str, MetricHistory]:
    """Those of these metrics whose files are in a run's folder of metrics, links aside."""
    found = {}
    plain = {"": not os.path.islink(folder)}  # noqa: PTH114 (hot: dozens for each experiment)
    for key in keys:
        above = [key[:place] for place, letter in enumerate(key) if letter == "/"]
        for name in above:
            if name not in plain:
                plain[name] = not os.path.islink(f"{folder}/{name}")  # noqa: PTH114
        whole = {"", ".", ".."}.isdisjoint(key.split("/")) and "\0" not in key
        if not whole or not all(plain[name] for name in ("", *above)):
            continue
        with contextlib.suppress(OSError):
            data = read_bytes(f"{folder}/{key}", metric_file.LARGEST)
            history, _ = parse_metric(data, running=True)
            if history is not None:
                found[key] = history
    return found


def _metric_files(here: _Folder) -> Iterator[tuple[str, bytes]]:
    if "metrics" not in here.subfolders:
        return
    label = f"{here.label}/metrics"
    for key, entry in files_below(f"{here.path}/metrics", label, here.problems):
        try:
            data = read_bytes(entry.path, metric_file.LARGEST)
        except OSError as error:
            here.problems.append(unreadable_problem(f"{label}/{printable(key)}", error))
            continue
        yield known_key(key, label, here.problems), data


def _metric_problem(here: _Folder, key: str, wrong: str) -> Problem:
    hint = {NOT_FETCHED: FETCH, CONFLICT: RESOLVE, UTF16: SAVE}.get(wrong, RESTORE_METRIC)
    return Problem(f"{here.label}/metrics/{key}", wrong, hint)


def _with_inputs_and_outputs(store: StoreFolder, here: _Folder, run: Run, place: str) -> Run:
    """`inputs/` and `outputs/`: what their `destination_id` says is an MLflow slip."""
    datasets, models = [], []
    for _, fields in here.metas("inputs"):
        source = text_of(fields.get("source_id"))
        if fields.get("source_type") == "MODEL":
            models.append(source)
            continue
        dataset, problems = _dataset(store, place.rpartition("/")[0], source)
        here.problems.extend(problems)
        if dataset is not None:
            datasets.append(_dataset_input(dataset, fields.get("tags")))
    outputs = ((child, whole(fields.get("step")) or 0) for child, fields in here.metas("outputs"))
    return replace(
        run,
        datasets=tuple(sorted(datasets, key=_name_digest_context)),
        input_models=tuple(models),
        output_models=tuple(sorted(outputs, key=lambda output: (output[1], output[0]))),
    )


def _dataset_input(dataset: Dataset, recorded: Json) -> DatasetInput:
    tags = recorded if isinstance(recorded, dict) else {}
    texts = {str(key): text_of(value) for key, value in sorted(tags.items())}
    return DatasetInput(dataset, texts.pop("mlflow.data.context", ""), texts)


def _name_digest_context(item: DatasetInput) -> tuple[str, str, str]:
    return item.dataset.name, item.dataset.digest, item.context


def _dataset(
    store: StoreFolder, experiment: str, source: str
) -> tuple[Dataset | None, tuple[Problem, ...]]:
    """`datasets/<id>/meta.yaml` of an experiment; the id is untrusted."""
    if not source or os.path.basename(source) != source or source == "..":  # noqa: PTH119
        return None, ()
    place = f"{experiment}/datasets/{source}"
    if place not in store.datasets:
        store.datasets[place] = _read_dataset(store, place)
    return store.datasets[place]


def _read_dataset(store: StoreFolder, place: str) -> tuple[Dataset | None, tuple[Problem, ...]]:
    problems: list[Problem] = []
    label = f"{store.label}/{place}/meta.yaml"
    try:
        meta = read_meta(f"{store.root}/{place}/meta.yaml", label, problems)
    except OSError:
        what = "Is missing, so a dataset that a run read is not shown."
        return None, (Problem(label, what, RESTORE),)
    dataset = Dataset(
        name=text_of(meta.get("name")),
        digest=text_of(meta.get("digest")),
        source_type=text_of(meta.get("source_type")),
        source=text_of(meta.get("source")),
        schema=dataset_schema(text_of(meta.get("schema"))),
        profile=_profile(meta.get("profile")),
    )
    return dataset, tuple(problems)


def _profile(recorded: Json) -> Mapping[str, Json]:
    try:
        profile = from_json(text_of(recorded))
    except ValueError:
        return {}
    return profile if isinstance(profile, dict) else {}


def _with_artifacts(store: StoreFolder, here: _Folder, run: Run) -> Run:
    folder, artifacts, missing = _artifacts(store, here, run.artifact_uri)
    if folder is None:
        return replace(run, artifacts_missing=missing)
    label = f"{here.label}/artifacts"
    found = models_among(
        artifacts, folder, run_id=run.id, experiment_id=run.experiment_id, label=label
    )
    models = (replace(model, location=_below(run.artifact_uri, model)) for model in found)
    return replace(run, artifacts=artifacts, models=tuple(models))


def _below(artifact_uri: str, model: LoggedModel) -> str:
    return f"{artifact_uri.rstrip('/')}/{model.artifact_path}"


def _artifacts(
    store: StoreFolder, here: _Folder, uri: str
) -> tuple[Path | None, tuple[Artifact, ...], str]:
    beside = Path(here.path) / "artifacts"
    located = locate(
        uri, beside=(beside,), allowed=store.allowed, near=store.near, above=store.above
    )
    if located.folder is None:
        return None, (), located.missing
    artifacts, problems = walk(located.folder)
    for problem in problems:
        where = f"{here.label}/artifacts/{problem.path}".rstrip("/")
        here.problems.append(replace(problem, path=where))
    return located.folder, artifacts, ""


def read_model(store: StoreFolder, ref: ModelRef) -> LoggedModel:
    """The logged model of a reference (MLflow 3), whole."""
    here = _folder(store, ref.place)
    label = f"{here.label}/meta.yaml"
    try:
        meta = read_meta(f"{here.path}/meta.yaml", label, here.problems)
    except OSError:
        here.problems.append(
            Problem(here.label, "Has no meta.yaml; what is left is shown.", RESTORE)
        )
        meta = {}
    location = text_of(meta.get("artifact_location"))
    mlmodel, artifacts = _model_files(store, here, location)
    model = LoggedModel(
        id=ref.id,
        name=ref.name,
        experiment_id=ref.experiment_id,
        run_id=ref.run_id,
        status=MODEL_STATUSES.get(whole(meta.get("status")) or 0, ModelStatus.UNSPECIFIED),
        status_message=text_of(meta.get("status_message")),
        model_type=text_of(meta.get("model_type")),
        deleted=meta.get("lifecycle_stage") == "deleted" or ref.place.startswith(".trash/"),
        created=whole(meta.get("creation_timestamp")),
        params=here.values("params"),
        tags=here.values("tags"),
        metrics=_model_metrics(here),
        mlmodel=mlmodel,
        artifacts=artifacts,
        location=location,
    )
    return replace(model, problems=tuple(here.problems))


def _model_metrics(here: _Folder) -> tuple[ModelMetric, ...]:
    metrics: list[ModelMetric] = []
    for key, data in _metric_files(here):
        latest, wrong = parse_model_metric(key, data)
        metrics.extend(latest)
        if wrong:
            here.problems.append(_metric_problem(here, key, wrong))
    return tuple(sorted(metrics, key=lambda metric: (metric.key, metric.dataset, metric.digest)))


def _model_files(
    store: StoreFolder, here: _Folder, location: str
) -> tuple[MLmodel | None, tuple[Artifact, ...]]:
    folder, artifacts, _ = _artifacts(store, here, location)
    if folder is None or not any(artifact.path == "MLmodel" for artifact in artifacts):
        return None, artifacts
    mlmodel, problems = read_mlmodel(folder, artifacts, f"{here.label}/artifacts")
    here.problems.extend(problems)
    return mlmodel, artifacts
