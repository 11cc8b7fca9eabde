"""Make the example's `mlruns/` again, from nothing, with a real MLflow.

    pip install -r requirements.txt
    python make.py                  # the lab is built in /srv/wine-lab, which must be writable
    python make.py --lab DIRECTORY  # elsewhere; the paths in the store then say so

Takes about ten minutes. What it does: makes the lab's folder a git repository, goes through two
weeks of November 2026 step by step (each step commits some files or runs one command as one of
the two people), lets `notes.py` write the findings, and copies the store here. Everything in the
store is written by MLflow; only the clock is ours (see `clock/sitecustomize.py`).
Ids of runs and models differ each time, and timings do; losses and accuracies do not.
"""

import argparse
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
REMOTE = "https://github.com/example/wine-lab.git"
PACE = 25  # seconds of the lab in a real second: small data, but one wants to see it train
MIRA, JONAS = "mira", "jonas"
log = logging.getLogger("make")


@dataclass(frozen=True)
class Commit:
    """Somebody adds files to the repository."""

    when: str
    who: str
    message: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """Somebody runs a command.

    `fails` if it is meant to; `stop` is the signal that ends it after `epochs` epochs.
    `{lr}`, `{hidden}` and `{weight_decay}` in the command are those of the best child of `grid`.
    """

    when: str
    who: str
    command: str
    fails: bool = False
    stop: signal.Signals | None = None
    epochs: int = 0
    grid: str = ""


def project(entry: str, experiment: str, arguments: str = "", name: str = "") -> str:
    """The command that runs an entry point of the project."""
    named = f" --run-name '{name}'" if name else ""
    return (
        f"mlflow run . -e {entry} --env-manager local --experiment-name {experiment}"
        f"{named} {arguments}"
    )


BASELINES, SWEEP, RELEASE = "cultivar-baselines", "cultivar-mlp-sweep", "cultivar-release"
DIGITS, DIABETES = "digits-seeds", "diabetes-regression"
BEST = "-P hidden={hidden} -P lr={lr} -P weight_decay={weight_decay}"

