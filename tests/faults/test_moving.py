"""What moves while it is read, on a real disk: runs that vanish between the index and their page,
files that grow, and a process that changes everything as fast as it can."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from reportgen import build
from reportgen.last_build import Summary
from tests.every_artifact import NOON
from tests.faults.laid_out import WELL, lay_out, run_id
from tests.hostile.plain_store import write_run
from tests.sites import build_site, contents


def grow(run: Path) -> None:
    with (run / "metrics" / "loss").open("a") as file:
        file.writelines(f"{NOON + step} 0.25 {step}\n" for step in range(1, 500))


def become_a_file(run: Path) -> None:
    shutil.rmtree(run)
    run.write_text("1")


EVENTS: Mapping[str, tuple[Callable[[Path], object], str]] = {
    "the run vanishes": (shutil.rmtree, "No such file"),
    "the run becomes a file": (become_a_file, "Not a directory"),
    "its meta.yaml vanishes": (lambda run: (run / "meta.yaml").unlink(), "Has no meta.yaml"),
    "its params vanish": (lambda run: shutil.rmtree(run / "params"), ""),
    "its artifacts vanish": (lambda run: shutil.rmtree(run / "artifacts"), ""),
    "an artifact vanishes": (lambda run: (run / "artifacts" / "a.txt").unlink(), ""),
    "a metric grows": (grow, ""),
    "another metric begins": (
        lambda run: (run / "metrics" / "more").write_text(f"{NOON} 1.5 0\n"),
        "",
    ),
}
"""What happens to a run after the index was read, before it is; and what is said of it."""


def id_of(event: str) -> str:
    return f"{0xF000 + list(EVENTS).index(event):032x}"


@dataclass(frozen=True)
class Reported:
    summary: Summary
    pages: Mapping[str, bytes]
    well: Mapping[str, bytes]
    """The pages of the runs with nothing wrong, by themselves."""

    def others_changed(self) -> list[str]:
        own = tuple(f"runs/{run_id(number)}." for number in range(WELL))
        pages = {one: page for one, page in self.well.items() if one.startswith(own)}
        assert len(pages) == 2 * WELL
        return [one for one, page in pages.items() if self.pages.get(one) != page]


@pytest.fixture(scope="module")
def well(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    folder = tmp_path_factory.mktemp("well")
    lay_out(folder / "mlruns", faulty=False)
    build_site(folder / "_site", folder / "mlruns")
    return contents(folder / "_site")


@pytest.fixture(scope="module")
def reported(
    tmp_path_factory: pytest.TempPathFactory, well: Mapping[str, bytes]
) -> Iterator[Reported]:
    """The events happen when the first batch of runs is done: theirs is the second."""
    folder = tmp_path_factory.mktemp("moving")
    store = folder / "mlruns"
    lay_out(store, faulty=False)
    for event in EVENTS:
        run = write_run(store, id_of(event), "8")
        (run / "artifacts" / "a.txt").write_text("1")
    moved: list[str] = []

    def progress(doing: str, done: int, total: int) -> None:
        if doing == "Writing runs" and not moved:
            for event, (happen, _) in EVENTS.items():
                happen(store / "8" / id_of(event))
                moved.append(event)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "BATCH", WELL)
        summary = build_site(folder / "_site", store, progress=progress)
    yield Reported(summary, contents(folder / "_site"), well)


@pytest.mark.parametrize("event", EVENTS)
def test_a_run_that_moves_has_a_page_that_tells_of_it(reported: Reported, event: str) -> None:
    _, said = EVENTS[event]
    told = [one for one in reported.summary.problems if id_of(event) in one.path]

    assert any(one.startswith(f"runs/{id_of(event)}.") for one in reported.pages)
    assert all(one.hint for one in told)
    assert any(said in one.what for one in told) if said else told == []


def test_the_others_are_reported_as_ever(reported: Reported) -> None:
    assert reported.others_changed() == []
    assert [one for one in reported.summary.problems if "mistake" in one.what] == []


# A process that changes everything

WRITER = """
import itertools, pathlib, shutil, sys
folder = pathlib.Path(sys.argv[1])
runs = sorted(folder.iterdir())
runs = [run for run in runs if run.is_dir()]
kept = folder.parent.parent / "kept"
shutil.copytree(runs[-1], kept)
print("ready", flush=True)
for step in itertools.count(1):
    for run in runs[:-1]:
        with (run / "metrics" / "loss").open("a") as file:
            file.write(f"{1795521600000 + step} 0.25 {step}\\n")
        (run / "params" / "lr").unlink(missing_ok=True)
        (run / "params" / f"p{step % 7}").write_text("0.1")
        (run / "artifacts" / f"{step % 5}.txt").write_text("x" * (step % 9000))
        (run / "artifacts" / f"{(step + 2) % 5}.txt").unlink(missing_ok=True)
    shutil.rmtree(runs[-1], ignore_errors=True)
    shutil.copytree(kept, runs[-1], dirs_exist_ok=True)
"""


def test_a_process_that_changes_everything_costs_nobody_else(
    tmp_path: Path, well: Mapping[str, bytes]
) -> None:
    store = tmp_path / "lab" / "mlruns"
    lay_out(store, faulty=False)
    moving = [write_run(store, f"{0xE000 + number:032x}", "8") for number in range(20)]
    command = [sys.executable, "-c", WRITER, str(store / "8")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        try:
            summary = build_site(tmp_path / "_site", store)
        finally:
            writer.kill()

    found = Reported(summary, contents(tmp_path / "_site"), well)
    assert found.others_changed() == []
    assert [one for one in summary.problems if "mistake" in one.what] == []
    assert all(any(run.name in one.path for run in moving) for one in summary.problems)
    assert all(one.hint for one in summary.problems)
