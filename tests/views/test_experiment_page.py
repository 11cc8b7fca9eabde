"""What the page of an experiment says."""

from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

import pytest
from msgspec import structs

from reportgen.analysis.metrics import Goal
from reportgen.analysis.reproducibility import Verdict
from reportgen.analysis.standings import Judge, judge_of
from reportgen.analysis.summary import RunSummary
from reportgen.charts.overlay import RunCurve
from reportgen.errors import Problem
from reportgen.model import Experiment, RunStatus
from reportgen.views import addresses
from reportgen.views.experiment import (
    ExperimentInputs,
    ExperimentPage,
    experiment_page,
    goal_sentence,
    record,
    run_table,
    varied,
)
from reportgen.views.experiment_data import TableData, experiment_table
from reportgen.views.run_columns import TableLines, csv_lines, shown_metrics
from tests.builders import MINUTE, NOON, a_dataset, a_history, a_summary, an_experiment

ADDRESS = addresses.experiment("7", "abc")


def inputs_of(
    *runs: RunSummary, experiment: Experiment | None = None, judge: Judge | None = None
) -> ExperimentInputs:
    return ExperimentInputs(
        experiment=experiment or an_experiment(),
        runs=runs,
        keys={run.id: "key" for run in runs},
        judge=judge or judge_of(runs, {}, {}, ""),
    )


def page_of(
    *runs: RunSummary, curves: Mapping[str, Sequence[RunCurve]] | None = None, **given: Any
) -> ExperimentPage:
    return page_with(inputs_of(*runs, **given), curves)


def page_with(
    inputs: ExperimentInputs, curves: Mapping[str, Sequence[RunCurve]] | None = None
) -> ExperimentPage:
    return experiment_page(
        inputs, run_table(inputs), address=ADDRESS, key="abc", curves=curves or {}
    )


ABOUT = 3
"""Columns that every table begins with: status, start and duration."""


def headings(page: ExperimentPage) -> list[str]:
    return [f"{column.name} {column.note}".strip() for column in page.columns[ABOUT:]]


def rows(page: ExperimentPage) -> dict[str, list[str]]:
    return {row.link.text: [cell.text for cell in row.cells[ABOUT:]] for row in page.rows}


def names(page: ExperimentPage) -> list[str]:
    return ["  " * row.depth + row.link.text for row in page.rows]


# The table


def test_only_parameters_that_differ_get_a_column() -> None:
    slow = a_summary("slow", params={"lr": "0.01", "seed": "7"})
    fast = a_summary("fast", params={"lr": "0.1", "seed": "7"})

    page = page_of(slow, fast)

    assert headings(page) == ["lr"]
    assert rows(page) == {"slow": ["0.01"], "fast": ["0.1"]}
    assert [(pair.name, pair.value) for pair in page.constant] == [("seed", "7")]


def test_runs_without_any_parameters_make_none_differ() -> None:
    """Such as the parent of a sweep."""
    page = page_of(a_summary("sweep"), a_summary("a", params={"seed": "7"}))

    assert (headings(page), page.constant[0].name) == ([], "seed")


def test_a_metric_shows_its_best_value_its_step_and_its_last_value() -> None:
    page = page_of(a_summary("a", metrics={"loss": (0.5, 0.2, 0.4)}))

    assert headings(page) == ["loss best", "loss at step", "loss last", "loss trend"]
    assert rows(page) == {"a": ["0.2000", "1", "0.4000", ""]}
    assert "<svg" in str(page.rows[0].cells[-1].spark)


def test_of_other_metrics_one_value_is_shown_at_first() -> None:
    page = page_of(a_summary("a", metrics={"accuracy": (0.8, 0.9, 0.7), "loss": (0.5, 0.2, 0.4)}))

    assert [one for one in headings(page) if not one.startswith("accuracy")] == ["loss best"]


