"""Addresses of commits on the forges people use, from what a run recorded of its repository."""

import re
from urllib.parse import quote, urlsplit

_SCP = re.compile(r"(?:[\w.-]+@)?(?P<host>[\w.-]+):(?P<path>[\w.~/-]+)")


def repository_url(recorded: str) -> str:
    """The web address of a repository, without credentials; '' when it has none.

    Takes `https://user:token@host/a/b.git`, `git@host:a/b.git`, `ssh://git@host/a/b.git`.
    """
    text = recorded.strip().removeprefix("git+")
    if "://" in text:
        try:
            parts = urlsplit(text)
            host, path = parts.hostname or "", parts.path
            if parts.port and parts.scheme in ("http", "https"):
                host += f":{parts.port}"
        except ValueError:
            return ""
        if parts.scheme not in ("http", "https", "ssh", "git"):
            return ""
    else:
        found = _SCP.fullmatch(text)
        if not found:
            return ""
        host, path = found["host"], found["path"]
    path = path.strip("/").removesuffix(".git")
    if "." not in host or "/" not in path:
        return ""
    return f"https://{host}/{quote(path, safe='/~')}"


def commit_url(repository: str, commit: str) -> str:
    """Where a commit can be read; '' when the repository is not on the web."""
    base = repository_url(repository)
    if not base or not re.fullmatch(r"[0-9a-fA-F]{7,64}", commit):
        return ""
    host = urlsplit(base).hostname or ""
    middle = "-/commit" if "gitlab" in host else "commits" if "bitbucket" in host else "commit"
    return f"{base}/{middle}/{commit}"


def without_credentials(text: str) -> str:
    """Any URL in the text without its `user:password@`, also where the password holds an @."""
    return re.sub(r"(?<=://)[^/\s'\"]*@", "", text)


_HOME = re.compile(
    r"(?:file://|(?<![\w.~/\\-]))"  # where a path begins: `https://host/home/x` is no home folder
    r"(?:/home/|/Users/|/root(?=/)|[A-Za-z]:[\\/]Users[\\/])[^/\\]*(?=[/\\]|$)"
)


def shortened(text: str) -> str:
    """Recorded paths without credentials and without anyone's home folder: `~/wine/train.py`."""
    return _HOME.sub("~", without_credentials(text))
