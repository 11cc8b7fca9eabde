"""The content of files that are copied into a site: names of people are hidden there as well.

A text stays what it is, only its home folders are shortened; where more is hidden, all of it is.
Other files cannot be changed: one that names a user or a home folder is not copied.
"""

import re

_HOMES = ("/home/", "/Users/", "/users/", "/homes/", "/root/", "Users\\")
_HOME = re.compile(rb"(?<![\w.~-])/(?:home|Users)/[\w.-]{2}|[A-Za-z]:\\{1,2}Users\\{1,2}[\w.-]{2}")
SHORTEST = 5
"""Shorter names are found in any bytes by chance."""


def as_text(content: bytes) -> str | None:
    """What a file says; None for one that is no text."""
    if b"\0" in content[:8000]:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def may_name_a_home(text: str) -> bool:
    """Quick: most files do not."""
    return any(one in text for one in _HOMES)


def names_a_home(content: bytes) -> bool:
    return _HOME.search(content) is not None


def names_anyone(content: bytes, users: frozenset[str]) -> bool:
    """Whether a file that is no text holds the name of one of these users."""
    long = [user.encode() for user in users if len(user) >= SHORTEST]
    lower = content.lower() if long else b""
    return any(user in lower for user in long)
