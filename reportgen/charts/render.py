"""Vega-Lite to SVG at build time, in the shape that our pages want.

What comes out is attributes only, coloured by css variables, with ids that follow from the
content (the renderer numbers them through the whole process) and geometry of one decimal.
"""

import hashlib
import re
from xml.etree import ElementTree as ET

from reportgen.charts.look import FONT_SIZE
from reportgen.model import Json

VEGALITE = "6.4"
"""The version that Altair writes; `charts.library` ships the same."""

GEOMETRY = frozenset("d transform x y x1 x2 y1 y2 width height points cx cy r dx dy".split())
DROPPED = frozenset(
    "role class aria-roledescription aria-label aria-hidden pointer-events font-family "
    "stroke-miterlimit version style".split()
)
EMPTY_SHAPE = "M0,0h0v0h0Z"
DEFAULTS = {"fill-opacity": "1", "opacity": "1", "stroke-width": "1", "font-size": f"{FONT_SIZE}px"}


def to_svg(spec: Json) -> str:
    """A Vega-Lite specification with its data, drawn. Takes 10 to 500 ms; the first one 2 s more.

    Colours such as `var(--s1)` pass through. No size is given: the viewBox fills its place.
    """
    import vl_convert  # starts a JavaScript engine

    drawn = vl_convert.vegalite_to_svg(spec, vl_version=VEGALITE)
    root = ET.fromstring(drawn)
    _tidy(root)
    for parent in list(root.iter()):
        _drop_empty(parent)
    _rename_ids(root, hashlib.sha256(ET.tostring(root)).hexdigest()[:10])
    root.attrib = {
        "viewBox": root.get("viewBox", ""),
        "fill": "none",
        "font-size": f"{FONT_SIZE:g}",
        "aria-hidden": "true",
        **_place(spec),
    }
    return ET.tostring(root, encoding="unicode")


def _place(spec: Json) -> dict[str, str]:
    """The rectangle that the live chart takes; `charts.svg` gives it the same way."""
    padding = spec.get("padding")
    if not isinstance(padding, dict) or not isinstance(spec.get("width"), (int, float)):
        return {}
    place = (padding["left"], padding["top"], spec["width"], spec["height"])
    return {"data-plot": " ".join(f"{number:g}" for number in place)}


def _tidy(root: ET.Element) -> None:
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for name, value in list(element.attrib.items()):
            if name in DROPPED or DEFAULTS.get(name) == value:
                del element.attrib[name]
            elif name in GEOMETRY:
                element.set(name, _rounded(value))
        if element.get("transform") == "translate(0,0)":
            del element.attrib["transform"]


def _rounded(geometry: str) -> str:
    return re.sub(r"-?\d+\.\d+(?:e-?\d+)?", lambda found: f"{float(found[0]):.1f}", geometry)


def _drop_empty(parent: ET.Element) -> None:
    """Shapes of no size and groups of nothing, from the inside out."""
    for child in list(parent):
        _drop_empty(child)
        empty_shape = child.tag == "path" and child.get("d") == EMPTY_SHAPE
        if empty_shape or (child.tag == "g" and len(child) == 0):
            parent.remove(child)


def _rename_ids(root: ET.Element, name: str) -> None:
    ids = [element.get("id", "") for element in root.iter() if element.get("id")]
    new = {old: f"v{name}-{place}" for place, old in enumerate(ids)}
    for element in root.iter():
        for attribute, value in element.attrib.items():
            if attribute == "id":
                element.set(attribute, new[value])
            elif value.startswith("url(#"):
                element.set(attribute, f"url(#{new.get(value[5:-1], value[5:-1])})")
