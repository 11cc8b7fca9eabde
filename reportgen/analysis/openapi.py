"""An OpenAPI 3.1 document of a served model: its requests, its answers, its errors.

Which forms a server takes depends on the signature and on the release of MLflow, which is taken
to be the one that saved the model: `mlflow/pyfunc/scoring_server/__init__.py`, and requests sent
to real servers of 1.30, 2.9, 2.22 and 3.17. A form that the document has is taken; MLflow takes
some more, such as the columns of `dataframe_split` in any order.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from reportgen.analysis.flavors import agent_of
from reportgen.analysis.json_schema import (
    DEEPEST,
    Schema,
    column_schema,
    list_schema,
    or_null,
    params_schema,
    row_schema,
    tensor_schema,
    tensors_schema,
    type_schema,
)
from reportgen.analysis.payloads import RECORDS_AS_INPUTS, Form, fits_a_frame, forms_of, release_of
from reportgen.analysis.serving import (
    CSV_TYPES,
    LLM_KEYS,
    Answer,
    Payload,
    column_name,
    mlflow_major,
)
from reportgen.model import Field, Json, MLmodel

OPENAPI = "3.1.0"
SERVERS = (
    {"url": "http://127.0.0.1:5001", "description": "mlflow models serve -p 5001"},
    {"url": "http://127.0.0.1:8080", "description": "A container of it, whose port is 8080"},
)

CSV, JSON_TYPE, TEXT = "text/csv", "application/json", "text/plain"
PARQUET = "application/vnd.apache.parquet"

LONGEST_OTHER = 1500
"""Characters of the same example in one more form: the first says what rows look like."""

NESTED = frozenset({"array", "object", "map", "any"})
ROW = {"$ref": "#/components/schemas/Row"}
ERROR = {"$ref": "#/components/schemas/Error"}

ERROR_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "error_code": {"type": "string"},
        "message": {"type": "string"},
        "stack_trace": {"type": "string"},
    },
    "required": ["error_code", "message"],
}


def openapi(
    mlmodel: MLmodel, request: Payload | None, answer: Answer, *, title: str, version: str
) -> Schema:
    """The document, ready for `json.dumps`; `request` and `answer` are its examples.

    `version` is what the document calls its own.
    """
    forms = request_forms(mlmodel, request.body if request else None)
    schemas = {
        **_shared(mlmodel, request),
        **forms,
        "Answer": _answer(mlmodel),
        "Error": ERROR_SCHEMA,
    }
    return {
        "openapi": OPENAPI,
        "info": {
            "title": title,
            "version": version,
            "description": _description(mlmodel),
        },
        "servers": [dict(server) for server in SERVERS],
        "paths": {
            "/invocations": {"post": _predict(mlmodel, forms, request, answer)},
            "/ping": {"get": _probe("ping", "Whether the model is loaded.")},
            "/health": {"get": _probe("health", "The same as /ping.")},
            "/version": {"get": _probe("version", "The release of MLflow: text without quotes.")},
        },
        "components": {"schemas": schemas},
    }


def request_forms(mlmodel: MLmodel, body: Json = None) -> dict[str, Schema]:
    """The forms of a request by the names of their schemas; each is an object of its own kind.

    `body` is a request known to be taken: its order of columns, and where values are missing.
    """
    if mlflow_major(mlmodel) < 2:
        return dict(_old_forms(_inputs(mlmodel), nulls_of(body)))
    return dict(_forms(mlmodel, body))


def _inputs(mlmodel: MLmodel) -> tuple[Field, ...]:
    return (mlmodel.signature.inputs or ()) if mlmodel.signature else ()


def _params(mlmodel: MLmodel) -> tuple[Field, ...]:
    return (mlmodel.signature.params or ()) if mlmodel.signature else ()


def _description(mlmodel: MLmodel) -> str:
    said = ["Made by reportgen from the model’s own files: what a server of MLflow answers for it."]
    if mlmodel.mlflow_version:
        said.append(f"It was saved by MLflow {mlmodel.mlflow_version}.")
    if any(_holds_narrow(field.spec) for field in _inputs(mlmodel)):
        said.append(
            "Servers up to MLflow 3.17 refuse most numbers of 32 bits inside of lists and objects."
        )
    return " ".join(said)


def _holds_narrow(spec: Json, depth: int = 0) -> bool:
    """True for a nested type with numbers of 32 bits: those of JSON are read as 64 bits, and never
    made narrower there (`_enforce_mlflow_datatype` in `mlflow/models/utils.py`)."""
    if not isinstance(spec, Mapping) or depth > DEEPEST:
        return depth > 0 and spec in ("integer", "float")
    inner = [spec.get("items"), spec.get("values")]
    properties = spec.get("properties")
    inner += properties.values() if isinstance(properties, Mapping) else []
    narrow = depth > 0 and spec.get("type") in ("integer", "float")
    return narrow or any(_holds_narrow(one, depth + 1) for one in inner if one is not None)


def _shared(mlmodel: MLmodel, request: Payload | None) -> dict[str, Schema]:
    """Schemas that several forms name."""
    fields, params = _inputs(mlmodel), _params(mlmodel)
    shared: dict[str, Schema] = {}
    if _named_columns(fields):
        shared["Row"] = _row(fields, request.body if request else None)
    if params and mlflow_major(mlmodel) >= 2:
        shared["Params"] = params_schema(params)
    return shared


def _row(fields: Sequence[Field], body: Json) -> Schema:
    """Columns of other names are passed over at best, so they are no part of the contract; unless
    the saved request has some."""
    row = row_schema(fields, nulls_of(body))
    known = {field.name for field in fields}
    others = set(map(str, _columns_of(body, fields))) - known
    return row if others else {**row, "additionalProperties": False}


def _named_columns(fields: Sequence[Field]) -> bool:
    """Columns with names that a JSON object can have; numbers are names of data frames alone."""
    return bool(fields) and all(
        not field.is_tensor and field.name and isinstance(column_name(field), str)
        for field in fields
    )


# ---- requests ----------------------------------------------------------------------------------


def _forms(mlmodel: MLmodel, body: Json) -> Iterator[tuple[str, Schema]]:
    """Of MLflow 2 and 3."""
    fields, params = _inputs(mlmodel), _params(mlmodel)
    if _is_bare(mlmodel, body):
        yield "Bare", _bare(fields, params)
        if agent_of(mlmodel):
            return
    for name, key, schema in _wrapped(mlmodel, body):
        properties: dict[str, Json] = {key: schema}
        if params:
            properties["params"] = {"$ref": "#/components/schemas/Params"}
        yield name, _only(properties, key)


def _wrapped(mlmodel: MLmodel, body: Json) -> Iterator[tuple[str, str, Schema]]:
    """(name, key, schema of what is under the key)."""
    fields = _inputs(mlmodel)
    if mlmodel.from_type_hint:
        yield "Inputs", "inputs", _rows(row_schema(fields)) if fields else {}
    elif not fields:
        yield from _anything()
    elif any(field.is_tensor for field in fields):
        yield from _tensors(fields, release_of(mlmodel))
    elif _named_columns(fields):
        yield from _tables(fields, body, release_of(mlmodel))
    else:
        yield "DataframeSplit", "dataframe_split", _split(fields, body)
        yield from _without_names(fields)


def _without_names(fields: Sequence[Field]) -> Iterator[tuple[str, str, Schema]]:
    """Columns that go as one array: they have no names, and are all of one plain type."""
    if any(field.name for field in fields) or len({_kind(field) for field in fields}) > 1:
        return
    many, plain = _rows(row_schema(fields)), _kind(fields[0]) not in NESTED
    alone = {"anyOf": [many, row_schema(fields)]} if plain and len(fields) == 1 else many
    if plain or len(fields) == 1:
        yield "Inputs", "inputs", alone
    if plain:
        yield "Instances", "instances", many


def _anything() -> Iterator[tuple[str, str, Schema]]:
    """Without a signature MLflow checks nothing."""
    table = {"columns": {"type": "array"}, "data": _rows({"type": "array"})}
    yield "DataframeSplit", "dataframe_split", _only(table, "data")
    yield "DataframeRecords", "dataframe_records", _rows({"type": "object"})
    yield "Instances", "instances", {}
    yield "Inputs", "inputs", {}


def _tensors(
    fields: Sequence[Field], release: tuple[int, int]
) -> Iterator[tuple[str, str, Schema]]:
    framed = release >= (2, 0) and all(map(fits_a_frame, fields))
    yield "Inputs", "inputs", tensors_schema(fields, 1)
    if len(fields) == 1 and not fields[0].name:
        array = tensor_schema(fields[0], 1)
        yield "Instances", "instances", array
        if framed:
            yield "DataframeSplit", "dataframe_split", _only({"data": array}, "data")
    elif all((field.shape or (0,))[0] < 0 for field in fields):
        each = {field.name: tensor_schema(field, 1, first=False) for field in fields}
        yield "Instances", "instances", _rows(_only(each, *each))
        if framed:
            table = {"columns": {"const": list(each)}, "data": _rows(list_schema([*each.values()]))}
            yield "DataframeSplit", "dataframe_split", _only(table, *table)
            yield "DataframeRecords", "dataframe_records", _rows(_only(each, *each))


def _tables(
    fields: Sequence[Field], body: Json, release: tuple[int, int]
) -> Iterator[tuple[str, str, Schema]]:
    yield "DataframeSplit", "dataframe_split", _split(fields, body)
    yield "DataframeRecords", "dataframe_records", _rows(ROW)
    if any(_kind(field) in NESTED for field in fields):
        # The server turns columns around for `instances`, and loses what is nested in them.
        if release >= RECORDS_AS_INPUTS:
            yield "Inputs", "inputs", {"anyOf": [_rows(ROW), ROW]}
        return
    by_column = _only(
        {field.name: _rows(_column(field, nulls_of(body))) for field in fields},
        *(field.name for field in fields if field.required),
    )
    yield "Instances", "instances", _rows(ROW)
    yield (
        "Inputs",
        "inputs",
        {"anyOf": [by_column, _rows(ROW)]} if release >= RECORDS_AS_INPUTS else by_column,
    )


def _kind(field: Field) -> str:
    return str(field.spec.get("type")) if isinstance(field.spec, Mapping) else field.type


def _column(field: Field, missing: frozenset[str]) -> Schema:
    return column_schema(field, null=field.name in missing)


def _rows(item: Schema) -> Schema:
    """One or more."""
    return {"type": "array", "minItems": 1, "items": item}


def _only(properties: Mapping[str, Schema], *required: str) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _split(fields: Sequence[Field], body: Json) -> Schema:
    """pandas' split form; with the order of the columns that the example has."""
    by_name = {column_name(field): field for field in fields if field.name}
    columns = _columns_of(body, fields)
    if not by_name:
        row = list_schema([column_schema(field) for field in fields])
        return _only({"data": _rows(row)}, "data")
    missing = nulls_of(body)
    row = list_schema(
        [_column(by_name[name], missing) if name in by_name else {} for name in columns]
    )
    properties: dict[str, Schema] = {"columns": {"const": columns}, "data": _rows(row)}
    if "index" in _split_of(body):
        properties["index"] = {"type": "array"}
    # Rows without names of columns have them numbered.
    numbered = columns == list(range(len(columns)))
    return _only(properties, *(("data",) if numbered else ("columns", "data")))


