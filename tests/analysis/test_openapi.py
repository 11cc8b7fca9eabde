"""The OpenAPI document of a model: valid, its examples by its own schemas, its forms by release."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from reportgen.analysis.json_schema import signature_schema
from reportgen.analysis.openapi import openapi
from reportgen.analysis.payloads import payloads
from reportgen.analysis.serving import answer_shape, mlflow_major, payload
from reportgen.model import Artifact, Flavor, MLmodel
from reportgen.sources.mlmodel import read_mlmodel
from reportgen.sources.signature import parse_signature
from tests.conftest import Stores

EXAMPLE = Path(__file__).parents[2] / "example_mlruns"

COLUMNS = [
    {"name": "a", "type": "double"},
    {"name": "b", "type": "string", "required": False},
]
TENSOR = [{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}}]
CHAT = [{"name": "messages", "type": "array", "items": {"type": "string"}}]
OBJECT = [{"name": "o", "type": "object", "properties": {"x": {"type": "long"}}}]


def document(mlmodel: MLmodel) -> dict[str, Any]:
    request = payload(mlmodel)
    answer = answer_shape(mlmodel, request.body if request else None)
    made = openapi(mlmodel, request, answer, title="model", version="1")
    return dict(json.loads(json.dumps(made, allow_nan=False)))


def models_in(folder: Path) -> Iterator[tuple[str, MLmodel]]:
    for path in sorted(folder.rglob("MLmodel")):
        home = path.parent
        files = [one for one in sorted(home.rglob("*")) if one.is_file()]
        artifacts = [Artifact(one.relative_to(home).as_posix(), 1, str(one)) for one in files]
        yield str(home.relative_to(folder)), read_mlmodel(home, artifacts, home.name)[0]


def predict(found: Mapping[str, Any]) -> Mapping[str, Any]:
    operation: Mapping[str, Any] = found["paths"]["/invocations"]["post"]
    return operation


def media(found: Mapping[str, Any], status: str = "") -> Mapping[str, Any]:
    """What is said of the JSON of the request, or of the answer with that status."""
    holder = predict(found)["responses"][status] if status else predict(found)["requestBody"]
    content: Mapping[str, Any] = holder["content"]["application/json"]
    return content


def takes(found: Mapping[str, Any], value: object, status: str = "") -> bool:
    schema = {**media(found, status)["schema"], "components": found["components"]}
    return Draft202012Validator(schema).is_valid(value)


# ---- every model that real MLflow saved --------------------------------------------------------


def is_new(found: Mapping[str, Any], seen: set[str]) -> bool:
    """The validator takes a tenth of a second: one of those alike will do."""
    plain = json.dumps([media(found)["schema"], found["components"], list(predict(found))])
    new = plain not in seen
    seen.add(plain)
    return new


@pytest.mark.parametrize(
    "store", ["mlmodels", "flavors-3.x", "v3.17-file", "v2.22-file", "v1.30-file", "example"]
)
def test_every_document_is_valid_and_so_are_its_examples(stores: Stores, store: str) -> None:
    seen: set[str] = set()
    for name, mlmodel in models_in(EXAMPLE if store == "example" else stores[store]):
        found = document(mlmodel)

        if is_new(found, seen):
            assert [one.message for one in OpenAPIV31SpecValidator(found).iter_errors()] == [], name
        for example in media(found).get("examples", {}).values():
            assert takes(found, example["value"]), (name, example["value"])
        if mlflow_major(mlmodel) >= 2:
            sent = [one for one in payloads(mlmodel) if one.content_type == "application/json"]
            assert [one.name for one in sent if not takes(found, one.body)] == [], name
        if "example" in media(found, "200"):
            assert takes(found, media(found, "200")["example"], "200"), name
        if mlmodel.signature:
            Draft202012Validator.check_schema(signature_schema(mlmodel.signature, name))
    assert seen


# ---- forms -------------------------------------------------------------------------------------


def a_model(inputs: object, version: str = "3.17.2", **more: Any) -> MLmodel:
    parts = {
        "inputs": json.dumps(inputs),
        **{key: json.dumps(more.pop(key)) for key in list(more) if key in ("outputs", "params")},
    }
    signature, problems = parse_signature(parts if inputs else None, "MLmodel")
    assert not problems
    return MLmodel(signature=signature, mlflow_version=version, **more)


ROW, TABLE = {"a": 1.5, "b": "x"}, {"columns": ["a", "b"], "data": [[1.5, "x"]]}
BY_COLUMN = {"a": [1.5], "b": ["x"]}


@pytest.mark.parametrize(
    ("body", "releases"),
    [
        ({"dataframe_split": TABLE}, "2.9 2.22 3.17"),
        ({"dataframe_records": [ROW]}, "2.9 2.22 3.17"),
        ({"inputs": BY_COLUMN}, "1.30 2.9 2.22 3.17"),
        ({"inputs": [ROW]}, "2.22 3.17"),
        ({"instances": [ROW]}, "1.30 2.9 2.22 3.17"),
        ({"inputs": [[1.5, "x"]]}, ""),
        (TABLE, "1.30"),
        ({"dataframe_split": TABLE, "inputs": BY_COLUMN}, ""),
        ({"dataframe_records": [{"b": "x"}]}, ""),
        ({"dataframe_records": [{"a": "x"}]}, ""),
        ([ROW], ""),
        ({}, ""),
    ],
)
def test_a_table_goes_in_the_forms_that_real_servers_took(body, releases):
    """As `mlflow models serve` of each release answered."""
    every = ("1.30", "2.9", "2.22", "3.17")

    taken = [one for one in every if takes(document(a_model(COLUMNS, f"{one}.0")), body)]

    assert taken == releases.split()


@pytest.mark.parametrize("body", [{"inputs": [[1, 2]]}, {"instances": [[1, 2]]}])
def test_an_array_goes_under_two_names(body):
    found = document(a_model(TENSOR))

    assert takes(found, body)
    assert "text/csv" not in predict(found)["requestBody"]["content"]


def test_an_array_of_rows_goes_as_a_table_too():
    assert takes(document(a_model(TENSOR)), {"dataframe_split": {"data": [[1, 2]]}})


def test_values_without_names_go_as_a_list():
    found = document(a_model([{"type": "double"}]))

    for body in ({"inputs": [1.5]}, {"instances": [1.5]}, {"dataframe_split": {"data": [[1.5]]}}):
        assert takes(found, body)


def test_what_is_nested_does_not_go_as_instances():
    found = document(a_model(OBJECT))

    assert takes(found, {"inputs": [{"o": {"x": 1}}]})
    assert takes(found, {"dataframe_records": [{"o": {"x": 1}}]})
    assert not takes(found, {"instances": [{"o": {"x": 1}}]})


def test_without_a_signature_anything_goes_in_every_form():
    found = document(a_model(None))

    for key in ("inputs", "instances"):
        assert takes(found, {key: {"what": "ever"}})
    assert takes(found, {"dataframe_records": [{"x": 1}]})


def test_a_signature_of_type_hints_takes_inputs_alone():
    found = document(a_model([{"type": "string", "required": True}], from_type_hint=True))

    assert takes(found, {"inputs": ["x"]})
    assert not takes(found, {"dataframe_split": {"data": [["x"]]}})
    assert "text/csv" not in predict(found)["requestBody"]["content"]


def test_a_chat_goes_bare_and_is_answered_bare():
    outputs = [{"name": "text", "type": "string"}]
    found = document(a_model(CHAT, outputs=outputs))

    assert takes(found, {"messages": ["hello"]})
    assert takes(found, {"text": "hello"}, "200")


def test_an_agent_takes_no_wrapped_requests():
    found = document(a_model(CHAT, metadata={"task": "agent/v2/chat"}))

    assert takes(found, {"messages": ["hello"]})
    assert not takes(found, {"dataframe_records": [{"messages": ["hello"]}]})


def test_parameters_go_beside_the_data():
    params = [{"name": "top_k", "type": "long", "default": 3, "shape": None}]
    found = document(a_model(COLUMNS, params=params))

    assert takes(found, {"dataframe_records": [ROW], "params": {"top_k": 5}})
    assert not takes(found, {"dataframe_records": [ROW], "params": {"top_k": "x"}})
    assert not takes(document(a_model(COLUMNS)), {"dataframe_records": [ROW], "params": {}})


@pytest.mark.parametrize(
    ("version", "kinds"),
    [
        ("3.17.2", ["application/json", "text/csv", "application/vnd.apache.parquet"]),
        ("2.22.0", ["application/json", "text/csv"]),
    ],
)
def test_a_table_of_plain_columns_goes_as_csv_and_later_as_parquet(version, kinds):
    content = predict(document(a_model(COLUMNS, version)))["requestBody"]["content"]

    assert list(content) == kinds


# ---- answers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "body"),
    [("3.17.2", {"predictions": [1]}), ("1.30.0", [1]), ("1.30.0", {"predictions": [1]})],
)
def test_answers_are_wrapped_since_release_2(version, body):
    found = document(a_model(COLUMNS, version, outputs=[{"type": "long"}]))

    assert takes(found, body, "200")
    assert not takes(found, {"predictions": ["x"]}, "200")


def test_errors_have_a_code_and_a_message():
    found = document(a_model(COLUMNS))

    assert takes(found, {"error_code": "BAD_REQUEST", "message": "No."}, "400")
    assert not takes(found, {"detail": "No."}, "400")


def test_the_server_of_another_model_is_described_alike():
    found = document(MLmodel(flavors=(Flavor("python_function"),)))

    assert list(found["paths"]) == ["/invocations", "/ping", "/health", "/version"]
