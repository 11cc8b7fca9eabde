"""Jupyter notebooks: their cells as they were saved; nothing in them is run."""

import base64
import binascii
import json
import re
from collections.abc import Mapping

from markupsafe import Markup
from msgspec import Struct

from reportgen.model import Json
from reportgen.views import wording
from reportgen.views.artifacts.texts import LINE
from reportgen.views.code import code
from reportgen.views.page import Code
from reportgen.views.prose import prose

MOST_CELLS = 60
MOST_LINES = 40
"""Of a cell's code, and of an output."""

MOST_OUTPUTS = 8
PICTURE_BYTES = 60_000
"""Of a picture as it stands in the notebook; a larger one is named, not shown."""

PICTURES_BYTES = 240_000
"""Of all pictures of a notebook, as they are part of the page."""

PICTURES = ("image/png", "image/jpeg")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Output(Struct, frozen=True):
    """What a cell left: a text or a picture."""

    text: str = ""
    src: str = ""
    """A `data:` address."""

    alt: str = ""
    failed: bool = False
    note: str = ""


class NotebookCell(Struct, frozen=True):
    label: str
    """`In [3]`; empty for text."""

    prose: Markup | None = None
    code: Code | None = None
    outputs: tuple[Output, ...] = ()
    note: str = ""


class Notebook(Struct, frozen=True):
    cells: tuple[NotebookCell, ...]
    note: str
    """`first 60 of 120 cells, Python 3`."""


class _Room(Struct):
    """What is left for pictures."""

    left: int = PICTURES_BYTES


def notebook(content: bytes) -> Notebook:
    """Of nbformat 4, and of 3 as far as it is alike. Raises ValueError for anything else."""
    try:
        value: Json = json.loads(content)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("it holds no object")
    sheets = value.get("worksheets")  # nbformat 3
    holder = sheets[0] if isinstance(sheets, list) and sheets else value
    cells = holder.get("cells") if isinstance(holder, dict) else None
    if not isinstance(cells, list):
        raise ValueError("it has no cells")
    shown = [cell for cell in cells if isinstance(cell, dict) and _source(cell).strip()]
    language = _language(value)
    room = _Room()
    said = wording.count(len(shown), "cell")
    if len(shown) > MOST_CELLS:
        said = f"first {MOST_CELLS} of {len(shown):,} cells"
    return Notebook(
        tuple(_cell(cell, language, room) for cell in shown[:MOST_CELLS]),
        f"{said}, {language}" if language else said,
    )


def _language(value: Mapping[str, Json]) -> str:
    metadata = value.get("metadata")
    for part in ("language_info", "kernelspec"):
        found = metadata.get(part) if isinstance(metadata, dict) else None
        name = found.get("name") if isinstance(found, dict) else None
        if isinstance(name, str):
            return {"python3": "python"}.get(name, name)[:40]
    return ""


def _source(cell: Mapping[str, Json]) -> str:
    return _joined(cell.get("source", cell.get("input")))


def _joined(value: Json) -> str:
    """A multi-line string of nbformat: one text, or a list of lines with their ends."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def _cell(cell: Mapping[str, Json], language: str, room: _Room) -> NotebookCell:
    source = _source(cell)
    if cell.get("cell_type") == "markdown":
        return NotebookCell("", prose=prose(source))
    if cell.get("cell_type") != "code":
        return NotebookCell("", code=code("Text", _short(source)[0], "text"))
    number = cell.get("execution_count", cell.get("prompt_number"))
    label = f"In [{number}]" if isinstance(number, int) else "In [ ]"
    text, note = _short(source)
    outputs = cell.get("outputs")
    listed = [one for one in outputs if isinstance(one, dict)] if isinstance(outputs, list) else []
    shown = [_output(one, room) for one in listed[:MOST_OUTPUTS]]
    if len(listed) > MOST_OUTPUTS:
        shown.append(Output(note=f"{len(listed) - MOST_OUTPUTS:,} more outputs are left out"))
    pygments = "python" if language in ("python", "") else "text"
    return NotebookCell(label, code=code(label, text, pygments), outputs=tuple(shown), note=note)


def _short(text: str) -> tuple[str, str]:
    """Its first lines, and what is left out."""
    lines = _ESCAPES.sub("", text).rstrip("\n").split("\n")
    note = f"first {MOST_LINES} of {len(lines):,} lines" if len(lines) > MOST_LINES else ""
    return "\n".join(line[:LINE] for line in lines[:MOST_LINES]), note


def _output(output: Mapping[str, Json], room: _Room) -> Output:
    if output.get("output_type") in ("error", "pyerr"):
        trace = output.get("traceback")
        lines = [line for line in trace if isinstance(line, str)] if isinstance(trace, list) else []
        said = f"{output.get('ename', 'Error')}: {output.get('evalue', '')}"
        text, note = _short("\n".join(lines) or said)
        return Output(text, failed=True, note=note)
    data = output.get("data", output)
    if not isinstance(data, dict):
        data = {}
    for kind in PICTURES:
        picture = _joined(data.get(kind, data.get(kind.removeprefix("image/"))))
        if picture:
            return _picture(kind, picture, data, room)
    text = _joined(data.get("text/plain", data.get("text")))
    if not text and "text/html" in data:
        text = re.sub(r"<[^<>]*>", "", _joined(data["text/html"]))
    shown, note = _short(text)
    if not shown:
        kinds = ", ".join(sorted(name for name in data if "/" in name))[:120]
        return Output(note=f"an output of kind {kinds} is not shown" if kinds else "")
    return Output(shown, note=note)


def _picture(kind: str, encoded: str, data: Mapping[str, Json], room: _Room) -> Output:
    text = _short(_joined(data.get("text/plain")))[0]
    size = len(encoded) * 3 // 4
    if size > PICTURE_BYTES or size > room.left:
        return Output(note=f"a picture of {wording.size(size)} is not shown here")
    try:
        content = base64.b64decode(encoded)
    except (binascii.Error, ValueError):
        return Output(note="a picture that cannot be decoded is not shown")
    room.left -= size
    return Output(
        src=f"data:{kind};base64,{base64.b64encode(content).decode()}",
        alt=text or "Output of the cell",
    )
