"""Which parameters went with which result: a line for each run, across an axis per parameter.

At most 250 lines are drawn: the best, the worst and a sample between them, always the same one.
A parameter that a run does not have is a place of its own, not a gap.
"""

import math
import random
from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from reportgen.analysis.metrics import Goal
from reportgen.charts.chart import Chart
from reportgen.charts.labels import markup, number, short
from reportgen.charts.look import BEST, CARD, FONT_SIZE, PARALLEL, RAMP, RAMP_OPACITY, RULE, TEXT
from reportgen.charts.scale import Axis, log_axis, number_axis
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


class Trial(Struct, frozen=True):
    """One run: what it was given and what came of it."""

    run_id: str
    name: str
    params: Mapping[str, str]
    value: float


class Dimension(Struct, frozen=True):
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
    usable = _usable(trials, goal)
    return Chart("parallel", _drawn(data), _sentence(metric, params, usable, len(trials)))


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


# ------------------------------------------------------------------ drawn

WIDTH, HEIGHT = PARALLEL.width - LEFT - RIGHT, PARALLEL.height - TOP - BOTTOM


def _drawn(data: Json) -> str:
    """The static picture: as the live chart draws `parallel_data`, in whole units."""
    last = len(data["axes"]) - 1
    across = [round(WIDTH * place / last) for place in range(last + 1)]
    lines: list[list[str]] = [[] for _ in RAMP]
    for _, _, fifth, heights, _ in data["runs"]:
        lines[fifth].append(f'<path d="{_line(across, heights)}"/>')
    worst, best = RAMP_OPACITY
    bundles = "".join(
        f'<g stroke="{RAMP[fifth]}" stroke-opacity="{worst + (best - worst) * fifth / 4:g}">'
        f"{''.join(paths)}</g>"
        for fifth, paths in enumerate(lines)
        if paths
    )
    rules = "".join(f"M{x},0V{HEIGHT:g}" for x in across)
    return (
        f'<svg viewBox="0 0 {PARALLEL.width:g} {PARALLEL.height:g}" fill="none"'
        f' font-size="{FONT_SIZE:g}" aria-hidden="true"'
        f' data-plot="{LEFT} {TOP} {WIDTH:g} {HEIGHT:g}"><g transform="translate({LEFT},{TOP})">'
        f'<g stroke-width="1.1" stroke-linecap="round">{bundles}</g>'
        f'<path d="{rules}" stroke="{RULE}"/>{_best(across, data["runs"][-1][3])}'
        f"{_labels(across, data)}</g></svg>"
    )


def _best(across: Sequence[int], heights: Sequence[float]) -> str:
    dots = "".join(
        f'<circle cx="{x}" cy="{HEIGHT * (1 - height):.1f}" r="4"/>'
        for x, height in zip(across, heights, strict=True)
    )
    line = f'<path d="{_line(across, heights)}" stroke="{BEST}" stroke-width="3"'
    return f'{line} stroke-linecap="round"/><g fill="{BEST}">{dots}</g>'


def _labels(across: Sequence[int], data: Json) -> str:
    """The ticks, with a halo in the colour of the card to be read above the lines; the names."""
    room = int(WIDTH / (len(across) - 1) / 7.5)
    ticks = "".join(
        f'<text x="{x + 7}" y="{HEIGHT * (1 - height):.1f}">{markup(label)}</text>'
        for x, axis in zip(across, data["axes"], strict=True)
        for height, label in axis["ticks"]
    )
    names = "".join(
        f'<text x="{x}"{_side(x, across)}>{markup(short(axis["name"], room))}</text>'
        for x, axis in zip(across, data["axes"], strict=True)
    )
    return (
        f'<g fill="{TEXT}" font-size="11" dominant-baseline="central" paint-order="stroke"'
        f' stroke="{CARD}" stroke-width="6" stroke-opacity="0.92" stroke-linejoin="round">{ticks}'
        f'</g><g fill="{TEXT}" font-size="12" font-weight="500" transform="translate(0,-16)">'
        f"{names}</g>"
    )


def _side(x: int, across: Sequence[int]) -> str:
    if x == across[0]:
        return ""
    return ' text-anchor="end"' if x == across[-1] else ' text-anchor="middle"'


def _line(across: Sequence[int], heights: Sequence[float]) -> str:
    """A smooth line that rises and falls only where the values do, over even distances.

    Formula: the monotone cubic of Steffen, Astronomy and Astrophysics 239, 1990, as d3's
    `curveMonotoneX` has it and Vega's `monotone` draws it. A curve's first control point mirrors
    the last one of the curve before: `S` leaves it out.
    """
    down = [HEIGHT * (1 - height) for height in heights]
    rises = [after - before for before, after in pairwise(down)]
    slopes = [
        2 * math.copysign(min(abs(one), abs(other), abs(one + other) / 4), one)
        if one * other > 0
        else 0.0
        for one, other in pairwise(rises)
    ]
    first, last = _end_slope(rises[0], slopes[:1]), _end_slope(rises[-1], slopes[-1:])
    third = (across[1] - across[0]) / 3
    start = f"M{across[0]},{down[0]:.0f}C{across[0] + third:.0f},{down[0] + first / 3:.0f} "
    curves = (
        f"{x - third:.0f},{y - slope / 3:.0f} {x},{y:.0f}"
        for x, y, slope in zip(across[1:], down[1:], [*slopes, last], strict=True)
    )
    return start + "S".join(curves)


def _end_slope(rise: float, inner: Sequence[float]) -> float:
    return (3 * rise - inner[0]) / 2 if inner else rise


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
