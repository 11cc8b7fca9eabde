"""A real store with a secret of its own in every place where somebody could have left one."""

import io
import json
import pickle
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

from tests.guard.planted import ALNUM, drawn, password


class Secrets:
    """Hands out secrets, and knows where each of them went."""

    def __init__(self) -> None:
        self._rng = Random(41)
        self.places: dict[str, str] = {}
        """The place of each, by the secret."""

    def token(self, place: str) -> str:
        return self._kept(place, "hf" + "_" + drawn(self._rng, ALNUM, 34))

    def password(self, place: str) -> str:
        return self._kept(place, password(self._rng) + drawn(self._rng, ALNUM, 6))

    def _kept(self, place: str, secret: str) -> str:
        self.places[secret] = place
        return secret


def planted(store: Path, folder: Path) -> tuple[Path, Secrets]:
    """A copy of `mlproject-flow` as it must not be published."""
    lab = Path(shutil.copytree(store, folder / "store"))
    secrets = Secrets()
    run = max(
        (one.parent for one in lab.glob("mlruns/0/*/meta.yaml")),
        key=lambda one: len(list(one.rglob("*"))),
    )
    for place, text in (
        *_of_run(secrets),
        *((f"artifacts/{name}", text) for name, text in _artifacts(secrets)),
    ):
        _write(run / place, text)
    _write(run / "artifacts/state.pkl", pickle.dumps({"hub": secrets.token("a pickle")}))
    _write(run / "artifacts/wide.txt", f"x {secrets.token('UTF-16')}".encode("utf-16"))
    table = io.BytesIO()
    pq.write_table(pa.table({"hub": [secrets.token("Parquet")] * 3}), table, compression="gzip")
    _write(run / "artifacts/table.parquet", table.getvalue())
    _append(run / "meta.yaml", "run_name", f"try {secrets.token('the name of a run')}")
    _plant_around(lab, run, secrets)
    return lab, secrets


def _write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def _append(path: Path, key: str, value: str) -> None:
    text = re.sub(rf"(?m)^{key}:.*\n", "", path.read_text("utf-8"))
    path.write_text(f"{text.rstrip()}\n{key}: {json.dumps(value)}\n", "utf-8")


def _of_run(secrets: Secrets) -> Iterator[tuple[str, str]]:
    yield "params/hub", secrets.token("a param")
    yield "params/db_password", secrets.password("a param by its name")
    yield f"params/{secrets.token('the name of a param')}", "1"
    yield "params/args", json.dumps({"api_key": secrets.password("a param in JSON")})
    yield f"metrics/{secrets.token('the name of a metric')}", "1795417649943 0.5 0\n"
    yield "tags/team.note", f"use {secrets.token('a tag')}"
    yield f"tags/by {secrets.token('the name of a tag')}", "yes"
    yield "tags/mlflow.note.content", f"## Setup\n\nUse `{secrets.token('a note')}` **now**.\n"
    forge = f"https://oauth2:{secrets.password('a git URL')}@gitlab.example.org/lab/wine.git"
    yield "tags/mlflow.source.git.repoURL", forge
    yield "tags/mlflow.source.git.branch", f"fix-{secrets.token('a branch')}"
    yield "tags/mlflow.user", secrets.token("a user")
    history = [{"artifact_path": "m", "flavors": {"x": {"key": secrets.token("a history")}}}]
    yield "tags/mlflow.log-model.history", json.dumps(history)
    yield "tags/mlflow.docker.image.uri", f"lab.org/x:{secrets.token('an image')}"


