"""Kinds of files: how each is shown, up to which size, and under which name a copy is kept."""

import posixpath
import re
from enum import StrEnum

from reportgen.errors import Problem
from reportgen.model import Artifact
from reportgen.views import addresses


class Kind(StrEnum):
    """How a file is shown."""

    IMAGE = "image"
    TABLE = "table"
    PARQUET = "parquet"
    MARKDOWN = "markdown"
    JSON = "json"
    CODE = "code"
    TEXT = "text"
    LOG = "log"
    HTML = "html"
    SVG = "svg"
    NOTEBOOK = "notebook"
    PDF = "pdf"
    MAP = "map"
    ARRAY = "array"
    AUDIO = "audio"
    VIDEO = "video"
    OTHER = "other"


IMAGES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".avif"})
CODES = {
    ".py": "python",
    ".json": "json",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".sh": "bash",
    ".sql": "sql",
    ".r": "r",
}
TABLES = frozenset({".csv", ".tsv"})
LOGS = frozenset({".log", ".out", ".err"})
AUDIO = frozenset({".wav", ".mp3", ".ogg", ".flac", ".m4a"})
VIDEO = frozenset({".mp4", ".webm"})

KINDS = {
    **dict.fromkeys(IMAGES, Kind.IMAGE),
    **dict.fromkeys(CODES, Kind.CODE),
    **dict.fromkeys(TABLES, Kind.TABLE),
    **dict.fromkeys(LOGS, Kind.LOG),
    **dict.fromkeys(AUDIO, Kind.AUDIO),
    **dict.fromkeys(VIDEO, Kind.VIDEO),
    **dict.fromkeys((".txt", ".ini", ".cfg", ".toml", ".xml"), Kind.TEXT),
    **dict.fromkeys((".md", ".markdown"), Kind.MARKDOWN),
    **dict.fromkeys((".html", ".htm"), Kind.HTML),
    ".json": Kind.JSON,
    ".svg": Kind.SVG,
    ".ipynb": Kind.NOTEBOOK,
    ".parquet": Kind.PARQUET,
    ".pdf": Kind.PDF,
    ".geojson": Kind.MAP,
    ".npy": Kind.ARRAY,
}
NAMED = frozenset({"MLmodel", "MLproject"})
"""Files without an ending that are YAML."""

TWINNED = frozenset(
    {Kind.TABLE, Kind.MARKDOWN, Kind.JSON, Kind.CODE, Kind.TEXT, Kind.LOG, Kind.HTML, Kind.SVG}
    | {Kind.MAP}
)
"""Kinds that are text: a script may want to read them (see `has_twin`)."""

TWIN_BYTES = 200_000
"""Larger texts are shown in part, and no script reads them."""

TEXT_BYTES = 5_000_000
LARGEST = {
    **dict.fromkeys(TWINNED, TEXT_BYTES),
    Kind.MARKDOWN: TWIN_BYTES,
    Kind.SVG: TWIN_BYTES,
    Kind.NOTEBOOK: 2_000_000,
    Kind.PARQUET: 20_000_000,
    Kind.PDF: 20_000_000,
    Kind.ARRAY: 100_000_000,
}
"""Bytes up to which a page shows what is in a file of the kind; no other kinds are read."""

INERT = frozenset(
    {*IMAGES, *TABLES, *CODES, *LOGS, *AUDIO, *VIDEO}
    | frozenset(
        ".txt .ini .cfg .toml .md .markdown .ipynb .npy .npz .parquet .feather .arrow .h5 .hdf5 "
        ".pkl .pickle .joblib .skops .onnx .pt .pth .safetensors .keras .tflite .pb .xgb .ubj .cbm "
        ".lgb .bin .zip .gz .tar .xlsx .whl .jar".split()
    )
)
"""Kinds that no browser runs, whoever serves them; all others are kept under another ending."""

