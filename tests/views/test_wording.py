"""How numbers, times and sizes are worded."""

from math import inf, nan

import pytest
from markupsafe import escape

from reportgen.views import wording
from tests.builders import MINUTE, NOON

SECOND, HOUR, DAY = 1000, 60 * MINUTE, 24 * 60 * MINUTE


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.9127, "0.9127"),
        (0.91273, "0.9127"),
        (0.5, "0.5000"),
        (0.05, "0.05"),
        (0.01234567, "0.01235"),
        (1.5, "1.500"),
        (9.9999, "10.00"),
        (0.99999, "1.000"),
        (12.345, "12.35"),
        (123.456, "123.5"),
        (1234.56, "1,234.6"),
        (1e-5, "1.000e-5"),
        (-2.5e-12, "−2.500e-12"),
        (3.14159e10, "31,415,900,000"),
        (1.5e9 + 0.5, "1.500e9"),
        (1e300, "1.000e300"),
        (0.0, "0"),
        (-0.0, "0"),
        (7.0, "7"),
        (12480.0, "12,480"),
        (-3.0, "−3"),
        (-0.25, "−0.2500"),
        (nan, "NaN"),
        (inf, "∞"),
        (-inf, "−∞"),
        (None, "–"),
    ],
)
def test_a_number(value: float | None, words: str) -> None:
    assert wording.number(value) == words


@pytest.mark.parametrize(
    ("amount", "words"), [(0, "no runs"), (1, "1 run"), (36, "36 runs"), (12480, "12,480 runs")]
)
def test_a_count(amount: int, words: str) -> None:
    assert wording.count(amount, "run") == words


def test_an_odd_plural_is_given() -> None:
    assert wording.count(2, "is equal", "are equal") == "2 are equal"


@pytest.mark.parametrize(
    ("millis", "words"),
    [
        (NOON, "24 Nov 2026, 12:00 UTC"),
        (0, "1 Jan 1970, 00:00 UTC"),
        (-DAY, "31 Dec 1969, 00:00 UTC"),
        (None, "–"),
        (10**18, "–"),  # no calendar has it: nanoseconds that were taken for milliseconds
        (-(10**30), "–"),
    ],
)
def test_a_time(millis: int | None, words: str) -> None:
    assert wording.time(millis) == words


def test_a_time_in_a_table() -> None:
    assert wording.short_time(NOON) == "24 Nov 2026 12:00"


def test_a_day() -> None:
    assert wording.day(NOON) == "24 Nov 2026"


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (
            wording.time(NOON + 999),
            '<time datetime="2026-11-24T12:00:00Z">24 Nov 2026, 12:00'
            '<span class="utc"> UTC</span></time>',
        ),
        (wording.day(NOON), '<time datetime="2026-11-24T12:00:00Z">24 Nov 2026</time>'),
        (wording.time(10**18), "–"),
        (
            wording.phrase("<b> since {}", wording.day(0)),
            '&lt;b&gt; since <time datetime="1970-01-01T00:00:00Z">1 Jan 1970</time>',
        ),
    ],
)
def test_a_time_is_printed_for_machines_too(words: str, printed: str) -> None:
    assert escape(words) == printed


def test_a_time_is_read_back() -> None:
    assert wording.millis_of("2026-11-24T12:00:00Z") == NOON


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0.91274999, '<span class="x" title="0.91274999">0.9127</span>'),
        (12480.0, '<span class="x" title="12480">12,480</span>'),
        (-1e-5, '<span class="x" title="-1e-05">−1.000e-5</span>'),
        (0.5127, "0.5127"),  # nothing is left to tell
        (7.0, "7"),
        (nan, "NaN"),
        (None, "–"),
    ],
)
def test_a_number_is_printed_with_all_its_digits(value: float | None, printed: str) -> None:
    assert escape(wording.number(value)) == printed


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("system/cpu_utilization_percentage", 43.2, "43.20\u00a0%"),
        ("system/system_memory_usage_megabytes", 1834.0, "1,834\u00a0MB"),
        ("epoch_seconds", 2.5, "2.500\u00a0s"),
        ("seconds", 2.5, "2.500"),
        ("loss", None, "–"),
        ("cpu_percent", None, "–"),
    ],
)
def test_a_number_has_the_unit_that_its_name_tells(
    name: str, value: float | None, words: str
) -> None:
    assert wording.measure(name, value) == words


@pytest.mark.parametrize(
    ("offsets", "words"),
    [
        ([], "–"),
        ([0], "24 Nov 2026"),
        ([0, HOUR], "24 Nov 2026"),
        ([3 * DAY, 0, DAY], "24–27 Nov 2026"),
        ([0, 7 * DAY], "24 Nov – 1 Dec 2026"),
        ([0, 40 * DAY], "24 Nov 2026 – 3 Jan 2027"),
    ],
)
def test_a_span_of_days(offsets: list[int], words: str) -> None:
    assert wording.days([NOON + offset for offset in offsets]) == words


@pytest.mark.parametrize(
    ("millis", "words"),
    [
        (0, "0 ms"),
        (340, "340 ms"),
        (1500, "1.5 s"),
        (12 * SECOND, "12 s"),
        (59_999, "59 s"),
        (4 * MINUTE, "4 min"),
        (4 * MINUTE + 10 * SECOND, "4 min 10 s"),
        (3 * HOUR + 41 * MINUTE, "3 h 41 min"),
        (HOUR + MINUTE, "1 h 01 min"),
        (2 * DAY + 4 * HOUR, "2 d 4 h"),
        (None, "–"),
        (-1, "–"),  # a clock that was set back
    ],
)
def test_a_duration(millis: int | None, words: str) -> None:
    assert wording.duration(millis) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (2100, "2.1 kB"),
        (999_949, "1.0 MB"),
        (91_400_000, "91.4 MB"),
        (123_000_000, "123 MB"),
        (5 * 10**15, "5000 TB"),
        (None, "–"),
    ],
)
def test_a_size(amount: int | None, words: str) -> None:
    assert wording.size(amount) == words


def test_runs_are_told_apart_by_the_beginning_of_their_ids() -> None:
    assert wording.short_id("83cf2e9667fa48e6a2d70bc44b754b2d") == "83cf2e96"
