"""Folders of very many tiny files are read up to a cut, which is told; real ones lie far below it.

With the cut at a few files here: `python -m tests.hostile tiny --count 1000000` tries a million.
"""

from pathlib import Path

import pytest

from reportgen.last_build import Summary
from reportgen.sources import artifacts, discover, small_files
from tests.hostile.plain_store import RUN, write_run
from tests.hostile.tiny_files import TINY
from tests.sites import build_site

CUT = 20


@pytest.fixture(autouse=True)
def low_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_files, "MOST", CUT)
    monkeypatch.setattr(artifacts, "MAX_FILES", CUT)
    monkeypatch.setattr(discover, "MOST_FOLDERS", CUT)


SAID = {
    "tiny params": f"{RUN}/params: Holds more than",
    "tiny tags": f"{RUN}/tags: Holds more than",
    "tiny metrics": f"{RUN}/metrics: Holds more than",
    "tiny folders of params": f"{RUN}/params: Holds more than",
    "tiny artifacts": f"{RUN}/artifacts: Holds more than",
    "tiny folders of artifacts": f"{RUN}/artifacts: Holds more than",
    "tiny inputs": f"{RUN}/inputs: Holds more than",
    "tiny files in a run": "",
    "tiny files in an experiment": "",
    "tiny folders that are no runs": "101: Holds more than 20 folders that MLflow did not write",
    "tiny folders that are no models": "101/models: Holds more than 20 folders",
    "tiny tags of an experiment": "101/tags: Holds more than",
    "tiny files in a store": "",
    "tiny folders that are no experiments": "mlruns: Holds more than 20 folders that MLflow did",
    "tiny files beside a store": "other: Holds more than",
    "tiny folders beside a store": "Folders from this one on",
}


def built(folder: Path) -> Summary:
    return build_site(folder / "site", folder / "lab")


@pytest.mark.parametrize("name", TINY)
def test_a_folder_of_very_many_files_costs_its_own_part(name: str, tmp_path: Path) -> None:
    write_run(tmp_path / "lab" / "mlruns")
    TINY[name](tmp_path / "lab" / "mlruns", CUT * 2)

    summary = built(tmp_path)

    assert summary.runs == 1
    assert SAID[name] in " ".join(f"{one.path}: {one.what}" for one in summary.problems)


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