def _split_of(body: Json) -> Mapping[str, Json]:
    table = body.get("dataframe_split") if isinstance(body, Mapping) else None
    return table if isinstance(table, Mapping) else {}


def _columns_of(body: Json, fields: Sequence[Field]) -> list[str | int]:
    recorded = _split_of(body).get("columns")
    needed = {column_name(field) for field in fields if field.required}
    if isinstance(recorded, list) and all(isinstance(one, str | int) for one in recorded):
        if recorded and needed <= set(recorded):
            return list(recorded)
    return [column_name(field) for field in fields]


def nulls_of(body: Json) -> frozenset[str]:
    """The columns in which a request has missing values."""
    match body:
        case {"dataframe_split": {"columns": [*names], "data": [*rows]}}:
            found = {
                name
                for row in rows
                if isinstance(row, list)
                for name, value in zip(names, row, strict=False)
                if value is None
            }
        case {"dataframe_records": [*rows]} | {"inputs": [*rows]} | {"instances": [*rows]}:
            records = [row for row in rows if isinstance(row, Mapping)]
            found = {name for row in records for name, value in row.items() if value is None}
        case {"inputs": dict(columns)}:
            lists = {name: part for name, part in columns.items() if isinstance(part, list)}
            found = {name for name, part in lists.items() if None in part}
        case _:
            found = set()
    return frozenset(map(str, found))


