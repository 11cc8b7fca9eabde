"""A workflow: its steps in the order in which they began, when each ran, what it took from which.

The same on the page of the run that launched the steps and on the page of its project.
"""

from collections.abc import Mapping, Sequence

from markupsafe import Markup
from msgspec import Struct

from reportgen.analysis.workflows import Step
from reportgen.charts.graph import Edge, Node, graph_svg
from reportgen.charts.timeline import lane
from reportgen.model import RunStatus
from reportgen.views import addresses, wording
from reportgen.views.page import STATUS, Chip, Link

FILLS = {RunStatus.FAILED: "var(--bad)", RunStatus.KILLED: "var(--warn)"}


class Source(Struct, frozen=True):
    """Something that a step took, and the step that made it."""

    what: str
    step: str


class StepRow(Struct, frozen=True):
    link: Link
    """By its entry point, numbered where it was called several times; else by its name."""

    name: str
    """Of the run, where the link says its entry point."""

    chip: Chip
    start: str
    """After the beginning of the workflow: `+12 s`."""

    duration: str
    bar: Markup
    takes: tuple[Source, ...]


class WorkflowFigure(Struct, frozen=True):
    """The steps as a table with a time line."""

    title: str
    """Of the table, for who does not see it."""

    note: str
    graph: Markup
    """What each took from which; empty where nothing leads from one to another."""

    steps: tuple[StepRow, ...]


def workflow_figure(
    name: str, started: int | None, steps: Sequence[Step], address: str
) -> WorkflowFigure | None:
    """The figure for the page at `address` of the run `name`, which launched the steps; None where
    there are none."""
    if not steps:
        return None
    whole = _whole(started, steps)
    titles = _titles(steps)
    return WorkflowFigure(
        title=f"Steps of {name}",
        note=f"{wording.count(len(steps), 'step')} in {wording.duration(whole[1] - whole[0])}",
        graph=_graph(f"Workflow of {name}", steps, titles, address),
        steps=tuple(_row(step, whole, titles, address) for step in steps),
    )


def _whole(started: int | None, steps: Sequence[Step]) -> tuple[int, int]:
    """From the beginning of the run, or of its first step, to the end of the last step."""
    starts = [step.started for step in steps if step.started is not None]
    ends = [step.ended for step in steps if step.ended is not None]
    first = min([*starts, *([started] if started is not None else [])], default=0)
    return first, max([*starts, *ends], default=first)


def _titles(steps: Sequence[Step]) -> Mapping[str, str]:
    """What each step is called by the others: its entry point, numbered where there are several."""
    titles: dict[str, str] = {}
    counts: dict[str, int] = {}
    names = [step.entry_point or step.name or wording.short_id(step.id) for step in steps]
    for step, name in zip(steps, names, strict=True):
        counts[name] = counts.get(name, 0) + 1
        titles[step.id] = f"{name} {counts[name]}" if names.count(name) > 1 else name
    return titles


def _graph(title: str, steps: Sequence[Step], titles: Mapping[str, str], address: str) -> Markup:
    """Boxes for the steps, lines for what they took; of one that took nothing for its turn."""
    handed = [Edge(one.step, step.id, one.what) for step in steps for one in step.takes]
    turns = [Edge(before, step.id, "before") for step in steps for before in step.after]
    if not handed and not turns:
        return Markup("")
    nodes = [
        Node(
            id=step.id,
            kind="run",
            label=titles[step.id],
            note=f"{STATUS[step.status].text} · {wording.duration(step.duration)}",
            href=addresses.relative(addresses.run_pointer(step.id), address),
            tone=STATUS[step.status].tone,
        )
        for step in steps
    ]
    return graph_svg(nodes, [*handed, *turns], title=title)


def _row(step: Step, whole: tuple[int, int], titles: Mapping[str, str], address: str) -> StepRow:
    end = step.ended if step.ended is not None else whole[1]
    fill = FILLS.get(step.status, "var(--accent)")
    bar = lane(step.started, end, whole, fill) if step.started is not None else ""
    after = None if step.started is None else step.started - whole[0]
    pointer = addresses.relative(addresses.run_pointer(step.id), address)
    return StepRow(
        link=Link(titles[step.id], pointer),
        name=step.name if step.entry_point else "",
        chip=STATUS[step.status],
        start=wording.NONE if after is None else f"+{wording.duration(after)}",
        duration=wording.duration(step.duration),
        bar=Markup(bar),
        takes=tuple(Source(one.what, titles[one.step]) for one in step.takes),
    )
