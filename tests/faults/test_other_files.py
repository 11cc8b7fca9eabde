"""Files of which a store has few: of experiments, models, the registry, projects and pages."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from reportgen.errors import Problem
from reportgen.sources.catalog import read_catalog
from reportgen.sources.mlproject import read_project
from reportgen.sources.narratives import read_narratives
from tests.faults.kinds import CONTENTS

FILES = {
    "meta.yaml of an experiment": "*/meta.yaml",
    "meta.yaml of a registered model": "models/iris-classifier/meta.yaml",
    "meta.yaml of a version": "models/iris-classifier/version-1/meta.yaml",
    "tag of a registered model": "models/iris-classifier/tags/task",
    "meta.yaml of a logged model": "*/models/m-*/meta.yaml",
    "param of a logged model": "*/models/m-*/params/*",
    "tag of a logged model": "*/models/m-*/tags/*",
    "metric of a logged model": "*/models/m-*/metrics/*",
}
WRONG = ("a Git LFS pointer", "with marks of a git merge")
"""Faults that no kind of file can have without a problem."""


@pytest.fixture(scope="module")
def mlruns(stores: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that each test leaves as it was."""
    return Path(
        shutil.copytree(stores["v3.17-file"] / "mlruns", tmp_path_factory.mktemp("few") / "mlruns")
    )


def problems_of(mlruns: Path) -> list[Problem]:
    catalog = read_catalog([str(mlruns)])
    models = [
        model
        for number, store in enumerate(catalog.stores)
        for model in store.read_models([ref for ref in catalog.models if ref.store == number])
    ]
    groups = (*catalog.experiments, *catalog.registered_models, *models)
    return [*catalog.problems, *(problem for one in groups for problem in one.problems)]


ROWS = [
    (kind, fault)
    for kind in FILES
    for fault in (*CONTENTS, "gone", "a folder")
    if fault != "with a key twice" or kind.startswith("meta")
]


@pytest.mark.parametrize(("kind", "fault"), ROWS)
def test_a_file_costs_itself_alone(mlruns: Path, kind: str, fault: str) -> None:
    path = min(one for one in mlruns.glob(FILES[kind]) if one.is_file())
    content = path.read_bytes()
    path.unlink()
    if fault == "a folder":
        path.mkdir()
    elif fault != "gone":
        text = content if "ö".encode() in content else content + "# größe\n".encode()
        if kind.startswith("metric") and fault == "in Latin-1":
            text = content
        path.write_bytes(CONTENTS[fault](text))
    try:
        found = problems_of(mlruns)
    finally:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        path.write_bytes(content)

    place = path.relative_to(mlruns).as_posix().removesuffix("/meta.yaml")
    assert [one for one in found if place not in one.path] == []
    assert all(one.hint for one in found)
    if fault in WRONG or (path.name == "meta.yaml" and fault in ("emptied", "a list", "a folder")):
        assert found != []


@pytest.mark.parametrize("fault", CONTENTS)
def test_an_mlproject_costs_itself_alone(tmp_path: Path, fault: str) -> None:
    content = "name: größe\nentry_points:\n  main: {command: python train.py}\n".encode()
    (tmp_path / "MLproject").write_bytes(CONTENTS[fault](content))

    found = read_project(tmp_path, "lab").problems

    if fault in (*WRONG, "emptied", "a list", "a number", "in Latin-1"):
        assert [one.path.partition(":")[0] for one in found] == ["lab/MLproject"]


@pytest.mark.parametrize("fault", CONTENTS)
def test_a_page_costs_itself_alone(tmp_path: Path, fault: str) -> None:
    content = "---\ntitle: größe\norder: 1\n---\nText.\n".encode()
    (tmp_path / "a.md").write_bytes(CONTENTS[fault](content))
    (tmp_path / "b.md").write_text("# B\n\nText.\n", "utf-8")

    found = read_narratives(tmp_path)

    assert "B" in [page.title for page in found.pages]
    assert {one.path for one in found.problems} <= {f"{tmp_path.name}/a.md"}


def test_a_heading_that_seems_to_close_for_ever_is_read_at_once(tmp_path: Path) -> None:
    """As a pattern that tries every end would not be."""
    (tmp_path / "a.md").write_text(f"# A {'#' * 300_000} B\n\nText.\n", "utf-8")

    (page,) = read_narratives(tmp_path).pages

    assert (page.title[:3], page.title[-3:]) == ("A #", "# B")


def test_an_order_of_hundreds_of_digits_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"---\norder: {'9' * 400}\n---\nText.\n", "utf-8")

    assert [page.name for page in read_narratives(tmp_path).pages] == ["a"]
