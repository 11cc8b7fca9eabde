"""Paths of somebody's machine in recorded text: shortened, or hidden.

What lies below a home folder begins with `~`; of other absolute paths the end is left, from the
folder of a store or of a run on where it names one. Nothing is compared with this machine, so that
the same records make the same pages everywhere. Addresses of the web and of object stores
(`https:`, `s3:`, `dbfs:`, `models:` …) are no such paths.
"""

import re
from collections.abc import Iterable

from reportgen.guard.privacy import Treatment

HIDDEN = "hidden-path"
KEPT = 3
"""Of a path that is no home folder's, so many parts at its end are left."""

_BEGIN = re.compile(
    r"(?P<before>file:(?://(?:localhost)?)?|\b(?:\w+\+)?\w+:///(?=/))?"
    r"(?:(?P<posix>(?:(?<![\w.~/\\…}\]$<)-])|(?<=file://)|(?<=file://localhost)|(?<=:///)|(?<=\s-[IL]))/(?=[^/\s]))"
    r"|(?P<drive>(?<![A-Za-z0-9…])/?[A-Za-z]:(?:\\{1,2}|/)(?=[^\\/\s]))"
    r"|(?P<share>(?<![\w\\…}])\\{2,4}(?=\w[\w.$-]+\\))"
    r"|(?P<tilde>(?<![\w.~/\\…-])~[\w.-]*[/\\](?=[\w.])))"
)
"""Where a path begins: `/home/x`, `C:\\x`, `\\\\server\\share`, `~/x`, or a URI of one."""

_AFTER_SPACE = re.compile(r"/(?<![\w.~/\\…}\]$<)-]/)(?=[^/\s])")
_DRIVE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]:/(?!/)")
_SCHEME = re.compile(
    r"(?:dbfs|models|runs|hdfs|viewfs|s3[an]?|gs|abfss?|wasbs?|adl|uc|mlflow-artifacts):$"
)
_BARE = re.compile(r"[^\s'\"`<>|;,*?()\[\]{}…:]+")
_WHOLE = re.compile(r"[^\n\r\"'`<>|*?;,()\[\]{}…]{1,300}")
_PART = re.compile(r"[^\\/]+")
_ID = re.compile(r"(?:m-)?[0-9a-f]{32}")
_HOMES = frozenset({"home", "homes", "users"})
_STORES = frozenset({"mlruns", "mlartifacts"})
_ROOTS = frozenset(
    "mnt media data var tmp opt usr srv scratch work workspace workspaces private Volumes Library "
    "Applications proj projects project gpfs lustre nfs net export storage cluster shared share "
    "app apps content kaggle databricks local_disk etc nix run code repo src dataset datasets efs "
    "fsx ceph cephfs beegfs group groups lab labs builds github __w home homes Users users root "
    "local System dev proc sys lib lib64 bin".split()
)
"""What absolute paths of files begin with; others may be routes of the web: `/api/2.0/runs`."""


def without_paths(text: str, treatment: Treatment, *, homes_alone: bool = False) -> str:
    """The text with its local paths shortened, or hidden but for the names of files.

    With `homes_alone` others than those of home folders stay.
    """
    if treatment is Treatment.SHOW or not _may_hold(text):
        return text
    parts, done = [], 0
    for begin in _BEGIN.finditer(text):
        at = begin.end("before") if begin["before"] else begin.start()
        if begin.start() < done or _SCHEME.search(text, max(0, at - 20), at):
            continue
        end, certain = _end(text, begin, at)
        end = at + len(text[at:end].partition("#")[0])
        made = _made(text[at:end], certain, treatment, begin.lastgroup or "")
        if made is not None and (not homes_alone or made.startswith("~")):
            kept = "" if (begin["before"] or "").startswith("file:") else begin["before"] or ""
            parts += [text[done : begin.start()], kept, made]
            done = end
    return "".join((*parts, text[done:])) if parts else text


def _may_hold(text: str) -> bool:
    """Quick, for nearly all texts hold none; whatever `_BEGIN` finds passes."""
    if "\\" in text:
        return True
    return "/" in text and (
        _AFTER_SPACE.search(text) is not None
        or "///" in text
        or "~" in text
        or (":/" in text and _DRIVE.search(text) is not None)
        or any(one in text for one in ("file:/", " -I/", " -L/"))
    )


