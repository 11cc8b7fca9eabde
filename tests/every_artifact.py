"""A store with one run that has an artifact of every kind, each a real file of its kind."""

import base64
import io
import json
import math
import struct
import wave
import zlib
from collections.abc import Mapping
from pathlib import Path

RUN_ID = "0f" * 16
NOON = 1_795_521_600_000


def png(width: int = 120, height: int = 80, shade: int = 120) -> bytes:
    """A picture with a diagonal."""
    rows = b"".join(
        b"\0" + bytes(v for x in range(width) for v in (shade, (x + y) % 256, 2 * y % 256))
        for y in range(height)
    )
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def wav() -> bytes:
    """A tenth of a second of 440 Hz."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(
            b"".join(
                struct.pack("<h", int(9000 * math.sin(n * 2 * math.pi * 440 / 8000)))
                for n in range(800)
            )
        )
    return target.getvalue()


def pdf(pages: int = 4) -> bytes:
    """A PDF as small as it can be, with a line of text on each page."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>"
        % (pages, b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(pages))),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number in range(pages):
        text = b"BT /F 28 Tf 60 700 Td (Page %d of the report) Tj ET 60 500 200 100 re f" % (
            number + 1
        )
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>>>>>" % (5 + 2 * number)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(text), text))
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    size = len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, start)


def parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = io.BytesIO()
    columns = {"id": list(range(250)), "score": [n / 7 for n in range(250)]}
    table = pa.table(columns | {"tags": [["a", "b"]] * 250})
    pq.write_table(table, target)
    return target.getvalue()


def npy() -> bytes:
    import numpy as np

    target = io.BytesIO()
    np.save(target, np.zeros((12, 3)))
    return target.getvalue()


def notebook() -> bytes:
    def code(number: int, source: str, *outputs: object) -> object:
        return {
            "cell_type": "code",
            "execution_count": number,
            "source": source,
            "outputs": outputs,
        }

    def data(**parts: str) -> object:
        named = {name.replace("_", "/"): value for name, value in parts.items()}
        return {"output_type": "display_data", "data": named}

    picture = base64.b64encode(png(60, 40)).decode()
    cells = [
        {"cell_type": "markdown", "source": ["# Notes\n", "On *wine*. <script>x()</script>"]},
        code(1, "print('hello')", {"output_type": "stream", "name": "stdout", "text": ["hello\n"]}),
        code(2, "plot()", data(image_png=picture, text_plain="<Figure>")),
        code(3, "frame", data(text_html="<table><tr><td>7</td></tr></table>")),
        code(
            4,
            "1/0",
            {
                "output_type": "error",
                "ename": "ZeroDivisionError",
                "evalue": "division by zero",
                "traceback": ["\x1b[0;31mZeroDivisionError\x1b[0m: division by zero"],
            },
        ),
    ]
    return json.dumps(
        {"cells": cells, "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4}
    ).encode()


GEOJSON = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[4, 50], [6, 50], [6.5, 52], [4.5, 53], [4, 50]]],
                },
            },
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [5.2, 51.4]}},
            {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": [[4.2, 50.4], [6, 52.4]]},
            },
        ],
    }
).encode()

PROBE = """<!doctype html><html><head>
<meta http-equiv="refresh" content="1;url=http://127.0.0.1:9/refreshed">
<link rel="stylesheet" href="http://127.0.0.1:9/style.css">
<script src="http://127.0.0.1:9/lib.js"></script></head>
<body><h1 id="title">Still</h1><img src="http://127.0.0.1:9/i.png" onerror="window.hit=1">
<script>
document.getElementById("title").textContent = "Drawn";
let reached = "no";
try { reached = String(parent.document.title); } catch (error) { reached = "no"; }
let stored = "no";
try { localStorage.setItem("x", "y"); stored = "yes"; } catch (error) { stored = "no"; }
document.title = window.origin + " parent:" + reached + " storage:" + stored;
fetch("http://127.0.0.1:9/fetch").catch(() => {});
new Image().src = "http://127.0.0.1:9/image";
const said = Object.assign(document.createElement("p"), {id: "said"});
said.textContent = document.title;
document.body.append(said);
</script></body></html>"""
"""A document that does all it can: it draws, looks around, and calls elsewhere."""

