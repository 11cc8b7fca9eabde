"""Stores mutated at random: the report is made, and all that was not touched is in it as ever.

A few here; `python -m tests.faults --count 10000` tries for longer.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.faults.reports import attempts, trial

STORES = {
    "v0.8-file": 6,
    "v1.0-file": 10,
    "v2.22-file": 18,
    "v3.17-file": 18,
    "v3.17-edge-file": 12,
    "v1.30-sqlite": 15,
    "v3.17-sqlite": 12,
}
"""How many mutations of each are tried here."""


@pytest.mark.parametrize("name", STORES)
def test_a_mutated_store_costs_no_more_than_what_was_mutated(
    stores: Mapping[str, Path], tmp_path: Path, name: str
) -> None:
    one = trial(stores[name], tmp_path)

    attempts(one, STORES[name], seed=0)

    assert sum(one.counts.values()) >= STORES[name]
