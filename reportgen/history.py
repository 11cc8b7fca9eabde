"""What a site remembers of its versions: written once with each, read by every later build.

    versions/NAME.js           RG.version({…}): the manifest, which page of everything belongs to it
    versions/facts/DIGEST.js   RG.facts("DIGEST", {…}): what is remembered of the experiments that a
                               version was the first to see so, of the registry, of the projects;
                               once for all versions that it is true of

So a version in which one experiment changed adds the facts of that experiment and no others. They
are scripts, as pages opened from disk cannot read JSON; what is in the brackets is JSON.
"""

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

from reportgen.analysis.facts import (
    ExperimentFacts,
    Facts,
    ProjectFacts,
    experiment_facts,
    experiment_from,
    experiment_json,
    named_json,
    packages_of,
    projects_from,
    registered_facts,
    registered_from,
)
from reportgen.analysis.history import changes_between
from reportgen.errors import ReportError
from reportgen.model import Json
from reportgen.overview import Published, RankedExperiment
from reportgen.site.keys import file_digest
from reportgen.site.versions import History
from reportgen.theme import named_script, script_value, script_values
from reportgen.views import addresses
from reportgen.views.changes import change_groups, groups_json

MOST_TOLD = 30
"""Of the changes of one kind that a version tells; `reportgen changes` tells all."""

TOGETHER = 1000
"""Runs whose facts lie in one file, whatever their experiments; more, where one has more."""


def facts_of(published: Published, before: Facts | None = None) -> Facts:
    """What is remembered of a report; of experiments that are as they were `before`, that is
    taken, which may have been read."""
    known = before.experiments if before else {}
    return Facts(
        experiments={
            one.experiment.key: _facts_of(one, known.get(one.experiment.key))
            for one in published.experiments
        },
        registered={
            model.name: registered_facts(model, published.pasts.get(model.name))
            for model in published.catalog.registered_models
        },
        projects={
            project.path: ProjectFacts(project.name, packages_of(project.environment))
            for project in published.catalog.projects
        },
    )


def _facts_of(one: RankedExperiment, was: ExperimentFacts | None) -> ExperimentFacts:
    if was is not None and _still_holds(was, one):
        return was
    results = one.group.results
    by_key = {result.environment_key: result.environment for result in results}
    asked = {key: packages_of(environment) for key, environment in by_key.items()}
    return experiment_facts(
        one.experiment.name,
        one.runs,
        one.ranking,
        one.judge,
        one.group.pages.keys,
        {result.summary.id: asked[result.environment_key] for result in results},
    )


def _still_holds(was: ExperimentFacts, one: RankedExperiment) -> bool:
    """Whether the page of an experiment is as it was, and those of its runs, which a page that
    a mistake of ours was met in says nothing of."""
    keys = {id: run.key for id, run in was.runs.items()}
    return was.page == one.page and one.group.pages.keys == keys


def remember(facts: Facts) -> tuple[dict[str, Json], dict[str, bytes]]:
    """What the manifest says of the facts, and the files that hold them, by address; without those
    that were read from one. What has none is in no file: its digest is empty."""
    files: dict[str, bytes] = {}

    def keep(content: Mapping[str, Json]) -> str:
        if not content:
            return ""
        script = script_value("facts", content)
        digest = file_digest(script)
        files[addresses.facts(digest)] = named_script("facts", digest, script)
        return digest

    digests = {key: one.digest for key, one in facts.experiments.items()}
    for group in _groups({key: facts.experiments[key] for key in digests if not digests[key]}):
        digests.update(dict.fromkeys(group, keep(_told_together(group))))
    return {
        "experiments": {addresses.slug(key): digests[key] for key in sorted(digests)},
        "registered": keep(named_json(facts.registered)),
        "projects": keep(named_json(facts.projects)),
    }, files


def _groups(facts: Mapping[str, ExperimentFacts]) -> Iterator[dict[str, ExperimentFacts]]:
    """Experiments by key, a file of them at a time."""
    group: dict[str, ExperimentFacts] = {}
    runs = 0
    for key, one in sorted(facts.items()):
        if group and runs + len(one.runs) > TOGETHER:
            yield group
            group, runs = {}, 0
        group[key] = one
        runs += len(one.runs)
    if group:
        yield group


def _told_together(facts: Mapping[str, ExperimentFacts]) -> dict[str, Json]:
    """The facts of experiments as a file has them: `experiments` by what addresses call them, and
    apart from these all their `runs`, as `[key, name, status, place of its experiment]`. So whoever
    asks for the page of a run has no need to know more, and older pages find it as well."""
    experiments: dict[str, Json] = {}
    runs: dict[str, Json] = {}
    slugs: dict[str, Json] = {}
    for place, (key, one) in enumerate(facts.items()):
        told = experiment_json(one)
        runs.update((id, [*run, place]) for id, run in told.pop("runs").items())
        experiments[addresses.slug(key)] = {"key": key, **told}
        slugs.update(_slugs(one))
    return {"experiments": experiments, "runs": runs, "slugs": slugs}