STORY: tuple[Commit | Run, ...] = (
    Commit(
        "2026-11-09 08:41",
        MIRA,
        "Cultivars from what a cellar can measure: data and baselines",
        (
            "MLproject",
            "python_env.yaml",
            "conda.yaml",
            "requirements.txt",
            "lab/__init__.py",
            "lab/data.py",
            "lab/figures.py",
            "lab/tracking.py",
            "lab/training.py",
            "baseline.py",
            "register.py",
        ),
    ),
    Run("2026-11-09 08:52", MIRA, project("baseline", "scratch", "-P model=majority", "first try")),
    Run("2026-11-09 09:05", MIRA, "python baseline.py --model majority"),
    Run("2026-11-09 09:12", MIRA, "python baseline.py --model nearest-neighbours"),
    Run("2026-11-09 09:17", MIRA, "python baseline.py --model naive-bayes"),
    Run("2026-11-09 09:21", MIRA, "python baseline.py --model decision-tree"),
    Run(
        "2026-11-09 09:34",
        MIRA,
        project("baseline", BASELINES, "-P model=random-forest", "random-forest"),
    ),
    Run(
        "2026-11-09 09:58",
        MIRA,
        project("baseline", BASELINES, "-P model=gradient-boosting", "gradient-boosting"),
        fails=True,
    ),
    Run("2026-11-09 10:20", MIRA, project("baseline", BASELINES, "", "logistic-regression")),
    Run(
        "2026-11-09 11:05",
        MIRA,
        "python baseline.py --model logistic-regression --measurements laboratory",
    ),
    Run(
        "2026-11-09 16:30",
        MIRA,
        "python register.py --experiment cultivar-baselines --alias champion --stage Production"
        " --among \"params.measurements = 'cellar'\"",
    ),
    Commit(
        "2026-11-10 09:10",
        JONAS,
        "Diabetes progression: linear models and boosted trees",
        ("regress.py",),
    ),
    Run("2026-11-10 09:20", JONAS, "python regress.py --model mean"),
    Run("2026-11-10 09:24", JONAS, "python regress.py --model ridge"),
    Run("2026-11-10 09:26", JONAS, "python regress.py --model lasso"),
    Run("2026-11-10 09:31", JONAS, "python regress.py --model elastic-net"),
    Run("2026-11-10 09:40", JONAS, "python regress.py --model nearest-neighbours"),
    Run(
        "2026-11-10 10:15",
        JONAS,
        project("regress", DIABETES, "-P model=lightgbm -P lr=0.1 -P leaves=31", "lightgbm, deep"),
    ),
    Run(
        "2026-11-10 10:52",
        JONAS,
        project("regress", DIABETES, "-P model=lightgbm", "lightgbm, shallow"),
    ),
    Run(
        "2026-11-10 11:30",
        JONAS,
        "python regress.py --model lightgbm --lr 0.01 --leaves 4 --rounds 400"
        " --run-name 'lightgbm, slow'",
    ),
    Commit("2026-11-11 08:55", MIRA, "Networks: train one, sweep many", ("train.py", "sweep.py")),
    Run("2026-11-11 09:30", MIRA, project("sweep", SWEEP, "", "coarse grid")),
    Run(
        "2026-11-12 09:05",
        MIRA,
        project("main", RELEASE, BEST + " -P epochs=300", "candidate 1"),
        grid="coarse grid",
    ),
    Run("2026-11-12 09:40", MIRA, project("register", RELEASE, "", "register candidate 1")),
    Commit(
        "2026-11-12 10:20",
        MIRA,
        "Evaluate a model on the test bottles; promote it",
        ("evaluate.py", "promote.py"),
    ),
    Run(
        "2026-11-12 10:31",
        MIRA,
        project(
            "evaluate",
            RELEASE,
            "-P model_uri=models:/wine-cultivar/1 -P name=logistic-regression",
            "evaluate logistic-regression",
        ),
    ),
    Run(
        "2026-11-12 10:44",
        MIRA,
        project(
            "evaluate",
            RELEASE,
            "-P model_uri=models:/wine-cultivar/2 -P name='candidate 1'",
            "evaluate candidate 1",
        ),
    ),
    Run("2026-11-12 11:15", MIRA, "python promote.py --reject"),
    Run(
        "2026-11-12 13:30",
        MIRA,
        "python sweep.py --rates 0.003,0.01,0.03 --widths 8,32 --decays 0.1,0.3 --epochs 200"
        " --folds 5 --run-name 'five folds'",
    ),
    Run(
        "2026-11-13 08:44",
        MIRA,
        project("main", RELEASE, BEST + " -P epochs=300", "candidate 2"),
        grid="five folds",
    ),
    Run(
        "2026-11-13 09:20",
        MIRA,
        "python register.py --among \"attributes.run_name = 'candidate 2'\"",
    ),
    Run(
        "2026-11-13 10:02",
        MIRA,
        "python evaluate.py --model-uri models:/wine-cultivar/3 --name 'candidate 2'",
    ),
    Commit("2026-11-16 09:02", JONAS, "Digits: seeds, and images that move", ("seeds.py",)),
    Run(
        "2026-11-16 09:15",
        JONAS,
        "python train.py --data digits --hidden 64 --lr 20 --batch-size 64 --seed 0"
        " --run-name 'rate of 20'",
        fails=True,
    ),
    Run(
        "2026-11-16 09:30",
        JONAS,
        "python train.py --data digits --hidden 64 --lr 0.3 --batch-size 64 --epochs 60"
        " --run-name 'wrong batch size'",
    ),
    Run("2026-11-16 10:00", JONAS, project("seeds", DIGITS, "", "plain images, 5 seeds")),
    Run(
        "2026-11-16 14:10",
        JONAS,
        "python train.py --data digits --hidden 64 --lr 0.02 --batch-size 64 --shift 2 --epochs 400"
        " --run-name 'two pixels'",
        stop=signal.SIGINT,
        epochs=90,
    ),
    Run(
        "2026-11-17 09:45",
        JONAS,
        project("seeds", DIGITS, "-P shift=1", "shifted images, 5 seeds"),
    ),
    Run(
        "2026-11-18 09:20",
        JONAS,
        "python register.py --experiment digits-seeds --model-name digits-reader"
        " --alias champion --stage Production --among \"tags.images = 'plain'\"",
    ),
    Run(
        "2026-11-18 09:26",
        JONAS,
        "python register.py --experiment digits-seeds --model-name digits-reader"
        " --alias shifted --stage Archived --among \"tags.images = 'shifted'\"",
    ),
    Run(
        "2026-11-18 09:50",
        JONAS,
        "python register.py --experiment diabetes-regression --metric rmse/val"
        " --model-name diabetes-progression --alias champion --stage Production",
    ),
    Run(
        "2026-11-18 09:53",
        JONAS,
        "python register.py --experiment diabetes-regression --metric rmse/val"
        " --model-name diabetes-progression --among \"attributes.run_name = 'lightgbm, slow'\"",
    ),
    Commit(
        "2026-11-19 10:05",
        MIRA,
        "The champion as ONNX, and the advisor around it",
        ("export.py", "lab/advisor.py", "notes.py"),
    ),
    Run("2026-11-19 10:30", MIRA, "python promote.py"),
    Run("2026-11-19 11:10", MIRA, "python export.py --form onnx"),
    Run("2026-11-19 11:25", MIRA, "python export.py --form advisor --threshold 0.8"),
    Run("2026-11-20 09:00", MIRA, "python export.py --form advisor --threshold 0.9"),
    Run(
        "2026-11-20 10:20",
        MIRA,
        project("main", RELEASE, BEST + " -P epochs=300 -P seed=7", "candidate 3"),
        grid="five folds",
    ),
    Run(
        "2026-11-20 11:00",
        MIRA,
        "python register.py --among \"attributes.run_name = 'candidate 3'\"",
    ),
    Run("2026-11-20 16:10", MIRA, "python notes.py"),
    Run(
        "2026-11-20 17:45",
        JONAS,
        "python train.py --data digits --hidden 256 --lr 0.01 --batch-size 32"
        " --epochs 3000 --watch 60 --run-name 'over the weekend'",
        stop=signal.SIGKILL,
        epochs=260,
    ),
)


