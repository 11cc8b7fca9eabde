"""What the upper pages need of a run: small, so that ten thousand of them fit in memory."""

from collections.abc import Mapping
from dataclasses import dataclass

from reportgen.analysis.metrics import SYSTEM_PREFIX, Goal, MetricSummary, goal_of, summarize
from reportgen.model import Run, RunStatus


@dataclass(frozen=True, slots=True)
class RunSummary:
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

    entry_point: str = ""
    datasets: tuple[str, ...] = ()
    """Names with digests, `iris (6a1b2c3d)`."""

    @property
    def duration(self) -> int | None:
        """Milliseconds; None while running or unknown."""
        return None if self.started is None or self.ended is None else self.ended - self.started


def summary_of(run: Run, told: Mapping[str, Goal]) -> RunSummary:
    """The summary of a run; `told` gives the directions that the user named."""
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
            key: summarize(history, goal_of(key, told))
            for key, history in run.metrics.items()
            if not key.startswith(SYSTEM_PREFIX)
        },
        entry_point=run.tags.get("mlflow.project.entryPoint", ""),
        datasets=tuple(
            sorted({f"{used.dataset.name} ({used.dataset.digest})" for used in run.datasets})
        ),
    )
