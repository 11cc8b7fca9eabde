"""How commands and code name the model: by one of its addresses, quoted for where it stands.

Code is written with `HERE` in the place of the address. A page marks those places, so that its
script can put another address there, quoted the same way.
"""

import re
import shlex
from collections.abc import Iterator, Sequence

from markupsafe import Markup
from msgspec import Struct

from reportgen.model import LoggedModel, ModelVersion
from reportgen.views.code import code
from reportgen.views.literals import as_python
from reportgen.views.page import Code

HERE = "\0"
"""Stands for the quoted address. No JSON, Python or quoted command holds this character."""

WORD = "qModelAddressq"


class Address(Struct, frozen=True):
    """One of the addresses under which MLflow finds the model."""

    uri: str
    note: str
    shell: str
    """Quoted for a command."""

    python: str
    """As a text in Python."""


def address(uri: str, note: str = "") -> Address:
    return Address(uri, note, shlex.quote(uri), as_python(uri))


def model_addresses(model: LoggedModel, versions: Sequence[ModelVersion]) -> tuple[Address, ...]:
    """All addresses of a model, its own first: that one can never mean another model."""
    return tuple(_addresses(model, versions))


def _addresses(model: LoggedModel, versions: Sequence[ModelVersion]) -> Iterator[Address]:
    yield address(model.uri, "this model")
    if model.run_id and model.name and not model.artifact_path:
        note = "by its run: the last model of that name"
        yield address(f"runs:/{model.run_id}/{model.name}", note)
    for one in versions:
        yield address(f"models:/{one.name}/{one.version}", "registered version")
        for alias in one.aliases:
            yield address(f"models:/{one.name}@{alias}", "alias: may move to another version")


def command(title: str, text: str, where: Address) -> Code:
    """Of a shell, with `HERE` for the address."""
    return _marked(title, text, "bash", "shell", where.shell)


def program(title: str, text: str, where: Address) -> Code:
    """Of Python, with `HERE` for the address."""
    return _marked(title, text, "python", "python", where.python)


def _marked(title: str, text: str, language: str, quoting: str, quoted: str) -> Code:
    word = WORD
    while word in text:
        word += "q"
    found = code(title, text.replace(HERE, word), language)
    place = Markup('<span class="st" data-uri="{}">{}</span>').format(quoting, quoted)
    return Code(found.title, Markup(str(found.html).replace(word, str(place))), found.language)


def image_name(name: str) -> str:
    """A name that Docker takes: small letters and digits, single dashes between."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].rstrip("-") or "model"


def host_name(name: str) -> str:
    """A name that Kubernetes and the clouds take: as of an image, and it begins with a letter.

    At most 32 characters, which is what Azure ML allows an endpoint.
    """
    found = image_name(name)
    named = found if found[0].isalpha() else f"model-{found}"
    return named[:32].rstrip("-")


def python_name(name: str) -> str:
    """A name for Unity Catalog: letters, digits and underscores."""
    return image_name(name).replace("-", "_")
