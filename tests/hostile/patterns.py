"""Tries every regular expression of reportgen on texts that are made to keep it busy.

What a store holds is matched by them all, so none may take more than a time in proportion to the
text. For each repetition in an expression texts are made that repeat what it takes, after what
has to stand before it and with ends that do not fit, which is what makes a matcher look back.
"""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

import reportgen

Pattern = re.Pattern[Any]

LONG, LONGER = 10_000, 20_000
"""Characters of the texts that are tried."""

SLOW = 0.05
"""Seconds for the longer text from which it matters how it grew."""

BOUNDED: Mapping[str, str] = {
    "reportgen.config.fullmatch": "A setting, which the user wrote.",
    "reportgen.guard.names._PLAIN": "Asked of LONGEST_VALUE characters at most.",
    "reportgen.guard.places._ENDS": "Looks through LONGEST_SECRET characters at most.",
    "reportgen.guard.places._CODE": "Asked of LONGEST_SECRET characters at most.",
    "reportgen.guard.places.fullmatch": "A password of an address, which has no line break.",
    "reportgen.sources.requirement_lines.INCLUDE": "A line, which has no line break.",
    "reportgen.sources.requirement_lines.EDITABLE": "A line, which has no line break.",
    "reportgen.views.artifacts.galleries.STEPPED": "The name of a file.",
    "reportgen.views.model_card.search": "HTML that was made well-formed.",
    "reportgen.views.narrative._BLOCK": "HTML that was made well-formed.",
    "reportgen.views.prose.search": "Asked of OPENING characters at most.",
}
"""Expressions that would be slow, and why no long text of that kind comes to them."""

ENDS = ("", "\0", "\n", "~", "\n\0")
INLINE = {"search", "match", "fullmatch", "sub", "split", "findall", "finditer"}


class Used(NamedTuple):
    """An expression, and how it is asked."""

    names: list[str]
    """`reportgen.module.NAME`; `reportgen.module.search` of one that stands where it is used."""

    pattern: Pattern
    ways: set[str]
    """`search` for all that look for it anywhere, `match` and `fullmatch` for one place."""


def patterns() -> list[Used]:
    """All that are compiled in a module, and all that are written where they are used."""
    known: dict[tuple[Any, int], Used] = {}
    for found in pkgutil.walk_packages(reportgen.__path__, "reportgen."):
        if found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        source = Path(str(module.__file__)).read_text("utf-8")
        for name, value in vars(module).items():
            asked = set(re.findall(rf"\b{name}\.(\w+)", source)) - {"pattern", "flags"}
            places = {way for way in ("match", "fullmatch") if way in asked}
            ways = places if places == asked else {*places, "search"}  # of none: by another name
            for pattern in _held([value]):
                _note(known, f"{found.name}.{name}", pattern, ways)
        for pattern, way in _written(source):
            _note(known, f"{found.name}.{way}", pattern, {way})
    return list(known.values())


def _note(known: dict[tuple[Any, int], Used], name: str, pattern: Pattern, ways: set[str]) -> None:
    used = known.setdefault((pattern.pattern, pattern.flags), Used([], pattern, set()))
    used.names.append(name)
    used.ways.update(ways)


def _held(values: Iterable[Any], depth: int = 3) -> Iterator[Pattern]:
    for value in values:
        if isinstance(value, re.Pattern):
            yield value
        elif depth and isinstance(value, (tuple, list, set, frozenset)):
            yield from _held(value, depth - 1)
        elif depth and isinstance(value, dict):
            yield from _held((*value.keys(), *value.values()), depth - 1)
        elif depth and type(value).__module__.startswith("reportgen"):
            names = getattr(value, "__slots__", None) or getattr(value, "__struct_fields__", ())
            yield from _held((getattr(value, name, None) for name in names), depth - 1)


