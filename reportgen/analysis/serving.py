"""Which request a served model takes, and what it answers (`mlflow/pyfunc/scoring_server`).

What was saved with the model goes before what its signature allows to make up. A body that
would be long to read is cut to its first rows, and stays one that the server accepts.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reportgen.model import Field, InputExample, Json, MLmodel, Signature

LONGEST = 4096
"""Characters of a body that people still read."""

MOST_CELLS = 800
"""Values of arrays made up from a signature, beyond which no one wants to read zeros."""

DENSE_CELLS = 20_000
"""Values of a sparse example that are written out."""

MOST_DIMENSIONS = 32
ROWS_SHOWN = (5, 1)

LLM_KEYS = frozenset({"messages", "prompt", "input"})
"""A body with one of these is handed on unwrapped, and answered so (MLflow 2.10 and later)."""

PLACEHOLDERS: Mapping[str, Json] = {
    "boolean": True,
    "integer": 1,
    "long": 1,
    "float": 0.5,
    "double": 0.5,
    "string": "text",
    "binary": "Ynl0ZXM=",
    "datetime": "2026-01-31T12:00:00",
    "any": "text",
    "sparkml_vector": [0.5],
}
"""By the types of `mlflow/types/schema.py`. Binary values travel as base64."""

CSV_TYPES = frozenset({"boolean", "integer", "long", "float", "double", "string"})
"""The server reads the other types only from JSON."""

CONTAINERS = frozenset({"array", "map", "object"})


class Refused(ValueError):
    """The server takes no value at all for a type in its place; its text names the type."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A request for a prediction."""

    body: Json
    """What to POST as JSON; None when even one row is too long, as of images: see `arrays`."""

    origin: str
    """Where it comes from, to follow 'Made from'."""

    rows: int = 0
    """How many rows it holds; 0 where it has none to count."""

    all_rows: int = 0
    """How many the saved example has."""

    arrays: tuple[Field, ...] = ()
    """With no body: the arrays to send, of which zeros in these shapes will do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back."""

    words: str
    example: Json = None
    """For one row; None where nothing says what it holds."""


def mlflow_major(mlmodel: MLmodel) -> int:
    """The major release of MLflow that saved the model: it decides which requests are known.

    Where MLmodel does not say, the form of its environment does: a file name in 1.x, a mapping
    from 2.0 on.
    """
    number = re.match(r"\d{1,4}", mlmodel.mlflow_version)
    if number:
        return int(number[0])
    pyfunc = mlmodel.flavor("python_function")
    return 2 if pyfunc and isinstance(pyfunc.settings.get("env"), Mapping) else 1


def payload(mlmodel: MLmodel) -> Payload | None:
    """The request to show for a model; None when nothing says what it takes.

    For models saved by MLflow 1.x it has the form that servers of every release understand.
    """
    fixed = _has_fixed_length(mlmodel.signature)
    longer: Payload | None = None
    for body, origin in _candidates(mlmodel):
        found = _cut(body, origin, fixed)
        if _length(found.body) <= LONGEST:
            return found
        longer = longer or found
    fields = _inputs(mlmodel)
    if fields and all(field.is_tensor and field.type != "datetime64" for field in fields):
        return Payload(None, "zeros in the shapes of the signature", arrays=fields)
    return longer


def answer_shape(mlmodel: MLmodel, body: Json = None) -> Answer:
    """What a served model answers; `body` is the request, as one for chat is answered bare."""
    outputs = mlmodel.signature.outputs if mlmodel.signature else None
    inner = _answer_of(outputs) if outputs else None
    words = _answer_in_words(outputs) if outputs else "The signature does not say what is in it."
    if isinstance(body, Mapping) and LLM_KEYS & body.keys():
        if outputs and all(field.name and not field.is_tensor for field in outputs):
            names = ", ".join(field.name for field in outputs)
            return Answer(f"The output itself, as JSON, with {names}.", _record(outputs))
        return Answer(f"The output itself, as JSON. {words}", inner)
    if outputs and _is_series(outputs) and mlmodel.flavor("statsmodels"):
        words, inner = (
            "One record per row, whose one field is named 0.",
            [{"0": placeholder(outputs[0].spec)}],
        )
    if mlflow_major(mlmodel) < 2:
        later = "A server of MLflow 1.x answers with the bare list, a later one wraps it as here."
        words = f"{words} {later}"
    return Answer(words, None if inner is None else {"predictions": inner})


