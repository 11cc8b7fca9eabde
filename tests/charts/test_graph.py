"""Lineage and workflows: what a drawn graph keeps."""

import itertools
import re
from xml.etree import ElementTree

import pytest

from reportgen.charts.graph import DOWN, HEIGHT, Edge, Node, graph_svg

SVG = "{http://www.w3.org/2000/svg}"


def boxes(nodes, edges):
    """id → (left, top) of every box, by the text that it tells."""
    drawn = ElementTree.fromstring(
        f'<r xmlns="{SVG[1:-1]}">{graph_svg(nodes, edges, title="t")}</r>'
    )
    told = [one for one in drawn.iter() if one.tag in (f"{SVG}a", f"{SVG}g")]
    found = {}
    for one in told:
        rect = one.find(f"{SVG}rect")
        label = one.get("aria-label").split(";")[0].split(",")[0]
        found[label.split(" ", 1)[1]] = (float(rect.get("x")), float(rect.get("y")))
    return found


def node(name, **more):
    return Node(name, more.pop("kind", "run"), name, **more)


def chain(*names):
    return [Edge(one, other) for one, other in itertools.pairwise(names)]


def columns(nodes, edges):
    lefts = boxes(nodes, edges)
    order = sorted({left for left, _ in lefts.values()})
    return {name: order.index(left) for name, (left, _) in lefts.items()}


def test_what_follows_stands_to_the_right():
    nodes = [node(name) for name in "abc"]

    assert columns(nodes, chain("a", "b", "c")) == {"a": 0, "b": 1, "c": 2}


def test_a_box_follows_the_longest_way_that_leads_to_it():
    nodes = [node(name) for name in "abc"]

    assert columns(nodes, [*chain("a", "b", "c"), Edge("a", "c")])["c"] == 2


def test_a_box_may_be_kept_in_a_later_column():
    nodes = [node(name) for name in "abc"] + [node("d", column=1), node("e", column=2)]

    assert columns(nodes, [*chain("a", "b", "c"), *chain("d", "e")])["d"] == 1


def test_what_comes_in_late_stands_just_before_what_it_leads_to():
    nodes = [node(name) for name in ("prepare", "train", "data")]

    assert columns(nodes, [Edge("prepare", "train"), Edge("data", "train")])["data"] == 0
    later = [*chain("a", "b", "c"), Edge("d", "c")]
    assert columns([node(name) for name in "abcd"], later)["d"] == 1


def test_a_chain_is_a_straight_line():
    tops = {top for _, top in boxes([node(name) for name in "abcd"], chain(*"abcd")).values()}

    assert len(tops) == 1


def test_boxes_never_overlap():
    nodes = [node(f"run-{turn}") for turn in range(9)] + [node("model")]
    edges = [Edge(f"run-{turn}", "model") for turn in range(9)]
    tops = sorted(top for left, top in boxes(nodes, edges).values() if left < 100)

    assert all(two - one >= HEIGHT + DOWN - 0.1 for one, two in itertools.pairwise(tops))


def test_lines_do_not_cross_where_they_need_not():
    nodes = [node(name) for name in ("a", "b", "c", "x", "y", "z")]
    placed = boxes(nodes, [Edge("a", "z"), Edge("b", "y"), Edge("c", "x")])
    sources = sorted("abc", key=lambda name: placed[name][1])
    targets = sorted("xyz", key=lambda name: placed[name][1])

    assert list(zip(sources, targets, strict=True)) in (
        [("a", "z"), ("b", "y"), ("c", "x")],
        [("c", "x"), ("b", "y"), ("a", "z")],
    )


@pytest.mark.parametrize(
    "edges",
    [
        [Edge("a", "b"), Edge("b", "a")],
        [Edge("a", "a")],
        [Edge("a", "b"), Edge("a", "b")],
        [Edge("a", "nowhere"), Edge("nowhere", "b")],
        [Edge("a", "b"), Edge("b", "c"), Edge("c", "a")],
    ],
    ids=["there and back", "to itself", "twice", "to nothing", "a circle"],
)
def test_any_edges_can_be_drawn(edges):
    assert len(boxes([node(name) for name in "abc"], edges)) == 3


def test_a_box_says_what_it_is_and_what_it_leads_to():
    nodes = [node("baseline", note="3 min"), node("forest", kind="model")]
    drawn = graph_svg(nodes, [Edge("baseline", "forest", "made")], title="Lineage")

    assert 'aria-label="Run baseline, 3 min; made model forest"' in drawn
    assert 'aria-label="Lineage"' in drawn


def test_a_box_with_an_address_is_a_link():
    drawn = graph_svg([node("a", href="../runs/a.html?v=1&x=2")], [], title="t")

    assert 'href="../runs/a.html?v=1&amp;x=2"' in drawn


def test_names_from_a_store_stay_text():
    hostile = '"><script>alert(1)</script>\x00'
    drawn = graph_svg([node(hostile, note=hostile, kind="alias")], [], title=hostile)

    assert "<script" not in drawn
    ElementTree.fromstring(f"<r>{drawn}</r>")


def test_long_names_are_cut_and_told_in_full():
    drawn = graph_svg([node("x" * 80)], [], title="t")

    assert f"<title>Run {'x' * 80}</title>" in drawn
    assert not re.search(r"<text[^>]*>x{40}", drawn)


def test_nothing_is_no_drawing():
    assert graph_svg([], [], title="t") == ""


def test_the_same_graph_has_the_same_bytes():
    nodes = [node(f"{turn}") for turn in range(20)]
    edges = [Edge(f"{turn}", f"{(turn * 7 + 3) % 20}") for turn in range(20)]

    assert graph_svg(nodes, edges, title="t") == graph_svg(nodes, edges, title="t")
