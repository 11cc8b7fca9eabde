"""How a page words whether a run could be run again."""

import ast
import re
import shlex
from pathlib import Path

import pytest

from reportgen.analysis import reproducibility as judged
from reportgen.analysis.metrics import summaries_of
from reportgen.analysis.reproducibility import About, Answer, Point, Scorecard, Share, scorecard
from reportgen.analysis.rerun import Rerun, Stage
from reportgen.model import Environment, Requirement, Run
from reportgen.theme import builtin_themes
from reportgen.views import addresses
from reportgen.views.page import Link
from reportgen.views.points import CASES, WHY, points_page
from reportgen.views.reproducibility import (
    ANSWERS,
    EVIDENCE,
    MEND,
    SAME,
    TITLES,
    VERDICTS,
    point_letters,
    point_row,
    reproducibility,
    sentence,
    share_sentence,
)
from reportgen.views.run import NO_COMMANDS, Baseline, RunInputs, RunPage, run_page
from tests.builders import a_dataset, a_ref, a_run

COMMIT = "4f1c2d3e5a6b7c8d9e0f4f1c2d3e5a6b7c8d9e0f"
SCRIPT = {
    "mlflow.source.name": "train.py",
    "mlflow.source.git.commit": COMMIT,
    "mlflow.source.git.repoURL": "https://host/a/b",
}


def card_of(run: Run, environment: Environment | None = None) -> Scorecard:
    return scorecard(run, (), None, environment)


def page_of(card: Scorecard | None, commands: Rerun = NO_COMMANDS) -> RunPage:
    inputs = RunInputs(a_run(), "wine", "", {}, card=card, commands=commands)
    return run_page(
        inputs,
        summaries_of(inputs.run.metrics, {}),
        address=addresses.run("id", "abc"),
        key="abc",
        contents={},
    )


def cases(*answers: str) -> list[tuple[About, str]]:
    """Every point that the judgement may make, by its text; with `answers` those alone."""
    tree = ast.parse(Path(judged.__file__).read_text("utf-8"))
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "Point"):
            continue
        about, answer, finding, *_ = node.args
        name = ast.unparse(about).removeprefix("About.")
        texts = [one.value for one in ast.walk(finding) if isinstance(one, ast.Constant)]
        if not answers or ast.unparse(answer).removeprefix("Answer.") in answers:
            abouts = [About[name]] if name.isupper() else [About.PINNED, About.HASHED]
            found += [(about, text) for about in abouts for text in texts if isinstance(text, str)]
    return found


def test_every_case_of_every_point_is_worded() -> None:
    assert len(cases()) > 40
    assert set(cases()) <= EVIDENCE.keys()
    assert set(TITLES) == set(WHY) == set(About)


@pytest.mark.parametrize("case", cases("NO", "UNKNOWN"), ids=str)
def test_what_is_no_or_unknown_says_how_to_mend_it(case: tuple[About, str]) -> None:
    about, finding = case
    row = point_row(Point(about, Answer.NO, finding, ("1", "2", "3")))

    page, _, id = row.href.partition("#")
    point = next(point for point in points_page().points if point.id == about)
    assert page == "../reproducibility.html"
    assert any((way.id or about) == id and way.words for way in point.ways)


def test_cases_of_a_point_are_told_apart_by_their_titles() -> None:
    for point in points_page().points:
        titles = [way.case for way in point.ways]
        assert len(titles) == len(set(titles)), point.title
    assert set(CASES) == {case for case in MEND if case[1]}


def test_the_page_about_the_points_has_them_all_in_order() -> None:
    page = points_page()

    assert [point.title for point in page.points] == list(TITLES.values())
    assert all(point.why for point in page.points)


@pytest.mark.parametrize("text", [code for _, code in MEND.values() if code.startswith("mlflow.")])
def test_the_code_that_mends_is_python(text: str) -> None:
    ast.parse(text)


def test_what_is_a_yes_needs_no_mending() -> None:
    row = point_row(Point(About.COMMIT, Answer.YES, "commit", (COMMIT,)))

    assert (row.title, row.answer.text, row.evidence) == ("Commit", "yes", COMMIT)
    assert row.href == "../reproducibility.html#commit"


@pytest.mark.parametrize(
    ("point", "evidence"),
    [
        (Point(About.PINNED, Answer.NO, "some", ("2", "9", "a, b")), "2 of 9 are not: a, b"),
        (Point(About.ARTIFACTS, Answer.YES, "here", ("1", "450")), "1 file, 450 B"),
        (
            Point(About.PARAMETERS, Answer.UNKNOWN, "script", ("0",)),
            "No parameters recorded; a script does not declare which it takes.",
        ),
        (Point(About.SEED, Answer.YES, "seed", ("seed = {0} {x}",)), "seed = {0} {x}"),
    ],
)
def test_the_evidence_in_words(point: Point, evidence: str) -> None:
    assert point_row(point).evidence == evidence


def test_long_evidence_is_cut() -> None:
    row = point_row(Point(About.SEED, Answer.YES, "seed", ("x" * 6000,)))

    assert len(row.evidence) == 160


def test_a_verdict_names_what_is_lost() -> None:
    assert (
        sentence(card_of(a_run())) == "No source, no commit, no repository address, no environment."
    )


