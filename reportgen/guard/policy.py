"""What is done about the secrets that are found: covered, told of, and left where the user said so.

What is told is the kind and the place, never the text; a place that holds a secret itself, such as
the name of a tag, is covered too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from reportgen.errors import Problem
from reportgen.guard.files import leaks_in
from reportgen.guard.secrets import Secret, masked, secrets_in

ADVICE = (
    "Revoke it, then take it out of what was recorded. If it is none, allow it under `secrets:` in "
    "reportgen.yml."
)
COVERED = "Holds a secret, which is covered"
WITHHELD = "Holds a secret, so that it is not copied"
MOST_LINES = 3
_GROUP = re.compile(r"(?:params|tags|artifacts|inputs)\.")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What looks like a secret and is none, or may be seen."""

    kind: str
    """A pattern of kinds as problems name them; `*` stands for any."""

    where: str
    """A pattern of places, from their end: `params.my_hash`, `mlruns/0/*/tags/note`."""

    reason: str

    def allows(self, kind: str, path: str) -> bool:
        """True for a secret of that kind at the path of a problem."""
        where = _GROUP.sub(lambda found: found[0].replace(".", "/"), self.where, count=1)
        return fnmatchcase(kind.lower(), self.kind.lower()) and any(
            fnmatchcase(path, form) for form in (where, f"*/{where}")
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """How secrets are treated, everywhere alike."""

    allowed: tuple[Allowed, ...] = ()

    def clean(self, text: str, name: str, path: str, problems: list[Problem]) -> str:
        """The text with its secrets covered, each noted as a problem.

        `name` is what the text is called (the key of a param or a tag); `path` is where it
        stands, as problems name it: `mlruns/0/3f2a…/params/api_key`.
        """
        found = secrets_in(text, name)
        if not found:
            return text
        return self._covered(text, found, path, problems)

    def _covered(
        self, text: str, found: Sequence[Secret], path: str, problems: list[Problem]
    ) -> str:
        covered = [one for one in found if not self.allows(one.kind, path)]
        place = masked(path, secrets_in(path))
        problems.extend(problem_of(kind, place) for kind in dict.fromkeys(o.kind for o in covered))
        return masked(text, covered)

    def leaks(self, content: bytes, path: str) -> tuple[Problem, ...]:
        """Of a file what forbids to publish it, noted as problems at its path."""
        found = leaks_in(content, path.rpartition("/")[2])
        lines: dict[str, list[int]] = {}
        for one in found:
            if not self.allows(one.kind, path):
                lines.setdefault(one.kind, []).append(one.line)
        place = masked(path, secrets_in(path)) if lines else path
        return tuple(problem_of(kind, place, WITHHELD, _lines(at)) for kind, at in lines.items())

    def allows(self, kind: str, path: str) -> bool:
        """True where the user said that this may be seen."""
        return any(one.allows(kind, path) for one in self.allowed)


def problem_of(kind: str, path: str, what: str = COVERED, where: str = "") -> Problem:
    """What is told of a secret."""
    return Problem(path, f"{what}: {kind}{where}.", ADVICE, leak=kind)


def _lines(lines: Sequence[int]) -> str:
    told = ", ".join(str(line) for line in lines[:MOST_LINES] if line)
    more = f" and {len(lines) - MOST_LINES:,} more" if len(lines) > MOST_LINES else ""
    return f" (line{'s' if ',' in told else ''} {told}{more})" if told else ""
