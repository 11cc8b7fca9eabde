"""Small files that unfold, and large ones: what each does is written beside it."""

import io
import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.every_artifact import NOON, pdf
from tests.hostile.plain_store import write_run

NINE = 9


def aliases(merged: bool) -> str:
    """Billion laughs: nine levels, each nine times the one before, by YAML's references."""
    first = "a0: &a0 {k: 1}\n" if merged else "a0: &a0 [x, x, x]\n"
    lines = [first]
    for level in range(1, NINE):
        parts = ", ".join([f"*a{level - 1}"] * NINE)
        inside = f"{{<<: [{parts}]}}" if merged else f"[{parts}]"
        lines.append(f"a{level}: &a{level} {inside}\n")
    return "".join(lines)


def artifact(name: str, content: str) -> Callable[[Path], None]:
    def write(run: Path) -> None:
        (run / "artifacts" / name).parent.mkdir(parents=True, exist_ok=True)
        (run / "artifacts" / name).write_text(content)

    return write


def long_metric(run: Path) -> None:
    """Three million points, 84 MB."""
    with (run / "metrics" / "long").open("w") as file:
        for start in range(0, 3_000_000, 100_000):
            file.writelines(
                f"{NOON + step} {0.1 + step % 7} {step}\n" for step in range(start, start + 100_000)
            )


def huge_metric(run: Path) -> None:
    """A gigabyte of nothing, which takes no room on the disk."""
    with (run / "metrics" / "huge").open("wb") as file:
        file.truncate(1 << 30)


def huge_param(run: Path) -> None:
    with (run / "params" / "huge").open("wb") as file:
        file.truncate(1 << 30)


def long_tag(run: Path) -> None:
    (run / "tags" / "log").write_text("line\n" * 1_000_000)


def many_params(run: Path) -> None:
    for number in range(12_000):
        (run / "params" / f"p{number:05}").touch()


def many_tags(run: Path) -> None:
    for number in range(20_000):
        (run / "tags" / f"t{number:05}").write_text("1")


def large_notebook(run: Path) -> None:
    """A hundred megabytes of output."""
    output = {"output_type": "stream", "name": "stdout", "text": "line\n" * 20_000}
    cell = json.dumps({"cell_type": "code", "source": "x", "outputs": [output]})
    with (run / "artifacts" / "large.ipynb").open("w") as file:
        file.write('{"nbformat": 4, "cells": [' + cell)
        file.writelines(f", {cell}" for _ in range(830))
        file.write("]}")


def many_artifacts(run: Path) -> None:
    for number in range(11_000):
        (run / "artifacts" / f"f{number:05}").touch()


def deep_artifacts(run: Path) -> None:
    _deepen(run / "artifacts")


def deep_params(run: Path) -> None:
    _deepen(run / "params")


def _deepen(folder: Path) -> None:
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1000):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def unfolding_pdf(run: Path) -> None:
    """A page whose content is 70 MB of strokes in 300 kB."""
    packed = zlib.compress(b"0 0 m 9 9 l S\n" * 5_000_000, 1)
    content = pdf(1)
    start = content.index(b"<</Length")
    end = content.index(b"endstream") + len(b"endstream")
    stream = b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)
    (run / "artifacts" / "bomb.pdf").write_bytes(content[:start] + stream + content[end:])


