"""The site of a real project in a real browser: every kind of page, from disk and from a server.

The example project is built once. Every page opened here is watched (see conftest.py): a console
error, a violation of the Content-Security-Policy or a request to elsewhere fails the test.
"""

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.browser.report import (
    DESKTOP,
    PHONE,
    SETTLED,
    SMALLEST,
    Report,
    open_grid,
    open_page,
    wake_charts,
)
from tests.sites import NOW, build_site

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = api.expect

pytestmark = pytest.mark.browser


# ---- every page


LOOK = """() => ({
  h1: document.querySelectorAll("h1").length,
  title: document.title,
  lang: document.documentElement.lang,
  landmarks: ["header", "main", "footer"].map((tag) => document.querySelectorAll(tag).length > 0),
  beyond: [...document.querySelectorAll("main *")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
    .filter((each) => !each.closest(".scroll, .scrollx, .rg-port, pre, .nav, .tabs, .long, svg"))
    .map((each) => each.tagName + "." + each.className).slice(0, 3),
  wide: document.scrollingElement.scrollWidth,
})"""


def faults(page: Any, width: int, title: str) -> list[str]:
    """What is wrong with the page that is open, at one width, on a site of that title."""
    seen = page.evaluate(LOOK)
    found = [
        (seen["h1"] == 1, f"{seen['h1']} h1"),
        (seen["title"].endswith(title), f"title {seen['title']!r}"),
        (seen["lang"] == "en", "no language"),
        (all(seen["landmarks"]), "no header, main or footer"),
        (seen["wide"] <= width, f"scrolls sideways: {seen['wide']} of {width}: {seen['beyond']}"),
    ]
    return [fault for fine, fault in found if not fine]


def all_faults(page: Any, url: str, title: str) -> list[str]:
    """Of one page: wide and light, as narrow as a phone and dark, and as narrow as they get."""
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    open_page(page, url)
    found = faults(page, DESKTOP["width"], title)
    page.emulate_media(color_scheme="dark")
    for window in (PHONE, SMALLEST):
        page.set_viewport_size(window)
        found += faults(page, window["width"], title)
    return found


