"""What a chart is to the rest of the house: markup, and the same in words."""

from msgspec import Struct


class Chart(Struct, frozen=True):
    """One drawn chart. The same input always gives the same chart, to the byte."""

    kind: str
    """Names its live half: `curve`, `scatter`, `features`, … (`RG.plots.pictures`)."""

    svg: str
    """Trusted markup of one `<svg>`: colours are css variables, size comes from its viewBox."""

    alt: str
    """A sentence, plain text, that says what the picture shows. Escape it for HTML."""

    fields: str = ""
    """JSON: what its live half draws, where that is not in the page's data."""
