"""The cases: what is measured, beside which peer, and what is to be reached."""

import os
import shutil
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import stores
from tests.bench.measure import Command, Reading, in_turn, measured, middle
from tests.growth import add_run
from tests.mlflow_environment import mlflow_variables

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    case: str
    against: str
    """What the figure is a multiple of, or its unit."""

    reach: float
    figure: float
    """The median; smaller is better."""

    ours: Reading | None = None
    peer: Reading | None = None
    files: int = 0
    """Written by the last of our runs."""

    size: int = 0
    """Bytes of those."""

    @property
    def reached(self) -> bool:
        return self.figure <= self.reach


@dataclass(slots=True)
class Bench:
    """Makes stores when they are asked for, and measures."""

    folder: Path
    mlflow: Path
    """A Python that has MLflow."""

    times: int = 3
    full: bool = False
    """Also 10,000 runs and 100 million points: most of an hour."""

    colds: dict[int, Reading] = field(default_factory=dict)
    """Of a cold build, by the number of runs."""

    def rows(self) -> Iterator[Row]:
        """Every case, the quick ones first."""
        yield from self._starts()
        for runs in (1000, 10_000) if self.full else (100, 1000):
            yield from self._reads(runs)
        yield from self._database()
        for runs in (100, 1000, 10_000) if self.full else (100, 1000):
            yield from self._builds(runs)
        yield from self._grows()
        yield from self._odd_ones()
        if self.full:
            yield from self._many_points()

    # ---- commands ------------------------------------------------------------------------------

    def _ours(self, *words: str, before: Callable[[], None] = lambda: None) -> Command:
        return Command([sys.executable, "-m", *words], before, self._environ(), self.folder)

    def _environ(self) -> dict[str, str]:
        """With a cache of its own, that nothing which was remembered before helps."""
        code = str(HERE.parents[1])
        return {**os.environ, "PYTHONPATH": code, "XDG_CACHE_HOME": str(self.folder / "cache")}

    def _mlflow(self, what: str, uri: str) -> Command:
        words = [str(self.mlflow), str(HERE / "as_mlflow.py"), what, uri]
        return Command(words, environ=mlflow_variables())

    def _build(self, store: Path, before: Callable[[], None] = lambda: None) -> Command:
        return self._ours("reportgen", "build", str(store), "-o", self._site(store), before=before)

    def _site(self, store: Path) -> str:
        return str(self.folder / f"site-{store.name}")

    def _afresh(self, store: Path) -> Callable[[], None]:
        def clear() -> None:
            shutil.rmtree(self._site(store), ignore_errors=True)
            shutil.rmtree(self.folder / "cache" / "reportgen" / "builds", ignore_errors=True)

        return clear

    # ---- cases ---------------------------------------------------------------------------------

    def _starts(self) -> Iterator[Row]:
        for words in (("--help",), ("--version",)):
            pairs = in_turn(
                self._ours("reportgen", *words),
                Command([sys.executable, "-c", "pass"]),
                self.times * 5,
            )
            more = statistics.median(ours.wall - peer.wall for ours, peer in pairs)
            yield _row(f"reportgen {words[0]}", "s more than python -c pass", 0.15, more, pairs)

    def _reads(self, runs: int) -> Iterator[Row]:
        store = stores.sized(self.folder, runs)
        read = self._ours("tests.bench.read_everything", str(store))
        for what, peer, reach in (
            ("search", "search_runs", 0.2),
            ("history", "get_metric_history of all", 0.02),
        ):
            pairs = in_turn(read, self._mlflow(what, store.as_uri()), self.times)
            name = f"read {runs:,} runs, all points"
            yield _row(name, f"× {peer}", reach, _ratio(pairs), pairs)

    def _database(self) -> Iterator[Row]:
        store = stores.sized(self.folder, 1000)
        database = stores.as_database(store, self.folder / "mlflow.db", self.mlflow)
        pairs = in_turn(
            self._ours("tests.bench.read_everything", str(database)),
            self._mlflow("search", f"sqlite:///{database}"),
            self.times,
        )
        yield _row("read SQLite, all points", "× search_runs", 1.2, _ratio(pairs), pairs)

    def _builds(self, runs: int) -> Iterator[Row]:
        store = stores.sized(self.folder, runs)
        cold = self._build(store, self._afresh(store))
        warm = self._build(store)
        pairs = in_turn(cold, self._mlflow("search", store.as_uri()), self.times)
        files, size = _content(Path(self._site(store)))
        name = f"cold build, {runs:,} runs"
        yield _row(name, "× search_runs", 1.0, _ratio(pairs), pairs, files=files, size=size)
        self.colds[runs] = middle([ours for ours, _ in pairs])
        peak = self.colds[runs].peak / 1e6
        yield Row(f"{name}, all processes", "MB at once", 400, peak)
        yield Row(f"site of {runs:,} runs", "MB", 60 * runs / 1000, size / 1e6, size=size)
        yield Row(f"site of {runs:,} runs", "files a run", 2.1, files / runs, files=files)
        measured(warm)  # the peer has put its experiment Default into the store meanwhile
        before = _files(Path(self._site(store)))
        again = [measured(warm) for _ in range(self.times)]
        new = len(_files(Path(self._site(store))) - before)
        share = middle(again).cpu / self.colds[runs].cpu
        name = f"nothing changed, {runs:,} runs"
        yield Row(name, "× cold build", 0.04, share, middle(again), self.colds[runs], files=new)
        yield from self._changes(runs, store, middle(again))

    def _changes(self, runs: int, store: Path, nothing: Reading) -> Iterator[Row]:
        """A run that goes on, a new one, and one whose tag was changed: as a copy, then removed."""
        first = sorted(path.parent for path in store.glob("*/*/meta.yaml"))[0]
        changed = store.parent / f"{store.name}-changed"
        shutil.copytree(store, changed)
        run = changed / first.relative_to(store)
        measured(self._build(changed))
        kinds: dict[str, Callable[[], None]] = {
            "one run went on": lambda: _append(run / "metrics" / "accuracy"),
            "one new run": lambda: add_run(run, f"{1:032x}", 1),
            "one tag changed": lambda: _write(run / "tags" / "tag_0", "other"),
        }
        for kind, change in kinds.items():
            before = _files(Path(self._site(changed)))
            change()
            reading = measured(self._build(changed))
            written = _files(Path(self._site(changed))) - before
            more = reading.cpu - nothing.cpu
            name = f"{kind}, of {runs:,}"
            yield Row(name, "s CPU more than none", 0.5, more, reading, nothing, len(written))
        shutil.rmtree(changed)
        shutil.rmtree(self._site(changed))

    def _grows(self) -> Iterator[Row]:
        """Ten times as many runs are ten times the work."""
        few, many = (1000, 10_000) if self.full else (100, 1000)
        growth = self.colds[many].cpu / self.colds[few].cpu
        name = f"cold build, {many:,} runs"
        yield Row(name, f"× {few:,} runs", 10.5, growth, self.colds[many], self.colds[few])

    def _odd_ones(self) -> Iterator[Row]:
        for name, store in (
            ("1,000,000 points of one metric", stores.one_long(self.folder)),
            ("1,000 metrics of one run", stores.one_wide(self.folder)),
        ):
            reading = measured(self._build(store, self._afresh(store)))
            yield Row(name, "MB at once", 500, reading.peak / 1e6, reading)

    def _many_points(self) -> Iterator[Row]:
        store = stores.sized(self.folder, 1000, steps=10_000)
        files = [str(path) for path in sorted(store.glob("*/*/metrics/*"))]
        cat = Command(["sh", "-c", 'for one; do cat "$one"; done >/dev/null', "sh", *files])
        pairs = in_turn(self._build(store, self._afresh(store)), cat, 1)
        yield _row("100 million points", "× cat", 60, _ratio(pairs), pairs)


def _ratio(pairs: list[tuple[Reading, Reading]]) -> float:
    return statistics.median(ours.cpu / peer.cpu for ours, peer in pairs)


def _row(  # noqa: PLR0913
    case: str,
    against: str,
    reach: float,
    figure: float,
    pairs: list[tuple[Reading, Reading]],
    *,
    files: int = 0,
    size: int = 0,
) -> Row:
    ours, peer = middle([one for one, _ in pairs]), middle([one for _, one in pairs])
    return Row(case, against, reach, figure, ours, peer, files, size)


def _files(site: Path) -> set[tuple[str, int]]:
    """Every file with its time of change: what is in the set later was written in between."""
    return {(str(path), path.stat().st_mtime_ns) for path in site.rglob("*") if path.is_file()}


def _content(site: Path) -> tuple[int, int]:
    sizes = [path.stat().st_size for path in site.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)


def _append(path: Path) -> None:
    with path.open("a") as file:
        file.write("1999999999999 0.5 100\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text)
