"""Runs that launched runs: the steps of a workflow, and what each took from one before it.

MLflow records that a run is a child, never what for. A workflow is told from a sweep by its
children: they are few, and they do different things. What a step took from another is told by
what it recorded: the id of that run, or of a model it made, in a parameter, among its inputs, or
in the source of a dataset.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportgen.model import Run, RunRef, RunStatus

MOST_STEPS = 30
"""Children of a workflow that is told by their entry points."""

MOST_NAMED = 12
"""Children of one that is told by their names alone."""

MADE_UP = re.compile(r"[a-z]+-[a-z]+-\d+")
"""How MLflow names runs that nobody named (`mlflow/utils/name_utils.py`)."""

_NUMBERS = re.compile(r"[\d.,:=+-]+(?:e-?\d+)?")


@dataclass(frozen=True, slots=True)
class Handover:
    """Something that a step took from another."""

    step: str
    """The id of the run that made it."""

    what: str
    """The parameter that names it, the dataset, or `model`."""


@dataclass(frozen=True, slots=True)
class Step:
    """A run of a workflow."""

    id: str
    name: str
    entry_point: str
    """Empty where it was not launched from a project."""

    status: RunStatus
    started: int | None
    ended: int | None
    takes: tuple[Handover, ...] = ()
    after: tuple[str, ...] = ()
    """The ids of those that it may have waited for: they ended before it began, and none of them
    before another began. Only of a step that takes nothing."""

    @property
    def duration(self) -> int | None:
        return None if self.started is None or self.ended is None else self.ended - self.started


def may_be_workflow(children: Sequence[RunRef]) -> bool:
    """Whether children are worth to be read: few, and by entry points or names different things."""
    there = [child for child in children if not child.deleted]
    if not 2 <= len(there) <= MOST_STEPS:
        return False
    entry_points = {child.entry_point for child in there}
    if any(entry_points):
        return len(entry_points) > 1
    kinds = {_NUMBERS.sub("", child.name) for child in there}
    return len(there) == len(kinds) <= MOST_NAMED and not any(
        not child.name or MADE_UP.fullmatch(child.name) for child in there
    )


def steps_of(children: Sequence[Run]) -> tuple[Step, ...]:
    """The steps in order of their start; none where the children are variants of one thing.

    Those launched by entry points were told apart already; others that recorded the same
    parameters and metrics are a sweep, whatever their names.
    """
    there = sorted(
        (child for child in children if not child.deleted),
        key=lambda child: (child.started is None, child.started or 0, child.id),
    )
    recorded = {(frozenset(child.params), frozenset(child.metrics)) for child in there}
    if len(recorded) < 2 and not any(map(_entry_point, there)):
        return ()
    return tuple(_step(child, there[:place]) for place, child in enumerate(there))


def _entry_point(run: Run) -> str:
    return run.tags.get("mlflow.project.entryPoint", "")


def _step(run: Run, before: Sequence[Run]) -> Step:
    takes = tuple(dict.fromkeys(each for one in before for each in _taken(run, one)))
    return Step(
        id=run.id,
        name=run.name,
        entry_point=_entry_point(run),
        status=run.status,
        started=run.started,
        ended=run.ended,
        takes=takes,
        after=() if takes else tuple(_waited_for(run, before)),
    )


def _taken(run: Run, other: Run) -> Iterator[Handover]:
    """What a run took from another; a model is named by its own id, or by that of its run."""
    made = [id for id, _ in other.output_models]
    for name, value in run.params.items():
        if any(id in value for id in (other.id, *made)):
            yield Handover(other.id, name)
    for used in run.datasets:
        if other.id in used.dataset.source:
            yield Handover(other.id, used.dataset.name)
    named = any(id in value for value in run.params.values() for id in made)
    if not named and not set(made).isdisjoint(run.input_models):
        yield Handover(other.id, "model")


def _waited_for(run: Run, before: Sequence[Run]) -> Iterator[str]:
    start = run.started
    if start is None:
        return
    done = [one for one in before if one.ended is not None and one.ended <= start]
    latest = max((one.started for one in done if one.started is not None), default=None)
    for one in done:
        if latest is None or one.started == latest or (one.ended or 0) > latest:
            yield one.id
