"""The page of a project, and the commands that run it: exact, and quoted for a shell."""

import html
import json
import re
import shlex
from typing import Any

import pytest

from reportgen.analysis.projects import command, project_of_run, unquoted
from reportgen.analysis.standings import Judge
from reportgen.model import (
    DockerEnvironment,
    EntryPoint,
    Environment,
    Parameter,
    Project,
    SparkJob,
)
from reportgen.theme import load_theme
from reportgen.views.page import Code
from reportgen.views.project import ProjectInputs, ProjectPage, project_page
from reportgen.views.project_builder import Place
from reportgen.views.project_runs import Judged
from tests.builders import a_summary
from tests.sites import SHARED

TRAIN = EntryPoint(
    "main",
    "python train.py --alpha {alpha} {{x}} {note}",
    (Parameter("alpha", "float", 0.5), Parameter("note", default="two words")),
)
CHECK = EntryPoint("check", "python check.py {data}", (Parameter("data", "path", required=True),))
WINE = Project(
    "lab/wine", "wine", (TRAIN, CHECK), Environment(("conda.yaml",)), "conda_env", file="MLproject"
)
REPOSITORY = "https://ada:token@git.example.org/ada/lab.git"
TAGS = {
    "mlflow.project.entryPoint": "main",
    "mlflow.source.name": "/home/ada/lab/wine",
    "mlflow.source.git.commit": "c0ffee",
}


def page_of(project: Project = WINE, **more: Any) -> ProjectPage:
    inputs = ProjectInputs(project, **more)
    return project_page(inputs, address="projects/wine/k.html", key="k")


def rendered(project: Project) -> str:
    return load_theme().render(page_of(project), SHARED).decode()


def text_of(code: Code) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", code.html))


def entry_with(parameter: Parameter, command: str = "x {a}") -> Project:
    return Project("wine", entry_points=(EntryPoint("main", command, (parameter,)),))


# ---- the page ----------------------------------------------------------------------------------


def test_an_entry_point_shows_its_parameters() -> None:
    card = page_of().entry_points[0]

    assert [(row.name, row.type, row.default, row.required) for row in card.parameters] == [
        ("alpha", "float", "0.5", False),
        ("note", "string", "two words", False),
    ]


def test_it_can_be_run_with_its_defaults_or_with_every_parameter() -> None:
    defaults, every = map(text_of, page_of().entry_points[0].runs)

    assert defaults == "mlflow run lab/wine -e main"
    assert every == "mlflow run lab/wine -e main -P alpha=0.5 -P 'note=two words'"


def test_required_parameters_are_left_to_fill_in() -> None:
    (only,) = map(text_of, page_of().entry_points[1].runs)

    assert only == "mlflow run lab/wine -e check -P data=DATA"


@pytest.mark.parametrize(
    ("subdirectory", "uri"),
    [
        ("wine", "'https://git.example.org/ada/lab.git#wine'"),
        ("", "https://git.example.org/ada/lab.git"),
    ],
)
def test_it_can_be_run_from_its_repository_without_a_clone(subdirectory: str, uri: str) -> None:
    cloned = Project(
        "lab/wine", entry_points=(CHECK,), repository=REPOSITORY, subdirectory=subdirectory
    )
    codes = page_of(cloned).entry_points[0].runs

    assert text_of(codes[-1]) == f"mlflow run {uri} -e check -P data=DATA"


def test_a_repository_is_known_from_the_runs_too() -> None:
    run = a_summary(tags={"mlflow.source.name": "https://ada:token@host/lab#wine"})
    page = page_of(runs=(run,), experiments={"7": Judged("wine", Judge())})

    assert page.entry_points[0].builder.places == (
        Place("its folder", "lab/wine", versioned=False),
        Place("its repository", "https://host/lab#wine", versioned=True),
    )


def test_the_command_is_shown_as_written() -> None:
    command_shown = page_of().entry_points[0].command

    assert command_shown
    assert text_of(command_shown) == "python train.py --alpha {alpha} {{x}} {note}"


@pytest.mark.parametrize(
    ("project", "said"),
    [
        (Project(".", file="MLproject"), "Its MLproject names no entry points."),
        (Project("."), "It has no MLproject, so it names no entry points."),
        (
            Project(".", file="MLproject", spark_job=SparkJob("job.py")),
            "that runs job.py: whatever entry point",
        ),
    ],
)
def test_a_project_without_entry_points_says_what_can_be_run(project: Project, said: str) -> None:
    assert said in rendered(project)


def test_an_image_stands_for_the_environment() -> None:
    docker = DockerEnvironment("wine:1", ("/data:/in",), (("TOKEN", None), ("MODE", "fast")))
    text = re.sub(r"<[^>]*>", "|", rendered(Project(".", env_kind="docker_env", docker=docker)))

    for said in ("wine:1", "/data", "/in", "copied from the caller", "fast"):
        assert f"|{said}|" in text


