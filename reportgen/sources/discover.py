"""Finding what MLflow wrote: stores, databases, projects and saved models, told by their content.

Folders are scanned in the order of their names. Links that lead out of a source are not
followed: a source is untrusted, and whoever wants what lies elsewhere names it.
"""

import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from reportgen.errors import Problem, ReportError
from reportgen.sources.small_files import (
    RESTORE,
    SPECIAL,
    hint_of,
    is_file,
    is_folder,
    printable,
    unreadable_problem,
)
from reportgen.sources.store_marks import is_store

DATABASE_SUFFIXES = frozenset({".db", ".sqlite", ".sqlite3"})
ARTIFACT_ROOTS = frozenset({"mlruns", "mlartifacts"})
"""What MLflow calls the folder of a database's artifacts."""

SKIPPED = frozenset(
    {
        *(".git", ".hg", ".svn", "node_modules", "__pycache__", "site-packages"),
        *(".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints"),
    }
)
NAMES = frozenset({"mlproject", "mlmodel", *ARTIFACT_ROOTS})
"""What is looked for besides databases, in small letters."""

ENVIRONMENT_FILES = frozenset({"conda.yaml", "python_env.yaml", "requirements.txt"})
ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})
"""Either makes a folder a Python environment."""

SITE_MARKS = frozenset({"versions.json", "pointers.js"})
"""Both are in a report of ours: the artifacts copied there are no sources."""

LOOKED_FOR = (
    "Looked for file stores (folders with <experiment>/meta.yaml, usually named mlruns), "
    "SQLite databases written by MLflow (mlflow.db), MLproject and MLmodel files."
)

