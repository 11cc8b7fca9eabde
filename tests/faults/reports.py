"""Reports of stores that are mutated again and again, into one folder, and checked each time."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings

from reportgen.build import Report, publish_report
from reportgen.config import Options
from reportgen.errors import ReportError
from reportgen.history import changes_told, facts_of
from reportgen.memory import Memory
from reportgen.pointers import Pointing, move, moving_pages
from reportgen.search import search_index
from reportgen.site.versions import History, Version, timestamp
from reportgen.site.writer import SiteFolder
from tests.faults.mutations import Mutation, mutate, mutations, restore, small, snapshot
from tests.sites import NOW


@dataclass
class Desk:
    """Where reports of mutated stores are made: what they have in common is made once."""

    site: SiteFolder
    memory: Memory = field(default_factory=lambda: Memory(learns=False))
    kept: set[str] = field(default_factory=set)

    def report(self, store: Path, before: Report | None, *, pointers: bool) -> Report:
        """All that a build makes of a store but a version that is kept; the pages that move too,
        if asked for."""
        self.memory.forget(["/"])
        options = Options(sources=(str(store),), output=self.site.folder, jobs=1)
        report = publish_report(options, self.site, _in_silence, self.memory)
        published = report.published
        search_index(published, self.site, report.job.stamp)
        facts = facts_of(published)
        if before is not None:
            changes_told(facts_of(before.published), facts)
        if pointers:
            version = Version("trial", timestamp(NOW), published.root, 0, 0, 0)
            to = Pointing(self.site, report.job.theme, report.job.shared, History((version,)))
            move(to, published, moving_pages(to, published, report.problems), {})
        return report

    def sweep(self) -> None:
        """Remove what was written since the first report."""
        for address in self.site.files().keys() - self.kept:
            (self.site.folder / address).unlink()


@dataclass
class Trial:
    """A small store, its mutated copy, and the report of it."""

    pristine: Path
    store: Path
    desk: Desk
    whole: Report
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def database(self) -> bool:
        return (self.pristine / "mlflow.db").exists()

    def attempt(self, drawn: list[Mutation]) -> None:
        """Build a report of the store with these mutations; AssertionError for what must not be."""
        touched = mutate(self.store, drawn)
        try:
            self._check(touched, pointers=drawn[0].value % 4 == 0)
        finally:
            restore(self.store, self.pristine, touched)
            self.desk.sweep()

    def _check(self, touched: set[str], *, pointers: bool) -> None:
        before = snapshot(self.store)
        try:
            with in_time():
                report = self.desk.report(self.store, self.whole, pointers=pointers)
        except ReportError as error:
            self._count("refused")
            assert "mistake" not in str(error)
        else:
            self._count("problems" if report.problems else "no problem")
            mistakes = [
                problem
                for _, _, group in report.problems
                for problem in group
                if "a mistake of its own" in problem.what
            ]
            assert not mistakes, mistakes
            self._check_others(report, touched)
        assert snapshot(self.store) == before

    def _check_others(self, report: Report, touched: set[str]) -> None:
        """Runs that have nothing to do with what was touched have the same page as ever."""
        owners = {name.split("/")[2] if name.count("/") > 2 else "" for name in touched}
        if self.database or not all(len(owner) == 32 for owner in owners):
            return  # what several runs share was touched
        is_place = any(name.endswith("meta.yaml") or "mlflow.parent" in name for name in touched)
        related = owners | {id for owner in owners for id in self._related(owner, is_place)}
        for id, run in self.whole.published.runs.items():
            if id not in related:
                assert report.published.runs[id].key == run.key, f"{id} changed"

    def _related(self, owner: str, is_place: bool) -> set[str]:
        """The runs whose pages tell of a run: the next one, its parent, its children, wherever
        they are; where its own place among them may have changed, all of its experiment."""
        runs = {id: one.summary for id, one in self.whole.published.runs.items()}
        if owner not in runs:
            return set(runs)
        own = [one for one in runs.values() if one.experiment_id == runs[owner].experiment_id]
        family = {
            id for id, one in runs.items() if owner == one.parent_id or runs[owner].parent_id == id
        }
        if is_place:
            return family | {one.id for one in own}
        line = [one for one in own if one.parent_id == runs[owner].parent_id]
        line.sort(key=lambda one: (one.started or 0, one.id))
        after = line.index(runs[owner]) + 1
        return family | {one.id for one in line[after : after + 1]}

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1


LONGEST = 60.0
"""Seconds of the processor. A report takes a fraction of one: what takes so long never ends."""


@contextmanager
def in_time() -> Iterator[None]:
    """Raises AssertionError in what does not end."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _give_up(*told: object) -> None:
    raise AssertionError("the build does not end")


def _in_silence(doing: str, done: int, total: int) -> None:
    pass


def trial(store: Path, folder: Path) -> Trial:
    """For a real store: what `folder` holds is written over."""
    pristine = small(store, folder / "pristine")
    copy = small(store, folder / "mutated")
    restore(copy, pristine, {name for name in snapshot(pristine) if (pristine / name).is_file()})
    desk = Desk(SiteFolder(folder / "_site"))
    whole = desk.report(copy, None, pointers=True)
    desk.kept = set(desk.site.files())
    return Trial(pristine, copy, desk, whole)


def attempts(one: Trial, count: int, seed: int) -> None:
    """So many random mutations, the same for the same seed; the first that fails is raised, made as
    small as it can be."""

    @hypothesis.seed(seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(mutations(one.database))
    def attempt(drawn: list[Mutation]) -> None:
        one.attempt(drawn)

    attempt()
