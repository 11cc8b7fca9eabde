"""Our own web site: built by reportgen itself, complete, without a dead link."""

import argparse
import dataclasses
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reportgen.cli import parser
from reportgen.config import Options
from reportgen.site.versions import read_history
from reportgen.versions import verify

ROOT = Path(__file__).parents[1]
SITE = ROOT / "site"


def test_it_is_built_with_two_report_versions(tmp_path: Path) -> None:
    """By the very script that the workflow runs; settings there make a dead link fail it."""
    command = f"{sys.executable} -m reportgen"
    shim = tmp_path / "reportgen"
    shim.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    shim.chmod(0o755)
    built = subprocess.run(
        ["bash", str(ROOT / ".ci" / "site"), str(tmp_path / "_site")],
        env={**os.environ, "REPORTGEN": str(shim), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr

    site = tmp_path / "_site"
    versions = read_history(site).versions
    assert [one.name for one in versions] == ["with-digits", "wine-only"]
    assert versions[0].changes != ()
    assert verify(site)[1] == ()
    assert "<h1>Experiments you can hand to anyone</h1>" in (site / "index.html").read_text("utf-8")
    shutil.rmtree(site)


def subcommands(of: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, str]]:
    """(command, flag) of all commands below one."""
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, command in action.choices.items():
                yield from subcommands(command, f"{name} {word}".strip())
        elif name:
            yield from (
                (name, flag) for flag in action.option_strings if flag not in ("-h", "--help")
            )


@pytest.mark.parametrize(("command", "flag"), sorted(set(subcommands(parser(), ""))))
def test_every_option_is_in_the_reference(command: str, flag: str) -> None:
    assert f"`{flag}`" in (SITE / "commands.md").read_text("utf-8")


@pytest.mark.parametrize("option", [field.name for field in dataclasses.fields(Options)])
def test_every_setting_is_in_the_reference(option: str) -> None:
    assert f"| `{option}` |" in (SITE / "settings.md").read_text("utf-8")


COMMANDS = [
    line.split("#")[0].strip()
    for path in sorted(SITE.glob("*.md"))
    for block in re.findall(r"```sh\n(.*?)```", path.read_text("utf-8"), re.DOTALL)
    for line in block.splitlines()
    if line.startswith("reportgen ")
]


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"reportgen --version"}))
def test_every_command_that_is_shown_is_understood(command: str) -> None:
    parser().parse_args(
        [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', command.split("&&")[0])][1:]
    )
