"""Values too long for a page: their beginning is shown, with what is left out and where it is.

After all else that the door does: half a secret would not be known for one.
"""

from collections.abc import Mapping

LONGEST = 20_000
"""Characters of a param or tag that are shown. MLflow itself takes 6,000 and 8,000."""

READ_WHOLE = frozenset(
    {"mlflow.note.content", "mlflow.log-model.history", "mlflow.source.git.diff"}
)
"""Tags that are read rather than listed; pages have cuts of their own for them."""


def listed(values: Mapping[str, str]) -> Mapping[str, str]:
    """Params or tags as pages list them; the same object where none is too long."""
    if all(len(value) <= LONGEST for value in values.values()):
        return values
    return {
        name: value if len(value) <= LONGEST or name in READ_WHOLE else _cut(value)
        for name, value in values.items()
    }


def shown(value: str) -> str:
    """A single text: a name, an address."""
    return value if len(value) <= LONGEST else _cut(value)


def _cut(value: str) -> str:
    said = f"the first {LONGEST:,} of {len(value):,} characters; all of them are in the store"
    return f"{value[:LONGEST]}… ({said})"
