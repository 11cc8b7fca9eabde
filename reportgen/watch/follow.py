"""The loop: wait for changes, build, tell the pages; until Ctrl-C."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from reportgen.build import Progress, Report
from reportgen.config import Options
from reportgen.errors import ReportError, stumble
from reportgen.sources.discover import USUAL, local_path
from reportgen.watch.changes import Changes
from reportgen.watch.preview import Preview
from reportgen.watch.server import Server

SETTLED = 1.5
"""Seconds without a change after which the search is brought up to date; and everything is looked
at once more where changes may have been lost."""

PAUSE, LONGEST_PAUSE = 0.3, 2.0
"""Of the time that a build took, and seconds at most: what is left to a training that writes all
the time, before the next."""

ASKED_WITHIN, DRAWN_WITHIN = 0.05, 0.35
"""Seconds in which an open page asks for news, and in which its browser has drawn the next."""


class Says(Protocol):
    """What the terminal is told."""

    def built(self, report: Report, seconds: float) -> None: ...

    def polls(self) -> None:
        """The disk is looked at again and again."""

    def failed(self, error: ReportError) -> None: ...


@dataclass(frozen=True, slots=True)
class Following:
    """What a preview is of, and how it is told of."""

    read_options: Callable[[], Options]
    """The settings as they are now. Raises ReportError."""

    config: Path
    """Their file, whether it is there or not."""

    says: Says
    progress: Progress
    clock: Callable[[], float]
    """Seconds that only go forward."""

    rest: Callable[[float], None]
    """Waits for so many seconds."""

    poll: bool = False
    """Look for changes again and again, without waiting to be told of them."""


def watched(options: Options, config: Path) -> list[Path]:
    """All that a preview is made of: sources, settings, theme."""
    sources = options.sources or USUAL
    places = [config, *(local_path(source) for source in sources)]
    if options.pages is not None:
        places.append(options.pages)
    if Path(options.theme).is_dir():
        places.append(Path(options.theme))
    return places


class Follower:
    """Keeps a preview and its server up to date with the sources."""

    def __init__(
        self, following: Following, preview: Preview, server: Server, changes: Changes
    ) -> None:
        self._of = following
        self._preview = preview
        self._server = server
        self._changes = changes
        self._builds = 0
        self._report: Report | None = None
        self._places: list[Path] = []
        self._theme: tuple[str, ...] = ()
        """The folder of a theme of the user's own, if there is one."""

        self._wrong = ""
        """What the last build failed for: it is said once."""

    def build(self) -> float:
        """Build once, and tell what came of it: the seconds that it took."""
        of, bulletin = self._of, self._server.bulletin
        began = of.clock()
        bulletin.tell("building", self._builds)
        try:
            report = self._made()
        except ReportError as error:
            self._tell_failed(error)
        except Exception as error:  # the next change may well be built
            self._tell_failed(stumble(error))
        else:
            self._wrong = ""
            self._report = report
            self._tell_built()
            if report.written.new:
                of.says.built(report, of.clock() - began)
        return of.clock() - began

    def _tell_failed(self, error: ReportError) -> None:
        self._server.bulletin.tell("failed", self._builds, str(error), error.hint)
        if str(error) != self._wrong:
            self._of.says.failed(error)
        self._wrong = str(error)

    def _made(self) -> Report:
        self._changes.watch(self._places or [self._of.config])
        options = self._of.read_options()
        self._changes.ignore(options.output)
        self._places = watched(options, self._of.config)
        self._changes.watch(self._places)
        own = Path(options.theme)
        self._theme = (f"{own.resolve()}{os.sep}",) if own.is_dir() else ()
        report = self._preview.build(options, self._of.progress, self._tell_runs)
        if self._report is None:
            self._preview.index(report)
        return report

    def _tell_built(self) -> None:
        self._builds += 1
        self._server.bulletin.tell("built", self._builds)

    def _tell_runs(self) -> None:
        """A browser that turns to a new page has the machine for itself until that is drawn."""
        self._server.turning.clear()
        self._builds += 1
        self._server.bulletin.tell("runs", self._builds)
        if self._server.turning.wait(ASKED_WITHIN):
            self._of.rest(DRAWN_WITHIN)

    def follow(self) -> None:
        """Build whenever something changed; ends with KeyboardInterrupt."""
        settled, whole = True, True
        while True:
            if self._changes.wait(None if settled else SETTLED):
                settled = False
                paths = self._changes.take()
                whole = whole and not self._changes.may_have_lost_some(paths)
                self._look_again(paths)
                self._of.rest(min(PAUSE * self.build(), LONGEST_PAUSE))
            else:
                self._settle(look_again=not whole)
                settled, whole = True, True

    def _look_again(self, paths: set[str]) -> None:
        if any(path.startswith(self._theme) for path in paths):
            self._preview.forget_all()
        config = os.path.realpath(self._of.config)
        self._preview.forget(path for path in paths if path != config)

    def _settle(self, *, look_again: bool) -> None:
        if look_again:
            self._preview.forget(["/"])
            self.build()
        if self._report is not None:
            self._preview.index(self._report)


def watch(of: Following, folder: Path, port: int | None, now: datetime) -> Iterator[str]:
    """Keep a preview in `folder` and serve it, until KeyboardInterrupt.

    Gives the address once it is served, before the first build. Raises ReportError for a port that
    is taken; what is wrong with the sources is told, and mended while it goes on.
    """
    preview = Preview(folder, now)
    changes = Changes(folder, poll=of.poll)
    with closing(preview), closing(Server(preview, port)) as server, closing(changes):
        server.start()
        yield server.address
        follower = Follower(of, preview, server, changes)
        follower.build()
        if changes.polled:
            of.says.polls()
        follower.follow()
