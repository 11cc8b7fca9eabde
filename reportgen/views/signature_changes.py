"""What a change of signature means to who calls the model, in words."""

from collections.abc import Mapping, Sequence

from reportgen.analysis.signatures import Difference, Effect, Kind, Verdict, verdict
from reportgen.model import Field, Signature
from reportgen.views import wording
from reportgen.views.page import Chip

PARTS = {"": "signature", "inputs": "input", "outputs": "output", "params": "param"}

VERDICTS = {
    Verdict.SAME: Chip("Same signature", "ok", "check"),
    Verdict.COMPATIBLE: Chip("Compatible signature", "ok", "check"),
    Verdict.BREAKING: Chip("Breaking signature", "bad", "x"),
    Verdict.UNKNOWN: Chip("Signature not known", "warn", "help"),
}

TONES = {Effect.BREAKS: "down", Effect.CHECK: "must", Effect.FINE: "dim", Effect.UNKNOWN: "must"}

_BREAKS, _CHECK, _FINE = Effect.BREAKS, Effect.CHECK, Effect.FINE

WORDS: Mapping[tuple[str, Kind, Effect], str] = {
    ("", Kind.UNRECORDED, Effect.UNKNOWN): "Neither version records one.",
    ("", Kind.RECORDED, Effect.UNKNOWN): "The earlier version recorded none.",
    ("", Kind.LOST, Effect.UNKNOWN): "No longer recorded: MLflow checks nothing that is sent.",
    ("inputs", Kind.RECORDED, Effect.UNKNOWN): "The earlier version recorded no inputs.",
    ("inputs", Kind.LOST, Effect.UNKNOWN): "No longer recorded: MLflow checks none.",
    ("inputs", Kind.ADDED, _BREAKS): "Breaking: it must be sent now.",
    ("inputs", Kind.ADDED, _FINE): "New; it may be left out.",
    ("inputs", Kind.REMOVED, _CHECK): "No longer read: MLflow ignores it when it is sent.",
    ("inputs", Kind.TYPE, _BREAKS): "Breaking: MLflow refuses {before} where it wants {after}.",
    ("inputs", Kind.TYPE, _FINE): "Compatible: MLflow takes {before} for {after}.",
    ("inputs", Kind.NEED, _BREAKS): "Breaking: it may no longer be left out.",
    ("inputs", Kind.NEED, _FINE): "It may be left out now.",
    ("inputs", Kind.SHAPE, _BREAKS): "Breaking: arrays of the earlier shape may be refused.",
    ("inputs", Kind.SHAPE, _FINE): "Compatible: arrays of the earlier shape are taken.",
    ("inputs", Kind.FORM, _BREAKS): "Breaking: {after} are wanted where {before} were sent.",
    ("inputs", Kind.FORM, _CHECK): "Compatible: values are taken by their place, uncast.",
    ("inputs", Kind.NAMING, _BREAKS): "Breaking: found by {after} now, and by {before} earlier.",
    ("inputs", Kind.NAMING, _CHECK): "Compatible where the order stays: names no longer count.",
    ("inputs", Kind.NAMING, _FINE): "Compatible: the one array is taken without its name too.",
    ("inputs", Kind.COUNT, _BREAKS): "Breaking: more columns must be sent now.",
    ("inputs", Kind.COUNT, _CHECK): "The last ones are no longer read.",
    ("outputs", Kind.RECORDED, _FINE): "Recorded now, and not earlier.",
    ("outputs", Kind.LOST, _CHECK): "No longer recorded: what is answered is not known.",
    ("outputs", Kind.ADDED, _FINE): "New in the answer.",
    ("outputs", Kind.REMOVED, _BREAKS): "Breaking: no longer in the answer.",
    ("outputs", Kind.TYPE, _BREAKS): "Breaking: {after} does not fit where {before} did.",
    ("outputs", Kind.TYPE, _FINE): "Compatible: {after} fits where {before} did.",
    ("outputs", Kind.NEED, _BREAKS): "Breaking: it may be missing now.",
    ("outputs", Kind.NEED, _FINE): "It is always there now.",
    ("outputs", Kind.SHAPE, _BREAKS): "Breaking: answers may have another shape.",
    ("outputs", Kind.SHAPE, _FINE): "Compatible: answers are of the earlier shape too.",
    ("outputs", Kind.FORM, _BREAKS): "Breaking: {after} are answered where {before} were.",
    ("outputs", Kind.NAMING, _BREAKS): "Breaking: told by {after} now, and by {before} earlier.",
    ("outputs", Kind.COUNT, _BREAKS): "Breaking: another number of columns is answered.",
    ("params", Kind.ADDED, _BREAKS): "Breaking: it has no default, and must be given.",
    ("params", Kind.ADDED, _FINE): "New; it has a default.",
    ("params", Kind.REMOVED, _CHECK): "Gone: MLflow ignores it when it is given.",
    ("params", Kind.TYPE, _BREAKS): "Breaking: MLflow refuses {before} where it wants {after}.",
    ("params", Kind.TYPE, _FINE): "Compatible: MLflow takes {before} for {after}.",
    ("params", Kind.SHAPE, _BREAKS): "Breaking: one value and a list are not taken for each other.",
    ("params", Kind.NEED, _BREAKS): "Breaking: it has no default any more, and must be given.",
    ("params", Kind.NEED, _FINE): "It has a default now.",
    ("params", Kind.DEFAULT, _CHECK): "Who does not give it may get other answers.",
}  # fmt: skip
"""What each difference that `signature_differences` can tell of means."""


def verdict_chip(differences: Sequence[Difference]) -> Chip:
    return VERDICTS[verdict(differences)]


def signature_row(one: Difference) -> tuple[str, str, str, str, str]:
    """(name, before, after, what it means, tone) of a difference."""
    words = WORDS[one.part, one.kind, one.effect].format(before=one.before, after=one.after)
    name = " ".join(filter(None, (PARTS[one.part], one.name)))
    if one.kind in (Kind.RECORDED, Kind.LOST):
        there = one.kind is Kind.LOST
        before, after = ("recorded", wording.NONE) if there else (wording.NONE, "recorded")
    elif one.kind is Kind.REMOVED:
        before, after = "there", wording.NONE
    else:
        before, after = one.before or wording.NONE, one.after or wording.NONE
    return name, before, after, words, TONES[one.effect]


def short_signature(signature: Signature | None) -> str:
    """`4 columns → 1 column`; empty where none is recorded."""
    if signature is None or (signature.inputs is None and signature.outputs is None):
        return ""
    return f"{_side(signature.inputs)} → {_side(signature.outputs)}"


def _side(fields: Sequence[Field] | None) -> str:
    if fields is None:
        return "?"
    if not any(one.is_tensor for one in fields):
        return wording.count(len(fields), "column")
    if len(fields) > 1:
        return wording.count(len(fields), "tensor")
    return f"tensor ({', '.join(map(str, fields[0].shape or ()))})"
