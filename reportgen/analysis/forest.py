"""Random forests for a few hundred rows: how well they predict, and what each column adds to that.

Formula: the regression forests of Breiman, "Random Forests", Machine Learning 45, 2001. Each tree
learns from a bootstrap sample and looks at a random part of the columns where it splits; a row is
predicted by the trees that have not learned from it (out of bag); a column is worth what the error
of these predictions grows by when its values are shuffled among the rows (section 10).

All trees grow at once, level by level, over whole arrays: that takes a fiftieth of what one tree
after another does. They split between at most `BINS` ranges of a column's values, each of about as
many rows. Chance comes from Python's own generator, which promises to stay as it is.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TREES, REPEATS, GROUPS = 50, 5, 5
BINS, DEEPEST = 16, 6
SHARE = 0.7
"""Of the columns, those that a tree may look at where it splits."""

LEAST = 3
"""Rows of the sample in a leaf."""


@dataclass(frozen=True, slots=True)
class _Forest:
    """The nodes of all trees, roots first, and the pairs of a tree and a row unknown to it."""

    column: Ints
    """That a node splits by; -1 for a leaf."""

    cut: Ints
    """Rows up to this bin go to the left."""

    left: Ints
    """The place of the left child; the right one is behind it."""

    value: Floats
    tree: Ints
    row: Ints


@dataclass(frozen=True, slots=True)
class _Nodes:
    """One level of all trees while it grows: its nodes, and the rows of samples that are there."""

    first: int
    """The place of the level's first node among all."""

    count: int
    rows: Ints
    weights: Floats
    """How often each row is in its sample."""

    at: Ints
    """In which of the level's nodes each row is."""


def worth(columns: Sequence[Sequence[float]], target: Sequence[float]) -> tuple[float, Floats]:
    """R² of the predictions of unseen rows, and by how much it falls without each column.

    `columns` have a number for each row, NaN where there is none; `target` is not the same in every
    row. The falls are columns × (`REPEATS` shuffles × `GROUPS` of rows), each told in the variance
    of all rows; all zero where R² is not positive.
    """
    chance = random.Random(0)  # no secret hangs on it
    bins = np.array([_binned(np.array(column)) for column in columns]).T.copy()
    wanted = np.array(target) / max(map(abs, target))  # its squares are finite then
    wanted = (wanted - wanted.mean()) / wanted.std()
    forest = _grown(bins, wanted, chance)
    leaves, first = _walked(forest, bins)
    seen = np.maximum(np.bincount(forest.row, minlength=len(wanted)), 1)
    predicted = _sums(forest.row, forest.value[leaves], len(wanted)) / seen
    score = 1 - float(np.mean((predicted - wanted) ** 2))
    if score <= 0:
        return score, np.zeros((len(columns), REPEATS * GROUPS))
    groups = np.arange(len(wanted)) % GROUPS
    falls: list[Floats] = []
    for _ in range(REPEATS):
        moved = _moved(forest, bins, leaves, first, _shuffled(bins, chance)) / seen
        more = (predicted + moved - wanted) ** 2 - (predicted - wanted) ** 2
        falls.extend(more[:, groups == group].mean(axis=1) for group in range(GROUPS))
    return score, np.array(falls).T


