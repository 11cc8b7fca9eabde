"""The runs table in a real browser: order, filter, nesting, keyboard, columns, address, export."""

import csv
import io
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=console.error(1)>"
PAGE = "experiments/7/k1.html"
CONTENT = """
<div class="card"><div class="tools">
<label class="fld"><span class="vh">Filter runs</span><input id="q" type="search"></label>
<span class="cnt" id="cnt" role="status">first runs</span>
<details class="pop" id="cols"><summary class="btn">Columns</summary><div></div></details>
<a class="btn pri" id="cmp" role="button" aria-disabled="true"><span>Compare</span></a>
<button class="btn" type="button" data-export="csv">CSV</button>
<div class="err" id="qe" role="alert"></div></div>
<div class="rg-port" id="runs-host" tabindex="0" role="region" aria-label="Runs">
<table class="rg"><tbody><tr><td>server row</td></tr></tbody></table></div></div>
"""


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
    page.goto(trial.url(PAGE) + query)
    expect(page.locator("tr[data-position]").first).to_be_attached()


def names(page: Any) -> list[str]:
    return page.locator("tr[data-position] td.nm .run-name").all_inner_texts()


def column(page: Any, place: int) -> list[str]:
    """Texts of the cells in a column; place 0 is the name."""
    return page.locator(f"tr[data-position] td:nth-child({place + 2})").all_inner_texts()


def sort_by(page: Any, column_id: str) -> None:
    page.locator(f'button[data-sort="{column_id}"]').click()


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


def focus_first(page: Any) -> None:
    page.locator('tr[data-position] td[tabindex="0"]').focus()


# ---- what is shown


def test_the_grid_takes_the_place_of_the_first_rows(page: Any, trial: Any) -> None:
    open_table(page, trial, sample())

    expect(page.get_by_text("server row")).to_have_count(0)
    expect(page.locator("#cnt")).to_have_text("6 runs")


def test_names_from_the_data_stay_text(page: Any, trial: Any) -> None:
    open_table(page, trial, sample())

    assert HOSTILE in names(page)
    assert "</script>" in names(page)
    assert page.locator("#runs-host img").count() == 0


