"""What is done about the secrets that are found: covered, told of, and left where the user said so.

What is told is the kind and the place, never the text; a place that holds a secret itself, such as
the name of a tag, is covered too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.errors import Problem
from reportgen.guard.allowed import Allowed
from reportgen.guard.files import leaks_in
from reportgen.guard.secrets import Secret, masked, secrets_in

ADVICE = (
    "Revoke it, then take it out of what was recorded. If it is none, allow it under "
    "`allow_secrets` in reportgen.yml."
)
COVERED = "Holds a secret, which is covered"
WITHHELD = "Holds a secret, so that it is not copied"
MOST_LINES = 3


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
