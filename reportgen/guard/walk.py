"""Goes through all text of a value of the model: no field can be forgotten, those of tomorrow too.

Every text is treated as text, unless its field is listed in `EXEMPT` with the reason. How a class
is gone through is worked out once; a value without anything to change is given back itself.
"""

import dataclasses
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

from reportgen.model import (
    Artifact,
    DockerEnvironment,
    Field,
    ModelRef,
    Parameter,
    Requirement,
    RunRef,
)

Value = TypeVar("Value")
OnText = Callable[[str, str], str]
"""Takes a text and what it is called: the key of a mapping, the name of a field."""

EXEMPT: Mapping[tuple[type, str], str] = {
    (Artifact, "file"): "Where its bytes are on this machine; never shown, but read.",
    (RunRef, "place"): "Only the store reads it.",
    (RunRef, "artifact_uri"): "Only the store reads it; what is shown is the run's.",
    (ModelRef, "place"): "Only the store reads it.",
    (ModelRef, "artifact_uri"): "Only the store reads it; what is shown is the model's.",
    (Requirement, "hashes"): "Digests of published files, thousands in a lock file.",
}
"""Fields whose text stays as it is, and why."""

_NAMED_BY = {(Parameter, "default"): "name", (Field, "default"): "name"}
"""Fields whose text is called as another field says."""

_PAIRS = {(DockerEnvironment, "environment")}
"""Fields that hold (name, text)."""

_Way = Callable[[Any, str], Any]


class Walk:
    """Changes all text of a value."""

    def __init__(self, on_text: OnText, *, tells_places: bool = False) -> None:
        """With `tells_places` a text is called by all of its way: `params/lr` instead of `lr`."""
        self._way_too = tells_places
        self._ways: dict[type, _Way] = {
            str: on_text,
            tuple: self._tuple,
            list: self._list,
            dict: self._mapping,
            **dict.fromkeys((int, float, bool, type(None)), _same),
        }

    def __call__(self, value: Value, name: str = "") -> Value:
        """The value with its text changed; itself where nothing was."""
        way = self._ways.get(type(value)) or self._learn(type(value))
        changed: Value = way(value, name)
        return changed

    def _learn(self, kind: type) -> _Way:
        way: _Way = _same
        if dataclasses.is_dataclass(kind):
            way = self._of_class(kind)
        elif issubclass(kind, Mapping):
            way = self._mapping
        elif issubclass(kind, str) and not issubclass(kind, Enum):
            way = self._ways[str]
        self._ways[kind] = way
        return way

    def _of_class(self, kind: type) -> _Way:
        names = text_fields(kind)
        fields = [(name, _NAMED_BY.get((kind, name), "")) for name in names]
        pairs = {name for name in names if (kind, name) in _PAIRS}
        ways = self._ways

        def through(value: Any, name: str) -> Any:
            changed: dict[str, Any] = {}
            for field, named_by in fields:
                before = getattr(value, field)
                if not before:
                    continue
                called = self._called(name, getattr(value, named_by) if named_by else field)
                if field in pairs:
                    after = self._pairs(before, called)
                else:
                    way = ways.get(type(before)) or self._learn(type(before))
                    after = way(before, called)
                if after is not before:
                    changed[field] = after
            return dataclasses.replace(value, **changed) if changed else value

        return through

    def _called(self, outer: str, inner: str) -> str:
        return f"{outer}/{inner}" if self._way_too and outer else inner

    def _tuple(self, value: tuple[Any, ...], name: str) -> tuple[Any, ...]:
        made = tuple([self(one, name) for one in value])
        return made if any(map(_is_another, made, value)) else value

    def _list(self, value: list[Any], name: str) -> list[Any]:
        made = [self(one, name) for one in value]
        return made if any(map(_is_another, made, value)) else value

    def _pairs(self, value: tuple[tuple[str, Any], ...], name: str) -> tuple[tuple[str, Any], ...]:
        before = dict(value)
        made = self._mapping(before, name)
        return value if made is before else tuple(made.items())

    def _mapping(self, value: Mapping[Any, Any], name: str) -> Mapping[Any, Any]:
        made: dict[Any, Any] = {}
        same = True
        key_name = name if self._way_too else ""
        for key, one in value.items():
            is_text = type(key) is str
            new_key = self(key, key_name) if is_text else key
            new = self(one, self._called(name, key) if is_text else name)
            same = same and new is one and new_key is key
            while new_key in made:  # two names were hidden alike
                new_key = f"{new_key} (another)"
            made[new_key] = new
        return value if same else made


def text_fields(kind: type[Any]) -> list[str]:
    """The fields of a dataclass that are gone through."""
    return [
        one.name
        for one in dataclasses.fields(kind)
        if (kind, one.name) not in EXEMPT and _may_hold_text(one.type)
    ]


_WITHOUT = (int, float, bool, int | None, float | None, "array[int]", "array[float]")


def _may_hold_text(hint: Any) -> bool:
    is_word = isinstance(hint, type) and issubclass(hint, Enum)
    return hint not in _WITHOUT and not is_word


def _same(value: Any, _: str) -> Any:
    return value


def _is_another(one: Any, other: Any) -> bool:
    return one is not other
