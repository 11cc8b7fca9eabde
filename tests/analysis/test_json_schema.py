"""A signature as JSON Schema: what it takes and refuses, by a validator of its own."""

import json

import pytest
from jsonschema import Draft202012Validator

from reportgen.analysis.json_schema import signature_schema
from reportgen.model import Field, Signature
from reportgen.sources.signature import parse_signature


def the_signature(**parts: object) -> Signature:
    found, problems = parse_signature(
        {name: json.dumps(specs) for name, specs in parts.items()}, "MLmodel"
    )
    assert found and not problems
    return found


def taken(value: object, **parts: object) -> bool:
    schema = signature_schema(the_signature(**parts), "model")
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema).is_valid(value)


def a_column(kind: str, value: object) -> bool:
    return taken({"inputs": [{"c": value}]}, inputs=[{"name": "c", "type": kind}])


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("boolean", True, 1),
        ("integer", 2**31 - 1, 2**31),
        ("long", 2**63 - 1, 2**63),
        ("float", 0.5, "0.5"),
        ("double", 1, None),
        ("string", "", 1),
        ("binary", "YQ==", 1),
        ("datetime", "2026-01-31T12:00:00", "2026-01-31T12:00:00Z"),  # MLflow takes no zones
        ("datetime", "2026-01-31", "31 January"),
    ],
)
def test_columns_of_each_type(kind, good, bad):
    assert (a_column(kind, good), a_column(kind, bad)) == (True, False)


def test_a_column_of_an_unknown_type_takes_anything():
    assert a_column("quaternion", [1, 2, 3, 4])


def test_a_column_that_may_be_left_out_may_be_missing_too():
    columns = [
        {"name": "a", "type": "double"},
        {"name": "b", "type": "string", "required": False},
    ]

    assert taken({"inputs": [{"a": 1}]}, inputs=columns)
    assert taken({"inputs": [{"a": 1, "b": None}]}, inputs=columns)
    assert not taken({"inputs": [{"b": "x"}]}, inputs=columns)


NESTED = [
    {
        "name": "chat",
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "role": {"type": "string", "required": True},
                "score": {"type": "map", "values": {"type": "double"}, "required": False},
                "more": {"type": "any", "required": False},
            },
        },
    }
]


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ([{"role": "user"}], True),
        ([{"role": "user", "score": {"a": 1.5}, "more": [1, {}]}], True),
        ([{"role": "user", "score": None}], True),
        ([], True),
        ([{}], False),
        ([{"role": "user", "other": 1}], False),  # MLflow refuses properties it does not know
        ([{"role": "user", "score": {"a": "b"}}], False),
        ({"role": "user"}, False),
    ],
)
def test_arrays_of_objects_with_maps_and_anything(value, good):
    assert taken({"inputs": [{"chat": value}]}, inputs=NESTED) is good


def a_tensor(dtype: str, *shape: int) -> list[dict[str, object]]:
    return [{"type": "tensor", "tensor-spec": {"dtype": dtype, "shape": list(shape)}}]


@pytest.mark.parametrize(
    ("value", "good"),
    [([[1, 2]], True), ([[1, 2], [3, 4]], True), ([], True), ([[1]], False), ([1, 2], False)],
)
def test_a_tensor_has_its_shape(value, good):
    assert taken({"inputs": value}, inputs=a_tensor("float32", -1, 2)) is good


@pytest.mark.parametrize(
    ("dtype", "good", "bad"),
    [
        ("uint8", 255, 256),
        ("int16", -(2**15), 2**15),
        ("float64", 0.5, "x"),
        ("bool", True, 0),
        ("str", "x", 1),
    ],
)
def test_a_tensor_has_its_type(dtype, good, bad):
    tensor = a_tensor(dtype, -1)

    assert (taken({"inputs": [good]}, inputs=tensor), taken({"inputs": [bad]}, inputs=tensor)) == (
        True,
        False,
    )


def test_several_tensors_go_by_their_names():
    both = [{"name": name, **a_tensor("float32", -1)[0]} for name in ("a", "b")]

    assert taken({"inputs": {"a": [1], "b": [2]}}, inputs=both)
    assert not taken({"inputs": {"a": [1]}}, inputs=both)


def test_several_columns_without_names_are_a_list():
    columns = [{"type": "double"}, {"type": "string"}]

    assert taken({"inputs": [[1, "x"]]}, inputs=columns)
    assert not taken({"inputs": [["x", 1]]}, inputs=columns)


def test_params_have_their_types_and_defaults():
    params = [
        {"name": "top_k", "type": "long", "default": 3, "shape": None},
        {"name": "stop", "type": "string", "default": ["."], "shape": [-1]},
    ]
    schema = signature_schema(the_signature(params=params), "model")

    assert schema["properties"]["params"]["properties"]["top_k"]["default"] == 3
    assert taken({"params": {"top_k": 5, "stop": ["a", "b"]}}, params=params)
    assert not taken({"params": {"top_k": "x"}}, params=params)


def test_a_shape_that_no_array_has_is_cut():
    field = Field("", "float32", shape=(1,) * 5000, spec={"type": "tensor"})

    schema = signature_schema(Signature(inputs=(field,)), "deep")

    assert json.dumps(schema).count('"items"') == 32


def test_types_nested_without_end_are_cut():
    spec: dict[str, object] = {"type": "double"}
    for _ in range(500):
        spec = {"type": "array", "items": spec}

    schema = signature_schema(Signature(inputs=(Field("x", "deep", spec=spec),)), "deep")

    assert json.dumps(schema).count('"items"') <= 34
