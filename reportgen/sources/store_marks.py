"""What tells that a folder is a file store: the few bytes and names that it takes to know.

Imports next to nothing: whether there is anything to do is asked of this alone.
"""

import re

from reportgen.sources import small_files
from reportgen.sources.small_files import LFS_POINTER, read_bytes, subfolders

TRASH = ".trash"

RUN_FOLDERS = frozenset({"metrics", "params", "tags"})
"""A folder that holds one of these is a run even without its `meta.yaml`."""

_RUN_ID = re.compile(r"[0-9a-f]{32}")
_EXPERIMENT_FIELD = re.compile(rb"^experiment_id:", re.MULTILINE)
_OTHER_FIELDS = re.compile(rb"^(run_id|run_uuid|model_id):", re.MULTILINE)
_RUN_FIELD = re.compile(rb"^(run_id|run_uuid):", re.MULTILINE)


def is_store(folder: str) -> bool:
    """Whether a folder holds experiments, or what is left of them, its trash included."""
    return _holds_experiment(folder) or _holds_experiment(f"{folder}/{TRASH}")


def _holds_experiment(folder: str) -> bool:
    names = _names(folder)[: small_files.MOST]
    return any(_looks_like_experiment(f"{folder}/{name}") for name in names)


def _looks_like_experiment(path: str) -> bool:
    data = _start_of_meta(path)
    if data.startswith(LFS_POINTER):
        return path.rpartition("/")[2].isdigit()
    if _EXPERIMENT_FIELD.search(data):
        return _OTHER_FIELDS.search(data) is None
    runs = (name for name in _names(path) if _RUN_ID.fullmatch(name))
    return any(_looks_like_run(f"{path}/{name}") for name in runs)


def _looks_like_run(path: str) -> bool:
    is_run = _RUN_FIELD.search(_start_of_meta(path)) is not None
    return is_run or not RUN_FOLDERS.isdisjoint(_names(path))


def _start_of_meta(path: str) -> bytes:
    try:
        return read_bytes(f"{path}/meta.yaml")
    except OSError:
        return b""


def _names(folder: str) -> list[str]:
    return sorted(subfolders(folder, "", []))
