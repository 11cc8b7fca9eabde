"""Secrets in files: a file that holds one is not published, as nobody can say what else it is for.

Text is looked through piece by piece, each with the end of the one before it, so that memory does
not grow with a file. Of other files the readable pieces are looked through, such as the strings of
a pickle; what is compressed or encrypted is not seen into.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from reportgen.guard.secrets import Secret, secrets_in

PIECE = 1 << 20
"""Bytes looked through at a time."""

OVERLAP = 1 << 15
"""Bytes looked through twice: longer than any secret of one kind."""

SMALL = 1 << 16
"""Bytes of a file whose verdict is remembered: runs have many small files alike."""

_SNIFFED = 1 << 13
_READABLE = re.compile(rb"[\x20-\x7e]{16,}")


@dataclass(frozen=True, slots=True, order=True)
class Leak:
    """A secret in a file; never the secret itself."""

    line: int
    """From 1; 0 in a file that has no lines."""

    kind: str


def leaks_in(content: bytes, name: str) -> tuple[Leak, ...]:
    """Every secret in a file of this name, in order; one of a kind in a line."""
    named = name.partition(".")[0] if len(content) <= 512 and content.count(b"\n") <= 1 else ""
    return _remembered(content, named) if len(content) <= SMALL else _leaks(content, named)


def _leaks(content: bytes, name: str) -> tuple[Leak, ...]:
    encoding = _encoding(content)
    if not encoding:
        readable = b"\n".join(_READABLE.findall(content)).decode("ascii")
        return tuple(sorted({Leak(0, one.kind) for one in secrets_in(readable)}))
    found = {
        Leak(line + text.count("\n", 0, one.start) + 1, one.kind)
        for line, text, secrets in _pieces(content, encoding, name)
        for one in secrets
    }
    return tuple(sorted(found))


_remembered = lru_cache(maxsize=1024)(_leaks)


def _encoding(content: bytes) -> str:
    """Of a text; empty for what is none."""
    for mark, encoding in (
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return encoding
    return "" if b"\0" in content[:_SNIFFED] else "utf-8"


def _pieces(
    content: bytes, encoding: str, name: str
) -> Iterator[tuple[int, str, tuple[Secret, ...]]]:
    """(lines before it, text, its secrets) of each piece."""
    newline = "\n".encode(encoding)
    line = 0
    for start in range(0, max(1, len(content)), PIECE):
        begin = max(0, start - OVERLAP)
        text = content[begin : start + PIECE].decode(encoding, "replace")
        secrets = secrets_in(text, name)
        if secrets:
            yield line, text, secrets
        line += content.count(newline, begin, max(0, start + PIECE - OVERLAP))
