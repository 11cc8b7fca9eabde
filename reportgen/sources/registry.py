"""The model registry of a file store: `models/` beside the experiments.

`models/<name>/meta.yaml`, `tags/`, `aliases/`, `version-<n>/` (`mlflow/store/model_registry/
file_store.py`). Prompts, which MLflow 3 keeps as models, and deleted versions are left out.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from reportgen.errors import Problem
from reportgen.model import Json, ModelVersion, RegisteredModel
from reportgen.sources.small_files import RESTORE, is_folder, subfolders
from reportgen.sources.text import read_meta, read_values, text_of, whole

FOLDER = "models"
PROMPT_TAG = "mlflow.prompt.is_prompt"
DELETED = "Deleted_Internal"

_VERSION = re.compile(r"version-([0-9]{1,18})")
_MODEL_SOURCE = re.compile(r"models:/(m-[0-9a-f]+)")


def read_registry(folder: Path, label: str, problems: list[Problem]) -> tuple[RegisteredModel, ...]:
    """The registered models of `folder`, a store's `models/`, sorted by name.

    `label` is the folder's path in `problems`, which those are added to that belong to no model.
    What is not a registered model is passed over.
    """
    models = []
    if is_folder(folder) and not folder.is_symlink():
        for name in sorted(subfolders(str(folder), label, problems)):
            model = _read_model(f"{folder}/{name}", f"{label}/{name}", name)
            if model is not None:
                models.append(model)
    return tuple(sorted(models, key=lambda model: model.name))


def _read_model(path: str, label: str, folder: str) -> RegisteredModel | None:
    problems: list[Problem] = []
    try:
        meta = read_meta(f"{path}/meta.yaml", f"{label}/meta.yaml", problems)
    except OSError:
        return None
    tags = read_values(f"{path}/tags", f"{label}/tags", problems)
    if tags.get(PROMPT_TAG, "").lower() == "true":
        return None
    name = text_of(meta.get("name")) or folder
    return RegisteredModel(
        name=name,
        description=text_of(meta.get("description")),
        created=whole(meta.get("creation_timestamp")),
        updated=whole(meta.get("last_updated_timestamp")),
        tags=tags,
        versions=_versions(path, label, name, problems),
        problems=tuple(problems),
    )


def _versions(
    path: str, label: str, name: str, problems: list[Problem]
) -> tuple[ModelVersion, ...]:
    aliases = read_values(f"{path}/aliases", f"{label}/aliases", problems)
    versions = []
    for folder in subfolders(path, label, problems):
        if numbered := _VERSION.fullmatch(folder):
            here, shown = f"{path}/{folder}", f"{label}/{folder}"
            number = int(numbered[1])
            named = tuple(alias for alias, at in aliases.items() if whole(at.strip()) == number)
            try:
                meta = read_meta(f"{here}/meta.yaml", f"{shown}/meta.yaml", problems)
            except OSError:
                what = "Has no meta.yaml, so this version is left out."
                problems.append(Problem(shown, what, RESTORE))
                continue
            tags = read_values(f"{here}/tags", f"{shown}/tags", problems)
            versions.append(_version(name, number, meta, named, tags))
    kept = (version for version in versions if version.stage != DELETED)
    return tuple(sorted(kept, key=lambda version: version.version))


def _version(
    name: str,
    number: int,
    meta: Mapping[str, Json],
    aliases: tuple[str, ...],
    tags: Mapping[str, str],
) -> ModelVersion:
    stage = text_of(meta.get("current_stage"))
    source = text_of(meta.get("source"))
    from_model = _MODEL_SOURCE.fullmatch(source)
    return ModelVersion(
        name=name,
        version=number,
        stage="" if stage == "None" else stage,  # the word, not the absence of one
        aliases=aliases,
        status=text_of(meta.get("status")) or "READY",
        run_id=text_of(meta.get("run_id")),
        model_id=text_of(meta.get("model_id")) or (from_model[1] if from_model else ""),
        source=source,
        description=text_of(meta.get("description")),
        created=whole(meta.get("creation_timestamp")),
        updated=whole(meta.get("last_updated_timestamp")),
        user=text_of(meta.get("user_id")),
        tags=tags,
    )
