"""Words in, one call, an exit code out. The clock and `print` live here and nowhere else.

Exit codes: 0 done, 1 an error that the user can fix, 2 the command line was not understood,
130 stopped by Ctrl-C.
Heavy imports wait until a command needs them, so that `--help` is there at once.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reportgen import __version__
from reportgen.errors import ReportError

if TYPE_CHECKING:
    from reportgen.build import Summary

DESCRIPTION = """\
Static sites for machine-learning experiments: reads what MLflow recorded (mlruns/ folders,
mlflow.db, MLproject, MLmodel; any version, read-only, without MLflow) and writes a report that
opens from disk or from any static host."""

BUILD = """\
Scan folders, databases or URIs for MLflow's records and write the report.

  reportgen build                        ./mlruns and ./mlflow.db, or MLFLOW_TRACKING_URI
  reportgen build results/ -o public     everything below a folder
  reportgen build sqlite:///mlflow.db    one database
  reportgen build --strict               fail when anything could not be read

Settings that stay can be written to reportgen.yml, by the same names."""


def main(argv: Sequence[str] | None = None) -> int:
    args = parser().parse_args(argv)
    try:
        return int(args.run(args))
    except ReportError as error:
        print(f"reportgen: {error}", file=sys.stderr)  # noqa: T201
        if error.hint:
            print(f"  {error.hint}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        print("\nreportgen: stopped; what was published before is whole.", file=sys.stderr)  # noqa: T201
        return 130


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="reportgen",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"reportgen {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    build = commands.add_parser(
        "build",
        help="write the report",
        description=BUILD,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    build.set_defaults(run=run_build)
    add = build.add_argument
    add("sources", nargs="*", metavar="SOURCE", help="a folder, a database, a file: or sqlite: URI")
    add("-o", "--output", type=Path, metavar="DIR", help="where to write the site (_site)")
    add("--config", type=Path, metavar="FILE", help="settings (./reportgen.yml if there is one)")
    add("--theme", metavar="NAME|DIR", help="a theme, or a folder laid over the default one")
    add("--title", help="the name of the site (the project's name, if there is one project)")
    add("--base-url", metavar="URL", help="where the site will be published, for its sitemap")
    add("--jobs", type=_jobs, metavar="N", help="processes that work (one for each processor)")
    add("--strict", action="store_true", default=None, help="fail when there are problems")
    loud = build.add_mutually_exclusive_group()
    loud.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    loud.add_argument("-v", "--verbose", action="store_true", help="list every problem")
    return top


def _jobs(text: str) -> int:
    try:
        number = int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from error
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


ASKED = ("output", "theme", "title", "base_url", "jobs", "strict")


def run_build(args: argparse.Namespace) -> int:
    from reportgen.build import build
    from reportgen.config import FILE, options, read_config
    from reportgen.sources.discover import default_sources

    path = args.config or Path(FILE)
    settings = read_config(path) if args.config or path.is_file() else {}
    asked = {name: getattr(args, name) for name in ASKED}
    chosen = options(settings, {**asked, "sources": tuple(args.sources)})
    if not chosen.sources:
        found = default_sources(os.environ, Path())
        chosen = options(settings, {**asked, "sources": found})

    line = ProgressLine(sys.stderr, quiet=args.quiet)
    began = time.perf_counter()
    try:
        summary = build(chosen, now=_now(os.environ), progress=line.show)
    finally:
        line.clear()
    if not args.quiet:
        print(closing_words(summary, time.perf_counter() - began, args.verbose))  # noqa: T201
    return 0


def _now(environ: Mapping[str, str]) -> datetime:
    """The time of the build: SOURCE_DATE_EPOCH where it is set, for builds to be repeatable.

    https://reproducible-builds.org/specs/source-date-epoch/
    """
    told = environ.get("SOURCE_DATE_EPOCH", "")
    if not told:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(told), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ReportError(
            f"SOURCE_DATE_EPOCH is {told!r}.", hint="It must be a number of seconds since 1970."
        ) from error


class ProgressLine:
    """One line that rewrites itself on a terminal; silent in a log and when asked to be."""

    PAUSE = 0.1

    def __init__(self, stream: TextIO, *, quiet: bool) -> None:
        self._stream = stream
        self._on = not quiet and stream.isatty()
        self._last = 0.0

    def show(self, doing: str, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._on or (total and done < total and now - self._last < self.PAUSE):
            return
        self._last = now
        text = f"{doing} {done:,} of {total:,}" if total else f"{doing} …"
        width = shutil.get_terminal_size().columns - 1
        self._stream.write(f"\r\033[K{text[:width]}")
        self._stream.flush()

    def clear(self) -> None:
        if self._on:
            self._stream.write("\r\033[K")
            self._stream.flush()


def closing_words(summary: "Summary", seconds: float, verbose: bool) -> str:
    """What was built, how much of it is new, what was wrong, and where to open it."""
    from reportgen.views.wording import count, size

    written = summary.written
    lines = [
        f"{count(summary.experiments, 'experiment')}, {count(summary.runs, 'run')}, "
        f"{count(summary.models, 'model')}, "
        f"{count(summary.registered, 'registered model')}, {count(summary.projects, 'project')}",
        f"{count(written.new, 'file')} written ({size(written.size)}), "
        f"{count(written.reused, 'page')} reused, in {seconds:.1f} s",
    ]
    if summary.problems:
        lines.append(f"{count(len(summary.problems), 'problem')}, see problems.html")
        if verbose:
            lines += [f"  {one.path}: {one.what} {one.hint}".rstrip() for one in summary.problems]
    if summary.is_new:
        lines.append(f"New report version {summary.version}")
    else:
        lines.append(f"Nothing changed since report version {summary.version}")
    lines.append(f"Open {summary.output / 'index.html'}")
    return "\n".join(lines)
