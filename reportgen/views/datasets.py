"""The datasets that a run read, as its page shows them."""

import json
from collections.abc import Mapping

from msgspec import Struct

from reportgen.analysis import forge
from reportgen.model import Field, Run
from reportgen.views import wording
from reportgen.views.page import Pair


class DatasetCard(Struct, frozen=True):
    name: str
    context: str
    facts: tuple[Pair, ...]
    columns: tuple[Pair, ...]
    columns_note: str


def dataset_cards(run: Run) -> tuple[DatasetCard, ...]:
    cards = []
    for used in run.datasets:
        data = used.dataset
        facts = [Pair("digest", data.digest)]
        source = dataset_source(data.source_type, data.source)
        if source:
            facts.append(source)
        facts.extend(Pair(name, _plain(value)) for name, value in data.profile.items())
        facts.extend(Pair(name, value) for name, value in used.tags.items())
        columns = tuple(Pair(field_name(one), field_type(one)) for one in data.schema[:60])
        left = len(data.schema) - len(columns)
        note = wording.count(len(data.schema), "column") + (f", {left} not shown" if left else "")
        cards.append(
            DatasetCard(data.name, used.context, tuple(facts), columns, note if data.schema else "")
        )
    return tuple(cards)


def dataset_source(kind: str, recorded: str) -> Pair | None:
    """Where a dataset came from: a web address becomes a link, a path loses its home folder."""
    try:
        value = json.loads(recorded)
    except (ValueError, RecursionError):
        value = recorded
    if isinstance(value, Mapping):
        value = next((value[name] for name in ("url", "uri", "path") if name in value), "")
    text = forge.shortened(str(value)) if isinstance(value, str) else ""
    if not text:
        return Pair("source", "the training code") if kind == "code" else None
    return Pair("source", text, text if text.startswith(("https://", "http://")) else "")


def _plain(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def field_name(field: Field) -> str:
    return field.name or "(unnamed)"


def field_type(field: Field) -> str:
    shape = f" ({', '.join(map(str, field.shape))})" if field.shape is not None else ""
    return field.type + shape
