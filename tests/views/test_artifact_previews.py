"""The files of a run: the tree, what is shown of texts, and under which names copies are kept."""

import json
from collections.abc import Sequence

import pytest

from reportgen.views import addresses
from reportgen.views.artifacts import artifact_list
from reportgen.views.artifacts.kinds import has_twin, problem_of, stored_name, wants_preview
from reportgen.views.artifacts.listing import MOST_ROWS, FileRow, file_rows
from reportgen.views.artifacts.previews import Body
from tests.builders import an_artifact

PAGE = "runs/id-baseline.abc.html"


def preview(path: str, content: str | bytes) -> Body:
    """How the page shows one file."""
    data = content.encode() if isinstance(content, str) else content
    artifact = an_artifact(path, len(data))
    found = artifact_list([artifact], {path: "files/1/x"}, {path: data}, PAGE)
    return found.previews[0].body


# The tree


def every(rows: Sequence[FileRow]) -> list[FileRow]:
    return [one for row in rows for one in (row, *every(row.inside))]


def drawn(paths: Sequence[str]) -> list[str]:
    rows = every(file_rows([an_artifact(path, 100) for path in paths], {}))
    return [f"{'  ' * row.depth}{row.name}{'/' if row.folder else ''} {row.size}" for row in rows]


def test_files_stand_in_their_folders_after_other_folders() -> None:
    assert drawn(["model/MLmodel", "notes.txt", "model/data/model.pkl"]) == [
        "model/ 200 B",
        "  data/ 100 B",
        "    model.pkl 100 B",
        "  MLmodel 100 B",
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


def test_of_a_great_many_files_the_first_are_listed() -> None:
    rows = file_rows([an_artifact(f"{n:05}.bin") for n in range(MOST_ROWS + 7)], {})

    assert (len(rows), rows[-1].name) == (MOST_ROWS + 1, "and 7 more files")


def test_each_file_has_one_anchor_that_its_path_alone_decides() -> None:
    files = [an_artifact("a/notes.txt"), an_artifact("roc.png"), an_artifact("w.bin")]
    copies = {"a/notes.txt": "files/1/notes.txt", "roc.png": "files/2/roc.png"}

    found = artifact_list(files, copies, {"a/notes.txt": b"hello"}, PAGE)

    (card,) = found.previews
    (picture,) = found.galleries[0].pictures
    rows = {row.path: row for row in every(found.rows)}
    assert rows["a/notes.txt"].shown == card.anchor != ""
    assert rows["roc.png"].shown == picture.anchor == f"artifact-{addresses.slug('roc.png')}"
    assert (rows["w.bin"].anchor, rows["w.bin"].shown) == ("artifact-w.bin", "")


def test_what_was_not_copied_is_told() -> None:
    found = artifact_list(
        [an_artifact("a.txt"), an_artifact("large.bin")], {"a.txt": "files/1/a.txt"}, {}, PAGE
    )

    assert found.note.startswith("1 file is listed but not copied: larger than max_artifact_size")


def test_the_hash_and_the_name_to_save_under_are_told() -> None:
    content = {"sub/plot.html": b"<p>"}

    (shown,) = artifact_list(
        [an_artifact("sub/plot.html")], {"sub/plot.html": "files/1/plot.html.txt"}, content, PAGE
    ).previews

    assert shown.save_as == "plot.html"
    assert shown.sha256.startswith("33f2799467177287")
    assert shown.short_hash == shown.sha256[:12]


# Texts


def test_a_text_is_shown() -> None:
    shown = preview("train.log", "epoch 1\nepoch 2\n")

    assert shown.text is not None
    assert shown.text.head.html == "epoch 1\nepoch 2"


def test_a_long_text_is_cut_and_says_so() -> None:
    shown = preview("notes.txt", "".join(f"epoch {n}\n" for n in range(1000)))

    assert shown.note == "first 40 of 1,000 lines"
    assert shown.text is not None and shown.text.head.html.endswith("epoch 39")


def test_a_very_long_line_is_cut() -> None:
    shown = preview("train.log", "x" * 100_000)

    assert shown.text is not None and len(shown.text.head.html) == 400


def test_a_text_of_another_encoding_is_shown_as_far_as_it_can_be() -> None:
    shown = preview("train.log", "naïve".encode("latin-1"))

    assert shown.text is not None and shown.text.head.html == "na\ufffdve"


@pytest.mark.parametrize("path", ["plot.html", "plot.svg"])
def test_what_a_browser_could_run_is_text_on_the_page(path: str) -> None:
    shown = preview(path, "<script>alert(1)</script>")

    assert shown.text is not None and "<script>" not in shown.text.head.html


def test_markdown_is_laid_out() -> None:
    assert preview("report.md", "It *works*.").prose == "<p>It <em>works</em>.</p>"


def test_json_is_indented() -> None:
    shown = preview("config.json", '{"a":[1,2]}')

    assert shown.text is not None and shown.text.head.html.striptags() == '{ "a": [ 1, 2 ] }'


@pytest.mark.parametrize("content", ["{", "[" * 100_000, "[" * 985 + "]" * 985, "", "\0"])
def test_json_that_is_none_is_shown_as_it_is(content: str) -> None:
    assert preview("config.json", content).text is not None


def test_of_a_long_log_its_beginning_and_its_end_are_shown() -> None:
    text = preview("train.log", "".join(f"epoch {n}\n" for n in range(1000))).text

    assert text is not None and text.tail is not None
    assert text.note == "first 15 and last 25 of 1,000 lines"
    assert text.left_out == "960 lines"
    assert text.tail.html.endswith("epoch 999")


def test_json_may_be_laid_out_as_a_tree() -> None:
    assert preview("config.json", '{"a": 1}').tree
    assert not preview("config.json", "not json").tree


def test_a_text_has_a_twin_that_scripts_can_load() -> None:
    content = 'say "hi" \u2028 naïve'.encode()

    found = artifact_list(
        [an_artifact("a.txt")], {"a.txt": "files/0f/a.txt"}, {"a.txt": content}, PAGE
    )

    (script,) = found.made.values()
    assert list(found.made) == ["files/0f/a.txt.js"]
    assert json.loads(b"[" + script.removeprefix(b"RG.text(").removesuffix(b");\n") + b"]") == [
        "0f",
        content.decode(),
    ]


# What is shown at all, and under which name a copy is kept


@pytest.mark.parametrize(
    ("path", "size", "shown"),
    [
        ("notes.txt", 312, True),
        ("report.MD", 312, True),
        ("MLmodel", 312, True),
        ("model/MLproject", 312, True),
        ("notes.txt", 5_000_001, False),
        ("model.pkl", 312, False),
        ("roc.png", 312, False),
        ("README", 312, False),
    ],
)
def test_which_files_are_shown(path: str, size: int, shown: bool) -> None:
    assert wants_preview(an_artifact(path, size)) is shown


@pytest.mark.parametrize(
    ("path", "size", "told"),
    [
        ("a.txt", 200_000, True),
        ("a.txt", 200_001, False),
        ("a.png", 1, False),
        ("MLmodel", 1, True),
    ],
)
def test_which_files_have_a_twin(path: str, size: int, told: bool) -> None:
    assert has_twin(an_artifact(path, size)) is told


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
        ("plots/figure.html", "figure_html.txt"),
        ("FIGURE.HTML", "FIGURE_HTML.txt"),
        ("x.svg", "x_svg.txt"),
        ("paper.pdf", "paper_pdf.txt"),
        ("a.js", "a_js.txt"),
        ("data.xml", "data_xml.txt"),
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
    assert stored_name("weights.xyz", b"\x93\0\1") == "weights_xyz.bin"


@pytest.mark.parametrize(
    ("path", "content", "kept"),
    [
        ("x.html.npy", "text", "x_html.npy"),
        ("x.php.csv", "text", "x_php.csv"),
        ("x.svg.gz", "text", "x_svg.gz"),
        ("epoch-0.95.pt", "text", "epoch-0.95.pt"),
        ("model.pkl", " \n<html>", "model_pkl.txt"),
        ("notes.md", "\ufeff<h1>x", "notes_md.txt"),
        ("weights.pt", "%PDF-1.4", "weights_pt.txt"),
        ("x.csv", "<html>", "x.csv"),
    ],
)
def test_a_copy_has_one_ending_and_no_content_that_a_browser_guesses_to_be_a_document(
    path: str, content: str, kept: str
) -> None:
    assert stored_name(path, content.encode()) == kept


# What the bytes tell of a broken file


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("a.png", b"", "The artifact is no PNG file, as its name says."),
        ("a.pdf", b"hello", "The artifact is no PDF file, as its name says."),
        ("a.pdf", b"%PDF-1.7 trailer<</Encrypt 5 0 R>>", "The PDF is encrypted"),
        ("a.parquet", b"PAR1 and no end", "The Parquet file ends too early."),
        ("w.bin", b"version https://git-lfs.github.com/spec/v1\n", "Only the Git LFS pointer"),
    ],
)
def test_a_file_that_is_not_what_it_is_called_is_a_problem(
    path: str, content: bytes, said: str
) -> None:
    problem = problem_of(f"mlruns/{path}", path, content)

    assert problem is not None
    assert (problem.path, problem.hint != "") == (f"mlruns/{path}", True)
    assert problem.what.startswith(said)


def test_a_file_that_is_what_it_is_called_is_none() -> None:
    assert problem_of("a.pdf", "a.pdf", b"\n%PDF-1.7\n") is None
    assert problem_of("a.bin", "a.bin", b"") is None
