"""The same pages in Firefox: every kind, from disk and from a server, without an error."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reportgen.views.artifacts.documents import wrapped
from tests.browser.report import DESKTOP, PHONE, SETTLED, Report

pytest.importorskip("websockets", reason="websockets is not installed")

from tests.browser.firefox import Firefox, find_firefox, running_firefox
from tests.every_artifact import PROBE

pytestmark = pytest.mark.browser

WIDE = "document.scrollingElement.scrollWidth"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    program = find_firefox()
    if program is None:
        pytest.skip("no Firefox found: install Debian's package 'firefox-esr'")
    with running_firefox(program, tmp_path_factory.mktemp("firefox")) as running:
        yield running


@pytest.fixture
def firefox(started: Firefox) -> Iterator[Firefox]:
    """Fails the test on any error in the console."""
    started.errors.clear()
    started.resize(**DESKTOP)
    yield started

    assert started.errors == []


def open_page(firefox: Firefox, url: str) -> None:
    firefox.open(url)
    firefox.evaluate(f"({SETTLED})()")


def query(kind: str, report: Report) -> str:
    runs = list(report.pointers("runs"))[:3]
    return {"compare": f"?runs={','.join(runs)}", "resolver": f"?id={runs[0]}"}.get(kind, "")


@pytest.mark.parametrize("way", ["disk", "server"])
def test_a_page_of_each_kind_opens_without_an_error_and_fits_a_phone(
    firefox: Firefox, report: Report, serve: Callable[[Path], str], way: str
) -> None:
    root = report.folder.as_uri()
    if way == "server":
        root = f"{serve(report.folder.parents[1])}/reports/site"
    found = {}
    for kind in sorted(report.kinds.keys() - {"alias", "pointer", "resolver"}):
        firefox.resize(**DESKTOP)
        open_page(firefox, f"{root}/{report.kinds[kind][0]}{query(kind, report)}")
        wide = firefox.evaluate(WIDE)
        firefox.resize(**PHONE)
        found[kind] = wide <= DESKTOP["width"], firefox.evaluate(WIDE) <= PHONE["width"]

    assert {kind: fits for kind, fits in found.items() if fits != (True, True)} == {}


def test_the_table_sorts_and_filters(
    firefox: Firefox, report: Report, on_disk: Callable[[str], str]
) -> None:
    open_page(firefox, on_disk(report.one("experiment", 'id="runs-host"')))
    rows = "[...document.querySelectorAll('#runs-host tbody tr[data-position] .run-name')]"
    names = f"{rows}.map((one) => one.textContent)"
    before = firefox.wait_for(f"{rows}.length > 1 && {names}")
    firefox.evaluate("document.querySelector(\"button[data-sort='attributes.run_name']\").click()")
    after = firefox.wait_for(f"{names}.join() !== {before!r}.join() && {names}")
    firefox.evaluate(
        f"(() => {{ const field = document.querySelector('#q'); field.value = {after[0]!r};"
        " field.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )
    firefox.wait_for("/^1 of/.test(document.querySelector('#cnt').textContent)")


def test_a_chart_becomes_live_under_the_pointer(
    firefox: Firefox, report: Report, on_disk: Callable[[str], str]
) -> None:
    open_page(firefox, on_disk(report.one("run", 'data-chart="curve"')))
    firefox.point_at("figure[data-chart=curve] .chart")
    firefox.wait_for("document.querySelectorAll('.is-live .plot-live svg.marks path').length")


def test_the_search_finds_an_experiment_from_disk(
    firefox: Firefox, report: Report, on_disk: Callable[[str], Any]
) -> None:
    open_page(firefox, on_disk("search.html?q=digits"))
    firefox.wait_for("document.querySelectorAll('[data-results] a').length")


def test_runs_are_compared_from_disk(
    firefox: Firefox, report: Report, on_disk: Callable[[str], str]
) -> None:
    open_page(firefox, on_disk(f"compare.html{query('compare', report)}"))
    firefox.wait_for("document.querySelectorAll('#cmp tbody tr').length")


def test_a_document_that_was_logged_runs_nothing_when_opened_directly(
    started: Firefox, tmp_path: Path, serve: Callable[[Path], str]
) -> None:
    """In a frame of its page its scripts run: see test_files.py."""
    (tmp_path / "plot.htm").write_bytes(wrapped(PROBE.encode()).content)

    for root in (tmp_path.as_uri(), serve(tmp_path)):
        started.open(f"{root}/plot.htm")
        assert started.evaluate("document.getElementById('title').textContent") == "Still"
