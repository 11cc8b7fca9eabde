"""An environment as pages show it: a few facts in the margin, and a table of its packages."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from reportgen.analysis import forge
from reportgen.analysis.environments import (
    LOCKED,
    PIP,
    PYTHON,
    PackageChange,
    by_channel,
    is_hashed,
    is_package,
    is_pinned,
)
from reportgen.model import Environment, Requirement
from reportgen.views import addresses, wording
from reportgen.views.page import Chip, Pair

SHOWN = 12
"""Rows of packages that a page shows at once; the others are folded."""

MOST_LOCKED = 500

OF_PROJECT = "The project asks for it as it is here today; the run itself recorded nothing."

PINNED, RANGE, OPEN = Chip("pinned", "ok", "check"), Chip("range"), Chip("any version", "warn")


class PackageRow(Struct, frozen=True):
    name: str
    asked: str
    """The version asked for; a dash for any."""

    chip: Chip
    """Whether it is pinned."""

    hashes: str
    """`3 hashes`; empty for none."""

    by: str
    """Who installs it: `pip`, `conda`, `conda-forge`, `build`."""

    more: tuple[str, ...]
    """Extras, the marker, what constrains it: each a short text in code."""


class PackageTable(Struct, frozen=True):
    """What the macro `package_table` lays out."""

    title: str
    rows: tuple[PackageRow, ...]
    folded: tuple[PackageRow, ...]
    fold: str
    """What the fold says: `Show 23 more packages`."""

    with_more: bool
    """Whether any row says more."""


class EnvironmentList(Struct, frozen=True):
    """What the macros `environment` and `packages` lay out."""

    facts: tuple[Pair, ...]
    note: str
    """Which files say so, and which packages have no exact version."""

    summary: str
    """`14 packages, 12 pinned`."""

    tables: tuple[PackageTable, ...]
    """What is asked for; then, each folded whole, constraints, and what else a lock file names."""

    options: tuple[str, ...]
    """Lines for pip that name no package."""

    text: str
    """The pip requirements, one a line, to copy."""

    shared: str = ""
    """Where the runs are that had the same, and any two environments are compared."""


def card_of(key: str) -> str:
    """Where an environment is on the page of all: by its key, whichever order they stand in."""
    return f"environment-{key}"


def with_sharers(found: EnvironmentList, key: str, address: str) -> EnvironmentList:
    """With a link, in the page at `address`, to all that had the environment of this key."""
    if not (found.tables and key):
        return found
    page = addresses.relative(addresses.ENVIRONMENTS, address)
    return replace(found, shared=f"{page}#{card_of(key)}")


@lru_cache(maxsize=64)  # hundreds of runs share one
def environment_list(
    environment: Environment | None, *, of_project: bool = False
) -> EnvironmentList:
    """An environment worded; None says that nothing is recorded, `of_project` that it is not the
    run's own record."""
    env = environment or Environment()
    packages = [one for _, one in _asked_for(env)]
    return EnvironmentList(
        facts=_facts(env),
        note=" ".join(filter(None, (_note(env), OF_PROJECT if of_project else ""))),
        summary=_counted(packages),
        tables=_tables(env),
        options=tuple(forge.shortened(one.line) for one in env.pip if not is_package(one)),
        text="\n".join(forge.shortened(one.line or one.name + one.version) for one in env.pip),
    )


def short_facts(environment: Environment) -> tuple[str, ...]:
    """`Python 3.11.7`, `9 packages, 8 pinned`, the image: what tells an environment in a line."""
    packages = _counted(one for _, one in _asked_for(environment))
    python = f"Python {environment.python}" if environment.python else ""
    image = forge.shortened(environment.docker_image)
    locked = wording.count(len(environment.locked), "package") + " locked"
    return tuple(
        filter(
            None,
            (python, packages, locked if environment.locked else "", image, environment.runtime),
        )
    )


def package_count(environment: Environment | None) -> int:
    """How many packages the table `packages` begins with."""
    return len(_asked_for(environment or Environment()))


def _asked_for(env: Environment) -> list[tuple[str, Requirement]]:
    """(who installs it, package); Python is a fact of its own."""
    named = (("conda", env.conda), ("pip", env.pip), ("build", env.build))
    return [(by, one) for by, all in named for one in all if is_package(one)]


def _facts(env: Environment) -> tuple[Pair, ...]:
    conda = _counted(env.conda)
    if env.channels and conda:
        conda += f", from {', '.join(map(forge.shortened, env.channels))}"
    image = forge.shortened(env.docker_image)
    facts = (
        Pair("Python", env.python),
        Pair("conda", conda),
        Pair("pip", _counted(env.pip)),
        Pair("locked", _counted(env.locked)),
        Pair("image", f"{image} ({env.docker_id[:19]})" if env.docker_id else image),
        Pair("Databricks", env.runtime),
    )
    return tuple(fact for fact in facts if fact.value)


