"""Parts of pages that are dear to make, kept from build to build by what they are made of.

A page whose key is new has mostly old parts: the curves of the runs that did not change, what was
learned of their parameters. Those of one thing lie together, in a file of the user's cache; what is
damaged there, or was made by another reportgen, is made again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from reportgen.site.cache import keep, kept
from reportgen.site.keys import key_of

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class _Shelved:
    code: str
    parts: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class _Recorded:
    code: str
    of: str
    parts: dict[str, bytes]


@dataclass(slots=True)
class Shelf:
    """The parts of one thing, each by its key."""

    before: dict[str, bytes]
    now: dict[str, bytes] = field(default_factory=dict)
    """Those that were asked for: all others are of no use any more."""

    def get(self, key: str, form: type[Part], make: Callable[[], Part]) -> Part:
        """The part of this key, made if it is not there; data of a form that msgspec knows."""
        found = self._find(key, form)
        return self._keep(key, make()) if found is None else found

    def renew(self, key: str, form: type[Part], make: Callable[[Part | None], Part]) -> Part:
        """The part of this key made anew, from the one that was there if it was."""
        return self._keep(key, make(self._find(key, form)))

    def _find(self, key: str, form: type[Part]) -> Part | None:
        content = self.now.get(key) or self.before.get(key)
        if content is None:
            return None
        try:
            part = msgspec.msgpack.decode(content, type=form)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        self.now[key] = content
        return part

    def _keep(self, key: str, part: Part) -> Part:
        self.now.pop(key, None)
        try:
            self.now[key] = msgspec.msgpack.encode(part)
        except (ValueError, OverflowError, RecursionError):  # texts it has no form for
            pass
        return part


@dataclass(slots=True)
class Record:
    """All that was made of one thing, for as long as it is as it was: a part of each form."""

    of: str
    """Stands for all that the parts are made of; empty where that cannot be told."""

    kept: dict[str, bytes] = field(default_factory=dict)
    made: dict[str, object] = field(default_factory=dict)

    def get(self, form: type[Part], make: Callable[[], Part]) -> Part:
        """The part of this form, made if it is not there; data of a form that msgspec knows."""
        found = self.find(form)
        if found is None:
            found = self.made[_name(form)] = make()
        return found

    def find(self, form: type[Part]) -> Part | None:
        """The part of this form, if it is there."""
        name = _name(form)
        if name not in self.made and name in self.kept:
            try:
                self.made[name] = msgspec.msgpack.decode(self.kept[name], type=form)
            except (msgspec.MsgspecError, ValueError, RecursionError):
                del self.kept[name]
        found = self.made.get(name)
        return found if isinstance(found, form) else None

    def forget(self) -> None:
        """Nothing holds any more."""
        self.kept.clear()
        self.made.clear()

    def fresh(self) -> bool:
        """Whether there are parts that are not kept yet; they are then."""
        new = self.made.keys() - self.kept.keys()
        for name in new:
            try:
                self.kept[name] = msgspec.msgpack.encode(self.made[name])
            except (ValueError, OverflowError, RecursionError):  # texts it has no form for
                pass
        return bool(new & self.kept.keys())


def _name(form: type[object]) -> str:
    return f"{form.__module__}.{form.__qualname__}"


@dataclass(frozen=True, slots=True)
class Parts:
    """Of one site; without a folder they last as long as this process."""

    folder: Path | None = None
    """The user's cache."""

    name: str = ""
    """Of the site's folder in it."""

    code: str = ""
    """Stands for the code that makes them."""

    _shelves: dict[str, dict[str, bytes]] = field(default_factory=dict)
    _records: dict[str, Record] = field(default_factory=dict)

    def record(self, thing: str, of: str) -> Record:
        """What was made of a thing, if that is still as `of` tells; else a record of nothing."""
        if not of:
            return Record("")
        found = self._records.get(thing) or self._read_record(thing)
        if found is None or found.of != of:
            found = Record(of)
        self._records[thing] = found
        return found

    def keep_records(self) -> None:
        """For the next process, what was made by this one."""
        if self.folder is None:
            return
        for thing, record in self._records.items():
            if record.fresh():
                content = msgspec.msgpack.encode(_Recorded(self.code, record.of, record.kept))
                keep(self.folder, self._file(f"record of {thing}"), content)

    def _read_record(self, thing: str) -> Record | None:
        found = self._decoded(f"record of {thing}", _Recorded)
        return Record(found.of, found.parts) if found and found.code == self.code else None

    @contextmanager
    def of(self, thing: str) -> Iterator[Shelf]:
        """The parts of a thing, such as `experiment 7`; those that nobody asks for are forgotten
        in the end."""
        shelf = Shelf(self._read(thing))
        yield shelf
        if shelf.now != shelf.before:
            self._write(thing, shelf.now)

    def _read(self, thing: str) -> dict[str, bytes]:
        if self.folder is None:
            return self._shelves.get(thing, {})
        found = self._decoded(thing, _Shelved)
        return found.parts if found and found.code == self.code else {}

    def _decoded(self, thing: str, form: type[Part]) -> Part | None:
        content = kept(self.folder, self._file(thing)) if self.folder else None
        if content is None:
            return None
        try:
            return msgspec.msgpack.decode(content, type=form)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None

    def _write(self, thing: str, parts: dict[str, bytes]) -> None:
        if self.folder is None:
            self._shelves[thing] = parts
        else:
            content = msgspec.msgpack.encode(_Shelved(self.code, parts))
            keep(self.folder, self._file(thing), content)

    def _file(self, thing: str) -> str:
        return f"{self.name}/parts-{key_of(thing)}.msgpack"
