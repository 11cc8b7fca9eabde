"""Debian's Firefox, driven by WebDriver BiDi (https://w3c.github.io/webdriver-bidi/).

Playwright brings a Firefox of its own, which can only be downloaded, and sends the one of Debian
commands that it does not know yet. The few that the tests need are these.
"""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PREFERENCES = {
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.server": "data:,",
}
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


def find_firefox() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox:
    """A running Firefox with one tab."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._sent = 0
        self.errors: list[str] = []
        """What the consoles of its pages said was wrong."""

        self._command("session.new", capabilities={})
        self._command("session.subscribe", events=["log.entryAdded"])
        self._tab = self._command("browsingContext.getTree")["contexts"][0]["context"]

    def open(self, url: str) -> None:
        """Goes to a page, and waits until it is loaded."""
        self._command("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height}
        self._command("browsingContext.setViewport", context=self._tab, viewport=size)

    def evaluate(self, expression: str) -> Any:
        """The value, as JSON, of a JavaScript expression, which may be a promise."""
        answer = self._command(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then((it) => JSON.stringify(it ?? null))",
            target={"context": self._tab},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise AssertionError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def wait_for(self, expression: str, seconds: float = 15) -> Any:
        """The value of an expression once it is true."""
        end = time.monotonic() + seconds
        while not (value := self.evaluate(expression)):
            assert time.monotonic() < end, f"still not so: {expression}"
            time.sleep(0.05)
        return value

    def point_at(self, selector: str) -> None:
        """Moves the pointer onto the middle of what the selector finds first."""
        found = f"document.querySelector({json.dumps(selector)})"
        self.evaluate(f"{found}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        box = self.evaluate(f"{found}.getBoundingClientRect()")
        x, y = round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)
        move = {"type": "pointerMove", "x": x, "y": y}
        mouse = {"type": "pointer", "id": "mouse", "actions": [move]}
        self._command("input.performActions", context=self._tab, actions=[mouse])

    def _command(self, method: str, **params: Any) -> Any:
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(timeout=60))
            if message.get("method") == "log.entryAdded":
                self._note(message["params"])
            elif message.get("id") == self._sent:
                if message["type"] == "error":
                    raise AssertionError(f"{method}: {message['error']} {message['message']}")
                return message["result"]

    def _note(self, entry: Any) -> None:
        if entry["level"] == "error":
            self.errors.append(f"{entry['text']} ({entry.get('source', {}).get('url', '')})")


@contextmanager
def running_firefox(program: str, profile: Path) -> Iterator[Firefox]:
    """Started without a window and with a profile in that folder; it ends with the block."""
    lines = [
        f"user_pref({json.dumps(key)}, {json.dumps(is_)});" for key, is_ in PREFERENCES.items()
    ]
    (profile / "user.js").write_text("\n".join(lines), "utf-8")
    command = [program, "--headless", "--no-remote", "--remote-debugging-port=0"]
    log = profile / "said.txt"
    with log.open("w") as said:
        process = subprocess.Popen([*command, "--profile", profile], stdout=said, stderr=said)
    try:
        with connect(f"{_address(log)}/session", max_size=None) as socket:
            yield Firefox(socket)
    finally:
        process.terminate()
        process.wait(20)


def _address(log: Path, seconds: float = 60) -> str:
    """Where it listens, which it says when it has started."""
    end = time.monotonic() + seconds
    while not (found := LISTENING.search(log.read_text("utf-8", "replace"))):
        assert time.monotonic() < end, f"Firefox does not listen: {log.read_text()[-300:]}"
        time.sleep(0.1)
    return found[1]
