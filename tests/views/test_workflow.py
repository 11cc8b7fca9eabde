"""A workflow drawn: from built steps, and from one that MLflow ran."""

import re
from pathlib import Path

from reportgen.analysis.workflows import Handover, Step
from reportgen.model import RunStatus
from reportgen.views.workflow import WorkflowFigure, workflow_figure
from tests.builders import MINUTE, NOON
from tests.sites import pages

FETCH = Step("f", "wolf", "fetch", RunStatus.FINISHED, NOON + MINUTE, NOON + 2 * MINUTE)
FIRST = Step(
    *("t", "boar", "train", RunStatus.FINISHED, NOON + 2 * MINUTE, NOON + 4 * MINUTE),
    takes=(Handover("f", "data"),),
)
SECOND = Step("u", "cow", "train", RunStatus.FAILED, NOON + 4 * MINUTE, None, after=("t",))


def figure(*steps: Step) -> WorkflowFigure:
    made = workflow_figure("main", NOON, steps, "runs/p.k.html")
    assert made
    return made


def test_steps_are_called_by_their_entry_points_and_numbered_where_there_are_several() -> None:
    rows = figure(FETCH, FIRST, SECOND).steps

    assert [(row.link.text, row.name) for row in rows] == [
        ("fetch", "wolf"),
        ("train 1", "boar"),
        ("train 2", "cow"),
    ]


def test_their_times_are_counted_from_the_beginning_of_the_run_that_launched_them() -> None:
    drawn = figure(FETCH, FIRST)

    assert drawn.note == "2 steps in 4 min"
    assert [(row.start, row.duration) for row in drawn.steps] == [
        ("+1 min", "1 min"),
        ("+2 min", "2 min"),
    ]


def test_bars_share_one_line_of_time() -> None:
    bars = [
        re.findall(r'<rect x="(\d+)" y="2" width="(\d+)"', row.bar)
        for row in figure(FETCH, FIRST).steps
    ]

    assert bars == [[("250", "250")], [("500", "500")]]


def test_a_step_without_an_end_reaches_to_the_end() -> None:
    assert figure(FETCH, FIRST, SECOND).steps[2].duration == "–"


def test_the_graph_tells_what_was_taken_from_which() -> None:
    assert "data" in figure(FETCH, FIRST).graph


def test_steps_that_nothing_joins_have_no_graph() -> None:
    assert figure(FETCH, Step("g", "", "check", RunStatus.RUNNING, NOON, None)).graph == ""


def test_no_steps_are_no_figure() -> None:
    assert workflow_figure("main", NOON, (), "runs/p.k.html") is None


# ---- as MLflow ran it --------------------------------------------------------------------------


def rows_of(page: str) -> list[tuple[str, list[str]]]:
    """Of each step what it is called, and what it took."""
    table = page.partition('steps-tbl">')[2].partition("</table>")[0]
    rows = []
    for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", table, re.S):
        name = re.search(r"<a [^>]*>([^<]*)</a>", row)
        taken = re.findall(r"<code>([^<]*)</code> of ([^<]*)</span>", row)
        assert name
        rows.append((name[1], [f"{what} of {step}" for what, step in taken]))
    return rows


EXPECTED = [
    ("fetch", []),
    ("train 1", ["data of fetch"]),
    ("train 2", ["data of fetch"]),
    ("evaluate", ["data of fetch", "model of train 1"]),
]


def test_a_run_that_launched_steps_shows_them(flow: Path) -> None:
    found = [page for page in pages(flow).values() if 'id="workflow"' in page]

    assert [rows_of(page) for page in found] == [EXPECTED, EXPECTED]
    assert all('id="children"' not in page for page in found)


def test_the_page_of_the_project_shows_its_newest_workflow_first(flow: Path) -> None:
    (page,) = (
        page
        for path, page in pages(flow).items()
        if re.match(r"projects/lab-flow.*/\w{12}\.", path)
    )
    workflows = page.partition('id="workflows"')[2]

    assert rows_of(workflows) == EXPECTED
    assert re.findall(r'class="chip (\w+)"', workflows)[0] == "bad"  # the newer one failed
