"""What is measured: each figure with the target that issue 3 set for it."""

import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser.report import EXAMPLE, Report
from tests.budgets import pages
from tests.budgets.made_up import MadeUp, build_made_up, identity
from tests.budgets.pages import Opened
from tests.sites import build_site

ROWS = "#runs-host [role$=grid] tbody tr[data-position]"
SHOWN = f"[...document.querySelectorAll('{ROWS}')].slice(0, 9).map((row) => row.textContent).join()"
"""What the table shows, in JavaScript."""

UNSORTED = 'th[aria-sort=none] button[data-sort^="metrics.loss"]'
"""By which the table is not in order when it opens: that is by accuracy."""

COUNT = "document.querySelector('#cnt').textContent"
RESULTS = "document.querySelector('[data-results]').textContent"
QUERIES = ("amber", "fjord garnet", "basalt", "har", "iris jade")
SIX_DRAWN = """async () => {
  const start = performance.now();
  const figures = () => [...document.querySelectorAll("main figure.plot")].slice(0, 6);
  const isDrawn = (each) => each.querySelector(".chart path");
  const drawn = () => figures().filter(isDrawn);
  while (drawn().length < 6 && performance.now() - start < 20000) {
    (figures().find((each) => !isDrawn(each)) || document.body).scrollIntoView();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return drawn().length < 6 ? Infinity : performance.now() - start;
}"""


