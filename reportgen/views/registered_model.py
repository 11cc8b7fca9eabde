"""The page of a registered model: its versions."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import ClassVar

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from reportgen.analysis.facts import RegisteredPast, ReportRef, registered_facts
from reportgen.analysis.releases import ModelFacts
from reportgen.model import Json, ModelVersion, RegisteredModel
from reportgen.views import addresses, wording
from reportgen.views.code import code
from reportgen.views.lineage import MOST_VERSIONS, Origin, drawn_versions, lineage_graph
from reportgen.views.literals import as_python
from reportgen.views.model_use import Step, serve_step
from reportgen.views.page import (
    Chip,
    Fact,
    Head,
    Link,
    Pair,
    ProblemRow,
    Section,
    head,
    problem_rows,
)
from reportgen.views.prose import first_sentence, note_prose, prose
from reportgen.views.registry import (
    CHAMPION,
    STAGE_TONES,
    VersionLink,
    libraries,
    version_chips,
    version_in_use,
)
from reportgen.views.signature_changes import short_signature
from reportgen.views.using import naming
from reportgen.views.version_changes import (
    VersionDiff,
    diff_json,
    version_diff,
)

STATUS = {
    "PENDING_REGISTRATION": Chip("Pending", "run", "clock"),
    "FAILED_REGISTRATION": Chip("Registration failed", "bad", "x"),
}
"""What is worth a word: a version is nearly always ready."""

MOST_METRICS = 4

MOST_TOLD = 8
"""Versions that are told against the one before them: the newest."""

MOST_COMPARED = 14
"""Versions of which any two can be compared: those that are told of, that in use, and others with a
name; each pair is worked out beforehand, and weighs about a kilobyte."""


class VersionRow(Struct, frozen=True):
    """One version in the table."""

    id: str
    """Of its details further down the page; empty where there are none."""

    name: str
    in_use: bool
    chips: tuple[Chip, ...]
    model: Link
    """With the libraries of its flavors."""

    size: str
    signature: str
    """`4 columns → 1 column`."""

    packages: str
    python: str
    run: Link
    created: str
    user: str
    metrics: tuple[str, ...]
    """One for each of the page's `metric_names`."""


class VersionNote(Struct, frozen=True):
    """What somebody wrote of a version."""

    id: str
    name: str
    chips: tuple[Chip, ...]
    created: str
    note: Markup
    tags: tuple[Pair, ...]


class VersionChoice(Struct, frozen=True):
    """A version that can be compared."""

    value: str
    """Its number."""

    text: str
    before: bool
    """Chosen at first as the earlier one; `after` as the later."""

    after: bool


class HeldRow(Struct, frozen=True):
    """What an alias or a stage meant for a time."""

    chip: Chip
    version: str
    now: bool
    report: Link
    """The last report version that saw it so; without a text for what is so now."""

    until: str
    """The day of that."""


class RegisteredModelPage(Struct, frozen=True):
    template: ClassVar[str] = "registered_model.html"

    head: Head
    name: str
    chips: tuple[Chip, ...]
    lede: str
    facts: tuple[Fact, ...]
    uri: str
    """The address of the version in use; empty without versions."""

    sections: tuple[Section, ...]
    metric_names: tuple[str, ...]
    versions: tuple[VersionRow, ...]
    users: bool
    """Whether any version says who registered it."""

    environments: bool
    """Whether any version says what it needs."""

    diffs: tuple[VersionDiff, ...]
    """Each version against the one before it, the newest first."""

    older: str
    """Of how many versions no difference is told; empty for none."""

    choices: tuple[VersionChoice, ...]
    """Of which any two can be compared, newest first; empty where there is no choice."""

    lineage: Markup
    """Where versions come from, drawn; empty where nothing is known of that."""

    lineage_note: str

    held: tuple[HeldRow, ...]
    """By alias and stage, what it meant last first; empty where none ever moved."""

    held_note: str
    notes: tuple[VersionNote, ...]
    steps: tuple[Step, ...]
    note: Markup
    aliases: tuple[Pair, ...]
    tags: tuple[Pair, ...]
    problems: tuple[ProblemRow, ...]


def version_uri(version: ModelVersion) -> str:
    """By its alias where it has one, as that stays right when the model is replaced."""
    known = [alias for alias in CHAMPION if alias in version.aliases]
    alias = next(iter([*known, *sorted(version.aliases)]), "")
    return (
        f"models:/{version.name}@{alias}" if alias else f"models:/{version.name}/{version.version}"
    )


