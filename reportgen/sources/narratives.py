"""The user's own pages: a folder of Markdown files, with the pictures and files that they name.

    index.md            what the front page begins with
    guide.md            a page; its title is its first heading of the first level
    guide/index.md      the same page, for one that has others below it
    guide/watch.md      a page below it

A file may begin with lines between two `---`, YAML with `title:`, `description:` (a sentence for
lists) and `order:` (a number; pages are in the order of these, then of their names).
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from reportgen.errors import Problem, ReportError
from reportgen.model import Narrative
from reportgen.sources.artifacts import walk
from reportgen.sources.plain import from_yaml
from reportgen.sources.small_files import hint_of, read_bytes

MOST_BYTES = 1_000_000
"""Of one page."""

UNORDERED = 1000.0
"""Where a page comes that has no `order:`."""

_FRONT = re.compile(r"---[ \t]*\r?\n(.*?\r?\n)?---[ \t]*(\r?\n|$)", re.DOTALL)
_TITLE = re.compile(r"\s*# +([^\n]+)(\n|$)")
_FENCES = re.compile(r"(?ms)^```.*?^```")


@dataclass(frozen=True, slots=True)
class Narratives:
    """All that a folder of pages holds."""

    pages: tuple[Narrative, ...] = ()
    """In their order."""

    files: Mapping[str, str] = field(default_factory=dict)
    """Every other file: where it is, by its path in the folder."""

    problems: tuple[Problem, ...] = ()


def read_narratives(folder: Path) -> Narratives:
    """The pages of a folder. Raises ReportError where there is no such folder."""
    if not folder.is_dir():
        raise ReportError(
            f"There is no folder {folder} with pages.", hint="Name one with --pages, or none."
        )
    found, skipped = walk(folder)
    problems = [replace(one, path=f"{folder.name}/{one.path}".rstrip("/")) for one in skipped]
    pages: dict[str, Narrative] = {}
    files = {}
    for artifact in found:
        if any(part.startswith(".") for part in artifact.path.split("/")):
            continue
        if not artifact.path.endswith(".md"):
            files[artifact.path] = artifact.file
            continue
        page = _read(folder, artifact.path, problems)
        if page.name in pages:
            what = f"Has the address of {pages[page.name].path}, which is shown."
            problems.append(Problem(f"{folder.name}/{page.path}", what, "Rename one of them."))
        pages.setdefault(page.name, page)
    ordered = sorted(pages.values(), key=lambda one: tuple(_place(one, pages)))
    return Narratives(tuple(ordered), files, tuple(problems))


def _place(page: Narrative, pages: Mapping[str, Narrative]) -> Iterator[tuple[float, str]]:
    """The order of a page: that of the pages above it first."""
    parts = page.name.split("/")
    for depth in range(1, len(parts) + 1):
        name = "/".join(parts[:depth])
        above = pages.get(name)
        yield (above.order if above else UNORDERED), name


def _read(folder: Path, path: str, problems: list[Problem]) -> Narrative:
    label = f"{folder.name}/{path}"
    text = _text(folder / path, label, problems)
    front, body = _parted(text, label, problems)
    first_line = text[: len(text) - len(body)].count("\n")
    title = front.get("title")
    headed = _TITLE.match(body)
    if headed:
        first_line += body[: headed.end()].count("\n")
        body = body[headed.end() :]
    name = posixpath.splitext(path)[0]
    name = "" if name == "index" else name.removesuffix("/index")
    order = front.get("order")
    return Narrative(
        name=name,
        path=path,
        title=str(title or (headed[1].rstrip(" #\r").strip() if headed else "") or _named(name)),
        text=body,
        description=str(front.get("description") or ""),
        order=_order(order),
        first_line=first_line,
    )


def _order(said: object) -> float:
    try:
        return float(said) if isinstance(said, int | float) else UNORDERED
    except OverflowError:  # a whole number of hundreds of digits
        return UNORDERED


def _text(path: Path, label: str, problems: list[Problem]) -> str:
    try:
        return read_bytes(str(path), MOST_BYTES).decode("utf-8-sig", "replace")
    except OSError as error:
        problems.append(
            Problem(label, f"The page could not be read: {error.strerror}.", hint_of(error))
        )
        return ""


def _parted(text: str, label: str, problems: list[Problem]) -> tuple[dict[str, object], str]:
    """What stands between the two `---`, and the rest."""
    found = _FRONT.match(text)
    if found is None:
        return {}, text
    try:
        front = from_yaml(found[1] or "")
    except ValueError as error:
        what = f"What stands between its --- is no YAML: {error}"
        problems.append(Problem(label, what, "Write lines like `title: Results` there."))
        front = {}
    known = {"title", "description", "order"}
    named = dict(front) if isinstance(front, dict) else {}
    unknown = sorted(str(key) for key in named.keys() - known)
    if unknown:
        what = f"Nobody knows what {', '.join(unknown)} should mean for a page."
        problems.append(Problem(label, what, "A page has a title, a description and an order."))
    return named, text[found.end() :]


def _named(name: str) -> str:
    """A title for a page without one: `getting-started` is "Getting started"."""
    return re.sub(r"[-_]+", " ", name.rpartition("/")[2]).strip().capitalize() or "Home"


def line_of(page: Narrative, target: str) -> int:
    """The line of a page's file, from 1, in which a link names its target; 0 if it is not found.

    What stands in blocks of code is no link.
    """
    text = _FENCES.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), page.text)
    place = text.find(target)
    return page.first_line + text[:place].count("\n") + 1 if place >= 0 else 0
