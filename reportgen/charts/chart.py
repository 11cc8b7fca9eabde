"""What a chart is to the rest of the house: markup, and the same in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawn chart. The same input always gives the same chart, to the byte."""

    kind: str
    """Names the live template: `curve`, `overlay`, `progress` or `parallel`."""

    svg: str
    """Trusted markup of one `<svg>`: colours are css variables, size comes from its viewBox."""

    alt: str
    """A sentence, plain text, that says what the picture shows. Escape it for HTML."""
