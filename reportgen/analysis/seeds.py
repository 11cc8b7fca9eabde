"""Which parameters begin chance, or only repeat a run: their names tell, for no store does."""

from functools import lru_cache

from reportgen.analysis.metrics import words

SEEDS = frozenset("seed random_state rng rng_state seed_everything".split())
"""As words, the case and any prefix aside; so `trial_seed` and `model__random_state` are too."""

RUN_TOGETHER = frozenset("randomseed randomstate globalseed manualseed pythonhashseed".split())

SEED_LIKE = SEEDS | frozenset(
    "fold fold_id fold_idx fold_index fold_no fold_number replicate replicate_id replication "
    "repetition".split()
)

COUNTS = frozenset({"n_fold", "k_fold", "num_fold"})
"""How many folds there are is no fold."""


@lru_cache(maxsize=4096)
def is_seed_like(name: str) -> bool:
    """True for `seed`, `random_state`, `model.split_seed`, `cvFold`; false for `k_fold`."""
    parts = words(name)
    if not parts or "_".join(parts[-2:]) in COUNTS:
        return False
    return parts[-1] in SEED_LIKE or "_".join(parts[-2:]) in SEED_LIKE or is_seed(name)


@lru_cache(maxsize=4096)
def is_seed(name: str) -> bool:
    """True for what chance is begun with: `seed`, `randomState`, `model__random_state`; false for
    a fold, and for `seeds`, which says how many there are."""
    parts = words(name)
    last = parts[-1] if parts else ""
    return last in SEEDS | RUN_TOGETHER or "_".join(parts[-2:]) in SEEDS
