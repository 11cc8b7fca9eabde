"""The card of a model: metadata for a hub, then what was recorded; nothing in it breaks out."""

import re
from dataclasses import replace
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from reportgen.analysis.training import DatasetUse, Training
from reportgen.model import (
    Environment,
    Field,
    Flavor,
    LoggedModel,
    MLmodel,
    ModelMetric,
    ModelVersion,
    Requirement,
    Signature,
)
from reportgen.views.markdown import block, span, table, text
from reportgen.views.model_card import CardInputs, model_card

PYFUNC = Flavor("python_function", {"loader_module": "mlflow.sklearn"})
SKLEARN = Flavor("sklearn", {"sklearn_version": "1.9.1", "serialization_format": "pickle"})

NASTY = (
    "---\n# <script>x</script> | `a` *b* [c](javascript:d) \n\n---\nlicense: evil",
    "`` x ` y",
    "```\n# out",
    "</details><img src=x onerror=y>",
    "1. x\n- y\n+ z\n> q\n=====",
    "a | b | c",
    "\u2028x\r\ny",
)


def a_model(**changes: Any) -> LoggedModel:
    mlmodel = MLmodel(
        flavors=(PYFUNC, SKLEARN),
        signature=Signature(inputs=(Field("age", "long", spec={"type": "long"}),)),
        mlflow_version="3.17.2",
        environment=Environment(
            ("requirements.txt",), "3.11.7", pip=(Requirement("numpy", "==2.1.0", "numpy==2.1.0"),)
        ),
    )
    return replace(LoggedModel("m-1", "forest", "7", mlmodel=mlmodel), **changes)


TRAINING = Training(
    run_id="r1",
    run_name="dapper-lynx",
    source="train.py",
    commit="abcdef1",
    commit_url="https://forge.example/a/b/commit/abcdef1",
    params={"depth": "3"},
    metrics=(ModelMetric("accuracy", 0.9127), ModelMetric("loss", float("nan"))),
    datasets=(DatasetUse("iris", "6a1b", "http", "training"),),
)


def the_card(model: LoggedModel | None = None, training: Training = TRAINING, **more: Any) -> str:
    return model_card(CardInputs(model or a_model(), training, **more))


def metadata(card: str) -> dict[str, Any]:
    """As the hub takes it: what stands between the first two lines of dashes."""
    found = re.match(r"---\n(.*?)\n---\n", card, re.DOTALL)
    assert found
    return dict(yaml.safe_load(found[1]))


def html_of(card: str) -> str:
    body = card.split("\n---\n", 1)[1]
    return MarkdownIt("commonmark").enable("table").render(body)


def test_it_begins_with_metadata_for_a_hub():
    assert metadata(the_card()) == {
        "library_name": "sklearn",
        "tags": ["mlflow", "sklearn", "python_function"],
        "metrics": ["accuracy"],
    }


@pytest.mark.parametrize(
    "model", [a_model(tags={"license": "mit"}), a_model(tags={"license": "mit"}, mlmodel=None)]
)
def test_a_license_is_one_that_was_recorded(model):
    assert metadata(the_card(model))["license"] == "mit"
    assert "license" not in metadata(the_card())


def test_results_need_a_task_and_a_dataset():
    found = metadata(the_card(a_model(model_type="classifier")))

    assert found["pipeline_tag"] == "tabular-classification"
    assert found["model-index"] == [
        {
            "name": "forest",
            "results": [
                {
                    "task": {"type": "tabular-classification"},
                    "dataset": {"name": "iris", "type": "iris"},
                    "metrics": [{"type": "accuracy", "name": "accuracy", "value": 0.9127}],
                }
            ],
        }
    ]


def test_a_model_of_transformers_names_its_task_and_what_it_was_made_of():
    flavor = Flavor(
        "transformers", {"task": "text-classification", "source_model_name": "acme/small"}
    )
    found = metadata(the_card(a_model(mlmodel=MLmodel(flavors=(flavor,)))))

    assert (found["pipeline_tag"], found["base_model"]) == ("text-classification", "acme/small")


