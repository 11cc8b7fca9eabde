"""What moves from build to build: the pointers, and what only today's report can say.

Everything here may be written again by the next build; nothing else of a site ever is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from html import escape
from operator import itemgetter
from typing import Any

from msgspec import Struct, structs

from reportgen.analysis.environment_uses import (
    Judged,
    OnlyEnvironment,
    greatest_first,
    only_environment_changed,
    used_environments,
    used_packages,
    with_runs,
)
from reportgen.analysis.facts import Facts
from reportgen.analysis.hues import hues
from reportgen.analysis.standings import judged_value
from reportgen.analysis.summary import RunSummary
from reportgen.batch import Job
from reportgen.charts.third_party import THIRD_PARTY
from reportgen.errors import Problem
from reportgen.guard.kinds import KINDS
from reportgen.history import GONE_SCRIPT, GoneRun, gone_script, remember
from reportgen.model import Environment, Json
from reportgen.overview import Published, RankedExperiment
from reportgen.site.keys import key_of
from reportgen.site.versions import LATEST, LIST, History, Version, dumps
from reportgen.site.writer import SiteFolder, Written
from reportgen.theme import Shared, Theme, View, script_value
from reportgen.views import addresses
from reportgen.views.about import THINGS, Shown, about_page
from reportgen.views.changes import groups_from
from reportgen.views.compare import RankedRuns, compare_page, ranked_runs
from reportgen.views.environments import Recorded, environments_page
from reportgen.views.experiment import table_order
from reportgen.views.home import home_page
from reportgen.views.lists import (
    ListedModel,
    ListedProject,
    models_page,
    pointer_page,
    problems_page,
    projects_page,
    resolver_page,
)
from reportgen.views.points import points_page
from reportgen.views.project import environment_name, project_name
from reportgen.views.registry import registry_page
from reportgen.views.run_columns import display_name
from reportgen.views.search import search_page
from reportgen.views.versions import (
    RemovedEntry,
    VersionEntry,
    VersionsPage,
    alias_page,
    missing_page,
    versions_page,
)

SHARD_RUNS = 400
"""Runs that one file of run pointers holds, about, at most: 10 kB when a host compresses it."""

HEX = "0123456789abcdef"

VERSIONS_SCRIPT = "pointers-versions.js"

MOST_ORDERED = 2000
"""Runs of an experiment that a reader can walk through from page to page."""


def version_script(
    published: Published, version: Version, facts: Mapping[str, Json], assets: Iterable[str]
) -> bytes:
    """The manifest of a report version: which page of everything belongs to it.

    Of the runs the facts of their experiment tell it; assets are those of its theme, whether or not
    a page asks for them. A script, as a page opened from disk cannot read JSON; what is in the
    brackets is JSON.
    """
    slug = addresses.slug
    return script_value(
        "version",
        {
            "name": version.name,
            "created": version.created,
            "root": version.root,
            "experiments": {slug(one.experiment.key): one.page for one in published.experiments},
            **_page_keys(published),
            "facts": dict(facts),
            "assets": sorted(assets),
        },
    )


@dataclass(frozen=True, slots=True)
class Pointing:
    """What the pointers of a site say, and how their pages are rendered."""

    site: SiteFolder
    theme: Theme
    shared: Shared
    history: History

    def to_page(self, address: str, view: View) -> Written:
        return self.site.point(address, self.theme.render(view, self.shared))


def freeze(to: Pointing, published: Published, facts: Facts, pages: Mapping[str, bytes]) -> Written:
    """Publish the newest version's facts, manifest and home page; and the digests of all that came
    with it, the assets of the `pages` that will move to it among them."""
    site, version = to.site, to.history.find(LATEST)
    named, files = remember(facts)
    site.take_back(to.history.every_name() - {version.name})
    written = site.bring(pages)
    for target, content in files.items():
        written += site.add(target, content)
    address = addresses.version(version.name)
    written += site.add(
        addresses.data(address), version_script(published, version, named, to.theme.files)
    )
    page = home_page(published.home, address=address, key=published.root, version=version.name)
    written += site.add(address, to.theme.render(page, to.shared))
    return written + site.seal(version.name)


def moving_pages(
    to: Pointing, published: Published, problems: Sequence[tuple[str, str, Sequence[Problem]]]
) -> dict[str, bytes]:
    """The pages that every report writes anew, by address."""
    views = _pages(published, problems, to.shared.base_url)
    return {address: to.theme.render(view, to.shared) for address, view in views}


def move(
    to: Pointing, published: Published, pages: Mapping[str, bytes], gone: Mapping[str, GoneRun]
) -> Written:
    """Move every pointer to the newest version; the front page goes last."""
    site, base_url = to.site, to.shared.base_url
    written = Written()
    shards = _run_scripts(published)
    for address, content in (*shards, *_scripts(published, to, gone)):
        written += site.point(address, content)
    for address, content in pages.items():
        written += site.point(address, content)
    if base_url:
        written += site.point("sitemap.xml", _sitemap(published, base_url))
    site.drop_pointers("pointers-runs*.js", {address for address, _ in shards})
    written += move_versions(to)
    home = home_page(published.home, address=addresses.HOME, key=published.root)
    return written + to.to_page(addresses.HOME, home)


def preview(to: Pointing, published: Published) -> Written:
    """What stands for the one version of a preview: it is written over, as nothing frozen is."""
    version = to.history.find(LATEST)
    address = addresses.version(version.name)
    content = version_script(published, version, {}, to.theme.files)
    page = home_page(published.home, address=address, key=published.root, version=version.name)
    return to.site.point(addresses.data(address), content) + to.to_page(address, page)


def tell_about(to: Pointing, job: Job) -> Written:
    """Write what a site says of itself, how it judges runs, and the notices of what is in it."""
    privacy, selection = job.door.privacy, job.door.selection
    shown = Shown(
        treatments={kind: getattr(privacy, kind).value for kind in THINGS},
        words=len(privacy.words),
        left_out=tuple(kind for kind in KINDS if kind in {*selection.hide, *selection.only}),
    )
    written = to.site.point(addresses.NOTICES, THIRD_PARTY.encode())
    with job.parts.of(addresses.REPRODUCIBILITY) as shelf:  # it is nearly always as it was
        points = shelf.get(
            key_of(job.stamp, to.shared), bytes, lambda: to.theme.render(points_page(), to.shared)
        )
    written += to.site.point(addresses.REPRODUCIBILITY, points)
    return written + to.to_page(addresses.ABOUT, about_page(to.shared.generator, shown))


def move_versions(to: Pointing) -> Written:
    """Move what tells of the versions alone: their list, their page, the aliases."""
    history = to.history
    written = to.site.point(VERSIONS_SCRIPT, versions_script(history))
    written += to.to_page(addresses.VERSIONS, _versions_page(history))
    for alias in (LATEST, *history.aliases):
        address = addresses.alias(alias)
        written += to.to_page(address, alias_page(address, alias, history.find(alias).name))
    written += to.site.point(".nojekyll", b"")  # or GitHub Pages would leave files out
    return written + to.site.point(LIST, dumps(history))


def _versions_page(history: History) -> VersionsPage:
    aliases: dict[str, list[str]] = {}
    for alias, version in history.aliases.items():
        aliases.setdefault(version, []).append(alias)
    entries = [
        VersionEntry(
            name=one.name,
            created=one.created,
            experiments=one.experiments,
            runs=one.runs,
            models=one.models,
            label=one.label,
            aliases=tuple(aliases.get(one.name, ())),
            since=one.since,
            changes=groups_from(one.changes),
        )
        for one in history.versions
    ]
    removed = [RemovedEntry(*astuple(one)) for one in history.removed]
    return versions_page(entries, removed)


def versions_script(history: History) -> bytes:
    """What every page may ask of the versions: their names, newest first, and their aliases."""
    listed = [[one.name, one.created, one.label, one.runs] for one in history.versions]
    return script_value("versionPointers", {"list": listed, "aliases": dict(history.aliases)})


def _pages(
    published: Published, problems: Sequence[tuple[str, str, Sequence[Problem]]], base_url: str
) -> Iterator[tuple[str, View]]:
    for address, title, id, key in _things(published):
        yield address, pointer_page(address, title, id, key, base_url)
    names = {one.experiment.key: one.experiment.name for one in published.experiments}
    yield addresses.RUNS, resolver_page(names)
    yield addresses.SEARCH, search_page()
    yield addresses.PROBLEMS, problems_page(problems)
    yield addresses.COMPARE, compare_page(_offered(published))
    yield addresses.MODELS, models_page(_listed_models(published))
    yield addresses.ENVIRONMENTS, environments_page(_recorded(published))
    models = published.catalog.registered_models
    yield addresses.REGISTRY, registry_page(models, used=published.used)
    yield addresses.PROJECTS, projects_page(_listed_projects(published))
    if base_url:
        yield addresses.MISSING, missing_page(base_url)


class _Environments(Struct, frozen=True):
    """What an experiment's runs ran with."""

    runs: tuple[tuple[str, RunSummary], ...]
    """With the keys of their environments; no more than what a link to a run needs."""

    environments: dict[str, Environment]
    alone: tuple[OnlyEnvironment, ...]


