"""The page of a model: what it says, and that what it offers to copy is quoted right."""

import ast
import html
import json
import re
import shlex
from dataclasses import replace
from typing import Any

import pytest

from reportgen.errors import Problem
from reportgen.model import (
    Artifact,
    Environment,
    Field,
    Flavor,
    InputExample,
    LoggedModel,
    MLmodel,
    ModelMetric,
    ModelStatus,
    ModelVersion,
    RunRef,
    Signature,
)
from reportgen.theme import load_theme
from reportgen.views.literals import as_json, as_python
from reportgen.views.model import ModelPage, model_page
from reportgen.views.page import Code
from tests.sites import SHARED

PYFUNC = Flavor("python_function", {"loader_module": "mlflow.sklearn"})
SKLEARN = Flavor(
    "sklearn", {"sklearn_version": "1.9.1", "serialization_format": "skops", "code": None}
)
TABLE = {"columns": ["it's", "b"], "data": [[1.5, "x'y"], [2.5, "€"]]}
SIGNATURE = Signature(
    inputs=(
        Field("it's", "double", spec={"type": "double"}),
        Field("b", "string", required=False, spec={"type": "string"}),
    ),
    outputs=(
        Field("", "int64", shape=(-1,), spec={"type": "tensor", "tensor-spec": {"dtype": "int64"}}),
    ),
)


def a_model(**changes: Any) -> LoggedModel:
    """A scikit-learn model with all that MLflow records."""
    mlmodel = MLmodel(
        flavors=(PYFUNC, SKLEARN),
        signature=SIGNATURE,
        example=InputExample("dataframe", TABLE),
        mlflow_version="3.17.2",
        size=1200,
        environment=Environment(("python_env.yaml",), "3.11.7"),
    )
    model = LoggedModel(
        id="m-1", name="forest", experiment_id="7", run_id="r" * 32, mlmodel=mlmodel
    )
    return replace(model, **changes)


def page_of(model: LoggedModel, **more: Any) -> ModelPage:
    given: dict[str, Any] = {
        "address": "models/m-1/k.html",
        "key": "k",
        "source_run": None,
        "versions": (),
        "experiment_name": "iris",
        "files": {},
    }
    return model_page(model, **given | more)


def with_mlmodel(**changes: Any) -> LoggedModel:
    model = a_model()
    assert model.mlmodel
    return replace(model, mlmodel=replace(model.mlmodel, **changes))


def text_of(code: Code) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", code.html))


def codes_of(page: ModelPage) -> dict[str, str]:
    return {code.title: text_of(code) for step in page.use.steps for code in step.codes}


# ---- head --------------------------------------------------------------------------------------


def test_it_names_its_source_run_and_experiment():
    run = RunRef("r" * 32, "7", 0, "", "dapper-lynx")

    page = page_of(a_model(), source_run=run)

    assert f"../../runs/index.html?id={'r' * 32}" in [fact.href for fact in page.facts]
    assert page.head.crumbs[-2].href == "../../experiments/7/index.html"


def test_stages_and_aliases_of_its_versions_are_chips():
    version = ModelVersion("iris", 2, "Production", ("champion",))

    page = page_of(a_model(), versions=[version])

    assert [chip.text for chip in page.chips] == ["Ready", "Production", "@champion"]


def test_it_is_found_under_all_its_addresses():
    version = ModelVersion("iris", 2, aliases=("champion",))

    page = page_of(a_model(), versions=[version])

    assert [one.uri for one in page.addresses] == [
        "models:/m-1",
        f"runs:/{'r' * 32}/forest",
        "models:/iris/2",
        "models:/iris@champion",
    ]


def test_before_release_3_it_is_addressed_through_its_run():
    page = page_of(a_model(artifact_path="models/a b"))

    assert page.uri == f"runs:/{'r' * 32}/models/a b"
    assert f"-m 'runs:/{'r' * 32}/models/a b'" in codes_of(page)["Packages you have"]


@pytest.mark.parametrize("status", ModelStatus)
def test_every_status_has_a_chip(status):
    assert page_of(a_model(status=status)).chips[0].icon


def test_its_description_comes_from_its_newest_described_version():
    versions = [ModelVersion("iris", 1, description="Old."), ModelVersion("iris", 2)]

    assert page_of(a_model(), versions=versions).lede == "Old."


# ---- signature ---------------------------------------------------------------------------------


def test_a_signature_is_a_table_for_each_of_its_parts():
    inputs, outputs = page_of(a_model()).signature

    assert [(row.name, row.type, row.need) for row in inputs.rows] == [
        ("it's", "double", "required"),
        ("b", "string", "optional"),
    ]
    assert [(row.name, row.shape) for row in outputs.rows] == [("the output", "(any)")]


