"""Sources in which every field that somebody can write to carries payloads; written by hand, for
no client of MLflow's would let all of them pass.

Short fields take a payload each in turn, so that the runs, models and versions have all of them
between them; whatever may be there many times (params, tags, rows) is there once for each.
"""

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.every_artifact import NOON, parquet, pdf, png
from tests.hostile.payloads import ADDRESSES, EVERY, MARKDOWN

RUNS = 12
MODELS = 6
VERSIONS = 4


@dataclass
class Planter:
    """Deals out payloads and counts them."""

    planted: int = 0
    turns: dict[Sequence[str], Iterator[str]] = field(default_factory=dict)

    def one(self, among: Sequence[str] = EVERY) -> str:
        self.planted += 1
        turn = self.turns.setdefault(among, itertools.cycle(among))
        return next(turn)

    def some(self, count: int, among: Sequence[str] = EVERY) -> list[str]:
        return [self.one(among) for _ in range(count)]

    def every(self) -> Sequence[str]:
        self.planted += len(EVERY)
        return EVERY


def as_name(payload: str) -> str:
    """What of a payload a file can be called."""
    name = payload.replace("\0", "").replace("/", "∕").encode()[:200].decode("utf-8", "ignore")
    return name if name.strip(".") else f"{name}x"


def write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    path.write_bytes(data)


def write_yaml(path: Path, **fields: Any) -> None:
    write(path, yaml.safe_dump(fields, allow_unicode=True))


def write_sources(folder: Path) -> int:
    """A file store, a project, a saved model and pages below `folder`; gives how many payloads."""
    plant = Planter()
    store = folder / "lab" / "mlruns"
    for place in range(2):
        _experiment(plant, store, place)
    for place in range(RUNS):
        _run(plant, store, place)
    for place in range(MODELS):
        _model(plant, store, place)
    for place in range(VERSIONS):
        _registered(plant, store, place)
    _project(plant, folder / "lab" / "project")
    _model_folder(plant, folder / "lab" / as_name("saved <img src=x onerror=canary()>"), "none")
    _pages(plant, folder / "pages")
    return plant.planted


def experiment_id(place: int) -> str:
    return str(101 + place)


def run_id(place: int) -> str:
    return f"{place + 0xE001:032x}"


def model_id(place: int) -> str:
    return f"m-{place + 0xF001:032x}"


def _experiment(plant: Planter, store: Path, place: int) -> None:
    here = store / experiment_id(place)
    write_yaml(
        here / "meta.yaml",
        experiment_id=experiment_id(place),
        name=f"{place}{plant.one()}",
        artifact_location=plant.one(ADDRESSES),
        lifecycle_stage="active",
        creation_time=NOON,
        last_update_time=NOON,
    )
    write(here / "tags" / "mlflow.note.content", "\n\n".join(plant.every()))
    for payload in plant.every():
        write(here / "tags" / as_name(payload), payload)
    write(here / "tags" / "mlflow.experiment.primaryMetric.name", as_name(EVERY[0]))
    write_yaml(
        here / "datasets" / "d0" / "meta.yaml",
        name=plant.one(),
        digest=plant.one(),
        source_type=plant.one(),
        source=json.dumps({"url": plant.one(ADDRESSES), "path": plant.one()}),
        schema=json.dumps(
            {"mlflow_colspec": [{"type": "double", "name": one} for one in plant.every()]}
        ),
        profile=json.dumps({one: one for one in plant.some(20)}),
    )


SINGLE_TAGS = (
    *("mlflow.source.name", "mlflow.user", "mlflow.source.type", "mlflow.source.git.branch"),
    *("mlflow.project.entryPoint", "mlflow.project.env", "mlflow.project.backend"),
    *("mlflow.docker.image.uri", "mlflow.docker.image.id", "python_version"),
    *("mlflow.databricks.notebookPath", "mlflow.gitBranchName", "mlflow.autologging"),
)


