"""Values that the chart tests start from, and the looks into a drawing that they share."""

import math
import random
from array import array
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from reportgen.analysis.metrics import Goal
from reportgen.charts.curve import Series
from reportgen.charts.overlay import RunCurve
from reportgen.charts.parallel import Trial
from reportgen.charts.progress import Attempt
from reportgen.model import MetricHistory

NOON = 1_763_726_400_000
"""21 November 2025, 12:00 UTC."""

DAY = 86_400_000


def a_history(values: Sequence[float], steps: Sequence[int] | None = None) -> MetricHistory:
    """A point a minute from noon on."""
    return MetricHistory(
        steps=array("q", steps if steps is not None else range(len(values))),
        timestamps=array("q", (NOON + 60_000 * place for place in range(len(values)))),
        values=array("d", values),
    )


def a_series(values: Sequence[float], label: str = "loss", goal: Goal = Goal.MIN) -> Series:
    return Series(label, a_history(values), len(values), goal)


def a_noisy_fall(points: int, seed: int = 1) -> list[float]:
    chance = random.Random(seed)
    return [2 * math.exp(-4 * i / points) + 0.5 + chance.gauss(0, 0.05) for i in range(points)]


def a_curve(name: str, values: Sequence[float], hue: int = 0) -> RunCurve:
    return RunCurve(f"id-{name}", name, a_history(values), hue)


def an_attempt(name: str, day: float, value: float) -> Attempt:
    return Attempt(f"id-{name}", name, NOON + int(day * DAY), value)


def a_trial(name: str, value: float, **params: str) -> Trial:
    return Trial(f"id-{name}", name, params, value)


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def paths(svg: str, stroke: str) -> list[ET.Element]:
    """The lines of one colour."""
    return [each for each in drawn(svg).iter("path") if each.get("stroke") == stroke]


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in drawn(svg).iter("text")]
