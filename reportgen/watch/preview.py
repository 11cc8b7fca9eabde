"""The report as it is right now, in a folder that nobody keeps: pages, pointers, no versions."""

import hashlib
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from urllib.parse import parse_qs

from reportgen import pointers
from reportgen.build import Progress, Report, publish_report
from reportgen.config import Options
from reportgen.errors import ReportError
from reportgen.experiments import ExperimentRuns
from reportgen.memory import Memory
from reportgen.overview import Published
from reportgen.search import publish_search, search_index
from reportgen.site.versions import History, Version, read_history, timestamp
from reportgen.site.writer import SiteFolder
from reportgen.views import addresses

NAME = "preview"
"""What the pages call the version that they are seen in."""

KEPT = 3
"""Builds whose pages stay: a browser may still load parts of one that was just replaced."""


class Preview:
    """A folder with the pages of today, and which of them is the newest of each thing."""

    def __init__(self, folder: Path, started: datetime) -> None:
        """Raises ReportError for a folder with a published site: its history would be lost."""
        if any(version.name != NAME for version in read_history(folder).versions):
            raise ReportError(
                f"{folder} holds a published report.",
                hint="Name another folder for the preview with -o, or none.",
            )
        self.folder = folder
        self._site = SiteFolder(folder)
        self._started = timestamp(started)
        self._memory = Memory()
        self._newest: dict[str, str] = {}
        """Key by the start of the address: `runs/ID.`, `experiments/ID/`."""

        self._replaced: deque[list[str]] = deque()
        self._lock = threading.Lock()

    def forget(self, paths: Iterable[str]) -> None:
        """Look again at what lies at these paths."""
        self._memory.forget(paths)

    def forget_all(self) -> None:
        """Read everything again: the theme, for example, is another."""
        self._memory = Memory()

    def build(self, options: Options, progress: Progress, on_runs: Callable[[], None]) -> Report:
        """Write what changed. Raises ReportError as `build.build` does; then nothing has moved.

        `on_runs` is told when the runs' own pages are there and the others not yet.
        """
        options = replace(options, base_url="", strict=False)

        def runs_are_there(runs: Sequence[ExperimentRuns]) -> None:
            if self._newest:
                self._move_on(_run_keys(chain.from_iterable(r.pages.keys.items() for r in runs)))
                on_runs()

        report = publish_report(options, self._site, progress, self._memory, runs_are_there)
        self._point(report)
        self._move_on(_keys(report.published))
        self._sweep()
        return report

    def close(self) -> None:
        self._site.finish()

    def index(self, report: Report) -> None:
        """Bring the search up to date: it takes long, and nobody waits for it."""
        publish_search(self._site, search_index(report.published, self._site, report.job.stamp))

    def _point(self, report: Report) -> None:
        published = report.published
        version = Version(
            name=NAME,
            created=self._started,
            root=published.root,
            experiments=len(published.experiments),
            runs=len(published.runs),
            models=len(published.models),
        )
        history = History((version,), title=report.job.shared.title)
        job = report.job
        to = pointers.Pointing(job.site, job.theme, job.shared, history)
        pages = pointers.moving_pages(to, published, report.problems)
        pointers.tell_about(to, job)
        pointers.preview(to, published)
        pointers.move(to, published, pages, {})

    def _move_on(self, keys: Iterable[tuple[str, str]]) -> None:
        replaced = []
        with self._lock:
            for start, key in keys:
                if self._newest.get(start, key) != key:
                    replaced.append(f"{start}{self._newest[start]}.")
                self._newest[start] = key
        if replaced:
            self._replaced.append(replaced)

    def _sweep(self) -> None:
        """Remove the pages that were replaced some builds ago."""
        while len(self._replaced) > 2 * KEPT:
            # What was newest before may be so again.
            here = {f"{start}{key}." for start, key in self._newest.items()}
            for start in self._replaced.popleft():
                if start not in here:
                    self._site.drop_pointers(f"{start}*", set())

    def newest(self, address: str) -> str:
        """The address that took the place of a page's; the same if none did."""
        folder, _, name = address.rpartition("/")
        stem = name.removesuffix(".html")
        start, key = (f"{folder}/", stem)
        if folder == "runs":
            id, dot, key = stem.rpartition(".")
            start = f"{folder}/{id}{dot}"
        with self._lock:
            newest = self._newest.get(start)
        return f"{start}{newest}.html" if newest and key != "index" else address

    def state(self, address: str, query: str) -> str:
        """What changes when the page at an address does: the page that took its place, else what
        it says, and which are the newest pages of the runs that the query names."""
        newest = self.newest(address)
        if newest != address:
            return newest
        runs = [id for ids in parse_qs(query).get("runs", ()) for id in ids.split(",")]
        with self._lock:
            keys = [self._newest.get(f"runs/{id}.", "") for id in runs]
        try:
            content = (self.folder / address).read_bytes()
        except OSError:
            content = b""
        return hashlib.sha256(content + "".join(keys).encode()).hexdigest()


def _run_keys(keys: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((f"runs/{addresses.slug(id)}.", key) for id, key in keys)


def _keys(published: Published) -> Iterator[tuple[str, str]]:
    """(start of the address, newest key) of everything that has pages of its own."""
    slug = addresses.slug
    yield from _run_keys(published.keys())
    for ranked in published.experiments:
        yield f"experiments/{slug(ranked.experiment.key)}/", ranked.page
    for id, model in published.models.items():
        yield f"models/{slug(id)}/", model.key
    for name, key in published.registered.items():
        yield f"registry/{slug(name)}/", key
    for path, key in published.projects.items():
        yield f"projects/{slug(path)}/", key
    for one in published.narratives:
        yield f"pages/{slug(addresses.narrative_id(one.name))}/", one.key
