"""Building again and again while a real MLflow client logs."""

import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from reportgen.build import publish_report
from reportgen.config import Options
from reportgen.memory import Memory
from reportgen.model import Run
from reportgen.site.writer import SiteFolder
from reportgen.sources.catalog import Catalog
from tests.mlflow_environment import mlflow_variables

WRITER = Path(__file__).with_name("writer.py")
START = 60
"""Seconds that an MLflow may take to begin."""


@dataclass
class Watched:
    """What came of it."""

    builds: int
    points: int
    """That were logged in all."""

    runs: int
    lost: list[str]
    """What was wrong with what the reports held."""

    problems: list[str]
    errors: list[str]
    """That the writer met."""

    slowest: float
    """Seconds that the writer's slowest call took."""


def watched(python: Path, folder: Path, uri: str, source: Path, seconds: float) -> Watched:
    """Build from `source` as long as a client logs to `uri`, and once more."""
    command = [str(python), str(WRITER), uri, str(seconds)]
    site = SiteFolder(folder / "_site")
    found = Watched(0, 0, 0, [], [], [], 0.0)
    with subprocess.Popen(
        command, cwd=folder, env=mlflow_variables(), text=True, stdout=-1, stderr=-1
    ) as writer:
        assert writer.stdout is not None
        if writer.stdout.readline() != "ready\n":
            raise RuntimeError(writer.communicate()[1])
        until = time.monotonic() + seconds
        seen: dict[str, int] = {}
        while time.monotonic() < until:
            _build(site, source, found, seen)
        said = json.loads(writer.communicate()[0])
    _build(site, source, found, seen)
    found.errors, found.slowest = said["errors"], said["slowest"]
    found.points, found.runs = sum(said["logged"].values()), len(said["logged"])
    for run, count in said["logged"].items():
        if seen.get(run, 0) != count:
            found.lost.append(f"{run}: {seen.get(run, 0)} of {count} points at the end")
    return found


def _build(site: SiteFolder, source: Path, found: Watched, seen: dict[str, int]) -> None:
    options = Options(sources=(str(source),), output=site.folder, jobs=1)
    report = publish_report(options, site, lambda *told: None, Memory(learns=False))
    found.builds += 1
    for _, _, group in report.problems:
        found.problems += [f"{one.path}: {one.what}" for one in group]
    for run in report.published.runs.values():
        metric = run.summary.metrics.get("loss")
        count = metric.count if metric else 0
        if count < seen.get(run.summary.id, 0):
            found.lost.append(f"{run.summary.id}: {count} after {seen[run.summary.id]} points")
        seen[run.summary.id] = count
    for run in _runs(report.published.catalog):
        if "loss" in run.metrics and not is_prefix(run):
            found.lost.append(f"{run.id}: not the points that were logged")


def _runs(catalog: Catalog) -> list[Run]:
    return [run for store in catalog.stores for run in store.read_runs(catalog.runs[-2:])]


def is_prefix(run: Run) -> bool:
    """Whether the points are the first of those that `writer.py` logs."""
    history = run.metrics["loss"]
    steps = list(range(len(history)))
    values = [1000.123456789 + step for step in steps]
    return list(history.steps) == steps and list(history.values) == values
