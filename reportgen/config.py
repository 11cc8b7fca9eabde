"""What a build is asked to do: options declared once, each with its text under it.

They come from `reportgen.yml` and from the command line, which goes first. A key that is not
known is refused, with the nearest one that is. Only `build` sees `Options`; every other
function gets the one value that it needs.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any

from reportgen.analysis.goals import Goal
from reportgen.errors import ReportError, unknown
from reportgen.guard.allowed import Allowed
from reportgen.guard.kinds import KINDS
from reportgen.guard.privacy import Treatment
from reportgen.site.hosts import HOSTS

FILE = "reportgen.yml"

MASK, FAIL = "mask", "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Every setting of a build."""

    sources: tuple[str, ...] = ()
    """Folders, databases or URIs to read; none means MLFLOW_TRACKING_URI, else ./mlruns and
    ./mlflow.db."""

    output: Path = Path("_site")
    """The folder the site is written to."""

    pages: Path | None = None
    """A folder of Markdown pages that become part of the site."""

    title: str = ""
    """The name of the site; the project's name when there is none and only one project."""

    base_url: str = ""
    """The address under which the site will be published, for its sitemap."""

    theme: str = "default"
    """The name of a theme, or a folder whose files go before the default theme's."""

    jobs: int = 0
    """How many processes work; 0 means one for each processor."""

    secrets: str = ""
    """What is done about secrets that were recorded: `mask` covers them, with `fail` nothing is
    written; without it `build` covers them and `publish` fails."""

    allow_secrets: tuple[Allowed, ...] = ()
    """What looks like a secret and is none: a list of `kind`, `where` and `reason`."""

    strict: bool = False
    """Fail when anything in the sources is a problem."""

    metric: str = ""
    """The metric to judge every experiment by; without it the likeliest one is chosen."""

    metrics: Mapping[str, str] = field(default_factory=dict)
    """The metric to judge an experiment by, by the experiment's name."""

    goals: Mapping[str, Goal] = field(default_factory=dict)
    """Which direction of a metric is better: `max` or `min`, by the metric's name."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The columns that tables begin with, by the experiment's name; "" stands for all others."""

    hosts: tuple[str, ...] = tuple(HOSTS)
    """The static hosts whose limits are watched: `github`, `cloudflare`, `gitlab`."""

    public: bool | None = None
    """Hide users, hosts, e-mails and local paths; None leaves it to the command: `publish` does so
    for a public forge."""

    privacy: Mapping[str, Treatment | tuple[str, ...]] = field(default_factory=dict)
    """What becomes of `users`, `hosts`, `emails` (`show`, `hide`) and `paths` (`shorten` too),
    whatever `public` says; and further `words` to hide."""

    hide: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Patterns of `experiments`, `runs`, `params`, `tags`, `metrics`, `artifacts` that are not in
    the report."""

    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Patterns of those that alone are in the report, of each kind that is named."""

    max_artifact_size: int = 5_000_000
    """Files of up to so many bytes are copied into the site (`2 MB` and `500 kB` work too)."""


STUMBLES = (ValueError, RecursionError, LookupError, TypeError, AttributeError)
"""What PyYAML raises besides its own errors, for 2026-13-45 and `!!int ''`."""


def read_config(path: Path) -> dict[str, Any]:
    """The settings of a config file, checked.

    Raises ReportError for a file that is no YAML mapping, has an unknown key or a value of
    another kind.
    """
    import yaml  # late: most builds have no such file

    try:
        if path.exists() and not path.is_file():
            raise ReportError(f"{path} is no file.", hint="Name a config file with --config.")
        settings = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise ReportError(
            f"{path} cannot be read: {error.strerror}.", hint="Name a config file with --config."
        ) from error
    except (yaml.YAMLError, *STUMBLES) as error:
        raise ReportError(f"{path} is no valid YAML: {error}") from error
    if settings is None:
        return {}
    if not isinstance(settings, Mapping):
        raise ReportError(f"{path} is no list of settings.", hint="Write lines like `title: Lab`.")
    known = {one.name for one in dataclasses.fields(Options)}
    checked = {}
    for name, value in settings.items():
        if name not in known:
            raise unknown(f"setting in {path.name}", str(name), known)
        checked[name] = _value(path, name, value)
    return checked


def _value(path: Path, name: str, value: Any) -> Any:
    """A setting as `Options` has it. Paths in the file are relative to the file."""
    kind, read = READERS[name]
    if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
        return read(path, value)
    raise ReportError(
        f"{name} in {path.name} cannot be {value!r}.", hint="See the README, section Settings."
    )


