"""What differs between two versions of a registered model, in words: for its page, where each
version stands against the one before it, and for its script, by which any two are compared."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from reportgen.analysis.environments import environment_changes
from reportgen.analysis.metrics import Goal, goal_of
from reportgen.analysis.releases import ModelFacts
from reportgen.analysis.signatures import signature_differences
from reportgen.model import Environment, Json, ModelVersion
from reportgen.views import addresses, wording
from reportgen.views.differences import difference
from reportgen.views.page import Chip, Link
from reportgen.views.registry import VersionLink
from reportgen.views.signature_changes import signature_row, verdict_chip

MOST_ROWS = 30
"""Of one kind that are told; how many more there are is said."""

LONGEST = 120
"""Characters of a value that are shown."""

PACKAGES = {
    "added": "added",
    "removed": "removed",
    "up": "newer",
    "down": "older",
    "build": "another build",
    "changed": "changed",
}

ABSENT, EMPTY = "not set", "(empty)"


class DiffRow(Struct, frozen=True):
    """One thing that two versions have, and how far that is another."""

    name: str
    before: str
    after: str
    note: str = ""
    tone: str = ""
    """`up`, `down`, `must`, `dim` or nothing: how the note is coloured."""


class DiffGroup(Struct, frozen=True):
    """All rows of one kind."""

    title: str
    note: str
    rows: tuple[DiffRow, ...] = ()


class VersionDiff(Struct, frozen=True):
    """A version against another."""

    before: str
    """`v2`."""

    after: str
    chips: tuple[Chip, ...]
    note: str
    """What there is, in a line: `3 metrics better, 1 worse · 2 parameters · 1 package`."""

    groups: tuple[DiffGroup, ...]
    runs: Link | None
    """To the comparison of their runs, where both are here."""


def version_diff(
    before: ModelVersion,
    after: ModelVersion,
    links: Mapping[int, VersionLink],
    address: str,
) -> VersionDiff:
    """The version `after` against `before`, for the page at `address`."""
    old, new = (links.get(one.version, VersionLink()) for one in (before, after))
    names = f"v{before.version}", f"v{after.version}"
    groups = [_metrics(old, new, names), _params(old, new, names)]
    chips = [_main_chip(old, new)]
    if old.facts is not None and new.facts is not None:
        told = signature_differences(old.facts.signature, new.facts.signature)
        chips.insert(0, verdict_chip(told))
        rows = [DiffRow(*signature_row(one)) for one in told]
        groups.append(_group("Signature", rows, "" if told else "the same"))
        groups.append(_packages(old.facts.environment, new.facts.environment, names))
        groups.append(_model(old.facts, new.facts))
    found = tuple(group for group in groups if group)
    here = [one.run_id for one in (old, new) if one.run_id]
    href = addresses.relative(addresses.compare(*here), address)
    return VersionDiff(
        before=names[0],
        after=names[1],
        chips=tuple(chip for chip in chips if chip),
        note=_summary(found),
        groups=found,
        runs=Link("Compare their runs", href) if len(set(here)) == 2 else None,
    )


def diff_json(diff: VersionDiff) -> Json:
    """As the page's script reads it, without its names."""
    return {
        "chips": [[chip.text, chip.tone, chip.icon] for chip in diff.chips],
        "runs": diff.runs.href if diff.runs else "",
        "groups": [
            [
                group.title,
                group.note,
                [[row.name, row.before, row.after, row.note, row.tone] for row in group.rows],
            ]
            for group in diff.groups
        ],
    }


def _group(title: str, rows: Sequence[DiffRow], note: str) -> DiffGroup | None:
    """None where there is nothing to say."""
    if not rows and not note:
        return None
    more = len(rows) - MOST_ROWS
    said = (note, f"{more:,} more are not shown" if more > 0 else "")
    return DiffGroup(title, " · ".join(filter(None, said)), tuple(rows[:MOST_ROWS]))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


# ------------------------------------------------------------------ runs


def _metrics(old: VersionLink, new: VersionLink, names: tuple[str, str]) -> DiffGroup | None:
    missing = _missing_runs(old, new, names)
    if missing:
        return _group("Metrics", (), missing)
    was, now = dict(old.metrics), dict(new.metrics)
    rows = [_metric_row(name, was, now, _goal(name, old, new)) for name in {**now, **was}]
    return _group("Metrics", rows, "of their runs")


def _missing_runs(old: VersionLink, new: VersionLink, names: tuple[str, str]) -> str:
    gone = [name for name, link in zip(names, (old, new), strict=True) if not link.run_id]
    if not gone:
        return ""
    runs = f"The run of {gone[0]} is" if len(gone) == 1 else f"The runs of {' and '.join(gone)} are"
    return f"{runs} not in this report"


