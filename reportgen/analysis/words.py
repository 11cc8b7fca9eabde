"""The words by which a reader finds things: how texts are taken apart for the search.

`themes/default/js/search.js` takes a question apart in the same way; change both together.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from reportgen.model import Run

NAME, LONG_NAME, ID, VALUE, CODE, TAG, USER, ENTRY, DATASET, PARAM, METRIC, ABOVE, NOTE, STATUS = (
    "abivctuedpmxos"
)
"""Where a word was found, one letter each, the most telling first. A name of more than two words
is a long one; `ABOVE` is the name of the experiment that a run belongs to."""

STRENGTH = {field: place for place, field in enumerate("abivctuedpmxos")}

LONGEST = 24
"""Longer words are cut, in the index and in what is asked for."""

HEX = 10
"""Of long hexadecimal ids so many digits are enough to find them by."""

LONGEST_PAIR = 60
MOST_NOTE = 4000
"""Characters of a note that are searched."""

_WORD = re.compile(r"[^\W_]+")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DECIMAL = re.compile(r"(?<![\w.])[-+]?\d*\.\d+(?:[eE][-+]?\d+)?(?!\w|\.\w)")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
_HEX = re.compile(rf"(?=[a-f]*\d)[0-9a-f]{{{HEX + 1},}}")


def folded(text: str) -> str:
    """Without accents, and in the simplest form of each letter; capitals stay."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if unicodedata.category(part)[0] != "M")


@lru_cache(maxsize=65_536)
def words(text: str) -> tuple[str, ...]:
    """`val/loss`, `batch_size`, `RandomForest` → `val loss`, `batch size`, `randomforest random
    forest`. Plain decimals are left out: they are found as values of their parameters only.
    """
    found: dict[str, None] = {}
    plain = folded(text)
    for word in _WORD.findall(_DECIMAL.sub(" ", plain) if "." in plain else plain):
        if word.islower() or word.isdigit():
            found[_cut(word)] = None
            continue
        humps = _HUMPS.split(word)
        for part in (word, *humps) if len(humps) > 1 else (word,):
            found[_cut(part.lower())] = None
    return tuple(found)


def _cut(word: str) -> str:
    if len(word) <= HEX:
        return word
    return word[:HEX] if _HEX.fullmatch(word) else word[:LONGEST]


@lru_cache(maxsize=65_536)
def pair(name: str, value: str) -> str:
    """`lr=1e-2` for `lr` and `0.01`, `model=forest` for words; '' where there are too many."""
    said = folded(value).lower()
    if _NUMBER.fullmatch(said):
        said = plain(said)
    whole = f"{folded(name).lower()}={said}"
    return "" if not said or len(whole) > LONGEST_PAIR or re.search(r"\s", whole) else whole


def plain(number: str) -> str:
    """One way to write a number, whatever it was logged as: seven digits and a power of ten."""
    value = float(number) + 0.0  # no zero below zero
    if not math.isfinite(value):
        return number
    digits, _, power = f"{value:.6e}".partition("e")
    return f"{digits.rstrip('0').rstrip('.')}e{int(power)}"


Found = Iterator[tuple[str, str]]
"""(field, word)"""


def of(field: str, *texts: str) -> Found:
    """The words of texts; single letters and digits only of names, where they tell."""
    for text in texts:
        for word in words(text):
            if len(word) > 1 or field in (NAME, LONG_NAME):
                yield field, word


def of_name(name: str) -> Found:
    return of(NAME if len(words(name)) <= 2 else LONG_NAME, name)


def of_pairs(field: str, pairs: Iterable[tuple[str, str]]) -> Found:
    """Names, values, and both together as `name=value`."""
    for name, value in pairs:
        yield from of(field, name)
        together = pair(name, value)
        if together:
            yield VALUE, together
        if not _NUMBER.fullmatch(value):
            yield from of(VALUE if field == PARAM else field, value[:MOST_NOTE])


def of_run(run: Run) -> str:
    """All words of a run, packed as `pack` does: small enough to keep for every run."""
    tags = run.tags
    own = [(name, value) for name, value in tags.items() if not name.startswith("mlflow.")]
    return pack(
        (
            *of_name(run.name),
            *of(ID, run.id),
            *of_pairs(PARAM, run.params.items()),
            *of_pairs(TAG, own),
            *of(USER, run.user),
            *of(CODE, tags.get("mlflow.source.git.commit", "")),
            *of(CODE, tags.get("mlflow.source.git.branch", "")),
            *of(ENTRY, tags.get("mlflow.project.entryPoint", "")),
            *of(ENTRY, tags.get("mlflow.source.name", "").replace("\\", "/").rpartition("/")[2]),
            *of(DATASET, *(used.dataset.name for used in run.datasets)),
            *of(DATASET, *(used.dataset.digest for used in run.datasets)),
            *of(NOTE, run.note[:MOST_NOTE]),
            *of(STATUS, str(run.status), "deleted" if run.deleted else ""),
        )
    )


def pack(found: Iterable[tuple[str, str]]) -> str:
    """`abaseline plr vlr=1e-2`: each word once, after the most telling of its fields."""
    best: dict[str, str] = {}
    for field, word in found:
        if word not in best or STRENGTH[field] < STRENGTH[best[word]]:
            best[word] = field
    return " ".join(f"{field}{word}" for word, field in sorted(best.items()))
