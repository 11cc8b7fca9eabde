"""The fast way of reading a `meta.yaml` says what the parser says, or leaves it to the parser."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from reportgen.errors import Problem
from reportgen.sources.small_files import RESTORE, read_bytes
from reportgen.sources.text import plain_fields, read_meta, read_values

LINES = [
    "name: plain",
    "name: two words",
    "name: C=0.01",
    "name: 0.5",
    "name: 007",
    "name: 0x1f",
    "name: 1_000",
    "name: 12e34",
    "name: 2026-11-23",
    "name: 12:30:00",
    "name: true",
    "name: Yes",
    "name: off it goes",
    "name: null",
    "name: ~",
    "name: ''",
    "name: '1'",
    "name: 'it''s'",
    "name: 'null'",
    'name: "double \\n quoted"',
    "name: a # comment",
    "name: a: b",
    "name: ends:",
    "name: trailing ",
    "name: [a, b]",
    "name: {a: b}",
    "name: &anchor x",
    "name: !!str 1",
    "name: |\n  block",
    "name: first\n  second",
    "name: -1",
    "name: - 1",
    "name: Größe",
    "name: 12345678901234567890123456789012",
    "name: 1064ce206896478e9cf7a665b71ae09b",
    "name: file:///srv/a%20b/mlruns/0",
    "name: s3://bucket/some prefix/root",
    "name: ./mlruns/0",
    "name: C:\\mlruns\\0",
    "name: /srv/a b/mlruns",
    "name: x\nname: y",
    "name: x\n\nstatus: 3",
    "# comment\nname: x",
    "---\nname: x",
    "name:",
    "tags: []",
]


@pytest.mark.parametrize("line", LINES)
def test_a_field_is_what_the_parser_makes_of_it(line: str) -> None:
    found = plain_fields(f"{line}\n".encode())

    assert found is None or found == yaml.safe_load(line)


@pytest.mark.parametrize("line", ["name: a: b", "name: 'x", "a\tb"])
def test_what_is_not_yaml_is_left_to_the_parser(line: str) -> None:
    assert plain_fields(f"{line}\n".encode()) is None


@pytest.mark.parametrize("name", ["v0.8-file", "v1.30-file", "v2.22-file", "v3.17-file"])
def test_the_fields_of_every_real_run_are_what_the_parser_makes_of_them(
    stores: Mapping[str, Path], name: str
) -> None:
    for meta in stores[name].glob("mlruns/*/*/meta.yaml"):
        found = plain_fields(meta.read_bytes())

        assert found is None or found == yaml.safe_load(meta.read_text("utf-8"))


def test_most_real_runs_need_no_parser(stores: Mapping[str, Path]) -> None:
    metas = list(stores["v3.17-file"].glob("mlruns/[0-9]*/*/meta.yaml"))

    assert sum(plain_fields(meta.read_bytes()) is not None for meta in metas) > len(metas) * 0.7


def test_an_unusual_meta_yaml_is_parsed(tmp_path: Path) -> None:
    (tmp_path / "meta.yaml").write_text('name: "Gr\\xF6\\xDFe"\nstatus: 3 # done\n')
    problems: list[Problem] = []

    assert read_meta(f"{tmp_path}/meta.yaml", "", problems) == {"name": "Größe", "status": 3}
    assert problems == []


def test_a_meta_yaml_that_is_not_utf8_is_a_problem_and_still_read(tmp_path: Path) -> None:
    (tmp_path / "meta.yaml").write_bytes(b"name: caf\xe9\nstatus: 3\n")
    problems: list[Problem] = []

    assert read_meta(f"{tmp_path}/meta.yaml", "m", problems) == {"name": "caf�", "status": 3}
    assert problems == [
        Problem("m", "Is not UTF-8; odd bytes are shown as �.", "Save it in UTF-8.")
    ]


@pytest.mark.parametrize(("text", "what"), [("", "Is empty."), ("- a\n", "Is not a mapping.")])
def test_a_meta_yaml_without_fields_is_a_problem(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "meta.yaml").write_text(text)
    problems: list[Problem] = []

    assert read_meta(f"{tmp_path}/meta.yaml", "m", problems) == {}
    assert problems == [Problem("m", what, RESTORE)]


def test_a_meta_yaml_that_is_just_being_written_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meta = tmp_path / "meta.yaml"
    meta.touch()
    monkeypatch.setattr("reportgen.sources.text.sleep", lambda _: meta.write_text("status: 3\n"))
    problems: list[Problem] = []

    assert read_meta(str(meta), "m", problems) == {"status": 3}
    assert problems == []


@pytest.mark.parametrize("size", [0, 1, 32_767, 32_768, 32_769, 700_000])
def test_a_file_of_any_size_is_read_whole(tmp_path: Path, size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    (tmp_path / "file").write_bytes(data[:size])

    assert read_bytes(f"{tmp_path}/file") == data[:size]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(100_000))

    with pytest.raises(OSError, match="more than 50,000 bytes"):
        read_bytes(f"{tmp_path}/file", largest=50_000)


def test_nested_folders_make_keys_with_slashes_in_order(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "b" / "c" / "d").write_text("1\r\n")
    (tmp_path / "a").write_text("")

    values = read_values(str(tmp_path), "params", [])

    assert list(values.items()) == [("a", ""), ("b/c/d", "1\r\n")]
