"""The digest of every published file, so that anybody can tell whether one was changed.

versions/NAME.sha256     of the files that came with a version, in the form of `sha256sum`:
                         `cd _site && sha256sum --check versions/*.sha256` asks no tool of ours
versions/kept.sha256     of those that came with a version which was removed since
.digests                 of what was written since the newest version; a build that was killed
                         leaves it, and the next one goes on with it
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from reportgen.errors import ReportError

JOURNAL = ".digests"
KEPT = "versions/kept.sha256"
_CHUNK = 1 << 20


def sums(version: str) -> str:
    """The address of the digests of what came with a version."""
    return f"versions/{version}.sha256"


def note(folder: Path, files: Mapping[str, bytes]) -> None:
    """Note the digests of files that are about to be published, by their addresses; many processes
    may do so at once."""
    lines = [f"{hashlib.sha256(content).hexdigest()}  {one}\n" for one, content in files.items()]
    note_again(folder, "".join(lines).encode())


def note_again(folder: Path, lines: bytes) -> None:
    """Note digests that are known, as this module writes them."""
    handle = os.open(f"{folder}/{JOURNAL}", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        while lines:
            lines = lines[os.write(handle, lines) :]
    finally:
        os.close(handle)


def mend(folder: Path) -> None:
    """End a line that was cut when its writer was killed or the disk was full, so that it costs no
    other one."""
    path = folder / JOURNAL
    if path.is_file() and not path.read_bytes().endswith(b"\n"):
        note_again(folder, b"\n")


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal. Raises OSError where it cannot be read."""
    state = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            state.update(chunk)
    return state.hexdigest()


def noted(folder: Path) -> dict[str, str]:
    """Digest by address of what was published since the newest version, and is there."""
    try:
        lines = _whole_lines((folder / JOURNAL).read_bytes())
    except FileNotFoundError:
        return {}
    parts = (line.partition("  ") for line in lines)  # a cut one names no file
    found = {address: digest for digest, _, address in parts if len(digest) == 64 and address}
    return {address: digest for address, digest in found.items() if (folder / address).is_file()}


def read_sums(folder: Path) -> dict[str, dict[str, str]]:
    """Of each file of digests, by its address, the digest by address.

    Raises ReportError for one that is damaged.
    """
    found = {}
    for path in sorted((folder / "versions").glob("*.sha256")):
        address = path.relative_to(folder).as_posix()
        found[address] = _parsed(path.read_bytes(), address)
    return found


def dumps_sums(digests: Mapping[str, str]) -> bytes:
    return "".join(f"{digests[address]}  {address}\n" for address in sorted(digests)).encode()


def _parsed(content: bytes, name: str) -> dict[str, str]:
    return dict(_entry(line, name) for line in _whole_lines(content))


def _whole_lines(content: bytes) -> Iterable[str]:
    """Without a last line that was cut when its writer was killed."""
    return content[: content.rfind(b"\n") + 1].decode("utf-8", "replace").splitlines()


def _entry(line: str, name: str) -> tuple[str, str]:
    digest, gap, address = line.partition("  ")
    if not gap or len(digest) != 64:
        raise ReportError(f"{name} is damaged: {line[:80]!r}.", hint="Restore it from a backup.")
    return address, digest
