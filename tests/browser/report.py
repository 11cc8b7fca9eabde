"""The built site of the example project, its pages by kind, and how the tests open them."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

EXAMPLE = Path(__file__).parents[2] / "example_mlruns"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
SMALLEST = {"width": 320, "height": 640}


@dataclass(frozen=True)
class Report:
    """A built site, its pages by kind, and what its pointers say."""

    folder: Path

    @cached_property
    def kinds(self) -> dict[str, list[str]]:
        """The addresses of the pages by their kind, the largest first."""
        found: dict[str, list[tuple[int, str]]] = {}
        for path in self.folder.rglob("*.html"):
            text = path.read_text("utf-8")
            kind = re.search(r'data-kind="([\w-]+)"', text)
            assert kind, f"{path} does not say its kind"
            address = path.relative_to(self.folder).as_posix()
            found.setdefault(kind[1], []).append((-len(text), address))
        return {kind: [address for _, address in sorted(pages)] for kind, pages in found.items()}

    def text(self, address: str) -> str:
        return (self.folder / address).read_text("utf-8")

    def one(self, kind: str, *needed: str) -> str:
        """The largest page of a kind that has all that is needed in its HTML."""
        for address in self.kinds[kind]:
            text = self.text(address)
            if all(each in text for each in needed):
                return address
        pytest.fail(f"no page of kind {kind} has {needed}")

    def pointers(self, name: str) -> dict[str, Any]:
        """What `pointers-NAME.js` says, or `pointers.js` where the name is empty."""
        file = f"pointers-{name}.js" if name else "pointers.js"
        text = (self.folder / file).read_text("utf-8")
        values: dict[str, Any] = json.loads(text[text.index("(") + 1 : text.rindex(")")])
        return values

    @property
    def title(self) -> str:
        return str(self.pointers("")["title"])

    def ranked_run(self, *, best: bool) -> tuple[str, int, int]:
        """Address, rank and number of ranked runs of a run that is, or is not, the best."""
        runs = sorted(self.pointers("runs").items())
        for run_id, (key, _, rank, ranked, *_) in runs:
            if rank and (rank == 1) == best:
                return f"runs/{run_id}.{key}.html", rank, ranked
        pytest.fail("no run of the example is ranked so")

    @cached_property
    def reading_list(self) -> list[str]:
        """Of each kind the five largest pages; the runs with most to show, one of each status."""
        runs = self.kinds["run"]
        texts = {address: self.text(address) for address in runs}
        marks = ("<img", 'class="problems"', "data-chart", "<tr", "<details", 'class="card tile"')
        chosen = {max(runs, key=lambda address: texts[address].count(mark)) for mark in marks}
        for tone in ("ok", "bad", "run", "warn"):
            chosen.update([one for one in runs if f'class="chip {tone}"' in texts[one]][-1:])
        for kind in self.kinds.keys() - {"alias", "run", "pointer"}:
            chosen.update(self.kinds[kind][:5])
        return sorted(chosen)


SETTLED = """async () => {
  await RG.load(document.body.dataset.root + "pointers.js");
  if (document.querySelector("#runs-host") && document.body.dataset.pageData)
    await RG.load(document.body.dataset.pageData);
  await new Promise((resolve) => setTimeout(resolve, 20));
}"""


def open_page(page: Any, url: str) -> None:
    """Opens a page and waits until its scripts have read the pointers and the table's data."""
    page.goto(url)
    page.evaluate(SETTLED)


def wake_charts(page: Any) -> None:
    """One chart of each kind becomes live; the table of runs becomes a grid."""
    if page.locator("#runs-host").count():
        expect(page.locator("#runs-host [role$=grid]")).to_be_visible()
    for kind in ("curve", "overlay", "parallel", "progress"):
        figure = page.locator(f"figure[data-chart={kind}]")
        if figure.count():
            figure.first.locator(".chart").focus()
            expect(figure.first).to_have_class(re.compile("is-live"))


def open_grid(page: Any, url: str) -> Any:
    open_page(page, url)
    grid = page.locator("#runs-host [role$=grid]")
    expect(grid).to_be_visible()
    return grid