LEAVING = """<!doctype html><p id="title">Still</p>
<script>document.getElementById("title").textContent = "Drawn";
setTimeout(() => { location.href = "http://127.0.0.1:9/left"; }, 50);</script>"""
"""A document that goes elsewhere as soon as it may."""


def files(elsewhere: str = "127.0.0.1:9") -> Mapping[str, bytes]:
    """Path → content, of every kind; `elsewhere` is the host that documents call."""
    log = "".join(f"epoch {n} loss {1 / (n + 1):.4f}\n" for n in range(1200))
    table = {
        "columns": ["question", "score", "picture"],
        "data": [
            ["why?", 0.912345, {"type": "image", "filepath": "images/one.png"}],
            ["how?", 0.5, None],
            ["who?", 12, None],
        ],
    }
    stepped = {
        f"images/first layer+step+{step}+timestamp+{NOON + step}+4f1c.png": png(shade=step * 20)
        for step in (0, 5, 10)
    }
    return {
        **stepped,
        "images/one.png": png(40, 40),
        "training_confusion_matrix.png": png(100, 100),
        "roc_curve_plot.png": png(100, 90),
        "tables/answers.json": json.dumps(table).encode(),
        "tables/scores.csv": b"class,f1,n\nred,0.91273,12\nwhite,0.8,7\nrose,,120\n",
        "tables/many.csv": b"name,place\n" + b"".join(b"row %d,%d\n" % (n, n) for n in range(100)),
        "tables/rows.parquet": parquet(),
        "logs/train.log": log.encode(),
        "config.json": b'{"model": {"layers": [64, 32], "name": "mlp"}, "seed": 7}',
        "feature_importance_gain.json": b'{"alcohol": 12.5, "ash": 3.25, "hue": 7}',
        "confusion.json": b'{"labels": ["red", "white"], "matrix": [[12, 3], [1, 20]]}',
        "settings.yaml": b"lr: 0.1\nseed: 7\n",
        "report.md": b"# Report\n\nIt *works*.\n",
        "analysis.ipynb": notebook(),
        "paper.pdf": pdf(),
        "broken.pdf": b"%PDF-1.7\nnothing\n",
        "sound.wav": wav(),
        "clip.webm": b"\x1a\x45\xdf\xa3",
        "area.geojson": GEOJSON,
        "array.npy": npy(),
        "plot.html": PROBE.replace("127.0.0.1:9", elsewhere).encode(),
        "leaving.html": LEAVING.replace("127.0.0.1:9", elsewhere).encode(),
        "still.html": b"<h1>No script here</h1>",
        "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30">'
        b'<script>alert(1)</script><rect width="60" height="20" fill="teal"/></svg>',
        "weights.xyz": b"\0\1\2",
        "large.bin": b"\0" * 6_000_000,
    }


def write_store(folder: Path, elsewhere: str = "127.0.0.1:9") -> Path:
    """`mlruns` with the run, as MLflow 3 writes it."""
    run = folder / "mlruns" / "7" / RUN_ID
    for name in ("artifacts", "metrics", "params", "tags"):
        (run / name).mkdir(parents=True)
    uri = (run / "artifacts").as_uri()
    (run.parent / "meta.yaml").write_text(
        f"artifact_location: {run.parent.as_uri()}\nexperiment_id: '7'\n"
        "lifecycle_stage: active\nname: every-artifact\n",
        "utf-8",
    )
    (run / "meta.yaml").write_text(
        f"artifact_uri: {uri}\nend_time: {NOON + 60000}\nentry_point_name: ''\n"
        f"experiment_id: '7'\nlifecycle_stage: active\nrun_id: {RUN_ID}\nrun_uuid: {RUN_ID}\n"
        f"run_name: every-artifact\nsource_name: ''\nsource_type: 4\nsource_version: ''\n"
        f"start_time: {NOON}\nstatus: 3\ntags: []\nuser_id: ada\n",
        "utf-8",
    )
    for path, content in files(elsewhere).items():
        target = run / "artifacts" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder / "mlruns"
