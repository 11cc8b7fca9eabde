"""What changed between two report versions, in words: once for pages, terminals and Markdown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from reportgen.analysis.history import (
    ChangedPackage,
    ChangedRun,
    Changes,
    Moved,
    NewBest,
    NewValues,
)
from reportgen.analysis.metrics import Goal
from reportgen.model import Json
from reportgen.views import addresses, wording

MOST_VALUES = 6


class ChangeItem(Struct, frozen=True):
    """One thing that changed."""

    text: str
    address: str = ""
    """Of its page, from the site's root; empty for none."""

    note: str = ""
    """What there is to say of it."""


class ChangeGroup(Struct, frozen=True):
    """All changes of one kind."""

    title: str
    count: int
    items: tuple[ChangeItem, ...]
    """The first of them."""

    @property
    def rest(self) -> int:
        return self.count - len(self.items)


def change_groups(changes: Changes, most: int | None = None) -> tuple[ChangeGroup, ...]:
    """The changes by kind, the most telling first; of each kind up to `most` are told in full."""
    groups: Sequence[tuple[str, Iterable[ChangeItem]]] = (
        ("New best", map(_best, changes.bests)),
        ("New experiments", (
            ChangeItem(one.name, addresses.experiment(one.key), wording.count(one.runs, "run"))
            for one in changes.new_experiments
        )),
        ("Runs added", map(_run, changes.added)),
        ("Runs finished", map(_run, changes.finished)),
        ("Runs deleted", map(_run, changes.deleted)),
        ("Runs no longer in the sources", map(_run, changes.vanished)),
        ("Experiments no longer in the sources", (
            ChangeItem(one.name, addresses.experiment(one.key), wording.count(one.runs, "run"))
            for one in changes.gone_experiments
        )),
        ("Parameters tried for the first time", map(_values, changes.params)),
        ("Models registered", (
            ChangeItem(f"{name} v{version}", addresses.registered_model(name))
            for name, version in changes.registered
        )),
        ("Aliases and stages moved", map(_moved, changes.moved)),
        ("Environments changed", (
            ChangeItem(one.name, note=", ".join(map(_package, one.packages)))
            for one in changes.environments
        )),
    )  # fmt: skip
    found = ((title, tuple(items)) for title, items in groups)
    return tuple(
        ChangeGroup(title, len(items), items if most is None else items[:most])
        for title, items in found
        if items
    )


def _run(run: ChangedRun) -> ChangeItem:
    moved = f"{_status(run.before)} → {_status(run.status)}" if run.before and run.status else ""
    note = " · ".join(filter(None, (run.experiment, moved or _status(run.status or run.before))))
    return ChangeItem(run.name or wording.short_id(run.id), addresses.run(run.id, run.key), note)


def _status(status: str) -> str:
    return status.lower()


def _best(best: NewBest) -> ChangeItem:
    value = str(wording.number(best.value))
    said = f"{best.metric} {value}"
    if best.before is not None:
        gain = abs(best.value - best.before)
        word = "higher" if best.goal is Goal.MAX else "lower"
        said += f", {wording.number(gain)} {word} than {wording.number(best.before)}"
    else:
        said += ", the first to be ranked"
    run = best.run_name or wording.short_id(best.run)
    return ChangeItem(run, addresses.run(best.run, best.run_key), f"{best.experiment} · {said}")


def _values(values: NewValues) -> ChangeItem:
    shown = ", ".join(values.values[:MOST_VALUES])
    more = len(values.values) - MOST_VALUES
    if more > 0:
        shown += f" and {more} more"
    new = "a new parameter: " if values.is_new else ""
    return ChangeItem(values.param, note=f"{values.experiment} · {new}{shown}")


def _moved(moved: Moved) -> ChangeItem:
    before = f"v{moved.before}" if moved.before is not None else ""
    after = f"v{moved.after}" if moved.after is not None else ""
    note = (
        f"{before} → {after}" if before and after else f"now {after}" if after else f"was {before}"
    )
    return ChangeItem(f"{moved.model} {moved.name}", addresses.registered_model(moved.model), note)


def _package(package: ChangedPackage) -> str:
    """`numpy ==2.0 → ==2.1`, `+ torch ==2.4`, `− flask`."""
    if package.before is None:
        return f"+ {package.name} {package.after}".rstrip()
    if package.after is None:
        return f"− {package.name}"
    return f"{package.name} {package.before or 'any'} → {package.after or 'any'}"


# ------------------------------------------------------------------ as kept, and as text


def groups_json(groups: Iterable[ChangeGroup]) -> list[Json]:
    return [
        {
            "title": group.title,
            "count": group.count,
            "items": [[item.text, item.address, item.note] for item in group.items],
        }
        for group in groups
    ]


def groups_from(found: Iterable[Mapping[str, Any]]) -> tuple[ChangeGroup, ...]:
    """The inverse of `groups_json`. Raises KeyError or TypeError for others."""
    return tuple(
        ChangeGroup(one["title"], one["count"], tuple(ChangeItem(*item) for item in one["items"]))
        for one in found
    )


def as_text(groups: Sequence[ChangeGroup]) -> str:
    """For a terminal."""
    return "\n".join(_text_lines(groups)) if groups else "Nothing that a version tells changed."


def _text_lines(groups: Sequence[ChangeGroup]) -> Iterator[str]:
    for group in groups:
        yield f"{group.title} ({group.count:,})"
        for item in group.items:
            yield f"  {item.text}  {item.note}".rstrip()
        if group.rest:
            yield f"  and {group.rest:,} more"


def as_markdown(groups: Sequence[ChangeGroup], base_url: str = "") -> str:
    """For a pull request or a job's summary; links only where the site's address is known."""
    if not groups:
        return "Nothing that a version tells changed.\n"
    lines = []
    for group in groups:
        lines += [f"**{group.title}** ({group.count:,})", ""]
        lines += [f"- {_markdown_item(item, base_url)}" for item in group.items]
        if group.rest:
            lines.append(f"- and {group.rest:,} more")
        lines.append("")
    return "\n".join(lines)


def _markdown_item(item: ChangeItem, base_url: str) -> str:
    text = _plain(item.text)
    if item.address and base_url:
        text = f"[{text}]({base_url.rstrip('/')}/{item.address})"
    return f"{text}: {_plain(item.note)}" if item.note else text


def _plain(text: str) -> str:
    """Text that Markdown shows as it is: names come from stores and may hold anything."""
    flat = " ".join(text.split())
    return "".join(f"\\{c}" if c in r"\`*_{}[]()<>#+!|~&@" else c for c in flat)
