"""What the upper pages need of a run: small, so that ten thousand of them fit in memory."""

from collections.abc import Mapping

from msgspec import Struct, field

from reportgen.analysis.metrics import SYSTEM_PREFIX, MetricSummary
from reportgen.analysis.reproducibility import Verdict
from reportgen.model import Run, RunStatus

LONGEST_TAG = 500


class RunSummary(Struct, frozen=True):
    """One row of an experiment."""

    id: str
    experiment_id: str
    name: str
    status: RunStatus
    started: int | None
    ended: int | None
    deleted: bool
    user: str
    parent_id: str
    params: Mapping[str, str]
    metrics: Mapping[str, MetricSummary]
    """Without machine metrics."""

    tags: Mapping[str, str] = field(default_factory=dict)
    """The user's own, without MLflow's; of a long value the first 500 characters."""

    source: str = ""
    """`mlflow.source.name`: the file or project that was run."""

    commit: str = ""
    entry_point: str = ""
    datasets: tuple[str, ...] = ()
    """Names with digests, `iris (6a1b2c3d)`."""

    verdict: Verdict | None = None
    """Whether it could be run again; None where nobody judged."""

    @property
    def duration(self) -> int | None:
        """Milliseconds; None while running or unknown."""
        return None if self.started is None or self.ended is None else self.ended - self.started


def summary_of(
    run: Run, metrics: Mapping[str, MetricSummary], verdict: Verdict | None = None
) -> RunSummary:
    """The summary of a run; `metrics` are all of its own, see `summaries_of`."""
    return RunSummary(
        id=run.id,
        experiment_id=run.experiment_id,
        name=run.name,
        status=run.status,
        started=run.started,
        ended=run.ended,
        deleted=run.deleted,
        user=run.user,
        parent_id=run.parent_id,
        params=run.params,
        metrics={
            key: summary for key, summary in metrics.items() if not key.startswith(SYSTEM_PREFIX)
        },
        tags={
            name: value if len(value) <= LONGEST_TAG else f"{value[: LONGEST_TAG - 1]}…"
            for name, value in run.tags.items()
            if not name.startswith("mlflow.")
        },
        source=run.tags.get("mlflow.source.name", ""),
        commit=run.tags.get("mlflow.source.git.commit", ""),
        entry_point=run.tags.get("mlflow.project.entryPoint", ""),
        datasets=tuple(
            sorted({f"{used.dataset.name} ({used.dataset.digest})" for used in run.datasets})
        ),
        verdict=verdict,
    )
