"""Which packages make pages, told without reading what each says of itself."""

from importlib.metadata import version
from pathlib import Path

import pytest

from reportgen import generator


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is first on Python's path."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(generator, "_wheels", generator._wheels.__wrapped__)
    monkeypatch.setattr(generator, "installed_version", generator.installed_version.__wrapped__)
    return tmp_path


@pytest.mark.parametrize("package", ["altair", "markdown-it-py", "nh3"])
def test_the_version_of_a_package_is_the_installed_one(package: str) -> None:
    assert generator.installed_version(package) == version(package)


def test_a_package_that_is_not_here_has_none() -> None:
    assert generator.installed_version("no-such-package") == ""


def test_the_first_on_the_path_counts(path: Path) -> None:
    (path / "markdown_it_py-0.0.1+own.dist-info").mkdir()

    assert generator.installed_version("markdown-it-py") == "0.0.1+own"


def test_what_was_not_installed_from_a_wheel_says_its_version_itself(path: Path) -> None:
    folder = path / "of_old.egg-info"
    folder.mkdir()
    (folder / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: of-old\nVersion: 1.2\n")

    assert generator.installed_version("of-old") == "1.2"
