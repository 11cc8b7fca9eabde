"""Which charts across the runs an experiment gets, and when it gets none."""

import random
from typing import Any

from reportgen.analysis.metrics import Goal
from reportgen.analysis.standings import Judge
from reportgen.analysis.summary import RunSummary
from reportgen.views.experiment import varied
from reportgen.views.experiment_charts import Matters, what_matters
from tests.builders import NOON, a_summary

JUDGE = Judge("acc", Goal.MAX)


def runs(count: int, **changes: Any) -> list[RunSummary]:
    return [
        a_summary(
            f"r{n}",
            params={"lr": f"0.{n % 7 + 1}", "opt": "sgd" if n < count // 2 else "adam"},
            metrics={"acc": 0.5 + (n % 7) / 50 + (n % 3) / 300 + 0.3 * (n >= count // 2)},
            started=NOON + n,
            **changes,
        )
        for n in range(count)
    ]


def matters(count: int) -> Matters:
    made = runs(count)
    return what_matters(made, JUDGE, varied(made, JUDGE))


def test_a_few_runs_are_told_by_the_table_alone() -> None:
    assert matters(5) == Matters()


def test_many_runs_get_every_chart_each_with_its_data() -> None:
    found = matters(42)

    assert [card.kind for card in found.cards] == ["importance", "scatter", "strips", "heatmap"]
    assert all(card.told.rows and card.alt for card in found.cards)
    assert found.cards[0].note.startswith("42 runs, held-out R²")


def test_runs_too_few_to_learn_from_get_no_importance_and_no_excuse() -> None:
    found = matters(14)

    assert "importance" not in {card.kind for card in found.cards}
    assert found.silence == ""


def test_why_there_is_no_importance_is_said_where_it_could_be_expected() -> None:
    chance = random.Random(5)
    noise = [
        a_summary(
            f"r{n}",
            params={"a": str(n % 5), "b": str(n % 4)},
            metrics={"acc": chance.random()},
            started=NOON + n,
        )
        for n in range(30)
    ]

    found = what_matters(noise, JUDGE, varied(noise, JUDGE))

    assert found.silence == (
        "The importance of parameters is not shown: the parameters do not predict the metric of"
        " held-out runs (30 runs)."
    )


def test_a_change_of_level_is_explained_with_the_run_and_the_parameter() -> None:
    trend = matters(42).trend

    assert trend is not None
    assert "From r21 on it went up" in trend.below and "opt from sgd to adam" in trend.below


def test_runs_that_failed_are_in_no_chart() -> None:
    failed = [a_summary(f"x{n}", metrics={"loss": 1.0}) for n in range(30)]

    assert what_matters(failed, JUDGE, ()) == Matters()
