"""Words in, one call, an exit code out. The clock and `print` live here and nowhere else.

Exit codes: 0 done, 1 an error that the user can fix, 2 the command line was not understood,
70 a bug in reportgen, 130 stopped by Ctrl-C, 141 nobody reads what is said any more.
Heavy imports wait until a command needs them, so that `--help` is there at once.
"""

import argparse
import gc
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from reportgen import __version__
from reportgen.errors import BugError, ReportError, stumble

if TYPE_CHECKING:
    from reportgen.build import Report
    from reportgen.config import Options
    from reportgen.last_build import LastBuild, Summary
    from reportgen.site.versions import Naming
    from reportgen.site.writer import SiteFolder
    from reportgen.theme import Shared, Theme

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


PUBLISH = """\
Build a report version into the site that is published on a git branch, and push what is new. What
is published stays, also what others push at the same time.

  reportgen publish                      the branch gh-pages of origin
  reportgen publish --branch pages --remote git@example.org:lab/reports.git
  reportgen publish --to public          into a folder, for another tool to upload"""

INIT = """\
Write files to begin with: reportgen.yml with every setting explained and, asked for, the workflow
that publishes on every push. What is there already stays as it is.

  reportgen init
  reportgen init --github        .github/workflows/report.yml too
  reportgen init --gitlab        .gitlab-ci.yml too"""

WATCH = """\
Build a preview, serve it on this machine, and keep it up to date: what a training logs is on the
page of its run within a second. The preview has no report versions and leaves nothing behind.

  reportgen watch                        what `reportgen build` would read
  reportgen watch results/ --open        opens the browser too
  reportgen watch --poll                 for shares and other disks that tell of no changes"""

VERSIONS = """\
What a site keeps of earlier builds. A version never changes; aliases such as `stable` mean one,
and can be moved; `latest` is always the newest.

  reportgen versions list
  reportgen versions alias stable             the newest is stable from now on
  reportgen versions prune --keep 20          remove the older ones, and what only they need
  reportgen versions verify                   is every published file as it was?"""

ALIAS = """\
Let an alias mean a version: `versions/ALIAS/index.html` leads there, and ?v=ALIAS opens any page
as that version has it.

  reportgen versions alias stable             the newest
  reportgen versions alias stable 2026-11-24-3f2a9c1b
  reportgen versions alias stable --remove"""

REMOVE = """\
Remove report versions, and the files that no other version needs. At their addresses stays a note
of what was there. The newest version, and those that an alias means, cannot be removed."""

PRUNE = """\
Remove old report versions, and the files that no other version needs; those that an alias means
stay. Without --keep and --keep-since it removes what a stopped build left.

  reportgen versions prune --keep 20 --dry-run    what would that free?
  reportgen versions prune --keep-since 2026-09-01"""

VERIFY = """\
Compute the digest of every published file again, and tell which were changed, are missing, or
belong to nobody. Exit code 1 if there are any."""

CHANGES = """\
What changed from one report version to another: runs, new bests, parameters tried for the first
time, models registered, aliases moved, environments.

  reportgen changes                           in the newest version
  reportgen changes stable latest             since the one called stable
  reportgen changes --format markdown         for a pull request or a job's summary"""


def main(argv: Sequence[str] | None = None) -> int:
    args = parser().parse_args(argv)
    try:
        return int(args.run(args))
    except ReportError as error:
        return _failed(error)
    except KeyboardInterrupt:
        print("\nreportgen: stopped; what was published before is whole.", file=sys.stderr)  # noqa: T201
        return 130
    except BrokenPipeError:  # as of `reportgen versions list | head -1`
        with suppress(BrokenPipeError):  # that of the lines which wait, at Python's own end
            sys.stdout.close()
        return 141
    except Exception as error:
        if sys.flags.dev_mode:  # PYTHONDEVMODE=1: for whoever looks for the bug
            raise
        return _failed(stumble(error))


def _failed(error: ReportError) -> int:
    print(f"reportgen: {error}", file=sys.stderr)  # noqa: T201
    if error.hint:
        print(f"  {error.hint}", file=sys.stderr)  # noqa: T201
    return BUG if isinstance(error, BugError) else 1


