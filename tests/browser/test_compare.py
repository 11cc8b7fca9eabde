"""Comparing runs as a person does it: from disk and from a server, by mouse and by keyboard.

The page's address is the selection. Runs of the example project are compared; what the example
lacks (texts to compare, runs by the dozen) comes from small sites written here.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from tests.browser.conftest import TrialSite
from tests.browser.report import Report
from tests.browser.test_accessibility import ALL_BUT_CONTRAST, contrasts_too_low, violations

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = api.expect

pytestmark = pytest.mark.browser


def ranked(report: Report, experiment: str) -> list[str]:
    """The ids of an experiment's runs, the best first."""
    slug = next(
        address.split("/")[1]
        for address in report.kinds["experiment"]
        if f"<h1>{experiment}</h1>" in report.text(address)
    )
    runs = report.pointers("runs")
    own = [(entry[2] or 999, id) for id, entry in runs.items() if entry[1] == slug]
    return [id for _, id in sorted(own)]


def compare(ids: Sequence[str], more: str = "") -> str:
    return f"compare.html?runs={','.join(ids)}{more}"


def rows(page: Any, section: str) -> dict[str, list[str]]:
    """The rows of a section's table that are seen: cells by the name of the row."""
    found = page.evaluate(
        """(id) => [...document.querySelectorAll(`#${id} .cmp-table tbody tr`)]
          .filter((row) => row.getClientRects().length && row.cells.length > 1)
          .map((row) => [...row.cells].map((cell) => cell.innerText.trim()))""",
        section,
    )
    return {row[0].split("\n")[0]: row[1:] for row in found}


# ---- the story of a comparison


def test_runs_of_an_experiment_side_by_side(
    page: Any, report: Report, address: Callable[[str], str]
) -> None:
    lasso, ridge, net = ranked(report, "diabetes-regression")[:3]
    page.goto(address(compare([lasso, ridge, net])))

    expect(page.locator("#cmp-status")).to_have_text("ridge, elastic-net against lasso.")
    assert rows(page, "params")["model"] == ["lasso", "ridge", "elastic-net"]
    assert rows(page, "params")["l1_ratio"] == ["not set", "not set", "0.5"]
    assert "worse" in rows(page, "metrics")["rmse/val"][1]
    expect(page.locator("#tags")).to_contain_text("All tags are equal.")
    # Only differences: all that is equal comes with the switch, and the address tells it.
    assert "User" not in rows(page, "overview")
    page.get_by_label("Only differences").uncheck()
    assert rows(page, "overview")["User"] == ["jonas"] * 3
    assert page.url.endswith("?runs=" + ",".join([lasso, ridge, net]) + "&all=1")
    # Another baseline: the differences turn around.
    page.get_by_role("button", name="Set ridge as baseline").click()
    assert f"base={ridge}" in page.url
    assert "better" in rows(page, "metrics")["rmse/val"][0]
    expect(page.get_by_role("button", name="Baseline", exact=True)).to_be_focused()
    # Out goes one; the link that is left shows the same to whoever opens it.
    page.get_by_role("button", name="Remove elastic-net").click()
    expect(page.locator(".cmp-run")).to_have_count(2)
    page.goto(page.url)
    expect(page.locator("#cmp-status")).to_have_text("lasso against ridge.")


