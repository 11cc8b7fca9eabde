"""What of the records is in the report: whole kinds of things are dropped, or kept alone, by name.

What is dropped goes at the door, before anything is made of it, and what would name it goes with
it: the place of a run among its children, the origin of a registered version.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TypeVar

from reportgen.errors import Problem
from reportgen.guard.commands import without_params
from reportgen.model import (
    Artifact,
    EntryPoint,
    Experiment,
    LoggedModel,
    ModelRef,
    ModelVersion,
    Project,
    RegisteredModel,
    Run,
    RunRef,
)

PARENT = "mlflow.parentRunId"
MODELS_MADE = "mlflow.log-model.history"
OWN = "mlflow."
"""MLflow's own tags begin so: `only` leaves them, for pages are made of them."""

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Selection:
    """The patterns of what is dropped, and of what alone is kept, by kind."""

    hide: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.hide or self.only)

    def keeps(self, kind: str, *names: str) -> bool:
        """Whether the thing that goes by any of these names is in the report."""
        hide, only = self.hide.get(kind, ()), self.only.get(kind, ())
        if hide and any(_matches(name, hide) for name in names):
            return False
        return not only or any(_matches(name, only) for name in names)

    def keeps_tag(self, key: str) -> bool:
        if key.startswith(OWN):
            return not _matches(key, self.hide.get("tags", ()))
        return self.keeps("tags", key)

    def keeps_artifact(self, path: str) -> bool:
        """A folder's name means all that is in it."""
        parts = path.split("/")
        return self.keeps("artifacts", *("/".join(parts[: end + 1]) for end in range(len(parts))))


@lru_cache(maxsize=50_000)
def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Dropped:
    """What of an index is not in the report, by id."""

    runs: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.runs or self.models)


@dataclass(frozen=True, slots=True)
class Selected:
    """What is left of an index."""

    experiments: tuple[Experiment, ...]
    runs: tuple[RunRef, ...]
    models: tuple[ModelRef, ...]
    dropped: Dropped


def select(
    selection: Selection,
    experiments: Sequence[Experiment],
    runs: Sequence[RunRef],
    models: Sequence[ModelRef],
) -> Selected:
    """The experiments, runs and models that are kept; with a run its models go."""
    here = tuple(
        one for one in experiments if selection.keeps("experiments", one.name, one.id, one.key)
    )
    keys = {one.key for one in here}
    kept_runs = tuple(
        ref
        for ref in runs
        if ref.experiment_id in keys and selection.keeps("runs", ref.name, ref.id)
    )
    gone = frozenset(ref.id for ref in runs) - {ref.id for ref in kept_runs}
    kept_models = tuple(
        ref
        for ref in models
        if (ref.experiment_id in keys or not ref.experiment_id) and ref.run_id not in gone
    )
    lost = frozenset(ref.id for ref in models) - {ref.id for ref in kept_models}
    dropped = Dropped(gone, lost)
    return Selected(
        experiments=tuple(_with_kept_tags(selection, one) for one in here),
        runs=tuple(_without_parent(ref, dropped, selection) for ref in kept_runs),
        models=kept_models,
        dropped=dropped,
    )


def _with_kept_tags(selection: Selection, experiment: Experiment) -> Experiment:
    return replace(experiment, tags=kept_tags(selection, experiment.tags))


def kept_tags(selection: Selection, tags: Mapping[str, str]) -> Mapping[str, str]:
    kept = {key: value for key, value in tags.items() if selection.keeps_tag(key)}
    return tags if len(kept) == len(tags) else kept


def _without_parent(ref: RunRef, dropped: Dropped, selection: Selection) -> RunRef:
    """A run whose parent is not there, or is not to be told, stands by itself."""
    if ref.parent_id and (ref.parent_id in dropped.runs or not selection.keeps_tag(PARENT)):
        return replace(ref, parent_id="")
    return ref


def without_dropped(problems: Iterable[Problem], gone: frozenset[str]) -> tuple[Problem, ...]:
    """The problems, without those that name what is not there."""
    return tuple(
        one
        for one in problems
        if not gone or not (gone & {*one.path.split("/"), *one.what.replace(",", "/").split("/")})
    )


