"""What is wrong with an MLproject, each with the line that says it.

What MLflow refuses when it reads or runs the file (`mlflow/projects/_project_spec.py`,
`backend/local.py`, `docker.py`), and what it takes but cannot do anything with.
"""

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reportgen.errors import Problem
from reportgen.model import EntryPoint, Json, Parameter, Project
from reportgen.sources.yaml_outline import EMPTY, Outline

ENVIRONMENTS = ("docker_env", "python_env", "conda_env")
TOP = ("name", "entry_points", *ENVIRONMENTS, "databricks_spark_job")
ENTRY = ("parameters", "command")
PARAMETER = ("type", "default")
DOCKER = ("image", "volumes", "environment")
SPARK = ("python_file", "parameters", "python_libraries")
TYPES = ("string", "float", "int", "path", "uri")
"""MLflow checks none of them; only `path` and `uri` make it do something."""

NO_FIELD = re.compile(r"[.\[\]{}!:]")
"""What no name of a `str.format` placeholder can have."""

LIKE_ENOUGH = 0.75
"""From which an unknown key is taken for a slip: others may be somebody's own."""

MOST_COMPARED = 100
"""Names among which the one is looked for that was meant."""

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Notes:
    """What was found wrong with one MLproject so far."""

    path: str
    outline: Outline = EMPTY
    problems: list[Problem] = field(default_factory=list)

    def add(self, what: str, hint: str = "", at: Sequence[str] = ()) -> None:
        """A problem of the key that the keys `at` lead to, or of the file."""
        self.add_in(self.outline.line(*at) if at else None, what, hint)

    def add_in(self, line: int | None, what: str, hint: str = "") -> None:
        self.problems.append(Problem(f"{self.path}:{line}" if line else self.path, what, hint))


def check(recorded: Mapping[str, Json], project: Project, notes: Notes) -> None:
    """Note what is wrong with the meaning of a file, which `recorded` holds and `project` is."""
    _check_keys(notes, (), TOP)
    _check_keys(notes, ("docker_env",), DOCKER)
    _check_keys(notes, ("databricks_spark_job",), SPARK)
    _check_names(notes, ("entry_points",), "entry point")
    for entry in project.entry_points:
        at = ("entry_points", entry.name)
        _check_keys(notes, at, ENTRY)
        _check_names(notes, (*at, "parameters"), "parameter")
        for parameter in entry.parameters:
            _check_keys(notes, (*at, "parameters", parameter.name), PARAMETER)
            _check_parameter(notes, entry, parameter)
        if entry.command:
            _check_command(notes, entry)
    if "docker_env" in recorded and project.docker:
        _check_docker(recorded["docker_env"], project, notes)
    if project.spark_job:
        _check_spark(recorded, project, notes)


def _check_keys(notes: Notes, at: Sequence[str], known: Sequence[str]) -> None:
    """Keys that MLflow does not know are somebody's own, unless they look like one it does."""
    keys = list(notes.outline.keys(*at))
    _check_twice(notes, [key.text for key in keys], at)
    here = {key.text for key in keys}
    for key in keys:
        if key.text in known:
            continue
        near = difflib.get_close_matches(key.text, known, n=1, cutoff=LIKE_ENOUGH)
        if near and near[0] not in here:
            what = f"MLflow does not know the key {key.text!r}, and ignores it."
            notes.add_in(key.line, what, f"Did you mean {near[0]!r}?")


def _check_twice(notes: Notes, names: Sequence[str], at: Sequence[str]) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            what = f"The key {name!r} is written {count} times; only the last one counts."
            notes.add(what, at=(*at, name))


def _check_names(notes: Notes, at: Sequence[str], what: str) -> None:
    """Keys that people choose; `what` they name."""
    keys = list(notes.outline.keys(*at))
    _check_twice(notes, [key.text for key in keys], at)
    for key in keys:
        if not key.is_text:
            said = f"The {what} {key.text!r} is no text to YAML, so no command can name it."
            notes.add_in(key.line, said, f'Write it in quotes: "{key.text}".')


def _check_parameter(notes: Notes, entry: EntryPoint, one: Parameter) -> None:
    at = ("entry_points", entry.name, "parameters", one.name)
    of = f"parameter {one.name!r} of {entry.name!r}"
    if NO_FIELD.search(one.name):
        what = f"The {of} cannot stand in a command: names there have none of . [ ] {{ }} ! :"
        notes.add(what, at=at)
    if "=" in one.name:
        what = f"The {of} cannot be given: -P takes what follows the first = as its value."
        notes.add(what, at=at)
    if one.type not in TYPES:
        hint = f"Known are {', '.join(TYPES)}."
        notes.add(f"The {of} has the type {one.type!r}, which MLflow takes for text.", hint, at)
    elif one.default is not None and not _fits(one.type, one.default):
        refused = "MLflow refuses it." if one.type == "uri" else "MLflow passes it on all the same."
        called = {"uri": "an address", "int": "a whole number", "float": "a number"}[one.type]
        notes.add(f"The default of the {of} is not {called}: {str(one.default)!r}.", refused, at)