def test_a_path_on_its_authors_machine_is_no_base_model():
    flavor = Flavor("transformers", {"source_model_name": "/home/ada"})

    assert "base_model" not in metadata(the_card(a_model(mlmodel=MLmodel(flavors=(flavor,)))))


@pytest.mark.parametrize(
    "said",
    [
        "# forest",
        'mlflow.pyfunc.load_model("models:/m-1")',
        'mlflow.sklearn.load_model("models:/m-1")',
        "| `age` | `long` | yes |",
        "[`abcdef1`](<https://forge.example/a/b/commit/abcdef1>)",
        "| `depth` | `3` |",
        "| iris | `6a1b` | http | training |",
        "| `accuracy` | 0.9127 |  |",
        "numpy==2.1.0",
        "unpickles its file",
        "- Packages: 1 of 1 with an exact version.",
        "Registered as | iris version 2, Production, `@best` |",
    ],
)
def test_it_says(said):
    version = ModelVersion("iris", 2, "Production", ("best",))

    assert said in the_card(versions=(version,))


def test_it_says_what_was_not_recorded():
    card = the_card(LoggedModel("m-1", "", "7", mlmodel=MLmodel(flavors=(PYFUNC,))), Training())

    for said in (
        "No signature was recorded.",
        "Nothing was recorded of the run that made it.",
        "No environment was recorded.",
        "- Commit: not recorded.",
    ):
        assert said in card


@pytest.mark.parametrize("nasty", NASTY)
def test_no_text_of_the_store_breaks_out(nasty):
    flavor = Flavor(nasty, {"sklearn_version": nasty})
    column = Field(nasty, nasty, spec={"type": "string"})
    mlmodel = MLmodel(
        flavors=(flavor, PYFUNC), signature=Signature(inputs=(column,)), mlflow_version=nasty
    )
    training = Training(
        *(nasty,) * 7,
        params={nasty: nasty},
        metrics=(ModelMetric(nasty, 1.0, dataset=nasty),),
        datasets=(DatasetUse(*(nasty,) * 4),),
    )
    model = LoggedModel(
        "m-1",
        nasty,
        "7",
        mlmodel=mlmodel,
        model_type=nasty,
        tags={"license": nasty, "mlflow.note.content": nasty},
    )

    card = the_card(model, replace(training, commit_url=""), versions=(ModelVersion(nasty, 1),))
    page = html_of(card)

    assert set(metadata(card)) <= {"library_name", "tags", "license", "metrics"}
    assert (
        re.findall(
            r"<(?:script|img|details)\b|href=.javascript", re.sub(r"<code>.*?</code>", "", page)
        )
        == []
    )
    assert len(re.findall("<h1>", page)) == 1
    assert len(re.findall("<h2>", page)) == 7


# ---- Markdown ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("a_b *c*", r"a\_b \*c\*"),
        ("# x", r"\# x"),
        ("1. x", r"1\. x"),
        ("3.17.2", "3.17.2"),
        ("- x", r"\- x"),
        ("-1", "-1"),
        ("two\nlines", "two lines"),
        ("<b> & c", "&lt;b&gt; &amp; c"),
    ],
)
def test_text_stays_text(words, written):
    assert text(words) == written


@pytest.mark.parametrize(
    ("words", "written"),
    [("a", "`a`"), ("a`b", "``a`b``"), ("`a`", "`` `a` ``"), ("a|b", r"`a\|b`")],
)
def test_code_in_a_line(words, written):
    assert span(words) == written


def test_a_block_of_code_cannot_be_closed_from_inside():
    assert block("```\nx", "text") == "````text\n```\nx\n````"


def test_a_table_has_its_cells_in_rows():
    assert table(("A", "B"), [("1", "2")]) == "| A | B |\n| --- | --- |\n| 1 | 2 |"
