"""A build with nothing to do: known without opening what runs recorded."""

import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from reportgen.cli import main
from reportgen.config import options, read_config
from reportgen.last_build import LastBuild, last_build
from tests.growing import started
from tests.sites import contents

_opened: list[str] = []
_hooked: list[bool] = []


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _hooked and _hooked[-1]:
        _opened.append(str(arguments[0]))


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """The paths of all files that this process opens."""
    if not _hooked:
        sys.addaudithook(_note)  # there is no way to take one away again
    _hooked.append(True)
    _opened.clear()
    yield _opened
    _hooked.append(False)


class Lab:
    """A folder with a store, a database, a project and settings, and its site."""

    def __init__(self, stores: Mapping[str, Path], folder: Path) -> None:
        self.folder = folder / "lab"
        shutil.copytree(stores["v1.30-sqlite"], self.folder / "sql", symlinks=True)
        shutil.copytree(stores["v1.0-file"] / "mlruns", self.folder / "mlruns")
        shutil.copytree(stores["mlproject-ridge"] / "ridge", self.folder / "ridge")
        self.site = folder / "_site"

    def build(self, *words: str) -> None:
        assert main(["build", ".", "-o", str(self.site), "--jobs", "1", *words]) == 0

    def ground(self) -> str:
        """Stands for all that a build would start from now."""
        return self.last().ground

    def last(self) -> LastBuild:
        settings = read_config(Path("reportgen.yml")) if Path("reportgen.yml").exists() else {}
        settings = {"secrets": "mask", **settings}  # as `reportgen build` has it
        chosen = options(settings, {"sources": (".",), "output": self.site})
        return last_build(chosen, os.environ)


