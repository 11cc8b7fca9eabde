"""Whether one signature can stand in for another: what its callers send, and what they read.

A change breaks when something that the earlier signature promised no longer holds: an input that
was taken is refused, or an answer lacks what it had. What a model takes is what MLflow's schema
enforcement takes of it (`_enforce_schema`, `_enforce_params_schema` and what they call, in
`mlflow/models/utils.py`): columns are found by name, surplus ones are ignored, numbers are widened
where nothing can be lost, tensors are never cast. Of answers MLflow checks nothing; there the new
type must be one that a reader of the old one can take.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reportgen.model import Field, Json, Signature

WIDENED = frozenset(
    {
        *(("integer", "long"), ("float", "double"), ("integer", "double")),
        # Both are objects to pandas, and pass as they are.
        *(("binary", "string"), ("string", "binary")),
    }
)
"""Pairs of (sent, taken) types of columns that MLflow lets pass (`_enforce_mlflow_datatype`)."""

PARAMS_WIDENED = frozenset(
    {
        *(("integer", "long"), ("long", "integer"), ("float", "double"), ("double", "float")),
        *((whole, broken) for whole in ("integer", "long") for broken in ("float", "double")),
    }
)
"""The same of params (`_enforce_param_datatype`): Python has one type for whole numbers and one
for others, and MLflow asks for no more."""

DTYPES = {
    "boolean": "bool",
    "integer": "int32",
    "long": "int64",
    "float": "float32",
    "double": "float64",
    "datetime": "datetime64[ns]",
}
"""The tensor of each type of column (`DataType` in `mlflow/types/schema.py`)."""

COLUMNS = {"str": "string", **{dtype: column for column, dtype in DTYPES.items()}}


class Effect(StrEnum):
    """What a difference means to who calls the model."""

    BREAKS = "breaks"
    CHECK = "check"
    """Nothing is refused, but something that a caller may rely on is another."""

    FINE = "fine"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What differs."""

    UNRECORDED = "unrecorded"
    """Neither side has this part, or the whole signature."""

    RECORDED = "recorded"
    """Only the later side has it."""

    LOST = "lost"
    """Only the earlier side has it."""

    ADDED = "added"
    REMOVED = "removed"
    TYPE = "type"
    SHAPE = "shape"
    NEED = "need"
    """Required before and optional now, or the other way round."""

    DEFAULT = "default"
    FORM = "form"
    """Columns before and tensors now, or the other way round."""

    NAMING = "naming"
    """Found by name before and by place now, or the other way round."""

    COUNT = "count"
    """Of columns that have no names."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which two signatures differ."""

    part: str
    """`inputs`, `outputs`, `params`; empty for the whole signature."""

    kind: Kind
    effect: Effect
    name: str = ""
    """Of the column, tensor or param; empty for those that have none and for the whole part."""

    before: str = ""
    after: str = ""
    """Types, shapes, defaults as words; of what is added or removed whether it is `required`."""


class Verdict(StrEnum):
    SAME = "same"
    COMPATIBLE = "compatible"
    BREAKING = "breaking"
    UNKNOWN = "unknown"


def verdict(differences: Sequence[Difference]) -> Verdict:
    """What all differences come to: one that breaks is enough."""
    effects = {one.effect for one in differences}
    if Effect.BREAKS in effects:
        return Verdict.BREAKING
    if Effect.UNKNOWN in effects:
        return Verdict.UNKNOWN
    return Verdict.COMPATIBLE if differences else Verdict.SAME


def signature_differences(
    before: Signature | None, after: Signature | None
) -> tuple[Difference, ...]:
    """What who used a model of signature `before` meets in one of signature `after`."""
    if before is None or after is None:
        return (_one_sided("", before is not None, after is not None, Effect.UNKNOWN),)
    return (*_inputs(before, after), *_outputs(before, after), *_params(before, after))


def _one_sided(part: str, before: bool, after: bool, effect: Effect) -> Difference:
    kind = Kind.LOST if before else Kind.RECORDED if after else Kind.UNRECORDED
    return Difference(part, kind, effect)


