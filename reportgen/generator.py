"""What makes pages besides what they show: this code, its themes, the packages that it uses.

A page made by another generator is another page, so all of it is in every page's key.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent

MAKERS = (
    *("altair", "detect-secrets", "jinja2", "markdown-it-py", "markupsafe", "mdit-py-plugins"),
    *("nh3", "numpy", "orjson", "pygments", "pypdfium2", "pyarrow"),
)
"""Packages whose version can change what a page looks like, or what it may not show."""


def builtin_themes() -> Path:
    """In a wheel beside the modules, in a checkout at the top."""
    installed = PACKAGE / "_themes"
    return installed if installed.is_dir() else PACKAGE.parent / "themes"


@cache
def code_digest() -> str:
    """Stands for all modules, by their content: the same on every machine."""
    state = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        state.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return state.hexdigest()


@cache
def installed_version(package: str) -> str:
    """Empty for an optional package that is not here."""
    known = _wheels().get(package)
    if known is not None:
        return known
    from importlib.metadata import PackageNotFoundError  # late: it takes as long as some builds
    from importlib.metadata import version as version_of

    try:
        return version_of(package)
    except PackageNotFoundError:
        return ""


@cache
def _wheels() -> dict[str, str]:
    """Version by package of all that was installed from wheels, whose folders tell it:
    `markdown_it_py-3.0.0.dist-info`; the first on the path counts, as it does for Python.

    https://packaging.python.org/en/latest/specifications/recording-installed-packages/
    """
    found: dict[str, str] = {}
    for place in sys.path:
        for name in _names_in(place or "."):
            package, _, version = name.removesuffix(".dist-info").partition("-")
            if version and name.endswith(".dist-info"):
                found.setdefault(package.lower().replace("_", "-"), version)
    return found


def _names_in(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208
    except OSError:
        return []


def maker_versions() -> list[str]:
    return [installed_version(one) for one in MAKERS]


def generator_glance() -> Iterator[str]:
    """What changes when any of that may have: names, sizes and times of modules and themes, and
    which packages there are. Nothing is opened, and nothing of it is the same elsewhere."""
    for folder in (PACKAGE, builtin_themes()):
        for place, folders, files in os.walk(folder):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for name in sorted(files):
                found = os.stat(f"{place}/{name}")  # noqa: PTH116
                yield f"{place}/{name} {found.st_size} {found.st_mtime_ns} {found.st_ino}"
    makers = tuple(f"{name.replace('-', '_')}-" for name in MAKERS)
    for place in sys.path:
        yield place
        for name in _names_in(place or "."):
            if name.endswith("-info") and name.lower().startswith(makers):
                yield name
