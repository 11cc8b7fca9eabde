"""Whether a run could be run again: what of it is recorded, point by point, and what follows.

Judged by what the store says and nothing else: no address is fetched and nothing is tried. A point
that nothing tells of is unknown, and one that this run cannot have does not apply; neither is no.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reportgen.analysis import forge
from reportgen.analysis.environments import is_hashed, is_package, is_pinned
from reportgen.analysis.projects import DEFAULT_ENTRY_POINT, is_remote
from reportgen.analysis.seeds import is_seed
from reportgen.model import EntryPoint, Environment, LoggedModel, Project, Requirement, Run

MOST_NAMED = 3
"""Of the things that a point names as its evidence; the number of all stands beside them."""

TAG_LIMITS = frozenset({5000, 8000})
"""Characters of the longest tag that MLflow keeps, to 2.18 and since
(`mlflow/utils/validation.py`): a patch of just that length was most likely cut off."""

DIFF, DIRTY = "mlflow.source.git.diff", "mlflow.source.git.dirty"
LAUNCHERS = re.compile(r"(ipykernel_launcher|colab_kernel_launcher)(\.py)?|<\w+>|-c?")
"""What `sys.argv[0]`, MLflow's source name, says where no file was run: notebooks and consoles
(`mlflow/tracking/context/default_context.py`)."""

COMMIT = re.compile(r"[0-9a-fA-F]{7,64}")
PYTHON = re.compile(r"\d+\.\d+(\.\d+)?([abrc.+-]\S*)?")
UNSET = frozenset({"", "none", "null", "nan"})


class About(StrEnum):
    """The points, in the order in which they are told."""

    SOURCE = "source"
    COMMIT = "commit"
    REPOSITORY = "repository"
    CHANGES = "changes"
    PARAMETERS = "parameters"
    ENVIRONMENT = "environment"
    PYTHON = "python"
    PINNED = "pinned"
    HASHED = "hashed"
    DATASETS = "datasets"
    SEED = "seed"
    MODEL = "model"
    ARTIFACTS = "artifacts"


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "-"


class Verdict(StrEnum):
    AGAIN = "again"
    BY_HAND = "by hand"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that running again needs, or that tells whether the result can be the same."""

    about: About
    answer: Answer
    finding: str
    """Which of the point's cases this is: `reportgen.views.reproducibility` words each."""

    values: tuple[str, ...] = ()
    """The evidence: what is recorded, or how much of it."""


NEEDED = (About.SOURCE, About.COMMIT, About.CHANGES, About.PARAMETERS)
"""Whoever lacks one of these runs something else: a no to any means that it cannot be run again."""

BY_COMMAND = (
    *(About.SOURCE, About.COMMIT, About.REPOSITORY, About.PARAMETERS),
    About.ENVIRONMENT,
)
"""All that a command must know; what of it is missing has to come from a person."""

SAME_RESULT = (About.CHANGES, About.PYTHON, About.PINNED, About.DATASETS, About.SEED)
"""What else must be the same, for the result to be."""


OF_ENVIRONMENT = frozenset({About.PYTHON, About.PINNED, About.HASHED})


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Every point of a run, in the order of `About`."""

    points: tuple[Point, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """NOT where a point of `NEEDED` is a no; AGAIN where all of `BY_COMMAND` are yes."""
        answers = {point.about: point.answer for point in self.points}
        if any(answers[about] is Answer.NO for about in NEEDED):
            return Verdict.NOT
        if all(answers[about] is Answer.YES for about in BY_COMMAND):
            return Verdict.AGAIN
        return Verdict.BY_HAND

    @property
    def lacking(self) -> tuple[Point, ...]:
        """What makes the verdict less than AGAIN: of NOT all that is a no, of BY_HAND all that
        has to be supplied."""
        wanted = {*NEEDED, *BY_COMMAND}
        no = self.verdict is Verdict.NOT
        return tuple(
            point
            for point in self.points
            if (point.answer is Answer.NO and point.about in wanted)
            or (not no and point.answer is Answer.UNKNOWN and point.about in BY_COMMAND)
        )

    @property
    def uncertain(self) -> tuple[Point, ...]:
        """Why the result of running it again may be another, beyond what is lacking."""
        sure = (Answer.YES, Answer.NOT_APPLICABLE)
        lacking = {point.about for point in self.lacking}
        told = OF_ENVIRONMENT if About.ENVIRONMENT in lacking else frozenset()
        return tuple(
            point
            for point in self.points
            if point.about in SAME_RESULT
            and point.about not in lacking | told
            and point.answer not in sure
        )

    @property
    def score(self) -> tuple[int, int]:
        """How many points are a yes, of those that apply."""
        answers = [point.answer for point in self.points]
        return answers.count(Answer.YES), len(answers) - answers.count(Answer.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some runs could be run again."""

    runs: int
    again: int
    by_hand: int