def _artifacts(secrets: Secrets) -> Iterator[tuple[str, str]]:
    cell = {"cell_type": "code", "source": [f"login('{secrets.token('a notebook')}')\n"]}
    yield "run.ipynb", json.dumps({"cells": [cell], "nbformat": 4, "metadata": {}})
    yield "conf.json", json.dumps({"service": secrets.token("JSON")})
    yield "conf.yaml", f"service: {secrets.token('YAML')}\n"
    yield "data.csv", f"name,value\nservice,{secrets.token('CSV')}\n"
    yield "page.html", f"<p>{secrets.token('HTML')}</p>"
    yield "plot.svg", f"<svg xmlns='http://www.w3.org/2000/svg'><!--{secrets.token('SVG')}--></svg>"
    yield "notes.md", f"# Notes\n\n{secrets.token('Markdown')}\n"
    yield ".env", f"DB_PASSWORD={secrets.password('an environment file')}\n"
    yield "train.log", f"INFO {secrets.token('a log')}\n"
    index = f"https://ada:{secrets.password('requirements')}@pypi.example.org/simple"
    yield "requirements.txt", f"--index-url {index}\nnumpy==2.1\n"
    yield f"{secrets.token('the name of a folder')}/a.txt", "x"
    yield f"b/{secrets.token('the name of a file')}.txt", "x"
    yield "table.json", json.dumps({"columns": ["a"], "data": [[secrets.token("a table")]]})


def _plant_around(lab: Path, run: Path, secrets: Secrets) -> None:
    """In the experiment, the datasets, the registry, the models and the projects."""
    experiment = run.parent
    _append(experiment / "meta.yaml", "name", f"wine {secrets.token('the name of an experiment')}")
    note = f"On {secrets.token('the note of an experiment')}"
    _write(experiment / "tags/mlflow.note.content", note)
    dataset = {
        "digest": "d1gest00",
        "name": f"wine-{secrets.token('the name of a dataset')}",
        "source_type": "http",
        "source": json.dumps({"url": f"ftp://ada:{secrets.password('a dataset')}@x.org/a.csv"}),
        "schema": "{}",
        "profile": "{}",
    }
    _write(experiment / "datasets/abc123/meta.yaml", json.dumps(dataset))
    source = {"source_type": "DATASET", "source_id": "abc123", "destination_type": "RUN"}
    link = {**source, "destination_id": run.name, "tags": {}}
    _write(run / "inputs/def456/meta.yaml", json.dumps(link))
    wine = {"name": "wine", "description": f"By {secrets.token('a registered model')}"}
    times = {"creation_timestamp": 1795417649943, "last_updated_timestamp": 1795417649943}
    _write(lab / "mlruns/models/wine/meta.yaml", json.dumps({**wine, **times}))
    _write(lab / "mlruns/models/wine/tags/team", secrets.token("the tag of a registered model"))
    for model in sorted(lab.glob("mlruns/0/models/m-*"))[:1]:
        _write(model / "params/hub", secrets.token("the param of a model"))
        _write(model / "artifacts/serving.env", f"A={secrets.token('the file of a model')}")
        for mlmodel in model.glob("artifacts/MLmodel"):
            told = f"\nmetadata:\n  hub: {secrets.token('the metadata of a model')}\n"
            mlmodel.write_text(mlmodel.read_text("utf-8") + told, "utf-8")
    project = lab / "lab/plots/MLproject"
    command = f"python plot.py --hub {secrets.token('a command')}"
    project.write_text(
        f"name: plots\nentry_points:\n  main:\n    command: {json.dumps(command)}\n", "utf-8"
    )
    index = f"https://ada:{secrets.password('an environment')}@pypi.example.org/simple"
    _write(
        lab / "lab/flow/python_env.yaml",
        f"python: '3.11'\ndependencies:\n- --index-url {index}\n- numpy==2.1\n",
    )
    _write(lab / "lab/plots/README.md", f"# Plots\n\n{secrets.token('a README')}\n")


def planted_pages(folder: Path, secrets: Secrets) -> Path:
    """Pages of the user's own."""
    pages = folder / "pages"
    text = f"# Lab\n\nWith {secrets.token('a page')}. See [the settings](lab.toml).\n"
    _write(pages / "index.md", text)
    _write(pages / "guide.md", f"# Guide to {secrets.token('the title of a page')}\n")
    _write(pages / "lab.toml", f'hub = "{secrets.token("a file beside pages")}"\n')
    return pages
