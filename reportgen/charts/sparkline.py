"""A curve the size of a word, for tables and tiles. Its colour is the page's `--c`.

A page has dozens: its geometry is whole numbers, about halves of a pixel.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import floor

from reportgen.analysis.metrics import finite_of
from reportgen.charts.paths import way

FINE = 2
"""Units of the drawing for each of its pixels, about."""

BEYOND = 9
"""Units by which an area goes over the edges, which cut it off."""


def sparkline(
    values: Sequence[float], width: float = 96, height: float = 28, area: bool = False
) -> str:
    """The shape of `values`, left to right; empty text where none is finite.

    Values that are not finite are passed over, as are those too many for their width; constant
    values run along the middle, and a single one is a dot.
    """
    finite = _few(finite_of(list(values)), int(width))
    if not finite:
        return ""
    if len(finite) == 1:
        dot = f'<circle cx="{width / 2:g}" cy="{height / 2:g}" r="2"/>'
        return _drawing(f"{width:g} {height:g}", dot)
    gap = max(1, round(FINE * width / (len(finite) - 1)))
    across = gap * (len(finite) - 1)
    down = round(across * height / width)
    places = _places(finite, down, 2 * across / width)
    start = places[0]
    shape = way(_moves(gap, len(places)), places) if len(places) > 1 else f"H{across}"
    if area:  # goes round outside of the drawing, where its line is not seen
        end = down + BEYOND
        drawn = f'class="ar" d="M-{BEYOND} {end}V{start}H0{shape}h{BEYOND}V{end}Z"'
    else:
        drawn = f'd="M0 {start}{shape}"'
    return _drawing(f"{across} {down}", f"<path {drawn}/>")


def _drawing(size: str, body: str) -> str:
    return (
        f'<svg class="spark" viewBox="0 0 {size}" preserveAspectRatio="none"'
        f' aria-hidden="true">{body}</svg>'
    )


def _few(values: list[float], most: int) -> list[float]:
    """Evenly picked, the first and the last among them."""
    if len(values) <= most:
        return values
    return [values[place * (len(values) - 1) // (most - 1)] for place in range(most)]


def _places(finite: Sequence[float], height: int, room: float) -> list[int]:
    """How far down each value lies, with `room` above the highest and below the lowest.

    Of constant ones it is told once.
    """
    low, high = min(finite) / 2, max(finite) / 2  # halves, for the whole may overflow
    if low == high:
        return [height // 2]
    unit, start = (height - 2 * room) / (high - low), height - room + 0.5
    return [floor(start - (value / 2 - low) * unit) for value in finite]


@lru_cache(maxsize=128)
def _moves(gap: int, count: int) -> list[int]:
    """Through so many points, as `way` takes them."""
    return [gap, 0] * (count - 1)
