"""Where the files of a run or a model are on this machine, and which there are.

A store records absolute places of the machine that wrote it, and is untrusted besides: a place
is only accepted when it really lies below an allowed root, links resolved, and is named
`artifacts`, as every artifact folder that MLflow makes is. Allowed are the sources that were named.
In the folder beside a store, where MLflow may have put them too, what a run names must be called
`<run or model id>/artifacts`, so that no store can name a folder of somebody else's there. Nothing
outside is ever listed.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate, islice
from pathlib import Path
from urllib.parse import unquote, urlsplit

from reportgen.errors import Problem
from reportgen.model import Artifact
from reportgen.sources.small_files import (
    SPECIAL,
    first_entries,
    hint_of,
    is_file,
    is_folder,
    printable,
)

MAX_FILES = 50_000
"""Files and folders of one artifact folder that are listed; that there are more is a problem."""

MAX_DEPTH = 30
"""Folders nested deeper than this are not entered."""

MAX_PARTS = 12
"""How much of the end of a recorded path is compared with what is here."""

FOLDER = "artifacts"

LEFT_OUT = "Put a file of a plain name in its place, if it belongs to the report."
"""What to do about an entry that is none of the files that are shown."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")  # two letters at least: `C:` is a drive
_DRIVE = re.compile(r"/?([A-Za-z]):[\\/]")


@dataclass(frozen=True, slots=True)
class Located:
    """Where artifacts are, or why they cannot be shown."""

    folder: Path | None = None
    missing: str = ""
    """A sentence; empty when they are here, and when nothing was ever logged."""


@dataclass(frozen=True, slots=True)
class _Recorded:
    """What an artifact URI says, taken apart."""

    absolute: tuple[str, ...] = ()
    """Places on this machine to try as they are."""

    tails: tuple[tuple[str, ...], ...] = ()
    """Paths in parts, whose ends may be found below an allowed root."""

    remote: bool = False


class Above:
    """Which folders above those of runs and models there are, looked up once for thousands of
    these: for one look, in which nothing changes."""

    def __init__(self) -> None:
        self._here: dict[str, bool] = {}
        self._real: dict[str, str] = {}

    def is_here(self, folder: str) -> bool:
        found = self._here.get(folder)
        if found is None:
            found = self._here[folder] = is_folder(folder)
        return found

    def may_hold(self, place: str) -> bool:
        """Whether there can be a folder at a place of artifacts: what is two levels above it, where
        its run or model would lie, is there."""
        home = place.rpartition("/")[0].rpartition("/")[0]
        return not home or self.is_here(home)

    def real(self, place: str) -> str:
        """A place without links: those on the way to its run or model are followed once."""
        owner, _, name = place.rpartition("/")
        above, _, id = owner.rpartition("/")
        is_plain = above and {id, name}.isdisjoint(("", ".", ".."))
        if not is_plain or os.path.islink(owner) or os.path.islink(place):  # noqa: PTH114
            return os.path.realpath(place)
        if above not in self._real:
            self._real[above] = os.path.realpath(above)
        return os.path.join(self._real[above], id, name)  # noqa: PTH118


_OF_ID = re.compile(rf".*/(m-)?[0-9a-f]{{32}}/{FOLDER}", re.DOTALL)


def locate(
    uri: str,
    *,
    beside: Sequence[Path],
    allowed: Sequence[Path],
    near: Sequence[Path] = (),
    above: Above | None = None,
) -> Located:
    """The folder that `uri` (an `artifact_uri` or `artifact_location` as recorded) means.

    Tried in turn: the URI as written; the `beside` places, where MLflow would have put the
    folder next to this store; and, for a store that was moved, the longest end of the recorded
    path that exists below one of the `allowed` roots, or of those `near`, in which only a folder
    of an id counts. `above` is for whoever asks for many.
    """
    above = above or Above()
    recorded = _taken_apart(uri)
    roots = _roots(allowed, near)
    allowed = (*allowed, *near)
    for place in recorded.absolute:
        if above.may_hold(place) and _admitted(place, roots, above):
            return Located(Path(place))
    for place in map(os.fspath, beside):
        if above.may_hold(place) and _admitted(place, roots, above) and _holds_something(place):
            return Located(Path(place))
    if any(_means(recorded, home) and is_folder(home.parent) for home in beside):
        return Located()  # the owner's folder is here, only the empty one is not: git drops those
    for place in _moved(recorded, allowed):
        if above.may_hold(place) and _admitted(place, roots, above):
            return Located(Path(place))
    if not uri or _nothing_logged(recorded, beside, allowed, above):
        return Located()
    return Located(None, _why_missing(uri, recorded))


