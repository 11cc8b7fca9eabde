"""Every request of model pages, sent as it stands there to a real MLflow that serves the models."""

import json
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping

import pytest

from reportgen.views.model_use import Use
from reportgen.views.using.requests import ADDRESS
from tests.serving import (
    post,
    shape_of,
    surroundings,
    text_of,
)

pytestmark = pytest.mark.mlflow


@pytest.fixture
def models(served_models: Mapping[str, Use]) -> Mapping[str, Use]:
    return served_models


@pytest.fixture
def server(model_server: str) -> str:
    return model_server


def shown(use: Use, language: str) -> Iterator[str]:
    """The codes of all requests of a page in one language, in every form."""
    ask = next(step for step in use.steps if step.title == "Ask for a prediction")
    for code in (*ask.codes, *(code for form in ask.others for code in form.codes)):
        if code.title == language:
            yield text_of(code)


def requests_of(use: Use) -> Iterator[tuple[str, str]]:
    """Content type and body of each command for curl."""
    for command in (*shown(use, "curl"), *shown(use, "CSV")):
        words = shlex.split(command.replace("\\\n", ""))
        assert words[:3] == ["curl", "-s", ADDRESS]
        yield words[words.index("-H") + 1].removeprefix("Content-Type: "), words[-1]


def programs(models: Mapping[str, Use], server: str, language: str) -> list[str]:
    return [
        text.replace(ADDRESS, f"{server}/{number}/invocations")
        for number, use in enumerate(models.values())
        for text in shown(use, language)
    ]


def test_models_of_many_flavors_take_every_request_of_their_pages(models, server):
    sent = 0
    for number, (folder, use) in enumerate(models.items()):
        for content_type, body in requests_of(use):
            answer = post(f"{server}/{number}/invocations", body, content_type)
            sent += 1
            if use.answer and use.answer.example is not None:
                assert shape_of(answer) == shape_of(use.answer.example), folder

    assert sent > 50


def test_all_forms_of_a_request_are_answered_alike(models, server):
    for number, (folder, use) in enumerate(models.items()):
        answers = {
            json.dumps(post(f"{server}/{number}/invocations", body, content_type))
            for content_type, body in requests_of(use)
        }

        assert len(answers) <= 1, folder


def test_the_python_of_the_pages_gets_answers(models, server, mlflow_python, tmp_path):
    codes = programs(models, server, "Python")
    every = tmp_path / "every.py"
    every.write_text("\n\n".join(codes), "utf-8")

    done = subprocess.run(
        [str(mlflow_python), str(every)],
        env=surroundings(mlflow_python),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    assert len(done.stdout.splitlines()) == len(codes)


def test_the_javascript_of_the_pages_gets_answers(models, server):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    codes = programs(models, server, "JavaScript")
    script = "".join(f"await (async () => {{ {code} }})();\n" for code in codes)

    done = subprocess.run(
        [node, "--input-type=module", "-e", f"{script}console.log('all answered');"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.endswith("all answered\n")
