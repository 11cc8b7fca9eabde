"""The smallest file store, for a test to spoil: one experiment with one run."""

from pathlib import Path

from tests.every_artifact import NOON

RUN = "5a" * 16


def write_run(store: Path, run: str = RUN, experiment: str = "101", uri: str = "") -> Path:
    """The folder of a run of a store."""
    here = store / experiment
    for part in ("metrics", "params", "tags", "artifacts"):
        (here / run / part).mkdir(parents=True, exist_ok=True)
    (here / "meta.yaml").write_text(f"experiment_id: '{experiment}'\nname: wine\n")
    (here / run / "meta.yaml").write_text(
        f"run_id: {run!r}\nexperiment_id: '{experiment}'\nrun_name: baseline\nstatus: 3\n"
        f"start_time: {NOON}\nend_time: {NOON + 60_000}\nartifact_uri: {uri!r}\n"
    )
    (here / run / "params" / "lr").write_text("0.1")
    (here / run / "metrics" / "loss").write_text(f"{NOON} 0.5 0\n")
    return here / run
