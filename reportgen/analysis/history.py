"""What changed from one report version to another."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis.facts import (
    DELETED,
    ExperimentFacts,
    Facts,
    Held,
    RegisteredFacts,
    RegisteredPast,
    ReportRef,
    registered_facts,
)
from reportgen.analysis.metrics import Goal
from reportgen.model import RegisteredModel, RunStatus

MOST_HELD = 100
"""Of a registered model's past that is kept: the newest."""

UNFINISHED = {str(RunStatus.RUNNING), str(RunStatus.SCHEDULED), str(RunStatus.UNKNOWN)}


@dataclass(frozen=True, slots=True)
class ChangedRun:
    """A run that came, went or moved on; its page is that of the later version that has it."""

    id: str
    name: str
    key: str
    experiment: str
    """The experiment's name."""

    before: str = ""
    """Its status in the earlier version; empty where it was not there."""

    status: str = ""
    """In the later version; empty where it is gone."""


@dataclass(frozen=True, slots=True)
class ChangedExperiment:
    key: str
    name: str
    runs: int


@dataclass(frozen=True, slots=True)
class NewBest:
    """A better best than before: of the same metric, or the first."""

    experiment: str
    """The experiment's name; in `key` what its page is found by."""

    key: str
    metric: str
    goal: Goal
    run: str
    run_name: str
    run_key: str
    value: float
    before: float | None


@dataclass(frozen=True, slots=True)
class NewValues:
    """Values of a parameter that no run of the earlier version had."""

    experiment: str
    param: str
    values: tuple[str, ...]
    is_new: bool
    """True where the parameter itself is."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An alias (`@champion`) or a stage (`Production`) that means another version now."""

    model: str
    name: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class ChangedPackage:
    """`before` or `after` is None where the package is not asked for; empty means any version."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ChangedEnvironment:
    what: str
    """`experiment` (its newest run with an environment) or `project`."""

    name: str
    packages: tuple[ChangedPackage, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed; runs by experiment, then by name. Those of an experiment that came or went
    are told with it."""

    new_experiments: tuple[ChangedExperiment, ...] = ()
    gone_experiments: tuple[ChangedExperiment, ...] = ()
    added: tuple[ChangedRun, ...] = ()
    finished: tuple[ChangedRun, ...] = ()
    """Running before, and no more."""

    vanished: tuple[ChangedRun, ...] = ()
    """No longer in the sources; their pages stay."""

    deleted: tuple[ChangedRun, ...] = ()
    """In MLflow's trash now, and not before."""

    bests: tuple[NewBest, ...] = ()
    params: tuple[NewValues, ...] = ()
    registered: tuple[tuple[str, int], ...] = ()
    """(name, version) of the model versions that were registered."""

    moved: tuple[Moved, ...] = ()
    environments: tuple[ChangedEnvironment, ...] = ()


def changes_between(before: Facts, after: Facts) -> Changes:
    """What changed from `before` to `after`."""
    pairs = [
        (key, before.experiments.get(key), after.experiments.get(key))
        for key in sorted(
            before.experiments.keys() | after.experiments.keys(),
            key=lambda key: ((after.experiments.get(key) or before.experiments[key]).name, key),
        )
    ]
    pairs = [(key, old, new) for key, old, new in pairs if old != new]
    both = [(key, old, new) for key, old, new in pairs if old and new]
    runs = [run for _, old, new in both for run in _changed_runs(old, new)]
    return Changes(
        new_experiments=tuple(
            ChangedExperiment(key, new.name, len(new.runs))
            for key, old, new in pairs
            if new and not old
        ),
        gone_experiments=tuple(
            ChangedExperiment(key, old.name, len(old.runs))
            for key, old, new in pairs
            if old and not new
        ),
        added=tuple(run for run in runs if not run.before),
        finished=tuple(
            run
            for run in runs
            if run.before in UNFINISHED and run.status and run.status not in {*UNFINISHED, DELETED}
        ),
        vanished=tuple(run for run in runs if not run.status),
        deleted=tuple(run for run in runs if run.before and run.status == DELETED != run.before),
        bests=tuple(best for key, old, new in pairs if new for best in _new_best(key, old, new)),
        params=tuple(one for _, old, new in both for one in _new_values(old, new)),
        registered=tuple(_registered(before.registered, after.registered)),
        moved=tuple(_moved(before.registered, after.registered)),
        environments=tuple(_environments(both, before, after)),
    )