def _goal(name: str, old: VersionLink, new: VersionLink) -> Goal:
    """Of runs of several experiments: none where these do not agree."""
    goals = {goal_of(name, one.goals) for one in (old, new)}
    return goals.pop() if len(goals) == 1 else Goal.UNKNOWN


def _metric_row(
    name: str, was: Mapping[str, float], now: Mapping[str, float], goal: Goal
) -> DiffRow:
    delta = difference(was.get(name), now.get(name), goal)
    return DiffRow(
        name=name,
        before=str(wording.number(was.get(name))),
        after=str(wording.number(now.get(name))),
        note=" ".join(filter(None, (delta.text, delta.word))) if delta else "",
        tone=delta.tone if delta else "",
    )


def _main_chip(old: VersionLink, new: VersionLink) -> Chip | None:
    """How the most telling metric of the later version changed."""
    was, now = dict(old.metrics), dict(new.metrics)
    main = next((name for name in now if name in was), "")
    delta = difference(was.get(main), now.get(main), _goal(main, old, new)) if main else None
    if delta is None or delta.word not in ("better", "worse"):
        return None
    step = delta.text.partition(" (")[0]
    tone, icon = ("ok", "check") if delta.word == "better" else ("bad", "warn")
    return Chip(f"{main} {step} {delta.word}", tone, icon)


def _params(old: VersionLink, new: VersionLink, names: tuple[str, str]) -> DiffGroup | None:
    was, now = (link.params or (link.facts.params if link.facts else {}) for link in (old, new))
    every = sorted(was.keys() | now.keys())
    changed = [name for name in every if was.get(name) != now.get(name)]
    same = len(every) - len(changed)
    rows = [DiffRow(name, _param(was.get(name)), _param(now.get(name))) for name in changed]
    return _group("Parameters", rows, f"{same:,} the same" if same else "")


def _param(value: str | None) -> str:
    return ABSENT if value is None else _cut(value) or EMPTY


# ------------------------------------------------------------------ files


def _packages(old: Environment, new: Environment, names: tuple[str, str]) -> DiffGroup | None:
    silent = [name for name, one in zip(names, (old, new), strict=True) if not one.files]
    if silent:
        verb = "does" if len(silent) == 1 else "do"
        return _group("Packages", (), f"{' and '.join(silent)} {verb} not say what is needed")
    rows = [
        DiffRow(
            change.name,
            wording.NONE if change.before is None else _cut(change.before) or "any version",
            wording.NONE if change.after is None else _cut(change.after) or "any version",
            PACKAGES[change.kind] + (f" ({change.channel})" if change.channel != "pip" else ""),
            "dim",
        )
        for change in environment_changes(old, new)
    ]
    return _group("Packages", rows, "" if rows else "the same")


def _model(old: ModelFacts, new: ModelFacts) -> DiffGroup | None:
    rows = [
        *(
            DiffRow(name, _version(old.flavors, name), _version(new.flavors, name))
            for name in sorted(old.flavors.keys() | new.flavors.keys())
            if old.flavors.get(name) != new.flavors.get(name)
        ),
        *_changed("Python", old.python, new.python),
        *_changed("MLflow", old.mlflow_version, new.mlflow_version),
        *_size(old.size, new.size),
    ]
    return _group("Model", rows, "")


def _version(flavors: Mapping[str, str], name: str) -> str:
    return flavors[name] or "there" if name in flavors else wording.NONE


def _changed(name: str, before: str, after: str) -> Iterator[DiffRow]:
    if before != after:
        yield DiffRow(name, before or wording.NONE, after or wording.NONE)


def _size(before: int | None, after: int | None) -> Iterator[DiffRow]:
    if before != after:
        delta = difference(before, after, Goal.UNKNOWN)
        share = delta.text.partition("(")[2].removesuffix(")") if delta else ""
        arrow = delta.text[:1] if delta else ""
        note = f"{arrow} {share}".strip()
        yield DiffRow("Size", wording.size(before), wording.size(after), note)


# ------------------------------------------------------------------ in a line


def _summary(groups: Sequence[DiffGroup]) -> str:
    parts = []
    for group in groups:
        match group.title:
            case "Metrics":
                parts.append(_metrics_summary(group.rows))
            case "Parameters" if group.rows:
                parts.append(wording.count(len(group.rows), "parameter"))
            case "Packages" if group.rows:
                parts.append(wording.count(len(group.rows), "package"))
    return " · ".join(filter(None, parts))


def _metrics_summary(rows: Sequence[DiffRow]) -> str:
    better = sum(row.tone == "up" for row in rows)
    worse = sum(row.tone == "down" for row in rows)
    if not better and not worse:
        return ""
    found = [f"{count} {word}" for count, word in ((better, "better"), (worse, "worse")) if count]
    return f"metrics: {', '.join(found)}"
