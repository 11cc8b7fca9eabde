"""Live charts: they take the place of the static ones without a jump, and answer the pointer."""

import html
import json
import math
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import vl_convert

from reportgen.analysis.curves import thin
from reportgen.analysis.metrics import Goal
from reportgen.charts.chart import Chart
from reportgen.charts.curve import Series, metric_chart
from reportgen.charts.curve_data import curves_data
from reportgen.charts.library import chart_library
from reportgen.charts.overlay import overlay_chart, overlay_data
from reportgen.charts.parallel import parallel_chart, parallel_data
from reportgen.charts.progress import progress_chart, progress_data
from reportgen.charts.templates import chart_templates
from tests.browser.conftest import TrialSite, script_tags
from tests.charts.builders import (
    a_curve,
    a_history,
    a_noisy_fall,
    a_trial,
    an_attempt,
)

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser

RUN = "a" * 32
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
METRICS = {
    "loss": a_noisy_fall(300),
    "acc": [0.42, 0.6, 0.81, 0.9127],
    "lr": [1e-3 * place / 40 for place in range(40)],
    "images": [1180.0, 2000.0, 2412.5],
    "big": [-3.2e9, 1.7e9, 2.4e9],
    "tiny": [1.1e-12, 3.5e-12],
    "close": [2410.25, 2410.5, 2410.75],
    "constant": [42.0] * 5,
    "zero": [0.0, 0.0],
    "one": [0.734],
    "odd": [1.0, math.nan, 2.0, math.inf, 3.0, -math.inf, 2.5, 2.6],
    "signed": [-3.0, 3.0, -1.0],
    "wide": [1e-300, 1e300],
    "loss of a network": list(array("f", a_noisy_fall(60, seed=2))),
}
TRIALS = [
    a_trial(f"r{place}", place / 9, lr=f"1e-{1 + place % 3}", model="<b>x"[place % 2 :])
    for place in range(9)
]
ATTEMPTS = [an_attempt(f"r{place}", place, math.sin(place)) for place in range(20)]
CHOSEN = [a_curve("first <b>", [3, 2, 1, 0.9]), a_curve("second", [3, 2.5, 2, math.nan])]
CONTEXT = [a_curve(f"c{place}", [3.0, 2.9, 2.8 - place / 20]) for place in range(9)]


LEGEND = (
    '<span class="key"><span><i class="c1 d1"></i>first</span>'
    '<span><i class="c1 d2"></i>second</span></span>'
)


def figure(chart: Chart, metrics: Sequence[str] = ()) -> str:
    named = html.escape(json.dumps(metrics)) if chart.kind == "curve" else ""
    return (
        f'<figure class="card plot" data-chart="{chart.kind}" data-metrics="{named}"'
        f' data-metric="{html.escape("".join(metrics[:1]))}">'
        f"<header><h3>{html.escape(' '.join(metrics))}</h3>"
        f"{LEGEND if chart.kind == 'overlay' else ''}"
        f'<div class="plot-tools" hidden></div></header>'
        f'<div class="chart" tabindex="0" role="img" aria-label="{html.escape(chart.alt)}">'
        f"{chart.svg}</div></figure>"
    )


def write_page(site: TrialSite, path: str, figures: Sequence[str], data: str) -> None:
    """A page as the theme's templates make it, with the files that its charts need."""
    site.write(
        path,
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>Charts</title>'
        '<link rel="icon" href="data:,">'
        '<link rel="stylesheet" href="../css/theme.css">'
        f"{script_tags('../', 'report', 'charts')}"
        f'</head><body data-root="../" data-page-data="{data}" data-charts="../assets/charts.js"'
        ' data-vega="../assets/vega.js"><main>'
        "<div data-plot-controls hidden></div>"
        f"{''.join(figures)}</main></body></html>",
    )
    site.write("assets/charts.js", f"RG.charts({json.dumps(chart_templates())});")
    (site.folder / "assets" / "vega.js").write_bytes(chart_library())


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> TrialSite:
    """One site for all tests of this file, in a folder below the one that is served."""
    folder = tmp_path_factory.mktemp("charts") / "reports" / "site"
    folder.mkdir(parents=True)
    made = TrialSite(folder, folder.as_uri())
    write_run_page(made)
    write_experiment_page(made)
    return made


