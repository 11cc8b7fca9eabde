"""Notes of strangers: Markdown in, HTML out that can do nothing."""

import random
import time

import pytest

from reportgen.views.prose import first_sentence, note_prose, prose


def test_markdown_becomes_html() -> None:
    assert prose("It *works*.") == "<p>It <em>works</em>.</p>"


@pytest.mark.parametrize("text", ["", "  \n\t "])
def test_no_note_is_no_html(text: str) -> None:
    assert prose(text) == ""


def test_tables_and_code_are_laid_out() -> None:
    html = prose("| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nx = '<b>'\n```\n")

    assert "<table>" in html and '<td align="right">2</td>' in html
    assert "<pre><code>x = '&lt;b&gt;'\n</code></pre>" in html


@pytest.mark.parametrize(
    ("markdown", "tag"),
    [("# a", "h3"), ("### a", "h3"), ("# x\n## a", "h4"), ("## x\n#### a", "h4")],
)
def test_headings_go_below_those_of_the_page_and_skip_no_level(markdown: str, tag: str) -> None:
    assert prose(markdown).endswith(f"<{tag}>a</{tag}>")


def test_a_rule_is_no_heading() -> None:
    assert prose("a\n\n---\n\nb") == "<p>a</p>\n<hr>\n<p>b</p>"


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<iframe src='https://evil.example'></iframe>",
        "<object data='x.swf'></object>",
        "<p onclick='alert(1)'>text</p>",
        "<p style='position:fixed'>text</p>",
        "<style>body{display:none}</style>",
        "<form action='https://evil.example'><input></form>",
        "<meta http-equiv=refresh content='0;url=//evil.example'>",
        "<base href='//evil.example'>",
        "<a href='javascript:alert(1)'>text</a>",
        "[text](javascript:alert(1))",
        "[text](JaVaScRiPt:alert(1))",
        "[text](\tjavascript:alert(1))",
        "[text](&#106;avascript:alert(1))",
        "[text](data:text/html;base64,PHNjcmlwdD4=)",
        "[text](vbscript:x)",
        "[text](file:///etc/passwd)",
        "<javascript:alert(1)>",
        "[text][1]\n\n[1]: javascript:alert(1)",
        "<a id='main' name='main' class='skip'>text</a>",
        "<div data-copy='x'>text</div>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    ],
)
def test_nothing_that_acts_passes(markdown: str) -> None:
    html = prose(markdown).lower()

    tags = html.split("<")[1:]
    for forbidden in (
        *("script", "img", "svg", "iframe", "object", "style", "form", "input", "meta", "base"),
    ):
        assert not any(tag.startswith(forbidden) for tag in tags)
    for attribute in ("onerror=", "onload=", "onclick=", "style=", "id=", "class=", "data-"):
        assert not any(attribute in tag.partition(">")[0].partition("title=")[0] for tag in tags)
    for scheme in ("javascript:", "vbscript:", "data:", "file:"):
        assert f'href="{scheme}' not in html


@pytest.mark.parametrize(
    "markdown",
    [
        "![the curve](https://tracker.example/pixel.png)",
        "![the curve][1]\n\n[1]: https://tracker.example/pixel.png",
        "<img alt='the curve' src='https://tracker.example/pixel.png'>",
    ],
)
def test_a_note_fetches_nothing_from_elsewhere(markdown: str) -> None:
    assert "tracker.example" not in prose(markdown)


def test_the_text_of_an_image_stays() -> None:
    assert prose("![the curve](curve.png)") == "<p>the curve</p>"


def test_links_tell_the_other_side_nothing() -> None:
    html = prose("[data](https://example.org/wine)")

    assert html == (
        '<p><a href="https://example.org/wine" rel="noopener noreferrer nofollow">data</a></p>'
    )


def test_one_note_leaves_nothing_behind_for_the_next() -> None:
    """Reference links are kept by the converter until it is reset."""
    prose("[1]: https://example.org/secret")

    assert prose("[text][1]") == "<p>[text][1]</p>"


