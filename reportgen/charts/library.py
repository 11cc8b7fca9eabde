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

SNIPPET = "window.vegaEmbed=vegaEmbed;"

THIRD_PARTY = """\
This site contains third-party software.

assets/vega.*.js is the chart library of the live charts, as bundled by vl-convert
(https://github.com/vega/vl-convert, BSD-3-Clause). It contains:

  vega 6.2.0 and its packages, among them vega-interpreter      BSD-3-Clause
      Copyright (c) 2015-2025 University of Washington Interactive Data Lab
  vega-lite 6.4.1                                                BSD-3-Clause
      Copyright (c) 2015-2025 University of Washington Interactive Data Lab
  vega-embed 7.0.2, vega-themes, vega-schema-url-parser          BSD-3-Clause
      Copyright (c) 2015-2025 University of Washington Interactive Data Lab
  vega-tooltip 1.0                                               BSD-3-Clause
      Copyright (c) 2016-2025 Interactive Data Lab and contributors
  d3-array, d3-color, d3-delaunay, d3-dispatch, d3-dsv, d3-force,
  d3-format, d3-geo, d3-geo-projection, d3-hierarchy,
  d3-interpolate, d3-path, d3-quadtree, d3-scale,
  d3-scale-chromatic, d3-shape, d3-time, d3-time-format, d3-timer  ISC and BSD-3-Clause
      Copyright 2010-2024 Mike Bostock
  internmap, delaunator, robust-predicates, topojson-client      ISC, Unlicense
      Copyright 2021 Mike Bostock; 2021 Mapbox; 2012-2019 Michael Bostock
  lodash.debounce, semver, json-stringify-pretty-compact,
  fast-json-patch                                                MIT and ISC
      Copyright OpenJS Foundation; Isaac Z. Schlueter; Simon Lydell; Joachim Wester
"""
"""What is in the library, and under which licences; goes beside it as THIRD-PARTY.txt."""


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
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as partial:
            partial.write(digest + b"\n" + script)
        Path(partial.name).replace(path)
    except OSError:
        return
