"""For the tests that serve models with a real MLflow: what their pages say, and processes."""

import contextlib
import html
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from reportgen.model import Artifact, LoggedModel
from reportgen.sources.mlmodel import read_mlmodel
from reportgen.views.model_use import Use, use_of
from reportgen.views.page import Code
from tests.mlflow_environment import mlflow_variables

PATIENCE = 90
"""Seconds that a server may take to start."""


def use_of_folder(folder: Path) -> Use:
    """What the page of the model in that folder says of using it."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    names = [path.relative_to(folder).as_posix() for path in files]
    artifacts = tuple(Artifact(name, 1, name) for name in names)
    mlmodel, problems = read_mlmodel(folder, artifacts, "model")
    assert problems == ()
    return use_of(LoggedModel("m-1", "model", "1", mlmodel=mlmodel, artifacts=artifacts))


def text_of(code: Code) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", code.html))


def surroundings(python: Path) -> dict[str, str]:
    """The environment in which `mlflow` is the one beside `python`."""
    variables = mlflow_variables()
    return {**variables, "PATH": f"{python.parent}{os.pathsep}{variables['PATH']}"}


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def post(address: str, body: str, content_type: str) -> object:
    """The answer as JSON; fails with the server's words when it refuses."""
    request = urllib.request.Request(address, body.encode(), {"Content-Type": content_type})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            assert response.status == 200
            return json.load(response)
    except urllib.error.HTTPError as error:
        said = error.read().decode(errors="replace")
        raise AssertionError(f"{error.code} for {body[:300]}: {said[:600]}") from None


def is_up(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@contextlib.contextmanager
def running(words: Sequence[str], port: int, python: Path, log: Path) -> Iterator[int]:
    """A server, from when it answers on the port."""
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
