"""The steps of a model's page, tried: a real MLflow serves it and gets the page's own requests."""

import contextlib
import html
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from reportgen.model import Artifact, LoggedModel
from reportgen.sources.mlmodel import read_mlmodel
from reportgen.views.model import ModelPage, model_page
from reportgen.views.page import Code
from tests.mlflow_environment import mlflow_variables

pytestmark = pytest.mark.mlflow

PATIENCE = 90
"""Seconds that a server may take to start."""

EXAMPLE = Path(__file__).parents[1] / "example_mlruns" / "mlruns"

NETWORK, ADVISOR, ARRAYS = "pixel_0_0", "threshold", '"top_k"'
"""What only the MLmodel of the one or the other holds."""


def the_model(store: Path, marks: str) -> Path:
    """The folder of the store's model whose MLmodel holds `marks`."""
    found = [path.parent for path in store.rglob("MLmodel") if marks in path.read_text("utf-8")]
    return sorted(found)[0]


@pytest.fixture
def folder(stores: Mapping[str, Path], marks: str) -> Path:
    """Of a model of the example, or of one that takes arrays, which the example has not."""
    return the_model(stores["v3.17-file"] if marks == ARRAYS else EXAMPLE, marks)


def page_of(folder: Path) -> ModelPage:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    names = [path.relative_to(folder).as_posix() for path in files]
    artifacts = tuple(Artifact(name, 1, name) for name in names)
    mlmodel, problems = read_mlmodel(folder, artifacts, "model")
    assert problems == ()
    model = LoggedModel("m-1", "model", "1", mlmodel=mlmodel, artifacts=artifacts)
    return model_page(
        model,
        address="models/m-1/k.html",
        key="k",
        source_run=None,
        versions=(),
        experiment_name="iris",
        files={},
    )


def text_of(code: Code) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", code.html))


def codes_of(page: ModelPage) -> dict[str, str]:
    return {code.title: text_of(code) for step in page.use.steps for code in step.codes}


def surroundings(python: Path) -> dict[str, str]:
    """The environment in which `mlflow` is the one beside `python`."""
    variables = mlflow_variables()
    return {**variables, "PATH": f"{python.parent}{os.pathsep}{variables['PATH']}"}


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def post(port: int, body: str, content_type: str) -> object:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/invocations",
        body.encode(),
        {"Content-Type": content_type},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        assert response.status == 200
        return json.load(response)


def is_up(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=2) as response:
            return response.status == 200
    except OSError:
        return False


@contextlib.contextmanager
def served(page: ModelPage, folder: Path, python: Path, log: Path) -> Iterator[int]:
    """The page's own command, with the folder for the address and a free port for 5001."""
    port = a_free_port()
    words = shlex.split(codes_of(page)["Packages you have"].replace("\\\n", ""))
    words[words.index("-m") + 1], words[words.index("-p") + 1] = str(folder), str(port)
    with log.open("wb") as output:
        server = subprocess.Popen(
            words,
            env=surroundings(python),
            cwd=log.parent,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + PATIENCE
            while not is_up(port):
                assert server.poll() is None, log.read_text("utf-8")
                assert time.monotonic() < deadline, log.read_text("utf-8")
                time.sleep(0.2)
            yield port
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)


def shape_of(value: object) -> object:
    """What a value is made of, with lists standing for their first item."""
    if isinstance(value, dict):
        return {key: shape_of(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape_of(value[0])] if value else []
    return type(value).__name__


def data_of(curl: str) -> str:
    words = shlex.split(curl.replace("\\\n", ""))
    return words[-1]


@pytest.mark.parametrize(
    "marks",
    [NETWORK, ADVISOR, ARRAYS],
    ids=["scikit-learn", "a class of its own with a parameter", "an array with parameters"],
)
def test_a_served_model_takes_the_requests_of_its_page(folder, mlflow_python, tmp_path):
    page = page_of(folder)
    codes = codes_of(page)
    assert page.use.answer

    with served(page, folder, mlflow_python, tmp_path / "server.log") as port:
        answer = post(port, page.use.body, "application/json")
        from_curl = post(port, data_of(codes["curl"]), "application/json")
        from_csv = post(port, page.use.csv, "text/csv") if page.use.csv else answer

    assert shape_of(answer) == shape_of(page.use.answer.example)
    assert answer == from_curl == from_csv


@pytest.mark.parametrize("marks", [NETWORK])
def test_the_python_code_of_a_page_predicts(folder, mlflow_python, tmp_path):
    code = codes_of(page_of(folder))["mlflow.pyfunc"].replace("models:/m-1", folder.as_posix())

    done = subprocess.run(
        [str(mlflow_python), "-c", code],
        env=surroundings(mlflow_python),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )

    assert re.fullmatch(r"\[\d( \d)*\]", done.stdout.strip())
