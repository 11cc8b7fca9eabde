"""The cases: what is measured, beside which peer, and what is to be reached."""

import gzip
import importlib.util
import os
import shutil
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path

from tests.bench import stores
from tests.bench.hugo import hugo_site
from tests.bench.measure import Command, Reading, in_turn, measured, middle
from tests.growth import add_run
from tests.mlflow_environment import mlflow_variables

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    key: str
    """By which it is found again in other runs of the benchmark: a metric's name."""

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

    def rows(self, only: Sequence[str] = ()) -> Iterator[Row]:
        """Every case, the quick ones first; of `only` these groups where some are named."""
        for group, cases in self.groups().items():
            if not only or group in only:
                yield from cases()
        shutil.rmtree(self._aside, ignore_errors=True)

    def groups(self) -> dict[str, Callable[[], Iterator[Row]]]:
        """The cases by what they are about, in the order in which they are measured."""
        some = (1000, 10_000) if self.full else (100, 1000)
        sizes = (100, 1000, 10_000) if self.full else some
        groups: dict[str, Callable[[], Iterator[Row]]] = {
            "start": self._starts,
            "read": lambda: chain.from_iterable(map(self._reads, some)),
            "sqlite": self._database,
            "build": lambda: chain(*map(self._builds, sizes), self._grows()),
            "pages": self._pages,
            "odd": self._odd_ones,
            "watch": self._watch,
        }
        return {**groups, "points": self._many_points} if self.full else groups

    # ---- commands ------------------------------------------------------------------------------

    def _ours(self, *words: str, before: Callable[[], None] = lambda: None) -> Command:
        return Command([sys.executable, "-m", *words], before, self._environ(), self.folder)

    def _environ(self) -> dict[str, str]:
        """With a cache of its own, that nothing which was remembered before helps; bytecode is
        kept, as it is where somebody works."""
        own = {"PYTHONPATH": str(HERE.parents[1]), "XDG_CACHE_HOME": str(self.folder / "cache")}
        given = {**os.environ, "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"), **own}
        return {key: value for key, value in given.items() if key != "PYTHONDONTWRITEBYTECODE"}

    def _mlflow(self, what: str, uri: str) -> Command:
        words = [str(self.mlflow), str(HERE / "as_mlflow.py"), what, uri]
        return Command(words, environ=mlflow_variables())

    def _build(self, store: Path, before: Callable[[], None] = lambda: None) -> Command:
        return self._ours("reportgen", "build", str(store), "-o", self._site(store), before=before)

    def _site(self, store: Path) -> str:
        return str(self.folder / f"site-{store.name}")

    def _afresh(self, store: Path) -> Callable[[], None]:
        built = Path(self._site(store)), self.folder / "cache" / "reportgen" / "builds"
        return lambda: self._set_aside(*built)

    def _set_aside(self, *folders: Path) -> None:
        """They are removed when all is measured: for each file that is created, ext4 looks through
        those that were deleted in the last minute, which took a fifth of a build's time."""
        self._aside.mkdir(exist_ok=True)
        for folder in folders:
            if folder.exists():
                folder.rename(self._aside / str(len(list(self._aside.iterdir()))))

    @property
    def _aside(self) -> Path:
        return self.folder / "aside"

    # ---- cases ---------------------------------------------------------------------------------

    def _starts(self) -> Iterator[Row]:
        for words in (("--help",), ("--version",)):
            pairs = in_turn(
                self._ours("reportgen", *words),
                Command([sys.executable, "-c", "pass"]),
                self.times * 5,
            )
            more = statistics.median(ours.wall - peer.wall for ours, peer in pairs)
            told = f"reportgen {words[0]}", "s more than python -c pass", 0.15
            yield _row(f"start/{words[0].strip('-')}", *told, more, pairs)

    def _reads(self, runs: int) -> Iterator[Row]:
        store = stores.sized(self.folder, runs)
        read = self._ours("tests.bench.read_everything", str(store))
        for what, peer, reach in (
            ("search", "search_runs", 0.2),
            ("history", "get_metric_history of all", 0.02),
        ):
            pairs = in_turn(read, self._mlflow(what, store.as_uri()), self.times)
            told = f"read {runs:,} runs, all points", f"× {peer}", reach
            yield _row(f"read/{runs}_runs_{what}", *told, _ratio(pairs), pairs)

    def _database(self) -> Iterator[Row]:
        store = stores.sized(self.folder, 1000)
        database = stores.as_database(store, self.folder / "mlflow.db", self.mlflow)
        pairs = in_turn(
            self._ours("tests.bench.read_everything", str(database)),
            self._mlflow("search", f"sqlite:///{database}"),
            self.times,
        )
        told = "read SQLite, all points", "× search_runs", 1.2
        yield _row("read/sqlite", *told, _ratio(pairs), pairs)

    def _builds(self, runs: int) -> Iterator[Row]:
        store = stores.sized(self.folder, runs)
        cold = self._build(store, self._afresh(store))
        pairs = in_turn(cold, self._mlflow("search", store.as_uri()), self.times)
        files, size = _content(Path(self._site(store)))
        name, told = f"{runs}_runs", f"cold build, {runs:,} runs"
        row = _row(f"build/{name}", told, "× search_runs", 1.0, _ratio(pairs), pairs)
        yield replace(row, files=files, size=size)
        self.colds[runs] = middle([ours for ours, _ in pairs])
        peak = self.colds[runs].peak / 1e6
        yield Row(f"memory/{name}", f"{told}, all processes", "MB at once", 400, peak)
        told = f"site of {runs:,} runs"
        yield Row(f"size/{name}", told, "MB", 60 * runs / 1000, size / 1e6, size=size)
        yield Row(f"files/{name}", told, "files a run", 2.1, files / runs, files=files)
        yield from self._warm(runs, store)

    def _warm(self, runs: int, store: Path) -> Iterator[Row]:
        warm, site = self._build(store), Path(self._site(store))
        measured(warm)  # the peer has put its experiment Default into the store meanwhile
        before = _files(site)
        again = middle([measured(warm) for _ in range(self.times)])
        new = len(_files(site) - before)
        cold = self.colds[runs]
        told = f"nothing changed, {runs:,} runs", "× cold build", 0.04
        yield Row(f"warm/{runs}_runs", *told, again.cpu / cold.cpu, again, cold, files=new)
        yield from self._changes(runs, store, again)

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
            told = f"{kind}, of {runs:,}", "s CPU more than none", 0.5
            key = f"warm/{runs}_runs_{kind.replace(' ', '_')}"
            yield Row(key, *told, more, reading, nothing, len(written))
        self._set_aside(changed, Path(self._site(changed)))

    def _grows(self) -> Iterator[Row]:
        """Ten times as many runs are ten times the work."""
        few, many = (1000, 10_000) if self.full else (100, 1000)
        growth = self.colds[many].cpu / self.colds[few].cpu
        told = f"cold build, {many:,} runs", f"× {few:,} runs", 10.5
        yield Row(f"build/{many}_of_{few}", *told, growth, self.colds[many], self.colds[few])

    def _pages(self) -> Iterator[Row]:
        """What Hugo needs for the same pages, with more of it ready; without it no row."""
        if shutil.which("hugo") is None:
            return
        store, folder = stores.sized(self.folder, 1000), self.folder / "pages"
        script = str(HERE / "render_pages.py")
        words = [sys.executable, script, str(store), str(folder)]
        clear = partial(self._set_aside, folder)
        ours = Command(words, clear, self._environ(), tells=True)
        measured(ours)
        content = self.folder / "hugo"
        self._set_aside(content)
        hugo_site(content, sorted((folder / "pages/runs").glob("*.html")))
        pairs = in_turn(ours, Command(["hugo", "--quiet"], folder=content), self.times)
        told = "rendering and writing 1,000 pages", "× Hugo", 0.6
        yield _row("build/pages", *told, _ratio(pairs), pairs)

    def _odd_ones(self) -> Iterator[Row]:
        for key, name, store in (
            ("long", "1,000,000 points of one metric", stores.one_long(self.folder)),
            ("wide", "1,000 metrics of one run", stores.one_wide(self.folder)),
        ):
            reading = measured(self._build(store, self._afresh(store)))
            yield Row(f"memory/{key}", name, "MB at once", 500, reading.peak / 1e6, reading)
            weight = max(map(_weight, Path(self._site(store)).glob("runs/*.*.html"))) / 1000
            yield Row(f"weight/{key}", name, "kB of its page, gzip", 60, weight)

    def _watch(self) -> Iterator[Row]:
        """From a point that is logged to the run's new page in a browser; without one no row."""
        if importlib.util.find_spec("playwright") is None:
            return
        from tests.bench.watch import latencies

        folder = self.folder / "watched"
        shutil.rmtree(folder, ignore_errors=True)
        found = sorted(latencies(stores.sized(self.folder, 1000), folder, 20))
        told = "a point of 1,000 runs, in the browser"
        yield Row("watch/p50", told, "s, half of the times", 0.5, found[len(found) // 2])
        yield Row("watch/p95", told, "s, 19 of 20 times", 1.0, found[-2])

    def _many_points(self) -> Iterator[Row]:
        store = stores.sized(self.folder, 1000, steps=10_000)
        files = [str(path) for path in sorted(store.glob("*/*/metrics/*"))]
        cat = Command(["sh", "-c", 'exec cat "$@" >/dev/null', "sh", *files])
        pairs = in_turn(self._build(store, self._afresh(store)), cat, 1)
        yield _row("build/100M_points", "100 million points", "× cat", 60, _ratio(pairs), pairs)
        peak = pairs[0][0].peak / 1e6
        yield Row("memory/100M_points", "100 million points", "MB at once", 500, peak)


def _ratio(pairs: list[tuple[Reading, Reading]]) -> float:
    return statistics.median(ours.cpu / peer.cpu for ours, peer in pairs)


def _row(
    key: str,
    case: str,
    against: str,
    reach: float,
    figure: float,
    pairs: list[tuple[Reading, Reading]],
) -> Row:
    ours, peer = middle([one for one, _ in pairs]), middle([one for _, one in pairs])
    return Row(key, case, against, reach, figure, ours, peer)


def _files(site: Path) -> set[tuple[str, int]]:
    """Every file with its time of change: what is in the set later was written in between."""
    return {(str(path), path.stat().st_mtime_ns) for path in site.rglob("*") if path.is_file()}


def _content(site: Path) -> tuple[int, int]:
    sizes = [path.stat().st_size for path in site.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)


def _weight(page: Path) -> int:
    """Bytes that the page itself is when a host compresses it."""
    return len(gzip.compress(page.read_bytes()))


def _append(path: Path) -> None:
    with path.open("a") as file:
        file.write("1999999999999 0.5 100\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text)
