"""MLmodel files that MLflow 1.30 to 3.17 wrote, and some that nothing should write."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reportgen.errors import Problem
from reportgen.model import InputExample, MLmodel
from reportgen.sources.artifacts import walk
from reportgen.sources.mlmodel import models_among, read_mlmodel

RELEASES = {"v1.30": 12, "v2.9": 14, "v2.22": 24, "v3.17": 25}


def read(folder: Path) -> tuple[MLmodel, tuple[Problem, ...]]:
    artifacts, problems = walk(folder)

    assert problems == ()
    return read_mlmodel(folder, artifacts, "runs/1/model")


@pytest.fixture(scope="module")
def saved(stores: Mapping[str, Path]) -> Mapping[str, MLmodel]:
    """By release and name: `v2.9/string`."""
    home = stores["mlmodels"]
    return {
        path.parent.relative_to(home).as_posix(): read(path.parent)[0]
        for path in sorted(home.glob("*/*/MLmodel"))
    }


def an_mlmodel(folder: Path, content: str, **files: Any) -> tuple[MLmodel, tuple[Problem, ...]]:
    """Of a text; other files as JSON, by name without `.json`."""
    (folder / "MLmodel").write_text(content, "utf-8")
    for name, value in files.items():
        text = value if isinstance(value, str) else json.dumps(value)
        (folder / f"{name}.json").write_text(text, "utf-8")
    return read(folder)


# What MLflow wrote


@pytest.mark.parametrize("release", RELEASES)
def test_every_saved_model_is_read_without_a_problem(
    stores: Mapping[str, Path], release: str
) -> None:
    folders = [path.parent for path in (stores["mlmodels"] / release).glob("*/MLmodel")]

    assert len(folders) == RELEASES[release]
    assert [read(folder)[1] for folder in folders] == [()] * len(folders)


def test_every_saved_model_says_who_made_it_and_when(saved: Mapping[str, MLmodel]) -> None:
    for name, mlmodel in saved.items():
        assert mlmodel.mlflow_version.startswith(name.partition("/")[0][1:])
        assert mlmodel.created
        assert mlmodel.flavor("python_function")
        assert mlmodel.environment.python
        assert mlmodel.environment.pip


@pytest.mark.parametrize(
    ("name", "inputs", "outputs"),
    [
        (
            "df_all_types",
            "i: long, f?: double, s: string, b: boolean, t: datetime, y: binary",
            "i: long, f?: double, s: string, b: boolean, t: datetime, y: binary",
        ),
        ("df_unnamed", "0: long, 1: double", "0: long, 1: double"),
        ("fn_model", ": string", "0: string"),
        ("list_of_str", ": string", ": string"),
        ("string", ": string", ": string"),
        ("type_hint", ": string", ": string"),
        ("tensor_image", ": float32 (-1, 8, 8, 3)", ": float32 (-1, 10)"),
        ("tensor_named", "ids: int64 (-1, 4), mask: int8 (-1, 4)", "logits: float64 (-1, 2)"),
        ("sparse_csr", ": float64 (-1, 3)", ": float64 (-1,)"),
        (
            "map_array_any_params",
            "m: map<array<double>>, a: array<object{k: string, o?: long}>, any?: any,"
            " bin: binary, dt?: datetime",
            ": string",
        ),
        (
            "nested_objects",
            "messages: array<object{content: string, n?: long, role: string}>,"
            " opt: object{stop: array<string>, t: double}",
            "text: string, scores: array<double>",
        ),
    ],
)
@pytest.mark.parametrize("release", ["v2.22", "v3.17"])
def test_every_kind_of_signature(
    saved: Mapping[str, MLmodel], release: str, name: str, inputs: str, outputs: str
) -> None:
    signature = saved[f"{release}/{name}"].signature

    assert signature
    assert in_words(signature.inputs) == inputs
    assert in_words(signature.outputs) == outputs


@pytest.mark.parametrize("release", ["v1.30", "v2.9"])
def test_every_column_of_an_older_signature_is_required(
    saved: Mapping[str, MLmodel], release: str
) -> None:
    signature = saved[f"{release}/df_all_types"].signature

    assert signature
    assert (
        in_words(signature.inputs)
        == "i: long, f: double, s: string, b: boolean, t: datetime, y: binary"
    )


def test_the_params_of_a_signature(saved: Mapping[str, MLmodel]) -> None:
    signature = saved["v3.17/map_array_any_params"].signature

    assert signature
    assert signature.params
    assert [(field.name, field.type, field.shape, field.default) for field in signature.params] == [
        ("temperature", "double", None, 0.1),
        ("stop", "string", (-1,), ["a", "b"]),
        ("when", "datetime", None, "2024-01-02T03:04:05"),
        ("cfg", "object{x: long}", None, {"x": 1}),
    ]


def test_a_signature_of_params_alone_has_neither_inputs_nor_outputs(
    saved: Mapping[str, MLmodel],
) -> None:
    signature = saved["v3.17/params_only"].signature

    assert signature
    assert (signature.inputs, signature.outputs) == (None, None)


def test_a_model_without_a_signature_has_none(saved: Mapping[str, MLmodel]) -> None:
    assert saved["v3.17/no_signature"].signature is None
    assert saved["v3.17/no_signature"].example is None


DATA_FRAME = {
    "columns": ["i", "f", "s", "b", "t", "y"],
    "data": [
        [1, 1.5, "a", True, "2024-01-02T00:00:00", "YWI=\n"],
        [2, None, "b", False, "2024-03-04T00:00:00", "Y2Q=\n"],
    ],
}
NAMED = {"ids": [[0, 0, 0, 0]], "mask": [[1, 1, 1, 1]]}
SPARSE = {"data": [1.0] * 3, "indices": [0, 1, 2], "indptr": [0, 1, 2, 3], "shape": [3, 3]}
DENSE = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]


@pytest.mark.parametrize(
    ("name", "kind", "content", "serving"),
    [
        ("v1.30/df_all_types", "dataframe", DATA_FRAME, None),
        ("v2.9/df_all_types", "dataframe", DATA_FRAME, None),
        ("v3.17/df_all_types", "dataframe", DATA_FRAME, {"dataframe_split": DATA_FRAME}),
        ("v2.9/df_unnamed", "dataframe", {"data": [[1, 2.0]]}, None),
        ("v2.9/string", "dataframe", {"data": [["hello"]]}, None),
        ("v3.17/string", "json_object", "hello", {"inputs": "hello"}),
        ("v3.17/list_of_str", "json_object", ["a"], {"inputs": ["a"]}),
        ("v1.30/sklearn_pickle", "ndarray", [[0.5]], None),
        ("v2.9/sklearn_pickle", "ndarray", [[0.5]], None),
        ("v2.22/sklearn_pickle", "ndarray", [[0.5]], {"inputs": [[0.5]]}),
        ("v1.30/tensor_named", "ndarray", NAMED, None),
        ("v3.17/tensor_named", "ndarray", NAMED, {"inputs": NAMED}),
        ("v2.9/sparse_csr", "sparse_matrix_csr", SPARSE, None),
        ("v3.17/sparse_csr", "sparse_matrix_csr", SPARSE, {"inputs": DENSE}),
    ],
)
def test_every_kind_of_input_example(
    saved: Mapping[str, MLmodel], name: str, kind: str, content: Any, serving: Any
) -> None:
    assert saved[name].example == InputExample(kind, content, None, serving)


@pytest.mark.parametrize("store", ["v2.9-sqlite", "v2.22-sqlite"])
def test_parameters_are_taken_out_of_an_example(stores: Mapping[str, Path], store: str) -> None:
    # In 2.9 the data is wrapped twice: {"inputs": {"inputs": …}, "params": …}.
    (path,) = (stores[store] / "mlruns").glob("1/*/artifacts/models/logreg/MLmodel")
    example = read(path.parent)[0].example

    assert example
    assert example.content == [[5.0, 2.0, 3.5, 1.0], [6.5, 3.0, 5.5, 1.8]]
    assert example.params == {"threshold": 0.7, "top_k": [3]}


@pytest.mark.parametrize(
    ("name", "flavors"),
    [
        ("v1.30/sklearn_pickle", ["python_function", "sklearn"]),
        ("v3.17/onnx", ["onnx", "python_function"]),
        ("v3.17/string", ["python_function"]),
    ],
)
def test_flavors_are_sorted(saved: Mapping[str, MLmodel], name: str, flavors: list[str]) -> None:
    assert [flavor.name for flavor in saved[name].flavors] == flavors


def test_metadata_is_kept_as_recorded(saved: Mapping[str, MLmodel]) -> None:
    assert saved["v3.17/metadata"].metadata == {
        "task": "<b>x</b>",
        "n": 3,
        "nested": {"a": [1, None]},
        "when": "2024",
    }


def test_the_environment_is_that_of_the_files_beside(saved: Mapping[str, MLmodel]) -> None:
    environment = saved["v3.17/pip_file_and_constraints"].environment

    assert environment.files == (
        "conda.yaml",
        "python_env.yaml",
        "requirements.txt",
        "constraints.txt",
    )
    assert {one.name: one.constraint for one in environment.pip}["scipy"] == "<9"
    assert [one.line for one in environment.pip] == [
        "mlflow==3.17.2",
        "numpy",
        "scipy>=1",
        "-c constraints.txt",
    ]


def test_every_line_of_every_environment_names_a_package(saved: Mapping[str, MLmodel]) -> None:
    """Or tells pip of constraints."""
    lines = {
        one.line
        for mlmodel in saved.values()
        for one in (*mlmodel.environment.conda, *mlmodel.environment.pip)
        if one.name == one.line and not one.name.replace("-", "").isalnum()
    }

    assert lines == {"-c constraints.txt"}


def test_an_external_model_has_no_flavors(stores: Mapping[str, Path]) -> None:
    home = stores["v3.17-sqlite"] / "mlruns/1/models/m-656c97ed505040e3a47177d9d3a2ecfa"
    mlmodel, problems = read(home / "artifacts")

    assert (mlmodel.flavors, problems) == ((), ())


# What else there may be


def test_an_old_model_says_its_python_in_the_flavor_alone(tmp_path: Path) -> None:
    mlmodel, _ = an_mlmodel(tmp_path, "flavors: {python_function: {python_version: 3.7.16}}")

    assert mlmodel.environment.python == "3.7.16"


def test_a_size_that_is_not_recorded_is_that_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "model.pkl").write_bytes(b"x" * 1000)
    mlmodel, _ = an_mlmodel(tmp_path, "flavors: {}")

    assert mlmodel.size == 1011


@pytest.mark.parametrize(
    ("time", "milliseconds"),
    [
        ("'2026-11-23 07:15:56.954127'", 1795418156954),
        ("2026-11-23 07:15:56.954127", 1795418156954),
        ("'2026-11-23 07:15:56'", 1795418156000),
        ("'2026-11-23T08:15:56+01:00'", 1795418156000),
        ("soon", None),
        ("null", None),
    ],
)
def test_the_time_of_creation_is_utc(tmp_path: Path, time: str, milliseconds: int | None) -> None:
    assert an_mlmodel(tmp_path, f"utc_time_created: {time}")[0].created == milliseconds


def test_names_of_environment_variables_are_kept(tmp_path: Path) -> None:
    assert an_mlmodel(tmp_path, "env_vars: [API_KEY, HOME]")[0].env_vars == ("API_KEY", "HOME")


def test_a_data_frame_with_params_is_unwrapped_once(tmp_path: Path) -> None:
    mlmodel, _ = an_mlmodel(
        tmp_path,
        "saved_input_example_info: {artifact_path: e.json, type: dataframe, params: 'true'}",
        e={"inputs": {"data": [[1]]}, "params": {"k": 2}},
    )

    assert mlmodel.example == InputExample("dataframe", {"data": [[1]]}, {"k": 2})


def test_an_input_called_params_is_no_parameter(tmp_path: Path) -> None:
    content = {"inputs": [1], "params": [2]}
    mlmodel, _ = an_mlmodel(
        tmp_path,
        "saved_input_example_info: {artifact_path: e.json, type: json_object}",
        e=content,
    )

    assert mlmodel.example == InputExample("json_object", content)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("a: [", "This MLmodel cannot be read: not YAML: "),
        ("- a", "This MLmodel is not a mapping."),
        ("", "This MLmodel is not a mapping."),
        ("signature: 3", "Its signature is not a mapping."),
        (
            "saved_input_example_info: {artifact_path: gone.json}",
            "It names the input example 'gone.json', which is not here.",
        ),
        (
            "saved_input_example_info: {artifact_path: ../../etc/passwd}",
            "It names the input example '../../etc/passwd', which is not here.",
        ),
        (
            "saved_input_example_info: {artifact_path: MLmodel}",
            "This input example cannot be read: not JSON: ",
        ),
    ],
)
def test_what_cannot_be_read_is_a_problem(tmp_path: Path, content: str, what: str) -> None:
    _, problems = an_mlmodel(tmp_path, content)

    assert [problem.path for problem in problems] == ["runs/1/model/MLmodel"]
    assert problems[0].what.startswith(what)


@pytest.mark.parametrize("content", ["flavors: [a]", "flavors: {sklearn: }", "env_vars: x"])
def test_a_part_of_another_kind_is_left_out(tmp_path: Path, content: str) -> None:
    mlmodel, problems = an_mlmodel(tmp_path, content)

    assert problems == ()
    assert all(flavor.settings == {} for flavor in mlmodel.flavors)


# Models among a run's artifacts


def test_models_are_found_in_any_folder_of_a_run(tmp_path: Path) -> None:
    for path in ("model", "models/best"):
        (tmp_path / path).mkdir(parents=True)
        (tmp_path / path / "MLmodel").write_text("flavors: {sklearn: {}}")
        (tmp_path / path / "model.pkl").write_bytes(b"x")
    artifacts, _ = walk(tmp_path)
    models = models_among(artifacts, tmp_path, run_id="abc", experiment_id="7", label="runs/abc")

    assert [(model.id, model.uri, model.experiment_id) for model in models] == [
        ("abc/model", "runs:/abc/model", "7"),
        ("abc/models/best", "runs:/abc/models/best", "7"),
    ]
    assert [one.path for one in models[1].artifacts] == ["MLmodel", "model.pkl"]
    assert all(model.mlmodel and model.mlmodel.flavor("sklearn") for model in models)


def test_a_model_inside_a_model_is_a_part_of_it(tmp_path: Path) -> None:
    for path in ("model", "model/artifacts/inner"):
        (tmp_path / path).mkdir(parents=True)
        (tmp_path / path / "MLmodel").write_text("flavors: {}")
    artifacts, _ = walk(tmp_path)
    (model,) = models_among(artifacts, tmp_path, run_id="abc", experiment_id="7", label="runs/abc")

    assert model.artifact_path == "model"
    assert [one.path for one in model.artifacts] == ["MLmodel", "artifacts/inner/MLmodel"]


def test_a_bad_model_among_artifacts_has_its_path_in_the_problem(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model/MLmodel").write_text("a: [")
    artifacts, _ = walk(tmp_path)
    (model,) = models_among(artifacts, tmp_path, run_id="abc", experiment_id="7", label="runs/abc")

    assert [problem.path for problem in model.problems] == ["runs/abc/model/MLmodel"]


def test_a_model_may_be_the_whole_of_a_runs_artifacts(tmp_path: Path) -> None:
    (tmp_path / "MLmodel").write_text("flavors: {}")
    artifacts, _ = walk(tmp_path)
    (model,) = models_among(artifacts, tmp_path, run_id="abc", experiment_id="7", label="runs/abc")

    assert (model.id, model.uri) == ("abc/.", "runs:/abc/.")


def in_words(fields: Any) -> str:
    return ", ".join(
        f"{field.name}{'' if field.required else '?'}: {field.type}"
        + (f" {field.shape}" if field.shape else "")
        for field in fields
    )
