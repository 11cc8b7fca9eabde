"""A site on a git branch of any remote: what is published there, and how more is added to it.

Runs `git` in a folder of its own: the user's repository lends its remotes and credentials, and is
never written to. Of the branch only its newest commit is fetched, without what its files contain
where the remote can leave that out (a partial clone, `git help rev-list`, --filter=blob:none).
"""

import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from reportgen.errors import ReportError
from reportgen.site.digests import JOURNAL
from reportgen.site.writer import MARK, PARTIAL

SETTINGS = ("http.", "credential.", "url.", "user.", "ssh.", "core.sshcommand", "core.askpass")
"""Of the user's repository; those of the user and the machine are git's own business."""

PLAIN = ("core.autocrlf=false", "core.filemode=false", "core.quotepath=false", "gc.auto=0")

LISTED = ("config", "--local", "--includes", "-z", "--list")

FETCH_BLOBS = (
    *("-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet", "--no-tags"),
    *("--no-write-fetch-head", "--recurse-submodules=no", "--filter=blob:none"),
    *("--stdin", "origin"),
)
"""As git itself fetches what a partial clone misses (`promisor-remote.c`)."""

REFERENCE = "refs/reportgen/tip"


@dataclass(frozen=True, slots=True)
class Tip:
    """What a branch holds: its newest commit, and its files. Neither, without one."""

    commit: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    """The name of its content (a blob) by address."""