BUG = 70
"""`EX_SOFTWARE` of sysexits(3)."""


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="reportgen",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"reportgen {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_build(commands)
    _add_watch(commands)
    _add_publish(commands)
    _add_init(commands)
    _add_versions(commands)
    _add_changes(commands)
    return top


Commands = Any
"""What `add_subparsers` gives; argparse does not name its kind."""


def _add(commands: Commands, name: str, text: str, help: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help,
        description=text,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return command


def _add_site(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("-o", "--output", type=Path, metavar="DIR", help="where the site is (_site)")
    add("--config", type=Path, metavar="FILE", help="settings (./reportgen.yml if there is one)")


def _add_report(command: argparse.ArgumentParser, output: str = "") -> None:
    """What every command takes that builds a report."""
    add = command.add_argument
    add("sources", nargs="*", metavar="SOURCE", help="a folder, a database, a file: or sqlite: URI")
    if output:
        add("-o", "--output", type=Path, metavar="DIR", help=output)
    add("--config", type=Path, metavar="FILE", help="settings (./reportgen.yml if there is one)")
    add("--theme", metavar="NAME|DIR", help="a theme, or a folder laid over the default one")
    add("--pages", type=Path, metavar="DIR", help="a folder of Markdown pages for the site")
    add("--title", help="the name of the site (the project's name, if there is one project)")
    add("--jobs", type=_positive, metavar="N", help="processes that work (one for each processor)")
    shown = command.add_argument_group("what is shown")
    add = shown.add_argument
    add(
        "--public",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="hide users, hosts, e-mails and local paths (publish does for a public forge)",
    )
    add("--hide", action="append", default=[], metavar="KIND.PATTERN", help=HIDE_HELP)
    add("--only", action="append", default=[], metavar="KIND.PATTERN", help=ONLY_HELP)


def _add_watch(commands: Commands) -> None:
    watch = _add(commands, "watch", WATCH, "a preview that follows the training")
    watch.set_defaults(run=run_watch, on_secrets="mask")
    _add_report(watch, "keep the preview in this folder (a temporary one)")
    add = watch.add_argument
    add(
        "--port",
        type=_port,
        metavar="N",
        help="where to serve (8000, or any that is free, as 0 asks for)",
    )
    add("--open", action="store_true", help="open the browser")
    add("--poll", action="store_true", help="look for changes every second")
    add("-q", "--quiet", action="store_true", help="say nothing but errors")


def _add_build(commands: Commands) -> None:
    build = _add(commands, "build", BUILD, "write the report")
    build.set_defaults(run=run_build, on_secrets="mask")
    _add_report(build, "where to write the site (_site)")
    _add_version(build)


def _add_version(command: argparse.ArgumentParser) -> None:
    """What the commands take besides that make a report version."""
    add = command.add_argument
    add("--base-url", metavar="URL", help="where the site will be published, for its sitemap")
    add("--secrets", choices=("mask", "fail"), help=SECRETS_HELP)
    add("--strict", action="store_true", default=None, help="fail when there are problems")
    name = command.add_argument_group("the report version")
    add = name.add_argument
    add("--version-name", default="", metavar="NAME", help="its name (the UTC date and a hash)")
    add("--label", default="", metavar="TEXT", help="a few words for the list of versions")
    add("--alias", action="append", default=[], metavar="NAME", help=ALIAS_HELP)
    add("--summary", type=Path, metavar="FILE", help="add to it what changed, as Markdown")
    add("--now", type=_moment, metavar="TIME", help="its time (SOURCE_DATE_EPOCH, else the clock)")
    loud = command.add_mutually_exclusive_group()
    loud.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    loud.add_argument("-v", "--verbose", action="store_true", help="list every problem")


def _add_publish(commands: Commands) -> None:
    publish = _add(commands, "publish", PUBLISH, "put the report on a git branch")
    publish.set_defaults(run=run_publish, output=None, on_secrets="fail")
    _add_report(publish)
    where = publish.add_argument_group("where to")
    add = where.add_argument
    add("--remote", default="origin", metavar="NAME|URL", help="of which repository (origin)")
    add("--branch", default="gh-pages", metavar="NAME", help="which branch (gh-pages)")
    add("--squash", action="store_true", help="one commit takes the place of the branch's history")
    add("--to", type=Path, metavar="DIR", help="a folder, and no branch")
    _add_version(publish)


def _add_init(commands: Commands) -> None:
    init = _add(commands, "init", INIT, "write files to begin with")
    init.set_defaults(run=run_init)
    init.add_argument("--github", action="store_true", help="a workflow for GitHub Pages")
    init.add_argument("--gitlab", action="store_true", help="a job for GitLab Pages")


def _add_versions(commands: Commands) -> None:
    versions = _add(commands, "versions", VERSIONS, "list, name, remove and verify report versions")
    own = versions.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listing = _add(own, "list", "Every report version, newest first.", "every version")
    listing.add_argument("--json", action="store_true", help="for programs")
    listing.set_defaults(run=run_list)
    show = _add(own, "show", "A report version and what changed in it.", "one version")
    show.add_argument("name", nargs="?", default="latest", help="a version or an alias (latest)")
    show.add_argument("--json", action="store_true", help="for programs")
    show.set_defaults(run=run_show)
    alias = _add(own, "alias", ALIAS, "let a name mean a version")
    alias.add_argument("alias", help="such as stable")
    alias.add_argument("name", nargs="?", default="latest", help="a version or an alias (latest)")
    alias.add_argument("--remove", action="store_true", help="take the alias away")
    alias.set_defaults(run=run_alias)
    remove = _add(own, "remove", REMOVE, "remove versions")
    remove.add_argument("names", nargs="+", metavar="NAME", help="a version")
    remove.set_defaults(run=run_remove)
    prune = _add(own, "prune", PRUNE, "remove old versions")
    which = prune.add_mutually_exclusive_group()
    which.add_argument("--keep", type=_positive, metavar="N", help="the newest so many stay")
    which.add_argument("--keep-since", type=_moment, metavar="DATE", help="those built since stay")
    prune.set_defaults(run=run_remove, names=None)
    for one in (remove, prune):
        one.add_argument("--dry-run", action="store_true", help="only say what would be removed")
    verify = _add(own, "verify", VERIFY, "check that every published file is as it was")
    verify.set_defaults(run=run_verify)
    for one in (listing, show, alias, remove, prune, verify):
        _add_site(one)


def _add_changes(commands: Commands) -> None:
    changes = _add(commands, "changes", CHANGES, "what changed between two report versions")
    add = changes.add_argument
    add("before", nargs="?", default="", help="a version or an alias (the one before)")
    add("after", nargs="?", default="latest", help="a version or an alias (latest)")
    add("--format", choices=("text", "markdown", "json"), default="text", help="how to say it")
    _add_site(changes)
    changes.set_defaults(run=run_changes)


SECRETS_HELP = "cover them, or write nothing if there are any (build: mask, publish: fail)"
HIDE_HELP = "leave out what is called so: 'params.api_*', runs, metrics, tags; again for more"
ONLY_HELP = "leave out all others of that kind: experiments.final; again for more"
ALIAS_HELP = "a name that means it from now on, such as stable; again for more"


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time like 2026-11-24T02:36Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from error
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _port(text: str) -> int:
    return 0 if text == "0" else _positive(text)


ASKED = (
    "output",
    "theme",
    "pages",
    "title",
    "base_url",
    "jobs",
    "strict",
    "secrets",
    "public",
    "hide",
    "only",
)


def _chosen(args: argparse.Namespace, **more: Any) -> "Options":
    """The settings of the config file, below what the command line asks."""
    from reportgen.config import FILE, options, read_config

    path = args.config or Path(FILE)
    settings = read_config(path) if args.config or path.is_file() else {}
    asked = {name: getattr(args, name, None) for name in ASKED}
    return options({"secrets": getattr(args, "on_secrets", ""), **settings}, {**asked, **more})


def _with_sources(args: argparse.Namespace) -> "Options":
    """The settings, with the sources that are looked for where none is named."""
    from reportgen.sources.discover import default_sources

    chosen = _chosen(args, sources=tuple(args.sources))
    if not chosen.sources:
        chosen = _chosen(args, sources=default_sources(os.environ, Path()))
    return chosen


def run_build(args: argparse.Namespace) -> int:
    from reportgen.last_build import last_build

    chosen = _with_sources(args)
    line = ProgressLine(sys.stderr, quiet=args.quiet)
    began = time.perf_counter()
    try:
        line.show("Looking for changes", 0, 0)
        last = last_build(chosen, os.environ)
        summary = None if _names_version(args) else last.summary()
        if summary is None or (chosen.strict and summary.problems):
            summary = _built(args, chosen, line, last)
            last.remember(summary)
    finally:
        line.clear()
    if not args.quiet:
        say(closing_words(summary, time.perf_counter() - began, args.verbose))
        say(f"Open {summary.output / 'index.html'}")
    _summarize(args, summary)
    return 0


def _built(
    args: argparse.Namespace, chosen: "Options", line: "ProgressLine", last: "LastBuild"
) -> "Summary":
    from reportgen.build import build  # late: this alone takes longer than to see that all is done

    _collect_garbage_seldom()
    now = args.now or _now(os.environ)
    return build(chosen, now=now, progress=line.show, naming=_naming(args), last=last)


def _collect_garbage_seldom() -> None:
    """A build makes ten thousands of values that stay until its end. To look through them all again
    and again finds next to nothing, and takes a tenth of the time of one that has little to do."""
    gc.set_threshold(50_000, 50, 50)


def _names_version(args: argparse.Namespace) -> bool:
    return bool(args.version_name or args.label or args.alias)


def _summarize(args: argparse.Namespace, summary: "Summary") -> None:
    """For the page of a CI job: the version and what changed in it, added to a file."""
    if args.summary is None:
        return
    from reportgen.site.fresh import append
    from reportgen.site.versions import read_history
    from reportgen.views.changes import as_markdown, groups_from

    told = "Nothing changed since this version."
    if summary.is_new:
        version = read_history(summary.output).find(summary.version)
        base_url = _chosen(args).base_url
        told = "The first version."
        if version.since:
            told = as_markdown(groups_from(version.changes), base_url)
    append(args.summary, f"### Report version {summary.version}\n\n{told.rstrip()}\n\n")


def run_init(args: argparse.Namespace) -> int:
    from reportgen.start import GITHUB, GITLAB, SETTINGS, init

    starts = [SETTINGS, *([GITHUB] if args.github else []), *([GITLAB] if args.gitlab else [])]
    for address, is_new in init(Path(), starts):
        say(f"wrote {address}" if is_new else f"{address} is there already, and stays as it is")
    return 0


def _naming(args: argparse.Namespace) -> "Naming":
    from reportgen.site.versions import Naming

    return Naming(args.version_name, args.label, tuple(args.alias))


def run_publish(args: argparse.Namespace) -> int:
    from reportgen.publish import publish
    from reportgen.site.branch import Branch
    from reportgen.site.folders import work_folder

    if args.to is not None:
        args.output = args.to
        return run_build(args)
    chosen = _with_sources(args)
    line = ProgressLine(sys.stderr, quiet=args.quiet)
    began = time.perf_counter()
    with work_folder() as folder:
        branch = Branch(
            remote=args.remote,
            name=args.branch,
            repository=Path.cwd(),
            site=folder / "site",
            own=folder / "git",
            environ=os.environ,
        )
        try:
            done = publish(
                chosen,
                branch,
                now=args.now or _now(os.environ),
                progress=line.show,
                naming=_naming(args),
                squash=args.squash,
            )
        finally:
            line.clear()
        _summarize(args, done.summary)
    if not args.quiet:
        say(closing_words(done.summary, time.perf_counter() - began, args.verbose))
        what = f"Pushed {done.commit[:10]} to" if done.commit else "Nothing to push to"
        say(f"{what} {branch.shown}")
    return 0


# ------------------------------------------------------------------ the preview


def run_watch(args: argparse.Namespace) -> int:
    from reportgen.config import FILE
    from reportgen.site.folders import preview_folder
    from reportgen.watch.follow import Following, watch

    line = ProgressLine(sys.stderr, quiet=args.quiet)
    following = Following(
        read_options=lambda: _with_sources(args),
        config=args.config or Path(FILE),
        says=WatchWords(line, quiet=args.quiet),
        progress=line.show,
        clock=time.monotonic,
        rest=time.sleep,
        poll=args.poll,
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # or the preview would stay behind
    with preview_folder(args.output) as folder:
        try:
            for address in watch(following, folder, args.port, _now(os.environ)):
                say(f"Watching at {address} (Ctrl-C ends it)")
                if args.open:
                    _open_browser(address)
        except KeyboardInterrupt:
            line.clear()
            if not args.quiet:
                say("\nStopped watching.")
    return 0


class WatchWords:
    """A line for each build."""

    def __init__(self, line: "ProgressLine", *, quiet: bool) -> None:
        self._line = line
        self._quiet = quiet

    def built(self, report: "Report", seconds: float) -> None:
        from reportgen.views.wording import count

        self._line.clear()
        if self._quiet:
            return
        runs = count(len(report.published.runs), "run")
        said = f"{_clock()}  {count(report.written.new, 'file')} written in {seconds:.2f} s; {runs}"
        if report.problems:
            problems = sum(len(group) for _, _, group in report.problems)
            said += f", {count(problems, 'problem')}"
        say(said)

    def polls(self) -> None:
        if not self._quiet:
            say("Looking for changes every second: the system does not tell of them here.")

    def failed(self, error: ReportError) -> None:
        self._line.clear()
        print(f"{_clock()}  reportgen: {error}", file=sys.stderr)  # noqa: T201
        if error.hint:
            print(f"  {error.hint}", file=sys.stderr)  # noqa: T201


def _clock() -> str:
    return datetime.now().strftime("%H:%M:%S")


# ------------------------------------------------------------------ report versions


def run_list(args: argparse.Namespace) -> int:
    from reportgen.site.versions import dumps
    from reportgen.versions import site_history

    history = site_history(_chosen(args).output)
    if args.json:
        say(dumps(history).decode().rstrip())
        return 0
    wide = max((len(version.name) for version in history.versions), default=0)
    for version in history.versions:
        aliases = ", ".join(history.names_of(version.name))
        words = (version.name.ljust(wide), version.created, f"{version.runs:,} runs", aliases)
        say("  ".join(filter(None, (*words, version.label))))
    return 0


def run_show(args: argparse.Namespace) -> int:
    from reportgen.versions import site_history
    from reportgen.views.changes import as_text, groups_from
    from reportgen.views.wording import count

    history = site_history(_chosen(args).output)
    version = history.find(args.name)
    if args.json:
        say(_as_json(asdict(version)))
        return 0
    say("  ".join(filter(None, (version.name, *history.names_of(version.name), version.label))))
    held = (
        count(version.experiments, "experiment"),
        count(version.runs, "run"),
        count(version.models, "model"),
    )
    say(f"built {version.created}: {', '.join(held)}")
    if version.since:
        say(f"since {version.since}:\n{as_text(groups_from(version.changes))}")
    return 0


def _site(args: argparse.Namespace) -> tuple["SiteFolder", "Theme", "Shared"]:
    """The site that a command is about, and how its pages are rendered."""
    from reportgen.build import appearance
    from reportgen.site.writer import SiteFolder
    from reportgen.versions import site_history

    chosen = _chosen(args)
    title = site_history(chosen.output).title
    return SiteFolder(chosen.output), *appearance(chosen.theme, title, chosen.base_url)


def run_alias(args: argparse.Namespace) -> int:
    from reportgen.versions import point, unpoint

    if args.remove:
        unpoint(*_site(args), args.alias)
        say(f"{args.alias} is no alias any more.")
    else:
        history = point(*_site(args), args.alias, args.name)
        say(f"{args.alias} is {history.aliases[args.alias]} from now on.")
    return 0


def run_remove(args: argparse.Namespace) -> int:
    from reportgen.versions import remove, site_history, to_prune
    from reportgen.views.wording import count, size

    names = args.names
    if names is None:
        names = to_prune(site_history(_chosen(args).output), args.keep, args.keep_since)
    plan = remove(*_site(args), names, _now(os.environ), dry_run=True)
    for name in plan.versions:
        say(f"  {name}")
    said = f"{count(len(plan.versions), 'version')} and {count(plan.files, 'file')}"
    stay = "1 version stays" if plan.kept == 1 else f"{plan.kept:,} versions stay"
    said += f" ({size(plan.size)}); {stay}"
    if args.dry_run:
        say(f"Would remove {said}.")
        return 0
    remove(*_site(args), names, _now(os.environ))
    say(f"Removed {said}.")
    return 0


def run_verify(args: argparse.Namespace) -> int:
    from reportgen.versions import verify
    from reportgen.views.wording import count

    checked, faults = verify(_chosen(args).output)
    for fault in faults:
        say(f"{fault.what}: {fault.address}")
    said = f"{count(checked, 'published file')} checked"
    say(f"{said}: {count(len(faults), 'fault')}." if faults else f"{said}: all are as they were.")
    return 1 if faults else 0


def run_changes(args: argparse.Namespace) -> int:
    from reportgen.versions import changes
    from reportgen.views.changes import as_markdown, as_text, change_groups

    chosen = _chosen(args)
    first, last, found = changes(chosen.output, args.before, args.after)
    if args.format == "json":
        told = {"before": first.name, "after": last.name, **asdict(found)}
        say(_as_json(told))
    elif args.format == "markdown":
        said = as_markdown(change_groups(found, MOST_IN_MARKDOWN), chosen.base_url)
        say(f"### {last.name} since {first.name}\n\n{said}".rstrip())
    else:
        say(f"{last.name} since {first.name}\n{as_text(change_groups(found))}")
    return 0


MOST_IN_MARKDOWN = 10
"""Of the changes of one kind: comments on pull requests have an end."""


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


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


def _as_json(value: Any) -> str:
    import json

    return json.dumps(value, indent=1, ensure_ascii=False)


def _open_browser(address: str) -> None:
    import webbrowser

    webbrowser.open(address)


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
        width = self._width() - 1
        self._stream.write(f"\r\033[K{text[:width]}")
        self._stream.flush()

    @staticmethod
    def _width() -> int:
        from shutil import get_terminal_size

        return get_terminal_size().columns

    def clear(self) -> None:
        if self._on:
            self._stream.write("\r\033[K")
            self._stream.flush()


TOLD_LEAKS = 5
"""Places of secrets that the closing words name; problems.html has all."""


def leak_words(summary: "Summary") -> list[str]:
    """How many secrets were kept out and where; nothing of them."""
    leaks = [one for one in summary.problems if one.leak]
    if not leaks:
        return []
    from reportgen.leaks import places_told  # late: it knows all that reads and is dear
    from reportgen.views.wording import count

    return [
        f"{count(len(leaks), 'secret')} kept out of the report:",
        *(f"  {line}" for line in places_told(leaks, TOLD_LEAKS)),
    ]


def closing_words(summary: "Summary", seconds: float, verbose: bool) -> str:
    """What was built, how much of it is new, and what was wrong."""
    from reportgen.views.wording import count, size

    written = summary.written
    lines = [
        f"{count(summary.experiments, 'experiment')}, {count(summary.runs, 'run')}, "
        f"{count(summary.models, 'model')}, "
        f"{count(summary.registered, 'registered model')}, {count(summary.projects, 'project')}",
        f"{count(written.new, 'file')} written ({size(written.size)}), "
        f"{count(written.reused, 'page')} reused, in {seconds:.1f} s; "
        f"{count(summary.files, 'file')} in all"
        + ("" if summary.size is None else f" ({size(summary.size)})"),
    ]
    lines += leak_words(summary)
    if summary.problems:
        lines.append(f"{count(len(summary.problems), 'problem')}, see problems.html")
        if verbose:
            lines += [f"  {one.path}: {one.what} {one.hint}".rstrip() for one in summary.problems]
    if summary.is_new:
        lines.append(f"New report version {summary.version}")
    else:
        lines.append(f"Nothing changed since report version {summary.version}")
    lines += summary.warnings
    return "\n".join(lines)
