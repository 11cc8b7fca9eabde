"""How numbers, times and sizes are worded, the same on every page.

A number and a time remember what they stand for: printed by a template, they are an element that
says it exactly. As a text (in a description, in a longer sentence) they are their words alone.
"""

import math
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from markupsafe import Markup, escape

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NONE = "–"
"""Where there is nothing to say."""

KEPT = 1024
"""Numbers whose words are kept: the last one is often the best, and stands in three places."""


class Worded(str):
    """Words that a template prints as an element: `<span class="x" title>` with all digits of a
    number (a page has many), `<time datetime>`.

    Never put one into an attribute: `str(words)` is the text alone.
    """

    __slots__ = ("_html",)
    _html: Markup

    def __new__(cls, text: str, html: Markup) -> "Worded":
        words = super().__new__(cls, text)
        words._html = html
        return words

    def __html__(self) -> str:
        return self._html


def phrase(form: str, *parts: str) -> Worded:
    """`phrase("newest run {}", time(…))`: a sentence in which numbers and times stay exact."""
    html = str(escape(form)).format(*map(escape, parts))
    return Worded(form.format(*map(str, parts)), Markup(html))


@lru_cache(maxsize=KEPT)
def number(value: float | None) -> str:
    """Four significant digits, thousands parted: `0.9127`, `1.000e-5`, `12,480`; NaN and ∞ as such.

    A number that is whole and below 10^15 is shown whole. Printed by a template it carries all
    its digits wherever it shows fewer.
    """
    return _figure(value, _number(value))


UNITS = (
    ("_percentage", "%"),
    ("_percent", "%"),
    ("_megabytes", "MB"),
    ("_gigabytes", "GB"),
    ("_milliseconds", "ms"),
    ("_seconds", "s"),
    ("_watts", "W"),
)
"""Endings of names that tell the unit, as those of MLflow's system metrics do:
`system/cpu_utilization_percentage`, `system/gpu_power_usage_watts` (mlflow/system_metrics)."""


@lru_cache(maxsize=KEPT)
def measure(name: str, value: float | None) -> str:
    """A number with the unit that its name tells: `43.20 %`, `1,834 MB`, else the number alone."""
    shown, unit = _number(value), _unit(name)
    return _figure(value, f"{shown}\u00a0{unit}" if unit and value is not None else shown)


@lru_cache(maxsize=KEPT)
def _unit(name: str) -> str:
    return next((unit for ending, unit in UNITS if name.lower().endswith(ending)), "")


def exact(value: float) -> str:
    """All digits of a number, as programs read it: `0.9127499999999999`, `12480`, `-1e-05`."""
    return f"{int(value)}" if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _figure(value: float | None, shown: str) -> str:
    if value is None or not math.isfinite(value):
        return shown
    digits = exact(value)
    if shown == digits:
        return shown
    # Neither has anything to escape.
    return Worded(shown, Markup(f'<span class="x" title="{digits}">{shown}</span>'))


def _number(value: float | None) -> str:
    if value is None:
        return NONE
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == int(value) and abs(value) < 1e15:
        return _minus(f"{int(value):,}")
    size = abs(value)
    if size < 1e-3 or size >= 1e9:
        return _minus(f"{value:.3e}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-"))
    if size < 0.1:
        return _minus(f"{value:.4g}")
    # Rounding may reach the next power of ten: 9.9999 is 10.00, not 10.000.
    digits = int(f"{size:.3e}"[len("1.234e") :])
    return _minus(
        f"{value:,.{max(1 if digits >= 3 else 0, 3 - digits)}f}" if digits >= 0 else f"{value:.4f}"
    )


def _minus(text: str) -> str:
    return text.replace("-", "−", 1) if text.startswith("-") else text


def count(amount: int, thing: str, plural: str = "") -> str:
    """`1 run`, `36 runs`, `no runs`."""
    shown = f"{amount:,}" if amount else "no"
    return f"{shown} {thing if amount == 1 else plural or thing + 's'}"


def moment(millis: int | None) -> datetime | None:
    """The time of `millis` after 1970 in UTC; None where it is none that a calendar has."""
    if millis is None:
        return None
    try:
        return EPOCH + timedelta(milliseconds=millis)
    except OverflowError:
        return None


def millis_of(written: str) -> int:
    """Milliseconds after 1970 of `2026-11-24T02:36:00Z`. Raises ValueError for another form."""
    return (datetime.fromisoformat(written) - EPOCH) // timedelta(milliseconds=1)


def time(millis: int | None) -> str:
    """`21 Nov 2026, 14:02 UTC`; the page's script words it in the reader's own zone.

    The zone is an element that pages with the script never show, or what follows would move when
    it goes.
    """
    when = moment(millis)
    if when is None:
        return NONE
    shown = f"{when.day} {when:%b %Y, %H:%M}"
    return _dated(when, f"{shown} UTC", f'{shown}<span class="utc"> UTC</span>')


def short_time(millis: int | None) -> str:
    """`21 Nov 2026 14:02`, for tables whose heading says UTC."""
    when = moment(millis)
    return NONE if when is None else _dated(when, f"{when.day} {when:%b %Y %H:%M}")


def day(millis: int | None) -> str:
    """`21 Nov 2026`."""
    when = moment(millis)
    return NONE if when is None else _dated(when, f"{when.day} {when:%b %Y}")


def _dated(when: datetime, shown: str, html: str = "") -> Worded:
    machine = f"{when:%Y-%m-%dT%H:%M:%S}Z"
    return Worded(shown, Markup(f'<time datetime="{machine}">{html or shown}</time>'))


def days(millis: list[int]) -> str:
    """`8–21 Nov 2026`, `30 Oct – 2 Nov 2026`: the days from the first to the last."""
    whens = [when for when in map(moment, millis) if when is not None]
    if not whens:
        return NONE
    first, last = min(whens), max(whens)
    if first.date() == last.date():
        return f"{first.day} {first:%b %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {last:%b %Y}"
    if first.year == last.year:
        return f"{first.day} {first:%b} – {last.day} {last:%b %Y}"
    return f"{first.day} {first:%b %Y} – {last.day} {last:%b %Y}"


def duration(millis: int | None) -> str:
    """`340 ms`, `12 s`, `4 min 10 s`, `3 h 41 min`, `2 d 4 h`."""
    if millis is None:
        return NONE
    if millis < 0:
        return NONE
    if millis < 1000:
        return f"{millis} ms"
    seconds = millis // 1000
    if seconds < 60:
        return f"{millis / 1000:.1f} s" if seconds < 10 else f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes:02} min"
    return f"{hours // 24} d {hours % 24} h"


def size(amount: int | None) -> str:
    """`312 B`, `2.1 kB`, `91.4 MB`; a kilobyte is 1,000 bytes."""
    if amount is None:
        return NONE
    if amount < 1000:
        return f"{amount} B"
    value = float(amount)
    unit = ""
    for unit in ("kB", "MB", "GB", "TB"):  # noqa: B007 (the last one tried is the unit)
        value /= 1000
        if value < 999.5:
            break
    return f"{value:.1f} {unit}" if value < 99.95 else f"{value:.0f} {unit}"


def short_id(text: str) -> str:
    """The first eight characters of an id, enough to tell runs apart by eye."""
    return text[:8]
