"""Documents among a run's files: notebooks, PDF, HTML, SVG, maps, arrays, sound."""

import json
from typing import Any

import pytest

from reportgen.views.artifacts import artifact_list
from reportgen.views.artifacts.documents import wrapped
from reportgen.views.artifacts.notebooks import Notebook
from reportgen.views.artifacts.previews import Body
from tests import every_artifact
from tests.builders import an_artifact

PAGE = "runs/id-baseline.abc.html"


def preview(path: str, content: str | bytes) -> Body:
    """How the page shows one file."""
    data = content.encode() if isinstance(content, str) else content
    artifact = an_artifact(path, len(data))
    found = artifact_list([artifact], {path: "files/1/x"}, {path: data}, PAGE)
    return found.previews[0].body


# Notebooks


def a_notebook(*cells: Any) -> Notebook:
    shown = preview("a.ipynb", json.dumps({"cells": cells, "nbformat": 4})).notebook
    assert shown is not None
    return shown


def code(*outputs: Any, source: str = "x") -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": 1, "source": source, "outputs": outputs}


def test_a_notebook_is_shown_cell_by_cell() -> None:
    shown = preview("analysis.ipynb", every_artifact.notebook())

    assert shown.note == "5 cells, python"
    assert shown.notebook is not None
    text, first, figure, frame, failed = shown.notebook.cells
    assert text.prose is not None and "<em>wine</em>" in text.prose and "<script" not in text.prose
    assert first.label == "In [1]"
    assert first.outputs[0].text == "hello"
    assert figure.outputs[0].src.startswith("data:image/png;base64,")
    assert frame.outputs[0].text == "7"
    assert failed.outputs[0].failed
    assert failed.outputs[0].text == "ZeroDivisionError: division by zero"


def test_what_is_left_out_of_a_notebook_is_told() -> None:
    long = {"output_type": "stream", "text": "line\n" * 90}
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 200_000}}

    (cell,) = a_notebook(code(long, picture, source="y\n" * 50)).cells

    assert cell.note == "first 40 of 50 lines"
    assert cell.outputs[0].note == "first 40 of 90 lines"
    assert cell.outputs[1].note == "a picture of 150 kB is not shown here"


def test_of_a_long_notebook_the_first_cells_are_shown() -> None:
    shown = a_notebook(*[code() for _ in range(70)])

    assert (len(shown.cells), shown.note) == (60, "first 60 of 70 cells")


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"cells": 1}', "[" * 100_000])
def test_a_broken_notebook_costs_only_itself(content: str) -> None:
    assert preview("a.ipynb", content).notice is not None


@pytest.mark.parametrize(
    "cell",
    [
        {"cell_type": "code", "source": 1},
        {
            "cell_type": "code",
            "source": "x",
            "outputs": [{"data": 1}, 2, {"data": {"image/png": 3}}],
        },
        {"cell_type": "raw", "source": ["a", 1]},
        {"source": "x"},
    ],
)
def test_odd_cells_cost_nothing(cell: Any) -> None:
    a_notebook(cell)


# PDF


def test_the_first_pages_of_a_pdf_are_pictures_named_by_their_content() -> None:
    shown = preview("paper.pdf", every_artifact.pdf(pages=5))

    assert shown.note == "first 3 of 5 pages"
    assert [one.name for one in shown.pages] == ["page 1 of 5", "page 2 of 5", "page 3 of 5"]
    assert [address.rsplit("/", 1)[1] for address in shown.made] == [
        "paper-1.png",
        "paper-2.png",
        "paper-3.png",
    ]
    assert all(png.startswith(b"\x89PNG") and len(png) < 60_000 for png in shown.made.values())


def test_a_huge_page_is_drawn_small() -> None:
    content = every_artifact.pdf(pages=1).replace(b"[0 0 595 842]", b"[0 0 9 14400]")

    shown = preview("paper.pdf", content)

    (png,) = shown.made.values()
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    assert width * height <= 3_100_000


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nnothing\n", b"\0" * 100])
def test_a_broken_pdf_costs_only_itself(content: bytes) -> None:
    shown = preview("paper.pdf", content)

    assert shown.notice is not None and shown.pages == ()


# HTML and SVG


def test_html_is_kept_behind_a_policy_that_a_browser_meets_first() -> None:
    shown = preview("plot.html", "<p>hello</p>")

    (content,) = shown.made.values()
    assert shown.frame is not None and not shown.frame.scripts
    assert content.startswith(b'<!doctype html><html><head><meta charset="utf-8"><meta http-equiv')
    assert b"default-src 'none'" in content and b"script-src" not in content


def test_a_document_with_scripts_gets_a_guard_before_them() -> None:
    shown = preview("plot.html", every_artifact.PROBE)

    (content,) = shown.made.values()
    assert shown.frame is not None and shown.frame.scripts
    assert content.index(b"script-src 'none'") < content.index(b"Drawn")


