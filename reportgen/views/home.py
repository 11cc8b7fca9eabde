"""The first page: what is here, what is new, which run is best, what can be deployed."""

from collections.abc import Sequence
from typing import ClassVar

from markupsafe import Markup
from msgspec import Struct, field

from reportgen.analysis.metrics import Goal
from reportgen.analysis.reproducibility import Share
from reportgen.analysis.standings import Judge
from reportgen.charts.sparkline import sparkline
from reportgen.model import RunStatus
from reportgen.views import addresses, wording
from reportgen.views.narrative import placed
from reportgen.views.page import (
    DELETED,
    STATUS,
    Chip,
    Fact,
    Head,
    Link,
    Section,
    Tile,
    head,
    run_chips,
)
from reportgen.views.reproducibility import share_sentence

MOST_NEW = 8


class RunGlance(Struct, frozen=True):
    """What home says of a run."""

    id: str
    key: str
    name: str
    status: RunStatus
    deleted: bool
    started: int | None
    duration: int | None
    experiment: str
    value: float | None


class ExperimentGlance(Struct, frozen=True):
    """What home says of an experiment."""

    key: str
    page: str
    """The key of its page."""

    name: str
    lede: str
    deleted: bool
    runs: int
    statuses: tuple[tuple[RunStatus, int], ...]
    last: int | None
    """When its newest run began."""

    judge: Judge
    best: RunGlance | None
    course: tuple[float, ...]
    """The best value so far after each run, thinned."""

    newest: tuple[RunGlance, ...]
    users: tuple[str, ...] = ()
    share: Share | None = None
    """How many of its runs could be run again; None where that was not judged."""


class RegisteredGlance(Struct, frozen=True):
    """What home says of a registered model."""

    name: str
    page: str
    lede: str
    versions: int
    aliases: tuple[tuple[str, int], ...]
    """(alias, version)."""

    stages: tuple[tuple[str, int], ...]
    updated: int | None


class ProjectGlance(Struct, frozen=True):
    """What home says of a project."""

    name: str
    path: str
    page: str
    entry_points: tuple[str, ...]
    runs: int


class NarrativeGlance(Struct, frozen=True):
    """What home says of a page of the user's own."""

    name: str
    title: str
    lede: str
    page: str
    """Its key."""


class HomeInputs(Struct, frozen=True):
    """All that the home page is made of."""

    title: str
    experiments: tuple[ExperimentGlance, ...]
    """Those with the newest runs first, deleted ones last."""

    registered: tuple[RegisteredGlance, ...]
    projects: tuple[ProjectGlance, ...]
    models: int
    problems: int
    environments: int = 0
    """Different ones that its runs had."""

    intro: Markup = field(default_factory=Markup)
    """What the user has it begin with: see `views.narrative.linked`."""

    pages: tuple[NarrativeGlance, ...] = ()
    """The user's own."""


class ExperimentRow(Struct, frozen=True):
    link: Link
    lede: str
    chips: tuple[Chip, ...]
    runs: str
    statuses: str
    last: str
    metric: str
    goal: str
    best: str
    best_run: Link
    spark: Markup
    again: str
    """How many of its runs could be run again; empty where that was not judged."""


class NewRun(Struct, frozen=True):
    link: Link
    chips: tuple[Chip, ...]
    experiment: Link
    started: str
    duration: str
    value: str
    metric: str


class RegisteredRow(Struct, frozen=True):
    link: Link
    lede: str
    versions: str
    chips: tuple[Chip, ...]
    updated: str


class ProjectRow(Struct, frozen=True):
    link: Link
    path: str
    entry_points: tuple[str, ...]
    runs: str


class NarrativeRow(Struct, frozen=True):
    link: Link
    lede: str


class HomePage(Struct, frozen=True):
    """Everything home.html may say, already worded and in order."""

    template: ClassVar[str] = "home.html"

    head: Head
    title: str
    lede: str
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    tiles: tuple[Tile, ...]
    experiments: tuple[ExperimentRow, ...]
    newest: tuple[NewRun, ...]
    models: Link
    """To the list of all models; without a text when there are none."""

    registered: tuple[RegisteredRow, ...]
    projects: tuple[ProjectRow, ...]
    all_projects: Link
    """To their list; without a text where there are not several."""

    problems: str
    problems_href: str
    intro: Markup
    pages: tuple[NarrativeRow, ...]


