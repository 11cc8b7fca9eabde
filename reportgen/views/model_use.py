"""How to use a model: commands and code for this very one, to copy and run as they are.

Every name that comes from a store is quoted for the language that it stands in.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis.payloads import forms_of
from reportgen.analysis.serving import (
    Answer,
    Payload,
    answer_shape,
    column_name,
    payload,
    row_shape,
)
from reportgen.model import Field, Json, LoggedModel, MLmodel
from reportgen.views import wording
from reportgen.views.code import code
from reportgen.views.literals import as_json, as_python
from reportgen.views.page import Code

ADDRESS = "http://127.0.0.1:5001/invocations"

COLUMN_DTYPES = {"integer": "int32", "float": "float32", "datetime": "datetime64[ns]"}
"""Types that pandas does not give to a column by itself."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. Several codes are alternatives."""

    title: str
    note: str
    codes: tuple[Code, ...]
    result: Code | None = None
    """What comes back."""


@dataclass(frozen=True, slots=True)
class Use:
    """All that a page says of using a model."""

    steps: tuple[Step, ...]
    cannot: str
    """Why something cannot be done; empty when all can."""

    caution: str
    """What could run when it is loaded; empty where only data is read."""

    body: str
    """The request as JSON text; empty where none can be shown."""

    csv: str
    answer: Answer | None


def use_of(model: LoggedModel) -> Use:
    """The steps for a model, as far as its files allow."""
    mlmodel = model.mlmodel
    if mlmodel is None or not mlmodel.flavors:
        return Use((), _why_not(model), "", "", "", None)
    native = _native(mlmodel, model.uri)
    if mlmodel.flavor("python_function") is None:
        known = (_store_step(), native) if native else ()
        cannot = (
            "It has no python_function flavor, so MLflow can neither serve it nor load it in the "
            "generic way; its own flavor can load it."
        )
        return Use(known, cannot, caution(mlmodel, model.artifacts), "", "", None)
    request = payload(mlmodel)
    answer = answer_shape(mlmodel, request.body if request else None)
    load = _load_step(mlmodel, model.uri, request, native)
    ask = _ask_step(model, request, answer)
    steps = (_store_step(), load, _serve_step(model.uri), ask, _docker_step(model))
    body = as_json(request.body) if request and request.body is not None else ""
    return Use(steps, "", caution(mlmodel, model.artifacts), body, _csv(request, mlmodel), answer)


def _csv(request: Payload | None, mlmodel: MLmodel) -> str:
    forms = forms_of(request, mlmodel) if request else ()
    return next((str(form.body) for form in forms if form.name == "csv"), "")


def _why_not(model: LoggedModel) -> str:
    external = model.tags.get("mlflow.model.isExternal", "").lower() == "true"
    if external or (model.mlmodel is not None and not model.mlmodel.flavors):
        return (
            "This model is kept outside MLflow: only its name, parameters and metrics were "
            "recorded, so there are no files to load or to serve."
        )
    return (
        "Its files are not in the sources of this report, so nothing is known of how it is "
        "loaded. The address above works wherever its tracking store is reachable."
    )


# ---- the steps ---------------------------------------------------------------------------------


def _store_step() -> Step:
    database = "export MLFLOW_TRACKING_URI=sqlite:///mlflow.db"
    folder = "export MLFLOW_TRACKING_URI=./mlruns\nexport MLFLOW_ALLOW_FILE_STORE=true"
    server = "export MLFLOW_TRACKING_URI=http://127.0.0.1:5000"
    return Step(
        "Say where the model is",
        "Name the tracking store that holds it, seen from where you are. "
        "With a copy of the model’s folder, give its path instead of the address below.",
        (
            code("Database", database, "bash"),
            code("Folder", folder, "bash"),
            code("Server", server, "bash"),
        ),
    )


def _native(mlmodel: MLmodel, uri: str) -> Step | None:
    name = next((flavor.name for flavor in mlmodel.flavors if flavor.name in LOADERS), "")
    if not name:
        return None
    text = f"import mlflow\n\nmodel = mlflow.{name}.load_model({as_python(uri)})"
    return Step(f"Load it with {name}", "", (code(f"mlflow.{name}", text, "python"),))


