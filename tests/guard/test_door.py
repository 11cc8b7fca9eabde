"""What comes through the door: runs, models and the index without secrets, each of them told of."""

import pickle

import pytest

from reportgen.guard.allowed import Allowed
from reportgen.guard.door import Door, at_the_door
from reportgen.guard.policy import Policy
from reportgen.model import Experiment, RegisteredModel, RunRef
from reportgen.sources.catalog import Catalog
from tests.builders import a_run

KEY = "AKIA" + "Q3EGRIXN" * 2
COVERED = "•••• (AWS access key)"
DOOR = Door()


def test_a_run_without_anything_to_hide_comes_out_itself() -> None:
    run = a_run(params={"lr": "0.1"}, tags={"team": "vision"}, metrics={"loss": (3, 2, 1)})

    assert DOOR.run(run, "mlruns") is run


def test_a_secret_in_a_param_is_covered_and_told_of_with_its_place() -> None:
    run = DOOR.run(a_run(params={"bucket": f"with {KEY}"}), "mlruns")

    assert run.params == {"bucket": f"with {COVERED}"}
    assert [(one.path, one.leak) for one in run.problems] == [
        ("mlruns/7/id-baseline/params/bucket", "AWS access key")
    ]


def test_a_secret_in_the_name_of_a_tag_is_covered_in_the_place_that_is_told_too() -> None:
    run = DOOR.run(a_run(tags={f"by {KEY}": "x"}), "mlruns")

    assert run.tags == {f"by {COVERED}": "x"}
    assert KEY not in repr(run)
    assert len(run.problems) == 1


def test_a_secret_comes_through_where_the_user_allows_it_and_nowhere_else() -> None:
    door = Door(policy=Policy((Allowed("*", "params.bucket", "An example."),)))

    run = door.run(a_run(params={"bucket": KEY, "other": KEY}), "mlruns")

    assert run.params == {"bucket": KEY, "other": COVERED}


def test_the_same_run_again_tells_the_same_again() -> None:
    run = a_run(params={"bucket": KEY})

    assert DOOR.run(run, "mlruns") == DOOR.run(run, "mlruns")


def test_what_came_through_once_comes_through_again_as_it_is() -> None:
    run = DOOR.run(a_run(params={"bucket": KEY}, tags={"data": "/home/ann/x.csv"}), "mlruns")

    assert DOOR.run(run, "mlruns") == run


def test_the_index_is_without_secrets_too() -> None:
    catalog = Catalog(
        stores=(),
        experiments=(Experiment("0", "0", f"with {KEY}", tags={"key": KEY}),),
        registered_models=(RegisteredModel("iris", description=KEY),),
    )

    cleaned, _ = at_the_door(catalog, DOOR)

    assert KEY not in repr(cleaned)
    assert [one.path for one in cleaned.experiments[0].problems] == [
        f"Experiment with {COVERED}/name",
        f"Experiment with {COVERED}/tags/key",
    ]
    assert len(cleaned.registered_models[0].problems) == 1


def test_a_reference_is_named_as_its_run_is() -> None:
    catalog = Catalog(stores=(Labelled(),), runs=(RunRef("r", "0", 0, "0/r", name=f"try {KEY}"),))

    cleaned, door = at_the_door(catalog, DOOR)

    assert cleaned.runs[0].name == door.run(a_run(f"try {KEY}"), "mlruns").name


class Labelled:
    label = "mlruns"


def test_a_worker_process_can_have_the_door() -> None:
    assert pickle.loads(pickle.dumps(DOOR)) == DOOR


@pytest.mark.parametrize(
    ("source", "tags", "folders", "told"),
    (
        (
            "/srv/lab/wine/deep/down/here/train.py",
            {"mlflow.source.git.repoURL": "git@example.org:lab/wine.git"},
            (),
            "deep/down/here/train.py",
        ),
        ("/srv/lab/old/projects/deep/wine", {}, ("projects/deep/wine",), "projects/deep/wine"),
        ("file:///srv/a/b/c/lab#sub/wine", {}, (), "…/b/c/lab#sub/wine"),
        ("/srv/lab/wine/deep/down/here/train.py", {}, (), "…/down/here/train.py"),
        ("/home/ann/wine/deep/down/train.py", {}, (), "~/wine/deep/down/train.py"),
        ("train.py", {}, ("train.py",), "train.py"),
    ),
)
def test_of_the_source_of_a_run_is_left_what_tells_where_it_is_in_its_repository(
    source: str, tags: dict[str, str], folders: tuple[str, ...], told: str
) -> None:
    run = Door(folders=folders).run(a_run(tags={"mlflow.source.name": source, **tags}), "mlruns")

    assert run.tags["mlflow.source.name"] == told
