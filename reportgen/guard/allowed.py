"""What the user says is no secret, or may be seen.

Apart from the detector, so that settings are read without it.
"""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

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
