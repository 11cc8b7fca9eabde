"""The forms of one request: which a server takes, and that they hold the same data."""

from dataclasses import replace

import pytest

from reportgen.analysis.payloads import Form, payloads
from reportgen.analysis.serving import payload
from reportgen.model import Field, InputExample, MLmodel, Signature


def a_column(name: str, kind: str = "double", **more: object) -> Field:
    return Field(name, kind, spec={"type": kind, "name": name, **more})


def a_tensor(name: str, dtype: str, *shape: int) -> Field:
    spec = {"type": "tensor", "tensor-spec": {"dtype": dtype, "shape": list(shape)}}
    return Field(name, dtype, shape=shape, spec=spec)


def taking(*inputs: Field, version: str = "3.1.0") -> MLmodel:
    return MLmodel(signature=Signature(inputs=inputs), mlflow_version=version)


def with_example(mlmodel: MLmodel, kind: str, content: object) -> MLmodel:
    return replace(mlmodel, example=InputExample(kind, content))


def bodies(mlmodel: MLmodel) -> dict[str, object]:
    return {form.name: form.body for form in payloads(mlmodel)}


def names(mlmodel: MLmodel) -> list[str]:
    return [form.name for form in payloads(mlmodel)]


# ---- tables ------------------------------------------------------------------------------------

TWO = (a_column("x, y"), a_column("name", "string"))


def test_named_columns_have_five_forms():
    assert bodies(taking(*TWO)) == {
        "dataframe_split": {
            "dataframe_split": {"columns": ["x, y", "name"], "data": [[0.5, "text"]]}
        },
        "dataframe_records": {"dataframe_records": [{"x, y": 0.5, "name": "text"}]},
        "inputs": {"inputs": {"x, y": [0.5], "name": ["text"]}},
        "instances": {"instances": [{"x, y": 0.5, "name": "text"}]},
        "csv": '"x, y",name\n0.5,text\n',
    }


def test_the_first_form_is_the_one_to_show():
    mlmodel = taking(*TWO)
    found = payload(mlmodel)

    assert found
    assert payloads(mlmodel)[0] == Form("dataframe_split", "application/json", found.body)


def test_csv_says_its_content_type():
    assert {form.content_type for form in payloads(taking(*TWO)) if form.name == "csv"} == {
        "text/csv"
    }


@pytest.mark.parametrize("kind", ["binary", "datetime", "any"])
def test_types_that_csv_cannot_carry_are_not_offered_so(kind):
    assert "csv" not in names(taking(a_column("x", kind)))


def test_base64_is_decoded_in_data_frames_alone():
    assert names(taking(a_column("x", "binary"))) == ["dataframe_split", "dataframe_records"]


def test_a_missing_text_is_sent_in_data_frames_alone():
    table = {"columns": ["x"], "data": [[None]]}

    forms = names(with_example(taking(a_column("x", "string")), "dataframe", table))

    assert forms == ["dataframe_split", "dataframe_records"]


def test_a_missing_number_is_an_empty_field_of_csv():
    table = {"columns": ["x"], "data": [[None]]}

    assert bodies(with_example(taking(a_column("x")), "dataframe", table))["csv"] == 'x\n""\n'


def test_without_a_signature_a_missing_value_may_be_a_text():
    table = {"columns": ["x"], "data": [[None]]}

    assert "csv" not in names(with_example(MLmodel(mlflow_version="3.1"), "dataframe", table))


def test_numbers_cannot_name_the_columns_of_a_record():
    column = Field("0", "long", spec={"type": "long", "name": 0})

    assert names(taking(column)) == ["dataframe_split"]


def test_a_column_of_lists_is_no_column_of_values():
    lists = a_column("x", "array", items={"type": "long"})

    assert bodies(taking(lists, version="3.1.0")) == {
        "dataframe_split": {"dataframe_split": {"columns": ["x"], "data": [[[1]]]}},
        "dataframe_records": {"dataframe_records": [{"x": [1]}]},
        "inputs": {"inputs": [{"x": [1]}]},
    }


def test_older_servers_take_no_records_as_inputs():
    lists = a_column("x", "array", items={"type": "long"})

    assert names(taking(lists, version="2.14.1")) == ["dataframe_split", "dataframe_records"]


def test_unnamed_columns_of_one_type_are_an_array_too():
    assert bodies(taking(a_column(""), a_column(""))) == {
        "dataframe_split": {"dataframe_split": {"data": [[0.5, 0.5]]}},
        "inputs": {"inputs": [[0.5, 0.5]]},
        "instances": {"instances": [[0.5, 0.5]]},
    }


def test_unnamed_columns_of_several_types_are_no_array():
    assert names(taking(a_column("", "long"), a_column(""))) == ["dataframe_split"]


def test_models_of_release_1_are_asked_as_every_release_understands():
    assert names(taking(*TWO, version="1.30.1")) == ["inputs", "instances", "csv"]


def test_where_no_form_suits_every_release_there_is_one_for_each():
    mlmodel = with_example(MLmodel(mlflow_version="1.30.1"), "dataframe", {"data": [[1, 2]]})

    assert names(mlmodel) == ["columns and data", "dataframe_split"]


def test_broken_tables_have_no_other_forms():
    ragged = {"dataframe_split": {"columns": ["a", "b"], "data": [[1], [1, 2]]}}
    example = InputExample("dataframe", None, serving=ragged)

    assert names(MLmodel(example=example, mlflow_version="3.1")) == ["dataframe_split"]


# ---- arrays ------------------------------------------------------------------------------------


def test_an_array_has_two_names_and_is_a_frame_where_it_has_rows_of_numbers():
    assert names(taking(a_tensor("", "float32", -1, 3))) == [
        "inputs",
        "dataframe_split",
        "instances",
    ]


@pytest.mark.parametrize("shape", [(-1, 2, 2), (2, 3), (-1, -1)])
def test_other_arrays_are_no_frames(shape):
    assert names(taking(a_tensor("", "float32", *shape))) == ["inputs", "instances"]


def test_named_arrays_are_sent_whole_or_by_row():
    forms = bodies(taking(a_tensor("ids", "int64", -1, 2), a_tensor("on", "bool", -1)))

    assert forms["inputs"] == {"inputs": {"ids": [[0, 0]], "on": [False]}}
    assert forms["instances"] == {"instances": [{"ids": [0, 0], "on": False}]}


# ---- the rest ----------------------------------------------------------------------------------


def test_parameters_travel_with_every_form_but_csv():
    signature = Signature(inputs=TWO, params=(Field("top_k", "long", default=3),))
    forms = bodies(MLmodel(signature=signature, mlflow_version="3.1"))

    text = forms.pop("csv")
    assert text == '"x, y",name\n0.5,text\n'
    assert all(body["params"] == {"top_k": 3} for body in forms.values())


def test_a_chat_has_one_form():
    chat = {"messages": [{"role": "user", "content": "hi"}]}

    assert bodies(with_example(MLmodel(mlflow_version="3.1"), "json_object", chat)) == {
        "messages": chat
    }


def test_type_hints_take_inputs_alone():
    mlmodel = replace(taking(a_column("", "string")), from_type_hint=True)

    assert names(mlmodel) == ["inputs"]


def test_what_is_too_long_to_show_has_no_forms():
    assert payloads(taking(a_tensor("", "uint8", -1, 224, 224, 3))) == ()


def test_nothing_is_sent_where_nothing_says_what():
    assert payloads(MLmodel()) == ()
