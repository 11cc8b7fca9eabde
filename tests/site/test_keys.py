"""Keys: equal values have equal keys everywhere, different ones have not."""

import subprocess
import sys
from array import array
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import pytest

from reportgen.site.keys import file_digest, key_of
from tests.builders import a_run


@dataclass(frozen=True, slots=True)
class Pair:
    left: Any
    right: Any


@dataclass(frozen=True, slots=True)
class Couple:
    left: Any
    right: Any


class Colour(StrEnum):
    RED = "red"


def test_a_key_is_twelve_hex_digits() -> None:
    key = key_of("anything")

    assert (len(key), set(key) <= set("0123456789abcdef")) == (12, True)


def test_equal_values_have_equal_keys() -> None:
    assert key_of(a_run(params={"lr": "0.1"})) == key_of(a_run(params={"lr": "0.1"}))


def test_the_order_of_a_mapping_counts_as_pages_show_it() -> None:
    assert key_of({"a": 1, "b": 2}) != key_of({"b": 2, "a": 1})


def test_the_order_of_a_set_does_not_count() -> None:
    assert key_of(frozenset("abc")) == key_of(frozenset("cba"))


def test_the_order_of_a_tuple_counts() -> None:
    assert key_of(("a", "b")) != key_of(("b", "a"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        (("a",), "a"),
        (("a", ("b",)), (("a", "b"),)),
        ("1", 1),
        (1, 1.0),
        (1, True),
        (0, False),
        (None, "None"),
        ("", None),
        ("", ()),
        ((), {}),
        (b"a", "a"),
        ({"a": "b"}, ("a", "b")),
        ({"a": ""}, {"": "a"}),
        (float("nan"), float("inf")),
        (Pair("a", "b"), Couple("a", "b")),
        (Pair("a", "b"), Pair("b", "a")),
        (Pair(("a",), ()), Pair((), ("a",))),
        (array("d", [0.1]), array("d", [0.2])),
        ("s1:a", "a"),
    ],
    ids=repr,
)
def test_different_values_have_different_keys(one: Any, other: Any) -> None:
    assert key_of(one) != key_of(other)


def test_where_one_argument_ends_counts() -> None:
    assert key_of("a", "b") != key_of(("a", "b"))


def test_a_run_with_one_other_digit_has_another_key() -> None:
    run = a_run(metrics={"loss": (0.5, 0.25)})

    assert key_of(run) != key_of(replace(run, metrics=a_run(metrics={"loss": (0.5, 0.26)}).metrics))


def test_not_a_number_equals_itself() -> None:
    assert key_of(float("nan")) == key_of(float("nan"))


def test_a_name_that_is_no_unicode_has_a_key() -> None:
    assert key_of("\udcff") != key_of("\udcfe")


def test_a_word_of_ours_is_its_text() -> None:
    assert key_of(Colour.RED) == key_of("red")


@pytest.mark.parametrize("value", [object(), print, 1j], ids=["object", "function", "complex"])
def test_what_has_no_content_has_no_key(value: Any) -> None:
    with pytest.raises(TypeError, match="no key can be made of"):
        key_of(value)


def test_another_process_finds_the_same_key() -> None:
    """Though Python hashes texts with another seed there."""
    code = "from reportgen.site.keys import key_of; print(key_of(frozenset('abc'), {'x': 1.5}))"

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() == key_of(frozenset("abc"), {"x": 1.5})


def test_a_file_is_named_by_its_content() -> None:
    assert file_digest(b"abc") == "ba7816bf8f01cfea4141"
