"""Every text of the model passes the door: a field that is added tomorrow too."""

import dataclasses
import types
import typing
from array import array
from collections.abc import Mapping
from enum import Enum
from typing import Any

import pytest

import reportgen.model
from reportgen.errors import Problem
from reportgen.guard.walk import EXEMPT, Walk
from reportgen.model import (
    DockerEnvironment,
    MetricHistory,
    Parameter,
    Run,
    RunStatus,
)

PLANTED, COVERED = "planted", "covered"

CLASSES = sorted(
    (
        kind
        for kind in vars(reportgen.model).values()
        if isinstance(kind, type) and dataclasses.is_dataclass(kind)
    ),
    key=lambda kind: kind.__name__,
)


def planted(hint: Any) -> Any:
    """A value of a type that has the planted text wherever it can have text."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if hint is str or hint is Any:
        return PLANTED
    if origin in (typing.Union, types.UnionType):
        return planted(next(part for part in parts if part is not type(None)))
    if origin is tuple:
        return (planted(parts[0]),) if parts[-1] is ... else tuple(map(planted, parts))
    if origin is Mapping:
        return {planted(parts[0]): planted(parts[1])}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    if dataclasses.is_dataclass(hint):
        return filled(hint)  # type: ignore[arg-type]
    return hint(1)


def filled(kind: type[Any]) -> Any:
    if kind is MetricHistory:  # numbers alone; its arrays have no hints that could be read
        return one_point()
    hints = typing.get_type_hints(kind)
    return kind(**{one.name: planted(hints[one.name]) for one in dataclasses.fields(kind)})


cover = Walk(lambda text, name: text.replace(PLANTED, COVERED))


def test_the_model_has_many_classes() -> None:
    assert len(CLASSES) >= 25


@pytest.mark.parametrize("kind", [*CLASSES, Problem], ids=lambda kind: kind.__name__)
def test_no_text_of_a_class_of_the_model_passes_as_it_was(kind: type[Any]) -> None:
    value = filled(kind)
    for place, name in EXEMPT:
        if place is kind:
            value = dataclasses.replace(value, **{name: ""})
    left = repr(cover(value))
    for _, name in EXEMPT:  # inside of what is inside
        left = left.replace(f"{name}='{PLANTED}'", "").replace(f"{name}=('{PLANTED}',)", "")

    assert PLANTED not in left


@pytest.mark.parametrize(("kind", "name"), sorted(EXEMPT, key=str), ids=str)
def test_what_is_exempt_is_a_field_and_has_its_reason(kind: type[Any], name: str) -> None:
    assert name in {one.name for one in dataclasses.fields(kind)}
    assert len(EXEMPT[kind, name]) > 20


def test_a_value_without_anything_to_change_is_given_back_itself() -> None:
    run = Run("r", "0", "swift", params={"lr": "0.1"}, metrics={"loss": one_point()})

    assert cover(run) is run


def one_point() -> MetricHistory:
    return MetricHistory(array("q", [1]), array("q", [1]), array("d", [0.5]))


def test_the_names_of_things_are_text_too() -> None:
    run = cover(Run("r", "0", params={PLANTED: "1"}, metrics={PLANTED: one_point()}))

    assert list(run.params) == [COVERED] == list(run.metrics)


def test_names_that_are_covered_alike_stay_two() -> None:
    alike = Walk(lambda text, name: COVERED if text.startswith(PLANTED) else text)

    assert alike({"planted-1": 1, "planted-2": 2}) == {COVERED: 1, f"{COVERED} (another)": 2}


def test_words_of_ours_such_as_a_status_stay() -> None:
    assert Walk(lambda text, name: COVERED)(Run("r", "0", status=RunStatus.FAILED)).status is (
        RunStatus.FAILED
    )


def names_seen(value: Any, *, tells_places: bool = False) -> dict[str, str]:
    seen = {}

    def look(text: str, name: str) -> str:
        seen[text] = name
        return text

    Walk(look, tells_places=tells_places)(value, "")
    return seen


def test_a_text_is_called_by_its_key() -> None:
    assert names_seen(Run("r", "0", params={"api_key": "x"}))["x"] == "api_key"


def test_a_default_is_called_as_its_parameter_is() -> None:
    assert names_seen(Parameter("token", default="x"))["x"] == "token"


def test_a_variable_is_called_by_its_name() -> None:
    assert names_seen(DockerEnvironment(environment=(("TOKEN", "x"),)))["x"] == "TOKEN"


def test_a_text_may_be_called_by_all_of_its_way() -> None:
    seen = names_seen(Run("r", "0", params={"api_key": "x"}), tells_places=True)

    assert seen["x"] == "params/api_key"