def _is_bare(mlmodel: MLmodel, body: Json) -> bool:
    """Requests with `messages`, `prompt` or `input` go on to the model as they are."""
    if release_of(mlmodel) < (2, 10):
        return False
    if agent_of(mlmodel):
        return True
    named = LLM_KEYS & {field.name for field in _inputs(mlmodel)}
    return bool(named) or (isinstance(body, Mapping) and bool(LLM_KEYS & body.keys()))


def _bare(fields: Sequence[Field], params: Sequence[Field]) -> Schema:
    """A row itself, with the parameters among its keys."""
    if not _named_columns(fields):
        needed = [{"required": [key]} for key in sorted(LLM_KEYS)]
        return {"type": "object", "anyOf": needed}
    row = row_schema(fields)
    named = params_schema(params)["properties"] if params else {}
    return {**row, "properties": {**named, **row["properties"]}}


def _old_forms(fields: Sequence[Field], missing: frozenset[str]) -> Iterator[tuple[str, Schema]]:
    """Of MLflow 1: pandas' split form bare, and no parameters."""
    if fields and any(field.is_tensor for field in fields):
        for name, key, schema in _tensors(fields, (1, 0)):
            yield name, _only({key: schema}, key)
    elif _named_columns(fields):
        row = list_schema([_column(field, missing) for field in fields])
        names = {"const": [field.name for field in fields]}
        yield "Split", _only({"columns": names, "data": _rows(row)}, "columns", "data")
        yield "Instances", _only({"instances": _rows(ROW)}, "instances")
        by_column = {field.name: _rows(_column(field, missing)) for field in fields}
        yield "Inputs", _only({"inputs": _only(by_column, *by_column)}, "inputs")
    else:
        rows = {"type": "array", "minItems": 1}
        yield "Split", _only({"columns": {"type": "array"}, "data": rows}, "columns", "data")
        yield "Instances", _only({"instances": {}}, "instances")
        yield "Inputs", _only({"inputs": {}}, "inputs")


