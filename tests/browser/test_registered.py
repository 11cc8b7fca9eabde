"""Any two versions of a registered model against each other, as a reader chooses them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.report import Report

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = api.expect

pytestmark = pytest.mark.browser

ROWS = """(table) =>
  [...table.rows].map((row) => [...row.cells].map((cell) => cell.innerText.trim()))"""


@pytest.fixture
def chooser(page: Any, report: Report, on_disk: Callable[[str], str]) -> Any:
    """Where two versions are chosen, on the page of the example's largest registered model."""
    page.goto(on_disk(report.one("registered-model", "data-vpick")))
    return page.locator("[data-vpick]")


def test_two_versions_that_a_reader_chooses_are_compared(page: Any, chooser: Any) -> None:
    chooser.locator("[data-before]").select_option("1")
    chooser.locator("[data-after]").select_option("3")

    expect(chooser.locator("thead")).to_contain_text("v1")
    expect(chooser.locator("tbody").first).to_contain_text("better")
    expect(chooser.locator(".chips")).to_contain_text("signature")
    assert page.url.endswith("#compare:1:3")


def test_what_is_chosen_says_what_the_page_says(page: Any, chooser: Any) -> None:
    told = page.locator("details.vdiff table").first
    chooser.locator("button").click()
    before, after = (told.locator("thead th").nth(place).inner_text() for place in (1, 2))

    chooser.locator("[data-before]").select_option(before.removeprefix("v"))
    chooser.locator("[data-after]").select_option(after.removeprefix("v"))

    expect(chooser.locator("thead")).to_contain_text(before)
    assert chooser.locator("table").evaluate(ROWS) == told.evaluate(ROWS)


def test_the_address_of_a_comparison_opens_it(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    page.goto(on_disk(report.one("registered-model", "data-vpick")) + "#compare:2:1")

    expect(page.locator("[data-vpick] thead")).to_contain_text("v1")
    expect(page.locator("[data-before]")).to_have_value("2")


def test_a_version_is_not_compared_with_itself(chooser: Any) -> None:
    chooser.locator("[data-before]").select_option("2")
    chooser.locator("[data-after]").select_option("2")

    expect(chooser).to_contain_text("Choose two different versions.")
