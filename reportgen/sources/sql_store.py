"""The store that MLflow keeps in SQLite (`mlflow.db`), from release 1.30 to 3.x.

Which tables and columns there are is looked up, never concluded from a version; rows that refer
to nothing are tolerated, for MLflow does not let SQLite check (`mlflow/store/dbmodels/models.py`).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportgen.errors import Problem, ReportError
from reportgen.model import (
    Dataset,
    DatasetInput,
    Experiment,
    Json,
    LoggedModel,
    MetricHistory,
    ModelRef,
    Run,
    RunRef,
    RunStatus,
)
from reportgen.sources.mlmodel import models_among
from reportgen.sources.plain import from_json
from reportgen.sources.signature import dataset_schema
from reportgen.sources.sql_artifacts import Places
from reportgen.sources.sql_metrics import metric_histories
from reportgen.sources.sql_models import NOWHERE, model_refs, read_logged_models
from reportgen.sources.sql_registry import registered_models
from reportgen.sources.sql_stamps import folder_of, row_stamps, stamp_of
from reportgen.sources.sqlite import (
    DAMAGED_HINT,
    GONE_HINT,
    PLAIN_HINT,
    Row,
    Tables,
    as_text,
    as_whole,
    not_plain,
    opened,
    texts_of,
)
from reportgen.sources.stamps import Look
from reportgen.sources.store import KnownRefs, StoreIndex

BATCH = 100
"""Runs or models whose rows are fetched together."""

CONTEXT = "mlflow.data.context"
EXPERIMENT = (
    *("experiment_id", "name", "lifecycle_stage", "creation_time", "last_update_time"),
    "artifact_location",
)
REF = (
    *("run_uuid", "experiment_id", "name", "status", "start_time", "end_time"),
    *("lifecycle_stage", "artifact_uri", "user_id"),
)
DATASET = (
    *("dataset_uuid", "name", "digest", "dataset_source_type", "dataset_source"),
    *("dataset_schema", "dataset_profile"),
)


@dataclass(frozen=True, slots=True)
class SqlStore:
    """One `mlflow.db`. Holds paths only; the database is open while it is being read."""

    database: Path
    label: str
    """How the reader knows it: `results/mlflow.db`."""

    roots: tuple[Path, ...] = ()
    """Folders that artifacts may be in besides the database's own, file stores among them."""

    def index(self, known: KnownRefs | None = None) -> StoreIndex:
        """What is there. Raises ReportError for what cannot be read or is not MLflow's."""
        with opened(self.database, self.label) as tables:
            for table in ("experiments", "runs"):
                if table in tables.others:
                    raise ReportError(f"{self.label}: {not_plain(table)}", hint=PLAIN_HINT)
            if not {"experiments", "runs"} <= tables.columns.keys():
                hint = "It is made by mlflow server, or by tracking to sqlite:///mlflow.db."
                raise ReportError(f"{self.label} holds no MLflow experiments.", hint=hint)
            runs = tuple(_run_refs(tables))
            models = model_refs(tables)
            return StoreIndex(
                experiments=_experiments(tables, (*runs, *models)),
                runs=runs,
                models=models,
                registered_models=registered_models(tables),
                problems=tables.taken_problems(),
            )

    def read_runs(self, refs: Sequence[RunRef]) -> Iterator[Run]:
        """The runs of these references, in their order, each whole."""
        with opened(self.database, self.label) as tables:
            for start in range(0, len(refs), BATCH):
                yield from _runs(tables, refs[start : start + BATCH], self._places())

    def read_metrics(
        self, refs: Sequence[RunRef], keys: Sequence[str]
    ) -> Iterator[Mapping[str, MetricHistory]]:
        with opened(self.database, self.label) as tables:
            for ref in refs:
                yield metric_histories(tables, ref.place, keys)

    def read_models(self, refs: Sequence[ModelRef]) -> Iterator[LoggedModel]:
        """The logged models of these references, in their order, each whole."""
        with opened(self.database, self.label) as tables:
            for start in range(0, len(refs), BATCH):
                part = refs[start : start + BATCH]
                yield from read_logged_models(tables, part, self._places())

    def stamps(self, refs: Sequence[RunRef | ModelRef], look: Look) -> list[str]:
        """Of each a text that changes with its rows, and with its artifacts where they are."""
        with opened(self.database, self.label) as tables:
            rows = row_stamps(tables)
        places = self._places()
        return [stamp_of(ref, rows, places, look) for ref in refs]

    def home(self, ref: RunRef | ModelRef) -> str:
        return str(self.database)

    def elsewhere(self, refs: Sequence[RunRef | ModelRef], look: Look) -> Iterator[str]:
        places = self._places()
        for ref in refs:
            folder = folder_of(ref, places, look)
            if folder and not places.is_beside(Path(folder)):
                yield folder

    def _places(self) -> Places:
        return Places(self.database, self.label, self.roots)


