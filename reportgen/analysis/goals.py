"""Which direction of a metric is better. Imports nothing: settings name it."""

from enum import StrEnum


class Goal(StrEnum):
    """Which direction of a metric is better."""

    MAX = "max"
    MIN = "min"
    UNKNOWN = "unknown"
