"""Run by a Python that has MLflow: the options of its commands, as JSON, by the command's words.

python options_of_mlflow.py > OPTIONS.json
"""

import json
import sys
from collections.abc import Iterator

import click  # type: ignore[import-not-found, unused-ignore]
from mlflow.cli import cli  # type: ignore[import-not-found, unused-ignore]


def commands(group: click.Command, words: str) -> Iterator[tuple[str, list[str]]]:
    if isinstance(group, click.Group):
        for name in group.list_commands(click.Context(group)):
            found = group.get_command(click.Context(group), name)
            if found:
                yield from commands(found, f"{words} {name}")
    else:
        yield words, [name for one in group.params for name in (*one.opts, *one.secondary_opts)]


if __name__ == "__main__":
    json.dump(dict(commands(cli, "mlflow")), sys.stdout)
