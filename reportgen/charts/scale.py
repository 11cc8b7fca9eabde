"""Where an axis begins and ends, and where its ticks are.

Ticks are 1, 2 or 5 times a power of ten, powers of ten on a logarithmic axis, or round moments
of UTC on a time axis. `themes/default/js/axes.js` follows the same rules, so that a live
chart takes the static one's place without a jump.
"""

import math
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from msgspec import Struct

from reportgen.charts.labels import tick_labels

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
INTERVALS = (
    *(n * SECOND for n in (1, 2, 5, 10, 30)),
    *(n * MINUTE for n in (1, 2, 5, 10, 30)),
    *(n * HOUR for n in (1, 3, 6, 12)),
    *(n * DAY for n in (1, 2, 4, 7, 14)),
)
MONTHS = (1, 3, 6, 12, 24, 60, 120, 600)
MONTH_NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_MOMENT, LAST_MOMENT = -62_135_596_800_000, 253_402_300_799_000
"""The years 1 to 9999: what a calendar can name."""

LARGEST = 1e300
"""Beyond it, differences of numbers overflow."""

SMALLEST = 1e-290
"""Below it, they lose their digits."""

ROUND = ((math.sqrt(2), 1), (math.sqrt(10), 2), (math.sqrt(50), 5))
"""(below it, the nearest round number by ratio is this)."""


class Axis(Struct, frozen=True, cache_hash=True):
    """A domain with labelled ticks inside it; low < high."""

    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]
    log: bool = False

    def part(self, value: float) -> float:
        """Where a value lies, 0 at `low` and 1 at `high`; outside of that beyond them."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def value_axis(low: float, high: float, *, count: int) -> Axis:
    """An axis of about `count` ticks over finite values; it grows to the next half step."""
    low, high = _apart(_reach(low), _reach(high))
    digit, exponent = _step((high - low) / count)
    half = float(f"{digit}e{exponent}") / 2
    return _half_steps(math.floor(low / half), math.ceil(high / half), digit, exponent)


@lru_cache(maxsize=512)  # a metric lies about where it lay in the run before
def _half_steps(first: int, last: int, digit: int, exponent: int) -> Axis:
    half = float(f"{digit}e{exponent}") / 2
    return _even_axis(first * half, last * half, digit, exponent)


@lru_cache(maxsize=256)  # the charts of a run share it
def step_axis(low: float, high: float, *, count: int) -> Axis:
    """An axis over steps: whole numbers, from the first to the last. A single one is a tick."""
    if low == high:
        return Axis(low - 1, high + 1, (low,), tick_labels((low,), 0))
    digit, exponent = _step((high - low) / count)
    return _even_axis(low, high, *((1, 0) if exponent < 0 else (digit, exponent)))


def number_axis(low: float, high: float, *, count: int) -> Axis:
    """An axis that ends where the finite values do."""
    low, high = _apart(_reach(low), _reach(high))
    return _even_axis(low, high, *_step((high - low) / count))


def _even_axis(low: float, high: float, digit: int, exponent: int) -> Axis:
    step = float(f"{digit}e{exponent}")
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    # Decimal text gives 0.3 where 3 * 0.1 would not.
    ticks = tuple(float(f"{place * digit}e{exponent}") for place in range(first, last + 1))
    return Axis(low, high, ticks, tick_labels(ticks, exponent))


def _reach(value: float) -> float:
    """As far as an axis goes."""
    return min(max(value, -LARGEST), LARGEST)


def _apart(low: float, high: float) -> tuple[float, float]:
    """The two, with room between them where floating point would see none."""
    largest = max(abs(low), abs(high))
    if high - low > 1e-12 * largest and largest > SMALLEST:
        return low, high
    room = largest / 10 if largest > SMALLEST else 1.0
    return low - room, high + room


def _step(rough: float) -> tuple[int, int]:
    """(1, 2 or 5; exponent) of the round step nearest to `rough`, by ratio."""
    exponent = math.floor(math.log10(rough))
    fraction = rough / 10.0**exponent
    for limit, digit in ROUND:
        if fraction < limit:
            return digit, exponent
    return 1, exponent + 1


def log_axis(low: float, high: float, *, count: int) -> Axis:
    """An axis over positive values, ticks at powers of ten (1, 2, 5 when those are few)."""
    low, high = _apart(low, high)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    digits = (1,) if last - first > 2 else (1, 2, 5)
    stride = max(1, math.ceil((last - first) / count))
    grid = [
        (digit, exponent)
        for exponent in range(first, last + 1, stride)
        for digit in digits
        if low <= float(f"{digit}e{exponent}") <= high
    ]
    ticks = tuple(float(f"{digit}e{exponent}") for digit, exponent in grid)
    labels = tuple(
        tick_labels((tick,), exponent)[0] for tick, (_, exponent) in zip(ticks, grid, strict=True)
    )
    return Axis(low, high, ticks, labels, log=True)


def time_axis(low: int, high: int, *, count: int) -> Axis:
    """An axis over milliseconds since 1970 UTC, between the years 1 and 9999."""
    if low == high:
        label = _time_label(low, SECOND)
        return Axis(float(low - SECOND), float(high + SECOND), (float(low),), (label,))
    if high - low < 2 * SECOND:
        low, high = low - SECOND, high + SECOND
    for interval in INTERVALS:
        if (high - low) / interval <= count + 0.5:
            first = math.ceil(low / interval)
            ticks = tuple(range(first * interval, high + 1, interval))
            return _time_axis(low, high, ticks, interval)
    for months in MONTHS:
        if (high - low) / (months * 30.4 * DAY) <= count + 0.5:
            break
    return _time_axis(low, high, _month_starts(low, high, months), months * 30 * DAY)


def _time_axis(low: int, high: int, ticks: tuple[int, ...], interval: int) -> Axis:
    labels = tuple(_time_label(tick, interval) for tick in ticks)
    return Axis(float(low), float(high), tuple(map(float, ticks)), labels)


def _month_starts(low: int, high: int, months: int) -> tuple[int, ...]:
    first, last = _moment(low), _moment(high)
    starts = []
    for count in range(first.year * 12 // months * months, last.year * 12 + 12, months):
        year, month = divmod(count, 12)
        if 1 <= year <= 9999:
            start = (datetime(year, month + 1, 1, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)
            starts.append(start)
    return tuple(start for start in starts if low <= start <= high)


def _time_label(tick: int, interval: int) -> str:
    """As precise as the interval asks for; midnight is the day that begins."""
    moment = _moment(tick)
    if interval >= 360 * DAY:
        return str(moment.year)
    if interval >= 30 * DAY:
        return f"{MONTH_NAMES[moment.month - 1]} {moment.year}"
    if interval >= DAY or tick % DAY == 0:
        return f"{moment.day} {MONTH_NAMES[moment.month - 1]}"
    return f"{moment:%H:%M}" if interval >= MINUTE else f"{moment:%H:%M:%S}"


def _moment(milliseconds: int) -> datetime:
    return EPOCH + timedelta(milliseconds=milliseconds)


def day(milliseconds: int) -> str:
    """`8 Nov 2026`, for sentences."""
    moment = _moment(milliseconds)
    return f"{moment.day} {MONTH_NAMES[moment.month - 1]} {moment.year}"
