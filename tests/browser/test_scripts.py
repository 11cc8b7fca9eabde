"""The scripts of every page in a real browser: theme, copying, tabs, pointers, the resolver."""

import json
from typing import Any

import pytest

from reportgen.pointers import shard_of

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=console.error(1)>"
RUN = "a1b2c3"
RUN_CONTENT = """
<nav><ol class="crumb"><li><a href="../index.html">Home</a></li>
<li><a href="../experiments/7/index.html">Experiment</a></li></ol></nav>
<a id="versions" href="../versions/index.html">Report versions</a>
<a id="outside" href="https://example.org/a.html">Outside</a>
<h1>Run</h1><span class="chip acc" data-rank hidden><span></span></span>
<section data-best-diff hidden><button type="button">Compare with today's best run</button>
</section>
"""


# ---- theme


def test_the_theme_follows_the_system(page: Any, disk_trial: Any) -> None:
    disk_trial.page("index.html", "", kind="home")
    page.emulate_media(color_scheme="dark")
    page.goto(disk_trial.url("index.html"))

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"

    page.emulate_media(color_scheme="light")

    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_a_chosen_theme_lasts(page: Any, trial: Any) -> None:
    trial.page("index.html", "<button data-theme-toggle>Theme</button>", kind="home")
    page.goto(trial.url("index.html"))
    page.locator("[data-theme-toggle]").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    page.reload()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


# ---- copying


def copied(page: Any) -> str:
    """What a paste brings: read by pasting, as the clipboard cannot be read without leave."""
    page.locator("#paste").focus()
    page.keyboard.press("Control+V")
    return page.locator("#paste").input_value()


CODE = """
<div class="code"><div class="bar0"><span>Shell</span>
<button class="cp" type="button" data-copy-pre><svg class="i"></svg><span>Copy</span></button></div>
<pre><code>echo "&lt;b&gt;"
ls</code></pre></div><textarea id="paste"></textarea>
<button type="button" data-copy="a1b2c3">icon only</button>
"""


@pytest.mark.parametrize("api", ["there", "missing"])
def test_copying_works_with_and_without_the_clipboard_api(
    page: Any, disk_trial: Any, api: str
) -> None:
    disk_trial.page("index.html", CODE, kind="home")
    if api == "missing":
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined});")
    page.goto(disk_trial.url("index.html"))
    page.locator("[data-copy-pre]").click()
    expect(page.locator("[data-copy-pre]")).to_have_text("Copied")

    assert copied(page) == 'echo "<b>"\nls'
    expect(page.locator("[data-copy-pre]")).to_have_text("Copy")


def test_copying_a_value_is_told_to_screen_readers(page: Any, disk_trial: Any) -> None:
    disk_trial.page("index.html", CODE, kind="home")
    page.goto(disk_trial.url("index.html"))
    page.locator("[data-copy]").click()

    expect(page.get_by_role("status")).to_have_text("Copied")
    assert copied(page) == "a1b2c3"


def test_where_copying_is_refused_the_reader_is_told_how(page: Any, disk_trial: Any) -> None:
    disk_trial.page("index.html", CODE, kind="home")
    page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
        "document.execCommand = () => false;"
    )
    page.goto(disk_trial.url("index.html"))
    page.locator("[data-copy-pre]").click()

    expect(page.locator("[data-copy-pre]")).to_have_text("Press Ctrl+C")


# ---- tabs, filter, pop-overs, print

TABS = """
<div data-tabs="Ways to call">
<div class="code" data-tab="curl"><pre>curl</pre></div>
<div class="code" data-tab="Python"><pre>import requests</pre></div>
<div class="code" data-tab="<b>R</b>"><pre>library(httr)</pre></div></div>
"""


def test_code_samples_become_tabs(page: Any, disk_trial: Any) -> None:
    disk_trial.page("index.html", TABS, kind="home")
    page.goto(disk_trial.url("index.html"))

    assert page.get_by_role("tab").all_inner_texts() == ["curl", "Python", "<b>R</b>"]
    assert page.locator(".code:visible").all_inner_texts() == ["curl"]

    page.get_by_role("tab", name="Python").click()

    assert page.locator(".code:visible").all_inner_texts() == ["import requests"]


