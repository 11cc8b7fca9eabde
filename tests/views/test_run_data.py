"""What the data beside a run's page says, for its scripts and for comparing it with others."""

import json
from collections.abc import Mapping
from typing import Any

from reportgen.analysis.metrics import Goal, summaries_of
from reportgen.model import (
    Environment,
    Field,
    Flavor,
    MLmodel,
    Requirement,
    Run,
    RunStatus,
    Signature,
)
from reportgen.theme import script_value
from reportgen.views.run import ModelLink, RunInputs
from reportgen.views.run_data import MOST_ARTIFACTS, run_data
from tests.builders import MINUTE, NOON, a_dataset, a_model, a_run, an_artifact

COMMIT = "4f1c2d3e5a6b7c8d9e0f4f1c2d3e5a6b7c8d9e0f"


def data_of(run: Run, **changes: Any) -> Mapping[str, Any]:
    inputs = RunInputs(run, "wine", "", **{"goals": {}, **changes})
    return json.loads(json.dumps(run_data(inputs, summaries_of(inputs.run.metrics, inputs.goals))))  # type: ignore[no-any-return]


def test_what_a_run_is() -> None:
    run = a_run("grid", status=RunStatus.FAILED, deleted=True, params={"lr": "0.1"})

    data = data_of(run)

    assert data["name"] == "grid"
    assert data["status"] == [["Failed", "bad", "x"], ["Deleted", "warn", "trash"]]
    assert data["experiment"] == ["7", "wine"]
    assert (data["user"], data["started"], data["duration"]) == ("ada", NOON, "1 min")
    assert data["params"] == {"lr": "0.1"}


def test_a_run_without_a_name_is_called_by_its_id() -> None:
    assert data_of(a_run("", id="0123456789abcdef"))["name"] == "01234567"


def test_a_run_that_still_runs_has_no_duration() -> None:
    data = data_of(a_run(started=NOON + MINUTE, ended=None))

    assert (data["started"], data["duration"]) == (NOON + MINUTE, "")


def test_a_metric_with_its_direction_its_last_and_its_best_value() -> None:
    run = a_run(metrics={"acc": (0.5, 0.9, 0.8), "loss": (2.0, 1.0), "size": 7.0})

    data = data_of(run, goals={"acc": Goal.MAX, "loss": Goal.MIN})

    assert data["stats"]["acc"] == ["max", None, 0.9, 1]  # the last ends the curve
    assert data["stats"]["loss"] == ["min", None, 1.0, 1]
    assert data["stats"]["size"] == []
    assert data["metrics"]["acc"]["value"] == [0.5, 0.9, 0.8]


def test_a_value_that_is_no_number_is_a_word() -> None:
    data = data_of(a_run(metrics={"loss": float("nan")}))

    assert data["stats"]["loss"] == ["min", "NaN"]


def test_tags_without_what_is_said_elsewhere() -> None:
    tags = {
        "team": "cellar",
        "mlflow.note.content": "A note.",
        "mlflow.source.name": "train.py",
        "mlflow.source.type": "LOCAL",
    }

    assert data_of(a_run(tags=tags))["tags"] == {"team": "cellar", "mlflow.source.type": "LOCAL"}


def test_where_the_code_is() -> None:
    tags = {
        "mlflow.source.name": "/home/ada/wine/train.py",
        "mlflow.project.entryPoint": "main",
        "mlflow.source.git.commit": COMMIT,
        "mlflow.source.git.repoURL": "git@github.com:lab/wine.git",
        "mlflow.source.git.branch": "oak",
    }

    source = data_of(a_run(tags=tags))["source"]

    assert source == {
        "name": "~/wine/train.py",
        "entry_point": "main",
        "repository": "https://github.com/lab/wine",
        "branch": "oak",
        "commit": COMMIT,
        "commit_url": f"https://github.com/lab/wine/commit/{COMMIT}",
        "compare_url": "https://github.com/lab/wine/compare/{a}...{b}",
    }


def test_a_commit_that_is_none_is_never_part_of_an_address() -> None:
    tags = {
        "mlflow.source.git.commit": "../../evil",
        "mlflow.source.git.repoURL": "https://github.com/lab/wine",
    }

    source = data_of(a_run(tags=tags))["source"]

    assert source == {"repository": "https://github.com/lab/wine", "commit": "../../evil"}


