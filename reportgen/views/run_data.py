"""The data beside a run's page: what its scripts need, and what comparing it with others needs.

A function of what the page is made of and nothing else, so that one key covers both. Texts are
worded as on the page and shortened as there: no credentials, no home folders.
"""

import posixpath
from collections.abc import Mapping, Sequence

from reportgen.analysis import forge
from reportgen.analysis.curves import thin
from reportgen.analysis.environments import (
    PYTHON,
    asked,
    by_channel,
    python_requirement,
    version_order,
)
from reportgen.analysis.metrics import Goal, MetricSummary, goal_of
from reportgen.charts.curve import plain_values
from reportgen.charts.curve_data import curves_data
from reportgen.model import Artifact, Field, Json, LoggedModel, Requirement, Run
from reportgen.views import addresses, wording
from reportgen.views.artifacts.kinds import IMAGES, TABLES, ending, has_twin
from reportgen.views.datasets import dataset_source, field_name, field_type
from reportgen.views.page import run_chips
from reportgen.views.reproducibility import SHORT, point_letters
from reportgen.views.run import HIDDEN_TAGS, RunInputs, curve_groups, own_artifacts, run_name
from reportgen.views.run_metrics import CURVE_POINTS, MOST_CHARTS

MOST_ARTIFACTS = 400
"""Of one run; a few hundred compared by name are more than anyone reads."""

MOST_PACKAGES = 500
"""Of one channel; lock files may name more."""

MOST_FIELDS = 200
"""Of one signature."""

SOURCE_TAGS = frozenset(
    {
        "mlflow.source.name",
        "mlflow.source.git.commit",
        "mlflow.source.git.repoURL",
        "mlflow.source.git.branch",
        "mlflow.gitRepoURL",
        "mlflow.gitBranchName",
        "mlflow.project.entryPoint",
    }
)
"""Said under `source`."""

NOISE = frozenset({"mlflow.loggedArtifacts", "mlflow.runColor", "mlflow.rootRunId"})
"""What MLflow keeps for its own use, and says nothing of what a run was."""

UNTOLD_TAGS = HIDDEN_TAGS | SOURCE_TAGS | NOISE


def run_data(inputs: RunInputs, summaries: Mapping[str, MetricSummary]) -> Json:
    """What `RG.run` takes; texts that are empty say that nothing is recorded.

    `metrics` holds the curves (`curves_data`), `stats` of each metric (goal, last, best, step of
    the best; the last is None where it is the end of the curve; where no direction is known the
    goal is empty, and what would be None at the end is left out). `more` has [title, metrics] of
    the charts that its page has no room for, by section.
    """
    run = inputs.run
    return {
        "id": addresses.slug(run.id),
        "name": run_name(run),
        "status": [
            [chip.text, chip.tone, chip.icon] for chip in run_chips(run.status, run.deleted)
        ],
        "experiment": [addresses.slug(run.experiment_id), inputs.experiment_name],
        "user": run.user,
        "started": run.started,
        "duration": _duration(run),
        "main": inputs.main,
        "params": dict(run.params),
        "metrics": curves_data(
            {
                name: (thin(history, CURVE_POINTS), len(history))
                for name, history in run.metrics.items()
            }
        ),
        "stats": {
            name: _stats(summary, goal_of(name, inputs.goals), run.metrics[name].values[-1])
            for name, summary in summaries.items()
        },
        **_more(inputs, summaries),
        "tags": {
            name: forge.shortened(value)
            for name, value in run.tags.items()
            if name not in UNTOLD_TAGS
        },
        "source": _source(run),
        "environment": _environment(inputs),
        "again": SHORT[inputs.card.verdict] if inputs.card else "",
        "points": point_letters(inputs.card) if inputs.card else "",
        "datasets": _datasets(run),
        "models": [_model(link.model, link.address) for link in inputs.models],
        "artifact_count": len(own_artifacts(run)),
        "artifacts": _artifacts(own_artifacts(run), inputs.copies or {}),
    }