def test_a_verdict_names_what_somebody_has_to_supply() -> None:
    run = a_run(tags=SCRIPT, params={"seed": "1"}, datasets=(a_dataset(),))

    assert sentence(card_of(run)) == (
        "Not recorded, so to be supplied: the options of the script, the environment. "
        "The result may differ: uncommitted changes are not ruled out."
    )


def test_where_nothing_speaks_against_it_the_result_should_be_the_same() -> None:
    tags = {
        **SCRIPT,
        "mlflow.source.git.dirty": "false",
        "mlflow.project.entryPoint": "train.py",
    }
    run = a_run(tags=tags, params={"seed": "1"}, datasets=(a_dataset(),))
    environment = Environment(
        ("requirements.txt",), "3.11.7", pip=(Requirement("numpy", "==2.1.0", "numpy==2.1.0"),)
    )

    assert sentence(card_of(run, environment)) == SAME


def test_the_head_of_a_run_says_what_its_section_comes_to() -> None:
    fact = page_of(card_of(a_run(tags=SCRIPT))).facts[-1]

    assert (fact.icon, fact.text, fact.href) == (
        *("term", "could be run again by hand · 3 of 11", "#reproducibility"),
    )


def test_the_navigation_leads_to_the_commands_where_there_are_any() -> None:
    stages = (Stage("code", (("", "git checkout c0ffee"),)), Stage("command", (("", "python x"),)))

    with_commands = page_of(card_of(a_run()), Rerun(stages=stages))

    assert "again" in [one.id for one in with_commands.sections]
    assert "again" not in [one.id for one in page_of(card_of(a_run())).sections]


def test_a_part_of_another_run_leads_to_that() -> None:
    parent = Baseline("its parent", a_ref("sweep"), {})
    inputs = RunInputs(a_run(), "wine", "", {}, baselines=(parent,), card=card_of(a_run()))

    page = run_page(
        inputs,
        summaries_of(inputs.run.metrics, {}),
        address=addresses.run("id", "abc"),
        key="abc",
        contents={},
    )

    assert page.reproducibility
    assert page.reproducibility.again.parent == Link("sweep", "index.html?id=id-sweep")


def test_a_run_that_nobody_judged_has_no_such_section() -> None:
    assert page_of(None).reproducibility is None


def test_the_steps_say_where_the_code_comes_from() -> None:
    clone = Stage("code", (("", "git clone https://host/a/b b"),))
    here = Stage("code", (("", "git checkout c0ffee"),))

    titles = [
        step.title
        for stage in (clone, here)
        for step in reproducibility(card_of(a_run()), Rerun(stages=(stage,))).again.steps
    ]

    assert titles == ["Get the code at its commit", "Go to the commit"]


def test_commands_stay_as_a_shell_takes_them() -> None:
    text = "python train.py --note 'a <b> & c'"
    commands = Rerun(stages=(Stage("command", (("", text),)),))

    (step,) = reproducibility(card_of(a_run()), commands).again.steps

    assert shlex.split(step.codes[0].html.striptags()) == shlex.split(text)


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (Share(36, 12, 20), "12 of 36 could be run again, 20 by hand"),
        (Share(36, 12, 0), "12 of 36 could be run again"),
        (Share(36, 36, 0), "all 36 could be run again"),
        (Share(36, 0, 20), "20 of 36 could be run again by hand"),
        (Share(36, 0, 0), "none could be run again"),
        (Share(1, 1, 0), "could be run again"),
    ],
)
def test_the_share_of_an_experiment_in_words(share: Share, words: str) -> None:
    assert share_sentence(share) == words


def test_no_wording_has_a_stray_brace() -> None:
    values = ("1", "2", "3")

    assert not any(re.search(r"[{}]", text.format(*values)) for text in EVIDENCE.values())


def test_every_point_and_verdict_is_documented() -> None:
    text = Path("site/reproducibility.md").read_text("utf-8")

    assert re.findall(r"^\| (\w[\w ]+) \| [^|]+ \| [^|]+ \|$", text, re.M)[1:] == list(
        TITLES.values()
    )
    assert re.findall(r"^\| \*\*(.*?)\*\*", text, re.M) == [one.text for one in VERDICTS.values()]


def test_comparing_runs_knows_every_point_by_its_letter() -> None:
    script = (builtin_themes() / "default" / "js" / "compare_rows.js").read_text("utf-8")
    names = re.findall(r'"([^"]+)"', script.partition("const POINTS = [")[2].partition("]")[0])
    letters = re.findall(r'"?([\w-])"?: "([^"]+)"', script.partition("const ANSWERS = {")[2][:90])

    assert names == list(TITLES.values())
    assert dict(letters) == {answer[0]: chip.text for answer, chip in ANSWERS.items()}
    assert point_letters(card_of(a_run())) == "nnn-unnuunn--"


def test_no_two_codes_of_a_page_have_the_same_name() -> None:
    every = ("new", "here", "every")
    stages = (
        *(Stage(kind, (("", "x"),)) for kind in ("code", "patch", "packages")),
        Stage("environment", (("venv", "x"), ("uv", "x"), ("conda", "x"))),
        Stage("command", (("", "x"), ("options", "x"), ("mlflow", "x"))),
    )

    again = reproducibility(
        card_of(a_run()), Rerun(mlflow=tuple((way, "x") for way in every), stages=stages)
    ).again

    titles = [code.title for code in again.mlflow]
    titles += [code.title for step in again.steps for code in step.codes]
    assert len(titles) == len(set(titles)) == 12
