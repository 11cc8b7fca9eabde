"""Every kind of file that is read, with everything that befalls files: one build of all at once.

Each row is a run with one faulty file. What became of it is the row's last word: a problem, the
content as it is, or nothing at all, where the fault changes nothing that the file says.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from reportgen.errors import Problem
from reportgen.last_build import Summary
from reportgen.model import Run
from reportgen.sources.file_store import FileStore
from tests.faults.kinds import BINARY, KINDS
from tests.faults.laid_out import CASES, WELL, Case, befall, lay_out, run_id
from tests.faults.mutations import snapshot
from tests.sites import build_site, contents

PROBLEM, AS_IT_IS, UNCHANGED = "is a problem", "is shown as it is", "changes nothing"

TEXT = ("a list", "null", "a number", "a date")
ENCODED = ("in UTF-16", "in Latin-1", "cut in the middle of a character")
CUT = ("emptied", "cut after a byte", "cut in a third", "cut before its end")
FOLDER = ("a folder", "a folder with files")

VALUES = ("param", "tag")
"""Whatever their files hold is their value."""

READ = ("MLmodel", "conda.yaml", "python_env.yaml", "requirements.txt", "input_example.json")
LOCKS = ("uv.lock", "conda-lock.yml")
PLAIN = ("table.csv", "notes.md", "notes.txt", "script.py", "train.log", "page.html")
"""Artifacts in which any text is right."""

JSON = ("values.json", "map.geojson", "work.ipynb")
ARTIFACTS = (*READ, *LOCKS, *PLAIN, *JSON, "drawing.svg", *sorted(BINARY))


def _rows(kinds: Iterable[str], *faults: str) -> dict[tuple[str, str], str]:
    return {(kind, fault): AS_IT_IS for kind in kinds for fault in faults}


NO_PROBLEM: Mapping[tuple[str, str], str] = {
    **_rows(VALUES, "emptied", "cut after a byte", "cut before its end", *TEXT),
    **_rows(VALUES, "a folder with files"),  # it is a longer name then
    **_rows(["tag"], "a folder"),  # MLflow leaves some
    **_rows(["metric"], "cut in a third"),  # at the end of a line: nobody can tell
    **_rows(["MLmodel", "input_example.json", *LOCKS], "in UTF-16"),  # PowerShell writes it
    **_rows(["conda.yaml", "python_env.yaml", "requirements.txt"], "in UTF-16", "emptied", "null"),
    **_rows(["conda.yaml"], "cut in a third", "cut before its end"),
    **_rows(["requirements.txt"], *CUT, *TEXT),
    **_rows(["input_example.json"], "null", "a number"),
    **_rows(LOCKS, "emptied"),
    **_rows(["conda-lock.yml"], "cut after a byte", "cut before its end", *TEXT),
    **_rows((name for name in ARTIFACTS if name != "input_example.json"), *FOLDER),
    **_rows(PLAIN, *CUT, *ENCODED, *TEXT, "with marks of a git merge"),
    **_rows((*JSON, "drawing.svg"), "in UTF-16", "in Latin-1"),
    **_rows(JSON, *TEXT, "with marks of a git merge"),
    **_rows(["array.npy", "paper.pdf"], "cut in a third", "cut before its end"),
    ("table.parquet", "growing"): PROBLEM,
    ("*", "growing"): UNCHANGED,
    ("*", "with a byte-order mark"): UNCHANGED,
    ("*", "with the line ends of Windows"): UNCHANGED,
}
"""By kind and fault, `*` for every kind; all others are problems."""


def outcome(case: Case) -> str:
    for kind in (case.kind, "*"):
        if (kind, case.fault) in NO_PROBLEM:
            return NO_PROBLEM[kind, case.fault]
    return PROBLEM


@dataclass(frozen=True)
class Reported:
    """A store with all faults in it: what was read before and after, and the report of it."""

    before: Mapping[str, Run]
    after: Mapping[str, Run]
    problems: Mapping[str, tuple[Problem, ...]]
    """By every part of their paths."""

    summary: Summary
    site: Path
    well: Path
    """The report of the runs with nothing wrong alone."""

    source: tuple[Mapping[str, object], Mapping[str, object]]
    """What the source was before and after."""


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reported]:
    folder = tmp_path_factory.mktemp("files")
    lay_out(folder / "well" / "mlruns", faulty=False)
    build_site(folder / "well" / "_site", folder / "well" / "mlruns")
    mlruns = folder / "faulty" / "mlruns"
    lay_out(mlruns)
    before = runs_of(mlruns)
    disk = befall(mlruns, CASES)
    state = snapshot(mlruns)
    with disk.spinning():
        after = runs_of(mlruns)
        summary = build_site(folder / "faulty" / "_site", mlruns)
    problems: dict[str, list[Problem]] = {}
    for problem in summary.problems:
        for id in problem.path.split("/"):
            problems.setdefault(id, []).append(problem)
    yield Reported(
        before,
        after,
        {id: tuple(found) for id, found in problems.items()},
        summary,
        folder / "faulty" / "_site",
        folder / "well" / "_site",
        (state, snapshot(mlruns)),
    )


def runs_of(mlruns: Path) -> dict[str, Run]:
    store = FileStore(mlruns, "mlruns")
    return {run.id: run for run in store.read_runs(store.index().runs)}


every_case = pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.kind} {case.fault} {outcome(case)}"
)


@every_case
def test_a_fault_is_told_of_where_it_is_one(reported: Reported, case: Case) -> None:
    found = {*reported.problems.get(case.run, ()), *reported.problems.get(case.dataset, ())}

    if outcome(case) == PROBLEM:
        assert found
        assert all(problem.path and problem.hint for problem in found)
    else:
        assert found == set()


@every_case
def test_all_else_of_the_run_is_read_as_ever(reported: Reported, case: Case) -> None:
    before, after = reported.before[case.run], reported.after[case.run]
    changed = {
        one.name for one in fields(Run) if getattr(before, one.name) != getattr(after, one.name)
    }

    if case.kind == "meta.yaml of a run":
        told = {"name", "status", "started", "ended", "user", "tags", "artifact_uri"}
    else:
        told = set(KINDS[case.kind].field.split())
    if outcome(case) == UNCHANGED and case.fault != "growing":
        told &= {"artifacts", "models"}  # their sizes
    assert changed - {"problems"} <= told


def test_runs_with_nothing_wrong_have_the_same_pages_as_without_the_others(
    reported: Reported,
) -> None:
    well, faulty = contents(reported.well), contents(reported.site)
    own = tuple(f"runs/{run_id(number)}." for number in range(WELL))
    pages = [address for address in well if address.startswith(own)]

    assert len(pages) == 2 * WELL
    assert [address for address in pages if faulty.get(address) != well[address]] == []


def test_every_run_has_a_page(reported: Reported) -> None:
    made = {path.name.partition(".")[0] for path in (reported.site / "runs").iterdir()}

    assert {case.run for case in CASES} - made == set()


def test_no_fault_meets_a_mistake_of_ours(reported: Reported) -> None:
    told = [one for one in reported.summary.problems if "a mistake of its own" in one.what]

    assert told == []


def test_the_source_is_as_it_was(reported: Reported) -> None:
    """But for the files that grow meanwhile, which the test itself writes to."""
    before, after = reported.source
    growing = {case.file for case in CASES if case.fault == "growing"}

    assert {name for name, state in before.items() if after[name] != state} <= growing
    assert before.keys() == after.keys()
