"""Every kind of file that is read, as it is when nothing is wrong with it."""

import base64
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy

META = """\
artifact_uri: ''
end_time: 1795521660000
entry_point_name: ''
experiment_id: '7'
lifecycle_stage: active
run_id: {id}
run_name: größe {name}
source_name: ''
source_type: 4
source_version: ''
start_time: 1795521600000
status: 3
tags: []
user_id: ada
"""

MLMODEL = """\
artifact_path: model
flavors:
  python_function:
    env: {{conda: conda.yaml, virtualenv: python_env.yaml}}
    loader_module: mlflow.sklearn
    python_version: 3.11.4
  sklearn: {{pickled_model: model.pkl, sklearn_version: 1.5.0, code: 'größe'}}
mlflow_version: 2.22.0
model_uuid: 0123456789abcdef0123456789abcdef
run_id: {id}
saved_input_example_info:
  artifact_path: input_example.json
  pandas_orient: split
  type: dataframe
signature:
  inputs: '[{{"type": "double", "name": "größe", "required": true}}]'
  outputs: '[{{"type": "long", "required": true}}]'
utc_time_created: '2026-11-24 12:00:00.000000'
"""

CONDA = """\
channels: [conda-forge]
dependencies:
- python=3.11.4
- pip
- pip: [mlflow==2.22.0, scikit-learn==1.5.0]  # größe
name: mlflow-env
"""
PYTHON_ENV = (
    "python: 3.11.4\nbuild_dependencies: [pip==24.0]  # größe\ndependencies: [numpy==2.0]\n"
)
REQUIREMENTS = "# größe\nmlflow==2.22.0\nscikit-learn==1.5.0\n"
UV_LOCK = 'version = 1\n\n[[package]]\nname = "numpy"  # größe\nversion = "2.0.0"\n'
CONDA_LOCK = "version: 1\npackage:\n- {name: numpy, version: 2.0.0, manager: conda}  # größe\n"
EXAMPLE = '{"columns": ["größe"], "data": [[1.5], [2.5]]}'

DATASET = """\
digest: 0a1b2c3d
name: größe
profile: '{"num_rows": 3}'
schema: '{"mlflow_colspec": [{"type": "double", "name": "x", "required": true}]}'
source: '{"uri": "https://example.org/größe.csv"}'
source_type: http
"""
INPUT = """\
destination_id: {id}
destination_type: RUN
source_id: {dataset}
source_type: DATASET
tags: {{mlflow.data.context: größe}}
"""
OUTPUT = """\
destination_id: m-0123456789abcdef0123456789abcdef
destination_type: MODEL_OUTPUT
source_id: {id}
source_type: RUN_OUTPUT
step: 1
tags: {{note: größe}}
"""
METRIC = "1795521600000 1.5 0\n1795521601000 2.5 1\n1795521602000 3.5 2\n"

GEOJSON = """\
{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "größe"},
 "geometry": {"type": "Point", "coordinates": [10.0, 50.0]}}]}
"""
NOTEBOOK = """\
{"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["größe"]}],
 "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>größe</text></svg>'
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj"
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    b"endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def array() -> bytes:
    stream = io.BytesIO()
    numpy.save(stream, numpy.arange(6.0).reshape(2, 3))
    return stream.getvalue()


def parquet() -> bytes:
    import pyarrow
    import pyarrow.parquet

    stream = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"größe": [1.5, 2.5]}), stream)
    return stream.getvalue()


MODEL_FILES: Mapping[str, str] = {
    "artifacts/model/MLmodel": MLMODEL,
    "artifacts/model/conda.yaml": CONDA,
    "artifacts/model/python_env.yaml": PYTHON_ENV,
    "artifacts/model/requirements.txt": REQUIREMENTS,
    "artifacts/model/input_example.json": EXAMPLE,
}
INPUTS: Mapping[str, str] = {
    "inputs/0123456789abcdef0123456789abcdef/meta.yaml": INPUT,
    "../datasets/{dataset}/meta.yaml": DATASET,
}


@dataclass(frozen=True)
class FileKind:
    """A kind of file: the run that has one, and which of its fields tell of it."""

    path: str
    """From the run's folder."""

    files: Mapping[str, str | bytes] = field(default_factory=dict)
    """What else is in the run, by path; names in braces are filled in."""

    field: str = ""
    """The field of a run that it is told in; all else is read as ever."""


