"""What is known of each flavor, held against models that real MLflow saved: `flavors-3.x`."""

from pathlib import Path

import pytest

from reportgen.analysis.flavors import (
    FACTS,
    LOADERS,
    abilities,
    facts_of,
    files_of,
    kind_of,
    version_of,
)
from reportgen.analysis.loading import RULES, Runs, caution, loading_of
from reportgen.model import Artifact, Field, Flavor, MLmodel, Signature
from reportgen.sources.mlmodel import read_mlmodel
from tests.conftest import Stores

PYFUNC = Flavor("python_function", {"loader_module": "mlflow.sklearn"})
DATA, OBJECTS, PICKLE, CODE = {Runs.DATA}, {Runs.OBJECTS}, {Runs.PICKLE}, {Runs.CODE}
NOTHING: set[Runs] = set()


def files_in(folder: Path) -> tuple[Artifact, ...]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return tuple(
        Artifact(path.relative_to(folder).as_posix(), path.stat().st_size, str(path))
        for path in files
    )


def saved(stores: Stores, name: str) -> tuple[MLmodel, tuple[Artifact, ...]]:
    folder = stores["flavors-3.x"] / name
    artifacts = files_in(folder)
    return read_mlmodel(folder, artifacts, name)[0], artifacts


SAVED = (
    ("catboost", "catboost", "1.2.10", DATA, ["model.cb"]),
    ("dspy_pickle", "dspy", "", PICKLE, ["data/model.pkl"]),
    ("dspy_program", "dspy", "", PICKLE, ["data/model/metadata.json", "data/model/program.pkl"]),
    ("keras", "keras", "3.15.1", OBJECTS, ["data/keras_module.txt", "data/model.keras"]),
    ("langchain_code", "langchain", "1.5.2", NOTHING, []),
    ("lightgbm_booster", "lightgbm", "4.7.0", DATA, ["model.lgb"]),
    ("lightgbm_sklearn_pickle", "lightgbm", "4.7.0", PICKLE, ["model.pkl"]),
    ("lightgbm_sklearn_skops", "lightgbm", "4.7.0", OBJECTS, ["model.skops"]),
    ("llama_index_code", "llama_index", "0.14.25", NOTHING, ["settings.json"]),
    ("onnx", "onnx", "1.23.2", DATA, ["model.onnx"]),
    ("openai", "openai", "3.57.0", DATA, ["model.yaml"]),
    ("pmdarima", "pmdarima", "2.1.1", PICKLE, ["model.pmd"]),
    ("prophet", "prophet", "1.5.0", DATA, ["model.pr"]),
    ("pytorch", "pytorch", "2.15.0+cu132", PICKLE, ["data/model.pt2"]),
    (
        *("pytorch_pickle", "pytorch", "2.15.0+cu132", PICKLE),
        ["data/model.pth", "data/pickle_module_info.txt"],
    ),
    ("sklearn_cloudpickle", "sklearn", "1.9.1", PICKLE | CODE, ["code/make.py", "model.pkl"]),
    ("sklearn_skops", "sklearn", "1.9.1", OBJECTS, ["model.skops"]),
    ("statsmodels", "statsmodels", "0.15.0", PICKLE, ["model.statsmodels"]),
    ("xgboost", "xgboost", "3.2.0", DATA, ["model.ubj"]),
)


@pytest.mark.parametrize(
    ("name", "flavor", "version", "runs", "files"), SAVED, ids=[row[0] for row in SAVED]
)
def test_a_saved_model_tells_its_version_its_files_and_what_loading_runs(
    stores, name, flavor, version, runs, files
):
    mlmodel, artifacts = saved(stores, name)
    found = mlmodel.flavor(flavor)
    assert found

    assert version_of(found) == version
    assert [one.path for one in files_of(found, artifacts)] == files
    assert {one.runs for one in loading_of(found, artifacts)} == runs


@pytest.mark.parametrize(
    ("name", "flavor", "runs"),
    [
        ("shap", "shap", PICKLE),
        ("spark", "spark", OBJECTS),
        ("spacy", "spacy", OBJECTS),
        ("llama_index", "llama_index", OBJECTS),
        ("sentence_transformers", "sentence_transformers", OBJECTS),
        ("tensorflow_module", "tensorflow", OBJECTS),
        ("tensorflow_keras", "tensorflow", OBJECTS | PICKLE),
        ("transformers", "transformers", OBJECTS),
    ],
)
def test_what_loading_a_folder_of_files_runs(stores, name, flavor, runs):
    mlmodel, artifacts = saved(stores, name)
    found = mlmodel.flavor(flavor)
    assert found

    assert {one.runs for one in loading_of(found, artifacts)} == runs
    assert files_of(found, artifacts)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("chat_model", "a ChatModel"),
        ("chat_agent", "a ChatAgent"),
        ("responses_agent", "a ResponsesAgent"),
        ("python_model", "a class of its author’s (PythonModel)"),
        ("xgboost", "the flavor xgboost"),
        ("langchain_code", "the flavor langchain"),
    ],
)
def test_a_python_function_says_what_it_wraps(stores, name, kind):
    assert kind_of(saved(stores, name)[0]) == kind


