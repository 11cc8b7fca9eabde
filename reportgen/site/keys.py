"""Keys: short hashes over values, so that a page that would come out the same is found again."""

import hashlib
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any

KEY_LENGTH = 12
"""Hex digits: 48 bits tell apart the few pages that one run, experiment or model ever has."""

FILE_LENGTH = 20


def key_of(*values: Any) -> str:
    """The key of a page made of these values: structs, frozen dataclasses, mappings, arrays
    and plain ones.

    Equal values give equal keys on every machine and in every process; a mapping in another
    order is another value, as its page is another page. Raises TypeError for a value whose
    content cannot be told.
    """
    words: list[str] = []
    blobs: list[bytes] = []
    _tell(values, words, blobs)
    state = hashlib.blake2b(digest_size=KEY_LENGTH // 2)
    state.update("".join(words).encode("utf-8", "surrogatepass"))
    for blob in blobs:
        state.update(blob)
    return state.hexdigest()


def file_digest(content: bytes) -> str:
    """What names a copied file."""
    return hashlib.sha256(content).hexdigest()[:FILE_LENGTH]


def _has_fields(kind: type[Any]) -> bool:
    return hasattr(kind, "__struct_fields__") or is_dataclass(kind)


def field_names(kind: type[Any]) -> Sequence[str]:
    """Of a struct, which is told without msgspec, or of a dataclass."""
    names: Sequence[str] | None = getattr(kind, "__struct_fields__", None)
    return [field.name for field in fields(kind)] if names is None else names


@cache
def _fields(kind: type[Any]) -> tuple[str, Callable[[Any], tuple[Any, ...]]]:
    """What a value with fields begins with, and what takes them."""
    names = field_names(kind)
    start = f"d{kind.__name__}{len(names)}:"
    if len(names) < 2:
        return start, lambda value: tuple(getattr(value, name) for name in names)
    return start, attrgetter(*names)


def _tell(value: Any, words: list[str], blobs: list[bytes]) -> None:
    """Every value is told with its kind and length, so that no two different ones run together;
    bytes go aside, their length stays. Hot: every page of every build, and all that it shows."""
    if isinstance(value, str):
        words.append(f"s{len(value)}:{value}")
    elif value is None or isinstance(value, (bool, int, float)):
        words.append(f"{type(value).__name__[0]}{value!r};")
    elif isinstance(value, (tuple, list)):
        words.append(f"t{len(value)}:")
        _tell_each(value, words, blobs)
    elif isinstance(value, (bytes, array)):
        blobs.append(bytes(value))
        words.append(f"b{len(blobs[-1])}:")
    else:
        _tell_parts(value, words, blobs)


def _tell_parts(value: Any, words: list[str], blobs: list[bytes]) -> None:
    parts: Iterable[Any]
    if _has_fields(type(value)):
        start, values = _fields(type(value))  # type: ignore[arg-type]  # classes are hashable
        parts = values(value)
    elif isinstance(value, Mapping):
        start, parts = f"m{len(value)}:", chain.from_iterable(value.items())
    elif isinstance(value, Set):
        start, parts = f"u{len(value)}:", sorted(value)
    else:
        raise TypeError(f"no key can be made of {type(value).__name__}")
    words.append(start)
    _tell_each(parts, words, blobs)


def _tell_each(parts: Iterable[Any], words: list[str], blobs: list[bytes]) -> None:
    for part in parts:
        if type(part) is str:  # most are: each call that is saved counts
            words.append(f"s{len(part)}:{part}")
        else:
            _tell(part, words, blobs)