def registered_model_page(
    model: RegisteredModel,
    *,
    address: str,
    key: str,
    links: Mapping[int, VersionLink],
    past: RegisteredPast | None = None,
) -> RegisteredModelPage:
    """The page at `address`; `links` says by version number what the report has of it, `past` what
    its aliases and stages meant in earlier report versions."""
    used = version_in_use(model)
    lede = first_sentence(model.description)
    notes = tuple(_notes(model))
    names = _metric_names(links)
    uri = version_uri(used) if used else ""
    note = (
        note_prose(model.description) if model.description.strip() not in ("", lede) else Markup()
    )
    diffs = _diffs(model, links, address)
    lineage = _lineage(model, links, address)
    rows = tuple(
        _row(one, links.get(one.version, VersionLink()), names, one == used, address)
        for one in reversed(model.versions)
    )
    found = (
        (True, Section("versions", "Versions", str(len(model.versions)))),
        (bool(diffs), Section("changes", "What changed", str(len(diffs)))),
        (bool(lineage), Section("lineage", "Lineage")),
        (bool(uri), Section("use", "Use it")),
        (bool(past), Section("history", "History")),
        (bool(notes), Section("notes", "Version notes", str(len(notes)))),
        (bool(note), Section("about", "About")),
        (bool(model.problems), Section("problems", "Problems", str(len(model.problems)))),
        (True, Section("aliases", "Aliases")),
        (bool(model.tags), Section("tags", "Tags", str(len(model.tags)))),
    )
    return RegisteredModelPage(
        head=head(
            address,
            "registered-model",
            model.name,
            (("Registered models", addresses.REGISTRY),),
            description=lede or f"{model.name}: {wording.count(len(model.versions), 'version')}.",
            id=addresses.slug(model.name),
            key=key,
            data=bool(diffs),
            scripts=("registered",) if diffs else (),
            later=(*(() if diffs else ("registered",)), *(("graph",) if lineage else ())),
        ),
        name=model.name,
        chips=(Chip(f"v{used.version}", "acc"), *version_chips([used])) if used else (),
        lede=lede,
        facts=tuple(_facts(model)),
        uri=uri,
        sections=tuple(section for there, section in found if there),
        metric_names=names,
        versions=rows,
        users=any(one.user for one in model.versions),
        environments=any(row.packages or row.python for row in rows),
        diffs=diffs,
        older=_older(len(model.versions) - 1 - len(diffs)),
        choices=_choices(model, used) if diffs else (),
        lineage=lineage,
        lineage_note=_lineage_note(len(model.versions)),
        held=tuple(_held(model, past, address)) if past else (),
        held_note=_held_note(past) if past else "",
        notes=notes,
        steps=_steps(uri) if uri else (),
        note=note,
        aliases=tuple(
            Pair(f"@{alias}", f"v{one.version}")
            for one in reversed(model.versions)
            for alias in sorted(one.aliases)
        ),
        tags=tuple(Pair(name, value) for name, value in model.tags.items()),
        problems=problem_rows(model.problems),
    )


def compared_versions(model: RegisteredModel) -> tuple[ModelVersion, ...]:
    """Those of which any two can be compared, newest first."""
    newest = tuple(reversed(model.versions))
    named = [one for one in newest if one.aliases or one.stage not in ("", "Archived")]
    used = version_in_use(model)
    wanted = (*newest[: MOST_TOLD + 1], *((used,) if used else ()), *named)
    chosen = {one.version: one for one in wanted}
    return tuple(sorted(list(chosen.values())[:MOST_COMPARED], key=lambda one: -one.version))


def registered_data(
    model: RegisteredModel, links: Mapping[int, VersionLink], address: str
) -> dict[str, Json]:
    """What the page's script compares by: `{pairs: {"1>3": {chips, runs, groups}}}`, where `1>3`
    is version 3 against version 1."""
    compared = compared_versions(model)
    return {
        "id": addresses.slug(model.name),
        "pairs": {
            f"{before.version}>{after.version}": diff_json(
                version_diff(before, after, links, address)
            )
            for before in compared
            for after in compared
            if before != after
        },
    }


def _diffs(
    model: RegisteredModel, links: Mapping[int, VersionLink], address: str
) -> tuple[VersionDiff, ...]:
    newest = tuple(reversed(model.versions))[: MOST_TOLD + 1]
    return tuple(version_diff(before, after, links, address) for after, before in pairwise(newest))


def _lineage(model: RegisteredModel, links: Mapping[int, VersionLink], address: str) -> Markup:
    origins = [_origin(one, links.get(one.version)) for one in drawn_versions(model.versions)]
    return lineage_graph(origins, address, title=f"Lineage of {model.name}")


def _origin(version: ModelVersion, link: VersionLink | None) -> Origin:
    if link is None:
        return Origin(version, version.run_id)
    return Origin(
        version=version,
        run_id=version.run_id,
        run_name=link.run_name,
        provenance=link.provenance,
        model_name=link.model_name,
        model=link.model,
    )


def _lineage_note(count: int) -> str:
    if count <= MOST_VERSIONS:
        return "where the versions come from"
    return f"where {MOST_VERSIONS} of {count:,} versions come from: those with an alias, the newest"


def _older(count: int) -> str:
    return (
        f"Of the {wording.count(count, 'older version')} no difference is told."
        if count > 0
        else ""
    )