# ---- answers -----------------------------------------------------------------------------------


def _answer(mlmodel: MLmodel) -> Schema:
    outputs = mlmodel.signature.outputs if mlmodel.signature else None
    inner = _predictions(outputs) if outputs else {}
    wrapped: Schema = {
        "type": "object",
        "properties": {"predictions": inner},
        "required": ["predictions"],
    }
    if mlflow_major(mlmodel) < 2:
        # Its own release answers with the bare list, a later one wraps it.
        return {"anyOf": [wrapped, inner or {"type": "array"}]}
    if agent_of(mlmodel):
        return inner
    return {"anyOf": [wrapped, inner]} if _is_bare(mlmodel, None) else wrapped


def _predictions(outputs: Sequence[Field]) -> Schema:
    """A data frame comes as records, a series too, all else as the model gave it."""
    if any(field.is_tensor for field in outputs):
        return tensors_schema(outputs)
    row = row_schema(outputs)
    if all(field.name for field in outputs):
        return {"anyOf": [{"type": "array", "items": row}, row]}
    if len(outputs) > 1:
        cell = {"anyOf": [type_schema(field.spec) for field in outputs]}
        return {"type": "array", "items": {"anyOf": [row, _series(cell)]}}
    return {"anyOf": [{"type": "array", "items": {"anyOf": [row, _series(row)]}}, row]}


