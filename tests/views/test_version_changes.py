"""What two versions of a registered model are said to differ in."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reportgen.analysis.metrics import Goal
from reportgen.analysis.releases import ModelFacts, model_facts
from reportgen.analysis.signatures import Difference, Effect, Kind
from reportgen.batch import versions_of
from reportgen.model import Environment, Field, ModelVersion, Requirement, Signature
from reportgen.sources.catalog import read_catalog
from reportgen.views.differences import difference
from reportgen.views.signature_changes import WORDS, short_signature, signature_row
from reportgen.views.version_changes import (
    DiffGroup,
    VersionDiff,
    VersionLink,
    diff_json,
    version_diff,
)

REFUSED = "Breaking: MLflow refuses long where it wants double."


def column(name: str, type: str = "double", **more: Any) -> Field:
    return Field(name, type, spec={"type": type}, **more)


def needs(*lines: str) -> Environment:
    pip = [
        Requirement(name, f"=={version}", line)
        for line in lines
        for name, version in [line.split("==")]
    ]
    return Environment(files=("requirements.txt",), pip=tuple(pip))


def diff_of(before: VersionLink, after: VersionLink) -> VersionDiff:
    first, last = ModelVersion("iris", 1), ModelVersion("iris", 2)
    return version_diff(first, last, {1: before, 2: after}, "registry/iris/k.html")


def group(diff: VersionDiff, title: str) -> DiffGroup:
    return next(one for one in diff.groups if one.title == title)


def rows(diff: VersionDiff, title: str) -> list[tuple[str, ...]]:
    return [
        (row.name, row.before, row.after, row.note, row.tone) for row in group(diff, title).rows
    ]


def measured(**metrics: float) -> VersionLink:
    return VersionLink("r", "lynx", metrics=tuple(metrics.items()))


@pytest.mark.parametrize(
    ("before", "after", "goal", "said"),
    [
        (0.9, 0.95, Goal.MAX, "▲ +0.05 (+5.56 %) better"),
        (0.9, 0.95, Goal.MIN, "▲ +0.05 (+5.56 %) worse"),
        (2, 3, Goal.UNKNOWN, "▲ +1 (+50.0 %) "),
        (2, 2, Goal.MAX, " same"),
        (0, 0.5, Goal.MAX, "▲ +0.5 better"),
        (0.000256, 2.34, Goal.MIN, "▲ +2.34 (×9,140) worse"),
        (0.3, 0.1, Goal.MIN, "▼ −0.2 (−66.7 %) better"),
        (-2, -1, Goal.MAX, "▲ +1 (+50.0 %) better"),
        (1, 1 + 2e-5, Goal.MAX, "▲ +2.00e-5 (<0.01 %) better"),
    ],
)
def test_a_difference_is_worded_as_in_a_comparison(
    before: float, after: float, goal: Goal, said: str
) -> None:
    """Rows as in `test_pure` of the comparison's own tests."""
    found = difference(before, after, goal)

    assert found
    assert f"{found.text} {found.word}" == said


def test_what_is_no_number_has_no_difference() -> None:
    assert difference(float("nan"), 2, Goal.MAX) is None
    assert difference(None, 2, Goal.MAX) is None


def test_a_metric_is_better_worse_or_neither_by_its_own_direction() -> None:
    diff = diff_of(
        measured(accuracy=0.9, loss=0.5, epochs=10), measured(accuracy=0.8, loss=0.25, epochs=20)
    )

    assert rows(diff, "Metrics") == [
        ("accuracy", "0.9000", "0.8000", "▼ −0.1 (−11.1 %) worse", "down"),
        ("loss", "0.5000", "0.2500", "▼ −0.25 (−50.0 %) better", "up"),
        ("epochs", "10", "20", "▲ +10 (+100 %)", ""),
    ]
    assert diff.note == "metrics: 1 better, 1 worse"
    assert [chip.text for chip in diff.chips] == ["accuracy ▼ −0.1 worse"]


def test_a_direction_that_the_user_told_goes_first() -> None:
    told = {"accuracy": Goal.MIN}
    before, after = (
        VersionLink("r", metrics=(("accuracy", value),), goals=told) for value in (0.9, 0.8)
    )

    assert rows(diff_of(before, after), "Metrics")[0][4] == "up"


def test_runs_whose_experiments_disagree_on_a_direction_are_not_judged() -> None:
    before = VersionLink("r", metrics=(("accuracy", 0.9),), goals={"accuracy": Goal.MIN})

    assert rows(diff_of(before, measured(accuracy=0.8)), "Metrics")[0][4] == ""


def test_of_a_run_that_is_not_here_no_metrics_are_told() -> None:
    diff = diff_of(VersionLink(), measured(accuracy=0.8))

    assert group(diff, "Metrics").note == "The run of v1 is not in this report"
    assert group(diff, "Metrics").rows == ()
    assert diff.runs is None


def test_only_parameters_that_changed_are_listed() -> None:
    before = VersionLink("r1", params={"lr": "0.1", "depth": "4"})
    after = VersionLink("r2", params={"depth": "4", "seed": ""})

    diff = diff_of(before, after)

    assert rows(diff, "Parameters") == [
        ("lr", "0.1", "not set", "", ""),
        ("seed", "not set", "(empty)", "", ""),
    ]
    assert group(diff, "Parameters").note == "1 the same"


