"""The runs table in a real browser: order, filter, groups, columns, keyboard, address, export.

A page costs a second, so a test tells a story on one page rather than one fact.
"""

import csv
import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from reportgen.theme import SCRIPTS
from tests.browser.conftest import THEME

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=console.error(1)>"
PAGE = "experiments/7/k1.html"
CONTENT = """
<div class="card"><div class="tools" data-tools="../../js/tools.js">
<label class="fld" id="qf"><span class="vh">Filter runs</span><input id="q" type="search"></label>
<span class="cnt" id="cnt" role="status">first runs</span>
<a class="btn" id="cmp" role="link" aria-disabled="true"><span>Compare</span></a>
<details class="pop" id="view"><summary class="btn">View</summary><div></div></details>
<details class="pop" id="export"><summary class="btn">Export</summary><div></div></details>
<div class="err" id="qe" role="alert"></div><div class="narrowed" id="chips"></div></div>
<div class="rg-port" id="runs-host" tabindex="0" role="region" aria-label="Runs">
<table class="rg"><tbody><tr><td>server row</td></tr></tbody></table></div></div>
"""


def script_text(name: str) -> str:
    """A script of the theme that pages load only once someone wants it."""
    return "".join((THEME / "js" / file).read_text("utf-8") for file in SCRIPTS[name])


def text_column(column_id: str, values: list[str | None], **more: object) -> dict[str, object]:
    """A column as the page's data has it: a sorted dictionary and places in it."""
    words = sorted({value for value in values if value is not None})
    places = [-1 if value is None else words.index(value) for value in values]
    return {"id": column_id, "t": "s", "v": places, "d": words, **more}


def number_column(column_id: str, values: list[object], **more: object) -> dict[str, object]:
    return {"id": column_id, "t": "n", "v": values, **more}


def sample() -> dict[str, Any]:
    """Six runs: `sweep` with two children, one hostile name, a run without values, and NaN."""
    names = ["alpha", "sweep", "child-a", "child-b", HOSTILE, "</script>"]
    return {
        "n": 6,
        "cols": [
            text_column("attributes.run_name", list(names), default=True),
            text_column("attributes.run_id", [f"id{row}" for row in range(6)]),
            text_column(
                "attributes.status", ["FINISHED", "RUNNING", "FAILED", "KILLED", "ODD", None],
                default=True,
            ),
            number_column("attributes.start_time", [1763731282000] * 6),
            number_column("attributes.duration", [340, 4200, 250000, 13260000, None, 187200000]),
            number_column("attributes.parent", [None, None, 1, 1, None, None]),
            text_column(
                "attributes.href",
                [f"../../runs/id{row}.k.html" for row in range(5)] + ["javascript:alert(1)"],
            ),
            {"id": "spark.loss", "t": "k", "v": [[3, None, 1], None, [1], [2, 2], [1, "NaN"], []]},
            number_column(
                "metrics.loss", [0.5, 0.25, "NaN", 0.75, None, "Infinity"],
                default=True, main=True, goal="min",
            ),
            number_column("best.loss", [0.4, 0.2, 0.7, 0.7, None, 9.5]),
            number_column("best_step.loss", [1200, 3, 5, 7, None, 0]),
            text_column("params.lr", ["0.1", "0.01", "1e-3", "10", None, "2"], default=True),
            text_column("tags.note, with comma", ['say "hi"', "=1+1", "a\nb", "-0.5", None, "x"]),
        ],
    }  # fmt: skip


def flat() -> dict[str, Any]:
    """The sample without nested runs."""
    data = sample()
    data["cols"] = [each for each in data["cols"] if each["id"] != "attributes.parent"]
    return data


def seeds() -> dict[str, Any]:
    """Three rates by a few seeds, each with values of two metrics; one run without a rate."""
    rates = ["0.1", "0.1", "0.1", "0.01", "0.01", "1", None]
    return {
        "n": 7,
        "cols": [
            text_column("attributes.run_name", [f"run {row}" for row in range(7)], default=True),
            text_column("attributes.run_id", [f"id{row}" for row in range(7)]),
            text_column("attributes.user", ["ana"] * 7, default=True),
            number_column("attributes.hue", [5, 0, 1, 2, 3, 4, 6]),
            text_column("params.lr", rates, default=True),
            text_column("params.seed", ["1", "2", "3", "1", "2", "1", "1"], default=True),
            number_column(
                "best.acc", [0.9, 0.8, 0.7, 0.5, 0.7, "NaN", 0.1],
                default=True, main=True, goal="max",
            ),
            number_column("metrics.acc", [0.8, 0.7, 0.6, 0.4, 0.6, 0.2, 0.1]),
            number_column("min.acc", [0.1] * 7),
        ],
    }  # fmt: skip


def big(rows: int, columns: int) -> dict[str, Any]:
    """Many runs in a fixed disorder, `rows` by `columns`."""
    cols = [text_column("attributes.run_name", [f"run-{row:05}" for row in range(rows)])]
    cols += [
        number_column(
            f"metrics.m{place}", [(row * 7919 + place) % 10007 / 100 for row in range(rows)]
        )
        for place in range(columns - 1)
    ]
    for column in cols[:12]:
        column["default"] = True
    return {"n": rows, "cols": cols}