def _series(value: Schema) -> Schema:
    """A record of a data frame whose columns are numbered."""
    return {"type": "object", "additionalProperties": or_null(value)}


# ---- operations --------------------------------------------------------------------------------


def _predict(
    mlmodel: MLmodel, forms: Mapping[str, Schema], request: Payload | None, answer: Answer
) -> Schema:
    one_of = [{"$ref": f"#/components/schemas/{name}"} for name in forms]
    content: dict[str, Schema] = {JSON_TYPE: {"schema": {"oneOf": one_of}}}
    known = _known(mlmodel, request)
    examples = [form for form in known if form.content_type == JSON_TYPE]
    if request and examples:
        said = f"Made from {request.origin}."
        content[JSON_TYPE]["examples"] = {
            re.sub(r"\W+", "_", form.name): {"summary": said, "value": form.body}
            for form in examples
        }
    if _takes_csv(mlmodel):
        content[CSV] = {"schema": {"type": "string"}}
        for form in known:
            if form.content_type == CSV:
                content[CSV]["example"] = form.body
        if release_of(mlmodel) >= (3, 10):
            content[PARQUET] = {}
    good: Schema = {"schema": {"$ref": "#/components/schemas/Answer"}}
    if answer.example is not None:
        good["example"] = answer.example
    return {
        "operationId": "predict",
        "summary": "Ask for predictions",
        "requestBody": {"required": True, "content": content},
        "responses": {
            "200": {"description": answer.words, "content": {JSON_TYPE: good}},
            "400": _refusal("The request is not one that the model takes, or the model failed."),
            "415": {
                "description": "The content type is none of those above.",
                "content": {TEXT: {"schema": {"type": "string"}}},
            },
            "500": {
                **_refusal("The server failed."),
                "content": {JSON_TYPE: {"schema": ERROR}, TEXT: {"schema": {"type": "string"}}},
            },
            "504": {
                "description": "The model took too long: text, though labelled JSON.",
                "content": {JSON_TYPE: {}},
            },
        },
    }


def _known(mlmodel: MLmodel, request: Payload | None) -> tuple[Form, ...]:
    """Requests to show; of MLflow 1 the first alone, as others are for servers of later ones."""
    forms = forms_of(request, mlmodel) if request else ()
    later = mlflow_major(mlmodel) >= 2
    return tuple(
        form
        for form in forms
        if form is forms[0]
        or ((later or form.content_type == CSV) and len(str(form.body)) <= LONGEST_OTHER)
    )


def _takes_csv(mlmodel: MLmodel) -> bool:
    fields = _inputs(mlmodel)
    if mlmodel.from_type_hint or agent_of(mlmodel):
        return False
    return not fields or (
        _named_columns(fields) and all(_kind(field) in CSV_TYPES for field in fields)
    )


def _refusal(words: str) -> Schema:
    return {"description": words, "content": {JSON_TYPE: {"schema": ERROR}}}


def _probe(name: str, words: str) -> Schema:
    """What it answers is labelled JSON and is none: a line's end, or a bare version."""
    return {
        "operationId": name,
        "summary": words,
        "responses": {"200": {"description": "All is well.", "content": {JSON_TYPE: {}}}},
    }
