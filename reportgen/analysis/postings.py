"""An inverted index in text files: which documents have a word, and where in them.

Documents are numbered from 0 in the order in which they are worth showing. A shard is a range of
the sorted words, one a line:

    SHARED REST \\t FIELDS . DOCUMENTS \\n

SHARED is one digit to base 36: how many letters the word has in common with the one before, of
which REST follows. FIELDS is one letter (see `words`) for each document, or a single one where
all are the same. DOCUMENTS are the differences between their numbers, the first from -1, each
less one, in digits of 5 bits to base 64, the lowest first; the sixth bit says that more follow.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
SHARD = 20_000
"""Characters of a shard, about; of many documents more, so that there are never many files."""

MOST_SHARDS = 200

COMMON = 0.5
"""A word that more than this part of the runs have tells nothing about one."""

FEW = 60
"""Among so few runs no word is too common."""

MOST_VALUES = 500
"""A parameter with more numbers than these is measured, not chosen: of its values only those are
words that several documents share."""


@dataclass(frozen=True, slots=True)
class Shard:
    first: str
    """The first word in it."""

    text: str


@dataclass(frozen=True, slots=True)
class Index:
    shards: tuple[Shard, ...]
    common: tuple[str, ...]
    """Words that most runs have; the shards name only the other documents that have them."""


class Postings:
    """Collects the words of documents, in the order of their numbers."""

    def __init__(self) -> None:
        self._lists: dict[str, array[int]] = {}
        self._documents = 0

    def add(self, packed: str) -> None:
        """The words of the next document, as `words.pack` gives them."""
        for entry in filter(None, packed.split(" ")):
            postings = self._lists.get(entry[1:])
            if postings is None:
                postings = self._lists[entry[1:]] = array("Q")
            postings.append(self._documents << 8 | ord(entry[0]))
        self._documents += 1

    def index(self, first_run: int) -> Index:
        """The whole index; the runs are the documents from `first_run` on."""
        most = max(FEW, (self._documents - first_run) * COMMON)
        measured = self._measured()
        common, lines = [], []
        for word in sorted(self._lists):
            name, is_pair, _ = word.rpartition("=")
            postings: Sequence[int] = self._lists[word]
            if is_pair and name in measured and len(postings) == 1:
                continue
            above = [one for one in postings if one >> 8 < first_run]
            if len(postings) - len(above) > most:
                common.append(word)
                postings = above
            if postings:
                lines.append((word, _written(postings)))
        return Index(tuple(_shards(lines)), tuple(common))

    def _measured(self) -> set[str]:
        """The parameters of which there are too many different numbers."""
        counts: dict[str, int] = {}
        for word in self._lists:
            name, is_pair, value = word.rpartition("=")
            if is_pair and (value[0].isdigit() or value[0] == "-"):
                counts[name] = counts.get(name, 0) + 1
        return {name for name, count in counts.items() if count > MOST_VALUES}


def _written(postings: Iterable[int]) -> str:
    fields = "".join(chr(one & 0xFF) for one in postings)
    last, digits = -1, []
    for one in postings:
        number = one >> 8
        digits.append(_digits(number - last - 1))
        last = number
    return f"{fields[0] if len(set(fields)) == 1 else fields}.{''.join(digits)}"


def _digits(number: int) -> str:
    found = ""
    while number >= 32:
        found += DIGITS[number & 31 | 32]
        number >>= 5
    return found + DIGITS[number]


def _shards(lines: Sequence[tuple[str, str]]) -> Iterator[Shard]:
    whole = sum(len(word) + len(postings) for word, postings in lines)
    longest = max(SHARD, whole // MOST_SHARDS)
    kept: list[str] = []
    first = last = ""
    length = 0
    for word, postings in lines:
        if length > longest:
            yield Shard(first, "".join(kept))
            kept, length = [], 0
        if not kept:
            first, last = word, ""
        shared = _shared(last, word)
        kept.append(f"{DIGITS[shared].lower()}{word[shared:]}\t{postings}\n")
        length += len(kept[-1])
        last = word
    if kept:
        yield Shard(first, "".join(kept))


def _shared(one: str, other: str) -> int:
    """How many letters both begin with, up to 35."""
    count = 0
    for left, right in zip(one[:35], other, strict=False):
        if left != right:
            break
        count += 1
    return count