@dataclass(frozen=True)
class Branch:
    """A branch, and the folder in which the site is put together."""

    remote: str
    """A name of the user's repository, or any address that git knows."""

    name: str
    repository: Path
    """The folder from which the user publishes."""

    site: Path
    own: Path
    """A folder for git's own files."""

    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """How people are told of it; an address without what it may hold of credentials."""
        remote = re.sub(r"(?<=://)[^/@]*@", "", self.remote)
        return f"{self.name} of {remote}"

    def prepare(self) -> None:
        """Raises ReportError without git, and for a branch name or a remote that cannot be."""
        self.own.mkdir(parents=True, exist_ok=True)
        self.site.mkdir(parents=True, exist_ok=True)
        begun = self._run(["git", "init", "--quiet", "--bare", str(self.own)])
        if begun.returncode:
            raise self._failed("init", begun)
        try:
            self._git("check-ref-format", "--branch", self.name)
        except ReportError as error:
            raise ReportError(f"{self.name!r} cannot be the name of a branch.") from error
        self._git("remote", "add", "origin", self.address())

    def address(self) -> str:
        """Of the remote. A name is looked up in the user's repository."""
        found = self._run(["git", "-C", str(self.repository), "remote", "get-url", self.remote])
        if found.returncode == 0:
            return found.stdout.strip()
        local = (self.repository / self.remote).exists()
        if "/" in self.remote or ":" in self.remote or local:
            return str((self.repository / self.remote).resolve()) if local else self.remote
        raise ReportError(
            f"There is no remote {self.remote} here.",
            hint="Run it in a git repository that has one, or name an address with --remote.",
        )

    def fetch(self) -> Tip:
        """What is published now. Raises ReportError for a branch that is no site of ours."""
        if not self._newest():
            return Tip()
        self._git(
            *("fetch", "--quiet", "--depth=1", "--filter=blob:none", "--no-tags", "origin"),
            f"+refs/heads/{self.name}:{REFERENCE}",
        )
        commit = self._git("rev-parse", REFERENCE).strip()
        tip = Tip(commit, dict(self._listed(commit)))
        if MARK not in tip.files:
            raise ReportError(
                f"The branch {self.shown} holds something that is no report of ours.",
                hint="Name another branch with --branch: nothing else is written over.",
            )
        self._git("read-tree", commit)
        return tip

    def _listed(self, commit: str) -> Iterator[tuple[str, str]]:
        """(address, blob) of every file."""
        for entry in self._git("ls-tree", "-r", "-z", commit).split("\0"):
            told, _, address = entry.partition("\t")
            if address:
                yield address, told.split(" ")[2]

    def _newest(self) -> str:
        """The branch's newest commit; empty where there is none."""
        return self._git("ls-remote", "origin", f"refs/heads/{self.name}").partition("\t")[0]

    def take(self, tip: Tip, addresses: Iterable[str]) -> None:
        """Put these files of the tip into the site's folder, in place of what is there."""
        chosen = sorted(addresses)
        if not chosen:
            return
        # What is missing of their contents, at once: left to itself git asks for one by one. A
        # remote that does not know partial clones has sent all of them already.
        blobs = "\n".join(sorted({tip.files[address] for address in chosen}))
        self._run([*self._command(), *FETCH_BLOBS], f"{blobs}\n")
        self._git("checkout-index", "--force", "-z", "--stdin", given="\0".join([*chosen, ""]))

    def commit(self, tip: Tip, gone: Iterable[str], message: str, now: datetime) -> str:
        """A commit of the branch with all files of the site's folder, without those `gone`.

        Empty when that changes nothing. A `tip` without a commit makes one without parents.
        """
        here = [
            path.relative_to(self.site).as_posix()
            for path in sorted(self.site.rglob("*"))
            if path.is_file()
        ]
        own = [one for one in here if one != JOURNAL and not one.startswith(f"{PARTIAL}/")]
        self._git("update-index", "--add", "-z", "--stdin", given="\0".join(own))
        self._git("update-index", "--force-remove", "-z", "--stdin", given="\0".join(sorted(gone)))
        tree = self._git("write-tree", "--missing-ok").strip()
        if tip.commit and tree == self._git("rev-parse", f"{tip.commit}^{{tree}}").strip():
            return ""
        return self._committed(tree, [tip.commit] if tip.commit else [], message, now)

    def alone(self, commit: str, message: str, now: datetime) -> str:
        """The same files in a commit without history."""
        tree = self._git("rev-parse", f"{commit}^{{tree}}").strip()
        return self._committed(tree, [], message, now)

    def _committed(self, tree: str, parents: Sequence[str], message: str, now: datetime) -> str:
        more = [part for parent in parents for part in ("-p", parent)]
        date = f"{int(now.timestamp())} +0000"
        who = {} if self._is_known() else {"NAME": "reportgen", "EMAIL": "reportgen@localhost"}
        made = {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in {**who, "DATE": date}.items()
        }
        return self._git("commit-tree", tree, *more, "-F", "-", given=message, more=made).strip()

    def _is_known(self) -> bool:
        """Whether git knows whom commits are by."""
        told = self._run(["git", "-C", str(self.repository), "config", "user.email"])
        return "GIT_COMMITTER_EMAIL" in self.environ or told.returncode == 0

    def push(self, commit: str, tip: Tip, *, force: bool = False) -> bool:
        """Move the branch from `tip` to a commit. False when somebody else moved it in between.

        With `force` to any commit, else to one that comes after the tip. Raises ReportError for all
        else that keeps it from moving.
        """
        target = f"refs/heads/{self.name}"
        lease = [f"--force-with-lease={target}:{tip.commit}"] if force else []
        done = self._run([*self._command(), "push", *lease, "origin", f"{commit}:{target}"])
        if done.returncode == 0:
            return True
        if self._newest() != tip.commit:
            return False
        raise self._failed("push", done)

    def _command(self) -> list[str]:
        plain = [part for setting in PLAIN for part in ("-c", setting)]
        return ["git", f"--git-dir={self.own}", f"--work-tree={self.site}", *plain]

    def _git(self, *words: str, given: str = "", more: Mapping[str, str] | None = None) -> str:
        done = self._run([*self._command(), *words], given, more)
        if done.returncode:
            raise self._failed(words[0], done)
        return done.stdout

    def _run(
        self, command: Sequence[str], given: str = "", more: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        # Nobody is asked for a password in the middle of a build; and git speaks English.
        fixed = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        kept = {name: value for name, value in self.environ.items() if name not in LOCATION}
        is_own = command[1].startswith("--git-dir")
        try:
            return subprocess.run(
                command,
                cwd=self.own if is_own else None,
                env={**kept, **(self._settings if is_own else {}), **fixed, **(more or {})},
                input=given.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape"),
                encoding="utf-8",
                errors="surrogateescape",
                capture_output=True,
                check=False,
            )
        except FileNotFoundError as error:
            raise ReportError(
                "Publishing to a branch needs git, which is not here.",
                hint="Install git, or publish to a folder with --to.",
            ) from error

    @cached_property
    def _settings(self) -> dict[str, str]:
        """What the user's repository tells git of credentials and names, in the environment: there
        it is neither on the disk nor in the list of processes."""
        told = self._run(["git", "-C", str(self.repository), *LISTED])
        pairs = [entry.partition("\n") for entry in told.stdout.split("\0") if entry]
        chosen = [(key, value) for key, _, value in pairs if key.startswith(SETTINGS)]
        settings = {"GIT_CONFIG_COUNT": str(len(chosen))}
        for number, (key, value) in enumerate(chosen):
            settings[f"GIT_CONFIG_KEY_{number}"] = key
            settings[f"GIT_CONFIG_VALUE_{number}"] = value
        return settings

    def _failed(self, what: str, done: "subprocess.CompletedProcess[str]") -> ReportError:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        said = re.sub(r"(?<=://)[^/@\s]*@", "", " ".join(lines[-3:]))
        hint = "Has this machine the right to push there? See `git remote -v`."
        return ReportError(f"git {what} failed: {said}", hint=hint if what == "push" else "")


LOCATION = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CONFIG_COUNT"})
"""A hook of the user's repository has these in its environment; they mean that repository."""
