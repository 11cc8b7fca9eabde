"""What of people and machines a report shows: nothing here is secret, and not all is for everyone.

By default only paths are shortened; for the public, users, hosts, e-mails and paths are hidden.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Treatment(StrEnum):
    """What becomes of one kind of thing."""

    SHOW = "show"
    SHORTEN = "shorten"
    """Of paths alone: without home folders, and of other absolute ones the end."""

    HIDE = "hide"


@dataclass(frozen=True, slots=True)
class Privacy:
    """What becomes of each kind; also named so in the settings."""

    users: Treatment = Treatment.SHOW
    hosts: Treatment = Treatment.SHOW
    emails: Treatment = Treatment.SHOW
    paths: Treatment = Treatment.SHORTEN
    words: tuple[str, ...] = ()
    """Whatever else is hidden wherever it stands: the names of a customer, of a project."""


PRIVATE = Privacy()
PUBLIC = Privacy(Treatment.HIDE, Treatment.HIDE, Treatment.HIDE, Treatment.HIDE)


def privacy_of(public: bool, told: Mapping[str, Treatment | tuple[str, ...]]) -> Privacy:
    """What holds: what was told by hand, else what is usual for a public or a private report."""
    usual = PUBLIC if public else PRIVATE
    kept = {name: getattr(usual, name) for name in Privacy.__slots__}
    return Privacy(**{**kept, **told})
