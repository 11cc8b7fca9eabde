"""Finding one's way: sections and links to them, the runs before and after."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.report import PHONE, Report, open_page
from tests.sites import anchors, links

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = api.expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "kind", ["home", "experiment", "run", "model", "registered-model", "project"]
)
def test_every_section_is_in_the_navigation_and_has_a_link(report: Report, kind: str) -> None:
    for address in report.kinds[kind][:6]:
        text = report.text(address)
        navigation = text.partition('<nav class="nav"')[2].partition("</nav>")[0]
        listed = {target for _, _, target in links(navigation)}
        parts = re.findall(r'<(?:section|div class="card") id="([\w-]+)"', text)
        headed = re.findall(r'<h2 id="([\w-]+)-h">', text)

        assert {f"#{part}" for part in parts} - {"#qf"} <= listed, address
        assert listed <= {f"#{id}" for id in anchors(text)}, address
        assert all(f'class="anchor" href="#{part}"' in text for part in headed), address


@pytest.mark.parametrize("kind", ["model", "registered-model", "run", "experiment", "project"])
def test_the_way_up_is_told(report: Report, kind: str) -> None:
    address = report.one(kind)
    crumbs = report.text(address).partition('<ol class="crumb">')[2].partition("</ol>")[0]
    ways = [target for tag, _, target in links(crumbs) if tag == "a"]

    above = {"model": "../index.html", "registered-model": "../index.html", "run": "experiments/"}
    assert above.get(kind, "") in "".join(ways)
    assert 'aria-current="page" title="' in crumbs


def run_of(report: Report, experiment: str) -> list[list[str]]:
    """[id, key, name] of the runs of an experiment, the best first."""
    (order,) = (
        json.loads(text[text.index("[") : text.rindex("]") + 1])
        for path in report.folder.glob("experiments/*/order.js")
        if (text := path.read_text("utf-8")) and experiment in text
    )
    runs: list[list[str]] = order
    return runs


def test_from_run_to_run_the_best_first(
    page: Any, report: Report, address: Callable[[str], str]
) -> None:
    runs = run_of(report, "random-forest")
    id, key, _ = runs[1]
    open_page(page, address(f"runs/{id}.{key}.html"))
    around = page.get_by_role("navigation", name="Runs before and after")
    expect(around).to_contain_text(f"2 of {len(runs)}")
    expect(around).to_contain_text("best loss/val first")
    expect(around.get_by_role("link", name=f"Previous run: {runs[0][2]}")).to_be_visible()
    page.keyboard.press("]")
    page.wait_for_url(re.compile(f"/runs/{runs[2][0]}"))
    expect(around).to_contain_text(f"3 of {len(runs)}")
    page.keyboard.press("k")

    page.wait_for_url(re.compile(f"/runs/{id}"))


def test_from_run_to_run_in_the_order_of_the_table(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    runs = run_of(report, "random-forest")
    experiment = report.pointers("runs")[runs[0][0]][1]
    order = [runs[3][0], runs[0][0]]
    open_page(page, on_disk(f"experiments/{experiment}/index.html"))
    page.wait_for_url(re.compile(r"/experiments/.+/[0-9a-f]+\.html"))
    page.wait_for_timeout(1200)  # the table leaves its own order first
    page.evaluate(
        "([id, order]) => sessionStorage.setItem(`rg-order:${id}`, JSON.stringify(order))",
        [experiment, order],
    )
    page.goto(on_disk(f"runs/{runs[0][0]}.{runs[0][1]}.html"))
    around = page.get_by_role("navigation", name="Runs before and after")
    expect(around).to_contain_text("2 of 2, in the order of your table")
    around.get_by_role("link", name="Previous run").click()
    page.wait_for_url(re.compile(f"/runs/{runs[3][0]}"))
    page.evaluate("sessionStorage.clear()")


def test_on_a_phone_the_navigation_follows_the_section_and_the_page_does_not_scroll_sideways(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    page.set_viewport_size(PHONE)
    open_page(page, on_disk(report.one("run", 'id="artifacts"')))
    for _ in range(4):  # pictures that come into view make the page longer
        page.evaluate("scrollTo(0, document.scrollingElement.scrollHeight)")
        page.wait_for_timeout(150)
    current = page.locator(".nav [aria-current]")
    expect(current).to_have_text(re.compile("Provenance|Run it again|Environment"))

    expect(current).to_be_in_viewport(ratio=0.9)
    assert page.evaluate("document.scrollingElement.scrollLeft") == 0


def test_a_section_has_a_link_that_shows_when_it_has_the_focus(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    open_page(page, on_disk(report.one("run")))
    link = page.get_by_role("link", name="Link to Metrics")
    expect(link).to_have_css("opacity", "0")
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(link).to_have_css("opacity", "1")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile("#metrics$"))
