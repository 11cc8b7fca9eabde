"""The runs of a project by entry point: what each was given, how it did, which was best."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from msgspec import Struct, field

from reportgen.analysis import projects
from reportgen.analysis.metrics import Goal
from reportgen.analysis.params import over_runs
from reportgen.analysis.standings import Judge, judge_of, judged_value, ranked
from reportgen.analysis.summary import RunSummary
from reportgen.model import EntryPoint, Project
from reportgen.views import addresses, wording
from reportgen.views.page import Chip, Link, Pair, run_chips

MOST_RUNS = 50
"""Of an entry point that are listed, the newest."""

MOST_COLUMNS = 8
"""Parameters that have a column of their own."""

LONGEST, HEAD = 30, 9
"""Characters of a value that are shown, and how many of them are its first."""

BEST = Chip("Best", "acc", "star")
GOALS = {Goal.MAX: "highest", Goal.MIN: "lowest"}


class Judged(Struct, frozen=True):
    """An experiment that runs are in, and by what they are judged there."""

    name: str
    judge: Judge
    goals: Mapping[str, Goal] = field(default_factory=dict)
    """The directions that somebody named."""


class EntryRun(Struct, frozen=True):
    """A run of an entry point."""

    link: Link
    chips: tuple[Chip, ...]
    values: tuple[Pair, ...]
    """Of the parameters that have columns: the value, and what is shown of it."""

    metric: str
    result: str
    started: str
    duration: str


class EntryRuns(Struct, frozen=True):
    """The runs of one entry point."""

    name: str
    note: str
    columns: tuple[str, ...]
    runs: tuple[EntryRun, ...]
    constant: tuple[Pair, ...]
    """Parameters that are the same in all runs shown."""

    experiments: tuple[Link, ...]
    """To all of its runs in the tables of their experiments."""


def entry_runs(
    project: Project,
    runs: Sequence[RunSummary],
    experiments: Mapping[str, Judged],
    address: str,
) -> tuple[tuple[EntryRuns, ...], tuple[EntryRuns, ...]]:
    """Of the entry points that the project declares, in its order; and of all others by name.

    `runs` come newest first; `experiments` are by key.
    """
    by_name: dict[str, list[RunSummary]] = {}
    for run in runs:
        by_name.setdefault(run.entry_point or projects.DEFAULT_ENTRY_POINT, []).append(run)
    declared = tuple(
        _entry_runs(entry, by_name[entry.name], experiments, address)
        for entry in project.entry_points
        if entry.name in by_name
    )
    known = {entry.name for entry in project.entry_points}
    others = tuple(
        _entry_runs(EntryPoint(name), own, experiments, address)
        for name, own in sorted(by_name.items())
        if name not in known
    )
    return declared, others


def _entry_runs(
    entry: EntryPoint,
    runs: Sequence[RunSummary],
    experiments: Mapping[str, Judged],
    address: str,
) -> EntryRuns:
    shown = runs[:MOST_RUNS]
    given = [_given(entry, run) for run in shown]
    told = over_runs(given)
    differing = [name for name in _names(given) if name in set(told.differing)]
    columns = tuple(differing if len(shown) > 1 else _names(given))[:MOST_COLUMNS]
    judges = _judges(runs, experiments)
    best = _best_of(runs, judges)
    rows = tuple(
        _row(run, [values.get(name, "") for name in columns], judges, run.id in best, address)
        for run, values in zip(shown, given, strict=True)
    )
    constant = told.constant if len(shown) > 1 else ()
    return EntryRuns(
        name=entry.name,
        note=_note(runs, best),
        columns=columns,
        runs=rows,
        constant=tuple(Pair(name, value) for name, value in constant),
        experiments=tuple(_filtered(entry.name, runs, experiments, address)),
    )


def _given(entry: EntryPoint, run: RunSummary) -> dict[str, str]:
    """The declared parameters as they were given; of an unknown entry point all that is there."""
    names = [one.name for one in entry.parameters if one.name in run.params]
    if not entry.command and not entry.parameters:
        names = list(run.params)
    return {name: projects.unquoted(run.params[name]) for name in names}


def _names(given: Iterable[Mapping[str, str]]) -> list[str]:
    return list(dict.fromkeys(name for values in given for name in values))


def _judges(runs: Sequence[RunSummary], experiments: Mapping[str, Judged]) -> dict[str, Judge]:
    """By what the runs of each experiment are judged: as it is, unless none of them has that
    metric, for an entry point may do something that the others do not."""
    by_experiment: dict[str, list[RunSummary]] = {}
    for run in runs:
        by_experiment.setdefault(run.experiment_id, []).append(run)
    found = {}
    for key, own in by_experiment.items():
        one = experiments[key]
        has_it = any(one.judge.metric in run.metrics for run in own)
        found[key] = one.judge if has_it else judge_of(own, {}, one.goals, "")
    return found


def _best_of(runs: Sequence[RunSummary], judges: Mapping[str, Judge]) -> dict[str, Judge]:
    """The best run by each metric that at least two runs have, by id."""
    by_judge: dict[Judge, list[RunSummary]] = {}
    for run in runs:
        judge = judges[run.experiment_id]
        by_judge.setdefault(Judge(judge.metric, judge.goal), []).append(run)
    found = {}
    for judge, own in by_judge.items():
        order = ranked(own, judge)
        if len(order) > 1:
            found[order[0].id] = judge
    return found


def _note(runs: Sequence[RunSummary], best: Mapping[str, Judge]) -> str:
    said = wording.count(len(runs), "run")
    if len(runs) > MOST_RUNS:
        said = f"the newest {MOST_RUNS} of {said}"
    for run in (run for run in runs if run.id in best):
        judge = best[run.id]
        form = f"{said}, {GOALS[judge.goal]} {_escaped(judge.metric)} {{}}"
        said = wording.phrase(form, wording.number(judged_value(run, judge)))
    return said


def _escaped(name: str) -> str:
    """For the form of a phrase, whose braces stand for its parts."""
    return name.replace("{", "{{").replace("}", "}}")


def _row(
    run: RunSummary,
    values: Sequence[str],
    judges: Mapping[str, Judge],
    is_best: bool,
    address: str,
) -> EntryRun:
    pointer = addresses.relative(addresses.run_pointer(run.id), address)
    judge = judges[run.experiment_id]
    value = judged_value(run, judge)
    chips = run_chips(run.status, run.deleted)
    return EntryRun(
        link=Link(run.name.strip() or wording.short_id(run.id), pointer),
        chips=(*chips, BEST) if is_best else chips,
        values=tuple(Pair(value, _shortened(value)) for value in values),
        metric=judge.metric if value is not None else "",
        result=wording.number(value) if value is not None else "",
        started=wording.short_time(run.started),
        duration=wording.duration(run.duration),
    )


def _shortened(value: str) -> str:
    """Of a long value both ends: addresses of artifacts differ somewhere in the middle or after."""
    return value if len(value) <= LONGEST else f"{value[:HEAD]}…{value[HEAD + 1 - LONGEST :]}"


def _filtered(
    entry: str, runs: Sequence[RunSummary], experiments: Mapping[str, Judged], address: str
) -> Iterable[Link]:
    """To the tables of their experiments, filtered as a reader would: see `filter_syntax.js`."""
    written = entry.replace("\\", "\\\\").replace('"', '\\"')
    asked = quote(f'attributes.entry_point = "{written}"', safe="")
    counts: dict[str, int] = {}
    for run in runs:
        counts[run.experiment_id] = counts.get(run.experiment_id, 0) + 1
    for key, count in counts.items():
        table = addresses.relative(addresses.experiment(key), address)
        text = f"{experiments[key].name}: {wording.count(count, 'run')}"
        yield Link(text, f"{table}?q={asked}#runs")