def test_every_page_opens_without_an_error_and_fits_its_window(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    title = report.title
    found = {each: all_faults(page, on_disk(each), title) for each in report.reading_list}

    assert {each: fault for each, fault in found.items() if fault} == {}


def test_a_page_of_each_kind_opens_from_a_server_without_an_error(
    page: Any, report: Report, serve: Callable[[Path], str]
) -> None:
    root = f"{serve(report.folder.parents[1])}/reports/site"
    pages = [pages[0] for kind, pages in sorted(report.kinds.items()) if kind != "pointer"]
    found = {}
    for each in pages:
        open_page(page, f"{root}/{each}")
        found[each] = faults(page, DESKTOP["width"], report.title)

    assert {each: fault for each, fault in found.items() if fault} == {}


# ---- without JavaScript


def test_an_experiment_is_readable_without_scripts(
    plain: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    plain.goto(on_disk(report.one("experiment", 'data-chart="parallel"', 'id="runs-host"')))

    assert plain.locator("#runs-host tbody tr:visible").count() >= 8
    expect(plain.locator("figure[data-chart=parallel] svg")).to_be_visible()
    expect(plain.locator("figure[data-chart=overlay] svg path").first).to_be_visible()


def test_a_run_is_readable_without_scripts(
    plain: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    plain.goto(on_disk(report.one("run", 'data-chart="curve"', 'id="params"', "data-kv-filter")))

    expect(plain.locator("figure[data-chart=curve] svg path").first).to_be_visible()
    expect(plain.locator("#params .kv tr").first).to_be_visible()
    expect(plain.locator("#environment")).to_be_visible()


def test_a_model_is_readable_without_scripts(
    plain: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    plain.goto(on_disk(report.one("model", "mlflow models serve", "data-tabs")))

    expect(plain.locator("pre", has_text="mlflow models serve").first).to_be_visible()
    expect(plain.locator("pre", has_text="/invocations").first).to_be_visible()
    plain.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    assert plain.locator(".code:visible").count() == plain.locator(".code").count()


DEAD = (
    "[data-theme-toggle], [data-copy], [data-copy-pre], [data-export], [data-kv-filter], "
    ".tools, .plot-tools, [data-rank], [data-best-diff], [data-newer]"
)


@pytest.mark.parametrize("kind", ["experiment", "run", "model", "project", "registered-model"])
def test_what_only_scripts_can_do_is_hidden_without_them(
    plain: Any, report: Report, on_disk: Callable[[str], str], kind: str
) -> None:
    plain.goto(on_disk(report.one(kind)))

    assert plain.locator(DEAD).count() > 0
    assert plain.locator(DEAD).locator("visible=true").count() == 0


@pytest.mark.parametrize("kind", ["experiments", "models", "registry", "projects"])
def test_a_pointer_page_leads_on_without_scripts(
    plain: Any, report: Report, on_disk: Callable[[str], str], kind: str
) -> None:
    pointer = next(one for one in report.kinds["pointer"] if one.startswith(f"{kind}/"))
    plain.goto(on_disk(pointer))

    plain.wait_for_url(re.compile(r"/[0-9a-f]{12}\.html$"))


# ---- live charts


def test_a_curve_of_a_run_becomes_live_when_the_pointer_comes(
    page: Any, report: Report, address: Callable[[str], str]
) -> None:
    open_page(page, address(report.one("run", 'data-chart="curve"')))
    figure = page.locator("#metrics figure[data-chart=curve]").first
    figure.locator(".chart").hover()
    expect(figure).to_have_class(re.compile("is-live"))
    assert figure.locator(".plot-live svg.marks path").count() > 0
    figure.locator(".chart").hover(position={"x": 150, "y": 60})

    expect(page.locator(".plot-tip")).to_be_visible()


def test_the_charts_of_an_experiment_become_live_on_focus(
    page: Any, report: Report, address: Callable[[str], str]
) -> None:
    kinds = ("overlay", "parallel", "progress")
    needed = [f'data-chart="{kind}"' for kind in kinds]
    open_page(page, address(report.one("experiment", *needed)))
    wake_charts(page)

    for kind in kinds:
        assert page.locator(f"[data-chart={kind}] .plot-live svg.marks path").count() > 0


def test_the_controls_of_a_page_change_the_axes_of_its_curves(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    open_page(page, on_disk(report.one("run", 'data-chart="curve"')))
    figure = page.locator("#metrics figure[data-chart=curve]").first
    controls = page.locator("[data-plot-controls]")
    controls.get_by_role("button", name="Relative").click()
    figure.scroll_into_view_if_needed()

    expect(figure).to_have_class(re.compile("is-live"))
    expect(
        figure.locator("svg.marks text", has_text=re.compile(r"^\d+[smhd]")).first
    ).to_be_visible()
    line = figure.locator("svg.marks .mark-line path").first
    before = line.get_attribute("d")
    controls.get_by_role("button", name="Log", exact=True).click()

    expect(figure.locator("svg.marks .mark-line path").first).not_to_have_attribute("d", before)
    expect(controls.get_by_role("button", name="Log", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )


# ---- the page of all environments


def test_packages_are_found_by_name_or_version_also_those_that_are_folded(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    page.goto(on_disk("environments.html"))
    shown = page.locator("[data-uses] tbody:visible")
    before = shown.count()
    page.keyboard.press("f")
    page.keyboard.type("mlflow 3.")
    expect(shown).to_have_count(1)
    expect(shown.locator("th")).to_have_text("mlflow")

    page.keyboard.type("nothing")
    expect(page.locator("[data-uses-none]")).to_be_visible()

    page.locator("#q").fill("")
    expect(shown).to_have_count(before)


@pytest.mark.parametrize("kind", ["run", "model"])
def test_any_two_environments_are_compared_starting_from_a_page(
    page: Any, report: Report, on_disk: Callable[[str], str], kind: str
) -> None:
    page.goto(on_disk(report.one(kind, "Who else had it", "lightgbm")))
    page.get_by_role("link", name="Who else had it").click()
    expect(page.locator(".envs .card:target")).to_be_visible()
    chosen = page.get_by_label("Another environment").locator("option:checked").inner_text()
    assert chosen == page.locator(".envs .card:target h3").inner_text()

    page.get_by_label("Another environment").select_option("Environment 4")
    page.get_by_label("One environment").select_option("Environment 3")
    page.locator("[data-env-pick] a").click()

    expect(page.locator("#environment")).to_contain_text("lightgbm")


def test_without_scripts_all_environments_are_there_and_lead_to_their_runs(
    plain: Any, on_disk: Callable[[str], str]
) -> None:
    plain.goto(on_disk("environments.html"))

    expect(plain.locator("[data-uses-filter]")).to_be_hidden()
    plain.locator("#versions tbody a").first.click()
    expect(plain.locator(".envs .card:target")).to_be_visible()
    assert plain.locator(".envs .card:target a[href*='runs/index.html?id=']").count() > 0


# ---- the table of an experiment


def names(grid: Any) -> list[str]:
    found: list[str] = grid.locator("tbody tr[data-position] .run-name").all_inner_texts()
    return found


def test_a_grid_of_all_runs_takes_the_place_of_the_first_rows(
    page: Any, report: Report, address: Callable[[str], str]
) -> None:
    grid = open_grid(page, address(report.one("experiment", 'id="runs-host"')))
    of_all = re.search(r"\d+", page.locator("#cnt").inner_text())

    assert of_all
    assert int(grid.get_attribute("aria-rowcount")) <= int(of_all[0]) + 1


def test_the_grid_sorts_and_filters_and_keeps_that_in_the_on_disk(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    grid = open_grid(page, on_disk(report.one("experiment", 'id="runs-host"')))
    page.locator("button[data-sort='attributes.start_time']").click()
    wanted = f'run_name = "{names(grid)[-1]}"'
    page.locator("#q").fill(wanted)
    expect(page.locator("#cnt")).to_contain_text(re.compile("^1 of"))
    shown = names(grid)

    assert "q=run_name" in page.url
    assert "sort=-attributes.start_time" in page.url

    page.reload()
    page.evaluate(SETTLED)

    expect(page.locator("#cnt")).to_contain_text(re.compile("^1 of .* sorted by started"))
    expect(page.locator("#q")).to_have_value(wanted)
    assert names(grid) == shown


def test_a_run_opens_from_the_grid(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    grid = open_grid(page, on_disk(report.one("experiment", 'id="runs-host"')))
    name = names(grid)[1]
    grid.locator("tbody .run-name").nth(1).click()

    expect(page.locator("h1")).to_have_text(name.strip())


# ---- what the pointers say


def test_a_fresh_site_has_no_word_of_a_newer_page(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    for kind in ("experiment", "run"):
        open_page(page, on_disk(report.one(kind)))

        expect(page.locator("[data-newer]")).to_be_hidden()


def test_the_best_run_says_so(page: Any, report: Report, on_disk: Callable[[str], str]) -> None:
    best, _, ranked = report.ranked_run(best=True)
    open_page(page, on_disk(best))

    expect(page.locator("[data-rank]")).to_have_text(f"Best of {ranked}")
    expect(page.locator("[data-best-diff]")).to_be_hidden()


def test_any_other_run_can_be_compared_with_the_best_of_today(
    page: Any, report: Report, address: Callable[[str], str]
) -> None:
    other, rank, ranked = report.ranked_run(best=False)
    open_page(page, address(other))
    expect(page.locator("[data-rank]")).to_have_text(f"#{rank} of {ranked}")
    page.locator("[data-best-diff] button").click()

    expect(page.locator("[data-best-diff] table")).to_be_visible()
    assert page.locator("[data-best-diff] tbody tr").count() > 0


def test_a_run_that_none_came_before_can_be_compared_too(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    first = next(
        address
        for run_id, (key, _, rank, *_) in sorted(report.pointers("runs").items())
        if rank > 1 and 'id="diff"' not in report.text(address := f"runs/{run_id}.{key}.html")
    )
    open_page(page, on_disk(first))
    page.locator("[data-best-diff] button").click()

    expect(page.locator("[data-best-diff] table")).to_be_visible()


def test_a_run_is_found_by_its_id(page: Any, report: Report, address: Callable[[str], str]) -> None:
    run_id, (key, *_) = next(iter(report.pointers("runs").items()))
    page.goto(address(f"runs/index.html?id={run_id}"))

    page.wait_for_url(address(f"runs/{run_id}.{key}.html"))


def test_the_address_of_an_experiment_leads_to_its_newest_page(
    page: Any, report: Report, address: Callable[[str], str]
) -> None:
    experiment, pointer = next(iter(report.pointers("experiments").items()))
    page.goto(address(f"experiments/{experiment}/index.html"))

    page.wait_for_url(address(f"experiments/{experiment}/{pointer['key']}.html"))


# ---- a second build


@dataclass(frozen=True)
class Grown:
    """A site that was built twice: in between a run came and another was changed."""

    folder: Path
    changed: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    first_version: str


@pytest.fixture(scope="session")
def grown(stores: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Grown:
    folder = tmp_path_factory.mktemp("grown")
    mlruns = Path(shutil.copytree(stores["v3.17-file"] / "mlruns", folder / "lab" / "mlruns"))
    first = build_site(folder / "site", mlruns)
    before = Report(folder / "site").pointers("runs")
    run = changed_run(mlruns, before)
    add_run_like(run)
    (run / "params" / "added_later").write_text("1")
    build_site(folder / "site", mlruns, now=NOW + timedelta(days=1))
    after = Report(folder / "site").pointers("runs")
    return Grown(folder / "site", run.name, before, after, first.version)


def changed_run(mlruns: Path, known: Mapping[str, Any]) -> Path:
    """A run that has parameters."""
    runs = sorted(path.parent for path in mlruns.glob("*/*/params") if any(path.iterdir()))
    return next(run for run in runs if run.name in known)


def add_run_like(run: Path) -> None:
    """Copies a run under an id of its own."""
    copied = run.with_name("f" * 32)
    shutil.copytree(run, copied)
    meta = copied / "meta.yaml"
    meta.write_text(meta.read_text().replace(run.name, copied.name))


def test_an_old_page_of_a_run_leads_to_the_new_one(page: Any, grown: Grown) -> None:
    old, new = grown.before[grown.changed][0], grown.after[grown.changed][0]
    open_page(page, f"{grown.folder.as_uri()}/runs/{grown.changed}.{old}.html")
    expect(page.locator("[data-newer]")).to_be_visible()
    page.locator("[data-newer] a").click()

    page.wait_for_url(re.compile(rf"/runs/{grown.changed}\.{new}\.html$"))
    expect(page.locator("#params")).to_contain_text("added_later")
    expect(page.locator("[data-newer]")).to_be_hidden()


def test_a_version_stays_as_it_was_wherever_one_goes_in_it(page: Any, grown: Grown) -> None:
    experiment, old = grown.before[grown.changed][1], grown.before[grown.changed][0]
    version = grown.first_version
    open_page(page, f"{grown.folder.as_uri()}/versions/{version}.html?v={version}")
    page.locator(f"#experiments a[href*='experiments/{experiment}/']").first.click()
    page.wait_for_url(re.compile(rf"/experiments/{experiment}/[0-9a-f]+\.html\?v={version}$"))
    expect(page.locator("[data-newer]")).to_be_visible()
    grid = page.locator("#runs-host [role$=grid]")
    expect(grid).to_be_visible()
    grid.locator(f"a[href*='{grown.changed}']").click()
    page.wait_for_url(re.compile(rf"/runs/{grown.changed}\.{old}\.html\?v={version}$"))
    page.locator(".crumb a[href*='experiments/']").click()

    page.wait_for_url(re.compile(rf"/experiments/{experiment}/[0-9a-f]+\.html\?v={version}$"))


def test_the_list_of_versions_opens_each_within_itself(page: Any, grown: Grown) -> None:
    open_page(page, f"{grown.folder.as_uri()}/versions/index.html")
    page.get_by_role("link", name=grown.first_version).click()
    page.wait_for_url(re.compile(rf"/versions/{grown.first_version}\.html"))
    links = page.locator("#experiments h3 a")

    assert all(
        f"v={grown.first_version}" in href
        for href in links.evaluate_all("all => all.map((each) => each.href)")
    )


# ---- print


@pytest.mark.parametrize("kind", ["experiment", "run", "model"])
def test_a_page_prints_light_and_without_what_can_only_be_clicked(
    page: Any, report: Report, on_disk: Callable[[str], str], kind: str
) -> None:
    page.emulate_media(color_scheme="dark")
    open_page(page, on_disk(report.one(kind)))
    page.emulate_media(media="print", color_scheme="dark")
    chrome = page.locator(
        ".top, .nav, .acts, .tools, .cp, .tabs, [data-plot-controls], .plot-tools"
    )

    assert chrome.count() > 0
    assert chrome.locator("visible=true").count() == 0
    assert page.evaluate("getComputedStyle(document.documentElement).color") == "rgb(22, 23, 29)"
    assert page.pdf().startswith(b"%PDF")