def placeholder(spec: Json) -> Json:
    """A value of a column's specification, optional properties included."""
    if not isinstance(spec, Mapping):
        return PLACEHOLDERS.get(str(spec), "text")
    match spec.get("type"):
        case "array":
            return [placeholder(spec.get("items"))]
        case "map":
            return {"key": placeholder(spec.get("values"))}
        case "object":
            return {name: placeholder(inner) for name, inner in _properties(spec).items()}
        case kind:
            return PLACEHOLDERS.get(str(kind), "text")


def sendable(spec: Json) -> Json:
    """A value that the server takes for a column; raises `Refused` when it takes none.

    Inside of lists, maps and objects it turns no JSON number into an `integer`, none but 0 and 1
    into a `float`, and no text into a `datetime` (`_enforce_mlflow_datatype` of
    `mlflow/models/utils.py`). There a list or a map stays empty, an optional property away.
    """
    kind = _kind(spec)
    return _sent_inside(spec) if kind in CONTAINERS else placeholder(spec)


def _sent_inside(spec: Json, *, in_list: bool = False) -> Json:
    kind = _kind(spec)
    if kind in {"integer", "datetime"} or (kind == "float" and in_list):
        raise Refused(kind)
    if kind == "float":
        return 1
    if kind not in CONTAINERS or not isinstance(spec, Mapping):
        return placeholder(spec)
    if kind == "object":
        return dict(_sent_properties(spec))
    try:
        if kind == "array":
            return [_sent_inside(spec.get("items"), in_list=True)]
        return {"key": _sent_inside(spec.get("values"))}
    except Refused:
        return [] if kind == "array" else {}


