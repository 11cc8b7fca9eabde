"""Text of strangers inside Markdown that others will render: it stays text.

Rules of CommonMark 0.31 and of GitHub's tables: what is escaped here can neither end the block
that it stands in nor begin markup of its own, and HTML in it is shown, not obeyed.
"""

import re
from collections.abc import Sequence

_INLINE = re.compile(r"[\\`*_\[\]|~$@]")
_AT_START = re.compile(r"^(?:[#+\-=](?=[#\-=\s]|$)|\d{1,9}(?=[.)](?:\s|$)))")


def text(words: str) -> str:
    """One line of plain text, anywhere in a line or at its beginning."""
    line = " ".join(words.split())
    line = _INLINE.sub(r"\\\g<0>", line)
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _AT_START.sub(_escaped_start, line)


def _escaped_start(found: re.Match[str]) -> str:
    """Markers of lists and headings at the start of a line: `\\# x`, `1\\. x`."""
    return f"{found[0]}\\" if found[0][0].isdigit() else f"\\{found[0]}"


def span(words: str) -> str:
    """Code within a line, also within a table."""
    line = " ".join(words.split())
    if not line:
        return ""
    fence = "`" * (_longest(line) + 1)
    pad = " " if line[0] == "`" or line[-1] == "`" else ""
    return f"{fence}{pad}{line}{pad}{fence}".replace("|", "\\|")


def block(code: str, language: str = "") -> str:
    """A block of code with its language."""
    fence = "`" * max(3, _longest(code) + 1)
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Cells are Markdown already: made by `text` or `span`."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def link(words: str, url: str) -> str:
    """`url` is one of our own making: https, and quoted."""
    return f"[{words}](<{url}>)"


def paragraphs(words: str) -> str:
    """Text of several paragraphs, without any markup of its own."""
    parts = re.split(r"\n\s*\n", words.strip())
    return "\n\n".join(text(part) for part in parts if part.strip())


def _longest(code: str) -> int:
    return max(map(len, re.findall(r"`+", code)), default=0)
