"""What can go wrong, in two sizes.

A `ReportError` stops the command: the user can fix it, and its hint says how. It is caught in
one place, `reportgen.cli.main`. A `Problem` is something wrong in a source; it is noted, shown
on the page that it concerns, and the build goes on. So does it after a mistake of ours that a page
meets (`bug`); one that is met elsewhere stops the command (`stumble`).
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class ReportError(Exception):
    """A problem the user can fix. Caught in one place: `reportgen.cli.main`."""

    def __init__(self, problem: str, *, hint: str = "") -> None:
        super().__init__(problem)
        self.hint = hint


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing in a source that could not be read as it should be."""

    path: str
    """Where, relative to the source that was named: `mlruns/0/3f2a…/metrics/loss`."""

    what: str
    """What is wrong, as a sentence."""

    hint: str = ""
    """What the reader can do about it, as a sentence; empty when there is nothing to do."""

    leak: str = ""
    """The kind of the secret that was found there; empty for all other problems."""


def bug(error: Exception, path: str) -> Problem:
    """The problem that a mistake of reportgen's own costs a page.

    It names the kind of the error and where in reportgen it came from. What the error says is left
    out, for that may be a part of what the store holds.
    """
    what = f"reportgen could not make this page: a mistake of its own ({told_in_short(error)})."
    return Problem(path, what, BUG_HINT)


LESS_MEMORY = "Close other programs, or build with --jobs 1, which needs the least."
REPORT_BUG = "Please open an issue in reportgen's repository, with the words in brackets."
BUG_HINT = f"{REPORT_BUG} Everything else is shown as usual."


def stumble(error: Exception) -> ReportError:
    """What nobody foresaw, in words: a file of the user's that the system refuses, or a bug."""
    if isinstance(error, OSError) and error.filename is not None:
        what = f"{os.fsdecode(error.filename)}: {error.strerror}."
        return ReportError(what, hint="Is it there, and yours to read or to write?")
    if isinstance(error, MemoryError):
        return ReportError("There is not enough memory.", hint=LESS_MEMORY)
    return BugError(f"This is a bug in reportgen ({told_in_short(error)}).", hint=REPORT_BUG)


class BugError(ReportError):
    """A mistake of reportgen's own, which the user cannot fix."""


def told_in_short(error: Exception) -> str:
    """`KeyError in views/run.py, line 12`: of the lines that led to it the last one of ours."""
    import traceback  # late, as all that only errors need: every command waits for its imports

    home = Path(__file__).parent
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if Path(one.filename).is_relative_to(home)]
    name = type(error).__name__
    if not ours:
        return name
    return (
        f"{name} in {Path(ours[-1].filename).relative_to(home).as_posix()}, line {ours[-1].lineno}"
    )


def unknown(kind: str, name: str, known: Iterable[str]) -> ReportError:
    """The error for a name that is not known, with the nearest one that is."""
    import difflib  # late, as above

    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(names) or 'none'}."
    return ReportError(f"There is no {kind} named {name!r}.", hint=hint)
