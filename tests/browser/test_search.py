"""The search as a reader uses it: from any page, by keyboard, from disk and from a server."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.report import Report

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = api.expect

pytestmark = pytest.mark.browser


def ask(page: Any, question: str) -> Any:
    """Opens the search by key and types; gives the results."""
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Search this report")
    expect(field).to_be_focused()
    field.fill(question)
    return page.get_by_role("dialog").get_by_role("option")


def test_a_run_is_found_from_any_page_and_opened_by_keyboard(
    page: Any, report: Report, address: Callable[[str], str]
) -> None:
    page.goto(address(report.one("experiment", "cultivar-baselines")))
    results = ask(page, "random-forest")
    expect(results.first).to_contain_text("random-forest")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_contain_text("Run of cultivar-baselines")
    expect(page.get_by_role("dialog").get_by_role("combobox")).to_have_attribute(
        "aria-activedescendant", str(chosen.get_attribute("id"))
    )
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/runs/[0-9a-f]{32}\.[0-9a-f]+\.html$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("random-forest")
    page.go_back()
    page.wait_for_url(re.compile("/experiments/"))


def test_a_pair_of_parameter_and_value_is_found_however_it_is_written(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    page.goto(on_disk(report.one("run")))
    found = ask(page, "lr=0.01")
    expect(found.first.locator(".hit")).to_have_text("paramlr=0.01")
    count = found.count()
    page.get_by_role("dialog").get_by_role("combobox").fill("lr 1e-2 ")
    expect(found.first.locator(".hit")).to_contain_text("lr=1e-2")

    assert found.count() == count > 3


def test_kinds_part_the_results_and_nothing_found_is_said(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    page.goto(on_disk("index.html"))
    results = ask(page, "forest")
    expect(results.first).to_be_visible()
    page.get_by_role("button", name="Models").click()
    expect(results).to_have_count(1)
    expect(results).to_contain_text("Model")
    page.get_by_role("button", name="All").click()
    page.get_by_role("dialog").get_by_role("combobox").fill("zzzz")
    expect(page.get_by_role("dialog")).to_contain_text("Nothing was found.")
    page.get_by_role("dialog").get_by_role("combobox").fill("forest qqqq")

    expect(page.get_by_role("dialog")).to_contain_text("these have most of them")
    expect(results.first).to_be_visible()


def test_before_a_word_is_typed_it_offers_what_was_seen_and_what_is_best(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    page.goto(on_disk(report.one("experiment", "cultivar-baselines")))
    page.goto(on_disk(report.one("model")))
    page.locator("[data-find]").click()
    dialog = page.get_by_role("dialog")
    recent = dialog.get_by_role("group", name="Seen last").get_by_role("option")
    expect(recent).to_have_count(1)
    expect(
        dialog.get_by_role("group", name="Best runs").get_by_role("option").first
    ).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("[data-find]")).to_be_focused()
    page.keyboard.press("/")
    recent.click()

    page.wait_for_url(re.compile("/experiments/"))


def test_the_page_of_results_has_its_question_in_the_address(
    page: Any, report: Report, address: Callable[[str], str]
) -> None:
    page.goto(address("search.html?q=random-forest&kind=runs"))
    link = page.locator("[data-results] a")
    expect(link).to_have_count(1)
    expect(page.locator("[data-note]")).to_contain_text("1 result")
    link.click()
    page.wait_for_url(re.compile("/runs/"))
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("random-forest")
    expect(link).to_have_count(1)
    page.get_by_role("searchbox").fill("wine")

    page.wait_for_url(re.compile(r"search\.html\?q=wine&kind=runs$"))


def test_within_a_version_results_stay_in_it(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    version = report.pointers("")["version"]
    page.goto(on_disk(f"versions/{version}.html?v={version}"))
    results = ask(page, "random-forest")
    expect(results.nth(1)).to_contain_text("Run of")
    results.nth(1).click()

    page.wait_for_url(re.compile(rf"/runs/[0-9a-f.]+html\?v={version}$"))


@pytest.mark.parametrize("width", [1280, 320])
def test_the_search_fits_the_screen(
    page: Any, report: Report, on_disk: Callable[[str], str], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    page.goto(on_disk("index.html"))
    results = ask(page, "wine")
    expect(results.first).to_be_visible()

    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    box = page.get_by_role("dialog").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= 600


def test_keys_are_listed(page: Any, report: Report, on_disk: Callable[[str], str]) -> None:
    page.goto(on_disk(report.one("run")))
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys on this page")
    expect(dialog).to_contain_text("search the report")
    expect(dialog).to_contain_text("filter the parameters")
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()


def test_without_scripts_there_is_no_search_and_its_page_leads_to_lists(
    plain: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    plain.goto(on_disk("search.html"))
    expect(plain.locator("[data-find]")).to_be_hidden()
    expect(plain.get_by_role("searchbox")).to_be_hidden()

    expect(plain.get_by_role("link", name="All models")).to_be_visible()
