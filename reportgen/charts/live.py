"""The live charts: for each kind one function that returns an Altair chart without its data.

Data comes in by name (`datasets`), sizes as width, height and padding, axes as parameters, so
that one specification serves every chart of its kind; `themes/default/js/plots.js` fills them
in. The browser runs them without `eval`, and slowly: hence no tooltips and no aria on marks (the
page has its own).
"""

from typing import Any

import altair as alt

from reportgen.charts.bands import BAND_OPACITY
from reportgen.charts.cells import ON_RAMP
from reportgen.charts.look import (
    BEST,
    CARD,
    CONTEXT,
    DASHES,
    LABEL,
    MARKS,
    ODD,
    RAMP,
    RAMP_OPACITY,
    RULE,
    TEXT,
    colour,
    vega_config,
)
from reportgen.model import Json

Layered = alt.LayerChart | alt.FacetChart
"""What Altair says it returns; here it is always layers."""

THEME = "reportgen"
"""The one theme of all charts, by its name in Altair."""


@alt.theme.register(THEME, enable=False)
def _theme() -> alt.theme.ThemeConfig:
    # A plain dictionary: Altair has no word for "no background", nor for "no tooltip".
    config: Any = {"config": vega_config()}
    theme: alt.theme.ThemeConfig = config
    return theme


def specification(chart: Layered) -> Json:
    """The chart as Vega-Lite in our theme; a test validates the schema, which takes long."""
    with alt.theme.enable(THEME):
        spec: Json = chart.to_dict(validate=False)
    return spec


ODD_SHAPES = {
    "up": "M-1,0.7H1L0,-1Z",
    "down": "M-1,-0.7H1L0,1Z",
    "nan": "M-0.9,-0.9L0.9,0.9M0.9,-0.9L-0.9,0.9",
}


def curve_template() -> Layered:
    """Data: raw and smooth (s, g, x, y), where s is the series and g a stretch without a gap,
    best and end (s, x, y), odd (k, x, top). Parameters: raw_opacity, and lone for one series."""
    lone = {"expr": f"lone ? '{colour(0, alone=True)}' : '{colour(0)}'"}
    hue = _hue([lone, *map(colour, range(1, 8))])
    dash = _dash()
    raw_opacity = alt.expr("raw_opacity")
    layers = [
        _lines("raw", strokeWidth=1, opacity=raw_opacity).encode(color=hue, detail="g:N"),
        _lines("smooth", strokeWidth=2).encode(color=hue, strokeDash=dash, detail="g:N"),
        *_odd_layers(),
        _chart("best")
        .mark_point(size=32, strokeWidth=1.6, fill=CARD, opacity=1)
        .encode(stroke=hue),
        _chart("end").mark_point(filled=True, size=41, opacity=1).encode(color=hue),
    ]
    return _framed(layers, [*_axis_params(), alt.param(name="raw_opacity", value=0), _lone()])


def overlay_template() -> Layered:
    """Data: context (g, x, y), raw and chosen (s, h, m, g, x, y), best, end and odd as above.

    s is the place, which tells the dash, m the mark that tells lines of the same dash apart, h
    the hue of the run.
    """
    hue = _hue(list(map(colour, range(8))), "h")
    layers = [
        _lines("context", strokeWidth=1, stroke=CONTEXT, opacity=0.6, clip=True).encode(
            detail="g:N"
        ),
        _lines("raw", strokeWidth=1, opacity=0.25, clip=True).encode(color=hue, detail="g:N"),
        _lines("chosen", strokeWidth=2, clip=True).encode(
            color=hue, strokeDash=_dash(), detail="g:N"
        ),
        *_odd_layers(),
        _chart("best")
        .mark_point(size=32, strokeWidth=1.6, fill=CARD, opacity=1)
        .encode(stroke=hue),
        _chart("end").mark_point(filled=True, size=32, opacity=1).encode(color=hue, shape=_mark()),
    ]
    framed: Layered = _framed(layers, _axis_params(), title="step")
    # Else the marks of lines and those of odd values would share one scale.
    apart: Layered = framed.resolve_scale(shape="independent")
    return apart


def bands_template() -> Layered:
    """Data: spread (s, g, x, y, y2), mean (s, g, x, y), end and odd as above."""
    hue = _hue(list(map(colour, range(8))))
    layers = [
        _chart("spread")
        .mark_area(opacity=BAND_OPACITY, clip=True)
        .encode(color=hue, y2="y2:Q", detail="g:N"),
        _lines("mean", strokeWidth=2, clip=True).encode(
            color=hue, strokeDash=_dash(), detail="g:N"
        ),
        *_odd_layers(),
        _chart("end").mark_point(filled=True, size=28, opacity=1).encode(color=hue),
    ]
    return _framed(layers, _axis_params(), title="step")