def _environments(one: RankedExperiment) -> _Environments:
    results = [result for result in one.group.newest if result.environment is not None]
    own = {
        result.summary.id: (result.environment_key, _linked(result.summary)) for result in results
    }
    used = used_environments(
        (result.summary, result.environment_key, result.environment) for result in results
    )
    judged = Judged(one.experiment.key, one.experiment.name, one.judge, one.runs)
    alone = () if one.experiment.deleted else only_environment_changed([judged], used)
    return _Environments(
        runs=tuple(own.values()),
        environments={each.key: each.environment for each in used},
        alone=tuple(with_runs(each, lambda run: own[run.id][1]) for each in alone),
    )


def _linked(run: RunSummary) -> RunSummary:
    """A run, and nothing of what it was given or what came of it."""
    nothing: dict[str, Any] = {"params": {}, "metrics": {}, "tags": {}, "datasets": ()}
    return structs.replace(run, **nothing)


def _recorded(published: Published) -> Recorded:
    told = [one.piece(_Environments, _environments) for one in published.experiments]
    used = used_environments(
        (run, key, one.environments[key]) for one in told for key, run in one.runs
    )
    return Recorded(
        used=used,
        packages=used_packages(used),
        alone=greatest_first(each for one in told for each in one.alone),
        experiments={one.experiment.key: one.experiment.name for one in published.experiments},
        without=len(published.runs) - sum(len(one.runs) for one in told),
    )