def _more(inputs: RunInputs, summaries: Mapping[str, MetricSummary]) -> dict[str, Json]:
    if len(inputs.run.metrics) <= MOST_CHARTS:
        return {}
    groups = curve_groups(inputs, summaries)
    more = {section: list(each[MOST_CHARTS:]) for section, each in groups.items()}
    return {"more": more} if any(more.values()) else {}


def _duration(run: Run) -> str:
    if run.started is None or run.ended is None:
        return ""
    return wording.duration(run.ended - run.started)


def _stats(summary: MetricSummary, goal: Goal, end: float) -> Json:
    last = [None] if summary.last == end else plain_values([summary.last])
    told = [str(goal) if goal is not Goal.UNKNOWN else "", *last, summary.best, summary.best_step]
    while told and told[-1] in (None, ""):
        told.pop()
    return told


def _source(run: Run) -> Json:
    """Where its code is, as far as it is known; `commit_url` and `compare_url` are checked."""
    repository = forge.repository_of(run.tags)
    commit = run.tags.get("mlflow.source.git.commit", "")
    url = forge.commit_url(repository, commit)
    told = {
        "name": forge.shortened(run.tags.get("mlflow.source.name", "")),
        "entry_point": run.tags.get("mlflow.project.entryPoint", ""),
        "repository": forge.repository_url(repository),
        "branch": forge.branch_of(run.tags),
        "commit": commit,
        "commit_url": url,
        "compare_url": forge.compare_url(repository) if url else "",
    }
    return {name: value for name, value in told.items() if value}


def _environment(inputs: RunInputs) -> Json:
    """None where nothing is recorded; else packages by who installs them, `python` among them."""
    found = inputs.environment
    if found is None:
        return None
    return {
        "python": found.python,
        **{
            channel: _packages(requirements[:MOST_PACKAGES])
            for channel, requirements in by_channel(found).items()
            if channel != PYTHON and requirements
        },
        "order": _order(python_requirement(found)),
    }


def _packages(requirements: Sequence[Requirement]) -> list[Json]:
    """[name, what is asked for, its order: see `version_order`], without the credentials that a
    line such as `--index-url` may hold."""
    return [
        [forge.shortened(one.name), forge.shortened(asked(one)), _order(one)]
        for one in requirements
    ]


def _order(one: Requirement | None) -> Json:
    return version_order(one) if one else None


def _datasets(run: Run) -> list[Json]:
    found = []
    for used in run.datasets:
        source = dataset_source(used.dataset.source_type, used.dataset.source)
        found.append(
            {
                "name": used.dataset.name,
                "context": used.context,
                "digest": used.dataset.digest,
                "source": source.value if source else "",
            }
        )
    return found


def _model(model: LoggedModel, address: str) -> Json:
    """A signature's part is None where it is not recorded."""
    signature = model.mlmodel.signature if model.mlmodel else None
    return {
        "name": model.name or model.id,
        "address": address,
        "flavors": [one.name for one in model.mlmodel.flavors] if model.mlmodel else [],
        "inputs": _fields(signature.inputs) if signature else None,
        "outputs": _fields(signature.outputs) if signature else None,
        "params": _fields(signature.params) if signature else None,
    }


def _fields(fields: Sequence[Field] | None) -> list[list[str]] | None:
    if fields is None:
        return None
    return [[field_name(one), field_type(one)] for one in fields[:MOST_FIELDS]]


def _artifacts(artifacts: Sequence[Artifact], copies: Mapping[str, str]) -> list[Json]:
    """[path, bytes, address of its copy from the site's root or '', kind].

    The address holds the hash of the content: what has the same hash is the same. Kinds are
    `image`, `table`, `text` (a script may read it: it has a twin, `addresses.file` + `.js`) and
    `other`.
    """
    return [
        [one.path, one.size, copies.get(one.path, ""), _kind(one, copies.get(one.path, ""))]
        for one in artifacts[:MOST_ARTIFACTS]
    ]


def _kind(artifact: Artifact, copy: str) -> str:
    kind = ending(posixpath.basename(artifact.path))
    if not copy:
        return "other"
    if kind in IMAGES:
        return "image"
    if has_twin(artifact):
        return "table" if kind in TABLES else "text"
    return "other"
