"""When something ran within something longer: a bar the width of a table's cell."""

LENGTH, HEIGHT = 1000, 14
LEAST = 6
"""Thousandths of the whole that the shortest bar has, or nobody would see it."""


def lane(start: int, end: int, whole: tuple[int, int], fill: str) -> str:
    """The bar from `start` to `end` within `whole`, all in milliseconds; `fill` is a css value.

    What lies outside of the whole is cut off.
    """
    first, last = whole
    unit = LENGTH / max(1, last - first)
    left = min(LENGTH - LEAST, max(0, round((start - first) * unit)))
    width = min(LENGTH - left, max(LEAST, round((end - start) * unit)))
    return (
        f'<svg class="lane" viewBox="0 0 {LENGTH} {HEIGHT}" preserveAspectRatio="none"'
        f' aria-hidden="true"><path d="M0 {HEIGHT / 2:g}H{LENGTH}" stroke="var(--line)"/>'
        f'<rect x="{left}" y="2" width="{width}" height="{HEIGHT - 4}" fill="{fill}"/></svg>'
    )
