"""What all pages share: the head, the way up, and small things that recur."""

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from markupsafe import Markup
from msgspec import Struct

from reportgen.errors import Problem
from reportgen.model import RunStatus
from reportgen.views import addresses


class Link(Struct, frozen=True):
    """A text that leads somewhere; `href` is relative to the page, empty for no link."""

    text: str
    href: str = ""


class Head(Struct, frozen=True):
    """What base.html needs of every page, apart from its content."""

    title: str
    kind: str
    """`run`, `experiment`, …: for the page's scripts."""

    root: str
    """The way to the site's root: '', '../', '../../'."""

    crumbs: tuple[Link, ...] = ()
    """The way up, below home, ending with the page itself."""

    description: str = ""
    id: str = ""
    key: str = ""
    data: str = ""
    """The page's data file, relative to the page; empty when it has none."""

    charts: str = ""
    """The file of what its live charts need, where that is not in `data`."""

    scripts: tuple[str, ...] = ("report",)
    """Those that the page needs, by the names that the theme has for them (`theme.SCRIPTS`)."""

    styles: tuple[str, ...] = ()
    """Stylesheets beside that of all pages (`theme.STYLES`)."""

    @property
    def frame(self) -> "Frame":
        return Frame(self.root, self.scripts, self.styles)


class Frame(Struct, frozen=True):
    """What is the same for all pages of a kind; what is made of it is made once."""

    root: str
    scripts: tuple[str, ...]
    styles: tuple[str, ...]


def head(  # noqa: PLR0913 (each is one thing a head says)
    address: str,
    kind: str,
    title: str,
    crumbs: Sequence[tuple[str, str]] = (),
    *,
    description: str = "",
    id: str = "",
    key: str = "",
    data: bool = False,
    charts: bool = False,
    scripts: Sequence[str] = (),
    later: Sequence[str] = (),
) -> Head:
    """The head of the page at `address`; `crumbs` are (text, address) above the page, `scripts`
    what it needs beside the script of all pages, `later` those that its sections load, whose styles
    it needs at once."""
    way = tuple(Link(text, addresses.relative(target, address)) for text, target in crumbs)
    return Head(
        title=title,
        kind=kind,
        root=addresses.root(address),
        crumbs=(*way, Link(title)) if kind != "home" else (),
        description=description or title,
        id=id,
        key=key,
        data=addresses.data(address).rsplit("/", 1)[-1] if data else "",
        charts=addresses.charts(address).rsplit("/", 1)[-1] if charts else "",
        scripts=("report", *scripts),
        styles=(*scripts, *later),
    )


class Chip(Struct, frozen=True):
    """A small coloured word with an icon: state is never told by colour alone."""

    text: str
    tone: str = ""
    """`ok`, `bad`, `run`, `warn`, `acc` or nothing."""

    icon: str = ""


@lru_cache(maxsize=4096)  # the parameters and metrics of one run are those of the next
def anchor_of(name: str) -> str:
    """A name as it ends an address."""
    return quote(name, safe="/")


STATUS = {
    RunStatus.FINISHED: Chip("Finished", "ok", "check"),
    RunStatus.FAILED: Chip("Failed", "bad", "x"),
    RunStatus.RUNNING: Chip("Running", "run", "play"),
    RunStatus.SCHEDULED: Chip("Scheduled", "run", "clock"),
    RunStatus.KILLED: Chip("Killed", "warn", "stop"),
    RunStatus.UNKNOWN: Chip("Status unknown", "warn", "help"),
}
DELETED = Chip("Deleted", "warn", "trash")


def run_chips(status: RunStatus, deleted: bool) -> tuple[Chip, ...]:
    return (STATUS[status], DELETED) if deleted else (STATUS[status],)


class Fact(Struct, frozen=True):
    """One of the small facts under a title."""

    icon: str
    text: str
    href: str = ""
    code: bool = False
    title: str = ""


class Pair(Struct, frozen=True):
    """A name and what it is, as in a table of parameters or tags."""

    name: str
    value: str
    href: str = ""
    marked: bool = False

    @property
    def anchor(self) -> str:
        """Names its row in an address: `#param:optimizer/lr`."""
        return anchor_of(self.name)

    @property
    def long(self) -> bool:
        """True where the value needs a box of its own to scroll in."""
        return len(self.value) > 240 or self.value.count("\n") > 6


class Code(Struct, frozen=True):
    """A piece of code or a command to copy."""

    title: str
    html: Markup
    """Coloured; the text of it is what is copied."""

    language: str = ""


class Section(Struct, frozen=True):
    """An entry of the page's own navigation."""

    id: str
    text: str
    count: str = ""


class Tile(Struct, frozen=True):
    """A headline number."""

    name: str
    value: str
    note: str
    spark: Markup
    tone: str = ""


class ProblemRow(Struct, frozen=True):
    """A problem as a page lists it."""

    path: str
    what: str
    hint: str
    count: int = 1
    """How many problems it stands for."""


MOST_PROBLEMS = 200
"""Of one thing that a page lists."""


def problem_rows(problems: Sequence[Problem]) -> tuple[ProblemRow, ...]:
    shown = problems[:MOST_PROBLEMS]
    rows = tuple(ProblemRow(found.path, found.what, found.hint) for found in shown)
    left = len(problems) - len(shown)
    if not left:
        return rows
    said = f"And {left:,} more, which are not listed here."
    return (*rows, ProblemRow("", said, "`reportgen build --verbose` names them all.", left))
