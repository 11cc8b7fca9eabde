"""From what a run recorded of its repository to a link, and without what must not be published."""

import pytest

from reportgen.analysis.forge import (
    clone_address,
    commit_url,
    compare_url,
    repository_url,
    shortened,
    without_credentials,
)

COMMIT = "4f1c2d3e5a6b7c8d9e0f4f1c2d3e5a6b7c8d9e0f"


@pytest.mark.parametrize(
    ("recorded", "url"),
    [
        ("https://github.com/lab/wine.git", "https://github.com/lab/wine"),
        ("https://github.com/lab/wine/", "https://github.com/lab/wine"),
        ("http://git.lab.org/a/b", "https://git.lab.org/a/b"),
        ("git@github.com:lab/wine.git", "https://github.com/lab/wine"),
        ("ssh://git@gitlab.lab.org:2222/a/b.git", "https://gitlab.lab.org/a/b"),
        ("git+https://github.com/lab/wine", "https://github.com/lab/wine"),
        ("https://ada:secret@github.com/lab/wine.git", "https://github.com/lab/wine"),
        ("git@git.sr.ht:~ada/wine", "https://git.sr.ht/~ada/wine"),
        ("https://github.com/lab/w<i>ne", "https://github.com/lab/w%3Ci%3Ene"),
        # what leads nowhere
        ("", ""),
        ("/home/ada/wine", ""),
        ("file:///home/ada/wine", ""),
        ("C:\\work\\wine", ""),
        ("git@server:wine", ""),
        ("https://localhost/a/b", ""),
        ("javascript://github.com/%0aalert(1)", ""),
        ("https://[broken/a/b", ""),
    ],
)
def test_the_web_address_of_a_repository(recorded: str, url: str) -> None:
    assert repository_url(recorded) == url


@pytest.mark.parametrize(
    ("repository", "url"),
    [
        ("git@github.com:lab/wine.git", f"https://github.com/lab/wine/commit/{COMMIT}"),
        ("https://gitlab.lab.org/a/b/c", f"https://gitlab.lab.org/a/b/c/-/commit/{COMMIT}"),
        ("https://bitbucket.org/a/b", f"https://bitbucket.org/a/b/commits/{COMMIT}"),
        ("/srv/git/wine", ""),
    ],
)
def test_the_address_of_a_commit(repository: str, url: str) -> None:
    assert commit_url(repository, COMMIT) == url


@pytest.mark.parametrize(
    ("repository", "url"),
    [
        ("git@github.com:lab/wine.git", "https://github.com/lab/wine/compare/{a}...{b}"),
        ("https://codeberg.org/lab/wine", "https://codeberg.org/lab/wine/compare/{a}...{b}"),
        ("https://gitlab.lab.org/a/b/c", "https://gitlab.lab.org/a/b/c/-/compare/{a}...{b}"),
        ("git@bitbucket.org:a/b.git", "https://bitbucket.org/a/b/branches/compare/{b}..{a}"),
        (
            "https://dev.azure.com/lab/wine/_git/wine",
            "https://dev.azure.com/lab/wine/_git/wine/branchCompare"
            "?baseVersion=GC{a}&targetVersion=GC{b}",
        ),
        ("https://github.com/lab/{a}", "https://github.com/lab/%7Ba%7D/compare/{a}...{b}"),
        ("https://git.sr.ht/~ada/wine", ""),  # has no such page
        ("/srv/git/wine", ""),
    ],
)
def test_the_address_where_two_commits_are_compared(repository: str, url: str) -> None:
    assert compare_url(repository) == url


@pytest.mark.parametrize("commit", ["", "abc", "main", "../../evil", f"{COMMIT}?x=1", "g" * 40])
def test_what_is_no_commit_is_not_linked(commit: str) -> None:
    assert commit_url("https://github.com/lab/wine", commit) == ""


def test_credentials_are_taken_out_of_any_text() -> None:
    text = "see https://ada:s3cret@host/a and postgresql://bob:pw@db:5432/x"

    assert without_credentials(text) == "see https://host/a and postgresql://db:5432/x"


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("/home/ada/wine/train.py", "~/wine/train.py"),
        ("/Users/ada/wine/train.py", "~/wine/train.py"),
        ("/root/wine/train.py", "~/wine/train.py"),
        ("C:\\Users\\ada\\wine\\train.py", "~\\wine\\train.py"),
        ("file:///home/ada/wine", "~/wine"),
        ("/home/ada", "~"),
        ("/srv/wine-lab/train.py", "/srv/wine-lab/train.py"),
        ("https://ada:pw@github.com/lab/wine", "https://github.com/lab/wine"),
        ("train.py", "train.py"),
    ],
)
def test_a_path_is_shown_without_the_home_folder(path: str, short: str) -> None:
    assert shortened(path) == short


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [
        ("https://example.org/home/alice/iris.csv", "https://example.org/home/alice/iris.csv"),
        ("s3://bucket/Users/x/d.csv", "s3://bucket/Users/x/d.csv"),
        ("https://user:p@ss@host/x", "https://host/x"),
        ("recorded at file:///home/alice/mlruns/0.", "recorded at ~/mlruns/0."),
        ("ftp://bob:s3cret@host/a", "ftp://host/a"),
    ],
)
def test_only_what_is_private_is_shortened(recorded: str, shown: str) -> None:
    assert shortened(recorded) == shown


def test_the_port_of_a_forge_stays() -> None:
    assert repository_url("https://git.corp.com:8443/a/b.git") == "https://git.corp.com:8443/a/b"


@pytest.mark.parametrize(
    ("recorded", "address"),
    [
        ("https://github.com/lab/wine.git", "https://github.com/lab/wine.git"),
        ("https://ada:secret@github.com/lab/wine", "https://github.com/lab/wine"),
        ("https://ada:s@cret@host/lab/wine", "https://host/lab/wine"),
        ("git+https://host:8443/lab/wine?x=1#y", "https://host:8443/lab/wine"),
        ("git@github.com:lab/wine.git", "git@github.com:lab/wine.git"),
        ("ssh://git@host:2222/lab/wine", "ssh://git@host:2222/lab/wine"),
        ("ssh://git:secret@host/lab/wine", "ssh://git@host/lab/wine"),
        ("wine-server:lab/wine.git", "wine-server:lab/wine.git"),
        ("https://[2001:db8::1]/lab/wine", "https://[2001:db8::1]/lab/wine"),
        # what leads nowhere from elsewhere
        ("", ""),
        ("/srv/wine.git", ""),
        ("../wine", ""),
        ("file:///srv/wine", ""),
        ("C:\\work\\wine", ""),
        ("C:/work/wine", ""),
        ("http://localhost:3000/lab/wine", ""),
        ("https://127.0.0.1/lab/wine", ""),
        ("https://host", ""),
        ("ext::sh -c date", ""),
        ("https://host/a\nb", ""),
        ("https://[broken/a/b", ""),
    ],
)
def test_what_git_clone_is_given(recorded: str, address: str) -> None:
    assert clone_address(recorded) == address