def test_what_is_inside_a_nested_type_gets_rows_of_its_own():
    inner = {"k": {"type": "string"}, "o": {"type": "long", "required": False}}
    spec = {"type": "array", "items": {"type": "object", "properties": inner}}
    field = Field("a", "array<object{k: string, o?: long}>", spec=spec)

    (table,) = page_of(with_mlmodel(signature=Signature(inputs=(field,)))).signature

    assert [(row.depth, row.name, row.type, row.need) for row in table.rows] == [
        (0, "a", "array<object>", "required"),
        (1, "k", "string", "required"),
        (1, "o", "long", "optional"),
    ]


def test_parameters_show_their_defaults():
    params = (Field("stop", "string", shape=(-1,), default=["a"]), Field("t", "double"))

    (table,) = page_of(with_mlmodel(signature=Signature(params=params))).signature

    assert [row.need for row in table.rows] == ['["a"]', "none"]


def test_a_model_without_a_signature_says_how_to_add_one():
    page = page_of(with_mlmodel(signature=None))

    assert page.signature_missing.startswith("No signature was recorded")
    assert page.how_to_sign
    assert 'set_signature("models:/m-1", signature)' in text_of(page.how_to_sign)


# ---- input example -----------------------------------------------------------------------------


def test_an_example_of_a_data_frame_is_a_table_of_its_first_rows():
    example = InputExample("dataframe", {"columns": ["a"], "data": [[row] for row in range(9)]})

    page = page_of(with_mlmodel(example=example))

    assert page.example
    assert page.example.table
    assert page.example.note == "first 5 of 9 rows"
    assert [row[0].text for row in page.example.table.rows] == ["0", "1", "2", "3", "4"]


def test_any_other_example_is_json_that_is_cut_when_long():
    page = page_of(with_mlmodel(example=InputExample("json_object", ["x" * 5000])))

    assert page.example
    assert page.example.code
    assert page.example.note == "json_object, first 3,000 of 5,008 characters"


# ---- use it ------------------------------------------------------------------------------------


def test_the_curl_command_sends_the_very_request():
    page = page_of(a_model())

    words = shlex.split(codes_of(page)["curl"])

    assert json.loads(words[words.index("-d") + 1]) == {"dataframe_split": TABLE}
    assert page.use.forms[0].body == {"dataframe_split": TABLE}


def test_the_csv_command_sends_the_same_rows():
    words = shlex.split(codes_of(page_of(a_model()))["CSV"])

    assert words[words.index("--data-binary") + 1] == "it's,b\n1.5,x'y\n2.5,€\n"


@pytest.mark.parametrize("title", ["Python", "mlflow.pyfunc", "mlflow.sklearn"])
def test_the_python_code_is_valid(title):
    assert ast.parse(codes_of(page_of(a_model()))[title])


def test_types_that_pandas_would_not_give_are_given():
    fields = (
        Field("n", "integer", spec={"type": "integer"}),
        Field("raw", "binary", spec={"type": "binary"}),
    )

    text = codes_of(page_of(with_mlmodel(signature=Signature(fields), example=None)))

    assert 'data = data.astype({"n": "int32"})' in text["mlflow.pyfunc"]
    assert 'data["raw"] = data["raw"].map(base64.b64decode)' in text["mlflow.pyfunc"]


def test_parameters_are_given_apart_in_python():
    example = InputExample("json_object", ["a"], params={"top_k": None})

    text = codes_of(page_of(with_mlmodel(signature=None, example=example)))["mlflow.pyfunc"]

    assert 'params = {"top_k": None}\nprint(model.predict(data, params=params))' in text


def test_an_image_is_sent_from_python_and_from_its_file():
    spec = {"type": "tensor", "tensor-spec": {"dtype": "uint8"}}
    image = Field("", "uint8", shape=(-1, 224, 224, 3), spec=spec)
    model = with_mlmodel(signature=Signature((image,)), example=None)
    file = Artifact("serving_input_example.json", 1, "x")

    text = codes_of(page_of(replace(model, artifacts=(file,))))

    assert 'np.zeros((1, 224, 224, 3), dtype="uint8").tolist()' in text["Python"]
    assert "-d @serving_input_example.json" in text["curl"]


def test_a_cut_request_says_of_how_many_rows():
    table = {"columns": ["text"], "data": [["word " * 20]] * 90}

    page = page_of(with_mlmodel(example=InputExample("dataframe", table)))

    assert page.use.steps[3].note.startswith("Made from the first 5 rows of 90 in the input")


def test_a_model_without_python_function_cannot_be_served_but_loaded():
    page = page_of(with_mlmodel(flavors=(SKLEARN,)))

    assert "neither serve it" in page.use.cannot
    assert list(codes_of(page)) == ["Database", "Folder", "Server", "mlflow.sklearn"]


