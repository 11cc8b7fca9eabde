"""What takes long is made once for all the processes of pytest-xdist, by the first that asks."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder of that name that `make` filled. All processes share it: none may write to it."""
    base = factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    ready = root / f"{name}.ready"
    with one_at_a_time(root / f"{name}.lock"):
        if not ready.exists():
            (root / name).mkdir()
            make(root / name)
            ready.touch()
    return root / name


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Among the workers of pytest-xdist, which may all come here at once."""
    fcntl = pytest.importorskip("fcntl")
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
