"""Run by a Python that has MLflow: what a model would be given by each of some requests.

    python asked_of_mlflow.py < QUESTIONS.json > ANSWERS.json

A question is a list of a model (the folder of its MLmodel, or its signature as MLmodel has it) and
requests, each a content type with the text to POST. Each is read as the server reads it, without
loading the model: its answer is {"given": the data as plain values} or {"refused": why}.
"""

import io
import json
import logging
import sys
import warnings
from typing import Any

import numpy as np  # type: ignore[import-not-found, unused-ignore]
import pandas as pd  # type: ignore[import-untyped, unused-ignore]
from mlflow.models import Model  # type: ignore[import-not-found, unused-ignore]
from mlflow.pyfunc import _validate_prediction_input
from mlflow.pyfunc.scoring_server import _parse_json_data, parse_csv_input


def answer(model: Any, content_type: str, text: str) -> dict[str, Any]:
    try:
        return {"given": given(model, content_type, text)}
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {error}"}


def given(model: Any, content_type: str, text: str) -> Any:
    schema, params = model.get_input_schema(), None
    if content_type == "text/csv":
        data = parse_csv_input(io.StringIO(text), schema)
    else:
        parsed = _parse_json_data(text, model, schema)
        data, params = parsed.data, parsed.params
    if not model._is_signature_from_type_hint():
        wanted = model.get_params_schema()
        data, params = _validate_prediction_input(data, params, schema, wanted)
    return plain(data)


def plain(value: Any) -> Any:
    """Without the difference between lists and arrays, which depends on the form of a request."""
    if isinstance(value, pd.DataFrame):
        return {str(name): [plain(one) for one in value[name]] for name in value.columns}
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else repr(value)


def loaded(model: Any) -> Any:
    if isinstance(model, str):
        return Model.load(model)
    return Model.from_dict({"flavors": {}, "signature": model})


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.disable()
    questions = [(loaded(model), requests) for model, requests in json.load(sys.stdin)]
    answers = [[answer(model, *one) for one in requests] for model, requests in questions]
    json.dump(answers, sys.stdout)
