"""What a registered model's page tells of its aliases from earlier report versions."""

import json
import re
import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from reportgen.analysis.facts import (
    Held,
    RegisteredFacts,
    RegisteredPast,
    ReportRef,
    named_json,
    registered_from,
)
from reportgen.analysis.history import MOST_HELD, Remembered, past_of
from reportgen.history import recall
from reportgen.model import ModelVersion, RegisteredModel
from reportgen.site.versions import read_history
from reportgen.views.registered_model import registered_model_page
from tests.sites import NOW, build_site

MARCH, APRIL = (
    ReportRef("march", "2026-03-12T08:00:00Z"),
    ReportRef("april", "2026-04-02T08:00:00Z"),
)


def a_model(**aliases: int) -> RegisteredModel:
    """Two versions, and which of them each alias means."""
    return RegisteredModel(
        "iris",
        versions=tuple(
            ModelVersion("iris", n, aliases=tuple(a for a, of in aliases.items() if of == n))
            for n in (1, 2)
        ),
    )


def remembered(report: ReportRef, past: RegisteredPast | None = None, **aliases: int) -> Remembered:
    return Remembered(report, {"iris": RegisteredFacts((1, 2), aliases, {}, past)})


def test_what_a_moved_alias_meant_ended_with_the_report_before() -> None:
    past = past_of(a_model(champion=2), remembered(MARCH, champion=1))

    assert past == RegisteredPast(MARCH, (Held("@champion", 1, MARCH),))


def test_where_nothing_moved_the_past_stays_as_it_was() -> None:
    known = RegisteredPast(MARCH, (Held("@champion", 1, MARCH),))

    assert past_of(a_model(champion=2), remembered(APRIL, known, champion=2)) == known


def test_an_alias_that_came_meant_no_version_before_and_one_that_went_means_none_after() -> None:
    past = past_of(a_model(blue=1), remembered(MARCH, green=1))

    assert past
    assert past.held == (Held("@blue", None, MARCH), Held("@green", 1, MARCH))


def test_a_model_that_no_report_had_has_no_past() -> None:
    assert past_of(a_model(), None) is None
    assert past_of(a_model(), Remembered(MARCH, {})) is None


def test_of_a_long_past_the_newest_is_kept() -> None:
    long = tuple(Held("@champion", n, MARCH) for n in range(MOST_HELD))

    past = past_of(a_model(champion=2), remembered(APRIL, RegisteredPast(MARCH, long), champion=1))

    assert past
    assert len(past.held) == MOST_HELD
    assert past.held[-1] == Held("@champion", 1, APRIL)


def test_what_is_remembered_is_read_back_the_same() -> None:
    facts = {
        "iris": RegisteredFacts((1,), {}, {}, RegisteredPast(MARCH, (Held("S", None, MARCH),)))
    }

    assert registered_from(json.loads(json.dumps(named_json(facts)))) == facts


def test_facts_of_the_first_report_versions_have_no_past() -> None:
    assert registered_from({"iris": {"versions": [1], "aliases": {}, "stages": {}}}) == {
        "iris": RegisteredFacts((1,))
    }


def test_the_page_tells_by_alias_what_it_meant_and_until_when() -> None:
    held = (
        Held("Production", 1, MARCH),
        Held("@champion", None, MARCH),
        Held("@champion", 1, APRIL),
    )

    page = registered_model_page(
        a_model(champion=2),
        address="registry/iris/k.html",
        key="k",
        links={},
        past=RegisteredPast(MARCH, held),
    )

    assert [(row.chip.text, row.version, row.until, row.report.href) for row in page.held] == [
        ("@champion", "v2", "", ""),
        ("@champion", "v1", "2 Apr 2026", "../../versions/april.html"),
        ("@champion", "no version", "12 Mar 2026", "../../versions/march.html"),
        ("Production", "no version", "", ""),
        ("Production", "v1", "12 Mar 2026", "../../versions/march.html"),
    ]
    assert str(page.held_note) == "as report versions since 12 Mar 2026 saw them"


class Registry:
    """A registry without runs, and the site of it, built a day apart."""

    def __init__(self, store: Path, folder: Path) -> None:
        self.mlruns = folder / "mlruns"
        shutil.copytree(store / "mlruns" / "models", self.mlruns / "models")
        (self.mlruns / "0").mkdir()
        shutil.copy(store / "mlruns" / "0" / "meta.yaml", self.mlruns / "0")
        self.site = folder / "_site"
        self._now = NOW

    def move(self, alias: str, version: int) -> None:
        """As `set_registered_model_alias` does it (`mlflow/store/model_registry/file_store.py`)."""
        path = self.mlruns / "models" / "iris-classifier" / "aliases" / alias
        path.write_text(str(version), "ascii")

    def describe(self, text: str) -> None:
        """Something else changed."""
        meta = next((self.mlruns / "models").glob("Gr*/meta.yaml"))
        meta.write_text(meta.read_text("utf-8") + f"description: {text}\n", "utf-8")

    def build(self) -> str:
        self._now += timedelta(days=1)
        return build_site(self.site, self.mlruns, now=self._now).version

    def page(self) -> str:
        """Of the model, in the newest report."""
        pointer = (self.site / "registry/iris-classifier/index.html").read_text("utf-8")
        found = re.search(r"[0-9a-f]{12}\.html", pointer)
        assert found
        return (self.site / "registry/iris-classifier" / found[0]).read_text("utf-8")


@pytest.fixture
def registry(stores: Mapping[str, Path], tmp_path: Path) -> Registry:
    return Registry(stores["v2.9-file"], tmp_path)


def test_a_site_that_grows_tells_where_an_alias_was(registry: Registry) -> None:
    first = registry.build()
    assert "Aliases and stages over time" not in registry.page()
    registry.move("champion", 2)

    second = registry.build()

    page = registry.page()
    assert "Aliases and stages over time" in page
    assert f'<a class="lnk" href="../../versions/{first}.html">{first}</a>' in page
    assert registry.build() == second  # told again, nothing is new
    assert len(read_history(registry.site).versions) == 2


def test_a_page_stays_while_other_things_change(registry: Registry) -> None:
    registry.build()
    registry.move("champion", 2)
    registry.build()
    before = registry.page()
    registry.describe("Large.")

    version = registry.build()

    assert len(read_history(registry.site).versions) == 3
    assert registry.page() == before
    past = recall(registry.site, version).registered["iris-classifier"].past
    assert past
    assert [(one.name, one.version) for one in past.held] == [("@champion", 1)]


def test_a_version_that_was_published_says_what_it_said(registry: Registry) -> None:
    registry.build()
    page = registry.page()
    registry.move("champion", 2)
    registry.build()

    pages = [path.read_text("utf-8") for path in registry.site.glob("registry/iris*/*.html")]

    assert page in pages
