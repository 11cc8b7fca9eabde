"""Keys: short hashes over values, so that a page that would come out the same is found again."""

import hashlib
from array import array
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Protocol

KEY_LENGTH = 12
"""Hex digits: 48 bits tell apart the few pages that one run, experiment or model ever has."""

FILE_LENGTH = 20


class _State(Protocol):
    def update(self, data: Any, /) -> None: ...


def key_of(*values: Any) -> str:
    """The key of a page made of these values: frozen dataclasses, mappings, arrays and plain ones.

    Equal values give equal keys on every machine and in every process; a mapping in another
    order is another value, as its page is another page. Raises TypeError for a value whose
    content cannot be told.
    """
    state = hashlib.blake2b(digest_size=KEY_LENGTH // 2)
    _feed(state, values)
    return state.hexdigest()


def file_digest(content: bytes) -> str:
    """What names a copied file."""
    return hashlib.sha256(content).hexdigest()[:FILE_LENGTH]


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _feed(state: _State, value: Any) -> None:
    """Every value is fed with its kind and length, so that no two different ones run together."""
    if isinstance(value, str):
        content = value.encode("utf-8", "surrogatepass")
        state.update(b"s%d:" % len(content) + content)
    elif value is None or isinstance(value, (bool, int, float)):
        state.update(f"{type(value).__name__[0]}{value!r};".encode())
    elif isinstance(value, (bytes, array)):
        content = bytes(value)
        state.update(b"b%d:" % len(content) + content)
    else:
        _feed_parts(state, value)


def _feed_parts(state: _State, value: Any) -> None:
    if isinstance(value, Mapping):
        kind, parts = (
            "m",
            [part for name in value for part in (name, value[name])],
        )
    elif isinstance(value, (tuple, list)):
        kind, parts = "t", list(value)
    elif isinstance(value, Set):
        kind, parts = "u", sorted(value)
    elif is_dataclass(value) and not isinstance(value, type):
        kind = f"d{type(value).__name__}"
        parts = [getattr(value, name) for name in _names(type(value))]
    else:
        raise TypeError(f"no key can be made of {type(value).__name__}")
    state.update(f"{kind}{len(parts)}:".encode())
    for part in parts:
        _feed(state, part)
