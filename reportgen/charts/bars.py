"""Horizontal bars, with whiskers where the values are uncertain: written by hand as SVG."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from reportgen.charts.labels import markup, short
from reportgen.charts.look import FONT_SIZE, GRID, LABEL, RULE, TEXT
from reportgen.charts.scale import Axis, number_axis

WIDTH = 512.0
ROW, BAR = 30.0, 16.0
LONGEST_LABEL = 26
RIGHT, TOP, BOTTOM = 74.0, 8.0, 28.0


class Bar(Struct, frozen=True):
    """One bar, finite."""

    label: str
    value: float
    text: str
    """What is written at its end."""

    spread: float = 0
    """Half the length of its whisker."""


def bars(rows: Sequence[Bar], *, title: str = "") -> str:
    """The drawing of at least one bar, from top to bottom; `title` is that of the axis below."""
    axis = _axis(rows)
    longest = max(len(short(row.label, LONGEST_LABEL)) for row in rows)
    left = 16 + 6.7 * max(3, longest)
    bottom = TOP + ROW * len(rows)
    height = bottom + BOTTOM + (18 if title else 0)
    span = WIDTH - RIGHT - left

    def across(value: float) -> float:
        return left + axis.part(value) * span

    parts = [_grid(axis, across, bottom)]
    for place, row in enumerate(rows):
        parts.append(_bar(row, TOP + ROW * (place + 0.5), left - 8, across))
    parts.append(
        f'<path d="M{across(0):.1f},{TOP:g}V{bottom:g}" stroke="{RULE}"/>'
        + _titled(title, left + span / 2, height)
    )
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {height:g}" fill="none" font-size="{FONT_SIZE:g}"'
        f' aria-hidden="true" data-plot="{left:g} {TOP:g} {span:g} {bottom - TOP:g}">'
        f"{''.join(parts)}</svg>"
    )


def _axis(rows: Sequence[Bar]) -> Axis:
    low = min(0.0, *(row.value - row.spread for row in rows))
    high = max(0.0, *(row.value + row.spread for row in rows))
    return number_axis(low, high, count=4)


def _grid(axis: Axis, across: Callable[[float], float], bottom: float) -> str:
    lines = "".join(f"M{across(tick):.1f},{TOP:g}V{bottom:g}" for tick in axis.ticks)
    labels = "".join(
        f'<text x="{across(tick):.1f}" y="{bottom + 18:g}">{label}</text>'
        for tick, label in zip(axis.ticks, axis.labels, strict=True)
    )
    return f'<path d="{lines}" stroke="{GRID}"/><g fill="{LABEL}" text-anchor="middle">{labels}</g>'


def _bar(row: Bar, middle: float, label_end: float, across: Callable[[float], float]) -> str:
    start, end = sorted((across(0), across(row.value)))
    low, high = across(row.value - row.spread), across(row.value + row.spread)
    whisker = ""
    if row.spread > 0:
        shape = f"M{low:.1f},{middle - 4:g}v8m0,-4H{high:.1f}m0,-4v8"
        whisker = f'<path d="{shape}" stroke="{TEXT}" stroke-width="1.4"/>'
    return (
        f'<text x="{label_end:.1f}" y="{middle + 4:g}" text-anchor="end" fill="{TEXT}">'
        f"{markup(short(row.label, LONGEST_LABEL))}</text>"
        f'<rect x="{start:.1f}" y="{middle - BAR / 2:g}" width="{max(1.0, end - start):.1f}"'
        f' height="{BAR:g}" rx="3" fill="var(--s1)"/>{whisker}'
        f'<text x="{max(high, end) + 8:.1f}" y="{middle + 4:g}" fill="{TEXT}">'
        f"{markup(row.text)}</text>"
    )


def _titled(title: str, middle: float, height: float) -> str:
    if not title:
        return ""
    return (
        f'<text x="{middle:.1f}" y="{height - 4:g}" fill="{LABEL}" text-anchor="middle">'
        f"{markup(title)}</text>"
    )