def _written(source: str) -> Iterator[tuple[Pattern, str]]:
    """`re.search("…", text)` of a text that stands there."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        of = node.func.value
        if node.func.attr in INLINE and isinstance(of, ast.Name) and of.id == "re" and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, (str, bytes)):
                is_placed = node.func.attr in ("match", "fullmatch")
                yield re.compile(first.value), node.func.attr if is_placed else "search"


def hostile_texts(pattern: Pattern, length: int) -> Iterator[str]:
    """Texts of about so many characters that repeat what the repetitions of an expression take."""
    text = (
        pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    )
    flags = pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    tree = _parser.parse(text, flags & ~re.DEBUG)
    pumps = dict.fromkeys(pump for pump in _pumps(tree, "") if pump[1])
    units = dict.fromkeys(unit for _, unit in pumps)
    for before, unit in (*pumps, *(("", unit + other) for unit in units for other in units)):
        for end in ENDS:
            yield before + unit * (length // len(unit)) + end
        # Each place is one where a search may begin.
        whole = before + unit
        yield whole * (length // len(whole))


def _pumps(tree: Any, before: str) -> Iterator[tuple[str, str]]:
    """(what has to stand before it, what it repeats) of each repetition without a small bound."""
    for kind, value in tree:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            _, most, body = value
            if most > 16:
                yield from ((before, unit) for unit in _samples(body))
            yield from _pumps(body, before)
        else:
            for inner in _inner(kind, value):
                yield from _pumps(inner, before)
        before += next(iter(_samples([(kind, value)])), "")


def _inner(kind: Any, value: Any) -> list[Any]:
    if kind is op.BRANCH:
        return list(value[1])
    if kind is op.SUBPATTERN:
        return [value[3]]
    if kind in (op.ASSERT, op.ASSERT_NOT):
        return [value[1]]
    if kind is op.ATOMIC_GROUP:
        return [value]
    if kind is op.GROUPREF_EXISTS:
        return [one for one in value[1:] if one is not None]
    return []


def _samples(tree: Any) -> list[str]:
    """A few texts that fit, one for each way that is worth trying."""
    found = [""]
    for kind, value in tree:
        found = [text + more for text in found for more in _ways(kind, value)][:12]
    return found


def _ways(kind: Any, value: Any) -> list[str]:
    if kind is op.LITERAL:
        return [chr(value)]
    if kind is op.NOT_LITERAL:
        return ["b" if value == ord("a") else "a"]
    if kind is op.ANY:
        return ["a", " "]
    if kind is op.IN:
        return _of_set(value)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        least, _, body = value
        return [text * max(least, 1) for text in _samples(body)] if least < 100 else [""]
    if kind in (op.ASSERT, op.ASSERT_NOT, op.AT):
        return [""]
    return [text for inner in _inner(kind, value) for text in _samples(inner)] or [""]


_LETTERS = "a0 _-./:=\"'<&\n\tAZz9é#*`[]()|\\,;@%+!?{}$~^"


def _of_set(items: Any) -> list[str]:
    """Up to three letters that a set has, of those that are usual."""
    one = re.compile(_as_set(items))
    found = [letter for letter in _LETTERS if one.fullmatch(letter)]
    return found[:3] or [chr(value) for kind, value in items if kind is op.LITERAL][:1] or ["a"]


def _as_set(items: Any) -> str:
    classes = {
        op.CATEGORY_DIGIT: r"\d",
        op.CATEGORY_NOT_DIGIT: r"\D",
        op.CATEGORY_SPACE: r"\s",
        op.CATEGORY_NOT_SPACE: r"\S",
        op.CATEGORY_WORD: r"\w",
        op.CATEGORY_NOT_WORD: r"\W",
    }
    parts = []
    for kind, value in items:
        if kind is op.NEGATE:
            parts.append("^")
        elif kind is op.LITERAL:
            parts.append(re.escape(chr(value)))
        elif kind is op.RANGE:
            parts.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        elif kind is op.CATEGORY:
            parts.append(classes[value])
    return f"[{''.join(parts)}]"


def slow_ones() -> Iterator[str]:
    """The expressions that took over their time, but for those that get short texts alone."""
    known = patterns()
    for name in sorted(BOUNDED.keys() - {name for used in known for name in used.names}):
        yield f"{name}: is said to get short texts alone, and is not there"
    for used in known:
        if BOUNDED.keys().isdisjoint(used.names):
            for way in sorted(used.ways) or ["search"]:
                yield from _slow(used, way)


def _slow(used: Used, way: str) -> Iterator[str]:
    """The first text that is, if any."""
    texts = zip(hostile_texts(used.pattern, LONG), hostile_texts(used.pattern, LONGER), strict=True)
    for short, long in texts:
        took = _seconds(used.pattern, way, long)
        if took > SLOW and took > 3 * _seconds(used.pattern, way, short):
            asked = f"{way} of {used.pattern.pattern!r} in {long[:40]!r}…{long[-3:]!r}"
            yield f"{', '.join(used.names)}: {asked}: {took:.2f} s"
            return


def _seconds(pattern: Pattern, way: str, text: str) -> float:
    given = text if isinstance(pattern.pattern, str) else text.encode("utf-8", "replace")
    began = time.thread_time()
    if way == "search":
        for _ in pattern.finditer(given):
            pass
    else:
        getattr(pattern, way)(given)
    return time.thread_time() - began
