"""The commands that run a run again, from its code at its commit, quoted for a POSIX shell.

With MLflow where a project was run, and without `mlflow run` for every run whose code is known. All
that is recorded is untrusted: it stands in these commands as quoted words, in comments of one line,
or in a here-document that it cannot end.
"""

import posixpath
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis import forge
from reportgen.analysis.environments import is_package
from reportgen.analysis.projects import command, unquoted
from reportgen.analysis.reproducibility import (
    COMMIT,
    DIFF,
    LAUNCHERS,
    PYTHON,
    docker_image,
    entry_point_name,
    entry_point_of,
    repository_of,
)
from reportgen.model import EntryPoint, Environment, LoggedModel, Project, Run

WHOLE_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
"""`mlflow run -v` fetches the commit by its name, and no server knows an abbreviated one."""

MOST_PACKAGES = 40
"""Of an environment that is written out; a longer one is a file to be copied."""

MOST_PARAMETERS = 30
"""Of a script that are listed below its command."""

MOST_CHARACTERS = 120
"""Of a value in a comment."""

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""What ends a line, or makes a terminal act."""

SHORTENED = re.compile(r"(?<![\w/])[~…][/\\]|\bhidden-(?:path|user|host|email)\b")
"""What stands where a path, or something private, was recorded: see `reportgen.guard`."""

FILL_IN = "# Paths are shortened here: put in your own."

REQUIREMENTS, WRITTEN = "requirements.txt", "requirements-of-the-run.txt"

DOCKER_FOLDER = "/mlflow/projects/code/"
"""Where MLflow puts a project's files in its image (`mlflow/projects/utils.py`)."""

PROGRAMS = {
    ".py": "python {}",
    ".ipynb": "jupyter nbconvert --to notebook --execute {}",
    ".sh": "bash {}",
    ".r": "Rscript {}",
    ".jl": "julia {}",
}

Ways = tuple[tuple[str, str], ...]
"""Commands of which one will do: (what tells it apart, the command)."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One thing to do, in one of several ways."""

    kind: str
    """`code`, `patch`, `packages`, `environment` or `command`."""

    ways: Ways


@dataclass(frozen=True, slots=True)
class Rerun:
    """How a run is run again; nothing where too little is known of it."""

    mlflow: Ways = ()
    """`mlflow run`, which does all of it: in a `new` environment, in the one that is `here`, and
    with `every` recorded parameter, also those that the entry point does not declare."""

    stages: tuple[Stage, ...] = ()
    """The same step by step, without `mlflow run`."""

    today: bool = False
    """True where `mlflow` runs the code as it is now: the commit's cannot be had by an address."""

    undeclared: tuple[str, ...] = ()
    """Recorded parameters that may have been given to the entry point, or logged by its code."""


NO_COMMANDS = Rerun()


@dataclass(frozen=True, slots=True)
class _Code:
    """Where the code of a run is."""

    address: str
    """Of its repository; empty where none is recorded."""

    commit: str
    folder: str
    """Of the project below the root of the repository; empty for the root."""

    patch: str
    """The command that puts the uncommitted changes back; empty for none."""


def rerun(
    run: Run,
    models: Sequence[LoggedModel],
    project: Project | None,
    environment: Environment | None,
) -> Rerun:
    """The commands for a run; the arguments are those of `scorecard`."""
    code = _code(run, models)
    if not entry_point_name(run.tags):
        stages = _script_stages(run, code, environment)
        return Rerun(stages=stages)
    entry = entry_point_of(run.tags, project)
    given, undeclared = _given(run.params, entry)
    mlflow = _mlflow(run.tags, project, code, given, undeclared)
    ways = _entry_ways(entry, given, undeclared)
    image = docker_image(run.tags, project)
    if image:
        ways = tuple((kind, _in_image(image, text)) for kind, text in ways)
    if code.patch:
        ways = (*ways, *(("mlflow", text) for kind, text in mlflow if kind == "here"))
    own = project.environment if project else None
    making = () if image else _environment(own or environment, project if own else None)
    stages = _stages(code, making, ways) if ways and code.commit else ()
    return Rerun(
        mlflow=() if code.patch and stages else mlflow,
        stages=stages,
        today=not _fetches(code),
        undeclared=tuple(name for name, _ in undeclared),
    )


