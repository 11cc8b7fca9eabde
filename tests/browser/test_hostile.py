"""Payloads in every field of the sources, in a real browser: no script of theirs runs, no request
leaves, and it is not the Content-Security-Policy that prevents it: nothing comes so far.

Every page kind is opened from disk and over http, and everything on it is used that makes
elements of data: tables, searches, charts, tips, comparisons, previews, builders.
"""

import functools
import mimetypes
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Console, PatientServer, QuietHandler
from tests.browser.report import SETTLED, Report
from tests.hostile.evil import Evil
from tests.hostile.evil_store import ACTIVE_FILES, run_id

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.browser

CANARY = """
window.canary = () =>
  console.error(`canary: a payload ran in ${location.href} of origin ${window.origin}`);
window.alert = window.confirm = window.prompt = window.canary;
"""

USE_EVERYTHING = """async () => {
  const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const tell = (element, ...names) => names.forEach((name) => element.dispatchEvent(
    new (name.startsWith("pointer") ? PointerEvent : name.startsWith("mouse") ? MouseEvent : Event)
      (name, {bubbles: true, cancelable: true, clientX: 300, clientY: 200})));
  const all = (selector, most = 60) => [...document.querySelectorAll(selector)].slice(0, most);
  for (const one of all("details", 400)) one.open = true;
  for (const one of all("main section")) { one.scrollIntoView(); await rest(20); }
  for (const one of all("figure[data-chart] .chart", 8)) { one.focus(); tell(one, "pointerenter",
    "mouseover", "pointermove", "mousemove"); }
  await rest(150);
  const used = new Map();
  for (let round = 0; round < 2; round++) {
    for (const one of all("main button, [role=tab], [role=menuitem], dialog button", 400)) {
      const kind = `${one.className} ${[...one.attributes].map(({name}) => name)}`;
      const before = used.get(kind) ?? 0;
      if (!one.isConnected || before > 1) continue;
      used.set(kind, before + 1);
      tell(one, "pointerenter", "pointerover", "mouseover", "focusin");
      one.click();
      for (const item of all("[role=menu] button, [role=menu] [role^=menuitem]", 4)) item.click();
    }
    await rest(60);
  }
  for (const one of all("select", 4)) {
    for (const option of [...one.options].slice(0, 3)) {
      if (one.isConnected) one.value = option.value; tell(one, "input", "change");
    }
  }
  for (const one of all("input", 8)) {
    if (["checkbox", "radio"].includes(one.type)) { one.click(); continue; }
    for (const text of ["<img", '"><svg onload=canary()>', "params.", ""]) {
      one.focus(); one.value = text; tell(one, "input", "keyup", "change");
      await rest(10);
    }
  }
  for (const one of all("svg :is(path, circle, rect, g), td, th, li, code", 60))
    tell(one, "pointerover", "mouseover", "pointermove", "mousemove", "pointerenter");
  await rest(100);
}"""


class TypesByNameServer(QuietHandler):
    """Says types as careless hosts do: any ending counts that it knows, and what it does not know
    has no type at all, so that the browser guesses by the content."""

    def guess_type(self, path: Any) -> str:
        endings = Path(str(path)).name.split(".")[1:]
        known = (mimetypes.guess_type(f"x.{ending}")[0] for ending in reversed(endings))
        return next((kind for kind in known if kind), "")

    def send_header(self, keyword: str, value: str) -> None:
        if keyword != "Content-type" or value:
            super().send_header(keyword, value)


@pytest.fixture
def watched(page: Any) -> Any:
    page.add_init_script(CANARY)
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    page.set_default_timeout(20_000)
    return page


@pytest.fixture(params=["file", "http"])
def root(
    request: pytest.FixtureRequest, evil: Evil, serve: Callable[[Path], str]
) -> Callable[[str], str]:
    if request.param == "file":
        start = evil.folder.as_uri()
    else:
        start = f"{serve(evil.folder.parents[1])}/reports/site"
    return lambda address: f"{start}/{address}"


def test_no_payload_runs_on_any_kind_of_page_from_disk(watched: Any, evil: Evil) -> None:
    for addresses in Report(evil.folder).kinds.values():
        watched.goto(f"{evil.folder.as_uri()}/{addresses[0]}")
        watched.evaluate(SETTLED)


def test_no_payload_runs_when_everything_on_a_page_is_used(
    watched: Any, evil: Evil, serve: Callable[[Path], str]
) -> None:
    root = serve(evil.folder)
    kinds = Report(evil.folder).kinds
    for addresses in (kinds[kind] for kind in kinds.keys() - {"pointer", "alias"}):
        watched.goto(f"{root}/{addresses[0]}")
        watched.evaluate(SETTLED)
        watched.evaluate(USE_EVERYTHING)


