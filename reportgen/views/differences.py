"""How far one number is from another, in the words of the comparison's script (`difference` in
compare_rows.js): what a page says and what a reader finds by comparing are the same."""

import math

from msgspec import Struct

from reportgen.analysis.metrics import Goal

SIGNS = {Goal.MAX: 1, Goal.MIN: -1, Goal.UNKNOWN: 0}


class Delta(Struct, frozen=True):
    """The arrow tells the direction of the number, the word what that means."""

    text: str
    """`▲ +0.012 (+1.33 %)`; empty for none."""

    word: str
    """`better`, `worse`, `same`; empty where no direction is better."""

    @property
    def tone(self) -> str:
        return {"better": "up", "worse": "down"}.get(self.word, "")


def difference(before: float | None, after: float | None, goal: Goal) -> Delta | None:
    """How far `after` is from `before`; None where either is no finite number."""
    if before is None or after is None or not (math.isfinite(before) and math.isfinite(after)):
        return None
    by = after - before
    if by == 0:
        return Delta("", "same")
    share = "" if before == 0 else f" ({_share(before, after)})"
    good = (1 if by > 0 else -1) * SIGNS[goal]
    return Delta(
        f"{'▲ +' if by > 0 else '▼ −'}{_step(abs(by))}{share}",
        "better" if good > 0 else "worse" if good < 0 else "",
    )


def _step(size: float) -> str:
    """Three digits are enough: 0.3 - 0.1 is 0.2, not 0.19999999999999998."""
    short = float(f"{size:.3g}")
    if short >= 1e9 or short < 1e-4:
        mantissa, _, power = f"{short:.2e}".partition("e")
        return f"{mantissa}e{int(power)}"
    if short == int(short):
        return f"{int(short):,}"
    return f"{short:.12f}".rstrip("0")


def _share(before: float, after: float) -> str:
    """`+1.30 %` of the former; from ten times on, how many times it is."""
    times = after / before
    if times >= 10:
        return f"×{_step(times)}"
    percent = (after - before) / abs(before) * 100
    size = abs(percent)
    if size < 0.01:
        return "<0.01 %"
    shown = f"{round(size):,}" if size >= 100 else f"{size:.1f}" if size >= 10 else f"{size:.2f}"
    return f"{'+' if percent > 0 else '−'}{shown} %"
