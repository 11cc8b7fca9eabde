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
    from importlib.metadata import PackageNotFoundError  # late: dear, and not asked when all is
    from importlib.metadata import version as version_of  # as it was

    try:
        return version_of(package)
    except PackageNotFoundError:
        return ""


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
        try:
            names = os.listdir(place or ".")  # noqa: PTH208
        except OSError:
            continue
        yield place
        yield from sorted(
            name for name in names if name.endswith("-info") and name.lower().startswith(makers)
        )
