"""The page of a run: what it got, what it changed, what it was given, and how to run it again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from reportgen.analysis import forge
from reportgen.analysis.curves import thin
from reportgen.analysis.metrics import (
    SYSTEM_PREFIX,
    Goal,
    MetricSummary,
    goal_of,
    group_by_split,
    split_of,
    summarize,
)
from reportgen.analysis.params import compare
from reportgen.charts.chart import Chart
from reportgen.charts.curve import Series, metric_chart
from reportgen.charts.sparkline import sparkline
from reportgen.model import Artifact, Environment, Field, LoggedModel, Run, RunRef
from reportgen.views import addresses, wording
from reportgen.views.artifacts import ArtifactList, artifact_list
from reportgen.views.code import code
from reportgen.views.environment import EnvironmentList, environment_list
from reportgen.views.page import (
    STATUS,
    Chip,
    Code,
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
from reportgen.views.prose import first_sentence, prose

CURVE_POINTS = 500
"""A curve of more points is thinned for the eye; its full history lies beside the page."""

MOST_TILES = 4
MOST_CHARTS = 60
MOST_CHILDREN = 200


@dataclass(frozen=True, slots=True)
class Baseline:
    """A run to compare parameters with, fixed once this run was started."""

    what: str
    """`its parent`, `the run before it`."""

    run: RunRef
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ModelLink:
    """A model of the run, and where its page is (from the site's root)."""

    model: LoggedModel
    address: str
    step: int = 0


@dataclass(frozen=True, slots=True)
class RunInputs:
    """All that the page of a run is made of; its key is made of the same."""

    run: Run
    experiment_name: str
    main: str
    """The metric by which its experiment is judged; '' for none."""

    goals: Mapping[str, Goal]
    """The directions that the user named."""

    baselines: tuple[Baseline, ...] = ()
    children: tuple[RunRef, ...] = ()
    models: tuple[ModelLink, ...] = ()
    evaluated: tuple[str, ...] = ()
    """Ids of the models it evaluated which have a page."""

    environment: Environment | None = None
    run_again: str = ""
    """The command that runs it again; '' where no project is known."""

    copies: Mapping[str, str] | None = None
    """Artifact path → address of its copy."""


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One line of a legend."""

    label: str
    tone: str


@dataclass(frozen=True, slots=True)
class CurveCard:
    """A chart of one metric, or of its training and validation twins."""

    title: str
    metrics: str
    """JSON list of the metrics' keys, for the live chart."""

    svg: Markup
    alt: str
    last: str
    legend: tuple[KeyEntry, ...]
    note: str
    """`500 of 2,000 points`, or nothing."""

    histories: tuple[Link, ...]
    """The full histories as CSV where the curve was thinned."""


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One metric in numbers."""

    name: str
    goal: str
    last: str
    best: str
    best_step: str
    low: str
    high: str
    points: str
    spark: Markup


@dataclass(frozen=True, slots=True)
class DiffRow:
    name: str
    before: str
    after: str
    kind: str
    """`changed`, `added` or `removed`."""


@dataclass(frozen=True, slots=True)
class DiffTable:
    """The parameters against one baseline."""

    title: str
    """`Against its parent`."""

    run: Link
    rows: tuple[DiffRow, ...]
    equal: tuple[Pair, ...]
    summary: str


@dataclass(frozen=True, slots=True)
class DatasetCard:
    name: str
    context: str
    facts: tuple[Pair, ...]
    columns: tuple[Pair, ...]
    columns_note: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    name: str
    href: str
    flavors: str
    note: str
    uri: str


@dataclass(frozen=True, slots=True)
class ChildRow:
    link: Link
    chip: Chip
    started: str
    duration: str


@dataclass(frozen=True, slots=True)
class RunPage:
    """Everything run.html may say, already worded and in order."""

    template: ClassVar[str] = "run.html"

    head: Head
    name: str
    run_id: str
    chips: tuple[Chip, ...]
    lede: str
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    tiles: tuple[Tile, ...]
    curves: tuple[CurveCard, ...]
    curves_note: str
    system: tuple[CurveCard, ...]
    metrics: tuple[MetricRow, ...]
    diffs: tuple[DiffTable, ...]
    params: tuple[Pair, ...]
    """Marked where they differ from the first baseline."""

    params_note: str
    tags: tuple[Pair, ...]
    system_tags: tuple[Pair, ...]
    datasets: tuple[DatasetCard, ...]
    models: tuple[ModelCard, ...]
    children: tuple[ChildRow, ...]
    children_note: str
    artifacts: ArtifactList
    environment: EnvironmentList
    run_again: Code | None
    provenance: tuple[Pair, ...]
    note: Markup
    problems: tuple[ProblemRow, ...]


def run_page(
    inputs: RunInputs, *, address: str, key: str, contents: Mapping[str, bytes]
) -> RunPage:
    """The view of a run; `contents` are those artifacts that are shown as text."""
    run = inputs.run
    summaries = {
        name: summarize(history, goal_of(name, inputs.goals))
        for name, history in run.metrics.items()
    }
    training = [name for name in run.metrics if not name.startswith(SYSTEM_PREFIX)]
    machine = [name for name in run.metrics if name.startswith(SYSTEM_PREFIX)]
    curves = tuple(_curve_cards(run, group_by_split(training), summaries, address))
    system = tuple(
        _curve_cards(run, tuple((name, (name,)) for name in machine), summaries, address)
    )
    artifacts = artifact_list(
        _own_artifacts(run), inputs.copies or {}, contents, address, run.artifacts_missing
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
        ),
        name=name,
        run_id=run.id,
        chips=run_chips(run.status, run.deleted),
        lede=first_sentence(run.note),
        facts=_facts(inputs, address),
        sections=_sections(inputs, curves or system, artifacts),
        tiles=_tiles(training, summaries, inputs.main),
        curves=curves,
        curves_note=_curves_note(curves),
        system=system,
        metrics=tuple(_metric_row(name, summaries[name]) for name in training),
        diffs=tuple(_diff(run, baseline, address) for baseline in inputs.baselines),
        params=_param_rows(run, inputs.baselines),
        params_note=f"differs from {inputs.baselines[0].what}" if inputs.baselines else "",
        tags=tuple(
            Pair(name, value) for name, value in run.tags.items() if not name.startswith("mlflow.")
        ),
        system_tags=_system_tags(run),
        datasets=_datasets(run),
        models=_model_cards(inputs, address),
        children=tuple(_child(child, address) for child in inputs.children[:MOST_CHILDREN]),
        children_note=f"the first {MOST_CHILDREN} of {len(inputs.children):,}"
        if len(inputs.children) > MOST_CHILDREN
        else "",
        artifacts=artifacts,
        environment=environment_list(inputs.environment),
        run_again=code("Shell", inputs.run_again, "bash") if inputs.run_again else None,
        provenance=_provenance(run),
        note=prose(run.note),
        problems=problem_rows(run.problems),
    )


def run_name(run: Run | RunRef) -> str:
    """Its name, else the beginning of its id."""
    return run.name.strip() or wording.short_id(run.id)


def _own_artifacts(run: Run) -> tuple[Artifact, ...]:
    """Without the files of its models, which have pages of their own."""
    folders = tuple(model.artifact_path + "/" for model in run.models if model.artifact_path)
    if not folders:
        return run.artifacts
    return tuple(one for one in run.artifacts if not one.path.startswith(folders))


def _crumbs(inputs: RunInputs) -> tuple[tuple[str, str], ...]:
    return ((inputs.experiment_name, addresses.experiment(inputs.run.experiment_id)),)


def _description(run: Run, summaries: Mapping[str, MetricSummary], main: str) -> str:
    said = f"Run {run_name(run)}, {STATUS[run.status].text.lower()}"
    if main in summaries:
        said += f", {main} {wording.number(_headline(summaries[main]))}"
    return said + f"; {wording.count(len(run.params), 'parameter')}."


def _headline(summary: MetricSummary) -> float:
    return summary.last if summary.best is None else summary.best


def _facts(inputs: RunInputs, address: str) -> tuple[Fact, ...]:
    run = inputs.run
    facts = [Fact("user", run.user)] if run.user else []
    if run.started is not None:
        facts.append(Fact("cal", wording.time(run.started), time=wording.machine_time(run.started)))
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
    return tuple(facts)


def _commit_fact(run: Run) -> list[Fact]:
    commit = run.tags.get("mlflow.source.git.commit", "")
    if not commit:
        return []
    repository = run.tags.get("mlflow.source.git.repoURL") or run.tags.get("mlflow.gitRepoURL", "")
    branch = run.tags.get("mlflow.source.git.branch") or run.tags.get("mlflow.gitBranchName", "")
    text = f"{branch}@{commit[:8]}" if branch else commit[:8]
    return [Fact("branch", text, forge.commit_url(repository, commit), code=True, title=commit)]


def _sections(
    inputs: RunInputs, curves: Sequence[CurveCard], artifacts: ArtifactList
) -> tuple[Section, ...]:
    run = inputs.run
    counted = (
        ("metrics", "Metrics", len(run.metrics)),
        ("params", "Parameters", len(run.params)),
        ("children", "Child runs", len(inputs.children)),
        ("models", "Models", len(inputs.models)),
        ("datasets", "Datasets", len(run.datasets)),
        ("artifacts", "Artifacts", len(artifacts.rows)),
        ("environment", "Environment", 1 if inputs.environment or inputs.run_again else 0),
        ("notes", "Notes", 1 if run.note.strip() else 0),
        ("problems", "Problems", len(run.problems)),
    )
    silent = {"environment", "notes", "artifacts"}
    listed = tuple(
        Section(id, text, "" if id in silent else f"{count:,}")
        for id, text, count in counted
        if count
    )
    return (Section("overview", "Overview"), *listed)


def _tiles(
    names: Sequence[str], summaries: Mapping[str, MetricSummary], main: str
) -> tuple[Tile, ...]:
    def standing(name: str) -> tuple[bool, bool, int, str]:
        unknown = summaries[name].best is None
        return name != main, unknown, 0 if split_of(name) not in ("train", "training") else 1, name

    chosen = sorted(names, key=standing)[:MOST_TILES]
    return tuple(_tile(name, summaries[name], tone) for tone, name in enumerate(chosen, 1))


def _tile(name: str, summary: MetricSummary, tone: int) -> Tile:
    value = _headline(summary)
    if summary.best is None:
        note = "latest value" if summary.count > 1 else "logged once"
    elif summary.count == 1:
        note = "logged once"
    else:
        note = f"best, at step {summary.best_step:,} · last {wording.number(summary.last)}"
    spark = (
        Markup(sparkline(list(summary.heights), 84, 34, True)) if summary.heights else Markup("")
    )
    return Tile(name, wording.number(value), note, spark, f"c{tone}")


def _curve_cards(
    run: Run,
    groups: Sequence[tuple[str, tuple[str, ...]]],
    summaries: Mapping[str, MetricSummary],
    address: str,
) -> list[CurveCard]:
    """A card for each metric with more than one point."""
    cards = []
    for title, members in groups[:MOST_CHARTS]:
        drawn = [name for name in members if summaries[name].count > 1]
        if drawn:
            cards.append(_curve_card(run, title if len(drawn) > 1 else drawn[0], drawn, address))
    return cards


def _curve_card(run: Run, title: str, names: Sequence[str], address: str) -> CurveCard:
    series = [
        Series(
            split_of(name) or name,
            thin(run.metrics[name], CURVE_POINTS),
            len(run.metrics[name]),
        )
        for name in names
    ]
    chart: Chart = metric_chart(title, series)
    long = [name for name in names if len(run.metrics[name]) > CURVE_POINTS]
    note = ""
    if long:
        shown = sum(len(one.history) for one in series)
        note = f"{shown:,} of {sum(one.total for one in series):,} points"
    last = run.metrics[names[-1]].values[-1]
    return CurveCard(
        title=title,
        metrics=json.dumps(list(names), ensure_ascii=False),
        svg=Markup(chart.svg),
        alt=chart.alt,
        last=wording.number(last),
        legend=tuple(KeyEntry(one.label, f"c{i}") for i, one in enumerate(series, 1))
        if len(series) > 1
        else (),
        note=note,
        histories=tuple(
            Link(
                f"{name} as CSV" if len(long) > 1 else "all as CSV",
                addresses.relative(addresses.history(address, name), address),
            )
            for name in long
        ),
    )


def _curves_note(curves: Sequence[CurveCard]) -> str:
    return "over steps; hover or focus a chart to read values" if curves else ""


GOALS = {Goal.MAX: "higher is better", Goal.MIN: "lower is better", Goal.UNKNOWN: ""}


def _metric_row(name: str, summary: MetricSummary) -> MetricRow:
    goal = goal_of(name)
    heights = list(summary.heights)
    odd = f" ({summary.odd:,} not finite)" if summary.odd else ""
    return MetricRow(
        name=name,
        goal=GOALS[goal],
        last=wording.number(summary.last),
        best=wording.number(summary.best),
        best_step="" if summary.best_step is None else f"{summary.best_step:,}",
        low=wording.number(summary.low),
        high=wording.number(summary.high),
        points=f"{summary.count:,}{odd}",
        spark=Markup(sparkline(heights)) if heights else Markup(""),
    )


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
        run=Link(
            run_name(baseline.run),
            addresses.relative(addresses.run_pointer(baseline.run.id), address),
        ),
        rows=rows,
        equal=equal,
        summary=_diff_summary(rows, equal),
    )


def _diff_summary(rows: Sequence[DiffRow], equal: Sequence[Pair]) -> str:
    if not rows:
        return f"No parameter differs; {len(equal)} are equal." if equal else "Neither has any."
    differ = "1 parameter differs" if len(rows) == 1 else f"{len(rows)} parameters differ"
    return f"{differ}, {len(equal) or 'none'} equal."


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


def _datasets(run: Run) -> tuple[DatasetCard, ...]:
    cards = []
    for used in run.datasets:
        data = used.dataset
        facts = [Pair("digest", data.digest)]
        source = _dataset_source(data.source_type, data.source)
        if source:
            facts.append(source)
        facts.extend(Pair(name, _plain(value)) for name, value in data.profile.items())
        facts.extend(Pair(name, value) for name, value in used.tags.items())
        columns = tuple(Pair(_field_name(one), _field_type(one)) for one in data.schema[:60])
        left = len(data.schema) - len(columns)
        note = wording.count(len(data.schema), "column") + (f", {left} not shown" if left else "")
        cards.append(
            DatasetCard(data.name, used.context, tuple(facts), columns, note if data.schema else "")
        )
    return tuple(cards)


def _dataset_source(kind: str, recorded: str) -> Pair | None:
    """Where a dataset came from: a web address becomes a link, a path loses its home folder."""
    try:
        value = json.loads(recorded)
    except ValueError:
        value = recorded
    if isinstance(value, Mapping):
        value = next((value[name] for name in ("url", "uri", "path") if name in value), "")
    text = forge.shortened(str(value)) if isinstance(value, str) else ""
    if not text:
        return Pair("source", "the training code") if kind == "code" else None
    return Pair("source", text, text if text.startswith(("https://", "http://")) else "")


def _plain(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _field_name(field: Field) -> str:
    return field.name or "(unnamed)"


def _field_type(field: Field) -> str:
    shape = f" ({', '.join(map(str, field.shape))})" if field.shape is not None else ""
    return field.type + shape


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
    return tuple(cards)


def _child(child: RunRef, address: str) -> ChildRow:
    ended = child.ended
    return ChildRow(
        Link(run_name(child), addresses.relative(addresses.run_pointer(child.id), address)),
        STATUS[child.status],
        wording.short_time(child.started),
        wording.duration(None if ended is None or child.started is None else ended - child.started),
    )


def _provenance(run: Run) -> tuple[Pair, ...]:
    repository = run.tags.get("mlflow.source.git.repoURL") or run.tags.get("mlflow.gitRepoURL", "")
    commit = run.tags.get("mlflow.source.git.commit", "")
    named = (
        ("run id", run.id, ""),
        ("source", forge.shortened(run.tags.get("mlflow.source.name", "")), ""),
        ("entry point", run.tags.get("mlflow.project.entryPoint", ""), ""),
        ("commit", commit[:12], forge.commit_url(repository, commit)),
        ("repository", forge.repository_url(repository), forge.repository_url(repository)),
        ("branch", run.tags.get("mlflow.source.git.branch", ""), ""),
        ("started", wording.time(run.started) if run.started is not None else "", ""),
        ("ended", wording.time(run.ended) if run.ended is not None else "", ""),
        ("artifacts", forge.shortened(run.artifact_uri) if run.artifacts_missing else "", ""),
    )
    return tuple(Pair(name, value, href) for name, value, href in named if value)
