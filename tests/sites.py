"""Sites for the tests: built in this process, read back as plain values."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from reportgen.build import Progress, build
from reportgen.config import Options
from reportgen.last_build import Summary
from reportgen.site.versions import UNNAMED, Naming
from reportgen.theme import SCRIPTS, STYLES, Assets, Shared

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

SCRIPT_NAMES = {name: f"{name}.js" for name in SCRIPTS}
STYLE_NAMES = {name: f"{name}.css" for name in STYLES}
SHARED = Shared(
    "Wine lab",
    "reportgen",
    Assets("report.css", "theme.js", "icon.svg", SCRIPT_NAMES, STYLE_NAMES),
)
"""What pages say alike, for those rendered by themselves."""


def _in_silence(doing: str, done: int, total: int) -> None:
    pass


def build_site(
    output: Path,
    *sources: Path,
    now: datetime = NOW,
    progress: Progress = _in_silence,
    naming: Naming = UNNAMED,
    **settings: Any,
) -> Summary:
    """A report of the sources, by one process unless `jobs` says otherwise."""
    options = Options(sources=tuple(map(str, sources)), output=output, **{"jobs": 1, **settings})
    return build(options, now=now, progress=progress, naming=naming)


def contents(site: Path) -> dict[str, bytes]:
    """Every file by its address."""
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def pages(site: Path) -> dict[str, str]:
    """Every HTML page by its address."""
    return {
        path.relative_to(site).as_posix(): path.read_text("utf-8")
        for path in sorted(site.rglob("*.html"))
    }


LINKS = frozenset(
    {
        "href",
        "src",
        "data-root",
        "data-page-data",
        "data-chart-data",
        "data-charts",
        "data-vega",
        "action",
        "srcset",
    }
)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in LINKS and value:
                self.found.append((tag, name, value))
            if name == "id" and value:
                self.ids.add(value)


def links(page: str) -> list[tuple[str, str, str]]:
    """(tag, attribute, target) of all that a page names."""
    parser = _Links()
    parser.feed(page)
    return parser.found


def anchors(page: str) -> set[str]:
    """The ids of a page."""
    parser = _Links()
    parser.feed(page)
    return parser.ids
