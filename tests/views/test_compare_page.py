"""What the page that compares offers while nothing is chosen."""

from collections.abc import Sequence

from reportgen.analysis.metrics import Goal
from reportgen.analysis.standings import judge_of, ranked
from reportgen.analysis.summary import RunSummary
from reportgen.model import RunStatus
from reportgen.views.compare import (
    BEST,
    MOST_EXPERIMENTS,
    NEWEST,
    ComparePage,
    RankedRuns,
    compare_page,
    ranked_runs,
)
from tests.builders import MINUTE, NOON, a_summary

GOALS = {"acc": Goal.MAX}


def wine(key: str = "7", runs: int = 3, more: Sequence[RunSummary] = ()) -> RankedRuns:
    """Runs of rising accuracy, the newest (and best) first, behind `more`."""
    summaries = tuple(
        a_summary(f"run {place}", metrics={"acc": place / 10}, started=NOON + place * MINUTE)
        for place in reversed(range(runs))
    )
    judge = judge_of(summaries, {}, GOALS, "acc")
    every = (*more, *summaries)
    return ranked_runs(key, f"wine {key}", judge, every, ranked(every, judge))


def offered(page: ComparePage) -> list[list[tuple[str, str]]]:
    return [[(run.name, str(run.note)) for run in one.runs] for one in page.experiments]


def test_the_best_runs_of_each_experiment_are_offered_with_their_places() -> None:
    page = compare_page([wine()])

    assert offered(page) == [[("run 2", "best: highest, 0.2000"), ("run 1", "#2, 0.1000"),
                              ("run 0", "#3, 0")]]  # fmt: skip
    assert page.experiments[0].note == "3 runs, by acc"
    assert page.experiments[0].link.href == "experiments/7/index.html"


def test_of_many_runs_the_best_and_the_newest_are_offered() -> None:
    failed = a_summary("broken", status=RunStatus.FAILED, started=NOON + 99 * MINUTE)
    page = compare_page([wine(runs=20, more=[failed])])

    runs = page.experiments[0].runs
    assert len(runs) == BEST + NEWEST
    assert (runs[BEST].name, runs[BEST].chip and runs[BEST].chip.text) == ("broken", "Failed")


def test_an_experiment_without_runs_has_nothing_to_offer() -> None:
    assert compare_page([wine(runs=0)]).experiments == ()


def test_of_very_many_experiments_the_first_are_offered_and_the_others_counted() -> None:
    page = compare_page([wine(str(place), runs=1) for place in range(MOST_EXPERIMENTS + 2)])

    assert len(page.experiments) == MOST_EXPERIMENTS
    assert page.others == "2 more experiments: all are on the front page."
