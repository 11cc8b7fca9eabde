"""Logged models of the SQL store, which MLflow has from release 3.0 on (`logged_models`)."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reportgen.errors import Problem
from reportgen.model import LoggedModel, MLmodel, ModelMetric, ModelRef, ModelStatus
from reportgen.sources.mlmodel import NAME, read_mlmodel
from reportgen.sources.sql_artifacts import Kept, Places
from reportgen.sources.sql_metrics import unbounded
from reportgen.sources.sqlite import GONE_HINT, Row, Tables, as_text, as_whole, texts_of

NAME_THEM = "Name the folder that they are in as a source too, if it is on this machine."

NOWHERE = "unknown"
"""The experiment of a run or model that names none."""

STATUSES: Mapping[int | None, ModelStatus] = {
    1: ModelStatus.PENDING,
    2: ModelStatus.READY,
    3: ModelStatus.FAILED,
}
"""By the number that stands for them (`mlflow/entities/logged_model_status.py`)."""

REF = ("model_id", "experiment_id", "source_run_id", "name", "artifact_location")
MODEL = (
    *("model_id", "experiment_id", "name", "artifact_location", "creation_timestamp_ms"),
    *("status", "status_message", "lifecycle_stage", "model_type", "source_run_id"),
)
METRIC = (
    *("model_id", "metric_name", "dataset_name", "dataset_digest"),
    *("metric_step", "metric_timestamp_ms", "metric_value", "run_id"),
)


@dataclass(frozen=True, slots=True)
class _Details:
    """What the other tables say of a batch of models, by model id."""

    params: Mapping[str, Mapping[str, str]]
    tags: Mapping[str, Mapping[str, str]]
    metrics: Mapping[str, Sequence[ModelMetric]]
    problems: tuple[Problem, ...]


def model_refs(tables: Tables) -> tuple[ModelRef, ...]:
    """Of every logged model, deleted ones too."""
    rows = tables.rows("logged_models", REF)
    return tuple(
        ModelRef(
            id=id_,
            experiment_id=experiment or NOWHERE,
            run_id=run,
            store=0,
            place=id_,
            name=name,
            artifact_uri=location,
        )
        for id_, experiment, run, name, location in (map(as_text, row) for row in rows)
    )


def read_logged_models(
    tables: Tables, refs: Sequence[ModelRef], places: Places
) -> Iterator[LoggedModel]:
    """The models of the references, in their order, each whole."""
    ids = [ref.place for ref in refs]
    rows = {row[0]: row for row in tables.rows_of("logged_models", MODEL, "model_id", ids)}
    details = _Details(
        params=texts_of(
            tables, "logged_model_params", ("param_key", "param_value"), "model_id", ids
        ),
        tags=texts_of(tables, "logged_model_tags", ("tag_key", "tag_value"), "model_id", ids),
        metrics=_metrics(tables, ids),
        problems=tables.taken_problems(),
    )
    for ref in refs:
        if row := rows.get(ref.place):
            yield _logged_model(ref, row, details, places)
        else:
            what = "This model was removed while the database was read."
            gone = Problem(places.label, what, GONE_HINT)
            yield LoggedModel(ref.id, ref.name, ref.experiment_id, ref.run_id, problems=(gone,))


def _logged_model(ref: ModelRef, row: Row, details: _Details, places: Places) -> LoggedModel:
    _, experiment, name, location, created, status, message, stage, model_type, run_id = row
    parts = (as_text(experiment), "models", ref.place, "artifacts")
    kept = places.kept(as_text(location), parts)
    missing = (Problem(places.label, kept.missing, NAME_THEM),) if kept.missing else ()
    mlmodel, problems = _mlmodel(kept)
    return LoggedModel(
        id=ref.id,
        name=as_text(name),
        experiment_id=ref.experiment_id,
        run_id=as_text(run_id),
        status=_status(status),
        status_message=as_text(message),
        model_type=as_text(model_type),
        deleted=stage == "deleted",
        created=as_whole(created),
        params=details.params.get(ref.place, {}),
        tags=details.tags.get(ref.place, {}),
        metrics=tuple(details.metrics.get(ref.place, ())),
        mlmodel=mlmodel,
        artifacts=kept.artifacts,
        location=as_text(location),
        problems=(*details.problems, *missing, *kept.problems, *problems),
    )


def _mlmodel(kept: Kept) -> tuple[MLmodel | None, tuple[Problem, ...]]:
    if any(artifact.path == NAME for artifact in kept.artifacts):
        return read_mlmodel(kept.folder, kept.artifacts, kept.label)
    return None, ()


def _status(number: object) -> ModelStatus:
    return STATUSES.get(as_whole(number), ModelStatus.UNSPECIFIED)


def _metrics(tables: Tables, ids: Sequence[str]) -> Mapping[str, Sequence[ModelMetric]]:
    """The latest value of each metric on each dataset."""
    rows = [
        row
        for row in tables.rows_of("logged_model_metrics", METRIC, "model_id", ids)
        if isinstance(row[6], int | float)
    ]
    are_nan = _nans(tables, rows)
    latest: dict[tuple[str, ...], Row] = {}
    for row in sorted(rows, key=lambda row: (as_whole(row[4]) or 0, as_whole(row[5]) or 0, row[6])):
        latest[tuple(map(as_text, row[:4]))] = row
    metrics: dict[str, list[ModelMetric]] = defaultdict(list)
    for (model, key, dataset, digest), row in sorted(latest.items()):
        value = math.nan if _point(row) in are_nan else unbounded(row[6])
        metrics[model].append(ModelMetric(key, value, as_whole(row[4]) or 0, dataset, digest))
    return metrics


def _nans(tables: Tables, rows: Sequence[Row]) -> set[Row]:
    """The points that are NaN: this table calls them 0, only the run's own metric tells."""
    runs = sorted({as_text(row[7]) for row in rows if row[6] == 0})
    columns = ("run_uuid", "key", "step", "timestamp")
    return set(tables.rows_of("metrics", columns, "run_uuid", runs, "is_nan = 1 AND value = 0"))


def _point(row: Row) -> Row:
    return (row[7], row[1], row[4], row[5]) if row[6] == 0 else ()
