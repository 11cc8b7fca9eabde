"""What is made to exhaust its reader costs its own part of the report, in bounded time and memory.

One build of a run for each, as a process with walls around it: see `limits`.
"""

import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.hostile.bombs import BOMBS, write_bombs
from tests.hostile.limits import Built, build_within_walls

SLOW = frozenset(
    {"a metric of three million points", "12,000 params", "11,000 artifacts", "20,000 tags"}
)
"""By their sheer size: these are for `python -m tests.hostile`."""

QUICK = [name for name in BOMBS if name not in SLOW]

PYYAML = tuple(int(part) for part in version("pyyaml").split(".")[:3])
"""Before 6.0.4 it met Python's own limit."""

HEAVIEST = 1_100_000
"""Bytes of a run's page, and of its data: the longest is an address of a million slashes."""

SAID = {
    "yaml aliases": "too large",
    "yaml of a million values": "too large",
    "deep yaml": "nesting depth" if PYYAML >= (6, 0, 4) else "not YAML",
    "a metric file of a gigabyte": "more than",
    "a param of a gigabyte": "more than",
    "folders in folders among artifacts": "nested deeper than 30 folders",
    "folders in folders among params": "/params/d/d",
}


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Built, dict[str, str], Path]]:
    folder = tmp_path_factory.mktemp("bombs")
    ids = write_bombs(folder / "mlruns", QUICK)
    made = build_within_walls(folder / "site", folder / "mlruns")
    print(f"{len(ids)} runs, {made.megabytes} MB, {made.seconds} s of the processor")
    # Python's own ways of removing a tree call themselves for each folder in a folder.
    subprocess.run(["rm", "-rf", str(folder / "mlruns")], check=True)
    yield made, ids, folder / "site"


def test_every_run_is_reported_in_bounded_memory(
    built: tuple[Built, dict[str, str], Path],
) -> None:
    made, ids, _ = built

    assert made.runs == len(ids)
    assert made.megabytes < 800


@pytest.mark.parametrize("bomb", QUICK)
def test_a_bomb_costs_no_page(built: tuple[Built, dict[str, str], Path], bomb: str) -> None:
    made, ids, site = built
    said = [problem for problem in made.problems if ids[bomb] in problem]

    (page,) = site.glob(f"runs/{ids[bomb]}.*.html")
    assert not [problem for problem in said if "a mistake of its own" in problem]
    assert "baseline" in page.read_text("utf-8")
    assert max(page.stat().st_size, page.with_suffix(".js").stat().st_size) < HEAVIEST
    assert SAID.get(bomb, "") in " ".join(said)