def test_two_runs_can_be_compared_in_full() -> None:
    diff = diff_of(VersionLink("r1"), VersionLink("r2"))

    assert diff.runs
    assert diff.runs.href == "../../compare.html?runs=r1,r2"


def test_packages_are_compared_by_version() -> None:
    diff = diff_of(
        VersionLink(facts=ModelFacts(environment=needs("numpy==2.9", "flask==3.0"))),
        VersionLink(facts=ModelFacts(environment=needs("numpy==2.10", "scipy==1.15"))),
    )

    assert {row[:4] for row in rows(diff, "Packages")} == {
        ("flask", "==3.0", "–", "removed"),
        ("numpy", "==2.9", "==2.10", "newer"),
        ("scipy", "–", "==1.15", "added"),
    }


def test_a_version_without_an_environment_says_so() -> None:
    diff = diff_of(
        VersionLink(facts=ModelFacts()), VersionLink(facts=ModelFacts(environment=needs("a==1")))
    )

    assert group(diff, "Packages").note == "v1 does not say what is needed"


def test_the_model_s_own_facts_are_told_where_they_changed() -> None:
    before = ModelFacts(flavors={"sklearn": "1.4.2"}, python="3.11.7", size=1000)
    after = ModelFacts(flavors={"onnx": "1.17.0"}, python="3.11.7", size=1500)

    diff = diff_of(VersionLink(facts=before), VersionLink(facts=after))

    assert rows(diff, "Model") == [
        ("onnx", "–", "1.17.0", "", ""),
        ("sklearn", "1.4.2", "–", "", ""),
        ("Size", "1.0 kB", "1.5 kB", "▲ +50.0 %", ""),
    ]


def test_a_breaking_signature_is_the_first_thing_said_and_why() -> None:
    before = ModelFacts(signature=Signature(inputs=(column("a", "long"), column("b"))))
    after = ModelFacts(signature=Signature(inputs=(column("a", "double"),)))

    diff = diff_of(VersionLink(facts=before), VersionLink(facts=after))

    assert diff.chips[0].text == "Breaking signature"
    assert rows(diff, "Signature") == [
        ("input a", "long", "double", REFUSED, "down"),
        ("input b", "there", "–", "No longer read: MLflow ignores it when it is sent.", "must"),
    ]


def test_of_models_that_are_not_here_no_signature_is_judged() -> None:
    diff = diff_of(measured(accuracy=0.5), measured(accuracy=0.5))

    assert diff.chips == ()
    assert [one.title for one in diff.groups] == ["Metrics"]


@pytest.mark.parametrize(("part", "kind", "effect"), WORDS)
def test_every_difference_has_words(part: str, kind: Kind, effect: Effect) -> None:
    words = signature_row(Difference(part, kind, effect, "a", "long", "double"))[3]

    assert words.endswith(".")
    assert "{" not in words


@pytest.mark.parametrize(
    ("signature", "short"),
    [
        (None, ""),
        (Signature((column("a"), column("b")), (column(""),)), "2 columns → 1 column"),
        (Signature(inputs=(column("a"),)), "1 column → ?"),
        (
            Signature(
                inputs=(Field("", "float64", shape=(-1, 64), spec={"type": "tensor"}),),
                outputs=(Field("", "int64", shape=(-1,), spec={"type": "tensor"}),),
            ),
            "tensor (-1, 64) → tensor (-1)",
        ),
    ],
)  # fmt: skip
def test_a_signature_in_short(signature: Signature | None, short: str) -> None:
    assert short_signature(signature) == short


def test_what_the_script_reads_has_no_element_in_it() -> None:
    text = json.dumps(diff_json(diff_of(measured(loss=0.123456), measured(loss=0.2))))

    assert "<span" not in text


def in_a_store(store: Path) -> VersionDiff:
    """The second version of its registered model against the first, by their models alone."""
    catalog = read_catalog([str(store)], lambda text: None)
    (model,) = (one for one in catalog.registered_models if one.name == "iris-classifier")
    runs = [run for ref in catalog.runs for run in catalog.stores[ref.store].read_runs([ref])]
    logged = [one for ref in catalog.models for one in catalog.stores[ref.store].read_models([ref])]
    links = {
        version.version: VersionLink(facts=model_facts(made))
        for made in [*logged, *(one for run in runs for one in run.models)]
        for version in versions_of(made, model.versions)
    }
    first, last = model.versions
    return version_diff(first, last, links, "registry/iris-classifier/k.html")


@pytest.mark.parametrize("name", ["v2.9-file", "v2.22-sqlite", "v3.17-file", "v3.17-sqlite"])
def test_models_that_mlflow_registered_are_told_apart(
    stores: Mapping[str, Path], name: str
) -> None:
    """Whichever release wrote them: four columns of doubles became an array as wide, and two
    params came."""
    diff = in_a_store(stores[name])

    assert diff.chips[0].text == "Compatible signature"
    assert [row[:3] for row in rows(diff, "Signature")] == [
        ("input", "columns", "tensors"),
        ("param threshold", "–", "optional"),
        ("param top_k", "–", "optional"),
    ]
    assert ("numpy", "removed") in {(row[0], row[3]) for row in rows(diff, "Packages")}
    assert [row[0] for row in rows(diff, "Model")] == ["Size"]