def test_arrows_move_between_tabs(page: Any, disk_trial: Any) -> None:
    disk_trial.page("index.html", TABS, kind="home")
    page.goto(disk_trial.url("index.html"))
    page.get_by_role("tab", name="curl").press("ArrowLeft")

    expect(page.get_by_role("tab", name="<b>R</b>")).to_be_focused()
    assert page.locator(".code:visible").all_inner_texts() == ["library(httr)"]


ADDRESSES = """
<p data-addresses hidden><label>Name the model by <select>
<option data-shell="models:/a/1" data-python='"models:/a/1"'>a, version 1</option>
<option data-shell="'models:/it is/2'" data-python='"models:/it is/2"'>it is, version 2</option>
</select></label></p>
<pre>serve -m <span data-uri="shell">models:/a/1</span>
load(<span data-uri="python">"models:/a/1"</span>)</pre>
"""


def test_another_address_of_a_model_is_put_into_all_commands(page: Any, disk_trial: Any) -> None:
    disk_trial.page("index.html", ADDRESSES, kind="home")
    page.goto(disk_trial.url("index.html"))

    page.get_by_label("Name the model by").select_option("it is, version 2")

    said = page.locator("pre").inner_text()
    assert said == "serve -m 'models:/it is/2'\nload(\"models:/it is/2\")"


def test_without_scripts_there_is_no_choice_of_addresses(browser: Any, disk_trial: Any) -> None:
    disk_trial.page("index.html", ADDRESSES, kind="home")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(disk_trial.url("index.html"))

    assert not page.get_by_label("Name the model by").is_visible()
    context.close()


def test_without_scripts_all_samples_are_visible(browser: Any, disk_trial: Any) -> None:
    disk_trial.page("index.html", TABS, kind="home")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(disk_trial.url("index.html"))

    assert page.locator(".code:visible").count() == 3
    context.close()


def test_printing_unfolds_and_folds_again(page: Any, disk_trial: Any) -> None:
    content = f"{TABS}<details id='d'><summary>More</summary>text</details>"
    disk_trial.page("index.html", content, kind="home")
    page.goto(disk_trial.url("index.html"))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert page.locator(".code:visible").count() == 3
    assert page.locator("#d[open]").count() == 1

    page.evaluate("dispatchEvent(new Event('afterprint'))")

    assert page.locator(".code:visible").count() == 1
    assert page.locator("#d[open]").count() == 0


def test_parameters_can_be_filtered(page: Any, disk_trial: Any) -> None:
    disk_trial.page(
        "index.html",
        "<div class='card'><input data-kv-filter><div class='kvbox'><table>"
        "<tr><th>lr</th><td>0.1</td></tr><tr><th>Model</th><td>ridge</td></tr>"
        "</table></div></div>",
        kind="run",
    )
    page.goto(disk_trial.url("index.html"))
    page.locator("[data-kv-filter]").fill("MODEL")

    assert page.locator("tr:visible").all_inner_texts() == ["Model\tridge"]
    expect(page.get_by_role("status")).to_have_text("1 of 2 shown")


def test_f_leads_to_the_filter_of_the_page(page: Any, disk_trial: Any) -> None:
    disk_trial.page("index.html", "<input data-kv-filter>", kind="run")
    page.goto(disk_trial.url("index.html"))
    page.keyboard.press("f")

    expect(page.locator("[data-kv-filter]")).to_be_focused()
    expect(page.locator("[data-kv-filter]")).to_have_value("")


def test_the_section_on_screen_is_marked_in_the_navigation(page: Any, disk_trial: Any) -> None:
    filler = "<p>line</p>" * 80
    disk_trial.page(
        "index.html",
        "<div class='nav'><a href='#one'>One</a><a href='#two'>Two</a></div>"
        f"<section id='one'>{filler}</section><section id='two'>{filler}</section>",
        kind="run",
    )
    page.goto(disk_trial.url("index.html"))
    expect(page.locator(".nav [aria-current]")).to_have_text("One")
    page.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")

    expect(page.locator(".nav [aria-current]")).to_have_text("Two")


# ---- data scripts


def test_a_data_script_runs_once_however_often_it_is_asked_for(page: Any, trial: Any) -> None:
    trial.page("runs/index2.html", "", kind="home")
    trial.write("data.js", "window.times = (window.times || 0) + 1;")
    page.goto(trial.url("runs/index2.html"))
    page.evaluate("Promise.all([RG.load('../data.js'), RG.load('../runs/../data.js')])")

    assert page.evaluate("window.times") == 1


