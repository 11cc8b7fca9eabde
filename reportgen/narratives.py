"""Publishes the user's own pages: links are followed, and one that leads nowhere is a problem."""

import posixpath
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from markupsafe import Markup

from reportgen.batch import Job
from reportgen.errors import Problem
from reportgen.model import Narrative
from reportgen.site.keys import file_digest, key_of
from reportgen.site.writer import Written
from reportgen.sources.catalog import Catalog
from reportgen.sources.narratives import Narratives, line_of, read_narratives
from reportgen.sources.small_files import read_bytes
from reportgen.views import addresses
from reportgen.views.artifacts.kinds import stored_name
from reportgen.views.narrative import (
    SITE,
    NarrativeInputs,
    NavEntry,
    Text,
    lede_of,
    linked,
    narrative_page,
    text_of,
)

ELSEWHERE = ("http://", "https://", "mailto:")
LISTS = frozenset(
    {
        *(addresses.HOME, addresses.VERSIONS, addresses.MODELS, addresses.REGISTRY),
        *(addresses.PROBLEMS, addresses.COMPARE, addresses.SEARCH, addresses.ENVIRONMENTS),
        *(addresses.PROJECTS, addresses.ABOUT, addresses.REPRODUCIBILITY),
    }
)
"""What `site:` may name."""

FORMS = (
    "Link to other.md, to a file beside the page, or to run:ID, experiment:NAME, model:NAME, "
    "project:PATH or site:compare.html."
)


@dataclass(frozen=True, slots=True)
class PublishedNarrative:
    """A page that is there."""

    name: str
    title: str
    lede: str
    key: str
    text: str
    """As it was written, for the search."""


@dataclass(frozen=True, slots=True)
class PublishedNarratives:
    """What came of the user's pages."""

    intro: Markup = field(default_factory=Markup)
    """What the front page begins with, as `views.narrative.linked` leaves it."""

    title: str = ""
    """Of the front page, if its file says one."""

    pages: tuple[PublishedNarrative, ...] = ()
    problems: tuple[Problem, ...] = ()
    written: Written = field(default_factory=Written)


def publish_narratives(job: Job, catalog: Catalog, folder: Path | None) -> PublishedNarratives:
    """Publish the pages of a folder; none without one. Raises ReportError where it is not there."""
    if folder is None:
        return PublishedNarratives()
    read = read_narratives(folder)
    found = _through_the_door(job, read, folder.name)
    links = _Links(job, catalog, folder.name, found)
    nav = tuple(NavEntry(page.name, page.title) for page in found.pages if page.name)
    published, written = [], Written()
    intro, title = Markup(), ""
    for page in found.pages:
        text = links.texts[page.name]
        html = linked(text.html, partial(links.resolve, page))
        if page.name:
            inputs = NarrativeInputs(page.name, page.title, lede_of(page), html, text.headings, nav)
            one, more = _publish(job, inputs, page.text)
            published.append(one)
            written += more
        else:
            intro, title = html, page.title
    return PublishedNarratives(
        intro=intro,
        title=title,
        pages=tuple(published),
        problems=(*found.problems, *dict.fromkeys(links.problems)),
        written=written + links.written,
    )


def leaks_of_narratives(job: Job, folder: Path | None) -> list[Problem]:
    """Of the pages and of the files beside them that these name. Raises as publishing them does."""
    if folder is None:
        return []
    found = _through_the_door(job, read_narratives(folder), folder.name)
    problems = [one for one in found.problems if one.leak]
    texts = "\n".join(unquote(page.text) for page in found.pages)
    for path, file in found.files.items():
        if path.rpartition("/")[2] in texts:
            with suppress(OSError):
                content = read_bytes(file, job.max_artifact_size)
                problems += job.door.policy.leaks(content, f"{folder.name}/{path}")
    return problems


def _through_the_door(job: Job, read: Narratives, label: str) -> Narratives:
    problems = list(job.door.clean(read.problems))
    pages = tuple(job.door.own(page, f"{label}/{page.path}", problems) for page in read.pages)
    return replace(read, pages=pages, problems=tuple(problems))


def _publish(job: Job, inputs: NarrativeInputs, text: str) -> tuple[PublishedNarrative, Written]:
    key = key_of(job.stamp, job.shared, inputs)
    address = addresses.narrative(inputs.name, key)
    if job.site.has(address):
        written = Written(reused=1)
    else:
        page = narrative_page(inputs, address=address, key=key)
        written = job.site.add(address, job.theme.render(page, job.shared))
    return PublishedNarrative(inputs.name, inputs.title, inputs.lede, key, text), written


