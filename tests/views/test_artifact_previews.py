"""The files of a run: the tree, the pictures, and what is shown of texts and tables."""

from collections.abc import Sequence

import pytest

from reportgen.views import addresses
from reportgen.views.artifacts import (
    ArtifactList,
    Preview,
    artifact_list,
    file_rows,
    stored_name,
    wants_preview,
)
from tests.builders import an_artifact

PAGE = "runs/id-baseline.abc.html"


def preview(path: str, content: str | bytes) -> Preview:
    """How the page shows one file."""
    data = content.encode() if isinstance(content, str) else content
    artifact = an_artifact(path, len(data))
    found = artifact_list([artifact], {path: "files/1/x"}, {path: data}, PAGE)
    return found.previews[0]


def pictures(*paths: str) -> ArtifactList:
    copies = {path: f"files/{place}/{place}.png" for place, path in enumerate(paths)}
    return artifact_list([an_artifact(path) for path in paths], copies, {}, PAGE)


def cells(shown: Preview) -> list[list[str]]:
    assert shown.table is not None
    return [[cell.text for cell in row] for row in shown.table.rows]


# The tree


def drawn(paths: Sequence[str]) -> list[str]:
    rows = file_rows([an_artifact(path, 100) for path in paths], {})
    return [f"{'  ' * row.depth}{row.name}{'/' if row.folder else ''} {row.size}" for row in rows]


def test_files_stand_in_their_folders() -> None:
    assert drawn(["model/MLmodel", "notes.txt", "model/data/model.pkl"]) == [
        "model/ 200 B",
        "  MLmodel 100 B",
        "  data/ 100 B",
        "    model.pkl 100 B",
        "notes.txt 100 B",
    ]


def test_folders_of_the_same_name_are_told_apart() -> None:
    assert drawn(["a/x/1", "b/x/2"]) == [
        "a/ 100 B",
        "  x/ 100 B",
        "    1 100 B",
        "b/ 100 B",
        "  x/ 100 B",
        "    2 100 B",
    ]


def test_a_file_that_was_copied_is_linked() -> None:
    rows = file_rows(
        [an_artifact("a.txt"), an_artifact("large.bin")], {"a.txt": "../files/1/a.txt"}
    )

    assert [row.href for row in rows] == ["../files/1/a.txt", ""]


def test_the_files_are_summed_up() -> None:
    found = artifact_list([an_artifact("a", 1500), an_artifact("b", 600)], {}, {}, PAGE)

    assert found.summary == "2 files, 2.1 kB"


def test_why_there_are_no_files_is_told() -> None:
    found = artifact_list([], {}, {}, PAGE, missing="They lie on s3, which is not read.")

    assert (found.summary, found.missing) == ("", "They lie on s3, which is not read.")


# Pictures


def test_single_pictures_are_shown_together() -> None:
    (gallery,) = pictures("roc.png", "plots/confusion.webp", "notes.txt").galleries

    assert [picture.name for picture in gallery.pictures] == ["roc.png", "plots/confusion.webp"]
    assert gallery.pictures[0].src == "../files/0/0.png"


def test_pictures_over_steps_are_shown_in_order_under_their_key() -> None:
    """As `mlflow.log_image(image, key=…, step=…)` names them, with a small twin of each."""
    name = "images/pred%sample%step%{}%timestamp%1795521600000%4f1c{}.png"

    (gallery,) = pictures(
        name.format(10, ""), name.format(2, ""), name.format(2, "%compressed")
    ).galleries

    assert gallery.title == "pred%sample"
    assert [picture.step for picture in gallery.pictures] == [2, 10]


def test_a_picture_that_was_not_copied_is_not_shown() -> None:
    assert artifact_list([an_artifact("roc.png")], {}, {}, PAGE).galleries == ()


# Texts


def test_a_text_is_shown() -> None:
    shown = preview("train.log", "epoch 1\nepoch 2\n")

    assert shown.code is not None
    assert shown.code.html == "epoch 1\nepoch 2"


def test_a_long_text_is_cut_and_says_so() -> None:
    shown = preview("train.log", "".join(f"epoch {n}\n" for n in range(1000)))

    assert shown.note == "first 40 of 1,000 lines"
    assert shown.code is not None and shown.code.html.endswith("epoch 39")


def test_a_very_long_line_is_cut() -> None:
    shown = preview("train.log", "x" * 100_000)

    assert shown.code is not None and len(shown.code.html) == 400


