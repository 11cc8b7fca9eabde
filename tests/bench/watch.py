"""How long it takes from a point that is logged to the new page of its run in a browser:
`python -m tests.bench.watch STORE [TIMES]`."""

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.watching import watching

BETWEEN = 2.5
"""Seconds from one point to the next: the preview has come to rest, as between two epochs."""

LONGEST = 60_000
"""Milliseconds to wait for a page."""


def latencies(store: Path, folder: Path, times: int) -> list[float]:
    """Seconds from each of so many points, logged to a run of a store, until the browser has
    loaded the run's new page.

    The preview is kept in `folder`, which is a new one. The store is as it was in the end.
    """
    metrics = sorted(store.glob("*/*/metrics"))[0]
    run, metric = metrics.parent.name, sorted(filter(Path.is_file, metrics.rglob("*")))[0]
    before = metric.read_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with watching(folder, str(store), "-o", str(folder / "preview")) as watch, opened() as page:
            page.set_default_timeout(LONGEST)
            watch.wait_for("written in")
            page.goto(f"{watch.address}runs/index.html?id={run}")
            page.wait_for_url("**/runs/*.*.html*")
            return [_seconds(page, metric, number) for number in range(times)]
    finally:
        metric.write_bytes(before)


def _seconds(page: Page, metric: Path, number: int) -> float:
    page.wait_for_timeout(1000 * BETWEEN)
    shown = page.url
    began = time.perf_counter()
    with metric.open("a") as file:
        file.write(f"{2_000_000_000_000 + number} 0.5 {1_000_000 + number}\n")
    page.wait_for_url(lambda url: url != shown)
    return time.perf_counter() - began


@contextmanager
def opened() -> Iterator[Page]:
    """A page of Chromium: Debian's, or the one that Playwright installs."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser.new_page()
        finally:
            browser.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        times = int(sys.argv[2]) if len(sys.argv) > 2 else 20
        found = sorted(latencies(Path(sys.argv[1]), Path(folder) / "lab", times))
    print(" ".join(f"{one:.2f}" for one in found))
    print(f"p50 {statistics.median(found):.2f} s, p95 {found[int(0.95 * len(found))]:.2f} s")


if __name__ == "__main__":
    main()
