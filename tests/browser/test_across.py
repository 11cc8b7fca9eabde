"""Charts across the runs of an experiment: brushing parallel coordinates filters the table."""

import re
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


MATTERS = ("importance", "scatter", "strips", "heatmap", "trend")


def open_matters(page: Any, report: Report) -> None:
    page.goto((report.folder / report.one("experiment", 'data-chart="heatmap"')).as_uri())
    page.locator("#matters").scroll_into_view_if_needed()


def card(page: Any, kind: str) -> Any:
    return page.locator(f'figure[data-chart="{kind}"]')


def tools_of(page: Any, kind: str) -> Any:
    figure = card(page, kind)
    figure.locator(".plot-toggle").click()
    expect(figure).to_have_class(re.compile("is-live"))
    return figure


def test_every_chart_across_runs_goes_live_and_is_walked_by_keyboard(
    page: Any, report: Report
) -> None:
    open_matters(page, report)
    tip = page.locator(".plot-tip")

    for kind in MATTERS:
        chart = card(page, kind).locator(".chart")
        assert chart.get_attribute("aria-label")
        chart.scroll_into_view_if_needed()
        chart.focus()
        expect(card(page, kind)).to_have_class(re.compile("is-live"))
        page.wait_for_timeout(100)  # scrolling, which hides what is read, has come to its end
        page.keyboard.press("Home")
        expect(tip).to_be_visible()
        first = tip.inner_text()
        page.keyboard.press("ArrowRight")
        expect(tip).not_to_have_text(first)
        page.keyboard.press("Escape")
        expect(tip).to_be_hidden()


def test_any_two_columns_are_set_against_each_other(page: Any, report: Report) -> None:
    open_matters(page, report)
    figure = tools_of(page, "scatter")
    areas = "figure[data-chart=scatter] svg.marks .mark-symbol.role-mark path"
    sizes = "all => new Set(all.map((one) => one.getAttribute('d'))).size"
    before = page.eval_on_selector_all(areas, sizes)

    figure.get_by_label("x", exact=True).select_option(label="hidden")
    figure.get_by_label("size").select_option(label="accuracy/val")
    expect(figure.locator("h3")).to_have_text("loss/val against hidden")
    expect(figure.locator("header .note")).to_contain_text("larger for more accuracy/val")
    figure.get_by_role("button", name="Log y").click()
    expect(figure.get_by_role("button", name="Log y")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function(f"[...document.querySelectorAll('{areas}')].length > 0")
    assert page.eval_on_selector_all(areas, sizes) > before

    with page.expect_download() as download:
        figure.get_by_role("button", name="CSV").click()
    lines = download.value.path().read_text("utf-8").splitlines()
    assert lines[0] == "run,hidden,loss/val,weight_decay,accuracy/val"
    assert len(lines) == 29  # the two parents of the sweep have no parameter


def test_a_heat_map_shows_the_best_instead_of_the_mean(page: Any, report: Report) -> None:
    open_matters(page, report)
    figure = tools_of(page, "heatmap")
    cells = figure.locator('svg.marks text[font-weight="500"]')
    mean = cells.first.text_content()

    figure.get_by_role("button", name="Best").click()

    expect(figure.locator("header .note")).to_contain_text("the best of each")
    expect(cells.first).not_to_have_text(mean)


def test_strips_and_trend_take_another_metric(page: Any, report: Report) -> None:
    open_matters(page, report)

    for kind, title in (("strips", "accuracy/val by "), ("trend", "accuracy/val over the runs")):
        figure = tools_of(page, kind)
        figure.get_by_label("metric").select_option(label="accuracy/val")
        expect(figure.locator("h3")).to_contain_text(title)


FORMS = {"SVG": b"<svg", "PNG": b"\x89PNG", "Vega-Lite": b"{", "CSV": b"epochs"}


@pytest.mark.parametrize(("kind", "form"), [*zip(MATTERS, FORMS, strict=False), ("trend", "SVG")])
def test_charts_across_runs_are_saved(page: Any, report: Report, kind: str, form: str) -> None:
    open_matters(page, report)
    figure = tools_of(page, kind)

    with page.expect_download() as download:
        figure.get_by_role("button", name=form).click()
    figure.get_by_role("button", name="Show data").click()

    assert download.value.path().read_bytes().startswith(FORMS[form])
    expect(figure.locator(".plot-data tbody tr").nth(1)).to_be_visible()


def test_what_the_table_filters_fades_and_what_it_selects_stands_out(
    page: Any, report: Report
) -> None:
    open_matters(page, report)
    figure = card(page, "scatter")
    figure.locator(".chart").focus()
    expect(figure).to_have_class(re.compile("is-live"))
    dots = "figure[data-chart=scatter] svg.marks path[opacity='0.16']"
    assert page.locator(dots).count() == 0

    page.locator("#q").fill('params.hidden = "8"')
    page.locator("#runs-host tbody input").nth(1).check()

    expect(page.locator(dots)).to_have_count(14)
    hues = 'figure[data-chart=scatter] svg.marks path[fill^="var(--s"][stroke="var(--card)"]'
    expect(page.locator(hues)).to_have_count(1)


def test_a_dot_leads_to_the_page_of_its_run(page: Any, report: Report) -> None:
    open_matters(page, report)
    chart = card(page, "trend").locator(".chart")
    chart.focus()
    expect(card(page, "trend")).to_have_class(re.compile("is-live"))
    page.keyboard.press("Home")

    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/runs/"))


def test_without_the_script_the_data_of_a_chart_is_a_table(report: Report) -> None:
    text = report.text(report.one("experiment", 'data-chart="heatmap"'))
    figures = re.findall(r'<figure class="card plot matter".*?</figure>', text, re.S)

    assert len(figures) == len(MATTERS)
    assert all(figure.count("<tr>") > 2 for figure in figures)
