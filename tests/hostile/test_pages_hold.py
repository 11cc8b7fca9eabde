"""Payloads in every field come out as text: what a browser would build of each page, parsed.

The rule is stricter than 'no script runs': nothing is in a page that no template put there.
"""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from reportgen.views.prose import TAGS
from tests.hostile.evil import Evil
from tests.sites import pages

THEME = Path(__file__).parents[2] / "themes" / "default" / "templates"
DRAWN = frozenset(
    "svg g path rect circle line polyline polygon text tspan use title clippath defs".split()
)
"""What charts are drawn of."""

WORDED = frozenset({"time", "data"})
"""Times and numbers, by `views.wording`."""

TARGETS = frozenset({"href", "src", "action", "formaction", "srcset", "data", "poster", "ping"})
PICTURES = re.compile(r"data:image/(png|jpeg|svg\+xml);base64,[A-Za-z0-9+/=]+")


def written_by_templates() -> frozenset[str]:
    texts = (path.read_text("utf-8") for path in THEME.rglob("*.html"))
    return frozenset(
        name.lower() for text in texts for name in re.findall(r"<([a-zA-Z][\w-]*)", text)
    )


class Odd(HTMLParser):
    """Collects what no page of ours may have."""

    def __init__(self, known: frozenset[str]) -> None:
        super().__init__()
        self.known = known
        self.found: Counter[str] = Counter()
        self.script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.script = tag == "script"
        if tag not in self.known:
            self.found[f"element <{tag}>"] += 1
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.found[f"attribute {name} of <{tag}>"] += 1
            if name in TARGETS and not self.is_harmless(tag, value or ""):
                self.found[f"<{tag} {name}={(value or '')[:40]!r}>"] += 1
        if tag == "script" and "src" not in dict(attrs):
            self.found["script in the page"] += 1

    def handle_data(self, data: str) -> None:
        if self.script and data.strip():
            self.found["script in the page"] += 1

    def handle_endtag(self, tag: str) -> None:
        self.script = False

    def handle_comment(self, data: str) -> None:
        self.found["comment"] += 1

    @staticmethod
    def is_harmless(tag: str, value: str) -> bool:
        if tag == "img" and PICTURES.fullmatch(value):
            return True
        scheme = urlsplit(value).scheme
        return scheme in ("", "https", "http", "mailto") if tag == "a" else not scheme


@pytest.mark.parametrize("source", ["evil", "evil_database"])
def test_nothing_is_in_a_page_that_no_template_wrote(
    request: pytest.FixtureRequest, source: str
) -> None:
    evil: Evil = request.getfixturevalue(source)
    known = written_by_templates() | TAGS | DRAWN | WORDED
    odd = {}
    for address, page in pages(evil.folder).items():
        parser = Odd(known)
        parser.feed(page)
        parser.close()
        if parser.found:
            odd[address] = dict(parser.found)

    assert odd == {}
    print(f"{evil.planted:,} payloads in {len(pages(evil.folder))} pages")
