"""A real store in which people, machines and things to be dropped are planted, and a way to search
a whole site for them: packed files unpacked, words of the search index spelled out."""

import gzip
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.sites import contents

USER, HOST, EMAIL = "annabelle", "gpu-vq7.vq.local", "annabelle@vq.example.org"
HOME = f"/home/{USER}/proj"
HIDDEN = "zq"
"""All that is to be dropped has this in its name, and nothing else has."""

RECORDED = "/srv/mlflow/data"
DROPPED_EXPERIMENT = "668812700575605264"
CHILD, PARENT, MAKER = "C=0.1", "sweep over C", "logreg — naïve 回帰"


PROJECT = f"""name: wine
entry_points:
  main:
    parameters:
      lr: {{type: float, default: 0.1}}
      {HIDDEN}_key: {{type: string, default: {HIDDEN}default}}
    command: "python train.py --{HIDDEN}-key {{{HIDDEN}_key}} --lr {{lr}}"
  other:
    parameters: {{{HIDDEN}_path: path}}
    command: "sh -c 'python other.py {{{HIDDEN}_path}}'"
"""


def planted(store: Path, folder: Path) -> Path:
    """A copy of `v3.17-file` as Annabelle would have made it on her machine."""
    mlruns = Path(shutil.copytree(store / "mlruns", folder / "mlruns"))
    for path in sorted(mlruns.rglob("*")):
        if path.is_file() and (text := _text(path)) is not None:
            changed = re.sub(r"(?m)^user_id: .*$", f"user_id: {USER}", text)
            changed = changed.replace(RECORDED, HOME)
            changed = changed.replace(f"name: {PARENT}", f"name: {HIDDEN}-parent")
            changed = changed.replace(f"name: {MAKER}", f"name: {HIDDEN}-maker")
            if path.name == "mlflow.user":
                changed = USER
            if path.name == "mlflow.runName":
                changed = {PARENT: f"{HIDDEN}-parent", MAKER: f"{HIDDEN}-maker"}.get(text, text)
            if changed != text:
                path.write_text(changed, "utf-8")
    meta = mlruns / DROPPED_EXPERIMENT / "meta.yaml"
    meta.write_text(re.sub(r"(?m)^name: .*$", f"name: {HIDDEN}-experiment", meta.read_text()))
    _plant_in(run_called(mlruns, CHILD))
    (folder / "project").mkdir()
    (folder / "project" / "MLproject").write_text(PROJECT)
    return mlruns


def run_called(mlruns: Path, name: str) -> Path:
    """The folder of a run."""
    metas = sorted(mlruns.glob("*/*/meta.yaml"))
    return next(one.parent for one in metas if f"run_name: {name}\n" in one.read_text("utf-8"))


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return None


def _plant_in(run: Path) -> None:
    files = {
        f"params/{HIDDEN}_param": f"{HIDDEN}value",
        f"tags/{HIDDEN}.tag": f"{HIDDEN}tagged",
        f"metrics/{HIDDEN}_metric": "1795417649943 0.5 0\n",
        f"artifacts/{HIDDEN}folder/{HIDDEN}file.txt": f"{HIDDEN}content",
        f"artifacts/{HIDDEN}model/MLmodel": f"flavors:\n  {HIDDEN}flavor: {{}}\n",
        "tags/hostname": HOST,
        "tags/contact": f"Ask <{EMAIL}>, or {USER.title()}",
        "tags/mlflow.note.content": f"Made by **{USER.title()}** on {HOST}, in `{HOME}/wine`.",
        "params/data": f"{HOME}/wine.csv",
        "artifacts/log.txt": f"{HOST} read {HOME}/wine.csv for {EMAIL}\n",
        "artifacts/note.md": f"# By {USER}\n\nSee file://{HOME}/wine.csv\n",
        "artifacts/state.bin": f"\0\1{HOME}/train.py\0",
    }
    for place, text in files.items():
        path = run / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def found(site: Path, *wanted: str) -> set[tuple[str, str]]:
    """(address, text) of each of these texts that a file of the site holds, in any case."""
    return {
        (address, text)
        for address, content in contents(site).items()
        for text in wanted
        if text.lower() in f"{address}\n{readable(address, content)}".lower()
    }


def readable(address: str, content: bytes) -> str:
    """A file as a reader has it before the eyes in the end."""
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    text = content.decode("utf-8", "replace")
    if re.fullmatch(r"search/w\d+\..*\.js", address):
        return "\n".join(_spelled(text))
    return text if "\\" not in text else f"{text}\n{_unescaped(text)}"


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda one: chr(int(one[1], 16)), text)


def _spelled(script: str) -> Iterator[str]:
    """The words of a shard: each line says how many letters of the one before it begins with."""
    before = ""
    for literal in re.findall(r'"(?:[^"\\]|\\.)*"', script):
        for line in json.loads(literal).splitlines():
            word = line.partition("\t")[0]
            if word[:1].isalnum():
                before = before[: int(word[0], 36)] + word[1:]
                yield before


def of_runs(mlruns: Path) -> Mapping[str, str]:
    """The ids of the runs that are to be dropped, by what they are."""
    return {
        "parent": run_called(mlruns, f"{HIDDEN}-parent").name,
        "maker": run_called(mlruns, f"{HIDDEN}-maker").name,
    }
