"""Serves a preview on this machine, and tells its pages when there is something new.

Pages are served as they are published, with one script more, which asks for what is below `/-/`:

    /-/events                       server-sent events: `{"state": "built", "build": 7}`; also
                                    "building", then "runs" once the pages of runs are there, and
                                    "failed", with `text` and `hint`
    /-/state?address=…&query=…      `{"address": newest, "state": text, "build": 7}` of a page
    /-/watch.js, /-/watch.css       that script, and its styles
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from reportgen.errors import ReportError
from reportgen.generator import builtin_themes

HOST = "127.0.0.1"
PORT = 8000
OWN = "/-/"
ALIVE = 15.0
"""Seconds after which a silent connection says that it is there."""

OWN_FILES = {"watch.js": "text/javascript", "watch.css": "text/css"}


class Pages(Protocol):
    """What a server asks of the preview."""

    folder: Path

    def newest(self, address: str) -> str: ...

    def state(self, address: str, query: str) -> str: ...


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told to the pages that are open."""

    state: str = "building"
    build: int = 0
    text: str = ""
    hint: str = ""

    def as_json(self) -> str:
        return json.dumps(
            {"state": self.state, "build": self.build, "text": self.text, "hint": self.hint}
        )


class Bulletin:
    """The last news, and whoever waits for the next."""

    def __init__(self) -> None:
        self._news = News()
        self._number = 0
        self._more = threading.Condition()
        self.closed = False

    @property
    def news(self) -> News:
        return self._news

    def tell(self, state: str, build: int, text: str = "", hint: str = "") -> None:
        with self._more:
            self._news = News(state, build, text, hint)
            self._number += 1
            self._more.notify_all()

    def after(self, number: int) -> tuple[int, News | None]:
        """The news after those of that number; None if there were none for a while."""
        with self._more:
            self._more.wait_for(lambda: self.closed or self._number > number, ALIVE)
            return self._number, self._news if self._number > number else None

    def close(self) -> None:
        with self._more:
            self.closed = True
            self._more.notify_all()


class Server(ThreadingHTTPServer):
    """Answers from a folder until it is closed."""

    daemon_threads = True

    def __init__(self, pages: Pages, port: int | None) -> None:
        """Takes 8000, or any that is free. Raises ReportError for a named port that is taken."""
        self.bulletin = Bulletin()
        self.pages = pages
        self.turning = threading.Event()
        """Set when a page is told that another has taken its place."""

        handler = partial(_Handler, directory=str(pages.folder))
        for wanted in (PORT, 0) if port is None else (port,):
            try:
                super().__init__((HOST, wanted), handler)
                return
            except OSError as error:
                reason = error.strerror
        raise ReportError(
            f"Port {port} cannot be used: {reason}.",
            hint="Leave --port away, and a free one is taken.",
        )

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_port}/"

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def close(self) -> None:
        self.bulletin.close()
        self.shutdown()
        self.server_close()


class _Handler(SimpleHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    extensions_map: Mapping[str, str] = {  # type: ignore[assignment]  # a dict in the library
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".svg": "image/svg+xml",
        ".png": "image/png",
        ".csv": "text/csv; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
        "": "application/octet-stream",
    }

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if not self._is_for_us():
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        elif url.path.startswith(OWN):
            self._own(url.path.removeprefix(OWN), url.query)
        elif url.path.endswith((".html", "/")):
            self._page(url.path)
        else:
            super().do_GET()

    def do_HEAD(self) -> None:
        if self._is_for_us():
            super().do_HEAD()
        else:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)

    def _is_for_us(self) -> bool:
        """A page elsewhere whose name was made to mean this machine (DNS rebinding) is refused."""
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        return host in (HOST, "localhost")

    def _page(self, path: str) -> None:
        """A page with the script that follows the preview; without one, that it is being built."""
        place = Path(self.translate_path(path))
        if path.endswith("/"):
            place /= "index.html"
        news = self.server.bulletin.news
        try:
            content = place.read_bytes()
        except OSError:
            is_early = not (self.server.pages.folder / "index.html").exists()
            status = HTTPStatus.SERVICE_UNAVAILABLE if is_early else HTTPStatus.NOT_FOUND
            content = (EARLY if is_early else MISSING).encode()
        else:
            status = HTTPStatus.OK
        script = f'<head>\n<script src="{OWN}watch.js" data-build="{news.build}" defer></script>'
        self._answer(content.replace(b"<head>", script.encode(), 1), "text/html", status)

    def _own(self, name: str, query: str) -> None:
        if name == "events":
            self._events()
        elif name == "state":
            asked = parse_qs(query)
            address, rest = (asked.get(key, [""])[0] for key in ("address", "query"))
            self._answer(json.dumps(self._state(address, rest)).encode(), "application/json")
        elif name in OWN_FILES:
            content = (builtin_themes() / "default" / "watch" / name).read_bytes()
            self._answer(content, OWN_FILES[name])
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _state(self, address: str, query: str) -> dict[str, Any]:
        build = self.server.bulletin.news.build
        if not Path(self.translate_path(f"/{address}")).is_relative_to(self.directory):
            address = "index.html"
        pages = self.server.pages
        state = pages.state(address or "index.html", query)
        newest = pages.newest(address)
        if newest != address:
            self.server.turning.set()
        return {"address": newest, "state": state, "build": build}

    def _events(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        bulletin, number = self.server.bulletin, -1
        try:
            while not bulletin.closed:
                number, news = bulletin.after(number)
                self.wfile.write(f"data: {news.as_json()}\n\n".encode() if news else b": here\n\n")
                self.wfile.flush()
        except OSError:  # the page was closed
            pass

    def _answer(self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self) -> None:
        """What is named by its content stays; all else is asked for again each time."""
        is_kept = "/assets/" in self.path
        self.send_header("Cache-Control", "max-age=86400" if is_kept else "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the terminal tells of builds."""


_SHELL = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title><link rel="stylesheet" href="/-/watch.css"></head>
<body class="watch-shell"><main><h1>{title}</h1><p>{text}</p></main></body></html>
"""
EARLY = _SHELL.format(title="The report is being built", text="It appears here once it is there.")
MISSING = _SHELL.format(
    title="There is no such page",
    text='What was here may have left the sources. <a href="/index.html">To the report</a>',
)
