"""Paths of a machine: home folders are `~`, of others the end is left, or all is hidden."""

import pytest

from reportgen.guard.paths import home_owners, without_paths
from reportgen.guard.privacy import Treatment

RUN = "3f2a9c1b4d5e6f708192a3b4c5d6e7f8"

SHORTENED = {
    # of home folders
    "/home/ann/wine/train.py": "~/wine/train.py",
    "/home/ann": "~",
    "/Users/ann/wine/train.py": "~/wine/train.py",
    "/root/wine/train.py": "~/wine/train.py",
    "/export/home/ann/wine": "~/wine",
    "/mnt/c/Users/ann/wine/train.py": "~/wine/train.py",
    r"C:\Users\ann\wine\train.py": r"~\wine\train.py",
    r"D:\\Users\\ann\\wine": r"~\\wine",
    "C:/Users/ann/wine": "~/wine",
    "file:///home/ann/wine/mlruns": "~/wine/mlruns",
    "file:///C:/Users/ann/wine": "~/wine",
    "file:/home/ann/wine": "~/wine",
    "file://localhost/home/ann/wine": "~/wine",
    "sqlite:////home/ann/mlflow.db": "sqlite:///~/mlflow.db",
    r"\\fileserver\home\ann\wine\a.csv": r"~\wine\a.csv",
    # inside of other text
    '{"uri": "/home/ann/my data/a.csv"}': '{"uri": "~/my data/a.csv"}',
    "python train.py --data=/home/ann/a.csv --n 3": "python train.py --data=~/a.csv --n 3",
    "-v /home/ann/data:/data": "-v ~/data:/data",
    "PATH=/usr/bin:/home/ann/bin": "PATH=/usr/bin:~/bin",
    "ann@gpu01:/home/ann/wine": "ann@gpu01:~/wine",
    "see /home/ann/notes.md.": "see ~/notes.md.",
    "[data](/home/ann/a.csv)": "[data](~/a.csv)",
    "pkg @ file:///home/ann/pkg": "pkg @ ~/pkg",
    # of other places the end
    "/srv/lab/deep/down/data/train.csv": "…/down/data/train.csv",
    "/data/train.csv": "/data/train.csv",
    f"file:///srv/lab/mlruns/0/{RUN}/artifacts": f"mlruns/0/{RUN}/artifacts",
    f"/srv/lab/store/0/{RUN}/artifacts/a/b/model": f"…/0/{RUN}/artifacts/a/b/model",
    r"D:\lab\deep\down\data\train.csv": r"…\down\data\train.csv",
    r"\\fileserver\lab\wine\a.csv": r"…\lab\wine\a.csv",
}


@pytest.mark.parametrize(("recorded", "shown"), SHORTENED.items())
def test_a_path_is_shortened(recorded: str, shown: str) -> None:
    assert without_paths(recorded, Treatment.SHORTEN) == shown


@pytest.mark.parametrize("shown", SHORTENED.values())
def test_what_was_shortened_stays(shown: str) -> None:
    assert without_paths(shown, Treatment.SHORTEN) == shown


STAYS = (
    "s3://bucket/home/ann/data/a.csv",
    "dbfs:/Users/shared/models/a/b",
    "https://example.org/home/ann/data/set/a.csv",
    "models:/wine/3",
    f"runs:/{RUN}/model/a/b/c",
    "mlflow-artifacts:/0/a/b/c/d",
    "hdfs:/data/a/b/c/d",
    "POST /api/2.0/mlflow/runs/search",
    "data/a/b/c/d.csv",
    "./home/ann/x",
    "../home/ann/x",
    "1/2/3/4/5",
    "and/or",
    "</home> <br/>",
    r"\\alpha\beta + \frac{a}{b}",
    "loss/val/deep/down/x",
    "git@github.com:home/ann.git",
    "20/11/2026",
    "a // b",
    "${HOME}/data/a/b/c/d",
    "python:3.11-slim",
    "C: 3, D: 4",
)


@pytest.mark.parametrize("text", STAYS)
def test_what_is_no_path_of_a_machine_stays(text: str) -> None:
    assert without_paths(text, Treatment.SHORTEN) == text
    assert without_paths(text, Treatment.HIDE) == text


HIDDEN = {
    "/home/ann/wine/train.py": "hidden-path/train.py",
    "/home/ann": "hidden-path",
    "/home/ann.smith": "hidden-path",
    "/srv/lab/wine": "hidden-path",
    "~/wine/train.py": "hidden-path/train.py",
    "file:///home/ann/wine": "hidden-path",
    r"C:\Users\ann\wine\train.py": "hidden-path/train.py",
    "file:///home/ann/lab#wine": "hidden-path#wine",
    r"\\fileserver\lab\wine\a.csv": "hidden-path/a.csv",
    '{"uri": "/home/ann/my data/a.csv"}': '{"uri": "hidden-path/a.csv"}',
    "from /home/ann/a.csv and /data/b.csv": "from hidden-path/a.csv and hidden-path/b.csv",
}


@pytest.mark.parametrize(("recorded", "shown"), HIDDEN.items())
def test_a_path_is_hidden_but_for_the_name_of_a_file(recorded: str, shown: str) -> None:
    assert without_paths(recorded, Treatment.HIDE) == shown


def test_a_path_that_is_to_be_shown_is_shown() -> None:
    assert without_paths("/home/ann/x", Treatment.SHOW) == "/home/ann/x"


def test_of_a_file_that_is_copied_home_folders_alone_are_shortened() -> None:
    text = "#!/opt/lab/deep/down/bin/python\nopen('/home/ann/a.csv')\n"

    assert without_paths(text, Treatment.SHORTEN, homes_alone=True) == (
        "#!/opt/lab/deep/down/bin/python\nopen('~/a.csv')\n"
    )


def test_whose_home_folders_a_text_names_is_known() -> None:
    text = r"/home/ann/x and C:\Users\bob\y, not s3://b/home/carl/z"

    assert home_owners(text) == {"ann", "bob"}
