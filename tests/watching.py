"""`reportgen watch` as somebody runs it: a process in a folder, and what it says."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.growing import Lab

PATIENCE = 20
"""Seconds after which what was waited for will not come any more."""


class Watch:
    """A running preview."""

    def __init__(self, folder: Path, *words: str) -> None:
        command = [sys.executable, "-m", "reportgen", "watch", *words]
        environ = {**os.environ, "TMPDIR": str(folder.parent)}
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environ,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.said: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.address = self.wait_for("Watching at").split()[2]

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            self._lines.put(line.rstrip())
        self._lines.put(None)

    def wait_for(self, words: str) -> str:
        """The next line with these words in it."""
        until = time.monotonic() + PATIENCE
        while (left := until - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                break
            if words in line:
                return line
        raise AssertionError(f"{words!r} was never said: {self.said}")

    def get(self, path: str, **headers: str) -> str:
        """What is answered."""
        with self._asked(path, headers) as answer:
            text: str = answer.read().decode()
            return text

    def status(self, path: str, **headers: str) -> int:
        """How a request is answered that is refused."""
        try:
            self.get(path, **headers)
        except urllib.error.HTTPError as refused:
            refused.close()
            return refused.code
        return 200

    def _asked(self, path: str, headers: Mapping[str, str]) -> Any:
        request = urllib.request.Request(f"{self.address}{path}", headers=dict(headers))
        return urllib.request.urlopen(request, timeout=PATIENCE)

    def news(self) -> dict[str, Any]:
        """What an open page would be told now."""
        with self._asked("-/events", {}) as answer:
            for line in answer:
                if line.startswith(b"data: "):
                    return dict(json.loads(line.removeprefix(b"data: ")))
        raise AssertionError("no news")

    def builds(self) -> int:
        """How many builds had something to write."""
        return sum("written in" in line for line in self.said)

    def close(self) -> None:
        self.process.wait()
        self._listener.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=PATIENCE)


@contextmanager
def watching(folder: Path, *words: str) -> Iterator[Watch]:
    watch = Watch(folder, "--port", "0", *words)
    try:
        yield watch
    finally:
        if watch.process.poll() is None:
            watch.process.kill()
        watch.close()


def until(holds: Callable[[], bool]) -> None:
    """Waits for something to be so."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never was"
        time.sleep(0.05)


def log_metric(run: Path, key: str, value: float, step: int) -> None:
    """As `FileStore._log_run_metric` appends to a metric file."""
    (run / "metrics").mkdir(exist_ok=True)
    with (run / "metrics" / key).open("a", encoding="utf-8") as file:
        file.write(f"{1_700_000_000_000 + step * 1000} {value!r} {step}\n")


@pytest.fixture(scope="module")
def watched(stores: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """The store of the preview that tests share."""
    return Lab(stores["v1.0-file"], tmp_path_factory.mktemp("watched"))


@pytest.fixture(scope="module")
def watch(watched: Lab) -> Iterator[Watch]:
    """A preview of it."""
    with watching(watched.mlruns.parent) as running:
        running.wait_for("written in")
        yield running