# ------------------------------------------------------------------ inputs


def _inputs(before: Signature, after: Signature) -> Iterator[Difference]:
    old, new = before.inputs, after.inputs
    if old is None or new is None:
        if old is not new:
            yield _one_sided("inputs", old is not None, new is not None, Effect.UNKNOWN)
    elif _are_tensors(old) != _are_tensors(new):
        effect = Effect.CHECK if _passes_as_other_form(old, new) else Effect.BREAKS
        yield Difference("inputs", Kind.FORM, effect, before=_form(old), after=_form(new))
    elif _are_named(new):
        yield from _named_inputs(old, new)
    else:
        yield from _placed_inputs(old, new)


def _named_inputs(old: Sequence[Field], new: Sequence[Field]) -> Iterator[Difference]:
    if not _are_named(old) and old:
        only = len(old) == len(new) == 1 and new[0].is_tensor  # taken for the array that it gets
        effect = Effect.FINE if only else Effect.BREAKS
        yield Difference("inputs", Kind.NAMING, effect, before="place", after="name")
        if only:
            yield from _input_tensor(old[0], new[0])
        return
    yield from _by_name("inputs", old, new, _input_field)


def _by_name(
    part: str,
    old: Sequence[Field],
    new: Sequence[Field],
    compare: Callable[[Field, Field], Iterator[Difference]],
) -> Iterator[Difference]:
    """What callers send by name: what is gone is ignored, what came must be sent if required."""
    was, now = {one.name: one for one in old}, {one.name: one for one in new}
    for name, field in was.items():
        if name in now:
            yield from compare(field, now[name])
        else:
            yield Difference(part, Kind.REMOVED, Effect.CHECK, name)
    for name, field in now.items():
        if name not in was:
            effect = Effect.BREAKS if field.required else Effect.FINE
            yield Difference(part, Kind.ADDED, effect, name, after=_need(field))


def _placed_inputs(old: Sequence[Field], new: Sequence[Field]) -> Iterator[Difference]:
    """Without names: columns by their place, and one tensor."""
    named_before = _are_named(old)
    if named_before and new and new[0].is_tensor:
        yield Difference("inputs", Kind.NAMING, Effect.BREAKS, before="name", after="place")
        return
    if named_before:
        yield Difference("inputs", Kind.NAMING, Effect.CHECK, before="name", after="place")
    if len(old) != len(new):
        effect = Effect.BREAKS if len(old) < len(new) else Effect.CHECK
        yield Difference("inputs", Kind.COUNT, effect, "", str(len(old)), str(len(new)))
    for field, now in zip(old, new, strict=False):
        yield from _input_field(field, now)


def _input_field(old: Field, new: Field) -> Iterator[Difference]:
    """Of an input that both have."""
    name = old.name
    if old.is_tensor:
        yield from _input_tensor(old, new)
        return
    if old.required != new.required:
        effect = Effect.BREAKS if new.required else Effect.FINE
        yield Difference("inputs", Kind.NEED, effect, name, _need(old), _need(new))
    if old.type != new.type:
        effect = Effect.FINE if takes(new.spec, old.spec) else Effect.BREAKS
        yield Difference("inputs", Kind.TYPE, effect, name, old.type, new.type)


def _input_tensor(old: Field, new: Field) -> Iterator[Difference]:
    anything = new.type == "object" and new.shape == (-1,)  # ragged arrays: never checked
    if old.type != new.type:
        effect = Effect.FINE if anything else Effect.BREAKS
        yield Difference("inputs", Kind.TYPE, effect, old.name, old.type, new.type)
    if old.shape != new.shape:
        fits = anything or _fits(old.shape, new.shape)
        effect = Effect.FINE if fits else Effect.BREAKS
        yield Difference(
            "inputs", Kind.SHAPE, effect, old.name, _shape(old.shape), _shape(new.shape)
        )