def test_a_data_script_that_failed_can_be_asked_for_again(
    page: Any, disk_trial: Any, console: Any
) -> None:
    console.expect(r"later\.js")
    disk_trial.page("index.html", "", kind="home")
    page.goto(disk_trial.url("index.html"))
    failed = page.evaluate("RG.load('later.js').then(() => 'loaded', (error) => error.message)")
    disk_trial.write("later.js", "window.later = true;")
    page.evaluate("RG.load('later.js')")

    assert failed.startswith("Could not load")
    assert page.evaluate("window.later") is True


def test_listeners_hear_of_a_run_before_and_after_its_data(page: Any, disk_trial: Any) -> None:
    disk_trial.page("index.html", "", kind="home")
    page.goto(disk_trial.url("index.html"))
    heard = page.evaluate(
        "() => { const heard = []; const hear = (run) => heard.push(run.name);"
        " RG.onRun('a', hear); RG.run({id: 'a', name: 'A'}); RG.onRun('a', hear);"
        " return heard; }"
    )

    assert heard == ["A", "A"]


# ---- pointers


def run_site(trial: Any, rank: int, newest: str = "k1", ranked: int = 248) -> None:
    """A run page of key k1, its data, and the pointers to it and to the best run."""
    best = {"id": "b2", "key": "kb", "value": 0.91, "metric": "acc", "goal": "max"}
    trial.pointers({RUN: [newest, "7", rank, ranked]}, {"7": {"key": "e1", "n": 9, "best": best}})
    page = f"{RUN}.k1"
    trial.page(
        f"runs/{page}.html", RUN_CONTENT, kind="run", id=RUN, key="k1", page_data=f"{page}.js"
    )
    params = {"same": "1", "lr": "0.1", HOSTILE: HOSTILE, "only here": "x"}
    trial.call(f"runs/{page}.js", "run", {"id": RUN, "name": "this", "params": params})
    best_params = {"same": "1", "lr": "0.2", HOSTILE: "plain", "only there": "y"}
    trial.call("runs/b2.kb.js", "run", {"id": "b2", "name": HOSTILE, "params": best_params})


def open_run(page: Any, trial: Any, query: str = "") -> None:
    page.goto(trial.url(f"runs/{RUN}.k1.html{query}"))


def test_a_page_with_a_newer_sibling_says_so_and_links_to_it(page: Any, trial: Any) -> None:
    run_site(trial, rank=0, newest="k2")
    open_run(page, trial, "?v=v1")

    expect(page.locator("[data-newer]")).to_be_visible()
    assert page.locator("[data-newer] a").get_attribute("href") == f"../runs/{RUN}.k2.html"


def test_the_newest_page_has_no_banner(page: Any, disk_trial: Any) -> None:
    run_site(disk_trial, rank=1)
    open_run(page, disk_trial)
    expect(page.locator("[data-rank]")).to_be_visible()

    expect(page.locator("[data-newer]")).to_be_hidden()


def test_an_older_experiment_page_links_to_the_newest(page: Any, disk_trial: Any) -> None:
    disk_trial.pointers({}, {"7": {"key": "e2", "n": 9}})
    disk_trial.page("experiments/7/e1.html", "", kind="experiment", id="7", key="e1")
    page.goto(disk_trial.url("experiments/7/e1.html"))

    expect(page.locator("[data-newer]")).to_be_visible()
    assert page.locator("[data-newer] a").get_attribute("href") == "../../experiments/7/e2.html"


def test_a_key_that_would_leave_the_folder_is_not_followed(page: Any, disk_trial: Any) -> None:
    run_site(disk_trial, rank=2, newest="../../evil")
    open_run(page, disk_trial)
    page.evaluate(f"RG.findRun('{RUN}')")

    expect(page.locator("[data-newer]")).to_be_hidden()


@pytest.mark.parametrize(
    ("rank", "words"), [(1, "Best of 248"), (12, "#12 of 248")], ids=["best", "other"]
)
def test_the_rank_of_today_is_shown(page: Any, disk_trial: Any, rank: int, words: str) -> None:
    run_site(disk_trial, rank=rank)
    open_run(page, disk_trial)

    expect(page.locator("[data-rank]")).to_have_text(words)
    expect(page.locator("[data-rank]")).to_be_visible()


def test_a_run_without_a_rank_shows_none(page: Any, disk_trial: Any) -> None:
    run_site(disk_trial, rank=0)
    open_run(page, disk_trial)
    expect(page.locator("[data-best-diff]")).to_be_visible()

    expect(page.locator("[data-rank]")).to_be_hidden()


