"""Texts to plain values: bounded, finite, and one kind of error."""

import json
import os
from pathlib import Path

import pytest

from reportgen.sources.plain import from_json, from_yaml, from_yaml_as_text, read_text

BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9)
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1", {"a": 1}),
        ("", None),
        ("2: x\ntrue: y", {"2": "x", "True": "y"}),
        ("when: 2024-01-02", {"when": "2024-01-02"}),
        ("lr: 1e-3", {"lr": "1e-3"}),  # YAML 1.1 wants a point in a number
        ("[.nan, .inf, -.inf]", ["nan", "inf", "-inf"]),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("!!set {b, a}", ["a", "b"]),
    ],
)
def test_yaml_becomes_what_json_could_hold(text: str, value: object) -> None:
    assert from_yaml(text) == value


def test_yaml_as_text_keeps_numbers_as_written() -> None:
    assert from_yaml_as_text("python: 3.10\nlist: [1.0, yes]") == {
        "python": "3.10",
        "list": ["1.0", "yes"],
    }


def test_json_numbers_that_are_not_finite_are_none() -> None:
    assert from_json("[NaN, Infinity, -Infinity, 1e999, 1.5]") == [None, None, None, None, 1.5]


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "a: \0",
        "%",
        "a: !!int ''",
        "a: !!bool maybe",
        "a: !!timestamp soon",
        "a: 2024-13-45",
        "? {a: b}\n: c",
        "a: !!python/object/apply:os.getcwd []",
        "&a [*a]",
        "[" * 4_000,
        "[" * 200_000,  # overruns the stack of libyaml's composer
        "{a: " * 50_000,
        "- " * 100_000,
        BOMB,
    ],
    ids=lambda text: text[:24],
)
def test_a_bad_yaml_text_is_a_value_error_of_one_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        from_yaml(text)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "[" * 200 + "]" * 200])
def test_a_bad_json_text_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        from_json(text)


def test_what_comes_out_can_always_be_written_as_json() -> None:
    value = from_yaml("{a: .nan, 2024-01-02: [!!binary aGk=, !!omap [k: v]], 7: 12:30:45}")

    assert json.loads(json.dumps(value, allow_nan=False)) == value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_in_the_encodings_that_windows_writes(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "file").write_bytes("naïve 回帰".encode(encoding))

    assert read_text(tmp_path / "file") == "naïve 回帰"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfb", "it is not UTF-8 text"),
        (b"x" * 101, r"it is too large to read \(101 bytes\)"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "only its Git LFS pointer"),
    ],
)
def test_a_file_that_is_no_text_is_a_value_error(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "file").write_bytes(content)

    with pytest.raises(ValueError, match=message):
        read_text(tmp_path / "file", largest=100)


def test_a_missing_file_is_a_value_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="it cannot be opened"):
        read_text(tmp_path / "file")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(ValueError, match="it is not a file"):
        read_text(tmp_path / "pipe")