def test_the_name_of_an_unknown_flavor_never_becomes_code():
    flavor = Flavor("x; import os")

    page = page_of(with_mlmodel(flavors=(flavor, PYFUNC)))

    assert not any("import os" in text for text in codes_of(page).values())


def test_an_external_model_says_that_there_is_nothing_to_load():
    page = page_of(a_model(mlmodel=MLmodel(), tags={"mlflow.model.isExternal": "true"}))

    assert page.use.steps == ()
    assert "kept outside MLflow" in page.use.cannot
    assert page.signature_missing == ""


def test_a_model_whose_files_are_elsewhere_says_so():
    assert "not in the sources" in page_of(a_model(mlmodel=None)).use.cannot


@pytest.mark.parametrize(
    ("flavors", "warned"),
    [
        ((Flavor("sklearn", {"serialization_format": "pickle"}), PYFUNC), True),
        ((Flavor("sklearn", {"serialization_format": "skops"}), PYFUNC), False),
        ((Flavor("python_function", {"python_model": "python_model.pkl"}),), True),
        ((Flavor("python_function", {"model_code_path": "/home/ada/m.py"}),), True),
        ((Flavor("onnx"), PYFUNC), False),
    ],
)
def test_it_warns_where_loading_can_run_code(flavors, warned):
    assert bool(page_of(with_mlmodel(flavors=flavors)).use.caution) is warned


# ---- what it is made of ------------------------------------------------------------------------


def test_the_path_on_its_authors_machine_is_not_shown():
    flavor = Flavor(
        "python_function",
        {
            "model_code_path": "/home/ada/secret/m.py",
            "artifacts": {"w": {"path": "artifacts/w", "uri": "/home/ada/secret/w"}},
        },
    )

    (card,) = page_of(with_mlmodel(flavors=(flavor,))).flavors

    assert [(pair.name, pair.value) for pair in card.settings] == [
        ("model_code_path", "m.py"),
        ("artifacts", "artifacts/w"),
    ]


def test_its_own_tags_come_apart_from_those_of_mlflow():
    page = page_of(a_model(tags={"task": "x", "mlflow.user": "ada"}))

    assert [tag.name for tag in page.tags] == ["task"]
    assert [tag.name for tag in page.system_tags] == ["mlflow.user"]


def test_neither_changes_that_were_not_committed_nor_credentials_are_published():
    tags = {
        "mlflow.source.git.diff": "+ password = 'swordfish'",
        "mlflow.source.git.repoURL": "https://ada:s3cret@host/a/b",
    }

    (tag,) = page_of(a_model(tags=tags)).system_tags

    assert tag.value == "https://host/a/b"


def test_copied_files_are_links_and_others_are_not():
    files = (Artifact("MLmodel", 10, "a"), Artifact("model.skops", 20, "b"))

    page = page_of(a_model(artifacts=files), files={"MLmodel": "files/ab/MLmodel.txt"})

    assert [row.href for row in page.files] == ["../../files/ab/MLmodel.txt", ""]


def test_metrics_name_the_data_they_were_measured_on():
    page = page_of(a_model(metrics=(ModelMetric("acc", 0.5, 3, "iris", "6a1b"),)))

    assert page.metrics[0].dataset == "iris (6a1b)"


def test_sections_name_only_what_is_there():
    model = a_model(problems=(Problem("x", "Wrong."),))

    assert [section.id for section in page_of(model).sections] == [
        "signature",
        "example",
        "use",
        "flavors",
        "problems",
        "addresses",
        "environment",
    ]


@pytest.mark.parametrize(
    "model",
    [a_model(), a_model(mlmodel=None), a_model(mlmodel=MLmodel()), with_mlmodel(signature=None)],
)
def test_the_template_knows_every_field(model):
    assert b"Use it" in load_theme().render(page_of(model), SHARED)


def test_what_a_store_says_is_never_html():
    evil = "<img src=x onerror=alert(1)>"
    model = with_mlmodel(metadata={"k": evil}, env_vars=(evil,))
    model = replace(model, name=evil, tags={evil: evil}, params={evil: evil})

    assert b"<img" not in load_theme().render(page_of(model), SHARED)


# ---- literals ----------------------------------------------------------------------------------

VALUES = [
    None,
    [],
    {},
    [1.5, None, True, "a\"b\\c\n'"],
    {"k": list(range(60)), "n": {"deep": [[0.25] * 20] * 3}},
    ["\u2028", "é", "\x00"],
]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_as_json_reads_back_the_same(value):
    assert json.loads(as_json(value)) == value


@pytest.mark.parametrize("value", VALUES)
def test_a_value_as_python_reads_back_the_same(value):
    assert ast.literal_eval(as_python(value)) == value


def test_long_values_are_laid_out_over_lines():
    lines = as_json({"k": list(range(60))}).splitlines()

    assert len(lines) > 4
    assert max(map(len, lines)) <= 84