def test_pointers_of_runs_are_found_in_shards(page: Any, disk_trial: Any) -> None:
    run_site(disk_trial, rank=0)
    disk_trial.call("pointers.js", "pointers", {"version": "v", "versions": 1, "shards": 256})
    disk_trial.call(
        f"pointers-runs-{shard_of(RUN, 256)}.js", "runPointers", {RUN: ["k1", "7", 3, 4, 6]}
    )
    open_run(page, disk_trial)

    expect(page.locator("[data-rank]")).to_have_text("#3 of 4")


def test_an_id_of_other_characters_has_a_shard_too(page: Any, disk_trial: Any) -> None:
    run_site(disk_trial, rank=0)
    disk_trial.call("pointers.js", "pointers", {"version": "v", "versions": 1, "shards": 256})
    disk_trial.call(f"pointers-runs-{shard_of(RUN, 256)}.js", "runPointers", {})
    disk_trial.call(
        f"pointers-runs-{shard_of('Zx9', 256)}.js", "runPointers", {"Zx9": ["kz", "7", 0, 0, 1]}
    )
    open_run(page, disk_trial)

    assert page.evaluate("RG.findRun('Zx9')")["key"] == "kz"


def test_the_order_of_rank_is_loaded_for_whom_asks(page: Any, disk_trial: Any) -> None:
    run_site(disk_trial, rank=0)
    path = "experiments/7/order.js"
    disk_trial.write(path, f'RG.order("7",[["{RUN}","k1","best"],["../x","k2","evil"]]);')
    open_run(page, disk_trial)

    assert page.evaluate("RG.findOrder('7')") == [[RUN, "k1", "best"]]
    assert page.evaluate("RG.findOrder('../7')") == []


def test_the_difference_to_the_best_run_lists_what_differs(page: Any, trial: Any) -> None:
    run_site(trial, rank=12)
    open_run(page, trial)
    page.locator("[data-best-diff] button").click()
    rows = page.locator("[data-best-diff] tbody tr")
    expect(rows).to_have_count(4)

    assert rows.all_inner_texts() == [
        f"{HOSTILE}\t{HOSTILE}\tplain",
        "lr\t0.1\t0.2",
        "only here\tx\tnot set",
        "only there\tnot set\ty",
    ]
    assert page.locator("[data-best-diff] img").count() == 0
    link = page.locator("[data-best-diff] a").first
    assert (link.inner_text(), link.get_attribute("href")) == (HOSTILE, "../runs/b2.kb.html")


def test_the_best_run_itself_offers_no_difference(page: Any, disk_trial: Any) -> None:
    run_site(disk_trial, rank=1)
    open_run(page, disk_trial)
    expect(page.locator("[data-rank]")).to_be_visible()

    expect(page.locator("[data-best-diff]")).to_be_hidden()


def test_a_best_run_that_cannot_be_loaded_can_be_tried_again(
    page: Any, disk_trial: Any, console: Any
) -> None:
    console.expect(r"b2\.kb\.js")
    run_site(disk_trial, rank=2)
    (disk_trial.folder / "runs" / "b2.kb.js").unlink()
    open_run(page, disk_trial)
    page.locator("[data-best-diff] button").click()

    expect(page.get_by_role("status")).to_contain_text("could not be loaded")
    expect(page.locator("[data-best-diff] button")).to_be_enabled()


def test_links_stay_within_the_version_that_was_opened(page: Any, trial: Any) -> None:
    run_site(trial, rank=0)
    open_run(page, trial, "?v=2026-11-24-3f2a9c1b")

    hrefs = page.locator(".crumb a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert hrefs == [
        "../index.html?v=2026-11-24-3f2a9c1b",
        "../experiments/7/index.html?v=2026-11-24-3f2a9c1b",
    ]
    assert page.locator("#versions").get_attribute("href") == "../versions/index.html"
    assert page.locator("#outside").get_attribute("href") == "https://example.org/a.html"


def test_links_stay_as_they_are_without_a_version(page: Any, disk_trial: Any) -> None:
    run_site(disk_trial, rank=0)
    open_run(page, disk_trial, "?v=../../evil")

    assert page.locator(".crumb a").first.get_attribute("href") == "../index.html"


