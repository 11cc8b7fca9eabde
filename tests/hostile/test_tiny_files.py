"""Folders of very many tiny files are read up to a cut, which is told; real ones lie far below it.

With the cut at a few files here: `python -m tests.hostile 'tiny …'` tries it with 10⁵ or 10⁶.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from reportgen.last_build import Summary
from reportgen.sources import artifacts, discover, small_files
from tests.hostile.plain_store import RUN, write_run
from tests.sites import build_site

CUT = 20


@pytest.fixture(autouse=True)
def low_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_files, "MOST", CUT)
    monkeypatch.setattr(artifacts, "MAX_FILES", CUT)
    monkeypatch.setattr(discover, "MOST_FOLDERS", CUT)


def values(place: str) -> Callable[[Path], None]:
    def write(store: Path) -> None:
        (store / place).mkdir(parents=True, exist_ok=True)
        for number in range(CUT * 2):
            (store / place / f"v{number:02}").write_text("1700000000000 0.5 0\n")

    return write


def folders(place: str) -> Callable[[Path], None]:
    def write(store: Path) -> None:
        for number in range(CUT * 2):
            (store / place / f"d{number:02}").mkdir(parents=True)

    return write


FOLDERS: dict[str, tuple[Callable[[Path], None], str]] = {
    "params": (values(f"101/{RUN}/params"), f"{RUN}/params: Holds more than"),
    "tags": (values(f"101/{RUN}/tags"), f"{RUN}/tags: Holds more than"),
    "metrics": (values(f"101/{RUN}/metrics"), f"{RUN}/metrics: Holds more than"),
    "folders of params": (folders(f"101/{RUN}/params"), f"{RUN}/params: Holds more than"),
    "artifacts": (values(f"101/{RUN}/artifacts"), f"{RUN}/artifacts: Holds more than"),
    "folders of artifacts": (folders(f"101/{RUN}/artifacts"), f"{RUN}/artifacts: Holds more"),
    "inputs": (folders(f"101/{RUN}/inputs"), f"{RUN}/inputs: Holds more than"),
    "in a run": (values(f"101/{RUN}"), ""),
    "no runs": (folders("101"), "101: Holds more than 20 folders that MLflow did not write"),
    "no models": (folders("101/models"), "101/models: Holds more than"),
    "tags of an experiment": (values("101/tags"), "101/tags: Holds more than"),
    "no experiments": (folders("."), "mlruns: Holds more than 20 folders that MLflow did not"),
    "files beside a store": (values("../other"), "other: Holds more than"),
    "folders beside a store": (folders("../other"), "Folders from this one on"),
}
"""What is in a source, and what is said of it."""


def built(folder: Path) -> Summary:
    return build_site(folder / "site", folder / "lab")


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_of_very_many_files_costs_its_own_part(name: str, tmp_path: Path) -> None:
    write, said = FOLDERS[name]
    write_run(tmp_path / "lab" / "mlruns")
    write(tmp_path / "lab" / "mlruns")

    summary = built(tmp_path)

    assert summary.runs == 1
    assert said in " ".join(f"{one.path}: {one.what}" for one in summary.problems)


def test_what_is_cut_is_the_same_on_every_disk(tmp_path: Path) -> None:
    """The first by name, in whichever order a disk lists them."""
    run = write_run(tmp_path / "lab" / "mlruns")
    for number in reversed(range(CUT * 2)):
        (run / "params" / f"a{number:02}").write_text("1")

    built(tmp_path)

    (page,) = (tmp_path / "site" / "runs").glob(f"{RUN}.*.html")
    assert "a19" in page.read_text("utf-8")
    assert "a20" not in page.read_text("utf-8")


def test_runs_and_experiments_are_never_cut(tmp_path: Path) -> None:
    for number in range(1, CUT + 5):
        write_run(tmp_path / "lab" / "mlruns", f"{number:032x}")
        write_run(tmp_path / "lab" / "mlruns", f"{number + 999:032x}", experiment=f"{number}")

    summary = built(tmp_path)

    assert summary.runs == (CUT + 4) * 2
    assert summary.problems == ()
