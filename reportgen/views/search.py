"""The page that searches the whole site; what it finds comes from the files of the index."""

from typing import ClassVar

from msgspec import Struct

from reportgen.views import addresses
from reportgen.views.page import Head, Link, head


class SearchPage(Struct, frozen=True):
    """A field, and a way without scripts."""

    template: ClassVar[str] = "search.html"

    head: Head
    lede: str
    lists: tuple[Link, ...]
    """What can be read instead where there are no scripts."""


def search_page(address: str = addresses.SEARCH) -> SearchPage:
    lists = (
        ("All experiments", addresses.HOME),
        ("All models", addresses.MODELS),
        ("Registered models", addresses.REGISTRY),
        ("Projects", addresses.PROJECTS),
    )
    return SearchPage(
        head=head(
            address,
            "search",
            "Search",
            description="Search in all experiments, runs, models and projects of this report.",
            scripts=("search",),
            later=("asides",),
        ),
        lede="Words of names, ids, parameters, tags, notes, users, commits. Numbers are found with "
        "their parameter: lr=0.01 or lr 0.01.",
        lists=tuple(Link(text, addresses.relative(place, address)) for text, place in lists),
    )
