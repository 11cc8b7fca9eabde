"""Finds secrets in text that is about to be published, and covers them.

A secret is covered whole: no part of it, nor its length, is told. What is found is told by its
kind and place alone. Three ways to know one: by its form (`tokens`), by where it stands (`places`),
by what it is called (`names`); detect-secrets is asked too (`library`). Text in which nothing can
be, which is nearly all of it, is told by three quick searches.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from reportgen.guard import library, places, tokens
from reportgen.guard.names import HINT, Telling, telling

COVER = "••••"
KINDS = tuple(sorted({*tokens.KINDS, *places.KINDS, *library.PLUGINS.values()}, key=str.lower))
"""All that can be found, as it is told."""

SHORTEST = 8
REMEMBERED = 4_000
"""Letters of a text that is remembered: params and tags are alike from run to run."""


@dataclass(frozen=True, slots=True, order=True)
class Secret:
    """Where a secret stands in a text; never the secret itself."""

    start: int
    end: int
    kind: str
    """In words: `AWS access key`, `password in a URL`."""


def secrets_in(text: str, name: str = "") -> tuple[Secret, ...]:
    """The secrets in a text, in order, none inside another.

    `name` is what the text is called (the key of a param or a tag, a field): some are known by
    that alone.
    """
    told = telling(name) if name else Telling.NOTHING
    if told is Telling.NOTHING and (len(text) < SHORTEST or not _may_hold(text)):
        return ()
    return _remembered(text, told) if len(text) <= REMEMBERED else _search(text, told)


def masked(text: str, secrets: Sequence[Secret]) -> str:
    """The text with each of these secrets replaced by its kind: `•••• (AWS access key)`."""
    parts, done = [], 0
    for one in secrets:
        parts += [text[done : one.start], f"{COVER} ({one.kind})"]
        done = one.end
    return "".join((*parts, text[done:]))


_USUAL = re.compile(
    r"[0-9.eE+-]{1,40}|[a-z]{1,40}|[0-9a-f]{8,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
"""Numbers, words, ids and digests: most of what is logged."""


def _may_hold(text: str) -> bool:
    return not _USUAL.fullmatch(text) and bool(
        tokens.RUN.search(text)
        or "://" in text
        or HINT.search(text.lower())
        or places.may_be_said(text)
    )


def _search(text: str, told: Telling) -> tuple[Secret, ...]:
    if told and places.is_secret_value(text, told):
        inner = text.strip()
        start = text.index(inner)
        known = [one for one in _found(text) if one.kind != places.NAMED]
        kind = known[0].kind if len(known) == 1 else places.NAMED
        return (Secret(start, start + len(inner), kind),)
    return _united(_found(text))


_remembered = lru_cache(maxsize=8192)(_search)


def _found(text: str) -> list[Secret]:
    """Those of surer kinds first, where several begin at one place."""
    found = [*tokens.tokens_in(text), *places.keys_in(text), *places.in_addresses(text)]
    found += places.in_commands(text)
    if HINT.search(text.lower()):
        found += places.after_names(text)
    found += library.library_finds(text)
    return [Secret(*one) for one in found]


def _united(found: Sequence[Secret]) -> tuple[Secret, ...]:
    """What overlaps is one secret; the kind is that which was found first, which is the surer."""
    rank = {id(one): number for number, one in enumerate(found)}
    united: list[tuple[Secret, int]] = []
    for one in sorted(found, key=lambda one: (one.start, rank[id(one)])):
        if united and one.start < united[-1][0].end:
            last, number = united[-1]
            kind = last.kind if number <= rank[id(one)] else one.kind
            merged = Secret(last.start, max(last.end, one.end), kind)
            united[-1] = merged, min(number, rank[id(one)])
        else:
            united.append((one, rank[id(one)]))
    return tuple(one for one, _ in united)