def test_a_metric_that_was_logged_once_takes_one_column() -> None:
    page = page_of(a_summary("a", metrics={"accuracy": (0.8, 0.9), "loss": 0.2, "lr": 0.1}))

    assert [one for one in headings(page) if not one.startswith("accuracy")] == ["loss", "lr"]


def test_without_a_direction_a_metric_shows_its_last_value() -> None:
    page = page_of(a_summary("a", metrics={"lr": (0.5, 0.2)}))

    assert headings(page)[:2] == ["lr last", "lr trend"]
    assert rows(page)["a"][0] == "0.2000"


def test_the_best_run_goes_first_and_deleted_ones_last() -> None:
    page = page_of(
        a_summary("deleted", metrics={"loss": 0.0}, deleted=True),
        a_summary("unknown", metrics={"loss": nan}),
        a_summary("bad", metrics={"loss": 0.3}),
        a_summary("good", metrics={"loss": 0.1}),
    )

    assert names(page) == ["good", "bad", "unknown", "deleted"]


def test_children_stand_below_their_parent() -> None:
    page = page_of(
        a_summary("other", metrics={"loss": 0.2}),
        a_summary("sweep"),
        a_summary("a", parent="sweep", metrics={"loss": 0.3}),
        a_summary("b", parent="sweep", metrics={"loss": 0.1}),
    )

    assert names(page) == ["sweep", "  b", "  a", "other"]


def test_a_run_leads_to_its_page() -> None:
    page = page_of(a_summary("fast"))

    assert page.rows[0].link.href == "../../runs/id-fast.key.html"


def test_the_best_value_is_marked() -> None:
    page = page_of(a_summary("a", metrics={"loss": 0.3}), a_summary("b", metrics={"loss": 0.1}))

    assert [[cell.best for cell in row.cells[ABOUT:]] for row in page.rows] == [[True], [False]]


def test_bars_go_from_the_worst_to_the_best() -> None:
    runs = [a_summary(str(loss), metrics={"loss": loss}) for loss in (0.1, 0.2, 0.3)]

    page = page_of(*runs)

    assert [row.cells[ABOUT].share for row in page.rows] == ["100%", "50%", "0%"]


def test_of_many_runs_the_first_are_in_the_page_itself() -> None:
    page = page_of(*(a_summary(str(n)) for n in range(51)))

    assert (len(page.rows), page.runs) == (30, "51 runs")
    assert page.rows_notes == ("The first 30 of 51 runs; the whole table needs JavaScript.",)
    assert len(page_of(*(a_summary(str(n)) for n in range(50))).rows) == 50


def test_a_row_begins_with_state_start_and_duration() -> None:
    page = page_of(a_summary("a", deleted=True))

    status, started, duration = page.rows[0].cells
    assert [chip.text for chip in status.chips] == ["Finished", "Deleted"]
    assert (started.text, duration.text) == ("24 Nov 2026 12:00", "1 min")


def test_a_parent_without_a_value_shows_the_best_of_its_children_and_says_so() -> None:
    page = page_of(
        a_summary("sweep"),
        a_summary("a", parent="sweep", metrics={"loss": 0.3, "lr": 1.0}),
        a_summary("b", parent="a", metrics={"loss": 0.1, "lr": 2.0}),
    )

    loss, lr = page.rows[0].cells[ABOUT:]
    assert (loss.text, loss.rolled, loss.look) == (
        "0.1000",
        "best of 2 runs below it",
        "num rolled",
    )
    assert (lr.text, lr.rolled) == ("", "")
    assert "in grey italics" in page.rows_notes[-1]


def test_settings_say_which_columns_the_table_begins_with() -> None:
    run = a_summary("a", params={"lr": "1"}, metrics={"loss": (0.2, 0.4)}, tags={"team": "wine"})
    named = ("tags.team", "metrics.nowhere", "metrics.loss", "status", "best_step.loss")

    page = page_with(structs.replace(inputs_of(run), columns=named))

    told = [f"{column.name} {column.note}".strip() for column in page.columns]
    assert told == ["team", "loss last", "status", "loss at step"]


