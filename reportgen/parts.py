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


@dataclass(slots=True)
class Shelf:
    """The parts of one thing, each by its key."""

    before: dict[str, bytes]
    now: dict[str, bytes] = field(default_factory=dict)
    """Those that were asked for: all others are of no use any more."""

    def get(self, key: str, form: type[Part], make: Callable[[], Part]) -> Part:
        """The part of this key, made if it is not there; data of a form that msgspec knows."""
        content = self.now.get(key) or self.before.get(key)
        if content is not None:
            try:
                part = msgspec.msgpack.decode(content, type=form)
            except (msgspec.MsgspecError, ValueError, RecursionError):
                pass
            else:
                self.now[key] = content
                return part
        part = make()
        try:
            self.now[key] = msgspec.msgpack.encode(part)
        except (ValueError, OverflowError, RecursionError):  # texts it has no form for
            pass
        return part


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
        try:
            content = kept(self.folder, self._file(thing)) or b""
            found = msgspec.msgpack.decode(content, type=_Shelved)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return {}
        return found.parts if found.code == self.code else {}

    def _write(self, thing: str, parts: dict[str, bytes]) -> None:
        if self.folder is None:
            self._shelves[thing] = parts
        else:
            content = msgspec.msgpack.encode(_Shelved(self.code, parts))
            keep(self.folder, self._file(thing), content)

    def _file(self, thing: str) -> str:
        return f"{self.name}/parts-{key_of(thing)}.msgpack"
