"""What every kind of store offers: a cheap index first, whole runs in batches after."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from reportgen.errors import Problem
from reportgen.model import (
    Experiment,
    LoggedModel,
    MetricHistory,
    ModelRef,
    RegisteredModel,
    Run,
    RunRef,
)
from reportgen.sources.stamps import Look


@dataclass(frozen=True, slots=True)
class StoreIndex:
    """All that can be told of a store without reading its runs."""

    experiments: tuple[Experiment, ...] = ()
    runs: tuple[RunRef, ...] = ()
    models: tuple[ModelRef, ...] = ()
    registered_models: tuple[RegisteredModel, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Those that belong to no experiment, run or model."""


@dataclass(slots=True)
class KnownRefs:
    """References that were read before: a run is not asked again for what its index says of it."""

    look: Look
    """At the store as it is now."""

    refs: dict[str, tuple[str, RunRef]] = field(default_factory=dict)
    """By the folder of the run, with its stamp when it was read."""

    here: dict[str, tuple[str, RunRef]] = field(default_factory=dict)
    """The same of the runs that were asked for: those that are there now."""

    def ref(self, home: str, read: Callable[[], RunRef | None]) -> RunRef | None:
        """The reference of the run in a folder, as it is now."""
        stamp = self.look.folder(home)  # first: what changes while it is read is read again
        before, ref = self.refs.get(home, ("", None))
        if ref is None or before != stamp:
            ref = read()
        if ref is not None:
            self.here[home] = stamp, ref
        return ref


class Store(Protocol):
    """One file store or database. Holds paths only, so that a worker process can have it too."""

    @property
    def label(self) -> str:
        """How the reader knows it: `mlruns`, `results/mlflow.db`."""

    def index(self, known: KnownRefs | None = None) -> StoreIndex:
        """What is there. Fields `store` of the references are 0.

        Of what is known only that is read again that changed; what is read is known then.
        """

    def read_runs(self, refs: Sequence[RunRef]) -> Iterator[Run]:
        """The runs of these references, in their order, each whole."""

    def read_metrics(
        self, refs: Sequence[RunRef], keys: Sequence[str]
    ) -> Iterator[Mapping[str, MetricHistory]]:
        """Of each run the histories of some metrics, nothing else being read; no problems are told.

        One that is missing may still be in the whole run, under a name that is no name of a file.
        """

    def read_models(self, refs: Sequence[ModelRef]) -> Iterator[LoggedModel]:
        """The logged models of these references, in their order, each whole."""

    def stamps(self, refs: Sequence[RunRef | ModelRef], look: Look) -> list[str]:
        """Of each a text that changes whenever it would be read as another; empty if unknown.

        Cheap: nothing that belongs to a single run is opened.
        """

    def home(self, ref: RunRef | ModelRef) -> str:
        """The folder, or the database file, that changes when it does."""

    def elsewhere(self, refs: Sequence[RunRef | ModelRef], look: Look) -> Iterator[str]:
        """Folders of their artifacts that lie neither in the store nor beside it."""
