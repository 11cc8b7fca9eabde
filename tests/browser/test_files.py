"""The files of a run in a real browser: looked at, searched, sorted; and documents kept in.

One site is built for all of these tests, of a run with an artifact of every kind. Its documents
call a server of this test at every chance; what arrives there is counted.
"""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.every_artifact import RUN_ID, write_store
from tests.sites import build_site

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = api.expect

pytestmark = pytest.mark.browser

REFUSED = "Content Security Policy|Refused|ERR_BLOCKED_BY_CSP|net::ERR_|CSP:|SecurityError"
"""What a browser says of what it did not allow, which is what these tests are about."""


@dataclass
class Elsewhere:
    """A host that no page should ever ask for anything."""

    host: str = ""
    asked: list[bytes] = field(default_factory=list)

    def start(self) -> "Elsewhere":
        server = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{server.getsockname()[1]}"
        threading.Thread(target=self._answer, args=(server,), daemon=True).start()
        return self

    def _answer(self, server: socket.socket) -> None:
        while True:
            connection, _ = server.accept()
            connection.settimeout(2)
            try:
                request = connection.recv(500).split(b"\r\n")[0]
            except OSError:
                request = b""
            if request:  # a bare connection says nothing: see the README on sandboxed frames
                self.asked.append(request)
            connection.close()


@dataclass(frozen=True)
class EverySite:
    folder: Path
    elsewhere: Elsewhere

    @property
    def run(self) -> str:
        return next(self.folder.glob(f"runs/{RUN_ID}.*.html")).relative_to(self.folder).as_posix()

    def wrapped(self, name: str) -> str:
        return next(self.folder.glob(f"files/*/{name}.htm")).relative_to(self.folder).as_posix()


@pytest.fixture(scope="session")
def every(tmp_path_factory: pytest.TempPathFactory) -> EverySite:
    folder = tmp_path_factory.mktemp("every")
    elsewhere = Elsewhere().start()
    build_site(folder / "lab" / "_site", write_store(folder, elsewhere.host))
    return EverySite(folder / "lab" / "_site", elsewhere)


@pytest.fixture(params=["file", "http"])
def root(
    request: pytest.FixtureRequest, every: EverySite, serve: Callable[[Path], str]
) -> Iterator[str]:
    """The site from disk, and from a server under a sub-path."""
    every.elsewhere.asked.clear()
    if request.param == "file":
        yield every.folder.as_uri()
    else:
        yield f"{serve(every.folder.parent)}/{every.folder.name}"


def card(page: Any, name: str) -> Any:
    return page.locator(".preview").filter(has=page.locator("h3", has_text=re.compile(f"^{name}$")))


# ---- looking


def test_pictures_over_steps_have_a_slider_and_a_closer_look(page: Any, every: EverySite) -> None:
    page.goto(f"{every.folder.as_uri()}/{every.run}")
    gallery = page.get_by_role("region", name="first layer")
    slider = gallery.get_by_role("slider", name="Step of first layer")

    expect(gallery.get_by_text("step 10 · 3 of 3")).to_be_visible()
    slider.press("ArrowLeft")
    expect(gallery.get_by_text("step 5 · 2 of 3")).to_be_visible()
    expect(slider).to_have_attribute("aria-valuetext", "step 5")
    expect(gallery.locator(".viewer img")).to_have_attribute("alt", "Image first layer at step 5")

    gallery.locator(".viewer a").click()
    dialog = page.get_by_role("dialog", name="Image first layer at step 5")
    expect(dialog).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog", name="Image first layer at step 10")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    expect(slider).to_have_value("2")

    evaluation = page.get_by_role("region", name="Evaluation")
    evaluation.get_by_role("link").first.click()
    expect(page.locator("dialog p")).to_have_text("ROC curve · 1 of 2")


def test_texts_are_searched(page: Any, every: EverySite) -> None:
    page.goto(f"{every.folder.as_uri()}/{every.run}")

    log = card(page, "logs/train.log")
    log.locator("summary").click()
    expect(log.get_by_text("1,160 lines left out")).to_be_visible()
    log.get_by_role("searchbox").fill("EPOCH 119")
    expect(log.locator(".cnt")).to_have_text("1 of 11")
    expect(log.locator("mark.now")).to_be_in_viewport()
    log.get_by_role("searchbox").press("Shift+Enter")
    expect(log.locator(".cnt")).to_have_text("11 of 11")
    expect(log.locator("mark.now")).to_be_in_viewport()

    config = card(page, "config.json")
    config.locator("summary").first.click()
    config.get_by_role("searchbox").fill("64")
    expect(config.locator("mark.now")).to_have_text("64")
    expect(config.locator("mark.now")).to_be_visible()
    config.get_by_role("button", name="Text").click()
    expect(config.locator(".ln").first).to_have_text("{\n")
    expect(config.locator(".cnt")).to_have_text("1 of 1")


