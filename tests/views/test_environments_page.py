"""What the page of all environments says."""

from typing import Any

from reportgen.analysis.environment_uses import (
    Judged,
    only_environment_changed,
    used_environments,
    used_packages,
)
from reportgen.analysis.metrics import Goal
from reportgen.analysis.standings import Judge
from reportgen.analysis.summary import RunSummary
from reportgen.model import Environment, Requirement
from reportgen.views.environments import EnvironmentsPage, Recorded, environments_page
from tests.builders import MINUTE, NOON, a_summary

Uses = tuple[tuple[RunSummary, Environment], ...]


def an_environment(**versions: str) -> Environment:
    pip = tuple(Requirement(name, version) for name, version in versions.items())
    return Environment(python="3.11.7", pip=pip)


def a_value(name: str, acc: float, **changes: Any) -> RunSummary:
    return a_summary(name, **{"metrics": {"acc": acc}, **changes})


def page_of(*uses: tuple[RunSummary, Environment], **changes: Any) -> EnvironmentsPage:
    used = used_environments((run, f"k{hash(env)}", env) for run, env in uses)
    judged = Judged("7", "wine", Judge("acc", Goal.MAX), [run for run, _ in uses])
    recorded = Recorded(
        used=used,
        packages=used_packages(used),
        alone=only_environment_changed([judged], used),
        experiments={"7": "wine"},
        **{"without": 0, **changes},
    )
    return environments_page(recorded)


OLD, NEW = an_environment(numpy="==1.26.4", six=""), an_environment(numpy="==2.1.0", six="")


def test_how_many_runs_recorded_how_many_environments() -> None:
    page = page_of((a_value("a", 1), OLD), (a_value("b", 1), NEW), without=3)

    assert page.lede == (
        "2 runs recorded what they ran with: 2 different environments. 3 runs recorded none."
    )


def test_a_report_without_environments_says_why() -> None:
    page = page_of(without=3)

    assert page.lede.startswith("No run recorded an environment: none logged a model")
    assert page.sections == ()


def test_versions_lead_to_the_environments_that_have_them() -> None:
    page = page_of((a_value("a", 1), OLD), (a_value("b", 1), OLD), (a_value("c", 1), NEW))
    python, numpy = page.differing
    (six,) = page.equal

    assert [(row.version, row.runs) for row in numpy.versions] == [("1.26.4", "2"), ("2.1.0", "1")]
    assert numpy.versions[0].environments.links[0].href == f"#{page.environments[0].id}"
    assert (python.name, python.versions[0].version) == ("python", "3.11.7")
    assert (six.name, six.versions[0].version) == ("six", "any version")


def test_an_environment_lists_its_runs_and_what_sets_it_apart() -> None:
    page = page_of((a_value("a", 1), OLD), (a_value("b", 1), OLD), (a_value("c", 1), NEW))
    first, second = page.environments

    assert (first.runs, first.changes) == ("2 runs", ())
    assert first.facts == ("Python 3.11.7", "2 packages, 1 pinned")
    assert (second.against, second.changes) == (
        "Against environment 1",
        ("numpy 1.26.4 → 2.1.0",),
    )
    assert second.compare.href == "compare.html?runs=id-a,id-c#environment"
    assert [(link.text, link.href) for link in second.newest.links] == [
        ("c", "runs/index.html?id=id-c")
    ]
    assert [(link.text, count) for link, count in first.experiments] == [("wine", "2 runs")]


def test_of_thousands_of_runs_the_newest_are_linked() -> None:
    page = page_of(*((a_value(str(n), 1, started=NOON + n), OLD) for n in range(2000)))
    (one,) = page.environments

    assert [link.text for link in one.newest.links][:2] == ["1999", "1998"]
    assert (len(one.newest.links), one.newest.more) == (12, "and 1,988 more")


def test_what_the_environment_alone_changed() -> None:
    page = page_of((a_value("a", 0.8), OLD), (a_value("b", 0.7, started=NOON + MINUTE), NEW))
    (row,) = page.changed

    assert (row.experiment.text, row.metric, row.packages) == (
        "wine",
        "acc",
        ("numpy 1.26.4 → 2.1.0",),
    )
    assert [chip.text for chip in row.chips] == ["worse"]
    assert [(one.before.text, one.after.text, one.values) for one in row.examples] == [
        ("a", "b", "0.8000 → 0.7000")
    ]


def test_runs_whose_metric_stayed_are_told_apart() -> None:
    page = page_of((a_value("a", 0.8), OLD), (a_value("b", 0.8, started=NOON + MINUTE), NEW))

    assert page.changed == ()
    assert page.same_note == "1 change of the environment without any of the metric"
    assert [chip.text for chip in page.same[0].chips] == ["the same"]


def test_several_runs_of_a_side_say_how_far_apart_they_are() -> None:
    later = NOON + MINUTE
    page = page_of(
        (a_value("a", 0.7), OLD), (a_value("b", 0.9), OLD), (a_value("c", 0.95, started=later), NEW)
    )

    assert page.changed[0].examples[0].note == "mean of 2 runs before, 0.7000 to 0.9000"


def test_many_sets_of_parameters_are_counted() -> None:
    uses: list[tuple[RunSummary, Environment]] = []
    for n in range(5):
        params, gain = {"lr": str(n)}, (0.1, 0.1, 0.1, -0.1, 0)[n]
        uses.append((a_value(f"old {n}", 0.5, params=params), OLD))
        after = a_value(f"new {n}", 0.5 + gain, params=params, started=NOON + MINUTE)
        uses.append((after, NEW))
    (row,) = page_of(*uses).changed

    assert [chip.text for chip in row.chips] == ["3 better", "1 worse", "1 the same"]
    assert (len(row.examples), row.others) == (3, "and 2 more sets of equal parameters")