def _sources(path: Path, value: str | list[Any]) -> tuple[str, ...]:
    named = [value] if isinstance(value, str) else value
    return tuple(_from_file(path, str(one)) for one in named)


def _from_file(path: Path, source: str) -> str:
    """A source named in the file; paths in `file:` and `sqlite:///` URIs may be relative too."""
    for scheme in ("sqlite:///", "file:"):
        place = source.removeprefix(scheme)
        if place != source:
            return source if place.startswith("/") else f"{scheme}{path.parent / place}"
    return source if "://" in source else str(path.parent / source)


def _goal(path: Path, metric: str, value: Any) -> Goal:
    if value in ("max", "min"):
        return Goal(value)
    raise ReportError(
        f"The goal of {metric} in {path.name} cannot be {value!r}.", hint="Write max or min."
    )


BASE_URL = re.compile(r"https?://[^\s/?#\"<>@]+(/[^\s?#\"<>]*)?")
UNITS = {"": 1, "b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}


def _bytes(path: Path, value: int | str) -> int:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmg]?b?)\s*", str(value).lower())
    if not found or found[2] not in UNITS:
        raise ReportError(
            f"max_artifact_size in {path.name} cannot be {value!r}.", hint="Write 2 MB or 500 kB."
        )
    return int(float(found[1]) * UNITS[found[2]])


def _jobs(path: Path, value: int) -> int:
    if value < 0:
        raise ReportError(
            f"jobs in {path.name} cannot be {value}.", hint="Write 0 for one a processor."
        )
    return value


def _goals(path: Path, value: Mapping[Any, Any]) -> dict[str, Goal]:
    return {str(metric): _goal(path, str(metric), goal) for metric, goal in value.items()}


COLUMN_GROUPS = (
    "attributes",
    "metrics",
    "best",
    "best_step",
    "min",
    "max",
    "spark",
    "params",
    "tags",
)
ATTRIBUTES = (
    *("run_name", "status", "start_time", "duration", "user", "source", "commit", "dataset"),
    *("run_id", "lifecycle_stage"),
)


def _secrets(path: Path, value: str) -> str:
    if value not in (MASK, FAIL):
        raise ReportError(
            f"secrets in {path.name} cannot be {value!r}.", hint="Write mask or fail."
        )
    return value


ALLOW = "Write a list of - {kind: AWS access key, where: params.name, reason: why it may be seen}."


def _allowed(path: Path, value: list[Any]) -> tuple[Allowed, ...]:
    return tuple(_allowed_one(path, one) for one in value)


def _allowed_one(path: Path, value: Any) -> Allowed:
    from reportgen.guard import secrets  # late: few allow anything

    needed = {"kind", "where", "reason"}
    if not isinstance(value, Mapping) or not all(str(value.get(one) or "") for one in needed):
        raise ReportError(
            f"allow_secrets in {path.name} lacks a kind, a where or a reason.", hint=ALLOW
        )
    for name in value:
        if name not in needed:
            raise unknown(f"setting of allow_secrets in {path.name}", str(name), needed)
    kind = str(value["kind"])
    if not any(fnmatchcase(one.lower(), kind.lower()) for one in secrets.KINDS):
        raise unknown("kind of secret", kind, secrets.KINDS)
    return Allowed(kind, str(value["where"]), str(value["reason"]))


def _columns(path: Path, value: list[Any] | Mapping[Any, Any]) -> dict[str, tuple[str, ...]]:
    """A list for all experiments, or one for each by its name."""
    if isinstance(value, list):
        return {"": _column_names(path, value)}
    return {str(name): _column_names(path, listed) for name, listed in value.items()}