def test_a_page_taken_out_of_its_site_still_works(page: Any, disk_trial: Any, console: Any) -> None:
    console.expect(r"pointers\.js")
    (disk_trial.folder / "pointers.js").unlink()
    disk_trial.page(f"runs/{RUN}.k1.html", RUN_CONTENT, kind="run", id=RUN, key="k1")
    open_run(page, disk_trial)

    expect(page.locator("h1")).to_be_visible()


# ---- the resolver

STATUS = "<p data-resolver-status>Looking for the run …</p>"


def resolver_site(trial: Any) -> None:
    run_site(trial, rank=3)
    trial.page("runs/index.html", STATUS, kind="resolver")
    trial.page(f"runs/{RUN}.k0.html", "<h1>Old run</h1>", kind="run", id=RUN, key="k0")
    listed = {"list": [["v1", "2026-11-24T02:36:00Z", "", 1]], "aliases": {}}
    trial.call("pointers-versions.js", "versionPointers", listed)
    facts = {"experiments": {"7": "f0"}}
    trial.call("versions/v1.js", "version", {"name": "v1", "facts": facts})
    known = json.dumps({"runs": {RUN: ["k0"]}, "slugs": {}})
    trial.write("versions/facts/f0.js", f'RG.facts("f0", {known});')


def wait_for_address(page: Any, address: str) -> None:
    page.wait_for_url(address, wait_until="load")


def test_the_resolver_leads_to_the_newest_page_of_a_run(page: Any, trial: Any) -> None:
    resolver_site(trial)
    page.goto(trial.url(f"runs/index.html?id={RUN}#metrics"))

    wait_for_address(page, trial.url(f"runs/{RUN}.k1.html#metrics"))


def test_the_resolver_leads_to_the_page_of_a_version(page: Any, trial: Any) -> None:
    resolver_site(trial)
    page.goto(trial.url(f"runs/index.html?id={RUN}&v=v1"))

    wait_for_address(page, trial.url(f"runs/{RUN}.k0.html?v=v1"))


def test_an_unknown_version_is_said_with_the_way_to_the_newest_page(
    page: Any, disk_trial: Any
) -> None:
    resolver_site(disk_trial)
    page.goto(disk_trial.url(f"runs/index.html?id={RUN}&v=v9"))

    status = page.locator("[data-resolver-status]")
    expect(status).to_contain_text("The report version “v9” is not there.")
    status.get_by_role("link", name="The newest page").click()
    wait_for_address(page, disk_trial.url(f"runs/{RUN}.k1.html"))


@pytest.mark.parametrize("run_id", ["nosuchrun", "../../evil", "%3Cb%3E", "__proto__"])
def test_an_unknown_run_is_said(page: Any, disk_trial: Any, run_id: str) -> None:
    resolver_site(disk_trial)
    page.goto(disk_trial.url(f"runs/index.html?id={run_id}"))

    expect(page.locator("[data-resolver-status]")).to_contain_text("no run with the id")
    assert page.locator("[data-resolver-status] b").count() == 0


def test_a_pointer_page_leads_to_the_newest_with_query_and_hash(page: Any, trial: Any) -> None:
    pointer = {"kind": "pointer", "pointer_kind": "experiments", "id": "7", "key": "e1"}
    trial.page("experiments/7/index.html", STATUS, **pointer)
    trial.page("experiments/7/e1.html", "<h1>Newest</h1>", kind="experiment", id="7", key="e1")
    page.goto(trial.url("experiments/7/index.html?q=a%3D1#runs"))

    wait_for_address(page, trial.url("experiments/7/e1.html?q=a%3D1#runs"))


def test_a_pointer_page_leads_to_the_page_of_a_version(page: Any, disk_trial: Any) -> None:
    pointer = {"kind": "pointer", "pointer_kind": "experiments", "id": "7", "key": "e1"}
    disk_trial.page("experiments/7/index.html", STATUS, **pointer)
    disk_trial.page("experiments/7/e0.html", "<h1>Old</h1>", kind="experiment", id="7", key="e0")
    listed = {"list": [["v1", "2026-11-24T02:36:00Z", "", 1]], "aliases": {"old": "v1"}}
    disk_trial.call("pointers-versions.js", "versionPointers", listed)
    disk_trial.call("versions/v1.js", "version", {"name": "v1", "experiments": {"7": "e0"}})
    page.goto(disk_trial.url("experiments/7/index.html?v=v1"))

    wait_for_address(page, disk_trial.url("experiments/7/e0.html?v=v1"))