def _changed_runs(old: ExperimentFacts, new: ExperimentFacts) -> Iterator[ChangedRun]:
    """Runs whose status differs, the newly come and the gone among them, by name."""
    was, now = old.runs, new.runs
    found = []
    for id in was.keys() | now.keys():
        first, last = was.get(id), now.get(id)
        before, status = first.status if first else "", last.status if last else ""
        if before != status:
            shown = last or first
            assert shown is not None
            found.append(ChangedRun(id, shown.name, shown.key, new.name, before, status))
    yield from sorted(found, key=lambda run: (run.name, run.id))


def _new_best(key: str, old: ExperimentFacts | None, new: ExperimentFacts) -> Iterator[NewBest]:
    if new.best is None or new.goal is Goal.UNKNOWN:
        return
    same = old is not None and (old.metric, old.goal) == (new.metric, new.goal)
    before = old.best.value if old and old.best and same else None
    sign = 1 if new.goal is Goal.MAX else -1
    if before is not None and sign * (new.best.value - before) <= 0:
        return
    run = new.runs[new.best.run]
    yield NewBest(
        experiment=new.name,
        key=key,
        metric=new.metric,
        goal=new.goal,
        run=new.best.run,
        run_name=run.name,
        run_key=run.key,
        value=new.best.value,
        before=before,
    )


def _new_values(old: ExperimentFacts, new: ExperimentFacts) -> Iterator[NewValues]:
    for param, values in new.params.items():
        known = set(old.params.get(param, ()))
        fresh = tuple(value for value in values if value not in known)
        if fresh:
            yield NewValues(new.name, param, fresh, param not in old.params)


def _registered(
    before: Mapping[str, RegisteredFacts], after: Mapping[str, RegisteredFacts]
) -> Iterator[tuple[str, int]]:
    for name, model in sorted(after.items()):
        known = before[name].versions if name in before else ()
        yield from ((name, version) for version in model.versions if version not in known)


def _moved(
    before: Mapping[str, RegisteredFacts], after: Mapping[str, RegisteredFacts]
) -> Iterator[Moved]:
    kinds: Sequence[tuple[str, Callable[[RegisteredFacts], Mapping[str, int]]]] = (
        ("@", lambda model: model.aliases),
        ("", lambda model: model.stages),
    )
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, RegisteredFacts()), after.get(name, RegisteredFacts())
        for mark, of in kinds:
            was, now = of(old), of(new)
            for one in sorted(was.keys() | now.keys()):
                if was.get(one) != now.get(one):
                    yield Moved(name, f"{mark}{one}", was.get(one), now.get(one))


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the newest report version before a build saw of the registry."""

    report: ReportRef
    registered: Mapping[str, RegisteredFacts]


def past_of(model: RegisteredModel, remembered: Remembered | None) -> RegisteredPast | None:
    """What of a model's aliases and stages was so until the remembered report; None where that
    does not have the model.

    A build that finds nothing moved is told the same past as the one before it, whatever it is
    called: pages that show it stay as they are.
    """
    before = remembered.registered.get(model.name) if remembered else None
    if remembered is None or before is None:
        return None
    known = before.past or RegisteredPast(remembered.report)
    ended = (
        Held(moved.name, moved.before, remembered.report)
        for moved in _moved({"": before}, {"": registered_facts(model)})
    )
    held = (*known.held, *ended)
    dropped = held[:-MOST_HELD]
    return RegisteredPast(dropped[-1].until if dropped else known.since, held[-MOST_HELD:])


def _environments(
    both: Sequence[tuple[str, ExperimentFacts, ExperimentFacts]], before: Facts, after: Facts
) -> Iterator[ChangedEnvironment]:
    for _, old, new in both:
        if old.environment and new.environment:
            packages = _packages(old.environment, new.environment)
            if packages:
                yield ChangedEnvironment("experiment", new.name, packages)
    for path in sorted(before.projects.keys() & after.projects.keys()):
        packages = _packages(before.projects[path].packages, after.projects[path].packages)
        if packages:
            yield ChangedEnvironment("project", after.projects[path].name or path, packages)


def _packages(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[ChangedPackage, ...]:
    return tuple(
        ChangedPackage(name, old.get(name), new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    )
