"""The facts of report versions: kept once for all that they are true of, in few files."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reportgen.analysis.facts import (
    Best,
    ExperimentFacts,
    Facts,
    ProjectFacts,
    RegisteredFacts,
    RunFacts,
)
from reportgen.analysis.metrics import Goal
from reportgen.errors import ReportError
from reportgen.history import TOGETHER, recall, remember
from reportgen.theme import script_value


def an_experiment(key: str, runs: int = 2) -> ExperimentFacts:
    return ExperimentFacts(
        name=f"Experiment {key}",
        runs={f"{key}-{n}": RunFacts(f"k{n}", f"run {n}", "Finished") for n in range(runs)},
        metric="loss",
        goal=Goal.MIN,
        best=Best(f"{key}-0", 0.5),
        params={"lr": ("0.1", "0.2")},
        environment={"python": "3.11"},
    )


def keep(site: Path, version: str, facts: Facts) -> list[str]:
    """Publishes a version of these facts; the files that it adds."""
    named, files = remember(facts)
    for address, content in files.items():
        (site / address).parent.mkdir(parents=True, exist_ok=True)
        (site / address).write_bytes(content)
    manifest = {"experiments": dict.fromkeys(facts.experiments, "page"), "facts": named}
    (site / "versions").mkdir(exist_ok=True)
    (site / "versions" / f"{version}.js").write_bytes(script_value("version", manifest))
    return sorted(files)


def of(*keys: str, runs: int = 2) -> Facts:
    return Facts({key: an_experiment(key, runs) for key in keys})


def told(facts: Facts) -> Facts:
    """As they are compared: whatever page they are read with."""
    return replace(
        facts, experiments={key: replace(one, page="") for key, one in facts.experiments.items()}
    )


def test_what_is_kept_is_recalled(tmp_path: Path) -> None:
    facts = replace(
        of("1", "2", "a/b"),
        registered={"wine": RegisteredFacts((1, 2), {"champion": 2})},
        projects={"flow": ProjectFacts("Flow", {"numpy": "2.0"})},
    )

    keep(tmp_path, "v1", facts)

    assert told(recall(tmp_path, "v1")) == facts


def test_a_version_adds_one_file_whatever_the_number_of_experiments(tmp_path: Path) -> None:
    assert len(keep(tmp_path, "v1", of(*map(str, range(50))))) == 1


def test_a_version_adds_the_facts_of_what_changed_alone(tmp_path: Path) -> None:
    keep(tmp_path, "v1", of("1", "2", "3"))
    before = recall(tmp_path, "v1").experiments
    after = Facts({**before, "2": an_experiment("2", runs=3)})

    (added,) = keep(tmp_path, "v2", after)

    assert b"2-2" in (tmp_path / added).read_bytes()
    assert b"1-0" not in (tmp_path / added).read_bytes()
    assert told(recall(tmp_path, "v2")) == told(after)
    assert told(recall(tmp_path, "v1")) == of("1", "2", "3")


def test_facts_of_very_many_runs_lie_in_several_files(tmp_path: Path) -> None:
    facts = of("1", "2", "3", runs=TOGETHER // 2)

    assert len(keep(tmp_path, "v1", facts)) == 2
    assert told(recall(tmp_path, "v1")) == facts


def test_a_file_tells_the_scripts_of_earlier_pages_the_page_of_a_run(tmp_path: Path) -> None:
    """They ask for `runs[id][0]`, and for the id behind a slug."""
    (address,) = keep(tmp_path, "v1", of("1", "2"))

    digest, content = json.loads(f"[{(tmp_path / address).read_text()[9:-3]}]")

    assert digest == address.removeprefix("versions/facts/").removesuffix(".js")
    assert [content["runs"][id][0] for id in ("1-0", "2-1")] == ["k0", "k1"]
    assert content["slugs"] == {}


FIRST = {
    "key": "7",
    "name": "Experiment 7",
    "runs": {"7-0": ["k0", "run 0", "Finished"], "7-1": ["k1", "run 1", "Finished"]},
    "metric": "loss",
    "goal": "min",
    "best": {"run": "7-0", "value": 0.5},
    "params": {"lr": ["0.1", "0.2"]},
    "environment": {"python": "3.11"},
    "slugs": {},
}
"""As the first report versions have an experiment's facts: in a file of its own."""


def test_the_facts_of_the_first_report_versions_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "versions" / "facts"
    folder.mkdir(parents=True)
    for digest, content in {"f7": FIRST, "none": {}}.items():
        (folder / f"{digest}.js").write_bytes(script_value("facts", digest, content))
    named = {"experiments": {"7": "f7"}, "registered": "none", "projects": "none"}
    manifest = {"experiments": {"7": "page"}, "facts": named}
    (tmp_path / "versions" / "v0.js").write_bytes(script_value("version", manifest))

    assert told(recall(tmp_path, "v0")) == of("7")
    assert keep(tmp_path, "v1", recall(tmp_path, "v0")) == []


@pytest.mark.parametrize("damage", ["", "RG.facts(", 'RG.facts("x",{"experiments":{}});'])
def test_damaged_facts_are_named(tmp_path: Path, damage: str) -> None:
    (address,) = keep(tmp_path, "v1", of("1"))
    (tmp_path / address).write_text(damage)

    with pytest.raises(ReportError, match=address):
        recall(tmp_path, "v1")
