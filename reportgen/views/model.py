"""The page of a model: what it takes and gives, how to use it, and what it is made of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from reportgen.analysis.forge import shortened
from reportgen.analysis.reproducibility import DIFF
from reportgen.model import (
    Field,
    InputExample,
    Json,
    LoggedModel,
    MLmodel,
    ModelMetric,
    ModelStatus,
    ModelVersion,
    RunRef,
    Signature,
)
from reportgen.views import addresses, wording
from reportgen.views.artifacts.listing import FILTERED, FileRow, file_rows
from reportgen.views.artifacts.tables import Cell, TablePreview
from reportgen.views.code import code
from reportgen.views.downloads import Download, Made, offered, signature_json
from reportgen.views.environment import EnvironmentList, environment_list, with_sharers
from reportgen.views.lineage import Origin, Provenance, drawn_versions, lineage_graph
from reportgen.views.literals import as_json
from reportgen.views.model_card import NOTE_TAG, description_of
from reportgen.views.model_flavors import (
    AbilityRow,
    FlavorCard,
    ability_rows,
    flavor_cards,
    flavor_name,
    native_first,
)
from reportgen.views.model_use import Use, rows_in_words, use_of
from reportgen.views.page import (
    DELETED,
    Chip,
    Code,
    Fact,
    Head,
    Pair,
    ProblemRow,
    Section,
    head,
    problem_rows,
)
from reportgen.views.prose import first_sentence, note_prose
from reportgen.views.registry import version_chips
from reportgen.views.using.naming import Address, model_addresses

STATUS = {
    ModelStatus.READY: Chip("Ready", "ok", "check"),
    ModelStatus.PENDING: Chip("Pending", "run", "clock"),
    ModelStatus.FAILED: Chip("Failed", "bad", "x"),
    ModelStatus.UNSPECIFIED: Chip("Status unknown", "warn", "help"),
}
EXAMPLE_ROWS, EXAMPLE_COLUMNS, EXAMPLE_CHARACTERS = 5, 24, 3000
SCHEMA_CHARACTERS = 12_000
DEEPEST_FIELD = 4
"""Levels of a nested type that get rows of their own; what is deeper stays in words."""

HOW_TO_SIGN = """\
import mlflow
from mlflow.models import infer_signature