def test_a_databricks_job_is_shown_with_its_parameters() -> None:
    job = SparkJob("job.py", ("--note", "two words"), ("pandas",))
    rows = page_of(Project(".", spark_job=job)).spark_job

    assert [(row.name, row.value) for row in rows] == [
        ("python_file", "job.py"),
        ("parameters", "--note 'two words'"),
        ("python_libraries", "pandas"),
    ]


def test_the_template_knows_every_field() -> None:
    assert "</html>" in rendered(WINE)


# ---- the builder -------------------------------------------------------------------------------


def test_a_command_is_cut_where_values_go() -> None:
    assert json.loads(page_of().entry_points[0].builder.pieces) == [
        ["python train.py --alpha ", "alpha"],
        [" {", None],
        ["x}", None],
        [" ", "note"],
    ]


@pytest.mark.parametrize("command", ["", "x {b}", "x {a:.2f}", "x {}", "x }"])
def test_what_mlflow_cannot_fill_is_not_offered_filled(command: str) -> None:
    project = entry_with(Parameter("a", default="1"), command)

    assert page_of(project).entry_points[0].builder.pieces == ""


@pytest.mark.parametrize(
    ("parameter", "value", "choices", "mode"),
    [
        (Parameter("a", "float", 0.5), "0.5", (), "decimal"),
        (Parameter("a", "int", required=True), "", (), "numeric"),
        (Parameter("a", "string", True), "True", ("True", "False"), "text"),
        (Parameter("a", "string", [1, 2]), "[1, 2]", (), "text"),
        (Parameter("a", "uri", "s3://x"), "s3://x", (), "url"),
    ],
)
def test_a_parameter_has_a_control_of_its_type(
    parameter: Parameter, value: str, choices: tuple[str, ...], mode: str
) -> None:
    control = page_of(entry_with(parameter)).entry_points[0].parameters[0].control

    assert (control.value, control.choices, control.mode) == (value, choices, mode)


def test_an_image_needs_no_manager_of_environments() -> None:
    project = Project("wine", entry_points=(TRAIN,), env_kind="docker_env")

    assert page_of(project).entry_points[0].builder.managers == ()


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
        ({**TAGS, "mlflow.source.name": "/x"}, [WINE, Project("b", entry_points=(TRAIN,))]),
    ],
)
def test_the_project_of_a_run_may_not_be_known(tags, projects):
    assert project_of_run(tags, projects) is None


FLOW = Project("lab/flow", "flow", (TRAIN,), repository=REPOSITORY, subdirectory="flow")
ELSEWHERE = Project(
    "copy/lab/flow", "flow", (TRAIN,), repository="https://h.org/b/x", subdirectory=""
)


@pytest.mark.parametrize(
    ("source", "tags", "projects", "found"),
    [
        # by the address and the place in the repository
        ("git@git.example.org:ada/lab.git#flow", {}, [ELSEWHERE, FLOW], FLOW),
        (
            "file:///home/ada/x#flow",
            {"mlflow.source.git.repoURL": "https://git.example.org/ada/lab"},
            [ELSEWHERE, FLOW],
            FLOW,
        ),
        # by as much of the folder as is the same
        ("/home/ada/lab/wine", {}, [WINE, Project("beer/wine", entry_points=(TRAIN,))], WINE),
        ("/home/ada/lab#wine", {}, [Project("beer", entry_points=(TRAIN,)), WINE], WINE),
        ("C:\\lab\\wine", {}, [Project("beer", entry_points=(TRAIN,)), WINE], WINE),
        # by the name of one whose folder says nothing
        ("/srv/wine-lab", {}, [WINE, Project(".", "wine-lab")], Project(".", "wine-lab")),
        # by what alone offers the entry point
        ("/srv/somewhere", {}, [Project("beer"), WINE], WINE),
        # by nothing
        ("/srv/somewhere", {}, [Project("beer", entry_points=(TRAIN,)), WINE], None),
        ("/srv/somewhere", {}, [Project("beer")], None),
    ],
)
def test_the_project_of_a_run_is_told(
    source: str, tags: dict[str, str], projects: list[Project], found: Project | None
) -> None:
    recorded = {"mlflow.project.entryPoint": "main", "mlflow.source.name": source, **tags}

    assert project_of_run(recorded, projects) == found


def test_a_run_belongs_to_its_project_though_its_entry_point_is_gone() -> None:
    tags = {**TAGS, "mlflow.project.entryPoint": "former"}

    assert project_of_run(tags, [Project("beer", entry_points=(TRAIN,)), WINE]) == WINE


def test_of_several_projects_the_one_in_the_same_folder_is_meant():
    other = Project("lab/beer", entry_points=(TRAIN,))
    tags = {**TAGS, "mlflow.source.name": "file:///home/ada/lab#wine"}

    assert project_of_run(tags, [other, WINE]) == WINE
