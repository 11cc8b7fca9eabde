"""The flavors of a model: what can be done with it, and each with the line that loads it.

What is known of a flavor comes from `analysis.flavors` and `analysis.loading`; of one that is
unknown the page says what its file says.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from reportgen.analysis.flavors import (
    PYFUNC,
    THIS_MAJOR,
    Facts,
    abilities,
    facts_of,
    files_of,
    is_known,
    kind_of,
    version_of,
)
from reportgen.analysis.loading import Runs, loading_of
from reportgen.model import Artifact, Flavor, Json, LoggedModel, MLmodel
from reportgen.views import wording
from reportgen.views.code import code
from reportgen.views.literals import as_json, as_python
from reportgen.views.page import Chip, Code, Pair

SETTING_CHARACTERS = 200
MOST_FILES = 12

ABLE, UNABLE = Chip("Yes", "ok", "check"), Chip("No", "", "x")

LOADING = {
    Runs.DATA: Chip("Reads data", "ok", "check"),
    Runs.OBJECTS: Chip("Makes objects", "", "layers"),
    Runs.FETCH: Chip("Fetches parts", "run", "dl"),
    Runs.PICKLE: Chip("Unpickles", "warn", "warn"),
    Runs.CODE: Chip("Runs code", "warn", "warn"),
}

NO_ROUTE = "No other program is known to read its form."


class AbilityRow(Struct, frozen=True):
    """One thing to do with the model, and how or why not."""

    what: str
    chip: Chip
    code: str
    """The command or function; empty where it cannot be done."""

    how: str


class LoadingRow(Struct, frozen=True):
    """One thing that loading does."""

    chip: Chip
    why: str


class FlavorFile(Struct, frozen=True):
    path: str
    size: str
    href: str
    """Empty where the file was not copied."""


class FlavorCard(Struct, frozen=True):
    """A flavor: how it is loaded, what that does, its files, and its settings in MLmodel."""

    name: str
    title: str
    version: str
    """`scikit-learn 1.9.1`; empty where nothing says it."""

    about: tuple[str, ...]
    """What it is, needs or lacks, a sentence each."""

    line: Code | None
    """The lines of Python that load it natively."""

    loading: tuple[LoadingRow, ...]
    files: tuple[FlavorFile, ...]
    files_note: str
    portable: tuple[str, ...]
    settings: tuple[Pair, ...]


def ability_rows(mlmodel: MLmodel) -> tuple[AbilityRow, ...]:
    if not mlmodel.flavors:
        return ()
    return tuple(
        AbilityRow(one.what, ABLE if one.able else UNABLE, one.code, one.how)
        for one in abilities(mlmodel)
    )


def flavor_cards(model: LoggedModel, hrefs: Mapping[str, str]) -> tuple[FlavorCard, ...]:
    """The native flavor first; `hrefs` lead to the copied files, by path."""
    mlmodel = model.mlmodel or MLmodel()
    return tuple(_card(flavor, model, hrefs) for flavor in native_first(mlmodel.flavors))


def native_first(flavors: Sequence[Flavor]) -> tuple[Flavor, ...]:
    return tuple(sorted(flavors, key=lambda flavor: flavor.name == PYFUNC))


def flavor_name(flavor: Flavor) -> str:
    """`sklearn 1.4.2`: with the version of the library where MLmodel has it."""
    version = "" if flavor.name == PYFUNC else version_of(flavor)
    return f"{flavor.name} {version}".strip()


def _card(flavor: Flavor, model: LoggedModel, hrefs: Mapping[str, str]) -> FlavorCard:
    facts, files = facts_of(flavor), files_of(flavor, model.artifacts)
    version, title = version_of(flavor), facts.title
    return FlavorCard(
        name=flavor.name,
        title=facts.title if facts.title != flavor.name else "",
        version=f"{title} {version}" if version else "",
        about=tuple(_about(flavor, facts, model)),
        line=_line(flavor.name, facts, model.uri),
        loading=tuple(
            LoadingRow(LOADING[one.runs], one.why) for one in loading_of(flavor, model.artifacts)
        ),
        files=tuple(
            FlavorFile(one.path, wording.size(one.size), hrefs.get(one.path, ""))
            for one in files[:MOST_FILES]
        ),
        files_note=_files_note(files),
        portable=tuple(_portable(flavor, facts)),
        settings=tuple(_settings(flavor)),
    )


def _about(flavor: Flavor, facts: Facts, model: LoggedModel) -> Iterator[str]:
    if not is_known(flavor):
        yield (
            "MLflow itself has no flavor of this name: a plug-in or a release of another time "
            "saved it. Only what MLmodel says is known of it."
        )
    kind = kind_of(model.mlmodel or MLmodel()) if flavor.name == PYFUNC else ""
    if kind:
        yield f"It wraps {kind}."
    if facts.needs:
        yield facts.needs
    if facts.last < THIS_MAJOR:
        yield f"MLflow {facts.last} was the last to have this flavor: loading needs such a release."


def _line(name: str, facts: Facts, uri: str) -> Code | None:
    if not facts.loader:
        return None
    text = f"import mlflow\n\nmodel = {facts.loader}({as_python(uri)})"
    return code(f"Load {name}", text, "python")


def _files_note(files: Sequence[Artifact]) -> str:
    if not files:
        return ""
    total = wording.size(sum(one.size for one in files))
    if len(files) > MOST_FILES:
        return f"first {MOST_FILES} of {wording.count(len(files), 'file')}, {total} in all"
    return f"{wording.count(len(files), 'file')}, {total}"


def _portable(flavor: Flavor, facts: Facts) -> Iterator[str]:
    """In words; a python_function is as portable as what it wraps, which has its own card."""
    if facts.portable:
        yield facts.portable
    for form in dict.fromkeys(route.form for route in facts.routes):
        tools = " or ".join(route.tool for route in facts.routes if route.form == form)
        yield f"{form}: by {tools}."
    if not facts.portable and not facts.routes and flavor.name != PYFUNC and is_known(flavor):
        yield NO_ROUTE


def _settings(flavor: Flavor) -> Iterator[Pair]:
    for name, value in flavor.settings.items():
        if value not in (None, "", [], {}):
            yield Pair(name, _setting(name, value))


def _setting(name: str, value: Json) -> str:
    if name == "model_code_path":
        # The path on its author's machine: only the name is of use to anyone else.
        return str(value).replace("\\", "/").rsplit("/", 1)[-1]
    if name == "artifacts" and isinstance(value, Mapping):
        # Beside its path each has the URI it was copied from, on that machine too.
        paths = (one.get("path") for one in value.values() if isinstance(one, Mapping))
        return ", ".join(str(path) for path in paths if path)
    if name == "env" and isinstance(value, Mapping):
        return ", ".join(map(str, value.values()))
    text = value if isinstance(value, str) else as_json(value)
    return text if len(text) <= SETTING_CHARACTERS else f"{text[:SETTING_CHARACTERS]}…"
