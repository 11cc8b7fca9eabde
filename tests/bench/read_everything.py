"""Reads all runs of a store with all their points, as a build does before it does anything else:
`python -m tests.bench.read_everything SOURCE`."""

import sys

from reportgen.sources.catalog import read_catalog

catalog = read_catalog(sys.argv[1:])
points = 0
for number, store in enumerate(catalog.stores):
    refs = [ref for ref in catalog.runs if ref.store == number]
    for start in range(0, len(refs), 24):
        for run in store.read_runs(refs[start : start + 24]):
            points += sum(map(len, run.metrics.values()))
print(points)