_PLAIN = re.compile(r"[\w.-]+(/[\w.-]+)+")


class Displaced:
    """Finds the artifacts that lie elsewhere than in the folder of their run or model, for stores
    of thousands that recorded them below one folder: what that is now is looked up once."""

    def __init__(self, allowed: Sequence[Path], near: Sequence[Path]) -> None:
        self._allowed, self._near = tuple(allowed), tuple(near)
        self._roots, self._above = _roots(allowed, near), Above()
        self._recorded: dict[str, tuple[str, ...] | None] = {}
        self._here: dict[str, tuple[str, ...] | None] = {}
        self._links: dict[str, frozenset[str]] = {}

    def folder(self, uri: str, owner: str, place: str) -> str:
        """Where `uri` says that the artifacts of `owner` are, a folder of a file store that lies
        at `place` in it; empty where they are in it, or nowhere."""
        beside = f"{owner}/{FOLDER}"
        if uri in ("", beside, f"file://{beside}"):
            return ""
        end = f"/{place}/{FOLDER}"
        if uri.endswith(end) and _PLAIN.fullmatch(place):
            if self._is_barred(uri, place):
                return ""  # no more than their place in the store is left, which is the owner's
            for home in self._as_recorded(uri.removesuffix(end)) or ():
                there = f"{home}{end}"
                if self._above.may_hold(there) and _admitted(there, self._roots, self._above):
                    return "" if there == beside else str(Path(there))
        found = locate(
            uri,
            beside=(Path(beside),),
            allowed=self._allowed,
            near=self._near,
            above=self._above,
        ).folder
        return "" if found is None or str(found) == beside else str(found)

    def _is_barred(self, uri: str, place: str) -> bool:
        """Whether nothing that may be read can be at the very place that is recorded."""
        homes = self._homes(uri.removesuffix(f"/{place}/{FOLDER}"))
        return homes is not None and not any(self._leads_on(home, place) for home in homes)

    def _homes(self, root: str) -> tuple[str, ...] | None:
        """The folders that a recorded root is on this machine, where nothing in them is to be read;
        None where some may be."""
        if root not in self._here:
            homes = self._as_recorded(root)
            here = tuple(home for home in homes or () if os.path.isdir(home or "/"))  # noqa: PTH112
            is_shut = homes is not None and not any(map(self._is_open, here))
            self._here[root] = here if is_shut else None
        return self._here[root]

    def _as_recorded(self, root: str) -> tuple[str, ...] | None:
        """The folders that a recorded root may be on this machine; None for a root that is more
        than a path, so that only the whole of a URI tells."""
        if root not in self._recorded:
            parts = "1", "run", FOLDER
            recorded = _taken_apart("/".join((root, *parts)))
            homes = tuple(one.removesuffix("/".join(("", *parts))) for one in recorded.absolute)
            is_plain = bool(recorded.tails) and all(one[-3:] == parts for one in recorded.tails)
            self._recorded[root] = homes if is_plain else None
        return self._recorded[root]

    def _is_open(self, home: str) -> bool:
        """Whether a folder has to do with one that may be read: is it, lies in or around it."""
        roots = (_real_root(os.fspath(one)) for one in (*self._allowed, *self._near))
        real = os.path.realpath(home)
        return any(real == root or _is_below(real, root) or _is_below(root, real) for root in roots)

    def _leads_on(self, home: str, place: str) -> bool:
        """Whether a link on the way may lead to one all the same."""
        above, _, id = f"{home}/{place}".rpartition("/")
        if above not in self._links:
            self._links[above] = frozenset(_links_on(home, above))
        links = self._links[above]
        return above in links or id in links or os.path.islink(f"{above}/{id}/{FOLDER}")  # noqa: PTH114