# ------------------------------------------------------------------ the code


def _code(run: Run, models: Sequence[LoggedModel]) -> _Code:
    commit = run.tags.get("mlflow.source.git.commit", "").strip()
    source = run.tags.get("mlflow.source.name", "").replace("\\", "/")
    return _Code(
        address=forge.clone_address(repository_of(run.tags)),
        commit=commit if COMMIT.fullmatch(commit) else "",
        folder=source.partition("#")[2].strip("/") if entry_point_name(run.tags) else "",
        patch=_patch(run, models),
    )


def _patch(run: Run, models: Sequence[LoggedModel]) -> str:
    """Fetched from where it is kept, and not shown: what is not committed may be secret."""
    owners = [(f"mlflow.get_run({run.id!r}).data", run.tags)]
    owners += [(f"mlflow.get_logged_model({model.id!r})", model.tags) for model in models]
    owner = next((owner for owner, tags in owners if tags.get(DIFF, "").strip()), "")
    script = f"import mlflow; print({owner}.tags[{DIFF!r}])"
    return f"python -c {shlex.quote(script)} | git apply" if owner else ""


def _fetches(code: _Code) -> bool:
    """Whether `mlflow run` can fetch the very code; it takes no dot in the name of a folder."""
    known = code.address and WHOLE_COMMIT.fullmatch(code.commit)
    return bool(known) and "." not in code.folder


def _checkout(code: _Code) -> str:
    """In a new clone, or in one that there is where no address is recorded."""
    lines = []
    if code.address:
        name = re.split(r"[/:]", code.address.rstrip("/"))[-1].removesuffix(".git") or "code"
        folder = f"./{name}" if name.startswith("-") else name
        lines += [
            f"git clone {shlex.quote(code.address)} {shlex.quote(folder)}",
            f"cd {shlex.quote(folder)}",
        ]
    lines.append(f"git checkout {code.commit}")
    if code.folder and not code.patch:
        lines.append(f"cd {shlex.quote('./' + code.folder)}")
    return "\n".join(lines)


def _stages(code: _Code, making: Sequence[Stage], ways: Ways) -> tuple[Stage, ...]:
    stages = [Stage("code", (("", _checkout(code)),))]
    if code.patch:
        inside = f"\ncd {shlex.quote('./' + code.folder)}" if code.folder else ""
        stages.append(Stage("patch", (("", code.patch + inside),)))
    return (*stages, *making, Stage("command", ways))


# ------------------------------------------------------------------ a project's entry point