def _run(plant: Planter, store: Path, place: int) -> None:
    here = store / experiment_id(place % 2) / run_id(place)
    write_yaml(
        here / "meta.yaml",
        run_id=run_id(place),
        experiment_id=experiment_id(place % 2),
        run_name=plant.one(),
        artifact_uri=f"{plant.one(ADDRESSES)}/{run_id(place)}/artifacts",
        status=(3, 3, 4, 1)[place % 4],
        start_time=NOON + place * 60_000,
        end_time=NOON + place * 60_000 + 50_000,
        user_id=plant.one(),
        lifecycle_stage="active",
        source_name=plant.one(),
        source_type=4,
        source_version=plant.one(),
        entry_point_name=plant.one(),
        tags=[],
    )
    _values(plant, here, place)
    _metrics(plant, here, place)
    write_yaml(
        here / "inputs" / "i0" / "meta.yaml",
        source_type="DATASET",
        source_id="d0",
        destination_type="RUN",
        destination_id=run_id(place),
        tags={"mlflow.data.context": plant.one(), plant.one(): plant.one()},
    )
    if place < MODELS:
        write_yaml(here / "outputs" / model_id(place) / "meta.yaml", source_id="x", step=0)
    if place == 0:
        _active_files(plant, here / "artifacts")
    if place == 1:
        _artifacts(plant, here / "artifacts")
    if place == 2:
        _named_files(plant, here / "artifacts")
    if place in (3, 4):
        _model_folder(plant, here / "artifacts" / as_name(plant.one()), run_id(place))


def _values(plant: Planter, here: Path, place: int) -> None:
    for number, payload in enumerate(plant.every() if place < 3 else plant.some(9)):
        write(here / "params" / f"p{number}", payload)
        if place < 2:
            write(here / "params" / as_name(payload), str(place))
            write(here / "tags" / as_name(payload), payload)
    tags = here / "tags"
    for tag in SINGLE_TAGS:
        write(tags / tag, plant.one())
    write(tags / "mlflow.source.git.repoURL", plant.one(ADDRESSES))
    write(tags / "mlflow.source.git.commit", plant.one() if place % 2 else "a1b2c3d" * 5)
    write(tags / "mlflow.note.content", "\n\n".join(plant.some(12, MARKDOWN)))
    if place > RUNS - 4:
        write(tags / "mlflow.parentRunId", run_id(RUNS - 4))
    # What cannot be read is a problem of this name.
    (tags / f"{as_name(plant.one())}link").symlink_to("nowhere")


def _metrics(plant: Planter, here: Path, place: int) -> None:
    own = EVERY[place * 7 : place * 7 + 7]
    for number, payload in enumerate((*EVERY[:3], "__proto__", "constructor", *own)):
        plant.planted += 1
        lines = [f"{NOON + step} {0.1 * step + place + number} {step}" for step in range(4)]
        write(here / "metrics" / as_name(payload), "\n".join(lines) + "\n")


ACTIVE = "<html><body><script>canary()</script><img src=x onerror=canary()></body></html>"
ACTIVE_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" onload="canary()" width="9" height="9">'
    "<script>canary()</script><foreignObject><body xmlns='http://www.w3.org/1999/xhtml' "
    "onload='canary()'/></foreignObject></svg>"
)
ACTIVE_XML = (
    '<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="data:text/xsl,x"?>'
    '<x><script xmlns="http://www.w3.org/1999/xhtml">canary()</script></x>'
)
MHT = "MIME-Version: 1.0\nContent-Type: text/html\n\n<script>canary()</script>"

ACTIVE_FILES: dict[str, bytes] = {
    **dict.fromkeys(
        (
            *("page.html", "page.htm", "page.xhtml", "page.shtml", "page.HTML", "page.hta"),
            *("noending", "page.html~", "page.html.", "page.unknown", "page.vtt", "page.wasm"),
            *("page.html.pkl", "page.html.npy", "page.html.gz", "page.php.txt", "page.ipynb"),
            *("page.md", "page.parquet", "page.pt", "page.log", "page.yaml", "page.toml"),
            *("page.jpg", "page.json", "page.csv", "page.zip", "page.mp4", "page.bin"),
        ),
        ACTIVE.encode(),
    ),
    **dict.fromkeys(("drawing.svg", "drawing.svgz", "drawing.svg.bin"), ACTIVE_SVG.encode()),
    **dict.fromkeys(("x.xml", "x.xsl", "x.rdf", "x.atom", "x.xht", "x.mml"), ACTIVE_XML.encode()),
    **dict.fromkeys(("x.js", "x.mjs", "x.css", "x.jsonp"), b"canary();"),
    **dict.fromkeys(("x.mht", "x.mhtml", "x.eml"), MHT.encode()),
    "x.swf": b"FWS\x05\0\0\0\0<script>canary()</script>",
    "utf16.html": ACTIVE.encode("utf-16"),
    "utf7.html": b"+ADw-script+AD4-canary()+ADw-/script+AD4-",
}
"""Files that a browser would run, by what their names could make a host say of them."""


def pdf_with_scripts() -> bytes:
    action = b"<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\);canary\\(\\))>>"
    return pdf(1).replace(b"<</Type/Catalog", action, 1)


def _active_files(plant: Planter, here: Path) -> None:
    for name, content in ACTIVE_FILES.items():
        plant.planted += 1
        write(here / name, content)
    write(here / "paper.pdf", pdf_with_scripts())


