"""Report versions in a browser: from disk, the reader chooses in which of them to see a page."""

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reportgen.build import appearance
from reportgen.theme import load_theme
from reportgen.views.versions import missing_page
from tests.browser.report import PHONE, open_page
from tests.growing import Lab
from tests.once import made_once
from tests.sites import SHARED

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = api.expect

pytestmark = pytest.mark.browser

LONE = f"{2:032x}"
"""A run that only version v2 has."""


def grow(store: Path, folder: Path) -> None:
    """v1 is stable; v2 has two runs more; in v3 one of them has left the sources."""
    lab = Lab(store, folder)
    lab.build(name="v1", label="First runs", aliases=("stable",))
    lab.train()
    lab.train(depth="9")
    lab.build(name="v2")
    shutil.rmtree(lab.mlruns / "1" / LONE)
    lab.build(name="v3")


@pytest.fixture(scope="session")
def grown(stores: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read it, never write to it."""
    made = made_once(tmp_path_factory, "grown", lambda made: grow(stores["v1.0-file"], made))
    return made / "_site"


def at(grown: Path, address: str) -> str:
    return f"{grown.as_uri()}/{address}"


def test_a_page_is_seen_in_another_version(page: Any, grown: Path) -> None:
    open_page(page, at(grown, "experiments/1/index.html"))
    switcher = page.locator("[data-versions]")
    expect(switcher).to_have_accessible_name("Report versions, this is the latest")
    expect(page.locator("#runs tbody tr[data-position]")).to_have_count(4)

    switcher.click()
    menu = page.get_by_role("navigation", name="Report versions")
    expect(menu.locator("li")).to_have_count(3)
    expect(menu.locator("[aria-current]")).to_contain_text("v3 latest")
    menu.get_by_role("link", name="First runs stable").click()

    expect(page).to_have_url(re.compile(r"experiments/1/\w+\.html\?v=v1$"))
    expect(switcher).to_have_text("v1")
    expect(page.locator("#runs tbody tr[data-position]")).to_have_count(3)
    expect(page.locator("[data-newer]")).to_contain_text("an earlier state")
    name = page.locator("#runs tbody tr[data-position] a").first
    expect(name).to_have_attribute("href", re.compile("v=v1"))


def test_the_menu_is_used_by_keyboard(page: Any, grown: Path) -> None:
    open_page(page, at(grown, "index.html"))
    switcher = page.locator("[data-versions]")
    switcher.press("Enter")
    menu = page.get_by_role("navigation", name="Report versions")
    expect(menu.locator("[aria-current]")).to_be_focused()

    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(switcher).to_be_focused()

    switcher.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"versions/v2\.html$"))
    expect(switcher).to_have_text("v2")


def test_from_the_home_of_a_version_one_stays_in_it(page: Any, grown: Path) -> None:
    open_page(page, at(grown, "versions/v1.html"))

    page.locator("#experiments .card a").first.click()

    expect(page).to_have_url(re.compile(r"experiments/.*v=v1"))
    page.get_by_role("link", name=re.compile("home$")).click()
    expect(page).to_have_url(re.compile(r"versions/v1\.html"))
    expect(page.locator("[data-versions]")).to_have_text("v1")


def test_an_alias_leads_to_its_version(page: Any, grown: Path) -> None:
    page.goto(at(grown, "versions/stable/index.html"))
    expect(page).to_have_url(re.compile(r"versions/v1\.html$"))

    page.goto(at(grown, "experiments/1/index.html?v=stable"))
    expect(page).to_have_url(re.compile(r"experiments/1/\w+\.html\?v=stable$"))


def test_a_run_that_left_the_sources_is_found_and_says_so(page: Any, grown: Path) -> None:
    page.goto(at(grown, f"runs/index.html?id={LONE}"))

    expect(page).to_have_url(re.compile(rf"runs/{LONE}\.\w+\.html$"))
    banner = page.locator("[data-newer]")
    expect(banner).to_contain_text("no longer in the sources")
    expect(banner.get_by_role("link")).to_have_attribute("href", "../versions/v2.html")


def test_a_version_without_the_page_says_so_and_leads_on(page: Any, grown: Path) -> None:
    page.goto(at(grown, f"runs/index.html?id={LONE}&v=v1"))

    status = page.locator("[data-resolver-status]")
    expect(status).to_contain_text("“v1” does not have this page")
    expect(status.get_by_role("link", name="Home of v1")).to_have_attribute(
        "href", "../versions/v1.html"
    )
    status.get_by_role("link", name="The newest page").click()
    expect(page).to_have_url(re.compile(rf"runs/{LONE}\.\w+\.html$"))


def test_where_nothing_is_a_page_leads_to_what_there_is(
    page: Any, grown: Path, tmp_path: Path, serve: Callable[[Path], str]
) -> None:
    """Static hosts answer with 404.html; here the browser is told to, and to what it asks for."""
    root = f"{serve(grown.parent)}/_site"
    (key,) = (path.name.split(".")[1] for path in grown.glob(f"runs/{LONE}.*.html"))
    shown = tmp_path / "404.html"
    shared = replace(SHARED, assets=appearance("default", "Lab")[1].assets)
    theme = load_theme()
    shown.write_bytes(theme.render(missing_page(root), shared))
    script = tmp_path / shared.assets.scripts["missing"].removeprefix("assets/")
    script.write_bytes(theme.files[script.name])
    page.route("**/*000000000000.html", lambda route: route.fulfill(path=shown))
    page.route(f"**/{script.name}", lambda route: route.fulfill(path=script))

    page.goto(f"{root}/runs/{LONE}.000000000000.html")
    page.get_by_role("link", name="What there is of it today").click()

    expect(page).to_have_url(f"{root}/runs/{LONE}.{key}.html")


def test_what_changed_is_read_and_opened(page: Any, grown: Path) -> None:
    page.set_viewport_size(PHONE)
    open_page(page, at(grown, "versions/index.html"))
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]

    page.locator("#v2 dd a").first.click()

    expect(page).to_have_url(re.compile(r"runs/\w+\.\w+\.html\?v=v2$"))
