"""The model registry of the SQL store (`mlflow/store/model_registry/dbmodels/models.py`).

Prompts, which MLflow 3 keeps in the same tables, are left out, and so are deleted versions.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from reportgen.model import ModelVersion, RegisteredModel
from reportgen.sources.sqlite import Row, Tables, as_text, as_whole

PROMPT = "mlflow.prompt.is_prompt"
DELETED = "Deleted_Internal"
MODEL_SOURCE = re.compile(r"models:/(m-[^/@]+)")

Name = tuple[str, str]
"""(workspace, name): from MLflow 3.10 on, each workspace has names of its own."""

TagsOf = Mapping[tuple[str, ...], Mapping[str, str]]


def registered_models(tables: Tables) -> tuple[RegisteredModel, ...]:
    """By name; versions by number. Versions whose model's own row is lost are kept."""
    rows = {
        _name(row): row
        for row in tables.rows(
            "registered_models",
            ("workspace", "name", "description", "creation_time", "last_updated_time"),
        )
    }
    tags = _tags(tables, "registered_model_tags", ("workspace", "name"))
    versions = _versions(tables)
    return tuple(
        RegisteredModel(
            name=name[1],
            description=as_text(row[2]),
            created=as_whole(row[3]),
            updated=as_whole(row[4]),
            tags=tags.get(name, {}),
            versions=versions.get(name, ()),
        )
        for name in sorted({*rows, *versions}, key=lambda name: (name[1], name[0]))
        for row in [rows.get(name, (*name, None, None, None))]
        if PROMPT not in tags.get(name, {})
    )


def _name(row: Row) -> Name:
    return as_text(row[0]) or "default", as_text(row[1])


def _tags(tables: Tables, table: str, owner: Sequence[str]) -> TagsOf:
    tags: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for *of, key, value in sorted(tables.rows(table, (*owner, "key", "value")), key=str):
        tags[(*_name(tuple(of)), *map(as_text, of[2:]))][as_text(key)] = as_text(value)
    return tags


def _versions(tables: Tables) -> Mapping[Name, tuple[ModelVersion, ...]]:
    aliases = _aliases(tables)
    tags = _tags(tables, "model_version_tags", ("workspace", "name", "version"))
    columns = (
        *("workspace", "name", "version", "current_stage", "source", "run_id", "status"),
        *("description", "creation_time", "last_updated_time", "user_id"),
    )
    versions: dict[Name, list[ModelVersion]] = defaultdict(list)
    for row in tables.rows("model_versions", columns):
        key = (*_name(row), as_text(row[2]))
        own = tags.get(key, {})
        if row[3] != DELETED and PROMPT not in own:
            versions[_name(row)].append(_version(row, own, aliases.get(key, ())))
    return {
        name: tuple(sorted(listed, key=lambda version: version.version))
        for name, listed in versions.items()
    }


def _aliases(tables: Tables) -> Mapping[tuple[str, ...], Sequence[str]]:
    aliases: dict[tuple[str, ...], list[str]] = defaultdict(list)
    rows = tables.rows("registered_model_aliases", ("workspace", "name", "version", "alias"))
    for row in rows:
        aliases[(*_name(row), as_text(row[2]))].append(as_text(row[3]))
    return aliases


def _version(row: Row, tags: Mapping[str, str], aliases: Sequence[str]) -> ModelVersion:
    _, name, version, stage, source, run_id, status, description, created, updated, user = row
    made_from = MODEL_SOURCE.fullmatch(as_text(source))
    return ModelVersion(
        name=as_text(name),
        version=as_whole(version) or 0,
        stage="" if stage in (None, "None") else as_text(stage),
        aliases=tuple(sorted(aliases)),
        status=as_text(status) or "READY",
        run_id=as_text(run_id),
        model_id=made_from[1] if made_from else "",
        source=as_text(source),
        description=as_text(description),
        created=as_whole(created),
        updated=as_whole(updated),
        user=as_text(user),
        tags=tags,
    )