def share_of(verdicts: Iterable[Verdict | None]) -> Share | None:
    """None where no run was judged."""
    judged = [verdict for verdict in verdicts if verdict is not None]
    again, by_hand = judged.count(Verdict.AGAIN), judged.count(Verdict.BY_HAND)
    return Share(len(judged), again, by_hand) if judged else None


def scorecard(
    run: Run,
    models: Sequence[LoggedModel],
    project: Project | None,
    environment: Environment | None,
) -> Scorecard:
    """The points of a run; `models` are those it made, `project` is where it was launched from."""
    image = docker_image(run.tags, project)
    return Scorecard(
        (
            _source(run.tags),
            _commit(run.tags),
            _repository(run.tags),
            _changes(run, models),
            _parameters(run, project),
            *(_of_image(image) if image else _of_environment(environment, models, project)),
            _datasets(run),
            _seed(run.params),
            _model(run, models),
            _artifacts(run),
        )
    )


# ------------------------------------------------------------------ the code


def _source(tags: Mapping[str, str]) -> Point:
    source = tags.get("mlflow.source.name", "")
    name = source.replace("\\", "/").rstrip("/").rpartition("/")[2]
    if not name:
        return Point(About.SOURCE, Answer.NO, "none")
    if LAUNCHERS.fullmatch(name):
        return Point(About.SOURCE, Answer.NO, "launcher", (name,))
    if entry := entry_point_name(tags):
        return Point(About.SOURCE, Answer.YES, "project", (forge.shortened(source), entry))
    return Point(About.SOURCE, Answer.YES, "file", (forge.shortened(source),))


def _commit(tags: Mapping[str, str]) -> Point:
    commit = tags.get("mlflow.source.git.commit", "").strip()
    if not commit:
        return Point(About.COMMIT, Answer.NO, "none")
    if not COMMIT.fullmatch(commit):
        return Point(About.COMMIT, Answer.UNKNOWN, "other", (commit,))
    return Point(About.COMMIT, Answer.YES, "commit", (commit,))


def _repository(tags: Mapping[str, str]) -> Point:
    recorded = repository_of(tags)
    if not recorded:
        return Point(About.REPOSITORY, Answer.NO, "none")
    address = forge.clone_address(recorded)
    if not address:
        return Point(About.REPOSITORY, Answer.NO, "local", (forge.shortened(recorded),))
    return Point(About.REPOSITORY, Answer.YES, "address", (address,))


def _changes(run: Run, models: Sequence[LoggedModel]) -> Point:
    """MLflow keeps no word of it on runs; `mlflow.genai.enable_git_model_versioning` keeps it on a
    logged model (`mlflow/genai/git_versioning/git_info.py`), and people set the same tags."""
    if not run.tags.get("mlflow.source.git.commit"):
        return Point(About.CHANGES, Answer.NOT_APPLICABLE, "no commit")
    patch = patch_of(run, models)
    if patch:
        cut = Answer.UNKNOWN if len(patch) in TAG_LIMITS else Answer.YES
        return Point(
            About.CHANGES,
            cut,
            "cut" if cut is Answer.UNKNOWN else "patch",
            (str(patch.count("\n") + 1),),
        )
    dirty = {tags.get(DIRTY, "").lower() for tags in _tags(run, models)}
    if "true" in dirty:
        return Point(About.CHANGES, Answer.NO, "lost")
    if "false" in dirty:
        return Point(About.CHANGES, Answer.YES, "clean")
    if is_fetched(run.tags):
        return Point(About.CHANGES, Answer.YES, "fetched")
    return Point(About.CHANGES, Answer.UNKNOWN, "untold")


def _tags(run: Run, models: Sequence[LoggedModel]) -> Iterator[Mapping[str, str]]:
    yield run.tags
    for model in models:
        yield model.tags