def home_page(inputs: HomeInputs, *, address: str, key: str, version: str = "") -> HomePage:
    """The view; the same inputs serve the pointer at the root and the frozen version's page.

    With `version` its links carry it along, so that their pages lead on within that version.
    """
    way = Way(address, version)
    active = [one for one in inputs.experiments if not one.deleted]
    runs = sum(one.runs for one in inputs.experiments)
    newest = sorted(
        ((run, one) for one in active for run in one.newest),
        key=lambda pair: (-(pair[0].started or 0), pair[0].id),
    )[:MOST_NEW]
    return HomePage(
        head=head(
            address,
            "home",
            inputs.title,
            description=f"{wording.count(len(active), 'experiment')}, "
            f"{wording.count(runs, 'run')}, "
            f"{wording.count(len(inputs.registered), 'registered model')}.",
            key=key,
            id=version,
        ),
        title=inputs.title,
        lede="" if inputs.intro else _lede(inputs),
        facts=_facts(inputs, address),
        sections=_sections(inputs, len(newest)),
        tiles=_tiles(inputs, runs, newest[0][0] if newest else None),
        experiments=tuple(_experiment(one, way) for one in inputs.experiments),
        newest=tuple(_new_run(run, one, way) for run, one in newest),
        models=Link(
            f"All {wording.count(inputs.models, 'model')}" if inputs.models else "",
            addresses.relative(addresses.MODELS, address),
        ),
        registered=tuple(_registered(one, way) for one in inputs.registered),
        projects=tuple(_project(one, way) for one in inputs.projects),
        all_projects=Link(
            f"All {len(inputs.projects)} projects" if len(inputs.projects) > 1 else "",
            addresses.relative(addresses.PROJECTS, address),
        ),
        problems=wording.count(inputs.problems, "problem"),
        problems_href=addresses.relative(addresses.PROBLEMS, address) if inputs.problems else "",
        intro=placed(inputs.intro, address),
        pages=tuple(
            NarrativeRow(Link(one.title, way.to(addresses.narrative(one.name, one.page))), one.lede)
            for one in inputs.pages
        ),
    )


def _lede(inputs: HomeInputs) -> str:
    said: list[str] = []
    for one in inputs.experiments:
        if one.best and not one.deleted and len(said) < 3:
            value = wording.number(one.best.value)
            said.append(f"{one.name}: best {one.judge.metric} {value}")
    return "; ".join(said) + "." if said else ""


def _facts(inputs: HomeInputs, address: str) -> tuple[Fact, ...]:
    users = sorted({user for one in inputs.experiments for user in one.users})
    times = [run.started for one in inputs.experiments for run in one.newest if run.started]
    facts = [Fact("user", ", ".join(users[:5]) + (" …" if len(users) > 5 else ""))] if users else []
    if times:
        facts.append(Fact("cal", wording.phrase("newest run {}", wording.time(max(times)))))
    if inputs.environments:
        different = wording.count(inputs.environments, "environment")
        facts.append(Fact("layers", different, addresses.relative(addresses.ENVIRONMENTS, address)))
    return tuple(facts)


def _sections(inputs: HomeInputs, newest: int) -> tuple[Section, ...]:
    counted = (
        ("pages", "Pages", len(inputs.pages)),
        ("experiments", "Experiments", len(inputs.experiments)),
        ("newest", "Newest runs", newest),
        ("models", "Models", inputs.models),
        ("projects", "Projects", len(inputs.projects)),
    )
    return tuple(Section(id, text, str(count)) for id, text, count in counted if count)