def test_settings_that_name_no_column_of_the_experiment_change_nothing() -> None:
    inputs = inputs_of(a_summary("a"))

    page = page_with(structs.replace(inputs, columns=("params.other",)))

    assert [column.name for column in page.columns] == ["status", "started", "duration"]


def test_long_texts_are_no_columns_to_begin_with_and_are_cut_in_their_cells() -> None:
    runs = [
        a_summary(str(n), params={"note": f"{n} " * 60, **{f"p{i}": str(n) for i in range(6)}})
        for n in range(2)
    ]

    assert "note" not in headings(page_of(*runs))
    inputs = structs.replace(inputs_of(*runs), columns=("params.note",))
    page = page_with(inputs)
    assert len(page.rows[0].cells[0].text) == 80


# How it is judged


@pytest.mark.parametrize(
    ("judge", "sentence"),
    [
        (Judge("loss", Goal.MIN), "judged by loss, lower is better (by its name)"),
        (Judge("score", Goal.MAX, "settings"), "judged by score, higher is better (as configured)"),
        (
            Judge("score", Goal.MAX, "tags"),
            "judged by score, higher is better (as the experiment’s tags say)",
        ),
        (Judge(), ""),
    ],
)
def test_the_page_says_how_runs_are_judged_and_who_says_so(judge: Judge, sentence: str) -> None:
    assert goal_sentence(judge) == sentence


def test_where_the_direction_is_not_known_the_page_says_how_to_tell_it() -> None:
    assert "say so in reportgen.yml" in goal_sentence(Judge("lr"))


def test_the_main_metric_goes_first_then_those_of_most_runs() -> None:
    runs = [
        a_summary("a", metrics={"train_loss": 1.0, "loss": 1.0, "rare": 1.0, "accuracy": 1.0}),
        a_summary("b", metrics={"train_loss": 1.0, "loss": 1.0}),
    ]

    order = shown_metrics(runs, Judge("accuracy", Goal.MAX))

    assert order == ("accuracy", "loss", "train_loss", "rare")


# The numbers on top


def test_the_best_value_is_a_headline() -> None:
    page = page_of(
        a_summary("slow", metrics={"loss": 0.3}), a_summary("fast", metrics={"loss": 0.1})
    )

    tile = page.tiles[0]
    assert (tile.name, tile.value, tile.note) == ("best loss", "0.1000", "fast")


def test_runs_are_counted_by_their_state() -> None:
    page = page_of(
        a_summary("a"),
        a_summary("b", status=RunStatus.FAILED),
        a_summary("c", deleted=True),
    )

    (tile,) = [tile for tile in page.tiles if tile.name == "runs"]
    assert (tile.value, tile.note) == ("3", "1 finished · 1 failed · 1 deleted")


def test_the_time_of_a_parent_is_that_of_its_children() -> None:
    """Adding both would count it twice."""
    page = page_of(
        a_summary("sweep", ended=NOON + 10 * MINUTE),
        a_summary("a", parent="sweep", ended=NOON + 4 * MINUTE),
        a_summary("b", parent="sweep", ended=NOON + 6 * MINUTE),
    )

    (tile,) = [tile for tile in page.tiles if tile.name == "compute"]
    assert tile.value == "10 min"


def test_the_course_is_the_best_value_so_far() -> None:
    runs = [
        a_summary("a", metrics={"loss": 0.3}, started=NOON),
        a_summary("b", metrics={"loss": 0.4}, started=NOON + 1),
        a_summary("c", metrics={"loss": 0.1}, started=NOON + 2),
    ]

    assert record(runs, Judge("loss", Goal.MIN)) == [0.3, 0.3, 0.1]


# Charts


def sweep(count: int) -> list[RunSummary]:
    return [
        a_summary(
            str(n),
            params={"lr": f"{n / 10}", "seed": "7"},
            metrics={"loss": n / 10},
            started=NOON + n,
        )
        for n in range(1, count + 1)
    ]