def _links_on(home: str, folder: str) -> Iterator[str]:
    """The names of all links in a folder; and the folder itself if one leads to it from `home`."""
    steps = accumulate(folder.removeprefix(f"{home}/").split("/"), "{}/{}".format, initial=home)
    if any(map(os.path.islink, islice(steps, 1, None))):
        yield folder
    try:
        with os.scandir(folder) as entries:
            yield from (entry.name for entry in entries if entry.is_symlink())
    except OSError:
        return


def _taken_apart(uri: str) -> _Recorded:
    scheme = _SCHEME.match(uri)
    if scheme is None:
        return _of_paths(dict.fromkeys((uri, unquote(uri)))) if uri else _Recorded()
    match scheme[1].lower():
        case "file":
            path = _url_path(uri)
            return _of_paths(dict.fromkeys((unquote(path), path)))
        case "mlflow-artifacts":
            parts = _parts(unquote(_url_path(uri)))
            return _Recorded((), (("mlartifacts", *parts), ("mlruns", *parts)), remote=True)
    return _Recorded(remote=True)


def _url_path(uri: str) -> str:
    try:
        return urlsplit(uri).path
    except ValueError:  # such as an unclosed bracket in the place of a host
        return uri.partition(":")[2]


def _of_paths(paths: Iterable[str]) -> _Recorded:
    texts = tuple(paths)
    absolute = tuple(text for text in texts if _is_absolute_here(text))
    return _Recorded(absolute, tuple(_parts(text) for text in texts))


def _is_absolute_here(path: str) -> bool:
    return path.startswith("/") if os.name == "posix" else _DRIVE.match(path) is not None


def _parts(path: str) -> tuple[str, ...]:
    """The parts of a POSIX or Windows path that can be looked for elsewhere; none with `..`."""
    is_windows = _DRIVE.match(path) or ("\\" in path and "/" not in path)
    text = path.replace("\\", "/") if is_windows else path
    parts = tuple(part for part in text.split("/") if part not in ("", "."))
    return () if ".." in parts else parts


def _real_root(root: str) -> str:
    return _real(root if os.path.isabs(root) else os.path.abspath(root))  # noqa: PTH100, PTH117


@lru_cache(maxsize=64)
def _real(root: str) -> str:
    """Of an absolute path: a relative one would be remembered for the wrong folder."""
    return os.path.realpath(root)


@dataclass(frozen=True, slots=True)
class _Roots:
    """Real paths."""

    allowed: tuple[str, ...]
    near: tuple[str, ...]


def _roots(allowed: Sequence[Path], near: Sequence[Path]) -> _Roots:
    return _Roots(*(tuple(_real_root(os.fspath(one)) for one in of) for of in (allowed, near)))


def _admitted(place: str, roots: _Roots, above: Above) -> bool:
    # os.path, here and below: asked several times for each of thousands of runs.
    if not is_folder(place):
        return False
    real = above.real(place)
    is_named_so = os.path.basename(real) == FOLDER  # noqa: PTH119
    if is_named_so and any(_is_below(real, root) for root in roots.allowed):
        return True
    is_of_id = _OF_ID.fullmatch(real) is not None
    return is_of_id and any(_is_below(real, root) for root in roots.near)


def _is_below(real: str, root: str) -> bool:
    return real.startswith(root.rstrip(os.sep) + os.sep)


def _holds_something(place: str) -> bool:
    try:
        with os.scandir(place) as entries:
            return next(entries, None) is not None
    except OSError:  # what cannot be listed may hold anything: the walk will tell
        return True


def _means(recorded: _Recorded, place: Path) -> bool:
    """Whether the recorded path ends as the positional one: `<experiment>/<run>/artifacts`."""
    length = 4 if place.parts[-3:-2] == ("models",) else 3
    return any(tail[-length:] == place.parts[-length:] for tail in recorded.tails)


def _moved(recorded: _Recorded, allowed: Sequence[Path], dropped: int = 0) -> Iterator[str]:
    """The ends of the recorded path below each root, longest first; without so many last parts."""
    roots = [str(root) for root in allowed]
    for tail in recorded.tails:
        end = tail[: len(tail) - dropped][-MAX_PARTS:]
        for start in range(len(end) - 1):  # never the bare `artifacts`, which could be anyone's
            rest = "/".join(end[start:])
            for root in roots:
                yield f"{root}/{rest}"


