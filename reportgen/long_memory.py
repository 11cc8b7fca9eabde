"""What is known of runs, kept in the user's cache from one process to the next.

A file holds a batch of an experiment's runs, so that one that changed costs the reading of its
experiment alone, and the writing of few. What is kept is data of these forms alone, never objects:
it is read as msgpack, checked against the types, and what is damaged, or was written by another
reportgen, is as if it were not there.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct, structs

from reportgen.batch import RunResult
from reportgen.model import Environment, RunRef
from reportgen.site.cache import forget, forget_oldest, keep, kept
from reportgen.site.keys import key_of

BATCH = 100
"""Runs of an experiment in one file, about."""

REFS, RUNS = "refs", "runs-"

Form = TypeVar("Form")


class Known(Struct, frozen=True):
    """What came of a run, and of what."""

    made_of: str
    """A digest of all that its page is made of."""

    names: tuple[str, ...]
    """Of the models that it evaluated: which these are is known once it is read."""

    result: RunResult


class _Batch(Struct, frozen=True):
    code: str
    count: int
    """Of the files that the runs of its experiment are parted into."""

    environments: dict[str, Environment]
    """Each once, by its key: the runs are without theirs."""

    runs: list[Known]


class _Refs(Struct, frozen=True):
    code: str
    refs: dict[str, tuple[str, RunRef]]


@dataclass(slots=True)
class LongMemory:
    """Of one site."""

    folder: Path
    """The user's cache."""

    name: str
    """Of the site's folder in it."""

    code: str
    """Stands for the code that makes results of runs."""

    _told: dict[str, str] = field(default_factory=dict)
    """What the batches told of when they were read, by name."""

    _refs: str = ""

    def runs(self, experiment: str) -> dict[str, Known]:
        """All that is known of the runs of an experiment, by run."""
        found: dict[str, Known] = {}
        environments: dict[str, Environment] = {}
        for name, batch in self._batches(experiment):
            self._told[name] = _told(batch.count, batch.runs)
            for key, environment in batch.environments.items():
                environments.setdefault(key, environment)
            for one in batch.runs:
                key = one.result.environment_key
                if key and key in environments:
                    result = structs.replace(one.result, environment=environments[key])
                    one = structs.replace(one, result=result)
                if bool(key) == (one.result.environment is not None):
                    found[one.result.summary.id] = one
        return found

    def _batches(self, experiment: str) -> Iterator[tuple[str, _Batch]]:
        """The first says how many there are."""
        count, number = 1, 0
        while number < count:
            name = _name(experiment, number)
            batch = self._read(name, _Batch)
            if batch is not None and batch.code == self.code:
                count = count if number else batch.count
                yield name, batch
            number += 1

    def refs(self) -> dict[str, tuple[str, RunRef]]:
        """References of runs by their folders: see `KnownRefs`."""
        known = self._read(REFS, _Refs)
        if known is None or known.code != self.code:
            return {}
        self._refs = _stamps(known.refs)
        return known.refs

    def keep_runs(self, experiment: str, known: Sequence[Known]) -> None:
        """Keep these in place of all others of an experiment, as far as that can be done."""
        count = 1 << (len(known) // BATCH).bit_length()
        parted: list[list[Known]] = [[] for _ in range(count)]
        for one in known:
            if one.made_of:
                parted[_batch_of(one.result.summary.id, count)].append(one)
        for number, runs in enumerate(parted):
            name = _name(experiment, number)
            if _told(count, runs) != self._told.get(name):
                self._write(name, _Batch(self.code, count, *_bare(runs)))

    def forget_others(self, experiments: Iterable[str]) -> None:
        """Nothing is kept of experiments other than these, nor of sites that were not built for
        very long."""
        here = {_stem(one) for one in experiments}
        forget(
            self.folder,
            self.name,
            lambda name: name.startswith(RUNS) and name.rpartition("-")[0] not in here,
        )
        forget_oldest(self.folder)

    def keep_refs(self, refs: Mapping[str, tuple[str, RunRef]]) -> None:
        """The same of references."""
        if _stamps(refs) != self._refs:
            self._write(REFS, _Refs(self.code, dict(refs)))

    def _read(self, name: str, form: type[Form]) -> Form | None:
        content = kept(self.folder, f"{self.name}/{name}.msgpack")
        if content is None:
            return None
        try:
            return msgspec.msgpack.decode(content, type=form)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None

    def _write(self, name: str, value: _Batch | _Refs) -> None:
        try:
            content = msgspec.msgpack.encode(value)
        except (ValueError, OverflowError, RecursionError):  # numbers and texts it has no form for
            content = b""
        keep(self.folder, f"{self.name}/{name}.msgpack", content)


def _stem(experiment: str) -> str:
    return f"{RUNS}{key_of(experiment)}"


def _name(experiment: str, number: int) -> str:
    return f"{_stem(experiment)}-{number:02}"


def _batch_of(run: str, count: int) -> int:
    return zlib.crc32(run.encode("utf-8", "surrogateescape")) % count


def _told(count: int, runs: Iterable[Known]) -> str:
    """Another one for every other batch; told by the keys of pages, which are of all results."""
    parts = [f"{one.result.summary.id} {one.made_of} {one.result.key}\n" for one in runs]
    told = "".join([f"{count}\n", *sorted(parts)])
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()


def _stamps(refs: Mapping[str, tuple[str, RunRef]]) -> str:
    parts = sorted(f"{home} {stamp}\n" for home, (stamp, _) in refs.items())
    return hashlib.sha256("".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _bare(runs: Iterable[Known]) -> tuple[dict[str, Environment], list[Known]]:
    """The environments of these runs, and the runs without them."""
    environments, bare = {}, []
    for one in runs:
        result = one.result
        if result.environment is not None:
            environments[result.environment_key] = result.environment
        bare.append(structs.replace(one, result=structs.replace(result, environment=None)))
    return environments, bare
