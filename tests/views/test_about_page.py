"""The page about a site: what it shows, and whose software is in it."""

from pathlib import Path

from reportgen.guard.privacy import Privacy
from reportgen.views.about import THINGS, Shown, about_page
from tests.sites import pages

USUAL = {"users": "show", "hosts": "show", "emails": "show", "paths": "shorten"}


def said(**changes: object) -> dict[str, str]:
    page = about_page("reportgen 1.0", Shown(**{"treatments": USUAL, **changes}))
    return {pair.name: pair.value for pair in page.shown}


def test_it_says_what_made_the_site() -> None:
    assert "reportgen 1.0" in about_page("reportgen 1.0", Shown(USUAL)).ledes[0]


def test_it_says_what_becomes_of_each_kind_of_thing() -> None:
    assert {"Users": "shown as recorded", "Left out by name": "nothing"}.items() <= said().items()
    assert said(treatments={**USUAL, "users": "hide"})["Users"] == "hidden"


def test_it_knows_all_that_can_be_set() -> None:
    assert {*THINGS, "words"} == set(Privacy.__slots__)


def test_it_counts_words_and_names_kinds_and_tells_neither() -> None:
    told = said(words=2, left_out=("runs", "params"))

    assert told["Further words"] == "2 words hidden"
    assert told["Left out by name"] == "some runs, params"


def test_it_has_the_name_version_and_licence_of_each_library_and_the_texts() -> None:
    page = about_page("reportgen 1.0", Shown(USUAL))
    vega = next(one for one in page.libraries if one.name == "vega")

    assert (vega.version[:2], vega.licence) == ("6.", "BSD 3-Clause")
    assert {one.name for one in page.licences} == {"BSD 3-Clause", "ISC", "MIT"}
    assert all("THE SOFTWARE" in one.text or "THIS SOFTWARE" in one.text for one in page.licences)


def test_every_page_leads_to_it(site: Path) -> None:
    found = pages(site)

    assert "about.html" in found
    assert all("about.html" in page for page in found.values() if "<footer>" in page)
