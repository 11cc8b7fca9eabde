"""Drawings in fewer bytes: the same lines, told from point to point.

The many lines of an experiment's charts are most of what its page weighs. From one point to the
next numbers are small and repeat, so that packed they take two thirds of the room.
"""

import re
from functools import lru_cache
from operator import sub

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
        # With one decimal each, numbers without their points are tenths.
        tenths = list(map(int, body.replace(".", "").replace("L", ",").split(",")))
        xs, ys = tenths[0::2], tenths[1::2]
        across, down = map(sub, xs[1:], xs), map(sub, ys[1:], ys)
        moves = [f"{_short(x)},{_short(y)}" for x, y in zip(across, down, strict=True)]
        start = f"M{_short(xs[0])},{_short(ys[0])}"
        parts.append(start + (f"l{' '.join(moves)}" if moves else "") + lonely)
    return "".join(parts)


@lru_cache(maxsize=1 << 14)  # moves are small: the same ones come again and again
def _short(tenths: int) -> str:
    """-0.5 as `-.5`, 3.0 as `3`."""
    whole, part = divmod(abs(tenths), 10)
    sign = "-" if tenths < 0 else ""
    if not part:
        return f"{sign}{whole}"
    return f"{sign}{whole or ''}.{part}"
