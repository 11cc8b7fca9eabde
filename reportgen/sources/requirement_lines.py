"""Single lines of environments: pip's requirements and options, conda's match specifications.

pip's are read by `packaging`; what is around them (options, addresses without a name) as pip's
page "Requirements File Format" tells, conda's as its page "Package match specifications" does.
"""

import re
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as PipRequirement
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)

from reportgen.model import Requirement

NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.IGNORECASE)
COMMENT = re.compile(r"(^|\s)#.*$")
INCLUDE = re.compile(r"(?P<mark>-r|-c|--requirement|--constraint)[\s=]*(?P<name>\S.*)")
EDITABLE = re.compile(r"(?:-e|--editable)[\s=]+(?P<rest>\S.*)")
HASH = re.compile(r"--hash[\s=]+(?P<hash>\w+:\w+)")
VERSION = re.compile(r"[\w.-]+\s*(?:\[[^\]]*\])?\s*\(?(?P<version>(?:(?! --)[^;)])*)")
ADDRESS = re.compile(r"(?:[a-z][a-z0-9]*\+)?[a-z]{3,}://\S+|\.{0,2}/\S+", re.IGNORECASE)
CONDA = re.compile(
    r"(?:(?P<channel>[^\s:\[\]]+)::)?(?P<name>[\w.-]+)\s*"
    r"(?P<version>[^\[\]]*)(?:\[(?P<more>[^\]]*)\])?"
)
CONDA_FIELD = re.compile(
    r"(?<!\w)(?P<name>\w+)\s*=\s*(?P<quote>['\"]?)(?P<value>[^'\",]*)(?P=quote)"
)


@lru_cache(maxsize=64)
def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a requirements file: a backslash joins two, ` #` begins a comment."""
    joined = re.sub(r"\\\r?\n", " ", text)
    lines = (COMMENT.sub("", line).strip() for line in joined.splitlines())
    return tuple(line for line in lines if line)


def included(line: str) -> tuple[str, str]:
    """(`-r` or `-c`, the file's name) of a line that includes a file; empty for others."""
    match = INCLUDE.fullmatch(line)
    if match is None or "://" in match["name"]:
        return "", ""
    return ("-c" if "c" in match["mark"][:3] else "-r"), match["name"].strip("'\"")


@lru_cache(maxsize=4096)
def parse_requirement(line: str) -> Requirement:
    """One line of pip's; the whole line is the name where it names no package."""
    written, hashes = line.partition(" --")[0].strip(), tuple(HASH.findall(line))
    match = EDITABLE.fullmatch(line)
    if match:
        written = match["rest"].partition(" --")[0].strip()
    try:
        found = PipRequirement(written)
    except InvalidRequirement:
        return _unnamed(line, written, hashes, editable=match is not None)
    version = VERSION.match(written)
    return Requirement(
        name=found.name,
        version=_spelled(found, version["version"].strip() if version else ""),
        line=line,
        extras=tuple(sorted(found.extras)),
        marker=str(found.marker or ""),
        url=found.url or "",
        hashes=hashes,
        editable=match is not None,
    )


def _spelled(found: PipRequirement, version: str) -> str:
    """As written; of an address all of it, which may have brackets and semicolons."""
    return f"@ {found.url}" if found.url else version


def _unnamed(line: str, written: str, hashes: tuple[str, ...], *, editable: bool) -> Requirement:
    """An address or a folder alone, whose package the fragment or the file's name may tell."""
    url, _, marker = written.partition(" ;")
    if not editable and not ADDRESS.fullmatch(url):
        return Requirement(name=line, line=line)
    name, extras = _name_in(url)
    return Requirement(
        name=name or line,
        version=f"@ {url}" if name else "",
        line=line,
        extras=extras,
        marker=marker.strip(),
        url=url,
        hashes=hashes,
        editable=editable,
    )


def _name_in(url: str) -> tuple[str, tuple[str, ...]]:
    """(package, extras) of `…#egg=package[extras]`, `…/package-1.0-py3-none-any.whl`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ()
    egg = parse_qs(parts.fragment).get("egg", [""])[0]
    name, _, extras = egg.partition("[")
    if NAME.fullmatch(name):
        return name, tuple(sorted(filter(None, map(str.strip, extras.rstrip("]").split(",")))))
    file = parts.path.rpartition("/")[2]
    try:
        parse = parse_wheel_filename if file.endswith(".whl") else parse_sdist_filename
        return parse(file)[0], ()
    except (InvalidWheelFilename, InvalidSdistFilename):
        return "", ()


@lru_cache(maxsize=4096)
def conda_requirement(line: str) -> Requirement:
    """`channel::name=version=build`, `name >=1,<2`, `name[version=">=1", channel=…]`."""
    match = CONDA.fullmatch(line.strip())
    if match is None:
        return Requirement(name=line.strip(), line=line)
    more = {one["name"]: one["value"] for one in CONDA_FIELD.finditer(match["more"] or "")}
    version = match["version"].strip() or more.get("version", "")
    if more.get("build") and version[:1].isdigit():
        version = f"={version}={more['build']}"
    channel = match["channel"] or more.get("channel", "")
    return Requirement(match["name"], version, line, channel=channel)
