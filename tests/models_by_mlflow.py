"""Run by a Python that has MLflow: saves small models of many flavors, each in its own folder.

    python models_by_mlflow.py FOLDER

They differ in what they take (data frames, arrays, parameters, nested values, chats) and in what
was saved with them: an input example, a signature alone, or neither.
"""

import logging
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lightgbm  # type: ignore[import-not-found, unused-ignore]
import mlflow  # type: ignore[import-not-found, unused-ignore]
import numpy as np  # type: ignore[import-not-found, unused-ignore]
import pandas as pd  # type: ignore[import-untyped, unused-ignore]
import pydantic  # type: ignore[import-not-found, unused-ignore]
import skl2onnx  # type: ignore[import-not-found, unused-ignore]
import statsmodels.api as sm  # type: ignore[import-not-found, unused-ignore]
import xgboost  # type: ignore[import-not-found, unused-ignore]
from mlflow.models import ModelSignature, infer_signature
from mlflow.types.schema import (  # type: ignore[import-not-found, unused-ignore]
    Array,
    ColSpec,
    DataType,
    Map,
    Object,
    ParamSchema,
    ParamSpec,
    Property,
    Schema,
)
from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found, unused-ignore]
from sklearn.preprocessing import StandardScaler  # type: ignore[import-not-found, unused-ignore]

FRAME = pd.DataFrame({"height": [1.0, 2.0, 3.0, 4.0] * 5, "weight, kg": [1, 0, 1, 0] * 5})
TARGET = np.array([0, 0, 1, 1] * 5)
ARRAY = FRAME.to_numpy().astype("float32")
CODE = """
import mlflow


class Longest(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return [max(str(line).split(), key=len) for line in model_input.iloc[:, 0]]


mlflow.models.set_model(Longest())
"""

SAVERS: dict[str, Callable[[str], object]] = {}


def model(save: Callable[[str], object]) -> Callable[[str], object]:
    SAVERS[save.__name__] = save
    return save


# ---- of libraries ------------------------------------------------------------------------------


@model
def sklearn_frame(path: str) -> None:
    mlflow.sklearn.save_model(
        LogisticRegression().fit(FRAME, TARGET),
        path,
        input_example=FRAME.head(3),
        signature=infer_signature(FRAME, TARGET),
        pip_requirements=["scikit-learn==1.5.0", "mlflow", "cloudpickle>=3"],
        serialization_format="cloudpickle",
    )


@model
def sklearn_probabilities(path: str) -> None:
    """Numbered columns, two answers a row."""
    fitted = LogisticRegression().fit(ARRAY, TARGET)
    numbered = pd.DataFrame(ARRAY)
    mlflow.sklearn.save_model(
        fitted,
        path,
        pyfunc_predict_fn="predict_proba",
        signature=infer_signature(numbered, fitted.predict_proba(ARRAY)),
        pip_requirements=["scikit-learn"],
    )


@model
def sklearn_bare(path: str) -> None:
    """Neither a signature nor an example."""
    fitted = LogisticRegression().fit(ARRAY, TARGET)
    mlflow.sklearn.save_model(fitted, path, pip_requirements=["scikit-learn"])


@model
def sklearn_scaler(path: str) -> None:
    """Nothing to predict with, so no python_function flavor."""
    fitted = StandardScaler().fit(ARRAY)
    mlflow.sklearn.save_model(fitted, path, pip_requirements=["scikit-learn"])


@model
def xgboost_classifier(path: str) -> None:
    """A signature alone."""
    mlflow.xgboost.save_model(
        xgboost.XGBClassifier(n_estimators=2, max_depth=2).fit(FRAME, TARGET),
        path,
        signature=infer_signature(FRAME, TARGET),
        pip_requirements=["xgboost==3.0.0"],
    )


@model
def lightgbm_booster(path: str) -> None:
    data = lightgbm.Dataset(ARRAY, TARGET)
    booster = lightgbm.train({"verbose": -1, "min_data_in_leaf": 1}, data, num_boost_round=2)
    mlflow.lightgbm.save_model(
        booster, path, input_example=ARRAY[:2], pip_requirements=["lightgbm"]
    )


@model
def onnx_network(path: str) -> None:
    fitted = LogisticRegression().fit(ARRAY, TARGET)
    options = {id(fitted): {"zipmap": False}}
    mlflow.onnx.save_model(
        skl2onnx.to_onnx(fitted, ARRAY[:1], options=options),
        path,
        input_example=ARRAY[:2],
        pip_requirements=["onnx", "onnxruntime"],
    )


@model
def statsmodels_ols(path: str) -> None:
    mlflow.statsmodels.save_model(
        sm.OLS(TARGET, FRAME).fit(),
        path,
        input_example=FRAME.head(1),
        pip_requirements=["statsmodels"],
    )


# ---- of the author's own code ------------------------------------------------------------------


class Echo(mlflow.pyfunc.PythonModel):  # type: ignore[misc, unused-ignore]
    """Answers with one text a row: what it was given, as Python writes it."""

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]
        return [repr(row) for row in rows_of(model_input)]


