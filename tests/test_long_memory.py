"""What lasts from one build to the next: the site is the one that would be built from nothing."""

import random
import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from reportgen.build import publish_report
from reportgen.config import Options
from reportgen.long_memory import Known, LongMemory
from reportgen.memory import Memory
from reportgen.overview import Published
from reportgen.site.cache import BUILDS, keep
from reportgen.site.keys import key_of
from reportgen.site.writer import SiteFolder
from reportgen.sources.catalog import read_catalog
from tests.sites import contents
from tests.test_memory import CHANGES

CODE = "this code"
STORES = ("v3.17-file", "mlproject-flow")


class Lab:
    """A store, built again and again, each time as by another process."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.source = source
        self.folder = folder

    def memory(self, code: str = CODE) -> LongMemory:
        return LongMemory(self.folder / "cache", f"{BUILDS}/site", code)

    def known(self, code: str = CODE) -> dict[str, Known]:
        """All that is known of runs."""
        memory = self.memory(code)
        return {id: one for key in self.experiments() for id, one in memory.runs(key).items()}

    def experiments(self) -> list[str]:
        return [one.key for one in read_catalog([str(self.source)]).experiments]

    def build(self, site: str = "site", memory: LongMemory | None = None) -> Published:
        options = Options(sources=(str(self.source),), jobs=1)
        place = SiteFolder(self.folder / site)
        own = Memory(long=memory or self.memory())
        published = publish_report(options, place, lambda *_: None, own).published
        place.finish()
        return published

    def afresh(self) -> str:
        """What the root of the report would be that is built from nothing."""
        return self.build("fresh", LongMemory(self.folder / "none", "none", "")).root

    def batches(self) -> list[Path]:
        return sorted((self.folder / "cache" / BUILDS / "site").glob("runs-*"))


@pytest.fixture
def lab(stores: Mapping[str, Path], tmp_path: Path) -> Lab:
    source = Path(shutil.copytree(stores["v3.17-file"], tmp_path / "lab", symlinks=True))
    made = Lab(source, tmp_path)
    made.build()
    return made


@pytest.mark.parametrize("name", STORES)
def test_what_is_read_again_is_what_was_kept(
    name: str, stores: Mapping[str, Path], tmp_path: Path
) -> None:
    lab = Lab(stores[name], tmp_path)

    built = lab.build().runs

    read = lab.known()
    assert read.keys() == built.keys()
    for id, known in read.items():
        was = structs.replace(built[id], written=known.result.written)
        assert key_of(known.result) == key_of(was)


def test_a_run_that_did_not_change_is_not_read_in_the_next_process(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*args: object) -> object:
        raise AssertionError("something of a run was read")

    monkeypatch.setattr("reportgen.sources.file_store.read_run", read)
    monkeypatch.setattr("reportgen.sources.file_store._run_ref", read)

    built = lab.build()

    assert all(not run.written.new for run in built.runs.values())


def change_some(lab: Lab, chance: random.Random) -> None:
    runs = sorted(path.parents[1] for path in lab.source.glob("mlruns/*/*/metrics/accuracy"))
    for change in chance.sample(CHANGES[:-1], 2):
        change(chance.choice([run for run in runs if (run / "params").is_dir()]))


@pytest.mark.parametrize("seed", range(2))
def test_after_whatever_changes_the_site_is_the_one_built_from_nothing(lab: Lab, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(2):
        change_some(lab, chance)
        root = lab.build().root
    shutil.rmtree(lab.folder / "site")

    lab.build()

    assert lab.afresh() == root
    assert contents(lab.folder / "site") == contents(lab.folder / "fresh")


def test_only_the_batch_of_a_run_that_changed_is_written_again(lab: Lab) -> None:
    before = {path: path.stat().st_ino for path in lab.batches()}
    run = sorted(path.parents[1] for path in lab.source.glob("mlruns/*/*/params/*"))[0]
    (run / "tags" / "mlflow.note.content").write_text("Another note")

    lab.build()

    written = [path for path in lab.batches() if before.get(path) != path.stat().st_ino]
    assert len(written) == 1


def test_a_damaged_batch_is_read_from_the_runs_again(lab: Lab) -> None:
    known = lab.known().keys()
    for path in lab.batches():
        path.write_bytes(path.read_bytes()[:-9])
    assert lab.known() == {}

    lab.build()

    assert lab.known().keys() == known


@pytest.fixture(scope="module")
def built(stores: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """Not to be built again."""
    lab = Lab(stores["v1.30-file"], tmp_path_factory.mktemp("built"))
    lab.build()
    return lab


@pytest.fixture
def kept(built: Lab, tmp_path: Path) -> Lab:
    """A copy of what was kept."""
    shutil.copytree(built.folder / "cache", tmp_path / "cache")
    return Lab(built.source, tmp_path)


def test_what_has_other_forms_is_as_if_it_were_not_there(kept: Lab) -> None:
    for path in kept.batches():
        name = str(path.relative_to(kept.folder / "cache"))
        keep(kept.folder / "cache", name, msgspec.msgpack.encode({"code": CODE, "runs": [1, 2]}))

    assert kept.known() == {}


def test_what_other_code_kept_is_as_if_it_were_not_there(kept: Lab) -> None:
    assert kept.known()
    assert kept.known("other code") == {}
    assert kept.memory().refs()
    assert kept.memory("other code").refs() == {}


def test_a_run_that_has_no_form_there_is_read_again(kept: Lab) -> None:
    id, known = next(iter(kept.known().items()))
    odd = structs.replace(
        known, made_of="more", result=structs.replace(known.result, words="\udc80")
    )
    memory = kept.memory()
    key = known.result.summary.experiment_id
    memory.runs(key)

    memory.keep_runs(key, [odd])

    assert id not in kept.known()


def test_a_folder_that_cannot_be_written_costs_only_time(lab: Lab) -> None:
    shutil.rmtree(lab.folder / "cache")
    (lab.folder / "cache").write_text("in the way")

    assert lab.build().root == lab.afresh()
