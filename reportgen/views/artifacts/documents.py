"""PDF pages as pictures, SVG as a picture, HTML in a frame that can reach nothing."""

import base64
import re
import struct
import zlib
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np

MOST_PAGES = 3
PAGE_WIDTH = 910
"""Pixels: 1.3 times the width that a page of the report gives it."""

MOST_PIXELS = 3_000_000

MOST_UNFOLDED = 64_000_000
"""Bytes of a PDF's packed streams once they are unpacked; a drawing of more takes minutes."""

_STREAM = re.compile(rb"stream\r?\n")

INLINE_SVG = 6_000
"""Bytes of an SVG that stands in the page itself; a script shows a larger one."""


class PdfPages(Struct, frozen=True):
    """The first pages of a PDF, as PNG."""

    pictures: tuple[bytes, ...]
    sizes: tuple[tuple[int, int], ...]
    """Width and height in pixels."""

    amount: int


def pdf_pages(content: bytes) -> PdfPages:
    """Drawn by PDFium. Raises ValueError for a PDF that is broken or encrypted."""
    import pypdfium2 as pdfium  # a library of 8 MB, needed by few runs

    if _unfolds_too_far(content):
        raise ValueError(f"it unfolds to more than {MOST_UNFOLDED:,} bytes")
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise ValueError(str(error)) from error
    try:
        drawn = [_drawn(document[n]) for n in range(min(MOST_PAGES, len(document)))]
        return PdfPages(
            tuple(_png(pixels) for pixels in drawn),
            tuple((pixels.shape[1], pixels.shape[0]) for pixels in drawn),
            len(document),
        )
    except pdfium.PdfiumError as error:
        raise ValueError(str(error)) from error
    finally:
        document.close()


def _unfolds_too_far(content: bytes) -> bool:
    """By its streams that are packed with zlib, as those are that hold drawings."""
    left = MOST_UNFOLDED
    for found in _STREAM.finditer(content):
        try:
            left -= len(zlib.decompressobj().decompress(memoryview(content)[found.end() :], left))
        except zlib.error:
            continue
        if left <= 0:
            return True
    return False


def _drawn(page: object) -> "np.ndarray":
    import numpy as np  # late, as PDFium is

    width, height = page.get_size()  # type: ignore[attr-defined]
    if width <= 0 or height <= 0:
        raise ValueError("a page has no size")
    scale = min(PAGE_WIDTH / width, (MOST_PIXELS / (width * height)) ** 0.5)
    bitmap = page.render(scale=scale, may_draw_forms=False)  # type: ignore[attr-defined]
    pixels = bitmap.to_numpy()
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return np.ascontiguousarray(np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2))
    return np.ascontiguousarray(pixels[:, :, 2::-1])  # PDFium gives blue first


def _png(pixels: "np.ndarray") -> bytes:
    """Pixels (rows, columns, red-green-blue) as PNG: each row as its difference to the one above.

    Format: https://www.w3.org/TR/png-3/
    """
    import numpy as np

    height, width, _ = pixels.shape
    rows = pixels.reshape(height, width * 3)
    above = np.vstack([np.zeros((1, width * 3), np.uint8), rows[:-1]])
    filtered = np.hstack([np.full((height, 1), 2, np.uint8), rows - above])
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(filtered.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def svg_source(content: bytes) -> str:
    """The address of an SVG for an `<img>`, in which a browser runs and loads nothing.

    It is not drawn at build: the renderer at hand (resvg) reads files that an SVG names, so a
    store could have any picture of this machine published.
    """
    return f"data:image/svg+xml;base64,{base64.b64encode(content).decode()}"


# ---- HTML ---------------------------------------------------------------------------------------

STILL = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "media-src data:; base-uri 'none'; form-action 'none'"
)
"""The policy of a document that shows itself and runs nothing."""

LIVELY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob: data:; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; media-src data: blob:; "
    "worker-src blob:; base-uri 'none'; form-action 'none'"
)
"""The policy of one whose own scripts may draw: nothing is loaded from anywhere.

What no policy can forbid a script: to name a host, so that a browser looks up its address and may
open a connection, over which nothing is asked.
"""

GUARD = (
    "<script>(()=>{if(window.top!==window&&window.origin==='null'){"
    "try{void parent.document;}catch{return;}}"
    "const m=document.createElement('meta');m.httpEquiv='Content-Security-Policy';"
    "m.content=\"script-src 'none'\";document.head.append(m);})()</script>"
)
"""Stops all later scripts unless the document is in a frame that shares no origin with its page.

A policy that a script adds holds for everything that the parser meets after it.
"""

_SCRIPTED = re.compile(rb"<script\b", re.I)
_FOREIGN = re.compile(
    rb"""<script\b[^<>]{0,300}?\bsrc\s{0,9}=\s{0,9}["']?\s{0,9}(?:https?:)?"""
    rb"""//([^/"'\s>]{1,80})""",
    re.I,
)


class HtmlCopy(Struct, frozen=True):
    """An HTML artifact wrapped so that opening it directly runs nothing."""

    content: bytes
    scripted: bool
    """True where it has scripts, which run in a sandboxed frame only."""

    foreign: str
    """A host from which it wants a script, which it does not get; '' for none."""


def wrapped(content: bytes) -> HtmlCopy:
    """The document after a policy that the browser meets first.

    `http-equiv` and `<link` lose their meaning: by the first a page can lead elsewhere, by the
    second connect elsewhere, and no policy in a page forbids either.
    """
    scripted = bool(_SCRIPTED.search(content))
    foreign = _FOREIGN.search(content)
    text = content.decode("utf-8", "replace").encode()  # whatever it says, it is UTF-8 now
    text = re.sub(rb"http-equiv", b"data-equiv", text, flags=re.I)
    text = re.sub(rb"<link\b", b"<x-link", text, flags=re.I)
    policy = LIVELY if scripted else STILL
    head = (
        '<!doctype html><html><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="referrer" content="no-referrer">'
    )
    guard = GUARD if scripted else ""
    return HtmlCopy(
        (head + guard).encode() + text, scripted, foreign[1].decode() if foreign else ""
    )