def test_parameters_that_vary_are_drawn_against_the_outcome() -> None:
    page = page_of(*sweep(4))

    assert page.parallel is not None
    assert "4 runs, loss from 0.4000 to 0.1000" in page.parallel.note


def test_two_runs_make_no_chart_of_parameters_and_none_of_progress() -> None:
    page = page_of(*sweep(2))

    assert (page.parallel, page.progress) == (None, None)


def test_a_parameter_that_does_not_vary_is_not_drawn() -> None:
    assert varied(sweep(4), Judge("loss", Goal.MIN)) == ("lr",)


def test_progress_is_drawn_from_three_runs_on() -> None:
    page = page_of(*sweep(3))

    assert page.progress is not None and page.progress.title == "best loss over time"


def test_curves_are_overlaid_the_best_ones_in_colour() -> None:
    curves = [RunCurve(f"id-{n}", str(n), a_history(0.5, 0.1 * n), 7 - n % 8) for n in range(10)]

    page = page_of(*sweep(3), curves={"loss": curves})

    (card,) = page.overlays
    assert [name for _, name in card.legend] == [str(n) for n in range(8)]
    assert [tone for tone, _ in card.legend][:2] == ["c8 d1", "c7 d2"]
    assert card.note == "and 2 more in grey"


# The rest


def test_an_experiment_without_runs_has_a_page() -> None:
    page = page_of()

    assert (page.rows, page.goal, page.runs) == ((), "", "no runs")


def test_a_deleted_experiment_is_marked() -> None:
    page = page_of(experiment=an_experiment(deleted=True))

    assert [chip.text for chip in page.chips] == ["Deleted"]


def test_runs_that_still_train_are_told() -> None:
    page = page_of(a_summary("a", status=RunStatus.RUNNING, ended=None), a_summary("b"))

    assert [chip.text for chip in page.chips] == ["1 running"]


def test_a_note_opens_the_page_and_stands_in_full_below() -> None:
    note = {"mlflow.note.content": "What makes a wine good? We *ask*."}

    page = page_of(experiment=an_experiment(tags={**note, "team": "wine"}))

    assert page.lede == "What makes a wine good?"
    assert page.note == "<p>What makes a wine good? We <em>ask</em>.</p>"
    assert [(tag.name, tag.value) for tag in page.tags] == [("team", "wine")]


def test_problems_of_the_experiment_are_on_its_page() -> None:
    page = page_of(experiment=an_experiment(problems=(Problem("mlruns/7", "It is broken."),)))

    assert [row.what for row in page.problems] == ["It is broken."]


def test_what_search_engines_are_told() -> None:
    page = page_of(*sweep(3))

    assert page.head.description == "Experiment wine: 3 runs, best loss 0.1000."


# The data of the page


def columns(*runs: RunSummary) -> dict[str, Any]:
    return {column["id"]: column for column in table(*runs).main["cols"]}


def table(*runs: RunSummary, **changes: Any) -> TableData:
    inputs = structs.replace(inputs_of(*runs), **changes)
    return experiment_table(inputs, run_table(inputs), ADDRESS)


def test_the_data_has_every_run_in_the_order_of_the_table() -> None:
    found = columns(a_summary("b", metrics={"loss": 0.3}), a_summary("a", metrics={"loss": 0.1}))

    told = found["attributes.run_name"]
    assert [told["d"][place] for place in told["v"]] == ["a", "b"]


def test_values_that_json_lacks_travel_as_words() -> None:
    found = columns(
        a_summary("a", metrics={"lr": nan}),
        a_summary("b", metrics={"lr": float("-inf")}),
        a_summary("c"),
    )

    assert found["metrics.lr"]["v"] == ["NaN", "-Infinity", None]


def test_texts_are_sorted_as_people_sort_them() -> None:
    found = columns(*(a_summary(lr, params={"lr": lr}) for lr in ("10", "9", "1e-3", "auto")))

    assert found["params.lr"]["d"] == ["1e-3", "9", "10", "auto"]


