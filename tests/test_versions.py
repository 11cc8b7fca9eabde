"""Report versions as a user meets them: a site that grows by adding, and is pruned and checked."""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reportgen.cli import main
from reportgen.errors import ReportError
from reportgen.reach import is_published
from reportgen.site.versions import read_history
from reportgen.site.writer import SiteFolder
from reportgen.versions import Fault, changes, site_history, verify
from tests.growing import Lab
from tests.growth import growth, make_store, shares
from tests.sites import NOW, contents

ROOT = Path(__file__).parents[1]


@pytest.fixture
def lab(stores: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.chdir(tmp_path)
    return Lab(stores["v1.0-file"], tmp_path)


# A site that grows


def test_twenty_versions_later_every_file_of_each_is_there_with_the_same_bytes(lab: Lab) -> None:
    published: dict[str, bytes] = {}
    names = []
    for _ in range(20):
        lab.train()
        names.append(lab.build())
        files = contents(lab.site)
        assert {address: files.get(address) for address in published} == published
        published = {name: content for name, content in files.items() if is_published(name)}

    assert [version.name for version in site_history(lab.site).versions] == names[::-1]
    assert verify(lab.site)[1] == ()


def test_a_build_that_changes_nothing_adds_no_version(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    first = lab.build()

    assert lab.build() == first
    assert len(site_history(lab.site).versions) == 1


def test_one_new_run_adds_its_own_files_and_those_of_the_pages_above_it(lab: Lab) -> None:
    lab.build()
    before = contents(lab.site)
    id = lab.train()

    version = lab.build()

    added = [one for one in contents(lab.site) if one not in before and is_published(one)]
    assert all(
        one.startswith((f"runs/{id}.", "experiments/1/", f"versions/{version}.", "versions/facts/"))
        for one in added
    )


def test_a_version_can_have_a_name_a_label_and_aliases(lab: Lab) -> None:
    version = lab.build(name="v1", label="Before the sweep", aliases=("stable", "paper"))

    (listed,) = site_history(lab.site).versions
    assert (version, listed.name, listed.label) == ("v1", "v1", "Before the sweep")
    assert site_history(lab.site).aliases == {"paper": "v1", "stable": "v1"}
    assert (lab.site / "versions" / "stable" / "index.html").exists()


def test_a_job_that_runs_again_may_name_the_same_version(lab: Lab) -> None:
    """Nothing changed, so nothing is published, and the alias is where it should be."""
    lab.build(name="v1")

    assert lab.build(name="v1", aliases=("stable",)) == "v1"
    assert site_history(lab.site).aliases == {"stable": "v1"}


def test_a_name_that_is_taken_by_another_content_is_refused(lab: Lab) -> None:
    lab.build(name="v1")
    lab.train()

    with pytest.raises(ReportError, match="There is a version or an alias v1 already"):
        lab.build(name="v1")


def test_the_time_of_a_version_can_be_told(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    told = ["--now", "2026-01-02T03:04Z", "--jobs", "1", "-q"]

    assert main(["build", str(lab.mlruns), "-o", str(lab.site), *told]) == 0

    assert site_history(lab.site).versions[0].created == "2026-01-02T03:04:00Z"


# What changed


def test_a_version_tells_what_changed_since_the_one_before(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    first = lab.build()
    lab.train(depth="9")
    second = lab.build()

    assert lab.command("versions", "show") == 0
    shown = capsys.readouterr().out
    assert f"since {first}:\nRuns added (1)\n" in shown
    assert "Parameters tried for the first time (1)\n  depth" in shown
    page = (lab.site / "versions" / "index.html").read_text("utf-8")
    assert page.index(f'id="{second}"') < page.index("Runs added") < page.index(f'id="{first}"')


def test_any_two_versions_can_be_compared(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    lab.build(aliases=("stable",))
    for _ in range(2):
        lab.train()
        lab.build()

    assert lab.command("changes", "stable", "latest", "--format", "json") == 0
    assert len(json.loads(capsys.readouterr().out)["added"]) == 2
    assert lab.command("changes", "--format", "markdown") == 0
    assert "**Runs added** (1)" in capsys.readouterr().out


def test_there_is_nothing_before_the_first_version(lab: Lab) -> None:
    lab.build()

    with pytest.raises(ReportError, match="is the first version"):
        changes(lab.site, "", "latest")


def test_a_run_that_left_the_sources_keeps_its_page_and_is_found(lab: Lab) -> None:
    id = lab.train()
    version = lab.build()
    shutil.rmtree(lab.mlruns / "1" / id)

    lab.build()

    _, _, found = changes(lab.site, "", "latest")
    assert [run.id for run in found.vanished] == [id]
    (page,) = lab.site.glob(f"runs/{id}.*.html")
    pointers = (lab.site / "pointers-gone.js").read_text("utf-8")
    assert id in pointers and version in pointers and page.name.split(".")[1] in pointers


def test_a_run_that_came_back_is_no_longer_gone(lab: Lab, tmp_path: Path) -> None:
    id = lab.train()
    lab.build()
    shutil.move(lab.mlruns / "1" / id, tmp_path / "aside")
    lab.build()
    shutil.move(tmp_path / "aside", lab.mlruns / "1" / id)

    lab.build()

    assert id not in (lab.site / "pointers-gone.js").read_text("utf-8")


def test_damaged_facts_are_a_problem_and_the_build_goes_on(lab: Lab) -> None:
    lab.build()
    for path in lab.site.glob("versions/facts/*.js"):
        path.write_text("RG.facts(")
    lab.train()

    lab.build()

    assert "cannot be told" in (lab.site / "problems.html").read_text("utf-8")


# Aliases


def test_an_alias_is_moved_and_taken_away(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    first = lab.build(aliases=("stable",))
    lab.train()
    second = lab.build()
    page = lab.site / "versions" / "stable" / "index.html"
    assert f'href="../{first}.html"' in page.read_text("utf-8")

    assert lab.command("versions", "alias", "stable") == 0
    assert f'href="../{second}.html"' in page.read_text("utf-8")

    assert lab.command("versions", "alias", "stable", "--remove") == 0
    assert "No report version has this alias now" in page.read_text("utf-8")
    assert site_history(lab.site).aliases == {}
    assert verify(lab.site)[1] == ()


# Removing


@pytest.fixture
def grown(lab: Lab) -> Lab:
    """Four versions: v1 … v4, each with a run more; v2 is stable."""
    for number in range(1, 5):
        lab.train()
        lab.build(name=f"v{number}", aliases=("stable",) if number == 2 else ())
    return lab


def names(lab: Lab) -> list[str]:
    return [version.name for version in read_history(lab.site).versions]


def test_prune_says_first_what_it_would_free(
    grown: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(grown.site)

    assert grown.command("versions", "prune", "--keep", "1", "--dry-run") == 0

    said = capsys.readouterr().out
    assert said.startswith("  v3\n  v1\nWould remove 2 versions and ")
    assert contents(grown.site) == before


def test_prune_keeps_the_newest_and_what_an_alias_means(
    grown: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    needed = {
        address: content
        for address, content in contents(grown.site).items()
        if address.startswith(("versions/v2.", "versions/v4.", "runs/0", "assets/"))
    }

    assert grown.command("versions", "prune", "--keep", "1") == 0

    assert names(grown) == ["v4", "v2"]
    after = contents(grown.site)
    assert {address: after.get(address) for address in needed} == needed
    assert "versions/v3.js" not in after
    assert verify(grown.site)[1] == ()


def test_prune_by_date(grown: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    day = (NOW + timedelta(days=3)).date().isoformat()

    assert grown.command("versions", "prune", "--keep-since", day) == 0

    assert names(grown) == ["v4", "v3", "v2"]


def test_the_address_of_a_removed_version_tells_what_was_there(
    grown: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grown.command("versions", "remove", "v1", "v3") == 0

    page = (grown.site / "versions" / "v3.html").read_text("utf-8")
    assert "was removed on" in page and 'href="../index.html"' in page
    assert "<code>v3</code>" in (grown.site / "versions" / "index.html").read_text("utf-8")


def test_after_a_removal_changes_are_told_since_the_version_before(
    grown: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    grown.command("versions", "remove", "v3")

    newest = site_history(grown.site).versions[0]

    assert newest.since == "v2"
    assert {group["title"]: group["count"] for group in newest.changes}["Runs added"] == 2


def test_the_pages_of_a_gone_run_go_with_the_last_version_that_had_it(
    grown: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    id = f"{4:032x}"  # it came with v4
    shutil.rmtree(grown.mlruns / "1" / id)
    grown.build(name="v5")
    assert list(grown.site.glob(f"runs/{id}.*"))

    grown.command("versions", "remove", "v4")

    assert not list(grown.site.glob(f"runs/{id}.*"))
    ((key, *_, removed),) = gone(grown.site).values()
    assert (key, len(removed)) == ("", 20)


def gone(site: Path) -> dict[str, list[str]]:
    text = (site / "pointers-gone.js").read_text("utf-8")
    found: dict[str, list[str]] = json.loads(text[text.index("(") + 1 : text.rindex(")")])
    return found


def test_what_only_a_removed_version_had_is_told_at_its_pointer(
    grown: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(grown.mlruns / "1")
    grown.build(name="v5")
    grown.command("versions", "alias", "stable", "v5")

    grown.command("versions", "prune", "--keep", "1")

    pointer = (grown.site / "experiments" / "1" / "index.html").read_text("utf-8")
    assert "no report version has it any more" in pointer
    assert verify(grown.site)[1] == ()


@pytest.mark.parametrize(
    ("name", "said"),
    [("v4", "v4 is the newest"), ("v2", "The alias stable means v2"), ("v9", "no version named")],
)
def test_what_is_needed_is_not_removed(
    grown: Lab, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    before = contents(grown.site)

    assert grown.command("versions", "remove", name) == 1

    assert said in capsys.readouterr().err
    assert contents(grown.site) == before


def test_a_removal_that_was_stopped_is_finished_by_the_next_prune(
    grown: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(self: SiteFolder, address: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(SiteFolder, "remove", stop)
        assert grown.command("versions", "remove", "v1") == 130
    assert names(grown) == ["v4", "v3", "v2"]

    assert grown.command("versions", "prune") == 0

    assert verify(grown.site)[1] == ()
    assert not (grown.site / "versions" / "v1.js").exists()


def test_a_folder_without_a_report_has_no_versions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["versions", "list", "-o", str(tmp_path)]) == 1

    assert "is no report" in capsys.readouterr().err


# Verifying


def test_verify_says_what_is_not_as_it_was_published(
    grown: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = sorted(grown.site.glob("runs/*.js"))[0].relative_to(grown.site).as_posix()
    missing = sorted(grown.site.glob("experiments/1/*.csv"))[0].relative_to(grown.site).as_posix()
    (grown.site / changed).write_bytes(b"changed")
    (grown.site / missing).unlink()
    (grown.site / "CNAME").write_text("lab.example.org")

    assert verify(grown.site)[1] == (
        Fault("CNAME", "belongs to nobody"),
        Fault(missing, "missing"),
        Fault(changed, "changed"),
    )
    assert grown.command("versions", "verify") == 1


def test_the_lists_of_digests_are_read_by_sha256sum(grown: Lab) -> None:
    for path in grown.site.glob("versions/*.sha256"):
        for line in path.read_text("utf-8").splitlines():
            digest, address = line.split("  ", 1)
            content = (grown.site / address).read_bytes()
            assert hashlib.sha256(content).hexdigest() == digest


# Killed at any moment


def test_the_name_of_a_version_that_was_never_finished_is_free(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what the killed build had frozen would be taken for this one."""
    lab.build()
    lab.train()
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr("reportgen.pointers.move", stop_there)
        lab.build(name="v2")
    id = lab.train()

    lab.build(name="v2")

    _, last, found = changes(lab.site, "", "latest")
    assert last.name == "v2" and id in [run.id for run in found.added]
    lab.command("versions", "prune")  # the pages that only the killed build had
    assert verify(lab.site)[1] == ()


def stop_there(*_: Any) -> None:
    raise KeyboardInterrupt


BUILD = """
import os, signal, sys, time
from datetime import datetime
from pathlib import Path
from tests.sites import build_site
print("ready", flush=True)
for line in sys.stdin:
    site, mlruns, now, after = line.split()
    child = os.fork()
    if not child:
        build_site(Path(site), Path(mlruns), now=datetime.fromisoformat(now))
        os._exit(0)
    end = time.monotonic() + float(after)
    while time.monotonic() < end and os.waitpid(child, os.WNOHANG) == (0, 0):
        time.sleep(0.001)
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print("killed", flush=True)
    except ProcessLookupError:
        print("ended", flush=True)
"""
"""Builds in a process of its own for each line that it is told, without the time of starting."""


@pytest.fixture
def builder() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", BUILD]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout and process.stdout.readline() == "ready\n"
        yield process
        assert process.stdin
        process.stdin.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")
def test_killed_at_any_of_fifty_moments_the_previous_version_is_whole(
    lab: Lab, builder: subprocess.Popen[str]
) -> None:
    moments = random.Random(4)
    lab.build()
    began = time.monotonic()
    lab.train()
    build_and_kill(builder, lab, 60)
    whole = time.monotonic() - began
    kills, killed = 0, False
    before: dict[str, bytes] = {}

    while kills < 50:
        if kills % 10 == 0:  # the next build comes to its end, whatever was killed before it
            build_and_kill(builder, lab, 60)
            assert verify(lab.site)[1] == ()
            before = {name: one for name, one in contents(lab.site).items() if is_published(name)}
        if kills % 10 == 0 or not killed:
            lab.train()
        versions = read_history(lab.site).versions

        killed = build_and_kill(builder, lab, moments.random() * whole)
        kills += killed

        after = contents(lab.site)
        assert {address: after.get(address) for address in before} == before
        assert read_history(lab.site).versions[-len(versions) :] == versions
    assert {fault.what for fault in verify(lab.site)[1]} <= {"belongs to nobody"}  # a begun version


def build_and_kill(builder: subprocess.Popen[str], lab: Lab, after: float) -> bool:
    """A build that is killed after so many seconds; False where it had come to its end."""
    assert builder.stdin and builder.stdout
    lab.now += timedelta(days=1)
    builder.stdin.write(f"{lab.site} {lab.mlruns} {lab.now.isoformat()} {after}\n")
    builder.stdin.flush()
    return builder.stdout.readline() == "killed\n"


def test_one_more_run_adds_little(tmp_path: Path) -> None:
    """Of 1,000 runs less than a hundredth: see `python -m tests.growth`, which takes minutes."""
    store = make_store(tmp_path / "mlruns", 40, experiments=4)

    ((files, size),) = shares(growth(store, tmp_path / "_site", 1))

    assert files < 0.1
    assert size < 0.07
