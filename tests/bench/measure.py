"""What a command costs: as a whole process, with all the processes that it starts."""

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.05
"""Seconds between two looks at the memory."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Of one run of a command."""

    cpu: float
    """Seconds of the processor, user and system, of the process and all that it waited for."""

    wall: float
    peak: int
    """The most bytes that the tree of processes had at once; shared ones counted once (PSS of
    `/proc/PID/smaps_rollup`, see proc(5)). 0 where the system does not tell."""


@dataclass(frozen=True, slots=True)
class Command:
    """What is measured, and what has to be done before each time."""

    words: Sequence[str]
    before: Callable[[], None] = lambda: None
    environ: Mapping[str, str] | None = None
    folder: Path | None = None
    tells: bool = False
    """Its last line is the seconds of the processor that count: what it prepares does not."""


def measured(command: Command) -> Reading:
    """Runs it once. Raises RuntimeError when it fails, with what it said."""
    command.before()
    began = time.perf_counter()
    with subprocess.Popen(
        command.words,
        env=command.environ,
        cwd=command.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        watch = _Watch(process.pid)
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    watch.stop()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command.words)}:\n{said.decode(errors='replace')[-2000:]}")
    cpu = float(said.split()[-1]) if command.tells else usage.ru_utime + usage.ru_stime
    return Reading(cpu, wall, watch.peak)


def in_turn(ours: Command, peer: Command, times: int) -> list[tuple[Reading, Reading]]:
    """A B A B …: what else the machine does meets both alike."""
    return [(measured(ours), measured(peer)) for _ in range(times)]


def middle(readings: Sequence[Reading]) -> Reading:
    """The median of each figure."""
    return Reading(
        statistics.median(one.cpu for one in readings),
        statistics.median(one.wall for one in readings),
        int(statistics.median(one.peak for one in readings)),
    )


class _Watch(threading.Thread):
    """Looks at the memory of a tree of processes until it is stopped."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._root = root
        self._done = threading.Event()
        if sys.platform == "linux":
            self.start()

    def run(self) -> None:
        while not self._done.wait(EVERY):
            self.peak = max(self.peak, sum(map(_memory, _tree(self._root))))

    def stop(self) -> None:
        self._done.set()


def _tree(root: int) -> list[int]:
    found = [root]
    for process in found:
        try:
            tasks = Path(f"/proc/{process}/task").iterdir()
            for task in tasks:
                found += map(int, (task / "children").read_text().split())
        except OSError:  # it has ended meanwhile
            continue
    return found


def _memory(process: int) -> int:
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return 0
    return 0
