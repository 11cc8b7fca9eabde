"""Whatever a store names, nothing is read outside of the source and nothing written outside of the
output. Each row plants a way out; the canary that lies there must be nowhere in the report."""

import os
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.plain_store import RUN, write_run
from tests.sites import build_site, contents

CANARY = "the-canary-that-sings"
OTHER = "6b" * 16


class Place:
    """A store at `lab/mlruns`, and beside `lab` and in it what is nobody's business."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "lab" / "mlruns"
        self.run = write_run(self.store)
        self.outside = folder / "private"
        for place in (self.outside, folder / "lab" / "other"):
            (place / "artifacts").mkdir(parents=True)
            (place / "artifacts" / "key.txt").write_text(CANARY)
            (place / "key.txt").write_text(CANARY)

    def says(self, uri: str) -> None:
        write_run(self.store, uri=uri)
        (self.run / "artifacts").rmdir()


def uri(text: str) -> Callable[[Place], None]:
    return lambda place: place.says(text.replace("OUT", str(place.outside)))


def link(inside: str, to: str) -> Callable[[Place], None]:
    def make(place: Place) -> None:
        here = place.run / inside
        if here.is_dir() and not any(here.iterdir()):
            here.rmdir()
        here.symlink_to(to.replace("OUT", str(place.outside)))

    return make


def environment_outside(place: Place) -> None:
    (place.run / "artifacts" / "requirements.txt").write_text(
        f"-r ../../../../../private/key.txt\n-c {place.outside}/key.txt\n"
    )


def project_outside(place: Place) -> None:
    (place.folder / "lab" / "MLproject").write_text("conda_env: ../private/key.txt\n")


def example_outside(place: Place) -> None:
    (place.run / "artifacts" / "MLmodel").write_text(
        "saved_input_example_info: {artifact_path: ../../../../../private/key.txt}\n"
    )


def dataset_outside(place: Place) -> None:
    meta = place.run / "inputs" / "x" / "meta.yaml"
    meta.parent.mkdir(parents=True)
    meta.write_text("source_type: DATASET\nsource_id: ../../../../private\n")


def link_to_store_outside(place: Place) -> None:
    other = write_run(place.outside / "mlruns", OTHER)
    (other / "params" / "lr").write_text(CANARY)
    (place.folder / "lab" / "linked").symlink_to(place.outside)
    (place.folder / "lab" / "mlruns" / "102").symlink_to(place.outside / "mlruns" / "101")


WAYS_OUT: dict[str, Callable[[Place], None]] = {
    "artifact uri: absolute": uri("OUT/artifacts"),
    "artifact uri: file": uri("file://OUT/artifacts"),
    "artifact uri: dots": uri("file:../../../../private/artifacts"),
    "artifact uri: dots in the middle": uri("OUT/../private/artifacts"),
    "artifact uri: percent": uri("file://OUT/%61rtifacts"),
    "artifact uri: host": uri("file://localhost/OUT/artifacts"),
    "artifact uri: unc": uri(r"\\\\server\\share\\artifacts"),
    "artifact uri: proc": uri("/proc/self/root/OUT/artifacts"),
    "artifact uri: beside the store": lambda place: place.says(
        f"{place.folder}/lab/other/artifacts"
    ),
    "artifact uri: beside the store, relative": uri("other/artifacts"),
    "link: artifacts": link("artifacts", "OUT/artifacts"),
    "link: artifact": link("artifacts/x.txt", "OUT/key.txt"),
    "link: relative artifact": link("artifacts/x.txt", "../../../../../private/key.txt"),
    "link: param": link("params/x", "OUT/key.txt"),
    "link: tag": link("tags/mlflow.note.content", "OUT/key.txt"),
    "link: metric": link("metrics/x", "OUT/key.txt"),
    "link: folder of params": link("params/more", "OUT"),
    "link: store": link_to_store_outside,
    "requirements": environment_outside,
    "project": project_outside,
    "input example": example_outside,
    "dataset": dataset_outside,
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_nothing_outside_of_the_source_is_in_the_report(way: str, tmp_path: Path) -> None:
    place = Place(tmp_path)
    WAYS_OUT[way](place)
    # For a project the folder around it is the source.
    build_site(tmp_path / "site", tmp_path / "lab" if way in ("project",) else place.store)

    leaked = [name for name, data in contents(tmp_path / "site").items() if CANARY.encode() in data]
    assert leaked == []


def test_artifacts_beside_the_store_are_read_in_the_folder_of_an_id(tmp_path: Path) -> None:
    place = Place(tmp_path)
    moved = tmp_path / "lab" / "mlartifacts" / RUN / "artifacts"
    moved.mkdir(parents=True)
    (moved / "notes.txt").write_text("its own")
    place.says(str(moved))

    build_site(tmp_path / "site", place.store)

    assert any(name.endswith("notes.txt") for name in contents(tmp_path / "site"))


ODD_NAMES = (
    *("new\nline.txt", "x" * 250 + ".txt", "con.txt", "aux", "nul.json", "a:b.txt", "a\\b.txt"),
    *("\u202etxt.exe", "e\u0301.txt", "\u00e9.txt", "CASE.txt", "case.txt", " .txt", "x.txt.", "~"),
    *("..x", "%2e%2e", "a?b#c.txt", "-rf", "$(id).txt", "`id`.txt", "\x01.txt", "..."),
)
"""Names of which some cannot be written on some systems, or mean something else there."""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A store with everything that is hard to name or to open, and the folder around its site."""
    folder = tmp_path_factory.mktemp("odd")
    place = Place(folder)
    for number, name in enumerate(ODD_NAMES):
        (place.run / "artifacts" / name).write_text(f"content {number}")
        (place.run / "params" / name[:200]).write_text(f"value {number}")
    os.mkfifo(place.run / "artifacts" / "pipe.txt")
    os.mkfifo(place.run / "params" / "pipe")
    os.mkfifo(place.run / "tags" / "mlflow.runName")
    os.mkfifo(place.store / "101" / "tags")
    (place.run / "artifacts" / "round").symlink_to(".")
    (place.store / "101" / "round").symlink_to("..")
    (place.folder / "lab" / "round").symlink_to("..")
    with socket.socket(socket.AF_UNIX) as one:
        here = Path.cwd()
        os.chdir(place.run / "artifacts")
        one.bind("socket.txt")
        os.chdir(here)
    for run in ("..hidden", "Run", "run", "index", "con", "a b", "é", "e\u0301", "x" * 200):
        write_run(place.store, run, uri="../..")
    (folder / "around").mkdir()
    build_site(folder / "around" / "site", folder / "lab")
    return folder, folder / "around" / "site"


