"""Pages of the user's own: Markdown in, pages of the site out; a dead link never goes unnoticed."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from reportgen.errors import ReportError
from reportgen.last_build import Summary
from tests.sites import build_site, contents, links, pages


class Docs:
    """A folder of pages beside a store, and the site of both."""

    def __init__(self, store: Path, folder: Path) -> None:
        self.store = store
        self.folder = folder / "docs"
        self.folder.mkdir()
        self.site = folder / "_site"

    def write(self, path: str, text: str) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")

    def build(self, **settings: object) -> Summary:
        return build_site(self.site, self.store, pages=self.folder, **settings)

    def page(self, id: str) -> str:
        """The newest page of that id."""
        (pointer,) = [
            href
            for _, name, href in links(self.read(f"pages/{id}/index.html"))
            if name == "href" and re.fullmatch(r"[0-9a-f]{12}\.html", href)
        ][:1]
        return self.read(f"pages/{id}/{pointer}")

    def read(self, address: str) -> str:
        return (self.site / address).read_text("utf-8")

    def problems(self) -> list[str]:
        return [f"{one.path}: {one.what}" for one in self.build().problems]


@pytest.fixture
def docs(stores: Mapping[str, Path], tmp_path: Path) -> Docs:
    return Docs(stores["v1.0-file"], tmp_path)


def test_a_page_has_a_title_a_text_and_an_address(docs: Docs) -> None:
    docs.write("guide.md", "# The guide\n\nWe trained *much*.\n")
    docs.build()

    page = docs.page("guide")
    assert "<h1>The guide</h1>" in page
    assert "<p>We trained <em>much</em>.</p>" in page
    assert "<title>The guide" in page


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: Told\n---\n# Written\n", "Told"),
        ("---\norder: 3\n---\n# Written\n", "Written"),
        ("no heading", "Getting started"),
        ("", "Getting started"),
    ],
)
def test_where_a_title_comes_from(docs: Docs, text: str, title: str) -> None:
    docs.write("getting-started.md", text)
    docs.build()

    assert f"<h1>{title}</h1>" in docs.page("getting-started")


def test_the_list_of_pages_is_in_order(docs: Docs) -> None:
    docs.write("z.md", "---\norder: 1\n---\n# First\n")
    docs.write("a.md", "# Last\n")
    docs.write("deep/index.md", "---\norder: 2\n---\n# Second\n")
    docs.write("deep/b.md", "# Below it\n")
    docs.build()

    nav = docs.page("a").partition('aria-label="Pages"')[2].partition("</nav>")[0]
    titles = re.findall(r">([^<>]+)</a>", nav)
    assert titles == ["First", "Second", "Below it", "Last"]
    assert '<a href="index.html" aria-current="page">Last</a>' in nav
    assert 'rel="prev"' in docs.page("a")
    assert 'rel="next"' not in docs.page("a")


def test_the_front_page_begins_with_the_index(docs: Docs) -> None:
    docs.write("index.md", "# Our lab\n\nRead the [guide](guide.md#data).\n")
    docs.write("guide.md", "# Guide\n\nHow.\n\n## Data\n")
    summary = docs.build()

    home = docs.read("index.html")
    assert "<h1>Our lab</h1>" in home
    assert '<a href="pages/guide/index.html#data"' in home
    assert "<b>Guide</b>" in home
    frozen = docs.read(f"versions/{summary.version}.html")
    assert '<a href="../pages/guide/index.html#data"' in frozen
    assert summary.problems == ()


def test_headings_can_be_linked_to_and_are_listed(docs: Docs) -> None:
    docs.write("guide.md", "# Guide\n\n## Data\n\n### Where from\n\n## Data\n\n#### Deep\n")
    docs.build()

    page = docs.page("guide")
    assert re.findall(r'<h(\d) id="([\w-]+)">', page) == [
        ("2", "data"),
        ("3", "where-from"),
        ("2", "data-2"),
        ("4", "deep"),
    ]
    here = page.partition('<nav class="here"')[2]
    assert re.findall(r'href="#([\w-]+)"', here.partition("</nav>")[0]) == [
        "data",
        "where-from",
        "data-2",
    ]


def test_code_is_coloured_and_can_be_copied(docs: Docs) -> None:
    docs.write("guide.md", "```python\ndef f(): return '</script>'\n```\n\n```nolang\nx < 1\n```\n")
    docs.build()

    page = docs.page("guide")
    assert '<span class="k">def</span> <span class="nf">f</span>' in page
    assert "&lt;/script&gt;" in page
    assert "x &lt; 1" in page
    assert page.count("data-copy-pre") == 2


def test_a_comment_may_end_a_block_of_code(docs: Docs) -> None:
    docs.write("guide.md", "```sh\npwd\nls # all\n```\n")
    docs.build()

    assert 'ls <span class="cm"># all</span></code>' in docs.page("guide")


def test_links_to_things_of_the_report(docs: Docs) -> None:
    run = next(docs.store.glob("mlruns/1/*/meta.yaml")).parent.name
    docs.write(
        "guide.md",
        f"[r](run:{run}) [e](experiment:1) [c](site:compare.html) [w](https://example.org/x)",
    )
    assert docs.build().problems == ()

    page = docs.page("guide")
    assert f'href="../../runs/index.html?id={run}"' in page
    assert 'href="../../experiments/1/index.html"' in page
    assert 'href="../../compare.html"' in page
    assert 'href="https://example.org/x"' in page


def test_files_beside_the_page_are_copied(docs: Docs) -> None:
    docs.write("deep/guide.md", "![A plot](../shots/loss.png) [data](data.csv)")
    docs.write("deep/data.csv", "a,b\n1,2\n")
    docs.write("shots/loss.png", "not really a picture")
    assert docs.build().problems == ()

    page = docs.page("deep.guide")
    (picture,) = re.findall(r'<img src="../../(files/\w+/loss.png)" alt="A plot"', page)
    (table,) = re.findall(r'href="../../(files/\w+/data.csv)"', page)
    assert docs.read(picture) == "not really a picture"
    assert docs.read(table) == "a,b\n1,2\n"


DEAD = {
    "nowhere.md": "there is no such page or file",
    "guide.md#nothing": "has no heading 'nothing'",
    "#nothing": "has no heading 'nothing'",
    "../../etc/passwd": "there is no such page or file",
    "/etc/passwd": "there is no such page or file",
    "run:0000": "the report has no run '0000'",
    "experiment:none": "the report has no experiment 'none'",
    "model:none": "the report has no model 'none'",
    "project:none": "the report has no project 'none'",
    "site:nothing.html": "the report has no site 'nothing.html'",
}


@pytest.mark.parametrize("target", DEAD)
def test_a_dead_link_is_a_problem_with_its_line(docs: Docs, target: str) -> None:
    docs.write("guide.md", f"# Guide\n\nText.\n\nA [link]({target}) here.\n")

    (problem,) = docs.problems()

    assert problem.startswith("docs/guide.md, line 5: ")
    assert DEAD[target] in problem
    assert "<a>link</a>" in docs.page("guide").replace(' rel="noopener noreferrer"', "")


def test_a_dead_link_fails_a_strict_build(docs: Docs) -> None:
    docs.write("guide.md", "[link](nowhere.md)")

    with pytest.raises(ReportError, match="nowhere"):
        docs.build(strict=True)


def test_what_only_looks_like_a_link_is_none(docs: Docs) -> None:
    docs.write("guide.md", "```\n[a](nowhere.md)\n```\n\n`[b](nowhere.md)`\n")

    assert docs.problems() == []


HOSTILE = """\
<script>alert(1)</script> <img src=x onerror=alert(1)> <a href="javascript:alert(1)">a</a>
[b](javascript:alert(1)) ![c](https://example.org/spy.png) <style>*{display:none}</style>
<iframe src="https://example.org"></iframe> <svg onload=alert(1)> <form action=x><input></form>
"""


def test_pages_can_do_nothing_either(docs: Docs) -> None:
    docs.write("guide.md", HOSTILE)
    docs.build()

    article = docs.page("guide").partition("<article")[2].partition("</article>")[0]
    assert "<p>" in article
    for trace in (
        "<script",
        "onerror",
        '="javascript:',
        "<style",
        "<iframe",
        "<svg onload",
        "<form",
    ):
        assert trace not in article
    assert "spy.png" not in article
    assert [one for one in docs.problems() if "spy.png" in one] != []


def test_a_page_is_part_of_the_report_version(docs: Docs) -> None:
    docs.write("guide.md", "# Guide\n\nOld.\n")
    first = docs.build()
    old = {one: text for one, text in pages(docs.site).items() if one.startswith("pages/guide/")}
    del old["pages/guide/index.html"]
    docs.write("guide.md", "# Guide\n\nNew.\n")
    second = docs.build()

    assert second.version != first.version
    assert "New." in docs.page("guide")
    assert {one: pages(docs.site)[one] for one in old} == old
    assert '"pages":{"guide":' in docs.read(f"versions/{first.version}.js")


def test_a_page_that_did_not_change_is_written_once(docs: Docs) -> None:
    docs.write("guide.md", "# Guide\n")
    docs.build()
    before = contents(docs.site)

    assert docs.build().written.new == 0
    assert contents(docs.site) == before


def test_a_page_can_be_found(docs: Docs) -> None:
    docs.write("guide.md", "# Guide\n\nThe quokka is a marsupial.\n")
    docs.build()

    words = "".join(path.read_text("utf-8") for path in docs.site.glob("search/w*.js"))
    assert "quokka" in words


def test_what_else_can_be_wrong(docs: Docs) -> None:
    docs.write("guide.md", "---\ntitle: [\n---\nText\n")
    docs.write("other.md", "---\nauthor: Ada\n---\nText\n")
    docs.write("guide/index.md", "The same address")
    shutil.copy(__file__, docs.folder / ".hidden.md")

    said = "\n".join(docs.problems())

    assert "docs/guide.md: What stands between its --- is no YAML" in said
    assert "docs/other.md: Nobody knows what author should mean" in said
    assert "docs/guide/index.md: Has the address of guide.md" in said
    assert "hidden" not in said


def test_a_folder_that_is_not_there(docs: Docs) -> None:
    docs.folder.rmdir()

    with pytest.raises(ReportError, match="no folder"):
        docs.build()