@pytest.fixture(params=["file", "http"])
def origin(request: Any, site: TrialSite, serve: Callable[[Path], str]) -> str:
    """Where the site is: on disk, and on a server under a sub-path."""
    if request.param == "file":
        return site.address
    return f"{serve(site.folder.parents[1])}/reports/site"


@pytest.fixture
def run_page(site: TrialSite) -> str:
    return site.url("runs/run.html")


@pytest.fixture
def experiment_page(site: TrialSite) -> str:
    return site.url("experiments/page.html")


def write_run_page(site: TrialSite) -> None:
    histories = {name: thin(a_history(values)) for name, values in METRICS.items()}
    figures = [
        figure(metric_chart(name, [Series(name, history, len(history), Goal.MIN)]), [name])
        for name, history in histories.items()
    ]
    write_page(site, "runs/run.html", figures, "run.js")
    data = curves_data({name: (history, len(history)) for name, history in histories.items()})
    site.call("runs/run.js", "run", {"id": RUN, "metrics": data})


def write_experiment_page(site: TrialSite) -> None:
    parallel = parallel_chart("acc", ["lr", "model"], TRIALS, Goal.MAX)
    charts = [
        figure(overlay_chart("loss", CHOSEN, CONTEXT), ["loss"]),
        figure(progress_chart("acc", ATTEMPTS, Goal.MAX)),
        *([figure(parallel)] if parallel else []),
    ]
    write_page(site, "experiments/page.html", charts, "page.js")
    data = {
        "overlay": {"loss": overlay_data("loss", CHOSEN, CONTEXT)},
        "progress": progress_data("acc", ATTEMPTS, Goal.MAX),
        "parallel": parallel_data("acc", ["lr", "model"], TRIALS, Goal.MAX),
    }
    site.call("experiments/page.js", "experiment", {"charts": data})


def labels(page: Any) -> list[list[tuple[str, int, int]]]:
    """Of each chart its texts with their places on the page, in reading order."""
    found: list[list[tuple[str, int, int]]] = page.evaluate(
        """() => [...document.querySelectorAll(".chart")].map((chart) =>
             [...chart.querySelectorAll("svg text")].map((text) => {
               const box = text.getBoundingClientRect();
               const y = box.y + box.height / 2 + scrollY;
               return [text.textContent, box.x + box.width / 2, y];
             }))"""
    )
    return [sorted({(text, round(x / 6), round(y / 6)) for text, x, y in each}) for each in found]


def go_live(page: Any) -> None:
    for place in range(page.locator(".chart").count()):
        go_live_at(page, place)


def go_live_at(page: Any, place: int) -> None:
    page.locator(".chart").nth(place).focus()
    page.locator(".plot").nth(place).locator(".plot-live").wait_for()


def same(static: list[tuple[str, int, int]], live: list[tuple[str, int, int]]) -> bool:
    """The same texts in the same order, no farther apart than a few pixels."""
    return [text for text, _, _ in static] == [text for text, _, _ in live] and all(
        abs(x - u) <= 1 and abs(y - v) <= 1
        for (_, x, y), (_, u, v) in zip(static, live, strict=True)
    )


def test_live_curves_have_the_ticks_of_the_static_ones(page: Any, origin: str) -> None:
    page.goto(f"{origin}/runs/run.html")
    static = labels(page)
    go_live(page)

    live = labels(page)
    different = {
        name: (static[place], live[place])
        for place, name in enumerate(METRICS)
        if not same(static[place], live[place])
    }
    assert different == {}


def test_live_experiment_charts_have_the_labels_of_the_static_ones(page: Any, origin: str) -> None:
    page.goto(f"{origin}/experiments/page.html")
    static = labels(page)
    go_live(page)

    assert all(map(same, static, labels(page)))


def test_nothing_is_loaded_before_a_chart_is_pointed_at(page: Any, run_page: str) -> None:
    page.goto(run_page)

    assert page.locator("script[src*='assets/']").count() == 0


def test_packed_values_arrive_with_every_digit(page: Any, run_page: str) -> None:
    page.goto(run_page)
    go_live_at(page, 0)

    arrived = page.evaluate(
        """() => Object.entries(RG.data.runs.values().next().value.metrics).map(
             ([name, { value, time }]) => [name, value.map(String), time])"""
    )
    histories = {name: thin(a_history(values)) for name, values in METRICS.items()}
    words = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}
    assert [
        (name, [repr(float(words.get(one, one))) for one in values], times)
        for name, values, times in arrived
    ] == [
        (name, list(map(repr, history.values)), list(history.timestamps))
        for name, history in histories.items()
    ]