def _choices(model: RegisteredModel, used: ModelVersion | None) -> tuple[VersionChoice, ...]:
    """At first the version in use against the newest, else against the one before it."""
    newest = model.versions[-1]
    before = used if used and used != newest else model.versions[-2]
    return tuple(
        VersionChoice(
            value=str(one.version),
            text=" ".join((f"v{one.version}", *(f"@{alias}" for alias in sorted(one.aliases)))),
            before=one == before,
            after=one == newest,
        )
        for one in compared_versions(model)
    )


def _facts(model: RegisteredModel) -> Iterator[Fact]:
    yield Fact("layers", wording.count(len(model.versions), "version"))
    if model.created is not None:
        yield Fact("cal", wording.phrase("since {}", wording.day(model.created)))
    if model.updated is not None:
        yield Fact("clock", wording.phrase("changed {}", wording.time(model.updated)))
    users = sorted({one.user for one in model.versions if one.user})
    if users:
        yield Fact("user", ", ".join(users), title="Who registered versions")


def _metric_names(links: Mapping[int, VersionLink]) -> tuple[str, ...]:
    """Of the newest versions first, as what they measure is what counts today."""
    names: dict[str, None] = {}
    for number in sorted(links, reverse=True):
        names.update(dict.fromkeys(name for name, _ in links[number].metrics))
    return tuple(names)[:MOST_METRICS]


def _row(
    version: ModelVersion, link: VersionLink, names: Sequence[str], in_use: bool, address: str
) -> VersionRow:
    values = dict(link.metrics)
    target = addresses.relative(link.model, address) if link.model else ""
    status = STATUS.get(version.status)
    return VersionRow(
        id=_anchor(version) if version.description or version.tags else "",
        name=f"v{version.version}",
        in_use=in_use,
        chips=(*((status,) if status else ()), *version_chips([version])),
        model=Link(libraries(link.facts) or ("Model" if target else wording.NONE), target),
        size=wording.size(link.facts.size) if link.facts and link.facts.size else "",
        signature=short_signature(link.facts.signature) if link.facts else "",
        packages=_packages(link.facts) if link.facts else "",
        python=f"Python {link.facts.python}" if link.facts and link.facts.python else "",
        run=_run(version, link, address),
        created=wording.short_time(version.created),
        user=version.user,
        metrics=tuple(wording.number(values.get(name)) for name in names),
    )


def _packages(facts: ModelFacts) -> str:
    count = len(facts.environment.conda) + len(facts.environment.pip)
    return wording.count(count, "package") if facts.environment.files else ""


def _run(version: ModelVersion, link: VersionLink, address: str) -> Link:
    if link.run_id:
        pointer = addresses.relative(addresses.run_pointer(link.run_id), address)
        return Link(link.run_name or wording.short_id(link.run_id), pointer)
    return Link(wording.short_id(version.run_id) or wording.NONE)


def _held(model: RegisteredModel, past: RegisteredPast, address: str) -> Iterator[HeldRow]:
    facts = registered_facts(model)
    means = {**{f"@{name}": of for name, of in facts.aliases.items()}, **facts.stages}
    names = sorted({one.name for one in past.held}, key=lambda name: (name[0] != "@", name))
    for name in names:
        chip = _name_chip(name)
        yield HeldRow(chip, _numbered(means.get(name)), True, Link(""), "")
        for one in reversed(past.held):
            if one.name == name:
                href = addresses.relative(addresses.version(one.until.name), address)
                report = Link(one.until.name, href)
                yield HeldRow(chip, _numbered(one.version), False, report, _day(one.until))


def _held_note(past: RegisteredPast) -> str:
    return wording.phrase("as report versions since {} saw them", _day(past.since))


def _numbered(version: int | None) -> str:
    return "no version" if version is None else f"v{version}"


def _day(report: ReportRef) -> str:
    try:
        return wording.day(wording.millis_of(report.created))
    except ValueError:
        return report.created


def _name_chip(name: str) -> Chip:
    if name.startswith("@"):
        return Chip(name, "acc", "star")
    return Chip(name, STAGE_TONES.get(name, ""), "layers")


def _notes(model: RegisteredModel) -> Iterator[VersionNote]:
    for one in reversed(model.versions):
        tags = tuple(Pair(name, value) for name, value in one.tags.items())
        if one.description or tags:
            yield VersionNote(
                id=_anchor(one),
                name=f"v{one.version}",
                chips=version_chips([one]),
                created=wording.day(one.created),
                note=prose(one.description),
                tags=tags,
            )


def _anchor(version: ModelVersion) -> str:
    return f"v{version.version}"


def _steps(uri: str) -> tuple[Step, ...]:
    load = f"import mlflow\n\nmodel = mlflow.pyfunc.load_model({as_python(uri)})"
    note = "With MLFLOW_TRACKING_URI set to the registry that holds it."
    served = serve_step(naming.address(uri))
    return (
        Step("Load it in Python", note, (code("Python", load, "python"),)),
        replace(served, note=f"What to send is on the page of its model. {served.note}"),
    )