def _load_step(mlmodel: MLmodel, uri: str, request: Payload | None, native: Step | None) -> Step:
    given = python_input(request, mlmodel) if request else None
    imports = sorted(("mlflow", *(given.imports if given else ())))
    lines = [*(f"import {name}" for name in imports), ""]
    lines.append(f"model = mlflow.pyfunc.load_model({as_python(uri)})")
    if given:
        lines += [*given.lines, f"print(model.predict({given.arguments}))"]
        note = ""
    else:
        lines.append("print(model.metadata)  # then: model.predict(…)")
        note = "Nothing recorded says what it takes: see its source run."
    pyfunc = code("mlflow.pyfunc", "\n".join(lines), "python")
    return Step("Load it in Python", note, (pyfunc, *native.codes) if native else (pyfunc,))


def _serve_step(uri: str) -> Step:
    quoted = shlex.quote(uri)
    base = f"mlflow models serve -m {quoted} \\\n  -h 127.0.0.1 -p 5001 --env-manager"
    return Step(
        "Serve it over HTTP",
        "With the packages you have, or in an environment that MLflow makes of those listed here.",
        (
            code("Packages you have", f"{base} local", "bash"),
            code("Its own environment", f"{base} virtualenv", "bash"),
        ),
    )


def _ask_step(model: LoggedModel, request: Payload | None, answer: Answer) -> Step:
    codes: list[Code] = []
    if request and request.body is not None:
        codes += [_curl(as_json(request.body)), _requests(f"body = {as_python(request.body)}")]
        if model.mlmodel and (text := _csv(request, model.mlmodel)):
            codes.append(_curl_csv(text))
    elif request:
        codes.append(_requests_of_zeros(request.arrays))
        if any(artifact.path == "serving_input_example.json" for artifact in model.artifacts):
            codes.insert(0, _curl_file())
    result = None
    if answer.example is not None:
        result = code("Answer, for one row", as_json(answer.example), "json")
    return Step("Ask for a prediction", _ask_note(request, answer), tuple(codes), result)


def _ask_note(request: Payload | None, answer: Answer) -> str:
    if request is None:
        return "Neither an input example nor a signature says what to send."
    said = f"Made from {request.origin}."
    if request.rows < request.all_rows:
        rows = "row" if request.rows == 1 else f"{request.rows} rows"
        said = f"Made from the first {rows} of {request.all_rows:,} in {request.origin}."
    return f"{said} The answer: {answer.words[:1].lower()}{answer.words[1:]}"


def _curl(body: str) -> Code:
    text = (
        f"curl -s {ADDRESS} \\\n  -H 'Content-Type: application/json' \\\n  -d {shlex.quote(body)}"
    )
    return code("curl", text, "bash")


def _curl_file() -> Code:
    text = (
        f"curl -s {ADDRESS} \\\n  -H 'Content-Type: application/json' \\\n"
        "  -d @serving_input_example.json  # in the model's folder"
    )
    return code("curl", text, "bash")


def _curl_csv(table: str) -> Code:
    text = (
        f"curl -s {ADDRESS} \\\n  -H 'Content-Type: text/csv' \\\n"
        f"  --data-binary {shlex.quote(table)}"
    )
    return code("curl, CSV", text, "bash")


def _requests(body: str, imports: str = "") -> Code:
    text = (
        f"{imports}import requests\n\n{body}\n"
        f'answer = requests.post("{ADDRESS}", json=body, timeout=60)\n'
        "answer.raise_for_status()\nprint(answer.json())"
    )
    return code("Python", text, "python")


def _requests_of_zeros(arrays: Sequence[Field]) -> Code:
    parts = [f"{_zeros(field)}.tolist()" for field in arrays]
    if len(arrays) == 1 and not arrays[0].name:
        inside = parts[0]
    else:
        named = zip(arrays, parts, strict=True)
        inside = f"{{{', '.join(f'{as_python(field.name)}: {part}' for field, part in named)}}}"
    return _requests(f'body = {{"inputs": {inside}}}', "import numpy as np\n")


def _docker_step(model: LoggedModel) -> Step:
    name = image_name(model.name)
    text = (
        f"mlflow models build-docker -m {shlex.quote(model.uri)} \\\n  -n {name}\n"
        f"docker run --rm -p 5001:8080 {name}"
    )
    return Step(
        "Or put it in a container", "It answers the same requests.", (code("Docker", text, "bash"),)
    )


def image_name(name: str) -> str:
    """A name that Docker takes: small letters and digits, single dashes between."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].rstrip("-") or "model"


# ---- an input in Python ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PythonInput:
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


def rows_in_words(shown: int, total: int) -> str:
    """`3 rows`, `first 5 of 120 rows`."""
    if shown < total:
        return f"first {shown} of {total:,} rows"
    return wording.count(total, "row")
