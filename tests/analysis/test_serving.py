"""Requests for models: from what was saved with them, else from their signatures."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reportgen.analysis.serving import (
    answer_shape,
    mlflow_major,
    never_taken,
    payload,
    placeholder,
    sendable,
)
from reportgen.model import Artifact, Field, Flavor, InputExample, MLmodel, Signature
from reportgen.sources.mlmodel import read_mlmodel
from tests.conftest import Stores


def a_column(name: str, kind: str = "double", **more: object) -> Field:
    return Field(name, kind, spec={"type": kind, "name": name, **more})


def a_tensor(name: str, dtype: str, *shape: int) -> Field:
    spec = {"type": "tensor", "tensor-spec": {"dtype": dtype, "shape": list(shape)}}
    return Field(name, dtype, shape=shape, spec=spec)


def taking(*inputs: Field, version: str = "3.1.0") -> MLmodel:
    return MLmodel(signature=Signature(inputs=inputs), mlflow_version=version)


def with_example(kind: str, content: object, version: str = "3.1.0", **more: object) -> MLmodel:
    return MLmodel(example=InputExample(kind, content, **more), mlflow_version=version)


def body_of(mlmodel: MLmodel) -> object:
    found = payload(mlmodel)
    assert found
    return found.body


def saved(stores: Stores, release: str, name: str) -> MLmodel:
    folder = stores["mlmodels"] / release / name
    files = [path.relative_to(folder) for path in Path(folder).rglob("*") if path.is_file()]
    artifacts = [Artifact(path.as_posix(), 1, path.as_posix()) for path in files]
    return read_mlmodel(folder, artifacts, name)[0]


# ---- which release -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "env", "major"),
    [
        ("3.17.2", None, 3),
        ("1.30.1", None, 1),
        ("", {"conda": "conda.yaml"}, 2),
        ("", "conda.yaml", 1),
        ("", None, 1),
    ],
)
def test_the_release_that_saved_a_model(version, env, major):
    pyfunc = Flavor("python_function", {"env": env})

    assert mlflow_major(MLmodel(flavors=(pyfunc,), mlflow_version=version)) == major


# ---- from what was saved -----------------------------------------------------------------------


def test_the_saved_request_goes_before_the_example():
    request = {"inputs": [[1.0]]}
    mlmodel = with_example("ndarray", [[2.0]], serving=request)

    assert body_of(mlmodel) == request


def test_a_data_frame_is_sent_in_split_form():
    table = {"columns": ["a", "b"], "data": [[1, 2]]}

    assert body_of(with_example("dataframe", table)) == {"dataframe_split": table}


def test_a_data_frame_of_release_1_is_sent_by_column_as_every_release_understands():
    table = {"columns": ["a", "b"], "data": [[1, 2], [3, 4]]}

    assert body_of(with_example("dataframe", table, "1.30.1")) == {
        "inputs": {"a": [1, 3], "b": [2, 4]}
    }


def test_numbered_columns_of_release_1_are_sent_as_it_wants_them():
    assert body_of(with_example("dataframe", {"data": [[1, 2]]}, "1.30.1")) == {
        "columns": [0, 1],
        "data": [[1, 2]],
    }


def test_an_array_is_wrapped():
    assert body_of(with_example("ndarray", [[1.5]])) == {"inputs": [[1.5]]}


@pytest.mark.parametrize("kind", ["sparse_matrix_csr", "sparse_matrix_csc"])
def test_a_sparse_matrix_is_written_out(kind):
    parts = {"data": [5.0], "indices": [1], "indptr": [0, 1, 1], "shape": [2, 2]}
    written_out = [[0.0, 5.0], [0.0, 0.0]] if kind.endswith("csr") else [[0.0, 0.0], [5.0, 0.0]]

    assert body_of(with_example(kind, parts)) == {"inputs": written_out}


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"data": [1], "indices": [9], "indptr": [0, 1], "shape": [1, 1]},
        {"data": [], "indices": [], "indptr": [0], "shape": [10**9, 10**9]},
        {"data": [], "indices": [], "indptr": [0], "shape": "x"},
    ],
)
def test_a_broken_sparse_matrix_is_not_sent(parts):
    assert payload(with_example("sparse_matrix_csr", parts)) is None


def test_a_chat_is_sent_bare():
    chat = {"messages": [{"role": "user", "content": "hi"}]}

    assert body_of(with_example("json_object", chat)) == chat


def test_parameters_travel_beside_the_data():
    mlmodel = with_example("ndarray", [1], params={"top_k": 2})

    assert body_of(mlmodel) == {"inputs": [1], "params": {"top_k": 2}}


def test_parameters_of_a_chat_travel_in_it():
    mlmodel = with_example("json_object", {"prompt": "hi"}, params={"t": 0.5})

    assert body_of(mlmodel) == {"prompt": "hi", "t": 0.5}


def test_long_examples_are_cut_to_their_first_rows():
    table = {"columns": ["text"], "data": [["word " * 20]] * 90}

    found = payload(with_example("dataframe", table))

    assert found
    assert len(found.body["dataframe_split"]["data"]) == 5
    assert (found.rows, found.all_rows) == (5, 90)


def test_rows_that_are_long_themselves_are_cut_to_one():
    table = {"columns": ["text"], "data": [["word " * 400]] * 90, "index": list(range(90))}

    assert len(body_of(with_example("dataframe", table))["dataframe_split"]["data"]) == 1


def test_arrays_of_a_fixed_length_are_not_cut():
    example = InputExample("ndarray", [[0.25] * 400] * 4)
    signature = Signature(inputs=(a_tensor("", "float64", 4, 400),))
    found = payload(MLmodel(example=example, signature=signature, mlflow_version="3.1.0"))

    assert found
    assert found.body is None
    assert found.arrays == signature.inputs


# ---- from the signature ------------------------------------------------------------------------


def test_named_columns_become_one_row_of_placeholders():
    mlmodel = taking(a_column("x"), a_column("when", "datetime"), a_column("raw", "binary"))

    assert body_of(mlmodel) == {
        "dataframe_split": {
            "columns": ["x", "when", "raw"],
            "data": [[0.5, "2026-01-31T12:00:00", "Ynl0ZXM="]],
        }
    }


def test_numbered_columns_stay_numbers():
    column = Field("0", "long", spec={"type": "long", "name": 0})

    assert body_of(taking(column)) == {"dataframe_split": {"columns": [0], "data": [[1]]}}


def test_one_unnamed_column_is_a_list():
    assert body_of(taking(a_column("", "string"))) == {"inputs": ["text"]}


def test_one_row_is_asked_of_a_tensor_of_any_length():
    assert body_of(taking(a_tensor("", "float32", -1, 3))) == {"inputs": [[0.0, 0.0, 0.0]]}


def test_named_tensors_are_sent_by_name():
    mlmodel = taking(a_tensor("ids", "int64", -1, 2), a_tensor("on", "bool", -1))

    assert body_of(mlmodel) == {"inputs": {"ids": [[0, 0]], "on": [False]}}


def test_an_image_is_too_long_to_write_out():
    image = a_tensor("", "uint8", -1, 224, 224, 3)

    found = payload(taking(image))

    assert found
    assert found.body is None
    assert found.arrays == (image,)


def test_a_tensor_of_absurd_shape_costs_nothing():
    assert body_of(taking(a_tensor("", "uint8", *[10**9] * 40))) is None


def test_defaults_of_parameters_are_sent():
    signature = Signature(
        inputs=(a_column("x"),),
        params=(Field("top_k", "long", default=3), Field("stop", "string", default=None)),
    )

    assert body_of(MLmodel(signature=signature, mlflow_version="3.0"))["params"] == {"top_k": 3}


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ({"type": "array", "items": {"type": "string"}}, ["text"]),
        ({"type": "map", "values": {"type": "boolean"}}, {"key": True}),
        (
            {"type": "object", "properties": {"a": {"type": "long"}, "b": {"type": "any"}}},
            {"a": 1, "b": "text"},
        ),
        ({"type": "sparkml_vector"}, [0.5]),
        ({"type": "of tomorrow"}, "text"),
        (None, "text"),
    ],
)
def test_a_placeholder_fits_its_type(spec, value):
    assert placeholder(spec) == sendable(spec) == value


@pytest.mark.parametrize("kind", ["integer", "float", "datetime"])
def test_a_list_stays_empty_where_the_server_takes_nothing_in_it(kind):
    assert sendable({"type": "array", "items": {"type": kind}}) == []


@pytest.mark.parametrize("kind", ["integer", "datetime"])
def test_a_map_stays_empty_where_the_server_takes_nothing_in_it(kind):
    assert sendable({"type": "map", "values": {"type": kind}}) == {}


def test_a_float_in_an_object_is_a_whole_number():
    assert sendable({"type": "object", "properties": {"x": {"type": "float"}}}) == {"x": 1}


def test_an_optional_property_of_which_the_server_takes_no_value_is_left_away():
    properties = {"when": {"type": "datetime", "required": False}, "what": {"type": "string"}}

    assert sendable({"type": "object", "properties": properties}) == {"what": "text"}


def test_a_model_may_ask_for_what_its_server_takes_from_no_request():
    place = a_column("", "object", properties={"seen": {"type": "datetime"}})

    assert payload(taking(place)) is None
    assert never_taken(taking(place)) == ("datetime",)


def test_type_hints_take_dates_in_objects():
    place = a_column("", "object", properties={"seen": {"type": "datetime"}})
    mlmodel = replace(taking(place), from_type_hint=True)

    assert body_of(mlmodel) == {"inputs": [{"seen": "2026-01-31T12:00:00"}]}


def test_one_unnamed_column_of_lists_is_a_table():
    assert body_of(taking(a_column("", "array", items={"type": "long"}))) == {
        "dataframe_split": {"data": [[[1]]]}
    }


def test_nothing_is_sent_where_nothing_says_what():
    assert payload(MLmodel()) is None
    assert payload(MLmodel(signature=Signature(inputs=()))) is None


# ---- the answer --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outputs", "example"),
    [
        ((a_tensor("", "int64", -1),), [0]),
        ((a_tensor("", "float64", -1, 2),), [[0.0, 0.0]]),
        ((a_tensor("logits", "float64", -1),), {"logits": [0.0]}),
        ((a_column("label", "string"),), [{"label": "text"}]),
        ((a_column("", "string"),), ["text"]),
    ],
)
def test_an_answer_has_the_form_of_the_outputs(outputs, example):
    mlmodel = MLmodel(signature=Signature(outputs=outputs), mlflow_version="3.1.0")

    assert answer_shape(mlmodel).example == {"predictions": example}


def test_a_chat_is_answered_bare():
    mlmodel = MLmodel(signature=Signature(outputs=(a_column("text", "string"),)))

    assert answer_shape(mlmodel, {"messages": []}).example == {"text": "text"}


def test_statsmodels_answers_with_records():
    signature = Signature(outputs=(a_column("", "double"),))
    mlmodel = MLmodel((Flavor("statsmodels"),), signature, mlflow_version="3.1.0")

    assert answer_shape(mlmodel).example == {"predictions": [{"0": 0.5}]}


def test_servers_of_release_1_answer_with_a_bare_list():
    assert "bare list" in answer_shape(MLmodel(mlflow_version="1.30.1")).words


# ---- models saved by real MLflow ---------------------------------------------------------------

CASES = "df_all_types df_unnamed list_of_str sparse_csr string tensor_image tensor_named".split()


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("release", ["v2.22", "v3.17"])
def test_the_request_made_from_an_example_is_the_one_that_mlflow_saved(stores, release, name):
    mlmodel = saved(stores, release, name)
    assert mlmodel.example
    bare = InputExample(mlmodel.example.kind, mlmodel.example.content, mlmodel.example.params)

    made = payload(
        MLmodel(example=bare, signature=mlmodel.signature, mlflow_version=mlmodel.mlflow_version)
    )

    assert made
    assert made.body == mlmodel.example.serving


@pytest.mark.parametrize("release", ["v1.30", "v2.9", "v2.22", "v3.17"])
def test_every_request_is_json_and_short(stores, release):
    folders = sorted((stores["mlmodels"] / release).glob("*/MLmodel"))
    bodies = [payload(saved(stores, release, path.parent.name)) for path in folders]

    assert any(bodies)
    assert all(len(json.dumps(found.body, allow_nan=False)) <= 4096 for found in bodies if found)


@pytest.mark.parametrize("index", [{"a": 1}, 7, list(range(90))])
def test_an_index_of_any_kind_does_not_hinder_cutting(index):
    table = {"columns": ["text"], "data": [["word " * 20]] * 90, "index": index}

    found = payload(with_example("json_object", None, serving={"dataframe_split": table}))

    assert found
    assert found.rows == 5
