"""What the system will not give: for lack of rights, or because it is a pipe that nobody fills.

All of it lies in one lab, which a process without root's rights reports once. Each row has a run,
a store or a folder of its own.
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.laid_out import WELL, lay_out, run_id
from tests.faults.without_rights import Told, run_without_rights
from tests.hostile.plain_store import write_run
from tests.sites import build_site, contents

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has neither")


def deny(path: Path) -> None:
    path.chmod(0)


def pipe(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    os.mkfifo(path)


FAULTS: Mapping[str, Callable[[Path], None]] = {"without rights": deny, "a pipe": pipe}
SAID = {"without rights": "Permission denied", "a pipe": "neither a file nor a folder|special file"}

OF_A_RUN = {
    "meta.yaml of a run": "meta.yaml",
    "a metric": "metrics/loss",
    "the metrics": "metrics",
    "a param": "params/lr",
    "the params": "params",
    "a tag": "tags/note",
    "the tags": "tags",
    "an artifact": "artifacts/a.txt",
    "the artifacts": "artifacts",
    "a folder of artifacts": "artifacts/d",
    "meta.yaml of an input": "inputs/x/meta.yaml",
    "the inputs": "inputs",
    "a run": ".",
}
OTHERS = {
    "meta.yaml of an experiment": "mlruns/9/meta.yaml",
    "the tags of an experiment": "mlruns/10/tags",
    "an experiment": "mlruns/11",
    "the logged models": "mlruns/12/models",
    "meta.yaml of a logged model": "mlruns/13/models/{model}/meta.yaml",
    "meta.yaml of a registered model": "mlruns/models/one/meta.yaml",
    "meta.yaml of a version": "mlruns/models/two/version-1/meta.yaml",
    "a version": "mlruns/models/three/version-1",
    "an MLproject": "project/MLproject",
    "an MLmodel": "saved/MLmodel",
    "a database": "base/mlflow.db",
    "a whole store": "other/mlruns",
}
NOT_BY_A_PIPE = {"a version"}
"""Nobody could know what it was."""

ROWS = [
    (what, fault)
    for fault in FAULTS
    for what in (*OF_A_RUN, *OTHERS)
    if not (fault == "a pipe" and what in NOT_BY_A_PIPE)
]


def place_of(what: str, fault: str) -> str:
    """Where the fault is, from the lab."""
    if what in OTHERS:
        return f"{fault}/{OTHERS[what]}".format(model=model_of(fault))
    number = list(OF_A_RUN).index(what) + 0x100 * list(FAULTS).index(fault)
    return os.path.normpath(f"{fault}/mlruns/8/{0xF000 + number:032x}/{OF_A_RUN[what]}")


def model_of(fault: str) -> str:
    return f"m-{list(FAULTS).index(fault):032x}"


def lay_out_part(lab: Path, fault: str) -> None:
    """A store, and all else that there can be in a source, each spoiled in one place."""
    part = lab / fault
    store = part / "mlruns"
    for what in OF_A_RUN:
        run = write_run(store, Path(place_of(what, fault)).parts[3], "8")
        (run / "tags" / "note").write_text("1")
        (run / "artifacts" / "a.txt").write_text("1")
        (run / "artifacts" / "d").mkdir()
        (run / "artifacts" / "d" / "b.txt").write_text("1")
        (run / "inputs" / "x").mkdir(parents=True)
        (run / "inputs" / "x" / "meta.yaml").write_text("source_id: x\n")
    for number, experiment in enumerate(("9", "10", "11", "12", "13")):
        id = 0xE000 + number + 0x100 * list(FAULTS).index(fault)
        write_run(store, f"{id:032x}", experiment)
    (store / "10" / "tags").mkdir()
    (store / "12" / "models").mkdir()
    for path, text in {
        f"mlruns/13/models/{model_of(fault)}/meta.yaml": f"model_id: {model_of(fault)}\n",
        "mlruns/models/one/meta.yaml": "name: one\n",
        "mlruns/models/two/meta.yaml": "name: two\n",
        "mlruns/models/two/version-1/meta.yaml": "name: two\nversion: 1\n",
        "mlruns/models/three/meta.yaml": "name: three\n",
        "mlruns/models/three/version-1/meta.yaml": "name: three\nversion: 1\n",
        "project/MLproject": "name: x\n",
        "saved/MLmodel": "flavors: {}\n",
    }.items():
        (part / path).parent.mkdir(parents=True, exist_ok=True)
        (part / path).write_text(text)
    write_database(part / "base" / "mlflow.db", 0xD000, "unseen")
    write_run(part / "other" / "mlruns", "d" * 32)
    for what, of in ROWS:
        if of == fault:
            FAULTS[fault](lab / place_of(what, fault))


# Databases in folders that nobody may write to


def write_database(database: Path, run: int, name: str) -> None:
    database.parent.mkdir(parents=True)
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(
            "CREATE TABLE experiments (experiment_id INTEGER PRIMARY KEY, name TEXT);"
            "CREATE TABLE runs (run_uuid TEXT, name TEXT, experiment_id INTEGER, status TEXT);"
            f"INSERT INTO experiments VALUES ({run}, 'of {name}');"
            f"INSERT INTO runs VALUES ('{run:032x}', '{name}', {run}, 'FINISHED');"
        )


def in_wal(database: Path, ends: tuple[str, ...]) -> None:
    """As a killed writer leaves it: what it wrote last is in the log alone."""
    writing = database.with_name("writing.db")
    with closing(sqlite3.connect(writing, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("UPDATE runs SET name = name || ' in the log alone'")
        for end in ends:
            shutil.copyfile(f"{writing}{end}", f"{database}{end}")
    writing.unlink()


def with_a_hot_journal(database: Path) -> None:
    """As a killed writer leaves it: half of what it meant to write is in the database."""
    writing = database.with_name("writing.db")
    with closing(sqlite3.connect(writing, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("BEGIN")
        writer.execute("UPDATE runs SET name = 'never written'")
        writer.execute(
            "CREATE TABLE more AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT"
            " i + 1 FROM n LIMIT 2000) SELECT i, hex(randomblob(100)) AS x FROM n"
        )
        for end in ("", "-journal"):
            shutil.copyfile(f"{writing}{end}", f"{database}{end}")
        writer.execute("ROLLBACK")
    writing.unlink()


READ_ONLY: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "in WAL, with its log": (lambda database: in_wal(database, ("", "-wal")), " in the log alone"),
    "in WAL, with its log and index": (
        lambda database: in_wal(database, ("", "-wal", "-shm")),
        " in the log alone",
    ),
    "with a hot journal": (with_a_hot_journal, ""),
}


def lay_out_databases(folder: Path) -> None:
    for number, (make, _) in enumerate(READ_ONLY.values()):
        place = folder / str(number)
        write_database(place / "writing.db", 0xC000 + number, f"base {number}")
        make(place / "mlflow.db")
        for path in place.iterdir():
            path.chmod(0o444)
        place.chmod(0o555)


# What is reported


@dataclass(frozen=True)
class Reported:
    lab: Path
    build: Told
    alone: Mapping[str, Told]
    """What commands said that can do nothing at all."""

    pages: Mapping[str, bytes]
    well: Mapping[str, bytes]
    """The pages of the runs with nothing wrong, by themselves."""

    source: tuple[object, object]
    """What it was before and after."""


REFUSED: Mapping[str, tuple[str, ...]] = {
    # what is said; the command's words, in which LAB and OUT are folders
    "mlflow.db cannot be opened: Permission denied": ("build", "LAB/without rights/base/mlflow.db"),
    "mlruns: Cannot be read: Permission denied": ("build", "LAB/without rights/other"),
    "base/mlflow.db holds nothing": ("build", "LAB/a pipe/base/mlflow.db"),
    "other/mlruns holds nothing": ("build", "LAB/a pipe/other/mlruns"),
    "MLproject holds nothing": ("build", "LAB/a pipe/project/MLproject"),
    "closed/site cannot be written": ("build", "LAB/well", "-o", "OUT/closed/site"),
    "still cannot be written": ("build", "LAB/well", "-o", "OUT/still"),
    "closed/site/versions.json cannot be read": ("versions", "list", "-o", "OUT/closed/site"),
    "closed/css: Permission denied": ("build", "LAB/well", "--theme", "OUT/closed"),
    "pipe.yml is no file": ("build", "LAB/well", "--config", "OUT/pipe.yml"),
    "closed.yml cannot be read": ("build", "LAB/well", "--config", "OUT/closed.yml"),
}


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reported]:
    folder = tmp_path_factory.mktemp("unreadable")
    lab, out = folder / "lab", folder / "out"
    lay_out(lab / "well" / "mlruns", faulty=False)
    build_site(out / "well", lab / "well" / "mlruns")
    lay_out_databases(lab / "databases")
    (out / "closed").mkdir(mode=0)
    (out / "still").mkdir(mode=0o555)
    (out / "closed.yml").touch(mode=0)
    os.mkfifo(out / "pipe.yml")
    for fault in FAULTS:
        lay_out_part(lab, fault)
    before = state_of(lab)
    words = [["build", "LAB", "-o", "OUT/site", "-v", "--jobs", "1"], *REFUSED.values()]
    build, *alone = run_without_rights(
        folder,
        [
            [word.replace("LAB", str(lab)).replace("OUT", str(out)) for word in command]
            for command in words
        ],
    )
    after = state_of(lab)
    yield Reported(
        lab,
        build,
        dict(zip(REFUSED, alone, strict=True)),
        contents(out / "site"),
        contents(out / "well"),
        (before, after),
    )
    for path in (*before, out / "closed"):
        if path.is_dir():
            path.chmod(0o755)


def state_of(place: Path) -> dict[Path, tuple[int, ...]]:
    """Of all that is there what changes when it is written to. Folders are opened for that, and
    closed again."""
    about = place.lstat()
    found = {place: (about.st_size, about.st_mtime_ns, about.st_ino, about.st_mode)}
    if place.is_dir():
        place.chmod(0o755)
        for inner in place.iterdir():
            found |= state_of(inner)
        place.chmod(about.st_mode & 0o777)
    return found


@pytest.mark.parametrize(("what", "fault"), ROWS, ids=lambda word: word)
def test_it_is_a_problem_with_its_path_and_a_hint(
    reported: Reported, what: str, fault: str
) -> None:
    lines = reported.build.out.splitlines()
    place = place_of(what, fault)

    told = [line for line in lines if line.startswith((f"  {place}: ", f"  {place}/meta.yaml: "))]
    assert any(re.search(SAID[fault], line) for line in told), place
    assert all(re.search(r"\. \w.+\.$", line) for line in told)


def test_the_build_ends_well_and_meets_no_mistake_of_ours(reported: Reported) -> None:
    assert (reported.build.code, reported.build.err) == (0, "")
    assert "a mistake of its own" not in reported.build.out


def test_runs_with_nothing_wrong_have_the_same_pages_as_by_themselves(reported: Reported) -> None:
    own = tuple(f"runs/{run_id(number)}." for number in range(WELL))
    pages = {one: page for one, page in reported.well.items() if one.startswith(own)}

    assert len(pages) == 2 * WELL
    assert [one for one, page in pages.items() if reported.pages.get(one) != page] == []


@pytest.mark.parametrize("name", READ_ONLY)
def test_a_database_in_a_folder_that_nobody_may_write_to_is_read(
    reported: Reported, name: str
) -> None:
    number = list(READ_ONLY).index(name)
    (page,) = (
        page.decode()
        for address, page in reported.pages.items()
        if address.startswith(f"runs/{0xC000 + number:032x}.") and address.endswith(".html")
    )

    assert f"<h1>base {number}{READ_ONLY[name][1]}</h1>" in page
    assert f"databases/{number}" not in reported.build.out


def test_nothing_in_the_source_has_changed(reported: Reported) -> None:
    before, after = reported.source

    assert after == before


@pytest.mark.parametrize("said", REFUSED)
def test_what_leaves_nothing_to_do_is_an_error_with_a_hint(reported: Reported, said: str) -> None:
    told = reported.alone[said]
    line, hint = told.err.splitlines()

    assert told.code == 1
    assert said in line
    assert hint.strip()
