"""All registered models, and what is said of their versions wherever they are named."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from msgspec import Struct, field

from reportgen.analysis.metrics import Goal
from reportgen.analysis.releases import ModelFacts
from reportgen.model import ModelVersion, RegisteredModel
from reportgen.views import addresses, wording
from reportgen.views.lineage import Provenance
from reportgen.views.page import Chip, Head, Link, head
from reportgen.views.prose import first_sentence

STAGE_TONES = {"Production": "ok", "Staging": "run"}

CHAMPION = ("champion", "production", "prod", "best")
"""Aliases that name the version in use, the surest first."""


class VersionLink(Struct, frozen=True):
    """What a version leads to, as far as it is in the report."""

    run_id: str = ""
    """Of its source run; empty when that is not in the report."""

    run_name: str = ""
    model: str = ""
    """The address of its model's page from the site's root; empty for none."""

    metrics: tuple[tuple[str, float], ...] = ()
    """(name, value) of its run, the most telling first: each at its best where a direction is
    known, else the last."""

    goals: Mapping[str, Goal] = field(default_factory=dict)
    """The directions of metrics that somebody named."""

    params: Mapping[str, str] = field(default_factory=dict)
    """Of its run."""

    facts: ModelFacts | None = None
    """None where its model is not here."""

    model_name: str = ""
    provenance: Provenance = field(default_factory=Provenance)
    """Of its run."""


class RegistryRow(Struct, frozen=True):
    """One name in the list of registered models."""

    link: Link
    lede: str
    in_use: str
    """`v3`."""

    chips: tuple[Chip, ...]
    model: str
    """The libraries of the version in use."""

    metric: str
    """The most telling metric of its run, and its value."""

    value: str
    versions: str
    updated: str


class RegistryPage(Struct, frozen=True):
    template: ClassVar[str] = "registry.html"

    head: Head
    lede: str
    models: tuple[RegistryRow, ...]


def version_in_use(model: RegisteredModel) -> ModelVersion | None:
    """The one people mean: by a telling alias, by its stage, by any alias, else the newest."""
    newest_first = tuple(reversed(model.versions))
    for alias in CHAMPION:
        for one in newest_first:
            if alias in one.aliases:
                return one
    for one in newest_first:
        if one.stage == "Production":
            return one
    return next((one for one in newest_first if one.aliases), next(iter(newest_first), None))


def version_chips(versions: Sequence[ModelVersion]) -> tuple[Chip, ...]:
    """The stages and aliases of the versions that were made of a model."""
    stages = sorted({one.stage for one in versions if one.stage})
    aliases = sorted({alias for one in versions for alias in one.aliases})
    return (
        *(Chip(stage, STAGE_TONES.get(stage, ""), "layers") for stage in stages),
        *(Chip(f"@{alias}", "acc", "star") for alias in aliases),
    )


def registry_page(
    models: Sequence[RegisteredModel],
    *,
    address: str = addresses.REGISTRY,
    pages: Mapping[str, str] | None = None,
    used: Mapping[str, VersionLink] | None = None,
) -> RegistryPage:
    """All registered models; `pages` gives by name the address of its page, else its pointer, and
    `used` what the version in use leads to."""
    known, links = pages or {}, used or {}
    total = sum(len(model.versions) for model in models)
    return RegistryPage(
        head=head(
            address,
            "registry",
            "Registered models",
            description="The model registry.",
            later=("registered",) if models else (),
        ),
        lede=f"{wording.count(len(models), 'registered model')} with "
        f"{wording.count(total, 'version')}."
        if models
        else "No model is registered.",
        models=tuple(
            _registry_row(
                model,
                addresses.relative(
                    known.get(model.name) or addresses.registered_model(model.name), address
                ),
                links.get(model.name, VersionLink()),
            )
            for model in sorted(models, key=lambda model: model.name.lower())
        ),
    )


def _registry_row(model: RegisteredModel, href: str, link: VersionLink) -> RegistryRow:
    used = version_in_use(model)
    metric, value = next(iter(link.metrics), ("", None))
    return RegistryRow(
        link=Link(model.name, href),
        lede=first_sentence(model.description),
        in_use=f"v{used.version}" if used else wording.NONE,
        chips=version_chips([used]) if used else (),
        model=libraries(link.facts) or wording.NONE,
        metric=metric,
        value=wording.number(value),
        versions=f"{len(model.versions):,}",
        updated=wording.day(model.updated if model.updated is not None else model.created),
    )


def libraries(facts: ModelFacts | None) -> str:
    """`sklearn 1.7.2`; of a model that has no other flavor `python_function`."""
    flavors = dict(facts.flavors) if facts else {}
    native = [name for name in flavors if name != "python_function"] or list(flavors)
    return ", ".join(" ".join(filter(None, (name, flavors[name]))) for name in native)