def open_table(page: Any, trial: Any, data: dict[str, Any], query: str = "") -> None:
    trial.page(PAGE, CONTENT, kind="experiment", id="7", key="k1", page_data="k1.js")
    trial.call("experiments/7/k1.js", "runs", data)
    trial.write("js/tools.js", script_text("tools"))
    page.goto(trial.url(PAGE) + query)
    expect(page.locator("tr[data-position]").first).to_be_attached()


def names(page: Any) -> list[str]:
    return page.locator("tr[data-position] td.nm .run-name").all_inner_texts()


def column(page: Any, place: int) -> list[str]:
    """Texts of the cells in a column; place 0 is the name."""
    return page.locator(f"tr[data-position] td:nth-child({place + 2})").all_inner_texts()


def heading(page: Any, column_id: str) -> Any:
    return page.locator(f'button[data-sort="{column_id}"]')


def headings(page: Any) -> list[str]:
    return page.locator("th[data-id]").evaluate_all("all => all.map(each => each.dataset.id)")


def sort_by(page: Any, column_id: str, *, adding: bool = False) -> None:
    heading(page, column_id).click(modifiers=["Shift"] if adding else [])


def from_menu(page: Any, column_id: str, text: str) -> None:
    """Chooses an entry in the menu of a heading."""
    heading(page, column_id).focus()
    page.keyboard.press("Alt+ArrowDown")
    page.get_by_role("menu").get_by_text(text, exact=True).click()


def open_view(page: Any) -> Any:
    page.locator("#view > summary").click()
    expect(page.locator("#view .shown")).to_be_visible()
    return page.locator("#view")


def chips(page: Any) -> list[str]:
    return page.locator("#chips .chip > span").all_inner_texts()


def filter_by(page: Any, text: str) -> None:
    page.locator("#q").fill(text)


