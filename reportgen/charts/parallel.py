"""Which parameters went with which result: a line for each run, across an axis per parameter.

At most 250 lines are drawn: the best, the worst and a sample between them, always the same one.
A parameter that a run does not have is a place of its own, not a gap.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis.metrics import Goal
from reportgen.charts.chart import Chart
from reportgen.charts.labels import number, short
from reportgen.charts.look import PARALLEL
from reportgen.charts.render import to_svg
from reportgen.charts.scale import Axis, log_axis, number_axis
from reportgen.charts.shorten import coarse
from reportgen.charts.templates import template
from reportgen.model import Json

MOST_LINES = 250
MOST_EXTREME = 60
"""How many of the best, and of the worst, are always among them."""

MOST_PARAMS = 9
STEPS = 6
"""A parameter of at most so many different values gets them evenly spaced."""

MISSING = "not set"
MISSING_ROOM = 0.14
LEFT, TOP, RIGHT, BOTTOM = 20, 34, 62, 12


@dataclass(frozen=True, slots=True)
class Trial:
    """One run: what it was given and what came of it."""

    run_id: str
    name: str
    params: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Dimension:
    """An axis of its own: ticks as (height, label), and the height of each trial, 0 to 1."""

    name: str
    ticks: tuple[tuple[float, str], ...]
    heights: tuple[float, ...]


def parallel_chart(
    metric: str, params: Sequence[str], trials: Sequence[Trial], goal: Goal
) -> Chart | None:
    """`params` (the first nine) against the metric; None for fewer than two finite trials or
    no parameter. `goal` must be known."""
    data = parallel_data(metric, params, trials, goal)
    if data is None:
        return None
    spec = template("parallel")
    spec["datasets"] = _datasets(data)
    spec["params"] = [{"name": "last_axis", "value": len(data["axes"]) - 1}]
    spec["padding"] = {"left": LEFT, "top": TOP, "right": RIGHT, "bottom": BOTTOM}
    spec["width"] = PARALLEL.width - LEFT - RIGHT
    spec["height"] = PARALLEL.height - TOP - BOTTOM
    usable = _usable(trials, goal)
    return Chart("parallel", coarse(to_svg(spec)), _sentence(metric, params, usable, len(trials)))


def parallel_data(
    metric: str, params: Sequence[str], trials: Sequence[Trial], goal: Goal
) -> Json | None:
    """What the live chart needs, for `charts.parallel` of an experiment's data file.

    `axes` are {name, ticks: [[height, label], …]}, `runs` [id, name, fifth, [height, …], [value,
    …]] from the worst to the best.
    """
    usable = _usable(trials, goal)
    if len(usable) < 2 or not params:
        return None
    shown = _sample(usable)
    names = params[:MOST_PARAMS]
    dimensions = [_parameter(name, [each.params.get(name) for each in shown]) for name in names]
    dimensions.append(_metric(metric, [trial.value for trial in shown]))
    rank = {id(trial): place * 5 // len(usable) for place, trial in enumerate(usable)}
    return {
        "metric": metric,
        "axes": [
            {"name": each.name, "ticks": [list(tick) for tick in each.ticks]} for each in dimensions
        ],
        "runs": [
            [
                trial.run_id,
                trial.name,
                rank[id(trial)],
                [each.heights[place] for each in dimensions],
                [*(trial.params.get(name, MISSING) for name in names), number(trial.value)],
            ]
            for place, trial in enumerate(shown)
        ],
    }


def _usable(trials: Sequence[Trial], goal: Goal) -> list[Trial]:
    """Those with a finite value, from the worst to the best."""
    sign = 1 if goal is Goal.MAX else -1
    finite = [trial for trial in trials if math.isfinite(trial.value)]
    return sorted(finite, key=lambda trial: (sign * trial.value, trial.run_id))


def _sample(usable: list[Trial]) -> list[Trial]:
    if len(usable) <= MOST_LINES:
        return usable
    middle = range(MOST_EXTREME, len(usable) - MOST_EXTREME)
    # Seeded, so that the same runs always give the same picture; no secret hangs on it.
    chosen = random.Random(len(usable)).sample(middle, MOST_LINES - 2 * MOST_EXTREME)
    return usable[:MOST_EXTREME] + [usable[i] for i in sorted(chosen)] + usable[-MOST_EXTREME:]


def _metric(name: str, values: Sequence[float]) -> Dimension:
    axis = _number_axis(values)
    return Dimension(name, _ticks(axis), tuple(_height(axis, value) for value in values))


def _parameter(name: str, texts: Sequence[str | None]) -> Dimension:
    """The axis of a parameter: numbers in their distances where there are many, else steps."""
    present = [text for text in texts if text is not None]
    numbers = [_number(text) for text in present]
    known = [value for value in numbers if value is not None]
    if len(known) == len(present) and len(set(known)) > STEPS:
        axis = _number_axis(known)
        ticks = _ticks(axis)
        heights = [None if text is None else _height(axis, float(text)) for text in texts]
    else:
        ticks, heights = _stepped(name, texts, numeric=len(known) == len(present))
    if len(present) < len(texts):
        ticks = ((0.0, MISSING), *((_raised(height), label) for height, label in ticks))
        heights = [None if height is None else _raised(height) for height in heights]
    return Dimension(name, ticks, tuple(0.0 if height is None else height for height in heights))


def _raised(height: float) -> float:
    """Above the place of runs that do not have the parameter."""
    return round(MISSING_ROOM + (1 - MISSING_ROOM) * height, 4)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _number_axis(values: Sequence[float]) -> Axis:
    """Logarithmic where positive values span more than two orders of magnitude."""
    low, high = min(values), max(values)
    if low > 0 and high / low > 100:
        return log_axis(low, high, count=5)
    return number_axis(low, high, count=4)


def _height(axis: Axis, value: float) -> float:
    return round(min(1.0, max(0.0, axis.part(value))), 4)


def _ticks(axis: Axis) -> tuple[tuple[float, str], ...]:
    labelled = zip(axis.ticks, axis.labels, strict=True)
    return tuple((_height(axis, tick), label) for tick, label in labelled)


def _stepped(
    name: str, texts: Sequence[str | None], *, numeric: bool
) -> tuple[tuple[tuple[float, str], ...], list[float | None]]:
    """Evenly spaced values; lines are set a little apart so that bundles show their size."""
    keys = [text if text is None or not numeric else float(text) for text in texts]
    labels = {key: text for key, text in zip(keys, texts, strict=True) if text is not None}
    distinct = sorted(labels, key=lambda key: (key is None, key))
    gap = 1 / max(1, len(distinct) - 1)
    places = {key: place * gap if len(distinct) > 1 else 0.5 for place, key in enumerate(distinct)}
    every = -(-len(distinct) // 12)
    ticks = tuple((round(places[key], 4), short(labels[key], 16)) for key in distinct[::every])
    spread = min(0.02, gap / 5)
    chance = random.Random(name)
    jitter = [chance.uniform(-spread, spread) for _ in keys[1:]] + [0.0]
    heights = [
        None if key is None else round(min(1.0, max(0.0, places[key] + moved)), 4)
        for key, moved in zip(keys, jitter, strict=True)
    ]
    return ticks, heights


def _datasets(data: Json) -> Json:
    """`parallel_data` as the template's rows; the script does the same in the browser."""
    last = len(data["axes"]) - 1
    room = int((PARALLEL.width - LEFT - RIGHT) / last / 7.5)
    runs = data["runs"]
    return {
        "lines": [
            {"i": place, "d": d, "p": height, "b": fifth}
            for place, (_, _, fifth, heights, _) in enumerate(runs)
            for d, height in enumerate(heights)
        ],
        "top": [{"d": d, "p": height} for d, height in enumerate(runs[-1][3])],
        "axes": [{"d": d} for d in range(last + 1)],
        "names": [
            {"d": d, "t": short(axis["name"], room), "a": _side(d, last)}
            for d, axis in enumerate(data["axes"])
        ],
        "ticks": [
            {"d": d, "p": height, "t": label}
            for d, axis in enumerate(data["axes"])
            for height, label in axis["ticks"]
        ],
        "pointed": [],
    }


def _side(place: int, last: int) -> str:
    return "left" if place == 0 else "right" if place == last else "center"


def _sentence(metric: str, params: Sequence[str], usable: Sequence[Trial], all_trials: int) -> str:
    best = usable[-1]
    names = list(params[:MOST_PARAMS])
    settings = ", ".join(f"{name} {best.params.get(name, MISSING)}" for name in names)
    shown = f", {min(MOST_LINES, len(usable))} drawn" if len(usable) > MOST_LINES else ""
    left_out = all_trials - len(usable)
    odd = f"; {left_out} without a finite value left out" if left_out else ""
    return (
        f"{', '.join(names)} against {metric} in {len(usable):,} runs{shown}: the best,"
        f" {best.name} with {number(best.value)}, has {settings}{odd}"
    )