def _fits(type_: str, default: Json) -> bool:
    if type_ == "uri":
        return bool(SCHEME.match(str(default)))
    if type_ not in ("int", "float"):
        return True
    try:
        int(str(default)) if type_ == "int" else float(str(default))
    except ValueError:
        return False
    return True


def _check_command(notes: Notes, entry: EntryPoint) -> None:
    at = ("entry_points", entry.name, "command")
    of = f"The command of {entry.name!r}"
    try:
        fields = [name for _, name in entry.pieces() if name is not None]
    except ValueError as error:
        hint = "Write {{ and }} where the braces themselves are meant."
        notes.add(f"{of} is no template that MLflow can fill: {error}.", hint, at)
        return
    declared = {parameter.name for parameter in entry.parameters}
    used = set()
    for name in dict.fromkeys(fields):
        base = NO_FIELD.split(name)[0]
        used.add(base)
        if name not in declared:
            _note_placeholder(notes, of, name, base, entry)
    written = {key.text for key in notes.outline.keys(*at[:2], "parameters")}
    for parameter in entry.parameters:
        unused = parameter.name not in used and parameter.name in written
        if unused and not NO_FIELD.search(parameter.name):
            what = f"The parameter {parameter.name!r} of {entry.name!r} is not in its command, "
            what += "so its value changes nothing."
            hint = f"Write {{{parameter.name}}} into the command, or leave the parameter out."
            notes.add(what, hint, ("entry_points", entry.name, "parameters", parameter.name))


def _note_placeholder(notes: Notes, of: str, name: str, base: str, entry: EntryPoint) -> None:
    at = ("entry_points", entry.name, "command")
    declared = [parameter.name for parameter in entry.parameters]
    if base in declared:
        what = f"{of} has the placeholder {{{name}}}: values are texts in a shell's quotes."
        notes.add(what, f"Write {{{base}}}.", at)
    elif not base or base.isdigit():
        what = f"{of} has a placeholder without a name, {{{name}}}: MLflow stops with an error."
        notes.add(what, "Name a parameter; write {{}} for the braces themselves.", at)
    else:
        near = difflib.get_close_matches(base, declared[:MOST_COMPARED], n=1)
        hint = f"Did you mean {{{near[0]}}}?" if near else "Declare it among the parameters."
        what = f"{of} has the placeholder {{{name}}}, which is none of its parameters: "
        what += "MLflow stops with an error."
        notes.add(what, hint, at)


def _check_docker(recorded: Json, project: Project, notes: Notes) -> None:
    if not isinstance(recorded, Mapping):
        return
    if not project.name:
        what = "It runs in an image but has no name: MLflow refuses it, for it names images by it."
        notes.add(what, at=("docker_env",))
    volumes = recorded.get("volumes")
    if volumes and not (isinstance(volumes, list) and all(isinstance(one, str) for one in volumes)):
        hint = 'Such as ["/data:/data"].'
        notes.add("Its volumes are not a list of texts.", hint, ("docker_env", "volumes"))
    variables = recorded.get("environment")
    if variables and not (isinstance(variables, list) and all(map(_is_variable, variables))):
        what = "Its environment is not a list of names (copied) and of [name, value] (set)."
        hint = 'Such as ["USER", ["MODE", "fast"]].'
        notes.add(what, hint, ("docker_env", "environment"))


def _is_variable(one: Json) -> bool:
    if isinstance(one, list):
        return len(one) == 2 and isinstance(one[0], str)
    return isinstance(one, str)


def _check_spark(recorded: Mapping[str, Json], project: Project, notes: Notes) -> None:
    """A Databricks job allows neither an environment nor both a file and entry points."""
    at = ("databricks_spark_job",)
    named = [kind for kind in ENVIRONMENTS if kind in recorded]
    if named:
        what = f"A Databricks Spark job allows no {named[0]}: MLflow refuses it."
        notes.add(what, "Leave one of them.", (named[0],))
    if not project.spark_job or bool(project.spark_job.python_file) == bool(project.entry_points):
        both = "both a" if project.entry_points else "neither a"
        link = "and" if project.entry_points else "nor"
        what = f"Its Databricks Spark job has {both} python_file {link} entry points: "
        what += "MLflow refuses it."
        notes.add(what, "Leave one of them." if project.entry_points else "Name a python_file.", at)
    for entry in project.entry_points:
        for one in entry.parameters:
            if one.type == "path":
                what = f"A Databricks Spark job allows no parameter of type path: {one.name!r}."
                notes.add(what, at=("entry_points", entry.name, "parameters", one.name))