@dataclass(slots=True)
class Figure:
    """What was measured, its target (an upper bound), and one value for each run."""

    name: str
    target: float
    unit: str
    values: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Milliseconds of the main thread, where waiting for the machine is most of a wall time."""

    @property
    def middle(self) -> float:
        return statistics.median(self.values)


@dataclass(frozen=True, slots=True)
class Places:
    """The sites that are measured; `huge` is None in a quick run."""

    example: Report
    runs: Report
    compared: Report
    large: Report
    huge: Report | None

    @staticmethod
    def made(folder: Path, *, quick: bool) -> "Places":
        build_site(folder / "example", EXAMPLE)
        build_made_up(folder / "runs", MadeUp(250, 4, 300), pages_of_runs=not quick)
        build_made_up(folder / "compared", MadeUp(24, 6, 300), pages_of_runs=True)
        build_made_up(folder / "large", MadeUp(10_000), pages_of_runs=False)
        if not quick:
            build_made_up(folder / "huge", MadeUp(100_000), pages_of_runs=False)
        return Places(
            Report(folder / "example"),
            Report(folder / "runs"),
            Report(folder / "compared"),
            Report(folder / "large"),
            None if quick else Report(folder / "huge"),
        )


@dataclass(frozen=True, slots=True)
class Bench:
    browser: Any
    places: Places
    times: int
    """How often each is measured."""

    def figures(self) -> Iterator[Figure]:
        for group in (self.weights, self.paints, self.charts, self.tables, self.search):
            yield from group()
        yield from self.compare()

    # ---- weights

    def weights(self) -> Iterator[Figure]:
        run = max(map(self._weight, self._of_kind("run")))
        yield Figure("weight of a run's page, compressed", 60, "kB", [run])
        experiment = self._weight(url(self.places.runs, "experiment"))
        yield Figure("weight of an experiment of 250 runs and its data", 120, "kB", [experiment])
        model = max(map(self._weight, self._of_kind("model")))
        yield Figure("weight of a model's page, compressed", 37, "kB", [model])
        (library,) = self.places.example.folder.glob("assets/vega*.js")
        size = pages.compressed(str(library)) / 1000
        yield Figure("chart library, once a site", 310, "kB", [size])

    def _weight(self, page: str) -> float:
        return pages.weight(self.browser, page)[0]

    def _of_kind(self, kind: str) -> list[str]:
        root = self.places.example.folder.as_uri()
        return [f"{root}/{page}" for page in self.places.example.kinds[kind][:3]]

    # ---- paint, shifts, heap

    def paints(self) -> Iterator[Figure]:
        for name, page in (
            ("run", url(self.places.example, "run")),
            ("experiment of 250 runs", url(self.places.runs, "experiment")),
            ("model", url(self.places.example, "model")),
        ):
            paint = Figure(f"first paint: {name}", 600, "ms")
            moved = Figure(f"layout shift: {name}", 0.01, "")
            rest = Figure(f"heap at rest: {name}", 1.5, "MB")
            for _ in range(self.times):
                with pages.opened(self.browser, page) as opened:
                    paint.values.append(opened.page.evaluate(pages.FIRST_PAINT))
                    moved.values.append(opened.shifts())
                    paint.cpu.append(opened.cpu())
                    rest.values.append(opened.heap())
            yield from (paint, moved, rest)

    # ---- charts

    def charts(self) -> Iterator[Figure]:
        first = Figure("hover on a static chart until it is live", 500, "ms")
        later = Figure("the next chart", 70, "ms")
        run = self.places.compared.one("run", 'data-chart="curve"')
        for _ in range(self.times):
            with pages.opened(
                self.browser, f"{self.places.compared.folder.as_uri()}/{run}"
            ) as opened:
                opened.page.locator("figure.plot .chart").first.scroll_into_view_if_needed()
                for place in range(3):
                    into = later if place else first
                    before = opened.cpu()
                    into.values.append(opened.answer(*hover(place)))
                    into.cpu.append(opened.cpu() - before)
        yield from (first, later)

    # ---- the runs table

    def tables(self) -> Iterator[Figure]:
        large = Figure("table of 10,000 runs: usable", 700, "ms")
        sort = Figure("table of 10,000 runs: sort", 150, "ms")
        keep = Figure("table of 10,000 runs: filter", 150, "ms")
        for _ in range(self.times):
            with self._usable(url(self.places.large, "experiment"), large, ROWS) as opened:
                self._sort(opened, sort)
                self._act(opened, keep, type_into("#q", "metrics.accuracy/val > 0.8"), COUNT)
        yield from (large, sort, keep)
        if self.places.huge:
            yield from self._huge(self.places.huge)

    def _huge(self, report: Report) -> Iterator[Figure]:
        usable = Figure("table of 100,000 runs: usable", 1000, "ms")
        sort = Figure("table of 100,000 runs: sort", 100, "ms")
        memory = Figure("table of 100,000 runs: heap", 12, "MB")
        for _ in range(self.times):
            with self._usable(url(report, "experiment"), usable, ROWS) as opened:
                self._sort(opened, sort)
                memory.values.append(opened.heap())
        yield from (usable, sort, memory)

    @contextmanager
    def _usable(self, page_of: str, into: Figure, rows: str) -> Iterator[Opened]:
        """A page, once there are such rows on it; how long that took goes into the figure."""
        with pages.opened(self.browser, page_of, script=pages.note(rows)) as opened:
            opened.page.wait_for_function("window.usableAt")
            into.values.append(opened.page.evaluate("usableAt"))
            into.cpu.append(opened.cpu())
            yield opened

    def _sort(self, opened: Opened, into: Figure) -> None:
        """By a metric that the table is not sorted by yet."""
        self._act(opened, into, f"document.querySelector('{UNSORTED}').click()", SHOWN)

    def _act(self, opened: Opened, into: Figure, act: str, seen: str) -> None:
        before = opened.cpu()
        into.values.append(opened.answer(act, seen))
        into.cpu.append(opened.cpu() - before)

    # ---- search

    def search(self) -> Iterator[Figure]:
        site = self.places.large
        if "search" not in site.kinds:
            return
        query = Figure("search among 10,000 runs, from disk", 100, "ms")
        with pages.opened(self.browser, f"{site.folder.as_uri()}/search.html") as opened:
            opened.page.wait_for_timeout(300)
            for words in QUERIES[: max(2, self.times)]:
                self._act(opened, query, type_into("#search input", words), RESULTS)
                self._act(opened, Figure("", 0, ""), type_into("#search input", ""), RESULTS)
        files = [path for path in site.folder.glob("search/**/*") if path.is_file()]
        yield query
        yield Figure("search index: files", 350, "", [len(files)])
        size = sum(path.stat().st_size for path in files) / 1e6
        yield Figure("search index: size", 2, "MB", [size])

    # ---- compare

    def compare(self) -> Iterator[Figure]:
        site = self.places.compared
        if "compare" not in site.kinds:
            return
        runs = ",".join(identity(place + 1) for place in range(20))
        page_of = f"{site.folder.as_uri()}/compare.html?runs={runs}"
        table = Figure("compare 20 runs: table", 300, "ms")
        curves = Figure("compare 20 runs: six overlays", 2000, "ms")
        for _ in range(self.times):
            with self._usable(page_of, table, "#cmp tbody tr") as opened:
                before = opened.cpu()
                curves.values.append(opened.page.evaluate(SIX_DRAWN))
                curves.cpu.append(opened.cpu() - before)
        yield from (table, curves)


def type_into(field: str, words: str) -> str:
    """The JavaScript that does so."""
    there = f"document.querySelector({json.dumps(field)})"
    event = "new Event('input', {bubbles: true})"
    return f"{there}.value = {json.dumps(words)}; {there}.dispatchEvent({event})"


def hover(place: int) -> tuple[str, str]:
    """Points at a chart; and what tells whether it is live."""
    chart = f"document.querySelectorAll('figure.plot .chart')[{place}]"
    act = f"{chart}.dispatchEvent(new PointerEvent('pointerenter'))"
    return act, f"{chart}.closest('figure').matches('.is-live')"


def url(report: Report, kind: str) -> str:
    return f"{report.folder.as_uri()}/{report.kinds[kind][0]}"
