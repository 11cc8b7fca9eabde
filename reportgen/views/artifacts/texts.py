"""Texts: their first lines, of logs the last ones too, and the twin that scripts read."""

import json
from collections.abc import Sequence

from msgspec import Struct

from reportgen.model import Json
from reportgen.views import wording
from reportgen.views.artifacts.kinds import CODES, Kind, ending, kind_of
from reportgen.views.code import code
from reportgen.views.page import Code

SHOWN_LINES, LINE = 40, 400
"""Lines that a page shows, and characters of each; the rest comes on demand."""

LOG_HEAD, LOG_TAIL = 15, 25
"""Of a longer log: how it began, and what matters, how it ended."""

JSON_BYTES = 2_000_000
"""A larger file is not parsed."""


class TextPreview(Struct, frozen=True):
    """The beginning of a text, and of a long log its end."""

    head: Code
    note: str
    """`first 40 of 1,200 lines`; how many lines there are, if all are shown."""

    left_out: str = ""
    """`1,160 lines`, between `head` and `tail`."""

    tail: Code | None = None
    cut: bool = False
    """True where there is more than the page shows."""


def text_preview(path: str, text: str) -> TextPreview:
    lines = text.splitlines()
    language = _language(path)
    if kind_of(path) is Kind.LOG and len(lines) > LOG_HEAD + LOG_TAIL:
        return TextPreview(
            _code(path, lines[:LOG_HEAD], language),
            f"first {LOG_HEAD} and last {LOG_TAIL} of {len(lines):,} lines",
            wording.count(len(lines) - LOG_HEAD - LOG_TAIL, "line"),
            _code(path, lines[-LOG_TAIL:], language),
            cut=True,
        )
    return TextPreview(
        _code(path, lines[:SHOWN_LINES], language),
        f"first {SHOWN_LINES} of {len(lines):,} lines"
        if len(lines) > SHOWN_LINES
        else wording.count(len(lines), "line"),
        cut=len(lines) > SHOWN_LINES or any(len(line) > LINE for line in lines),
    )


def _language(path: str) -> str:
    named = "text" if kind_of(path) is not Kind.CODE else "yaml"
    return CODES.get(ending(path), named)


def _code(path: str, lines: Sequence[str], language: str) -> Code:
    return code(path, "\n".join(line[:LINE] for line in lines), language)


def parsed(text: str) -> Json | None:
    """The value of a JSON text; None of one that is none, is too large or too deeply nested."""
    if len(text) > JSON_BYTES:
        return None
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def indented(value: Json, text: str) -> str:
    """The value laid out; `text` as it is where there is none."""
    if value is None:
        return text
    try:
        return json.dumps(value, indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def text_of(content: bytes) -> str:
    return content.decode("utf-8", "replace").removeprefix("\ufeff")


def twin_of(copy: str, content: bytes) -> dict[str, bytes]:
    """The script that hands a text to those of a page, beside the copy: `RG.text("HASH", "…")`.

    HASH is that of the copy's address, by which pages ask for the text.
    """
    called = f"RG.text({json.dumps(hash_of(copy))},{json.dumps(text_of(content))});\n"
    return {f"{copy}.js": called.encode()}


def hash_of(copy: str) -> str:
    """`files/HASH/NAME` → `HASH`."""
    return copy.split("/")[1] if copy else ""
