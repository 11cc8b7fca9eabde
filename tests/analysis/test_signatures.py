"""Whether one signature can stand in for another, by rule and as a real MLflow enforces it."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reportgen.analysis.signatures import Kind, Verdict, signature_differences, verdict
from reportgen.model import Json, Signature
from reportgen.sources.signature import parse_signature
from tests.mlflow_environment import mlflow_variables

SAME, FINE, BREAKS = Verdict.SAME, Verdict.COMPATIBLE, Verdict.BREAKING


def column(name: str, type: str = "double", **more: Json) -> dict[str, Json]:
    return {"name": name, "type": type, "required": True, **more}


def maybe(name: str, type: str = "double") -> dict[str, Json]:
    return column(name, type, required=False)


def tensor(*shape: int, dtype: str = "float64", **more: Json) -> dict[str, Json]:
    return {"type": "tensor", "tensor-spec": {"dtype": dtype, "shape": list(shape)}, **more}


def an_object(name: str, **properties: dict[str, Json]) -> dict[str, Json]:
    return column(name, "object", properties=properties)


def a_list(name: str, of: str) -> dict[str, Json]:
    return column(name, "array", items={"type": of})


def param(name: str, type: str, default: Json, shape: Json = None) -> dict[str, Json]:
    return {"name": name, "type": type, "default": default, "shape": shape}


A, B = column("a"), column("b")
NEED, WANT = {"type": "double", "required": True}, {"type": "double", "required": False}

INPUTS: Mapping[str, tuple[list[Json], list[Json], Verdict]] = {
    "nothing changed": ([A, B], [A, B], SAME),
    "columns in another order": ([A, B], [B, A], SAME),
    "a required column more": ([A], [A, B], BREAKS),
    "an optional column more": ([A], [A, maybe("b")], FINE),
    "a column less, which is ignored": ([A, B], [A], FINE),
    "a column renamed": ([A], [B], BREAKS),
    "a column that became optional": ([A, B], [A, maybe("b")], FINE),
    "a column that became required": ([A, maybe("b")], [A, B], BREAKS),
    "integer to long": ([column("a", "integer")], [column("a", "long")], FINE),
    "integer to double": ([column("a", "integer")], [column("a", "double")], FINE),
    "float to double": ([column("a", "float")], [column("a", "double")], FINE),
    "long to integer": ([column("a", "long")], [column("a", "integer")], BREAKS),
    "long to double": ([column("a", "long")], [column("a", "double")], BREAKS),
    "integer to float": ([column("a", "integer")], [column("a", "float")], BREAKS),
    "double to float": ([column("a", "double")], [column("a", "float")], BREAKS),
    "double to long": ([column("a", "double")], [column("a", "long")], BREAKS),
    "boolean to integer": ([column("a", "boolean")], [column("a", "integer")], BREAKS),
    "boolean to string": ([column("a", "boolean")], [column("a", "string")], BREAKS),
    "long to string": ([column("a", "long")], [column("a", "string")], BREAKS),
    "string to double": ([column("a", "string")], [column("a", "double")], BREAKS),
    "string to datetime": ([column("a", "string")], [column("a", "datetime")], BREAKS),
    "datetime to string": ([column("a", "datetime")], [column("a", "string")], BREAKS),
    "datetime to long": ([column("a", "datetime")], [column("a", "long")], BREAKS),
    "binary to string": ([column("a", "binary")], [column("a", "string")], FINE),
    "string to binary": ([column("a", "string")], [column("a", "binary")], FINE),
    "double to any": ([A], [column("a", "any")], FINE),
    "list to any": ([a_list("a", "long")], [column("a", "any")], FINE),
    "a list of wider numbers": ([a_list("a", "integer")], [a_list("a", "long")], FINE),
    "a list of narrower numbers": ([a_list("a", "long")], [a_list("a", "integer")], BREAKS),
    "one number to a list": ([A], [a_list("a", "double")], BREAKS),
    "a list to one number": ([a_list("a", "double")], [A], BREAKS),
    "an optional property more": (
        *([an_object("a", x=NEED)], [an_object("a", x=NEED, y=WANT)]),
        FINE,
    ),
    "a required property more": (
        *([an_object("a", x=NEED)], [an_object("a", x=NEED, y=NEED)]),
        BREAKS,
    ),
    "a property less, which is refused": (
        *([an_object("a", x=NEED, y=NEED)], [an_object("a", x=NEED)]),
        BREAKS,
    ),
    "a property that became required": (
        *([an_object("a", x=WANT, y=NEED)], [an_object("a", x=NEED, y=NEED)]),
        BREAKS,
    ),
    "an object to a map": (
        *([an_object("a", x=NEED)], [column("a", "map", values={"type": "double"})]),
        FINE,
    ),
    "a map to an object": (
        *([column("a", "map", values={"type": "double"})], [an_object("a", x=NEED)]),
        BREAKS,
    ),
    "columns without names, one more": (
        *([{"type": "double"}], [{"type": "double"}, {"type": "double"}]),
        BREAKS,
    ),
    "columns without names, one less": (
        *([{"type": "double"}, {"type": "double"}], [{"type": "double"}]),
        FINE,
    ),
    "names lost": ([A, B], [{"type": "double"}, {"type": "double"}], FINE),
    "names given": ([{"type": "double"}], [A], BREAKS),
    "a tensor of any length": ([tensor(-1, 4)], [tensor(-1, -1)], FINE),
    "a tensor of any width to a fixed one": ([tensor(-1, -1)], [tensor(-1, 4)], BREAKS),
    "a wider tensor": ([tensor(-1, 4)], [tensor(-1, 5)], BREAKS),
    "a tensor of more dimensions": ([tensor(-1, 4)], [tensor(-1, 4, 1)], BREAKS),
    "a tensor of wider numbers": ([tensor(-1, 4, dtype="float32")], [tensor(-1, 4)], BREAKS),
    "a tensor to ragged arrays": ([tensor(-1, 4)], [tensor(-1, dtype="object")], FINE),
    "named tensors, one less": (
        *([tensor(-1, 4, name="a"), tensor(-1, 2, name="b")], [tensor(-1, 4, name="a")]),
        FINE,
    ),
    "named tensors, one more": (
        *([tensor(-1, 4, name="a")], [tensor(-1, 4, name="a"), tensor(-1, 2, name="b")]),
        BREAKS,
    ),
    "the only tensor got a name": ([tensor(-1, 4)], [tensor(-1, 4, name="a")], FINE),
    "the only tensor lost its name": ([tensor(-1, 4, name="a")], [tensor(-1, 4)], BREAKS),
    "columns of one type to a tensor as wide": ([A, B], [tensor(-1, 2)], FINE),
    "columns to a wider tensor": ([A, B], [tensor(-1, 3)], BREAKS),
    "columns to a tensor of another type": ([A, B], [tensor(-1, 2, dtype="float32")], BREAKS),
    "a tensor to columns with names": ([tensor(-1, 2)], [A, B], BREAKS),
    "a tensor to columns without names": (
        *([tensor(-1, 2)], [{"type": "double"}, {"type": "double"}]),
        FINE,
    ),
}

LIST = [0.1, 0.2]
PARAMS: Mapping[str, tuple[list[Json], list[Json], Verdict]] = {
    "no param changed": ([param("t", "double", 0.7)], [param("t", "double", 0.7)], SAME),
    "another default": ([param("t", "double", 0.7)], [param("t", "double", 0.9)], FINE),
    "a param more": ([], [param("t", "double", 0.7)], FINE),
    "a param less, which is ignored": ([param("t", "double", 0.7)], [], FINE),
    "a param from long to double": ([param("t", "long", 2)], [param("t", "double", 0.9)], FINE),
    "a param from long to integer": ([param("t", "long", 2)], [param("t", "integer", 2)], FINE),
    "a param from double to long": ([param("t", "double", 0.7)], [param("t", "long", 2)], BREAKS),
    "a param from long to text": ([param("t", "long", 2)], [param("t", "string", "x")], BREAKS),
    "a param from text to date": (
        *([param("t", "string", "x")], [param("t", "datetime", "2026-01-02T00:00:00")]),
        BREAKS,
    ),
    "a param to a list": (
        *([param("t", "double", 0.7)], [param("t", "double", LIST, [-1])]),
        BREAKS,
    ),
    "a list param to one value": (
        *([param("t", "double", LIST, [-1])], [param("t", "double", 0.7)]),
        BREAKS,
    ),
}

OUTPUTS: Mapping[str, tuple[list[Json], list[Json], Verdict]] = {
    "no output changed": ([A], [A], SAME),
    "an output more": ([A], [A, B], FINE),
    "an output less": ([A, B], [A], BREAKS),
    "an output that may now be missing": ([A], [maybe("a")], BREAKS),
    "an output of wider numbers": ([column("a", "integer")], [column("a", "long")], BREAKS),
    "an output of narrower numbers": ([column("a", "long")], [column("a", "integer")], FINE),
    "an output that got a name": ([{"type": "double"}], [A], BREAKS),
    "a list recorded as a column, then as a tensor": ([{"type": "long"}], [tensor(-1, dtype="int64")], SAME),  # noqa: E501
    "a table to a tensor": ([A, B], [tensor(-1, 2)], BREAKS),
    "more classes": ([tensor(-1, 3)], [tensor(-1, 4)], BREAKS),
    "any number of classes": ([tensor(-1, 3)], [tensor(-1, -1)], BREAKS),
    "a number of classes that is told": ([tensor(-1, -1)], [tensor(-1, 3)], FINE),
}  # fmt: skip


def signature(**parts: Any) -> Signature:
    found, problems = parse_signature({name: json.dumps(part) for name, part in parts.items()}, "")
    assert found is not None
    assert problems == ()
    return found


def judged(part: str, before: list[Json], after: list[Json]) -> Verdict:
    return verdict(signature_differences(signature(**{part: before}), signature(**{part: after})))


@pytest.mark.parametrize(("before", "after", "expected"), INPUTS.values(), ids=INPUTS)
def test_inputs(before: list[Json], after: list[Json], expected: Verdict) -> None:
    assert judged("inputs", before, after) == expected


@pytest.mark.parametrize(("before", "after", "expected"), PARAMS.values(), ids=PARAMS)
def test_params(before: list[Json], after: list[Json], expected: Verdict) -> None:
    assert judged("params", before, after) == expected


@pytest.mark.parametrize(("before", "after", "expected"), OUTPUTS.values(), ids=OUTPUTS)
def test_outputs(before: list[Json], after: list[Json], expected: Verdict) -> None:
    assert judged("outputs", before, after) == expected


def test_a_param_that_has_no_default_must_now_be_given() -> None:
    (found,) = signature_differences(
        signature(params=[]), signature(params=[{"name": "t", "type": "long"}])
    )

    assert (found.kind, found.name, found.after) == (Kind.ADDED, "t", "required")
    assert verdict([found]) is Verdict.BREAKING


def test_a_difference_says_what_was_and_what_is() -> None:
    (found,) = signature_differences(
        signature(inputs=[column("a", "long")]), signature(inputs=[a_list("a", "long")])
    )

    assert (found.part, found.before, found.after) == ("inputs", "long", "array<long>")


def test_of_a_signature_that_was_not_recorded_nothing_is_known() -> None:
    one = signature(inputs=[A])

    assert verdict(signature_differences(None, one)) is Verdict.UNKNOWN
    assert verdict(signature_differences(one, None)) is Verdict.UNKNOWN
    assert verdict(signature_differences(Signature(), one)) is Verdict.UNKNOWN


ENFORCE = """
import json, sys
import numpy as np, pandas as pd
from mlflow.models.utils import _enforce_params_schema, _enforce_schema
from mlflow.types.schema import ParamSchema, Schema

