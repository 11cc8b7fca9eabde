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

    Equal values give equal keys on every machine and in every process; the order of a mapping's
    entries does not count. Raises TypeError for a value whose content cannot be told.
    """
    state = hashlib.blake2b(digest_size=KEY_LENGTH // 2)
    _feed(state, values)
    return state.hexdigest()


def file_digest(content: bytes) -> str:
    """What names a copied file."""
    return hashlib.sha256(content).hexdigest()[:FILE_LENGTH]


@cache
def _names(kind: type) -> tuple[str, ...]:
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
    elif isinstance(value, Mapping):
        state.update(b"m%d:" % len(value))
        for name in sorted(value, key=repr):
            _feed(state, name)
            _feed(state, value[name])
    elif isinstance(value, (tuple, list)):
        state.update(b"t%d:" % len(value))
        for item in value:
            _feed(state, item)
    elif isinstance(value, Set):
        _feed(state, sorted(value))
    elif is_dataclass(value):
        state.update(b"d" + type(value).__name__.encode() + b":")
        for name in _names(type(value)):
            _feed(state, getattr(value, name))
    else:
        raise TypeError(f"no key can be made of {type(value).__name__}")