def test_a_name_links_to_its_run(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    link = page.get_by_text("alpha", exact=True).locator("xpath=..")

    assert link.get_attribute("href") == "../../runs/id0.k.html"


def test_an_address_with_a_scheme_makes_no_link(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    label = page.get_by_text("</script>", exact=True).locator("xpath=..")

    assert label.evaluate("element => element.tagName") == "SPAN"


def test_links_keep_the_version_that_the_page_was_opened_with(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample(), "?v=2026-11-24-3f2a9c1b")
    link = page.get_by_text("alpha", exact=True).locator("xpath=..")

    assert link.get_attribute("href") == "../../runs/id0.k.html?v=2026-11-24-3f2a9c1b"


def test_status_is_a_word_not_only_a_colour(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())

    assert column(page, 1) == ["Finished", "Running", "Failed", "Killed", "ODD", "–"]


def test_missing_nan_and_infinity_are_told_apart(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())

    assert column(page, 2) == ["0.5000", "0.2500", "NaN", "0.7500", "–", "∞"]


def test_the_best_value_of_the_main_metric_stands_out(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())

    assert page.locator(".rg .best").all_inner_texts() == ["0.2500"]


def test_times_and_durations_are_worded_as_on_the_other_pages(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample(), "?cols=attributes.start_time,attributes.duration")

    assert column(page, 1)[0] == "21 Nov 2025 13:21"
    assert column(page, 2) == ["340 ms", "4.2 s", "4 min 10 s", "3 h 41 min", "–", "2 d 4 h"]


def test_a_curve_is_drawn_from_its_finite_points(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample(), "?cols=spark.loss")
    paths = page.locator(".spark path")

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


def test_numbers_sort_from_the_best_and_missing_ones_come_last(page: Any, disk_trial: Any) -> None:
    data = sample()
    data["cols"] = [c for c in data["cols"] if c["id"] != "attributes.parent"]
    open_table(page, disk_trial, data)
    sort_by(page, "metrics.loss")

    assert column(page, 2) == ["0.2500", "0.5000", "0.7500", "∞", "NaN", "–"]

    sort_by(page, "metrics.loss")

    assert column(page, 2) == ["∞", "0.7500", "0.5000", "0.2500", "NaN", "–"]


def test_a_third_click_gives_the_order_of_the_data_back(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    before = names(page)
    for _ in range(3):
        sort_by(page, "metrics.loss")

    assert names(page) == before
    assert "sort" not in address(page)


def test_params_that_are_all_numbers_sort_as_numbers(page: Any, disk_trial: Any) -> None:
    data = sample()
    data["cols"] = [c for c in data["cols"] if c["id"] != "attributes.parent"]
    open_table(page, disk_trial, data)
    sort_by(page, "params.lr")

    assert column(page, 3) == ["1e-3", "0.01", "0.1", "2", "10", "–"]


def test_the_sorted_column_is_told_to_screen_readers(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    sort_by(page, "metrics.loss")

    heads = page.locator("th[aria-sort=ascending]")
    assert heads.all_inner_texts() == ["loss\nlast"]
    expect(page.locator("#cnt")).to_have_text("6 runs, sorted by loss ascending")


def test_the_focus_stays_on_the_heading_that_was_used(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    page.locator('button[data-sort="params.lr"]').press("Enter")

    assert page.evaluate("document.activeElement.dataset.sort") == "params.lr"


# ---- nested runs


def test_children_stand_below_their_parents_indented(page: Any, disk_trial: Any) -> None:
    data = sample()
    data["cols"][5] = number_column("attributes.parent", [5, None, 1, 1, 5, 1])
    open_table(page, disk_trial, data)

    assert names(page) == ["sweep", "child-a", "child-b", "</script>", "alpha", HOSTILE]
    levels = page.locator("tr[data-position]").evaluate_all(
        "rows => rows.map(row => Number(row.getAttribute('aria-level')))"
    )
    assert levels == [1, 2, 2, 2, 3, 3]
    assert page.locator("table.rg").get_attribute("role") == "treegrid"


def test_a_family_folds_and_unfolds(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    page.locator("button.fold").click()

    assert "child-a" not in names(page)
    expect(page.locator("tr[aria-expanded=false]")).to_have_count(1)

    page.locator("button.fold").click()

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


def test_sorting_keeps_children_below_their_parents(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    sort_by(page, "params.lr")
    sort_by(page, "params.lr")

    assert names(page) == ["</script>", "alpha", "sweep", "child-b", "child-a", HOSTILE]


def test_a_parent_without_a_value_stands_where_its_first_child_would(
    page: Any, disk_trial: Any
) -> None:
    data = sample()
    data["cols"][5] = number_column("attributes.parent", [4, None, 1, 1, None, None])
    open_table(page, disk_trial, data)
    sort_by(page, "params.lr")

    assert names(page) == ["sweep", "child-a", "child-b", HOSTILE, "alpha", "</script>"]


def test_a_child_whose_parent_is_filtered_out_stands_by_itself(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    filter_by(page, "child")

    expect(page.locator("#cnt")).to_have_text("2 of 6 runs")
    assert page.locator("tr[aria-level='1']").count() == 2


def test_circles_and_strays_among_parents_do_no_harm(page: Any, disk_trial: Any) -> None:
    data = sample()
    data["cols"][5] = number_column("attributes.parent", [1, 0, 2, 99, -4, 1.5])
    open_table(page, disk_trial, data)

    assert sorted(names(page)) == sorted(["alpha", "sweep", "child-a", "child-b", HOSTILE,
                                          "</script>"])  # fmt: skip


# ---- filter


@pytest.mark.parametrize(
    ("text", "found"),
    [
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
    ],
)  # fmt: skip
def test_the_filter_finds(page: Any, disk_trial: Any, text: str, found: list[str]) -> None:
    data = sample()
    data["cols"] = [c for c in data["cols"] if c["id"] != "attributes.parent"]
    open_table(page, disk_trial, data)
    filter_by(page, text)
    expect(page.locator("#cnt")).to_have_text(f"{len(found)} of 6 runs")

    assert names(page) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
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
    ],
)
def test_a_filter_that_cannot_be_read_says_where(
    page: Any, disk_trial: Any, text: str, message: str
) -> None:
    open_table(page, disk_trial, sample())
    filter_by(page, text)

    expect(page.locator("#qe")).to_have_text(message)
    expect(page.locator("#q")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#cnt")).to_have_text("6 runs")


def test_an_error_goes_once_the_filter_can_be_read(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    filter_by(page, "metrics.loss >")
    expect(page.locator("#qe")).not_to_be_empty()
    filter_by(page, "metrics.loss > 0.6")

    expect(page.locator("#qe")).to_be_empty()
    expect(page.locator("#q")).not_to_have_attribute("aria-invalid", "true")


def test_f_leads_to_the_filter(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    page.keyboard.press("f")

    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value("")


# ---- keyboard and selection


def test_one_cell_is_the_tab_stop_and_arrows_move_it(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, big(200, 6))
    focus_first(page)
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)

    assert focused(page) == [0, 1]
    assert page.locator("td[tabindex='0']").count() == 1


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        (["End"], [0, 5]),
        (["End", "Home"], [0, 0]),
        (["Control+End"], [199, 5]),
        (["Control+End", "Control+Home"], [0, 0]),
        (["Control+End", "ArrowDown"], [199, 5]),
        (["PageDown", "PageUp"], [0, 0]),
    ],
)
def test_keys_jump(page: Any, disk_trial: Any, keys: list[str], place: list[int]) -> None:
    open_table(page, disk_trial, big(200, 6))
    focus_first(page)
    for key in keys:
        page.keyboard.press(key)

    assert focused(page) == place


def test_page_down_goes_a_screen_further_and_the_cell_is_in_sight(
    page: Any, disk_trial: Any
) -> None:
    open_table(page, disk_trial, big(200, 6))
    focus_first(page)
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")

    assert focused(page)[0] > 15
    inside = page.evaluate(
        "() => { const cell = document.activeElement.getBoundingClientRect();"
        " const port = document.querySelector('#runs-host').getBoundingClientRect();"
        " return cell.top >= port.top && cell.bottom <= port.bottom + 1; }"
    )
    assert inside


def test_space_selects_the_row_and_enables_comparing(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    focus_first(page)
    page.keyboard.press(" ")
    page.keyboard.press("ArrowDown")
    page.keyboard.press(" ")

    assert page.locator("tr[aria-selected='true']").count() == 2
    assert focused(page) == [1, 0]
    expect(page.locator("#cnt")).to_have_text("6 runs, 2 selected")
    assert page.locator("#cmp").get_attribute("href") == "../../compare.html?runs=id0%2Cid1"


def test_a_click_on_the_box_selects_and_deselects(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    box = page.get_by_label("Select alpha")
    box.click()

    expect(box).to_be_checked()

    box.click()

    expect(box).not_to_be_checked()
    assert page.locator("#cmp").get_attribute("aria-disabled") == "true"


def test_enter_opens_the_run(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    disk_trial.page("runs/id0.k.html", "run page", kind="run", id="id0", key="k")
    focus_first(page)
    page.keyboard.press("Enter")

    expect(page.get_by_text("run page")).to_be_visible()


# ---- many rows


def test_only_the_rows_on_screen_are_in_the_page(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, big(10_000, 30))

    assert page.locator("tr[data-position]").count() < 50
    assert page.locator("table.rg").get_attribute("aria-rowcount") == "10001"


def test_ten_thousand_rows_sort_and_filter_and_scroll(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, big(10_000, 30))
    sort_by(page, "metrics.m0")
    filter_by(page, "metrics.m0 < 50 and metrics.m20 > 1")
    expect(page.locator("#cnt")).to_contain_text("of 10,000 runs")
    page.locator("#runs-host").evaluate("host => { host.scrollTop = host.scrollHeight; }")
    last = page.locator("table.rg").get_attribute("aria-rowcount")

    expect(page.locator(f"tr[aria-rowindex='{last}']")).to_be_attached()
    values = [float(text) for text in column(page, 1)]
    assert values == sorted(values, reverse=True)


def test_scrolling_never_loses_the_tab_stop(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, big(1000, 6))
    page.locator("#runs-host").evaluate("host => { host.scrollTop = 20000; }")

    expect(page.locator("tr[aria-rowindex='502']")).to_be_attached()
    expect(page.locator("td[tabindex='0']")).to_have_count(1)


# ---- columns


def test_the_chooser_shows_and_hides_columns(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    page.locator("#cols summary").click()
    page.locator("#cols input[value='best.loss']").check()
    page.locator("#cols input[value='params.lr']").uncheck()

    heads = page.locator("thead button").all_inner_texts()
    assert heads == ["run_name", "status", "loss\nlast", "loss\nbest"]


def test_columns_that_serve_the_table_are_not_offered(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    page.locator("#cols summary").click()

    offered = page.locator("#cols input").evaluate_all("all => all.map(box => box.value)")
    assert not {"attributes.href", "attributes.parent"} & set(offered)
    expect(page.locator("#cols input[value='attributes.run_name']")).to_be_disabled()


def test_reset_brings_the_columns_of_the_report_back(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample(), "?cols=best.loss")
    page.locator("#cols summary").click()
    page.get_by_text("Reset").click()

    assert page.locator("thead button").count() == 4
    assert "cols" not in address(page)


def test_escape_closes_the_chooser_and_gives_the_focus_back(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    page.locator("#cols summary").click()
    page.locator("#cols input[value='best.loss']").focus()
    page.keyboard.press("Escape")

    expect(page.locator("#cols summary")).to_be_focused()
    expect(page.locator("#cols")).not_to_have_attribute("open", "")


# ---- the address


def test_a_link_reproduces_the_view(page: Any, trial: Any) -> None:
    open_table(page, trial, sample())
    sort_by(page, "metrics.loss")
    sort_by(page, "metrics.loss")
    filter_by(page, "metrics.loss < 0.7")
    page.locator("#cols summary").click()
    page.locator("#cols input[value='tags.note, with comma']").check()
    expect(page.locator("#cnt")).to_contain_text("2 of 6 runs")
    rows = names(page)
    page.goto(page.url)
    expect(page.locator("#cnt")).to_contain_text("2 of 6 runs, sorted by loss descending")

    assert names(page) == rows == ["alpha", "sweep"]
    assert page.locator("thead button").last.inner_text() == "note, with comma"
    expect(page.locator("#q")).to_have_value("metrics.loss < 0.7")


def test_the_plain_view_has_the_plain_address(page: Any, trial: Any) -> None:
    open_table(page, trial, sample())
    filter_by(page, "alpha")
    expect(page.locator("#cnt")).to_have_text("1 of 6 runs")

    assert address(page) == {"q": ["alpha"]}

    filter_by(page, "")
    expect(page.locator("#cnt")).to_have_text("6 runs")

    assert address(page) == {}


def test_nonsense_in_the_address_is_left_alone(page: Any, disk_trial: Any) -> None:
    query = f"?sort=-metrics.none&cols=%,{quote(HOSTILE)}&q={quote('metrics.loss > <script>')}"
    open_table(page, disk_trial, sample(), query)

    expect(page.locator("#qe")).to_contain_text("at character 16")
    assert len(names(page)) == 6


# ---- export


def test_the_csv_holds_what_is_shown(page: Any, trial: Any) -> None:
    query = f"?cols={quote('metrics.loss,tags.note%2C with comma')}&sort=metrics.loss"
    open_table(page, trial, sample(), query)
    page.locator("button.fold").click()
    with page.expect_download() as download:
        page.get_by_text("CSV").click()
    text = Path(download.value.path()).read_bytes().decode()

    assert download.value.suggested_filename == "runs-7.csv"
    assert list(csv.reader(io.StringIO(text))) == [
        ["attributes.run_id", "attributes.run_name", "metrics.loss", "tags.note, with comma"],
        ["id1", "sweep", "0.25", "'=1+1"],
        ["id3", "child-b", "0.75", "-0.5"],
        ["id2", "child-a", "NaN", "a\nb"],
        ["id0", "alpha", "0.5", 'say "hi"'],
        ["id5", "</script>", "Infinity", "x"],
        ["id4", HOSTILE, "", ""],
    ]


def test_the_csv_can_be_had_before_the_table_is_there(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, sample())
    page.goto(disk_trial.url(PAGE))
    with page.expect_download() as download:
        page.get_by_text("CSV").click()

    assert Path(download.value.path()).read_text("utf-8").count("\n") >= 7


# ---- print


def test_rows_beyond_the_screen_are_printed(page: Any, disk_trial: Any) -> None:
    open_table(page, disk_trial, big(400, 4))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert page.locator("tr[data-position]").count() == 300

    page.evaluate("dispatchEvent(new Event('afterprint'))")

    assert page.locator("tr[data-position]").count() < 50
