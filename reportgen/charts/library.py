"""The chart library of the browser: taken out of the installed vl-convert.

Getting it out takes seconds, and it is the same for every site: whoever asks keeps it.
"""

PACKAGE = "vl-convert-python"
SNIPPET = "window.vegaEmbed=vegaEmbed;"


def library_name(version: str) -> str:
    """Names its content: `vega.1.9.0.js`, after that version of the package."""
    return f"vega.{version}.js"


def chart_library() -> bytes:
    """A classic script that defines `window.vegaEmbed` and nothing else.

    The bundle is put in a function: it declares over 2,000 names at its top level.
    """
    import vl_convert  # starts a JavaScript engine

    return f"(()=>{{{vl_convert.javascript_bundle(SNIPPET)}\n}})();".encode()