def _listed_models(published: Published) -> Iterator[ListedModel]:
    for id, model in sorted(
        published.models.items(), key=lambda one: (-(one[1].created or 0), one)
    ):
        page, maker = published.makers.get(model.run_id, ("", ""))
        yield ListedModel(
            name=model.name,
            address=addresses.model(id, model.key),
            flavors=model.flavors,
            created=model.created,
            run_name=maker,
            run_address=addresses.run(model.run_id, page) if maker else "",
        )


def _listed_projects(published: Published) -> Iterator[ListedProject]:
    glances = {one.path: one for one in published.home.projects}
    for project in published.catalog.projects:
        known = glances[project.path]
        yield ListedProject(
            name=project_name(project),
            path=project.path,
            address=addresses.project(project.path, known.page),
            environment=environment_name(project),
            entry_points=known.entry_points,
            runs=known.runs,
            problems=len(project.problems),
        )


def _offered(published: Published) -> list[RankedRuns]:
    """What may be compared of the experiments, in the order in which home has them."""
    return [
        one.piece(
            RankedRuns,
            lambda one: ranked_runs(
                one.experiment.key, one.experiment.name, one.judge, one.runs, one.ranking
            ),
        )
        for one in published.by_age()
    ]


def _things(published: Published) -> Iterator[tuple[str, str, str, str]]:
    """(address of the pointer, title, id, key of the newest page) of all but the runs."""
    for one in published.experiments:
        key = one.experiment.key
        yield addresses.experiment(key), one.experiment.name, key, one.page
    for id, model in sorted(published.models.items()):
        yield addresses.model(id), model.name, id, model.key
    for name, page in sorted(published.registered.items()):
        yield addresses.registered_model(name), name, name, page
    for path, page in sorted(published.projects.items()):
        yield addresses.project(path), path, path, page
    for told in published.narratives:
        id = addresses.narrative_id(told.name)
        yield addresses.narrative(told.name), told.title, id, told.key


def _scripts(
    published: Published, to: Pointing, gone: Mapping[str, GoneRun]
) -> Iterator[tuple[str, bytes]]:
    site = {
        "version": to.history.find(LATEST).name,
        "shards": _shards(len(published.runs)),
        "title": to.shared.title,
    }
    # What a reader looks up first is told where the rest lies last.
    yield from _orders(published)
    yield "pointers-experiments.js", script_value("experimentPointers", _experiments(published))
    yield GONE_SCRIPT, gone_script(gone)
    yield "pointers-pages.js", script_value("pagePointers", _page_keys(published))
    yield "pointers.js", script_value("pointers", site)


