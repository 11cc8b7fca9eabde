"""Commands of entry points without the params that are dropped: neither name nor value is left.

    python train.py --alpha {alpha} --api-key {api_key}    →    python train.py --alpha {alpha} …

Told by the words alone, for a command may be any shell's; what is left of one need not run.
"""

import re
from collections.abc import Callable, Iterator

LEFT_OUT = "…"

_PLACEHOLDER = re.compile(r"\{([^{}!:]*)")
_OPTION = re.compile(r"-{1,2}([A-Za-z][\w./-]*)")
_WORD = re.compile(r"\S+")


def without_params(command: str, keeps: Callable[[str], bool]) -> str:
    """The command with `…` in the place of each param that is not kept, and of its option."""
    kept, end = list[str](), 0
    for start, stop in _dropped(command, keeps):
        kept += (command[end:start], LEFT_OUT)
        end = stop
    return "".join((*kept, command[end:]))


def _dropped(command: str, keeps: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """From where to where."""
    words = list(_WORD.finditer(command))
    place = 0
    while place < len(words):
        word, after = words[place], words[place + 1 : place + 2]
        option = _OPTION.match(word[0])
        takes_next = option is not None and option.end() == len(word[0]) and bool(after)
        value = after[0][0] if takes_next else ""
        names = [*_PLACEHOLDER.findall(f"{word[0]} {value}")]
        names += [form(option[1]) for form in (str, _python_name)] if option else []
        if all(map(keeps, names)):
            place += 1
            continue
        is_pair = takes_next and not value.startswith("-")
        yield word.start(), after[0].end() if is_pair else word.end()
        place += 2 if is_pair else 1


def _python_name(option: str) -> str:
    return option.replace("-", "_")
