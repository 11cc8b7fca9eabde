"""The page that compares any runs of any experiments; its address is the selection.

The page itself is the same for every selection: `compare.html?runs=a,b,c&base=a&all=1#params`.
Its script reads the runs' own data and fills the sections; what stands here is their frame, and
what to choose from while nothing is chosen.
"""

from collections.abc import Sequence
from itertools import islice
from typing import ClassVar

from msgspec import Struct

from reportgen.analysis.metrics import Goal
from reportgen.analysis.standings import Judge, judged_value
from reportgen.analysis.summary import RunSummary
from reportgen.model import RunStatus
from reportgen.views import addresses, wording
from reportgen.views.page import STATUS, Chip, Head, Link, Section, head

MOST_RUNS = 20
"""More columns than that nobody reads; the script holds to it too (`MOST` in compare.js)."""

BEST, NEWEST = 5, 3
"""Runs of each experiment that are offered."""

MOST_EXPERIMENTS = 24

SECTIONS = (
    ("overview", "Overview", "Every run has the same status, experiment, user and times."),
    ("params", "Parameters", "All parameters are equal."),
    ("metrics", "Metrics", "All metrics are equal."),
    ("curves", "Curves", ""),
    ("across", "Across the runs", ""),
    ("tags", "Tags", "All tags are equal."),
    ("environment", "Environment", "The environments are equal: the same Python and packages."),
    ("source", "Source", "All come from the same code."),
    ("datasets", "Datasets", "All read the same data: every digest is equal."),
    ("signatures", "Models and signatures", "The models take and give the same."),
    ("artifacts", "Artifacts", "All files are identical."),
)
"""(id, title, what is said in place of rows when nothing differs) in the order of the page."""


class RankedRuns(Struct, frozen=True):
    """An experiment and those of its runs that are offered."""

    key: str
    name: str
    judge: Judge
    count: int
    """Of all its runs."""

    best: tuple[RunSummary, ...]
    """As they rank today; none where they are not ranked."""

    newest: tuple[RunSummary, ...]
    """Of the others."""


def ranked_runs(
    key: str,
    name: str,
    judge: Judge,
    runs: Sequence[RunSummary],
    ranking: Sequence[RunSummary],
) -> RankedRuns:
    """Those to be offered of an experiment's runs, newest first, by how they rank."""
    best = tuple(ranking[:BEST])
    ids = {run.id for run in best}
    newest = islice((run for run in runs if run.id not in ids), NEWEST)
    return RankedRuns(key, name, judge, len(runs), best, tuple(newest))


class RunChoice(Struct, frozen=True):
    """A run to tick."""

    id: str
    name: str
    note: str
    """`best, 0.9127`; `3rd, 0.9012`; for others when they were started."""

    chip: Chip | None
    """The status of a run that did not finish."""


class ExperimentChoice(Struct, frozen=True):
    link: Link
    note: str
    """`36 runs, by val/accuracy`."""

    runs: tuple[RunChoice, ...]


class ComparedSection(Section, frozen=True):
    """A frame that the script fills, or hides where no run has any of it."""

    equal: str = ""


class ComparePage(Struct, frozen=True):
    template: ClassVar[str] = "compare.html"

    head: Head
    most: int
    how_many: str
    sections: tuple[ComparedSection, ...]
    experiments: tuple[ExperimentChoice, ...]
    others: str
    """How many more experiments there are."""


def compare_page(
    experiments: Sequence[RankedRuns], address: str = addresses.COMPARE
) -> ComparePage:
    """`experiments` are offered in the order given."""
    known = [one for one in experiments if one.count]
    left = len(known) - MOST_EXPERIMENTS
    return ComparePage(
        head=head(
            address,
            "compare",
            "Compare runs",
            description="Runs side by side: what they were given, and what came of it.",
            scripts=("charts", "resolver", "compare"),
        ),
        most=MOST_RUNS,
        how_many=f"2 to {MOST_RUNS}, of any experiments",
        sections=tuple(ComparedSection(id, title, equal=equal) for id, title, equal in SECTIONS),
        experiments=tuple(_experiment(one, address) for one in known[:MOST_EXPERIMENTS]),
        others=f"{wording.count(left, 'more experiment')}: all are on the front page."
        if left > 0
        else "",
    )


def _experiment(one: RankedRuns, address: str) -> ExperimentChoice:
    judged = f", by {one.judge.metric}" if one.best else ""
    return ExperimentChoice(
        link=Link(one.name, addresses.relative(addresses.experiment(one.key), address)),
        note=wording.count(one.count, "run") + judged,
        runs=(
            *(_choice(run, _rank(place, run, one)) for place, run in enumerate(one.best, 1)),
            *(_choice(run, wording.short_time(run.started)) for run in one.newest),
        ),
    )


def _choice(run: RunSummary, note: str) -> RunChoice:
    return RunChoice(
        id=addresses.slug(run.id),
        name=run.name.strip() or wording.short_id(run.id),
        note=note,
        chip=None if run.status is RunStatus.FINISHED else STATUS[run.status],
    )


def _rank(place: int, run: RunSummary, one: RankedRuns) -> str:
    value = wording.number(judged_value(run, one.judge))
    if place == 1:
        better = {Goal.MAX: "highest", Goal.MIN: "lowest"}.get(one.judge.goal, "best")
        return wording.phrase(f"best: {better}, {{}}", value)
    return wording.phrase(f"#{place}, {{}}", value)