def seconds(when: str) -> float:
    return datetime.strptime(when, "%Y-%m-%d %H:%M").replace(tzinfo=UTC).timestamp()


def environment(lab: Path, step: Commit | Run) -> dict[str, str]:
    """Nothing of this machine's environment but what a process needs to start."""
    who, start = step.who, seconds(step.when)
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(lab),
        "LOGNAME": who,
        "USER": who,
        "TZ": "UTC",
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(HERE / "clock"),
        "PYTHONWARNINGS": "ignore",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": str(lab / ".cache"),
        "OMP_NUM_THREADS": "1",
        "WINE_LAB_CLOCK": f"{start} {time.time()} {PACE}",
        "MLFLOW_TRACKING_URI": (lab / "mlruns").as_uri(),
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL": str(10 / PACE),
        "GIT_AUTHOR_NAME": who.title(),
        "GIT_COMMITTER_NAME": who.title(),
        "GIT_AUTHOR_EMAIL": f"{who}@example.org",
        "GIT_COMMITTER_EMAIL": f"{who}@example.org",
        "GIT_AUTHOR_DATE": f"{start:.0f} +0000",
        "GIT_COMMITTER_DATE": f"{start:.0f} +0000",
    }


def commit(lab: Path, step: Commit) -> None:
    for file in step.files:
        target = lab / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HERE / file, target)
    git = ("git", "-C", str(lab))
    env = environment(lab, step)
    subprocess.run([*git, "add", "."], check=True, env=env)
    subprocess.run([*git, "commit", "-q", "-m", step.message], check=True, env=env)


