"""The header of a NumPy array: its shape and type. The values are not read, nor unpickled."""

import ast
import struct

from reportgen.views import wording


def array_note(content: bytes) -> str:
    """`12 × 3 × float64`. Raises ValueError for what is no `.npy` file.

    Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
    """
    if not content.startswith(b"\x93NUMPY") or len(content) < 12:
        raise ValueError("it does not begin as a NumPy file does")
    wide = content[6] >= 2
    length = struct.unpack("<I" if wide else "<H", content[8 : 12 if wide else 10])[0]
    start = 12 if wide else 10
    if length > 10_000 or len(content) < start + length:
        raise ValueError("its header is cut off")
    try:
        header = ast.literal_eval(content[start : start + length].decode("latin-1").strip())
        shape, kind = header["shape"], header["descr"]
        parts = [f"{int(one):,}" for one in shape]
    except (SyntaxError, TypeError, KeyError, MemoryError, RecursionError) as error:
        raise ValueError("its header cannot be read") from error
    said = " × ".join(parts) if parts else "a single value"
    return f"NumPy array, {said}, {_kind(kind)}"


def _kind(kind: object) -> str:
    if not isinstance(kind, str):
        names = [str(one[0]) for one in kind if one] if isinstance(kind, list) else []
        return wording.count(len(names), "field")
    letters = {"f": "float", "i": "int", "u": "uint", "c": "complex", "b": "bool"}
    letter, size = kind[1:2], kind[2:]
    if letter in letters and size.isdigit():
        return "bool" if letter == "b" else f"{letters[letter]}{int(size) * 8}"
    return {"O": "Python objects, never opened", "S": "bytes", "U": "text"}.get(letter, kind[:20])
