"""A model's signature as JSON Schema (draft 2020-12): what a request may hold, and an answer.

The types are those of `mlflow/types/schema.py`; what the server takes for each was read in
`mlflow/models/utils.py` (`_enforce_schema`) and `mlflow/utils/proto_json_utils.py`. A schema says
no less than MLflow checks where JSON Schema can say it; that a column of 32-bit floats inside a
list takes whole numbers only, for instance, it cannot.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from reportgen.model import Field, Json, Signature

DRAFT = "https://json-schema.org/draft/2020-12/schema"

MOST_DIMENSIONS = 32
"""As many as numpy's arrays may have; what a file says beyond is not nested any deeper."""

DEEPEST = 32
"""Levels of nested types; a file that says more is made to break readers."""

INT32, INT64 = 2**31, 2**63

DATE_TIME = (
    r"^(1[7-9]\d\d|2[01]\d\d)-"
    r"((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|[12]\d))"
    r"([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?)?$"
)
"""ISO 8601 without a zone, which MLflow refuses; of years that its nanoseconds can count."""

BASE64 = r"^([A-Za-z0-9+/]{4}|\n)*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\n?$"
"""With line ends, as Python's `base64.encodebytes` has them; MLflow refuses what is not padded."""

Schema = dict[str, Json]

COLUMNS: Mapping[str, Schema] = {
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer", "minimum": -INT32, "maximum": INT32 - 1},
    "long": {"type": "integer", "minimum": -INT64, "maximum": INT64 - 1},
    "float": {"type": "number"},
    "double": {"type": "number"},
    "string": {"type": "string"},
    "binary": {"type": "string", "contentEncoding": "base64", "pattern": BASE64},
    "datetime": {"type": "string", "pattern": DATE_TIME},
    "sparkml_vector": {"type": "array", "items": {"type": "number"}},
    "any": {},
}
"""By MLflow's names of column types. Binary values travel as base64."""


def signature_schema(signature: Signature, title: str) -> Schema:
    """The whole signature: an object with what is recorded of `inputs`, `outputs`, `params`.

    Columns are a list of rows; a row is an object where its columns are named.
    """
    parts = {
        "inputs": (rows_schema, signature.inputs),
        "outputs": (rows_schema, signature.outputs),
        "params": (params_schema, signature.params),
    }
    return {
        "$schema": DRAFT,
        "title": title,
        "type": "object",
        "properties": {name: make(fields) for name, (make, fields) in parts.items() if fields},
    }


def rows_schema(fields: Sequence[Field], missing: Collection[str] = ()) -> Schema:
    """Of inputs or outputs: an array, arrays by name, or a list of rows.

    `missing` names the columns in which a missing value (null) is known to be taken.
    """
    if any(field.is_tensor for field in fields):
        return tensors_schema(fields)
    return {"type": "array", "items": row_schema(fields, missing)}


def tensors_schema(fields: Sequence[Field], least: int = 0) -> Schema:
    """An array, or several by their names."""
    if len(fields) == 1 and not fields[0].name:
        return tensor_schema(fields[0], least)
    named = {field.name: tensor_schema(field, least) for field in fields}
    return {
        "type": "object",
        "properties": named,
        "required": sorted(field.name for field in fields if field.required),
        "additionalProperties": False,
    }


def tensor_schema(field: Field, least: int = 0, *, first: bool = True) -> Schema:
    """Nested lists of the array's shape; without the outermost for one row (`first=False`).

    `least` is the length of what may be of any: an empty list tells nothing of the lists in it.
    """
    schema = dtype_schema(field.type)
    shape = (field.shape or ())[:MOST_DIMENSIONS]
    for size in reversed(shape if first else shape[1:]):
        bounds = {"minItems": size, "maxItems": size} if size >= 0 else {"minItems": least}
        schema = {"type": "array", "items": schema, **(bounds if size >= 0 or least else {})}
    return schema


