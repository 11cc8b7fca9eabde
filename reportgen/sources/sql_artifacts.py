"""Where the artifacts of a database's runs and models are: by their URI, else beside it.

With SQLite MLflow keeps artifacts in `mlruns/` in the folder it was started in, usually the
database's; a server keeps them in `mlartifacts/`; a migrated store leaves them in the old one.
"""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reportgen.errors import Problem
from reportgen.model import Artifact
from reportgen.sources.artifacts import Above, Located, locate, walk

HOMES = ("mlruns", "mlartifacts")


@dataclass(frozen=True, slots=True)
class Kept:
    """The artifacts of one run or model that are on this machine."""

    artifacts: tuple[Artifact, ...] = ()
    folder: Path = Path()
    """Where they are; of no meaning when there are none."""

    label: str = ""
    """The folder's path as problems name it."""

    missing: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """A database and the folders that belong to it."""

    database: Path
    label: str
    roots: tuple[Path, ...]
    _above: Above = field(default_factory=Above, repr=False, compare=False)

    def kept(self, uri: str, parts: Sequence[str]) -> Kept:
        """What is in the folder that `uri` means; `parts` is its place in an artifact root."""
        located = self.located(uri, parts)
        if located.folder is None:
            return Kept(missing=located.missing)
        label = self._shown(located.folder)
        artifacts, problems = walk(located.folder)
        shown = tuple(replace(one, path=posixpath.join(label, one.path)) for one in problems)
        return Kept(artifacts, located.folder, label, problems=shown)

    def located(self, uri: str, parts: Sequence[str]) -> Located:
        home = self._home()
        roots = (*(home / name for name in HOMES), *self.roots)
        beside = [root.joinpath(*parts) for root in roots]
        return locate(uri, beside=beside, allowed=roots, near=(home,), above=self._above)

    def is_beside(self, folder: Path) -> bool:
        """True in the folders where MLflow keeps a database's artifacts."""
        return any(folder.is_relative_to(self._home() / name) for name in HOMES)

    def _home(self) -> Path:
        return self.database.absolute().parent

    def _shown(self, folder: Path) -> str:
        """Beside the database as the reader knows it; never a full path of this machine."""
        try:
            inside = folder.relative_to(self._home())
        except ValueError:
            return posixpath.join(*folder.parts[-3:])
        return posixpath.join(posixpath.dirname(self.label), *inside.parts)