def test_a_text_of_another_encoding_is_shown_as_far_as_it_can_be() -> None:
    shown = preview("train.log", "naïve".encode("latin-1"))

    assert shown.code is not None and shown.code.html == "na\ufffdve"


@pytest.mark.parametrize("path", ["plot.html", "plot.svg"])
def test_what_a_browser_could_run_is_shown_as_text(path: str) -> None:
    shown = preview(path, "<script>alert(1)</script>")

    assert shown.note == "shown as text: nothing in it is run"
    assert shown.code is not None and "<script>" not in shown.code.html


def test_markdown_is_laid_out() -> None:
    assert preview("report.md", "It *works*.").prose == "<p>It <em>works</em>.</p>"


def test_json_is_indented() -> None:
    shown = preview("config.json", '{"a":[1,2]}')

    assert shown.code is not None and shown.code.html.striptags() == '{ "a": [ 1, 2 ] }'


@pytest.mark.parametrize("content", ["{", "[" * 100_000, "[" * 985 + "]" * 985, "", "\0"])
def test_json_that_is_none_is_shown_as_it_is(content: str) -> None:
    assert preview("config.json", content).code is not None


# Tables


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

    assert (shown.table, shown.code is not None) == (None, True)


def test_of_a_long_table_its_head_is_shown() -> None:
    head = ",".join(f"c{n}" for n in range(30))
    shown = preview("scores.csv", "\n".join([head, *["1" + ",2" * 29] * 45]))

    assert shown.table is not None
    assert shown.table.note == "first 20 of 45 rows, first 12 of 30 columns"
    assert (len(shown.table.rows), len(shown.table.rows[0])) == (20, 12)


def test_rows_that_are_too_short_are_filled() -> None:
    assert cells(preview("scores.csv", "a,b,c\n1\n")) == [["1", "", ""]]


@pytest.mark.parametrize("content", ["", "\n\n", "\0\0", '"', "a" * 140_000])
def test_a_table_that_is_none_costs_nothing(content: str) -> None:
    assert preview("scores.csv", content).table is not None


# What is shown at all, and under which name a copy is kept


@pytest.mark.parametrize(
    ("path", "size", "shown"),
    [
        ("notes.txt", 312, True),
        ("report.MD", 312, True),
        ("MLmodel", 312, True),
        ("model/MLproject", 312, True),
        ("notes.txt", 200_001, False),
        ("model.pkl", 312, False),
        ("roc.png", 312, False),
        ("README", 312, False),
    ],
)
def test_which_files_are_shown(path: str, size: int, shown: bool) -> None:
    assert wants_preview(an_artifact(path, size)) is shown


def test_reports_go_before_tables_and_tables_before_the_rest() -> None:
    contents = {path: b"" for path in ("a.txt", "b.csv", "c.json", "d.md")}

    found = artifact_list([an_artifact(path) for path in contents], {}, contents, PAGE)

    assert [shown.name for shown in found.previews] == ["d.md", "b.csv", "c.json", "a.txt"]


def test_of_very_many_files_the_first_are_shown() -> None:
    contents = {f"{n:03}.txt": b"" for n in range(100)}

    found = artifact_list([an_artifact(path) for path in contents], {}, contents, PAGE)

    assert (len(found.previews), len(found.rows)) == (24, 100)


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("plots/roc.png", "roc.png"),
        ("plots/figure.html", "figure.html.txt"),
        ("FIGURE.HTML", "FIGURE.HTML.txt"),
        ("x.svg", "x.svg.txt"),
        ("paper.pdf", "paper.pdf.txt"),
        ("a.js", "a.js.txt"),
        ("data.xml", "data.xml.txt"),
    ],
)
def test_what_a_browser_could_run_is_kept_as_text(path: str, kept: str) -> None:
    assert stored_name(path, b"<script>alert(1)</script>") == kept


@pytest.mark.parametrize(
    "path",
    ["report.html~", "x.ht-ml", ".html", "x.html ", "x.svg~", "x.xht", "x.svgz", "page", "a.b"],
)
def test_no_name_can_make_a_copy_run(path: str) -> None:
    address = addresses.file("0f", stored_name(path, b"<script>alert(1)</script>"))

    assert address.endswith(".txt")


def test_bytes_of_an_unknown_kind_are_kept_as_bytes() -> None:
    assert stored_name("weights.xyz", b"\x93\0\1") == "weights.xyz.bin"
