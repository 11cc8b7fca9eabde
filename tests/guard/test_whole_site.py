"""What is hidden or dropped is in no file of a site, wherever it stood in the records."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from reportgen import overview
from reportgen.guard.kinds import KINDS
from tests.guard.planted_people import (
    DROPPED_EXPERIMENT,
    EMAIL,
    HIDDEN,
    HOME,
    HOST,
    USER,
    found,
    of_runs,
    planted,
)
from tests.once import made_once
from tests.sites import build_site, contents

HIDE = dict.fromkeys(KINDS, (f"{HIDDEN}*",))


@pytest.fixture(scope="module")
def lab(stores: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store; and of it the reports `usual`, as it is, and `public`, with all that is planted
    hidden. The tables are packed in both."""

    def make(folder: Path) -> None:
        sources = planted(stores["v3.17-file"], folder), folder / "project"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(overview, "is_packed", lambda runs: True)
            build_site(folder / "usual", *sources)
            build_site(folder / "public", *sources, public=True, hide=HIDE)

    return made_once(tmp_path_factory, "lab-with-people", make)


def test_the_search_for_what_is_planted_finds_it_in_a_usual_report(lab: Path) -> None:
    """Else the tests below would show nothing."""
    kinds = {
        address.partition("/")[0] + address[address.rindex(".") :]
        for address, _ in found(lab / "usual", HIDDEN, USER, HOST)
    }

    assert {"experiments.html", "experiments.js", "experiments.gz", "runs.html", "runs.js"} <= kinds
    assert {"search.js", "files.txt", "registry.html", "versions.js", "projects.html"} <= kinds


def test_no_file_of_a_usual_report_names_a_home_folder(lab: Path) -> None:
    left = found(lab / "usual", HOME)

    assert {address[-4:] for address, _ in left} <= {".bin"}


def test_no_file_of_a_public_report_names_a_user(lab: Path) -> None:
    assert found(lab / "public", USER) == set()


def test_no_file_of_a_public_report_names_a_host_or_an_address(lab: Path) -> None:
    assert found(lab / "public", HOST, EMAIL) == set()


def test_no_file_of_a_public_report_names_a_local_path(lab: Path) -> None:
    assert found(lab / "public", "/home/", "~/proj", "proj/wine") == set()


def test_a_public_report_says_that_something_is_hidden(lab: Path) -> None:
    said = {text for _, text in found(lab / "public", "hidden-user", "hidden-host", "hidden-path")}

    assert said == {"hidden-user", "hidden-host", "hidden-path"}


def test_what_is_dropped_is_in_no_file(lab: Path) -> None:
    assert found(lab / "public", HIDDEN) == set()


def test_what_is_not_dropped_is_there_and_counted_alone(lab: Path) -> None:
    names = contents(lab / "public")
    runs = {address for address in names if address.startswith("runs/") and address[-5:] == ".html"}

    assert len(runs - {"runs/index.html"}) == 8
    assert not any(address.startswith(f"experiments/{DROPPED_EXPERIMENT}") for address in names)
    assert found(lab / "public", "C=0.1")


@pytest.mark.parametrize("which", ("parent", "maker"))
def test_the_id_of_a_run_that_is_dropped_is_in_no_file(lab: Path, which: str) -> None:
    assert found(lab / "public", of_runs(lab / "mlruns")[which]) == set()
