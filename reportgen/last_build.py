"""What the last build into a folder came to: while nothing changed, it still holds.

Sources and the site itself are told by names, sizes and times; no file of a run or of the site is
opened, so that nothing is to do is known in a twentieth of the time of a build. What cannot be
told, or cannot be read, is one more build.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from reportgen.config import Options
from reportgen.errors import Problem, ReportError
from reportgen.generator import generator_glance
from reportgen.site.cache import BUILDS, cache_folder, keep, kept
from reportgen.site.keys import key_of
from reportgen.site.writer import SiteFolder, Written, glance
from reportgen.sources.footprint import footprint
from reportgen.sources.small_files import is_folder
from reportgen.sources.stamps import Look, folders_stamp

IGNORED = frozenset({"output", "jobs"})
"""Settings that change no page."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build came to, for the closing words."""

    output: Path
    version: str
    is_new: bool
    """False when the newest version shows the same already."""

    experiments: int
    runs: int
    models: int
    registered: int
    projects: int
    problems: tuple[Problem, ...]
    written: Written
    files: int
    """Of the whole site, with all its versions."""

    size: int | None
    """Bytes of the whole site; None where nobody knows."""

    warnings: tuple[str, ...]
    """Limits of hosts that it comes near."""

    elsewhere: Mapping[str, str]
    """Folders outside of the stores whose artifacts it shows, with what was in them then."""

    site: str
    """Stands for all files of the site: see `site_glance`."""


@dataclass(frozen=True, slots=True)
class LastBuild:
    """What is remembered of it, against what is there now."""

    output: Path
    ground: str
    """Stands for all that a build would start from; taken before one, so that what changes
    meanwhile is seen by the next. Empty where it cannot be told."""

    folder: Path
    """The user's cache."""

    look: Look
    """The one that was taken at the sources."""

    def summary(self) -> Summary | None:
        """What a build would come to, as it came to it last time; None when there is to build."""
        if not self.ground:
            return None
        try:
            known = json.loads(kept(self.folder, self._name) or b"{}")
            if known.get("ground") != self.ground or known.get("site") != self._site():
                return None
            found = _summary(known["summary"], self.output)
        except (ValueError, TypeError, KeyError, AttributeError, OSError):
            return None
        here = all(folders_stamp([place]) == was for place, was in found.elsewhere.items())
        return found if here else None

    def remember(self, summary: Summary) -> None:
        """For the next time."""
        if self.ground and all(summary.elsewhere.values()):
            told = {**asdict(summary), "output": ""}
            known = {"ground": self.ground, "site": summary.site, "summary": told}
            keep(self.folder, self._name, json.dumps(known).encode())

    def _site(self) -> str:
        return site_glance(self.output, SiteFolder(self.output).files())

    @property
    def path(self) -> Path:
        """Where it is remembered."""
        return self.folder / self._name

    @property
    def _name(self) -> str:
        return f"{self.memory}/summary.json"

    @property
    def memory(self) -> str:
        """The folder in the user's cache of what is remembered of this site."""
        return f"{BUILDS}/{key_of(os.path.abspath(self.output))}"  # noqa: PTH100


def last_build(options: Options, environ: Mapping[str, str]) -> LastBuild:
    """What is remembered of the last build into the folder of these settings."""
    look = Look()
    return LastBuild(options.output, _ground(options, look), cache_folder(environ), look)


def _ground(options: Options, look: Look) -> str:
    settings = {
        one.name: repr(getattr(options, one.name))
        for one in fields(options)
        if one.name not in IGNORED
    }
    own = [str(place) for place in (options.pages, options.theme) if place and is_folder(place)]
    try:
        sources = footprint(options.sources, look)
    except (ReportError, OSError):
        return ""  # the build will say what is wrong
    stamp = folders_stamp(own)
    if not (sources and stamp):
        return ""
    place = os.getcwd()  # noqa: PTH109 (settings and sources may be relative to it)
    return key_of(settings, stamp, sources, place, tuple(generator_glance()))


def site_glance(folder: Path, files: Mapping[str, int]) -> str:
    """Stands for the whole output, of these files: pages that somebody removed are made again."""
    return key_of(glance(files), (folder / "versions.json").read_text("utf-8"))


def _summary(told: dict[str, object], output: Path) -> Summary:
    problems = told["problems"]
    if not isinstance(problems, list):
        raise TypeError("problems are a list")
    found = Summary(**told)  # type: ignore[arg-type]
    return replace(
        found,
        output=output,
        is_new=False,
        problems=tuple(Problem(**one) for one in problems),
        written=Written(),
        warnings=tuple(found.warnings),
    )