VALUES = {
    "boolean": True, "integer": np.int32(2), "long": np.int64(2**40), "float": np.float32(0.5),
    "double": np.float64(0.1), "string": "word", "binary": b"bytes",
    "datetime": np.datetime64("2026-01-02T03:04:05", "ns"),
}

def value(spec, whole):
    match spec["type"]:
        case "array":
            return [value(spec["items"], whole)] * 2
        case "map":
            return {"k": value(spec["values"], whole)}
        case "object":
            return {name: value(one, whole) for name, one in spec["properties"].items()
                    if whole or one["required"]}
        case name:
            return VALUES[name]

def example(specs, whole):
    if specs[0]["type"] == "tensor":
        arrays = {}
        for spec in specs:
            inner = spec["tensor-spec"]
            shape = [3 if size == -1 else size for size in inner["shape"]]
            arrays[spec.get("name")] = np.ones(shape, inner["dtype"])
        return arrays.get(None, arrays)
    return pd.DataFrame({
        spec.get("name", place): pd.Series([value(spec, whole)] * 2)
        for place, spec in enumerate(specs) if whole or spec.get("required", True)
    })

def is_taken(enforce):
    try:
        enforce()
    except Exception:
        return False
    return True

found = {}
asked = json.load(sys.stdin)
for name, (before, after, _) in asked["inputs"].items():
    schema = Schema.from_json(json.dumps(after))
    found[name] = all(
        is_taken(lambda: _enforce_schema(example(before, whole), schema)) for whole in (True, False)
    )
for name, (before, after, _) in asked["params"].items():
    schema = ParamSchema.from_json(json.dumps(after)) if after else None
    given = {one["name"]: one["default"] for one in before}
    found[name] = is_taken(lambda: _enforce_params_schema(given, schema))
print(json.dumps(found))
"""


@pytest.mark.mlflow
def test_mlflow_takes_what_is_called_compatible_and_refuses_what_is_called_breaking(
    mlflow_python: Path,
) -> None:
    """Of each row a value of the earlier signature is put to the later one."""
    done = subprocess.run(
        [mlflow_python, "-W", "ignore", "-c", ENFORCE],
        input=json.dumps({"inputs": INPUTS, "params": PARAMS}),
        env=mlflow_variables(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]

    expected = {name: row[2] is not BREAKS for name, row in {**INPUTS, **PARAMS}.items()}
    assert json.loads(done.stdout) == expected