def _page_keys(published: Published) -> Mapping[str, Json]:
    """Id → newest key of everything else that has pages of its own, by folder."""
    slug = addresses.slug
    return {
        "models": {slug(id): one.key for id, one in sorted(published.models.items())},
        "registry": {slug(name): key for name, key in sorted(published.registered.items())},
        "projects": {slug(path): key for path, key in sorted(published.projects.items())},
        "pages": {slug(addresses.narrative_id(one.name)): one.key for one in published.narratives},
    }


class _Pointed(Struct, frozen=True):
    """An experiment's runs, as pointers tell of them."""

    best: dict[str, str | float | None] | None
    ranked: int
    """How many are; they come first."""

    runs: tuple[tuple[str, str, str, int, str], ...]
    """(id, the same as addresses have it, newest key, hue, name) as its table begins: the best
    first."""


def _pointed(one: RankedExperiment) -> _Pointed:
    ranking, keys = one.ranking, one.group.pages.keys
    ordered = table_order(one.runs, ranking)
    hue = hues(run.id for run in ordered)
    best: dict[str, str | float | None] | None = None
    if ranking:
        best = {
            "id": addresses.slug(ranking[0].id),
            "key": keys[ranking[0].id],
            "name": ranking[0].name,
            "value": judged_value(ranking[0], one.judge),
            "metric": one.judge.metric,
            "goal": str(one.judge.goal),
        }
    return _Pointed(
        best=best,
        ranked=len(ranking),
        runs=tuple(
            (run.id, addresses.slug(run.id), keys[run.id], hue[run.id], display_name(run))
            for run in ordered
        ),
    )


def _experiments(published: Published) -> Mapping[str, Json]:
    return {
        addresses.slug(one.experiment.key): {
            "key": one.page,
            "n": one.count,
            "best": one.piece(_Pointed, _pointed).best,
        }
        for one in published.experiments
    }


def _run_scripts(published: Published) -> list[tuple[str, bytes]]:
    """Run id → [newest key, experiment, rank or 0, how many are ranked, hue], parted by the id."""
    entries: list[tuple[str, str, list[Json]]] = []
    for one in published.experiments:
        told, experiment = one.piece(_Pointed, _pointed), addresses.slug(one.experiment.key)
        for place, (id, slug, key, hue, _) in enumerate(told.runs, 1):
            rank = (place, told.ranked) if place <= told.ranked else (0, 0)
            entries.append((id, slug, [key, experiment, *rank, hue]))
    entries.sort(key=itemgetter(0))
    count = _shards(len(entries))
    shards: list[dict[str, Json]] = [{} for _ in range(count)]
    for _, slug, entry in entries:
        shards[shard_of(slug, count)][slug] = entry
    return [
        (
            f"pointers-runs-{place}.js" if count > 1 else "pointers-runs.js",
            script_value("runPointers", shard),
        )
        for place, shard in enumerate(shards)
    ]


def shard_of(slug: str, count: int) -> int:
    """Which of `count` shards, a power of 2 up to 256, has the pointer of a run: told by the first
    two characters of its id, hexadecimal digits nearly always. `pointers.js` does the same."""
    first, second = (int(c, 16) if c in HEX else ord(c) & 15 for c in f"{slug}00"[:2])
    return (first * 16 + second) * count >> 8


def _orders(published: Published) -> Iterator[tuple[str, bytes]]:
    """Of each experiment its runs as [id, newest key, name], the best first, as its table begins.

    Apart from the run pointers, whose shards one run's page would have to load all of.
    """
    for one in published.experiments:
        told, key = one.piece(_Pointed, _pointed), one.experiment.key
        order = [[slug, page, name] for _, slug, page, _, name in told.runs[:MOST_ORDERED]]
        yield (
            addresses.experiment_order(key),
            script_value("order", addresses.slug(key), order),
        )


def _shards(runs: int) -> int:
    """How many files the run pointers are parted into."""
    return min(256, 1 << max(0, (runs - 1) // SHARD_RUNS).bit_length())


def _sitemap(published: Published, base_url: str) -> bytes:
    """The pages that stay: home, experiments, models; runs are found from them."""
    base = base_url.rstrip("/")
    places = ["", *(address for address, *_ in _things(published))]
    lines = "".join(
        f"<url><loc>{escape(f'{base}/{place}', quote=False)}</loc></url>\n" for place in places
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{lines}</urlset>\n"
    ).encode()
