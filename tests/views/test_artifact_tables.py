"""The heads of tables among a run's files: CSV, TSV, what `log_table` wrote, Parquet."""

import builtins
from collections.abc import Callable
from typing import Any

import pytest

from reportgen.views.artifacts import artifact_list
from reportgen.views.artifacts.previews import Body
from tests import every_artifact
from tests.builders import an_artifact

PAGE = "runs/id-baseline.abc.html"


def preview(path: str, content: str | bytes) -> Body:
    """How the page shows one file."""
    data = content.encode() if isinstance(content, str) else content
    artifact = an_artifact(path, len(data))
    found = artifact_list([artifact], {path: "files/1/x"}, {path: data}, PAGE)
    return found.previews[0].body


def cells(shown: Body) -> list[list[str]]:
    assert shown.table is not None
    return [[cell.text for cell in row] for row in shown.table.rows]


def test_a_csv_file_is_a_table() -> None:
    shown = preview("scores.csv", 'class,f1\n"a, b",0.91273\n')

    assert shown.table is not None
    assert (shown.table.columns, shown.table.note) == (("class", "f1"), "1 row")
    assert cells(shown) == [["a, b", "0.9127"]]


def test_a_tsv_file_is_parted_by_tabs() -> None:
    assert cells(preview("scores.tsv", "a\tb\n1,5\t2\n")) == [["1,5", "2"]]


def test_a_logged_table_is_a_table() -> None:
    """As `mlflow.log_table` writes it: pandas' split form."""
    shown = preview("table.json", '{"columns": ["q", "n"], "data": [["why?", 3], [null, true]]}')

    assert cells(shown) == [["why?", "3"], ["", "true"]]


@pytest.mark.parametrize(
    ("written", "shown", "number"),
    [
        ("0.123456", "0.1235", True),
        ("1e-5", "1.000e-5", True),
        (".5", "0.5000", True),
        # whole numbers may be ids, years, codes: no digit is lost, none is added
        ("12480", "12480", True),
        ("007", "007", True),
        ("12345678901234567890", "12345678901234567890", True),
        # what only looks like a number to Python
        ("1_000", "1_000", False),
        ("nan", "nan", False),
        ("infinity", "infinity", False),
        ("1.2.3", "1.2.3", False),
        ("", "", False),
    ],
)
def test_a_cell(written: str, shown: str, number: bool) -> None:
    table = preview("scores.csv", f"a,b\nx,{written}\n").table

    assert table is not None
    cell = table.rows[0][1]
    assert (cell.text, cell.number) == (shown, number)


@pytest.mark.parametrize("value", ["1" + "0" * 400, "1e400", "[[1, 2], {}]", "NaN"])
def test_odd_values_of_a_logged_table_cost_nothing(value: str) -> None:
    shown = preview("table.json", f'{{"columns": ["a"], "data": [[{value}]]}}')

    assert shown.table is not None


@pytest.mark.parametrize(
    "content",
    ['{"columns": ["a"], "data": [1]}', '{"columns": 1, "data": []}', '{"columns": ["a"]}', "[]"],
)
def test_json_that_is_no_table_is_text(content: str) -> None:
    shown = preview("table.json", content)

    assert (shown.table, shown.text is not None) == (None, True)


def test_of_a_long_table_its_head_is_shown() -> None:
    head = ",".join(f"c{n}" for n in range(30))
    shown = preview("scores.csv", "\n".join([head, *["1" + ",2" * 29] * 450]))

    assert shown.table is not None
    assert shown.table.note == "first 100 of 450 rows, 12 of 30 columns"
    assert (len(shown.table.rows), len(shown.table.rows[0])) == (100, 12)


def test_rows_that_are_too_short_are_filled() -> None:
    assert cells(preview("scores.csv", "a,b,c\n1\n")) == [["1", "", ""]]


@pytest.mark.parametrize("content", ["", "\n\n", "\0\0", '"', "a" * 140_000])
def test_a_table_that_is_none_costs_nothing(content: str) -> None:
    assert preview("scores.csv", content).table is not None


def test_columns_of_numbers_are_told() -> None:
    table = preview("scores.csv", "class,f1,n\nred,0.5,1\nwhite,,2\n").table

    assert table is not None and table.numbers == (False, True, True)


def test_a_number_that_was_shortened_is_still_exact() -> None:
    table = preview("scores.csv", "f1\n0.91273\n").table

    assert table is not None
    assert 'title="0.91273"' in table.rows[0][0].text.__html__()  # type: ignore[attr-defined]


def test_pictures_in_the_cells_of_a_logged_table_are_shown() -> None:
    """As `log_table` writes an `mlflow.Image`: the paths of two files."""
    one = '{"type": "image", "filepath": "a.png", "compressed_filepath": "a.webp"}'
    gone = '{"type": "image", "filepath": "gone.png"}'
    content = f'{{"columns": ["p"], "data": [[{one}], [{gone}]]}}'.encode()
    paths = {"t.json": "files/1/t.json", "a.png": "files/2/a.png", "a.webp": "files/3/a.webp"}
    files = [an_artifact(path) for path in paths]

    (shown,) = artifact_list(files, paths, {"t.json": content}, PAGE).previews

    assert shown.body.table is not None
    assert [row[0].src for row in shown.body.table.rows] == ["../files/3/a.webp", ""]


# Parquet


def test_of_a_parquet_file_the_head_is_shown() -> None:
    table = preview("rows.parquet", every_artifact.parquet()).table

    assert table is not None
    assert table.note == "first 100 of 250 rows"
    assert table.columns == ("id", "score", "tags")
    assert [cell.text for cell in table.rows[1]] == ["1", "0.1429", '["a", "b"]']


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"x" * 50 + b"PAR1"])
def test_a_broken_parquet_file_costs_only_itself(content: bytes) -> None:
    shown = preview("rows.parquet", content)

    assert shown.notice is not None and shown.notice.what.startswith("This file could not be read")


def test_without_pyarrow_the_page_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    load: Callable[..., Any] = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return load(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    shown = preview("rows.parquet", b"PAR1")

    assert shown.notice is not None and "reportgen-mlflow[parquet]" in shown.notice.hint
