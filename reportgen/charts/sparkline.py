"""A curve the size of a word, for tables and tiles. Its colour is the page's `--c`."""

import math
from collections.abc import Sequence


def sparkline(
    values: Sequence[float], width: float = 96, height: float = 28, area: bool = False
) -> str:
    """The shape of `values`, left to right; empty text where none is finite.

    Values that are not finite are passed over, as are those too many for their width; constant
    values run along the middle, and a single one is a dot.
    """
    finite = _few([value for value in values if math.isfinite(value)], int(width))
    if not finite:
        return ""
    points = _points(finite, width, height)
    if len(finite) == 1:
        x, y = width / 2, height / 2
        body = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2"/>'
    else:
        shape = f"M{'L'.join(points)}"
        body = f'<path class="ln" d="{shape}"/>'
        if area:
            body = f'<path class="ar" d="{shape}L{width:g},{height:g}L0,{height:g}Z"/>{body}'
    return (
        f'<svg class="spark" viewBox="0 0 {width:g} {height:g}" preserveAspectRatio="none"'
        f' aria-hidden="true">{body}</svg>'
    )


def _few(values: list[float], most: int) -> list[float]:
    """Evenly picked, the first and the last among them."""
    if len(values) <= most:
        return values
    return [values[place * (len(values) - 1) // (most - 1)] for place in range(most)]


def _points(finite: Sequence[float], width: float, height: float) -> list[str]:
    low, high = min(finite), max(finite)
    gap = width / max(1, len(finite) - 1)
    if low == high:
        return [f"{place * gap:.1f},{height / 2:.1f}" for place in range(len(finite))]
    unit = (height - 4) / (high / 2 - low / 2)  # halves, for the whole may overflow
    return [
        f"{place * gap:.1f},{height - 2 - (value / 2 - low / 2) * unit:.1f}"
        for place, value in enumerate(finite)
    ]