def test_the_environment_as_lists_of_packages() -> None:
    environment = Environment(
        files=("conda.yaml",),
        python="3.11.7",
        conda=(Requirement("numpy", "=1.26"),),
        pip=(
            Requirement("scikit-learn", "==1.4.0"),
            Requirement("joblib"),
            Requirement("torch", "==2.1rc1+cu118"),
        ),
    )

    assert data_of(a_run(), environment=environment)["environment"] == {
        "python": "3.11.7",
        "order": [[0, 3, 11, 7], [0, 0, -1, 1, 0], ""],
        "conda": [["numpy", "=1.26", None]],
        "pip": [
            ["scikit-learn", "==1.4.0", [[0, 1, 4], [0, 0, -1, 1, 0], ""]],
            ["joblib", "", None],
            ["torch", "==2.1rc1+cu118", [[0, 2, 1], [-1, 1, -1, 1, 0], "cu118"]],
        ],
    }
    assert data_of(a_run())["environment"] is None


def test_credentials_never_reach_the_data() -> None:
    index = Requirement("--index-url https://ada:s3cret@pypi.lab.org/simple")
    run = a_run(
        tags={
            "dashboard": "https://ada:s3cret@lab.org",
            "mlflow.source.git.commit": COMMIT,
            "mlflow.source.git.repoURL": "https://ada:s3cret@github.com/lab/wine",
        },
        datasets=(a_dataset(source='{"url": "https://ada:s3cret@lab.org/wine.csv"}'),),
    )

    data = data_of(run, environment=Environment(pip=(index,)))

    assert "s3cret" not in json.dumps(data)


def test_datasets_by_digest() -> None:
    data = data_of(a_run(datasets=(a_dataset(),)))

    assert data["datasets"] == [
        {
            "name": "wine",
            "context": "training",
            "digest": "6a1b2c3d",
            "source": "https://example.org/wine.csv",
        }
    ]


def test_models_with_their_signatures() -> None:
    signature = Signature(
        inputs=(Field("alcohol", "double"), Field("", "float32", shape=(-1, 3))),
        outputs=(Field("", "long"),),
    )
    mlmodel = MLmodel(flavors=(Flavor("sklearn"),), signature=signature)
    link = ModelLink(a_model(mlmodel=mlmodel), "models/m-classifier/1234.html")

    assert data_of(a_run(), models=(link,))["models"] == [
        {
            "name": "classifier",
            "address": "models/m-classifier/1234.html",
            "flavors": ["sklearn"],
            "inputs": [["alcohol", "double"], ["(unnamed)", "float32 (-1, 3)"]],
            "outputs": [["(unnamed)", "long"]],
            "params": None,
        }
    ]


def test_artifacts_with_their_copies_and_kinds() -> None:
    paths = ("a.png", "huge.png", "model.pkl", "notes.md", "table.csv")
    run = a_run(artifacts=tuple(map(an_artifact, paths)))
    copies = {path: f"files/12ab/{path}" for path in paths if path != "huge.png"}

    assert data_of(run, copies=copies)["artifacts"] == [
        ["a.png", 312, "files/12ab/a.png", "image"],
        ["huge.png", 312, "", "other"],
        ["model.pkl", 312, "files/12ab/model.pkl", "other"],
        ["notes.md", 312, "files/12ab/notes.md", "text"],
        ["table.csv", 312, "files/12ab/table.csv", "table"],
    ]


def test_of_very_many_artifacts_the_first_are_listed_and_all_counted() -> None:
    artifacts = tuple(an_artifact(f"part-{place:04}.bin") for place in range(MOST_ARTIFACTS + 5))

    data = data_of(a_run(artifacts=artifacts))

    assert len(data["artifacts"]) == MOST_ARTIFACTS
    assert data["artifact_count"] == MOST_ARTIFACTS + 5


def test_it_can_be_written_as_a_script_whatever_was_recorded() -> None:
    run = a_run(params={"x": "</script><script>alert(1)"}, metrics={"m": (float("inf"), 1.0)})

    text = script_value("run", run_data(RunInputs(run, "wine", "", {}), {})).decode()

    assert text.startswith("RG.run({") and "</script" not in text