def _binned(values: Floats) -> Ints:
    """The number of each value's bin, in their order; 0 for NaN."""
    there = ~np.isnan(values)
    edges = np.unique(values[there])
    if len(edges) > BINS:
        ordered = np.sort(values[there])
        edges = np.unique(ordered[np.arange(BINS) * len(ordered) // BINS])
    return np.where(there, np.searchsorted(edges, values, side="right"), 0)


def _sums(places: Ints, values: Floats, count: int) -> Floats:
    """Of the values at each of `count` places."""
    return np.bincount(places, values, count).astype(np.float64, copy=False)


def _draw(chance: random.Random, *shape: int) -> NDArray[np.uint64]:
    drawn = np.frombuffer(chance.randbytes(8 * math.prod(shape)), dtype="<u8")
    return drawn.reshape(shape)


def _shuffled(bins: Ints, chance: random.Random) -> Ints:
    """Each column in an order of its own."""
    orders = np.argsort(_draw(chance, *bins.shape), axis=0, kind="stable")
    return np.take_along_axis(bins, orders, axis=0)


# ------------------------------------------------------------------ growing


def _grown(bins: Ints, wanted: Floats, chance: random.Random) -> _Forest:
    rows = len(wanted)
    sampled = (_draw(chance, TREES, rows) % np.uint64(rows)).astype(np.int64)
    sampled += rows * np.arange(TREES)[:, None]
    often = np.bincount(sampled.ravel(), minlength=TREES * rows)
    known, unknown = np.flatnonzero(often), np.flatnonzero(often == 0)
    level = _Nodes(0, TREES, known % rows, often[known].astype(np.float64), known // rows)
    grown: list[tuple[Ints, Ints, Ints, Floats]] = []
    while level.count:
        weights = _sums(level.at, level.weights, level.count)
        sums = _sums(level.at, level.weights * wanted[level.rows], level.count)
        if len(grown) < DEEPEST:
            column, cut = _splits(level, bins, wanted, (weights, sums), chance)
        else:
            column, cut = np.full(level.count, -1), np.zeros(level.count, np.int64)
        parted = column >= 0
        left = np.where(parted, level.first + level.count + 2 * (np.cumsum(parted) - 1), 0)
        grown.append((column, cut, left, sums / weights))
        level = _next(level, bins, column, cut, left)
    columns, cuts, lefts, values = (
        np.concatenate([each[place] for each in grown]) for place in range(4)
    )
    return _Forest(columns, cuts, lefts, values, unknown // rows, unknown % rows)


def _splits(
    level: _Nodes,
    bins: Ints,
    wanted: Floats,
    whole: tuple[Floats, Floats],
    chance: random.Random,
) -> tuple[Ints, Ints]:
    """The column and the bin by which each node is split; column -1 for those that stay leaves.

    The squared error falls most where (sum left)² / n left + (sum right)² / n right is greatest.
    """
    width, last = math.ceil(SHARE * bins.shape[1]), int(bins.max())
    looked_at = np.argsort(_draw(chance, level.count, bins.shape[1]), kind="stable")[:, :width]
    places = bins[level.rows[:, None], looked_at[level.at]]
    places += (level.at[:, None] * width + np.arange(width)) * (last + 1)
    shape = level.count, width, last + 1
    here, value = np.repeat(level.weights, width), np.repeat(wanted[level.rows], width)
    size = math.prod(shape)
    n = _sums(places.ravel(), here, size).reshape(shape).cumsum(axis=2)[:, :, :-1]
    total = _sums(places.ravel(), here * value, size).reshape(shape).cumsum(axis=2)[:, :, :-1]
    n_right, total_right = whole[0][:, None, None] - n, whole[1][:, None, None] - total
    allowed = (n >= LEAST) & (n_right >= LEAST)
    gain = total**2 / np.maximum(n, 1) + total_right**2 / np.maximum(n_right, 1)
    gain = np.where(allowed, gain, -1).reshape(level.count, -1)
    best = gain.argmax(axis=1)
    nodes = np.arange(level.count)
    better = gain[nodes, best] > whole[1] ** 2 / whole[0] + 1e-9
    return np.where(better, looked_at[nodes, best // last], -1), best % last


def _next(level: _Nodes, bins: Ints, column: Ints, cut: Ints, left: Ints) -> _Nodes:
    """The children of a level's nodes, with their rows."""
    first = level.first + level.count
    going = column[level.at] >= 0
    rows, at = level.rows[going], level.at[going]
    side = bins[rows, column[at]] > cut[at]
    return _Nodes(
        first, 2 * int((column >= 0).sum()), rows, level.weights[going], left[at] - first + side
    )


# ------------------------------------------------------------------ asking


def _walked(forest: _Forest, bins: Ints) -> tuple[Ints, Ints]:
    """Of each pair of a tree and a row unknown to it the leaf, and for each column the first node
    on the way that asks for it, -1 where none does."""
    nodes = forest.tree.copy()
    first = np.full((len(nodes), bins.shape[1]), -1)
    going = np.arange(len(nodes))
    while len(going):
        at = nodes[going]
        column = forest.column[at]
        going, at, column = going[column >= 0], at[column >= 0], column[column >= 0]
        new = first[going, column] < 0
        first[going[new], column[new]] = at[new]
        side = bins[forest.row[going], column] > forest.cut[at]
        nodes[going] = forest.left[at] + side
    return nodes, first


def _moved(forest: _Forest, bins: Ints, leaves: Ints, first: Ints, shuffled: Ints) -> Floats:
    """By how much the sum of the predictions of each row moves, columns × rows, when the values of
    that column are the shuffled ones. Only the trees that ask for them are asked again."""
    pairs, others = np.nonzero(first >= 0)
    rows, nodes = forest.row[pairs], first[pairs, others]
    other = shuffled[rows, others]
    going = np.arange(len(pairs))
    while len(going):
        at = nodes[going]
        column = forest.column[at]
        going, at, column = going[column >= 0], at[column >= 0], column[column >= 0]
        own = bins[rows[going], column]
        found = np.where(column == others[going], other[going], own)
        nodes[going] = forest.left[at] + (found > forest.cut[at])
    change = forest.value[nodes] - forest.value[leaves[pairs]]
    count, width = bins.shape
    return _sums(others * count + rows, change, width * count).reshape(width, count)
