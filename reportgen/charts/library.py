"""The chart library of the browser: taken out of the installed vl-convert, and kept.

Getting it out takes seconds, so it lies in the user's cache, checked by its hash on each use;
a cache that cannot be read or written costs only the time.
"""

import hashlib
import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from reportgen.charts.third_party import THIRD_PARTY

__all__ = ["THIRD_PARTY", "cache_folder", "chart_library"]

SNIPPET = "window.vegaEmbed=vegaEmbed;"


def chart_library() -> bytes:
    """A classic script that defines `window.vegaEmbed` and nothing else."""
    kept = cache_folder() / f"vega-{version('vl-convert-python')}.js"
    script = _read(kept)
    if script is None:
        script = _bundle()
        _write(kept, script)
    return script


def cache_folder() -> Path:
    """Where this system keeps what programs can make again."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "reportgen"


def _bundle() -> bytes:
    """The bundle in a function of its own: it declares over 2,000 names at its top level."""
    import vl_convert  # starts a JavaScript engine

    return f"(()=>{{{vl_convert.javascript_bundle(SNIPPET)}\n}})();".encode()


def _read(path: Path) -> bytes | None:
    """What `_write` wrote, if it is still that."""
    try:
        digest, _, script = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return script if hashlib.sha256(script).hexdigest().encode() == digest else None


def _write(path: Path, script: bytes) -> None:
    """Whole or not at all; other builds may be doing the same."""
    digest = hashlib.sha256(script).hexdigest().encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            partial = Path(folder, path.name)
            partial.write_bytes(digest + b"\n" + script)
            partial.replace(path)
    except OSError:
        return
