"""What can go wrong, in two sizes.

A `ReportError` stops the command: the user can fix it, and its hint says how. It is caught in
one place, `reportgen.cli.main`. A `Problem` is something wrong in a source; it is noted, shown
on the page that it concerns, and the build goes on.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


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

    secret: str = ""
    """The kind of the secret that was found there; empty for all other problems."""


def unknown(kind: str, name: str, known: Iterable[str]) -> ReportError:
    """The error for a name that is not known, with the nearest one that is."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(names) or 'none'}."
    return ReportError(f"There is no {kind} named {name!r}.", hint=hint)
