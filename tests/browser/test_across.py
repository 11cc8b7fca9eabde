"""Charts across the runs of an experiment: brushing parallel coordinates filters the table."""

from typing import Any

import pytest

from tests.browser.report import Report, expect

pytestmark = pytest.mark.browser


def test_a_range_of_an_axis_filters_the_table_by_pointer_and_by_keyboard(
    page: Any, report: Report
) -> None:
    page.goto((report.folder / report.one("experiment", 'data-chart="parallel"')).as_uri())
    page.locator("#cnt").wait_for()
    count = page.locator("#cnt")
    figure = page.locator('figure[data-chart="parallel"]')
    figure.locator(".chart").focus()
    figure.locator(".brush-axis").first.wait_for()

    figure.scroll_into_view_if_needed()
    axis = figure.locator(".brush-axis").last.bounding_box()
    across = axis["x"] + axis["width"] / 2
    page.mouse.move(across, axis["y"] + axis["height"] * 0.6)
    page.mouse.down()
    page.mouse.move(across, axis["y"] + axis["height"], steps=3)
    page.mouse.up()

    expect(count).to_contain_text(" of ")
    expect(page.locator("figure.is-brushed")).to_have_count(1)

    figure.locator(".brush-end").first.focus()
    page.keyboard.press("Escape")

    expect(page.locator("figure.is-brushed")).to_have_count(0)
    expect(count).not_to_contain_text(" of ")

    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")

    expect(figure.locator(".brush-end").first).to_have_attribute("aria-valuenow", "10")
    expect(count).to_contain_text(" of ")


def test_charts_across_runs_have_a_sentence_and_their_data(page: Any, report: Report) -> None:
    page.goto((report.folder / report.one("experiment", 'data-across="heatmap"')).as_uri())
    cards = page.locator("figure[data-across]")

    for place in range(cards.count()):
        assert cards.nth(place).locator(".chart").get_attribute("aria-label")
        cards.nth(place).locator("summary").click()
        assert cards.nth(place).locator("tbody tr").count() > 0