def _experiments(tables: Tables, members: Sequence[RunRef | ModelRef]) -> tuple[Experiment, ...]:
    """Those of the table, then those that only runs and models still name."""
    rows = tables.rows("experiments", EXPERIMENT)
    known = [as_text(row[0]) for row in rows]
    tags = texts_of(tables, "experiment_tags", ("key", "value"), "experiment_id", known)
    lost = sorted({member.experiment_id for member in members} - set(known))
    return (
        *(_experiment(row, tags.get(as_text(row[0]), {})) for row in rows),
        *(_lost_experiment(id_, tables.label) for id_ in lost),
    )


def _experiment(row: Row, tags: Mapping[str, str]) -> Experiment:
    id_, name, stage, created, updated, location = row
    return Experiment(
        key=as_text(id_),
        id=as_text(id_),
        name=as_text(name),
        deleted=stage == "deleted",
        created=as_whole(created),
        updated=as_whole(updated),
        artifact_location=as_text(location),
        tags=tags,
    )


def _lost_experiment(id_: str, label: str) -> Experiment:
    what = f"Runs or models name the experiment {id_}, which the database no longer has."
    return Experiment(id_, id_, f"Experiment {id_}", problems=(Problem(label, what, DAMAGED_HINT),))


def _run_refs(tables: Tables) -> Iterator[RunRef]:
    parents = _tags_named(tables, "mlflow.parentRunId")
    entries = _tags_named(tables, "mlflow.project.entryPoint")
    names = _tags_named(tables, "mlflow.runName")
    for row in tables.rows("runs", REF):
        id_, experiment, name, status, started, ended, stage, uri, user = row
        yield RunRef(
            id=as_text(id_),
            experiment_id=as_text(experiment) or NOWHERE,
            store=0,
            place=as_text(id_),
            name=as_text(name) or names.get(id_, ""),
            status=_status(status),
            started=as_whole(started),
            ended=as_whole(ended),
            deleted=stage == "deleted",
            parent_id=parents.get(id_, ""),
            entry_point=entries.get(id_, ""),
            artifact_uri=as_text(uri),
            user=as_text(user),
        )


def _tags_named(tables: Tables, key: str) -> Mapping[str, str]:
    rows = tables.rows("tags", ("run_uuid", "value"), "WHERE key = ?", (key,))
    return {id_: as_text(value) for id_, value in rows}


def _status(recorded: object) -> RunStatus:
    return RunStatus.__members__.get(as_text(recorded), RunStatus.UNKNOWN)


@dataclass(frozen=True, slots=True)
class _Details:
    """What the smaller tables say of a batch of runs, by run id."""

    params: Mapping[str, Mapping[str, str]]
    tags: Mapping[str, Mapping[str, str]]
    datasets: Mapping[str, Sequence[DatasetInput]]
    outputs: Mapping[str, Sequence[tuple[str, int]]]
    inputs: Mapping[str, Sequence[tuple[str, int]]]
    problems: tuple[Problem, ...]


