"""The file `MLmodel` and what lies beside it: signature, example, environment; never the model.

Only files that a walk of the folder has listed are opened, by any name that MLmodel gives. What
cannot be read costs itself and is a problem.
"""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reportgen.errors import Problem
from reportgen.model import (
    Artifact,
    Environment,
    Flavor,
    InputExample,
    Json,
    LoggedModel,
    MLmodel,
)
from reportgen.sources.environment import KNOWN, read_environment
from reportgen.sources.plain import from_json, from_yaml, hint_of, read_text, repeated_keys
from reportgen.sources.signature import parse_signature

NAME = "MLmodel"
LOG_AGAIN = "Log the model again, or restore its files from a copy."
LARGEST_EXAMPLE = 2 * 1024 * 1024
"""Bytes. An example is there to be looked at; larger ones stay a file among the artifacts."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Folder:
    """The files below a model's folder by path, and what was found wrong with them so far."""

    files: Mapping[str, Path]
    label: str
    problems: list[Problem] = field(default_factory=list)

    def report(self, path: str, what: str, hint: str) -> None:
        self.problems.append(Problem(posixpath.join(self.label, path), what, hint))


def read_mlmodel(
    folder: Path, artifacts: Sequence[Artifact], label: str
) -> tuple[MLmodel, tuple[Problem, ...]]:
    """The model in `folder`, whose files are `artifacts` (paths relative to it).

    `label` is the folder as problems name it.
    """
    here = _Folder({artifact.path: folder / artifact.path for artifact in artifacts}, label)
    recorded = _recorded(here)
    signature, problems = parse_signature(recorded.get("signature"), posixpath.join(label, NAME))
    here.problems.extend(problems)
    flavors = _flavors(recorded.get("flavors"))
    mlmodel = MLmodel(
        flavors=flavors,
        signature=signature,
        from_type_hint=recorded.get("is_signature_from_type_hint") is True,
        example=_example(recorded.get("saved_input_example_info"), here),
        environment=_environment(flavors, recorded.get("databricks_runtime"), here),
        mlflow_version=str(recorded.get("mlflow_version") or ""),
        created=_milliseconds(recorded.get("utc_time_created")),
        size=_size(recorded.get("model_size_bytes"), artifacts),
        metadata=recorded.get("metadata"),
        env_vars=tuple(map(str, _list(recorded.get("env_vars")))),
    )
    return mlmodel, tuple(here.problems)


def models_among(
    artifacts: Sequence[Artifact], folder: Path, *, run_id: str, experiment_id: str, label: str
) -> tuple[LoggedModel, ...]:
    """The models among a run's artifacts, where MLflow kept them before version 3.

    `folder` is the artifact root of the run, `label` its path as problems name it. A model
    inside another one's folder is a part of that one.
    """
    models: list[LoggedModel] = []
    for path in sorted(_model_folders(artifacts)):
        inside = f"{path}/" if path else ""
        own = tuple(
            replace(artifact, path=artifact.path.removeprefix(inside))
            for artifact in artifacts
            if artifact.path.startswith(inside)
        )
        mlmodel, problems = read_mlmodel(folder / path, own, posixpath.join(label, path))
        models.append(
            LoggedModel(
                id=f"{run_id}/{path or '.'}",
                name=path or "model",
                experiment_id=experiment_id,
                run_id=run_id,
                artifact_path=path or ".",
                created=mlmodel.created,
                mlmodel=mlmodel,
                artifacts=own,
                problems=problems,
            )
        )
    return tuple(models)


def _model_folders(artifacts: Sequence[Artifact]) -> set[str]:
    folders = {
        posixpath.dirname(artifact.path)
        for artifact in artifacts
        if posixpath.basename(artifact.path) == NAME
    }
    return {path for path in folders if not folders.intersection(_parents(path))}


def _parents(path: str) -> set[str]:
    parents = set()
    while path:
        path = posixpath.dirname(path)
        parents.add(path)
    return parents


def _recorded(here: _Folder) -> Mapping[str, Json]:
    path = here.files.get(NAME)
    if path is None:
        here.report(NAME, "This model has no file MLmodel.", LOG_AGAIN)
        return {}
    try:
        text = read_text(path)
        recorded = from_yaml(text)
    except ValueError as error:
        here.report(NAME, f"This MLmodel cannot be read: {error}.", hint_of(error))
        return {}
    if not isinstance(recorded, Mapping):
        here.report(NAME, "This MLmodel is not a mapping.", LOG_AGAIN)
        return {}
    if twice := repeated_keys(text):
        what = f"It says {', '.join(twice)} more than once; the last one counts."
        here.report(NAME, what, LOG_AGAIN)
    return recorded


def _flavors(recorded: Json) -> tuple[Flavor, ...]:
    return tuple(Flavor(name, _mapping(settings)) for name, settings in sorted(_items(recorded)))


def _items(value: Json) -> list[tuple[str, Json]]:
    return list(_mapping(value).items())


def _environment(flavors: Sequence[Flavor], runtime: Json, here: _Folder) -> Environment:
    files = {name: here.files[name] for name in KNOWN if name in here.files}
    environment, problems = read_environment(files, here.label)
    here.problems.extend(problems)
    pyfunc = next((flavor for flavor in flavors if flavor.name == "python_function"), Flavor(""))
    python = environment.python or str(pyfunc.settings.get("python_version") or "")
    return replace(environment, python=python, runtime=str(runtime or ""))


def _example(recorded: Json, here: _Folder) -> InputExample | None:
    """`saved_input_example_info`, and the files that it names (`mlflow/models/utils.py`)."""
    info = _mapping(recorded)
    if not info:
        return None
    serving = info.get("serving_input_path")
    content, params = _unwrapped(_json(info.get("artifact_path"), here), info)
    return InputExample(
        kind=str(info.get("type") or ""),
        content=content,
        params=params,
        serving=_json(serving, here) if serving else None,
    )


def _json(path: Json, here: _Folder) -> Json:
    name = str(path or "input_example.json")
    if name not in here.files:
        here.report(NAME, f"It names the input example {name!r}, which is not here.", LOG_AGAIN)
        return None
    try:
        return from_json(read_text(here.files[name], LARGEST_EXAMPLE))
    except ValueError as error:
        here.report(name, f"This input example cannot be read: {error}.", hint_of(error))
        return None


def _unwrapped(content: Json, info: Mapping[str, Json]) -> tuple[Json, Mapping[str, Json] | None]:
    """The data alone, and the parameters it was saved with.

    With parameters the file is `{"inputs": data, "params": …}`. Up to MLflow 2.9 arrays
    (`format: tf-serving`) are `{"inputs": array}` themselves, so wrapped twice if both hold.
    """
    params = None
    if "params" in info and isinstance(content, Mapping) and "params" in content:
        params = _mapping(content["params"])
        content = content.get("inputs")
    if info.get("format") == "tf-serving" and isinstance(content, Mapping):
        content = content.get("inputs", content)
    return content, params


def _milliseconds(recorded: Json) -> int | None:
    """`utc_time_created`: such as `2026-11-23 07:15:56.954127`, in UTC."""
    try:
        time = datetime.fromisoformat(str(recorded))
    except ValueError:
        return None
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    return (time - EPOCH) // timedelta(milliseconds=1)


def _size(recorded: Json, artifacts: Sequence[Artifact]) -> int:
    return recorded if isinstance(recorded, int) else sum(artifact.size for artifact in artifacts)


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
