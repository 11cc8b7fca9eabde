"""Files that are written once, and only where there is none."""

from pathlib import Path

from reportgen.errors import ReportError


def write_new(path: Path, content: bytes) -> bool:
    """Write a file; False where there is one, which stays. Raises ReportError if it cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        return False
    except OSError as error:
        raise ReportError(f"{path} cannot be written: {error.strerror}.") from error
    return True


def append(path: Path, text: str) -> None:
    """Add text to the end of a file. Raises ReportError where that cannot be done."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ReportError(f"{path} cannot be written: {error.strerror}.") from error
