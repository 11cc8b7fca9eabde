"""What pages may weigh and hold, on any machine. For times see `python -m tests.budgets`."""

import csv
import gzip
import io
import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.report import Report
from tests.budgets import pages
from tests.budgets.made_up import MadeUp, build_made_up
from tests.once import made_once

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def many_runs(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """250 runs of one experiment; their own pages are not there."""
    folder = made_once(
        tmp_path_factory,
        "many-runs",
        lambda made: build_made_up(made / "site", MadeUp(250, 4, 300), pages_of_runs=False),
    )
    return Report(folder / "site")


@pytest.mark.parametrize(("kind", "most"), [("run", 58), ("model", 37)])
def test_a_page_weighs_little_and_loads_no_chart_library(
    browser: Any, report: Report, kind: str, most: int
) -> None:
    root = report.folder.as_uri()
    weighed = [pages.weight(browser, f"{root}/{page}") for page in report.kinds[kind][:2]]

    assert max(weight for weight, _ in weighed) < most
    assert not for_live_charts(report) & {name for _, names in weighed for name in names}


def for_live_charts(report: Report) -> set[str]:
    """The chart library and the templates, which are loaded when a chart is pointed at."""
    page = report.text(report.kinds["run"][0])
    return {Path(each).name for each in re.findall(r'data-(?:charts|vega)="([^"]+)"', page)}


def test_an_experiment_of_250_runs_weighs_little_with_its_data(
    browser: Any, many_runs: Report
) -> None:
    page = many_runs.kinds["experiment"][0]
    weight, names = pages.weight(browser, f"{many_runs.folder.as_uri()}/{page}")

    assert weight < 116
    assert Path(page).with_suffix(".js").name in names


def test_what_a_table_does_not_show_at_first_comes_when_it_is_wanted(
    page: Any, many_runs: Report
) -> None:
    """The values of 250 runs lie in files of a few runs each."""
    address = many_runs.kinds["experiment"][0]
    page.goto(f"{many_runs.folder.as_uri()}/{address}")
    page.wait_for_function("() => window.RG && RG.store")

    ids = page.evaluate(
        "() => RG.store.columns.filter((c) => c.isInRows && c.type !== 'k').map((c) => c.id)"
    )
    told = page.evaluate(
        """async (ids) => {
          await RG.store.load(ids);
          return RG.store.columns
            .filter((c) => ids.includes(c.id))
            .map((c) => [c.id, [...RG.store.allRows()].map((row) => c.exact(row))]);
        }""",
        ids,
    )

    packed = many_runs.folder / address.replace(".html", ".csv.gz")
    rows = list(csv.DictReader(io.StringIO(gzip.decompress(packed.read_bytes()).decode())))
    assert len(ids) > 10
    for id, values in told:
        if id in rows[0] and not id.startswith("attributes."):
            assert values == [row[id] for row in rows], id


def test_the_chart_library_is_one_file_of_at_most_310_kilobytes(report: Report) -> None:
    (library,) = report.folder.glob("assets/vega*.js")

    assert pages.compressed(str(library)) < 310_000


@pytest.mark.parametrize("kind", ["run", "experiment", "model"])
def test_a_page_comes_without_a_jump_and_holds_little(
    browser: Any, report: Report, kind: str
) -> None:
    with pages.opened(browser, f"{report.folder.as_uri()}/{report.kinds[kind][0]}") as opened:
        shifts, heap = opened.shifts(), opened.heap()

    assert shifts < 0.02
    assert heap < 3


def test_ten_thousand_runs_are_a_table_of_few_elements_and_megabytes(
    browser: Any, tmp_path: Path
) -> None:
    build_made_up(tmp_path, MadeUp(10_000), pages_of_runs=False)
    page = Report(tmp_path).kinds["experiment"][0]
    rows = "#runs-host [role$=grid] tbody tr[data-position]"
    with pages.opened(browser, f"{tmp_path.as_uri()}/{page}") as opened:
        opened.page.locator(rows).first.wait_for()

        assert opened.page.locator(rows).count() < 100
        assert opened.heap() < 12
