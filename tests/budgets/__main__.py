"""Measures what issue 3 budgets: `python -m tests.budgets [--quick] [--check] [--json FILE]`.

Each figure is the median of five runs in a fresh page of headless Chromium, from disk, beside the
least and, where it matters, what of it was work of the page's main thread. `--check` fails where a
median is more than three times its target: machines are busy, and a timing of one proves little.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import find_chromium
from tests.budgets.figures import Bench, Figure, Places

PATIENCE = 3
"""How many times its target a figure may take before a check fails."""


def line(figure: Figure) -> str:
    digits = 0 if figure.target >= 20 else 3
    least, middle = min(figure.values), figure.middle
    cpu = f"{min(figure.cpu):8.0f}" if figure.cpu else " " * 8
    mark = (
        ""
        if middle <= figure.target
        else "  over"
        if least > figure.target
        else "  over, not always"
    )
    return (
        f"{figure.name:52} {figure.target:8g} {middle:9.{digits}f} {least:9.{digits}f} {cpu}"
        f" {figure.unit}{mark}"
    )


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.budgets", description=__doc__)
    options.add_argument("--quick", action="store_true", help="once each, nothing of 100,000 runs")
    options.add_argument("--check", action="store_true", help="fail beyond three times a target")
    options.add_argument("--json", type=Path, help="write the figures there too")
    given = options.parse_args()
    figures = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        places = Places.made(Path(folder), quick=given.quick)
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        print(f"{'':52} {'target':>8} {'median':>9} {'least':>9} {'CPU':>8}")
        for figure in Bench(browser, places, times=1 if given.quick else 5).figures():
            figures.append(figure)
            print(line(figure), flush=True)
        browser.close()
    if given.json:
        given.json.write_text(json.dumps([asdict(each) for each in figures], indent=1), "utf-8")
    late = [each.name for each in figures if each.middle > PATIENCE * each.target]
    if given.check and late:
        print(f"More than {PATIENCE} times the target: {', '.join(late)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