def test_the_pointer_reads_the_value_of_a_step(page: Any, run_page: str) -> None:
    page.goto(run_page)
    go_live_at(page, 1)
    page.locator(".chart").nth(1).hover(position={"x": 60, "y": 40})

    assert page.locator(".plot-tip").locator("strong").inner_text() == "step 0"
    assert page.locator(".plot-tip b").first.inner_text() == "0.42"


def test_arrow_keys_walk_along_a_curve(page: Any, run_page: str) -> None:
    page.goto(run_page)
    go_live_at(page, 1)
    page.locator(".chart").nth(1).focus()
    for key in ("Home", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)

    assert "step 2" in page.locator(".plot-tip").inner_text()


def test_the_page_tools_change_every_curve(page: Any, run_page: str) -> None:
    page.goto(run_page)
    go_live(page)
    page.locator("[data-plot-controls]").get_by_text("Relative").click()
    page.locator(".chart").nth(1).scroll_into_view_if_needed()
    page.locator(".chart").nth(1).get_by_text("1m", exact=True).wait_for()

    pressed = page.locator('[data-plot-controls] [aria-pressed="true"]').all_inner_texts()
    assert pressed == ["Relative", "Linear"]


def test_a_logarithmic_axis_says_what_it_cannot_show(page: Any, run_page: str) -> None:
    page.goto(run_page)
    figure = page.locator(".plot").nth(list(METRICS).index("signed"))
    figure.locator(".plot-toggle").click()
    figure.get_by_text("Log", exact=True).click()
    figure.locator(".plot-note").wait_for()

    words = "2 values of 0 or less cannot be shown on a logarithmic y axis."
    assert figure.locator(".plot-note").inner_text() == words
    assert page.locator(".vh[role=status]").inner_text() == words


def test_the_crosshair_reads_every_chart_in_view(page: Any, run_page: str) -> None:
    page.goto(run_page)
    page.locator(".chart").first.hover()
    page.locator(".plot-live").wait_for()
    page.locator(".chart").first.hover(position={"x": 200, "y": 60})

    expect(page.locator(".plot-tip-row").filter(has_text="acc")).to_contain_text("0.9127")


def test_dragging_zooms_and_a_double_click_shows_all_again(page: Any, run_page: str) -> None:
    page.goto(run_page)
    go_live_at(page, 0)
    chart = page.locator(".chart").first
    box = chart.bounding_box()
    page.mouse.move(box["x"] + 150, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 250, box["y"] + 60, steps=3)
    page.mouse.up()
    expect(page.locator(".plot-unzoom")).to_be_visible()
    expect(chart.get_by_text("0", exact=True)).to_have_count(0)
    chart.dblclick(position={"x": 200, "y": 60})

    expect(page.locator(".plot-unzoom")).to_be_hidden()
    expect(chart.get_by_text("0", exact=True)).to_have_count(1)


def test_keys_zoom_and_move(page: Any, run_page: str) -> None:
    page.goto(run_page)
    go_live_at(page, 0)
    chart = page.locator(".chart").first
    for key in ("+", "+"):
        page.keyboard.press(key)
    before = chart.locator("svg text").all_inner_texts()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".plot-unzoom")).to_be_visible()
    page.keyboard.press("0")

    expect(page.locator(".plot-unzoom")).to_be_hidden()
    assert before != chart.locator("svg text").all_inner_texts()


def test_another_metric_is_the_x_axis(page: Any, run_page: str) -> None:
    page.goto(run_page)
    figure = page.locator(".plot").nth(1)
    figure.locator(".plot-toggle").click()
    figure.get_by_label("A metric as x axis").select_option("loss")
    figure.get_by_text("loss, joined by step").wait_for()
    figure.locator(".chart").focus()
    page.keyboard.press("Home")

    assert page.locator(".plot-tip strong").inner_text().startswith("loss 2.")


def test_a_logarithmic_x_axis_says_that_step_0_is_not_shown(page: Any, run_page: str) -> None:
    page.goto(run_page)
    figure = page.locator(".plot").nth(1)
    figure.locator(".plot-toggle").click()
    figure.get_by_text("Log x").click()

    expect(figure.locator(".plot-note")).to_have_text(
        "1 value of 0 or less cannot be shown on a logarithmic x axis."
    )


