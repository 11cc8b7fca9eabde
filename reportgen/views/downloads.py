"""Files made of a model for other programs, and for other places: offered beside its page."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from reportgen.analysis.flavors import PYFUNC
from reportgen.analysis.json_schema import signature_schema
from reportgen.analysis.openapi import openapi
from reportgen.analysis.serving import answer_shape, payload
from reportgen.analysis.training import Training
from reportgen.model import LoggedModel, MLmodel, ModelVersion, Signature
from reportgen.views import addresses, wording
from reportgen.views.literals import as_json
from reportgen.views.model_card import CardInputs, model_card


class Made(Struct, frozen=True):
    """A file to download, before it has an address."""

    name: str
    what: str
    note: str
    """What it is for, a sentence."""

    content: bytes


class Download(Struct, frozen=True):
    """A file to download as a page offers it."""

    name: str
    what: str
    note: str
    size: str
    href: str


def model_downloads(
    model: LoggedModel, training: Training, versions: Sequence[ModelVersion]
) -> tuple[Made, ...]:
    """The files that can be made of a model."""
    return tuple(_made(model, training, versions))


def offered(made: Sequence[tuple[Made, str]], page: str) -> tuple[Download, ...]:
    """The files with their addresses, as the page at `page` names them."""
    return tuple(
        Download(
            one.name,
            one.what,
            one.note,
            wording.size(len(one.content)),
            addresses.relative(address, page),
        )
        for one, address in made
    )


def signature_json(signature: Signature | None, title: str) -> str:
    """The signature as JSON Schema; '' where nothing is recorded of it."""
    if not signature or not (signature.inputs or signature.outputs or signature.params):
        return ""
    return as_json(signature_schema(signature, title))


def _made(
    model: LoggedModel, training: Training, versions: Sequence[ModelVersion]
) -> Iterator[Made]:
    mlmodel, title = model.mlmodel, model.name or model.id
    if mlmodel is not None and mlmodel.flavor(PYFUNC) is not None:
        request = payload(mlmodel)
        answer = answer_shape(mlmodel, request.body if request else None)
        document = openapi(
            mlmodel, request, answer, title=title, version=_number(mlmodel, versions)
        )
        yield Made(
            "openapi.json",
            "OpenAPI",
            "Describes its server: for clients made by a generator, and for tests.",
            _bytes(as_json(document)),
        )
    schema = signature_json(mlmodel.signature, title) if mlmodel else ""
    if schema:
        yield Made(
            "signature.schema.json",
            "JSON Schema",
            "Its signature: checks data before it is sent.",
            _bytes(schema),
        )
    if mlmodel is not None and mlmodel.flavors:
        card = model_card(CardInputs(model, training, tuple(versions)))
        yield Made(
            "model-card.md",
            "Model card",
            "Markdown, with metadata for the Hugging Face Hub.",
            card.encode("utf-8", "replace"),
        )


def _number(mlmodel: MLmodel, versions: Sequence[ModelVersion]) -> str:
    """What the document calls its own version: the newest registered one, else the release that it
    is true of. Never the model's id: models that are served alike share the file."""
    newest = max((one.version for one in versions), default=None)
    return str(newest) if newest is not None else mlmodel.mlflow_version or "1"


def _bytes(text: str) -> bytes:
    """Half a character, which JSON can say and UTF-8 cannot, is escaped as JSON does it."""
    return f"{text}\n".encode("utf-8", "backslashreplace")