def test_tables_are_sorted_and_files_found(page: Any, every: EverySite) -> None:
    page.goto(f"{every.folder.as_uri()}/{every.run}")

    table = card(page, "tables/scores.csv")
    heading = table.get_by_role("columnheader", name="n", exact=True)
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(table.locator("tbody td:first-child")).to_have_text(["white", "red", "rose"])
    heading.get_by_role("button").click()
    expect(table.locator("tbody td:first-child")).to_have_text(["rose", "red", "white"])

    long = card(page, "tables/many.csv")
    long.evaluate("(one) => { one.open = true; }")
    long.get_by_role("searchbox").fill("row 1")
    expect(long.locator("tbody tr:visible")).to_have_count(11)
    expect(long.get_by_role("status")).to_have_text("11 of 100 rows")

    page.get_by_role("searchbox", name="Filter files").fill("scores")
    expect(page.locator("li.file:visible")).to_have_count(1)
    page.locator("li.file:visible a").hover()
    expect(page.locator("li.file:visible .cp")).to_have_attribute("data-copy", "tables/scores.csv")

    log = card(page, "logs/train.log")
    page.goto(f"{every.folder.as_uri()}/{every.run}#{log.get_attribute('id')}")
    expect(log).to_have_attribute("open", "")


def test_a_run_with_every_kind_of_file_breaks_no_rule(page: Any, every: EverySite) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{every.folder.as_uri()}/{every.run}")
    page.evaluate("for (const one of document.querySelectorAll('.preview')) one.open = true")
    expect(card(page, "config.json").locator(".json")).to_be_visible()

    assert violations(axe, page) == set()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def violations(axe: Any, page: Any) -> set[str]:
    options = {"resultTypes": ["violations"], "preload": False}
    response = axe.run(page, context="#artifacts", options=options).response
    return {f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in response["violations"]}


def test_without_scripts_all_is_there(browser: Any, every: EverySite) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{every.folder.as_uri()}/{every.run}")

    expect(page.get_by_role("region", name="first layer").locator("img")).to_have_count(3)
    expect(page.get_by_role("slider")).to_have_count(0)
    card(page, "config.json").locator("summary").click()
    expect(card(page, "config.json").get_by_text('"seed": 7')).to_be_visible()
    expect(card(page, "tables/scores.csv").get_by_text("white")).to_be_visible()
    context.close()


# ---- documents kept in


def test_a_document_opened_directly_runs_and_loads_nothing(
    page: Any, console: Any, root: str, every: EverySite
) -> None:
    console.expect(REFUSED)
    console.expect("request to")  # blocked before it leaves: counted on the other side
    for name in ("plot", "leaving"):
        page.goto(f"{root}/{every.wrapped(name)}")
        page.wait_for_timeout(1300)  # it wants to lead elsewhere after a second

        assert page.locator("#title").inner_text() == "Still"
        assert page.url.endswith(f"{name}.htm")
    assert every.elsewhere.asked == []


def test_in_its_frame_a_document_draws_but_reaches_nothing(
    page: Any, console: Any, root: str, every: EverySite
) -> None:
    console.expect(REFUSED)
    console.expect("request to")  # blocked before it leaves: counted on the other side
    page.goto(f"{root}/{every.run}")
    for name in ("plot.html", "leaving.html"):
        shown = card(page, name)
        shown.locator("summary").first.click()
        shown.get_by_role("button", name="Show", exact=True).click()

    frame = card(page, "plot.html").frame_locator("iframe")
    expect(frame.locator("#title")).to_have_text("Drawn")
    expect(frame.locator("#said")).to_have_text("null parent:no storage:no")
    page.wait_for_timeout(500)

    assert page.url == f"{root}/{every.run}"
    assert every.elsewhere.asked == []


def test_a_document_without_scripts_gets_a_frame_that_allows_none(
    page: Any, every: EverySite
) -> None:
    page.goto(f"{every.folder.as_uri()}/{every.run}")
    shown = card(page, "still.html")
    shown.locator("summary").first.click()
    shown.get_by_role("button", name="Show", exact=True).click()

    expect(shown.locator("iframe")).to_have_attribute("sandbox", "")
    expect(shown.frame_locator("iframe").locator("h1")).to_have_text("No script here")