def address(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def focused(page: Any) -> list[int]:
    """Row and cell (0 is the name) of the cell that has the focus."""
    return page.evaluate(
        "() => { const c = document.activeElement;"
        " return [Number(c.parentElement.dataset.position), c.cellIndex - 1]; }"
    )


HEAR_ROWS = """
() => document.addEventListener("rg:rows", ({ detail }) => {
  window.heard = { shown: detail.shown, selected: detail.selected, order: detail.order };
})
"""


def focus_first(page: Any) -> None:
    page.locator('tr[data-position] td[tabindex="0"]').focus()


# ---- what is shown


def test_every_run_is_shown_as_text_and_leads_to_its_page(page: Any, trial: Any) -> None:
    open_table(page, trial, sample())
    label = page.get_by_text("alpha", exact=True).locator("xpath=..")
    odd = page.get_by_text("</script>", exact=True).locator("xpath=..")

    expect(page.get_by_text("server row")).to_have_count(0)
    expect(page.locator("#cnt")).to_have_text("6 runs")
    assert {HOSTILE, "</script>"} < set(names(page))
    assert page.locator("#runs-host img").count() == 0
    assert label.get_attribute("href") == "../../runs/id0.k.html"
    assert odd.evaluate("it => it.tagName") == "SPAN", "an address with a scheme makes no link"
    assert column(page, 1) == ["Finished", "Running", "Failed", "Killed", "ODD", "–"]
    assert column(page, 2) == ["0.5000", "0.2500", "NaN", "0.7500", "–", "∞"]
    assert page.locator(".rg .best").all_inner_texts() == ["0.2500"]


def test_links_keep_the_version_that_the_page_was_opened_with(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample(), "?v=2026-11-24-3f2a9c1b")
    link = page.get_by_text("alpha", exact=True).locator("xpath=..")

    assert link.get_attribute("href") == "../../runs/id0.k.html?v=2026-11-24-3f2a9c1b"


def test_times_durations_and_curves_are_shown_as_on_the_other_pages(
    page: Any, disk_trial: Any
) -> None:
    query = "?cols=attributes.start_time,attributes.duration,spark.loss"
    open_table(page, disk_trial, sample(), query)
    paths = page.locator(".spark path")

    assert page.locator("td time").first.get_attribute("datetime") == "2025-11-21T13:21:22.000Z"
    assert column(page, 2) == ["340 ms", "4.2 s", "4 min 10 s", "3 h 41 min", "–", "2 d 4 h"]
    assert paths.count() == 2
    assert paths.first.get_attribute("d") == "M0.0,2.0L84.0,22.0"


def test_a_missing_data_file_is_said_and_the_first_rows_stay(
    page: Any, trial: Any, console: Any
) -> None:
    console.expect(r"k1\.js")
    trial.page(PAGE, CONTENT, kind="experiment", id="7", key="k1", page_data="k1.js")
    page.goto(trial.url(PAGE))

    expect(page.locator("#qe")).to_contain_text("could not be loaded")
    expect(page.get_by_text("server row")).to_be_visible()


# ---- order


def test_a_heading_sorts_from_the_best_then_back_then_not_at_all(
    page: Any, disk_trial: Any
) -> None:
    open_table(page, disk_trial, flat())
    before = names(page)
    sort_by(page, "metrics.loss")

    assert column(page, 2) == ["0.2500", "0.5000", "0.7500", "∞", "NaN", "–"]
    assert page.locator("th[aria-sort=ascending]").get_attribute("data-id") == "metrics.loss"
    expect(page.locator("#cnt")).to_have_text("6 runs, sorted by loss (last) ascending")

    heading(page, "metrics.loss").press("Enter")

    assert column(page, 2) == ["∞", "0.7500", "0.5000", "0.2500", "NaN", "–"]
    expect(heading(page, "metrics.loss")).to_be_focused()

    sort_by(page, "metrics.loss")

    assert names(page) == before
    assert "sort" not in address(page)

    sort_by(page, "params.lr")

    assert column(page, 3) == ["1e-3", "0.01", "0.1", "2", "10", "–"], "numbers, though texts"


def test_several_columns_sort_one_within_the_other(page: Any, trial: Any) -> None:
    open_table(page, trial, seeds())
    sort_by(page, "params.seed")
    sort_by(page, "best.acc", adding=True)

    assert names(page) == [f"run {row}" for row in (0, 3, 6, 5, 1, 4, 2)]
    assert address(page)["sort"] == ["params.seed,-best.acc"]
    assert page.locator(".rg th .so").all_inner_texts() == ["↑1", "↓2"]
    assert page.locator("th:is([aria-sort=ascending],[aria-sort=descending])").count() == 1
    expect(page.locator("#cnt")).to_contain_text("seed ascending, then acc (best) descending")

    heading(page, "best.acc").press("Shift+Enter")

    assert address(page)["sort"] == ["params.seed,best.acc"]

    page.reload()

    expect(page.locator(".rg th .so")).to_have_text(["↑1", "↑2"])
    assert names(page) == [f"run {row}" for row in (6, 3, 0, 5, 4, 1, 2)]

    heading(page, "params.seed").press("Enter")

    assert address(page)["sort"] == ["-params.seed"]


# ---- nested runs


def test_children_stand_below_their_parents_and_a_family_folds(page: Any, disk_trial: Any) -> None:
    data = sample()
    data["cols"][5] = number_column("attributes.parent", [5, None, 1, 1, 5, 1])
    open_table(page, disk_trial, data)
    levels = page.locator("tr[data-position]").evaluate_all(
        "rows => rows.map(row => Number(row.getAttribute('aria-level')))"
    )

    assert names(page) == ["sweep", "child-a", "child-b", "</script>", "alpha", HOSTILE]
    assert levels == [1, 2, 2, 2, 3, 3]
    assert page.locator("table.rg").get_attribute("role") == "treegrid"

    page.locator("button.fold").first.click()

    assert names(page) == ["sweep"]
    expect(page.locator("tr[aria-expanded=false]")).to_have_count(1)

    page.locator("button.fold").first.click()

    assert "child-a" in names(page)


def test_left_and_right_on_a_name_fold_unfold_and_go_to_the_parent(
    page: Any, disk_trial: Any
) -> None:
    open_table(page, disk_trial, sample())
    page.locator("tr[data-position='2'] td.nm").focus()
    page.keyboard.press("ArrowLeft")

    assert focused(page) == [1, 0]

    page.keyboard.press("ArrowLeft")

    assert names(page)[1:3] == ["sweep", HOSTILE]
    assert focused(page) == [1, 0]

    page.keyboard.press("ArrowRight")

    assert names(page)[1:3] == ["sweep", "child-a"]

    page.keyboard.press("ArrowRight")

    assert focused(page) == [1, 1]


def test_sorting_keeps_families_and_a_filter_takes_them_apart(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    sort_by(page, "params.lr")
    sort_by(page, "params.lr")

    assert names(page) == ["</script>", "alpha", "sweep", "child-b", "child-a", HOSTILE]

    filter_by(page, "child")
    expect(page.locator("#cnt")).to_contain_text("2 of 6 runs")

    assert page.locator("tr[aria-level='1']").count() == 2


def test_a_parent_without_a_value_shows_its_best_child_and_stands_where_that_would(
    page: Any, disk_trial: Any
) -> None:
    data = sample()
    data["cols"][5] = number_column("attributes.parent", [4, None, 1, 1, None, 4])
    open_table(page, disk_trial, data, "?cols=metrics.loss,best.loss,best_step.loss,params.lr")
    sort_by(page, "params.lr")
    rolled = page.locator("td.rolled")

    assert names(page) == ["sweep", "child-a", "child-b", HOSTILE, "alpha", "</script>"]
    assert rolled.all_text_contents() == [
        "0.5000, best of 1 below", "0.4000, best of 2 below", "1,200, best of 2 below",
    ]  # fmt: skip
    assert rolled.first.get_attribute("title") == "best of 1 below: alpha"


def test_circles_and_strays_among_parents_do_no_harm(page: Any, disk_trial: Any) -> None:
    data = sample()
    data["cols"][5] = number_column("attributes.parent", [1, 0, 2, 99, -4, 1.5])
    open_table(page, disk_trial, data)

    assert len(names(page)) == 6


# ---- filter


FOUND = [
    ("metrics.loss < 0.6", ["alpha", "sweep"]),
    ("metric.loss < 0.6 and params.lr = '0.1'", ["alpha"]),
    ("metrics.loss = 'NaN'", ["child-a"]),
    ("metrics.loss > 1", ["</script>"]),
    ("metrics.loss IS NULL", [HOSTILE]),
    ("params.lr IS NOT NULL AND NOT (status = 'FAILED' OR status = 'KILLED')",
     ["alpha", "sweep", "</script>"]),
    ("params.lr = 0.001", ["child-a"]),
    ("params.lr = '0.001'", []),
    ("params.lr >= 2", ["child-b", "</script>"]),
    ("metrics.loss IN (0.25, 0.5)", ["alpha", "sweep"]),
    ("attributes.run_name NOT IN ('alpha')",
     ["sweep", "child-a", "child-b", HOSTILE, "</script>"]),
    ("attributes.`Run name` LIKE 'child-%'", ["child-a", "child-b"]),
    ("run_name LIKE 'CHILD-_'", []),
    ("run_name ILIKE 'CHILD-_'", ["child-a", "child-b"]),
    ("run_name NOT LIKE '%a%'", ["sweep", "child-b", HOSTILE, "</script>"]),
    ('tags."note, with comma" = "say \\"hi\\""', ["alpha"]),
    ("best_step.loss = 1200", ["alpha"]),
    ("onerror", [HOSTILE]),
    ("CHILD killed", ["child-b"]),
]  # fmt: skip

UNREADABLE = [
    ("metrics.loss >", "Expected a number or a quoted text (at character 15)"),
    ("metrics.loss > 1 and", "Expected a field such as metrics.accuracy (at character 21)"),
    ("metrics.loss > 1 params", "Expected AND or OR here (at character 18)"),
    ("metrics.los > 1", "No run has “metrics.los” (at character 1)"),
    ("lr = 1", "No run has “attributes.lr”; did you mean params.lr? (at character 1)"),
    ("status = 'FAILED", "Unclosed quote (at character 10)"),
    ("status = §", "Unexpected character “§” (at character 10)"),
    ("weights.loss > 1", "Unknown prefix “weights” (at character 1)"),
    ("metrics.loss > 'low'", "“metrics.loss” is a number; “low” is not (at character 1)"),
    ("metrics.loss LIKE '1%'", "LIKE needs a text field (at character 1)"),
    ("(metrics.loss > 1", "Expected “)” (at character 18)"),
]


def test_the_filter_finds_runs(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, flat())
    for text, found in FOUND:
        filter_by(page, text)
        expect(page.locator("#cnt"), text).to_have_text(f"{len(found)} of 6 runs")

        expect(page.locator("tr[data-position] td.nm .run-name"), text).to_have_text(found)


def test_a_filter_that_cannot_be_read_says_where_and_changes_nothing(
    page: Any, disk_trial: Any
) -> None:
    open_table(page, disk_trial, sample())
    for text, message in UNREADABLE:
        filter_by(page, text)

        expect(page.locator("#qe"), text).to_have_text(message)
        expect(page.locator("#q")).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#cnt")).to_have_text("6 runs")

    filter_by(page, "metrics.loss > 0.6")

    expect(page.locator("#qe")).to_be_empty()
    expect(page.locator("#q")).not_to_have_attribute("aria-invalid", "true")


def test_f_leads_to_the_filter_which_knows_the_fields(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    page.keyboard.press("f")
    field = page.locator("#q")

    expect(field).to_be_focused()
    expect(field).to_have_value("")
    expect(field).to_have_attribute("role", "combobox")

    page.keyboard.type("tags.")

    expect(page.locator(".suggest li")).to_have_text(["tags.note, with comma"])

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(field).to_have_value("tags.`note, with comma` ")
    expect(field).to_have_attribute("aria-expanded", "false")

    page.keyboard.type("= 'x'")

    expect(page.locator("#cnt")).to_have_text("1 of 6 runs")


def test_a_chart_filters_the_table_and_hears_of_its_rows(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, seeds())
    page.evaluate(HEAR_ROWS)
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('rg:brush',"
        " {detail: {ids: ['id4', 'id1', 'none'], label: 'lr from 0.01 to 0.1'}}))"
    )
    expect(page.locator("#cnt")).to_have_text("2 of 7 runs")
    page.get_by_label("Select run 4").check()

    assert chips(page) == ["lr from 0.01 to 0.1"]
    assert page.evaluate("heard") == {
        "shown": ["id1", "id4"], "selected": ["id4"], "order": ["id1", "id4"],
    }  # fmt: skip

    page.get_by_label("Show all runs again").click()

    expect(page.locator("#cnt")).to_have_text("7 runs, 1 selected")
    assert chips(page) == []


# ---- keyboard and selection


def test_cells_and_headings_are_walked_by_keyboard_with_a_tab_stop_each(
    page: Any, disk_trial: Any
) -> None:
    open_table(page, disk_trial, big(200, 6))
    focus_first(page)
    for keys, place in [
        (("ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft"), [0, 1]),
        (("End",), [0, 5]),
        (("Home",), [0, 0]),
        (("Control+End",), [199, 5]),
        (("ArrowDown",), [199, 5]),
        (("Control+Home",), [0, 0]),
        (("PageDown", "PageUp"), [0, 0]),
    ]:
        for key in keys:
            page.keyboard.press(key)

        assert focused(page) == place, keys
        assert page.locator("td[tabindex='0']").count() == 1

    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    inside = page.evaluate(
        "() => { const cell = document.activeElement.getBoundingClientRect();"
        " const port = document.querySelector('#runs-host').getBoundingClientRect();"
        " return cell.top >= port.top && cell.bottom <= port.bottom + 1; }"
    )

    assert focused(page)[0] > 15
    assert inside

    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")

    expect(heading(page, "metrics.m0")).to_be_focused()
    assert page.locator("th button.by[tabindex='0']").count() == 1

    page.keyboard.press("ArrowDown")

    assert focused(page) == [0, 1]


def test_runs_are_selected_one_by_one_in_ranges_and_all(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, big(40, 4) | {})
    selected = page.locator("tr[aria-selected='true']")
    every = page.get_by_label("Select all runs shown")
    focus_first(page)
    page.keyboard.press(" ")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ ")

    expect(page.locator("#cnt")).to_have_text("40 runs, 4 selected")
    assert selected.count() == 4
    assert focused(page) == [3, 0]
    assert every.evaluate("box => box.indeterminate")

    page.get_by_label("Select run-00008").click(modifiers=["Shift"])

    expect(page.locator("#cnt")).to_have_text("40 runs, 9 selected")

    filter_by(page, "metrics.m0 >= 0")
    every.check()

    expect(page.locator("#cnt")).to_have_text("40 runs, 40 selected")

    page.locator("td.nm").first.focus()
    page.keyboard.press("Control+a")

    expect(page.locator("#cnt")).to_have_text("40 runs")
    expect(every).not_to_be_checked()


def test_selected_runs_are_compared_the_first_pinned_one_as_the_base(
    page: Any, disk_trial: Any
) -> None:
    open_table(page, disk_trial, seeds())
    compare = page.locator("#cmp")
    focus_first(page)
    page.keyboard.press(" ")

    expect(compare).to_have_attribute("aria-disabled", "true")
    expect(compare).to_have_attribute("title", "Select two runs or more")

    page.get_by_label("Select run 1").check()

    expect(compare).to_have_text("Compare 2")
    assert compare.get_attribute("href") == "../../compare.html?runs=id0%2Cid1&base=id0"
    assert page.locator(".dot.on").first.get_attribute("class") == "dot on c6", "the run's hue"

    page.get_by_label("Select run 0").uncheck()
    page.get_by_label("Select run 2").check()
    page.locator("tr[data-position='3'] td.nm").focus()
    page.keyboard.press("p")
    page.get_by_label("Select run 3").check()

    assert compare.get_attribute("href") == "../../compare.html?runs=id1%2Cid2%2Cid3&base=id3"


def test_too_many_to_compare_are_told_kindly(page: Any, disk_trial: Any) -> None:
    data = big(21, 3)
    data["cols"].append(text_column("attributes.run_id", [f"id{row}" for row in range(21)]))
    open_table(page, disk_trial, data)
    page.get_by_label("Select all runs shown").check()
    compare = page.locator("#cmp")

    expect(compare).to_have_attribute("title", "Up to 20 runs can be compared at once")
    assert compare.get_attribute("href") is None


def test_enter_opens_the_run_and_leaves_the_order_to_its_page(page: Any, trial: Any) -> None:
    open_table(page, trial, sample(), "?sort=metrics.loss&q=run_name%20!%3D%20%27sweep%27")
    trial.page("runs/id3.k.html", "run page", kind="run", id="id3", key="k")
    expect(page.locator("#cnt")).to_contain_text("5 of 6 runs")
    focus_first(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_text("run page")).to_be_visible()
    order = page.evaluate("JSON.parse(sessionStorage.getItem('rg-order:7'))")
    assert order == ["id0", "id3", "id5", "id2", "id4"]


# ---- pinned and hidden runs


def test_runs_are_pinned_and_hidden_and_the_link_says_so(page: Any, trial: Any) -> None:
    open_table(page, trial, seeds())
    page.locator("tr[data-position='4'] td.nm").focus()
    page.keyboard.press("p")
    sort_by(page, "best.acc")
    filter_by(page, "params.lr = '0.1'")
    expect(page.locator("#cnt")).to_contain_text("3 of 7 runs")

    assert names(page) == ["run 4", "run 0", "run 1", "run 2"]
    assert page.locator(".pins .pin").count() == 1

    page.locator("tr[data-position='1'] td.nm").focus()
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name="Hide").click()

    expect(page.locator("#cnt")).to_contain_text("2 of 7 runs")
    assert focused(page) == [1, 0], "the next run has come to where it was"
    assert chips(page) == ["1 hidden"]
    assert address(page)["pin"] == ["id4"]
    assert address(page)["hide"] == ["id0"]

    page.reload()
    expect(page.locator("#cnt")).to_contain_text("2 of 7 runs")

    assert names(page) == ["run 4", "run 1", "run 2"]

    page.get_by_label("Show hidden runs").click()
    page.locator("tr[data-position='0'] td.nm").focus()
    page.keyboard.press("p")

    assert names(page) == ["run 0", "run 1", "run 2"]
    assert {"pin", "hide"} & set(address(page)) == set()


def test_pinning_takes_all_that_are_selected_and_they_stay_in_sight(
    page: Any, disk_trial: Any
) -> None:
    data = big(300, 4)
    data["cols"].append(text_column("attributes.run_id", [f"id{row}" for row in range(300)]))
    open_table(page, disk_trial, data)
    for name in ("run-00002", "run-00005"):
        page.get_by_label(f"Select {name}").check()
    page.locator("tr[data-position='5'] td.nm").focus()
    page.keyboard.press("p")
    page.locator("#runs-host").evaluate("host => { host.scrollTop = 4000; }")
    expect(page.locator("tr[data-position='110']")).to_be_attached()

    assert names(page)[:2] == ["run-00002", "run-00005"]
    pinned = page.get_by_text("run-00005").bounding_box()
    port = page.locator("#runs-host").bounding_box()
    assert port["y"] < pinned["y"] < port["y"] + 130


# ---- groups


def test_groups_say_how_many_mean_spread_and_best(page: Any, trial: Any) -> None:
    open_table(page, trial, seeds())
    open_view(page).get_by_label("Group by").select_option("lr")
    page.keyboard.press("Escape")

    assert names(page) == ["lr0.01", "lr0.1", "lr1", "lrnot set"]
    assert page.locator("tr.group .n").all_inner_texts() == ["2 runs", "3 runs", "1 run", "1 run"]
    assert column(page, 4) == [
        "0.6000 ± 0.1414\nbest 0.7000", "0.8000 ± 0.1000\nbest 0.9000", "–",
        "0.1000\nbest 0.1000",
    ]  # fmt: skip
    assert column(page, 1) == ["ana"] * 4
    assert column(page, 3)[:2] == ["2 values", "3 values"]
    title = page.locator("tr[data-position='1'] td").nth(5).get_attribute("title")
    assert title.startswith("mean ± sample standard deviation of 3 runs: 0.8")
    expect(page.locator("#cnt")).to_have_text("7 runs, 4 groups by lr")
    assert chips(page) == ["grouped by lr"]

    sort_by(page, "best.acc")

    assert names(page) == ["lr0.1", "lr0.01", "lrnot set", "lr1"]
    assert address(page) == {"group": ["params.lr"], "sort": ["-best.acc"]}

    page.reload()
    focus_first(page)
    page.keyboard.press("Enter")

    assert names(page)[:4] == ["lr0.1", "run 0", "run 1", "run 2"]
    assert page.locator("tr[data-position='1']").get_attribute("aria-level") == "2"

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press(" ")

    assert focused(page) == [0, 0]
    expect(page.locator("#cnt")).to_contain_text("3 selected")

    page.keyboard.press("ArrowLeft")

    assert names(page)[1] == "lr0.01"

    page.get_by_label("Do not group").click()

    assert len(names(page)) == 7


# ---- columns


def test_columns_are_chosen_moved_and_given_another_statistic(page: Any, trial: Any) -> None:
    open_table(page, trial, seeds())
    view = open_view(page)
    offered = view.locator("[data-part=choice]").evaluate_all("all => all.map(box => box.value)")

    assert {"attributes.hue", "attributes.parent"} & set(offered) == set()
    expect(view.locator("input[value='attributes.run_name']")).to_be_disabled()

    view.locator("input[value='params.seed']").uncheck()
    view.locator("input[value='min.acc']").check()
    view.get_by_label("What to show of acc").first.select_option("last value")

    plain = ["attributes.run_name", "attributes.user", "params.lr", "metrics.acc", "min.acc"]
    assert headings(page) == plain

    view.locator("input[value='min.acc']").press("Alt+ArrowUp")
    view.get_by_label("Move user down").click()

    moved = ["attributes.run_name", "params.lr", "attributes.user", "min.acc", "metrics.acc"]
    assert headings(page) == moved
    expect(view.get_by_label("Move user down")).to_be_focused()

    page.reload()
    expect(page.locator("th[data-id]")).to_have_count(5)

    assert headings(page) == moved

    open_view(page).get_by_role("button", name="Reset").click()

    assert "cols" not in address(page)
    assert headings(page)[-1] == "best.acc"

    page.locator("#view input").first.focus()
    page.keyboard.press("Escape")

    expect(page.locator("#view > summary")).to_be_focused()
    expect(page.locator("#view")).not_to_have_attribute("open", "")


def drag(page: Any, start: tuple[float, float], by: float) -> None:
    """Moves the mouse sideways while its button is down."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by, start[1], steps=4)
    page.mouse.up()


def test_a_heading_moves_by_drag_and_by_keyboard(page: Any, trial: Any) -> None:
    open_table(page, trial, seeds())
    heading(page, "params.lr").press("Alt+ArrowLeft")

    assert headings(page)[1:3] == ["params.lr", "attributes.user"]
    expect(heading(page, "params.lr")).to_be_focused()

    box = heading(page, "params.seed").bounding_box()
    target = heading(page, "params.lr").bounding_box()
    drag(page, (box["x"] + 20, box["y"] + 15), target["x"] - box["x"] - 12)

    assert headings(page)[1:3] == ["params.seed", "params.lr"]
    assert "sort" not in address(page), "a drag is no click"


def test_a_column_resizes_by_drag_and_by_keyboard(page: Any, trial: Any) -> None:
    open_table(page, trial, seeds())
    edge = page.locator("th[data-id='params.lr'] .edge")
    at = edge.bounding_box()
    drag(page, (at["x"] + 5, at["y"] + 8), 100)
    wide = page.locator("th[data-id='params.lr']").bounding_box()["width"]

    assert wide > 140
    assert address(page)["w"] == [f"params.lr:{round(wide)}"]

    page.reload()
    edge.focus()
    page.keyboard.press("ArrowLeft")

    expect(edge).to_be_focused()
    assert address(page)["w"] == [f"params.lr:{round(wide) - 16}"]

    edge.dblclick()

    assert "w" not in address(page)


def test_the_menu_of_a_heading_changes_its_column(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, seeds())
    from_menu(page, "best.acc", "smallest")

    assert headings(page)[-1] == "min.acc"
    expect(heading(page, "min.acc")).to_be_focused()

    from_menu(page, "params.lr", "Group by this")

    assert names(page)[0] == "lr0.01"

    from_menu(page, "attributes.user", "Hide")

    assert "attributes.user" not in headings(page)

    from_menu(page, "params.seed", "Move left")

    assert headings(page)[1] == "params.seed"


def test_only_what_differs_among_the_rows_shown(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, seeds())
    open_view(page).get_by_label("Only what differs").check()

    assert headings(page) == ["attributes.run_name", "params.lr", "params.seed", "best.acc"]
    assert address(page)["differs"] == ["1"]

    filter_by(page, "params.lr = '0.1'")
    expect(page.locator("#cnt")).to_contain_text("3 of 7 runs")

    assert headings(page) == ["attributes.run_name", "params.seed", "best.acc"]


def test_shading_goes_towards_the_better_and_text_stays_readable(
    page: Any, disk_trial: Any
) -> None:
    data = flat()
    data["cols"].append(number_column("metrics.size", [1, 2, 3, 4, 5, 6], default=True))
    open_table(page, disk_trial, data, "?heat=1")
    heat = page.locator("td[data-heat]").evaluate_all(
        "cells => cells.map(cell => [cell.innerText, cell.dataset.heat, cell.classList[1]])"
    )

    assert [["0.2500", "7", "good"], ["6", "7", "plain"]] == [
        each for each in heat if each[1] == "7"
    ]
    assert ["0.7500", "0", "good"] in heat


def test_the_default_columns_stand_in_their_places(page: Any, disk_trial: Any) -> None:
    data = seeds()
    for place, each in enumerate(each for each in data["cols"] if each.get("default")):
        each["place"] = -place
    open_table(page, disk_trial, data)

    assert headings(page) == [
        "attributes.run_name", "best.acc", "params.seed", "params.lr", "attributes.user",
    ]  # fmt: skip


# ---- the address


def test_a_link_reproduces_the_view(page: Any, trial: Any) -> None:
    open_table(page, trial, sample())

    assert address(page) == {}

    sort_by(page, "metrics.loss")
    sort_by(page, "metrics.loss")
    filter_by(page, "metrics.loss < 0.7")
    open_view(page).locator("input[value='tags.note, with comma']").check()
    expect(page.locator("#cnt")).to_contain_text("2 of 6 runs")
    rows = names(page)
    page.goto(page.url)
    expect(page.locator("#cnt")).to_contain_text("2 of 6 runs, sorted by loss (last) descending")

    assert names(page) == rows == ["alpha", "sweep"]
    assert headings(page)[-1] == "tags.note, with comma"
    expect(page.locator("#q")).to_have_value("metrics.loss < 0.7")


def test_a_link_reproduces_what_is_unfolded_and_selected(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    page.goto(f"{page.url}?group=params.lr")
    focus_first(page)
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("#cnt")).to_contain_text("1 selected")
    rows = names(page)
    assert len(address(page)["open"]) == len(address(page)["sel"]) == 1

    page.goto(page.url)
    expect(page.locator("#cnt")).to_contain_text("1 selected")

    assert names(page) == rows


def test_nonsense_in_the_address_is_left_alone(page: Any, disk_trial: Any) -> None:
    query = (
        f"?sort=-metrics.none,,-&cols=%,{quote(HOSTILE)}&q={quote('metrics.loss > <script>')}"
        "&w=params.lr:x,:,none:5&group=metrics.loss&pin=none,,id9&hide=%&heat=2"
    )
    open_table(page, disk_trial, sample(), query)

    expect(page.locator("#qe")).to_contain_text("at character 16")
    assert len(names(page)) == 6


# ---- export


def exported(page: Any, name: str) -> tuple[str, str]:
    """The name and the text of the file that the table is saved as."""
    if not page.get_by_role("button", name=f"Save {name}").is_visible():
        page.locator("#export > summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Save {name}").click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes().decode()


def test_the_csv_holds_what_is_shown_exactly(page: Any, trial: Any) -> None:
    query = f"?cols={quote('metrics.loss,tags.note%2C with comma')}&sort=metrics.loss"
    open_table(page, trial, sample(), query)
    page.locator("button.fold").click()
    name, text = exported(page, "CSV")

    assert name == "runs-7.csv"
    assert list(csv.reader(io.StringIO(text))) == [
        ["attributes.run_id", "attributes.run_name", "metrics.loss", "tags.note, with comma"],
        ["id1", "sweep", "0.25", "'=1+1"],
        ["id3", "child-b", "0.75", "-0.5"],
        ["id2", "child-a", "NaN", "a\nb"],
        ["id0", "alpha", "0.5", 'say "hi"'],
        ["id5", "</script>", "Infinity", "x"],
        ["id4", HOSTILE, "", ""],
    ]


def test_markdown_and_latex_hold_what_is_shown_as_it_is_worded(page: Any, disk_trial: Any) -> None:
    data = flat()
    data["cols"][-1] = text_column("tags.note", ["a|b", "50% of $x_1$", "c\nd", None, "\\", "~"])
    open_table(page, disk_trial, data, "?cols=tags.note,metrics.loss&sort=metrics.loss")

    assert exported(page, "Markdown")[1].splitlines() == [
        "| run\\_name | note | loss, last |",
        "| :--- | :--- | ---: |",
        "| sweep | 50% of $x\\_1$ | 0.2500 |",
        "| alpha | a\\|b | 0.5000 |",
        "| child-b |  | 0.7500 |",
        "| \\</script\\> | \\~ | ∞ |",
        "| child-a | c d | NaN |",
        "| \\<img src=x onerror=console.error(1)\\> | \\\\ |  |",
    ]
    latex = exported(page, "LaTeX")[1].splitlines()
    assert latex[:6] == [
        r"\begin{tabular}{llr}", r"\toprule", r"run\_name & note & loss, last \\", r"\midrule",
        r"sweep & 50\% of \$x\_1\$ & 0.2500 \\", r"alpha & a$|$b & 0.5000 \\",
    ]  # fmt: skip
    assert latex[7] == r"$<$/script$>$ & \textasciitilde{} & $\infty$ \\"
    assert latex[-2:] == [r"\bottomrule", r"\end{tabular}"]


def test_folded_groups_are_exported_as_groups_and_can_be_copied(page: Any, trial: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_table(page, trial, seeds(), "?group=params.lr&cols=best.acc&sort=-best.acc")
    rows = list(csv.reader(io.StringIO(exported(page, "CSV")[1])))

    assert rows[0] == [
        "params.lr", "runs", "best.acc n", "best.acc mean", "best.acc sd", "best.acc best",
    ]  # fmt: skip
    assert [row[:3] for row in rows[1:]] == [
        ["0.1", "3", "3"], ["0.01", "2", "2"], ["", "1", "1"], ["1", "1", "0"],
    ]  # fmt: skip
    assert float(rows[1][4]) == pytest.approx(0.1)

    page.get_by_role("button", name="Copy Markdown").click()

    expect(page.get_by_role("button", name="Copy Markdown")).to_have_text("Copied")
    assert "| 0.1 | 3 | 0.8000 ± 0.1000 |" in page.evaluate("navigator.clipboard.readText()")


# ---- many runs


def test_ten_thousand_rows_sort_and_filter_and_scroll(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, big(10_000, 30))

    assert page.locator("tr[data-position]").count() < 50
    assert page.locator("table.rg").get_attribute("aria-rowcount") == "10001"

    sort_by(page, "metrics.m0")
    filter_by(page, "metrics.m0 < 50 and metrics.m20 > 1")
    expect(page.locator("#cnt")).to_contain_text("of 10,000 runs")
    page.locator("#runs-host").evaluate("host => { host.scrollTop = host.scrollHeight; }")
    last = page.locator("table.rg").get_attribute("aria-rowcount")

    expect(page.locator(f"tr[aria-rowindex='{last}']")).to_be_attached()
    values = [float(text) for text in column(page, 1)]
    assert values == sorted(values, reverse=True)
    expect(page.locator("td[tabindex='0']")).to_have_count(1)


def in_files(trial: Any, data: dict[str, Any]) -> dict[str, Any]:
    """The same with the values of each column in a file of its own."""
    columns = []
    for place, each in enumerate(data["cols"]):
        name = f"k1.c{place}.js"
        values = {part: each[part] for part in ("v", "d") if part in each}
        trial.write(f"experiments/7/{name}", f"RG.column({place},{json.dumps(values)});")
        columns.append({part: value for part, value in each.items() if part not in values})
        columns[-1]["file"] = name
    return {"n": data["n"], "cols": columns}


def test_columns_in_files_of_their_own_come_when_they_are_wanted(page: Any, trial: Any) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    data = sample()
    data["cols"].append(number_column("metrics.never", [1] * 6))
    places = {each["id"]: f"k1.c{place}.js" for place, each in enumerate(data["cols"])}
    open_table(page, trial, in_files(trial, data))

    expect(page.locator("#cnt")).to_have_text("6 runs")
    assert column(page, 2) == ["0.5000", "0.2500", "NaN", "0.7500", "–", "∞"]
    assert places["params.lr"] in loaded
    assert places["best.loss"] not in loaded
    assert places["tags.note, with comma"] not in loaded

    filter_by(page, "say")
    expect(page.locator("#cnt")).to_have_text("1 of 6 runs")
    assert places["tags.note, with comma"] in loaded, "words are looked for in every text"

    filter_by(page, "best.loss < 0.5")
    expect(page.locator("#cnt")).to_have_text("2 of 6 runs")

    assert names(page) == ["alpha", "sweep"]

    page.goto(trial.url(PAGE) + "?sort=best_step.loss&group=tags.note%2C%20with%20comma&pin=id3")
    expect(page.locator("#cnt")).to_contain_text("groups by note, with comma")

    assert names(page)[0] == "child-b"
    assert places["metrics.never"] not in loaded


def test_a_column_that_cannot_be_loaded_is_said(page: Any, disk_trial: Any, console: Any) -> None:
    console.expect(r"gone\.js")
    data = sample()
    data["cols"].append({"id": "metrics.gone", "t": "n", "file": "gone.js", "default": True})
    open_table(page, disk_trial, data, "?sort=metrics.gone")

    expect(page.locator("#qe")).to_contain_text("could not be loaded")
    assert len(names(page)) == 6


# ---- narrow windows, print


def test_the_toolbar_and_its_popovers_fit_a_phone(page: Any, disk_trial: Any) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    open_table(page, disk_trial, seeds(), "?group=params.lr&hide=id1")
    view = open_view(page)
    box = view.locator(":scope > div").bounding_box()

    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_rows_beyond_the_screen_are_printed(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, big(400, 4))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert page.locator("tr[data-position]").count() == 300

    page.evaluate("dispatchEvent(new Event('afterprint'))")

    assert page.locator("tr[data-position]").count() < 50