def _given(
    params: Mapping[str, str], entry: EntryPoint | None
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The parameters to give, and those that are recorded but not declared.

    MLflow records what it was given quoted for a shell, so that what is not quoted where it would
    have to be was logged by the code. Without an MLproject nothing is known to be declared.
    """
    recorded = {name: unquoted(value) for name, value in params.items()}
    from_outside = [
        (name, value)
        for name, value in recorded.items()
        if shlex.quote(value) == params[name] or SHORTENED.match(value)
    ]
    if entry is None or not entry.command:
        return from_outside, []
    declared = {one.name for one in entry.parameters}
    given = [(one.name, recorded[one.name]) for one in entry.parameters if one.name in recorded]
    return given, [(name, value) for name, value in from_outside if name not in declared]


def _mlflow(
    tags: Mapping[str, str],
    project: Project | None,
    code: _Code,
    given: Sequence[tuple[str, str]],
    undeclared: Sequence[tuple[str, str]],
) -> Ways:
    name = entry_point_name(tags)
    uri, version = (project.path if project else "."), ""
    if code.patch:
        uri = "."
    elif _fetches(code):
        uri = f"{code.address}#{code.folder}" if code.folder else code.address
        version = code.commit

    def run_with(parameters: Sequence[tuple[str, str]], manager: str = "") -> str:
        return _told(command(uri, name, parameters, version=version, env_manager=manager))

    ways = [("new", run_with(given)), ("here", run_with(given, "local"))]
    if undeclared:
        ways.append(("every", run_with([*given, *undeclared])))
    return tuple(ways)


def _entry_ways(
    entry: EntryPoint | None,
    given: Sequence[tuple[str, str]],
    undeclared: Sequence[tuple[str, str]],
) -> Ways:
    """What MLflow would hand to bash (`mlflow/projects/_project_spec.py`, `compute_command`)."""
    if entry is None:
        return ()
    if not entry.command:
        program = _program(entry.name)
        return (("", _with_options(program, given)),) if program else ()
    line = filled(entry, dict(given))
    if not line:
        return ()
    ways = [("", _told(line))]
    if undeclared:
        ways.append(("options", _told(_with_options(line, undeclared))))
    return tuple(ways)


def _told(line: str) -> str:
    """The command, with a remark where it cannot be used as it stands."""
    return f"{FILL_IN}\n{line}" if SHORTENED.search(line) else line


def _with_options(line: str, parameters: Sequence[tuple[str, str]]) -> str:
    """`--name value`, as MLflow appends what is not declared."""
    options = (f"--{shlex.quote(name)} {shlex.quote(value)}" for name, value in parameters)
    return " ".join([line, *options])


def filled(entry: EntryPoint, values: Mapping[str, str]) -> str:
    """The command of an entry point with its placeholders filled; defaults where none is given.

    '' where a placeholder is none of its parameters, which is an error in MLflow too, or formats
    its value: `{x!r:>9}` is refused, as what a store says is no program to run.
    """
    defaults = {one.name: str(one.default) for one in entry.parameters if not one.required}
    known = {**defaults, **values}
    try:
        pieces = entry.pieces()
    except ValueError:
        return ""
    if any(name is not None and name not in known for _, name in pieces):
        return ""
    return "".join(
        text if name is None else text + shlex.quote(known[name]) for text, name in pieces
    )


def _in_image(image: str, line: str) -> str:
    mount = f'-v "$PWD":{DOCKER_FOLDER} -w {DOCKER_FOLDER}'
    return f"docker run --rm {mount} {shlex.quote(image)} \\\n  bash -c {shlex.quote(line)}"


# ------------------------------------------------------------------ a script


def _script_stages(run: Run, code: _Code, environment: Environment | None) -> tuple[Stage, ...]:
    """Which options a script takes is not recorded, so its parameters are listed and not given."""
    source = run.tags.get("mlflow.source.name", "").replace("\\", "/")
    path = _inside(source, code.address)
    line = "" if LAUNCHERS.fullmatch(posixpath.basename(path)) else _program(path)
    if not line or not code.commit:
        return ()
    listed = [f"#   {_one_line(name)} = {_one_line(value)}" for name, value in run.params.items()]
    if len(listed) > MOST_PARAMETERS:
        more = len(listed) - MOST_PARAMETERS
        listed[MOST_PARAMETERS:] = [f"#   and {more} more"]
    heading = ["# with these parameters:"] if listed else []
    text = "\n".join([line, *heading, *listed])
    return _stages(code, _environment(environment, None), (("", text),))


def _program(path: str) -> str:
    """The command that runs a file; '' for a file of another kind."""
    form = PROGRAMS.get(posixpath.splitext(path)[1].lower(), "")
    return form.format(shlex.quote(f"./{path}" if path.startswith("-") else path))


def _inside(source: str, address: str) -> str:
    """The path of a script below the root of its repository, as far as its recorded path tells."""
    if not re.match(r"/|[A-Za-z]:/|~|…|hidden-path\b|\.\.", source):
        return source.removeprefix("./")
    name = posixpath.basename(address.rstrip("/")).removesuffix(".git")
    _, found, inside = source.partition(f"/{name}/")
    return inside if name and found else posixpath.basename(source)


def _one_line(text: str) -> str:
    """What a comment can hold: no character that ends a line, or that a terminal acts upon."""
    line = CONTROL.sub(" ", text)
    return line if len(line) <= MOST_CHARACTERS else f"{line[: MOST_CHARACTERS - 1]}…"


# ------------------------------------------------------------------ its environment


def _environment(environment: Environment | None, project: Project | None) -> tuple[Stage, ...]:
    """How to make it: of a `project` from the files in the clone, else from what is recorded."""
    if environment is None or not environment.files:
        return ()
    before: tuple[Stage, ...] = ()
    file = REQUIREMENTS if project and REQUIREMENTS in environment.files else ""
    if not file:
        before, file = _written(environment)
    conda = _conda(environment, project, file)
    ways = [("conda", conda)] if conda else []
    if file and not _conda_packages(environment):
        ways += _venvs(environment.python, file)
    if project and conda and len(ways) == 1:
        before = ()
    return (*before, Stage("environment", tuple(ways))) if ways else ()


def _conda_packages(environment: Environment) -> list[str]:
    return [one.line or one.name for one in environment.conda if one.name != "pip"]


def _conda(environment: Environment, project: Project | None, file: str) -> str:
    """From the file of a project, which lies in the clone; else package by package, if any."""
    lines = []
    named = project.env_file if project else ""
    packages = _conda_packages(environment)
    if project and named and (packages or project.env_kind == "conda_env"):
        lines.append(f"conda env create --prefix ./.conda --file {shlex.quote(named)}")
        file = ""
    elif packages:
        python = [f"python={environment.python}"] if PYTHON.fullmatch(environment.python) else []
        channels = [f"--channel {shlex.quote(_public(name))}" for name in environment.channels]
        words = [shlex.quote(_public(one)) for one in (*python, *packages, "pip")]
        lines.append(" ".join(["conda create --prefix ./.conda", *channels, *words]))
    if not lines:
        return ""
    lines.append("conda activate ./.conda")
    return "\n".join([*lines, *([f"python -m pip install -r {file}"] if file else [])])


def _written(environment: Environment) -> tuple[tuple[Stage, ...], str]:
    """The pip requirements as a file, and its name; the name alone where they are too many."""
    if not any(map(is_package, environment.pip)):
        return (), ""
    lines = [_public(one.line or one.name) for one in environment.pip]
    lines += [_public(one.name + one.constraint) for one in environment.pip if one.constraint]
    if len(lines) > MOST_PACKAGES:
        return (), REQUIREMENTS
    end = "END"
    while end in lines:
        end += "_"
    text = "\n".join([f"cat > {WRITTEN} <<'{end}'", *lines, end])
    return (Stage("packages", (("", text),)),), WRITTEN


def _public(line: str) -> str:
    """A line without what ends it, credentials and anyone's home folder."""
    return forge.shortened(CONTROL.sub(" ", line))


def _venvs(python: str, file: str) -> list[tuple[str, str]]:
    """By Python's own `venv`, whose Python must be there, and by uv, which fetches the very one."""
    exact = re.match(r"(\d+\.\d+)(\.\d+)?", python) if PYTHON.fullmatch(python) else None
    program = f"python{exact[1]}" if exact else "python3"
    chosen = f" --python {exact[0]}" if exact else ""
    activate = ". .venv/bin/activate"
    return [
        ("venv", f"{program} -m venv .venv\n{activate}\npython -m pip install -r {file}"),
        ("uv", f"uv venv{chosen} .venv\n{activate}\nuv pip install -r {file}"),
    ]
