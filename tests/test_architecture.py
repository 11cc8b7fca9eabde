"""The plan of the house, held by tests: layers, one writer, no clock, templates and their views."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jinja2 import StrictUndefined, nodes
from jinja2.meta import find_referenced_templates, find_undeclared_variables
from msgspec import Struct

import reportgen
import reportgen.views
from reportgen.cli import parser
from reportgen.config import Options
from reportgen.site.keys import field_names
from reportgen.theme import Assets, Shared, load_theme

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "reportgen"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_themes" not in path.parts)

MAY_IMPORT = {
    "errors": set(),
    "model": {"errors"},
    "sources": {"errors", "model"},
    "guard": {"errors", "model", "sources"},
    "analysis": {"errors", "model"},
    "charts": {"errors", "model", "analysis"},
    "views": {"errors", "model", "analysis", "charts"},
    "generator": set(),
    "theme": {"errors", "generator"},
    "site": {"errors"},
    "config": {"errors", "model", "guard", "analysis", "site"},
    "parts": {"site"},
    "batch": {
        "errors",
        "model",
        "sources",
        "guard",
        "analysis",
        "charts",
        "views",
        "theme",
        "site",
        "parts",
    },
    "narratives": {"errors", "model", "sources", "views", "site", "batch"},
    "leaks": {"errors", "model", "guard", "views", "batch", "narratives"},
    "experiments": {"model", "analysis", "views", "batch", "parts"},
    "overview": {
        *("errors", "model", "sources", "analysis", "charts", "views", "theme", "site", "batch"),
        *("narratives", "parts", "experiments"),
    },
    "search": {
        *("errors", "model", "sources", "analysis", "charts", "views", "theme", "site"),
        *("batch", "overview"),
    },
    "history": {"errors", "model", "analysis", "views", "theme", "site", "overview"},
    "pointers": {
        *("errors", "model", "sources", "guard", "analysis", "charts", "views", "theme", "site"),
        *("batch", "overview", "history"),
    },
    "reach": {"errors", "views", "site", "history"},
    "long_memory": {"errors", "model", "batch", "site"},
    "memory": {
        *("errors", "model", "sources", "guard", "analysis", "views", "theme", "site", "batch"),
        *("long_memory", "parts"),
    },
    "last_build": {"errors", "generator", "sources", "site", "config"},
    "build": {
        *("errors", "model", "sources", "analysis", "charts", "views", "theme", "site", "config"),
        *("batch", "narratives", "overview", "search", "history", "pointers", "memory", "reach"),
        *("generator", "last_build", "long_memory", "guard", "leaks", "parts", "experiments"),
    },
    "versions": {
        *("errors", "analysis", "views", "theme", "site", "history", "pointers", "build", "reach"),
    },
    "watch": {
        *("errors", "sources", "views", "theme", "site", "config", "batch", "overview", "search"),
        *("generator", "pointers", "memory", "build", "experiments"),
    },
    "publish": {"errors", "views", "site", "config", "history", "last_build", "build", "leaks"},
    "start": {"site"},
    "cli": {
        *("errors", "sources", "views", "theme", "site", "config", "build", "versions", "watch"),
        *("publish", "start", "last_build", "leaks"),
    },
    "__main__": {"cli"},
    "__init__": set(),
}
"""In the order of layers: each room may import only from rooms above it."""


def name_of(path: Path) -> str:
    """`reportgen/views/run.py` → `reportgen.views.run`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


@cache  # two dozen rules ask for the same trees
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


NAMES = {name_of(path) for path in MODULES}


@cache
def imported(path: Path) -> frozenset[str]:
    """All modules that a file imports: at the top, late, or for its types alone."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"a relative import in {path}"
            base = node.module or ""
            inner = {f"{base}.{alias.name}" for alias in node.names}
            found |= (inner & NAMES) or {base}
    return frozenset(found)


def ours(path: Path) -> set[str]:
    return {name for name in imported(path) if name.split(".")[0] == "reportgen"}


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


every_module = pytest.mark.parametrize("path", MODULES, ids=shown)


# Layers


@every_module
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    room = room_of(name_of(path))
    rooms = {room_of(name) for name in ours(path)} - {room, "__init__"}

    assert rooms <= MAY_IMPORT[room]


def test_every_room_comes_after_those_it_may_import() -> None:
    above: set[str] = set()
    for room, allowed in MAY_IMPORT.items():
        assert allowed <= above, room
        above.add(room)


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Within a room neither, and be it for types alone."""
    graph = {name_of(path): ours(path) & NAMES - {name_of(path)} for path in MODULES}
    while free := [name for name, needed in graph.items() if not needed & graph.keys()]:
        for name in free:
            del graph[name]

    assert graph == {}


def test_every_module_can_be_imported() -> None:
    for module in pkgutil.walk_packages([str(PACKAGE)], "reportgen."):
        if module.name != "reportgen.__main__":
            importlib.import_module(module.name)


@every_module
def test_no_module_is_a_drawer_for_everything(path: Path) -> None:
    assert path.stem not in {"utils", "util", "helpers", "helper", "common", "misc", "tools"}


