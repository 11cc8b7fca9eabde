"""What is dear to make is kept in the user's own cache folder."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reportgen.site.cache import BUILDS, MOST_BUILDS, cache_folder, cached, forget_oldest, keep


@pytest.fixture
def made() -> list[bytes]:
    """What was made so far, in order."""
    return []


@pytest.fixture
def make(made: list[bytes]) -> Callable[[], bytes]:
    def make() -> bytes:
        made.append(b"content %d" % len(made))
        return made[-1]

    return make


def test_a_thing_is_made_once(tmp_path: Path, make: Callable[[], bytes], made: list[bytes]) -> None:
    contents = {cached(tmp_path, "vega.js", make) for _ in range(3)}

    assert (contents, len(made)) == ({b"content 0"}, 1)


def test_each_name_has_its_own_content(tmp_path: Path, make: Callable[[], bytes]) -> None:
    assert cached(tmp_path, "a.js", make) != cached(tmp_path, "b.js", make)


def test_the_folder_is_made(tmp_path: Path, make: Callable[[], bytes]) -> None:
    cached(tmp_path / "not" / "yet", "a.js", make)

    assert [path.name for path in (tmp_path / "not" / "yet").iterdir()] == ["a.js"]


@pytest.mark.parametrize("damage", [b"", b"cut off", b"0" * 64 + b"\nanother content"])
def test_a_damaged_file_is_made_again(
    tmp_path: Path, make: Callable[[], bytes], damage: bytes
) -> None:
    cached(tmp_path, "a.js", make)
    (tmp_path / "a.js").write_bytes(damage)

    assert cached(tmp_path, "a.js", make) == b"content 1"


def test_content_with_line_ends_is_kept_as_it_is(tmp_path: Path) -> None:
    content = b"\n\r\n one\n"

    assert [cached(tmp_path, "a.js", lambda: content) for _ in range(2)] == [content, content]


def test_a_cache_that_cannot_be_used_costs_only_time(
    tmp_path: Path, make: Callable[[], bytes]
) -> None:
    blocked = tmp_path / "a file where the folder should be"
    blocked.touch()

    assert cached(blocked, "a.js", make) == b"content 0"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="they have places of their own")
def test_the_cache_lies_where_the_system_keeps_caches() -> None:
    assert cache_folder({"XDG_CACHE_HOME": "/var/cache/ada"}) == Path("/var/cache/ada/reportgen")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="they have places of their own")
def test_else_it_lies_in_the_home_folder() -> None:
    assert cache_folder({}) == Path.home() / ".cache" / "reportgen"


def test_of_too_many_sites_those_built_longest_ago_are_forgotten(tmp_path: Path) -> None:
    for number in range(MOST_BUILDS + 2):
        keep(tmp_path, f"{BUILDS}/{number}/00", b"known")
        os.utime(tmp_path / BUILDS / str(number) / "00", (number, number))

    forget_oldest(tmp_path)

    left = {int(site.name) for site in (tmp_path / BUILDS).iterdir()}
    assert left == set(range(2, MOST_BUILDS + 2))
