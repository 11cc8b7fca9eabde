"""Every form of a request that a served model takes, each holding the same data.

Which are taken follows `mlflow/pyfunc/scoring_server`, `parse_tf_serving_input` and
`dataframe_from_parsed_json` of `mlflow/utils/proto_json_utils.py`, and `_enforce_schema` of
`mlflow/models/utils.py`. A form is left out where the server would refuse it, and also where it
would hand other data to the model: `inputs` leaves base64 as it is and reads null as text.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis.serving import (
    CSV_TYPES,
    LLM_KEYS,
    Payload,
    column_name,
    mlflow_major,
    payload,
)
from reportgen.model import Field, Json, MLmodel

JSON, CSV = "application/json", "text/csv"
NESTED = frozenset({"array", "map", "object", "any", "sparkml_vector"})
FORMS = ("dataframe_split", "dataframe_records", "inputs", "instances")
ANY_RELEASE = frozenset({"inputs", "instances", "csv"})
"""Forms that servers of MLflow 1.x and of later releases take alike: where there is one of them,
a model saved by 1.x is sent no other."""

RECORDS_AS_INPUTS = (2, 20)
"""From this release on `inputs` may be a list of records (seen in 2.22, refused by 2.9)."""

FLOATING = frozenset({"float", "double"})


@dataclass(frozen=True, slots=True)
class Form:
    """One way to send a request."""

    name: str
    """Of `FORMS`, the key under which the data travels; `csv`; `messages` and its like for a chat;
    `columns and data` for the bare table that only MLflow 1.x takes."""

    content_type: str
    body: Json
    """What to POST: a value to write as JSON, or the text of a CSV file."""


@dataclass(frozen=True, slots=True)
class _Table:
    columns: tuple[Json, ...] | None
    """None where the columns have no names, nor numbers of their own."""

    rows: Sequence[Sequence[Json]]


def payloads(mlmodel: MLmodel) -> tuple[Form, ...]:
    """All forms, the one of `payload` first; none when it has no body that can be shown."""
    found = payload(mlmodel)
    return forms_of(found, mlmodel) if found else ()


def forms_of(found: Payload, mlmodel: MLmodel) -> tuple[Form, ...]:
    """The forms of a payload of the model, itself first."""
    if found.body is None:
        return ()
    first = Form(_name(found.body), JSON, found.body)
    others = {form.name: form for form in _others(found.body, mlmodel)}
    if mlflow_major(mlmodel) < 2 and first.name in ANY_RELEASE:
        others = {name: form for name, form in others.items() if name in ANY_RELEASE}
    ordered = [others[name] for name in (*FORMS, "csv") if name in others and name != first.name]
    return (first, *ordered)


def _name(body: Json) -> str:
    keys = list(body) if isinstance(body, Mapping) else []
    known = (*FORMS, *sorted(LLM_KEYS))
    return next((key for key in known if key in keys), "columns and data")


def _others(body: Json, mlmodel: MLmodel) -> Iterator[Form]:
    fields = (mlmodel.signature.inputs or ()) if mlmodel.signature else ()
    if not isinstance(body, Mapping) or mlmodel.from_type_hint or LLM_KEYS & body.keys():
        return
    params = {"params": body["params"]} if "params" in body else {}
    if fields and all(field.is_tensor for field in fields):
        found = _of_arrays(body, fields)
    elif (table := _table(body, fields)) is not None:
        found = _of_table(table, fields, mlmodel)
        if text := _as_csv(table, fields):
            yield Form("csv", CSV, text)
    elif not fields and mlmodel.example and mlmodel.example.kind != "json_object":
        found = iter([(key, body["inputs"]) for key in ("inputs", "instances") if "inputs" in body])
    else:
        return
    for name, data in found:
        yield Form(name, JSON, {name: data, **params})


# ---- arrays ------------------------------------------------------------------------------------


def _of_arrays(body: Mapping[str, Json], fields: Sequence[Field]) -> Iterator[tuple[str, Json]]:
    value = body.get("inputs", body.get("instances"))
    if len(fields) == 1 and not fields[0].name:
        if isinstance(value, list):
            yield "inputs", value
            yield "instances", value
            if fits_a_frame(fields[0]):
                yield "dataframe_split", {"data": value}
        return
    arrays = [value.get(field.name) for field in fields] if isinstance(value, Mapping) else []
    lengths = {len(array) if isinstance(array, list) else -1 for array in arrays}
    if len(lengths) != 1 or -1 in lengths or any(field.type == "object" for field in fields):
        return
    names = [field.name for field in fields]
    rows = [list(row) for row in zip(*arrays, strict=True)]
    records: list[Json] = [dict(zip(names, row, strict=True)) for row in rows]
    yield "inputs", dict(zip(names, arrays, strict=True))
    yield "instances", records
    if all(map(fits_a_frame, fields)):
        yield "dataframe_split", {"columns": names, "data": rows}
        yield "dataframe_records", records


def fits_a_frame(field: Field) -> bool:
    """True where the server makes the array of a data frame: numbers, one or two dimensions."""
    shape = field.shape or ()
    numbers = re.match(r"u?int|float|bool", field.type) is not None
    return numbers and len(shape) in (1, 2) and shape[0] < 0 and all(n >= 0 for n in shape[1:])


# ---- tables ------------------------------------------------------------------------------------


def _table(body: Mapping[str, Json], fields: Sequence[Field]) -> _Table | None:
    """The rows of a request; None where it is no table."""
    match body:
        case {"dataframe_split": {"data": [*rows], **more}} | {"data": [*rows], **more}:
            columns = more.get("columns")
            return _checked(columns if isinstance(columns, list) else None, rows)
        case {"dataframe_records": [*records]}:
            return _of_records(records)
        case {"inputs": [*records]} if _are_records(records) and _named(fields):
            return _of_records(records)
        case {"inputs": dict(parts)} if _named(fields) and _all_lists(parts, fields):
            rows = [list(row) for row in zip(*parts.values(), strict=False)]
            return _checked(list(parts), rows) if len({*map(len, parts.values())}) == 1 else None
        case {"inputs": [*values]} if len(fields) == 1 and not fields[0].name:
            return _checked(None, [[value] for value in values])
    return None


def _checked(columns: list[Json] | None, rows: Sequence[Json]) -> _Table | None:
    width = len(columns) if columns is not None else None
    if not rows or not all(isinstance(row, list) for row in rows):
        return None
    if any(len(row) != (len(rows[0]) if width is None else width) for row in rows):
        return None
    return _Table(tuple(columns) if columns is not None else None, rows)


def _of_records(records: Sequence[Json]) -> _Table | None:
    if not _are_records(records) or any(record.keys() != records[0].keys() for record in records):
        return None
    columns = list(records[0])
    return _checked(columns, [[record[name] for name in columns] for record in records])


def _are_records(values: Sequence[Json]) -> bool:
    return bool(values) and all(isinstance(value, Mapping) for value in values)


def _named(fields: Sequence[Field]) -> bool:
    return bool(fields) and all(field.name for field in fields)


def _all_lists(parts: Mapping[str, Json], fields: Sequence[Field]) -> bool:
    """True for data by column. A list may also be the one value of a column of arrays."""
    plain = not any(_kind(field) in NESTED for field in fields)
    return plain and bool(parts) and all(isinstance(part, list) for part in parts.values())


def _of_table(
    table: _Table, fields: Sequence[Field], mlmodel: MLmodel
) -> Iterator[tuple[str, Json]]:
    split: dict[str, Json] = {"data": list(table.rows)}
    if table.columns is None:
        yield "dataframe_split", split
        if (values := _same_kind(table, fields)) is not None:
            yield "inputs", values
            yield "instances", values
        return
    yield "dataframe_split", {"columns": list(table.columns), **split}
    names = [name for name in table.columns if isinstance(name, str)]
    if len(set(names)) < len(table.columns):
        return
    records: list[Json] = [dict(zip(names, row, strict=True)) for row in table.rows]
    yield "dataframe_records", records
    kinds = _kinds(names, fields)
    if not kinds or not _reads_alike(table.rows, kinds):
        return
    if not NESTED & set(kinds):
        columns = zip(*table.rows, strict=True)
        yield "inputs", {name: list(one) for name, one in zip(names, columns, strict=True)}
    elif release_of(mlmodel) >= RECORDS_AS_INPUTS:
        yield "inputs", records
    if not (NESTED - {"map"}) & set(kinds):
        yield "instances", records


def _kinds(names: Sequence[str], fields: Sequence[Field]) -> list[str]:
    """The type of each column; empty where the signature does not say all of them."""
    known = {str(column_name(field)): _kind(field) for field in fields}
    return [known[name] for name in names] if set(names) <= known.keys() else []


def _kind(field: Field) -> str:
    spec = field.spec if isinstance(field.spec, Mapping) else {}
    return str(spec.get("type", field.type))


def _reads_alike(rows: Sequence[Sequence[Json]], kinds: Sequence[str]) -> bool:
    """Whether arrays hold what a data frame would: see the module's own words."""
    return "binary" not in kinds and all(
        value is not None or kind in FLOATING or kind in NESTED
        for row in rows
        for value, kind in zip(row, kinds, strict=True)
    )


