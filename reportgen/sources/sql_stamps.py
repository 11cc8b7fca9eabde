"""Whether rows of a database changed since they were last read, told without reading all of them.

MLflow only ever adds to the table of metrics (`SqlAlchemyStore._log_metrics`), so the number of a
run's points tells of new ones; all other rows of a run are few, and are looked at.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from reportgen.model import ModelRef, RunRef
from reportgen.sources.sql_artifacts import Places
from reportgen.sources.sqlite import Tables
from reportgen.sources.stamps import Look

OWNERS = (
    *(("runs", "run_uuid"), ("params", "run_uuid"), ("tags", "run_uuid")),
    *(("latest_metrics", "run_uuid"), ("inputs", "destination_id"), ("inputs", "source_id")),
    *(("logged_models", "model_id"), ("logged_model_params", "model_id")),
    *(("logged_model_tags", "model_id"), ("logged_model_metrics", "model_id")),
)
"""Tables, and the column that names the run or model a row belongs to: of its datasets a run is the
destination, of the models that it made the source."""

SHARED = ("datasets", "input_tags")
"""Tables whose rows belong to several runs: a change in them is one of every run."""


@dataclass(frozen=True, slots=True)
class RowStamps:
    owned: Mapping[str, str]
    """By the id of a run or model."""

    shared: str


def row_stamps(tables: Tables) -> RowStamps:
    """Stamps of all runs and models of a database. Raises ReportError where it cannot be read."""
    parts: dict[str, list[str]] = {}
    for table, column in OWNERS:
        for owner, row in _rows(tables, table, column):  # hot: every row of all runs
            parts.setdefault(str(owner), []).append(f"{table}{row}")
    for owner, points in tables.counts("metrics", "run_uuid"):
        parts.setdefault(str(owner), []).append(f"metrics{points}")
    shared = hashlib.blake2b(digest_size=16)
    for table in SHARED:
        names = sorted(tables.columns.get(table, ()))
        for content in sorted(map(repr, tables.rows(table, names) if names else ())):
            shared.update(content.encode("utf-8", "surrogatepass"))
    return RowStamps({id: _digest(own) for id, own in parts.items()}, shared.hexdigest())


def _digest(parts: Sequence[str]) -> str:
    content = "\n".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _rows(tables: Tables, table: str, column: str) -> Iterator[tuple[object, str]]:
    """(owner, whole row as text) of a table, in an order that stays."""
    names = sorted(tables.columns.get(table, ()))
    if column not in names:
        return
    place = names.index(column)
    told = [(repr(tuple(row)), row[place]) for row in tables.rows(table, names)]
    told.sort(key=itemgetter(0))
    for text, owner in told:
        yield owner, text


def folder_of(ref: RunRef | ModelRef, places: Places, look: Look) -> str:
    """Where the artifacts of a run or model are; empty where they are not here."""
    inner = ("models",) if isinstance(ref, ModelRef) else ()
    parts = (ref.experiment_id, *inner, ref.place, "artifacts")

    def find() -> str:
        located = places.located(ref.artifact_uri, parts).folder
        return str(located) if located else ""

    return look.placed("\0".join((str(places.database), ref.artifact_uri, *parts)), find)


def stamp_of(ref: RunRef | ModelRef, rows: RowStamps, places: Places, look: Look) -> str:
    """The stamp of a run or model: its rows, and what is in its artifact folder."""
    folder = folder_of(ref, places, look)
    files = look.folder(folder) if folder else ""
    return f"{rows.owned.get(ref.place, '')}{rows.shared}{files}"
