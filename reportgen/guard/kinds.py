"""The kinds of things that can be dropped from a report: apart from what drops them, as settings
are read before there is to build anything."""

KINDS = ("experiments", "runs", "params", "tags", "metrics", "artifacts")
"""What patterns can name; these are globs: `*`, `?`, `[…]`, upper and lower case apart."""
