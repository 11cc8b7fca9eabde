"""A model's card in Markdown: to put beside the model, as its README, or on a hub of models.

It begins with metadata as the Hugging Face Hub reads it (huggingface.co/docs/hub/model-cards),
of which only what was recorded is there: no license is made up. All text from the store is
escaped for Markdown or written by a YAML library.
"""

import html
import math
import re
from collections.abc import Iterator, Mapping, Sequence

import yaml
from msgspec import Struct

from reportgen.analysis.environments import is_package, is_pinned
from reportgen.analysis.flavors import PYFUNC, abilities, facts_of, is_known, task_of
from reportgen.analysis.loading import RISKY, loading_of
from reportgen.analysis.training import Training
from reportgen.model import Field, Json, LoggedModel, MLmodel, ModelMetric, ModelVersion
from reportgen.views import wording
from reportgen.views.environment import environment_list
from reportgen.views.literals import as_json, as_python
from reportgen.views.markdown import block, link, paragraphs, span, table, text
from reportgen.views.model_flavors import flavor_name, native_first
from reportgen.views.prose import prose

MOST_ROWS = 100
"""Of a table; a card is read by people."""

LONGEST_VALUE = 200

NOTE_TAG = "mlflow.note.content"

LIBRARIES = {"sentence_transformers": "sentence-transformers"}
"""Names that the hub has for libraries, where they are not those of the flavors."""

TABULAR = {"classifier": "tabular-classification", "regressor": "tabular-regression"}


class CardInputs(Struct, frozen=True):
    """All that a card is made of."""

    model: LoggedModel
    training: Training
    versions: tuple[ModelVersion, ...] = ()


def model_card(inputs: CardInputs) -> str:
    """The whole card; every part is there, and says so where nothing was recorded."""
    model = inputs.model
    head = yaml.safe_dump(
        metadata(inputs), sort_keys=False, allow_unicode=True, width=math.inf, indent=2
    )
    parts = [
        f"# {text(model.name or model.id)}",
        paragraphs(_plain(description_of(model, inputs.versions))),
        *_about(inputs),
        *_loading(model),
        *_signature(model),
        *_training(inputs.training),
        *_environment(model),
        *_risks(model),
        *_again(inputs),
        "---\n\nMade by reportgen from what MLflow recorded.",
    ]
    return f"---\n{head}---\n\n" + "\n\n".join(part for part in parts if part) + "\n"


def description_of(model: LoggedModel, versions: Sequence[ModelVersion]) -> str:
    """The model's own note, else that of its newest version which has one."""
    described = sorted((one for one in versions if one.description), key=lambda one: one.version)
    return model.tags.get(NOTE_TAG, "") or (described[-1].description if described else "")


def _plain(markdown: str) -> str:
    """The words of a note: its own markup could be anything, and would be the card's."""
    spaced = re.sub(r"</(p|li|h\d|tr|pre|dt|dd)>", "\n\n", str(prose(markdown)))
    return html.unescape(re.sub(r"<[^>]*>", "", spaced))


# ---- metadata ----------------------------------------------------------------------------------


def metadata(inputs: CardInputs) -> dict[str, Json]:
    """The hub's names, of what is known: `library_name`, `tags`, `license`, `model-index`, …"""
    model = inputs.model
    flavors = native_first(model.mlmodel.flavors if model.mlmodel else ())
    native = next((one for one in flavors if one.name != PYFUNC), None)
    task = _task(model)
    found: dict[str, Json] = {}
    if native is not None:
        found["library_name"] = LIBRARIES.get(native.name, _line(native.name))
    tags = ["mlflow", *(_line(one.name) for one in flavors), _line(model.model_type)]
    found["tags"] = list(dict.fromkeys(tag for tag in tags if tag))
    found["license"] = _recorded(model, "license")
    found["base_model"] = _base_model(model)
    found["pipeline_tag"] = task
    found["datasets"] = sorted(
        {_line(one.name) for one in inputs.training.datasets if one.source_type == "hugging_face"}
    )
    metrics = [one for one in inputs.training.metrics if math.isfinite(one.value)]
    found["metrics"] = list(dict.fromkeys(_line(one.key) for one in metrics))
    found["model-index"] = _index(model, task, metrics, inputs.training)
    return {name: value for name, value in found.items() if value}


