"""From values to pictures: static SVG at build time, Vega-Lite templates for the live charts."""