@every_module
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree_of(path))


# What never happens


@every_module
def test_what_was_recorded_is_never_run(path: Path) -> None:
    packages = {name.split(".")[0] for name in imported(path)}
    forbidden = {"mlflow", "pickle", "cloudpickle", "joblib", "dill", "marshal", "shelve"}

    assert packages & forbidden == set()
    assert {"eval", "exec", "compile", "__import__"} & set(called_names(path)) == set()


STARTS_GIT = "reportgen/site/branch.py"
"""The one module that starts another program, and the only program that it starts."""


@every_module
def test_nothing_is_fetched_or_started(path: Path) -> None:
    packages = {name.split(".")[0] for name in imported(path)}
    packages -= {"subprocess"} if shown(path) == STARTS_GIT else set()

    assert packages & {"socket", "requests", "httpx", "subprocess", "ftplib", "smtplib"} == set()
    assert not {"urllib.request", "http.client"} & imported(path)


@every_module
def test_yaml_is_loaded_without_objects(path: Path) -> None:
    loose = {"yaml.load", "yaml.unsafe_load", "yaml.full_load", "yaml.load_all"}
    safe = "SafeLoader" in path.read_text("utf-8")

    assert safe or not loose & set(calls(path))


@cache
def calls(path: Path) -> Sequence[str]:
    """Every called thing as written: `os.replace`, `path.open`."""
    called = (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))
    return [ast.unparse(node.func) for node in called]


def called_names(path: Path) -> Iterator[str]:
    return (name for name in calls(path) if "." not in name)


WRITING = frozenset(
    "write_text write_bytes mkdir makedirs unlink remove rmdir rmtree rename renames touch "
    "symlink_to hardlink_to symlink link chmod chown truncate copy copy2 copyfile copytree move "
    "NamedTemporaryFile TemporaryFile mkstemp mkdtemp TemporaryDirectory extractall".split()
)


OPENED_TO_WRITE = re.compile(r"'[rbt]*[wax+][rbt+]*'|O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)")


def path_like(call: ast.Call) -> bool:
    """`path.replace(target)`; a text's takes two, a time's and a dataclass's take names."""
    return len(call.args) == 1 and not call.keywords


def writes(path: Path) -> Iterator[str]:
    """What in a module changes a disk, as far as it can be told from its text."""
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.Call):
            continue
        function = ast.unparse(node.func)
        name = function.rpartition(".")[2]
        arguments = [ast.unparse(one) for one in (*node.args, *(k.value for k in node.keywords))]
        owner = function.rpartition(".")[0]
        ambiguous = name in ("copy", "link", "remove", "move") and owner not in ("os", "shutil")
        if name in WRITING and not ambiguous:
            yield function
        elif function == "os.replace" or (name == "replace" and owner and path_like(node)):
            yield function
        elif name == "open" and OPENED_TO_WRITE.search(" ".join(arguments)):
            yield function


LENT = {"reportgen/sources/sqlite.py": {"shutil.copyfile", "TemporaryDirectory"}}
"""A database that cannot be read in place is read from a temporary copy."""


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.parent.name != "site"], ids=shown
)
def test_only_the_site_writes(path: Path) -> None:
    assert set(writes(path)) <= LENT.get(shown(path), set())


def test_the_search_for_what_writes_finds_something() -> None:
    assert {"os.replace", "os.open", "Path(target).parent.mkdir"} <= set(
        writes(PACKAGE / "site" / "writer.py")
    )


CLOCKS = re.compile(
    r"(datetime|date)\.(now|utcnow|today)|time\.(time|time_ns|monotonic|perf_counter|localtime)"
)


@pytest.mark.parametrize("path", [path for path in MODULES if path.stem != "cli"], ids=shown)
def test_only_the_command_knows_the_time_and_speaks(path: Path) -> None:
    assert "print" not in set(called_names(path))
    assert [name for name in calls(path) if CLOCKS.search(name)] == []


@pytest.mark.parametrize("path", [path for path in MODULES if path.stem != "cli"], ids=shown)
def test_only_the_command_and_the_conductor_read_the_environment(path: Path) -> None:
    reads = re.findall(r"os\.environ|os\.getenv", path.read_text("utf-8"))

    assert not reads or path.stem == "build"


# Templates: the views say everything, the templates only lay it out

THEME = load_theme()
ENVIRONMENT = THEME.environment
TEMPLATES = sorted(ENVIRONMENT.list_templates())


def views() -> Iterator[type[Any]]:
    """Every struct that names its template."""
    for module in pkgutil.iter_modules(reportgen.views.__path__, "reportgen.views."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, Struct):
                if "template" in vars(value) and value.__module__ == module.name:
                    yield value


VIEWS = sorted(views(), key=lambda view: view.__name__)


@cache
def parsed(template: str) -> nodes.Template:
    source, _, _ = ENVIRONMENT.loader.get_source(ENVIRONMENT, template)  # type: ignore[union-attr]
    return ENVIRONMENT.parse(source)