def _sent_properties(spec: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    for name, inner in _properties(spec).items():
        try:
            yield name, _sent_inside(inner)
        except Refused:
            if not isinstance(inner, Mapping) or inner.get("required") is not False:
                raise


def _kind(spec: Json) -> str:
    return str(spec.get("type") if isinstance(spec, Mapping) else spec)


def _properties(spec: Mapping[str, Json]) -> dict[str, Json]:
    properties = spec.get("properties")
    named = properties if isinstance(properties, Mapping) else {}
    return {str(name): inner for name, inner in named.items()}


def never_taken(mlmodel: MLmodel) -> tuple[str, ...]:
    """The types that a served model asks for, and its server takes from no request."""
    refused = set()
    for field in _inputs(mlmodel):
        try:
            _sent(field, mlmodel.from_type_hint)
        except Refused as error:
            refused |= {str(error)} if field.required else set()
    return tuple(sorted(refused))


def row_shape(field: Field) -> tuple[int, ...]:
    """The shape of an array for one row: every length that may vary is 1."""
    return tuple(max(size, 1) if size < 0 else size for size in field.shape or ())


def _candidates(mlmodel: MLmodel) -> Iterator[tuple[Json, str]]:
    """Bodies with where they come from, the most trustworthy first."""
    example, major = mlmodel.example, mlflow_major(mlmodel)
    if example and isinstance(example.serving, Mapping):
        yield example.serving, "the request that was saved with the model"
    if example:
        body = _from_example(example, major)
        if body is not None:
            yield body, "the input example that was saved with the model"
    body = _from_signature(mlmodel, major)
    if body is not None:
        yield body, "the signature: the values are placeholders"


# ---- from the example --------------------------------------------------------------------------


def _from_example(example: InputExample, major: int) -> Json:
    content = example.content
    if content is None:
        return None
    if example.kind == "json_object" and isinstance(content, Mapping) and LLM_KEYS & content.keys():
        return {**content, **(example.params or {})}
    if example.kind == "dataframe":
        body = _table_body(content, major)
    elif example.kind.startswith("sparse_matrix"):
        dense = _dense(content, by_column=example.kind.endswith("csc"))
        body = None if dense is None else {"inputs": dense}
    else:
        body = {"inputs": content}
    if body is not None and example.params and major >= 2:
        return {**body, "params": dict(example.params)}
    return body


def _table_body(content: Json, major: int) -> dict[str, Json] | None:
    if isinstance(content, list):
        return {"dataframe_records": content}
    rows = content.get("data") if isinstance(content, Mapping) else None
    if not isinstance(rows, list):
        return None
    columns = content.get("columns")
    if major >= 2:
        return {"dataframe_split": _split(columns, rows)}
    return _for_every_release(columns, rows)


def _split(columns: Json, rows: list[Json]) -> dict[str, Json]:
    return {"columns": columns, "data": rows} if isinstance(columns, list) else {"data": rows}


def _for_every_release(columns: Json, rows: list[Json]) -> dict[str, Json] | None:
    """`inputs` by column: the one form of a table that 1.x and later servers take alike.

    A table whose columns are numbered has none; it gets the form of 1.x alone.
    """
    try:
        if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
            return {"columns": list(range(len(rows[0]))), "data": rows}
        return {"inputs": {name: [row[i] for row in rows] for i, name in enumerate(columns)}}
    except (TypeError, LookupError):
        return None


def _dense(content: Json, *, by_column: bool) -> list[list[Json]] | None:
    """The rows of a sparse matrix (scipy's CSR or CSC); None when it is broken or huge."""
    try:
        height, width = content["shape"]
        if not 0 < height * width <= DENSE_CELLS:
            return None
        rows: list[list[Json]] = [[0.0] * width for _ in range(height)]
        starts = content["indptr"]
        for line in range(len(starts) - 1):
            for place in range(starts[line], starts[line + 1]):
                other, value = content["indices"][place], content["data"][place]
                row, column = (other, line) if by_column else (line, other)
                rows[row][column] = value
    except (TypeError, LookupError, ValueError):
        return None
    return rows


# ---- from the signature ------------------------------------------------------------------------


def _inputs(mlmodel: MLmodel) -> tuple[Field, ...]:
    return (mlmodel.signature.inputs or ()) if mlmodel.signature else ()


def _from_signature(mlmodel: MLmodel, major: int) -> Json:
    fields, signature = _inputs(mlmodel), mlmodel.signature
    if not signature or not fields:
        return None
    if all(field.is_tensor for field in fields):
        body = _arrays_body(fields)
    else:
        body = _columns_body(fields, major, mlmodel.from_type_hint)
    defaults = {field.name: field.default for field in signature.params or ()}
    given = {name: default for name, default in defaults.items() if default is not None}
    if body is not None and given and major >= 2:
        return {**body, "params": given}
    return body


def _arrays_body(fields: Sequence[Field]) -> dict[str, Json] | None:
    no_unit = any(field.type == "datetime64" for field in fields)  # fits no array of times
    if no_unit or sum(map(_cells, fields)) > MOST_CELLS:
        return None
    if len(fields) == 1 and not fields[0].name:
        return {"inputs": _zeros(fields[0])}
    return {"inputs": {field.name: _zeros(field) for field in fields}}


def _columns_body(fields: Sequence[Field], major: int, hinted: bool) -> dict[str, Json] | None:
    named = all(field.name for field in fields)
    columns, values = [], []
    for field in fields:
        try:
            values.append(_sent(field, hinted))
            columns.append(column_name(field))
        except Refused:
            if field.required or not named:
                return None
    if named:
        return _named_columns_body(columns, values, major)
    if len(fields) == 1 and (hinted or _kind(fields[0].spec) not in {*CONTAINERS, "binary"}):
        return {"inputs": values}
    table = _for_every_release(None, [values]) if major < 2 else None
    return table or {"dataframe_split": {"data": [values]}}


def _named_columns_body(columns: Json, values: list[Json], major: int) -> dict[str, Json]:
    table = _for_every_release(columns, [values]) if major < 2 else None
    return table or {"dataframe_split": {"columns": columns, "data": [values]}}


def _sent(field: Field, hinted: bool) -> Json:
    spec = field.type if field.spec is None else field.spec
    return placeholder(spec) if hinted else sendable(spec)


def column_name(field: Field) -> str | int:
    """Data frames may number their columns; then the server compares numbers."""
    recorded = field.spec.get("name") if isinstance(field.spec, Mapping) else None
    return recorded if isinstance(recorded, int) else field.name


def _cells(field: Field) -> int:
    shape = row_shape(field)
    return math.prod(shape) if len(shape) <= MOST_DIMENSIONS else MOST_CELLS + 1


def _zeros(field: Field) -> Json:
    value = _zero(field.type)
    for size in reversed(row_shape(field)):
        value = [value] * size
    return value


def _zero(dtype: str) -> Json:
    """By the name of a numpy type; whatever is no number is text."""
    if dtype.startswith(("float", "complex")):
        return 0.0
    if dtype.startswith(("int", "uint")):
        return 0
    if dtype.startswith("bool"):
        return False
    return PLACEHOLDERS["datetime"] if dtype.startswith("datetime") else "text"


# ---- shorter -----------------------------------------------------------------------------------


def _length(body: Json) -> int:
    return len(json.dumps(body, ensure_ascii=False))


def _has_fixed_length(signature: Signature | None) -> bool:
    """True when a request must have exactly as many rows as the signature says."""
    fields = (signature.inputs or ()) if signature else ()
    return any(field.is_tensor and (field.shape or (0,))[0] >= 0 for field in fields)


def _cut(body: Json, origin: str, fixed: bool) -> Payload:
    rows = _count_rows(body)
    if fixed or rows < 2 or _length(body) <= LONGEST:
        return Payload(body, origin, rows, rows)
    for count in ROWS_SHOWN:
        shorter = _first_rows(body, count)
        if _length(shorter) <= LONGEST:
            break
    return Payload(shorter, origin, min(count, rows), rows)


def _count_rows(body: Json) -> int:
    match body:
        case (
            {"dataframe_split": {"data": [*rows]}}
            | {"dataframe_records": [*rows]}
            | {"inputs": [*rows]}
            | {"instances": [*rows]}
            | {"data": [*rows]}
        ):
            return len(rows)
        case {"inputs": dict(columns)} if all(isinstance(one, list) for one in columns.values()):
            lengths = {len(one) for one in columns.values()}
            return lengths.pop() if len(lengths) == 1 else 0
    return 0


def _first_rows(body: Mapping[str, Json], count: int) -> dict[str, Json]:
    match body:
        case {"dataframe_split": dict(table)}:
            per_row = {key: table.get(key) for key in ("data", "index")}
            kept = {key: rows[:count] for key, rows in per_row.items() if isinstance(rows, list)}
            return {**body, "dataframe_split": {**table, **kept}}
        case {"inputs": dict(columns)}:
            return {**body, "inputs": {name: part[:count] for name, part in columns.items()}}
    key = next(key for key in ("dataframe_records", "inputs", "instances", "data") if key in body)
    return {**body, key: body[key][:count]}


# ---- the answer --------------------------------------------------------------------------------


def _answer_of(outputs: Sequence[Field]) -> Json:
    if all(field.is_tensor for field in outputs):
        body = _arrays_body(outputs)
        return body["inputs"] if body else None
    values = _record(outputs)
    return [values] if all(values) else list(values.values())


def _is_series(outputs: Sequence[Field]) -> bool:
    """One column without a name: of a list, or of a pandas Series, which the server makes
    records of. Statsmodels answers with one; of a model of its author's the signature tells not.
    """
    return len(outputs) == 1 and not outputs[0].name and not outputs[0].is_tensor


def _record(outputs: Sequence[Field]) -> dict[str, Json]:
    return {
        field.name: placeholder(field.type if field.spec is None else field.spec)
        for field in outputs
    }


def _answer_in_words(outputs: Sequence[Field]) -> str:
    names = ", ".join(field.name for field in outputs)
    if all(field.is_tensor for field in outputs):
        if len(outputs) > 1:
            return f"One array for each of {names}, all with one entry per row."
        if names:
            return f"An array named {names} with one entry per row."
        return f"An array of {outputs[0].type} with one entry per row."
    if all(field.name for field in outputs):
        return f"One record per row, with {names}."
    return f"One {outputs[0].type} per row."