def _runs(tables: Tables, refs: Sequence[RunRef], places: Places) -> Iterator[Run]:
    ids = [ref.place for ref in refs]
    rows = {as_text(row[0]): row for row in tables.rows_of("runs", REF, "run_uuid", ids)}
    details = _Details(
        params=texts_of(tables, "params", ("key", "value"), "run_uuid", ids),
        tags=texts_of(tables, "tags", ("key", "value"), "run_uuid", ids),
        datasets=_datasets(tables, ids),
        outputs=_models(tables, "RUN_OUTPUT", ids),
        inputs=_models(tables, "RUN_INPUT", ids),
        problems=tables.taken_problems(),
    )
    for ref in refs:
        if row := rows.get(ref.place):
            yield _run(tables, ref, row, details, places)
        else:
            what = "This run was removed while the database was read."
            gone = Problem(tables.label, what, GONE_HINT)
            yield Run(ref.id, ref.experiment_id, ref.name, ref.status, problems=(gone,))


def _run(tables: Tables, ref: RunRef, row: Row, details: _Details, places: Places) -> Run:
    _, experiment, name, status, started, ended, stage, uri, user = row
    tags = details.tags.get(ref.place, {})
    kept = places.kept(as_text(uri), (as_text(experiment), ref.place, "artifacts"))
    return Run(
        id=ref.id,
        experiment_id=ref.experiment_id,
        name=as_text(name) or tags.get("mlflow.runName", ""),
        status=_status(status),
        started=as_whole(started),
        ended=as_whole(ended),
        deleted=stage == "deleted",
        user=tags.get("mlflow.user") or as_text(user),
        artifact_uri=as_text(uri),
        params=details.params.get(ref.place, {}),
        tags=tags,
        metrics=metric_histories(tables, ref.place),
        datasets=tuple(details.datasets.get(ref.place, ())),
        artifacts=kept.artifacts,
        artifacts_missing=kept.missing,
        models=models_among(
            kept.artifacts,
            kept.folder,
            run_id=ref.id,
            experiment_id=ref.experiment_id,
            label=kept.label,
        ),
        output_models=tuple(details.outputs.get(ref.place, ())),
        input_models=tuple(model for model, _ in details.inputs.get(ref.place, ())),
        problems=(*details.problems, *tables.taken_problems(), *kept.problems),
    )


def _models(
    tables: Tables, kind: str, ids: Sequence[str]
) -> Mapping[str, Sequence[tuple[str, int]]]:
    """The models that runs made or evaluated, with the step, in the order of steps."""
    columns = ("source_id", "destination_id", "step")
    models: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for run, model, step in tables.rows_of(
        "inputs", columns, "source_id", ids, f"source_type = '{kind}'"
    ):
        models[as_text(run)].append((as_text(model), as_whole(step) or 0))
    return {run: sorted(made, key=lambda one: (one[1], one[0])) for run, made in models.items()}


def _datasets(tables: Tables, ids: Sequence[str]) -> Mapping[str, Sequence[DatasetInput]]:
    """What runs read, by name; an input whose dataset is lost is left out."""
    columns = ("input_uuid", "source_id", "destination_id")
    where = "source_type = 'DATASET' AND destination_type = 'RUN'"
    rows = tables.rows_of("inputs", columns, "destination_id", ids, where)
    tags = texts_of(
        tables, "input_tags", ("name", "value"), "input_uuid", [as_text(row[0]) for row in rows]
    )
    used = sorted({as_text(row[1]) for row in rows})
    known = {
        as_text(row[0]): _dataset(row)
        for row in tables.rows_of("datasets", DATASET, "dataset_uuid", used)
    }
    found: dict[str, list[DatasetInput]] = defaultdict(list)
    for input_id, dataset_id, run in rows:
        if dataset := known.get(as_text(dataset_id)):
            own = dict(tags.get(as_text(input_id), {}))
            found[as_text(run)].append(DatasetInput(dataset, own.pop(CONTEXT, ""), own))
    for inputs in found.values():
        inputs.sort(key=lambda one: (one.dataset.name, one.dataset.digest, one.context))
    return found


def _dataset(row: Row) -> Dataset:
    _, name, digest, source_type, source, schema, profile = map(as_text, row)
    return Dataset(
        name=name,
        digest=digest,
        source_type=source_type,
        source=source,
        schema=dataset_schema(schema),
        profile=_profile(profile),
    )


def _profile(recorded: str) -> Mapping[str, Json]:
    try:
        profile = from_json(recorded)
    except ValueError:
        return {}
    return profile if isinstance(profile, Mapping) else {}