def run(lab: Path, step: Run) -> None:
    command = step.command
    if step.grid:
        command = command.format(**best_of(step.grid))
    begun = time.time()
    process = subprocess.Popen(
        ["bash", "-c", f"exec {command}"],
        cwd=lab,
        env=environment(lab, step),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if step.stop:
        wait_for_epochs(lab, begun, step.epochs)
        process.send_signal(step.stop)
    _, errors = process.communicate()
    expected = step.fails or step.stop is not None
    if (process.returncode != 0) != expected:
        raise SystemExit(f"{command}\nended with {process.returncode}\n{errors[-3000:]}")


def wait_for_epochs(lab: Path, begun: float, epochs: int) -> None:
    """Until the run that began after `begun` has logged so many epochs."""
    while True:
        time.sleep(0.2)
        for file in (lab / "mlruns").glob("*/*/metrics/loss/train"):
            if file.stat().st_ctime > begun and file.read_bytes().count(b"\n") >= epochs:
                return


def client():
    """MLflow's client of the store; imported late, when the environment says where that is."""
    import mlflow

    return mlflow.MlflowClient()


def best_of(grid: str) -> dict[str, str]:
    """The parameters of the child with the lowest validation loss of any epoch."""
    experiment = client().get_experiment_by_name(SWEEP).experiment_id
    parent = client().search_runs([experiment], f"attributes.run_name = '{grid}'")[0].info.run_id
    children = client().search_runs([experiment], f"tags.`mlflow.parentRunId` = '{parent}'")
    return min(children, key=lambda run: lowest(run.info.run_id)).data.params


def lowest(run_id: str) -> float:
    return min(point.value for point in client().get_metric_history(run_id, "loss/val"))


def throw_away(lab: Path) -> None:
    """A run and an experiment that somebody deleted."""
    digits = client().get_experiment_by_name(DIGITS).experiment_id
    found = client().search_runs([digits], "attributes.run_name = 'wrong batch size'")
    scratch = client().get_experiment_by_name("scratch").experiment_id
    run_id = found[0].info.run_id
    run(lab, Run("2026-11-16 09:50", JONAS, f"mlflow runs delete --run-id {run_id}"))
    run(lab, Run("2026-11-09 12:00", MIRA, f"mlflow experiments delete -x {scratch}"))


def begin(lab: Path) -> None:
    if lab.exists() and any(lab.iterdir()) and not (lab / ".wine-lab").exists():
        raise SystemExit(f"{lab} is not empty and was not made by this script")
    shutil.rmtree(lab, ignore_errors=True)
    lab.mkdir(parents=True)
    (lab / ".wine-lab").touch()
    (lab / ".gitignore").write_text("mlruns/\n.cache/\n.wine-lab\n")
    subprocess.run(["git", "init", "-q", "-b", "main", str(lab)], check=True)
    subprocess.run(["git", "-C", str(lab), "remote", "add", "origin", REMOTE], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lab", type=Path, default=Path("/srv/wine-lab"))
    lab = parser.parse_args().lab.resolve()
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    log.setLevel(logging.INFO)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs start without it
    begin(lab)
    os.environ["MLFLOW_TRACKING_URI"] = (lab / "mlruns").as_uri()
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    for step in STORY:
        log.info("%s %-5s %s", step.when, step.who, getattr(step, "command", "git commit"))
        commit(lab, step) if isinstance(step, Commit) else run(lab, step)
    throw_away(lab)
    shutil.rmtree(HERE / "mlruns", ignore_errors=True)
    shutil.copytree(lab / "mlruns", HERE / "mlruns")


if __name__ == "__main__":
    main()
