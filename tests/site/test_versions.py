"""The list of report versions."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from reportgen.errors import ReportError
from reportgen.site.versions import LIST, Version, add, dumps, read_versions, version_name

FIRST = Version("2026-11-24-3f2a9c1b", "2026-11-24T02:36:00Z", "3f2a9c1b0000", 3, 36, 4)
SECOND = Version("2026-11-25-77aa88bb", "2026-11-25T08:00:00Z", "77aa88bb0000", 3, 37, 4)


def test_a_version_is_named_by_its_day_and_its_content() -> None:
    now = datetime(2026, 11, 24, 2, 36, tzinfo=UTC)

    assert version_name(now, "3f2a9c1b0000") == "2026-11-24-3f2a9c1b"


def test_the_day_is_that_of_greenwich() -> None:
    """Or the same build would have another name on another machine."""
    now = datetime(2026, 11, 25, 1, 0, tzinfo=timezone(timedelta(hours=9)))

    assert version_name(now, "3f2a9c1b0000").startswith("2026-11-24-")


def test_the_newest_version_goes_first() -> None:
    assert add((FIRST,), SECOND) == (SECOND, FIRST)


def test_a_build_that_changed_nothing_is_no_version() -> None:
    again = replace(FIRST, name="2026-11-30-3f2a9c1b", created="2026-11-30T00:00:00Z")

    assert add((FIRST,), again) == (FIRST,)


def test_going_back_to_an_earlier_state_is_a_version() -> None:
    again = replace(FIRST, name="2026-11-30-3f2a9c1b", created="2026-11-30T00:00:00Z")

    assert add((SECOND, FIRST), again) == (again, SECOND, FIRST)


def test_going_back_on_the_same_day_lists_no_name_twice() -> None:
    other = replace(SECOND, name="2026-11-24-77aa88bb")
    again = replace(FIRST, created="2026-11-24T09:00:00Z")

    assert add((other, FIRST), again) == (again, other)


def test_a_list_that_was_written_is_read(tmp_path: Path) -> None:
    (tmp_path / LIST).write_bytes(dumps((SECOND, FIRST)))

    assert read_versions(tmp_path) == (SECOND, FIRST)


def test_the_list_is_json_for_others_to_read() -> None:
    (entry,) = json.loads(dumps((FIRST,)))["versions"]

    assert entry["name"] == "2026-11-24-3f2a9c1b"


def test_before_the_first_build_there_is_no_version(tmp_path: Path) -> None:
    assert read_versions(tmp_path) == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"versions": [{}]}',
        b'{"versions": [1]}',
        b"\xff\xfe",
        b'{"versions": null}',
    ],
)
def test_a_damaged_list_is_not_taken_for_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / LIST).write_bytes(content)

    with pytest.raises(ReportError, match=r"versions\.json is damaged") as error:
        read_versions(tmp_path)

    assert error.value.hint == "Restore it from a backup, or start a new folder."