def kept_of_run(selection: Selection, dropped: Dropped, run: Run) -> Run:
    """The run without its params, tags, metrics and artifacts that are dropped."""
    tags = dict(kept_tags(selection, run.tags))
    if tags.get(PARENT) in dropped.runs:
        del tags[PARENT]
    artifacts = _kept_artifacts(selection, run.artifacts)
    if len(artifacts) != len(run.artifacts):
        tags.pop(MODELS_MADE, None)  # it tells of folders that may be gone
    return replace(
        run,
        user=run.user if selection.keeps_tag("mlflow.user") else "",
        params=_kept_keys(selection, "params", run.params),
        tags=run.tags if len(tags) == len(run.tags) else tags,
        metrics=_kept_keys(selection, "metrics", run.metrics),
        artifacts=artifacts,
        models=tuple(
            kept_of_model(selection, dropped, model, inside=model.artifact_path)
            for model in run.models
            if selection.keeps_artifact(_joined(model.artifact_path, "MLmodel"))
        ),
        output_models=tuple(one for one in run.output_models if one[0] not in dropped.models),
        input_models=tuple(one for one in run.input_models if one not in dropped.models),
        problems=_kept_problems(selection, run.problems),
    )


def kept_of_model(
    selection: Selection, dropped: Dropped, model: LoggedModel, inside: str = ""
) -> LoggedModel:
    """The model likewise; `inside` is the folder that it lies in among a run's artifacts."""
    artifacts = tuple(
        one for one in model.artifacts if selection.keeps_artifact(_joined(inside, one.path))
    )
    gone = model.run_id in dropped.runs
    return replace(
        model,
        run_id="" if gone else model.run_id,
        params=_kept_keys(selection, "params", model.params),
        tags=kept_tags(selection, model.tags),
        metrics=tuple(one for one in model.metrics if selection.keeps("metrics", one.key)),
        artifacts=artifacts,
        problems=_kept_problems(selection, model.problems),
    )


def kept_of_registered(
    selection: Selection, dropped: Dropped, model: RegisteredModel
) -> RegisteredModel:
    """The registered model, whose versions tell nothing of runs and models that are not there."""
    return replace(
        model,
        tags=kept_tags(selection, model.tags),
        versions=tuple(_kept_version(selection, dropped, one) for one in model.versions),
    )


def _kept_version(selection: Selection, dropped: Dropped, version: ModelVersion) -> ModelVersion:
    version = replace(version, tags=kept_tags(selection, version.tags))
    if version.run_id in dropped.runs or version.model_id in dropped.models:
        return replace(version, run_id="", model_id="", source="")
    return version


def kept_of_project(selection: Selection, project: Project) -> Project:
    """The project, which says nothing of params that are dropped."""

    def keeps(name: str) -> bool:
        return selection.keeps("params", name)

    def kept(entry: EntryPoint) -> EntryPoint:
        return replace(
            entry,
            command=without_params(entry.command, keeps),
            parameters=tuple(one for one in entry.parameters if keeps(one.name)),
        )

    return replace(project, entry_points=tuple(map(kept, project.entry_points)))


def _joined(folder: str, path: str) -> str:
    return path if folder in ("", ".") else f"{folder}/{path}"


def _kept_keys(selection: Selection, kind: str, things: Mapping[str, Kept]) -> Mapping[str, Kept]:
    kept = {key: value for key, value in things.items() if selection.keeps(kind, key)}
    return things if len(kept) == len(things) else kept


def _kept_artifacts(selection: Selection, artifacts: tuple[Artifact, ...]) -> tuple[Artifact, ...]:
    return tuple(one for one in artifacts if selection.keeps_artifact(one.path))


def _kept_problems(selection: Selection, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Without those of a file that is dropped: `mlruns/0/<run>/metrics/loss`."""
    return tuple(one for one in problems if _keeps_place(selection, one.path))


def _keeps_place(selection: Selection, path: str) -> bool:
    parts = path.split("/")
    for kind in ("params", "tags", "metrics", "artifacts"):
        if kind in parts[:-1]:
            name = "/".join(parts[parts.index(kind) + 1 :])
            keeps = selection.keeps_artifact if kind == "artifacts" else selection.keeps_tag
            if kind in ("params", "metrics"):
                return selection.keeps(kind, name)
            return keeps(name)
    return True
