"""What befalls the output: the disk is full, nobody may write to it, another build is there."""

import errno
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from reportgen.cli import main
from reportgen.errors import ReportError
from tests.faults.laid_out import lay_out, run_id
from tests.sites import build_site, contents
from tests.test_build import pointers_that_lead_nowhere

MOMENTS = (0, 1, 2, 3, 5, 8, 13, 16, 19, 22, 25, 30)
"""Of the files that one more run makes, the one at which the disk is full."""


@dataclass(frozen=True)
class Grown:
    """A store that grew by a param, its report from before, and the report that is to come."""

    mlruns: Path
    before: Path
    whole: Path


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Grown:
    folder = tmp_path_factory.mktemp("output")
    found = Grown(folder / "mlruns", folder / "before", folder / "whole")
    lay_out(found.mlruns, faulty=False)
    build_site(found.before, found.mlruns)
    (found.mlruns / "7" / run_id(0) / "params" / "added").write_text("1")
    shutil.copytree(found.before, found.whole)
    build_site(found.whole, found.mlruns)
    return found


def failing_after(count: int, code: int) -> Callable[[int, bytes], int]:
    """`os.write` of a disk on which so many writes succeed; the next one does by half."""
    write, done = os.write, [0]

    def failing(handle: int, content: bytes) -> int:
        done[0] += 1
        if done[0] <= count:
            return write(handle, content)
        if done[0] == count + 1:
            return write(handle, content[: len(content) // 2])
        raise OSError(code, os.strerror(code))

    return failing


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: f"after {moment} writes")
def test_a_full_disk_leaves_the_last_report_whole_and_the_next_build_completes_the_new_one(
    grown: Grown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    site = Path(shutil.copytree(grown.before, tmp_path / "_site"))
    before = contents(site)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", failing_after(moment, errno.ENOSPC))
        with pytest.raises(ReportError, match="cannot be written: No space left") as error:
            build_site(site, grown.mlruns)

    assert error.value.hint == "Is the disk full, or the folder not yours?"
    after = contents(site)
    changed = {one for one, content in before.items() if after.get(one) != content}
    assert {one for one in changed if not POINTER.search(one)} == set()
    assert pointers_that_lead_nowhere(site) == []
    build_site(site, grown.mlruns)
    assert without_old_searches(site) == without_old_searches(grown.whole)


def without_old_searches(site: Path) -> dict[str, bytes]:
    """The search of the version before stays for a build, for pages that somebody has open."""
    return {
        one: page
        for one, page in contents(site).items()
        if one.count(".") < 2 or not one.startswith("search/")
    }


POINTER = re.compile(r"(^|/)(index\.html|order\.js|versions\.json)$|^pointers|^search/|^\.digests$")
"""Files that move from version to version; all others stay for good."""


@pytest.mark.parametrize(
    "code", [errno.EROFS, errno.EACCES, errno.EDQUOT, errno.EIO], ids=errno.errorcode.get
)
def test_a_folder_that_refuses_to_be_written_is_an_error_in_words(
    grown: Grown,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    code: int,
) -> None:
    def refused(path: object, flags: int, *mode: int, **more: object) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(code, os.strerror(code))
        return opened(path, flags, *mode, **more)  # type: ignore[call-overload]

    opened = os.open
    monkeypatch.setattr(os, "open", refused)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    assert main(["build", str(grown.mlruns), "-o", str(tmp_path / "_site"), "--quiet"]) == 1

    said = capsys.readouterr().err
    assert f"cannot be written: {os.strerror(code)}." in said
    assert "Traceback" not in said


def test_of_two_builds_into_one_folder_the_second_is_refused_in_words(
    grown: Grown, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "_site"
    script = "import sys; from pathlib import Path; from reportgen.site.writer import SiteFolder"
    script += "; SiteFolder(Path(sys.argv[1])).prepare(); print(); sys.stdout.flush(); input()"
    command = [sys.executable, "-c", script, str(site)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        first.stdout.readline()
        code = main(["build", str(grown.mlruns), "-o", str(site), "--quiet"])
        first.communicate(b"\n")

    assert code == 1
    assert f"Another build is writing to {site}." in capsys.readouterr().err
    assert main(["build", str(grown.mlruns), "-o", str(site), "--quiet"]) == 0
