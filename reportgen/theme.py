"""Finds a theme, renders views to bytes, and names its assets by their content.

A theme is a folder of templates, css and js; each file found in the user's own theme replaces
the built-in one of the same name. Nothing is global: `load_theme` returns a `Theme`.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, ClassVar, Protocol

import orjson
from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
)
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from markupsafe import Markup, escape
from rcssmin import cssmin
from rjsmin import jsmin

from reportgen.errors import ReportError, unknown
from reportgen.generator import builtin_themes

SCRIPTS: Mapping[str, tuple[str, ...]] = {
    "report": ("app.js", "reading.js", "pointers.js"),
    "resolver": ("resolver.js",),
    "missing": ("missing.js",),
    "search": ("search.js", "finder.js"),
    "asides": ("keys.js", "versions.js"),
    "run": ("around.js",),
    "wide": ("wide.js",),
    "registered": ("registered.js",),
    "charts": ("axes.js", "curves.js", "plottools.js", "plots.js"),
    "builder": ("builder.js",),
    "across": ("across.js", "matters_data.js", "matters.js", "brush.js"),
    "plotlater": ("plotzoom.js", "plotfiles.js"),
    "compare": (
        "compare_rows.js",
        "diff.js",
        "compare_tables.js",
        "compare_charts.js",
        "compare_artifacts.js",
        "compare_picker.js",
        "compare.js",
    ),
    "files": ("pictures.js", "texts.js", "files.js"),
    "environments": ("environments.js",),
    "table": (
        *("families.js", "store.js", "grouping.js", "filter_syntax.js", "filter.js"),
        *("columns.js", "menus.js", "headings.js", "table.js", "cells.js"),
        *("address.js", "experiment.js"),
    ),
    "tools": ("viewbox.js", "suggest.js", "export.js"),
}
"""The scripts of the site and the files of which each is made, in the order in which they run.

Every page has `report`, which loads those of `LATER` when a reader asks for them; a view names the
others that its page needs (`Head.scripts`), so that no page loads what it has no use for.
`theme.js` goes before them all, in the head."""

STYLES: Mapping[str, tuple[str, ...]] = {
    "charts": ("charts.css", "graph.css"),
    "graph": ("graph.css",),
    "table": ("table.css", "matters.css"),
    "compare": ("compare.css",),
    "files": ("files.css",),
    "environments": ("environments.css",),
    "model": ("model.css",),
    "asides": ("finder.css", "versions.css"),
    "registered": ("registered.css",),
    "narrative": ("narrative.css",),
    "builder": ("project.css",),
}
"""Stylesheets of pages that have the script of that name, or ask for them; all others are in
`report.css`, which every page loads, so what one kind of page needs alone is better here."""

LATER = ("search.js", "asides.js", "asides.css", "across.js", "plotlater.js")
"""What scripts load when a reader asks for it. The script `report` knows where these are
(`RG.later`), so that no page has to say it."""


FORBIDDEN = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters and others that HTML may not have; parameters and logs may."""


_CONTROLS = bytes([*range(9), 11, *range(14, 32), 127])

_SPECIAL = re.compile("[&<>'\"]")

COMPILED = "shown_%s.cache"
"""The files of compiled templates: another name for what is compiled in another way."""

PARTS = ("css", "js", "templates", "icon.svg")
"""What a theme's folder may have."""


class View(Protocol):
    """What can be rendered: a frozen struct that names its template."""

    template: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Assets:
    """Where pages find the theme's files, from the site's root."""

    css: str
    early: str
    """The script that runs before the page is painted."""

    icon: str
    scripts: Mapping[str, str] = field(hash=False)
    """The others by name: see `SCRIPTS`."""

    styles: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Of pages with the script of that name: see `STYLES`."""

    charts: str = ""
    """The chart templates."""

    library: str = ""
    """The chart library."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What every page of a site says alike: nothing that changes from build to build."""

    title: str
    generator: str
    assets: Assets
    base_url: str = ""