def test_nothing_is_written_outside_of_the_output(odd: tuple[Path, Path]) -> None:
    folder, site = odd

    assert {path.name for path in folder.iterdir()} == {"lab", "private", "around"}
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_every_address_can_be_written_on_every_system(odd: tuple[Path, Path]) -> None:
    _, site = odd

    names = [path.relative_to(site).as_posix() for path in site.rglob("*")]
    odd_ones = [name for name in names if not re.fullmatch(r"[\w./~+-]+", name, re.ASCII)]
    assert odd_ones == []
    assert max(len(part) for name in names for part in name.split("/")) < 200
    assert len({name.lower() for name in names if not name.startswith("files/")}) == len(
        [name for name in names if not name.startswith("files/")]
    )


def test_files_whose_names_only_look_alike_are_all_there(odd: tuple[Path, Path]) -> None:
    _, site = odd
    copied = {path.read_text() for path in site.glob("files/*/*") if path.suffix != ".js"}

    assert {f"content {number}" for number in range(len(ODD_NAMES))} <= copied


def test_runs_whose_ids_are_none_have_pages_of_their_own(odd: tuple[Path, Path]) -> None:
    _, site = odd
    pages = [path for path in site.glob("runs/*.html") if path.name != "index.html"]

    assert len(pages) == 10
