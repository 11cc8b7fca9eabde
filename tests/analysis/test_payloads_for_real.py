"""Every form of every request, read by a real MLflow as its server reads it."""

import itertools
import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from reportgen.analysis.payloads import Form, payloads
from reportgen.model import Artifact, Json, MLmodel
from reportgen.sources.mlmodel import read_mlmodel
from reportgen.sources.signature import parse_signature
from tests.mlflow_environment import mlflow_variables

pytestmark = pytest.mark.mlflow

SCRIPT = Path(__file__).parents[1] / "asked_of_mlflow.py"
KINDS = "boolean integer long float double string binary datetime any".split()
DTYPES = "float32 float64 int64 uint8 bool str object datetime64[ns]".split()
SHAPES = ([-1], [-1, 1], [-1, 3], [-1, 2, 2], [-1, -1], [2, 3])

Given = Mapping[str, Mapping[str, Mapping[str, Json]]]
"""By the model, then by the form: `given` or `refused`."""


def columns_of(kind: str) -> Iterator[dict[str, Json]]:
    """A type by itself, and in everything that may hold it."""
    alone = {"type": kind}
    inside = {"properties": {"k": {**alone, "required": True}}, "type": "object"}
    maybe = {"k": {**alone, "required": False}, "s": {"type": "string", "required": True}}
    yield alone
    yield {"type": "array", "items": alone}
    yield {"type": "array", "items": {"type": "array", "items": alone}}
    yield {"type": "array", "items": inside}
    yield {"type": "map", "values": alone}
    yield {"type": "map", "values": {"type": "array", "items": alone}}
    yield {"type": "object", "properties": maybe}
    if kind not in ("integer", "datetime"):  # of which nothing is taken, see test_serving
        yield inside


def signatures() -> Iterator[list[dict[str, Json]]]:
    """Of columns and of arrays, with names and without."""
    for kind in KINDS:
        for column in columns_of(kind):
            yield [{**column, "required": True}]
            yield [{**column, "required": True, "name": "x"}, {"type": "long", "name": "n"}]
    for first, second in itertools.product(("long", "double", "string"), repeat=2):
        yield [{"type": first}, {"type": second}]
    for dtype, shape in itertools.product(DTYPES, SHAPES):
        array = {"type": "tensor", "tensor-spec": {"dtype": dtype, "shape": shape}}
        yield [array]
        yield [{**array, "name": "a"}, {**array, "name": "b"}]


def read(folder: Path) -> MLmodel:
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return read_mlmodel(folder, [Artifact(name, 1, name) for name in names], "model")[0]


def sent(form: Form) -> tuple[str, str]:
    text = form.body if form.content_type == "text/csv" else json.dumps(form.body)
    return form.content_type, str(text)


def ask(python: Path, questions: Sequence[tuple[Json, Sequence[Form]]]) -> list[list[Json]]:
    asked = [[model, [sent(form) for form in forms]] for model, forms in questions]
    done = subprocess.run(
        [str(python), str(SCRIPT)],
        env=mlflow_variables(),
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    answers: list[list[Json]] = json.loads(done.stdout)
    return answers


@pytest.fixture(scope="module")
def given(
    stores: Mapping[str, Path], flavor_models: Mapping[str, Path], mlflow_python: Path
) -> Given:
    """Of all models that lie here, and of made-up signatures of every type."""
    saved = sorted(stores["mlmodels"].glob("v*/*/MLmodel"))
    folders = [path.parent for path in saved] + list(flavor_models.values())
    questions: dict[str, tuple[Json, Sequence[Form]]] = {
        f"{folder.parent.name}/{folder.name}": (str(folder), payloads(read(folder)))
        for folder in folders
    }
    for one in signatures():
        recorded = {"inputs": json.dumps(one), "outputs": None}
        signature, problems = parse_signature(recorded, "made up")
        assert not problems
        forms = payloads(MLmodel(signature=signature, mlflow_version="3.17.2"))
        questions[json.dumps(one)] = (recorded, forms)
    answers = ask(mlflow_python, list(questions.values()))
    return {
        model: {form.name: got for form, got in zip(forms, answer, strict=True)}
        for (model, (_, forms)), answer in zip(questions.items(), answers, strict=True)
    }


def test_the_server_takes_every_form_of_every_request(given):
    refused = {
        (model, form): answer["refused"]
        for model, forms in given.items()
        for form, answer in forms.items()
        if "refused" in answer and form != "columns and data"  # which MLflow 1.x alone takes
    }

    assert refused == {}
    assert sum(map(len, given.values())) > 700


def test_all_forms_of_a_request_give_the_model_the_same(given):
    differing = {
        model: forms
        for model, forms in given.items()
        if len({json.dumps(answer.get("given")) for answer in forms.values() if "given" in answer})
        > 1
    }

    assert differing == {}


def test_every_made_up_signature_has_a_request(given):
    assert [model for model, forms in given.items() if model.startswith("[") and not forms] == []
