"""The list of report versions: what is called how, and what the names mean."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from reportgen.errors import ReportError
from reportgen.site.versions import (
    LIST,
    History,
    Naming,
    Removed,
    Version,
    check_name,
    dumps,
    loads,
    read_history,
)

FIRST = Version("2026-11-24-3f2a9c1b", "2026-11-24T02:36:00Z", "3f2a9c1b0000", 3, 36, 4)
SECOND = Version("2026-11-25-77aa88bb", "2026-11-25T08:00:00Z", "77aa88bb0000", 3, 37, 4)
BOTH = History((SECOND, FIRST), {"stable": FIRST.name}, title="Wine lab")
NOW = datetime(2026, 11, 24, 2, 36, tzinfo=UTC)


# What a version is called


def test_a_version_is_named_by_its_day_and_its_content() -> None:
    assert History().name_for(NOW, "3f2a9c1b0000") == "2026-11-24-3f2a9c1b"


def test_the_day_is_that_of_greenwich() -> None:
    """Or the same build would have another name on another machine."""
    now = datetime(2026, 11, 25, 1, 0, tzinfo=timezone(timedelta(hours=9)))

    assert History().name_for(now, "3f2a9c1b0000").startswith("2026-11-24-")


def test_going_back_to_an_earlier_state_on_the_same_day_takes_no_name_twice() -> None:
    """The files of the earlier version are there, and never change."""
    assert BOTH.name_for(NOW, "3f2a9c1b0000") == "2026-11-24-3f2a9c1b-2"


def test_a_name_of_one_s_own_is_taken() -> None:
    assert BOTH.name_for(NOW, "77aa88bb0000", "v1.0") == "v1.0"


@pytest.mark.parametrize("name", [FIRST.name, FIRST.name.upper(), "Stable", "gone"])
def test_a_name_that_was_given_is_never_given_again(name: str) -> None:
    history = replace(BOTH, removed=(Removed("gone", FIRST.created, SECOND.created, 1),))

    with pytest.raises(ReportError, match="There is a version or an alias") as error:
        history.name_for(NOW, "77aa88bb0000", name)

    assert error.value.hint == "Versions never change: choose another --version-name."


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "latest", "Index", "x" * 61, "a."])
def test_a_name_that_no_file_can_have_is_refused(name: str) -> None:
    with pytest.raises(ReportError, match="cannot be the name of a version"):
        check_name("a version", name)


def test_a_version_is_not_its_own_alias() -> None:
    with pytest.raises(ReportError, match="cannot be the name of a version and its alias"):
        Naming("v1", aliases=("V1",)).check()


# What a name means


@pytest.mark.parametrize(
    ("name", "version"), [("latest", SECOND), ("stable", FIRST), (SECOND.name, SECOND)]
)
def test_a_version_is_found_by_name_and_by_alias(name: str, version: Version) -> None:
    assert BOTH.find(name) is version


def test_a_name_that_is_nearly_right_is_told() -> None:
    with pytest.raises(ReportError, match="There is no version named 'stabel'") as error:
        BOTH.find("stabel")

    assert error.value.hint == "Did you mean 'stable'?"


def test_a_removed_version_is_told_apart_from_one_that_never_was() -> None:
    history = BOTH.without([SECOND.name], NOW + timedelta(days=9))

    with pytest.raises(ReportError, match=r"was removed on 2026-12-03\."):
        history.find(SECOND.name)


def test_an_alias_moves() -> None:
    assert BOTH.point("stable", "latest").aliases == {"stable": SECOND.name}


def test_an_alias_may_follow_another() -> None:
    assert BOTH.point("paper", "stable").find("paper") is FIRST


def test_an_alias_is_taken_away() -> None:
    assert BOTH.unpoint("stable").aliases == {}


def test_an_alias_that_is_not_there_cannot_be_taken_away() -> None:
    with pytest.raises(ReportError, match="There is no alias named 'paper'"):
        BOTH.unpoint("paper")


def test_an_alias_is_no_version_s_name() -> None:
    with pytest.raises(ReportError, match="is the name of a version"):
        BOTH.point(FIRST.name, "latest")


def test_latest_is_the_newest_without_anybody_saying_so() -> None:
    assert BOTH.names_of(SECOND.name) == ["latest"]
    assert BOTH.names_of(FIRST.name) == ["stable"]


# The file


def test_a_history_that_was_written_is_read(tmp_path: Path) -> None:
    history = BOTH.without([FIRST.name], NOW)
    (tmp_path / LIST).write_bytes(dumps(history))

    assert read_history(tmp_path) == history


def test_what_changed_is_kept_with_the_version() -> None:
    told = replace(SECOND, since=FIRST.name, changes=({"title": "Runs added", "count": 1},))

    assert loads(dumps(replace(BOTH, versions=(told, FIRST)))).versions[0] == told


def test_the_list_is_json_for_others_to_read() -> None:
    listing = json.loads(dumps(BOTH))

    assert [version["name"] for version in listing["versions"]] == [SECOND.name, FIRST.name]
    assert listing["aliases"] == {"stable": FIRST.name}


def test_before_the_first_build_there_is_no_version(tmp_path: Path) -> None:
    assert read_history(tmp_path) == History()


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
        read_history(tmp_path)

    assert error.value.hint == "Restore it from a backup, or start a new folder."
