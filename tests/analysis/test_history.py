"""What changed between two report versions, told from what is remembered of each."""

from collections.abc import Mapping, Sequence
from typing import Any

from reportgen.analysis.facts import (
    Facts,
    ProjectFacts,
    RegisteredFacts,
    experiment_facts,
    experiment_from,
    experiment_json,
    registered_facts,
)
from reportgen.analysis.history import (
    ChangedEnvironment,
    ChangedExperiment,
    ChangedPackage,
    Changes,
    Moved,
    NewValues,
    changes_between,
)
from reportgen.analysis.metrics import Goal
from reportgen.analysis.standings import Judge, ranked
from reportgen.analysis.summary import RunSummary
from reportgen.model import ModelVersion, RegisteredModel, RunStatus
from tests.builders import a_summary

LOSS = Judge("loss", Goal.MIN)


def remembered(
    *runs: RunSummary,
    judge: Judge = LOSS,
    packages: Mapping[str, Mapping[str, str]] | None = None,
    **more: Any,
) -> Facts:
    """The facts of a report with one experiment, `wine`."""
    keys = {run.id: f"key-of-{run.id}" for run in runs}
    facts = experiment_facts("wine", runs, ranked(runs, judge), judge, keys, packages or {})
    return Facts({"7": facts}, **more)


def names(runs: Sequence[Any]) -> list[str]:
    return [run.name for run in runs]


def test_nothing_changed() -> None:
    facts = remembered(a_summary("one", metrics={"loss": 0.5}))

    assert changes_between(facts, facts) == Changes()


def test_a_run_came() -> None:
    found = changes_between(remembered(a_summary("a")), remembered(a_summary("a"), a_summary("b")))

    (run,) = found.added
    assert (run.name, run.experiment, run.before, run.status) == ("b", "wine", "", "FINISHED")


def test_a_run_finished() -> None:
    before = remembered(a_summary("a", status=RunStatus.RUNNING))

    (run,) = changes_between(before, remembered(a_summary("a"))).finished

    assert (run.before, run.status) == ("RUNNING", "FINISHED")


def test_a_run_that_failed_finished_too() -> None:
    before = remembered(a_summary("a", status=RunStatus.RUNNING))

    found = changes_between(before, remembered(a_summary("a", status=RunStatus.FAILED)))

    assert names(found.finished) == ["a"]


def test_a_run_is_no_longer_in_the_sources() -> None:
    """Its page is that of the version which had it last."""
    (run,) = changes_between(remembered(a_summary("a")), remembered()).vanished

    assert (run.name, run.key) == ("a", "key-of-id-a")


def test_a_run_was_deleted() -> None:
    found = changes_between(remembered(a_summary("a")), remembered(a_summary("a", deleted=True)))

    assert (names(found.deleted), found.vanished, found.finished) == (["a"], (), ())


def test_runs_are_told_by_name() -> None:
    after = remembered(*(a_summary(name) for name in "cab"))

    assert names(changes_between(remembered(), after).added) == ["a", "b", "c"]


def test_an_experiment_that_came_tells_its_runs_as_a_number() -> None:
    found = changes_between(Facts(), remembered(a_summary("a"), a_summary("b")))

    assert found.new_experiments == (ChangedExperiment("7", "wine", 2),)
    assert found.added == ()


def test_an_experiment_went() -> None:
    found = changes_between(remembered(a_summary("a")), Facts())

    assert (names(found.gone_experiments), found.vanished) == (["wine"], ())


# Bests


def test_a_new_best_tells_how_much_better() -> None:
    before = remembered(a_summary("a", metrics={"loss": 0.5}))
    after = remembered(
        a_summary("a", metrics={"loss": 0.5}), a_summary("b", metrics={"loss": 0.25})
    )

    (best,) = changes_between(before, after).bests

    assert (best.run_name, best.value, best.before) == ("b", 0.25, 0.5)


def test_a_best_that_got_worse_is_no_new_best() -> None:
    """Its run may have been deleted."""
    before = remembered(a_summary("a", metrics={"loss": 0.25}))

    assert changes_between(before, remembered(a_summary("b", metrics={"loss": 0.5}))).bests == ()