def patch_of(run: Run, models: Sequence[LoggedModel]) -> str:
    """What had been changed and not committed, as a patch; empty where none is kept."""
    found = (tags.get(DIFF, "") for tags in _tags(run, models))
    return next((patch for patch in found if patch.strip()), "")


def repository_of(tags: Mapping[str, str]) -> str:
    """As recorded; of a project that was run by an address, that address."""
    source = tags.get("mlflow.source.name", "").partition("#")[0]
    return forge.repository_of(tags) or (source if is_fetched(tags) else "")


def is_fetched(tags: Mapping[str, str]) -> bool:
    """True for a run of a project that `mlflow run` was given by the address of its repository."""
    return bool(entry_point_name(tags)) and is_remote(tags.get("mlflow.source.name", ""))


def entry_point_name(tags: Mapping[str, str]) -> str:
    """Empty for a run that `mlflow run` did not launch."""
    found = tags.get("mlflow.project.entryPoint")
    return "" if found is None else found or DEFAULT_ENTRY_POINT


# ------------------------------------------------------------------ its parameters


def entry_point_of(tags: Mapping[str, str], project: Project | None) -> EntryPoint | None:
    """The entry point that was run, as the project has it today.

    MLflow runs a script that is no entry point as one without declared parameters
    (`mlflow/projects/_project_spec.py`).
    """
    name = entry_point_name(tags)
    offered = project.entry_points if project else ()
    found = next((entry for entry in offered if entry.name == name), None)
    if found is None and name.endswith((".py", ".sh", ".R")):
        return EntryPoint(name)
    return found


def _parameters(run: Run, project: Project | None) -> Point:
    if not entry_point_name(run.tags):
        return Point(About.PARAMETERS, Answer.UNKNOWN, "script", (str(len(run.params)),))
    entry = entry_point_of(run.tags, project)
    if entry is None:
        finding = "no entry point" if project else "no project"
        return Point(About.PARAMETERS, Answer.UNKNOWN, finding, (str(len(run.params)),))
    if not entry.parameters:
        return Point(About.PARAMETERS, Answer.YES, "undeclared", (str(len(run.params)),))
    unset = [one for one in entry.parameters if one.name not in run.params]
    lost = [one.name for one in unset if one.required]
    if lost:
        return Point(About.PARAMETERS, Answer.NO, "lost", (_named(lost),))
    if unset:
        names = _named([one.name for one in unset])
        return Point(About.PARAMETERS, Answer.YES, "defaults", (names,))
    return Point(About.PARAMETERS, Answer.YES, "all", (str(len(entry.parameters)),))


def _named(names: Sequence[str]) -> str:
    """`a, b, c and 4 more`."""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


# ------------------------------------------------------------------ its environment


def docker_image(tags: Mapping[str, str], project: Project | None) -> str:
    """The image in which a project run ran; empty for none.

    What the project names can be had again; what MLflow built of it, as its tag says, is on the
    machine that built it.
    """
    if not entry_point_name(tags):
        return ""
    named = project.docker_image if project else ""
    return named or tags.get("mlflow.docker.image.uri", "")


def _of_image(image: str) -> tuple[Point, ...]:
    """A tag of an image can be moved; its digest is a hash over all that is in it."""
    fixed = Answer.YES if "@sha256:" in image else Answer.NO
    finding = "image" if fixed is Answer.YES else "image tag"
    return (
        Point(About.ENVIRONMENT, Answer.YES, "image", (image,)),
        Point(About.PYTHON, Answer.NOT_APPLICABLE, "image"),
        Point(About.PINNED, fixed, finding, (image,)),
        Point(About.HASHED, fixed, finding, (image,)),
    )


def _of_environment(
    environment: Environment | None, models: Sequence[LoggedModel], project: Project | None
) -> tuple[Point, ...]:
    python = _python(environment, models)
    if environment is None or not (environment.files or environment.runtime):
        return (
            Point(About.ENVIRONMENT, Answer.NO, "none"),
            python,
            Point(About.PINNED, Answer.UNKNOWN, "none"),
            Point(About.HASHED, Answer.UNKNOWN, "none"),
        )
    runtime = (f"Databricks runtime {environment.runtime}",) if environment.runtime else ()
    named = (*environment.files, *runtime)
    today = project is not None and environment == project.environment
    asked = environment.locked or (*environment.conda, *environment.pip)
    packages = [one for one in asked if is_package(one)]
    loose = [one for one in packages if not is_pinned(one)]
    bare = [one for one in packages if not is_hashed(one)]
    return (
        Point(About.ENVIRONMENT, Answer.YES, "project" if today else "files", (", ".join(named),)),
        python,
        _packages(About.PINNED, packages, loose),
        _packages(About.HASHED, packages, bare),
    )


