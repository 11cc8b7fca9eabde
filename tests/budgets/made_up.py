"""Large experiments out of nothing: runs made by arithmetic, the same each time, without a file.

The runs of an experiment repeat the values of the first `DISTINCT`, under names, ids and times of
their own: 100,000 of them are made in seconds and fit into memory.
"""

import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from msgspec import structs

from reportgen import build as conductor
from reportgen.analysis import words
from reportgen.analysis.metrics import summaries_of
from reportgen.analysis.summary import RunSummary, summary_of
from reportgen.batch import Job, ModelResult, RunResult
from reportgen.config import Options
from reportgen.experiments import ExperimentRuns, run_pages
from reportgen.model import (
    Experiment,
    LoggedModel,
    MetricHistory,
    ModelRef,
    Run,
    RunRef,
    RunStatus,
)
from reportgen.parts import Record
from reportgen.site.writer import Written
from reportgen.sources.catalog import Catalog
from reportgen.sources.stamps import Look
from reportgen.sources.store import StoreIndex

EXPERIMENT = "101"
START = 1_790_000_000_000
DISTINCT = 1000
WORDS = ("amber", "basalt", "cobalt", "dune", "ember", "fjord", "garnet", "harbor", "iris", "jade")
METRICS = ("accuracy/val", "loss/val", "loss/train", "f1/val", "lr", "images_per_sec")


def identity(place: int) -> str:
    """A run's id: 32 hexadecimal digits, scattered."""
    return f"{place * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}"


def scattered(place: int, salt: int) -> float:
    """A number from 0 to 1 that looks like chance."""
    return math.modf(math.sin(place * 12.9898 + salt * 78.233) * 43758.5453)[0] % 1.0


def params_of(place: int) -> dict[str, str]:
    """Twelve parameters: numbers, words, and some that never change."""
    numbers = {f"p{salt:02}": f"{scattered(place, salt):.4f}" for salt in range(5)}
    return {
        **numbers,
        "batch_size": str(2 ** (4 + place % 5)),
        "dropout": str(round(place % 7 / 10, 1)),
        "layers": str(1 + place % 6),
        "lr": f"1e-{1 + place % 5}",
        "model": WORDS[place % len(WORDS)],
        "optimizer": ("adam", "sgd", "rmsprop")[place % 3],
        "seed": str(place),
    }


def history(place: int, salt: int, points: int) -> MetricHistory:
    """A noisy curve that falls, or rises where the metric is a score."""
    scale, rises = 1 + scattered(place, salt), METRICS[salt].startswith(("acc", "f1"))
    values = []
    for step in range(points):
        fallen = scale * math.exp(-5 * step / points) + 0.05 * scattered(place + step, salt)
        values.append(1 - fallen / 3 if rises else fallen)
    steps = array("q", range(points))
    times = array("q", range(START, START + 1000 * points, 1000))
    return MetricHistory(steps, times, array("d", values))


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A store of `count` runs with so many metrics of so many points each."""

    count: int
    metrics: int = 4
    points: int = 1
    label: str = "made up"

    def index(self) -> StoreIndex:
        return StoreIndex((Experiment(EXPERIMENT, EXPERIMENT, "made up"),), tuple(self.refs()))

    def refs(self) -> Iterator[RunRef]:
        for place in range(self.count):
            yield RunRef(
                id=identity(place + 1),
                experiment_id=EXPERIMENT,
                store=0,
                place=str(place),
                name=self.name(place),
                status=RunStatus.FINISHED,
                started=START + place * 60_000,
                ended=START + place * 60_000 + 50_000,
            )

    def name(self, place: int) -> str:
        return f"{WORDS[place * 7 % 10]}-{WORDS[place * 3 // 10 % 10]}-{place}"

    def read_runs(self, refs: Sequence[RunRef]) -> Iterator[Run]:
        for ref in refs:
            yield self.run(int(ref.place))

    def read_metrics(
        self, refs: Sequence[RunRef], keys: Sequence[str]
    ) -> Iterator[Mapping[str, MetricHistory]]:
        for ref in refs:
            metrics = self.run(int(ref.place)).metrics
            yield {key: metrics[key] for key in keys if key in metrics}

    def read_models(self, refs: Sequence[ModelRef]) -> Iterator[LoggedModel]:
        return iter(())

    def elsewhere(self, refs: Sequence[RunRef | ModelRef], look: Look) -> Iterator[str]:
        return iter(())

    def run(self, place: int) -> Run:
        kind = place % DISTINCT
        metrics = {METRICS[salt]: history(kind, salt, self.points) for salt in range(self.metrics)}
        return Run(
            id=identity(place + 1),
            experiment_id=EXPERIMENT,
            name=self.name(place),
            status=RunStatus.FINISHED,
            started=START + place * 60_000,
            ended=START + place * 60_000 + 50_000,
            user=WORDS[kind % 3],
            params=params_of(kind),
            tags={"mlflow.source.git.commit": identity(kind // 50 + 1) + "0" * 8},
            metrics=dict(sorted(metrics.items())),
        )

    def results(self) -> Iterator[RunResult]:
        """As the pages of the runs would have left them."""
        seen: dict[int, tuple[Run, RunSummary]] = {}
        for place, ref in enumerate(self.refs()):
            kind = place % DISTINCT
            if kind not in seen:
                run = self.run(kind)
                seen[kind] = run, summary_of(run, summaries_of(run.metrics, {}))
            run, like = seen[kind]
            summary = structs.replace(
                like, id=ref.id, name=ref.name, started=ref.started, ended=ref.ended
            )
            said = words.of_run(replace(run, id=ref.id, name=ref.name))
            yield RunResult(summary, "0" * 12, (), "", (), Written(), said)


def build_made_up(folder: Path, store: MadeUp, *, pages_of_runs: bool) -> None:
    """The report of a made-up store; `pages_of_runs` costs 20 ms for each run."""
    catalog = Catalog((store,), store.index().experiments, store.index().runs)
    (experiment,) = catalog.experiments
    results = list(store.results())

    def published(job: Job, *_: object) -> tuple[list[ExperimentRuns], list[ModelResult], Written]:
        pages = run_pages(job, results)
        return [ExperimentRuns(experiment, pages, Record(""), lambda: results)], [], Written()

    options = Options(sources=("made up",), output=folder, jobs=2)
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    with mock.patch.object(conductor, "read_catalog", lambda *_: catalog):
        if pages_of_runs:
            conductor.build(options, now=now, progress=_in_silence)
            return
        with mock.patch.object(conductor, "_publish_runs", published):
            conductor.build(options, now=now, progress=_in_silence)


def _in_silence(doing: str, done: int, total: int) -> None:
    pass
