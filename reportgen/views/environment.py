"""An environment as pages list it: Python, then what conda and what pip installs, apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.model import Environment, Requirement
from reportgen.views.page import Pair


@dataclass(frozen=True, slots=True)
class EnvironmentGroup:
    title: str
    lines: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class EnvironmentList:
    """What the macro `environment` of parts.html lays out."""

    python: str
    conda: bool
    pip: bool
    build: bool
    groups: tuple[EnvironmentGroup, ...]
    note: str
    """Which files say so, and which packages have no exact version."""

    text: str
    """The pip requirements, one a line, to copy."""


def _lines(requirements: Sequence[Requirement]) -> tuple[Pair, ...]:
    return tuple(
        Pair(one.name, one.version or "any version", marked=not one.version) for one in requirements
    )


def environment_list(environment: Environment | None) -> EnvironmentList:
    """An environment worded; None says that nothing is recorded."""
    env = environment or Environment()
    named = (("conda", env.conda), ("pip", env.pip), ("build", env.build))
    groups = tuple(
        EnvironmentGroup(title, _lines(requirements))
        for title, requirements in named
        if requirements
    )
    return EnvironmentList(
        python=env.python,
        conda=bool(env.conda),
        pip=bool(env.pip),
        build=bool(env.build),
        groups=groups,
        note=_note(env),
        text="\n".join(one.line or one.name + one.version for one in env.pip),
    )


def _note(env: Environment) -> str:
    if not env.files:
        return "No environment is recorded."
    loose = sum(
        not one.version.startswith("=") for one in (*env.conda, *env.pip) if one.name[:1].isalnum()
    )
    said = f"From {', '.join(env.files)}."
    if loose:
        few = "One package has" if loose == 1 else f"{loose} packages have"
        said += f" {few} no exact version."
    return said