def _end(text: str, begin: re.Match[str], at: int) -> tuple[int, bool]:
    """Where the path ends, and whether it is sure to be one: it is quoted, or all of the text."""
    start = begin.start()
    if start == 0 and _WHOLE.fullmatch(text):
        return len(text.rstrip()), " " not in text
    quote = text[start - 1] if start else ""
    if quote in ("'", '"'):
        end = text.find(quote, at)
        if 0 < end - at <= 300 and "\n" not in text[at:end]:
            return at + len(text[at:end].rstrip("\\")), True
    first = begin.end()
    bare = _BARE.match(text, first)
    end = bare.end() if bare else first
    return first + len(text[first:end].rstrip(".!\\/")), bool(begin["before"])


def _made(raw: str, certain: bool, treatment: Treatment, kind: str) -> str | None:
    """What stands in the path's stead; None where it stays."""
    parts = [(one.start(), one[0]) for one in _PART.finditer(raw)]
    names = [name for _, name in parts]
    if kind == "tilde":
        return _hidden(names) if treatment is Treatment.HIDE else None
    if kind == "drive":
        parts, names = parts[1:], names[1:]
    if not names or not _is_path(names, certain, kind):
        return None
    home = _home(names, kind)
    if treatment is Treatment.HIDE:
        return HIDDEN if home and home >= len(names) else _hidden(names)
    if home:
        rest = parts[home][0] - _width(raw, parts[home][0]) if home < len(parts) else len(raw)
        return f"~{raw[rest:]}"
    cut = _cut(names)
    if kind == "share":
        cut = max(cut, 1)
    if not cut:
        return None
    start = parts[cut][0]
    return raw[start:] if names[cut] in _STORES else f"…{raw[start - _width(raw, start) :]}"


def _width(raw: str, start: int) -> int:
    """How many characters separate the part that starts here from the one before."""
    before = raw[:start]
    return len(before) - len(before.rstrip("\\/"))


def _is_path(names: list[str], certain: bool, kind: str) -> bool:
    if kind == "drive":
        return True
    if kind == "share":
        return len(names) >= (2 if certain else 3)
    return names[0].rstrip("0123456789") in _ROOTS or (certain and len(names) > 1)


def _home(names: list[str], kind: str) -> int:
    """How many parts at the start are somebody's home folder; 0 where it is none's."""
    if kind == "posix" and names[0] == "root":
        return 1
    if kind == "posix" and names[:2] == ["var", "root"]:
        return 2
    for number, name in enumerate(names[:4]):
        usual = name in ("home", "homes", "Users") or (number == 0 and name.lower() in _HOMES)
        if usual and number + 1 < len(names):
            return number + 2
    return 0


def _cut(names: list[str]) -> int:
    """How many parts at the start are left out."""
    for number, name in enumerate(names):
        if name in _STORES and number + 1 < len(names):
            return number
        if _ID.fullmatch(name):
            return max(0, number - 1)
    return max(0, len(names) - KEPT)


def _hidden(names: list[str]) -> str:
    """The name of a file says what it is; a folder's may say whose."""
    is_file = len(names) > 1 and re.fullmatch(r"[\w .()+-]+\.[A-Za-z][A-Za-z0-9]{0,7}", names[-1])
    return f"{HIDDEN}/{names[-1]}" if is_file else HIDDEN


_OWNER = re.compile(
    r"(?:(?<![\w.~-])/(?:home|homes|Users|users)/|(?<![A-Za-z0-9])[A-Za-z]:(?:\\{1,2}|/)Users(?:\\{1,2}|/))"
    r"(?P<name>[\w.@-]+)"
)


def home_owners(text: str) -> set[str]:
    """Whose home folders the paths of a text lie in."""
    if "ome" not in text and "sers" not in text:
        return set()
    return {found["name"] for found in _OWNER.finditer(text)}


def told_part(path: str, repository: str, folders: Iterable[str]) -> str:
    """The end of a path that a report tells anyhow: what is below the folder that is called as its
    repository is, else what it shares with the folder of a project; '' for neither."""
    way, mark, below = path.replace("\\", "/").partition("#")
    name = repository.rstrip("/").removesuffix(".git").replace(":", "/").rpartition("/")[2]
    if name and f"/{name}/" in way:
        return way.partition(f"/{name}/")[2] + mark + below
    parts = [part for part in way.split("/") if part]
    shared = max((_shared_ending(parts, folder.split("/")) for folder in folders), default=0)
    return "/".join(parts[len(parts) - shared :]) + mark + below if shared else ""


def _shared_ending(one: list[str], other: list[str]) -> int:
    count = 0
    for ours, theirs in zip(reversed(one), reversed(other), strict=False):
        if ours != theirs or not ours:
            break
        count += 1
    return count