class _DeadLink(Exception):
    """A link that leads nowhere; says why."""


class _Links:
    """Where the links of all pages lead, and what is wrong with them."""

    def __init__(self, job: Job, catalog: Catalog, label: str, found: Narratives) -> None:
        self._job = job
        self._things = _things(catalog)
        self._label = label
        self._found = found
        self._paths = {page.path: page for page in found.pages}
        self.texts: Mapping[str, Text] = {page.name: text_of(page) for page in found.pages}
        self.problems: list[Problem] = []
        self.written = Written()
        """By copying files that pages name."""

    def resolve(self, page: Narrative, target: str, is_picture: bool) -> str:
        """A link as the finished page has it; empty where it leads nowhere, which is noted."""
        try:
            if is_picture and target.startswith(ELSEWHERE):
                raise _DeadLink("pages show pictures that lie beside them alone")
            return self._resolved(page, target)
        except _DeadLink as dead:
            line = line_of(page, target)
            where = f"{self._label}/{page.path}" + (f", line {line}" if line else "")
            self.problems.append(Problem(where, f"The link to {target!r} is dead: {dead}.", FORMS))
            return ""

    def _resolved(self, page: Narrative, target: str) -> str:
        if target.startswith(ELSEWHERE):
            return target
        path, mark, anchor = target.partition("#")
        if not path:
            self._check_anchor(page, anchor)
            return target
        kind, colon, name = path.partition(":")
        if colon:
            return f"{SITE}{self._thing(kind, unquote(name))}{mark}{anchor}"
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), unquote(path)))
        other = self._paths.get(inside) or self._paths.get(posixpath.join(inside, "index.md"))
        if other is None:
            return f"{SITE}{self._file(inside)}"
        self._check_anchor(other, anchor)
        address = addresses.narrative(other.name) if other.name else addresses.HOME
        return f"{SITE}{address}{mark}{anchor}"

    def _check_anchor(self, page: Narrative, anchor: str) -> None:
        if anchor and unquote(anchor) not in self.texts[page.name].anchors:
            raise _DeadLink(f"{page.path} has no heading {anchor!r}")

    def _thing(self, kind: str, name: str) -> str:
        """The pointer to something of the report."""
        if kind not in self._things:
            raise _DeadLink(f"nobody knows what {kind}: is")
        if name not in self._things[kind]:
            raise _DeadLink(f"the report has no {kind} {name!r}")
        return self._things[kind][name]

    def _file(self, path: str) -> str:
        """A file beside the pages, copied; the address names the content."""
        if path not in self._found.files:
            raise _DeadLink("there is no such page or file")
        try:
            content = read_bytes(self._found.files[path], self._job.max_artifact_size)
        except OSError as error:
            raise _DeadLink(f"the file could not be read: {error.strerror}") from error
        if leaks := self._job.door.policy.leaks(content, f"{self._label}/{path}"):
            self.problems.extend(leaks)
            raise _DeadLink("the file holds a secret, so that it is not copied")
        content = self._shown(content)
        address = addresses.file(file_digest(content), stored_name(path, content))
        self.written += self._job.site.add(address, content)
        return address

    def _shown(self, content: bytes) -> bytes:
        """The content as the door lets it through."""
        shown = self._job.door.content(content)
        if shown is None:
            raise _DeadLink("the file names what is hidden, so that it is not copied")
        return shown


def _things(catalog: Catalog) -> Mapping[str, Mapping[str, str]]:
    """The pointers to what links may name, by kind and name; what was found first goes before."""
    experiments, projects = reversed(catalog.experiments), reversed(catalog.projects)
    return {
        "run": {one.id: addresses.run_pointer(one.id) for one in catalog.runs},
        "experiment": {
            name: addresses.experiment(one.key)
            for one in experiments
            for name in (one.name, one.key)
        },
        "model": {
            **{one.id: addresses.model(one.id) for one in catalog.models},
            **{one.name: addresses.registered_model(one.name) for one in catalog.registered_models},
        },
        "project": {
            name: addresses.project(one.path) for one in projects for name in (one.name, one.path)
        },
        "site": {one: one for one in LISTS},
    }
