"""Commands in a process that may do no more than anybody: root's right to pass over permissions is
taken from it."""

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SECONDS = 120
"""After which a command is taken to wait for something that never comes."""

PROGRAM = """
import contextlib, io, json, sys
from reportgen.cli import main
told = []
for command in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(command)
    told.append((code, out.getvalue(), err.getvalue()))
print(json.dumps(told))
"""

PR_CAPBSET_DROP = 24
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
"""capabilities(7): what lets root read and write whatever a file's permissions say."""


@dataclass(frozen=True)
class Told:
    """What came of a command."""

    code: int
    out: str
    err: str


def run_without_rights(folder: Path, commands: Sequence[Sequence[str]]) -> list[Told]:
    """Run these commands of reportgen one after the other, in `folder`."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(commands)],
        cwd=folder,
        env={**os.environ, "SOURCE_DATE_EPOCH": "0"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        preexec_fn=_give_up_rights,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [Told(*one) for one in json.loads(done.stdout.splitlines()[-1])]


def _give_up_rights() -> None:
    """Of root alone: what is out of a process's bounds is not given to the program it becomes."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for right in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            if libc.prctl(PR_CAPBSET_DROP, right, 0, 0, 0) != 0:
                raise OSError(ctypes.get_errno(), "prctl")
