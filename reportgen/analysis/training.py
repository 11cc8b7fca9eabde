"""How a model came to be, as far as its run and its own record tell: for its model card."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reportgen.analysis.forge import branch_of, commit_url, repository_of, shortened
from reportgen.analysis.metrics import SYSTEM_PREFIX
from reportgen.model import Dataset, LoggedModel, ModelMetric, Run


@dataclass(frozen=True, slots=True)
class DatasetUse:
    """A dataset and what it was used for."""

    name: str
    digest: str
    source_type: str
    context: str
    """`training`, `eval`, …; empty where nothing says."""


@dataclass(frozen=True, slots=True)
class Training:
    """What is known of the making of a model."""

    run_id: str = ""
    run_name: str = ""
    source: str = ""
    """The file or project that was run."""

    entry_point: str = ""
    commit: str = ""
    commit_url: str = ""
    branch: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: tuple[ModelMetric, ...] = ()
    """The model's own, else the latest of its run, without the machine's."""

    datasets: tuple[DatasetUse, ...] = ()


def training_of(model: LoggedModel, run: Run | None) -> Training:
    """Of a model and the run that made it, where this report has it."""
    if run is None:
        return Training(run_id=model.run_id, params=model.params, metrics=model.metrics)
    commit = run.tags.get("mlflow.source.git.commit", "")
    return Training(
        run_id=run.id,
        run_name=run.name,
        source=shortened(run.tags.get("mlflow.source.name", "")),
        entry_point=run.tags.get("mlflow.project.entryPoint", ""),
        commit=commit,
        commit_url=commit_url(repository_of(run.tags), commit),
        branch=branch_of(run.tags),
        params=model.params or run.params,
        metrics=model.metrics or tuple(_latest(run)),
        datasets=tuple(DatasetUse(*_named(used.dataset), used.context) for used in run.datasets),
    )


def _named(dataset: Dataset) -> tuple[str, str, str]:
    return dataset.name, dataset.digest, dataset.source_type


def _latest(run: Run) -> Iterator[ModelMetric]:
    for key, history in run.metrics.items():
        if not key.startswith(SYSTEM_PREFIX):
            yield ModelMetric(key, history.values[-1], history.steps[-1])
