"""For everyone: the rules of accessibility, colours that can be told apart, the keyboard alone.

Every kind of page is tried. Where axe cannot decide on a contrast (text over gradients, in SVG),
`test_text_can_be_read_on_every_ground` has done so for all colours there are.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.browser.conftest import THEME
from tests.browser.report import PHONE, SMALLEST, Report, open_grid, open_page, wake_charts

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = api.expect

browser_test = pytest.mark.browser

KINDS = (
    "home", "experiment", "run", "model", "models", "registered-model", "registry",
    "project", "projects", "narrative",
    "problems", "versions", "resolver", "compare", "search", "environments",
    "points", "about",
)  # fmt: skip


def page_of(report: Report, kind: str) -> str:
    """The address of a page of that kind, with something on it."""
    runs = ",".join(list(report.pointers("runs"))[:3])
    return report.one(kind) + {"compare": f"?runs={runs}", "search": "?q=digits"}.get(kind, "")


# ---- colours


def tokens() -> dict[str, tuple[str, str]]:
    """The colours of base.css for light and dark, by name."""
    css = (THEME / "css" / "base.css").read_text("utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#\w+),(#\w+)\);", css)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of `#rgb` or `#rrggbb`."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


GROUNDS = ("bg", "card", "sunk", "hover")
TEXT = ("fg", "fg2", "fg3", "accent", "ok", "bad", "run", "warn")
ON_TINTS = [(name, f"{name}-bg") for name in ("accent", "ok", "bad", "run", "warn")]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(scheme: int) -> None:
    colours = {name: both[scheme] for name, both in tokens().items()}
    pairs = [(text, ground) for text in TEXT for ground in GROUNDS] + ON_TINTS
    pairs += [("on-accent", "accent"), ("fg", "accent-bg"), ("fg2", "accent-bg")]
    found = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}

    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_line_of_a_chart_stands_out_from_its_ground(scheme: int) -> None:
    colours = {name: both[scheme] for name, both in tokens().items()}
    lines = [f"s{place}" for place in range(1, 9)]
    found = {
        (line, ground): contrast(colours[line], colours[ground])
        for line in lines
        for ground in ("bg", "card")
    }

    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < 3} == {}


# ---- rules

ALL_BUT_CONTRAST = {
    "rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": False}}
}


LOOKS = """(most) => {
  const ground = (one) => {
    const { backgroundColor, backgroundImage, opacity } = getComputedStyle(one);
    return `${backgroundColor} ${backgroundImage} ${opacity}`;
  };
  const saysSomething = (one) => one.matches("input, select, textarea")
    || [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const grounds = new Map([[null, ""]]);
  const seen = new Map();
  for (const one of document.querySelectorAll("body, body *")) {
    const behind = grounds.get(one.parentElement) ?? "";
    const own = ground(one);
    grounds.set(one, behind.endsWith(own) ? behind : behind + own);
    one.removeAttribute("data-look");
    if (!one.checkVisibility() || !saysSomething(one)) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(one);
    const off = one.matches(":disabled, :disabled *, [aria-disabled=true], [aria-disabled=true] *");
    const look = [one.tagName, one.getAttribute("class"), off, color, fontSize, fontWeight,
      grounds.get(one)].join();
    seen.set(look, (seen.get(look) ?? 0) + 1);
    if (seen.get(look) <= most) one.setAttribute("data-look", "");
  }
  return seen.size;
}"""
"""Marks some of all elements whose text looks alike: same class, colour, size and grounds."""


@browser_test
@pytest.mark.parametrize("kind", KINDS)
def test_no_page_breaks_a_rule_of_accessibility(
    page: Any, report: Report, on_disk: Callable[[str], str], kind: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.emulate_media(reduced_motion="reduce")  # no colours half-way from light to dark
    open_page(page, on_disk(page_of(report, kind)))
    wake_charts(page)
    page.evaluate("scrollTo(0, 0)")  # what the sticky head half covers would be a small target
    found = violations(axe, page, ALL_BUT_CONTRAST)
    found |= contrasts_too_low(axe, page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    found |= contrasts_too_low(axe, page)
    page.set_viewport_size(PHONE)
    found |= violations(axe, page, ALL_BUT_CONTRAST)

    assert found == set()


def contrasts_too_low(axe: Any, page: Any) -> set[str]:
    """What axe says of two texts of each look: to ask of every row of a table takes seconds."""
    assert page.evaluate(LOOKS, 2) > 3
    return violations(axe, page, {"runOnly": ["color-contrast"]}, "[data-look]")


def violations(axe: Any, page: Any, rules: Mapping[str, Any], where: str | None = None) -> set[str]:
    """Each rule that is broken, with the first elements that break it."""
    options = {
        "resultTypes": ["violations"],
        "preload": False,  # it would fetch the stylesheets, which a page on disk may not
        **rules,
    }
    response = axe.run(page, context=where, options=options).response
    return {
        f"{one['id']}: {node['html'][:200]}"
        for one in response["violations"]
        for node in one["nodes"][:3]
    }


# ---- text as readers set it

SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets.push(sheet);
}"""
"""What WCAG 2.2, 1.4.12 asks a page to bear."""

CUT_OFF = """() => [...document.querySelectorAll("main h1, main h2, main p, main button, main dt")]
  .filter((one) => one.offsetParent && one.clientHeight > 1)  // those for ears alone are 1 by 1
  .filter((one) => getComputedStyle(one).overflowY !== "visible")
  .filter((one) => one.scrollHeight > one.clientHeight + 2 && one.innerText.trim())
  .map((one) => one.outerHTML.slice(0, 120))"""


@browser_test
@pytest.mark.parametrize("kind", ["home", "experiment", "run", "model", "compare", "search"])
def test_text_may_be_spaced_and_zoomed(
    page: Any, report: Report, on_disk: Callable[[str], str], kind: str
) -> None:
    open_page(page, on_disk(page_of(report, kind)))
    page.evaluate(SPACED)
    found = {}
    for window in ({"width": 640, "height": 400}, SMALLEST):  # 200 % and 400 % of 1280 by 800
        page.set_viewport_size(window)
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        found[window["width"]] = wide - window["width"], page.evaluate(CUT_OFF)

    assert found == {640: (0, []), 320: (0, [])}


# ---- the keyboard

FOCUSED = """() => {
  const one = document.activeElement;
  const ring = getComputedStyle(one.closest(".fld") || one);
  const shown = ring.outlineStyle !== "none" || ring.boxShadow !== "none";
  const classes = ["skip", "logo", "ib", "btn", "cp", "chart"];
  const names = classes.filter((each) => one.classList.contains(each));
  const place = one.closest("[role$=grid]") ? "grid" : one.closest(".nav") ? "nav" : "";
  return [place || names[0] || one.tagName.toLowerCase(), shown, one.outerHTML.slice(0, 120)];
}"""


def tab_through(page: Any, last: str) -> list[list[Any]]:
    """[what, is its focus visible, HTML] of what the tab key reaches, until it is the last."""
    found: list[list[Any]] = []
    while len(found) < 90 and not (found and found[-1][0] in (last, "body")):
        page.keyboard.press("Tab")
        found.append(page.evaluate(FOCUSED))
    return found


@browser_test
@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("experiment", ["skip", "logo", "ib", "nav", "input", "btn", "grid"]),
        ("run", ["skip", "logo", "ib", "btn", "nav", "input", "chart"]),
        ("model", ["skip", "logo", "ib", "btn", "nav", "cp"]),
    ],
)
def test_the_tab_key_reaches_everything_and_shows_where_it_is(
    page: Any, report: Report, on_disk: Callable[[str], str], kind: str, wanted: list[str]
) -> None:
    open_page(page, on_disk(report.one(kind)))
    if kind == "experiment":
        expect(page.locator("#runs-host [role$=grid]")).to_be_visible()
    stops = tab_through(page, wanted[-1])
    order = [what for what, _, _ in stops]

    assert [html for _, shown, html in stops if not shown] == []
    assert sorted(wanted, key=order.index) == wanted


