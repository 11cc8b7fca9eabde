"""The specifications of the live charts as the site ships them: made once, by `live.py`."""

import json
from functools import cache

from reportgen.model import Json

KINDS = ("curve", "overlay", "bands", "progress", "parallel", "cloud", "cells", "bars")


def chart_templates() -> dict[str, Json]:
    """Kind of chart → Vega-Lite JSON, for the script that calls `RG.charts({…})`."""
    return {kind: template(kind) for kind in KINDS}


def template(kind: str) -> Json:
    """A fresh copy of one template, to be filled in."""
    return json.loads(_template_text(kind))


@cache
def _template_text(kind: str) -> str:
    from reportgen.charts import live  # Altair takes half a second; `--help` must not wait for it

    charts = {
        "curve": live.curve_template,
        "overlay": live.overlay_template,
        "bands": live.bands_template,
        "progress": live.progress_template,
        "parallel": live.parallel_template,
        "cloud": live.cloud_template,
        "cells": live.cells_template,
        "bars": live.bars_template,
    }
    return json.dumps(live.specification(charts[kind]()), sort_keys=True)