def _artifacts(plant: Planter, here: Path) -> None:
    every = plant.every()
    write(here / "all.txt", "\n".join(every))
    write(here / "all.log", "\n".join(every))
    write(here / "all.md", "\n\n".join(every))
    write(here / "all.py", "\n".join(f"x = {one!r}" for one in every))
    write(here / "all.html", "<h1>All</h1>" + "<hr>".join(every))
    write(here / "all.svg", f"<svg xmlns='http://www.w3.org/2000/svg'>{''.join(every)}</svg>")
    write(here / "all.yaml", yaml.safe_dump(list(every)))
    quoted = [one.replace('"', '""').replace("\0", "") for one in every]
    write(here / "all.csv", "\n".join(f'"{one}","{one}"' for one in quoted))
    write(here / "all.tsv", "\n".join(f'"{one}"\t"{one}"' for one in quoted))
    write(here / "all.json", json.dumps({one: one for one in every}))
    rows = [[one, {"type": "image", "filepath": one}] for one in every]
    write(here / "table.json", json.dumps({"columns": every[:12], "data": rows}))
    write(here / "confusion.json", json.dumps({"labels": every[:3], "matrix": [[1, 2, 3]] * 3}))
    importances = {one: place for place, one in enumerate(every[:20])}
    write(here / "feature_importance_gain.json", json.dumps(importances))
    write(here / "map.geojson", json.dumps(_geojson(every)))
    write(here / "book.ipynb", json.dumps(_notebook(every)))
    write(here / "some.parquet", parquet())


def _named_files(plant: Planter, here: Path) -> None:
    for payload in plant.every():
        write(here / "named" / f"{as_name(payload)}.txt", payload)
    for payload in plant.some(12):
        write(here / "images" / f"{as_name(payload)}+step+1+timestamp+5+x.png", png(9, 9))
        write(here / "plots" / f"{as_name(payload)}.png", png(9, 9))


def _geojson(every: Sequence[str]) -> object:
    point = {"type": "Point", "coordinates": [1, 2]}
    features = [
        {"type": "Feature", "geometry": point, "properties": {one: one}} for one in every[:50]
    ]
    return {"type": "FeatureCollection", "features": features}


def _notebook(every: Sequence[str]) -> object:
    def output(payload: str) -> object:
        data = {
            "text/html": payload,
            "text/plain": payload,
            "image/svg+xml": ACTIVE_SVG,
            "application/javascript": "canary()",
        }
        return {"output_type": "display_data", "data": data}

    def picture(payload: str) -> object:
        return {"output_type": "display_data", "data": {"image/png": payload, "text/plain": "x"}}

    marks = [{"cell_type": "markdown", "source": one} for one in MARKDOWN]
    codes = [
        {
            "cell_type": "code",
            "execution_count": one,
            "source": one,
            "outputs": [
                output(one),
                picture(one),
                {"output_type": "error", "ename": one, "evalue": one, "traceback": [one]},
            ],
        }
        for one in every[:25]
    ]
    return {
        "nbformat": 4,
        "metadata": {"language_info": {"name": every[0]}, "kernelspec": {"name": every[1]}},
        "cells": [*marks, *codes],
    }


def _model(plant: Planter, store: Path, place: int) -> None:
    here = store / experiment_id(place % 2) / "models" / model_id(place)
    write_yaml(
        here / "meta.yaml",
        model_id=model_id(place),
        experiment_id=experiment_id(place % 2),
        name=plant.one(),
        model_type=plant.one(),
        status=3,
        status_message=plant.one(),
        source_run_id=run_id(place) if place % 3 else plant.one(),
        artifact_location=plant.one(ADDRESSES),
        creation_timestamp=NOON,
        last_updated_timestamp=NOON,
    )
    for payload in plant.every()[: 60 if place < 1 else 8]:
        write(here / "params" / as_name(payload), payload)
        write(here / "tags" / as_name(payload), payload)
    line = f"{NOON} 0.5 1 {run_id(place)} {plant.one().strip()} {as_name(plant.one())}"
    write(here / "metrics" / as_name(plant.one()), f"{line}\n")
    _model_folder(plant, here / "artifacts", run_id(place))