def test_higher_is_better_where_the_goal_says_so() -> None:
    judge = Judge("accuracy", Goal.MAX)
    before = remembered(a_summary("a", metrics={"accuracy": 0.8}), judge=judge)
    after = remembered(a_summary("b", metrics={"accuracy": 0.9}), judge=judge)

    (best,) = changes_between(before, after).bests

    assert (best.value, best.before) == (0.9, 0.8)


def test_the_first_best_has_none_before_it() -> None:
    (best,) = changes_between(remembered(), remembered(a_summary("a", metrics={"loss": 1.0}))).bests

    assert best.before is None


def test_bests_of_two_metrics_are_not_compared() -> None:
    before = remembered(a_summary("a", metrics={"mae": 0.1}), judge=Judge("mae", Goal.MIN))
    after = remembered(a_summary("a", metrics={"mae": 0.1, "loss": 0.5}))

    (best,) = changes_between(before, after).bests

    assert (best.metric, best.before) == ("loss", None)


def test_where_no_direction_is_known_nothing_is_the_best() -> None:
    judge = Judge("figure", Goal.UNKNOWN)
    after = remembered(a_summary("a", metrics={"figure": 0.5}), judge=judge)

    assert changes_between(remembered(judge=judge), after).bests == ()


# Parameters


def test_values_that_were_never_tried_before() -> None:
    before = remembered(a_summary("a", params={"lr": "0.1"}))
    after = remembered(
        a_summary("a", params={"lr": "0.1"}), a_summary("b", params={"lr": "0.01", "seed": "4"})
    )

    assert changes_between(before, after).params == (
        NewValues("wine", "lr", ("0.01",), is_new=False),
        NewValues("wine", "seed", ("4",), is_new=True),
    )


def test_two_long_values_that_begin_alike_are_two() -> None:
    before = remembered(a_summary("a", params={"text": "x" * 500 + "a"}))
    after = remembered(a_summary("a", params={"text": "x" * 500 + "b"}))

    (values,) = changes_between(before, after).params

    assert len(values.values[0]) < 100


# Models


def test_model_versions_were_registered_and_aliases_moved() -> None:
    before = {"wine": RegisteredFacts((1,), {"champion": 1}, {"Production": 1})}
    after = {
        "wine": RegisteredFacts((1, 2), {"champion": 2, "challenger": 1}, {}),
        "new": RegisteredFacts((1,)),
    }

    found = changes_between(Facts(registered=before), Facts(registered=after))

    assert found.registered == (("new", 1), ("wine", 2))
    assert found.moved == (
        Moved("wine", "@challenger", None, 1),
        Moved("wine", "@champion", 1, 2),
        Moved("wine", "Production", 1, None),
    )


def test_what_is_archived_is_in_no_stage() -> None:
    versions = (ModelVersion("wine", 1, "Production"), ModelVersion("wine", 2, "Archived"))

    assert registered_facts(RegisteredModel("wine", versions=versions)).stages == {"Production": 1}


# Environments


def test_an_experiment_s_environment_is_that_of_its_newest_run_that_has_one() -> None:
    runs = [a_summary(name) for name in ("newest", "middle", "oldest")]
    before = remembered(runs[2], packages={"id-oldest": {"numpy": "==1.0", "flask": "==3"}})
    after = remembered(
        *runs, packages={"id-middle": {"numpy": "==2.0", "torch": ""}, "id-oldest": {}}
    )

    assert changes_between(before, after).environments == (
        ChangedEnvironment(
            "experiment",
            "wine",
            (
                ChangedPackage("flask", "==3", None),
                ChangedPackage("numpy", "==1.0", "==2.0"),
                ChangedPackage("torch", None, ""),
            ),
        ),
    )


def test_a_project_s_environment_changed() -> None:
    before = Facts(projects={".": ProjectFacts("lab", {"python": "3.11"})})
    after = Facts(projects={".": ProjectFacts("lab", {"python": "3.12"})})

    (found,) = changes_between(before, after).environments

    assert (found.what, found.name) == ("project", "lab")


# As it is kept


def test_facts_that_were_written_are_read() -> None:
    facts = remembered(
        a_summary("a", metrics={"loss": 0.5}, params={"lr": "0.1"}),
        a_summary("b", deleted=True),
        packages={"id-a": {"python": "3.11.7"}},
    ).experiments["7"]

    assert experiment_from(experiment_json(facts)) == facts
