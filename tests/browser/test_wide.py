"""The page of a run with very many metrics: what it has no room for comes when it is asked for."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.browser.report import Report, expect, open_page
from tests.growth import make_store
from tests.once import made_once
from tests.sites import build_site

pytestmark = pytest.mark.browser

NAMES = [f"m{number:03}" for number in range(208)] + ["z (é)/train", "z (é)/val"]


def build(made: Path) -> None:
    store = make_store(made / "mlruns", 1, experiments=1, steps=1)
    (folder,) = store.glob("*/*/metrics")
    shutil.rmtree(folder)
    for name in NAMES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("1760000000000 0.123456 0\n1760000001000 1 1\n")
    build_site(made / "site", store)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of its page."""
    report = Report(made_once(tmp_path_factory, "wide-run", build) / "site")
    return f"{report.folder.as_uri()}/{report.kinds['run'][0]}"


def test_the_curves_that_are_left_come_by_a_button_a_few_at_a_time(page: Any, wide: str) -> None:
    open_page(page, wide)
    curves = page.locator("#metrics .charts figure")
    expect(curves).to_have_count(24)

    page.get_by_role("button", name="Show more").click()

    expect(curves).to_have_count(48)
    expect(page.get_by_text("Curves of the first 48 of 209 metrics.")).to_be_visible()
    expect(curves.nth(24).locator(".chart")).to_be_focused()
    expect(curves.nth(24).locator("path").first).to_be_attached()


def test_the_numbers_that_are_left_look_like_those_that_are_there(page: Any, wide: str) -> None:
    open_page(page, wide)
    rows = page.locator("#metrics tbody tr")
    expect(rows).to_have_count(200)

    page.get_by_role("button", name="Show all").click()

    expect(rows).to_have_count(210)
    there, came = rows.first.inner_text(), rows.nth(205).inner_text()
    assert there.replace("m000", "m205") == came
    assert rows.nth(205).locator("[title]").all_inner_texts() == ["0.1235"]


def test_a_link_leads_to_a_row_that_is_not_there_yet(page: Any, wide: str) -> None:
    open_page(page, f"{wide}#metric:z%20%28%C3%A9%29/val")

    row = page.locator("#metrics tbody tr", has_text="z (é)/val")
    expect(row).to_be_in_viewport()
