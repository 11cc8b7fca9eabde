"""Times in the reader's zone, numbers exact when they are copied."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from reportgen.views import wording
from tests.browser.report import Report

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = api.expect

pytestmark = pytest.mark.browser

NIGHT = 1_795_909_500_000
"""28 Nov 2026, 23:45 UTC."""

SELECT = """([from, to]) => {
  const [first, last] = [from, to].map((one) => document.querySelector(one));
  getSelection().setBaseAndExtent(first, 0, last, last.childNodes.length);
}"""
COPIED = """() => new Promise((resolve) => {
  addEventListener("copy", (event) => resolve(event.clipboardData.getData("text/plain")));
  document.execCommand("copy");
})"""


def printed(words: str) -> str:
    return str(wording.phrase("{}", words).__html__())


@pytest.fixture
def far_away(browser: Any, console: Any) -> Any:
    """A watched page of a reader in Auckland."""
    context = browser.new_context(locale="en-GB", timezone_id="Pacific/Auckland")
    context.set_default_timeout(8000)
    opened = context.new_page()
    console.watch(opened)
    yield opened
    context.close()


def test_times_are_told_in_the_zone_of_the_reader_with_utc_on_hover(
    far_away: Any, disk_trial: Any
) -> None:
    disk_trial.page(
        "index.html",
        f"<p>{printed(wording.time(NIGHT))}</p><p>{printed(wording.short_time(NIGHT))}</p>"
        f"<p>{printed(wording.day(NIGHT))}</p><p><time datetime='2026'>some day</time></p>"
        "<p id='drawn'></p><table><tr><th>Started <span class='utc'>(UTC)</span></table>",
    )
    far_away.goto(disk_trial.url("index.html"))
    far_away.evaluate(f"document.querySelector('#drawn').append(RG.time({NIGHT}))")
    times = far_away.locator("time")

    assert times.all_text_contents() == [
        *("29 Nov 2026, 12:45", "29 Nov 2026 12:45", "29 Nov 2026", "some day"),
        "29 Nov 2026 12:45",
    ]
    expect(times.first).to_have_attribute(
        "title", "28 Nov 2026, 23:45:00 UTC; shown here in GMT+13"
    )
    expect(far_away.get_by_text("(UTC)")).to_be_hidden()


@pytest.mark.parametrize(
    ("selected", "copied"),
    [
        (("#first", "#last"), "loss\t0.123456789\t-1e-05\nlr\t12480\t7"),
        (("#first", "#last .x"), "loss\t0.123456789\t-1e-05\nlr\t12480"),
        (("#exact", "#exact"), "0.123456789"),
    ],
)
def test_what_is_copied_has_all_digits(
    page: Any, disk_trial: Callable[..., Any], selected: tuple[str, str], copied: str
) -> None:
    number = wording.number
    rows = [("loss", 0.123456789, -1e-5), ("lr", 12480.0, 7.0)]
    marks = [" id='first'", " id='last'"]
    table = "".join(
        f"<tr{row}><th>{name}</th><td>{printed(number(one))}</td>"
        f"<td>{printed(number(two))}</td></tr>"
        for (name, one, two), row in zip(rows, marks, strict=True)
    ).replace("<span", "<span id='exact'", 1)
    disk_trial.page("index.html", f"<table><tbody>{table}</tbody></table>")
    page.goto(disk_trial.url("index.html"))
    page.evaluate(SELECT, list(selected))

    assert page.evaluate(COPIED).strip() == copied


def test_live_charts_tell_times_in_the_zone_of_the_reader(far_away: Any, report: Report) -> None:
    far_away.goto((report.folder / report.one("experiment", 'data-chart="progress"')).as_uri())
    figure = far_away.locator("figure[data-chart=progress]")
    figure.scroll_into_view_if_needed()
    labels = figure.locator("svg text").all_text_contents()

    figure.locator(".chart").hover()
    expect(figure).to_have_class(re.compile("is-live"))

    days = [text for text in labels if re.search("[A-Z]", text)]
    assert days, "midnight is told as a day"
    assert figure.locator("svg.marks .role-axis-label text").all_text_contents() != labels
