"""A real Chromium, pages that fail the test on any error, and small sites to try scripts on.

Every page opened here is watched: an error in the console, a violation of the Content-Security-
Policy or a request to anywhere but the test's own site fails the test.
"""

import functools
import html
import http.server
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from reportgen.theme import LATER, SCRIPTS
from tests.browser.report import DESKTOP, EXAMPLE, Report
from tests.once import made_once
from tests.sites import build_site

THEME = Path(__file__).parents[2] / "themes" / "default"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; frame-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'"
)
DOCS = Path(__file__).parent / "docs"
"""Pages of a user's own."""

REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
"""


def script_tags(root: str, *scripts: str) -> str:
    """These scripts of the theme, each one file as in a report: requests are what a page costs."""
    return "".join(f'<script src="{root}js/joined/{name}.js" defer></script>' for name in scripts)


@functools.cache
def joined(*files: Path) -> str:
    return "\n".join(file.read_text("utf-8") for file in files)


def find_chromium() -> str | None:
    """The shell first: the same engine without a desktop opens a page in half the time."""
    names = (
        *("chromium-headless-shell", "chromium", "chromium-browser"),
        *("google-chrome", "google-chrome-stable"),
    )
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium; the test is skipped where none is installed."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium found: install Debian's package 'chromium-headless-shell'")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--headless", "--disable-gpu"]
        )
        yield running
        running.close()


class Console:
    """What went wrong on the watched pages: console errors, uncaught errors, foreign requests."""

    def __init__(self) -> None:
        self.allowed_origins = ["file://", "data:", "blob:"]
        self._expected: list[str] = []
        self._found: list[str] = []

    def expect(self, pattern: str) -> None:
        """An error that matches belongs to what the test shows."""
        self._expected.append(pattern)

    def watch(self, page: Any) -> None:
        page.add_init_script(REPORT_VIOLATIONS)
        page.on("console", self._on_message)
        page.on("pageerror", lambda error: self._found.append(f"uncaught: {error}"))
        page.on("request", self._on_request)

    def problems(self) -> list[str]:
        return [
            found
            for found in self._found
            if not any(re.search(pattern, found) for pattern in self._expected)
        ]

    def _on_message(self, message: Any) -> None:
        if message.type == "error":
            place = message.location.get("url", "")
            self._found.append(f"console: {message.text} ({place})")

    def _on_request(self, request: Any) -> None:
        if not request.url.startswith(tuple(self.allowed_origins)):
            self._found.append(f"request to {request.url}")


@pytest.fixture
def console() -> Iterator[Console]:
    """Watches pages and fails the test on any problem that it did not expect."""
    guard = Console()
    yield guard
    problems = guard.problems()

    assert problems == []


@pytest.fixture(scope="session")
def context(browser: Any) -> Iterator[Any]:
    """What all pages of a process of the tests share, as starting one takes a quarter second."""
    opened = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    opened.set_default_timeout(8000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: Any, console: Console, serve: Callable[[Path], str]) -> Iterator[Any]:
    """A watched page, 1280 by 800, in a browser that remembers nothing of earlier tests.

    It is closed before the servers are: what it still loads must not be cut off.
    """
    opened = context.new_page()
    console.watch(opened)
    yield opened
    # Each server has a port of its own; only what pages on disk store would be found again.
    stored = {"origin": "file://", "storageTypes": "local_storage"}
    context.new_cdp_session(opened).send("Storage.clearDataForOrigin", stored)
    context.clear_permissions()
    opened.close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves without a word, and answers a browser's own wish for an icon."""

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()


class PatientServer(http.server.ThreadingHTTPServer):
    """A page asks for many files at once, and this machine may be busy."""

    request_queue_size = 128


@pytest.fixture
def serve(console: Console) -> Iterator[Callable[[Path], str]]:
    """Serves a folder on a free port and gives its address, `http://127.0.0.1:PORT`."""
    servers = []

    def start(folder: Path) -> str:
        handler = functools.partial(QuietHandler, directory=str(folder))
        server = PatientServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        address = f"http://127.0.0.1:{server.server_port}"
        console.allowed_origins.append(address)
        return address

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