def _tiles(inputs: HomeInputs, runs: int, newest: RunGlance | None) -> tuple[Tile, ...]:
    none = Markup("")
    counts: dict[RunStatus, int] = {}
    for one in inputs.experiments:
        for status, count in one.statuses:
            counts[status] = counts.get(status, 0) + count
    said = " · ".join(
        f"{counts[status]:,} {STATUS[status].text.lower()}" for status in STATUS if status in counts
    )
    named = wording.count(len(inputs.registered), "registered name")
    tiles = [
        Tile("experiments", f"{len(inputs.experiments):,}", _deleted_note(inputs), none),
        Tile("runs", f"{runs:,}", said, none),
        Tile("models", f"{inputs.models:,}", named, none),
    ]
    if newest:
        when = wording.day(newest.started)
        tiles.append(Tile("newest run", when, newest.name, none))
    return tuple(tiles)


def _deleted_note(inputs: HomeInputs) -> str:
    deleted = sum(one.deleted for one in inputs.experiments)
    return f"{deleted} of them deleted" if deleted else "all active"


class Way(Struct, frozen=True):
    """How home's links lead on: from where, and within which report version."""

    address: str
    version: str = ""

    def to(self, target: str) -> str:
        href = addresses.relative(target, self.address)
        return f"{href}?v={addresses.slug(self.version)}" if self.version else href


def _experiment(one: ExperimentGlance, way: Way) -> ExperimentRow:
    page = addresses.experiment(one.key, one.page)
    best = Link("")
    if one.best:
        run = addresses.run(one.best.id, one.best.key)
        best = Link(one.best.name, way.to(run))
    goal = {Goal.MAX: "highest", Goal.MIN: "lowest"}.get(one.judge.goal, "")
    return ExperimentRow(
        link=Link(one.name, way.to(page)),
        lede=one.lede,
        chips=(DELETED,) if one.deleted else (),
        runs=wording.count(one.runs, "run"),
        statuses=", ".join(
            f"{count:,} {STATUS[status].text.lower()}" for status, count in one.statuses
        ),
        last=wording.phrase("newest {}", wording.day(one.last)) if one.last else "",
        metric=one.judge.metric,
        goal=goal,
        best=wording.number(one.best.value) if one.best else "",
        best_run=best,
        spark=Markup(sparkline(list(one.course), 120, 32, True))
        if len(one.course) > 1
        else Markup(""),
        again=share_sentence(one.share) if one.share else "",
    )


def _new_run(run: RunGlance, one: ExperimentGlance, way: Way) -> NewRun:
    return NewRun(
        link=Link(run.name, way.to(addresses.run(run.id, run.key))),
        chips=run_chips(run.status, run.deleted),
        experiment=Link(one.name, way.to(addresses.experiment(one.key, one.page))),
        started=wording.short_time(run.started),
        duration=wording.duration(run.duration),
        value=wording.number(run.value) if run.value is not None else "",
        metric=one.judge.metric,
    )


def _registered(one: RegisteredGlance, way: Way) -> RegisteredRow:
    chips = [Chip(f"@{alias} v{version}", "ok", "check") for alias, version in one.aliases]
    chips.extend(Chip(f"{stage} v{version}", "acc") for stage, version in one.stages)
    return RegisteredRow(
        link=Link(one.name, way.to(addresses.registered_model(one.name, one.page))),
        lede=one.lede,
        versions=wording.count(one.versions, "version"),
        chips=tuple(chips),
        updated=wording.day(one.updated),
    )


def _project(one: ProjectGlance, way: Way) -> ProjectRow:
    return ProjectRow(
        link=Link(
            one.name or one.path,
            way.to(addresses.project(one.path, one.page)),
        ),
        path="" if one.path == "." else one.path,
        entry_points=one.entry_points,
        runs=f"{wording.count(one.runs, 'run')} launched from it",
    )


def glances_by_age(glances: Sequence[ExperimentGlance]) -> tuple[ExperimentGlance, ...]:
    """Those with the newest runs first, deleted ones last."""
    return tuple(sorted(glances, key=lambda one: (one.deleted, -(one.last or 0), one.key)))


def thinned(course: Sequence[float], most: int = 40) -> tuple[float, ...]:
    """Evenly picked values, the first and the last among them."""
    if len(course) <= most:
        return tuple(course)
    return tuple(course[place * (len(course) - 1) // (most - 1)] for place in range(most))
