"""Folders of very many tiny files: in each place of a source, as many as one likes."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.hostile.plain_store import RUN


def values(place: str, store: Path, count: int, content: bytes = b"1700000000000 0.5 0\n") -> None:
    """Files in a folder that is called so from the store."""
    (store / place).mkdir(parents=True, exist_ok=True)
    here = os.open(store / place, os.O_RDONLY)
    for number in range(count):
        file = os.open(f"v{number:07}", os.O_CREAT | os.O_WRONLY, dir_fd=here)
        os.write(file, content)
        os.close(file)
    os.close(here)


def folders(place: str, store: Path, count: int) -> None:
    (store / place).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        os.mkdir(f"{store}/{place}/d{number:07}")  # noqa: PTH102 (a million of them)


TINY: dict[str, Callable[[Path, int], None]] = {
    "tiny params": partial(values, f"101/{RUN}/params"),
    "tiny tags": partial(values, f"101/{RUN}/tags"),
    "tiny metrics": partial(values, f"101/{RUN}/metrics"),
    "tiny folders of params": partial(folders, f"101/{RUN}/params"),
    "tiny artifacts": partial(values, f"101/{RUN}/artifacts"),
    "tiny folders of artifacts": partial(folders, f"101/{RUN}/artifacts"),
    "tiny inputs": partial(folders, f"101/{RUN}/inputs"),
    "tiny files in a run": partial(values, f"101/{RUN}"),
    "tiny files in an experiment": partial(values, "101"),
    "tiny folders that are no runs": partial(folders, "101"),
    "tiny folders that are no models": partial(folders, "101/models"),
    "tiny tags of an experiment": partial(values, "101/tags"),
    "tiny files in a store": partial(values, "."),
    "tiny folders that are no experiments": partial(folders, "."),
    "tiny files beside a store": partial(values, "../other"),
    "tiny folders beside a store": partial(folders, "../other"),
}
"""Each is written into a store with one run, so many times."""