def dtype_schema(dtype: str) -> Schema:
    """By the name of a numpy type: `float32`, `uint8`, `bool`, `str`, `datetime64[ns]`, …"""
    kind = dtype.rstrip("0123456789")
    bits = dtype[len(kind) :]
    if kind in ("int", "uint") and bits in ("8", "16", "32", "64"):
        most = 2 ** int(bits)
        low, high = (0, most - 1) if kind == "uint" else (-most // 2, most // 2 - 1)
        return {"type": "integer", "minimum": low, "maximum": high}
    if kind == "float":
        return {"type": "number"}
    if dtype.startswith("bool"):
        return {"type": "boolean"}
    if dtype.startswith("datetime"):
        return {"type": "string"}
    return {"type": "string"} if dtype.startswith(("str", "bytes", "<U", "unicode")) else {}


def row_schema(fields: Sequence[Field], missing: Collection[str] = ()) -> Schema:
    """One row of columns: an object where they are named, the value itself where it is one
    without a name, else a list."""
    if all(field.name for field in fields):
        return {
            "type": "object",
            "properties": {
                field.name: column_schema(field, null=field.name in missing) for field in fields
            },
            "required": [field.name for field in fields if field.required],
        }
    if len(fields) == 1:
        return column_schema(fields[0], null="" in missing)
    return list_schema([column_schema(field) for field in fields])


def list_schema(items: Sequence[Schema]) -> Schema:
    """Exactly these, in this order; shorter where all are alike."""
    bounds = {"minItems": len(items), "maxItems": len(items)}
    if all(item == items[0] for item in items):
        return {"type": "array", "items": items[0], **bounds}
    return {"type": "array", "prefixItems": list(items), "items": False, **bounds}


def column_schema(field: Field, *, null: bool = False) -> Schema:
    """A column's value. A column that may be left out may be null, too, where MLflow keeps one."""
    spec = field.spec if field.spec is not None else field.type
    schema = type_schema(spec)
    kind = spec.get("type") if isinstance(spec, Mapping) else spec
    holds_null = kind not in ("integer", "long", "boolean", "binary")
    return or_null(schema) if null or (not field.required and holds_null) else schema


def type_schema(spec: Json, depth: int = 0) -> Schema:
    """Of a type as MLmodel writes it: its name, or `{"type": …}`; {} for one that is unknown."""
    if not isinstance(spec, Mapping):
        return dict(COLUMNS.get(str(spec), {}))
    if depth == DEEPEST:
        return {}
    match spec.get("type") or spec.get("dtype"):
        case "array":
            return {"type": "array", "items": type_schema(spec.get("items"), depth + 1)}
        case "map":
            values = type_schema(spec.get("values"), depth + 1)
            return {"type": "object", "additionalProperties": values}
        case "object":
            return _object_schema(spec.get("properties"), depth + 1)
        case kind:
            return dict(COLUMNS.get(str(kind), {}))


def _object_schema(properties: Json, depth: int) -> Schema:
    """MLflow refuses properties that an object has not."""
    named = properties if isinstance(properties, Mapping) else {}
    return {
        "type": "object",
        "properties": {name: schema for name, schema in _properties(named, depth)},
        "required": [str(name) for name, spec in named.items() if _is_required(spec)],
        "additionalProperties": False,
    }


def _properties(named: Mapping[str, Json], depth: int) -> Iterator[tuple[str, Schema]]:
    for name, spec in named.items():
        schema = type_schema(spec, depth)
        yield str(name), schema if _is_required(spec) else or_null(schema)


def _is_required(spec: Json) -> bool:
    return not (isinstance(spec, Mapping) and spec.get("required") is False)


def or_null(schema: Schema) -> Schema:
    """The same, and null."""
    kind = schema.get("type")
    if kind is None:
        return schema
    return {**schema, "type": [kind, "null"]} if isinstance(kind, str) else schema


def params_schema(fields: Sequence[Field]) -> Schema:
    """Parameters by name, each with its default; the server passes over names it does not know."""
    return {"type": "object", "properties": {field.name: _param_schema(field) for field in fields}}


def _param_schema(field: Field) -> Schema:
    schema = type_schema(field.spec if field.spec is not None else field.type)
    if field.shape is not None:
        schema = {"type": "array", "items": schema}
    if field.default is None:
        return or_null(schema)
    return {**schema, "default": field.default}
