"""How many processes of pytest-xdist there are, and which runs what: a file is one's, and the
longest come first.

What a file makes for all of its tests is so made once. (The marker `xdist_group` is no way to say
more: xdist 3.8 writes it where pytest 9.2 no longer looks, and shares the tests out without it.)
"""

import os
from typing import Any

import pytest

TOGETHER = {
    "tests/test_contract.py": "served",
    "tests/test_requests_for_real.py": "served",
}
"""Files whose tests ask the same server: it is started in one process."""

LONG = ("mlflow", "browser")
"""Markers of what takes long, the longest first."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than processors: where tests wait for browsers and servers, another has work."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return TOGETHER.get(file, file)

    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files at the end would leave the other processes without work."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    marked = [place for place, name in enumerate(LONG) if item.get_closest_marker(name)]
    return min(marked, default=len(LONG))
