"""Drawings in fewer bytes."""

import pytest

from reportgen.charts.shorten import shortened


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("M1.0,2.0L3.0,2.5L2.9,-0.5", "M1,2l2,.5 -.1,-3"),
        ("M0.0,0.5h0", "M0,.5h0"),
        ("M1.0,1.0L2.0,2.0M5.0,5.0h0M6.0,6.0L7.5,6.0", "M1,1l1,1M5,5h0M6,6l1.5,0"),
        ("M-0.5,1.0L0.5,-12.3", "M-.5,1l1,-13.3"),
    ],
)
def test_straight_lines_are_told_from_point_to_point(path: str, short: str) -> None:
    assert shortened(f'<path d="{path}" stroke="red"/>') == f'<path d="{short}" stroke="red"/>'


CROSS = "M625.5,236.5l5,5m0,-5l-5,5"
"""What stands where a value is no number."""


@pytest.mark.parametrize(
    "path", ["M1.0,2.0H3.0V4.0", "M0,0h1118v276h-1118Z", "M0,1.5C1,2,3,4,5,6", CROSS]
)
def test_other_drawings_stay_as_they_are(path: str) -> None:
    assert shortened(f'<path d="{path}"/>') == f'<path d="{path}"/>'
