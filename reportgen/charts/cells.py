"""A grid of coloured cells with their values in them: heat maps and confusion matrices."""

from collections.abc import Sequence

from msgspec import Struct

from reportgen.charts.labels import markup, short
from reportgen.charts.look import BEST, FONT_SIZE, LABEL, RAMP, RULE, TEXT

WIDTH = 512.0
TOP, BOTTOM = 8.0, 44.0
ON_RAMP = ("var(--fg)", "var(--fg)", "var(--fg)", "var(--on3)", "var(--card)")
"""Text that can be read on each shade of the ramp, in light and dark."""

LONGEST_ROW = 16


class Cell(Struct, frozen=True):
    """A cell that has something to say; places without one are drawn empty."""

    row: int
    column: int
    share: float
    """From 0, the weakest shade, to 1, the strongest."""

    text: str
    note: str = ""
    """A second, smaller line."""

    best: bool = False


class Grid(Struct, frozen=True):
    """What the rows and columns are; the first row is drawn at the top."""

    rows: Sequence[str]
    columns: Sequence[str]
    row_title: str
    column_title: str


def shade(share: float) -> int:
    """Which of the five shades of the ramp."""
    return max(0, min(4, int(share * 5)))


def cells(grid: Grid, filled: Sequence[Cell]) -> str:
    """The drawing; rows and columns are at least one each."""
    left = 34 + 6.7 * max(len(short(row, LONGEST_ROW)) for row in grid.rows)
    width = (WIDTH - left - 8) / len(grid.columns)
    height = max(22.0, min(84.0, 234 / len(grid.rows)))
    bottom = TOP + height * len(grid.rows)
    there = {(cell.row, cell.column) for cell in filled}
    empty = "".join(
        f"M{left + width * column + 1.5:.1f},{TOP + height * row + 1.5:.1f}"
        f"h{width - 3:.1f}v{height - 3:.1f}h{3 - width:.1f}Z"
        for row in range(len(grid.rows))
        for column in range(len(grid.columns))
        if (row, column) not in there
    )
    parts = [f'<path d="{empty}" stroke="{RULE}" stroke-dasharray="2 4"/>'] if empty else []
    parts.extend(_cell(cell, left, width, height) for cell in filled)
    parts.append(_names(grid, left, width, height, bottom))
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {bottom + BOTTOM:g}" fill="none" font-size="{FONT_SIZE:g}"'
        f' aria-hidden="true" data-plot="{left:g} {TOP:g} {WIDTH - 8 - left:g} {bottom - TOP:g}">'
        f"{''.join(parts)}</svg>"
    )


def _cell(cell: Cell, left: float, width: float, height: float) -> str:
    x, y = left + width * cell.column, TOP + height * cell.row
    level = shade(cell.share)
    room = int((width - 4) / 6.4)
    edge = f' stroke="{BEST}" stroke-width="2.5"' if cell.best else ""
    noted = bool(cell.note) and height >= 34
    text = short(cell.text, room) if room >= 2 else ""
    middle = y + height / 2 + (-2 if noted else 4)
    note = ""
    if noted and len(cell.note) <= room:
        note = f'<text x="{x + width / 2:.1f}" y="{middle + 13:.1f}">{markup(cell.note)}</text>'
    return (
        f'<rect x="{x + 1:.1f}" y="{y + 1:.1f}" width="{width - 2:.1f}" height="{height - 2:.1f}"'
        f' rx="3" fill="{RAMP[level]}"{edge}/><g fill="{ON_RAMP[level]}" text-anchor="middle">'
        f'<text x="{x + width / 2:.1f}" y="{middle:.1f}" font-weight="600">{markup(text)}</text>'
        f"{note}</g>"
    )


def _names(grid: Grid, left: float, width: float, height: float, bottom: float) -> str:
    room = max(3, int(width / 6.7))
    columns = "".join(
        f'<text x="{left + width * (place + 0.5):.1f}" y="{bottom + 16:.1f}">'
        f"{markup(short(name, room))}</text>"
        for place, name in enumerate(grid.columns)
    )
    rows = "".join(
        f'<text x="{left - 8:.1f}" y="{TOP + height * (place + 0.5) + 4:.1f}">'
        f"{markup(short(name, LONGEST_ROW))}</text>"
        for place, name in enumerate(grid.rows)
    )
    middle = (TOP + bottom) / 2
    return (
        f'<g fill="{TEXT}" text-anchor="middle">{columns}</g>'
        f'<g fill="{TEXT}" text-anchor="end">{rows}</g><g fill="{LABEL}" text-anchor="middle">'
        f'<text x="{(left + WIDTH - 8) / 2:.1f}" y="{bottom + 36:.1f}">'
        f"{markup(grid.column_title)}</text>"
        f'<text transform="translate(13,{middle:.1f}) rotate(-90)">{markup(grid.row_title)}</text>'
        "</g>"
    )
