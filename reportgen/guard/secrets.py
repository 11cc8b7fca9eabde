"""Finds secrets in text that is about to be published, and covers them.

A secret is covered whole: no part of it, nor its length, is told. What is found is told by its
kind and place alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

COVER = "••••"

_FORMS = (
    ("private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY[\s\S]*?(?:-----END [^-]*-----|\Z)")),
    ("AWS access key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("Hugging Face token", re.compile(r"\bhf_[A-Za-z]{30,}\b")),
    ("password in a URL", re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]+(?=@)")),
)


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
    found = sorted(
        Secret(match.start(), match.end(), kind)
        for kind, form in _FORMS
        for match in form.finditer(text)
    )
    return tuple(
        one for number, one in enumerate(found) if not number or one.start >= found[number - 1].end
    )


def masked(text: str, secrets: Sequence[Secret]) -> str:
    """The text with each of these secrets replaced by its kind: `•••• (AWS access key)`."""
    parts, done = [], 0
    for one in secrets:
        parts += [text[done : one.start], f"{COVER} ({one.kind})"]
        done = one.end
    return "".join((*parts, text[done:]))