def _python(environment: Environment | None, models: Sequence[LoggedModel]) -> Point:
    said = environment.python if environment else ""
    if PYTHON.fullmatch(said):
        return Point(About.PYTHON, Answer.YES, "files", (said,))
    if of_model := next(filter(None, map(_model_python, models)), ""):
        return Point(About.PYTHON, Answer.YES, "model", (of_model,))
    if said:
        return Point(About.PYTHON, Answer.NO, "range", (said,))
    return Point(About.PYTHON, Answer.NO, "none")


def _model_python(model: LoggedModel) -> str:
    flavor = model.mlmodel.flavor("python_function") if model.mlmodel else None
    version = flavor.settings.get("python_version", "") if flavor else ""
    return version if isinstance(version, str) and PYTHON.fullmatch(version) else ""


def _packages(
    about: About, packages: Sequence[Requirement], without: Sequence[Requirement]
) -> Point:
    if not packages:
        return Point(about, Answer.NOT_APPLICABLE, "no packages")
    total = str(len(packages))
    if without:
        values = (str(len(without)), total, _named([one.name for one in without]))
        return Point(about, Answer.NO, "some" if len(without) < len(packages) else "each", values)
    return Point(about, Answer.YES, "all", (total,))


# ------------------------------------------------------------------ its data, chance and results


def _datasets(run: Run) -> Point:
    if not run.datasets:
        return Point(About.DATASETS, Answer.NO, "none")
    bare = sorted({used.dataset.name for used in run.datasets if not used.dataset.digest})
    if bare:
        return Point(About.DATASETS, Answer.NO, "without", (_named(bare),))
    digests = sorted({f"{used.dataset.name} ({used.dataset.digest})" for used in run.datasets})
    return Point(About.DATASETS, Answer.YES, "digests", (_named(digests),))


def _seed(params: Mapping[str, str]) -> Point:
    if not params:
        return Point(About.SEED, Answer.NO, "no parameters")
    seeds = {name: value for name, value in params.items() if is_seed(name)}
    if not seeds:
        return Point(About.SEED, Answer.NO, "none", (str(len(params)),))
    fixed = [f"{name} = {value}" for name, value in seeds.items() if _is_set(value)]
    if fixed:
        return Point(About.SEED, Answer.YES, "seed", (_named(fixed),))
    return Point(About.SEED, Answer.NO, "unset", (_named(list(seeds)),))


def _is_set(value: str) -> bool:
    return value.strip().strip("'\"").lower() not in UNSET


def _model(run: Run, models: Sequence[LoggedModel]) -> Point:
    known = [model.mlmodel for model in models if model.mlmodel and model.mlmodel.flavors]
    remembered = 1 if run.tags.get("mlflow.log-model.history") else 0
    made = max(len(models), len(run.output_models), remembered)
    if not made:
        return Point(About.MODEL, Answer.NOT_APPLICABLE, "none")
    unsigned = [one for one in known if one.signature is None]
    bare = [one for one in known if one.example is None]
    if unsigned or bare:
        finding = "neither" if unsigned and bare else "unsigned" if unsigned else "no example"
        count = len([one for one in known if one.signature is None or one.example is None])
        return Point(About.MODEL, Answer.NO, finding, (str(count), str(made)))
    if len(known) < made:
        return Point(About.MODEL, Answer.UNKNOWN, "not here", (str(made - len(known)),))
    return Point(About.MODEL, Answer.YES, "both", (str(made),))


def _artifacts(run: Run) -> Point:
    if run.artifacts_missing:
        where = forge.shortened(run.artifact_uri)
        return Point(About.ARTIFACTS, Answer.NO, "missing", (where,))
    if not run.artifacts:
        return Point(About.ARTIFACTS, Answer.NOT_APPLICABLE, "none")
    size = sum(artifact.size for artifact in run.artifacts)
    return Point(About.ARTIFACTS, Answer.YES, "here", (str(len(run.artifacts)), str(size)))