def test_runs_are_put_in_order_by_keyboard(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    ids = ranked(report, "diabetes-regression")[:3]
    page.goto(on_disk(compare(ids)))

    page.get_by_role("button", name="Move elastic-net to the left").press("Enter")
    expect(page.locator("#cmp-status")).to_have_text("elastic-net is now number 2 of 3.")
    expect(page.get_by_role("button", name="Move elastic-net to the left")).to_be_focused()
    page.keyboard.press("Enter")

    assert f"runs={ids[2]},{ids[0]},{ids[1]}" in page.url
    assert rows(page, "params")["model"] == ["elastic-net", "lasso", "ridge"]


def test_runs_of_different_experiments_with_what_they_ran_in(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    release = ranked(report, "cultivar-release")
    page.goto(on_disk(compare([release[0], release[3], ranked(report, "digits-seeds")[0]])))

    assert rows(page, "overview")["Experiment"][2] == "digits-seeds"
    packages = rows(page, "environment")
    assert "added" in packages["lightgbm"][1]
    ranges = page.locator("#source a", has_text="…")
    assert re.search(
        r"/compare/[0-9a-f]{40}\.\.\.[0-9a-f]{40}$", ranges.first.get_attribute("href")
    )
    assert "changed" in rows(page, "artifacts")["figures/confusion.png"][1]
    # One of them logged no loss: what others lack is said, not hidden.
    curve = page.locator("#curves figure", has_text="loss/train").first
    expect(curve).to_contain_text("2 of 3 runs")


def test_curves_lie_over_one_another_and_the_runs_beside_each_other(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    page.goto(on_disk(compare(ranked(report, "digits-seeds")[:3], "#curves")))
    chart = page.locator("#curves figure .chart").first

    expect(chart.locator("svg path[stroke^='var(--s']")).to_have_count(3)
    strokes = chart.locator("svg path[stroke^='var(--s']").evaluate_all(
        "(lines) => lines.map((line) => line.getAttribute('stroke-dasharray'))"
    )
    assert len(set(strokes)) == 3  # told apart without colour
    # Pointed at, it is live as all charts, and drawn as before.
    chart.hover()
    expect(page.locator("#curves figure").first).to_have_class(re.compile("is-live"))
    lines = chart.locator(".plot-live path[stroke^='var(--s']")
    dashes = {line.get_attribute("stroke-dasharray") for line in lines.all()}
    assert dashes >= {(each or "1 0").replace(" ", ",") for each in strokes}
    page.locator("#across").scroll_into_view_if_needed()
    page.locator("#across figure").last.scroll_into_view_if_needed()
    expect(page.locator("#across .chart svg circle")).to_have_count(3)


def test_pictures_by_swipe_and_by_difference(
    page: Any, report: Report, address: Callable[[str], str]
) -> None:
    page.goto(address(compare(ranked(report, "cultivar-release")[:3:2], "#artifacts")))
    file = page.locator(".cmp-file", has_text="figures/confusion.png")

    expect(file.locator(".cmp-pictures img")).to_have_count(2)
    file.get_by_role("button", name="Swipe").click()
    slider = file.get_by_role("slider")
    slider.focus()
    page.keyboard.press("End")
    assert file.locator(".over").evaluate("(image) => image.style.clipPath") == (
        "inset(0px 0px 0px 100%)"
    )
    file.get_by_role("button", name="Difference").click()
    blend = file.locator(".over").evaluate("(image) => getComputedStyle(image).mixBlendMode")
    assert blend == "difference"
    expect(file).to_contain_text("Black where both are the same.")


# ---- choosing


def test_without_runs_the_page_offers_some(
    page: Any, report: Report, address: Callable[[str], str]
) -> None:
    page.goto(address("compare.html"))
    expect(page.locator("#cmp-status")).to_have_text("Choose the runs to compare.")
    expect(page.locator("#cmp")).to_be_hidden()

    page.get_by_placeholder("Find by name").fill("ridge")
    expect(page.locator(".cmp-choice:visible")).to_have_count(1)
    # The search of the site finds those that are not offered, too.
    page.get_by_placeholder("Find by name").fill("shifted, seed")
    expect(page.locator(".cmp-beyond .cmp-choice").first).to_contain_text("shifted")
    page.get_by_placeholder("Find by name").fill("")
    page.get_by_label(re.compile("^ridge")).check()
    page.get_by_label(re.compile("^lasso")).check()
    page.get_by_role("button", name="Compare", exact=True).click()

    expect(page.locator(".cmp-run")).to_have_count(2)
    expect(page.locator("#cmp-picker")).to_be_hidden()
    # More come by their addresses, pasted from elsewhere.
    other = ranked(report, "digits-seeds")[0]
    page.get_by_role("button", name="Add runs").click()
    page.get_by_placeholder("Find by name").fill(f"https://x.org/site/runs/index.html?id={other}")
    page.keyboard.press("Enter")
    expect(page.locator(".cmp-run")).to_have_count(3)
    assert other in page.url


def test_what_the_address_asks_in_vain_is_said(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    one, two = ranked(report, "diabetes-regression")[:2]
    page.goto(on_disk(compare([one, "nosuchrun", "../../evil", one, two])))

    expect(page.locator("#cmp-status")).to_contain_text("This report has no run “nosuchrun”.")
    expect(page.locator(".cmp-run")).to_have_count(2)

    page.goto(on_disk(compare([one, "nosuchrun"])))
    expect(page.locator("#cmp-status")).to_contain_text("choose another run to compare it with")
    expect(page.locator("#cmp-picker")).to_be_visible()


def test_a_report_version_is_kept(page: Any, report: Report, on_disk: Callable[[str], str]) -> None:
    version = report.pointers("")["version"]
    ids = ranked(report, "diabetes-regression")[:2]
    page.goto(on_disk(compare(ids, f"&v={version}")))
    expect(page.locator(".cmp-run")).to_have_count(2)
    assert f"v={version}" in page.locator(".cmp-run a").first.get_attribute("href")
    assert f"v={version}" in page.url

    page.goto(on_disk(compare(ids, "&v=1999-no-such")))
    console_says = page.locator("#cmp-status")
    expect(console_says).to_contain_text("This report version has no run")


def test_a_runs_page_leads_to_its_comparison(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    page.goto(on_disk(report.one("run", "Against the run before it")))
    name = page.locator("h1").inner_text()

    page.get_by_role("link", name="Compare", exact=True).click()

    expect(page.locator(".cmp-run")).to_have_count(2)
    expect(page.locator(".cmp-run").last).to_contain_text(name)


def test_without_javascript_the_experiments_are_offered(plain: Any, report: Report) -> None:
    plain.goto(f"{report.folder.as_uri()}/compare.html")

    expect(plain.get_by_text("Comparing needs JavaScript")).to_be_visible()
    assert plain.locator("#cmp-picker h3 a").count() == 7 - 1  # one has no runs
    expect(plain.get_by_role("button", name="Compare")).to_be_hidden()


# ---- for everyone


def test_nothing_stands_in_anyones_way(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.emulate_media(reduced_motion="reduce")
    ids = ranked(report, "cultivar-release")[:3]
    page.goto(on_disk(compare(ids, "&all=1")))
    expect(page.locator(".cmp-run")).to_have_count(3)
    expect(page.locator("#curves figure").first).to_be_visible()
    page.evaluate("RG.compare.drawAll()")
    page.get_by_role("button", name="Add runs").click()
    found = violations(axe, page, ALL_BUT_CONTRAST) | contrasts_too_low(axe, page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    found |= contrasts_too_low(axe, page)

    assert found == set()


def test_the_page_never_scrolls_sideways(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    ids = [*ranked(report, "cultivar-release"), *ranked(report, "digits-seeds")][:20]
    page.goto(on_disk(compare(ids, "&all=1")))
    expect(page.locator(".cmp-run")).to_have_count(20)
    page.evaluate("RG.compare.drawAll()")

    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(over) == 0, f"at {width} pixels"
    # The head and all tables move as one.
    page.evaluate("document.querySelector('#metrics .cmp-scroll').scrollLeft = 300")
    page.wait_for_timeout(100)
    assert page.evaluate("document.querySelector('.cmp-head').scrollLeft") == 300


def test_on_paper_all_is_drawn_and_wide_tables_lie_on_their_side(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    page.goto(on_disk(compare(ranked(report, "digits-seeds")[:6])))
    expect(page.locator(".cmp-run")).to_have_count(6)

    boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", page.pdf())

    assert boxes and all(float(width) > float(height) for width, height in boxes)
    drawn = page.locator("#curves .chart").evaluate_all(
        "(boxes) => boxes.every((box) => box.querySelector('path'))"
    )
    assert drawn is True


# ---- small sites of their own


def a_run(id: str, **changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": id,
        "name": f"run {id}",
        "status": [["Finished", "ok", "check"]],
        "experiment": ["7", "wine"],
        "user": "ada",
        "started": 1_795_521_600_000,
        "duration": "1 min",
        "main": "",
        "params": {},
        "metrics": {},
        "stats": {},
        "tags": {},
        "environment": None,
        "datasets": [],
        "models": [],
        "artifacts": [],
        "artifact_count": 0,
        "source": {},
    }
    return {**data, **changes}


def publish(trial: TrialSite, page: str, *runs: Mapping[str, Any]) -> None:
    """A site with these runs and the page that compares."""
    for run in runs:
        trial.call(f"runs/{run['id']}.k.js", "run", run)
    trial.pointers({run["id"]: ["k", "7", 0, 0, i % 8] for i, run in enumerate(runs)}, {})
    trial.write("compare.html", page)


@pytest.fixture
def frame(report: Report) -> str:
    """The page as it was built, with the theme's own scripts."""
    return report.text("compare.html")


def with_assets(trial: TrialSite, report: Report) -> None:
    (trial.folder / "assets").symlink_to(report.folder / "assets")


def test_texts_are_compared_line_by_line(
    page: Any, disk_trial: TrialSite, report: Report, frame: str
) -> None:
    with_assets(disk_trial, report)
    before = [f"line {n}" for n in range(40)]
    after = [*before[:20], "line twenty, rewritten", *before[21:], "one more"]
    for hash_, lines in (("aa", before), ("bb", after)):
        text = "\n".join(lines) + "\n"
        twin = f"RG.text({json.dumps(hash_)}, {json.dumps(text)});\n"
        disk_trial.write(f"files/{hash_}/log.txt.js", twin)
    publish(
        disk_trial,
        frame,
        a_run("one", artifacts=[["log.txt", 300, "files/aa/log.txt", "text"]]),
        a_run("two", artifacts=[["log.txt", 320, "files/bb/log.txt", "text"]]),
    )
    page.goto(disk_trial.url(compare(["one", "two"])))

    file = page.locator(".cmp-file", has_text="log.txt")
    if file.get_attribute("open") is None:
        file.locator("summary").click()

    expect(file).to_contain_text("1 lines removed, 2 added")
    expect(file.locator("td.new.ln")).to_have_count(2)
    expect(file.locator("td.gone.ln")).to_contain_text("line 20")
    expect(file.get_by_role("button", name="17 equal lines")).to_be_visible()
    file.get_by_role("button", name="17 equal lines").click()
    expect(file.get_by_text("line 3", exact=True).first).to_be_visible()
    file.get_by_role("button", name="One column").click()
    expect(file.locator("tr.gone")).to_have_count(1)


def test_of_more_than_twenty_runs_the_first_are_compared(
    page: Any, disk_trial: TrialSite, report: Report, frame: str
) -> None:
    with_assets(disk_trial, report)
    ids = [f"run{place}" for place in range(34)]
    runs = [a_run(id, params={"lr": str(place)}) for place, id in enumerate(ids)]
    publish(disk_trial, frame, *runs)
    page.goto(disk_trial.url(compare(ids)))

    expect(page.locator("#cmp-status")).to_contain_text("Comparing the first 20 of 34 runs")
    expect(page.locator(".cmp-run")).to_have_count(20)


def test_a_link_is_made_of_what_was_checked_alone(
    page: Any, disk_trial: TrialSite, report: Report, frame: str
) -> None:
    with_assets(disk_trial, report)
    source = {
        "repository": "javascript:alert(1)",
        "commit": "a" * 40,
        "commit_url": "javascript:alert(2)",
        "compare_url": "javascript:alert('{a}{b}')",
    }
    other = {**source, "commit": "b" * 40}
    models = [{"name": "m", "address": "../../evil.html", "flavors": []}]
    files = [["x.txt", 3, "../x/evil.txt", "text"]]
    publish(
        disk_trial,
        frame,
        a_run("one", source=source, models=models, artifacts=files, params={"<b>": "<i>x</i>"}),
        a_run("two", source=other, experiment=["../x", "<img src=x>"]),
    )
    page.goto(disk_trial.url(compare(["one", "two"], "&all=1")))
    expect(page.locator(".cmp-run")).to_have_count(2)

    links = page.locator("#cmp section a").evaluate_all("(all) => all.map((one) => one.href)")
    assert [link for link in links if "javascript" in link or "evil" in link] == []
    assert rows(page, "params") == {"<b>": ["<i>x</i>", "not set"]}


# ---- what needs no page


def in_page(page: Any, disk_trial: TrialSite, expression: str) -> Any:
    """The value of an expression where the scripts of the comparison are."""
    disk_trial.write(
        "pure.html",
        '<!doctype html><meta charset="utf-8"><title>t</title><body>'
        '<script src="js/app.js"></script>'
        '<script src="js/diff.js"></script><script src="js/compare_rows.js"></script>',
    )
    page.goto(disk_trial.url("pure.html"))
    return page.evaluate(expression)


def test_pure(page: Any, disk_trial: TrialSite) -> None:
    """How differences are worded, and that a diff is the shortest way from one text to another."""
    said = in_page(
        page,
        disk_trial,
        """() => {
          const { difference, compareAddress } = RG.compare;
          const word = (...all) => {
            const found = difference(...all);
            return found && [found.text, found.word].join(" ").trim();
          };
          return {
            higher: word(0.95, 0.9, "max"), lower: word(0.95, 0.9, "min"),
            unknown: word(3, 2, "unknown"), same: word(2, 2, "max"), none: word(NaN, 2, "max"),
            zero: word(0.5, 0, "max"), many: word(2.34, 0.000256, "min"),
            forge: compareAddress("https://x.org/a/compare/{a}...{b}", "aaaaaaa", "bbbbbbb"),
            evil: compareAddress("javascript:{a}{b}", "aaaaaaa", "bbbbbbb"),
            edits: RG.diff.edits(["a", "b", "c"], ["a", "x", "c", "d"]).list
              .map(({ op }) => op).join(""),
            words: RG.diff.words("depth=3, lr=0.1", "depth=4, lr=0.1")[1]
              .filter((part) => part.changed).map((part) => part.text),
            unlike: RG.diff.words("random forest", "xyz, 12, qqq"),
          };
        }""",
    )

    assert said == {
        "higher": "▲ +0.05 (+5.56 %) better",
        "lower": "▲ +0.05 (+5.56 %) worse",
        "unknown": "▲ +1 (+50.0 %)",
        "same": "same",
        "none": None,
        "zero": "▲ +0.5 better",
        "many": "▲ +2.34 (×9,140) worse",
        "forge": "https://x.org/a/compare/aaaaaaa...bbbbbbb",
        "evil": "",
        "edits": "=-+=+",
        "words": ["4"],
        "unlike": None,
    }


def test_packages_are_said_to_have_gone_up_or_down(
    page: Any, disk_trial: TrialSite, report: Report, frame: str
) -> None:
    with_assets(disk_trial, report)

    def environment(*pip: list[Any]) -> dict[str, Any]:
        return {"python": "3.11.7", "order": None, "pip": list(pip)}

    def at(*release: int, before: int = 0, build: str = "") -> list[Any]:
        return [release, [before, 0, -1, 1, 0], build]

    before = environment(
        ["numpy", "==1.2", at(0, 1, 2)],
        ["pandas", "==2.0", at(0, 2)],
        ["torch", "==2.1+cu118", at(0, 2, 1, build="cu118")],
        ["mlflow", "==3.0", at(0, 3)],
        ["scipy", ">=1", None],
    )
    after = environment(
        ["NumPy", "==1.10", at(0, 1, 10)],
        ["pandas", "==2.0rc1", at(0, 2, before=-1)],
        ["torch", "==2.1+cu121", at(0, 2, 1, build="cu121")],
        ["mlflow", "==3.0.0", at(0, 3)],
        ["scipy", ">=2", None],
    )
    runs = [a_run("a", environment=before), a_run("b", environment=after)]
    publish(disk_trial, frame, *runs)
    page.goto(disk_trial.url("compare.html?runs=a,b&all=1"))
    expect(page.locator(".cmp-run")).to_have_count(2)
    found = {name: cells[1] for name, cells in rows(page, "environment").items()}

    assert found == {
        "Python": "3.11.7",
        "mlflow": "==3.0.0",
        "numpy": "==1.10 up",
        "pandas": "==2.0rc1 down",
        "scipy": ">=2 changed",
        "torch": "==2.1+cu121 build only",
    }


def test_charts_across_the_compared_runs_are_saved(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    runs = ranked(report, "cultivar-mlp-sweep")[:4]
    page.goto(on_disk(compare(runs)))
    page.locator("#across").scroll_into_view_if_needed()

    for figure in page.locator("#across figure").all():
        figure.scroll_into_view_if_needed()
        expect(figure.locator("svg").first).to_be_visible()
        figure.locator(".plot-toggle").click()
        for form, start in (("SVG", "<svg"), ("CSV", "run,"), ("Vega-Lite", "{")):
            with page.expect_download() as download:
                figure.get_by_role("button", name=form).click()
            text = download.value.path().read_text("utf-8")
            assert text.startswith(start) and "var(--" not in text
        figure.get_by_role("button", name="Show data").click()
        expect(figure.locator(".plot-data tbody tr")).to_have_count(4)