def rows_of(data: Any) -> list[Any]:
    if isinstance(data, pd.DataFrame):
        return data.to_dict("records")
    return list(data) if isinstance(data, list | np.ndarray) else [data]


TEXT = Schema([ColSpec("string")])


def save_echo(path: str, inputs: Schema | None, params: ParamSchema | None = None) -> None:
    signature = ModelSignature(inputs=inputs, outputs=TEXT, params=params)
    mlflow.pyfunc.save_model(path, python_model=Echo(), signature=signature, pip_requirements=[])


@model
def pyfunc_params(path: str) -> None:
    params = ParamSchema(
        [
            ParamSpec("temperature", "double", 0.5),
            ParamSpec("stop", "string", ["a", "b"], (-1,)),
            ParamSpec("since", "datetime", np.datetime64("2024-01-02T03:04:05")),
            ParamSpec("seed", "long", None),
        ]
    )
    save_echo(path, Schema([ColSpec("double", "x"), ColSpec("string", "y")]), params)


@model
def pyfunc_params_with_example(path: str) -> None:
    example = (pd.DataFrame({"x": [1.0, 2.0], "y": ["a", "b"]}), {"temperature": 0.25})
    mlflow.pyfunc.save_model(path, python_model=Echo(), input_example=example, pip_requirements=[])


@model
def pyfunc_all_types(path: str) -> None:
    kinds = "boolean integer long float double string binary datetime".split()
    save_echo(
        path, Schema([ColSpec(kind, f"a {kind}", required=kind != "float") for kind in kinds])
    )


@model
def pyfunc_missing_values(path: str) -> None:
    frame = pd.DataFrame(
        {
            "n": [1.5, None],
            "t": pd.to_datetime(["2024-01-02", "2024-03-04"]),
            "b": [b"ab", b"cd"],
            "ok": [True, False],
        }
    )
    mlflow.pyfunc.save_model(path, python_model=Echo(), input_example=frame, pip_requirements=[])


PLACE = Object(
    [
        Property("name", DataType.string),
        Property("seen", DataType.datetime),
        Property("at", Array(DataType.float)),
        Property("visits", DataType.integer, required=False),
    ]
)


@model
def pyfunc_nested(path: str) -> None:
    columns = [
        ColSpec(PLACE, "place"),
        ColSpec(Map(Array(DataType.integer)), "counts"),
        ColSpec(Array(Array(DataType.double)), "grid", required=False),
    ]
    save_echo(path, Schema(columns))


@model
def pyfunc_unnamed_objects(path: str) -> None:
    save_echo(path, Schema([ColSpec(PLACE)]))


@model
def pyfunc_unnamed_arrays(path: str) -> None:
    save_echo(path, Schema([ColSpec(Array(DataType.integer))]))


@model
def pyfunc_named_tensors(path: str) -> None:
    example = {"ids": np.zeros((2, 4), "int64"), "mask": np.ones((2, 4), "float32")}
    mlflow.pyfunc.save_model(path, python_model=Sizes(), input_example=example, pip_requirements=[])


class Sizes(mlflow.pyfunc.PythonModel):  # type: ignore[misc, unused-ignore]
    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]
        return np.array([len(row) for row in model_input["ids"]])


@model
def pyfunc_from_code(path: str) -> None:
    code = Path(path).with_name("longest_word.py")
    code.write_text(CODE, "utf-8")
    mlflow.pyfunc.save_model(
        path,
        python_model=str(code),
        input_example=pd.DataFrame({"line": ["not a long one"]}),
        pip_requirements=["pandas"],
    )
    code.unlink()


class Person(pydantic.BaseModel):  # type: ignore[misc, unused-ignore]
    name: str
    age: int = 30
    likes: list[str] | None = None


class Greeting(mlflow.pyfunc.PythonModel):  # type: ignore[misc, unused-ignore]
    def predict(self, model_input: list[Person], params: Any = None) -> list[str]:
        return [f"Hello, {person.name}" for person in model_input]


@model
def pyfunc_type_hints(path: str) -> None:
    mlflow.pyfunc.save_model(path, python_model=Greeting(), pip_requirements=["pydantic"])


class Lengths(mlflow.pyfunc.PythonModel):  # type: ignore[misc, unused-ignore]
    def predict(self, model_input: list[str], params: Any = None) -> list[int]:
        return [len(text) for text in model_input]


@model
def pyfunc_type_hints_with_example(path: str) -> None:
    mlflow.pyfunc.save_model(
        path, python_model=Lengths(), input_example=["one", "seven"], pip_requirements=[]
    )


class Chat(mlflow.pyfunc.PythonModel):  # type: ignore[misc, unused-ignore]
    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]
        return {"text": "Good day."}


@model
def pyfunc_chat(path: str) -> None:
    example = {"messages": [{"role": "user", "content": "Hello"}], "temperature": 0.5}
    mlflow.pyfunc.save_model(path, python_model=Chat(), input_example=example, pip_requirements=[])


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    for name, save in SAVERS.items():
        save(str(Path(sys.argv[1]) / name))