KINDS: Mapping[str, FileKind] = {
    "meta.yaml of a run": FileKind("meta.yaml"),
    "param": FileKind("params/größe", {"params/größe": "größe 0.1"}, "params"),
    "metric": FileKind("metrics/größe", {"metrics/größe": METRIC}, "metrics"),
    "tag": FileKind("tags/größe", {"tags/größe": "größe 0.1"}, "tags"),
    "meta.yaml of an input": FileKind(next(iter(INPUTS)), INPUTS, "datasets"),
    "meta.yaml of a dataset": FileKind("../datasets/{dataset}/meta.yaml", INPUTS, "datasets"),
    "meta.yaml of an output": FileKind(
        "outputs/m-0123456789abcdef0123456789abcdef/meta.yaml",
        {"outputs/m-0123456789abcdef0123456789abcdef/meta.yaml": OUTPUT},
        "output_models",
    ),
    **{
        path.rpartition("/")[2]: FileKind(path, MODEL_FILES, "models artifacts")
        for path in MODEL_FILES
    },
    **{
        name: FileKind(f"artifacts/{name}", {f"artifacts/{name}": content}, "artifacts")
        for name, content in {
            "uv.lock": UV_LOCK,
            "conda-lock.yml": CONDA_LOCK,
            "table.csv": "größe,y\n1,2\n3,4\n",
            "values.json": '{"größe": [1, 2]}\n',
            "notes.md": "# größe\n\nSome *text*.\n",
            "notes.txt": "größe\n",
            "script.py": "größe = 1\n",
            "train.log": "größe\n",
            "page.html": "<!doctype html><p>größe</p>\n",
            "drawing.svg": SVG,
            "map.geojson": GEOJSON,
            "work.ipynb": NOTEBOOK,
            "picture.png": PNG,
            "paper.pdf": PDF,
            "array.npy": array(),
            "table.parquet": parquet(),
        }.items()
    },
}

BINARY = frozenset({"picture.png", "paper.pdf", "array.npy", "table.parquet"})
YAML = frozenset(
    {"MLmodel", "conda.yaml", "python_env.yaml", "conda-lock.yml"}
    | {name for name in KINDS if name.startswith("meta.yaml")}
)

# What befalls a file

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 123\n" % (b"0" * 64)


def conflict(content: bytes) -> bytes:
    """As git leaves a file whose first line two branches changed."""
    first, _, rest = content.partition(b"\n")
    return b"<<<<<<< HEAD\n%b\n=======\n%b2\n>>>>>>> other\n%b" % (first, first, rest)


def twice(content: bytes) -> bytes:
    """With its last key again."""
    lines = [line for line in content.splitlines() if line[:1].isalpha() and b":" in line]
    return content + lines[-1].partition(b":")[0] + b": again\n"


def in_the_middle_of_a_character(content: bytes) -> bytes:
    return content[: content.index("ö".encode()) + 1]


CONTENTS: Mapping[str, Callable[[bytes], bytes]] = {
    "emptied": lambda content: b"",
    "cut after a byte": lambda content: content[:1],
    "cut in a third": lambda content: content[: len(content) // 3],
    "cut in the middle of a character": in_the_middle_of_a_character,
    "cut before its end": lambda content: content[:-2],
    "in UTF-16": lambda content: content.decode().encode("utf-16"),
    "with a byte-order mark": lambda content: b"\xef\xbb\xbf" + content,
    "with the line ends of Windows": lambda content: content.replace(b"\n", b"\r\n"),
    "in Latin-1": lambda content: content.decode().encode("latin-1"),
    "with a key twice": twice,
    "a list": lambda content: b"- 1\n- 2\n",
    "null": lambda content: b"null\n",
    "a number": lambda content: b"42\n",
    "a date": lambda content: b"2026-11-24\n",
    "a Git LFS pointer": lambda content: POINTER,
    "with marks of a git merge": conflict,
}
"""By what it is then."""

EVENTS = ("a folder", "a folder with files", "unreadable", "gone when it is read", "growing")
"""What is done to it otherwise."""