def test_a_parent_is_named_by_its_place() -> None:
    found = columns(a_summary("sweep"), a_summary("a", parent="sweep"))

    assert found["attributes.parent"]["v"] == [None, 0]


def test_every_run_has_a_hue_that_no_neighbour_in_rank_shares() -> None:
    found = columns(*sweep(16))["attributes.hue"]["v"]

    assert sorted(found[:8]) == sorted(found[8:]) == list(range(8))


def test_a_metric_has_its_last_best_least_and_largest_value_and_the_step_of_the_best() -> None:
    found = columns(a_summary("a", metrics={"loss": (0.5, 0.2, 0.9, 0.4)}))

    told = {id: one["v"] for id, one in found.items() if id.endswith(".loss") and one["t"] == "n"}
    assert told == {
        "best.loss": [0.2],
        "metrics.loss": [0.4],
        "best_step.loss": [1],
        "max.loss": [0.9],
    }
    assert found["best.loss"]["main"] and "main" not in found["metrics.loss"]


def test_what_would_be_the_same_column_twice_is_told_once() -> None:
    found = columns(a_summary("a", metrics={"loss": 0.5, "lr": nan}), a_summary("b"))

    assert [id for id in found if id.endswith((".loss", ".lr"))] == ["metrics.loss", "metrics.lr"]
    assert found["metrics.loss"]["main"] is True


def test_every_metric_knows_its_direction() -> None:
    run = a_summary("a", metrics={"loss": 0.5, "speed": 1.0, "size": 2.0})
    cols = table(run, goals={"size": Goal.MIN}).main["cols"]

    told = {one["id"]: one.get("goal") for one in cols if one["id"].startswith("metrics.")}
    assert told == {"metrics.loss": "min", "metrics.speed": None, "metrics.size": "min"}


def test_every_curve_has_a_small_one() -> None:
    found = columns(
        a_summary("a", metrics={"loss": (4.0, 2.0, 0.0), "lr": tuple(range(100))}),
        a_summary("b", metrics={"loss": 1.0}),
    )

    assert found["spark.loss"]["v"] == [[31, 15, 0], None]
    assert len(found["spark.lr"]["v"][0]) == 16


def test_tags_datasets_and_source_are_columns() -> None:
    tags = {
        "team": "wine",
        "mlflow.source.name": "/home/ada/wine/train.py",
        "mlflow.source.git.commit": "0123456789abcdef",
    }
    found = columns(a_summary("a", tags=tags, datasets=(a_dataset("wine"),)))

    told = {id: found[id]["d"] for id in found if found[id]["t"] == "s"}
    assert told["tags.team"] == ["wine"]
    assert told["attributes.source"] == ["~/wine/train.py"]
    assert told["attributes.commit"] == ["0123456789"]
    assert told["attributes.dataset"] == ["wine (6a1b2c3d)"]
    assert not [id for id in found if "mlflow" in id]


def test_whether_a_run_could_be_run_again_is_a_column() -> None:
    judged = structs.replace(a_summary("a"), verdict=Verdict.BY_HAND)

    assert columns(judged)["attributes.reproducible"]["d"] == ["by hand"]
    assert "attributes.reproducible" not in columns(a_summary("a"))


def test_the_head_tells_how_many_runs_could_be_run_again() -> None:
    runs = [structs.replace(a_summary(name), verdict=Verdict.AGAIN) for name in "ab"]
    deleted = structs.replace(a_summary("c", deleted=True), verdict=Verdict.NOT)

    assert page_of(*runs, deleted).facts[-1].text == "all 2 could be run again"


def test_columns_to_begin_with_have_a_place() -> None:
    run = a_summary("a", params={"lr": "1"})
    cols = table(run, columns=("params.lr", "status")).main["cols"]

    assert {one["id"]: one["place"] for one in cols if one.get("default")} == {
        "attributes.run_name": 0,
        "params.lr": 1,
        "attributes.status": 2,
    }


