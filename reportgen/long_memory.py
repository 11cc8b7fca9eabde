"""What is known of runs, kept in the user's cache from one process to the next.

A file holds a batch of runs, so that one that changed costs the writing of few. What is kept is
data of these forms alone, never objects: it is read as msgpack, checked against the types, and what
is damaged, or was written by another reportgen, is as if it were not there.
"""

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import msgspec

from reportgen.batch import RunResult
from reportgen.model import Environment, RunRef
from reportgen.site.cache import forget_oldest, keep, kept

BATCHES = 64
"""Files that the runs of a site are parted into."""

REFS = "refs"

Form = TypeVar("Form")


@dataclass(frozen=True, slots=True)
class Known:
    """What came of a run, and of what."""

    made_of: str
    """A digest of all that its page is made of."""

    names: tuple[str, ...]
    """Of the models that it evaluated: which these are is known once it is read."""

    result: RunResult


@dataclass(frozen=True, slots=True)
class _Batch:
    code: str
    environments: dict[str, Environment]
    """Each once, by its key: the runs are without theirs."""

    runs: list[Known]


@dataclass(frozen=True, slots=True)
class _Refs:
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

    _told: dict[int, str] = field(default_factory=dict)
    """What the batches told of when they were read, by number."""

    _refs: str = ""

    def runs(self) -> dict[str, Known]:
        """All that is known, by run."""
        found: dict[str, Known] = {}
        environments: dict[str, Environment] = {}
        for number in range(BATCHES):
            batch = self._read(f"{number:02}", _Batch)
            if batch is None or batch.code != self.code:
                continue
            self._told[number] = _told(batch.runs)
            for key, environment in batch.environments.items():
                environments.setdefault(key, environment)
            for one in batch.runs:
                key = one.result.environment_key
                if key and key in environments:
                    result = replace(one.result, environment=environments[key])
                    one = replace(one, result=result)
                if bool(key) == (one.result.environment is not None):
                    found[one.result.summary.id] = one
        return found

    def refs(self) -> dict[str, tuple[str, RunRef]]:
        """References of runs by their folders: see `KnownRefs`."""
        known = self._read(REFS, _Refs)
        if known is None or known.code != self.code:
            return {}
        self._refs = _stamps(known.refs)
        return known.refs

    def keep_runs(self, known: Iterable[Known]) -> None:
        """Keep these in place of all others, as far as that can be done."""
        batches: dict[int, list[Known]] = {number: [] for number in range(BATCHES)}
        for one in known:
            if one.made_of:
                batches[_batch_of(one.result.summary.id)].append(one)
        nothing = _told([])
        changed = [n for n, runs in batches.items() if _told(runs) != self._told.get(n, nothing)]
        for number in changed:
            self._write(f"{number:02}", _Batch(self.code, *_bare(batches[number])))
        if changed:
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


def _batch_of(run: str) -> int:
    return zlib.crc32(run.encode("utf-8", "surrogateescape")) % BATCHES


def _told(runs: Iterable[Known]) -> str:
    """Another one for every other batch; told by the keys of pages, which are of all results."""
    parts = sorted(f"{one.result.summary.id} {one.made_of} {one.result.key}\n" for one in runs)
    return hashlib.sha256("".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


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
        bare.append(replace(one, result=replace(result, environment=None)))
    return environments, bare
