"""The report of sources made to have a script run: built once for all tests."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from reportgen.site.versions import Naming
from tests.hostile.evil_database import spoil
from tests.hostile.evil_store import write_sources
from tests.hostile.payloads import ELEMENTS
from tests.once import made_once
from tests.sites import build_site


@dataclass(frozen=True)
class Evil:
    folder: Path
    planted: int
    """How many payloads are in the sources."""


@pytest.fixture(scope="session")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Evil:
    def make(made: Path) -> None:
        planted = write_sources(made)
        (made / "planted").write_text(str(planted))
        build_site(
            made / "reports" / "site",
            made / "lab",
            pages=made / "pages",
            title=f"Lab {ELEMENTS[4]}",
            naming=Naming(label=ELEMENTS[5]),
        )

    return _made(made_once(tmp_path_factory, "evil", make))


@pytest.fixture(scope="session")
def evil_database(stores: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Evil:
    """The same of a database, without a page that says more than its texts."""

    def make(made: Path) -> None:
        (made / "lab").mkdir()
        database = Path(shutil.copy(stores["v3.17-sqlite"] / "mlflow.db", made / "lab"))
        (made / "planted").write_text(str(spoil(database)))
        build_site(made / "reports" / "site", database)

    return _made(made_once(tmp_path_factory, "evil-database", make))


def _made(folder: Path) -> Evil:
    planted = int((folder / "planted").read_text())
    return Evil(folder / "reports" / "site", planted)
