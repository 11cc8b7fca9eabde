"""The preview in a browser: the newest page takes the place of the one that is shown."""

import re
from typing import Any

import pytest

from tests.growing import Lab
from tests.watching import Watch, log_metric, watching

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = api.expect

pytestmark = pytest.mark.browser


@pytest.fixture
def page(page: Any, watch: Watch, console: Any) -> Any:
    console.allowed_origins.append(watch.address)
    page.set_viewport_size({"width": 1000, "height": 420})
    return page


def live(page: Any) -> None:
    expect(page.locator(".watch-pill")).to_have_text("Live")


def test_a_run_that_goes_on_is_seen_growing(page: Any, watch: Watch, watched: Lab) -> None:
    run = watched.mlruns / "1" / watched.train()
    meta = run / "meta.yaml"
    meta.write_text(re.sub(r"status: \d", "status: 1", meta.read_text("utf-8")), "utf-8")
    log_metric(run, "loss", 0.5, 0)
    log_metric(run, "loss", 0.25, 1)
    page.goto(f"{watch.address}runs/index.html?id={run.name}")
    expect(page.locator(".chip.run").first).to_have_text("Running")
    live(page)
    first = page.url
    page.evaluate("scrollTo(0, 300)")
    page.locator("summary").first.evaluate("(summary) => summary.parentElement.open = true")

    log_metric(run, "loss", 0.125, 2)

    expect(page.locator("#metrics")).to_contain_text("0.125", timeout=15_000)
    page.wait_for_load_state()
    assert page.url != first
    assert page.evaluate("scrollY") == 300
    assert page.locator("details").first.evaluate("(one) => one.open")
    expect(page.locator("[data-newer]")).to_be_hidden()


def test_a_table_keeps_its_filter_and_order(page: Any, watch: Watch, watched: Lab) -> None:
    page.goto(f"{watch.address}experiments/1/index.html")
    page.wait_for_url(re.compile(r"experiments/1/[0-9a-f]{12}\.html"))
    live(page)
    rows = page.locator("#runs tbody tr[data-position]")
    before = rows.count()
    filter = page.locator("#q")
    filter.fill("metrics.acc > 0")
    page.wait_for_function("() => location.search.length > 1")
    kept = page.evaluate("location.search + location.hash")

    watched.train()

    expect(rows).not_to_have_count(before, timeout=15_000)
    assert page.evaluate("location.search + location.hash") == kept
    expect(page.locator("#q")).to_have_value("metrics.acc > 0")


def test_a_tab_stays_chosen(page: Any, watch: Watch, watched: Lab) -> None:
    model = next(watched.mlruns.glob("1/*/artifacts/*/MLmodel"))
    page.goto(f"{watch.address}models/index.html")
    page.locator("main tbody a").first.click()
    page.wait_for_url(re.compile(r"[0-9a-f]{12}\.html"))
    live(page)
    tab = page.get_by_role("tab").nth(1)
    words = tab.inner_text()
    tab.click()
    expect(tab).to_have_attribute("aria-selected", "true")
    first = page.url

    with model.open("a", encoding="utf-8") as file:
        file.write("metadata: {changed: true}\n")

    page.wait_for_function("(url) => location.href !== url", arg=first)
    chosen = page.get_by_role("tab", selected=True).filter(has_text=words)
    expect(chosen.first).to_be_visible()


def test_what_is_wrong_is_said_in_the_page_until_it_is_mended(
    page: Any, watch: Watch, watched: Lab
) -> None:
    config = watched.mlruns.parent / "reportgen.yml"
    page.goto(f"{watch.address}index.html")
    live(page)

    config.write_text("titel: Lab\n")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("titel", timeout=15_000)
    expect(page.locator(".watch-pill")).to_have_text("Not up to date")

    config.write_text("title: Mended\n")
    expect(alert).to_have_count(0, timeout=15_000)
    expect(page.locator(".logo")).to_have_text("Mended")
    config.unlink()


def test_a_page_opened_too_early_waits(page: Any, watched: Lab, console: Any) -> None:
    console.expect("503")
    console.expect("404")
    with watching(watched.mlruns.parent) as early:
        console.allowed_origins.append(early.address)
        page.goto(f"{early.address}index.html")

        expect(page.locator("h1")).not_to_have_text("The report is being built", timeout=20_000)
        expect(page.locator("body")).to_have_attribute("data-kind", "home")
        page.goto("about:blank")