def test_no_payload_of_a_database_runs(
    watched: Any, evil_database: Evil, serve: Callable[[Path], str]
) -> None:
    """The pages that are made of its texts, used as above; how they are made is no different."""
    root, kinds = serve(evil_database.folder), Report(evil_database.folder).kinds
    for kind in ("home", "experiment", "run", "model", "registered-model", "problems"):
        watched.goto(f"{root}/{kinds[kind][0]}")
        watched.evaluate(SETTLED)
        watched.evaluate(USE_EVERYTHING)


def test_no_payload_runs_in_a_comparison(
    watched: Any, evil: Evil, root: Callable[[str], str]
) -> None:
    runs = ",".join(run_id(place) for place in (0, 2, 1))
    watched.goto(root(f"compare.html?runs={runs}"))
    api.expect(watched.locator("main table").first).to_be_visible()
    if "http" in root(""):
        watched.evaluate(USE_EVERYTHING)


def test_no_payload_runs_among_the_results_of_a_search(
    watched: Any, evil: Evil, root: Callable[[str], str]
) -> None:
    watched.goto(root("index.html"))
    watched.evaluate(SETTLED)
    watched.keyboard.press("/")
    field = watched.locator("dialog input").first
    for words in ("img", "script canary", "<svg", "onload", "javascript", "proto"):
        field.fill(words)
        watched.wait_for_timeout(120)
        watched.keyboard.press("ArrowDown")
    watched.goto(root("search.html?q=%3Cimg%20src=x%20onerror=canary()%3E"))
    watched.evaluate(SETTLED)


def test_addresses_carry_no_payload_into_a_page(
    watched: Any, evil: Evil, root: Callable[[str], str]
) -> None:
    payload = "%22%3E%3Cimg%20src=x%20onerror=canary()%3E"
    kinds = Report(evil.folder).kinds
    experiment, run = kinds["experiment"][0], kinds["run"][0]
    for address in (
        f"{experiment}?q={payload}&sort={payload}&columns={payload}&group={payload}#{payload}",
        f"{run}?v={payload}#{payload}",
        f"compare.html?runs={payload},{run_id(0)}&base={payload}&tab={payload}",
        f"search.html?q={payload}&kind={payload}",
        f"runs/index.html?id={payload}",
        "runs/index.html?id=javascript:canary()",
        f"versions/index.html?v={payload}",
        f"environments.html?runs={payload}#{payload}",
        f"experiments/101/index.html?v=../../{payload}",
        "index.html?v=//foreign.invalid",
    ):
        watched.goto(root(address))
        watched.wait_for_timeout(60)
        assert watched.url.startswith(root(""))


# ---- artifacts


@pytest.fixture(params=["file", "http", "careless"])
def host(
    request: pytest.FixtureRequest, evil: Evil, console: Console, serve: Callable[[Path], str]
) -> Iterator[str]:
    """From disk, from a usual host, and from one that is careless with types."""
    if request.param == "file":
        yield evil.folder.as_uri()
    elif request.param == "http":
        yield serve(evil.folder)
    else:
        handler = functools.partial(TypesByNameServer, directory=str(evil.folder))
        server = PatientServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        console.allowed_origins.append(address)
        yield address
        server.shutdown()
        server.server_close()


def test_active_files_are_inert_at_their_own_address(
    watched: Any, console: Console, evil: Evil, host: str
) -> None:
    console.expect("^console: (?!canary)|^request to|^uncaught: (?!.*canary)")
    copies = [path for path in sorted(evil.folder.glob("files/*/*")) if is_active(path)]
    assert len(copies) > len(ACTIVE_FILES) - 5  # some have the same name as a copy
    for copy in copies:
        try:
            watched.goto(f"{host}/{copy.relative_to(evil.folder).as_posix()}")
        except api.Error as error:
            assert re.search("Download is starting|ERR_ABORTED", str(error)), error


def is_active(copy: Path) -> bool:
    names = {name.split(".")[0] for name in ACTIVE_FILES} | {"paper", "all"}
    return copy.name.split(".")[0].split("_")[0] in names and copy.suffix != ".js"


def test_documents_run_only_in_a_sandbox(
    watched: Any, console: Console, evil: Evil, root: Callable[[str], str]
) -> None:
    console.expect(r"canary: .*\.htm of origin null|^console: (?!canary)|^request to")
    watched.goto(root(Report(evil.folder).one("run", "page.html", "data-frame")))
    frames = watched.evaluate("""async () => {
      const sandboxes = [];
      for (const one of document.querySelectorAll(".preview")) one.open = true;
      document.querySelector("#artifacts").scrollIntoView();
      for (let tries = 0; tries < 100 && !document.querySelector("[data-frame] button"); tries++)
        await new Promise((resolve) => setTimeout(resolve, 50));
      for (const button of document.querySelectorAll("[data-frame] button")) button.click();
      return [...document.querySelectorAll("iframe")].map((one) => one.getAttribute("sandbox"));
    }""")
    watched.wait_for_timeout(500)

    assert len(frames) > 2
    assert set(frames) <= {"", "allow-scripts"}
