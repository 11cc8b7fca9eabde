"""Which points a run has, by what is recorded of it, and what follows from them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from reportgen.analysis.reproducibility import (
    About,
    Answer,
    Point,
    Scorecard,
    Share,
    Verdict,
    scorecard,
    share_of,
)
from reportgen.model import (
    EntryPoint,
    Environment,
    Flavor,
    InputExample,
    LoggedModel,
    MLmodel,
    Parameter,
    Project,
    Requirement,
    Run,
    Signature,
)
from tests.builders import a_dataset, a_model, a_run, an_artifact

COMMIT = "4f1c2d3e5a6b7c8d9e0f4f1c2d3e5a6b7c8d9e0f"
NAME, HASH = "mlflow.source.name", "mlflow.source.git.commit"
URL, DIRTY, DIFF = (f"mlflow.source.git.{name}" for name in ("repoURL", "dirty", "diff"))
ENTRY = "mlflow.project.entryPoint"
PROJECT = {NAME: "file:///home/ada/wine", ENTRY: "main"}
WINE = Project(
    "wine",
    entry_points=(
        EntryPoint(
            "main", "run {lr}", (Parameter("lr", required=True), Parameter("epochs", default=5))
        ),
        EntryPoint("plain", "run"),
    ),
)
PINNED = Requirement("numpy", "==2.1.0", "numpy==2.1.0")
LOOSE = Requirement("pandas", ">=2", "pandas>=2")
HASHED = Requirement("numpy", "==2.1.0", "numpy==2.1.0 --hash=sha256:ab", hashes=("sha256:ab",))
ALL = MLmodel(
    flavors=(Flavor("python_function", {"python_version": "3.12.1"}),),
    signature=Signature(),
    example=InputExample("ndarray"),
)


def environment(*pip: Requirement, **changes: Any) -> Environment:
    return Environment(files=("requirements.txt",), pip=pip, **changes)


def card_of(
    run: Run,
    models: Sequence[LoggedModel] = (),
    project: Project | None = None,
    environment: Environment | None = None,
) -> Scorecard:
    return scorecard(run, models, project, environment)


def point(about: About, card: Scorecard) -> tuple[str, str, tuple[str, ...]]:
    (found,) = [one for one in card.points if one.about is about]
    return str(found.answer), found.finding, found.values


def model_with(mlmodel: MLmodel | None = None, **changes: Any) -> LoggedModel:
    return a_model(mlmodel=mlmodel, **changes)


def test_every_point_is_told_once_in_its_order() -> None:
    assert [one.about for one in card_of(a_run()).points] == list(About)


# The code


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({}, ("no", "none", ())),
        ({NAME: ""}, ("no", "none", ())),
        ({NAME: "/home/ada/wine/train.py"}, ("yes", "file", ("~/wine/train.py",))),
        ({NAME: "C:\\wine\\train.py"}, ("yes", "file", ("C:\\wine\\train.py",))),
        ({NAME: "/x/ipykernel_launcher.py"}, ("no", "launcher", ("ipykernel_launcher.py",))),
        ({NAME: "<console>"}, ("no", "launcher", ("<console>",))),
        ({NAME: "-c"}, ("no", "launcher", ("-c",))),
        (PROJECT, ("yes", "project", ("~/wine", "main"))),
        ({**PROJECT, ENTRY: ""}, ("yes", "project", ("~/wine", "main"))),
    ],
    ids=str,
)
def test_the_source(tags: Mapping[str, str], told: Any) -> None:
    assert point(About.SOURCE, card_of(a_run(tags=tags))) == told


@pytest.mark.parametrize(
    ("commit", "told"),
    [
        ("", ("no", "none", ())),
        (COMMIT, ("yes", "commit", (COMMIT,))),
        ("r1234", ("unknown", "other", ("r1234",))),
    ],
)
def test_the_commit(commit: str, told: Any) -> None:
    assert point(About.COMMIT, card_of(a_run(tags={HASH: commit}))) == told


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({}, ("no", "none", ())),
        ({URL: "https://ada:s3cret@host/a/b"}, ("yes", "address", ("https://host/a/b",))),
        ({"mlflow.gitRepoURL": "git@host:a/b"}, ("yes", "address", ("git@host:a/b",))),
        ({URL: "/home/ada/wine.git"}, ("no", "local", ("~/wine.git",))),
        ({URL: "file:///srv/wine"}, ("no", "local", ("file:///srv/wine",))),
        ({URL: "http://localhost:3000/a/b"}, ("no", "local", ("http://localhost:3000/a/b",))),
        ({**PROJECT, NAME: "https://host/a/b#wine"}, ("yes", "address", ("https://host/a/b",))),
        ({NAME: "https://host/a/b"}, ("no", "none", ())),  # no project was run
    ],
    ids=str,
)
def test_the_address_of_the_repository_is_judged_by_its_form(
    tags: Mapping[str, str], told: Any
) -> None:
    assert point(About.REPOSITORY, card_of(a_run(tags=tags))) == told


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({}, ("unknown", "untold", ())),
        ({DIRTY: "false"}, ("yes", "clean", ())),
        ({DIRTY: "True"}, ("no", "lost", ())),
        ({DIRTY: "true", DIFF: "-a\n+b"}, ("yes", "patch", ("2",))),
        ({DIFF: "x" * 8000}, ("unknown", "cut", ("1",))),
        ({**PROJECT, NAME: "https://host/a/b"}, ("yes", "fetched", ())),
        ({HASH: ""}, ("-", "no commit", ())),
    ],
    ids=lambda value: str(value)[:40],
)
def test_changes_that_were_not_committed(tags: Mapping[str, str], told: Any) -> None:
    assert point(About.CHANGES, card_of(a_run(tags={HASH: COMMIT, **tags}))) == told


def test_a_model_may_tell_of_changes_too() -> None:
    run = a_run(tags={HASH: COMMIT})

    assert point(About.CHANGES, card_of(run, [a_model(tags={DIRTY: "false"})]))[1] == "clean"
    assert point(About.CHANGES, card_of(run, [a_model(tags={DIFF: "+b"})]))[1] == "patch"


# Its parameters


@pytest.mark.parametrize(
    ("tags", "params", "told"),
    [
        ({}, {"lr": "1"}, ("unknown", "script", ("1",))),
        (PROJECT, {"lr": "1", "epochs": "5"}, ("yes", "all", ("2",))),
        (PROJECT, {"lr": "1"}, ("yes", "defaults", ("epochs",))),
        (PROJECT, {"epochs": "5"}, ("no", "lost", ("lr",))),
        ({**PROJECT, ENTRY: "plain"}, {}, ("yes", "undeclared", ("0",))),
        ({**PROJECT, ENTRY: "train.py"}, {"lr": "1"}, ("yes", "undeclared", ("1",))),
        ({**PROJECT, ENTRY: "other"}, {"lr": "1"}, ("unknown", "no entry point", ("1",))),
    ],
    ids=str,
)
def test_whether_the_parameters_are_complete(
    tags: Mapping[str, str], params: Mapping[str, str], told: Any
) -> None:
    card = card_of(a_run(tags=tags, params=params), project=WINE)

    assert point(About.PARAMETERS, card) == told


def test_of_a_project_that_is_not_here_nothing_tells_what_it_declares() -> None:
    card = card_of(a_run(tags=PROJECT, params={"lr": "1"}))

    assert point(About.PARAMETERS, card) == ("unknown", "no project", ("1",))


# Its environment

TOLD = [
    (None, ("no", "none"), ("no", "none"), ("unknown", "none"), ("unknown", "none")),
    (
        environment(PINNED, python="3.11.7"),
        *(("yes", "files"), ("yes", "files"), ("yes", "all"), ("no", "each")),
    ),
    (
        environment(PINNED, LOOSE, python=">=3.9"),
        *(("yes", "files"), ("no", "range"), ("no", "some"), ("no", "each")),
    ),
    (
        environment(HASHED, python="3.11"),
        *(("yes", "files"), ("yes", "files"), ("yes", "all"), ("yes", "all")),
    ),
    (
        environment(LOOSE, locked=(HASHED,)),
        *(("yes", "files"), ("no", "none"), ("yes", "all"), ("yes", "all")),
    ),
    (
        environment(python="3.11.7"),
        *(("yes", "files"), ("yes", "files"), ("-", "no packages"), ("-", "no packages")),
    ),
]


@pytest.mark.parametrize(("recorded", "there", "python", "pinned", "hashed"), TOLD)
def test_an_environment_is_there_pinned_and_hashed(
    recorded: Environment | None, there: Any, python: Any, pinned: Any, hashed: Any
) -> None:
    card = card_of(a_run(), environment=recorded)

    assert point(About.ENVIRONMENT, card)[:2] == there
    assert point(About.PYTHON, card)[:2] == python
    assert point(About.PINNED, card)[:2] == pinned
    assert point(About.HASHED, card)[:2] == hashed


def test_an_environment_that_only_the_project_has_is_said_to_be_its() -> None:
    own = environment(PINNED)

    card = card_of(a_run(), project=replace(WINE, environment=own), environment=own)

    assert point(About.ENVIRONMENT, card) == ("yes", "project", ("requirements.txt",))


def test_packages_without_an_exact_version_are_counted_and_named() -> None:
    loose = [Requirement(name, "", name) for name in "abcde"]

    told = point(About.PINNED, card_of(a_run(), environment=environment(PINNED, *loose)))

    assert told == ("no", "some", ("5", "6", "a, b, c and 2 more"))


def test_the_python_of_a_model_counts_where_no_file_names_one() -> None:
    card = card_of(a_run(), [model_with(ALL)], environment=environment(PINNED))

    assert point(About.PYTHON, card) == ("yes", "model", ("3.12.1",))


@pytest.mark.parametrize(
    ("image", "answer"), [("lab/wine:1.2", "no"), ("lab/wine@sha256:" + "0" * 64, "yes")]
)
def test_an_image_is_an_environment_that_its_digest_pins(image: str, answer: str) -> None:
    card = card_of(a_run(tags={**PROJECT, "mlflow.docker.image.uri": image}))

    assert point(About.ENVIRONMENT, card) == ("yes", "image", (image,))
    assert point(About.PYTHON, card)[0] == "-"
    assert point(About.PINNED, card)[0] == point(About.HASHED, card)[0] == answer


# Its data, chance and results


@pytest.mark.parametrize(
    ("datasets", "told"),
    [
        ((), ("no", "none", ())),
        ((a_dataset("wine"),), ("yes", "digests", ("wine (6a1b2c3d)",))),
        ((a_dataset("wine"), a_dataset("beer", digest="")), ("no", "without", ("beer",))),
    ],
)
def test_the_digests_of_datasets(datasets: Any, told: Any) -> None:
    assert point(About.DATASETS, card_of(a_run(datasets=datasets))) == told


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({}, ("no", "no parameters", ())),
        ({"lr": "1", "seeds": "5"}, ("no", "none", ("2",))),
        ({"seed": "0"}, ("yes", "seed", ("seed = 0",))),
        ({"model__random_state": "7"}, ("yes", "seed", ("model__random_state = 7",))),
        ({"trainer.randomSeed": "7"}, ("yes", "seed", ("trainer.randomSeed = 7",))),
        ({"random_state": "None"}, ("no", "unset", ("random_state",))),
        ({"random_state": "None", "seed": "3"}, ("yes", "seed", ("seed = 3",))),
        ({"fold": "3"}, ("no", "none", ("1",))),
    ],
    ids=str,
)
def test_a_seed_among_the_parameters(params: Mapping[str, str], told: Any) -> None:
    assert point(About.SEED, card_of(a_run(params=params))) == told


@pytest.mark.parametrize(
    ("models", "told"),
    [
        ([], ("-", "none", ())),
        ([model_with(ALL)], ("yes", "both", ("1",))),
        ([model_with(None)], ("unknown", "not here", ("1",))),
        (
            [model_with(MLmodel(ALL.flavors, signature=Signature()))],
            ("no", "no example", ("1", "1")),
        ),
        (
            [model_with(ALL), model_with(MLmodel(ALL.flavors, example=ALL.example))],
            ("no", "unsigned", ("1", "2")),
        ),
        ([model_with(MLmodel(ALL.flavors))], ("no", "neither", ("1", "1"))),
    ],
)
def test_models_with_signature_and_example(models: Sequence[LoggedModel], told: Any) -> None:
    assert point(About.MODEL, card_of(a_run(), models)) == told


def test_a_model_that_only_a_tag_remembers_is_not_here() -> None:
    run = a_run(tags={"mlflow.log-model.history": "[{}]"})

    assert point(About.MODEL, card_of(run)) == ("unknown", "not here", ("1",))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, ("-", "none", ())),
        ({"artifacts": (an_artifact("a", 3), an_artifact("b", 4))}, ("yes", "here", ("2", "7"))),
        (
            {"artifacts_missing": "Not here.", "artifact_uri": "/home/ada/x"},
            ("no", "missing", ("~/x",)),
        ),
    ],
)
def test_the_artifacts(changes: Mapping[str, Any], told: Any) -> None:
    assert point(About.ARTIFACTS, card_of(a_run(**changes))) == told


# What follows

GOOD = {**PROJECT, HASH: COMMIT, URL: "https://host/a/b", DIRTY: "false"}
COMPLETE = environment(PINNED, python="3.11.7")
GIVEN = {"lr": "1", "epochs": "5", "seed": "3"}


def verdict_of(
    tags: Mapping[str, str],
    recorded: Environment | None = COMPLETE,
    params: Mapping[str, str] = GIVEN,
) -> Scorecard:
    run = a_run(tags=tags, params=params, datasets=(a_dataset(),))
    return card_of(run, project=WINE, environment=recorded)


def abouts(points: Sequence[Point]) -> list[str]:
    return [str(one.about) for one in points]


def test_a_run_of_which_all_is_recorded_could_be_run_again() -> None:
    card = verdict_of(GOOD)

    assert (card.verdict, card.lacking, card.uncertain) == (Verdict.AGAIN, (), ())


@pytest.mark.parametrize(
    ("tags", "recorded", "lacking"),
    [
        ({**GOOD, URL: ""}, environment(PINNED), ["repository"]),
        (GOOD, None, ["environment"]),
        ({HASH: COMMIT, URL: GOOD[URL], NAME: "train.py"}, environment(PINNED), ["parameters"]),
        ({**GOOD, HASH: "r12"}, environment(PINNED), ["commit"]),
        ({HASH: COMMIT, NAME: "train.py"}, None, ["repository", "parameters", "environment"]),
    ],
)
def test_by_hand_where_somebody_has_to_supply_something(
    tags: Mapping[str, str], recorded: Environment | None, lacking: list[str]
) -> None:
    card = verdict_of(tags, recorded)

    assert (card.verdict, abouts(card.lacking)) == (Verdict.BY_HAND, lacking)


@pytest.mark.parametrize(
    ("changes", "params", "lacking"),
    [
        ({HASH: ""}, GIVEN, ["commit"]),
        ({NAME: ""}, GIVEN, ["source"]),
        ({DIRTY: "true"}, GIVEN, ["changes"]),
        ({}, {"epochs": "5"}, ["parameters"]),
        ({HASH: "", URL: ""}, GIVEN, ["commit", "repository"]),
    ],
    ids=str,
)
def test_not_at_all_where_something_is_lost(
    changes: Mapping[str, str], params: Mapping[str, str], lacking: list[str]
) -> None:
    card = verdict_of({**GOOD, **changes}, params=params)

    assert (card.verdict, abouts(card.lacking)) == (Verdict.NOT, lacking)


def test_what_could_make_the_result_another() -> None:
    run = a_run(tags={**GOOD, DIRTY: ""}, params={"lr": "1"})

    card = card_of(run, project=WINE, environment=environment(LOOSE))

    assert card.verdict is Verdict.AGAIN
    assert abouts(card.uncertain) == ["changes", "python", "pinned", "datasets", "seed"]


def test_of_a_missing_environment_nothing_more_is_said() -> None:
    assert abouts(verdict_of(GOOD, None).uncertain) == []


def test_the_score_counts_points_that_apply() -> None:
    card = Scorecard(
        (
            Point(About.SOURCE, Answer.YES, "file"),
            Point(About.COMMIT, Answer.NO, "none"),
            Point(About.CHANGES, Answer.NOT_APPLICABLE, "no commit"),
            Point(About.PINNED, Answer.UNKNOWN, "none"),
        )
    )

    assert card.score == (1, 3)


def test_how_many_of_several_runs_could_be_run_again() -> None:
    assert share_of([Verdict.AGAIN, Verdict.NOT, Verdict.BY_HAND, None]) == Share(3, 1, 1)
    assert share_of([None]) is None
