"""Where the keys of a YAML text stand, for problems that name their line.

Only for texts that `plain.from_yaml` has accepted: that one guards against what is made to exhaust
its reader.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reportgen.sources.plain import SAFE, yaml_loader

TEXT = "tag:yaml.org,2002:str"
MERGE = "tag:yaml.org,2002:merge"
SCALAR, MAPPING = "scalar", "mapping"
"""What PyYAML calls nodes."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a mapping as it is written."""

    text: str
    line: int
    """From 1 on."""

    is_text: bool
    """False for one that YAML reads as something else: `on`, `1`, `null`."""


class Outline:
    """The keys of a text; of none where there is nothing. Looking one up costs the same always."""

    def __init__(self, root: Any = None) -> None:
        self._root = root
        self._known: dict[int, dict[str, tuple[Any, Any]]] = {}
        """The last (key, value) of each name, by the mapping's identity."""

    def line(self, *keys: str) -> int | None:
        """The line of a key, by the keys that lead to it; else of the last one that is there."""
        node, line = self._root, _line(self._root) if self._root else None
        for key in keys:
            found = self._pairs(node).get(key)
            if found is None:
                return line
            node, line = found[1], _line(found[0])
        return line

    def keys(self, *keys: str) -> Iterator[Key]:
        """The keys of the mapping that `keys` lead to, each as often as it is written."""
        node = self._root
        for key in keys:
            node = self._pairs(node).get(key, (None, None))[1]
        for name, _ in _written(node):
            if name.id == SCALAR and name.tag != MERGE:
                yield Key(name.value, _line(name), name.tag == TEXT)

    def _pairs(self, node: Any) -> dict[str, tuple[Any, Any]]:
        if id(node) not in self._known:
            self._known[id(node)] = {
                name.value: (name, value) for name, value in _written(node) if name.id == SCALAR
            }
        return self._known[id(node)]


EMPTY = Outline()


def outline(text: str) -> Outline:
    """The outline of a text; an empty one where it cannot be told."""
    import yaml  # late, as in `plain`

    try:
        return Outline(yaml.compose(text, Loader=yaml_loader(SAFE)))
    except yaml.YAMLError:
        return Outline()


def _written(node: Any) -> list[tuple[Any, Any]]:
    return node.value if node is not None and node.id == MAPPING else []


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1
