"""Builds that remember: the site is file for file the one that builds without memory make, and
what did not change is not even decoded."""

import shutil
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from reportgen.build import build
from reportgen.config import Options
from reportgen.last_build import LastBuild, last_build
from reportgen.long_memory import Known, LongMemory
from tests.growth import add_run, make_store
from tests.sites import NOW, contents
from tests.test_memory import CHANGES


class Twins:
    """The same builds of one store into two sites: one remembers, each time as another process
    would, the other does not."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.source = source
        self.folder = folder
        self._builds = 0

    def build(self) -> None:
        now = NOW + timedelta(hours=self._builds)
        self._builds += 1
        for name in ("warm", "cold"):
            output = self.folder / name
            options = Options(sources=(str(self.source),), output=output, jobs=1)
            last = self._last(options) if name == "warm" else None
            build(options, now=now, progress=lambda *_: None, last=last)

    def _last(self, options: Options) -> LastBuild:
        return last_build(options, {"XDG_CACHE_HOME": str(self.folder / "cache")})

    @property
    def kept(self) -> list[Path]:
        return sorted((self.folder / "cache").rglob("*.msgpack"))

    def are_alike(self) -> bool:
        return contents(self.folder / "warm") == contents(self.folder / "cold")


STORES = ("v3.17-file", "mlproject-flow", "v1.30-file")


@pytest.fixture(params=STORES)
def twins(request: pytest.FixtureRequest, stores: Mapping[str, Path], tmp_path: Path) -> Twins:
    source = Path(shutil.copytree(stores[request.param], tmp_path / "lab", symlinks=True))
    made = Twins(source, tmp_path)
    made.build()
    return made


def test_after_one_change_after_another(twins: Twins) -> None:
    runs = sorted(path.parents[1] for path in twins.source.glob("mlruns/*/*/params/*"))
    metrics = [run for run in runs if any((run / "metrics").glob("*"))]
    for place, change in enumerate(CHANGES):
        change(metrics[place % 2])
        twins.build()

        assert twins.are_alike(), change.__name__


@pytest.fixture
def sweeps(tmp_path: Path) -> Twins:
    """Three experiments, of which the first is changed."""
    made = Twins(make_store(tmp_path / "lab", 12, experiments=3, steps=5), tmp_path)
    made.build()
    add_run(a_run(made), f"{7:032x}", 1)
    return made


def a_run(twins: Twins) -> Path:
    return min(twins.source.glob("1/*/meta.yaml")).parent


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The experiments whose runs are decoded."""
    found: list[str] = []
    read = LongMemory.runs

    def counted(self: LongMemory, experiment: str) -> dict[str, Known]:
        found.append(experiment)
        return read(self, experiment)

    monkeypatch.setattr(LongMemory, "runs", counted)
    return found


def test_of_experiments_that_are_as_they_were_no_run_is_decoded(
    sweeps: Twins, asked: list[str]
) -> None:
    sweeps.build()

    assert asked == ["1"]
    assert sweeps.are_alike()


@pytest.mark.parametrize("twins", ["v3.17-file"], indirect=True)
def test_nor_where_runs_have_models_environments_and_registered_versions(
    twins: Twins, asked: list[str]
) -> None:
    param = min(twins.source.glob("mlruns/*/*/params/*"))
    param.write_text("12345")
    asked.clear()

    twins.build()

    assert asked == [param.parents[2].name]
    assert twins.are_alike()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


@pytest.mark.parametrize("damage", [cut, Path.unlink], ids=["cut", "lost"])
@pytest.mark.parametrize("of", ["parts", "runs", ""])
def test_what_is_damaged_only_costs_time(
    sweeps: Twins, damage: Callable[[Path], None], of: str
) -> None:
    for path in sweeps.kept:
        if path.name.startswith(of):
            damage(path)

    sweeps.build()

    assert sweeps.are_alike()


@pytest.mark.parametrize("of", ["experiments/3", "runs"])
def test_pages_that_are_lost_are_made_again(sweeps: Twins, of: str) -> None:
    """Also where what was remembered of their runs is lost."""
    for path in sweeps.kept:
        if path.name.startswith("runs"):
            path.unlink()
    for site in ("warm", "cold"):
        for page in (sweeps.folder / site / of).glob("*.html"):
            page.unlink()

    sweeps.build()

    assert sweeps.are_alike()
    assert len(list((sweeps.folder / "warm" / of).glob("*.html"))) > 1