def _fits(given: tuple[int, ...] | None, wanted: tuple[int, ...] | None) -> bool:
    """True when every array of the one shape is one of the other."""
    if given is None or wanted is None:
        return wanted is None
    return len(given) == len(wanted) and all(
        want in (-1, size) for size, want in zip(given, wanted, strict=True)
    )


def _passes_as_other_form(old: Sequence[Field], new: Sequence[Field]) -> bool:
    """Columns of one type for one tensor with a place for each, or such a tensor for columns.

    MLflow takes a data frame's values as an array without casting it, and an array as a data frame
    with numbered columns.
    """
    columns, tensors = (new, old) if _are_tensors(old) else (old, new)
    if len(tensors) != 1 or tensors[0].name or not all(one.required for one in columns):
        return False
    (tensor,) = tensors
    if _are_tensors(old):
        column = COLUMNS.get(tensor.type, "")
        wide = tensor.shape == (-1, len(columns)) and not _are_named(columns)
        return wide and all(takes(one.spec, column) for one in columns)
    dtypes = {DTYPES.get(one.type) for one in columns}
    return tensor.shape == (-1, len(columns)) and len(columns) > 1 and dtypes == {tensor.type}


def takes(wanted: Json, given: Json) -> bool:
    """True when MLflow takes every value of the specification `given` where it wants `wanted`."""
    match _type(wanted), _type(given):
        case "any", _:
            return True
        case "array", "array":
            return takes(wanted.get("items"), given.get("items"))
        case "map", "map":
            return takes(wanted.get("values"), given.get("values"))
        case "map", "object":
            values = _properties(given).values()
            return all(takes(wanted.get("values"), value) for value in values)
        case "object", "object":
            return _takes_object(_properties(wanted), _properties(given))
        case want, have:
            return want == have or (have, want) in WIDENED


def _takes_object(wanted: Mapping[str, Json], given: Mapping[str, Json]) -> bool:
    """Of a nested value MLflow refuses surplus properties too (`_enforce_object`)."""
    new = wanted.keys() - given.keys()
    return (
        not given.keys() - wanted.keys()
        and not any(_is_required(wanted[name]) for name in new)
        and all(
            takes(wanted[name], spec) and (_is_required(spec) or not _is_required(wanted[name]))
            for name, spec in given.items()
        )
    )


def _type(spec: Json) -> str:
    found = spec.get("type") or spec.get("dtype") if isinstance(spec, Mapping) else spec
    return str(found or "")


def _properties(spec: Mapping[str, Json]) -> Mapping[str, Json]:
    found = spec.get("properties")
    return found if isinstance(found, Mapping) else {}


def _is_required(spec: Json) -> bool:
    """As a column is: up to MLflow 2.9 `optional: true`, since then `required: false`."""
    if not isinstance(spec, Mapping):
        return True
    return spec.get("required") is not False and spec.get("optional") is not True


# ------------------------------------------------------------------ outputs


def _outputs(before: Signature, after: Signature) -> Iterator[Difference]:
    """What a reader of the old answers finds in the new ones."""
    if before.outputs is None or after.outputs is None:
        if before.outputs is not after.outputs:
            there = before.outputs is not None, after.outputs is not None
            effect = Effect.CHECK if there[0] else Effect.FINE
            yield _one_sided("outputs", *there, effect)
        return
    old, new = _as_columns(before.outputs), _as_columns(after.outputs)
    if _are_tensors(old) != _are_tensors(new):
        yield Difference("outputs", Kind.FORM, Effect.BREAKS, before=_form(old), after=_form(new))
    elif _are_named(old) != _are_named(new):
        by = {True: "name", False: "place"}
        yield Difference(
            *("outputs", Kind.NAMING, Effect.BREAKS),
            before=by[_are_named(old)],
            after=by[_are_named(new)],
        )
    elif _are_named(old):
        yield from _named_outputs(old, new)
    else:
        yield from _placed_outputs(old, new)


