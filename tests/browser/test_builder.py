"""The builder of an `mlflow run`: what it says is what a shell hands on, whatever is typed."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.browser.report import PHONE, expect
from tests.browser.test_accessibility import ALL_BUT_CONTRAST, contrasts_too_low, violations

pytestmark = pytest.mark.browser

TELLING = """\
mlflow() { printf '%s\\0' "$@"; }
python() { printf '%s\\0' "$@"; }
"""
"""In a shell: both commands tell the words that they were given."""


@pytest.fixture
def project(page: Any, flow: Path) -> Any:
    """The page of the project `flow`, from disk."""
    (address,) = (
        path
        for path in flow.glob("projects/lab-flow*/*.html")
        if re.fullmatch(r"\w{12}\.html", path.name)
    )
    page.goto(address.as_uri())
    return page


def entry(page: Any, name: str) -> Any:
    return page.locator(f'[data-entry="{name}"]')


def words(page: Any, name: str, output: str = "mlflow") -> list[str]:
    """What a shell hands to the command that the builder of an entry point says."""
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("no bash found")
    command = entry(page, name).locator(f"[data-output={output}] pre").inner_text()
    told = subprocess.check_output([shell, "-c", TELLING + command], encoding="utf-8")
    return told.split("\0")[:-1]


def fill(page: Any, name: str, **values: str) -> None:
    for parameter, value in values.items():
        entry(page, name).get_by_label(f"Value of {parameter}").fill(value)


def options(page: Any, name: str) -> Any:
    entry(page, name).get_by_text("Options").click()
    return entry(page, name)


def test_untouched_it_says_what_the_page_says_without_scripts(project: Any) -> None:
    for name in ("main", "fetch", "train", "evaluate"):
        built = entry(project, name).locator("[data-output=mlflow] pre").text_content()
        written = entry(project, name).locator("[data-unbuilt] pre").first.text_content()
        assert built == written


HOSTILE = (
    *("two words", "it's", "''", "-", "$HOME $(touch x) `id`", '"; rm -rf / #', "a\\'b\\"),
    *("!! * ? [a] {b} ~ | & < >", "größe 😀 \u00a0", "{alpha}", "%s"),
)


def test_any_value_arrives_as_it_was_typed(project: Any) -> None:
    fill(project, "train", data="s3://x")
    arrived = []
    for value in HOSTILE:
        fill(project, "train", note=value)
        arrived.append((words(project, "train")[-1], words(project, "train", "plain")[-1]))

    assert arrived == [(f"note={value}", value) for value in HOSTILE]


def test_only_what_is_changed_or_needed_is_given(project: Any) -> None:
    fill(project, "train", data="s3://x", alpha="0.5")

    given = words(project, "train")
    assert given == ["run", "lab/flow", "-e", "train", "-P", "data=s3://x", "-P", "alpha=0.5"]


def test_every_parameter_can_be_given(project: Any) -> None:
    entry(project, "train").get_by_role("checkbox").check()

    assert [word for word in words(project, "train") if "=" in word] == [
        "data=DATA",
        "alpha=1.0",
        "note=",
    ]


def test_a_long_command_goes_on_in_the_next_line(project: Any) -> None:
    fill(project, "train", data=f"s3://{'x' * 80}", note="y")

    command = entry(project, "train").locator("[data-output=mlflow] pre").inner_text()
    assert command.startswith("mlflow run lab/flow \\\n  -e train \\\n")
    assert words(project, "train")[-1] == "note=y"


def test_the_command_without_mlflow_is_filled(project: Any) -> None:
    fill(project, "train", data="s3://x")

    expected = ["steps.py", "train", "--data", "s3://x", "--alpha", "1.0", "--note", ""]
    assert words(project, "train", "plain") == expected


def test_options_of_the_run_are_chosen(project: Any) -> None:
    box = options(project, "fetch")
    expect(box.get_by_label("Commit, branch or tag")).to_be_disabled()
    box.get_by_label("Run it from").select_option(label="its repository")
    box.get_by_label("Commit, branch or tag").fill("v1.0")
    box.get_by_label("Environment by").select_option("uv")
    box.get_by_label("Experiment").fill("a trial")

    assert words(project, "fetch") == [
        *("run", "https://git.example.org/ada/lab.git#flow", "-v", "v1.0", "-e", "fetch"),
        *("--env-manager", "uv", "--experiment-name", "a trial"),
    ]


def test_the_defaults_come_back(project: Any) -> None:
    before = words(project, "main")
    fill(project, "main", rows="7", note="x")
    options(project, "main").get_by_label("Experiment").fill("y")
    entry(project, "main").get_by_role("button", name="Defaults").click()

    assert words(project, "main") == before


FITTING = {
    "least": {"1e-3": True, " -.5 ": True, "nan": True, "1_000.5": True, "0,5": False, ".": False},
    "rows": {"1_000": True, "-7": True, "1.0": False, "x": False},
}


def test_a_value_that_is_none_of_its_type_is_told(project: Any) -> None:
    found: dict[str, dict[str, bool]] = {name: {} for name in FITTING}
    for name, values in FITTING.items():
        field = entry(project, "main").get_by_label(f"Value of {name}")
        hint = project.locator(f"#{field.get_attribute('aria-describedby')}")
        for value in values:
            field.fill(value)
            found[name][value] = field.get_attribute("aria-invalid") is None
            assert hint.is_hidden() is found[name][value]

    assert found == FITTING


def test_a_value_that_mlflow_would_refuse_is_told(project: Any) -> None:
    fill(project, "train", data="data.csv")

    expect(entry(project, "train").get_by_text("Not an address such as")).to_be_visible()


def test_what_is_still_needed_is_told(project: Any) -> None:
    fill(project, "evaluate", model="models:/m-1")

    assert entry(project, "evaluate").locator("[data-missing]").inner_text() == (
        "Still to fill in: data"
    )


def test_without_scripts_the_written_commands_stay(plain: Any, flow: Path) -> None:
    address = next(one for one in flow.glob("projects/lab-flow*/*.html") if one.stem != "index")
    plain.goto(address.as_uri())

    expect(plain.get_by_text("mlflow run lab/flow -e fetch", exact=True)).to_be_visible()
    assert plain.locator("[data-built]:visible").count() == 0


def test_a_workflow_and_a_builder_break_no_rule_of_accessibility(project: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    project.emulate_media(reduced_motion="reduce")
    options(project, "train")
    fill(project, "train", alpha="x")
    project.evaluate("scrollTo(0, 0)")

    assert violations(axe, project, ALL_BUT_CONTRAST) | contrasts_too_low(axe, project) == set()


def test_on_a_phone_nothing_reaches_out_of_the_page(project: Any) -> None:
    project.set_viewport_size(PHONE)
    fill(project, "train", note="x" * 100)

    assert project.evaluate("document.scrollingElement.scrollWidth") == PHONE["width"]


def test_all_runs_of_an_entry_point_are_a_click_away(project: Any) -> None:
    project.get_by_role("link", name="Default: 4 runs").click()

    expect(project.locator("#cnt")).to_have_text("4 of 11 runs")
