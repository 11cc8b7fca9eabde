"""Small files to texts, YAML and JSON texts to plain values: what `json.loads` could return.

Whatever is wrong with one, including one made to crash or to exhaust its reader, ends in a
ValueError of one line. Values never hold NaN or infinity, for no page can carry them as JSON.
PyYAML is imported by whoever needs it: what MLflow itself writes is read without it.
"""

import json
import math
import os
import re
import stat
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from reportgen.model import Json
from reportgen.sources import small_files
from reportgen.sources.small_files import LARGEST

SAFE, AS_TEXT = "SafeLoader", "BaseLoader"
"""PyYAML's loaders: of values, and of every scalar as written."""

DEEPEST = 100
"""Levels of nesting that a value may have. MLflow's own have about ten."""

MOST = 1_000_000
"""Values that one text may hold, counted with YAML's references written out."""

LONGEST = 1000
"""Bits of a whole number: a longer one is no value of anything, and may be made to take hours."""

MOST_YAML = 100_000
"""Values that one YAML text may write out: the parser needs ten times as long as that of JSON."""

HARMLESS = 5_000
"""Characters in which no text can nest deep enough to overrun libyaml's own stack."""

CONFLICT = re.compile(r"^(<<<<<<<|>>>>>>>) ", re.MULTILINE)
"""What git writes around two versions of a part, for somebody to choose."""

KEY = re.compile(r"^([A-Za-z_][\w.-]*):", re.MULTILINE)
"""A key at the top of a YAML mapping."""

CONSTRUCTOR_ERRORS = (
    ValueError,
    KeyError,
    IndexError,
    AttributeError,
    TypeError,
    OverflowError,
    RecursionError,
)
"""What PyYAML raises beside its own errors: for explicit tags such as `!!int ''`."""


class NotYaml(ValueError):
    """A text that is no YAML, and the line that says so."""

    def __init__(self, what: str, line: int | None) -> None:
        super().__init__(f"{what} in line {line}" if line else what)
        self.what = what
        self.line = line
        """From 1 on; None where it cannot be told."""


def read_text(path: Path, largest: int = LARGEST) -> str:
    """The text of a file in UTF-8, or UTF-16 with a mark as PowerShell writes it.

    Raises ValueError, also for a file that is missing, not regular, larger than `largest` bytes,
    a Git LFS pointer in place of one, or one that git could not merge.
    """
    try:
        content = _read(path, largest)
    except OSError as error:
        raise ValueError(f"it cannot be opened ({error.strerror})") from error
    encoding = "utf-8-sig" if content.startswith(BOM_UTF8) else "utf-8"
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not {encoding.upper()} text") from error
    if text.startswith("version https://git-lfs.github.com/spec/"):
        raise ValueError("only its Git LFS pointer is here")
    if CONFLICT.search(text):
        raise ValueError("it holds the marks of an unresolved git merge")
    return text


def hint_of(error: ValueError) -> str:
    """What can be done about a file that `read_text` or a parser refused."""
    if isinstance(error.__cause__, OSError):
        return small_files.hint_of(error.__cause__)
    told = str(error)
    if "Git LFS" in told:
        return "Run `git lfs pull` in the repository it came from."
    if "git merge" in told:
        return "Resolve the merge in the repository it came from."
    return "Restore it from a copy, or log it again."


def _read(path: Path, largest: int) -> bytes:
    # Without O_NONBLOCK a pipe with this name would wait for a writer for ever.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise ValueError("it is not a file")
        if about.st_size > largest:
            raise ValueError(f"it is too large to read ({about.st_size:,} bytes)")
        content = file.read(largest + 1)
    if len(content) > largest:  # it grew meanwhile
        raise ValueError(f"it is too large to read (more than {largest:,} bytes)")
    return content


def from_json(text: str) -> Json:
    """The value of a JSON text. Bare NaN and Infinity, which Python's writers leave, are None.

    Raises ValueError.
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from error
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return _plain(value, lambda number: None)


def from_yaml(text: str) -> Json:
    """The value of a YAML text; dates become ISO text, `.nan` and `.inf` the words nan and inf.

    Raises ValueError.
    """
    return _plain(_load(text, SAFE), str)


def from_yaml_as_text(text: str) -> Json:
    """The same with every scalar as written: `python: 3.10` is not the number 3.1.

    Raises ValueError.
    """
    return _plain(_load(text, AS_TEXT), str)


def repeated_keys(text: str) -> list[str]:
    """The keys at the top of a YAML mapping that it has more than once: the parser takes the last
    without a word. Sorted."""
    counts = Counter(KEY.findall(text))
    return sorted(key for key, count in counts.items() if count > 1)


def yaml_loader(name: str) -> Any:
    """The loader of PyYAML, in C where it has that."""
    import yaml

    return getattr(yaml, f"C{name}", getattr(yaml, name))


def _load(text: str, loader: str) -> Any:
    import yaml

    try:
        if len(text) > HARMLESS:
            _check_depth(text, loader)
        return yaml.load(text, Loader=yaml_loader(loader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise NotYaml(f"not YAML: {error.problem or error.context}", line) from error
    except (yaml.YAMLError, *CONSTRUCTOR_ERRORS) as error:
        detail = str(error).partition("\n")[0]
        raise ValueError(f"not YAML: {detail or type(error).__name__}") from error


def _check_depth(text: str, loader: str) -> None:
    """Events come from a loop, while libyaml's composer recurses in C and would crash Python."""
    import yaml

    depth, left = 0, MOST_YAML
    for event in yaml.parse(text, Loader=yaml_loader(loader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise ValueError("nested too deep")
        left -= 1
        if left < 0:
            raise ValueError("too large")


def _plain(value: Any, non_finite: Callable[[float], Json]) -> Json:
    left = iter(range(MOST))

    def plain(value: Any, depth: int) -> Json:
        if next(left, None) is None:
            raise ValueError("too large")
        if value is None or isinstance(value, str | bool):
            return value
        if isinstance(value, int):
            return value if value.bit_length() < LONGEST else "a number too long to show"
        if isinstance(value, float):
            return value if math.isfinite(value) else non_finite(value)
        if depth > DEEPEST:
            raise ValueError("nested too deep")
        if isinstance(value, dict):
            return {str(key): plain(item, depth + 1) for key, item in value.items()}
        if isinstance(value, set):
            return [plain(item, depth + 1) for item in sorted(value, key=str)]
        if isinstance(value, list | tuple):
            return [plain(item, depth + 1) for item in value]
        return value.isoformat() if isinstance(value, date) else str(value)

    return plain(value, 0)
