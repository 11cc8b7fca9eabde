"""The look of charts: one theme, and colours that all readers tell apart, in light and dark.

How colours appear to who lacks one kind of cone: Machado, Oliveira and Fernandes (2009), severity
1.0, over linear RGB. Distances are CIE 1976 in L*a*b*; 2.3 is what the eye just notices.
"""

import math
import re
from itertools import pairwise

import pytest

from reportgen.charts.look import DASHES, MARKS, vega_config
from reportgen.charts.templates import KINDS, template
from reportgen.generator import builtin_themes

RGB = tuple[float, float, float]
SEES: dict[str, tuple[RGB, RGB, RGB]] = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
SCHEMES = ("light", "dark")


def token(name: str, scheme: str) -> RGB:
    """A colour token of the theme as linear RGB."""
    css = (builtin_themes() / "default" / "css" / "base.css").read_text("utf-8")
    found = re.search(rf"--{name}: light-dark\((#\w+),\s*(#\w+)\)", css)
    assert found, name
    text = found[1 + SCHEMES.index(scheme)][1:]
    full = "".join(each * 2 for each in text) if len(text) == 3 else text
    red, green, blue = (linear(int(full[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return red, green, blue


def linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def seen(colour: RGB, who: str) -> RGB:
    red, green, blue = (
        min(1.0, max(0.0, sum(part * share for part, share in zip(row, colour, strict=True))))
        for row in SEES[who]
    )
    return red, green, blue


def luminance(colour: RGB) -> float:
    red, green, blue = colour
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: RGB, other: RGB) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(colour: RGB) -> RGB:
    red, green, blue = colour
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    a, b, c = (
        share ** (1 / 3) if share > 0.008856 else 7.787 * share + 16 / 116
        for share in (x, luminance(colour), z)
    )
    return 116 * b - 16, 500 * (a - b), 200 * (b - c)


def series(scheme: str) -> list[RGB]:
    return [token(f"s{place}", scheme) for place in range(1, 9)]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_series_stands_out_from_the_card(scheme: str) -> None:
    card = token("card", scheme)

    assert min(contrast(colour, card) for colour in series(scheme)) >= 3


@pytest.mark.parametrize("who", SEES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_neighbours_are_told_apart_by_every_eye(scheme: str, who: str) -> None:
    places = [lab(seen(colour, who)) for colour in series(scheme)]

    assert min(math.dist(one, other) for one, other in pairwise(places)) >= 10


def test_lines_of_one_chart_differ_without_colour() -> None:
    looks = [(dash, mark) for mark in MARKS for dash in DASHES]

    assert len(set(looks)) == len(looks) == 24


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_chart_has_the_one_theme(kind: str) -> None:
    assert template(kind)["config"] == vega_config()