@pytest.mark.parametrize("name", ["chat_agent", "langchain_code"])
def test_a_model_from_code_runs_its_file(stores, name):
    mlmodel, artifacts = saved(stores, name)

    assert "runs the model’s own Python file" in caution(mlmodel, artifacts)


def test_a_pipeline_without_a_classifier_is_loaded_natively_alone(stores):
    mlmodel, _ = saved(stores, "spacy")

    assert [one.able for one in abilities(mlmodel)] == [False, False, False]
    assert "only to pipelines that classify texts" in abilities(mlmodel)[0].how


def test_every_flavor_with_facts_says_what_loading_it_runs():
    assert set(RULES) == set(FACTS)


def test_a_flavor_that_python_cannot_load_has_no_line_of_python():
    assert {name for name, facts in FACTS.items() if not facts.loader} == {"crate", "mleap"}
    assert "shap" not in LOADERS


# ---- what the settings tell --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "runs"),
    [
        ({}, PICKLE),  # so MLflow takes a file of before there were formats
        ({"serialization_format": "pickle"}, PICKLE),
        ({"serialization_format": "skops"}, OBJECTS),
        ({"serialization_format": "skops", "skops_trusted_types": ["sklearn.x.Y"]}, OBJECTS),
        (
            {"serialization_format": "skops", "skops_trusted_types": ["mine.Loader"]},
            OBJECTS | CODE,
        ),
        ({"serialization_format": "skops", "code": "code"}, OBJECTS | CODE),
    ],
)
def test_what_a_model_of_scikit_learn_runs(settings, runs):
    assert {one.runs for one in loading_of(Flavor("sklearn", settings))} == runs


@pytest.mark.parametrize(
    ("flavor", "path", "runs"),
    [
        (Flavor("pytorch", {"model_data": "data"}), "data/model.pth", PICKLE),
        (Flavor("pytorch", {"model_data": "data"}), "data/model.pt2", PICKLE),
        (Flavor("transformers", {"model_binary": "model"}), "model/w.safetensors", OBJECTS),
        (Flavor("transformers", {"model_binary": "model"}), "model/net.py", OBJECTS | CODE),
        (Flavor("transformers", {"model_binary": "model"}), "model/w.bin", OBJECTS | PICKLE),
        (Flavor("transformers", {"source_model_name": "a/b"}), "", OBJECTS | {Runs.FETCH}),
        (Flavor("sentence_transformers"), "model.sentence_transformer/x.py", OBJECTS | CODE),
        (Flavor("keras", {"data": "data"}), "data/model.h5", OBJECTS | CODE),
        (Flavor("xgboost", {"model_class": "os.system"}), "", DATA | CODE),
        (Flavor("crate", {"model": "crate.bin"}), "crate.bin", CODE),
        (Flavor("python_function", {"loader_module": "mine"}), "", CODE),
        (PYFUNC, "", NOTHING),
        (Flavor("of_a_plug_in"), "", NOTHING),
    ],
)
def test_the_names_of_files_tell_what_is_in_them(flavor, path, runs):
    assert {one.runs for one in loading_of(flavor, [Artifact(path, 1, "")])} == runs


def test_a_model_of_r_is_served_by_r():
    serve, _, spark = abilities(MLmodel(flavors=(Flavor("crate"),)))

    assert (serve.able, spark.able) == (True, False)
    assert "Rscript" in serve.how


def test_an_unknown_flavor_is_known_by_its_name_alone():
    flavor = Flavor("of_a_plug_in", {"its_version": "0.1"})

    assert (facts_of(flavor).title, facts_of(flavor).loader) == ("of_a_plug_in", "")
    assert version_of(flavor) == "0.1"


def test_settings_of_the_wrong_kind_break_nothing():
    settings = {key: [{"x": 1}] for key in ("data", "code", "model_path", "artifacts", "task")}

    for name in FACTS:
        flavor = Flavor(name, settings)
        assert files_of(flavor, [Artifact("x", 1, "")]) == ()
        loading_of(flavor)
        version_of(flavor)


@pytest.mark.parametrize(
    ("shape", "able"), [((-1, 4), True), ((-1, 28, 28), True), ((8, 4), False), ((-1, -1), False)]
)
def test_spark_hands_on_arrays_of_one_shape_a_row(shape, able):
    spec = {"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": list(shape)}}
    signature = Signature(inputs=(Field("", "float32", shape=shape, spec=spec),))

    assert abilities(MLmodel(flavors=(PYFUNC,), signature=signature))[2].able is able
