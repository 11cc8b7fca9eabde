"""The report of sources made to have a script run: built once for all tests."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from reportgen.site.versions import Naming
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

    folder = made_once(tmp_path_factory, "evil", make)
    planted = int((folder / "planted").read_text())
    return Evil(folder / "reports" / "site", planted)
