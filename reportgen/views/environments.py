"""The page of all environments: what changed when only they did, which versions were used where,
and which runs share one."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from msgspec import Struct

from reportgen.analysis import forge
from reportgen.analysis.environment_uses import (
    FIRST,
    OnlyEnvironment,
    Pair,
    Side,
    UsedEnvironment,
    UsedPackage,
)
from reportgen.analysis.environments import PackageChange, environment_changes
from reportgen.analysis.metrics import Goal
from reportgen.analysis.summary import RunSummary
from reportgen.views import addresses, wording
from reportgen.views.environment import bare_version, card_of, package_phrase, short_facts
from reportgen.views.page import Chip, Head, Link, Section, head
from reportgen.views.run_columns import display_name

MOST_STEPS, MOST_EXAMPLES = 60, 3
MOST_PACKAGES = 1_000
MOST_ENVIRONMENTS = 60
MOST_RUNS = 12
"""Of one environment; its experiments' tables have them all."""

MOST_CHANGES = 8
"""Of packages that one line names."""

MOST_NAMED = 12
"""Environments that the line of one version leads to."""


class Recorded(Struct, frozen=True):
    """All that the page is made of."""

    used: tuple[UsedEnvironment, ...]
    packages: tuple[UsedPackage, ...]
    alone: tuple[OnlyEnvironment, ...]
    experiments: Mapping[str, str]
    """Name by key."""

    without: int
    """Runs that recorded no environment."""


class Told(Struct, frozen=True):
    """A few of many: what is named, and how many more there are as a text."""

    links: tuple[Link, ...]
    more: str


class ExampleRow(Struct, frozen=True):
    """Runs that differ by nothing known but their environment."""

    before: Link
    after: Link
    values: str
    """`0.8120 → 0.8300`."""

    note: str
    """How far apart several runs of one side are; empty for single ones."""


class StepRow(Struct, frozen=True):
    """An experiment's runs that went from one environment to another."""

    experiment: Link
    metric: str
    goal: str
    packages: tuple[str, ...]
    more: str
    chips: tuple[Chip, ...]
    """`3 better`, `1 worse`, `2 the same`."""

    examples: tuple[ExampleRow, ...]
    others: str


class VersionRow(Struct, frozen=True):
    version: str
    runs: str
    environments: Told


class PackageRows(Struct, frozen=True):
    name: str
    channel: str
    words: str
    """By which a reader's filter finds it, in small letters."""

    versions: tuple[VersionRow, ...]
    missing: str
    """In how many runs it is not there; empty for none."""

    lines: int
    """Of the table: one for each version, and one for where it is missing."""


class EnvironmentCard(Struct, frozen=True):
    id: str
    title: str
    runs: str
    facts: tuple[str, ...]
    changes: tuple[str, ...]
    """Against the most used one."""

    more: str
    against: str
    compare: Link
    """To the newest run of the most used one beside the newest of this."""

    experiments: tuple[tuple[Link, str], ...]
    """With the number of its runs."""

    newest: Told
    run: str
    """The id of its newest run: what stands for it where two environments are compared."""


class EnvironmentsPage(Struct, frozen=True):
    """Everything environments.html may say."""

    template: ClassVar[str] = "environments.html"

    head: Head
    lede: str
    sections: tuple[Section, ...]
    changed: tuple[StepRow, ...]
    same: tuple[StepRow, ...]
    same_note: str
    alone_note: str
    differing: tuple[PackageRows, ...]
    equal: tuple[PackageRows, ...]
    equal_note: str
    packages_note: str
    environments: tuple[EnvironmentCard, ...]
    environments_note: str
    compared: str
    """Where the runs of any two environments are compared."""


def environments_page(
    recorded: Recorded, address: str = addresses.ENVIRONMENTS
) -> EnvironmentsPage:
    used, packages = recorded.used, recorded.packages
    changed = [one for one in recorded.alone if one.changed]
    same = [one for one in recorded.alone if not one.changed]
    differing = [one for one in packages if one.differs or one.channel in FIRST]
    equal = [one for one in packages if not (one.differs or one.channel in FIRST)]
    return EnvironmentsPage(
        head=head(
            address,
            "environments",
            "Environments",
            description=f"{wording.count(len(used), 'environment')}.",
            scripts=("environments",),
        ),
        lede=_lede(recorded),
        sections=_sections(recorded),
        changed=tuple(_step(one, address) for one in changed[:MOST_STEPS]),
        same=tuple(_step(one, address) for one in same[:MOST_STEPS]),
        same_note=_same_note(same),
        alone_note=_few(len(changed), MOST_STEPS),
        differing=tuple(_package(one, used) for one in differing[:MOST_PACKAGES]),
        equal=tuple(_package(one, used) for one in equal[:MOST_PACKAGES]),
        equal_note=f"{wording.count(len(equal), 'package')} of one version everywhere"
        + (f", the first {MOST_PACKAGES:,}" if len(equal) > MOST_PACKAGES else ""),
        packages_note=_few(len(differing), MOST_PACKAGES),
        environments=tuple(
            _card(number, used, recorded.experiments, address)
            for number in range(min(len(used), MOST_ENVIRONMENTS))
        ),
        environments_note=_few(len(used), MOST_ENVIRONMENTS),
        compared=addresses.relative(addresses.COMPARE, address),
    )


def _few(count: int, most: int) -> str:
    return f"the first {most:,} of {count:,}" if count > most else ""


def _lede(recorded: Recorded) -> str:
    runs = sum(len(one.runs) for one in recorded.used)
    if not runs:
        return (
            "No run recorded an environment: none logged a model or a file such as "
            "requirements.txt, or came from a project that is here."
        )
    kinds = wording.count(len(recorded.used), "different environment")
    said = f"{wording.count(runs, 'run')} recorded what they ran with: {kinds}."
    if recorded.without:
        said += f" {wording.count(recorded.without, 'run')} recorded none."
    return said


