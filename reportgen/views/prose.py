"""Notes and descriptions: Markdown of strangers, made into HTML that can do nothing.

The converter, a CommonMark one, takes time in proportion to the text, whatever the text is.
"""

import re
from collections.abc import Mapping, Sequence, Set
from functools import cache
from typing import TYPE_CHECKING, Any

import nh3
from markupsafe import Markup
from msgspec import Struct

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token

TAGS = frozenset(
    "a abbr b blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p "
    "pre q s small span strong sub sup table tbody td th thead tr u ul".split()
)
MOST_TEXT = 200_000
"""Characters; a longer text is shown as it is written."""

ATTRIBUTES = {"a": {"href", "title"}, "th": {"align"}, "td": {"align"}, "ol": {"start"}}


_IMAGE = re.compile(r'<img\b[^<>]{0,1000}?\balt="([^"<>]{0,1000})"[^<>]{0,1000}>')


@cache
def _converter(*, footnotes: bool = False) -> "MarkdownIt":
    from markdown_it import MarkdownIt  # late: most notes need no converter
    from mdit_py_plugins.footnote import footnote_plugin

    made = MarkdownIt("commonmark", {"html": True, "xhtmlOut": False}).enable("table")
    for cell in ("th_open", "td_open"):
        made.add_render_rule(cell, _aligned)
    return made.use(footnote_plugin) if footnotes else made


def _aligned(
    self: "RendererHTML",
    tokens: "Sequence[Token]",
    index: int,
    options: Mapping[str, Any],
    env: Mapping[str, Any],
) -> str:
    """A cell of a table: aligned by an attribute, as a page takes no styles."""
    style = str(tokens[index].attrs.pop("style", ""))
    if style:
        tokens[index].attrSet("align", style.removeprefix("text-align:"))
    return self.renderToken(tokens, index, options, env)  # type: ignore[arg-type]


def prose(text: str) -> Markup:
    """Untrusted Markdown as safe HTML: no images, scripts or styles; headings start at h3.

    Images are left out since a page shows nothing from elsewhere; their text stays.
    """
    if not text.strip():
        return Markup("")
    if len(text) > MOST_TEXT:
        return Markup("<pre>{}</pre>").format(text)
    return Markup(_lowered(_plain(text) or _converted(text)))


def _converted(text: str) -> str:
    return nh3.clean(
        _IMAGE.sub(r"\1", _converter().render(text)).strip(),
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


_LINE = r"""(?:["'(“]?[^\W\d_](?:(?:[ .,;:!?'"()/%+=–—’“”…-]|&(?= ))*[^\W_])*[.,;:!?'")%’”…]*)"""
_PLAIN = re.compile(rf"(?P<level>#{{1,6}}) (?P<title>{_LINE})|{_LINE}(?:\n{_LINE})*")


def _plain(text: str) -> str:
    """As `_converted`, for words, headings and paragraphs alone: what most notes are. Others are
    not told, '' then; the converter needs a millisecond for them."""
    made = []
    for block in re.split(r"\n{2,}", text.strip("\n")):
        found = _PLAIN.fullmatch(block)
        if not found:
            return ""
        tag = f"h{len(found['level'])}" if found["level"] else "p"
        words = (found["title"] or block).replace("&", "&amp;")
        made.append(f"<{tag}>{words}</{tag}>")
    return "\n".join(made)


AUTHORS_SCHEMES = {"run", "experiment", "model", "project", "site"}
"""Links to things of the report: see `reportgen.narratives`."""


def authored(text: str) -> Markup:
    """Markdown of the user's own pages as safe HTML: pictures too, and code with its language;
    headings start at h2."""
    if len(text) > MOST_TEXT:
        return Markup("<pre>{}</pre>").format(text)
    clean = nh3.clean(
        _converter(footnotes=True).render(text).strip(),
        tags={*TAGS, "img"},
        attributes={
            **{tag: set(names) for tag, names in ATTRIBUTES.items()},
            "img": {"src", "alt"},
            "code": {"class"},
            "a": {*ATTRIBUTES["a"], "id"},
            "li": {"id"},
        },
        url_schemes={"http", "https", "mailto", *AUTHORS_SCHEMES},
        link_rel="noopener noreferrer",
    )
    return Markup(_lowered(clean, 2))


class Heading(Struct, frozen=True):
    """A heading of a text, with the id by which it is linked to."""

    id: str
    text: str
    level: int
    """2 to 6."""


_HEADING = re.compile(r"<h([2-6])>(.*?)</h\1>", re.S)


def with_anchors(
    html: Markup, prefix: str = "", reserved: Set[str] = frozenset()
) -> tuple[Markup, tuple[Heading, ...]]:
    """A text whose headings have ids that stay, none of them `reserved`, and links to them; and
    these headings."""
    headings: list[Heading] = []

    def named(found: re.Match[str]) -> str:
        inside = Markup(found[2])
        title = inside.striptags()
        taken = {heading.id for heading in headings}
        name = id = prefix + (re.sub(r"\W+", "-", title.lower()).strip("-")[:60] or "x")
        number = len(taken)
        while id in taken or id in reserved:
            id, number = f"{name}-{number}", number + 1
        headings.append(Heading(id, title, int(found[1])))
        # A link within a link is none: contents have the words of a heading alone.
        link = Markup('<a class="anchor" href="#{}" aria-label="Link to {}">#</a>')
        heading = Markup('<h{0} id="{1}">{2}{3}</h{0}>')
        return heading.format(found[1], id, inside, link.format(id, title))

    return Markup(_HEADING.sub(named, str(html))), tuple(headings)


MANY_HEADINGS = 3
"""A note with as many begins with a list of them."""


def note_prose(text: str) -> Markup:
    """The note of a page: as `prose`, its headings with ids that stay, a long one with contents.

    For one text of a page: the ids would meet those of another.
    """
    whole, headings = with_anchors(prose(text), "note-")
    if len(headings) < MANY_HEADINGS:
        return whole
    entry = Markup('<p class="in{}"><a class="lnk" href="#{}">{}</a></p>')
    entries = [entry.format(one.level - 2, one.id, one.text) for one in headings]
    contents = Markup('<nav class="toc" aria-label="In these notes">{}</nav>')
    return contents.format(Markup("").join(entries)) + whole


def _lowered(html: str, top: int = 3) -> str:
    """A page has one h1, and h2 for its sections: a note begins at h3 and skips no level."""
    used = sorted(set(re.findall(r"<h([1-6])", html)))
    level = {old: str(min(6, top + place)) for place, old in enumerate(used)}
    return re.sub(r"(</?h)([1-6])", lambda found: found[1] + level.get(found[2], "6"), html)


OPENING = 4000
"""Characters within which a note has to come to its first sentence."""


def first_sentence(text: str, most: int = 180) -> str:
    """The opening of a note as plain text, for the line under a title or in a list."""
    for block in re.split(r"\n\s*\n", text.strip()[:OPENING]):
        plain = "\n".join(line for line in block.splitlines() if not line.startswith("#")).strip()
        if plain.startswith(("|", "```", "---", "- ", "* ")):
            continue
        plain = re.sub(r"<[^>]*>", "", plain)
        plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", plain)
        plain = " ".join(re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", plain).split())
        if plain:
            return _cut(plain, most)
    return ""


def _cut(text: str, most: int) -> str:
    sentence = re.match(r".+?[.!?](?=\s|$)", text)
    if sentence and len(sentence[0]) <= most:
        return sentence[0]
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"
