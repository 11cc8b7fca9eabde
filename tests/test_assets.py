"""A site has the assets that its pages ask for: all of those, and no others."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from reportgen.theme import load_theme
from reportgen.versions import verify
from tests.sites import build_site, contents

ASSET = re.compile(rb"assets/[\w.-]+")


def asked(site: Path) -> dict[str, set[str]]:
    """Each page, and each script of the theme, with what it asks for."""
    return {
        address: {name.decode() for name in ASSET.findall(content)}
        for address, content in contents(site).items()
        if re.fullmatch(r"(?!files/).*\.html|assets/.*\.js", address)
    }


def there(site: Path) -> set[str]:
    return {f"assets/{path.name}" for path in (site / "assets").iterdir()}


def lacking(site: Path) -> dict[str, set[str]]:
    """The pages that ask for what is not there."""
    return {page: names - there(site) for page, names in asked(site).items() if names - there(site)}


def plain(names: set[str]) -> set[str]:
    """`assets/run.3f2a9c1b.js` → `run.js`."""
    return {re.sub(r"^assets/(\w+)\..*\.(\w+)$", r"\1.\2", name) for name in names}


@pytest.fixture(scope="module")
def told(stores: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a page of the user's own and a run of many metrics, whose address is known."""
    folder = tmp_path_factory.mktemp("told")
    shutil.copytree(stores["v1.0-file"] / "mlruns", folder / "mlruns")
    metrics = next((folder / "mlruns").glob("*/*/metrics"))
    for number in range(30):
        (metrics / f"m{number}").write_text("1600000000000 0.5 0\n1600000001000 0.25 1\n")
    (folder / "docs").mkdir()
    (folder / "docs" / "guide.md").write_text("# The guide\n")
    address = "https://lab.example"
    build_site(folder / "_site", folder / "mlruns", pages=folder / "docs", base_url=address)
    return folder / "_site"


def test_every_asset_that_a_page_asks_for_is_there_and_every_one_that_is_there_is_asked_for(
    site: Path, flow: Path, told: Path
) -> None:
    for one in (site, flow, told):
        assert lacking(one) == {}
        assert there(one) == set[str]().union(*asked(one).values())

    # So these sites have pages of all kinds: nothing of the theme is asked for by none of them.
    here = plain(there(site) | there(flow) | there(told))
    assert here == plain({f"assets/{name}" for name in load_theme().files}) | {"vega.js"}


def test_a_site_of_runs_alone_has_nothing_for_models_projects_and_pages(
    stores: Mapping[str, Path], tmp_path: Path
) -> None:
    shutil.copytree(stores["v1.0-file"] / "mlruns", tmp_path / "mlruns")
    for artifacts in (tmp_path / "mlruns").glob("*/*/artifacts"):
        shutil.rmtree(artifacts)

    build_site(tmp_path / "_site", tmp_path)

    unasked = {"model", "files", "registered", "builder", "narrative", "missing"}
    assert not {name.partition(".")[0] for name in plain(there(tmp_path / "_site"))} & unasked


def test_a_version_brings_what_those_before_it_had_no_use_for(
    stores: Mapping[str, Path], tmp_path: Path
) -> None:
    build_site(tmp_path / "_site", stores["v1.0-file"])
    before = contents(tmp_path / "_site" / "assets")

    build_site(tmp_path / "_site", stores["v1.0-file"], stores["mlproject-flow"])

    after = contents(tmp_path / "_site" / "assets")
    assert "builder.js" in plain({f"assets/{name}" for name in after.keys() - before.keys()})
    assert before.items() <= after.items()
    assert lacking(tmp_path / "_site") == {}
    assert verify(tmp_path / "_site")[1] == ()
    assert not (tmp_path / "_site" / ".digests").exists()


def test_an_asset_of_an_earlier_theme_stays_while_a_version_has_pages_of_it(
    stores: Mapping[str, Path], tmp_path: Path
) -> None:
    site, look = tmp_path / "_site", tmp_path / "look"
    build_site(site, stores["v1.0-file"])
    before = there(site)
    (look / "css").mkdir(parents=True)
    (look / "css" / "custom.css").write_text("h1 { color: teal }")

    build_site(site, stores["v1.0-file"], theme=str(look))

    assert before < there(site)
    assert lacking(site) == {}
    assert verify(site)[1] == ()
