"""A store in which each run has one file that something befell, and runs with nothing wrong."""

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.kinds import BINARY, CONTENTS, EVENTS, KINDS, META, YAML, FileKind

EXPERIMENT = "artifact_location: ''\nexperiment_id: '7'\nlifecycle_stage: active\nname: größe\n"
WELL = 3
"""Runs with nothing wrong."""


@dataclass(frozen=True)
class Case:
    """A run, whose file of a kind is faulty."""

    kind: str
    fault: str
    number: int

    @property
    def run(self) -> str:
        return run_id(self.number)

    @property
    def dataset(self) -> str:
        return f"d{self.number:031x}"

    @property
    def file(self) -> str:
        """Relative to the store."""
        path = KINDS[self.kind].path.format(dataset=self.dataset)
        return f"7/{path.removeprefix('../')}" if path.startswith("../") else f"7/{self.run}/{path}"


def run_id(number: int) -> str:
    return f"f{number:031x}"  # digits alone are a number in YAML


def can_befall(kind: str, fault: str) -> bool:
    if fault == "with a key twice":
        return kind in YAML
    if fault in ("in Latin-1", "cut in the middle of a character"):
        return kind not in BINARY and kind != "metric"
    return kind not in BINARY or fault in EVENTS or fault.startswith(("emptied", "cut", "a Git"))


CASES = tuple(
    Case(kind, fault, number)
    for number, (kind, fault) in enumerate(
        (
            (kind, fault)
            for kind in KINDS
            for fault in (*CONTENTS, *EVENTS)
            if can_befall(kind, fault)
        ),
        100,
    )
)


def lay_out(mlruns: Path, *, faulty: bool = True) -> None:
    """Write the store: all runs, or those with nothing wrong alone."""
    _write(mlruns / "7" / "meta.yaml", EXPERIMENT)
    for number in range(WELL):
        _lay_out_run(mlruns / "7", run_id(number), "", KINDS["param"], {})
    for case in CASES if faulty else ():
        names = {"dataset": case.dataset}
        _lay_out_run(mlruns / "7", case.run, run_id(case.number + 10_000), KINDS[case.kind], names)


def _lay_out_run(
    experiment: Path, id: str, parent: str, kind: FileKind, names: Mapping[str, str]
) -> None:
    """A parent of its own keeps a run from being compared with the one before it."""
    run = experiment / id
    every = {"meta.yaml": META, "params/lr": "0.1", "metrics/loss": "1795521600000 0.5 0\n"}
    every |= {"tags/mlflow.parentRunId": parent} if parent else {"tags/kept": "as it is"}
    for path, content in {**every, **kind.files}.items():
        target = Path(os.path.normpath(run / path.format(**names)))
        if isinstance(content, str):
            filled = {"id": id, "name": id[-4:], **names}
            content = content.format(**filled) if "{id}" in content else content
        _write(target, content)


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


@dataclass
class Disk:
    """Stands before `os.open`: files that cannot be read, are gone then, or grow meanwhile."""

    root: Path
    unreadable: frozenset[str]
    vanishing: frozenset[str]
    growing: frozenset[str]

    @contextmanager
    def spinning(self) -> Iterator[None]:
        opened = os.open

        def watched(path: object, *how: int, **more: object) -> int:
            name = os.fspath(path) if isinstance(path, str | os.PathLike) else ""
            if name in self.unreadable:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), name)
            if name in self.vanishing:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
            if name in self.growing and Path(name).stat().st_size < 10_000:
                with Path(name).open("ab") as file:
                    file.write(GROWN.get(Path(name).parent.name, b"\n"))
            return opened(path, *how, **more)  # type: ignore[call-overload]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "open", watched)
            yield


GROWN = {"metrics": b"1795521603000 4.5 3\n"}
"""What a writer adds meanwhile, by the folder of the file."""


def befall(mlruns: Path, cases: Sequence[Case]) -> Disk:
    """Let the faults happen; the disk that they happen on."""
    events: dict[str, set[str]] = {}
    for case in cases:
        path = mlruns / case.file
        if case.fault in CONTENTS:
            path.write_bytes(CONTENTS[case.fault](path.read_bytes()))
        elif case.fault.startswith("a folder"):
            path.unlink()
            path.mkdir()
            if case.fault.endswith("files"):
                (path / "inner").write_text("1")
        else:
            events.setdefault(case.fault, set()).add(str(path))
    kinds = (frozenset(events.get(fault, ())) for fault in EVENTS[2:])
    return Disk(mlruns, *kinds)
