"""Pictures of every kind of page, to be looked at: `python -m tests.looks [--only WORD] [-o DIR]`.

Builds the reports of the example and of a store of odd cases, and shows each kind of page wide and
narrow, in light and dark; the main kinds also without JavaScript, in forced colours and, where
pdftoppm is installed, on paper. `index.html` of the folder has all pictures on one sheet.
"""

import argparse
import html
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser.conftest import find_chromium
from tests.browser.report import DESKTOP, EXAMPLE, PHONE, Report, open_page
from tests.sites import build_site

ODD = Path(__file__).parent / "stores" / "v3.17-edge-file.tar.xz"
MAIN_KINDS = ("home", "experiment", "run", "model", "compare", "search")
ON_PAPER = ("experiment", "run", "model", "compare")
LOOKS: Mapping[str, Mapping[str, Any]] = {
    "light": {"viewport": DESKTOP},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "phone-light": {"viewport": PHONE},
    "phone-dark": {"viewport": PHONE, "color_scheme": "dark"},
}
SPECIAL: Mapping[str, Mapping[str, Any]] = {
    "no-scripts": {"viewport": DESKTOP, "java_script_enabled": False},
    "forced-colours": {"viewport": DESKTOP, "forced_colors": "active", "color_scheme": "dark"},
}
TALLEST = 6000
"""Pixels of a page that a picture shows."""


@dataclass(frozen=True)
class Subject:
    """A page to be shown."""

    name: str
    kind: str
    url: str


def subjects(site: str, report: Report) -> Iterator[Subject]:
    """The largest page of each kind; of runs and experiments also a second, different one."""
    for kind, pages in sorted(report.kinds.items()):
        if kind == "pointer":
            continue
        chosen = [pages[0], pages[len(pages) // 2]] if kind in ("run", "experiment") else pages[:1]
        for place, page in enumerate(dict.fromkeys(chosen)):
            name = f"{site}-{kind}" + ("-2" if place else "")
            yield Subject(name, kind, f"{report.folder.as_uri()}/{page}{query(kind, report)}")


def query(kind: str, report: Report) -> str:
    """What an address needs so that its page has something to show."""
    if kind == "compare":
        return "?runs=" + ",".join(list(report.pointers("runs"))[:4])
    return "?q=svm" if kind == "search" else ""


def photograph(browser: Any, subject: Subject, look: Mapping[str, Any], picture: Path) -> None:
    context = browser.new_context(reduced_motion="reduce", locale="en-GB", **look)
    page = context.new_page()
    page.on("pageerror", lambda error: print(f"{picture.name}: {error}"))
    if look.get("java_script_enabled", True):
        open_page(page, subject.url)
        page.wait_for_timeout(400)
    else:
        page.goto(subject.url)
    width = page.viewport_size["width"]
    tall = page.evaluate("document.scrollingElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(tall, TALLEST)})
    page.wait_for_timeout(100)
    page.screenshot(path=picture)
    context.close()


def print_out(browser: Any, subject: Subject, folder: Path) -> list[Path]:
    """The pages on paper, as pictures; none where pdftoppm is missing."""
    if not shutil.which("pdftoppm"):
        return []
    page = browser.new_page()
    open_page(page, subject.url)
    page.wait_for_timeout(400)
    paper = folder / f"{subject.name}.pdf"
    page.pdf(path=paper, format="A4", prefer_css_page_size=True)
    page.close()
    pictures = paper.with_name(f"{subject.name}-paper")
    subprocess.run(["pdftoppm", "-png", "-r", "60", "-l", "12", paper, pictures], check=True)
    return sorted(folder.glob(f"{subject.name}-paper-*.png"))


def all_pictures(browser: Any, subject: Subject, folder: Path) -> list[Path]:
    looks = {**LOOKS, **(SPECIAL if subject.kind in MAIN_KINDS else {})}
    pictures = []
    for name, look in looks.items():
        picture = folder / f"{subject.name}-{name}.png"
        photograph(browser, subject, look, picture)
        pictures.append(picture)
    return pictures + (print_out(browser, subject, folder) if subject.kind in ON_PAPER else [])


def sheet(shown: Mapping[str, list[Path]]) -> str:
    """The HTML page with all pictures, by page."""
    parts = []
    for name, pictures in shown.items():
        images = "".join(
            f'<a href="{html.escape(one.name)}"><img src="{html.escape(one.name)}" height="480"'
            f' alt="{html.escape(one.stem)}" title="{html.escape(one.stem)}" loading="lazy"></a> '
            for one in pictures
        )
        parts.append(f"<h2>{html.escape(name)}</h2><p>{images}</p>")
    return f"<!doctype html><meta charset=utf-8><title>Looks</title>{''.join(parts)}\n"


def sites(folder: Path) -> Iterator[tuple[str, Report]]:
    with tarfile.open(ODD) as archive:
        archive.extractall(folder, filter="data")
    for name, source in (("example", EXAMPLE), ("odd", folder / "v3.17-edge-file")):
        build_site(folder / name, source)
        yield name, Report(folder / name)


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.looks", description=__doc__)
    options.add_argument("-o", "--output", type=Path, default=Path("_looks"))
    options.add_argument("--only", default="", help="pages whose name has this in it")
    given = options.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    shown: dict[str, list[Path]] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--hide-scrollbars"]
        )
        for site, report in sites(Path(folder)):
            for subject in subjects(site, report):
                if given.only in subject.name:
                    shown[subject.name] = all_pictures(browser, subject, given.output)
        browser.close()
    (given.output / "index.html").write_text(sheet(shown), "utf-8")
    print(f"{sum(map(len, shown.values()))} pictures: {given.output / 'index.html'}")


if __name__ == "__main__":
    main()
