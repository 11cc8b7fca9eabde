"""Themes: a folder of one's own laid over the default one, and what can be wrong with it."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from markupsafe import Markup, escape

from reportgen.errors import ReportError
from reportgen.theme import FORBIDDEN, LATER, load_theme, shown
from reportgen.views.versions import versions_page
from tests.sites import SHARED


def test_css_of_one_s_own_comes_last(tmp_path: Path) -> None:
    (tmp_path / "css" / "fonts").mkdir(parents=True)
    (tmp_path / "css" / "custom.css").write_text("h1 { color: red }")
    (tmp_path / "css" / ".DS_Store").write_bytes(b"\0")

    assert load_theme(str(tmp_path)).css.endswith(b"h1{color:red}")


def test_another_template_is_another_theme(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "versions.html").write_text("{{ page.head.title }}")
    theme = load_theme(str(tmp_path))

    assert theme.render(versions_page([]), SHARED) == b"Report versions"
    assert theme.digest != load_theme().digest


def test_a_folder_without_anything_of_a_theme_is_refused(tmp_path: Path) -> None:
    (tmp_path / "custom.css").touch()

    with pytest.raises(ReportError, match="is no theme") as error:
        load_theme(str(tmp_path))

    assert "css/custom.css" in error.value.hint


@pytest.mark.parametrize("content", [b"{% if %}", b"{{ page.nope }}", b"\xff"])
def test_a_template_with_a_fault_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "versions.html").write_bytes(content)

    with pytest.raises(ReportError, match=r"versions\.html cannot be rendered"):
        load_theme(str(tmp_path)).render(versions_page([]), SHARED)


def test_what_one_kind_of_page_needs_is_in_a_stylesheet_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "custom.css").write_text("h1 { color: red }")
    theme = load_theme(str(tmp_path))

    assert b".cmp-table" not in theme.css
    assert b".cmp-table" in theme.style("compare")
    assert theme.style("compare").endswith(b"h1{color:red}")
    assert theme.assets().styles["compare"].startswith("assets/compare.")


@pytest.mark.parametrize("ends", [(0, 0xA1), (0xFDCE, 0xFDF1), (0xFFFC, 0x10000)])
def test_what_html_may_not_have_is_replaced_and_nothing_beside_it(ends: tuple[int, int]) -> None:
    theme = load_theme()
    for letter in map(chr, range(*ends)):
        shared = replace(SHARED, title=f"·a{letter}b")
        page = theme.render(versions_page([]), shared).decode()

        assert not FORBIDDEN.search(page)
        assert (f"a{escape(letter)}b" in page) is (FORBIDDEN.fullmatch(letter) is None)


class _Word(str):
    """Text of a class of its own is text."""


@pytest.mark.parametrize(
    "value",
    [
        *("", "plain", "a & b", "<script>", "'", '"', "&amp;", "ä\0\udc80"),
        *(_Word("<b>"), _Word("b"), 7, 0.5, None, ["<i>"], Markup("<b>bold</b>"), Markup("&")),
    ],
)
def test_templates_show_values_as_escape_gives_them(tmp_path: Path, value: object) -> None:
    assert shown(value) == escape(value)

    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "versions.html").write_text(
        "{% macro twice(it) %}{{ it }}{{ it }}{% endmacro %}{{ twice(site.title) }}"
        "{% autoescape false %}{{ site.title }}{% endautoescape %}"
    )
    told = replace(SHARED, title=value)  # type: ignore[arg-type]  # whatever comes
    page = load_theme(str(tmp_path)).render(versions_page([]), told)

    assert page.decode() == f"{escape(value) * 2}{value}".encode(
        "utf-8", "replace"
    ).decode().replace("\0", "\ufffd")


def test_what_many_pages_have_alike_is_rendered_once() -> None:
    asked: list[str] = []

    @dataclass(frozen=True)
    class Told:
        tone: str = "ok"
        icon: str = ""

        @property
        def text(self) -> str:
            asked.append(self.tone)
            return "<Finished>"

    chip = load_theme().environment.from_string('{{ it|piece("pieces/chip.html") }}')

    assert chip.render(it=Told()) == '<span class="chip ok">&lt;Finished&gt;</span>'
    assert chip.render(it=Told()) == chip.render(it=Told())
    assert chip.render(it=Told("bad")) != chip.render(it=Told())
    assert asked == ["ok", "bad"]


def test_the_script_of_all_pages_knows_where_what_is_asked_for_later_is() -> None:
    theme = load_theme()
    assets = theme.assets()
    report = theme.files[assets.scripts["report"].removeprefix("assets/")].decode()

    later = json.loads(report.rpartition("RG.later=")[2].removesuffix(";"))

    assert set(later) == set(LATER)
    assert later["search.js"] == assets.scripts["search"]
    assert later["asides.css"] == assets.styles["asides"]
