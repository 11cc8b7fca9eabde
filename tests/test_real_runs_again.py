"""How runs that MLflow of every version recorded could be run again."""

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from reportgen.analysis.reproducibility import About, Verdict, entry_point_name, scorecard
from reportgen.analysis.rerun import rerun
from reportgen.model import Run
from reportgen.sources.catalog import read_catalog
from reportgen.sources.mlproject import read_project

COMMIT = "10362f4738d8607f7b61d71b100fb882d16c8307"
VERSIONS = ("v1.30", "v2.9", "v2.22", "v3.17")
STORES = [f"{version}-{form}" for version in VERSIONS for form in ("file", "sqlite")]


@cache  # each is read once for both tests
def runs_of(store: Path) -> Sequence[Run]:
    catalog = read_catalog([str(store)])
    return [run for one in catalog.stores for run in one.read_runs(catalog.runs)]


@pytest.mark.parametrize("name", STORES)
def test_what_mlflow_run_launched_is_launched_again(name: str, stores: Mapping[str, Path]) -> None:
    project = read_project(stores["mlproject-ridge"] / "ridge", "ridge")
    (run,) = [run for run in runs_of(stores[name]) if entry_point_name(run.tags)]

    card = scorecard(run, run.models, project, project.environment)
    commands = rerun(run, run.models, project, project.environment)

    assert card.verdict is Verdict.AGAIN
    assert [str(one.about) for one in card.uncertain] == ["changes", "pinned", "datasets", "seed"]
    assert shlex.split(dict(commands.mlflow)["every"].replace("\\\n", "")) == [
        *("mlflow", "run", "https://example.org/ada/projrepo.git#ridge", "-v", COMMIT),
        *("-e", "main", "-P", "alpha=0.25", "-P", "note=two words", "-P", "steps=5"),
        *("-P", "extra=7"),
    ]
    assert dict(commands.stages[-1].ways)["options"] == (
        "python train.py --alpha 0.25 --note 'two words' --steps 5 --extra 7"
    )


@pytest.mark.parametrize("name", ["v0.8-file", "v1.0-file", "v3.17-edge-file", *STORES])
def test_every_run_is_judged_at_every_point(name: str, stores: Mapping[str, Path]) -> None:
    verdicts: Counter[Verdict] = Counter()
    for run in runs_of(stores[name]):
        card = scorecard(run, run.models, None, None)
        rerun(run, run.models, None, None)
        assert [point.about for point in card.points] == list(About)
        verdicts[card.verdict] += 1

    assert verdicts[Verdict.AGAIN] == 0
    assert verdicts[Verdict.NOT] > verdicts[Verdict.BY_HAND]