class TrialSite:
    """A site of hand-written pages with the theme's scripts, for what real pages rarely do."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self.address = address
        shutil.copytree(THEME / "js", folder / "js", dirs_exist_ok=True)
        for name, files in SCRIPTS.items():
            self.write(f"js/joined/{name}.js", joined(*(THEME / "js" / file for file in files)))
        later = json.dumps({name: f"js/joined/{name}" for name in LATER})
        with (folder / "js/joined/report.js").open("a", encoding="utf-8") as report:
            report.write(f"RG.later = {later};\n")
        self.write("css/theme.css", joined(*sorted((THEME / "css").glob("*.css"))))
        self.pointers({}, {})

    def page(self, path: str, content: str, **data: str) -> None:
        """Writes a page; `data` are its body's data attributes, `page_data` for data-page-data."""
        root = "../" * path.count("/")
        attributes = "".join(
            f' data-{name.replace("_", "-")}="{html.escape(value)}"'
            for name, value in {"root": root, **data}.items()
        )
        scripts = script_tags(root, "report", "table", "resolver")
        self.write(
            path,
            f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<title>Trial</title><link rel="stylesheet" href="{root}css/theme.css">'
            f'<script src="{root}js/theme.js"></script>{scripts}</head>'
            f"<body{attributes}><main>{content}</main></body></html>",
        )

    def call(self, path: str, function: str, argument: object) -> None:
        """Writes a data script that calls `RG.function(argument)`."""
        self.write(path, f"RG.{function}({json.dumps(argument)});\n")

    def pointers(self, runs: Mapping[str, object], experiments: Mapping[str, object]) -> None:
        """Writes the pointer scripts, with all runs in one shard."""
        self.call("pointers-gone.js", "gonePointers", {})
        self.call("pointers.js", "pointers", {"version": "v2", "shards": 1, "title": "T"})
        self.call("pointers-runs.js", "runPointers", runs)
        self.call("pointers-experiments.js", "experimentPointers", experiments)

    def write(self, path: str, text: str) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")

    def url(self, path: str) -> str:
        return f"{self.address}/{path}"


@pytest.fixture
def disk_trial(tmp_path: Path) -> TrialSite:
    """A trial site opened from disk."""
    return TrialSite(tmp_path, tmp_path.as_uri())


@pytest.fixture(params=["file", "http"])
def trial(
    request: pytest.FixtureRequest, tmp_path: Path, serve: Callable[[Path], str]
) -> TrialSite:
    """A trial site opened from disk, and once more from a server under a sub-path."""
    folder = tmp_path / "reports" / "site"
    folder.mkdir(parents=True)
    if request.param == "file":
        return TrialSite(folder, folder.as_uri())
    return TrialSite(folder, f"{serve(tmp_path)}/reports/site")


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The site of the example, in a folder below the one that is served. Read it, never write.

    It is built once, by the first process of the tests that asks for it.
    """
    folder = made_once(
        tmp_path_factory,
        "example",
        lambda made: build_site(made / "reports" / "site", EXAMPLE, pages=DOCS),
    )
    return Report(folder / "reports" / "site")


@pytest.fixture(params=["file", "http"])
def address(
    request: pytest.FixtureRequest, report: Report, serve: Callable[[Path], str]
) -> Callable[[str], str]:
    """From a page's address in the site to its URL, from disk and under a server's sub-path."""
    root = report.folder.as_uri()
    if request.param == "http":
        root = f"{serve(report.folder.parents[1])}/reports/site"
    return lambda page: f"{root}/{page}"


@pytest.fixture
def on_disk(report: Report) -> Callable[[str], str]:
    return lambda page: f"{report.folder.as_uri()}/{page}"


@pytest.fixture
def plain(browser: Any, console: Any) -> Iterator[Any]:
    """A watched page in a browser without JavaScript."""
    context = browser.new_context(viewport=DESKTOP, java_script_enabled=False)
    context.set_default_timeout(8000)
    opened = context.new_page()
    console.watch(opened)
    yield opened
    context.close()
