"""Folders that are gone afterwards: of a preview, unless somebody wants to keep it, and of a site
that is put together to be pushed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def work_folder() -> Iterator[Path]:
    """A folder that nobody else can read, gone afterwards."""
    with TemporaryDirectory(prefix="reportgen-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()


@contextmanager
def preview_folder(kept: Path | None) -> Iterator[Path]:
    """`kept`, or a folder that is gone afterwards."""
    if kept is None:
        with work_folder() as folder:
            yield folder
        return
    kept.mkdir(parents=True, exist_ok=True)
    yield kept.resolve()
