"""Adds a report version to the site on a git branch: fetch, build into it, push; again, if somebody
else was faster."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path

from reportgen import history
from reportgen.build import Progress, build
from reportgen.config import FAIL, MASK, Options
from reportgen.errors import ReportError
from reportgen.last_build import Summary
from reportgen.leaks import refuse
from reportgen.site.branch import Branch, Tip
from reportgen.site.versions import LATEST, Naming, read_history
from reportgen.site.writer import SiteFolder
from reportgen.views import addresses
from reportgen.views.changes import as_text, groups_from

TRIES = 12
"""As often somebody else may be faster before it is given up."""

PUBLIC_FORGES = (
    *("github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "git.sr.ht", "gitea.com"),
    *("notabug.org", "framagit.org", "salsa.debian.org", "gitee.com", "huggingface.co"),
)
"""Where most repositories can be read by all; whether one is private cannot be told from here."""

HIDDEN = (
    "Users, hosts, e-mails and local paths are hidden, for {} is public; --no-public shows them"
)

WORKING = ("*.js", "*.html", "*.json", "*.xml", "*.txt", ".*", "search/*")
"""Of a published site what a build reads or may move, besides what versions remember; `*` stands
for no folder. All else stays where it is, and is only known to be there."""

DROPPED = ("pointers-runs*.js", "search/*.js")
"""Pointers that a build may remove."""


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing."""

    summary: Summary
    commit: str
    """Empty when the branch had all of it."""


def publish(
    options: Options,
    branch: Branch,
    *,
    now: datetime,
    progress: Progress,
    naming: Naming,
    squash: bool = False,
) -> Published:
    """Build a report version into the site that `branch` holds, and push what is new.

    With `squash` the branch has one commit afterwards, which takes the place of all others. Raises
    ReportError as `build` does, for a branch that is no site of ours, and where git cannot reach
    it; where a secret was recorded and `options.secrets` is FAIL, before anything is committed.
    """
    branch.prepare()
    forge = public_forge(branch.address()) if options.public is None else ""
    options = replace(options, public=True) if forge else options
    covered = replace(options, secrets=MASK)  # into a folder of our own; nothing of it is kept
    for tried in range(1, TRIES + 1):
        progress(f"Fetching {branch.shown}", 0, 0)
        tip = branch.fetch()
        _take(branch, tip)
        site = SiteFolder(branch.site, published=frozenset(tip.files))
        summary = build(covered, now=now, progress=progress, naming=naming, site=site)
        if options.secrets == FAIL:
            refuse([one for one in summary.problems if one.leak])
        if forge:
            summary = replace(summary, warnings=(*summary.warnings, HIDDEN.format(forge)))
        message = _message(branch.site, summary)
        commit = branch.commit(tip, _gone(branch.site, tip), message, now)
        if squash and tip.commit:
            commit = branch.alone(commit or tip.commit, message, now)
        if not commit:
            return Published(summary, "")
        progress(f"Pushing to {branch.shown}", 0, 0)
        if branch.push(commit, tip, force=squash):
            return Published(summary, commit)
        time.sleep(0.2 * tried)
    raise ReportError(
        f"Others pushed to {branch.shown} faster, {TRIES} times.",
        hint="Try again; publish from one job at a time if this goes on.",
    )


def public_forge(address: str) -> str:
    """The forge of a remote that is open to all, `github.com`; empty for any other."""
    found = re.match(r"(?:[\w+.-]+://)?(?:[^/@\s]*@)?([\w.-]+)[:/]", address.strip())
    host = found[1].lower() if found else ""
    return next((one for one in PUBLIC_FORGES if host == one or host.endswith(f".{one}")), "")


def _take(branch: Branch, tip: Tip) -> None:
    """Put into the folder what the next build needs of the published site, and nothing else."""
    branch.take(tip, (one for one in tip.files if any(_matches(one, form) for form in WORKING)))
    newest = read_history(branch.site).newest
    if newest is None:
        return
    manifest = addresses.data(addresses.version(newest.name))
    branch.take(tip, {manifest} & tip.files.keys())
    if manifest in tip.files:
        named = history.manifest(branch.site, newest.name)["facts"]
        digests = (*named["experiments"].values(), named["registered"], named["projects"])
        branch.take(tip, set(map(addresses.facts, digests)) & tip.files.keys())


def _matches(address: str, form: str) -> bool:
    return address.count("/") == form.count("/") and fnmatch(address, form)


def _gone(site: Path, tip: Tip) -> Iterable[str]:
    """Pointers that the branch has and the build removed."""
    for address in tip.files:
        if any(_matches(address, form) for form in DROPPED) and not (site / address).exists():
            yield address


def _message(site: Path, summary: Summary) -> str:
    version = read_history(site).find(LATEST)
    told = as_text(groups_from(version.changes)) if version.changes else ""
    return f"Report version {version.name}\n\n{told}".rstrip() + "\n"
