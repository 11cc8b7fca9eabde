"""The page of what a site is: who made it, what it does not show, whose software is in it."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from msgspec import Struct

from reportgen.charts.third_party import LIBRARIES, LICENCES, Library
from reportgen.views import addresses, wording
from reportgen.views.page import Head, Link, Pair, head

THINGS = {
    "users": "Users",
    "hosts": "Hosts",
    "emails": "E-mail addresses",
    "paths": "Local paths",
}

TREATED = {
    "show": "shown as recorded",
    "shorten": "shortened: ~ for a home folder, the end of others",
    "hide": "hidden",
}

SELF_CONTAINED = (
    "Its pages need no server and no network: nothing is loaded from elsewhere, nobody is counted, "
    "and nothing that was recorded is run."
)


class Shown(Struct, frozen=True):
    """What a report does not show, as its settings have it."""

    treatments: Mapping[str, str]
    """`show`, `shorten` or `hide` of `users`, `hosts`, `emails` and `paths`."""

    words: int = 0
    """How many further words are hidden."""

    left_out: tuple[str, ...] = ()
    """Kinds of things of which some are left out by name: `params`; never which."""


class LicenceText(Struct, frozen=True):
    name: str
    text: str


class AboutPage(Struct, frozen=True):
    template: ClassVar[str] = "about.html"

    head: Head
    ledes: tuple[str, ...]
    shown: tuple[Pair, ...]
    libraries: tuple[Library, ...]
    note: str
    notices: Link
    licences: tuple[LicenceText, ...]


def about_page(generator: str, shown: Shown, address: str = addresses.ABOUT) -> AboutPage:
    """`generator` is what made the site, with its version: `reportgen 0.1.0`."""
    return AboutPage(
        head=head(address, "about", "About this site", description=f"Made by {generator}."),
        ledes=(
            f"{generator} made this report of what MLflow recorded: experiments, runs, models.",
            SELF_CONTAINED,
        ),
        shown=tuple(_shown(shown)),
        libraries=LIBRARIES,
        note=f"{wording.count(len(LIBRARIES), 'library', 'libraries')}, of the live charts",
        notices=Link("THIRD-PARTY.txt", addresses.relative(addresses.NOTICES, address)),
        licences=tuple(LicenceText(name, text) for name, text in LICENCES.items()),
    )


def _shown(shown: Shown) -> Sequence[Pair]:
    pairs = [Pair("Secrets", "covered; a file that holds one is not copied")]
    pairs += [Pair(THINGS[kind], TREATED[how]) for kind, how in shown.treatments.items()]
    if shown.words:
        pairs.append(Pair("Further words", f"{wording.count(shown.words, 'word')} hidden"))
    left = ", ".join(shown.left_out)
    pairs.append(Pair("Left out by name", f"some {left}" if left else "nothing"))
    return pairs
