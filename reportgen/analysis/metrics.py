"""Which direction of a metric is better, and what its history comes to.

The direction is told by the user, by MLflow's own hint on the experiment, or by a well-known
name; where none of them says, no value is called the best.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import floor

from msgspec import Struct

from reportgen.analysis.goals import Goal as Goal
from reportgen.model import MetricHistory

SYSTEM_PREFIX = "system/"
"""MLflow's own machine metrics (`mlflow/system_metrics/`): never a result."""

SPARK_POINTS = 24
"""How many heights a sparkline has."""


LOWER = frozenset(
    "loss losses error errors err rmse mse mae mape smape msle rmsle medae max_error rmsd "
    "logloss log_loss nll crossentropy cross_entropy bce ce perplexity ppl fid kid wer cer ece "
    "brier hinge deviance latency regret divergence kl eer mdape nrmse rse rae wape "
    "neg_log_likelihood negative_log_likelihood".split()
)
HIGHER = frozenset(
    "accuracy acc auc auroc auprc roc_auc roc pr_auc f1 f1_score f1score fscore f2 fbeta precision "
    "recall sensitivity specificity r2 r2_score map mean_average_precision ap ndcg mrr iou miou "
    "dice jaccard kappa mcc matthews bleu rouge meteor reward return score exact_match em gini "
    "hit_rate silhouette explained_variance likelihood log_likelihood psnr ssim throughput top1 "
    "top5 correlation pearson spearman win_rate pass".split()
)
NEGATED = re.compile(r"(?:^|_)neg_(?:mean|root|median|max|log_loss|brier)(?:_|$)")
"""scikit-learn's scorers negate errors, so that higher is better: `neg_mean_squared_error`."""

PREFERRED = (
    "accuracy acc f1 auc roc_auc auroc r2 map ndcg iou dice bleu rouge reward score rmse mae mse "
    "log_loss loss error".split()
)
SPLITS = {"test": 0, "val": 1, "valid": 1, "validation": 1, "eval": 1, "dev": 1, "holdout": 1}
TRAIN = frozenset({"train", "training", "trn"})


@lru_cache(maxsize=4096)  # many runs have the same few metrics
def words(key: str) -> tuple[str, ...]:
    """`val/f1_macro` and `valF1Macro` alike become ('val', 'f1', 'macro')."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", key)
    return tuple(word for word in re.split(r"[^A-Za-z0-9]+", spaced.lower()) if word)


def _phrases(key: str) -> Iterable[str]:
    """Its words and neighbouring words joined, the longest first."""
    parts = words(key)
    for size in (3, 2, 1):
        for start in range(len(parts) - size + 1):
            yield "_".join(parts[start : start + size])


def goal_of(key: str, told: Mapping[str, Goal] | None = None) -> Goal:
    """Which direction of the metric `key` is better; `told` goes before well-known names.

    The longest known phrase decides (`max_error` is an error), the later one among equals
    (`error_score` is a score), and machine metrics have no better direction.
    """
    if told and key in told:
        return told[key]
    return _named_goal(key)


@lru_cache(maxsize=4096)  # the metrics of one run are those of the next
def _named_goal(key: str) -> Goal:
    if key.startswith(SYSTEM_PREFIX):
        return Goal.UNKNOWN
    if NEGATED.search("_".join(words(key))):
        return Goal.MAX
    found, length = Goal.UNKNOWN, 0
    for phrase in _phrases(key):
        size = phrase.count("_") + 1
        if length > size:
            break
        if phrase in LOWER or phrase in HIGHER:
            found, length = (Goal.MIN if phrase in LOWER else Goal.MAX), size
    return found


def main_metric(counts: Mapping[str, int], told: str = "") -> str:
    """The metric to judge an experiment by: '' when there is nothing to choose from.

    `counts` says how many runs logged each metric. What the user told goes first; else metrics
    of at least half as many runs as the commonest, with a known direction: training data last,
    the better-known name first, test before validation data.
    """
    if told in counts:
        return told
    candidates = [key for key in counts if goal_of(key) is not Goal.UNKNOWN]
    candidates = candidates or [key for key in counts if not key.startswith(SYSTEM_PREFIX)]
    if not candidates:
        return ""
    often = max(counts[key] for key in candidates) / 2
    return min((key for key in candidates if counts[key] >= often), key=_standing)


def _standing(key: str) -> tuple[bool, int, int, int, str]:
    parts = words(key)
    split = min((SPLITS[word] for word in parts if word in SPLITS), default=2)
    phrases = set(_phrases(key))
    fame = next((rank for rank, name in enumerate(PREFERRED) if name in phrases), len(PREFERRED))
    return bool(TRAIN & set(parts)), fame, split, len(parts), key


class MetricSummary(Struct, frozen=True):
    """What the history of a metric comes to."""

    last: float
    """MLflow's latest value: of the largest (step, timestamp, value). May be NaN or ±inf."""

    last_step: int
    count: int
    """Points in the history."""

    low: float | None
    """The smallest finite value; None when no value is finite."""

    high: float | None
    best: float | None
    """The best finite value; None where the goal is unknown or no value is finite."""

    best_step: int | None
    """Its step, the earliest on a tie."""

    odd: int = 0
    """How many points are NaN or ±inf."""

    heights: bytes = b""
    """A sparkline: up to 24 heights from 0 to 255; empty for fewer than two finite points."""


