"""The runs of a build, by experiment: read when somebody asks for them, which nobody does of an
experiment that is as it was.

What pages other than its own say of an experiment is made of its runs once, a part for each of
those pages, and remembered for as long as none of the runs changes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import TypeVar

from msgspec import Struct

from reportgen.analysis.summary import RunSummary
from reportgen.batch import Job, RunResult
from reportgen.model import Experiment
from reportgen.parts import Record
from reportgen.views import addresses

Piece = TypeVar("Piece")


class RunPages(Struct, frozen=True):
    """The pages of an experiment's runs."""

    keys: dict[str, str]
    """By run, in order of start."""

    addresses: tuple[str, ...]
    evaluated: dict[str, str]
    """The names of the models that the runs evaluated, as their pages say them, by id."""

    def hold(self, job: Job, there: Set[str]) -> bool:
        """Whether they are all there, and would be made as they are."""
        same = all(job.models.get(id, "") == name for id, name in self.evaluated.items())
        return same and there >= set(self.addresses)


def run_pages(job: Job, results: Sequence[RunResult]) -> RunPages:
    keys = {result.summary.id: result.key for result in results}
    return RunPages(
        keys=keys,
        addresses=tuple(addresses.run(id, key) for id, key in keys.items()),
        evaluated={
            id: job.models.get(id, "") for result in results for id in sorted(result.evaluated)
        },
    )


@dataclass(slots=True)
class ExperimentRuns:
    """An experiment and its runs."""

    experiment: Experiment
    pages: RunPages
    record: Record
    """What was made of them."""

    read: Callable[[], Sequence[RunResult]]
    """Gives their results, in order of start."""

    _results: Sequence[RunResult] | None = field(default=None, init=False)
    _newest: tuple[RunResult, ...] | None = field(default=None, init=False)
    _summaries: tuple[RunSummary, ...] | None = field(default=None, init=False)

    @property
    def results(self) -> Sequence[RunResult]:
        """In order of start."""
        if self._results is None:
            self._results = self.read()
        return self._results

    def piece(self, form: type[Piece], make: Callable[[Sequence[RunResult]], Piece]) -> Piece:
        """What some page says of the runs, made of their results; data of a form that msgspec
        knows, by which it is found again."""
        return self.record.get(form, lambda: make(self.results))

    @property
    def newest(self) -> tuple[RunResult, ...]:
        """The results, the newest first."""
        if self._newest is None:
            order = sorted(
                self.results, key=lambda one: (-(one.summary.started or 0), one.summary.id)
            )
            self._newest = tuple(order)
        return self._newest

    @property
    def summaries(self) -> tuple[RunSummary, ...]:
        """Those of the runs, the newest first; always the same tuple."""
        if self._summaries is None:
            self._summaries = tuple(result.summary for result in self.newest)
        return self._summaries

    def without_runs(self, experiment: Experiment) -> "ExperimentRuns":
        """An experiment in place of this one that has none, and of which nothing is remembered."""
        return ExperimentRuns(experiment, RunPages({}, (), {}), Record(""), tuple)

    def unremembered(self) -> "ExperimentRuns":
        """The same runs, and nothing that was made of them."""
        return replace(self, record=Record(""))


class Results(Mapping[str, RunResult]):
    """Those of all runs, by id: those of an experiment are read when one of them is asked for."""

    def __init__(self, experiments: Sequence[ExperimentRuns]) -> None:
        self._of = {id: one for one in experiments for id in one.pages.keys}
        self._read: dict[str, RunResult] = {}

    def __getitem__(self, id: str) -> RunResult:
        if id not in self._read:
            results = self._of[id].results
            self._read.update((result.summary.id, result) for result in results)
        return self._read[id]

    def __contains__(self, id: object) -> bool:
        return id in self._of

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)