def unfolding_parquet(run: Path) -> None:
    """A hundred rows of the same long text, which the file holds once."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = io.BytesIO()
    pq.write_table(pa.table({"text": ["x" * 2_000_000] * 100}), target, compression="zstd")
    (run / "artifacts" / "bomb.parquet").write_bytes(target.getvalue())


def own_parent(run: Path) -> None:
    (run / "tags" / "mlflow.parentRunId").write_text(run.name)


def huge_times(run: Path) -> None:
    meta = run / "meta.yaml"
    meta.write_text(meta.read_text().replace(str(NOON), "9" * 30, 1))


def meta_line(line: str) -> Callable[[Path], None]:
    def write(run: Path) -> None:
        with (run / "meta.yaml").open("a") as file:
            file.write(line)

    return write


def hex_param(run: Path) -> None:
    text = f"flavors: {{x: {{big: 0x{'f' * 200_000}}}}}\nmetadata: {{n: 0x{'f' * 5_000}}}\n"
    artifact("model/MLmodel", text)(run)


DIGITS = "9" * 4000
HALF = 2_000_000

OPEN_TAGS = {
    "cell_type": "code",
    "source": "x",
    "outputs": [{"output_type": "display_data", "data": {"text/html": "<" * 1_900_000}}],
}

BOMBS: dict[str, Callable[[Path], object]] = {
    "yaml aliases": artifact("model/MLmodel", aliases(merged=False)),
    "yaml merges": artifact("model/MLmodel", aliases(merged=True)),
    "yaml of a million values": artifact("model/MLmodel", "x: [" + "a," * 1_000_000 + "]"),
    "deep yaml": artifact("model/MLmodel", "[" * 4000),
    "deep json": artifact("deep.json", "[" * 100_000 + "]" * 100_000),
    "deep notebook": artifact("deep.ipynb", "[" * 100_000),
    "numbers of hexadecimal digits": hex_param,
    "json numbers": artifact("n.json", f'{{"columns": ["a"], "data": [[{DIGITS}]]}}'),
    "importances of huge numbers": artifact("feature_importance_gain.json", f'{{"a": {DIGITS}}}'),
    "confusion of huge numbers": artifact("confusion.json", f"[[{DIGITS}, 1], [1, 1]]"),
    "map of huge numbers": artifact(
        "m.geojson",
        f'{{"type": "Feature", "geometry": {{"type": "Point", "coordinates": [{DIGITS}, 1]}}}}',
    ),
    "notebook count of huge numbers": artifact(
        "n.ipynb",
        f'{{"cells": [{{"cell_type": "code", "source": "x", "execution_count": {DIGITS}}}]}}',
    ),
    "huge times": huge_times,
    "a meta.yaml with a line of a million letters": meta_line("a" * 1_000_000),
    "a meta.yaml with an address of a million slashes": meta_line(
        f"user_id: a:{'/' * 1_000_000}\t\n"
    ),
    "a param that is nearly a number": lambda run: (run / "params" / "n").write_text(
        "9" * 500_000 + "x", "utf-8"
    ),
    "a password like a path": lambda run: (run / "params" / "password").write_text(
        f"/{'a' * 60}(", "utf-8"
    ),
    "a metric of three million points": long_metric,
    "a metric file of a gigabyte": huge_metric,
    "a param of a gigabyte": huge_param,
    "a tag of a million lines": long_tag,
    "12,000 params": many_params,
    "11,000 artifacts": many_artifacts,
    "20,000 tags": many_tags,
    "a notebook of 100 MB": large_notebook,
    "folders in folders among artifacts": deep_artifacts,
    "folders in folders among params": deep_params,
    "csv of a million columns": artifact("wide.csv", "a," * 1_000_000 + "\n" + "1," * 1_000_000),
    "html of scripts without end": artifact("s.html", "<script " * (HALF // 8)),
    "notebook output of open tags": artifact("t.ipynb", json.dumps({"cells": [OPEN_TAGS]})),
    "notes of open tags": artifact("n.md", "<a " * 60_000),
    "a log of one line": artifact("l.log", "x" * 4_000_000),
    "svg of references": artifact("x.svg", f'<!DOCTYPE x [<!ENTITY a "a">]><svg>{"&a;" * 30_000}'),
    "requirements of brackets": artifact("requirements.txt", ("a[" * 20_000 + "\n") * 20),
    "a pdf that unfolds": unfolding_pdf,
    "a parquet file that unfolds": unfolding_parquet,
    "a run that is its own parent": own_parent,
}


def write_bombs(store: Path, names: list[str]) -> dict[str, str]:
    """A store with a run for each; gives their ids by name, among them `none`, a harmless one."""
    ids = {}
    for number, name in enumerate(("none", *names)):
        ids[name] = f"{number + 0xB000:032x}"
        run = write_run(store, ids[name])
        BOMBS.get(name, lambda run: None)(run)
    return ids
