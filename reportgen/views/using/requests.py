"""Requests for predictions as commands and code: curl, Python, JavaScript, and CSV by curl."""

import json
import shlex
from collections.abc import Iterator, Sequence

from msgspec import Struct

from reportgen.analysis.payloads import CSV, Form
from reportgen.analysis.serving import row_shape
from reportgen.model import Field, Json
from reportgen.views.code import code
from reportgen.views.literals import as_json, as_python
from reportgen.views.page import Code

ADDRESS = "http://127.0.0.1:5001/invocations"

LONGEST = 1200
"""Characters of a body that is shown once more in another form."""

EXACT = 2**53
"""Beyond it JavaScript's numbers are not exact."""


class OtherForm(Struct, frozen=True):
    """The same request under another key."""

    name: str
    note: str
    codes: tuple[Code, ...]


WORDS = {
    "dataframe_split": "A data frame: the names of its columns, then its rows.",
    "dataframe_records": "A data frame: every row names its columns.",
    "inputs": "Arrays: by column, or whole.",
    "instances": "One entry for each row, as TensorFlow Serving has it.",
    "columns and data": "A bare table, which only servers of MLflow 1.x take.",
}


def main_codes(forms: Sequence[Form], *, exact: bool) -> tuple[Code, ...]:
    """The first form in each language, and CSV where it is taken.

    `exact` says that a number must stay what it is: 2.0 is not 2.
    """
    if not forms:
        return ()
    csv = [_curl_csv(str(form.body)) for form in forms if form.content_type == CSV]
    return (*codes_of(forms[0].body, exact), *csv)


def codes_of(body: Json, exact: bool) -> tuple[Code, ...]:
    """A JSON request in each language."""
    return (_curl(as_json(body)), _requests(f"body = {as_python(body)}"), _fetch(body, exact))


def other_forms(forms: Sequence[Form], *, exact: bool) -> tuple[OtherForm, ...]:
    """The forms after the first, as far as they are short enough to be read once more."""
    return tuple(_others(forms, exact))


def _others(forms: Sequence[Form], exact: bool) -> Iterator[OtherForm]:
    for form in forms[1:]:
        if form.content_type != CSV and len(as_json(form.body)) <= LONGEST:
            yield OtherForm(form.name, WORDS.get(form.name, ""), codes_of(form.body, exact))


def saved_file() -> Code:
    """The request that lies in the model's folder, where it is too long to be shown."""
    text = (
        f"curl -s {ADDRESS} \\\n  -H 'Content-Type: application/json' \\\n"
        "  -d @serving_input_example.json  # in the model's folder"
    )
    return code("curl", text, "bash")


def zeros(arrays: Sequence[Field]) -> Code:
    """Arrays of zeros that Python makes, where they are too long to be shown."""
    parts = [f"{_zeros(field)}.tolist()" for field in arrays]
    if len(arrays) == 1 and not arrays[0].name:
        inside = parts[0]
    else:
        named = zip(arrays, parts, strict=True)
        inside = f"{{{', '.join(f'{as_python(field.name)}: {part}' for field, part in named)}}}"
    return _requests(f'body = {{"inputs": {inside}}}', "import numpy as np\n")


def _zeros(field: Field) -> str:
    return f"np.zeros({row_shape(field)}, dtype={as_python(field.type)})"


def _curl(body: str) -> Code:
    text = (
        f"curl -s {ADDRESS} \\\n  -H 'Content-Type: application/json' \\\n  -d {shlex.quote(body)}"
    )
    return code("curl", text, "bash")


def _curl_csv(table: str) -> Code:
    text = (
        f"curl -s {ADDRESS} \\\n  -H 'Content-Type: text/csv' \\\n"
        f"  --data-binary {shlex.quote(table)}"
    )
    return code("CSV", text, "bash")


def _requests(body: str, imports: str = "") -> Code:
    text = (
        f"{imports}import requests\n\n{body}\n"
        f'answer = requests.post("{ADDRESS}", json=body, timeout=60)\n'
        "answer.raise_for_status()\nprint(answer.json())"
    )
    return code("Python", text, "python")


def _fetch(body: Json, exact: bool) -> Code:
    """A body with numbers that JavaScript would write otherwise is sent as the text that it is."""
    if _changes(body, exact):
        given, sent = as_json(json.dumps(body, ensure_ascii=False)), "body"
    else:
        given, sent = as_json(body), "JSON.stringify(body)"
    text = (
        f'const body = {given};\nconst answer = await fetch("{ADDRESS}", {{\n'
        '  method: "POST",\n  headers: { "Content-Type": "application/json" },\n'
        f"  body: {sent},\n}});\n"
        "if (!answer.ok) throw new Error(await answer.text());\n"
        "console.log(await answer.json());"
    )
    return code("JavaScript", text, "javascript")


def _changes(value: Json, exact: bool) -> bool:
    """Whole numbers that are too large; and 2.0, which becomes 2, where that is another type."""
    if isinstance(value, dict | list):
        inside = value.values() if isinstance(value, dict) else value
        return any(_changes(one, exact) for one in inside)
    if isinstance(value, float):
        return exact and value.is_integer()
    return isinstance(value, int) and abs(value) > EXACT