def progress_template() -> Layered:
    """Data: runs (x, y), best (x, y), and steps: best and once more its last value at the end."""
    layers = [
        _chart("runs").mark_point(filled=True, size=21, opacity=1, color=CONTEXT),
        _lines("steps", strokeWidth=2, stroke=colour(0), interpolate="step-after"),
        _chart("best").mark_point(filled=True, size=36, opacity=1, color=colour(0)),
    ]
    return _framed(layers, _axis_params())


def parallel_template() -> Layered:
    """Data: lines (i, d, p, b), top (d, p), axes (d), names (d, t, a), ticks (d, p, t)
    and pointed (d, p); d counts axes from 0, p is a height from 0 to 1, b a fifth, a an alignment.
    """
    x = alt.X("d:Q", axis=None, scale=alt.Scale(domain=[0, alt.expr("last_axis")], nice=False))
    y = alt.Y("p:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    band = alt.Color("b:O", scale=alt.Scale(domain=list(range(5)), range=list(RAMP)), legend=None)
    opacity = alt.Opacity(
        "b:O", scale=alt.Scale(domain=list(range(5)), range=list(RAMP_OPACITY)), legend=None
    )
    curved: dict[str, Any] = {"interpolate": "monotone", "strokeCap": "round"}
    ticks: dict[str, Any] = {"align": "left", "dx": 7, "baseline": "middle", "fontSize": 11}
    layers = [
        _chart("lines")
        .mark_line(strokeWidth=1.1, **curved)
        .encode(x, y, band, opacity, alt.Detail("i:N")),
        _chart("axes")
        .mark_rule(color=RULE)
        .encode(x, y=alt.value(0), y2=alt.value(alt.expr("height"))),
        _chart("pointed").mark_line(strokeWidth=2.5, stroke=TEXT, **curved).encode(x, y),
        _chart("top").mark_line(strokeWidth=3, stroke=BEST, **curved).encode(x, y),
        _chart("top").mark_point(filled=True, size=50, opacity=1, color=BEST).encode(x, y),
        # A halo in the colour of the card keeps the labels readable above the lines.
        _chart("ticks")
        .mark_text(
            color=CARD, stroke=CARD, strokeWidth=6, strokeJoin="round", strokeOpacity=0.92, **ticks
        )
        .encode(x, y, alt.Text("t:N")),
        _chart("ticks").mark_text(color=TEXT, **ticks).encode(x, y, alt.Text("t:N")),
        *(_axis_names(side, x) for side in ("left", "center", "right")),
    ]
    chart = alt.layer(*layers).add_params(alt.param(name="last_axis", value=1))
    return chart.properties(autosize="none")


def cloud_template() -> Layered:
    """Data: boxes (x, x2, y, y2), changes (x), points (x, y, b, z, f), levels (x, x2, y, w), chosen
    (x, y, h, z) and best (x, y).

    b is a fifth, -1 for none, z the area of a dot, f false where the table does not show the run,
    w true for a level that stands out, h the hue of a run that is selected in the table.
    """
    band = alt.Color(
        "b:O",
        scale=alt.Scale(domain=list(range(-1, 5)), range=[RULE, *RAMP]),
        legend=None,
    )
    faded = alt.condition("datum.f", alt.value(1), alt.value(0.16))
    area = alt.Size("z:Q", scale=None, legend=None)
    dots: dict[str, Any] = {"filled": True, "stroke": LABEL, "strokeWidth": 0.8}
    layers = [
        _chart("boxes")
        .mark_rect(color=RAMP[1], opacity=0.55, cornerRadius=3)
        .encode(x2="x2:Q", y2="y2:Q"),
        _chart("changes")
        .mark_rule(color=RULE, strokeDash=[4, 4], strokeWidth=1.5)
        .encode(y=alt.value(0), y2=alt.value(alt.expr("height"))),
        _chart("points").mark_point(**dots).encode(fill=band, size=area, opacity=faded),
        _chart("levels")
        .mark_rule(strokeWidth=2.5, strokeCap="round")
        .encode(x2="x2:Q", color=alt.condition("datum.w", alt.value(BEST), alt.value(TEXT))),
        _chart("chosen")
        .mark_point(filled=True, opacity=1, stroke=CARD, strokeWidth=1.5)
        .encode(fill=_hue(list(map(colour, range(8))), "h"), size=area),
        _chart("best").mark_point(size=150, strokeWidth=2.5, opacity=1, stroke=BEST),
    ]
    framed: Layered = _framed(layers, _axis_params(), title="x")
    apart: Layered = framed.resolve_scale(fill="independent", color="independent")
    return apart


def cells_template() -> Layered:
    """Data: cells (x, x2, y, y2, b, t, n), texts in them (x, y, b, t), notes (x, y, b, t) and best
    (x, x2, y, y2); b is a fifth."""
    shade = alt.Color("b:O", scale=alt.Scale(domain=list(range(5)), range=list(RAMP)), legend=None)
    ink = alt.Color("b:O", scale=alt.Scale(domain=list(range(5)), range=list(ON_RAMP)), legend=None)
    layers = [
        _chart("cells")
        .mark_rect(cornerRadius=3, stroke=CARD, strokeWidth=2, opacity=1)
        .encode(shade, x2="x2:Q", y2="y2:Q"),
        _chart("texts")
        .mark_text(baseline="middle", fontWeight=500)
        .encode(ink, alt.Text("t:N"), yOffset=alt.value(-1)),
        _chart("notes")
        .mark_text(baseline="middle", fontSize=10)
        .encode(ink, alt.Text("t:N"), yOffset=alt.value(13)),
        _chart("best")
        .mark_rect(cornerRadius=3, stroke=BEST, strokeWidth=2.5, fillOpacity=0)
        .encode(x2="x2:Q", y2="y2:Q"),
    ]
    framed: Layered = _framed(layers, _axis_params(), title="x", grid="")
    apart: Layered = framed.resolve_scale(color="independent")
    return apart


def bars_template() -> Layered:
    """Data: bars (x, x2, y, y2), whiskers (x, x2, y), their caps (x, y, y2), texts (x, y, t)."""
    layers = [
        _chart("bars")
        .mark_rect(cornerRadius=3, color=colour(0), opacity=1)
        .encode(x2="x2:Q", y2="y2:Q"),
        _chart("whiskers").mark_rule(color=TEXT, strokeWidth=1.4).encode(x2="x2:Q"),
        _chart("caps").mark_rule(color=TEXT, strokeWidth=1.4).encode(y2="y2:Q"),
        _chart("texts")
        .mark_text(align="left", dx=8, baseline="middle", color=TEXT)
        .encode(alt.Text("t:N")),
    ]
    return _framed(layers, _axis_params(), title="x", grid="x")


def _axis_names(side: Any, x: alt.X) -> alt.Chart:
    """The names above the axes: the first and the last one must not leave the picture."""
    chart: alt.Chart = (
        _chart("names")
        .transform_filter(f"datum.a == '{side}'")
        .mark_text(align=side, baseline="alphabetic", color=TEXT, fontSize=12, fontWeight=500)
        .encode(x, alt.Text("t:N"), y=alt.value(-16))
    )
    return chart


def _chart(data: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(data))


def _lines(data: str, **look: Any) -> alt.Chart:
    chart: alt.Chart = _chart(data).mark_line(strokeJoin="round", strokeCap="round", **look)
    return chart


def _odd_layers() -> list[alt.Chart]:
    """The marks of values that are not finite, at the top and at the bottom edge."""
    shape = alt.Shape(
        "k:N",
        scale=alt.Scale(domain=list(ODD_SHAPES), range=list(ODD_SHAPES.values())),
        legend=None,
    )
    marks = _chart("odd").mark_point(stroke=ODD, strokeWidth=1.4, size=30, opacity=1)
    return [
        marks.transform_filter("datum.top").encode(shape=shape, y=alt.value(3)),
        marks.transform_filter("!datum.top").encode(
            shape=shape, y=alt.value(alt.expr("height - 4"))
        ),
    ]


def _hue(colours: list[Any], field: str = "s") -> alt.Color:
    return alt.Color(
        f"{field}:N", scale=alt.Scale(domain=list(range(8)), range=colours), legend=None
    )


def _dash() -> alt.StrokeDash:
    dashes = [[float(part) for part in dash.split()] or [1, 0] for dash in DASHES]
    return alt.StrokeDash("s:N", scale=alt.Scale(domain=list(range(8)), range=dashes), legend=None)


def _mark() -> alt.Shape:
    scale = alt.Scale(domain=list(range(len(MARKS))), range=list(MARKS))
    return alt.Shape("m:N", scale=scale, legend=None)


def _lone() -> alt.Parameter:
    return alt.param(name="lone", value=True)


def _axis_params() -> list[alt.Parameter]:
    """Domains, ticks and the labels of ticks, which the script works out as `scale.py` does."""
    values: dict[str, Any] = {"domain": [0, 1], "ticks": [], "labels": {}}
    return [
        alt.param(name=f"{axis}_{name}", value=value)
        for axis in "xy"
        for name, value in values.items()
    ]


def _framed(
    layers: list[alt.Chart],
    params: list[alt.Parameter],
    title: str | None = None,
    *,
    grid: str = "y",
) -> Layered:
    """Layers within the two axes, their labels where the static charts have them; `grid` names the
    axes that have lines across the plot."""

    def axis(name: str, **look: Any) -> dict[str, Any]:
        domain = [alt.expr(f"{name}_domain[0]"), alt.expr(f"{name}_domain[1]")]
        return {
            "scale": alt.Scale(domain=domain, nice=False),
            "axis": alt.Axis(
                values=alt.expr(f"{name}_ticks"),
                labelExpr=f"{name}_labels[datum.value]",
                labelOverlap=False,
                labelFlush=False,
                grid=name in grid,
                **look,
            ),
        }

    x = alt.X("x:Q", **axis("x", titleY=37, titleBaseline="alphabetic")).title(title)
    y = alt.Y("y:Q", **axis("y")).title(None)
    chart = alt.layer(*layers).encode(x, y).add_params(*params)
    return chart.properties(autosize="none")
