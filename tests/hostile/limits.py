"""A build as a process of its own, with walls around its memory and its time."""

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MEMORY = 4_000_000_000
"""Bytes of address space; libraries take half of it without using it."""

SECONDS = 90
"""Of the processor. A build of next to nothing takes two."""

PROGRAM = """
import json, resource, sys
from pathlib import Path
from tests.sites import build_site
summary = build_site(Path(sys.argv[1]), *map(Path, sys.argv[2:]))
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "problems": [f"{one.path}: {one.what}" for one in summary.problems],
    "runs": summary.runs,
    "megabytes": used.ru_maxrss // 1024,
    "seconds": round(used.ru_utime + used.ru_stime, 1),
}))
"""


@dataclass(frozen=True)
class Built:
    problems: list[str]
    runs: int
    megabytes: int
    """At most, of the process."""

    seconds: float


def build_within_walls(output: Path, *sources: Path) -> Built:
    """A build that is stopped where it takes more memory or time than it may."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(output), *map(str, sources)],
        capture_output=True,
        text=True,
        timeout=SECONDS * 4,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        preexec_fn=_walls,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return Built(**json.loads(done.stdout.splitlines()[-1]))


def _walls() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