def _line(words: str) -> str:
    """YAML's own quoting does the rest."""
    return " ".join(str(words).split())


def _recorded(model: LoggedModel, name: str) -> str:
    """What the author said in a tag, or in the metadata of MLmodel."""
    attached = model.mlmodel.metadata if model.mlmodel else None
    said = model.tags.get(name) or (attached.get(name) if isinstance(attached, Mapping) else "")
    return _line(said) if isinstance(said, str) else ""


def _base_model(model: LoggedModel) -> str:
    for name, key in (("transformers", "source_model_name"), ("diffusers", "base_model")):
        flavor = model.mlmodel.flavor(name) if model.mlmodel else None
        said = flavor.settings.get(key) if flavor else None
        # A path on its author's machine is no model of the hub.
        if isinstance(said, str) and said.count("/") == 1 and said[0] not in "./~":
            return _line(said)
    return ""


def _task(model: LoggedModel) -> str:
    flavors = model.mlmodel.flavors if model.mlmodel else ()
    known = next(filter(None, map(task_of, flavors)), "")
    return _line(known) or TABULAR.get(model.model_type, "")


def _index(
    model: LoggedModel, task: str, metrics: Sequence[ModelMetric], training: Training
) -> list[Json]:
    """The hub wants a task and a dataset with every result; without either there is none."""
    only = training.datasets[0].name if len(training.datasets) == 1 else ""
    by_dataset: dict[str, list[ModelMetric]] = {}
    for one in metrics:
        by_dataset.setdefault(one.dataset or only, []).append(one)
    results = [
        {
            "task": {"type": task},
            "dataset": {"name": _line(name), "type": _line(name)},
            "metrics": [
                {"type": _line(one.key), "name": _line(one.key), "value": one.value}
                for one in found
            ],
        }
        for name, found in sorted(by_dataset.items())
        if name
    ]
    return [{"name": _line(model.name or model.id), "results": results}] if task and results else []


# ---- parts -------------------------------------------------------------------------------------


def _about(inputs: CardInputs) -> Iterator[str]:
    model, mlmodel = inputs.model, inputs.model.mlmodel or MLmodel()
    created = model.created if model.created is not None else mlmodel.created
    when = wording.moment(created)
    rows = [
        ("Address in MLflow", span(model.uri)),
        ("Saved", f"{when:%Y-%m-%d %H:%M} UTC" if when else ""),
        ("MLflow", text(mlmodel.mlflow_version)),
        ("Flavors", ", ".join(text(flavor_name(one)) for one in native_first(mlmodel.flavors))),
        ("Type", text(model.model_type)),
        ("Size", wording.size(mlmodel.size) if mlmodel.size else ""),
    ]
    for one in sorted(inputs.versions, key=lambda one: (one.name, one.version)):
        named = "".join(f", {span('@' + alias)}" for alias in one.aliases)
        stage = f", {text(one.stage)}" if one.stage else ""
        rows.append(("Registered as", f"{text(one.name)} version {one.version}{stage}{named}"))
    yield "## What it is"
    yield table(("", ""), [row for row in rows if row[1]])


def _loading(model: LoggedModel) -> Iterator[str]:
    mlmodel = model.mlmodel
    yield "## How to load it"
    if mlmodel is None or not mlmodel.flavors:
        yield "Its files were not recorded, so nothing is known of how it is loaded."
        return
    loaders = [facts_of(one).loader for one in mlmodel.flavors if facts_of(one).loader]
    loaders.sort(key=lambda name: name != "mlflow.pyfunc.load_model")
    if loaders:
        lines = [f"model = {name}({as_python(model.uri)})" for name in loaders]
        yield block("import mlflow\n\n" + "\n# or\n".join(lines), "python")
    needs = [facts_of(one).needs for one in mlmodel.flavors if facts_of(one).needs]
    unknown = [span(one.name) for one in mlmodel.flavors if not is_known(one)]
    if unknown:
        needs.append(f"Nothing is known of the flavor {', '.join(unknown)}.")
    yield " ".join(needs)
    yield "\n".join(
        f"- {one.what}: {span(one.code) if one.able else 'no'}. {one.how}"
        for one in abilities(mlmodel)
    )


