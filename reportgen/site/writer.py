"""The only hands that touch the output folder.

Published files are written once and never again; only pointers move, each in one step. Every
file is finished under another name first, so whoever is killed at any moment leaves nothing
half-written that could be taken for a page.
"""

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path

from reportgen.errors import ReportError
from reportgen.site.digests import JOURNAL, dumps_sums, mend, note, note_again, noted, sums
from reportgen.site.lock import give_back, take

PARTIAL = ".partial"
"""Where files grow, below the output folder."""

_ASSET = re.compile(rb"assets/[\w.+-]+")

MARK = ".reportgen"
"""Tells that a folder is a site of ours: no other is ever written to. Whoever builds locks it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a step of the build did to the folder."""

    new: int = 0
    """Files written."""

    reused: int = 0
    """Pages that were there already."""

    size: int = 0
    """Bytes written."""

    def __add__(self, other: "Written") -> "Written":
        return Written(self.new + other.new, self.reused + other.reused, self.size + other.size)


@dataclass(frozen=True, slots=True)
class SiteFolder:
    """An output folder; addresses are relative to it, with '/'."""

    folder: Path
    published: frozenset[str] = frozenset()
    """Addresses of what is published already, though not in this folder: on a git branch."""

    assets: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)
    """What pages may ask for, by address. It is published with the first page that names it: what
    none does is not, and where a page is, all is that it asks for."""

    _brought: set[str] = field(default_factory=set, repr=False, compare=False)
    """The assets of which this process knows that they are there."""

    _moved: set[str] = field(default_factory=set, repr=False, compare=False)
    """Addresses of the pointers that this process moved or removed since it took the folder."""

    def prepare(self) -> None:
        """Make the folder, and clear what a killed build left.

        Raises ReportError when the folder holds something that is no site of ours.
        """
        try:
            if self.folder.is_file():
                raise ReportError(
                    f"{self.folder} is a file.", hint="Name a folder to write the site to, with -o."
                )
            if not self._is_ours():
                raise ReportError(
                    f"{self.folder} holds files that are no report of ours.",
                    hint="Name an empty or a new folder with -o: nothing else is written over.",
                )
            self._lock()
        except OSError as error:
            raise ReportError(
                f"{self.folder} cannot be written: {error.strerror}.",
                hint="Name another folder with -o.",
            ) from error

    def _lock(self) -> None:
        """Take the folder: one build at a time, whatever a killed one left."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not take(self.folder / MARK):
            raise ReportError(
                f"Another build is writing to {self.folder}.",
                hint="Wait for it, or write to another folder with -o.",
            )
        self._moved.clear()
        self._brought.clear()
        shutil.rmtree(self.folder / PARTIAL, ignore_errors=True)
        (self.folder / PARTIAL).mkdir(exist_ok=True)
        mend(self.folder)

    def _is_ours(self) -> bool:
        """A site, an empty folder or none; also what a build leaves that was killed at once."""
        if not self.folder.is_dir():
            return True
        names = {path.name for path in self.folder.iterdir()}
        # Some ways of copying a site lose files whose names begin with a dot.
        return names <= {PARTIAL} or MARK in names or {"versions.json", "pointers.js"} <= names

    def finish(self) -> None:
        shutil.rmtree(self.folder / PARTIAL, ignore_errors=True)
        self.leave()

    def leave(self) -> None:
        """Let others build here; what has grown so far stays for them to clear."""
        give_back(self.folder / MARK)

    def has(self, address: str) -> bool:
        if address in self.published:
            return True
        return os.path.exists(f"{self.folder}/{address}")  # noqa: PTH110 (hot: every page of a build)

    def all_in(self, folder: str) -> Set[str]:
        """The addresses of all that is in a folder: one look for whoever asks for thousands."""
        try:
            names = os.listdir(self.folder / folder)  # noqa: PTH208 (hot: every page of a site)
        except OSError:
            return self.published
        return self.published.union(f"{folder}/{name}" for name in names)

    def add(self, address: str, content: bytes) -> Written:
        """Publish a file. One that is there stays as it is: published files never change."""
        return self.add_all({address: content})

    def add_all(self, files: Mapping[str, bytes]) -> Written:
        """Publish files, in their order: the last one is there only where all others are."""
        new = {one: content for one, content in files.items() if not self.has(one)}
        if not new:
            return Written()
        written = self.bring(new)
        with self._writing(JOURNAL):  # first: killed in between, a file has its digest
            note(self.folder, new)
        return sum((self._place(one, content) for one, content in new.items()), written)

    def bring(self, pages: Mapping[str, bytes]) -> Written:
        """Publish the assets that these pages ask for, and those that the assets ask for."""
        asked = {
            name.decode("ascii", "replace")
            for address, content in pages.items()
            if _asks(address)
            for name in _ASSET.findall(content)
        }
        new = (asked & self.assets.keys()) - self._brought
        if not new:
            return Written()
        written = self.add_all({one: self.assets[one] for one in sorted(new)})
        self._brought.update(new)
        return written

    def take_back(self, known: Set[str]) -> None:
        """Undo the versions that killed builds had begun: they are in no list, nothing leads to
        them, and their names are free; the facts that they brought go with them. `known` are those
        that are, or were, in a list."""
        for path in sorted((self.folder / "versions").glob("*.*")):
            if path.is_file() and path.stem not in {"index", "kept", *known}:
                with self._writing(f"versions/{path.name}"):
                    if path.suffix == ".sha256":
                        note_again(self.folder, path.read_bytes())
                    path.unlink()
        for address in noted(self.folder):
            if address.startswith("versions/facts/"):
                self.remove(address)

    def seal(self, version: str) -> Written:
        """Give a version the digests of all that was published since the one before."""
        written = self.point(sums(version), dumps_sums(noted(self.folder)))
        with self._writing(JOURNAL):
            (self.folder / JOURNAL).unlink(missing_ok=True)
        return written

    def remove(self, address: str) -> None:
        """Remove a published file, and its folder where it was the last in it."""
        path = self.folder / address
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise ReportError(f"{path} cannot be removed: {error.strerror}.") from error
        with contextlib.suppress(OSError):  # others are in it
            path.parent.rmdir()

    def files(self) -> dict[str, int]:
        """The size in bytes of every file of the site, by address, sorted."""
        found: dict[str, int] = {}
        waiting = [""]
        while waiting:
            place = waiting.pop()
            with os.scandir(f"{self.folder}/{place}") as entries:
                for entry in entries:  # hot: every file of the site
                    if not entry.is_dir(follow_symlinks=False):
                        found[place + entry.name] = entry.stat(follow_symlinks=False).st_size
                    elif place or entry.name not in (PARTIAL, ".git"):
                        waiting.append(f"{place}{entry.name}/")
        found.pop(".git", None)  # a file in a worktree
        return dict(sorted(found.items()))

    def files_after(self, before: Mapping[str, int]) -> dict[str, int]:
        """The same when nothing but pointers moved since; of thousands few are looked at again."""
        found = dict(before)
        for address in self._moved:
            found.pop(address, None)
            with contextlib.suppress(FileNotFoundError):
                found[address] = os.lstat(f"{self.folder}/{address}").st_size
        return dict(sorted(found.items()))

    def point(self, address: str, content: bytes) -> Written:
        """Move a pointer: replaced in one step, left alone when it says the same already."""
        try:
            if (self.folder / address).read_bytes() == content:
                return Written()
        except OSError:
            pass
        self._moved.add(address)
        return self.bring({address: content}) + self._place(address, content)

    def drop_pointers(self, pattern: str, keep: set[str]) -> None:
        """Remove pointers that nothing leads to any more, such as shards of an old division."""
        for path in self.folder.glob(pattern):
            if path.name not in keep:
                self._moved.add(path.relative_to(self.folder).as_posix())
                with contextlib.suppress(OSError):  # one more that nothing leads to does no harm
                    path.unlink()

    def _place(self, address: str, content: bytes) -> Written:
        target = f"{self.folder}/{address}"
        partial = f"{self.folder}/{PARTIAL}/{os.getpid()}"
        with self._writing(address):
            self._write(partial, content)
            try:
                os.replace(partial, target)  # noqa: PTH105
            except FileNotFoundError:
                Path(target).parent.mkdir(parents=True, exist_ok=True)
                os.replace(partial, target)  # noqa: PTH105
        return Written(1, 0, len(content))

    @contextlib.contextmanager
    def _writing(self, address: str) -> Iterator[None]:
        """Raises ReportError for what the disk refuses."""
        try:
            yield
        except OSError as error:
            raise ReportError(
                f"{self.folder}/{address} cannot be written: {error.strerror}.",
                hint="Is the disk full, or the folder not yours?",
            ) from error

    @staticmethod
    def _write(path: str, content: bytes) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            while content:
                content = content[os.write(handle, content) :]
        finally:
            os.close(handle)


def _asks(address: str) -> bool:
    """Whether a file asks for assets: pages and scripts of the theme; artifacts and data do not."""
    return address.startswith("assets/") or (
        address.endswith(".html") and not address.startswith("files/")
    )


def glance(files: Mapping[str, int]) -> str:
    """Changes when a file of a site comes, goes or has another size; see `SiteFolder.files`."""
    return hashlib.sha256(repr(list(files.items())).encode("utf-8", "surrogateescape")).hexdigest()
