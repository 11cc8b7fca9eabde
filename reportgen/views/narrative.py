"""A page of the user's own: Markdown with headings to link to, code in colours, links that hold."""

import html
import re
from collections.abc import Callable, Mapping
from typing import ClassVar

from markupsafe import Markup
from msgspec import Struct
from pygments.util import ClassNotFound

from reportgen.model import Narrative
from reportgen.views import addresses
from reportgen.views.code import code
from reportgen.views.page import Head, Link, head
from reportgen.views.prose import Heading, authored, first_sentence, with_anchors

SITE = "site:/"
"""Begins links to addresses of the site until it is known from where: see `placed`."""

TAKEN = frozenset({"main", "pages", "experiments", "newest", "models", "projects"})
"""Ids that the page has already, or the front page."""

_BLOCK = re.compile(r'<pre><code(?: class="language-([\w+#-]+)")?>(.*?)</code></pre>', re.DOTALL)
_LINK = re.compile(r'(<a\b[^>]*?) ?\bhref="([^"]*)"')
_PICTURE = re.compile(r"<img\b[^>]*>")
_PLACED = re.compile(rf'"{SITE}([^"]*)"')


class Text(Struct, frozen=True):
    """The text of a page as HTML that can do nothing, with its links as they were written."""

    html: Markup
    headings: tuple[Heading, ...]

    @property
    def anchors(self) -> frozenset[str]:
        """Every id that a link may name: headings, and footnotes."""
        return frozenset(re.findall(r' id="([^"]*)"', self.html))


def text_of(narrative: Narrative) -> Text:
    """The Markdown of a page."""
    whole = Markup(_BLOCK.sub(_coloured, str(authored(narrative.text))))
    return Text(*with_anchors(whole, reserved=TAKEN))


def _coloured(found: re.Match[str]) -> str:
    """A block of code as everywhere in the report: in colours, with a button that copies it."""
    text, language = html.unescape(found[2]), found[1] or "text"
    try:
        made = code("", text, language)
    except ClassNotFound:
        made, language = code("", text, "text"), "text"
    label = "Code" if language == "text" else language
    return Markup(
        '<div class="code"><div class="bar0"><span>{0}</span><button class="cp" type="button" '
        'data-copy-pre aria-label="Copy: {0}"><i class="i i-copy s"></i>'
        "<span>Copy</span></button></div>"
        '<pre tabindex="0" role="region" aria-label="{0}"><code>{1}</code></pre></div>'
    ).format(label, made.html)


def linked(text: Markup, resolve: Callable[[str, bool], str]) -> Markup:
    """With every link turned into what `resolve` makes of it, which is also told whether a picture
    is meant. An empty one is no link any more, a picture its words alone."""

    def turned(found: re.Match[str]) -> str:
        target = resolve(html.unescape(found[2]), False)
        return f'{found[1]} href="{html.escape(target)}"' if target else found[1]

    def shown(found: re.Match[str]) -> str:
        source, words = (_attribute(found[0], name) for name in ("src", "alt"))
        target = resolve(source, True) if source else ""
        made = Markup('<img src="{}" alt="{}" loading="lazy">')
        return made.format(target, words) if target else str(Markup("{}").format(words))

    return Markup(_PICTURE.sub(shown, _LINK.sub(turned, text)))


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf' {name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


def placed(text: Markup, address: str) -> Markup:
    """With the links into the site as the page at `address` has to name them."""

    def relative(found: re.Match[str]) -> str:
        target, mark, anchor = html.unescape(found[1]).partition("#")
        return f'"{html.escape(addresses.relative(target, address))}{mark}{html.escape(anchor)}"'

    return Markup(_PLACED.sub(relative, text))


class NavEntry(Struct, frozen=True):
    """A page in the list of pages."""

    name: str
    title: str

    @property
    def level(self) -> int:
        """How many pages it lies below."""
        return self.name.count("/")


class NarrativeInputs(Struct, frozen=True):
    """All that a page is made of."""

    name: str
    title: str
    lede: str
    html: Markup
    """With links as `linked` leaves them."""

    headings: tuple[Heading, ...]
    nav: tuple[NavEntry, ...]
    """All pages but the front page, in their order."""


class NavLink(Struct, frozen=True):
    link: Link
    level: int
    here: bool


class NarrativePage(Struct, frozen=True):
    """Everything narrative.html may say."""

    template: ClassVar[str] = "narrative.html"

    head: Head
    title: str
    html: Markup
    headings: tuple[Heading, ...]
    nav: tuple[NavLink, ...]
    before: Link
    after: Link


def narrative_page(inputs: NarrativeInputs, *, address: str, key: str) -> NarrativePage:
    names = [entry.name for entry in inputs.nav]
    place = names.index(inputs.name)

    def link(entry: NavEntry) -> Link:
        target = addresses.narrative(entry.name)
        return Link(entry.title, addresses.relative(target, address))

    return NarrativePage(
        head=head(
            address,
            "narrative",
            inputs.title,
            _above(inputs),
            description=inputs.lede,
            id=addresses.slug(addresses.narrative_id(inputs.name)),
            key=key,
            later=("narrative",),
        ),
        title=inputs.title,
        html=placed(inputs.html, address),
        headings=tuple(one for one in inputs.headings if one.level <= 3),
        nav=tuple(NavLink(link(one), one.level, one.name == inputs.name) for one in inputs.nav),
        before=link(inputs.nav[place - 1]) if place else Link(""),
        after=link(inputs.nav[place + 1]) if place + 1 < len(names) else Link(""),
    )


def _above(inputs: NarrativeInputs) -> list[tuple[str, str]]:
    """The pages above a page, for the way up."""
    titles: Mapping[str, str] = {entry.name: entry.title for entry in inputs.nav}
    parts = inputs.name.split("/")
    names = ("/".join(parts[:depth]) for depth in range(1, len(parts)))
    return [(titles[name], addresses.narrative(name)) for name in names if name in titles]


def lede_of(narrative: Narrative) -> str:
    """The page in a sentence, for lists and search engines."""
    return narrative.description or first_sentence(narrative.text)