def summaries_of(
    metrics: Mapping[str, MetricHistory], told: Mapping[str, Goal]
) -> dict[str, MetricSummary]:
    """The summary of each metric by name; `told` gives the directions that the user named."""
    return {name: summarize(history, goal_of(name, told)) for name, history in metrics.items()}


def summarize(history: MetricHistory, goal: Goal) -> MetricSummary:
    """The summary of a history of n ≥ 1 points."""
    values = history.values.tolist()
    finite = finite_of(values)
    if not finite:
        return MetricSummary(
            last=values[-1],
            last_step=history.steps[-1],
            count=len(values),
            low=None,
            high=None,
            best=None,
            best_step=None,
            odd=len(values),
        )
    low, high = min(finite), max(finite)
    best = best_of(low, high, goal)
    return MetricSummary(
        last=values[-1],
        last_step=history.steps[-1],
        count=len(values),
        low=low,
        high=high,
        best=best,
        best_step=None if best is None else history.steps[values.index(best)],
        odd=len(values) - len(finite),
        heights=_heights(values, low, high),
    )


def best_of(low: float, high: float, goal: Goal) -> float | None:
    """The better end of a range; None where the goal is unknown."""
    return low if goal is Goal.MIN else high if goal is Goal.MAX else None


def finite_of(values: list[float]) -> list[float]:
    """Those that are neither NaN nor infinite: the same list, where all are."""
    # What is not finite leaves no finite sum. Where only the sum overflows the look is in vain.
    if math.isfinite(sum(values)):
        return values
    return [value for value in values if math.isfinite(value)]


def _heights(values: list[float], low: float, high: float) -> bytes:
    if len(values) > SPARK_POINTS:
        values = [values[place] for place in _evenly(len(values), SPARK_POINTS)]
    finite = finite_of(values)
    if len(finite) < 2:
        return b""
    spread = high - low
    if not spread or math.isinf(spread):
        return bytes([127] * len(finite))
    return bytes([floor((value - low) / spread * 255) for value in finite])


@lru_cache(maxsize=256)
def _evenly(count: int, most: int) -> tuple[int, ...]:
    """The places of so many of `count`, the first and the last among them."""
    return tuple(place * (count - 1) // (most - 1) for place in range(most))


def group_by_split(keys: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Metrics to draw together: those whose names differ only by the split of the data.

    Returns (title, keys): `loss/train` and `loss/val` become ('loss', ('loss/train', 'loss/val')),
    training first; a metric without a twin stays alone under its own name. Sorted by title.
    """
    return _grouped(tuple(sorted(keys)))


@lru_cache(maxsize=256)
def _grouped(keys: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for key in keys:
        parts = words(key)
        rest = tuple(word for word in parts if word not in TRAIN and word not in SPLITS)
        alone = not rest or len(rest) == len(parts)
        groups.setdefault((key,) if alone else ("", *rest), []).append(key)
    titled = []
    for members in groups.values():
        title = members[0] if len(members) == 1 else _shared_title(members)
        members.sort(key=lambda key: (not TRAIN & set(words(key)), key))
        titled.append((title, tuple(members)))
    return tuple(sorted(titled))


@lru_cache(maxsize=4096)
def split_of(key: str) -> str:
    """The word that names the split in a metric's name: `val` of `val/loss`; '' for none."""
    return next((word for word in words(key) if word in TRAIN or word in SPLITS), "")


def _shared_title(members: Sequence[str]) -> str:
    split = split_of(members[0])
    bare = re.sub(rf"(?i)[^A-Za-z0-9]*{re.escape(split)}[^A-Za-z0-9]*", "\0", members[0], count=1)
    before, _, after = bare.partition("\0")
    return f"{before}_{after}" if before and after else before or after