def test_a_chart_is_saved_with_its_data_and_without_tokens(page: Any, origin: str) -> None:
    page.goto(f"{origin}/runs/run.html")
    figure = page.locator(".plot").nth(list(METRICS).index("odd"))
    figure.locator(".plot-toggle").click()
    saved = {}
    for kind in ("SVG", "PNG", "CSV", "Vega-Lite"):
        with page.expect_download() as waiting:
            figure.get_by_role("button", name=kind, exact=True).click()
        saved[waiting.value.suggested_filename] = Path(waiting.value.path()).read_bytes()

    assert list(saved) == ["odd.svg", "odd.png", "odd.csv", "odd.vl.json"]
    drawing = ElementTree.fromstring(saved["odd.svg"])
    assert drawing.tag.endswith("svg") and b"var(" not in saved["odd.svg"]
    assert saved["odd.png"].startswith(b"\x89PNG")
    assert saved["odd.csv"].decode().splitlines()[:3] == [
        "step,time,odd",
        "0,2025-11-21T12:00:00.000Z,1",
        "1,2025-11-21T12:01:00.000Z,NaN",
    ]
    spec = json.loads(saved["odd.vl.json"])
    assert "var(" not in json.dumps(spec)
    assert vl_convert.vegalite_to_svg(spec).startswith("<svg")


def test_the_data_of_a_chart_is_a_table_on_demand(page: Any, run_page: str) -> None:
    page.goto(run_page)
    figure = page.locator(".plot").nth(1)
    figure.locator(".plot-toggle").click()
    figure.get_by_role("button", name="Show data").click()

    expect(figure.get_by_role("table").locator("tr").nth(1).locator("td").last).to_have_text("0.42")


def test_an_entry_of_the_legend_brings_its_line_to_the_front(
    page: Any, experiment_page: str
) -> None:
    page.goto(experiment_page)
    page.locator(".key > span").nth(1).focus()
    line = page.locator(".plot-over path[stroke='var(--s1)']")

    expect(line).to_have_count(1)


def test_selected_runs_come_to_the_front_of_the_overlay(page: Any, experiment_page: str) -> None:
    page.goto(experiment_page)
    page.evaluate(
        """() => document.dispatchEvent(new CustomEvent("rg:rows",
             { detail: { shown: [], order: [], selected: ["id-c3"] } }))"""
    )

    expect(page.locator(".plot").first.locator(".key > span")).to_have_text(["c3"])


def test_curves_of_any_runs_are_drawn_when_they_come_into_view(page: Any, run_page: str) -> None:
    page.goto(run_page)
    page.evaluate(
        """(values) => {
          const runs = Array.from({ length: 12 }, (_, i) => ({ id: `r${i}`, name: `run ${i}`,
            metrics: { loss: { n: 3, step: null, time: [0, 1000, 1000],
              value: values.map((each) => each + i) } } }));
          const hues = Object.fromEntries(runs.map((run, i) => [run.id, i % 8]));
          document.querySelector("main").append(
            RG.plots.runCurves({ metric: "loss", runs, hues, title: "all of loss" }));
        }""",
        [3, 2, 1],
    )
    figure = page.locator("[data-chart=runs]")
    assert figure.locator(".plot-live").count() == 0
    figure.scroll_into_view_if_needed()
    figure.locator(".plot-live").wait_for()

    assert figure.locator(".key i.m1").count() == 4
    assert "run 3 ends at 4" in figure.locator(".chart").get_attribute("aria-label")


def test_names_from_a_store_stay_text(page: Any, experiment_page: str) -> None:
    page.goto(experiment_page)
    go_live(page)
    chart = page.locator(".chart").first
    box = chart.bounding_box()
    chart.hover(position={"x": box["width"] - 30, "y": box["height"] * 0.75})

    assert page.locator(".plot-tip strong").inner_text() == "first <b>"


def test_a_chart_that_cannot_go_live_keeps_its_drawing(
    page: Any, run_page: str, console: Any
) -> None:
    console.expect("Failed to load resource|ERR_")
    page.route("**/vega.js", lambda route: route.abort())
    page.goto(run_page)
    page.locator(".chart").first.focus()
    page.locator(".chart[title]").wait_for()

    assert page.locator(".chart > svg").count() == len(METRICS)
