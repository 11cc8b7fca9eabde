"""The chart library of the browser: taken out of the installed vl-convert.

Getting it out takes seconds, and it is the same for every site: whoever asks keeps it.
"""

from importlib.metadata import version

SNIPPET = "window.vegaEmbed=vegaEmbed;"


def library_name() -> str:
    """Names its content: `vega.1.9.0.js`, after the package that it comes from."""
    return f"vega.{version('vl-convert-python')}.js"


def chart_library() -> bytes:
    """A classic script that defines `window.vegaEmbed` and nothing else.

    The bundle is put in a function: it declares over 2,000 names at its top level.
    """
    import vl_convert  # starts a JavaScript engine

    return f"(()=>{{{vl_convert.javascript_bundle(SNIPPET)}\n}})();".encode()