COVERED = """() => {
  const one = document.activeElement;
  const { left, right, top, bottom } = one.getBoundingClientRect();
  const corners = [[left + 3, top + 3], [right - 3, bottom - 3], [left + 3, bottom - 3],
    [(left + right) / 2, (top + bottom) / 2]];
  const isSeen = ([x, y]) => {
    const there = document.elementFromPoint(x, y);
    return there && (one.contains(there) || there.contains(one));
  };
  return one === document.body || one.matches(".brush-end") || corners.some(isSeen)
    ? null : one.outerHTML.slice(0, 120);
}"""
"""What has the focus and is hidden by something else, as by the head that stays on top."""


@browser_test
@pytest.mark.parametrize("kind", ["experiment", "run"])
def test_what_has_the_focus_is_never_covered(
    page: Any, report: Report, on_disk: Callable[[str], str], kind: str
) -> None:
    """WCAG 2.2, 2.4.11; backwards, where the page scrolls up under its sticky head."""
    page.emulate_media(reduced_motion="reduce")
    open_page(page, on_disk(report.one(kind)))
    covered = []
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        covered.append(page.evaluate(COVERED))

    assert [html for html in covered if html] == []


@browser_test
def test_the_skip_link_leads_past_the_header(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    open_page(page, on_disk(report.one("run")))
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


@browser_test
def test_a_wide_table_of_a_note_can_be_scrolled_by_keyboard(page: Any, disk_trial: Any) -> None:
    wide = "".join(f"<th>f1_macro/test_{number}</th>" for number in range(12))
    disk_trial.page("index.html", f"<div class='prose'><table><tr>{wide}</tr></table></div>")
    page.set_viewport_size(PHONE)
    page.goto(disk_trial.url("index.html"))

    expect(page.locator("table")).to_have_attribute("tabindex", "0")
    assert page.evaluate("document.scrollingElement.scrollWidth") == PHONE["width"]


# ---- what readers ask of their system


@browser_test
def test_statuses_have_words_in_forced_colours(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    page.emulate_media(forced_colors="active")
    grid = open_grid(page, on_disk(report.one("experiment", 'id="runs-host"')))
    page.screenshot()
    words = grid.locator("td .chip").all_inner_texts()

    assert words
    assert all(word.strip() for word in words)


@browser_test
def test_nothing_moves_where_motion_is_unwanted(
    page: Any, report: Report, on_disk: Callable[[str], str]
) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_page(page, on_disk(report.one("run", 'class="chip run"')))
    page.screenshot()

    assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
