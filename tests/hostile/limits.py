"""A build as a process of its own, with walls around its memory and its time."""

MEMORY = 3_000_000_000
"""Bytes of address space, of which libraries take more than half without using it."""

SECONDS = 60
"""Of the processor. A build of next to nothing takes two."""

PROGRAM = """
import json, resource, sys
from pathlib import Path
from tests.sites import build_site
summary = build_site(Path(sys.argv[1]), *map(Path, sys.argv[2:]))
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "problems": [[one.path, one.what] for one in summary.problems],
    "runs": summary.runs,
    "megabytes": used.ru_maxrss // 1024,
    "seconds": used.ru_utime + used.ru_stime,
}))
"""
