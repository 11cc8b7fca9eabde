"""Signatures of models and schemas of datasets, from MLflow's JSON (`mlflow/types/schema.py`).

One list of specifications becomes a tuple of fields, whichever release wrote it. A part that
cannot be read costs itself; the other parts stay.
"""

from collections.abc import Iterator, Mapping, Sequence

from reportgen.errors import Problem
from reportgen.model import Field, Json, Signature
from reportgen.sources.plain import from_json

LOG_AGAIN = "Log the model again, if its signature matters."


def parse_signature(recorded: Json, label: str) -> tuple[Signature | None, tuple[Problem, ...]]:
    """The `signature` of an MLmodel: a mapping whose `inputs`, `outputs`, `params` are JSON texts.

    None when there is none. `label` is the path that problems name.
    """
    if recorded is None:
        return None, ()
    if not isinstance(recorded, Mapping):
        return None, (Problem(label, "Its signature is not a mapping.", LOG_AGAIN),)
    parts: dict[str, tuple[Field, ...] | None] = {}
    problems = []
    for part in ("inputs", "outputs", "params"):
        try:
            parts[part] = _fields(recorded.get(part))
        except ValueError as error:
            what = f"The {part} of its signature cannot be read: {error}."
            problems.append(Problem(label, what, LOG_AGAIN))
    return Signature(**parts), tuple(problems)


def dataset_schema(text: str) -> tuple[Field, ...]:
    """The fields of a dataset's schema (`mlflow_colspec` or `mlflow_tensorspec`), JSON text.

    Fields of arrays are named `features` and `targets`, or `features.x` where the array has
    named parts. Empty for no schema and for one of another kind.
    """
    try:
        schema = from_json(text)
        if not isinstance(schema, Mapping):
            return ()
        if "mlflow_colspec" in schema:
            return _fields(schema["mlflow_colspec"]) or ()
        return tuple(_array_fields(schema.get("mlflow_tensorspec")))
    except ValueError:
        return ()


def type_in_words(spec: Json) -> str:
    """Such as `double`, `array<string>`, `object{id: long, note?: string}`; a tensor's dtype.

    Raises ValueError when the specification names no type.
    """
    if isinstance(spec, str):
        return spec
    if not isinstance(spec, Mapping):
        raise ValueError(f"{spec!r:.40} is not a type")
    match spec.get("type") or spec.get("dtype"):
        case "array":
            return f"array<{type_in_words(spec.get('items'))}>"
        case "map":
            return f"map<{type_in_words(spec.get('values'))}>"
        case "object":
            return f"object{{{', '.join(_properties(spec.get('properties')))}}}"
        case "tensor":
            tensor = spec.get("tensor-spec")
            return type_in_words(tensor.get("dtype") if isinstance(tensor, Mapping) else None)
        case str(name):
            return name
    raise ValueError("it has a field without a type")


def _properties(properties: Json) -> Iterator[str]:
    if not isinstance(properties, Mapping):
        raise ValueError("it has an object without properties")
    for name, spec in properties.items():
        mark = "" if _is_required(spec) else "?"
        yield f"{name}{mark}: {type_in_words(spec)}"


def _fields(recorded: Json) -> tuple[Field, ...] | None:
    """Of a list of specifications, or of its JSON text; None for none."""
    specs = from_json(recorded) if isinstance(recorded, str) else recorded
    if specs is None:
        return None
    if not isinstance(specs, Sequence) or isinstance(specs, str):
        raise ValueError("it is not a list")
    return tuple(map(_field, specs))


def _field(spec: Json) -> Field:
    words = type_in_words(spec)
    if not isinstance(spec, Mapping):
        return Field(name="", type=words, spec=spec)
    name = spec.get("name")
    return Field(
        name="" if name is None else str(name),  # data frames may number their columns
        type=words,
        required=_is_required(spec),
        shape=_shape(spec),
        default=spec.get("default"),
        spec=spec,
    )


def _is_required(spec: Json) -> bool:
    """Up to MLflow 2.9 a column could say `optional: true`; since, `required: false`.

    A parameter has a default, so nobody need give it.
    """
    if not isinstance(spec, Mapping):
        return True
    optional = spec.get("required") is False or spec.get("optional") is True or "default" in spec
    return not optional


def _shape(spec: Mapping[str, Json]) -> tuple[int, ...] | None:
    tensor = spec.get("tensor-spec")
    shape = tensor.get("shape") if isinstance(tensor, Mapping) else spec.get("shape")
    if not isinstance(shape, Sequence) or not all(isinstance(size, int) for size in shape):
        return None
    return tuple(shape)


def _array_fields(groups: Json) -> Iterator[Field]:
    """`features` and `targets`: each a list of tensors as JSON inside JSON, or named tensors."""
    if not isinstance(groups, Mapping):
        return
    for group, recorded in groups.items():
        inner = from_json(recorded) if isinstance(recorded, str) else recorded
        if isinstance(inner, Mapping):
            inner = [{"name": name, **_tensor(spec)} for name, spec in inner.items()]
        for field in _fields(inner) or ():
            yield _renamed(field, f"{group}.{field.name}" if field.name else group)


def _tensor(spec: Json) -> Mapping[str, Json]:
    specs = from_json(spec) if isinstance(spec, str) else spec
    first = specs[0] if isinstance(specs, list) and specs else specs
    return first if isinstance(first, Mapping) else {}


def _renamed(field: Field, name: str) -> Field:
    return Field(name=name, type=field.type, shape=field.shape, spec=field.spec)
