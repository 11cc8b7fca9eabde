"""Real stores for the tests: written by real MLflow, kept as archives, unpacked when asked for."""

import os
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.once import made_once

pytest_plugins = [
    "tests.workers",
    "tests.mlflow_environment",
    "tests.flavor_models",
    "tests.served_models",
    "tests.watching",
    "tests.hostile.evil",
]

ARCHIVES = Path(__file__).parent / "stores"


class Stores(Mapping[str, Path]):
    """The folder of each store of `tests/stores`, by name; unpacked on first use, side by side."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._archives = {path.name.removesuffix(".tar.xz"): path for path in ARCHIVES.glob("*.xz")}

    def __getitem__(self, name: str) -> Path:
        store = self._folder / name
        if not store.exists():
            with tarfile.open(self._archives[name]) as archive:
                archive.extractall(self._folder, filter="data")
        return store

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._archives))

    def __len__(self) -> int:
        return len(self._archives)


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    """Read them, never write to them: copy a store before changing it."""
    return Stores(tmp_path_factory.mktemp("stores"))


@pytest.fixture(scope="session")
def site(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of `v3.17-file`. Read it, never write to it."""
    from tests.sites import build_site

    made = made_once(
        tmp_path_factory, "site", lambda made: build_site(made / "_site", stores["v3.17-file"])
    )
    return made / "_site"


@pytest.fixture(scope="session")
def flow(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of `mlproject-flow`: two projects and a workflow. Read it, never write to it."""
    from tests.sites import build_site

    made = made_once(
        tmp_path_factory, "flow", lambda made: build_site(made / "_site", stores["mlproject-flow"])
    )
    return made / "_site"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With REPORTGEN_SKIP_NOTHING a skipped test is a failure: a green run has tried everything."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("REPORTGEN_SKIP_NOTHING") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
