"""`reportgen publish`: a site on a git branch grows, whoever pushes to it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from reportgen.cli import main
from reportgen.config import Options
from reportgen.publish import public_forge
from reportgen.publish import publish as add_version
from reportgen.reach import is_published
from reportgen.site.branch import Branch
from reportgen.site.versions import Naming, read_history
from reportgen.versions import verify
from tests.growing import Lab
from tests.sites import contents

ROOT = Path(__file__).parents[1]


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which git knows nobody, as a fresh CI job is."""
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    folder = tmp_path / "remote.git"
    folder.mkdir()
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main")
    return folder


@pytest.fixture
def lab(stores: Mapping[str, Path], tmp_path: Path, remote: Path) -> Lab:
    """A store in a git repository that knows the remote as `origin`."""
    lab = Lab(stores["v1.0-file"], tmp_path)
    home = lab.mlruns.parent
    git(home, "init", "--quiet")
    git(home, "remote", "add", "origin", str(remote))
    return lab


def publish(lab: Lab, monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.chdir(lab.mlruns.parent)
    return main(["publish", "--jobs", "1", *words])


def checkout(remote: Path, branch: str = "gh-pages") -> Path:
    """What a host would serve."""
    folder = remote.parent / f"served-{len(list(remote.parent.glob('served-*')))}"
    git(remote.parent, "clone", "--quiet", "--branch", branch, str(remote), str(folder))
    shutil.rmtree(folder / ".git")
    return folder


def published(files: Mapping[str, bytes]) -> set[str]:
    return {
        line.partition("  ")[2]
        for address, content in files.items()
        if address.endswith(".sha256")
        for line in content.decode().splitlines()
    }


def test_the_first_version_makes_the_branch(
    lab: Lab, remote: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(lab.mlruns)

    assert publish(lab, monkeypatch, "--version-name", "v1") == 0

    site = checkout(remote)
    assert "to gh-pages of origin" in capsys.readouterr().out
    assert (site / "versions" / "v1.html").is_file()
    assert verify(site) == (len(contents(site).keys() & published(contents(site))), ())
    assert git(remote, "log", "--format=%an|%s", "gh-pages") == "reportgen|Report version v1"
    assert contents(lab.mlruns) == before
    assert git(lab.mlruns.parent, "status", "--porcelain") == "?? mlruns/"
    assert git(lab.mlruns.parent, "branch", "--all") == ""


def test_a_secret_stops_it_before_anything_is_pushed(
    lab: Lab,
    remote: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = min(path.parent for path in lab.mlruns.glob("[01]/*/meta.yaml"))
    (run / "params").mkdir(exist_ok=True)
    (run / "params" / "db_password").write_text("Kestrel7!" + "meadow")

    assert publish(lab, monkeypatch) == 1

    assert "/params/db_password: value of a secret name" in capsys.readouterr().err
    assert git(remote, "branch", "--list") == ""
    assert publish(lab, monkeypatch, "--secrets", "mask") == 0
    assert not any(b"Kestrel7" in one for one in contents(checkout(remote)).values())


def test_later_versions_add_to_what_is_there(
    lab: Lab, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(lab, monkeypatch, "--version-name", "v1")
    first = contents(checkout(remote))
    lab.train(depth="9")

    assert publish(lab, monkeypatch, "--version-name", "v2", "--alias", "stable") == 0

    site = checkout(remote)
    second = contents(site)
    history = read_history(site)
    assert history.size == sum(
        len(content) for address, content in second.items() if is_published(address)
    )
    assert [one.name for one in history.versions] == ["v2", "v1"]
    assert history.aliases == {"stable": "v2"}
    assert history.versions[0].changes != ()
    assert {one: first[one] for one in published(first)}.items() <= second.items()
    assert verify(site)[1] == ()
    assert git(remote, "rev-list", "--count", "gh-pages") == "2"
    assert "Runs added (1)" in git(remote, "log", "-1", "--format=%b", "gh-pages")


def test_of_a_host_that_can_leave_contents_out_only_those_needed_are_fetched(
    lab: Lab, remote: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """All at once: every request to a host takes its time."""
    git(remote, "config", "uploadpack.allowFilter", "true")
    git(remote, "config", "uploadpack.allowAnySHA1InWant", "true")
    address = remote.as_uri()
    publish(lab, monkeypatch, "--remote", address)
    lab.train()
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))

    assert publish(lab, monkeypatch, "--remote", address) == 0

    fetches = (tmp_path / "trace").read_text().count("built-in: git fetch ")
    assert fetches <= 6
    assert verify(checkout(remote))[1] == ()


def test_what_changed_nothing_pushes_nothing(
    lab: Lab, remote: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(lab, monkeypatch)
    before = git(remote, "rev-parse", "gh-pages")

    assert publish(lab, monkeypatch) == 0
    assert "Nothing to push" in capsys.readouterr().out
    assert git(remote, "rev-parse", "gh-pages") == before


def test_what_others_put_beside_the_site_stays(
    lab: Lab, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(lab, monkeypatch)
    clone = remote.parent / "clone"
    git(remote.parent, "clone", "--quiet", "--branch", "gh-pages", str(remote), str(clone))
    (clone / "CNAME").write_text("reports.example.org\n")
    git(clone, "add", "CNAME")
    git(clone, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "A name")
    git(clone, "push", "--quiet")
    lab.train()

    publish(lab, monkeypatch)

    assert (checkout(remote) / "CNAME").read_text() == "reports.example.org\n"


def test_a_branch_of_somebody_else_is_refused(
    lab: Lab, remote: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = git(remote, "hash-object", "-t", "tree", "-w", os.devnull)
    commit = git(
        remote, "-c", "user.name=a", "-c", "user.email=a@b", "commit-tree", tree, "-m", "Theirs"
    )
    git(remote, "branch", "gh-pages", commit)

    assert publish(lab, monkeypatch) == 1
    assert "is no report of ours" in capsys.readouterr().err
    assert publish(lab, monkeypatch, "--squash") == 1
    assert git(remote, "rev-parse", "gh-pages") == commit


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--remote", "nowhere"], "no remote nowhere"),
        (["--remote", "file:///nowhere/at/all.git"], "git ls-remote failed"),
        (["--branch", "a..b"], "cannot be the name of a branch"),
    ],
)
def test_where_nothing_can_be_published(
    lab: Lab,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    assert publish(lab, monkeypatch, *words) == 1
    assert said in capsys.readouterr().err


def test_the_password_in_an_address_is_not_told(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    address = "https://user:hunter2@localhost:1/lab.git"

    assert publish(lab, monkeypatch, "--remote", address) == 1
    said = capsys.readouterr()
    assert "hunter2" not in said.err + said.out


def test_the_repository_lends_its_settings(
    lab: Lab, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = lab.mlruns.parent
    git(home, "config", f"url.{remote}.insteadOf", "lab:reports")
    git(home, "config", "user.name", "Ada")
    git(home, "config", "user.email", "ada@example.org")

    assert publish(lab, monkeypatch, "--remote", "lab:reports") == 0
    assert git(remote, "log", "--format=%an", "gh-pages") == "Ada"


def test_versions_on_a_branch_are_pruned_in_a_checkout(
    lab: Lab, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the very commands of site/publishing.md."""
    for name in ("v1", "v2", "v3"):
        publish(lab, monkeypatch, "--version-name", name)
        lab.train()
    text = (ROOT / "site" / "publishing.md").read_text("utf-8")
    (recipe,) = (block for block in re.findall(r"```sh\n(.*?)```", text, re.S) if "prune" in block)
    tools = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    who = {
        f"GIT_{role}_{what}": "a@b"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    subprocess.run(
        ["bash", "-e", "-c", recipe.replace("--keep 20", "--keep 1")],
        cwd=lab.mlruns.parent,
        env={**os.environ, **who, "PATH": tools, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
    )

    assert verify(lab.mlruns.parent.parent / "pages")[1] == ()
    assert publish(lab, monkeypatch, "--version-name", "v4") == 0
    site = checkout(remote)
    assert [one.name for one in read_history(site).versions] == ["v4", "v3"]
    assert verify(site)[1] == ()


def test_one_commit_takes_the_place_of_all(
    lab: Lab, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(lab, monkeypatch, "--version-name", "v1")
    lab.train()
    publish(lab, monkeypatch, "--version-name", "v2")

    assert publish(lab, monkeypatch, "--squash") == 0

    assert git(remote, "rev-list", "--count", "gh-pages") == "1"
    site = checkout(remote)
    assert [one.name for one in read_history(site).versions] == ["v2", "v1"]
    assert verify(site)[1] == ()


def test_a_folder_for_another_tool(
    lab: Lab, remote: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for _ in range(2):
        assert publish(lab, monkeypatch, "--to", str(tmp_path / "public")) == 0
        lab.train()

    assert len(read_history(tmp_path / "public").versions) == 2
    assert git(remote, "branch") == ""


ROUNDS = 5


def test_two_publishers_at_once_lose_nothing(
    stores: Mapping[str, Path], remote: Path, tmp_path: Path
) -> None:
    """In each round both have a version of their own ready before the first of them pushes."""
    labs = [Lab(stores["v1.0-file"], tmp_path / name) for name in ("a", "b")]
    both_are_ready = Barrier(2)

    def publish_once(lab: Lab, name: str) -> str:
        waits = [both_are_ready.wait]

        def progress(doing: str, done: int, total: int) -> None:
            if doing.startswith("Pushing") and waits:
                waits.pop()()

        lab.train(depth=name)
        lab.now += timedelta(days=1)
        work = lab.mlruns.parent / name
        branch = Branch(str(remote), "gh-pages", tmp_path, work / "site", work / "git", os.environ)
        add_version(
            Options(sources=(str(lab.mlruns),), jobs=1),
            branch,
            now=lab.now,
            progress=progress,
            naming=Naming(name),
        )
        shutil.rmtree(work)
        assert not waits
        return name

    names = []
    with ThreadPoolExecutor(2) as pool:
        for turn in range(ROUNDS):
            turns = [f"a{turn}", f"b{turn}"]
            names += pool.map(publish_once, labs, turns)

    site = checkout(remote)
    assert {one.name for one in read_history(site).versions} == set(names)
    assert len(names) == 2 * ROUNDS
    assert verify(site)[1] == ()
    assert git(remote, "rev-list", "--count", "gh-pages") == str(2 * ROUNDS)


@pytest.mark.parametrize(
    ("address", "forge"),
    [
        ("git@github.com:lab/wine.git", "github.com"),
        ("https://github.com/lab/wine.git", "github.com"),
        ("https://token@GitLab.com/lab/wine", "gitlab.com"),
        ("ssh://git@codeberg.org:22/lab/wine.git", "codeberg.org"),
        ("ssh://git@ssh.github.com:443/lab/wine.git", "github.com"),
        ("git@git.lab.example.org:lab/wine.git", ""),
        ("https://github.com.example.org/lab/wine", ""),
        ("https://example.org/github.com/wine", ""),
        ("/srv/git/github.com/wine.git", ""),
        ("../remote.git", ""),
    ],
)
def test_a_forge_that_is_open_to_all_is_known_by_its_address(address: str, forge: str) -> None:
    assert public_forge(address) == forge


def test_for_a_public_forge_people_are_hidden_unless_told_otherwise(
    lab: Lab, remote: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("reportgen.publish.public_forge", lambda address: "github.com")

    assert publish(lab, monkeypatch, "--version-name", "v1") == 0
    assert "--no-public shows them" in capsys.readouterr().out
    assert b"<td>hidden" in (checkout(remote) / "about.html").read_bytes()

    assert publish(lab, monkeypatch, "--version-name", "v2", "--no-public") == 0
    assert "--no-public" not in capsys.readouterr().out
    assert b"<td>hidden" not in (checkout(remote) / "about.html").read_bytes()