def _signature(model: LoggedModel) -> Iterator[str]:
    signature = model.mlmodel.signature if model.mlmodel else None
    yield "## What it takes and gives"
    parts = (
        (("Inputs", signature.inputs), ("Outputs", signature.outputs), ("Params", signature.params))
        if signature
        else ()
    )
    said = [(title, fields) for title, fields in parts if fields]
    if not said:
        yield "No signature was recorded."
    for title, fields in said:
        yield f"### {title}"
        yield _fields(title, fields)


def _fields(title: str, fields: Sequence[Field]) -> str:
    last = "Default" if title == "Params" else "Needed"
    rows = [
        (
            span(field.name) or "(unnamed)",
            span(field.type + (f" {list(field.shape)}" if field.shape is not None else "")),
            _default(field) if title == "Params" else "yes" if field.required else "no",
        )
        for field in fields
    ]
    return _cut(("Name", "Type", last), rows)


def _default(field: Field) -> str:
    return "none" if field.default is None else span(_short(as_json(field.default)))


def _training(training: Training) -> Iterator[str]:
    yield "## How it was trained"
    commit = span(training.commit)
    rows = [
        ("Run", " ".join(filter(None, (text(training.run_name), span(training.run_id))))),
        ("Source", span(training.source)),
        ("Entry point", span(training.entry_point)),
        ("Branch", span(training.branch)),
        ("Commit", link(commit, training.commit_url) if training.commit_url else commit),
    ]
    known = [row for row in rows if row[1]]
    yield table(("", ""), known) if known else "Nothing was recorded of the run that made it."
    if training.datasets:
        yield "### Datasets"
        yield _cut(
            ("Name", "Digest", "Source", "Used for"),
            [
                (text(one.name), span(one.digest), text(one.source_type), text(one.context))
                for one in training.datasets
            ],
        )
    if training.params:
        yield "### Parameters"
        pairs = [(span(name), span(_short(value))) for name, value in training.params.items()]
        yield _cut(("Name", "Value"), pairs)
    if training.metrics:
        yield "### Metrics"
        yield _cut(
            ("Name", "Value", "Dataset"),
            [
                (span(one.key), str(wording.number(one.value)), text(one.dataset))
                for one in training.metrics
            ],
        )


def _environment(model: LoggedModel) -> Iterator[str]:
    env = model.mlmodel.environment if model.mlmodel else None
    yield "## Environment"
    if env is None or not (env.python or env.pip or env.conda):
        yield "No environment was recorded."
        return
    if env.python:
        yield f"Python {text(env.python)}"
    if env.pip:
        yield block(environment_list(env).text, "text")
    if env.conda:
        yield "And, by conda:"
        yield block("\n".join(one.line or one.name + one.version for one in env.conda), "text")


def _risks(model: LoggedModel) -> Iterator[str]:
    flavors = native_first(model.mlmodel.flavors if model.mlmodel else ())
    found = [one for flavor in flavors for one in loading_of(flavor, model.artifacts)]
    yield "## What loading it runs"
    if not found:
        yield "Nothing is known of it. Load it only if you trust where it comes from."
        return
    yield "\n".join(f"- {text(words)}" for words in dict.fromkeys(one.why for one in found))
    if any(one.runs in RISKY for one in found):
        yield "Load it only if you trust where it comes from."


def _again(inputs: CardInputs) -> Iterator[str]:
    """What is there of all that it takes to train it again."""
    training, mlmodel = inputs.training, inputs.model.mlmodel or MLmodel()
    listed = (*mlmodel.environment.conda, *mlmodel.environment.pip)
    packages = [one for one in listed if is_package(one)]
    pinned = sum(map(is_pinned, packages))
    digests = sum(bool(one.digest) for one in training.datasets)
    yield "## Training it again"
    yield "\n".join(
        (
            f"- Commit: {'recorded' if training.commit else 'not recorded'}.",
            f"- Parameters: {len(training.params) or 'none'} recorded.",
            f"- Datasets: {len(training.datasets) or 'none'} recorded, {digests} with a digest.",
            f"- Python: {text(mlmodel.environment.python) or 'no version recorded'}.",
            f"- Packages: {pinned} of {len(packages)} with an exact version."
            if packages
            else "- Packages: none recorded.",
        )
    )


def _cut(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    shown = table(heads, rows[:MOST_ROWS])
    more = len(rows) - MOST_ROWS
    return f"{shown}\n\nAnd {wording.count(more, 'more row')}." if more > 0 else shown


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_VALUE else f"{words[:LONGEST_VALUE]}…"
