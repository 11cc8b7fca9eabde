"""How charts look: one place for colours, dashes and sizes, for static and live charts alike.

Colours are css variables, so that one drawing serves light, dark and print.
"""

from msgspec import Struct

from reportgen.model import Json

DASHES = ("", "5 5", "0.1 4.5", "8 5 0.1 5", "12 6", "2.5 5", "0.1 8", "6 4.5 0.1 4.5 0.1 4.5")
"""Of the series 1 to 8, which must not differ by colour alone. Round ends make 0.1 a dot."""

MARKS = ("circle", "square", "triangle-up")
"""Of the lines 1 to 8, 9 to 16 and 17 to 24 of a chart: dashes begin again there."""

RAMP = tuple(f"var(--p{shade})" for shade in range(5))
"""From the worst fifth to the best."""

RAMP_OPACITY = (0.35, 0.3)
"""Of hundreds of lines that lie over each other: of the worst fifth, and of the best."""

BEST = "var(--p5)"
TEXT, LABEL, GRID, RULE = "var(--fg2)", "var(--fg3)", "var(--grid)", "var(--line2)"
CONTEXT, ODD, CARD = "var(--mute)", "var(--bad)", "var(--card)"
FONT_SIZE = 11.5


class Size(Struct, frozen=True):
    """Of a whole chart, in its own units, which are pixels where the page has room."""

    width: float
    height: float


CURVE = Size(430, 190)
OVERLAY = Size(640, 286)
PROGRESS = Size(512, 286)
PARALLEL = Size(1200, 322)


def colour(place: int, *, alone: bool = False) -> str:
    """Of the series at `place`, from 0. A lone one follows the page's `--c`, where it is set."""
    return "var(--c,var(--s1))" if alone else f"var(--s{place % 8 + 1})"


def vega_config() -> Json:
    """The configuration all Vega-Lite charts share.

    `sans-serif` has the same measures on every build machine; css sets the real font.
    """
    return {
        "background": None,
        "font": "sans-serif",
        "view": {"stroke": None},
        "range": {"category": [colour(place) for place in range(8)], "ramp": list(RAMP)},
        "mark": {"aria": False, "invalid": None, "tooltip": None},
        "axis": {
            "aria": False,
            "labelColor": LABEL,
            "titleColor": LABEL,
            "labelFontSize": FONT_SIZE,
            "titleFontSize": FONT_SIZE,
            "titleFontWeight": "normal",
            "gridColor": GRID,
            "domain": False,
            "ticks": False,
            "labelPadding": 8,
        },
        "axisX": {"grid": False, "domain": True, "domainColor": RULE, "labelPadding": 9},
    }