def _column_names(path: Path, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ReportError(
            f"columns in {path.name} cannot be {value!r}.",
            hint="Write a list like [status, metrics.accuracy, params.lr].",
        )
    for name in value:
        group, dot, rest = name.partition(".")
        if dot and group not in COLUMN_GROUPS:
            raise unknown(f"group of columns in {path.name}", group, COLUMN_GROUPS)
        if (not dot or group == "attributes") and (rest or name) not in ATTRIBUTES:
            raise unknown(f"column in {path.name}", name, ATTRIBUTES)
    return tuple(value)


def _hosts(path: Path, value: list[Any]) -> tuple[str, ...]:
    for name in value:
        if name not in HOSTS:
            raise unknown(f"host in {path.name}", str(name), HOSTS)
    return tuple(value)


TREATMENTS = {
    "users": (Treatment.SHOW, Treatment.HIDE),
    "hosts": (Treatment.SHOW, Treatment.HIDE),
    "emails": (Treatment.SHOW, Treatment.HIDE),
    "paths": (Treatment.SHOW, Treatment.SHORTEN, Treatment.HIDE),
}


def _privacy(path: Path, value: Mapping[Any, Any]) -> dict[str, Treatment | tuple[str, ...]]:
    found: dict[str, Treatment | tuple[str, ...]] = {}
    for name, told in value.items():
        if name == "words":
            found["words"] = _patterns(path, "words in privacy", told)
            continue
        if name not in TREATMENTS:
            raise unknown(f"kind of thing in privacy in {path.name}", str(name), PRIVACY_KINDS)
        known = TREATMENTS[str(name)]
        if told not in known:
            raise ReportError(
                f"{name} in privacy in {path.name} cannot be {told!r}.",
                hint=f"Write {' or '.join(known)}.",
            )
        found[str(name)] = Treatment(told)
    return found


PRIVACY_KINDS = (*TREATMENTS, "words")


def _chosen(setting: str, path: Path, value: Mapping[Any, Any]) -> dict[str, tuple[str, ...]]:
    for kind in value:
        if kind not in KINDS:
            raise unknown(f"kind of thing in {setting} in {path.name}", str(kind), KINDS)
    return {
        str(kind): _patterns(path, f"{kind} in {setting}", told) for kind, told in value.items()
    }


def _patterns(path: Path, what: str, value: Any) -> tuple[str, ...]:
    """One, or a list; a number is a name too: `runs: [2024]`."""
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(one, str | int | float) and one != "" for one in listed):
        raise ReportError(
            f"{what} in {path.name} cannot be {value!r}.",
            hint='Write a list of patterns like ["debug-*", checkpoints].',
        )
    return tuple(map(str, listed))


def pattern_of(flag: str, text: str) -> tuple[str, str]:
    """(kind, pattern) of `params.api_*`, as the command line has it. Raises ReportError."""
    kind, _, pattern = text.partition(".")
    if kind not in KINDS:
        raise unknown(f"kind of thing for {flag}", kind, KINDS)
    if not pattern:
        raise ReportError(f"{flag} {text} names nothing.", hint=f"Write {flag} '{kind}.debug-*'.")
    return kind, pattern


def _with_more(
    setting: Mapping[str, tuple[str, ...]], flag: str, asked: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """The patterns of the config file, and those of the command line."""
    found = dict(setting)
    for text in asked:
        kind, pattern = pattern_of(flag, text)
        found[kind] = (*found.get(kind, ()), pattern)
    return found


def _as_it_is(path: Path, value: Any) -> Any:
    return value


READERS: Mapping[str, tuple[Any, Callable[[Path, Any], Any]]] = {
    "sources": ((str, list), _sources),
    "output": (str, lambda path, value: path.parent / value),
    "pages": (str, lambda path, value: path.parent / value),
    "title": (str, _as_it_is),
    "base_url": (str, _as_it_is),
    "theme": (str, lambda path, value: str(path.parent / value) if "/" in value else value),
    "jobs": (int, _jobs),
    "secrets": (str, _secrets),
    "allow_secrets": (list, _allowed),
    "strict": (bool, _as_it_is),
    "metric": (str, _as_it_is),
    "metrics": (Mapping, lambda path, value: {str(one): str(value[one]) for one in value}),
    "goals": (Mapping, _goals),
    "columns": ((list, Mapping), _columns),
    "hosts": (list, _hosts),
    "public": (bool, _as_it_is),
    "privacy": (Mapping, _privacy),
    "hide": (Mapping, partial(_chosen, "hide")),
    "only": (Mapping, partial(_chosen, "only")),
    "max_artifact_size": ((int, str), _bytes),
}
"""Of each setting the kinds of YAML value that it may have, and how that is read."""


def options(settings: Mapping[str, Any], asked: Mapping[str, Any]) -> Options:
    """The options of a build: what the command line asked, else the config file, else defaults.

    Patterns of what is hidden are added to those of the config file. Raises ReportError for a base
    URL that no site can have, and for a pattern of no kind.
    """
    given = {name: value for name, value in asked.items() if value not in (None, (), [])}
    for name in ("hide", "only"):
        if name in given:
            given[name] = _with_more(settings.get(name, {}), f"--{name}", given[name])
    chosen = Options(**{**settings, **given})
    if chosen.base_url and not BASE_URL.fullmatch(chosen.base_url):
        raise ReportError(
            f"The base URL cannot be {chosen.base_url!r}.",
            hint="Write where the site will be, like https://lab.example.org/reports",
        )
    return chosen
