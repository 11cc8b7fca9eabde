"""Environments against each other, and how exactly each of their lines says what is installed.

Names are the same where PEP 503 says so. Versions are ordered by PEP 440 (`packaging`), of conda's
packages too; what it cannot order is `changed`, neither up nor down. It is imported by whoever
needs it, as it takes a tenth of the time in which a build starts that finds nothing to compare.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reportgen.model import Environment, Requirement

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

PYTHON, CONDA, PIP, BUILD = "python", "conda", "pip", "build"
CONSTRAINT, LOCKED, DOCKER, RUNTIME = "constraint", "lock", "docker", "runtime"
"""Who installs a package, or what else an environment names."""

COMMIT_LENGTH = 40
ONE_VERSION = re.compile(
    r"(?P<equals>={0,3})\s*(?P<version>(?:\d+!)?[^\s=<>!~,|@]+)(?:=(?P<build>[^\s=]+))?"
)
"""conda's `name=version=build`, and what it shares with pip; an empty text is no version."""

DEVELOPMENT, PHASES = -4, {"a": -3, "b": -2, "rc": -1}
"""In the order of PEP 440; a release is 0."""

SERIES = re.compile(r"=(?!=)")

EXACT_NUMBERS = 3
"""Of conda's `=1.2.3` and of Python's version, to name one version and not a series."""


@dataclass(frozen=True, slots=True)
class PackageChange:
    """A package that two environments ask for differently."""

    name: str
    """As the later environment writes it, where it has it."""

    channel: str
    """`python`, `conda`, `pip`, `build`, `constraint`, `lock`, `docker` or `runtime`."""

    before: str | None
    """What was asked for: see `asked`. None where it was not there, empty for any version."""

    after: str | None
    kind: str
    """`added` or `removed`; `up` or `down` where both sides name one version; `build` where that
    is the same and only its build, its local part or its conda channel differs; else `changed`."""


# ------------------------------------------------------------------ one requirement


def is_package(requirement: Requirement) -> bool:
    """False for pip's options and lines that nothing can be made of, which are kept as written."""
    return canonical(requirement.name) != ""


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """The name by which a package is known (PEP 503); empty for a text that is no name."""
    from packaging.utils import canonicalize_name

    try:
        return canonicalize_name(name, validate=True)
    except ValueError:
        return ""


def asked(requirement: Requirement) -> str:
    """All that a line says of a package but its name: `[standard]==0.30; python_version < "3.12"`.

    A constraint stands behind the version that it narrows: `>=1.2, ==1.4.2`.
    """
    extras = f"[{','.join(requirement.extras)}]" if requirement.extras else ""
    parts = [part for part in (requirement.version, requirement.constraint) if part]
    version = ", ".join(dict.fromkeys(parts))
    marker = f"; {requirement.marker}" if requirement.marker else ""
    return f"{extras}{version}{marker}"


def is_pinned(requirement: Requirement) -> bool:
    """True where only one version can be installed.

    That is `==1.2.3` (not `==1.2.*`), of the line itself or of a constraint on it; a wheel or a
    source archive whose name holds the version, or any archive with its hash; a version control
    system's address with a whole commit. Of conda `==1.2`, `=1.2.3=build` and `=1.2.3` (which by
    conda's rules would also match 1.2.3.1); `=1.2` is the newest of a series.
    """
    if requirement.url:
        return _is_fixed(requirement.url)
    return any(map(_is_exact, (requirement.version, requirement.constraint)))


def is_hashed(requirement: Requirement) -> bool:
    """True where what is installed is checked against a hash: pip's `--hash`, the hash in the
    fragment of an address, or a commit, which is a hash of the code."""
    if requirement.hashes:
        return True
    return _is_commit(requirement.url) or _fragment_hash(requirement.url)


@lru_cache(maxsize=4096)
def named_version(version: str) -> "Version | None":
    """The version in `==1.2`, `===1.2`, `=1.2`, `=1.2=h_0` or plain `1.2`; None for a range, a
    wildcard, an address, and what PEP 440 does not know."""
    from packaging.version import InvalidVersion, Version

    match = ONE_VERSION.fullmatch(version.strip())
    try:
        return Version(match["version"]) if match else None
    except InvalidVersion:
        return None


