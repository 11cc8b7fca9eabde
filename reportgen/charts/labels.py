"""Numbers and names as charts print them.

Ticks of one axis share their precision and unit. Whatever a store called something passes
through `markup` before it is written into SVG, and through `short` where room is scarce.
`themes/default/js/axes.js` words its ticks by the same rules.
"""

import html
import math
import re
from collections.abc import Sequence

UNITS = (("T", 12), ("G", 9), ("M", 6), ("k", 3))

# XML has no way to write these, and no reader can see them.
INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def markup(text: str) -> str:
    """Text from a store as SVG text or attribute."""
    return html.escape(INVISIBLE.sub(" ", text))


def short(text: str, most: int = 18) -> str:
    """The start of a long name; visible characters only."""
    clean = INVISIBLE.sub(" ", text)
    return clean if len(clean) <= most else clean[: most - 1].rstrip() + "…"


def number(value: float) -> str:
    """Four significant digits, for sentences: `0.6031`, `12,400`, `2.1e-07`, `NaN`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "infinity" if value > 0 else "−infinity"
    if value == 0 or 1e-4 <= abs(value) < 1e7:
        digits = 3 - math.floor(math.log10(abs(value))) if value else 0
        text = f"{value:,.{digits}f}" if digits >= 0 else f"{round(value, digits):,.0f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{value:.4g}"
    return text.replace("-", "−", 1) if value < 0 else text


def tick_labels(ticks: Sequence[float], exponent: int) -> tuple[str, ...]:
    """The labels of evenly spaced ticks whose step is a small number times 10**exponent.

    `0 2k 4k`, `0.90 0.95 1.00`, `1.0e-4 1.5e-4`, `2,410 2,411`: the shortest way to write
    them all with the same precision.
    """
    largest = max((abs(tick) for tick in ticks), default=0.0)
    if largest == 0:
        return tuple("0" for _ in ticks)
    form = _tick_form(math.floor(math.log10(largest)), exponent)
    return tuple([_signed(tick, form) for tick in ticks])


def _tick_form(magnitude: int, exponent: int) -> tuple[int, int, str]:
    """(power of ten to divide by, decimals, suffix); the suffix `e` asks for an exponent."""
    for suffix, power in UNITS:
        if magnitude >= power and power - exponent <= 2 and magnitude < 15:
            return power, max(0, power - exponent), suffix
    if magnitude >= 9 or magnitude < -2 or exponent < -7:
        return 0, max(0, min(15, magnitude - exponent)), "e"
    return 0, max(0, -exponent), ""


def _signed(tick: float, form: tuple[int, int, str]) -> str:
    power, decimals, suffix = form
    if tick == 0:
        return "0"
    if suffix == "e":
        digits, _, exponent = f"{abs(tick):.{decimals}e}".partition("e")
        text = f"{digits}e{int(exponent)}"
    else:
        text = f"{abs(tick) / 10**power:,.{decimals}f}{suffix}"
    return f"−{text}" if tick < 0 else text
