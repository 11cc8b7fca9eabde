"""A Python with a real MLflow in it, for the tests marked `mlflow`; the package never needs one."""

import hashlib
import importlib.util
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.once import one_at_a_time

NEEDED = (
    "mlflow>=3.1,<4",
    "scikit-learn",
    "xgboost-cpu",  # as xgboost, without 300 MB for graphics cards
    "lightgbm",
    "onnx",
    "onnxruntime",
    "skl2onnx",
    "statsmodels",
    "psutil",  # the example logs what its machine did
)
GIVEN = "REPORTGEN_TEST_MLFLOW"


@pytest.fixture(scope="session")
def mlflow_python(request: pytest.FixtureRequest) -> Path:
    """The interpreter that the variable REPORTGEN_TEST_MLFLOW names, else one of our own.

    Ours is a virtual environment in pytest's cache, filled from the package index once: by uv in
    8 seconds where pip takes 66, and by pip where uv finds no index. It takes 800 MB.
    """
    if given := os.environ.get(GIVEN):
        return Path(given)
    return _made(Path(request.config.cache.mkdir("mlflow")))


def mlflow_variables() -> dict[str, str]:
    """The environment for MLflow: with file stores, without telemetry or anyone's settings.

    It may keep its bytecode, even where the tests themselves may not: it starts in a third of the
    time then.
    """
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("MLFLOW_") and key != "PYTHONDONTWRITEBYTECODE"
    }
    return {
        **kept,
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "GIT_PYTHON_REFRESH": "quiet",
        "PYTHONPATH": "",
    }


def _made(folder: Path) -> Path:
    wanted = hashlib.sha256(repr((NEEDED, sys.version)).encode()).hexdigest()[:12]
    home = folder / wanted
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ready = home / "ready"
    with one_at_a_time(folder / f"{wanted}.lock"):
        if not ready.exists():
            venv.create(home, with_pip=not importlib.util.find_spec("uv"), clear=True)
            _install(python)
            ready.touch()
    return python


def _install(python: Path) -> None:
    """Tries uv, which reads other settings than pip, then pip; skips the test if both fail."""
    if importlib.util.find_spec("uv"):
        uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(python)]
        if subprocess.run([*uv, *NEEDED], capture_output=True, check=False).returncode == 0:
            return
        subprocess.run([str(python), "-m", "ensurepip"], capture_output=True, check=False)
    quietly = ("--quiet", "--disable-pip-version-check", "--no-compile")
    pip = [str(python), "-m", "pip", "install", *quietly, *NEEDED]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["pip failed"])[-1]
        pytest.skip(f"MLflow cannot be installed here ({last}); {GIVEN} may name a Python with it.")