def version_order(requirement: Requirement) -> tuple[tuple[int, ...], tuple[int, ...], str] | None:
    """What orders exact versions without `packaging`, part by part: epoch and release numbers
    without zeros at the end, what comes before or after the release, the build.

    None for requirements that do not name one version alone: ranges, series, addresses, and those
    with extras or a marker. Of equal first two parts the third tells builds apart.
    """
    version = named_version(requirement.version) if is_pinned(requirement) else None
    if version is None or requirement.url or requirement.extras or requirement.marker:
        return None
    release = version.release
    while release and release[-1] == 0:
        release = release[:-1]
    phase, number = (PHASES[version.pre[0]], version.pre[1]) if version.pre else (0, 0)
    if version.is_devrelease and not version.pre and version.post is None:
        phase = DEVELOPMENT
    after = -1 if version.post is None else version.post
    dev = (1, 0) if version.dev is None else (0, version.dev)
    build = version.local or _build_of(requirement.version)
    return (version.epoch, *release), (phase, number, after, *dev), build


def _is_exact(version: str) -> bool:
    match = ONE_VERSION.fullmatch(version.strip())
    if match is None:
        return any(one.operator == "==" and "*" not in one.version for one in _clauses(version))
    if match["equals"] != "=":
        return "*" not in match["version"]
    named = named_version(version)
    return _build_of(version) != "" or (named is not None and len(named.release) >= EXACT_NUMBERS)


def _clauses(version: str) -> "SpecifierSet":
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(version)
    except InvalidSpecifier:
        return SpecifierSet()


def _build_of(version: str) -> str:
    """conda's build string, `py311_0` of `=1.2.3=py311_0`; empty for none or a wildcard."""
    match = ONE_VERSION.fullmatch(version.strip())
    build = match["build"] if match else None
    return "" if build is None or "*" in build else build


def _is_fixed(url: str) -> bool:
    return _is_commit(url) or _fragment_hash(url) or archive_version(url) is not None


def _is_commit(url: str) -> bool:
    """`git+https://host/repo@<40 hexadecimal digits>`."""
    if "+" not in url.partition("://")[0]:
        return False
    revision = url.partition("#")[0].rpartition("@")[2].lower()
    return len(revision) >= COMMIT_LENGTH and not revision.strip("0123456789abcdef")


def _fragment_hash(url: str) -> bool:
    parts = url.partition("#")[2].split("&")
    names = ("sha256=", "sha384=", "sha512=")  # pip takes weaker ones, nobody should
    return any(part.startswith(names) for part in parts)


@lru_cache(maxsize=4096)
def archive_version(url: str) -> "tuple[str, Version] | None":
    """(name, version) in the file name of a wheel or source archive; None for other addresses."""
    from packaging.utils import (
        InvalidSdistFilename,
        InvalidWheelFilename,
        parse_sdist_filename,
        parse_wheel_filename,
    )

    try:
        name = urlsplit(url).path.rpartition("/")[2]
    except ValueError:
        return None
    try:
        if name.endswith(".whl"):
            return parse_wheel_filename(name)[:2]
        return parse_sdist_filename(name)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None


# ------------------------------------------------------------------ two environments


@lru_cache(maxsize=256)  # runs in a row have the same two
def environment_changes(before: Environment, after: Environment) -> tuple[PackageChange, ...]:
    """What differs, by who installs it and then by name; Python first.

    Texts that mean the same (`numpy` and `NumPy`, `>=1,<2` and `<2, >=1.0`) do not differ. Hashes
    are no difference: the same version has others for other machines.
    """
    old, new = by_channel(before), by_channel(after)
    return tuple(
        change
        for channel in old  # the same channels in both, in order
        for change in _changes(channel, old[channel], new[channel])
    )


def essence(environment: Environment) -> Environment:
    """Without hashes and lines as written, which are most of it: what tells environments apart."""

    def bare(all: Sequence[Requirement]) -> tuple[Requirement, ...]:
        return tuple(replace(one, line="", hashes=()) for one in all)

    return replace(
        environment,
        files=(),
        conda=bare(environment.conda),
        pip=bare(environment.pip),
        build=bare(environment.build),
        constraints=bare(environment.constraints),
        locked=bare(environment.locked),
    )


def python_requirement(environment: Environment) -> Requirement | None:
    """Python as one more package: `==3.11.7`, `=3.11` for a series, a range as written."""
    version = environment.python
    if not version:
        return None
    if named_version(version) is not None:
        is_whole = version.count(".") + 1 >= EXACT_NUMBERS
        version = f"=={version}" if is_whole else f"={version}"
    return Requirement("python", version, f"python{version}")