def _nothing_logged(
    recorded: _Recorded, beside: Sequence[Path], allowed: Sequence[Path], above: Above
) -> bool:
    """Whether the place would be here if it had ever been written to.

    MLflow makes the folders of a database's artifacts only when something is logged, and git
    drops empty ones; so it is enough that the folder of its experiment, or of all, is here.
    """
    if recorded.remote:
        return bool(recorded.tails) and any(is_folder(root / "mlartifacts") for root in allowed)
    if any(_means(recorded, place) and is_folder(_home(place)) for place in beside):
        return True
    return any(map(above.is_here, _moved(recorded, allowed, dropped=2)))


def _home(place: Path) -> Path:
    """The `mlruns` of `mlruns/<experiment>/<run>/artifacts`."""
    parents = place.parents
    depth = 3 if place.parts[-3:-2] == ("models",) else 2
    return parents[min(depth, len(parents) - 1)]


def _why_missing(uri: str, recorded: _Recorded) -> str:
    if recorded.remote:
        return f"The artifacts are kept at {uri}, which is not a folder on this machine."
    return f"The artifacts were recorded at {uri}, which is not among the folders read here."


@dataclass
class _Walk:
    """What a walk has met so far."""

    root: str
    found: list[Artifact] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    folders: list[tuple[str, str, int]] = field(default_factory=list)
    """Still to be entered: (path on this machine, path below the root, depth)."""

    left: int = field(default_factory=lambda: MAX_FILES)
    """Entries that may still be looked at."""

    @cached_property
    def real(self) -> str:
        """The root without links, for the few folders that have some in them."""
        return os.path.realpath(self.root)


def walk(folder: Path) -> tuple[tuple[Artifact, ...], tuple[Problem, ...]]:
    """Every file below `folder`, sorted by path; problems have paths relative to it.

    Links are followed to files inside `folder` only. What is neither file nor folder is never
    opened, and the walk ends after MAX_FILES files and folders.
    """
    root = os.fspath(folder)
    state = _Walk(root, folders=[(root, "", 0)])
    while state.folders and state.left >= 0:
        _list(state, *state.folders.pop())
    if state.left < 0:
        what = f"Holds more than {MAX_FILES:,} files and folders; the others are not listed."
        state.problems.append(Problem("", what, "Keep so many in an archive."))
    return tuple(sorted(state.found, key=lambda artifact: artifact.path)), tuple(state.problems)


def _list(state: _Walk, place: str, path: str, depth: int) -> None:
    try:
        listing = first_entries(place)
    except OSError as error:
        state.problems.append(Problem(path, f"Cannot be listed: {error.strerror}.", hint_of(error)))
        return
    known = len(state.folders)
    for entry in listing[: max(state.left, 0)]:
        below = f"{path}/{entry.name}" if path else entry.name
        try:
            what, hint = _note(state, entry, below, depth), LEFT_OUT
        except OSError as error:
            what, hint = f"Cannot be read: {error.strerror}.", hint_of(error)
        if what:
            state.problems.append(Problem(printable(below), what, hint))
    state.left -= len(listing)
    # The last folder noted is the first to be entered.
    state.folders[known:] = reversed(state.folders[known:])


def _note(state: _Walk, entry: os.DirEntry[str], below: str, depth: int) -> str:
    """Takes an entry in; says what is wrong with it, if anything."""
    if printable(below) != below:
        return "Has a name that is not valid UTF-8, so it is left out."
    if entry.is_symlink():
        real = os.path.realpath(entry.path)
        if not _is_below(real, state.real) or not is_file(real):
            return "Is a link that leads out of the folder or to no file, and is not followed."
        state.found.append(Artifact(below, entry.stat().st_size, real))
    elif entry.is_file(follow_symlinks=False):
        size = entry.stat(follow_symlinks=False).st_size
        state.found.append(Artifact(below, size, entry.path))
    elif not entry.is_dir(follow_symlinks=False):
        return SPECIAL
    elif depth >= MAX_DEPTH:
        return f"Is nested deeper than {MAX_DEPTH} folders, and is not entered."
    else:
        state.folders.append((entry.path, below, depth + 1))
    return ""
