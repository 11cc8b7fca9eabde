"""The steps of a model's page, tried: its own command serves it, its own code loads it."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reportgen.views.model_use import Use
from tests.serving import (
    PATIENCE,
    a_free_port,
    post,
    running,
    shape_of,
    surroundings,
    text_of,
    use_of_folder,
)

pytestmark = pytest.mark.mlflow

OPTIONS = Path(__file__).with_name("options_of_mlflow.py")
EXAMPLE = Path(__file__).parents[1] / "example_mlruns" / "mlruns"

NETWORK, ADVISOR, ARRAYS = "pixel_0_0", "threshold", '"top_k"'
"""What only the MLmodel of the one or the other holds."""


def the_model(store: Path, marks: str) -> Path:
    """The folder of the store's model whose MLmodel holds `marks`."""
    found = [path.parent for path in store.rglob("MLmodel") if marks in path.read_text("utf-8")]
    return sorted(found)[0]


def codes_of(use: Use) -> dict[str, str]:
    return {code.title: text_of(code) for step in use.steps for code in step.codes}


def test_the_command_of_a_page_serves_its_model(mlflow_python, tmp_path):
    folder, port = the_model(EXAMPLE, NETWORK), a_free_port()
    use = use_of_folder(folder)
    codes = codes_of(use)
    words = shlex.split(codes["Packages you have"].replace("\\\n", ""))
    words[words.index("-m") + 1], words[words.index("-p") + 1] = str(folder), str(port)

    with running(words, port, mlflow_python, tmp_path / "server.log"):
        body = shlex.split(codes["curl"].replace("\\\n", ""))[-1]
        answer = post(f"http://127.0.0.1:{port}/invocations", body, "application/json")

    assert use.answer
    assert shape_of(answer) == shape_of(use.answer.example)


def test_the_python_code_of_a_page_predicts(mlflow_python, tmp_path):
    folder = the_model(EXAMPLE, NETWORK)
    code = codes_of(use_of_folder(folder))["mlflow.pyfunc"]

    done = subprocess.run(
        [str(mlflow_python), "-c", code.replace("models:/m-1", folder.as_posix())],
        env=surroundings(mlflow_python),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )

    assert re.fullmatch(r"\[\d( \d)*\]", done.stdout.strip())


def mlflow_commands(use: Use) -> Iterator[list[str]]:
    """The words of each command for mlflow on the page."""
    targets = [target for group in use.groups for target in group.targets]
    for code in [code for one in (*use.steps, *targets) for code in one.codes]:
        if code.language == "bash":
            for line in text_of(code).replace("\\\n", "").splitlines():
                if line.startswith("mlflow "):
                    yield shlex.split(line, comments=True)


def test_mlflow_has_every_command_and_option_of_a_page(mlflow_python):
    done = subprocess.run(
        [str(mlflow_python), str(OPTIONS)],
        env=surroundings(mlflow_python),
        capture_output=True,
        text=True,
        check=True,
    )
    known = json.loads(done.stdout)
    used = list(mlflow_commands(use_of_folder(the_model(EXAMPLE, NETWORK))))

    for words in used:
        options = {word for word in words if re.fullmatch(r"--?[A-Za-z-]+", word)}
        assert options <= set(known[" ".join(words[:3])]), words
    assert len({" ".join(words[:3]) for words in used}) == 10
