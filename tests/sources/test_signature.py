"""Signatures and dataset schemas: every kind of specification, of every release."""

import json

import pytest

from reportgen.errors import Problem
from reportgen.model import Field, Signature
from reportgen.sources.signature import LOG_AGAIN, dataset_schema, parse_signature

STRING = {"type": "string"}
TENSOR = {"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 4]}}


def one(spec: object) -> Field:
    signature, problems = parse_signature({"inputs": json.dumps([spec])}, "MLmodel")

    assert problems == ()
    assert signature
    assert signature.inputs
    return signature.inputs[0]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (STRING, "string"),
        ({"type": "datetime"}, "datetime"),
        (TENSOR, "float64"),
        ({"type": "any"}, "any"),
        ({"type": "sparkml_vector"}, "sparkml_vector"),
        ({"type": "array", "items": STRING}, "array<string>"),
        ({"type": "array", "items": {"type": "array", "items": STRING}}, "array<array<string>>"),
        ({"type": "map", "values": {"type": "double"}}, "map<double>"),
        (
            {
                "type": "object",
                "properties": {
                    "id": {"type": "long", "required": True},
                    "note": {"type": "string", "required": False},
                },
            },
            "object{id: long, note?: string}",
        ),
        (
            {"type": "array", "items": {"type": "object", "properties": {"k": {"type": "any"}}}},
            "array<object{k: any}>",
        ),
    ],
)
def test_a_type_in_words(spec: dict[str, object], words: str) -> None:
    assert one(spec).type == words


@pytest.mark.parametrize(
    ("spec", "required"),
    [
        ({}, True),
        ({"required": True}, True),
        ({"required": False}, False),
        ({"required": None}, True),  # nested columns of 2.10
        ({"optional": True}, False),  # up to 2.9
        ({"optional": False}, True),
    ],
)
def test_whether_a_column_is_required(spec: dict[str, object], required: bool) -> None:
    assert one({"type": "double", **spec}).required is required


@pytest.mark.parametrize(
    ("spec", "name"), [({}, ""), ({"name": "age"}, "age"), ({"name": 0}, "0"), ({"name": None}, "")]
)
def test_the_name_of_a_column_is_text(spec: dict[str, object], name: str) -> None:
    assert one({"type": "double", **spec}).name == name


def test_a_tensor_has_a_shape() -> None:
    assert one(TENSOR).shape == (-1, 4)
    assert one(TENSOR).is_tensor


def test_the_specification_is_kept_as_recorded() -> None:
    spec = {"type": "array", "items": STRING, "name": 7, "required": None}

    assert one(spec).spec == spec


@pytest.mark.parametrize("key", ["type", "dtype"])
def test_a_parameter_has_a_default_and_need_not_be_given(key: str) -> None:
    recorded = json.dumps([{"name": "top_k", key: "long", "default": [1], "shape": [-1]}])
    signature, _ = parse_signature({"params": recorded}, "MLmodel")

    assert signature
    assert signature.params
    field = signature.params[0]
    assert (field.name, field.type, field.default, field.shape) == ("top_k", "long", [1], (-1,))
    assert not field.required


def test_parts_that_are_not_recorded_are_none() -> None:
    recorded = {"inputs": "[]", "outputs": None}

    assert parse_signature(recorded, "MLmodel") == (Signature((), None, None), ())


def test_no_signature_is_none() -> None:
    assert parse_signature(None, "MLmodel") == (None, ())


@pytest.mark.parametrize(
    ("recorded", "why"),
    [
        ("[", "not JSON: Expecting value: line 1 column 2 (char 1)"),
        ("{}", "it is not a list"),
        ('"text"', "it is not a list"),
        ("[3]", "3 is not a type"),
        ('[{"name": "x"}]', "it has a field without a type"),
        ('[{"type": "array"}]', "None is not a type"),
        ('[{"type": "object"}]', "it has an object without properties"),
        ("[" * 90_000, "nested too deep"),
    ],
)
def test_a_part_that_cannot_be_read_costs_itself(recorded: str, why: str) -> None:
    signature, problems = parse_signature(
        {"inputs": '[{"type": "long"}]', "outputs": recorded}, "model/MLmodel"
    )

    assert signature
    assert signature.inputs
    assert signature.outputs is None
    what = f"The outputs of its signature cannot be read: {why}."
    assert problems == (Problem("model/MLmodel", what, LOG_AGAIN),)


def test_a_signature_that_is_no_mapping_is_a_problem() -> None:
    assert parse_signature("x", "MLmodel") == (
        None,
        (Problem("MLmodel", "Its signature is not a mapping.", LOG_AGAIN),),
    )


def test_the_schema_of_a_data_frame() -> None:
    text = json.dumps({"mlflow_colspec": [{"type": "double", "name": "age", "required": False}]})
    (field,) = dataset_schema(text)

    assert (field.name, field.type, field.required) == ("age", "double", False)


def test_the_schema_of_arrays_is_json_inside_json() -> None:
    tensors = {"features": json.dumps([TENSOR]), "targets": json.dumps([TENSOR])}
    fields = dataset_schema(json.dumps({"mlflow_tensorspec": tensors}))

    assert [(field.name, field.type, field.shape) for field in fields] == [
        ("features", "float64", (-1, 4)),
        ("targets", "float64", (-1, 4)),
    ]


def test_named_arrays_of_a_dataset_have_the_name_of_their_group_before_theirs() -> None:
    named = json.dumps([{**TENSOR, "name": "ids"}, {**TENSOR, "name": "mask"}])
    fields = dataset_schema(json.dumps({"mlflow_tensorspec": {"features": named, "targets": None}}))

    assert [field.name for field in fields] == ["features.ids", "features.mask"]


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", "{", '{"mlflow_colspec": 3}', '{"mlflow_tensorspec": []}']
)
def test_a_schema_of_another_kind_has_no_fields(text: str) -> None:
    assert dataset_schema(text) == ()