@pytest.mark.parametrize(
    "piece",
    [
        "![",
        "[",
        "<",
        "*a ",
        "> ",
        "`",
        "[a](",
        "- ",
        "<!--",
        "<a ",
        "<img ",
        "<http://",
        "a@b<",
        "a\n=\n",
        "<p a='",
        "1. ",
        '<img alt="x" ',
    ],
)
def test_a_hostile_note_is_done_in_time(piece: str) -> None:
    began = time.process_time()
    prose(piece * (30_000 // len(piece)))

    assert time.process_time() - began < 5


def test_the_opening_of_a_hostile_note_is_found_in_time() -> None:
    began = time.process_time()
    first_sentence("![" * 200_000 + "<" * 200_000)

    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("note", "opening"),
    [
        ("", ""),
        ("A baseline. It is slow.", "A baseline."),
        ("A baseline", "A baseline"),
        ("# Wine\n\nWhat makes a wine good?", "What makes a wine good?"),
        ("# Wine\nWhat makes a wine good? We ask.", "What makes a wine good?"),
        ("Version 1.5 is better. Really.", "Version 1.5 is better."),
        ("Uses `max_depth` and **bold** _words_.", "Uses max_depth and bold words."),
        ("See [the paper](https://example.org).", "See the paper."),
        ("![curve](curve.png)\n\nThe text.", "curve"),
        ("| a | b |\n|---|---|\n\nThe text.", "The text."),
        ("- one\n- two\n\nThe text.", "The text."),
        ("```\ncode\n```\n\nThe text.", "The text."),
        ("<b>Bold</b> text.", "Bold text."),
        ("two\nlines", "two lines"),
    ],
)
def test_the_opening_of_a_note_is_its_first_sentence(note: str, opening: str) -> None:
    assert first_sentence(note) == opening


def test_a_long_opening_is_cut_between_words() -> None:
    opening = first_sentence("word " * 100)

    assert opening.endswith(" word…") and len(opening) <= 180


def test_what_looks_like_an_image_in_code_stays() -> None:
    assert "![a](b.png)" in prose("```\n![a](b.png)\n```")


def test_the_headings_of_a_note_have_ids_that_stay() -> None:
    note = note_prose("# Results\n\n## Why *this*?\n\n## Results")

    assert 'href="#note-results"' in note
    assert [part.split('"')[0] for part in note.split(' id="')[1:]] == [
        *("note-results", "note-why-this", "note-results-2"),
    ]


def test_a_note_of_many_headings_begins_with_a_list_of_them() -> None:
    short, long = (
        note_prose("# One\n\n# Two"),
        note_prose("# One\n\n## <b>&amp; two</b>\n\n# Three"),
    )

    assert "<nav" not in short
    assert long.startswith('<nav class="toc" aria-label="In these notes"><p class="in1">')
    assert '<p class="in2"><a class="lnk" href="#note-two">&amp; two</a></p>' in long


PIECES = (
    "words ",
    "é 日本 ",
    "a & b ",
    '"so" ',
    "e.g. ",
    "it’s ",
    "3.5 ",
    "\n",
    "\n\n",
    "# ",
    "### ",
)
MARKS = ("- ", "1. ", "> ", "    ", "---\n", "===\n", "*", "&amp;", "[a](b)", "  \n", "\t")


def test_notes_of_words_alone_are_what_the_converter_makes_of_them() -> None:
    dice = random.Random(7)
    forced = "\n\n*x*"  # by which a note is more than words
    for _ in range(300):
        text = "".join(dice.choices((*PIECES, *PIECES, *PIECES, *MARKS), k=6)).strip()
        whole = prose(f"a\n\n{text}{forced}")

        assert f"{prose(f'a{chr(10) * 2}{text}')}\n<p><em>x</em></p>" == whole, text