def with_parents(template: str) -> Sequence[nodes.Template]:
    """The template, what it extends, includes and imports, and its pieces."""
    return list(reached_from(template).values())


@cache
def reached_from(template: str) -> Mapping[str, nodes.Template]:
    found, waiting = {}, [template]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = parsed(name)
            waiting.extend(one for one in find_referenced_templates(found[name]) if one)
            waiting.extend(pieces(found[name]))
    return found


def pieces(tree: nodes.Template) -> Iterator[str]:
    """Templates that make something of a value: `{{ chip|piece("pieces/chip.html") }}`."""
    for node in tree.find_all(nodes.Filter):
        if node.name == "piece" and isinstance(node.args[0], nodes.Const):
            yield node.args[0].value


def used(template: str, variable: str) -> set[str]:
    """Attributes of a global variable, with those of the attribute: `head`, `head.title`."""
    found = set()
    for tree in with_parents(template):
        for node in tree.find_all(nodes.Getattr):
            if isinstance(node.node, nodes.Name) and node.node.name == variable:
                found.add(node.attr)
            inner = node.node
            if (
                isinstance(inner, nodes.Getattr)
                and isinstance(inner.node, nodes.Name)
                and inner.node.name == variable
            ):
                found.add(f"{inner.attr}.{node.attr}")
    return found


def offered(kind: type[Any], depth: int = 2) -> set[str]:
    """The fields and properties of a view, with those of fields that have some themselves."""
    if not depth:
        return set()
    hints = importlib.import_module("typing").get_type_hints(kind)
    found = {name for name, value in vars(kind).items() if isinstance(value, property)}
    for name in field_names(kind):
        found.add(name)
        parts = getattr(hints[name], "__args__", ()) or (hints[name],)
        for part in parts:
            if isinstance(part, type) and (issubclass(part, Struct) or is_dataclass(part)):
                found |= {f"{name}.{inner}" for inner in offered(part, depth - 1)}
    return found


def test_there_are_views() -> None:
    assert len(VIEWS) >= 10


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_a_template_uses_only_fields_of_its_view(view: type[Any]) -> None:
    """Its text is parsed, so branches that no test reaches count too."""
    assert used(view.template, "page") <= offered(view)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_every_field_of_a_view_is_used_by_its_template(view: type[Any]) -> None:
    assert set(field_names(view)) - used(view.template, "page") == set()


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_sees_its_page_and_the_site_alone(template: str) -> None:
    shown = "it" if template.startswith("pieces/") else "page"
    assert find_undeclared_variables(parsed(template)) <= {shown, "site"}


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_uses_only_what_the_site_offers(template: str) -> None:
    known = {field.name for field in fields(Shared)}
    known |= {f"assets.{field.name}" for field in fields(Assets)}

    assert used(template, "site") <= known


def test_every_template_is_used() -> None:
    reached = {name for view in VIEWS for name in reached_from(view.template)}

    assert set(TEMPLATES) - reached == set()


def test_a_field_that_is_not_there_is_an_error() -> None:
    assert ENVIRONMENT.undefined is StrictUndefined


def test_all_that_is_printed_is_escaped() -> None:
    assert ENVIRONMENT.autoescape is True


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_trusts_nothing(template: str) -> None:
    """Views mark what is safe; a template never does."""
    tree = parsed(template)

    assert {node.name for node in tree.find_all(nodes.Filter)} & {
        "safe",
        "tojson",
        "xmlattr",
    } == set()
    assert list(tree.find_all(nodes.MarkSafe)) == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_holds_no_script_and_no_style(template: str) -> None:
    """The Content-Security-Policy would stop them, on every page and without a word."""
    source, _, _ = ENVIRONMENT.loader.get_source(ENVIRONMENT, template)  # type: ignore[union-attr]

    scripts = re.findall(r"<script\b[^>]*>(.*?)</script>", source, re.S)
    assert [script for script in scripts if script.strip()] == []
    assert re.findall(r"<style\b|<[a-z][^>{}]*\s(?:on[a-z]+|style)=", source) == []
    assert "javascript:" not in source


# What is documented

README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("option", [field.name for field in fields(Options)])
def test_every_setting_is_in_the_readme(option: str) -> None:
    settings = README.partition("### Settings")[2].partition("\n## ")[0]

    assert f"`{option}`" in settings


def flags() -> Iterator[str]:
    (commands,) = (
        action for action in parser()._actions if hasattr(action, "choices") and action.choices
    )
    for command in commands.choices.values():  # type: ignore[union-attr]
        for action in command._actions:
            yield from (name for name in action.option_strings if name != "-h")


@pytest.mark.parametrize("flag", sorted(set(flags())))
def test_every_flag_is_in_the_readme(flag: str) -> None:
    assert f"`{flag}`" in README


@pytest.mark.parametrize("place", re.findall(r"`((?:reportgen|tests|themes)/[\w./-]+)`", README))
def test_every_place_that_the_readme_names_is_there(place: str) -> None:
    assert (ROOT / place).exists()
