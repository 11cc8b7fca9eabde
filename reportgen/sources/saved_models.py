"""Models that lie in a scanned folder by themselves, as `mlflow.sklearn.save_model` leaves them.

They belong to no experiment and no run: a store of models alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reportgen.model import LoggedModel, MetricHistory, ModelRef, Run, RunRef
from reportgen.sources.artifacts import walk
from reportgen.sources.mlmodel import read_mlmodel
from reportgen.sources.stamps import Look
from reportgen.sources.store import KnownRefs, StoreIndex


@dataclass(frozen=True, slots=True)
class SavedModels:
    """Folders with a file `MLmodel` outside of every store: (folder, label)."""

    folders: tuple[tuple[Path, str], ...]
    label: str = "saved models"

    def index(self, known: KnownRefs | None = None) -> StoreIndex:
        return StoreIndex(
            models=tuple(
                ModelRef(
                    id=label,
                    experiment_id="",
                    run_id="",
                    store=0,
                    place=str(folder),
                    name=label.rsplit("/", 1)[-1],
                )
                for folder, label in self.folders
            )
        )

    def read_runs(self, refs: Sequence[RunRef]) -> Iterator[Run]:
        return iter(())

    def read_metrics(
        self, refs: Sequence[RunRef], keys: Sequence[str]
    ) -> Iterator[Mapping[str, MetricHistory]]:
        return iter(())

    def read_models(self, refs: Sequence[ModelRef]) -> Iterator[LoggedModel]:
        for ref in refs:
            folder = Path(ref.place)
            artifacts, skipped = walk(folder)
            mlmodel, problems = read_mlmodel(folder, artifacts, ref.id)
            yield LoggedModel(
                id=ref.id,
                name=ref.name,
                experiment_id="",
                created=mlmodel.created,
                mlmodel=mlmodel,
                artifacts=artifacts,
                location=ref.id,
                problems=(
                    *(replace(one, path=f"{ref.id}/{one.path}") for one in skipped),
                    *problems,
                ),
            )

    def stamps(self, refs: Sequence[RunRef | ModelRef], look: Look) -> list[str]:
        return [look.folder(ref.place) for ref in refs]

    def home(self, ref: RunRef | ModelRef) -> str:
        return ref.place

    def elsewhere(self, refs: Sequence[RunRef | ModelRef], look: Look) -> Iterator[str]:
        return iter(())