def by_channel(environment: Environment) -> dict[str, Sequence[Requirement]]:
    """All that an environment names, by who installs it; every channel is there, in this order.

    Constraints and lock files name only what the lines before do not tell already.
    """
    python = python_requirement(environment)
    image = "@".join(filter(None, (environment.docker_image, environment.docker_id)))
    return {
        PYTHON: [python] if python else [],
        CONDA: environment.conda,
        PIP: environment.pip,
        BUILD: environment.build,
        CONSTRAINT: _not_told(environment.constraints, environment),
        LOCKED: _not_told(environment.locked, environment),
        DOCKER: [Requirement("image", image)] if image else [],
        RUNTIME: [Requirement("databricks", environment.runtime)] if environment.runtime else [],
    }


def _not_told(requirements: Sequence[Requirement], environment: Environment) -> list[Requirement]:
    """Without those that conda's or pip's own lines tell, narrowed by them as they are."""
    if not requirements:
        return []
    asked_for = [*environment.conda, *environment.pip]
    told = {canonical(one.name) for one in asked_for if is_pinned(one) or one.constraint}
    return [one for one in requirements if canonical(one.name) not in told]


def _changes(
    channel: str, before: Sequence[Requirement], after: Sequence[Requirement]
) -> Iterator[PackageChange]:
    if before == after:
        return
    old, new = _by_name(before), _by_name(after)
    for name in sorted(old.keys() | new.keys()):
        yield from _changes_of(channel, old.get(name, ()), new.get(name, ()))


def _by_name(requirements: Sequence[Requirement]) -> Mapping[str, tuple[Requirement, ...]]:
    """Usually one each; more where markers tell which of them holds."""

    def name(one: Requirement) -> str:
        return canonical(one.name) or one.name

    ordered = sorted(requirements, key=lambda one: (name(one), one.marker))
    return {key: tuple(group) for key, group in groupby(ordered, name)}


def _changes_of(
    channel: str, before: Sequence[Requirement], after: Sequence[Requirement]
) -> Iterator[PackageChange]:
    kept_old, kept_new = {*map(_meaning, before)}, {*map(_meaning, after)}
    gone = [one for one in before if _meaning(one) not in kept_new]
    come = [one for one in after if _meaning(one) not in kept_old]
    for old, new in zip_longest(gone, come):
        yield _change(channel, old, new)


def _change(channel: str, old: Requirement | None, new: Requirement | None) -> PackageChange:
    if old and new:
        name, kind = new.name, _kind(channel, old, new)
    else:
        name, kind = (new.name, "added") if new else (old.name if old else "", "removed")
    return PackageChange(name, channel, _shown(channel, old), _shown(channel, new), kind)


def _shown(channel: str, one: Requirement | None) -> str | None:
    if one is None:
        return None
    return one.version.lstrip("=") if channel == PYTHON else asked(one)


def _kind(channel: str, old: Requirement, new: Requirement) -> str:
    if channel == DOCKER:
        is_same = old.version.partition("@")[0] == new.version.partition("@")[0]
        return "build" if is_same else "changed"
    first, last = _named(old), _named(new)
    if first is None or last is None:
        return "changed"
    numbers = min((len(_release(one)) for one in (old, new) if _is_series(one)), default=None)
    from packaging.version import Version

    a, b = (Version(_cut(one, numbers)) for one in (first, last))
    if a != b:
        return "up" if a < b else "down"
    is_one = numbers is None and _manner(old) == _manner(new)
    return "build" if is_one else "changed"


def _named(one: Requirement) -> "Version | None":
    """The one version that a requirement names, itself or by its constraint or its archive."""
    if one.url:
        archive = archive_version(one.url)
        return archive[1] if archive else None
    return named_version(one.version) or named_version(one.constraint)


def _is_series(one: Requirement) -> bool:
    """True for conda's `=1.2`, which stands for all versions that begin so."""
    return SERIES.match(one.version) is not None and not is_pinned(one)


def _release(one: Requirement) -> tuple[int, ...]:
    named = named_version(one.version)
    return named.release if named else ()


def _cut(version: "Version", numbers: int | None) -> str:
    """Without local part; of a series only as many numbers as both sides tell."""
    return version.public if numbers is None else ".".join(map(str, version.release[:numbers]))


def _manner(one: Requirement) -> tuple[object, ...]:
    return one.extras, one.marker, bool(one.url), one.editable


def _meaning(one: Requirement) -> tuple[object, ...]:
    """Equal for lines of one package that ask for the same."""
    version = "" if one.url else _version_meaning(one.version)
    constraint = _version_meaning(one.constraint)
    return version, constraint, one.channel, one.url, *_manner(one)


@lru_cache(maxsize=4096)
def _version_meaning(version: str) -> object:
    named = named_version(version)
    if named is not None:
        series = len(named.release) if SERIES.match(version) else 0
        return series, named, _build_of(version)
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(version)
    except InvalidSpecifier:
        return version
