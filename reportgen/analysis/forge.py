"""Addresses of commits on the forges people use, from what a run recorded of its repository."""

import re
from collections.abc import Mapping
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


THIS_MACHINE = re.compile(r"localhost|127(\.\d+){3}|0\.0\.0\.0|::1|host\.docker\.internal")


def clone_address(recorded: str) -> str:
    """What `git clone` is given, judged by its form; '' for a place on the machine that wrote it.

    Without credentials; the name to log in by stays where ssh needs it, as in `git@host:a/b.git`.
    """
    text = recorded.strip().removeprefix("git+")
    if re.search(r"[\s\x00-\x1f\x7f]", text):
        return ""
    if "://" not in text:
        found = re.fullmatch(r"(?:[\w.-]+@)?(?P<host>[\w][\w.-]+):(?!/{0,2}$)[^\\]+", text)
        return text if found and not THIS_MACHINE.fullmatch(found["host"]) else ""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https", "ssh", "git") or not parts.path.strip("/"):
        return ""
    if not re.fullmatch(r"[\w.:-]+", host) or THIS_MACHINE.fullmatch(host):
        return ""
    user = f"{parts.username}@" if parts.scheme == "ssh" and parts.username else ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{user}{shown}{f':{port}' if port else ''}{parts.path}"


def commit_url(repository: str, commit: str) -> str:
    """Where a commit can be read; '' when the repository is not on the web."""
    base = repository_url(repository)
    if not base or not re.fullmatch(r"[0-9a-fA-F]{7,64}", commit):
        return ""
    host = urlsplit(base).hostname or ""
    middle = "-/commit" if "gitlab" in host else "commits" if "bitbucket" in host else "commit"
    return f"{base}/{middle}/{commit}"


def compare_url(repository: str) -> str:
    """Where two commits of a repository are compared, with `{a}` for the older and `{b}` for the
    newer one; '' where the forge has no such page, or none is known.

    GitHub, Gitea and Forgejo: `/compare/a...b`; GitLab: `/-/compare/a...b`; Bitbucket:
    `/branches/compare/b..a`; Azure DevOps: `/branchCompare?baseVersion=GCa&targetVersion=GCb`.
    """
    base = repository_url(repository)
    if not base:
        return ""
    host = urlsplit(base).hostname or ""
    if "gitlab" in host:
        return f"{base}/-/compare/{{a}}...{{b}}"
    if "bitbucket" in host:
        return f"{base}/branches/compare/{{b}}..{{a}}"
    if host == "dev.azure.com" or host.endswith(".visualstudio.com"):
        return f"{base}/branchCompare?baseVersion=GC{{a}}&targetVersion=GC{{b}}"
    return "" if host.endswith("sr.ht") else f"{base}/compare/{{a}}...{{b}}"


def repository_of(tags: Mapping[str, str]) -> str:
    """As a run recorded it: by the tag of today, else the one that MLflow 2 wrote."""
    return tags.get("mlflow.source.git.repoURL") or tags.get("mlflow.gitRepoURL", "")


def branch_of(tags: Mapping[str, str]) -> str:
    return tags.get("mlflow.source.git.branch") or tags.get("mlflow.gitBranchName", "")


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
