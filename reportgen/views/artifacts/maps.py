"""GeoJSON as a small map of its own shapes: no tiles, no network."""

import math
from collections.abc import Iterator

from markupsafe import Markup
from msgspec import Struct, field

from reportgen.model import Json
from reportgen.views import wording

WIDTH = 640
MOST_POINTS = 20_000
MOST_SHAPES = 2_000

_Point = tuple[float, float]


class MapPreview(Struct, frozen=True):
    svg: Markup
    alt: str
    """`2 features: 1 point, 1 polygon, from 4.0° W 50.0° N to …`."""

    note: str


class _Shapes(Struct):
    lines: list[tuple[str, list[_Point]]] = field(default_factory=list)
    """(`area`, `line` or `spot`, its points)."""

    points: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    cut: bool = False


def is_geojson(value: Json) -> bool:
    return isinstance(value, dict) and value.get("type") in ("FeatureCollection", "Feature")


def map_preview(value: Json) -> MapPreview:
    """RFC 7946, drawn equirectangular. Raises ValueError where there is nothing to draw."""
    shapes = _Shapes()
    features = list(_features(value))
    for feature in features[:MOST_SHAPES]:
        geometry = feature.get("geometry", feature)
        if isinstance(geometry, dict):
            _take(shapes, geometry, 0)
    if not shapes.lines:
        raise ValueError("it has no shape that can be drawn")
    cut = shapes.cut or len(features) > MOST_SHAPES
    said = ", ".join(
        wording.count(amount, kind.lower()) for kind, amount in sorted(shapes.kinds.items())
    )
    count = wording.count(len(features), "feature")
    return MapPreview(
        _svg(shapes),
        f"Map of {count}: {said}; {_place(shapes)}",
        f"{count}, the first shapes of which are drawn" if cut else count,
    )


def _features(value: Json) -> Iterator[dict[str, Json]]:
    if not isinstance(value, dict):
        return
    listed = value.get("features") if value.get("type") == "FeatureCollection" else [value]
    if isinstance(listed, list):
        yield from (one for one in listed if isinstance(one, dict))


def _take(shapes: _Shapes, geometry: dict[str, Json], depth: int) -> None:
    kind, within = geometry.get("type"), geometry.get("coordinates")
    if kind == "GeometryCollection" and depth < 4:
        parts = geometry.get("geometries")
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, dict):
                _take(shapes, part, depth + 1)
        return
    levels = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2}
    levels |= {"Polygon": 2, "MultiPolygon": 3}
    if not isinstance(kind, str) or kind not in levels:
        return
    mark = "spot" if "Point" in kind else "line" if "Line" in kind else "area"
    shapes.kinds[kind] = shapes.kinds.get(kind, 0) + 1
    for line in _lines(within, levels[kind], mark):
        if shapes.points + len(line) > MOST_POINTS:
            shapes.cut = True
            return
        shapes.points += len(line)
        shapes.lines.append((mark, line))


def _lines(value: Json, levels: int, mark: str) -> Iterator[list[_Point]]:
    """Lists of positions, as deep as the kind of geometry has them."""
    if levels == 0:
        value = [value]
    if not isinstance(value, list):
        return
    if levels > 1:
        for part in value:
            yield from _lines(part, levels - 1, mark)
        return
    points = [point for one in value if (point := _position(one))]
    if mark == "spot":
        yield from ([point] for point in points)
    elif len(points) > 1:
        yield points


def _position(value: Json) -> _Point | None:
    if not isinstance(value, list) or len(value) < 2:
        return None
    x, y = value[0], value[1]
    if not isinstance(x, int | float) or not isinstance(y, int | float):
        return None
    return (float(x), float(y)) if abs(x) <= 1e7 and abs(y) <= 1e7 else None


def _bounds(shapes: _Shapes) -> tuple[float, float, float, float]:
    xs = [x for _, line in shapes.lines for x, _ in line]
    ys = [y for _, line in shapes.lines for _, y in line]
    return min(xs), min(ys), max(xs), max(ys)


def _place(shapes: _Shapes) -> str:
    west, south, east, north = _bounds(shapes)
    return (
        f"longitude {wording.number(west)} to {wording.number(east)}, "
        f"latitude {wording.number(south)} to {wording.number(north)}"
    )


def _svg(shapes: _Shapes) -> Markup:
    west, south, east, north = _bounds(shapes)
    middle = (south + north) / 2
    squeeze = max(0.1, math.cos(math.radians(middle))) if abs(middle) <= 90 else 1.0
    wide, high = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
    scale = min((WIDTH - 24) / wide, 400 / high)
    width, height = max(120.0, wide * scale + 24), max(80.0, high * scale + 24)

    def placed(point: _Point) -> str:
        x = (width - wide * scale) / 2 + (point[0] - west) * squeeze * scale
        y = (height - high * scale) / 2 + (north - point[1]) * scale
        return f"{x:.1f} {y:.1f}"

    drawn = []
    for mark, line in shapes.lines:
        if mark == "spot":
            x, y = placed(line[0]).split()
            drawn.append(f'<circle class="spot" cx="{x}" cy="{y}" r="4"/>')
        else:
            end = "Z" if mark == "area" else ""
            drawn.append(f'<path class="{mark}" d="M{"L".join(map(placed, line))}{end}"/>')
    return Markup(
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" class="geo" aria-hidden="true">'
        f"{''.join(drawn)}</svg>"
    )