def many(count: int, params: int) -> list[RunSummary]:
    run = a_summary("a", params={f"p{n}": str(n) for n in range(params)})
    return [
        structs.replace(run, id=f"id-{n}", name=f"run {n}", params=run.params) for n in range(count)
    ]


def test_of_a_large_table_only_what_is_shown_at_first_is_loaded_at_once() -> None:
    data = table(*many(190, 80))

    apart = {one["id"] for one in data.main["cols"] if one.get("rows")}
    assert "params.p79" in apart and "attributes.run_id" not in apart
    assert all("v" not in one for one in data.main["cols"] if one["id"] in apart)
    assert [len(block["ids"]) for block in data.blocks] == [100, 50, 25, 15]
    assert data.blocks[0]["cols"]["params.p79"] == ["79"] * 100
    assert data.files == {}


def test_a_new_run_changes_the_last_block_alone() -> None:
    runs = [structs.replace(run, started=n) for n, run in enumerate(many(120, 80))]

    before, after = table(*runs[:-1]).blocks, table(*runs).blocks

    assert before[:-1] == after[:-1]
    assert before[-1] != after[-1]


def test_a_run_a_day_is_written_with_few_others() -> None:
    """Each run lies in a block of its 25, then in ones of 50, of 100 and of 200."""
    runs = [structs.replace(run, started=n) for n, run in enumerate(many(200, 60))]
    seen: set[tuple[str, ...]] = set()
    for count in range(100, 201):
        blocks = {tuple(block["ids"]) for block in table(*runs[:count]).blocks}
        assert len(blocks) <= 4
        seen |= blocks
    assert sum(map(len, seen)) / 100 < 18


def test_of_thousands_of_runs_each_column_is_a_file() -> None:
    data = table(*many(5001, 2))

    cols = data.main["cols"]
    assert all(len(parts) == 1 for parts in data.files.values())
    assert [one["file"] for one in cols] == [address.rpartition("/")[2] for address in data.files]
    assert not any("v" in one for one in cols)


def test_lines_of_the_csv_are_made_for_runs_that_changed_alone() -> None:
    old, new = a_summary("a", params={"lr": "0.1"}), a_summary("a", params={"lr": "0.2"})
    other = a_summary("b", params={"lr": "0.3"})
    before = csv_lines(run_table(inputs_of(old, other)).columns, ["a", "b"])
    known = TableLines(before.head, {**before.rows, "b": "as it was"})

    made = csv_lines(run_table(inputs_of(new, other)).columns, ["a again", "b"], known)

    assert list(made.rows) == ["a again", "b"]
    assert ("0.2" in made.rows["a again"], made.rows["b"]) == (True, "as it was")


def test_lines_of_a_csv_with_other_columns_are_made_anew() -> None:
    run = a_summary("a", params={"lr": "0.1"})
    known = csv_lines(run_table(inputs_of(run)).columns, ["a"])
    more = a_summary("b", params={"lr": "0.1", "seed": "7"})
    columns = run_table(inputs_of(run, more)).columns

    assert csv_lines(columns, ["a", "b"], known) == csv_lines(columns, ["a", "b"])


def test_the_whole_table_is_a_csv_that_no_spreadsheet_runs() -> None:
    run = a_summary("=1+1", params={"lr": "-0.1"}, metrics={"loss": (0.1 + 0.2, nan)})
    text = csv_lines(run_table(inputs_of(run)).columns, [run.id]).content.decode()

    head, row = (line.split(",") for line in text.splitlines())
    told = dict(zip(head, row, strict=True))
    assert head[0] == "attributes.run_id"
    assert told["attributes.run_name"] == "'=1+1"
    assert told["attributes.start_time"] == "2026-11-24T12:00:00.000Z"
    assert (told["params.lr"], told["best.loss"]) == ("-0.1", "0.30000000000000004")
    assert told["metrics.loss"] == "nan"
