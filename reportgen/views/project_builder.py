"""What the builder of an `mlflow run` is made of: controls for parameters, and options.

The page's script shows it and words the commands; it quotes as `shlex.quote` does, so a builder
that nobody has touched says what `analysis.projects.command` says.
"""

import json
from collections.abc import Sequence

from msgspec import Struct

from reportgen.model import EntryPoint, Parameter

MANAGERS = ("local", "virtualenv", "uv", "conda")
"""Of `--env-manager` (`mlflow/utils/environment.py`)."""

HINTS = {
    "float": "Not a number: MLflow passes it on all the same.",
    "int": "Not a whole number: MLflow passes it on all the same.",
    "path": "A path that is there when you call it, or an address to download from.",
    "uri": "Not an address such as runs:/… or s3://…: MLflow refuses it.",
}
"""Said of a value that is none of its type; of a path always, as no page can look."""

TRUTHS = ("True", "False")


class Control(Struct, frozen=True):
    """A parameter to choose a value for."""

    id: str
    value: str
    """The default as MLflow would pass it; empty where there is none."""

    choices: tuple[str, ...]
    """Of a default that is true or false."""

    mode: str
    """Which keys a phone shows: `decimal`, `numeric`, `url` or `text`."""

    hint: str


class Place(Struct, frozen=True):
    """Something that `mlflow run` can be given: a folder, or a repository."""

    text: str
    uri: str
    versioned: bool
    """True where a commit, branch or tag of it can be named."""


class Builder(Struct, frozen=True):
    id: str
    entry_point: str
    title: str
    plain_title: str
    """Of the commands that it builds: by MLflow, and without it."""

    places: tuple[Place, ...]
    pieces: str
    """The command cut at its placeholders, as JSON: [[text, parameter or null], …]; empty where it
    cannot be filled."""

    managers: tuple[str, ...]
    """None for a project that runs in an image."""


def builder(id: str, entry: EntryPoint, places: Sequence[Place], *, in_image: bool) -> Builder:
    """The builder of an entry point; `id` is unique on its page, `places` are not empty."""
    return Builder(
        id=id,
        entry_point=entry.name,
        title=f"Run {entry.name} as chosen",
        plain_title=f"Run {entry.name} without MLflow, in its {'image' if in_image else 'folder'}",
        places=tuple(places),
        pieces=_pieces(entry),
        managers=() if in_image else MANAGERS,
    )


def passed(parameter: Parameter) -> str:
    """The default as MLflow passes it on: the text of the Python value, `True`, `[1, 2]`."""
    return "" if parameter.default is None else str(parameter.default)


def control(id: str, one: Parameter) -> Control:
    """The control of a parameter; `id` is unique on its page."""
    modes = {"float": "decimal", "int": "numeric", "uri": "url"}
    return Control(
        id=id,
        value=passed(one),
        choices=TRUTHS if isinstance(one.default, bool) else (),
        mode=modes.get(one.type, "text"),
        hint=HINTS.get(one.type, ""),
    )


def _pieces(entry: EntryPoint) -> str:
    """Nothing for a command that MLflow itself could not fill, or that needs no filling."""
    try:
        pieces = entry.pieces()
    except ValueError:
        return ""
    declared = {one.name for one in entry.parameters}
    fillable = all(name is None or name in declared for _, name in pieces)
    is_template = len(pieces) > 1 or any(name for _, name in pieces)
    return json.dumps(pieces, ensure_ascii=False) if is_template and fillable else ""