def _model_folder(plant: Planter, here: Path, run: str) -> None:
    columns = [
        {"name": one, "type": "double", "required": place % 2 == 0}
        for place, one in enumerate(plant.some(40))
    ]
    params = [
        {"name": one, "type": "string", "default": one, "shape": None} for one in plant.some(20)
    ]
    recorded = {
        "artifact_path": plant.one(),
        "flavors": {
            "python_function": {
                "loader_module": plant.one(),
                "python_version": plant.one(),
                "env": {"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
                **{one: one for one in plant.some(10)},
            },
            plant.one(): {one: one for one in plant.some(10)},
            "sklearn": {"pickled_model": plant.one(), "sklearn_version": plant.one()},
        },
        "metadata": {one: {one: [one]} for one in plant.some(20)},
        "mlflow_version": plant.one(),
        "model_uuid": plant.one(),
        "run_id": run,
        "env_vars": plant.some(5),
        "databricks_runtime": plant.one(),
        "saved_input_example_info": {
            "artifact_path": "input_example.json",
            "serving_input_path": "serving.json",
            "type": plant.one(),
        },
        "signature": {
            "inputs": json.dumps(columns),
            "outputs": json.dumps([{"type": plant.one(), "name": plant.one()}]),
            "params": json.dumps(params),
        },
        "utc_time_created": plant.one(),
    }
    write(here / "MLmodel", yaml.safe_dump(recorded, allow_unicode=True))
    example = {"columns": plant.some(10), "data": [plant.some(10)]}
    write(here / "input_example.json", json.dumps(example))
    write(here / "serving.json", json.dumps({"dataframe_split": example}))
    lines = [one.replace("\n", " ") for one in plant.some(40)]
    write(here / "requirements.txt", "\n".join(lines))
    write(here / "conda.yaml", yaml.safe_dump({"channels": plant.some(5), "dependencies": lines}))
    write(here / "python_env.yaml", yaml.safe_dump({"python": plant.one(), "dependencies": lines}))


def _registered(plant: Planter, store: Path, place: int) -> None:
    payload = plant.one(EVERY[:: len(EVERY) // VERSIONS])
    here = store / "models" / f"{place}{as_name(payload)}"
    write_yaml(
        here / "meta.yaml",
        name=f"{place}{payload}",
        description="\n\n".join(plant.some(12, MARKDOWN)),
        creation_timestamp=NOON,
        last_updated_timestamp=NOON,
    )
    for one in plant.some(8):
        write(here / "tags" / as_name(one), one)
        write(here / "aliases" / as_name(one), str(1 + plant.planted % 3))
    for number in (1, 2, 3):
        version = here / f"version-{number}"
        owner = (place * 3 + number) % MODELS
        write_yaml(
            version / "meta.yaml",
            name=payload,
            version=number,
            description="\n\n".join(plant.some(6, MARKDOWN)),
            current_stage=plant.one(),
            status=plant.one(),
            status_message=plant.one(),
            run_id=run_id(owner) if number != 2 else plant.one(),
            run_link=plant.one(ADDRESSES),
            model_id=model_id(owner) if number != 2 else plant.one(),
            source=plant.one(ADDRESSES),
            storage_location=plant.one(ADDRESSES),
            user_id=plant.one(),
            creation_timestamp=NOON,
            last_updated_timestamp=NOON,
        )
        for one in plant.some(8):
            write(version / "tags" / as_name(one), one)


def _project(plant: Planter, here: Path) -> None:
    types = ("float", "path", "uri", "string", "int")
    points = {
        name: {
            "command": f"python {plant.one()} {{x}} {{{plant.one()}}}",
            "parameters": {
                **{one: {"type": plant.one(types), "default": one} for one in plant.some(12)},
                **{f"t{place}": {"type": one} for place, one in enumerate(plant.some(6))},
                "x": "float",
            },
        }
        for name in ("main", *plant.some(12))
    }
    recorded = {
        "name": plant.one(),
        "docker_env": {
            "image": plant.one(),
            "volumes": plant.some(4),
            "environment": [[one, one] for one in plant.some(4)],
        },
        plant.one(): plant.one(),
        "entry_points": points,
    }
    write(here / "MLproject", yaml.safe_dump(recorded, allow_unicode=True))
    config = f'[remote "origin"]\n\turl = {plant.one(ADDRESSES)}\n'
    write(here / ".git" / "config", config)


def _pages(plant: Planter, here: Path) -> None:
    text = "\n\n".join(plant.every())
    write(here / "index.md", f"# Front {plant.one()}\n\n{text}\n")
    front = yaml.safe_dump({"title": plant.one(), "description": plant.one()})
    runs = "\n\n".join(f"[{plant.one()}](run:{run_id(place)})" for place in range(4))
    blocks = "\n\n".join(f"```{one}\n{one}\n```" for one in plant.some(20))
    write(here / "guide.md", f"---\n{front}---\n{runs}\n\n{blocks}\n\n![x](picture.png)\n")
    write(here / "picture.png", png(9, 9))
