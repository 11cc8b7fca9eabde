"""Values too long for a page."""

from reportgen.guard.door import Door
from reportgen.guard.lengths import LONGEST, listed
from tests.builders import a_run


def test_a_long_value_begins_as_it_is_and_says_what_is_left_out() -> None:
    (value,) = listed({"log": "line\n" * 1_000_000}).values()

    assert value.startswith("line\nline\n")
    assert value.endswith(
        "… (the first 20,000 of 5,000,000 characters; all of them are in the store)"
    )
    assert len(value) < LONGEST + 100


def test_values_as_long_as_mlflow_takes_them_stay() -> None:
    values = {"a": "x" * 8_000, "b": "y"}

    assert listed(values) is values


def test_notes_stay_whole_for_they_are_no_value_of_a_table() -> None:
    note = "word " * 10_000
    tags = {"mlflow.note.content": note, "log": note}

    assert listed(tags)["mlflow.note.content"] == note


def test_a_secret_at_the_cut_is_covered_before_it() -> None:
    secret = "ghp_" + "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3hJ5"
    value = "x" * (LONGEST - 10) + " " + secret + " tail" * 100
    run = Door().run(a_run(params={"log": value}), "mlruns")

    assert "ghp_aB3" not in run.params["log"]
    assert "the first 20,000 of" in run.params["log"]