def _as_columns(fields: Sequence[Field]) -> Sequence[Field]:
    """A list of numbers is answered alike, whether it was recorded as one column or as a tensor."""
    if len(fields) == 1 and fields[0].is_tensor and not fields[0].name:
        (only,) = fields
        if only.shape == (-1,) and only.type in COLUMNS:
            return (Field("", COLUMNS[only.type], spec=COLUMNS[only.type]),)
    return fields


def _named_outputs(old: Sequence[Field], new: Sequence[Field]) -> Iterator[Difference]:
    was, now = {one.name: one for one in old}, {one.name: one for one in new}
    for name, field in was.items():
        if name in now:
            yield from _output_field(field, now[name])
        else:
            yield Difference("outputs", Kind.REMOVED, Effect.BREAKS, name)
    for name, field in now.items():
        if name not in was:
            yield Difference("outputs", Kind.ADDED, Effect.FINE, name, after=_need(field))


def _placed_outputs(old: Sequence[Field], new: Sequence[Field]) -> Iterator[Difference]:
    if len(old) != len(new):
        yield Difference("outputs", Kind.COUNT, Effect.BREAKS, "", str(len(old)), str(len(new)))
    for field, now in zip(old, new, strict=False):
        yield from _output_field(field, now)


def _output_field(old: Field, new: Field) -> Iterator[Difference]:
    name = old.name
    if old.required != new.required:
        effect = Effect.FINE if new.required else Effect.BREAKS
        yield Difference("outputs", Kind.NEED, effect, name, _need(old), _need(new))
    if old.type != new.type:
        tensor = old.is_tensor or new.is_tensor
        reads = _reads_dtype(old.type, new.type) if tensor else takes(old.spec, new.spec)
        effect = Effect.FINE if reads else Effect.BREAKS
        yield Difference("outputs", Kind.TYPE, effect, name, old.type, new.type)
    if old.shape != new.shape:
        effect = Effect.FINE if _fits(new.shape, old.shape) else Effect.BREAKS
        yield Difference("outputs", Kind.SHAPE, effect, name, _shape(old.shape), _shape(new.shape))


def _reads_dtype(old: str, new: str) -> bool:
    """True where a reader of tensors of the one type loses nothing of the other's."""
    return (COLUMNS.get(new), COLUMNS.get(old)) in WIDENED


# ------------------------------------------------------------------ params


def _params(before: Signature, after: Signature) -> Iterator[Difference]:
    yield from _by_name("params", before.params or (), after.params or (), _param)


def _param(old: Field, new: Field) -> Iterator[Difference]:
    name = old.name
    if old.type != new.type:
        fine = (old.type, new.type) in PARAMS_WIDENED
        effect = Effect.FINE if fine else Effect.BREAKS
        yield Difference("params", Kind.TYPE, effect, name, old.type, new.type)
    if old.shape != new.shape:
        yield Difference(
            "params", Kind.SHAPE, Effect.BREAKS, name, _shape(old.shape), _shape(new.shape)
        )
    if old.required != new.required:
        effect = Effect.BREAKS if new.required else Effect.FINE
        yield Difference("params", Kind.NEED, effect, name, _need(old), _need(new))
    elif old.default != new.default and old.shape == new.shape:
        yield Difference(
            "params", Kind.DEFAULT, Effect.CHECK, name, _value(old.default), _value(new.default)
        )


# ------------------------------------------------------------------ in words


def _are_tensors(fields: Sequence[Field]) -> bool:
    return any(one.is_tensor for one in fields)


def _are_named(fields: Sequence[Field]) -> bool:
    return bool(fields) and fields[0].name != ""


def _form(fields: Sequence[Field]) -> str:
    return "tensors" if _are_tensors(fields) else "columns"


def _need(field: Field) -> str:
    return "required" if field.required else "optional"


def _shape(shape: tuple[int, ...] | None) -> str:
    return "scalar" if shape is None else f"({', '.join(map(str, shape))})"


def _value(value: Json) -> str:
    return "null" if value is None else str(value)
