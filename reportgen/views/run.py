"""The page of a run: what it got, what it changed, what it was given, and how to run it again."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from markupsafe import Markup
from msgspec import Struct, field

from reportgen.analysis import forge
from reportgen.analysis.environments import PackageChange
from reportgen.analysis.metrics import (
    SYSTEM_PREFIX,
    Goal,
    MetricSummary,
    goal_of,
    group_by_split,
)
from reportgen.analysis.params import compare
from reportgen.analysis.reproducibility import Scorecard
from reportgen.analysis.rerun import NO_COMMANDS, Rerun
from reportgen.analysis.workflows import Step
from reportgen.model import Artifact, Environment, LoggedModel, ModelVersion, Run, RunRef
from reportgen.views import addresses, wording
from reportgen.views.artifacts import ArtifactList, artifact_list
from reportgen.views.datasets import DatasetCard, dataset_cards
from reportgen.views.environment import (
    EnvironmentList,
    PackageDiffRow,
    environment_list,
    package_count,
    package_rows,
    with_sharers,
)
from reportgen.views.lineage import (
    MOST_VERSIONS,
    Origin,
    Provenance,
    drawn_versions,
    lineage_graph,
)
from reportgen.views.page import (
    STATUS,
    Chip,
    Fact,
    Head,
    Link,
    Pair,
    ProblemRow,
    Section,
    Tile,
    head,
    problem_rows,
    run_chips,
)
from reportgen.views.prose import first_sentence, note_prose
from reportgen.views.reproducibility import (
    Reproducibility,
    reproducibility,
    reproducibility_fact,
)
from reportgen.views.run_metrics import (
    CurveCard,
    Groups,
    MetricRow,
    Rest,
    curve_cards,
    curves_note,
    headline,
    metric_row,
    rest_of,
    rows_of,
    tiles,
    with_curves,
)
from reportgen.views.workflow import WorkflowFigure, workflow_figure

MOST_CHILDREN = 200


class Baseline(Struct, frozen=True):
    """A run to compare parameters with, fixed once this run was started."""

    what: str
    """`its parent`, `the run before it`."""

    run: RunRef
    params: Mapping[str, str]
    packages: tuple[PackageChange, ...] | None = None
    """How the environments differ; None where one of them is not recorded."""


class ModelLink(Struct, frozen=True):
    """A model of the run, and where its page is (from the site's root)."""

    model: LoggedModel
    address: str
    step: int = 0
    versions: tuple[ModelVersion, ...] = ()
    """That it was registered as: their names and numbers alone, as the rest may change."""


class RunInputs(Struct, frozen=True):
    """All that the page of a run is made of; its key is made of the same."""

    run: Run
    experiment_name: str
    main: str
    """The metric by which its experiment is judged; '' for none."""

    goals: Mapping[str, Goal]
    """The directions that the user named."""

    baselines: tuple[Baseline, ...] = ()
    children: tuple[RunRef, ...] = ()
    workflow: tuple[Step, ...] = ()
    """Its children, where they are the steps of a workflow."""

    models: tuple[ModelLink, ...] = ()
    evaluated: tuple[tuple[str, str], ...] = ()
    """(id, name) of the logged models that it evaluated."""

    environment: Environment | None = None
    environment_key: str = ""
    """Equal for the runs that had the same."""

    environment_of_project: bool = False
    """Where the run recorded none: that of the project as it is today."""

    card: Scorecard | None = None
    """Whether it could be run again; None where nobody judged."""

    commands: Rerun = NO_COMMANDS
    """That run it again."""

    copies: Mapping[str, str] | None = None
    """Artifact path → address of its copy."""

    provenance: Provenance = field(default_factory=Provenance)
    """Known where a model of it was registered, and told with that alone."""


class DiffRow(Struct, frozen=True):
    name: str
    before: str
    after: str
    kind: str
    """`changed`, `added` or `removed`."""


class DiffTable(Struct, frozen=True):
    """The parameters and packages against one baseline."""

    title: str
    """`Against its parent`."""

    run: Link
    rows: tuple[DiffRow, ...]
    equal: tuple[Pair, ...]
    summary: str
    packages: tuple[PackageDiffRow, ...]
    compare: str
    """The address of the whole comparison with it."""


class ModelCard(Struct, frozen=True):
    name: str
    href: str
    flavors: str
    note: str
    uri: str


class ChildRow(Struct, frozen=True):
    link: Link
    chip: Chip
    started: str
    duration: str


class RunPage(Struct, frozen=True):
    """Everything run.html may say, already worded and in order."""

    template: ClassVar[str] = "run.html"

    head: Head
    name: str
    run_id: str
    compare: Link
    """To the comparison with its parent or the run before it, else to a choice of others."""

    chips: tuple[Chip, ...]
    lede: str
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    tiles: tuple[Tile, ...]
    curves: tuple[CurveCard, ...]
    curves_note: str
    system: tuple[CurveCard, ...]
    system_note: str
    metrics: tuple[MetricRow, ...]
    rest: Rest
    diffs: tuple[DiffTable, ...]
    params: tuple[Pair, ...]
    """Marked where they differ from the first baseline."""

    params_note: str
    tags: tuple[Pair, ...]
    system_tags: tuple[Pair, ...]
    datasets: tuple[DatasetCard, ...]
    models: tuple[ModelCard, ...]
    lineage: Markup
    """From what it was made of to what was registered of it; empty where nothing was."""

    workflow: WorkflowFigure | None
    children: tuple[ChildRow, ...]
    """Those that are no steps of a workflow."""

    children_note: str
    artifacts: ArtifactList
    environment: EnvironmentList
    reproducibility: Reproducibility | None
    provenance: tuple[Pair, ...]
    note: Markup
    problems: tuple[ProblemRow, ...]


def run_page(
    inputs: RunInputs,
    summaries: Mapping[str, MetricSummary],
    *,
    address: str,
    key: str,
    contents: Mapping[str, bytes],
) -> RunPage:
    """The view of a run; `summaries` are of its metrics, `contents` those artifacts that are
    shown."""
    run = inputs.run
    training = [name for name in run.metrics if not name.startswith(SYSTEM_PREFIX)]
    drawn = curve_groups(inputs, summaries)
    curves = curve_cards(run, drawn["metrics"], address, inputs.goals)
    system = curve_cards(run, drawn["system"], address, inputs.goals)
    rest = rest_of(training, drawn["metrics"], drawn["system"], summaries, address)
    artifacts = artifact_list(
        own_artifacts(run),
        inputs.copies or {},
        contents,
        address,
        forge.shortened(run.artifacts_missing),
    )
    name = run_name(run)
    return RunPage(
        head=head(
            address,
            "run",
            name,
            _crumbs(inputs),
            description=_description(run, summaries, inputs.main),
            id=addresses.slug(run.id),
            key=key,
            data=True,
            scripts=("charts", "run", *rest.scripts),
            later=("files",) if artifacts.rows or artifacts.missing else (),
        ),
        name=name,
        run_id=run.id,
        compare=_compare(inputs, address),
        chips=run_chips(run.status, run.deleted),
        lede=first_sentence(run.note),
        facts=_facts(inputs, address),
        sections=_sections(inputs, curves or system, artifacts),
        tiles=tiles(training, summaries, inputs.main),
        curves=curves,
        curves_note=curves_note(curves),
        system=system,
        system_note=wording.count(len(drawn["system"]), "system metric"),
        metrics=tuple(
            metric_row(name, summaries[name], goal_of(name, inputs.goals))
            for name in rows_of(training, inputs.main)
        ),
        rest=rest,
        diffs=tuple(_diff(run, baseline, address) for baseline in inputs.baselines),
        params=_param_rows(run, inputs.baselines),
        params_note=f"differs from {inputs.baselines[0].what}" if inputs.baselines else "",
        tags=tuple(
            Pair(name, value) for name, value in run.tags.items() if not name.startswith("mlflow.")
        ),
        system_tags=_system_tags(run),
        datasets=dataset_cards(run),
        models=_model_cards(inputs, address),
        lineage=_lineage(inputs, address),
        workflow=workflow_figure(run_name(run), run.started, inputs.workflow, address),
        children=tuple(_child(child, address) for child in _plain_children(inputs)[:MOST_CHILDREN]),
        children_note=f"the first {MOST_CHILDREN} of {len(inputs.children):,}"
        if len(_plain_children(inputs)) > MOST_CHILDREN
        else "",
        artifacts=artifacts,
        environment=_environment(inputs, address),
        reproducibility=_reproducibility(inputs, address),
        provenance=_provenance(run),
        note=note_prose(run.note),
        problems=problem_rows(run.problems),
    )


def curve_groups(inputs: RunInputs, summaries: Mapping[str, MetricSummary]) -> Mapping[str, Groups]:
    """What is drawn, or would be if there was less of it: in sections `metrics` and `system`."""
    names = inputs.run.metrics
    training = group_by_split(name for name in names if not name.startswith(SYSTEM_PREFIX))
    machine = [(name, (name,)) for name in names if name.startswith(SYSTEM_PREFIX)]
    return {
        "metrics": with_curves(training, summaries, inputs.main),
        "system": with_curves(machine, summaries, inputs.main),
    }


def _lineage(inputs: RunInputs, address: str) -> Markup:
    name = run_name(inputs.run)
    origins = [
        Origin(
            version=version,
            run_id=inputs.run.id,
            run_name=name,
            provenance=inputs.provenance,
            model_name=link.model.name or link.model.id,
            model=link.address,
        )
        for link in inputs.models
        for version in drawn_versions(link.versions)
    ]
    return lineage_graph(origins[:MOST_VERSIONS], address, title=f"Lineage of {name}")


def run_name(run: Run | RunRef) -> str:
    """Its name, else the beginning of its id."""
    return run.name.strip() or wording.short_id(run.id)


def own_artifacts(run: Run) -> tuple[Artifact, ...]:
    """Without the files of its models, which have pages of their own."""
    folders = tuple(f"{model.artifact_path}/" for model in run.models)
    return tuple(one for one in run.artifacts if not one.path.startswith(folders))


def _crumbs(inputs: RunInputs) -> tuple[tuple[str, str], ...]:
    return ((inputs.experiment_name, addresses.experiment(inputs.run.experiment_id)),)


def _description(run: Run, summaries: Mapping[str, MetricSummary], main: str) -> str:
    said = f"Run {run_name(run)}, {STATUS[run.status].text.lower()}"
    if main in summaries:
        said += f", {main} {wording.number(headline(summaries[main]))}"
    return said + f"; {wording.count(len(run.params), 'parameter')}."


def _facts(inputs: RunInputs, address: str) -> tuple[Fact, ...]:
    run = inputs.run
    facts = [Fact("user", run.user)] if run.user else []
    if run.started is not None:
        facts.append(Fact("cal", wording.time(run.started)))
    if run.started is not None and run.ended is not None:
        facts.append(Fact("clock", wording.duration(run.ended - run.started)))
    source = run.tags.get("mlflow.source.name", "")
    if source:
        entry = run.tags.get("mlflow.project.entryPoint", "")
        shown = forge.shortened(source).rsplit("/", 1)[-1] or source
        facts.append(Fact("term", f"{shown} · {entry}" if entry else shown, code=True))
    facts.extend(_commit_fact(run))
    for baseline in inputs.baselines:
        if baseline.what == "its parent":
            facts.append(
                Fact(
                    "tree",
                    f"child of {run_name(baseline.run)}",
                    addresses.relative(addresses.run_pointer(baseline.run.id), address),
                )
            )
    names = sorted({used.dataset.name for used in run.datasets})
    facts.extend(Fact("db", name) for name in names[:3])
    if inputs.card:
        facts.append(reproducibility_fact(inputs.card))
    return tuple(facts)


def _environment(inputs: RunInputs, address: str) -> EnvironmentList:
    found = environment_list(inputs.environment, of_project=inputs.environment_of_project)
    return with_sharers(found, inputs.environment_key, address)


def _reproducibility(inputs: RunInputs, address: str) -> Reproducibility | None:
    if inputs.card is None:
        return None
    above = (one.run for one in inputs.baselines if one.what == "its parent")
    parent = next((_run_link(run, address) for run in above), None)
    return reproducibility(inputs.card, inputs.commands, parent)


def _run_link(run: RunRef, address: str) -> Link:
    return Link(run_name(run), addresses.relative(addresses.run_pointer(run.id), address))


def _commit_fact(run: Run) -> list[Fact]:
    commit = run.tags.get("mlflow.source.git.commit", "")
    if not commit:
        return []
    repository, branch = forge.repository_of(run.tags), forge.branch_of(run.tags)
    text = f"{branch}@{commit[:8]}" if branch else commit[:8]
    return [Fact("branch", text, forge.commit_url(repository, commit), code=True, title=commit)]


def _compare(inputs: RunInputs, address: str) -> Link:
    ids = [one.run.id for one in inputs.baselines[:1]] + [inputs.run.id]
    what = f"Compare with {inputs.baselines[0].what}" if inputs.baselines else "Compare with others"
    return Link(what, addresses.relative(addresses.compare(*ids), address))


def _sections(
    inputs: RunInputs, curves: Sequence[CurveCard], artifacts: ArtifactList
) -> tuple[Section, ...]:
    run = inputs.run
    counted = (
        ("diff", "Changes", len(inputs.baselines)),
        ("metrics", "Metrics", sum(not name.startswith(SYSTEM_PREFIX) for name in run.metrics)),
        ("system", "Machine", sum(name.startswith(SYSTEM_PREFIX) for name in run.metrics)),
        ("params", "Parameters", len(run.params)),
        ("workflow", "Workflow", len(inputs.workflow)),
        ("children", "Child runs", len(_plain_children(inputs))),
        ("models", "Models", len(inputs.models) + len(inputs.evaluated)),
        ("datasets", "Datasets", len(run.datasets)),
        ("packages", "Packages", package_count(inputs.environment)),
        ("artifacts", "Artifacts", len(artifacts.rows)),
        ("reproducibility", "Reproducibility", 1 if inputs.card else 0),
        ("again", "Run it again", 1 if inputs.commands != NO_COMMANDS else 0),
        ("notes", "Notes", 1 if run.note.strip() else 0),
        ("problems", "Problems", len(run.problems)),
        ("tags", "Tags", sum(not name.startswith("mlflow.") for name in run.tags)),
        ("environment", "Environment", 1),
        ("provenance", "Provenance", 1),
        ("lineage", "Lineage", sum(len(link.versions) for link in inputs.models)),
    )
    silent = {
        *("diff", "lineage", "artifacts", "notes", "environment", "reproducibility"),
        *("again", "provenance"),
    }
    listed = tuple(
        Section(id, text, "" if id in silent else f"{count:,}")
        for id, text, count in counted
        if count
    )
    return (Section("overview", "Overview"), *listed)


def _diff(run: Run, baseline: Baseline, address: str) -> DiffTable:
    changes = compare(baseline.params, run.params)
    rows = tuple(
        DiffRow(
            one.name,
            "" if one.before is None else one.before,
            "" if one.after is None else one.after,
            "added" if one.before is None else "removed" if one.after is None else "changed",
        )
        for one in changes
        if not one.equal
    )
    equal = tuple(Pair(one.name, one.after or "") for one in changes if one.equal)
    return DiffTable(
        title=f"Against {baseline.what}",
        run=_run_link(baseline.run, address),
        rows=rows,
        equal=equal,
        summary=_diff_summary(rows, equal) + _packages_summary(baseline.packages),
        packages=package_rows(baseline.packages or ()),
        compare=addresses.relative(addresses.compare(baseline.run.id, run.id), address),
    )


def _diff_summary(rows: Sequence[DiffRow], equal: Sequence[Pair]) -> str:
    if not rows:
        return f"No parameter differs, {len(equal)} equal." if equal else "Neither has any."
    differ = "1 parameter differs" if len(rows) == 1 else f"{len(rows)} parameters differ"
    return f"{differ}, {len(equal) or 'none'} equal."


def _packages_summary(changes: Sequence[PackageChange] | None) -> str:
    if changes is None:
        return ""
    if not changes:
        return " The environment is the same."
    return f" {wording.count(len(changes), 'package differs', 'packages differ')}."


def _param_rows(run: Run, baselines: Sequence[Baseline]) -> tuple[Pair, ...]:
    other = baselines[0].params if baselines else None
    return tuple(
        Pair(name, value, marked=other is not None and other.get(name) != value)
        for name, value in run.params.items()
    )


HIDDEN_TAGS = frozenset(
    {
        "mlflow.note.content",
        "mlflow.log-model.history",
        "mlflow.source.git.diff",
        "mlflow.runName",
        "mlflow.parentRunId",
        "mlflow.user",
    }
)
"""Said elsewhere on the page, too long for a table, or (a diff) not for publishing."""


def _system_tags(run: Run) -> tuple[Pair, ...]:
    return tuple(
        Pair(name, forge.shortened(value))
        for name, value in run.tags.items()
        if name.startswith("mlflow.") and name not in HIDDEN_TAGS
    )


def _model_cards(inputs: RunInputs, address: str) -> tuple[ModelCard, ...]:
    cards = []
    for link in inputs.models:
        model = link.model
        flavors = [one.name for one in model.mlmodel.flavors] if model.mlmodel else []
        said = [f"step {link.step:,}"] if link.step else []
        if model.mlmodel and model.mlmodel.size:
            said.append(wording.size(model.mlmodel.size))
        if model.mlmodel and model.mlmodel.signature:
            said.append("with signature")
        cards.append(
            ModelCard(
                name=model.name or model.id,
                href=addresses.relative(link.address, address),
                flavors=", ".join(sorted(flavors, key=lambda name: name == "python_function")),
                note=" · ".join(said),
                uri=model.uri,
            )
        )
    cards.extend(
        ModelCard(
            name, addresses.relative(addresses.model(id), address), "", "evaluated", f"models:/{id}"
        )
        for id, name in inputs.evaluated
    )
    return tuple(cards)


def _plain_children(inputs: RunInputs) -> tuple[RunRef, ...]:
    """Without the steps of a workflow, which are shown as such."""
    steps = {step.id for step in inputs.workflow}
    return tuple(child for child in inputs.children if child.id not in steps)


def _child(child: RunRef, address: str) -> ChildRow:
    ended = child.ended
    return ChildRow(
        _run_link(child, address),
        STATUS[child.status],
        wording.short_time(child.started),
        wording.duration(None if ended is None or child.started is None else ended - child.started),
    )


def _provenance(run: Run) -> tuple[Pair, ...]:
    repository = forge.repository_of(run.tags)
    commit = run.tags.get("mlflow.source.git.commit", "")
    named = (
        ("run id", run.id, ""),
        ("source", forge.shortened(run.tags.get("mlflow.source.name", "")), ""),
        ("entry point", run.tags.get("mlflow.project.entryPoint", ""), ""),
        ("commit", commit[:12], forge.commit_url(repository, commit)),
        ("repository", forge.repository_url(repository), forge.repository_url(repository)),
        ("branch", forge.branch_of(run.tags), ""),
        ("started", wording.time(run.started) if run.started is not None else "", ""),
        ("ended", wording.time(run.ended) if run.ended is not None else "", ""),
        ("artifacts", forge.shortened(run.artifact_uri) if run.artifacts_missing else "", ""),
    )
    return tuple(Pair(name, value, href) for name, value, href in named if value)
