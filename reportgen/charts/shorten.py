"""Drawings in fewer bytes: the same lines, told from point to point.

The many lines of an experiment's charts are most of what its page weighs. From one point to the
next numbers are small and repeat, so that packed they take two thirds of the room.
"""

import re
from itertools import pairwise

_LINES = re.compile(r' d="(M-?\d+\.\d,[MLh0-9.,-]*)"')
"""Straight lines with one decimal, as `svg.line` draws them."""


def shortened(svg: str) -> str:
    """`svg` with relative coordinates in its straight lines; nothing moves by any amount."""
    return _LINES.sub(lambda found: f' d="{_relative(found[1])}"', svg)


def _relative(path: str) -> str:
    """`M1.0,2.0L3.0,2.5` as `M1,2l2,.5`; paths of other commands come back as they are."""
    parts = []
    for stretch in path.split("M")[1:]:
        body, lonely, _ = stretch.partition("h0")
        points = [_tenths(point) for point in body.split("L")]
        moves = [f"{_short(x - u)},{_short(y - v)}" for (u, v), (x, y) in pairwise(points)]
        start = f"M{_short(points[0][0])},{_short(points[0][1])}"
        parts.append(start + (f"l{' '.join(moves)}" if moves else "") + lonely)
    return "".join(parts)


def _tenths(point: str) -> tuple[int, int]:
    x, _, y = point.partition(",")
    return int(x.replace(".", "")), int(y.replace(".", ""))


def _short(tenths: int) -> str:
    """-0.5 as `-.5`, 3.0 as `3`."""
    whole, part = divmod(abs(tenths), 10)
    sign = "-" if tenths < 0 else ""
    if not part:
        return f"{sign}{whole}"
    return f"{sign}{whole or ''}.{part}"
