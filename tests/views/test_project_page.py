"""The page of a project, and the commands that run it: exact, and quoted for a shell."""

import html
import re
import shlex
from typing import Any

import pytest

from reportgen.analysis.projects import command, project_of_run, unquoted
from reportgen.analysis.summary import RunSummary
from reportgen.model import EntryPoint, Environment, Parameter, Project, RunStatus
from reportgen.theme import load_theme
from reportgen.views.page import Code
from reportgen.views.project import ProjectPage, project_page
from tests.sites import SHARED

TRAIN = EntryPoint(
    "main",
    "python train.py --alpha {alpha}",
    (Parameter("alpha", "float", 0.5), Parameter("note", default="two words")),
)
CHECK = EntryPoint("check", "python check.py {data}", (Parameter("data", "path", required=True),))
WINE = Project("lab/wine", "wine", (TRAIN, CHECK), Environment(("conda.yaml",)), "conda_env")
TAGS = {
    "mlflow.project.entryPoint": "main",
    "mlflow.source.name": "/home/ada/lab/wine",
    "mlflow.source.git.commit": "c0ffee",
}


def page_of(project: Project = WINE, *runs: RunSummary) -> ProjectPage:
    return project_page(
        project, address="projects/wine/k.html", key="k", runs=runs, source_uri="lab/wine"
    )


def a_run(id: str, **more: Any) -> RunSummary:
    given: dict[str, Any] = {
        "name": id,
        "status": RunStatus.FINISHED,
        "started": 1000,
        "ended": 3000,
        "deleted": False,
        "user": "",
        "parent_id": "",
        "params": {},
        "metrics": {},
    }
    return RunSummary(id=id, experiment_id="1", **given | more)


def text_of(code: Code) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", code.html))


# ---- the page ----------------------------------------------------------------------------------


def test_an_entry_point_shows_its_parameters():
    card = page_of().entry_points[0]

    assert [(row.name, row.type, row.default, row.required) for row in card.parameters] == [
        ("alpha", "float", "0.5", False),
        ("note", "string", "two words", False),
    ]


def test_it_can_be_run_with_its_defaults_or_with_every_parameter():
    defaults, every = map(text_of, page_of().entry_points[0].runs)

    assert defaults == "mlflow run lab/wine -e main"
    assert every == "mlflow run lab/wine -e main -P alpha=0.5 -P 'note=two words'"


def test_required_parameters_are_left_to_fill_in():
    (only,) = map(text_of, page_of().entry_points[1].runs)

    assert only == "mlflow run lab/wine -e check -P data=DATA"


def test_the_command_is_shown_as_written():
    command_shown = page_of().entry_points[0].command

    assert command_shown
    assert text_of(command_shown) == "python train.py --alpha {alpha}"


def test_runs_come_newest_first_with_links():
    page = page_of(WINE, a_run("a", started=1), a_run("b", started=2, name=""))

    assert [run.link.href for run in page.runs] == [
        "../../runs/index.html?id=b",
        "../../runs/index.html?id=a",
    ]


def test_a_project_that_names_no_entry_points_has_a_page():
    page = page_of(Project("."))

    assert page.name == "."
    assert b"names no entry points" in load_theme().render(page, SHARED)


def test_an_image_stands_for_the_environment():
    page = page_of(Project(".", docker_image="wine:1", env_kind="docker_env"))

    assert b"wine:1" in load_theme().render(page, SHARED)


def test_the_template_knows_every_field():
    assert b"</html>" in load_theme().render(page_of(WINE, a_run("a")), SHARED)


# ---- commands ----------------------------------------------------------------------------------


def test_a_command_survives_a_shell():
    text = command("a b#c", "main", [("note", "it's $HOME"), ("empty", "")])

    assert shlex.split(text) == [
        *("mlflow", "run", "a b#c", "-e", "main"),
        *("-P", "note=it's $HOME", "-P", "empty="),
    ]


def test_a_long_command_is_continued_over_lines():
    text = command("wine", "main", [(f"parameter_{place}", "0.123456") for place in range(5)])

    assert text.splitlines()[0] == "mlflow run wine \\"
    assert shlex.split(text.replace("\\\n", ""))[-1] == "parameter_4=0.123456"


@pytest.mark.parametrize(
    ("recorded", "given"),
    [
        ("0.5", "0.5"),
        ("'two words'", "two words"),
        ("''", ""),
        ("'it'\"'\"'s'", "it's"),
        ("two words", "two words"),  # logged by the code itself, which quotes nothing
        ("it's", "it's"),
    ],
)
def test_parameters_of_project_runs_are_unquoted(recorded, given):
    assert unquoted(recorded) == given


@pytest.mark.parametrize(
    ("tags", "projects"),
    [
        ({"mlflow.source.name": "train.py"}, [WINE]),
        (TAGS, []),
        ({**TAGS, "mlflow.project.entryPoint": "other"}, [WINE]),
        ({**TAGS, "mlflow.source.name": "/x"}, [WINE, Project("b", entry_points=(TRAIN,))]),
    ],
)
def test_the_project_of_a_run_may_not_be_known(tags, projects):
    assert project_of_run(tags, projects) is None


def test_of_several_projects_the_one_in_the_same_folder_is_meant():
    other = Project("lab/beer", entry_points=(TRAIN,))
    tags = {**TAGS, "mlflow.source.name": "file:///home/ada/lab#wine"}

    assert project_of_run(tags, [other, WINE]) == WINE