BEGINNINGS = {
    ".pdf": (b"%PDF-",),
    ".parquet": (b"PAR1",),
    ".npy": (b"\x93NUMPY",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8",),
    ".jpeg": (b"\xff\xd8",),
    ".gif": (b"GIF8",),
    ".webp": (b"RIFF",),
    ".wav": (b"RIFF", b"RF64"),
}
ENDS = {
    ".png": b"IEND\xaeB`\x82",
    ".svg": b">",
}
"""The last bytes of a whole file of the kind, but for blank ones."""

NAMES = {"parquet": "Parquet", "geojson": "GeoJSON", "ipynb": "notebook"}

BLANK = b"\0\r\n\t "
"""With the zeros of UTF-16."""

BRACKETED = frozenset({".json", ".geojson", ".ipynb"})
BRACKETS = {b"{": b"}", b"[": b"]"}
LFS_POINTER = b"version https://git-lfs.github.com/spec/"


def ending(path: str) -> str:
    return posixpath.splitext(path)[1].lower()


def kind_of(path: str) -> Kind:
    """By the name alone, as everybody does it."""
    if posixpath.basename(path) in NAMED:
        return Kind.CODE
    return KINDS.get(ending(path), Kind.OTHER)


def anchor(path: str) -> str:
    """The id on the page of what it shows of a file; the same as long as its path is."""
    return f"artifact-{addresses.slug(path)}"


SURE = frozenset({*IMAGES, *AUDIO, *VIDEO, ".txt", ".csv", ".json"})
"""Endings whose type every host knows; of others some say nothing, and the browser guesses."""

_MARKUP = re.compile(rb"[\s\xef\xbb\xbf]*(<|%PDF-)")
"""How the content begins that a browser guesses to be a document, see
https://mimesniff.spec.whatwg.org/."""

_INNER_DOT = re.compile(r"\.(?!\d)")


def stored_name(path: str, content: bytes) -> str:
    """The name under which a copy is kept.

    What a browser could run becomes plain text, so that opening it directly runs nothing in
    the site's origin. The name is made safe before it is judged: `report.html~` is HTML then.
    It has one ending, for some hosts take each: `x.html.npy` is HTML to them, `x.php.txt` is PHP.
    """
    stem, suffix = posixpath.splitext(addresses.safe_name(posixpath.basename(path)))
    name = f"{_INNER_DOT.sub('_', stem)}{suffix}"
    if ending(name) in SURE or (ending(name) in INERT and not _MARKUP.match(content)):
        return name
    name = _INNER_DOT.sub("_", name)
    return f"{name}.bin" if b"\0" in content[:8000] else f"{name}.txt"


def wants_preview(artifact: Artifact) -> bool:
    """True where a page shows what is in the file, so that its bytes are needed."""
    return artifact.size <= LARGEST.get(kind_of(artifact.path), -1)


def has_twin(artifact: Artifact) -> bool:
    """True where the copy has a twin for scripts: its address + `.js` calls `RG.text(hash, …)`.

    A page opened from disk may not fetch a text; it may run a script.
    """
    return artifact.size <= TWIN_BYTES and kind_of(artifact.path) in TWINNED


def _is_whole(end: str, content: bytes) -> bool:
    """Whether a file ends as files of its kind do; true where that tells nothing."""
    if end == ".parquet":
        return content.endswith(b"PAR1")
    if end in ENDS:
        return content.rstrip(BLANK).endswith(ENDS[end])
    if end in BRACKETED:
        text = content.strip(BLANK)
        last = BRACKETS.get(text[:1])
        return bool(text) and (last is None or text.endswith(last))
    return True


def problem_of(place: str, path: str, content: bytes) -> Problem | None:
    """What the first and last bytes tell of a broken file; its preview may tell more."""
    begin = BEGINNINGS.get(ending(path), ())
    if content.startswith(LFS_POINTER):
        what = "Only the Git LFS pointer of this artifact is here, not the file."
        return Problem(place, what, "Run `git lfs pull` in the repository it came from.")
    start = content[:1024].lstrip() if ending(path) == ".pdf" else content
    if begin and not start.startswith(begin):
        what = f"The artifact is no {ending(path)[1:].upper()} file, as its name says."
        return Problem(place, what, "It may be empty or half-written; log it again.")
    if not _is_whole(ending(path), content):
        name = ending(path)[1:]
        what = f"The {NAMES.get(name, name.upper())} file ends too early."
        return Problem(place, what, "It may be half-written; log it again.")
    if ending(path) == ".pdf" and re.search(rb"/Encrypt\b", content[-4096:]):
        what = "The PDF is encrypted, so its pages are not shown."
        return Problem(place, what, "Save it without a password.")
    return None
