"""What the loop of `reportgen watch` looks at again, once nothing changes any more."""

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from watchdog.events import DirCreatedEvent, FileModifiedEvent, FileSystemEvent

from reportgen.watch import changes
from reportgen.watch.changes import Changes
from reportgen.watch.follow import Follower, Following
from reportgen.watch.preview import Preview
from reportgen.watch.server import Server

POINT = FileModifiedEvent("/lab/mlruns/1/a/metrics/loss")
RUN = DirCreatedEvent("/lab/mlruns/1/b")


class Told(Changes):
    """Changes as a test tells them, and then nothing for ever."""

    def __init__(self, *bursts: Iterable[FileSystemEvent]) -> None:
        super().__init__(Path("/preview"), poll=False)
        self._wanted = ("/lab",)
        self._bursts = list(bursts)

    def watch(self, places: object) -> None:
        pass

    def wait(self, timeout: float | None = None) -> bool:
        if timeout is not None and not self._paths:
            return False
        if not self._bursts:
            raise KeyboardInterrupt
        for event in self._bursts.pop(0):
            self.dispatch(event)
        return True


class Counted:
    """A preview that counts what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def forget(self, paths: Iterable[str]) -> None:
        self.asked.append(f"look again at {' '.join(sorted(paths))}")

    def build(self, *_: Any) -> Any:
        self.asked.append("build")
        return SimpleNamespace(written=SimpleNamespace(new=0))

    def index(self, _: object) -> None:
        self.asked.append("index")


def followed(*bursts: Iterable[FileSystemEvent]) -> list[str]:
    """What is done about bursts of changes with a rest after each."""
    preview = Counted()
    options = SimpleNamespace(
        output=Path("/site"), sources=("/lab/mlruns",), pages=None, theme="default"
    )
    of = SimpleNamespace(
        read_options=lambda: options,
        config=Path("/lab/reportgen.yml"),
        progress=None,
        clock=lambda: 0.0,
        rest=lambda _: None,
    )
    server = SimpleNamespace(bulletin=SimpleNamespace(tell=lambda *_: None))
    follower = Follower(
        cast("Following", of), cast("Preview", preview), cast("Server", server), Told(*bursts)
    )
    follower.build()
    preview.asked.clear()
    with pytest.raises(KeyboardInterrupt):
        follower.follow()
    return preview.asked


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "QUIET", 0)


def test_after_points_the_search_alone_is_brought_up_to_date() -> None:
    assert followed([POINT]) == [f"look again at {POINT.src_path}", "build", "index"]


def test_after_a_new_folder_everything_is_looked_at_once_more() -> None:
    assert followed([RUN, POINT])[2:] == ["look again at /", "build", "index"]


def test_so_it_is_after_very_many_changes() -> None:
    many = [FileModifiedEvent(f"{POINT.src_path}{number}") for number in range(changes.MANY + 1)]

    assert followed(many)[2:] == ["look again at /", "build", "index"]


def test_what_was_looked_at_once_more_is_not_looked_at_again_after_the_next_point() -> None:
    assert followed([RUN], [POINT])[5:] == [f"look again at {POINT.src_path}", "build", "index"]