def _told_apart(content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The inverse: each experiment with its runs. The first report versions have a file for each.

    Raises KeyError, TypeError, ValueError or IndexError for others.
    """
    if "experiments" not in content:
        return {addresses.slug(content["key"]): dict(content)}
    told = [{**one, "runs": {}} for one in content["experiments"].values()]
    for id, (*run, place) in content["runs"].items():
        told[place]["runs"][id] = run
    return dict(zip(content["experiments"], told, strict=True))


def _slugs(facts: ExperimentFacts) -> dict[str, Json]:
    """Run id by what addresses say in its stead, for the few ids that no file can have."""
    return {slug: id for id in facts.runs if (slug := addresses.slug(id)) != id}


def manifest(folder: Path, version: str) -> dict[str, Any]:
    """What belongs to a version. Raises ReportError where its manifest is damaged or missing."""
    (found,) = _values(folder, addresses.data(addresses.version(version)))
    if not isinstance(found, dict):
        raise _damaged(folder, addresses.data(addresses.version(version)))
    return found


def recall(folder: Path, version: str) -> Facts:
    """The facts of a version. Raises ReportError where some of them are damaged or missing."""
    told = manifest(folder, version)
    named = told["facts"]
    address = ""

    def kept(digest: str) -> dict[str, Any]:
        nonlocal address
        address = addresses.facts(digest)
        found: dict[str, Any] = _values(folder, address)[1] if digest else {}
        return found

    try:
        files = {one: _told_apart(kept(one)) for one in sorted({*named["experiments"].values()})}
        experiments = {}
        for slug, digest in named["experiments"].items():
            address = addresses.facts(digest)
            content, page = files[digest][slug], told["experiments"].get(slug, "")
            experiments[content["key"]] = replace(
                experiment_from(content), page=page, digest=digest
            )
        registered = registered_from(kept(named["registered"]))
        projects = projects_from(kept(named["projects"]))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise _damaged(folder, address) from error
    return Facts(experiments, registered, projects)


def _values(folder: Path, address: str) -> list[Any]:
    try:
        return script_values((folder / address).read_bytes())
    except OSError as error:
        raise ReportError(
            f"{folder / address} cannot be read: {error.strerror}.",
            hint="`reportgen versions verify` tells what else is missing.",
        ) from error
    except ValueError as error:
        raise _damaged(folder, address) from error


def _damaged(folder: Path, address: str) -> ReportError:
    return ReportError(
        f"{folder / address} is damaged.",
        hint="Restore it from a backup, or remove the version it belongs to.",
    )


# ------------------------------------------------------------------ runs that the sources lost


GONE_SCRIPT = "pointers-gone.js"


@dataclass(frozen=True, slots=True)
class GoneRun:
    """A run that a version had and the sources no longer have; ids and keys are slugs."""

    key: str
    """Of its last page; empty once that was removed."""

    experiment: str
    name: str
    version: str
    """The last that had it."""

    removed: str = ""
    """When its last page was: `2026-11-24T02:36:00Z`."""


def gone_script(gone: Mapping[str, GoneRun]) -> bytes:
    return script_value("gonePointers", {id: list(astuple(gone[id])) for id in sorted(gone)})


def read_gone(folder: Path) -> dict[str, GoneRun]:
    """By run; empty where no run is. Raises ReportError for a damaged list."""
    if not (folder / GONE_SCRIPT).exists():
        return {}
    try:
        return {id: GoneRun(*run) for id, run in _values(folder, GONE_SCRIPT)[0].items()}
    except (TypeError, AttributeError, IndexError) as error:
        raise _damaged(folder, GONE_SCRIPT) from error


def gone_after(
    folder: Path, before: Facts | None, history: History, published: Published
) -> dict[str, GoneRun]:
    """The gone runs after a build; `before` are the facts of the newest version before it."""
    slug = addresses.slug
    known = read_gone(folder)
    if before is not None and history.newest is not None:
        for key, experiment in before.experiments.items():
            for id, run in experiment.runs.items():
                last = GoneRun(run.key, slug(key), run.name, history.newest.name)
                known[slug(id)] = last
    here = {slug(id) for id in published.runs}
    return {id: known[id] for id in sorted(known.keys() - here)}


def changes_told(before: Facts | None, after: Facts) -> list[Json]:
    """What changed, in words, as a version keeps it; of each kind the first few."""
    if before is None:
        return []
    return groups_json(change_groups(changes_between(before, after), MOST_TOLD))