@pytest.fixture
def lab(stores: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """Not built yet."""
    made = Lab(stores, tmp_path)
    monkeypatch.chdir(made.folder)
    return made


def test_a_second_build_opens_no_file_of_a_run(
    lab: Lab, opened: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    lab.build()
    before = contents(lab.site)
    opened.clear()
    capsys.readouterr()

    lab.build()

    read = {Path(path).name for path in opened if str(lab.folder) in path}
    assert read <= {"meta.yaml", "mlflow.db", "reportgen.yml"}  # is it a store, a database?
    assert not [path for path in opened if re.search("/(metrics|params|tags|artifacts)/", path)]
    assert contents(lab.site) == before
    assert "Nothing changed since report version" in capsys.readouterr().out


def test_after_a_run_that_went_on_no_other_is_opened_but_to_draw_it_beside_them(
    lab: Lab, opened: list[str]
) -> None:
    lab.build()
    a_point(lab)
    changed = one(lab.folder, "mlruns/*/*/metrics/*").parents[1]
    opened.clear()

    lab.build()

    read = {Path(path).parents[1] for path in opened if re.search("/(metrics|params)/[^/]*$", path)}
    assert changed in read
    assert {run.parent for run in read} == {changed.parent}  # an experiment's curves lie together


def test_it_says_what_the_build_before_said(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    lab.build("-v")
    first = capsys.readouterr().out.splitlines()
    os.utime(lab.folder / "mlruns" / "0" / "meta.yaml", (1, 1))  # looked at again, and the same
    lab.build("-v")
    again = capsys.readouterr().out.splitlines()

    assert first[0] == again[0]
    assert "files written" in first[1]
    assert again[1].startswith("no files written")


def one(folder: Path, pattern: str) -> Path:
    return sorted(folder.glob(pattern))[0]


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def a_point(lab: Lab) -> None:
    append(one(lab.folder, "mlruns/*/*/metrics/*"), "1700000000000 0.5 99\n")


def a_tag(lab: Lab) -> None:
    one(lab.folder, "mlruns/*/*/tags/mlflow.user").write_text("someone else")


def an_artifact(lab: Lab) -> None:
    (one(lab.folder, "mlruns/*/*/meta.yaml").parent / "artifacts").mkdir(exist_ok=True)
    (one(lab.folder, "mlruns/*/*/meta.yaml").parent / "artifacts" / "new.txt").write_text("new")


def a_run_less(lab: Lab) -> None:
    shutil.rmtree(one(lab.folder, "mlruns/*/*/meta.yaml").parent)


def a_row(lab: Lab) -> None:
    with closing(sqlite3.connect(lab.folder / "sql" / "mlflow.db")) as database, database:
        database.execute("UPDATE runs SET name = 'renamed'")


def an_artifact_beside_the_database(lab: Lab) -> None:
    one(lab.folder, "sql/mlruns/*/*/artifacts").joinpath("new.txt").write_text("new")


def a_project(lab: Lab) -> None:
    append(lab.folder / "ridge" / "MLproject", "\n# changed\n")


def an_environment(lab: Lab) -> None:
    (lab.folder / "ridge" / "requirements.txt").write_text("numpy\n")


def a_store(lab: Lab) -> None:
    shutil.copytree(lab.folder / "mlruns", lab.folder / "later" / "mlruns")


def a_setting(lab: Lab) -> None:
    (lab.folder / "reportgen.yml").write_text("title: Renamed\n")


def a_page_of_ones_own(lab: Lab) -> None:
    (lab.folder / "docs").mkdir()
    (lab.folder / "docs" / "index.md").write_text("# Ours\n")
    (lab.folder / "reportgen.yml").write_text("pages: docs\n")


CHANGES: tuple[Callable[[Lab], None], ...] = (
    *(a_point, a_tag, an_artifact, a_run_less, a_row, an_artifact_beside_the_database),
    *(a_project, an_environment, a_store, a_setting, a_page_of_ones_own),
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_whatever_changed_is_seen(lab: Lab, change: Callable[[Lab], None]) -> None:
    before = lab.ground()

    change(lab)

    assert lab.ground() != before


def test_the_same_is_seen_as_the_same(lab: Lab) -> None:
    assert lab.ground() == lab.ground() != ""


def test_whatever_is_asked_for_is_done(lab: Lab) -> None:
    lab.build()
    before = contents(lab.site)

    lab.build("--alias", "stable")

    assert contents(lab.site) != before


def test_a_page_that_somebody_removed_is_made_again(lab: Lab) -> None:
    lab.build()
    page = one(lab.site, "runs/*.html")
    before = page.read_bytes()
    page.unlink()

    lab.build()

    assert page.read_bytes() == before


def test_artifacts_far_from_their_store_are_looked_at_too(
    stores: Mapping[str, Path], tmp_path: Path
) -> None:
    lab = Path(shutil.copytree(stores["v3.17-edge-file"], tmp_path / "lab", symlinks=True))
    words = ["build", str(lab), "-o", str(tmp_path / "_site"), "--jobs", "1"]
    assert main(words) == 0
    before = contents(tmp_path / "_site")

    (one(lab, "elsewhere/artifacts/[0-9]*/artifacts") / "more.txt").write_text("more")

    assert main(words) == 0
    assert contents(tmp_path / "_site") != before


def test_a_damaged_memory_is_one_more_build(lab: Lab) -> None:
    lab.build()
    assert lab.last().summary()
    lab.last().path.write_bytes(lab.last().path.read_bytes()[:-9])

    assert lab.last().summary() is None


def test_a_run_that_goes_on_costs_no_look_at_the_curves_of_the_others(
    lab: Lab, opened: list[str]
) -> None:
    lab.build()
    runs = sorted(
        lab.folder.glob("mlruns/1/*/metrics"), key=lambda one: started(one.parent / "meta.yaml")
    )
    with min(runs[-1].iterdir()).open("a") as file:
        file.write("1999999999999 0.5 1000\n")
    opened.clear()

    lab.build()

    read = {path.parents[1].name for path in map(Path, opened) if path.parent.name == "metrics"}
    assert read == {one.parent.name for one in runs[-2:]}  # and the one it is compared with
