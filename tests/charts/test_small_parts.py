"""Labels, sparklines, templates, and the chart library of the browser."""

import json
import math
import re
from functools import cache
from pathlib import Path

import altair
import pytest
import vl_convert

from reportgen.charts import live
from reportgen.charts.labels import markup, number, short
from reportgen.charts.library import chart_library, library_name
from reportgen.charts.sparkline import sparkline
from reportgen.charts.templates import KINDS, chart_templates, template
from reportgen.charts.third_party import LIBRARIES, THIRD_PARTY
from tests.charts.builders import drawn


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.60312, "0.6031"),
        (0, "0"),
        (42, "42"),
        (12_412.3, "12,410"),
        (-0.5, "−0.5"),
        (2.1e-7, "2.1e-07"),
        (3e12, "3e+12"),
        (math.nan, "NaN"),
        (-math.inf, "−infinity"),
    ],
)
def test_numbers_in_sentences(value, text):
    assert number(value) == text


def test_text_from_a_store_is_escaped_and_holds_nothing_invisible():
    assert markup('<b a="1">\x00\ud800') == "&lt;b a=&quot;1&quot;&gt;  "


def test_a_long_name_is_shortened():
    assert short("distill.temperature.max", 12) == "distill.tem…"


def test_a_sparkline_follows_the_values():
    drawing = drawn(sparkline([1, 2, 3]))

    assert drawing.get("viewBox") == "0 0 192 56"
    assert drawing.find("path").get("d") == "M0 52l96-24 96-24"


def test_a_sparkline_of_many_values_has_a_point_for_each_pixel():
    line = drawn(sparkline(range(100_000), 84, 34)).find("path")

    assert len(re.findall(r"2[ -]\d", line.get("d"))) == 83


def test_a_sparkline_that_stays_is_level():
    line = drawn(sparkline([5, 5, 5])).find("path")

    assert line.get("d") == "M0 28H192"


def test_a_sparkline_may_have_an_area():
    """One shape, which leaves the drawing at both sides, so that the line around it is not seen."""
    drawing = drawn(sparkline([1, 2], 84, 34, area=True))

    (area,) = drawing
    assert (drawing.get("viewBox"), area.get("class")) == ("0 0 168 68", "ar")
    assert area.get("d") == "M-9 77V64H0l168-60h9V77Z"


@pytest.mark.parametrize("values", [[], [math.nan], [math.inf, -math.inf]])
def test_nothing_finite_makes_no_sparkline(values):
    assert sparkline(values) == ""


@pytest.mark.parametrize("values", [[5], [5, 5], [1, math.nan, 2], [1e308, -1e308], [0, 5e-324]])
def test_odd_values_make_a_valid_sparkline(values):
    svg = sparkline(values)

    drawn(svg)
    assert "nan" not in svg and "inf" not in svg


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_valid_altair(kind):
    getattr(live, f"{kind}_template")().to_dict(validate=True)


def test_templates_hold_no_data_and_no_colour_but_tokens():
    text = json.dumps(chart_templates())

    assert '"values": [{' not in text
    assert not any(colour in text for colour in ("#", "rgb", "steelblue"))


def test_templates_ask_for_nothing_that_is_slow_without_eval():
    config = template("curve")["config"]

    assert config["mark"] == {"aria": False, "invalid": None, "tooltip": None}


def test_a_template_is_a_copy_to_be_filled():
    template("curve")["data"] = "changed"

    assert "data" not in template("curve")


def test_the_library_leaks_no_names():
    script = chart_library()

    assert script.startswith(b"(()=>{") and script.endswith(b"\n})();")
    assert b"window.vegaEmbed=" in script


def test_the_library_is_named_after_the_package_it_comes_from():
    assert library_name("1.9.0") == "vega.1.9.0.js"


def test_the_notices_name_the_versions_that_are_shipped():
    shipped = bundled()

    assert {one for one in LIBRARIES if one.version and (one.name, one.version) not in shipped} == (
        set()
    )
    assert f"vega {vl_convert.get_vega_version()}\n" in THIRD_PARTY
    assert f"vega-embed {vl_convert.get_vega_embed_version()}," in THIRD_PARTY
    assert f"vega-lite {altair.SCHEMA_VERSION.removeprefix('v')}," in THIRD_PARTY


def test_the_notices_name_all_that_is_shipped():
    """Besides what older releases of Vega-Lite need alone, which no site carries."""
    older = {"clone", "fast-deep-equal", "fast-json-stable-stringify"}

    assert {name for name, _ in bundled()} - {one.name for one in LIBRARIES} == older


@cache
def bundled():
    """(name, version) of all that the installed vl-convert has in it."""
    (library,) = Path(vl_convert.__file__).parent.glob("vl_convert.*.so")
    found = re.findall(rb"npm/([a-z0-9.-]+)@(\d+\.\d+\.\d+)", library.read_bytes())
    return {(name.decode(), version.decode()) for name, version in found}


def test_the_version_that_draws_is_the_one_that_altair_writes():
    newest = vl_convert.get_vegalite_versions()[-1]  # what the bundle is made of

    assert altair.SCHEMA_VERSION.startswith(f"v{newest}.")


@pytest.mark.parametrize("name", ["d3-array", "delaunator", "BSD 3-Clause", "ISC", "MIT"])
def test_the_licences_are_named(name):
    assert name in THIRD_PARTY