@pytest.mark.parametrize(
    "content", [b'<META HTTP-EQUIV="refresh">', b"<meta http-equiv=refresh>", b"<LINK rel=x>"]
)
def test_no_tag_of_a_document_can_lead_or_connect_elsewhere(content: bytes) -> None:
    added = wrapped(b"").content

    assert b"http-equiv" not in wrapped(content).content.removeprefix(added).lower()
    assert b"<link" not in wrapped(content).content.lower()


def test_what_a_document_wanted_from_elsewhere_is_told() -> None:
    """As `mlflow.log_figure` writes a plotly figure."""
    shown = preview("plot.html", '<script src="https://cdn.plot.ly/plotly-2.35.min.js"></script>')

    assert shown.frame is not None
    assert shown.frame.note.startswith("It wants a script from cdn.plot.ly, which is not loaded")


def test_a_small_svg_is_shown_as_a_picture() -> None:
    assert preview("x.svg", "<svg/>").drawing == "data:image/svg+xml;base64,PHN2Zy8+"


def test_a_large_svg_is_left_to_a_script() -> None:
    shown = preview("x.svg", "<svg>" + " " * 30_000 + "</svg>")

    assert (shown.drawing, shown.drawn) == ("", True)


# Maps, arrays, sound


def test_geojson_is_drawn_and_told_in_a_sentence() -> None:
    shown = preview("area.geojson", every_artifact.GEOJSON)

    assert shown.map is not None
    assert shown.note == "3 features"
    assert shown.map.alt == (
        "Map of 3 features: 1 linestring, 1 point, 1 polygon; longitude 4 to 6.500, "
        "latitude 50 to 53"
    )
    assert shown.map.svg.count("<path") == 2 and shown.map.svg.count("<circle") == 1


@pytest.mark.parametrize(
    "content",
    [
        *("", "{}", "[" * 9000, '{"type": "Point"}'),
        '{"type": "FeatureCollection", "features": [1]}',
        '{"type": "Polygon", "coordinates": [[["x", 1], [1]]]}',
    ],
)
def test_a_map_of_nothing_costs_only_itself(content: str) -> None:
    assert preview("area.geojson", content).notice is not None


def test_a_map_of_very_many_points_is_bounded() -> None:
    line = [[n / 1000, n / 2000] for n in range(15_000)]
    feature = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": line}}
    shown = preview(
        "a.geojson", json.dumps({"type": "FeatureCollection", "features": [feature] * 3})
    )

    assert shown.note == "3 features, the first shapes of which are drawn"


def test_of_an_array_only_the_header_is_read() -> None:
    assert preview("a.npy", every_artifact.npy()).note == "NumPy array, 12 × 3, float64"


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY\x01\0\xff\xff{", b"\x93NUMPY\x01\0\x02\0{}"])
def test_an_array_that_is_none_costs_only_itself(content: bytes) -> None:
    assert preview("a.npy", content).notice is not None


def test_sound_and_video_are_played_where_they_lie() -> None:
    found = artifact_list([an_artifact("a.wav")], {"a.wav": "files/1/a.wav"}, {}, PAGE)

    (shown,) = found.previews
    assert shown.body.media is not None
    assert (shown.body.media.kind, shown.body.media.src) == ("audio", "../files/1/a.wav")


# Results logged for machines


@pytest.mark.parametrize(
    ("path", "content", "kind"),
    [
        ("feature_importance_gain.json", '{"alcohol": 12.5, "ash": 3.25}', "features"),
        ("confusion.json", '{"labels": ["a", "b"], "matrix": [[3, 1], [0, 2]]}', "confusion"),
        ("confusion_matrix.json", "[[3, 1], [0, 2]]", "confusion"),
        ("confusion_matrix.csv", ",a,b\na,3,1\nb,0,2\n", "confusion"),
    ],
)
def test_what_was_logged_for_machines_is_drawn(path: str, content: str, kind: str) -> None:
    shown = preview(path, content)

    assert shown.chart is not None and shown.chart.kind == kind
    assert shown.text or shown.table


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("feature_importance.json", '{"a": "x"}'),
        ("confusion.json", '{"labels": ["a"], "matrix": [[1, 2]]}'),
        ("confusion.json", '{"labels": ["a", "b"], "matrix": [[1, "x"], [0, 2]]}'),
        ("confusion.csv", ",a,b\nx,3,1\nb,0,2\n"),
        ("confusion.csv", ""),
        ("other.json", '{"a": 1, "b": 2}'),
    ],
)
def test_what_is_no_such_result_is_not_drawn(path: str, content: str) -> None:
    assert preview(path, content).chart is None
