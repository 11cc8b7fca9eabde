"""The OpenAPI documents of models, tried: Schemathesis makes requests of them for real servers.

What it checks of each answer: that the server did not fail (no status from 500 on), that its
status and its type of content are in the document, and that an answer has the shape that the
document tells. It does not check that every request is granted: a schema cannot say all that
MLflow, or a model, asks of values, such as columns of the same length.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from reportgen.analysis.openapi import openapi
from reportgen.analysis.serving import answer_shape, payload
from reportgen.model import Artifact
from reportgen.sources.mlmodel import read_mlmodel

pytestmark = pytest.mark.mlflow

MODELS = (
    "sklearn_frame",
    "sklearn_probabilities",
    "lightgbm_booster",
    "pyfunc_all_types",
    "pyfunc_named_tensors",
    "pyfunc_params",
    "pyfunc_type_hints",
    "pyfunc_chat",
)

MOST = 10
"""Requests to each."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def document(folder: Path) -> dict[str, Any]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    artifacts = [Artifact(one.relative_to(folder).as_posix(), 1, str(one)) for one in files]
    mlmodel, problems = read_mlmodel(folder, artifacts, folder.name)
    assert problems == ()
    request = payload(mlmodel)
    answer = answer_shape(mlmodel, request.body if request else None)
    made = openapi(mlmodel, request, answer, title=folder.name, version="1")
    content = made["paths"]["/invocations"]["post"]["requestBody"]["content"]
    for kind in content.keys() - {"application/json"}:
        del content[kind]  # Schemathesis knows neither Parquet nor which columns a CSV has
    return dict(json.loads(json.dumps(made)))


@pytest.mark.parametrize("name", MODELS)
def test_a_real_server_keeps_the_contract_of_its_document(name, served_models, model_server):
    number, folder = next(
        (number, Path(path)) for number, path in enumerate(served_models) if Path(path).name == name
    )
    contract = schemathesis.openapi.from_dict(document(folder))
    granted = []

    @settings(
        max_examples=MOST,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=contract["/invocations"]["POST"].as_strategy())
    def try_it(case: schemathesis.Case) -> None:
        answer = case.call(base_url=f"{model_server}/{number}")
        case.validate_response(answer, checks=CHECKS)
        granted.append(answer.status_code == 200)

    try_it()

    assert any(granted)


def test_the_probes_of_a_real_server_are_as_the_document_tells(served_models, model_server):
    contract = schemathesis.openapi.from_dict(document(Path(next(iter(served_models)))))

    for path in ("/ping", "/health", "/version"):
        case = contract[path]["GET"].Case()
        answer = case.call(base_url=f"{model_server}/0")
        case.validate_response(answer, checks=CHECKS)
