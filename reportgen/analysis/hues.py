"""Which colour a run has: the same on every chart, in the table and on its own page.

A run keeps its colour from build to build as far as it can: what it prefers depends on its id
alone, and only a better run of the same eight can take that away.
"""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

HUES = 8
"""Hue 0 to 7 are the css colours `var(--s1)` to `var(--s8)`."""


def hues(ids: Iterable[str]) -> dict[str, int]:
    """Run id → hue, for the ids in their order: the best first, then those without a rank.

    Greedy: each run takes the hue that it prefers (blake2b of its id, modulo 8), or the next one
    that is free, so that of each eight runs in order no two share a hue.
    """
    found: dict[str, int] = {}
    taken: set[int] = set()
    for id in ids:
        if len(taken) == HUES:
            taken.clear()
        hue = _preferred(id)
        while hue in taken:
            hue = (hue + 1) % HUES
        taken.add(hue)
        found[id] = hue
    return found


@lru_cache(maxsize=1 << 16)
def _preferred(id: str) -> int:
    digest = blake2b(id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % HUES
