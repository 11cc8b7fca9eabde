"""What the first page says."""

from typing import Any

from msgspec.structs import replace

from reportgen.analysis.metrics import Goal
from reportgen.analysis.reproducibility import Share
from reportgen.analysis.standings import Judge
from reportgen.model import RunStatus
from reportgen.views.home import (
    ExperimentGlance,
    HomeInputs,
    HomePage,
    ProjectGlance,
    RegisteredGlance,
    RunGlance,
    glances_by_age,
    home_page,
    thinned,
)
from tests.builders import MINUTE, NOON

DAY = 24 * 60 * MINUTE


def a_run_glance(name: str = "fast", **changes: Any) -> RunGlance:
    glance = RunGlance(
        id=f"id-{name}",
        key="rrr",
        name=name,
        status=RunStatus.FINISHED,
        deleted=False,
        started=NOON,
        duration=MINUTE,
        experiment="7",
        value=0.1,
    )
    return replace(glance, **changes)


def a_glance(name: str = "wine", **changes: Any) -> ExperimentGlance:
    glance = ExperimentGlance(
        key=f"key-{name}",
        page="eee",
        name=name,
        lede="What makes a wine good?",
        deleted=False,
        runs=36,
        statuses=((RunStatus.FINISHED, 34), (RunStatus.FAILED, 2)),
        last=NOON,
        judge=Judge("loss", Goal.MIN),
        best=a_run_glance(),
        course=(0.3, 0.1),
        newest=(a_run_glance(),),
        users=("ada",),
    )
    return replace(glance, **changes)


def home(*experiments: ExperimentGlance, address: str = "index.html", **changes: Any) -> HomePage:
    inputs = HomeInputs(
        title="Wine lab",
        experiments=experiments,
        registered=(),
        projects=(),
        models=0,
        problems=0,
    )
    return home_page(replace(inputs, **changes), address=address, key="hhh")


def test_home_is_called_by_the_title_of_the_site() -> None:
    page = home()

    assert (page.title, page.head.title, page.head.crumbs) == ("Wine lab", "Wine lab", ())


def test_home_opens_with_what_was_reached() -> None:
    assert home(a_glance("wine"), a_glance("beer")).lede == (
        "wine: best loss 0.1000; beer: best loss 0.1000."
    )


def test_an_experiment_in_one_line() -> None:
    (row,) = home(a_glance()).experiments

    assert (row.link.text, row.link.href) == ("wine", "experiments/key-wine/eee.html")
    assert (row.runs, row.statuses, row.last) == (
        *("36 runs", "34 finished, 2 failed", "newest 24 Nov 2026"),
    )
    assert (row.goal, row.metric, row.best) == ("lowest", "loss", "0.1000")
    assert (row.best_run.text, row.best_run.href) == ("fast", "runs/id-fast.rrr.html")


def test_an_experiment_tells_how_many_of_its_runs_could_be_run_again() -> None:
    (row,) = home(a_glance(share=Share(36, 12, 0))).experiments

    assert row.again == "12 of 36 could be run again"


def test_an_experiment_without_a_ranking_names_no_best_run() -> None:
    (row,) = home(a_glance(best=None, judge=Judge("lr"), course=())).experiments

    assert (row.metric, row.goal, row.best, row.best_run.text, row.spark) == ("lr", "", "", "", "")


def test_deleted_experiments_are_marked() -> None:
    page = home(a_glance(deleted=True))

    assert [chip.text for chip in page.experiments[0].chips] == ["Deleted"]


def test_a_deleted_experiment_is_neither_praised_nor_news() -> None:
    page = home(a_glance(deleted=True))

    assert (page.lede, page.newest) == ("", ())


def test_the_newest_runs_of_all_experiments_go_first() -> None:
    old = a_glance("wine", newest=(a_run_glance("old", started=NOON - DAY),))
    new = a_glance("beer", newest=(a_run_glance("new", started=NOON),))

    newest = home(old, new).newest

    assert [(run.link.text, run.experiment.text) for run in newest] == [
        ("new", "beer"),
        ("old", "wine"),
    ]


def test_of_very_many_new_runs_some_are_named() -> None:
    glances = tuple(a_run_glance(str(n)) for n in range(20))

    assert len(home(a_glance(newest=glances)).newest) == 8


def test_a_run_without_a_result_is_named_without_one() -> None:
    (run,) = home(a_glance(newest=(a_run_glance(value=None, duration=None),))).newest

    assert (run.value, run.duration) == ("", "–")


def test_a_registered_model_with_what_is_in_use() -> None:
    model = RegisteredGlance(
        name="Wine classifier",
        page="mmm",
        lede="Tells wines apart.",
        versions=3,
        aliases=(("champion", 2),),
        stages=(("Staging", 3),),
        updated=NOON,
    )

    (row,) = home(registered=(model,)).registered

    assert row.link.href.startswith("registry/wine-classifier~") and "/mmm.html" in row.link.href
    assert [chip.text for chip in row.chips] == ["@champion v2", "Staging v3"]
    assert (row.versions, row.updated) == ("3 versions", "24 Nov 2026")


def test_a_project_with_its_entry_points() -> None:
    project = ProjectGlance("wine", "train", "ppp", ("main", "evaluate"), 7)

    (row,) = home(projects=(project,)).projects

    assert (row.link.text, row.link.href) == ("wine", "projects/train/ppp.html")
    assert (row.entry_points, row.runs) == (("main", "evaluate"), "7 runs launched from it")


def test_a_project_without_a_name_is_called_by_its_folder() -> None:
    (row,) = home(projects=(ProjectGlance("", "train", "ppp", (), 0),)).projects

    assert row.link.text == "train"


def test_problems_are_counted_with_a_link() -> None:
    page = home(problems=2)

    assert (page.problems, page.problems_href) == ("2 problems", "problems.html")


def test_without_problems_there_is_no_link() -> None:
    assert home().problems_href == ""


def test_the_frozen_page_of_a_version_has_the_same_links_from_its_own_place() -> None:
    page = home(a_glance(), address="versions/2026-11-24-3f2a9c1b.html")

    assert page.experiments[0].link.href == "../experiments/key-wine/eee.html"
    assert page.head.root == "../"


def test_what_is_here_is_counted() -> None:
    page = home(a_glance("wine"), a_glance("beer", deleted=True), models=4)

    tiles = {tile.name: tile.value for tile in page.tiles}
    assert (tiles["runs"], tiles["models"]) == ("72", "4")


def test_an_empty_report_has_a_home() -> None:
    page = home()

    assert (page.lede, page.experiments, page.newest) == ("", (), ())


def test_experiments_with_the_newest_runs_go_first_and_deleted_ones_last() -> None:
    old, new = a_glance("old", last=NOON - DAY), a_glance("new", last=NOON)
    deleted, empty = a_glance("deleted", last=NOON + DAY, deleted=True), a_glance("e", last=None)

    ordered = glances_by_age([deleted, empty, old, new])

    assert [one.name for one in ordered] == ["new", "old", "e", "deleted"]


def test_a_long_course_keeps_its_first_and_its_last_value() -> None:
    course = thinned([float(n) for n in range(1000)])

    assert (len(course), course[0], course[-1]) == (40, 0.0, 999.0)


def test_a_short_course_stays() -> None:
    assert thinned([0.3, 0.1]) == (0.3, 0.1)