def _sections(recorded: Recorded) -> tuple[Section, ...]:
    counted = (
        ("alone", "Only the environment changed", len(recorded.alone)),
        ("versions", "Packages", len(recorded.packages)),
        ("environments", "Environments", len(recorded.used)),
    )
    return tuple(Section(id, text, f"{count:,}") for id, text, count in counted if count)


# ------------------------------------------------------------------ only the environment changed


def _same_note(same: Sequence[OnlyEnvironment]) -> str:
    times = wording.count(len(same), "change")
    few = _few(len(same), MOST_STEPS)
    return f"{times} of the environment without any of the metric" + (f", {few}" if few else "")


def _step(one: OnlyEnvironment, address: str) -> StepRow:
    left = len(one.pairs) - MOST_EXAMPLES
    target = addresses.relative(addresses.experiment(one.experiment), address)
    return StepRow(
        experiment=Link(one.name, target),
        metric=one.judge.metric,
        goal={Goal.MAX: "higher is better", Goal.MIN: "lower is better"}.get(one.judge.goal, ""),
        packages=_phrases(one.packages),
        more=_rest(one.packages),
        chips=tuple(_outcome(one)),
        examples=tuple(_example(pair, address) for pair in one.pairs[:MOST_EXAMPLES]),
        others=f"and {wording.count(left, 'more set')} of equal parameters" if left > 0 else "",
    )


def _outcome(one: OnlyEnvironment) -> Iterator[Chip]:
    changed = len(one.changed)
    counted = [(changed, "changed", "acc", "")]
    if one.better is not None:
        counted = [
            (one.better, "better", "ok", "check"),
            (changed - one.better, "worse", "bad", "warn"),
        ]
    for count, word, tone, icon in (*counted, (len(one.pairs) - changed, "the same", "", "")):
        if count:
            yield Chip(word if len(one.pairs) == 1 else f"{count:,} {word}", tone, icon)


def _example(pair: Pair, address: str) -> ExampleRow:
    was, now = wording.number(pair.before.mean), wording.number(pair.after.mean)
    notes = filter(None, (_spread("before", pair.before), _spread("after", pair.after)))
    return ExampleRow(
        before=_run(pair.before.runs[-1], address),
        after=_run(pair.after.runs[0], address),
        values=f"{was} → {now}" if pair.change else now,
        note=", ".join(notes),
    )


def _spread(when: str, side: Side) -> str:
    """Of several runs, how far apart they are: what a change has to be measured by."""
    if len(side.runs) == 1:
        return ""
    low, high = wording.number(side.low), wording.number(side.high)
    apart = f", {low} to {high}" if side.low != side.high else ""
    return f"mean of {len(side.runs)} runs {when}{apart}"


def _run(run: RunSummary, address: str) -> Link:
    return Link(display_name(run), addresses.relative(addresses.run_pointer(run.id), address))


def _phrases(changes: Sequence[PackageChange]) -> tuple[str, ...]:
    return tuple(package_phrase(one) for one in changes[:MOST_CHANGES])


def _rest(changes: Sequence[PackageChange]) -> str:
    left = len(changes) - MOST_CHANGES
    return f"and {left} more" if left > 0 else ""


# ------------------------------------------------------------------ packages


def _package(one: UsedPackage, used: Sequence[UsedEnvironment]) -> PackageRows:
    name = forge.shortened(one.name)
    versions = tuple(
        VersionRow(
            version=bare_version(forge.shortened(version.asked)) or "any version",
            runs=f"{version.runs:,}",
            environments=_environments(version.environments, used),
        )
        for version in one.versions
    )
    channel = "" if one.channel in ("python", "pip") else one.channel
    return PackageRows(
        name=name,
        channel=channel,
        words=" ".join((name, one.channel, *(row.version for row in versions))).lower(),
        versions=versions,
        missing=f"{one.missing:,}" if one.missing else "",
        lines=len(versions) + bool(one.missing),
    )


def _environments(places: Sequence[int], used: Sequence[UsedEnvironment]) -> Told:
    """Those that have a card lead there."""
    links = tuple(
        Link(str(place + 1), f"#{card_of(used[place].key)}" if place < MOST_ENVIRONMENTS else "")
        for place in places[:MOST_NAMED]
    )
    left = len(places) - MOST_NAMED
    return Told(links, f"and {left:,} more" if left > 0 else "")


# ------------------------------------------------------------------ environments


def _card(
    number: int, used: Sequence[UsedEnvironment], names: Mapping[str, str], address: str
) -> EnvironmentCard:
    one, first = used[number], used[0]
    changes = environment_changes(first.environment, one.environment) if number else ()
    counts = Counter(run.experiment_id for run in one.runs)
    left = len(one.runs) - MOST_RUNS
    both = addresses.compare(first.runs[0].id, one.runs[0].id)
    return EnvironmentCard(
        id=card_of(one.key),
        title=f"Environment {number + 1}",
        runs=wording.count(len(one.runs), "run"),
        facts=short_facts(one.environment),
        changes=_phrases(changes),
        more=_rest(changes),
        against="Against environment 1" if number else "",
        compare=Link("Compare", addresses.relative(both, address) + "#environment"),
        experiments=tuple(
            (
                Link(names[key], addresses.relative(addresses.experiment(key), address)),
                wording.count(count, "run"),
            )
            for key, count in counts.most_common()
        ),
        newest=Told(
            tuple(_run(run, address) for run in one.runs[:MOST_RUNS]),
            f"and {left:,} more" if left > 0 else "",
        ),
        run=addresses.slug(one.runs[0].id),
    )