signature = infer_signature(inputs, outputs)  # a few rows of each
mlflow.models.set_signature({uri}, signature)"""


class FieldRow(Struct, frozen=True):
    """One line of a signature."""

    name: str
    type: str
    shape: str
    need: str
    """`required`, `optional`; of a parameter its default."""

    depth: int = 0
    """0 for a field, more for what is inside it."""


class FieldTable(Struct, frozen=True):
    """The inputs, outputs or params of a signature."""

    title: str
    note: str
    need: str
    """The heading over `FieldRow.need`; empty where no row has any."""

    shaped: bool
    rows: tuple[FieldRow, ...]


class ExampleView(Struct, frozen=True):
    """The input example: as a table, else as JSON."""

    note: str
    table: TablePreview | None
    code: Code | None


class MetricLine(Struct, frozen=True):
    name: str
    value: str
    step: str
    dataset: str


class ModelPage(Struct, frozen=True):
    template: ClassVar[str] = "model.html"

    head: Head
    name: str
    chips: tuple[Chip, ...]
    lede: str
    facts: tuple[Fact, ...]
    uri: str
    sections: tuple[Section, ...]
    signature: tuple[FieldTable, ...]
    signature_note: str
    signature_schema: Code | None
    """The signature as JSON Schema; None where there is none, or more than people read."""

    signature_missing: str
    how_to_sign: Code | None
    example: ExampleView | None
    use: Use
    metrics: tuple[MetricLine, ...]
    abilities: tuple[AbilityRow, ...]
    flavors: tuple[FlavorCard, ...]
    metadata: Code | None
    note: Markup
    addresses: tuple[Address, ...]
    downloads: tuple[Download, ...]
    files: tuple[FileRow, ...]
    files_note: str
    files_filtered: bool
    """True where there are so many that a field to filter them helps."""

    environment: EnvironmentList
    variables: tuple[str, ...]
    params: tuple[Pair, ...]
    tags: tuple[Pair, ...]
    system_tags: tuple[Pair, ...]
    lineage: Markup
    """From what its registered versions came to what they are called; empty without any."""

    problems: tuple[ProblemRow, ...]


def model_page(  # noqa: PLR0913 (each is one thing the page links to)
    model: LoggedModel,
    *,
    address: str,
    key: str,
    source_run: RunRef | None,
    versions: Sequence[ModelVersion],
    experiment_name: str,
    files: Mapping[str, str],
    provenance: Provenance | None = None,
    downloads: Sequence[tuple[Made, str]] = (),
    environment_key: str = "",
) -> ModelPage:
    """The page at `address`; `files` gives the site's address of each copied file by its path,
    `downloads` are the files made for the page, with theirs. `environment_key` is that of its
    environment where a run had it too."""
    mlmodel = model.mlmodel or MLmodel()
    use = use_of(model, versions)
    tables = tuple(_field_tables(mlmodel.signature))
    missing = _signature_missing(model, tables)
    example = _example(mlmodel.example) if mlmodel.example else None
    metrics = tuple(map(_metric, model.metrics))
    note = description_of(model, versions)
    lede = first_sentence(note)
    filtered = len(model.artifacts) > FILTERED
    hrefs = {path: addresses.relative(copy, address) for path, copy in files.items()}
    page = ModelPage(
        head=head(
            address,
            "model",
            model.name or model.id,
            _crumbs(model, experiment_name),
            description=lede or f"Model {model.name or model.id}.",
            id=addresses.slug(model.id),
            key=key,
            later=("files", "model", *(("graph",) if versions else ())),
        ),
        name=model.name or model.id,
        chips=(*_chips(model), *version_chips(versions)),
        lede=lede,
        facts=tuple(_facts(model, mlmodel, source_run, versions, address)),
        uri=model.uri,
        sections=(),
        signature=tables,
        signature_note="read from the file MLmodel" if tables else "",
        signature_schema=_schema(mlmodel, model.name or model.id),
        signature_missing=missing,
        how_to_sign=_how_to_sign(model) if missing and mlmodel.flavors else None,
        example=example,
        use=use,
        metrics=metrics,
        abilities=ability_rows(mlmodel),
        flavors=flavor_cards(model, hrefs),
        metadata=_metadata(mlmodel.metadata),
        note=note_prose(note) if note.strip() not in ("", lede) else Markup(),
        addresses=model_addresses(model, versions),
        downloads=offered(downloads, address),
        files=file_rows(model.artifacts, hrefs),
        files_note=_files_note(model),
        files_filtered=filtered,
        environment=with_sharers(environment_list(mlmodel.environment), environment_key, address),
        variables=mlmodel.env_vars,
        params=tuple(Pair(name, value) for name, value in model.params.items()),
        tags=tuple(Pair(name, value) for name, value in model.tags.items() if not _own(name)),
        system_tags=tuple(
            Pair(name, shortened(value))
            for name, value in model.tags.items()
            if _own(name) and name not in (NOTE_TAG, DIFF)
        ),
        lineage=_lineage(model, address, source_run, versions, provenance),
        problems=problem_rows(model.problems),
    )
    return _with_sections(page)


def _lineage(
    model: LoggedModel,
    address: str,
    source_run: RunRef | None,
    versions: Sequence[ModelVersion],
    provenance: Provenance | None,
) -> Markup:
    name = source_run.name or wording.short_id(source_run.id) if source_run else ""
    origins = [
        Origin(
            version=one,
            run_id=model.run_id,
            run_name=name,
            provenance=provenance or Provenance(),
            model_name=model.name or model.id,
            model=address,
        )
        for one in drawn_versions(versions)
    ]
    return lineage_graph(origins, address, title=f"Lineage of {model.name or model.id}")


def _with_sections(page: ModelPage) -> ModelPage:
    """The page with its own navigation: only what is there."""
    found = (
        (bool(page.signature or page.signature_missing), Section("signature", "Signature")),
        (page.example is not None, Section("example", "Input example")),
        (True, Section("use", "Use it")),
        (bool(page.metrics), Section("metrics", "Metrics", str(len(page.metrics)))),
        (bool(page.flavors), Section("flavors", "Flavors", str(len(page.flavors)))),
        (page.metadata is not None, Section("metadata", "Metadata")),
        (bool(page.environment.tables), Section("packages", "Packages")),
        (bool(page.note), Section("notes", "Notes")),
        (bool(page.problems), Section("problems", "Problems", str(len(page.problems)))),
        (True, Section("addresses", "Addresses")),
        (bool(page.downloads), Section("downloads", "Downloads")),
        (bool(page.files), Section("files", "Files")),
        (bool(page.flavors), Section("environment", "Environment")),
        (bool(page.params), Section("params", "Parameters", str(len(page.params)))),
        (bool(page.tags or page.system_tags), Section("tags", "Tags")),
        (bool(page.lineage), Section("lineage", "Lineage")),
    )
    return replace(page, sections=tuple(section for there, section in found if there))


def _crumbs(model: LoggedModel, experiment_name: str) -> tuple[tuple[str, str], ...]:
    """A saved model lies by itself: it belongs to no experiment."""
    above = ("Models", addresses.MODELS)
    if not model.experiment_id:
        return (above,)
    return (above, (experiment_name, addresses.experiment(model.experiment_id)))


def _own(tag: str) -> bool:
    return tag.startswith(("mlflow.", "_mlflow"))


def _chips(model: LoggedModel) -> tuple[Chip, ...]:
    return (STATUS[model.status], DELETED) if model.deleted else (STATUS[model.status],)


def _facts(
    model: LoggedModel,
    mlmodel: MLmodel,
    source_run: RunRef | None,
    versions: Sequence[ModelVersion],
    address: str,
) -> Iterator[Fact]:
    created = model.created if model.created is not None else mlmodel.created
    if created is not None:
        yield Fact("cal", wording.time(created))
    if mlmodel.size:
        yield Fact("box", wording.size(mlmodel.size), title="Size of its files")
    if mlmodel.flavors:
        yield Fact("cpu", ", ".join(map(flavor_name, native_first(mlmodel.flavors))))
    if model.model_type:
        yield Fact("layers", model.model_type, title="Type of model")
    if source_run is not None:
        pointer = addresses.relative(addresses.run_pointer(source_run.id), address)
        name = source_run.name or wording.short_id(source_run.id)
        yield Fact("branch", name, pointer, title="The run that made it")
    elif model.run_id:
        yield Fact("branch", wording.short_id(model.run_id), code=True, title="Made by this run")
    newest = {one.name: one for one in sorted(versions, key=lambda one: one.version)}
    for one in newest.values():
        pointer = addresses.relative(addresses.registered_model(one.name), address)
        yield Fact("star", f"{one.name} v{one.version}", pointer, title="Registered as")


def _files_note(model: LoggedModel) -> str:
    if not model.artifacts:
        return ""
    total = sum(artifact.size for artifact in model.artifacts)
    return f"{wording.count(len(model.artifacts), 'file')}, {wording.size(total)}"


def _metric(metric: ModelMetric) -> MetricLine:
    dataset = f"{metric.dataset} ({metric.digest})" if metric.digest else metric.dataset
    return MetricLine(metric.key, wording.number(metric.value), f"{metric.step:,}", dataset)


# ---- signature ---------------------------------------------------------------------------------


def _signature_missing(model: LoggedModel, tables: Sequence[FieldTable]) -> str:
    """What it means that there is none; empty where there is one, or nothing to say of it."""
    if tables or model.mlmodel is None or not model.mlmodel.flavors:
        return ""
    return (
        "No signature was recorded: MLflow passes on whatever it is sent, and nothing here says "
        "what that should be. A signature names and types the inputs and outputs, and requests "
        "are checked against it. Without one Spark has to be told what comes back, and the Unity "
        "Catalog of Databricks registers no version."
    )


def _schema(mlmodel: MLmodel, title: str) -> Code | None:
    text = signature_json(mlmodel.signature, title)
    return code("JSON Schema", text, "json") if text and len(text) <= SCHEMA_CHARACTERS else None


def _how_to_sign(model: LoggedModel) -> Code:
    uri = as_json(model.uri)
    return code("Add one", HOW_TO_SIGN.format(uri=uri), "python")


def _field_tables(signature: Signature | None) -> Iterator[FieldTable]:
    if signature is None:
        return
    parts = (
        ("Inputs", signature.inputs),
        ("Outputs", signature.outputs),
        ("Params", signature.params),
    )
    for title, fields in parts:
        if fields:
            yield _field_table(title, fields)


def _field_table(title: str, fields: Sequence[Field]) -> FieldTable:
    params = title == "Params"
    rows = tuple(row for field in fields for row in _rows(field, title))
    thing = "parameter" if params else "tensor" if fields[0].is_tensor else "column"
    note = wording.count(len(fields), thing)
    every = not params and all(row.need == "required" for row in rows)
    if title == "Inputs" and every:
        note += ", required" if len(fields) == 1 else ", all required"
    need = "Default" if params else "" if every or title == "Outputs" else "Required"
    return FieldTable(title, note, need, any(row.shape for row in rows), rows)


def _rows(field: Field, title: str) -> Iterator[FieldRow]:
    name = field.name or f"the {title.lower().removesuffix('s')}"
    need = _default(field.default) if title == "Params" else _need(field.required)
    kind, inner = _opened(field.spec, field.type)
    yield FieldRow(name, kind, _shape(field.shape), need)
    for row in _inner_rows(inner, 1):
        yield replace(row, need="") if title == "Params" else row


def _inner_rows(properties: Mapping[str, Json], depth: int) -> Iterator[FieldRow]:
    for name, spec in properties.items():
        required = not (isinstance(spec, Mapping) and spec.get("required") is False)
        kind, inner = _opened(spec, "", closed=depth == DEEPEST_FIELD)
        yield FieldRow(str(name), kind, "", _need(required), depth)
        yield from _inner_rows(inner, depth + 1)


def _opened(spec: Json, words: str, *, closed: bool = False) -> tuple[str, Mapping[str, Json]]:
    """A type without what is inside its objects, and that apart: `array<object>`, properties."""
    if not isinstance(spec, Mapping):
        return words or str(spec), {}
    match spec.get("type"):
        case "array" | "map" as outer:
            key = "items" if outer == "array" else "values"
            kind, inner = _opened(spec.get(key), "", closed=closed)
            return f"{outer}<{kind}>", inner
        case "object":
            properties = spec.get("properties")
            if isinstance(properties, Mapping) and not closed:
                return "object", properties
            return "object", {}
        case kind:
            return words or str(kind), {}


def _need(required: bool) -> str:
    return "required" if required else "optional"


def _default(value: Json) -> str:
    return "none" if value is None else as_json(value)


def _shape(shape: tuple[int, ...] | None) -> str:
    """`(any, 224, 224, 3)`; Python writes a single one with a comma, people do not."""
    if shape is None:
        return ""
    return f"({', '.join('any' if size < 0 else str(size) for size in shape)})"


# ---- input example -----------------------------------------------------------------------------


def _example(example: InputExample) -> ExampleView | None:
    if example.content is None:
        return None
    params = f" with parameters {as_json(dict(example.params))}" if example.params else ""
    table = _example_table(example.content) if example.kind == "dataframe" else None
    if table:
        return ExampleView(f"{table.note}{params}", table, None)
    text = as_json(example.content)
    note = f"{example.kind}{params}"
    if len(text) > EXAMPLE_CHARACTERS:
        note += f", first {EXAMPLE_CHARACTERS:,} of {len(text):,} characters"
        text = f"{text[:EXAMPLE_CHARACTERS]}…"
    return ExampleView(note, None, code("JSON", text, "json"))


def _example_table(content: Json) -> TablePreview | None:
    """Of pandas' split form; None where it has another one."""
    rows = content.get("data") if isinstance(content, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return None
    width = max(map(len, rows), default=0)
    recorded = content.get("columns")
    names = recorded if isinstance(recorded, list) else list(range(width))
    note = rows_in_words(min(len(rows), EXAMPLE_ROWS), len(rows))
    if len(names) > EXAMPLE_COLUMNS:
        note += f", first {EXAMPLE_COLUMNS} of {len(names):,} columns"
    return TablePreview(
        tuple(str(name) for name in names[:EXAMPLE_COLUMNS]),
        tuple(tuple(map(_cell, row[:EXAMPLE_COLUMNS])) for row in rows[:EXAMPLE_ROWS]),
        note,
    )


def _cell(value: Json) -> Cell:
    if value is None or isinstance(value, str):
        return Cell(value or "")
    return Cell(as_json(value))


# ---- what it is made of ------------------------------------------------------------------------


def _metadata(value: Json) -> Code | None:
    return None if value in (None, {}, []) else code("Metadata", as_json(value), "json")
