"""Plain values as text to read and to copy: JSON, or Python; never wider than a page of code."""

import json
from collections.abc import Callable, Iterator
from itertools import islice

from reportgen.model import Json

WIDTH = 84


def as_json(value: Json) -> str:
    """Valid JSON; what fits on a line stays on one."""
    return _laid_out(value, _json_atom, 2, 0)


def as_python(value: Json, indent: int = 0) -> str:
    """A Python expression whose first line begins `indent` columns to the right."""
    return _laid_out(value, _python_atom, 4, indent)


def _json_atom(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _python_atom(value: Json) -> str:
    # What JSON escapes in a text, Python escapes alike.
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _laid_out(value: Json, atom: Callable[[Json], str], step: int, indent: int) -> str:
    if not isinstance(value, dict | list) or not value:
        return atom(value)
    if _may_fit(value):
        line = _on_one_line(value, atom)
        if len(line) + indent <= WIDTH:
            return line
    inside, pad = indent + step, " " * (indent + step)
    if isinstance(value, dict):
        parts = [
            f"{atom(str(key))}: {_laid_out(item, atom, step, inside)}"
            for key, item in value.items()
        ]
        opening, closing = "{", "}"
    else:
        opening, closing = "[", "]"
        if any(isinstance(item, dict | list) for item in value):
            parts = [_laid_out(item, atom, step, inside) for item in value]
        else:
            parts = _filled(list(map(atom, value)), WIDTH - inside - 1)
    body = f",\n{pad}".join(parts)
    return f"{opening}\n{pad}{body}\n{' ' * indent}{closing}"


def _may_fit(value: Json) -> bool:
    """False when a line is sure to be too short; quick for examples of a million numbers."""
    return next(islice(_leaves(value), WIDTH // 3, None), None) is None


def _leaves(value: Json) -> Iterator[bool]:
    inside = value.values() if isinstance(value, dict) else value
    for item in inside:
        if isinstance(item, dict | list):
            yield from _leaves(item)
        else:
            yield True


def _on_one_line(value: Json, atom: Callable[[Json], str]) -> str:
    if isinstance(value, dict):
        parts = (f"{atom(str(key))}: {_on_one_line(item, atom)}" for key, item in value.items())
        return f"{{{', '.join(parts)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_on_one_line(item, atom) for item in value)}]"
    return atom(value)


def _filled(atoms: list[str], width: int) -> list[str]:
    """Lines of several atoms each, as long as they fit."""
    lines = [atoms[0]]
    for atom in atoms[1:]:
        if len(lines[-1]) + len(atom) + 2 <= width:
            lines[-1] += f", {atom}"
        else:
            lines.append(atom)
    return lines
