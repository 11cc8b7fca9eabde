"""A store that grows between builds, as one does while somebody trains."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from reportgen.cli import main
from reportgen.site.versions import Naming
from tests.sites import NOW, build_site


class Lab:
    """A store that grows, and the site of it: MLflow 1.0, three runs to begin with."""

    def __init__(self, store: Path, folder: Path) -> None:
        self.mlruns = Path(shutil.copytree(store / "mlruns", folder / "lab" / "mlruns"))
        self.site = folder / "_site"
        self.now = NOW
        self._runs = 0

    def train(self, **params: str) -> str:
        """One more run: the newest again, under an id of its own."""
        self._runs += 1
        active = [
            meta
            for meta in self.mlruns.glob("1/*/meta.yaml")
            if "lifecycle_stage: active" in meta.read_text("utf-8")
        ]
        newest = max(active, key=started).parent
        id = f"{self._runs:032x}"
        run = Path(shutil.copytree(newest, self.mlruns / "1" / id))
        meta = (run / "meta.yaml").read_text("utf-8").replace(newest.name, id)
        start = started(newest / "meta.yaml")
        meta = meta.replace(f"start_time: {start}", f"start_time: {start + 1000}")
        (run / "meta.yaml").write_text(meta, "utf-8")
        for name, value in params.items():
            (run / "params").mkdir(exist_ok=True)
            (run / "params" / name).write_text(value)
        return id

    def build(self, **naming: Any) -> str:
        """A build a day after the last one; the name of the version that is the newest then."""
        self.now += timedelta(days=1)
        return build_site(self.site, self.mlruns, now=self.now, naming=Naming(**naming)).version

    def command(self, *words: str) -> int:
        return main([words[0], *words[1:], "-o", str(self.site)])


def started(meta: Path) -> int:
    return int(meta.read_text("utf-8").partition("start_time: ")[2].split()[0])