def fingerprint(name: str, content: bytes) -> str:
    """'report.css' -> 'report.3f2a9c1b.css': a new file never meets an old cache."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:8]}.{suffix}"


def shown(value: Any) -> str:
    """As `escape` gives it, in a third of the time: most texts have nothing to escape, and what is
    markup already need not be copied. Hot: each of the 400 values of a run's page."""
    kind = type(value)
    if kind is Markup or (kind is str and not _SPECIAL.search(value)):
        text: str = value
        return text
    return escape(value)


class _Compiler(CodeGenerator):
    """Compiles what templates show to a call of `shown`."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.shown(")


class _Templates(Environment):
    code_generator_class = _Compiler
    shown = staticmethod(shown)


@dataclass(frozen=True)
class Theme:
    """Templates and assets from one or more folders, the first that has a file wins."""

    folders: tuple[Path, ...]
    compiled: Path | None = None
    """Where compiled templates are kept from one process to the next: compiling takes longer than
    most pages do."""

    def _file(self, name: str) -> bytes:
        for folder in self.folders:
            if (folder / name).is_file():
                return (folder / name).read_bytes()
        raise ReportError(
            f"The theme has no {name}.", hint=f"Looked in {', '.join(map(str, self.folders))}."
        )

    def _names(self, part: str, ending: str) -> list[str]:
        """The files of that kind, also in folders below, in the order of their names."""
        return sorted(
            {
                path.relative_to(folder / part).as_posix()
                for folder in self.folders
                for path in (folder / part).rglob(f"*{ending}")
            }
        )

    @cached_property
    def css(self) -> bytes:
        """Every other stylesheet in the order of their names, the user's `custom.css` last."""
        apart = {part for parts in STYLES.values() for part in parts}
        return self._styles([name for name in self._names("css", ".css") if name not in apart])

    def style(self, name: str) -> bytes:
        """One of the `STYLES`; `custom.css` has the last word there too."""
        custom = [one for one in self._names("css", ".css") if one == "custom.css"]
        return self._styles([*STYLES[name], *custom])

    def _styles(self, names: Sequence[str]) -> bytes:
        ordered = sorted(names, key=lambda name: (name == "custom.css", name))
        return _small(cssmin, b"\n".join(self._file(f"css/{name}") for name in ordered))

    def script(self, name: str) -> bytes:
        """One of the `SCRIPTS`."""
        return _small(jsmin, b"\n".join(self._file(f"js/{part}") for part in SCRIPTS[name]))

    @cached_property
    def _contents(self) -> Mapping[str, bytes]:
        """The assets by their plain names."""
        contents = {
            "report.css": self.css,
            "theme.js": _small(jsmin, self._file("js/theme.js")),
            "icon.svg": self._file("icon.svg"),
            **{f"{name}.js": self.script(name) for name in SCRIPTS},
            **{f"{name}.css": self.style(name) for name in STYLES},
        }
        later = {name: f"assets/{fingerprint(name, contents[name])}" for name in LATER}
        contents["report.js"] += f"\nRG.later={json.dumps(later)};".encode()
        return contents

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """The assets by the name that carries their hash, below `assets/`."""
        return {fingerprint(name, content): content for name, content in self._contents.items()}

    def assets(self, *, charts: str = "", library: str = "") -> Assets:
        addresses = (f"assets/{name}" for name in self.files)
        named = dict(zip(self._contents, addresses, strict=True))
        return Assets(
            css=named["report.css"],
            early=named["theme.js"],
            icon=named["icon.svg"],
            scripts={name: named[f"{name}.js"] for name in SCRIPTS},
            styles={name: named[f"{name}.css"] for name in STYLES},
            charts=charts,
            library=library,
        )

    @cached_property
    def digest(self) -> str:
        """Changes whenever a page could come out differently: templates and assets."""
        state = hashlib.sha256()
        for name in self._names("templates", ".html"):
            state.update(name.encode() + b"\0" + self._file(f"templates/{name}") + b"\0")
        for name in self.files:
            state.update(name.encode())
        return state.hexdigest()

    @cached_property
    def environment(self) -> Environment:
        env = _Templates(
            loader=FileSystemLoader([folder / "templates" for folder in self.folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=self._compiled_templates(),
        )
        # What many pages have alike is rendered once: `{{ chip|piece("pieces/chip.html") }}`.
        env.filters["piece"] = lru_cache(maxsize=4096)(self._piece)
        env.policies["json.dumps_kwargs"] = {"sort_keys": True, "allow_nan": False}
        return env

    def _compiled_templates(self) -> FileSystemBytecodeCache | None:
        return FileSystemBytecodeCache(str(self.compiled), COMPILED) if self.compiled else None

    def render(self, page: View, shared: Shared) -> bytes:
        """The page as bytes; the template sees `page` and `site`, nothing else."""
        try:
            template: Template = self.environment.get_template(page.template)
            text = template.render(page=page, site=shared)
        except (TemplateError, UnicodeDecodeError) as error:
            raise ReportError(
                f"The theme's {page.template} cannot be rendered: {error}",
                hint=f"Looked in {', '.join(map(str, self.folders))}.",
            ) from error
        # A lone surrogate in a name (a file name that is no UTF-8) must not cost the page.
        content = text.encode("utf-8", "replace")
        if _may_be_forbidden(content):
            content = FORBIDDEN.sub("\ufffd", text).encode("utf-8", "replace")
        return content

    def _piece(self, value: Any, name: str, site: Shared | None = None) -> Markup:
        """What the template `name` makes of a value, which it calls `it`."""
        text = self.environment.get_template(name).render(it=value, site=site)
        return Markup(text)


def _may_be_forbidden(content: bytes) -> bool:
    """Whether any of `FORBIDDEN` may be in UTF-8. Looking for each of them takes longer than
    rendering a page does."""
    if len(content.translate(None, _CONTROLS)) < len(content):
        return True
    if b"\xef" in content and (b"\xef\xb7" in content or b"\xef\xbf" in content):
        return True  # U+FDC0 to U+FDFF, U+FFC0 to U+FFFF
    return any(after[:1] < b"\xa0" for after in content.split(b"\xc2")[1:])


def _small(minify: Callable[[str], str], content: bytes) -> bytes:
    """Without comments and indentation, which are for who reads the theme's own files."""
    return minify(content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def load_theme(name: str = "", compiled: Path | None = None) -> Theme:
    """The built-in theme called `name`, or the folder `name` laid over the default one.

    Raises ReportError when there is neither.
    """
    themes = builtin_themes()
    default = themes / "default"
    if not name or name == "default":
        return Theme((default,), compiled)
    for folder in (Path(name), themes / name):
        if folder.is_dir():
            return Theme((_checked(folder), default), compiled)
    raise unknown("theme", name, (path.name for path in themes.iterdir() if path.is_dir()))


def _checked(folder: Path) -> Path:
    """The folder, if it has anything that a theme is made of."""
    if not any((folder / part).exists() for part in PARTS):
        raise ReportError(
            f"{folder} is no theme: it has none of {', '.join(PARTS)}.",
            hint="To change colours alone, put them into css/custom.css in that folder.",
        )
    return folder


def script_value(call: str, *values: Any) -> bytes:
    """A data file: a script that registers itself, as pages opened from disk cannot fetch."""
    text = b",".join([_json(value) for value in values])
    # A page never holds these files inline, yet '</script' must not end anything anywhere.
    return b"RG.%b(%b);\n" % (call.encode(), text.replace(b"<", b"\\u003c"))


def _json(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # large whole numbers, lone surrogates and keys that are no text are JSON too
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return text.encode("utf-8", "replace")


def named_script(call: str, name: str, script: bytes) -> bytes:
    """The script `script_value(call, name, …)` of what is in `script_value(call, …)`."""
    start = f"RG.{call}(".encode()
    return script_value(call, name).removesuffix(b");\n") + b"," + script.removeprefix(start)


def script_values(content: bytes) -> list[Any]:
    """The values of a data file; the inverse of `script_value`. Raises ValueError for others."""
    _, opened, rest = content.decode("utf-8").partition("(")
    inner, closed, _ = rest.rpartition(");")
    if not opened or not closed:
        raise ValueError("no data file")
    values: list[Any] = json.loads(f"[{inner}]")
    return values
