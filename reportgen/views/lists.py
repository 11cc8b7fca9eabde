"""The pages that only list: problems, models, projects; and the pointers that lead on."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from msgspec import Struct

from reportgen.errors import Problem
from reportgen.views import addresses, wording
from reportgen.views.page import Head, Link, ProblemRow, head, problem_rows


class ProblemGroup(Struct, frozen=True):
    """The problems of one thing, with a link to its page."""

    link: Link
    problems: tuple[ProblemRow, ...]


class ProblemsPage(Struct, frozen=True):
    template: ClassVar[str] = "problems.html"

    head: Head
    lede: str
    groups: tuple[ProblemGroup, ...]


def problems_page(
    groups: Sequence[tuple[str, str, Sequence[Problem]]], address: str = addresses.PROBLEMS
) -> ProblemsPage:
    """`groups` are (title, address of the page or '', problems)."""
    secrets = sum(bool(one.leak) for _, _, problems in groups for one in problems)
    total = sum(len(problems) for _, _, problems in groups)
    return ProblemsPage(
        head=head(
            address, "problems", "Problems", description=f"{wording.count(total, 'problem')}."
        ),
        lede=_lede(total - secrets, secrets),
        groups=tuple(
            ProblemGroup(
                Link(title, addresses.relative(page, address) if page else ""),
                problem_rows(problems),
            )
            for title, page, problems in groups
            if problems
        ),
    )


def _lede(unread: int, secrets: int) -> str:
    """What was covered could be read all the same."""
    told = "Everything could be read."
    if unread:
        told = (
            f"{wording.count(unread, 'thing')} could not be read as MLflow writes them. "
            "Each costs only itself: all else is in the report."
        )
    if secrets:
        told += f" {wording.count(secrets, 'place')} with a secret in it: covered, or left out."
    return told


class ListedModel(Struct, frozen=True):
    """What the list says of one model; addresses are from the site's root, empty for none."""

    name: str
    address: str
    flavors: tuple[str, ...]
    created: int | None
    run_name: str
    run_address: str


class ModelRow(Struct, frozen=True):
    link: Link
    flavors: str
    created: str
    run: Link


class ModelsPage(Struct, frozen=True):
    template: ClassVar[str] = "models.html"

    head: Head
    models: tuple[ModelRow, ...]


def models_page(models: Iterable[ListedModel], address: str = addresses.MODELS) -> ModelsPage:
    """Every model of the report, in the order given."""
    rows = tuple(
        ModelRow(
            link=Link(one.name, addresses.relative(one.address, address)),
            flavors=", ".join(sorted(one.flavors, key=lambda name: name == "python_function")),
            created=wording.day(one.created),
            run=Link(
                one.run_name,
                addresses.relative(one.run_address, address) if one.run_address else "",
            ),
        )
        for one in models
    )
    return ModelsPage(
        head=head(address, "models", "Models", description=f"{wording.count(len(rows), 'model')}."),
        models=rows,
    )


class ListedProject(Struct, frozen=True):
    """What the list says of one project."""

    name: str
    path: str
    address: str
    """Of its page, from the site's root."""

    environment: str
    entry_points: tuple[str, ...]
    runs: int
    problems: int


class ProjectRow(Struct, frozen=True):
    link: Link
    path: str
    entry_points: tuple[str, ...]
    environment: str
    runs: str
    problems: str


class ProjectsPage(Struct, frozen=True):
    template: ClassVar[str] = "projects.html"

    head: Head
    projects: tuple[ProjectRow, ...]


def projects_page(
    projects: Iterable[ListedProject], address: str = addresses.PROJECTS
) -> ProjectsPage:
    """Every project of the report, in the order given."""
    rows = tuple(
        ProjectRow(
            link=Link(one.name, addresses.relative(one.address, address)),
            path=one.path,
            entry_points=one.entry_points,
            environment=one.environment,
            runs=f"{one.runs:,}",
            problems=wording.count(one.problems, "problem") if one.problems else "",
        )
        for one in projects
    )
    said = f"{wording.count(len(rows), 'project')}."
    return ProjectsPage(head=head(address, "projects", "Projects", description=said), projects=rows)


class PointerPage(Struct, frozen=True):
    """A page that leads to the newest page of something; it moves, the page it leads to stays."""

    template: ClassVar[str] = "pointer.html"

    head: Head
    pointer_kind: str
    """The folder: `experiments`, `models`, `registry`, `projects`."""

    target: Link
    canonical: str
    """The full address where a base URL is known; else empty."""


def pointer_page(address: str, title: str, id: str, key: str, base_url: str = "") -> PointerPage:
    """The pointer at `address` to the page `key` beside it."""
    return PointerPage(
        head=head(address, "pointer", title, id=addresses.slug(id), key=key, scripts=("resolver",)),
        pointer_kind=address.split("/", 1)[0],
        target=Link(title, f"{key}.html"),
        canonical=f"{base_url.rstrip('/')}/{address}" if base_url else "",
    )


class ResolverPage(Struct, frozen=True):
    """Leads from a run's id to its newest page; without scripts, to the experiments."""

    template: ClassVar[str] = "resolver.html"

    head: Head
    experiments: tuple[Link, ...]


def resolver_page(experiments: Mapping[str, str], address: str = addresses.RUNS) -> ResolverPage:
    """`experiments` gives each experiment's name by its key."""
    return ResolverPage(
        head=head(address, "resolver", "Find a run", scripts=("resolver",)),
        experiments=tuple(
            Link(name, addresses.relative(addresses.experiment(key), address))
            for key, name in experiments.items()
        ),
    )