def _same_kind(table: _Table, fields: Sequence[Field]) -> list[Json] | None:
    """Columns without names as one array; None where they are not of one plain type."""
    kinds = [_kind(field) for field in fields]
    if len(set(kinds)) != 1 or kinds[0] in NESTED or len(table.rows[0]) != len(kinds):
        return None
    if not _reads_alike(table.rows, kinds):
        return None
    return [row[0] for row in table.rows] if len(kinds) == 1 else list(table.rows)


def release_of(mlmodel: MLmodel) -> tuple[int, int]:
    """Major and minor release of the MLflow that saved the model; the oldest that it can be."""
    number = re.match(r"(\d{1,4})\.(\d{1,4})", mlmodel.mlflow_version)
    return (int(number[1]), int(number[2])) if number else (mlflow_major(mlmodel), 0)


# ---- as CSV ------------------------------------------------------------------------------------


def _as_csv(table: _Table, fields: Sequence[Field]) -> str:
    """The rows with a header; empty where the model would not take them so."""
    names = [name for name in table.columns or () if isinstance(name, str)]
    if not names or len(names) < len(table.columns or ()):
        return ""
    types = {field.name: field.type for field in fields}
    kinds = [types.get(name, "") if types else "string" for name in names]
    if not set(kinds) <= CSV_TYPES or not all(_fits_csv(row, kinds) for row in table.rows):
        return ""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([names, *table.rows])
    return text.getvalue()


def _fits_csv(row: Sequence[Json], kinds: Sequence[str]) -> bool:
    """An empty field is read as missing, which only floating-point columns can say."""
    return all(
        isinstance(value, str | int | float) and value != ""
        if value is not None
        else kind in FLOATING
        for value, kind in zip(row, kinds, strict=True)
    )