_SQLITE = re.compile(r"sqlite(?:\+\w+)?:///([^?]+)")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_HEADER = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Something that was found."""

    path: Path
    """Absolute."""

    label: str
    """Relative to the source that was named, and unique among its kind: `results/mlruns`."""


@dataclass(frozen=True, slots=True)
class Found:
    """All that the sources hold, each thing once."""

    databases: tuple[Place, ...] = ()
    file_stores: tuple[Place, ...] = ()
    projects: tuple[Place, ...] = ()
    """Folders with a file MLproject, and those with only the files of an environment."""

    models: tuple[Place, ...] = ()
    """Folders with a file MLmodel outside of every store."""

    roots: tuple[Path, ...] = ()
    """The folders that were named, absolute: artifacts may lie anywhere in them."""

    searched: tuple[Path, ...] = ()
    """The folders whose files and folders were looked at, stores and saved models aside."""

    problems: tuple[Problem, ...] = ()


USUAL = ("mlruns", "mlflow.db")
"""What MLflow writes to where it is told nothing else."""


def default_sources(environ: Mapping[str, str], folder: Path) -> tuple[str, ...]:
    """What to read when nothing is named: MLFLOW_TRACKING_URI, else what MLflow uses in `folder`.

    Empty when there is neither.
    """
    uri = environ.get("MLFLOW_TRACKING_URI", "").strip()
    if uri:
        return (uri,)
    return tuple(str(folder / name) for name in USUAL if (folder / name).exists())


def find(paths: Sequence[str]) -> Found:
    """Everything in the sources named: paths, `file:` URIs and `sqlite:///` URIs.

    Raises ReportError for a source that is not on this machine, or that holds nothing.
    """
    scan = _Scan()
    for text in paths:
        source = _source(text).resolve()
        if source.is_file():
            _scan_file(scan, source, text)
        elif not _scan_tree(scan, source):
            raise _nothing(text, source, scan.problems)
    return Found(
        databases=_places(scan.databases),
        file_stores=_places(scan.file_stores),
        projects=_places({**scan.projects, **scan.environments}, own="."),
        models=_places(scan.models),
        roots=tuple(scan.roots),
        searched=tuple(scan.searched),
        problems=tuple(scan.problems),
    )


@dataclass(slots=True)
class _Scan:
    """What scanning has met so far: paths, each with the source it was found in."""

    databases: dict[Path, Path] = field(default_factory=dict)
    file_stores: dict[Path, Path] = field(default_factory=dict)
    projects: dict[Path, Path] = field(default_factory=dict)
    models: dict[Path, Path] = field(default_factory=dict)
    environments: dict[Path, Path] = field(default_factory=dict)
    roots: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    entered: set[Path] = field(default_factory=set)
    searched: list[Path] = field(default_factory=list)

    def holds(self, source: Path) -> bool:
        """Whether anything was found in a folder, for this source or another."""
        found = (*self.databases, *self.file_stores, *self.projects, *self.models)
        return any(path.is_relative_to(source) for path in found)


def _source(text: str) -> Path:
    """The place on this machine that a source names. Raises ReportError."""
    if not text.strip():
        raise ReportError("An empty name is no source.", hint="Name a folder or a database.")
    try:
        path = local_path(text)
        path.stat()
        return path
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # a NUL is a ValueError
        hint = "Name a folder that MLflow wrote to (mlruns), or its database (mlflow.db)."
        raise ReportError(f"{text} does not exist.", hint=hint) from error
    except OSError as error:
        what = f"{text} cannot be opened: {error.strerror}."
        raise ReportError(what, hint=hint_of(error)) from error


def local_path(text: str) -> Path:
    """The path that a source names, whether there is something or not. Raises ReportError for what
    can only be elsewhere."""
    if sqlite := _SQLITE.fullmatch(text.partition("?")[0]):
        return Path(sqlite[1])
    scheme = _SCHEME.match(text)
    if scheme is None or Path(text).exists():
        if text in ("databricks", "databricks-uc", "uc") and not Path(text).exists():
            raise _elsewhere(text)
        return Path(text)
    if scheme[1].lower() == "file":
        parts = urlsplit(text)
        host = "" if parts.netloc == "localhost" else parts.netloc  # file://mlruns is a slip
        return Path(unquote(host + parts.path))
    raise _elsewhere(scheme[1])


def _elsewhere(scheme: str) -> ReportError:
    kind = scheme.lower().partition("+")[0]
    if kind == "sqlite":
        hint = "Write sqlite:///mlflow.db for a relative path, four slashes for an absolute one."
        return ReportError("This sqlite: address names no file.", hint=hint)
    if kind in ("postgresql", "postgres", "mysql", "mssql"):
        hint = "Of databases only SQLite is read so far; mlflow-export-import can make a copy."
    else:
        hint = "Name the server's own folder (mlruns) or database (mlflow.db), or a copy of it."
    return ReportError(f"A tracking server ({kind}) is not read, only files are.", hint=hint)


def _nothing(text: str, source: Path, problems: Sequence[Problem]) -> ReportError:
    """The error for a source without anything in it, as far as it could be looked into."""
    if problems:
        first = problems[0]
        what = f"{text} holds nothing of MLflow's that can be read; {first.path}: {first.what}"
        return ReportError(what, hint=first.hint or LOOKED_FOR)
    return ReportError(f"{text} holds nothing that MLflow wrote.", hint=_advice(source))


def _advice(source: Path) -> str:
    store = _store_around(source)
    if store is not None:
        return f"It is a part of the file store {store.name}: name that folder instead."
    return LOOKED_FOR


def _store_around(source: Path) -> Path | None:
    """The file store that a folder is a part of: a run or its models lie a few levels down."""
    return next((folder for folder in source.parents[:5] if is_store(str(folder))), None)


def _scan_tree(scan: _Scan, source: Path) -> bool:
    """Takes in all of a folder; says whether there was anything, this time or before."""
    scan.roots.append(source)
    beside = [] if is_store(str(source)) else _databases_beside(source)
    if beside:
        scan.databases.update((path, path) for path in beside if path not in scan.databases)
        return True
    waiting = [source]
    while waiting:
        folder = waiting.pop()
        if folder not in scan.entered:  # the same by another link, or by another source
            scan.entered.add(folder)
            waiting.extend(reversed(_scan_folder(scan, source, folder)))
    return scan.holds(source)


def _databases_beside(source: Path) -> list[Path]:
    """Those whose artifacts a folder holds: `mlruns` is often named, and `mlflow.db` meant."""
    if source.name not in ARTIFACT_ROOTS:
        return []
    try:
        beside = list(source.parent.iterdir())
    except OSError:  # a folder that may be passed through but not listed
        return []
    candidates = (path for path in beside if path.suffix in DATABASE_SUFFIXES)
    return [path for path in sorted(candidates) if is_database(path)]


def _scan_file(scan: _Scan, path: Path, text: str) -> None:
    if path.name.lower() == "mlproject":
        scan.projects.setdefault(path.parent, path.parent)
    elif is_database(path):
        scan.databases.setdefault(path, path)
    else:
        hint = "A file that is named must be an SQLite database with MLflow's tables."
        raise ReportError(f"{text} is not an MLflow database.", hint=hint)


def _scan_folder(scan: _Scan, source: Path, folder: Path) -> list[Path]:
    """Takes in what lies in a folder; gives the folders in it that are to be entered."""
    files, folders = _listed(scan, source, folder)
    names = {path.name for path in (*files, *folders)}
    if folder != source and (not ENVIRONMENT_MARKS.isdisjoint(names) or SITE_MARKS <= names):
        return []
    databases = [path for path in files if path.suffix in DATABASE_SUFFIXES and is_database(path)]
    for path in databases:
        scan.databases.setdefault(path, source)
    if is_store(str(folder)):
        scan.file_stores.setdefault(folder, source)
        return []
    if any(path.name == "MLmodel" for path in files) and _store_around(source) is None:
        scan.models.setdefault(folder, source)
        return []
    scan.searched.append(folder)
    if any(path.name.lower() == "mlproject" for path in files):
        scan.projects.setdefault(folder, source)
    elif not ENVIRONMENT_FILES.isdisjoint(names):
        scan.environments.setdefault(folder, source)
    return [
        path
        for path in folders
        if path.name not in SKIPPED
        and not (databases and path.name in ARTIFACT_ROOTS and not is_store(str(path)))
    ]


def _listed(scan: _Scan, source: Path, folder: Path) -> tuple[list[Path], list[Path]]:
    """Files and folders by name, links resolved; links out of the source are left out."""
    files, folders = [], []
    try:
        with os.scandir(folder) as entries:
            listing = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        where = _relative(folder, source, source.name)
        scan.problems.append(unreadable_problem(where, error))
        return [], []
    for entry in listing:
        path = Path(entry.path)
        is_link = entry.is_symlink()
        if is_link:
            path = Path(os.path.realpath(path))  # a circle of links is an error for resolve()
            if not path.is_relative_to(source):
                _note_unread(scan, source, entry, (LINK_OUT, NAME_TOO), path.name)
                continue
        if is_folder(path) if is_link else entry.is_dir(follow_symlinks=False):
            folders.append(path)
        elif is_file(path) if is_link else entry.is_file(follow_symlinks=False):
            files.append(path)
        else:
            _note_unread(scan, source, entry, (SPECIAL, RESTORE))
    return files, folders


LINK_OUT = "Is a link that leads out of the source, and is not followed."
NAME_TOO = "Name what it leads to as a source too."


def _note_unread(
    scan: _Scan, source: Path, entry: os.DirEntry[str], problem: tuple[str, str], real: str = ""
) -> None:
    """It matters to the reader only if it is what they came for. Its name alone tells, or that of
    what it leads to: nothing outside of the source is looked into."""
    if any(_is_looked_for(name) for name in (entry.name, real)):
        where = _relative(Path(entry.path), source, source.name)
        scan.problems.append(Problem(where, *problem))


def _is_looked_for(name: str) -> bool:
    return name.lower() in NAMES or name.endswith(tuple(DATABASE_SUFFIXES))


def is_database(path: Path) -> bool:
    """Whether a file is an SQLite database with MLflow's tables, or one that cannot be opened."""
    try:
        with path.open("rb") as file:
            if file.read(len(_HEADER)) != _HEADER:
                return False
        from reportgen.sources.sqlite import opened  # late: most sources have no database

        with opened(path, path.name) as tables:
            return tables.columns.keys() | tables.others >= {"experiments", "runs"}
    except (OSError, ReportError):  # unreadable, damaged or locked: reading it will tell
        return True


def _places(found: Mapping[Path, Path], own: str = "") -> tuple[Place, ...]:
    """With labels that are unique; `own` is the label of a source itself."""
    short = {path: _relative(path, source, own or path.name) for path, source in found.items()}
    shared = {label for label, count in Counter(short.values()).items() if count > 1}
    labels: dict[str, Path] = {}
    for path, source in found.items():
        label = short[path]
        if label in shared:
            above = source.parent if path == source and not own else source
            label = f"{above.name}/{label}".removesuffix("/.")
        count = 1
        while (unique := label if count == 1 else f"{label} ({count})") in labels:
            count += 1
        labels[unique] = path
    return tuple(Place(path, label) for label, path in labels.items())


def _relative(path: Path, source: Path, own: str) -> str:
    inside = os.path.relpath(path, source) if path != source else own
    return printable(inside.replace(os.sep, "/"))
