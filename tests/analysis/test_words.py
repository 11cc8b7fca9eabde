"""How texts are taken apart for the search."""

import pytest

from reportgen.analysis import words
from tests.builders import NOON, a_run


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("val/loss", ("val", "loss")),
        ("batch_size", ("batch", "size")),
        ("RandomForest", ("randomforest", "random", "forest")),
        ("data/2026-11/iris.csv", ("data", "2026", "11", "iris", "csv")),
        ("Résumé naïve", ("resume", "naive")),
        ("loss fell to 0.0312 at lr 1.5e-3.", ("loss", "fell", "to", "at", "lr")),
        ("0123456789abcdef0123456789abcdef", ("0123456789",)),  # a beginning is enough
        ("日本語", ("日本語",)),
        ("", ()),
    ],
)
def test_a_text_is_taken_apart(text: str, found: tuple[str, ...]) -> None:
    assert words.words(text) == found


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("lr", "0.01", "lr=1e-2"),
        ("lr", "1e-02", "lr=1e-2"),  # however it was logged
        ("lr", "0", "lr=0e0"),
        ("n", "12", "n=1.2e1"),
        ("lr", "1e999", "lr=1e999"),
        ("Optimizer", "Adam", "optimizer=adam"),
        ("note", "two words", ""),
        ("text", "x" * 200, ""),
        ("empty", "", ""),
    ],
)
def test_a_parameter_is_one_word_with_its_value(name: str, value: str, found: str) -> None:
    assert words.pair(name, value) == found


def test_a_run_is_found_by_all_that_is_said_of_it() -> None:
    run = a_run(
        id="00ff" * 8,
        name="Baseline",
        user="ada",
        started=NOON,
        params={"lr": "0.01", "model": "RandomForest"},
        tags={
            "team": "wine",
            "mlflow.source.git.commit": "beefbeef" * 5,
            "mlflow.note.content": "A *calibrated* baseline.",
            "mlflow.source.name": "C:\\home\\train.py",
        },
    )
    packed = words.of_run(run).split(" ")

    for entry in (
        *("abaseline", "i00ff00ff00", "plr", "vlr=1e-2", "vforest", "vmodel=randomforest"),
        *("tteam", "twine", "uada", "ocalibrated", "etrain", "sfinished"),
    ):
        assert entry in packed
    assert not any("home" in entry for entry in packed)  # where it lay is nobody's business
