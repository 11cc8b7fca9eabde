"""The output folder: published once, never changed; pointers move in one step."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE

import pytest

from reportgen.errors import ReportError
from reportgen.site.writer import MARK, PARTIAL, SiteFolder, Written


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    folder = SiteFolder(tmp_path / "_site")
    folder.prepare()
    return folder


def files(site: SiteFolder) -> set[str]:
    return {
        path.relative_to(site.folder).as_posix()
        for path in site.folder.rglob("*")
        if path.is_file()
    }


# The folder


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    SiteFolder(tmp_path / "a" / "b").prepare()

    assert (tmp_path / "a" / "b" / MARK).exists()


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    SiteFolder(tmp_path).prepare()

    assert (tmp_path / MARK).exists()


def test_a_site_of_ours_is_taken_again(site: SiteFolder) -> None:
    site.point("index.html", b"page")
    site.finish()

    site.prepare()

    assert files(site) == {MARK, "index.html"}


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    thesis = tmp_path / "thesis.tex"
    thesis.touch()

    with pytest.raises(ReportError, match="holds files that are no report of ours") as error:
        SiteFolder(tmp_path).prepare()

    assert "nothing else is written over" in error.value.hint
    assert list(tmp_path.iterdir()) == [thesis]


def test_a_folder_in_which_a_build_was_killed_at_once_is_taken(tmp_path: Path) -> None:
    (tmp_path / PARTIAL).mkdir()

    SiteFolder(tmp_path).prepare()

    assert (tmp_path / MARK).exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "report").touch()

    with pytest.raises(ReportError, match="report is a file"):
        SiteFolder(tmp_path / "report").prepare()


def test_a_folder_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "report").touch()

    with pytest.raises(ReportError, match="cannot be written"):
        SiteFolder(tmp_path / "report" / "_site").prepare()


def test_nothing_unfinished_is_left(site: SiteFolder) -> None:
    site.point("a.html", b"a")
    site.finish()

    assert files(site) == {MARK, "a.html"}
    assert not (site.folder / PARTIAL).exists()


def test_what_a_killed_build_left_unfinished_is_cleared(site: SiteFolder) -> None:
    (site.folder / PARTIAL / "4711").write_bytes(b"<!doctype ht")

    site.prepare()

    assert files(site) == {MARK}


# Pages


def test_a_page_is_written_with_the_folders_above_it(site: SiteFolder) -> None:
    written = site.add("experiments/7/abc.html", b"page")

    assert (site.folder / "experiments/7/abc.html").read_bytes() == b"page"
    assert written == Written(new=1, size=4)


def test_a_published_page_never_changes(site: SiteFolder) -> None:
    site.add("a.html", b"first")

    written = site.add("a.html", b"second")

    assert (site.folder / "a.html").read_bytes() == b"first"
    assert written == Written()


def test_others_may_read_what_is_published(site: SiteFolder) -> None:
    """A web server is another user: a private temporary file must not become a page."""
    before = os.umask(0o022)
    try:
        site.add("a.html", b"page")
    finally:
        os.umask(before)

    assert (site.folder / "a.html").stat().st_mode & 0o777 == 0o644


def test_a_large_file_is_written_whole(site: SiteFolder) -> None:
    content = os.urandom(3_000_000)

    site.add("files/a/model.bin", content)

    assert (site.folder / "files/a/model.bin").read_bytes() == content


def test_an_empty_file_is_written(site: SiteFolder) -> None:
    site.add("files/a/empty.txt", b"")

    assert (site.folder / "files/a/empty.txt").read_bytes() == b""


def test_a_page_that_cannot_be_written_is_told_of(site: SiteFolder) -> None:
    site.add("runs", b"a file where a folder should be")

    with pytest.raises(ReportError, match="cannot be written") as error:
        site.add("runs/a.html", b"page")

    assert error.value.hint == "Is the disk full, or the folder not yours?"


# Pointers


def test_a_pointer_moves(site: SiteFolder) -> None:
    site.point("index.html", b"first")

    site.point("index.html", b"second")

    assert (site.folder / "index.html").read_bytes() == b"second"


def test_a_pointer_is_replaced_never_written_over(site: SiteFolder) -> None:
    """Whoever reads the old one meanwhile reads it to its end."""
    site.point("index.html", b"first")
    with (site.folder / "index.html").open("rb") as reader:
        site.point("index.html", b"second")

        assert reader.read() == b"first"


def test_a_pointer_that_says_the_same_is_left_alone(site: SiteFolder) -> None:
    site.point("index.html", b"same")
    before = (site.folder / "index.html").stat()

    written = site.point("index.html", b"same")

    assert written == Written()
    after = (site.folder / "index.html").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_pointers_that_are_no_longer_meant_go(site: SiteFolder) -> None:
    for name in ("pointers-runs.js", "pointers-runs-a.js", "pointers.js"):
        site.point(name, b"RG();")

    site.drop_pointers("pointers-runs*.js", {"pointers-runs-a.js"})

    assert files(site) == {MARK, "pointers-runs-a.js", "pointers.js"}


def test_what_was_written_adds_up() -> None:
    assert Written(1, 2, 300) + Written(new=4, size=50) == Written(5, 2, 350)


# One build at a time


ANOTHER = """
import sys
from pathlib import Path
from reportgen.site.writer import SiteFolder
SiteFolder(Path(sys.argv[1])).prepare()
print("there", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def another(site: SiteFolder) -> Iterator[subprocess.Popen[str]]:
    """A process that builds into the folder, until its input ends or it is killed."""
    site.finish()
    command = [sys.executable, "-c", ANOTHER, str(site.folder)]
    with subprocess.Popen(command, text=True, stdin=PIPE, stdout=PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        yield process
        process.kill()


def test_a_folder_that_another_build_has_is_refused(
    site: SiteFolder, another: subprocess.Popen[str]
) -> None:
    with pytest.raises(ReportError, match="Another build is writing") as error:
        site.prepare()

    assert "Wait for it" in error.value.hint


def test_a_folder_whose_build_was_killed_is_taken(
    site: SiteFolder, another: subprocess.Popen[str]
) -> None:
    another.kill()
    another.wait()

    site.prepare()

    assert (site.folder / PARTIAL).is_dir()


def test_a_folder_is_taken_again_by_the_process_that_has_it(site: SiteFolder) -> None:
    site.prepare()
    site.prepare()

    assert (site.folder / PARTIAL).is_dir()


def test_after_pointers_moved_they_alone_are_looked_at_again(site: SiteFolder) -> None:
    site.add("runs/a.html", b"page")
    for name in ("index.html", "pointers-runs-0.js", "pointers-runs-1.js", "about.html"):
        site.point(name, b"old")
    before = site.files()

    site.point("index.html", b"another")
    site.point("about.html", b"old")
    site.point("experiments/1/index.html", b"new")
    site.drop_pointers("pointers-runs*.js", {"pointers-runs-0.js"})

    after = site.files_after(before)
    assert list(after.items()) == list(site.files().items())
    (site.folder / "runs/a.html").write_bytes(b"another")
    assert site.files_after(before) == after
