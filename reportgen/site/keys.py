"""Keys: short hashes over values, so that a page that would come out the same is found again."""

import hashlib
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

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
    told = _Told([], [])
    _tell_sequence(values, told)
    state = hashlib.blake2b(digest_size=KEY_LENGTH // 2)
    state.update("".join(told.words).encode("utf-8", "surrogatepass"))
    for blob in told.blobs:
        state.update(blob)
    return state.hexdigest()


def file_digest(content: bytes) -> str:
    """What names a copied file."""
    return hashlib.sha256(content).hexdigest()[:FILE_LENGTH]


def field_names(kind: type[Any]) -> Sequence[str]:
    """Of a struct, which is told without msgspec, or of a dataclass."""
    names: Sequence[str] | None = getattr(kind, "__struct_fields__", None)
    return [field.name for field in fields(kind)] if names is None else names


class _Told(NamedTuple):
    """Values in words, each with its kind and length, so that no two different ones run together;
    bytes go aside, their length stays."""

    words: list[str]
    blobs: list["bytes | array[Any]"]


def _tell_all(values: Iterable[Any], told: _Told) -> None:
    """Hot: every page of every build, and all that it shows."""
    for value in values:
        if type(value) is str:  # most are: each call that is saved counts
            told.words.append(f"s{len(value)}:{value}")
        else:
            _WAYS[type(value)](value, told)


def _tell_text(value: str, told: _Told) -> None:
    told.words.append(f"s{len(value)}:{value}")


def _tell_plain(value: float | None, told: _Told) -> None:
    told.words.append(f"{type(value).__name__[0]}{value!r};")


def _tell_sequence(value: Sequence[Any], told: _Told) -> None:
    told.words.append(f"t{len(value)}:")
    _tell_all(value, told)


def _tell_bytes(value: bytes, told: _Told) -> None:
    told.words.append(f"b{len(value)}:")
    told.blobs.append(value)


def _tell_array(value: "array[Any]", told: _Told) -> None:
    told.words.append(f"b{len(value) * value.itemsize}:")
    told.blobs.append(value)


def _tell_mapping(value: Mapping[Any, Any], told: _Told) -> None:
    told.words.append(f"m{len(value)}:")
    _tell_all(chain.from_iterable(value.items()), told)


def _tell_set(value: Set[Any], told: _Told) -> None:
    told.words.append(f"u{len(value)}:")
    _tell_all(sorted(value), told)


_Way = Callable[[Any, _Told], None]


def _way_of_fields(kind: type[Any]) -> _Way:
    names = field_names(kind)
    start = f"d{kind.__name__}{len(names)}:"
    take: Callable[[Any], Iterable[Any]] = attrgetter(*names) if len(names) > 1 else _one(*names)

    def way(value: Any, told: _Told) -> None:
        told.words.append(start)
        _tell_all(take(value), told)

    return way


def _one(*names: str) -> Callable[[Any], list[Any]]:
    """`attrgetter` of one name gives no tuple, and there is none of no name."""
    return lambda value: [getattr(value, name) for name in names]


_SIMPLE: Sequence[tuple[tuple[type, ...], _Way]] = (
    ((str,), _tell_text),
    ((int, float, type(None)), _tell_plain),
    ((tuple, list), _tell_sequence),
    ((bytes,), _tell_bytes),
    ((array,), _tell_array),
)


class _Ways(dict[type, _Way]):
    """How the values of each class are told: worked out once."""

    def __missing__(self, kind: type) -> _Way:
        way = self[kind] = _way_of(kind)
        return way


def _way_of(kind: type) -> _Way:
    for simple, way in _SIMPLE:
        if issubclass(kind, simple):
            return way
    if hasattr(kind, "__struct_fields__") or is_dataclass(kind):
        return _way_of_fields(kind)
    if issubclass(kind, Mapping):
        return _tell_mapping
    if issubclass(kind, Set):
        return _tell_set
    raise TypeError(f"no key can be made of {kind.__name__}")


_WAYS = _Ways()