def _counted(requirements: Iterable[Requirement]) -> str:
    """`14 packages, 12 pinned`; empty for none."""
    packages = [one for one in requirements if is_package(one)]
    if not packages:
        return ""
    pinned = sum(map(is_pinned, packages))
    said = "pinned" if pinned == len(packages) else f"{pinned or 'none'} pinned"
    if len(packages) > 1 and pinned == len(packages):
        said = "all pinned"
    if len(packages) == 1 and not pinned:
        said = "not pinned"
    return f"{wording.count(len(packages), 'package')}, {said}"


def _note(env: Environment) -> str:
    said = []
    if env.files:
        said.append(f"From {', '.join(env.files)}.")
    elif env == Environment():
        return "No environment is recorded."
    loose = sum(is_package(one) and not is_pinned(one) for one in (*env.conda, *env.pip))
    if loose:
        few = "One package has" if loose == 1 else f"{loose} packages have"
        said.append(f"{few} no exact version.")
    return " ".join(said)


# ------------------------------------------------------------------ tables


def _tables(env: Environment) -> tuple[PackageTable, ...]:
    asked = [_row(one, by) for by, one in _asked_for(env)]
    constraints = [_row(one, "pip") for one in env.constraints]
    rest = by_channel(env)[LOCKED]
    locked = [_row(one, "lock file") for one in rest[:MOST_LOCKED]]
    said = f"Locked beside these: {wording.count(len(rest), 'package')}"
    if len(rest) > MOST_LOCKED:
        said += f", the first {MOST_LOCKED} of them"
    tables = (
        _table("Packages asked for", asked, SHOWN, "Show {} more packages"),
        _table("Constraints", constraints, 0, "Constraints: {}"),
        _table("Locked packages", locked, 0, said),
    )
    return tuple(table for table in tables if table.rows or table.folded)


def _table(title: str, rows: Sequence[PackageRow], shown: int, fold: str) -> PackageTable:
    if shown and len(rows) <= shown + 2:  # to fold two rows saves nobody anything
        shown = len(rows)
    return PackageTable(
        title=title,
        rows=tuple(rows[:shown]),
        folded=tuple(rows[shown:]),
        fold=fold.format(len(rows) - shown),
        with_more=any(row.more for row in rows),
    )


def _row(one: Requirement, by: str) -> PackageRow:
    pinned = is_pinned(one)
    asked = forge.shortened(one.version)
    hashed = wording.count(len(one.hashes), "hash", "hashes") if one.hashes else ""
    return PackageRow(
        name=one.name,
        asked=asked or "–",
        chip=PINNED if pinned else RANGE if one.version or one.constraint else OPEN,
        hashes=hashed or ("by its hash" if is_hashed(one) else ""),
        by=one.channel or by,
        more=_more(one),
    )


def _more(one: Requirement) -> tuple[str, ...]:
    extras = f"[{', '.join(one.extras)}]" if one.extras else ""
    constraint = f"constrained to {one.constraint}" if one.constraint else ""
    editable = "editable" if one.editable else ""
    return tuple(filter(None, (extras, constraint, one.marker, editable)))


# ------------------------------------------------------------------ changes

KINDS = {
    "added": Chip("added", "ok"),
    "removed": Chip("removed", "bad"),
    "up": Chip("up", "run"),
    "down": Chip("down", "warn"),
    "build": Chip("build only"),
    "changed": Chip("changed", "acc"),
}


class PackageDiffRow(Struct, frozen=True):
    """A package that two environments ask for differently."""

    name: str
    by: str
    before: str
    """Empty where it was not there."""

    after: str
    chip: Chip


def package_rows(changes: Sequence[PackageChange]) -> tuple[PackageDiffRow, ...]:
    return tuple(
        PackageDiffRow(
            name=forge.shortened(one.name),
            by="" if one.channel in (PYTHON, PIP) else one.channel,
            before=_version(one.before),
            after=_version(one.after),
            chip=KINDS[one.kind],
        )
        for one in changes
    )


def package_phrase(one: PackageChange) -> str:
    """One change in a line: `numpy 1.26.4 → 2.1.0`, `scipy added`."""
    by = "" if one.channel in (PYTHON, PIP) else f" ({one.channel})"
    name = forge.shortened(one.name) + by
    if one.before is None or one.after is None:
        version = _version(one.after if one.before is None else one.before)
        said = "added" if one.before is None else "removed"
        return f"{name} {bare_version(version)} {said}"
    return f"{name} {bare_version(_version(one.before))} → {bare_version(_version(one.after))}"


def _version(asked: str | None) -> str:
    return "" if asked is None else forge.shortened(asked) or "any version"


def bare_version(version: str) -> str:
    """`==1.2` as people say it: 1.2."""
    return version.removeprefix("==")
