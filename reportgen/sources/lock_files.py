"""Lock files: the one version, with its hashes, of every package that gets installed.

`uv.lock` (which MLflow logs from 3.11 on: mlflow/utils/uv_utils.py), `poetry.lock`, `pylock.toml`
(PEP 751) and `conda-lock.yml`. Of each package what is asked here is the same: its name, its
version, where it comes from, and the hashes of its files; all else is left alone.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from reportgen.model import Json, Requirement
from reportgen.sources.plain import from_yaml_as_text

VCS = ("git", "hg", "svn", "bzr")
OURS = ("virtual", "editable")
"""Sources of uv's for what is no package from elsewhere: the project itself."""


@lru_cache(maxsize=16)
def parse(kind: str, text: str) -> tuple[Requirement, ...]:
    """The packages of a lock file, sorted by name. Raises ValueError for one that is none."""
    found = PARSERS[kind](text)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.name.lower(), one.version)))


def from_toml(text: str) -> dict[str, Any]:
    """Raises ValueError for what is not TOML."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ValueError(f"it is not TOML ({error})") from error


def _uv(text: str) -> Iterator[Requirement]:
    for package in _packages(from_toml(text).get("package")):
        source = _mapping(package.get("source"))
        if any(kind in source for kind in OURS):
            continue
        url = next((_uv_commit(kind, source[kind]) for kind in VCS if kind in source), "")
        url = url or str(source.get("url") or source.get("path") or "")
        files = [package.get("sdist"), *_list(package.get("wheels"))]
        yield _locked(package, url, (_mapping(file).get("hash") for file in files))


def _uv_commit(kind: str, address: Json) -> str:
    """`https://host/repo.git?rev=main#commit` as pip writes it: `git+https://…@commit`."""
    place, _, commit = str(address).partition("#")
    return f"{kind}+{place.partition('?')[0]}@{commit}"


def _poetry(text: str) -> Iterator[Requirement]:
    for package in _packages(from_toml(text).get("package")):
        source = _mapping(package.get("source"))
        url = str(source.get("url") or "")
        if source.get("type") in VCS:
            url = f"{source['type']}+{url}@{source.get('resolved_reference') or ''}"
        elif source.get("type") == "legacy":
            url = ""  # another index than the usual one
        files = _list(package.get("files"))
        yield _locked(package, url, (_mapping(file).get("hash") for file in files))


def _pylock(text: str) -> Iterator[Requirement]:
    for package in _packages(from_toml(text).get("packages")):
        files = [package.get("archive"), package.get("sdist"), *_list(package.get("wheels"))]
        hashes = (
            f"{kind}:{value}"
            for file in files
            for kind, value in _mapping(_mapping(file).get("hashes")).items()
        )
        vcs = _mapping(package.get("vcs"))
        archive = _mapping(package.get("archive"))
        url = str(archive.get("url") or archive.get("path") or "")
        if vcs:
            where = vcs.get("url") or vcs.get("path") or ""
            url = f"{vcs.get('type')}+{where}@{vcs.get('commit-id') or ''}"
        yield _locked(package, url, hashes)


def _conda_lock(text: str) -> Iterator[Requirement]:
    recorded = from_yaml_as_text(text)
    for package in _packages(_mapping(recorded).get("package")):
        hashes = (f"{kind}:{value}" for kind, value in _mapping(package.get("hash")).items())
        yield _locked(package, "", hashes)


def _locked(package: Mapping[str, Json], url: str, hashes: Iterable[Json]) -> Requirement:
    version = package.get("version")
    said = f"=={version}" if version else f"@ {url}" if url else ""
    marker = package.get("marker") or package.get("markers")
    return Requirement(
        name=str(package["name"]),
        version=f"@ {url}" if url else said,
        line=f"{package['name']} @ {url}" if url else f"{package['name']}{said}",
        marker=marker if isinstance(marker, str) else "",
        url=url,
        hashes=tuple(one for one in hashes if isinstance(one, str)),
    )


def _packages(value: Json) -> Iterator[Mapping[str, Json]]:
    for package in _list(value):
        if isinstance(package, Mapping) and isinstance(package.get("name"), str):
            yield package


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


PARSERS = {
    "uv.lock": _uv,
    "pylock.toml": _pylock,
    "poetry.lock": _poetry,
    "conda-lock.yml": _conda_lock,
}
