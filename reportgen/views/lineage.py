"""Where registered versions come from, drawn: project and datasets, run, model, version, alias.

The graph tells itself to who cannot see it: every box names what it is and what it leads to.
"""

from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup
from msgspec import Struct, field
from msgspec.structs import replace

from reportgen.analysis.projects import project_of_run
from reportgen.charts.graph import Edge, Node, graph_svg
from reportgen.model import ModelVersion, Project, Run
from reportgen.views import addresses, wording

MOST_VERSIONS = 6
"""That a graph shows: more would be a thicket."""

MOST_DATASETS = 4
"""Of a run."""

COLUMNS = {"project": 0, "dataset": 0, "run": 1, "model": 2, "version": 3, "alias": 4}


class Provenance(Struct, frozen=True):
    """What a run was made of."""

    project: str = ""
    """The path of the project that it was launched from; empty for none that is here."""

    project_name: str = ""
    entry_point: str = ""
    datasets: tuple[str, ...] = ()
    """Names with digests, `iris (6a1b2c3d)`."""


class Origin(Struct, frozen=True):
    """Where a registered version comes from, as far as it is known; else empty."""

    version: ModelVersion
    run_id: str = ""
    run_name: str = ""
    """Empty for a run that is not in the report."""

    provenance: Provenance = field(default_factory=Provenance)
    model_name: str = ""
    model: str = ""
    """The address of its page from the site's root; empty for none."""


def provenance_of(run: Run, projects: Iterable[Project]) -> Provenance:
    """What a run says that it was made of."""
    project = project_of_run(run.tags, tuple(projects))
    used = sorted({f"{one.dataset.name} ({one.dataset.digest})" for one in run.datasets})
    return Provenance(
        project=project.path if project else "",
        project_name=project.name if project else "",
        entry_point=run.tags.get("mlflow.project.entryPoint", ""),
        datasets=tuple(used),
    )


def drawn_versions(versions: Sequence[ModelVersion]) -> tuple[ModelVersion, ...]:
    """Those that a graph shows, newest first: the ones with an alias, then the newest."""
    named_first = sorted(versions, key=lambda one: (not one.aliases, -one.version))
    return tuple(sorted(named_first[:MOST_VERSIONS], key=lambda one: -one.version))


def lineage_graph(origins: Sequence[Origin], address: str, *, title: str) -> Markup:
    """The graph for the page at `address`; empty for no versions, and where nothing else is known
    of any."""
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str], Edge] = {}
    for origin in origins:
        chain, lines = _parts(origin, address)
        for node in chain:
            nodes.setdefault(node.id, node)
        for edge in lines:
            edges.setdefault((edge.source, edge.target), edge)
    if not any(one.source.startswith(("run:", "model:")) for one in edges.values()):
        return Markup()
    return graph_svg(_in_columns(nodes.values()), list(edges.values()), title=title)


def _in_columns(nodes: Iterable[Node]) -> list[Node]:
    """Each kind below each other, without columns of kinds that are not there."""
    found = tuple(nodes)
    there = sorted({COLUMNS[node.kind] for node in found})
    return [replace(node, column=there.index(COLUMNS[node.kind])) for node in found]


def _parts(origin: Origin, address: str) -> tuple[list[Node], list[Edge]]:
    """The boxes of one version and the lines between them."""
    nodes = list(_boxes(origin, address))
    ids: dict[str, list[str]] = {}
    for node in nodes:
        ids.setdefault(node.kind, []).append(node.id)
    maker = ids.get("model", ids.get("run", []))
    pairs = (
        ("project", ids.get("run", []), "launched"),
        ("dataset", ids.get("run", []), "was read by"),
        ("run", ids.get("model", []), "made"),
        ("version", ids.get("alias", []), "is called"),
    )
    edges = [
        Edge(source, target, label)
        for kind, targets, label in pairs
        for source in ids.get(kind, [])
        for target in targets
    ]
    edges += [Edge(source, target, "became") for source in maker for target in ids["version"]]
    return nodes, edges


def _boxes(origin: Origin, address: str) -> Iterator[Node]:
    version, made = origin.version, origin.provenance
    if origin.run_id and made.project:
        href = _href(addresses.project(made.project), address)
        name = made.project_name or made.project
        yield Node(f"project:{made.project}", "project", name, made.entry_point, href)
    if origin.run_id:
        for dataset in made.datasets[:MOST_DATASETS]:
            name, _, digest = dataset.rpartition(" (")
            yield Node(f"dataset:{dataset}", "dataset", name, digest.removesuffix(")"))
        yield _run_box(origin, address)
    if origin.model_name:
        href = _href(origin.model, address)
        yield Node(
            f"model:{origin.model or origin.model_name}", "model", origin.model_name, "", href
        )
    yield Node(
        id=f"version:{version.name}:{version.version}",
        kind="version",
        label=f"{version.name} v{version.version}",
        note=version.stage,
        href=_href(addresses.registered_model(version.name), address),
        tone="ok" if version.stage == "Production" else "",
    )
    for alias in sorted(version.aliases):
        yield Node(f"alias:{version.name}:{alias}", "alias", f"@{alias}")


def _run_box(origin: Origin, address: str) -> Node:
    id = f"run:{origin.run_id}"
    if not origin.run_name:
        return Node(id, "run", wording.short_id(origin.run_id), "not in this report")
    href = _href(addresses.run_pointer(origin.run_id), address)
    return Node(id, "run", origin.run_name, wording.short_id(origin.run_id), href)


def _href(target: str, address: str) -> str:
    """Empty for a page that is the very one, or its pointer, which lie in the same folder."""
    if not target or target.rpartition("/")[0] == address.rpartition("/")[0]:
        return ""
    return addresses.relative(target, address)
