"""What is remembered of a report, for later ones to be compared with it.

A page tells everything of one thing; the facts tell of all things what `reportgen.analysis.history`
asks: which runs there were and how far they had come, who was best, what had been tried, which
model version an alias meant. They are kept in the site for as long as their version is, so their
form is plain JSON that any later reportgen reads.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from reportgen.analysis.metrics import Goal
from reportgen.analysis.standings import Judge, judged_value
from reportgen.analysis.summary import RunSummary
from reportgen.model import Environment, Json, RegisteredModel

LONGEST_VALUE = 100
"""Of a parameter's value; a longer one is kept as its beginning and its hash."""

DELETED = "DELETED"


@dataclass(frozen=True, slots=True)
class RunFacts:
    key: str
    """Of its page."""

    name: str
    status: str
    """MLflow's word, or `DELETED`."""


@dataclass(frozen=True, slots=True)
class Best:
    run: str
    value: float


@dataclass(frozen=True, slots=True)
class ExperimentFacts:
    name: str
    runs: Mapping[str, RunFacts] = field(default_factory=dict)
    """By run id."""

    metric: str = ""
    """By which it is judged."""

    goal: Goal = Goal.UNKNOWN
    best: Best | None = None
    params: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Every value that was tried, sorted."""

    environment: Mapping[str, str] = field(default_factory=dict)
    """Version by package, `python` among them, of the newest run that recorded any."""

    page: str = field(default="", compare=False)
    """The key of the page that tells the same; empty where it is not known."""

    digest: str = field(default="", compare=False)
    """Of the file that they were read from; empty for others."""


@dataclass(frozen=True, slots=True)
class ReportRef:
    """A report version, as what was seen in it names it."""

    name: str
    created: str
    """`2026-11-24T02:36:00Z`."""


@dataclass(frozen=True, slots=True)
class Held:
    """What an alias or a stage meant before it moved."""

    name: str
    """`@champion`, `Production`."""

    version: int | None
    """None where no version had it."""

    until: ReportRef
    """The last report version that saw it so."""


@dataclass(frozen=True, slots=True)
class RegisteredPast:
    """What earlier report versions saw of a registered model's aliases and stages."""

    since: ReportRef
    """The first of them that counts."""

    held: tuple[Held, ...] = ()
    """What is no longer so, in the order in which it ended."""


@dataclass(frozen=True, slots=True)
class RegisteredFacts:
    versions: tuple[int, ...] = ()
    aliases: Mapping[str, int] = field(default_factory=dict)
    stages: Mapping[str, int] = field(default_factory=dict)
    """The newest version in each stage but `Archived`."""

    past: RegisteredPast | None = None
    """None in the first report version that has the model."""


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    name: str = ""
    packages: Mapping[str, str] = field(default_factory=dict)
    """Version by package that it asks for."""


@dataclass(frozen=True, slots=True)
class Facts:
    experiments: Mapping[str, ExperimentFacts] = field(default_factory=dict)
    """By key."""

    registered: Mapping[str, RegisteredFacts] = field(default_factory=dict)
    """By name."""

    projects: Mapping[str, ProjectFacts] = field(default_factory=dict)
    """By path."""


def packages_of(environment: Environment | None) -> dict[str, str]:
    """What an environment asks for: `{"python": "3.11.7", "numpy": "==2.1.0"}`."""
    if environment is None:
        return {}
    asked = {one.name: one.version for one in (*environment.conda, *environment.pip)}
    return {"python": environment.python, **asked} if environment.python else asked


def experiment_facts(
    name: str,
    runs: Sequence[RunSummary],
    ranking: Sequence[RunSummary],
    judge: Judge,
    keys: Mapping[str, str],
    packages: Mapping[str, Mapping[str, str]],
) -> ExperimentFacts:
    """Of an experiment: `runs` newest first, `keys` and `packages` by run id."""
    value = judged_value(ranking[0], judge) if ranking else None
    return ExperimentFacts(
        name=name,
        runs={
            run.id: RunFacts(keys[run.id], run.name, DELETED if run.deleted else str(run.status))
            for run in sorted(runs, key=lambda run: run.id)
        },
        metric=judge.metric,
        goal=judge.goal,
        best=None if value is None else Best(ranking[0].id, value),
        params=_tried(run.params for run in runs if not run.deleted),
        environment=next((packages[run.id] for run in runs if packages.get(run.id)), {}),
    )


def _tried(params: Iterable[Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    for own in params:
        for name, value in own.items():
            found[name].add(value)
    return {name: tuple(sorted(map(_short, found[name]))) for name in sorted(found)}


def _short(value: str) -> str:
    if len(value) <= LONGEST_VALUE:
        return value
    digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{value[: LONGEST_VALUE // 2]}… ({digest})"


def registered_facts(model: RegisteredModel, past: RegisteredPast | None = None) -> RegisteredFacts:
    stages = {
        version.stage: version.version
        for version in model.versions
        if version.stage and version.stage != "Archived"
    }
    return RegisteredFacts(
        versions=tuple(version.version for version in model.versions),
        aliases=dict(
            sorted(
                (alias, version.version) for version in model.versions for alias in version.aliases
            )
        ),
        stages=dict(sorted(stages.items())),
        past=past,
    )


# ------------------------------------------------------------------ as JSON


def experiment_json(facts: ExperimentFacts) -> dict[str, Json]:
    """Runs as `{id: [key, name, status]}`: of ten thousand runs every word counts."""
    runs: dict[str, Json] = {id: [run.key, run.name, run.status] for id, run in facts.runs.items()}
    return {
        "name": facts.name,
        "runs": runs,
        "metric": facts.metric,
        "goal": facts.goal,
        "best": asdict(facts.best) if facts.best else None,
        "params": dict(facts.params),
        "environment": dict(facts.environment),
    }


def experiment_from(found: Mapping[str, Any]) -> ExperimentFacts:
    """The inverse of `experiment_json`. Raises KeyError, TypeError or ValueError for others."""
    return ExperimentFacts(
        name=found["name"],
        runs={id: RunFacts(*run) for id, run in found["runs"].items()},
        metric=found["metric"],
        goal=Goal(found["goal"]),
        best=Best(**found["best"]) if found["best"] else None,
        params={name: tuple(values) for name, values in found["params"].items()},
        environment=found["environment"],
    )


def named_json(facts: Mapping[str, RegisteredFacts | ProjectFacts]) -> dict[str, Json]:
    return {name: asdict(facts[name]) for name in sorted(facts)}


def registered_from(found: Mapping[str, Any]) -> dict[str, RegisteredFacts]:
    """The inverse of `named_json`. Raises TypeError or KeyError for others.

    The first report versions say nothing of the past.
    """
    return {
        name: RegisteredFacts(
            tuple(one["versions"]), one["aliases"], one["stages"], _past_from(one.get("past"))
        )
        for name, one in found.items()
    }


def _past_from(found: Mapping[str, Any] | None) -> RegisteredPast | None:
    if found is None:
        return None
    held = (Held(one["name"], one["version"], ReportRef(**one["until"])) for one in found["held"])
    return RegisteredPast(ReportRef(**found["since"]), tuple(held))


def projects_from(found: Mapping[str, Any]) -> dict[str, ProjectFacts]:
    """The inverse of `named_json`. Raises TypeError or KeyError for others."""
    return {path: ProjectFacts(one["name"], one["packages"]) for path, one in found.items()}
