"""An input in Python: code that makes what a request holds, as `model.predict` takes it."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from reportgen.analysis.serving import Payload, column_name, row_shape
from reportgen.model import Field, Json, MLmodel
from reportgen.views.literals import as_python

COLUMN_DTYPES = {"integer": "int32", "float": "float32", "datetime": "datetime64[ns]"}
"""Types that pandas does not give to a column by itself."""


class PythonInput(Struct, frozen=True):
    """Code that makes the same input as the request."""

    imports: tuple[str, ...]
    lines: tuple[str, ...]
    arguments: str = "data"
    """Of `model.predict`."""


def python_input(request: Payload, mlmodel: MLmodel) -> PythonInput:
    """The request as `model.predict` takes it: data frames, arrays, or the value itself."""
    body, params = _without_params(request.body, mlmodel)
    given = _data(body, request.arrays, mlmodel)
    if not params:
        return given
    lines = (*given.lines, f"params = {as_python(params)}")
    return PythonInput(given.imports, lines, "data, params=params")


def _data(body: Json, arrays: Sequence[Field], mlmodel: MLmodel) -> PythonInput:
    columns = {
        column_name(one) if one.name else place: one
        for place, one in enumerate(_input_fields(mlmodel))
        if not one.is_tensor
    }
    match body:
        case None:
            return PythonInput(("numpy as np",), _array_lines(arrays, None))
        case {"dataframe_split": {"data": rows, **table}} | {"data": rows, **table}:
            frame = _frame(rows, table.get("columns"))
        case {"dataframe_records": rows}:
            frame = f"data = pd.DataFrame({as_python(rows, 4)})"
        case {"inputs": dict(parts)} if columns and _is_by_column(parts, columns):
            frame = f"data = pd.DataFrame({as_python(parts)})"
        case {"inputs": value}:
            return _value_input(value, mlmodel)
        case _:
            return PythonInput((), (f"data = {as_python(body)}",))
    binary = any(field.type == "binary" for field in columns.values())
    imports = ("base64", "pandas as pd") if binary else ("pandas as pd",)
    return PythonInput(imports, (frame, *_conversions(columns, body)))


def _input_fields(mlmodel: MLmodel) -> tuple[Field, ...]:
    return (mlmodel.signature.inputs or ()) if mlmodel.signature else ()


def _without_params(body: Json, mlmodel: MLmodel) -> tuple[Json, Mapping[str, Json]]:
    """The parameters apart: a key of their own, or, in a bare request, keys of the signature."""
    if not isinstance(body, Mapping):
        return body, {}
    if isinstance(body.get("params"), Mapping):
        return {key: part for key, part in body.items() if key != "params"}, body["params"]
    fields = (mlmodel.signature.params or ()) if mlmodel.signature else ()
    named = {field.name for field in fields}
    given = {key: part for key, part in body.items() if key in named}
    return {key: part for key, part in body.items() if key not in given}, given


def _frame(rows: Json, columns: Json) -> str:
    if not isinstance(columns, list):
        return f"data = pd.DataFrame({as_python(rows)})"
    return (
        f"data = pd.DataFrame(\n    {as_python(rows, 4)},\n    columns={as_python(columns, 4)},\n)"
    )


def _is_by_column(parts: Mapping[str, Json], columns: Mapping[str | int, Field]) -> bool:
    return set(parts) <= set(columns) and all(isinstance(part, list) for part in parts.values())


def _conversions(columns: Mapping[str | int, Field], body: Json) -> tuple[str, ...]:
    """Lines that give the columns the types of the signature where pandas would not."""
    missing = _columns_with_missing(body)
    types = {
        name: COLUMN_DTYPES[field.type]
        for name, field in columns.items()
        if field.type in COLUMN_DTYPES and not (field.type == "integer" and name in missing)
    }
    lines = []
    if types:
        pairs = ", ".join(f"{_python(name)}: {_python(kind)}" for name, kind in types.items())
        lines.append(f"data = data.astype({{{pairs}}})")
    lines += [
        f"data[{_python(name)}] = data[{_python(name)}].map(base64.b64decode)"
        for name, field in columns.items()
        if field.type == "binary"
    ]
    return tuple(lines)


def _python(name: str | int) -> str:
    return as_python(name)


def _columns_with_missing(body: Json) -> set[str | int]:
    table = body.get("dataframe_split", body) if isinstance(body, Mapping) else {}
    if not isinstance(table, Mapping):
        return set()
    rows, names = table.get("data"), table.get("columns")
    if not isinstance(rows, list) or not isinstance(names, list):
        return set()
    return {
        name
        for place, name in enumerate(names)
        if any(isinstance(row, list) and row[place : place + 1] == [None] for row in rows)
    }


def _value_input(value: Json, mlmodel: MLmodel) -> PythonInput:
    fields = _input_fields(mlmodel)
    if fields and all(field.is_tensor for field in fields):
        return PythonInput(("numpy as np",), _array_lines(fields, value))
    if len(fields) == 1 and fields[0].type in COLUMN_DTYPES and isinstance(value, list):
        dtype = as_python(COLUMN_DTYPES[fields[0].type])
        array = f"data = np.array({as_python(value)}, dtype={dtype})"
        return PythonInput(("numpy as np",), (array,))
    if not fields and mlmodel.example and mlmodel.example.kind == "ndarray":
        return PythonInput(("numpy as np",), (f"data = np.array({as_python(value)})",))
    return PythonInput((), (f"data = {as_python(value)}",))


def _array_lines(fields: Sequence[Field], value: Json) -> tuple[str, ...]:
    """`value` as arrays of the signature's types; zeros for None."""
    if len(fields) == 1 and not fields[0].name:
        return (f"data = {_array(fields[0], value)}",)
    parts = value if isinstance(value, Mapping) else {}
    named = [(field.name, _array(field, parts.get(field.name), 8)) for field in fields]
    inside = "".join(f"    {as_python(name)}: {array},\n" for name, array in named)
    return (f"data = {{\n{inside}}}",)


def _array(field: Field, value: Json, indent: int = 0) -> str:
    if value is None:
        return _zeros(field)
    return f"np.array({as_python(value, indent)}, dtype={as_python(field.type)})"


def _zeros(field: Field) -> str:
    return f"np.zeros({row_shape(field)}, dtype={as_python(field.type)})"
