"""Pages opened in a fresh browser and watched: paint, shifts, weight, heap, answers to a click."""

import gzip
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

FIRST_PAINT = """() => new Promise((resolve) => {
  const of = () => performance.getEntriesByName("first-contentful-paint")[0];
  const wait = () => (of() ? resolve(of().startTime) : setTimeout(wait, 10));
  wait();
})"""

SHIFTS = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(sum), 600);
})"""

ANSWER = """([act, seen]) => new Promise((resolve, reject) => {
  const before = new Function("return " + seen)();
  const start = performance.now();
  new Function(act)();
  const look = () => {
    const now = new Function("return " + seen)();
    if (now !== before) {
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
    } else if (performance.now() - start > 20000) {
      reject(new Error(`${act}: no answer within 20 s`));
    } else requestAnimationFrame(look);
  };
  look();
})"""
"""How long it takes from an act until what is seen has changed and is painted, in ms."""

PICTURES = re.compile(r"\.(png|jpe?g|gif|webp)$")


@dataclass(frozen=True, slots=True)
class Opened:
    """A page, and the session that looks into its process."""

    page: Any
    session: Any

    def answer(self, act: str, seen: str) -> float:
        """Milliseconds from the JavaScript `act` until the value of `seen` is another, painted."""
        return float(self.page.evaluate(ANSWER, [act, seen]))

    def cpu(self) -> float:
        """Milliseconds that the page's main thread has worked so far."""
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        (seconds,) = (each["value"] for each in metrics if each["name"] == "TaskDuration")
        return 1000 * float(seconds)

    def heap(self) -> float:
        """Megabytes of the JavaScript heap after a collection; the buffers of arrays aside."""
        self.session.send("HeapProfiler.collectGarbage")
        return float(self.session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6

    def shifts(self) -> float:
        """The sum of the layout shifts until 0.6 s from now, as CLS counts them."""
        return float(self.page.evaluate(SHIFTS))


@contextmanager
def opened(browser: Any, url: str, *, script: str = "") -> Iterator[Opened]:
    """A page in a context of its own, loaded; `script` runs before its own scripts."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, bypass_csp=True, locale="en-GB"
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    session.send("HeapProfiler.enable")
    if script:
        page.add_init_script(script)
    page.goto(url)
    yield Opened(page, session)
    context.close()


def note(rows: str) -> str:
    """The script that notes in `usableAt` when there are such rows, and painted."""
    return (
        "new MutationObserver((_, observer) => {"
        f"if (!document.querySelector({json.dumps(rows)})) return;"
        "observer.disconnect();"
        "requestAnimationFrame(() => setTimeout(() => { window.usableAt = performance.now(); }));"
        "}).observe(document, {childList: true, subtree: true});"
    )


def weight(browser: Any, url: str) -> tuple[float, list[str]]:
    """Kilobytes, compressed, of all that a page on disk loads, without pictures; and their names.

    What it loads by itself: nothing is pointed at, clicked or scrolled to.
    """
    files: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.on("request", lambda request: files.append(unquote(urlsplit(request.url).path)))
    page.goto(url)
    page.wait_for_timeout(2500)  # what waits for an idle moment is loaded after 2 s at the latest
    context.close()
    kept = [file for file in files if Path(file).is_file() and not PICTURES.search(file)]
    return sum(compressed(file) for file in kept) / 1000, [Path(file).name for file in kept]


@lru_cache(maxsize=512)
def compressed(file: str) -> int:
    return len(gzip.compress(Path(file).read_bytes(), 9))
