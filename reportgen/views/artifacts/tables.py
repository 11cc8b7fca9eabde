"""The heads of tables: CSV, TSV, what `log_table` wrote, Parquet."""

import csv
import io
import itertools
import json
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from reportgen.model import Json
from reportgen.views import wording

SHOWN_ROWS, SHOWN_COLUMNS = 100, 12
CELL = 200
"""Characters of a cell that are shown."""

PARQUET_CELLS = 1_000_000
"""Values in a row group of the shown columns; a larger group is not decoded for its head."""

PARQUET_BYTES = 100_000_000
"""Of a row group, unpacked: the same for one of few rows that are long."""

_WHOLE = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][+-]?\d+)?")

Pictures = Callable[[str], str]
"""From an artifact's path to the address of its copy; '' where there is none."""


class Cell(Struct, frozen=True):
    text: str
    number: bool = False
    src: str = ""
    """The address of a picture that is shown instead; `text` says what it is."""


class TablePreview(Struct, frozen=True):
    """The head of a table."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str
    """How much of it this is: `first 100 of 4,213 rows`."""

    @property
    def numbers(self) -> tuple[bool, ...]:
        """For each column whether all its cells are numbers, or empty."""
        width = len(self.columns)
        columns = [[row[n] for row in self.rows if n < len(row)] for n in range(width)]
        return tuple(
            any(cell.number for cell in column)
            and all(cell.number or not cell.text for cell in column)
            for column in columns
        )


def csv_table(text: str, delimiter: str) -> TablePreview:
    """The first line names the columns; what the csv module cannot part is one column."""
    lines = [line for line in text.replace("\0", "").splitlines(keepends=True) if line.strip()]
    head: list[list[str]] = []
    amount = 0
    try:
        for row in csv.reader(io.StringIO("".join(lines)), delimiter=delimiter):
            amount += 1
            if amount <= SHOWN_ROWS + 1:
                head.append(row)
    except csv.Error:
        head, amount = [[line.rstrip("\r\n")] for line in lines[: SHOWN_ROWS + 1]], len(lines)
    return _table(head[0] if head else [], head[1:], max(0, amount - 1))


def split_table(value: Json, pictures: Pictures = lambda path: "") -> TablePreview | None:
    """What `log_table` writes: pandas' split form, `{"columns": […], "data": [[…]]}`."""
    if not isinstance(value, dict) or not isinstance(value.get("columns"), list):
        return None
    rows = value.get("data")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return None
    return _table([str(name) for name in value["columns"]], rows, len(rows), pictures)


def parquet_table(content: bytes, pictures: Pictures = lambda path: "") -> TablePreview:
    """The head of the first row group. Values that are lists or structs are shown as JSON.

    Raises ImportError without pyarrow, and ValueError for a file that cannot be read or whose
    first row group is so large that its head is not worth the memory.
    """
    import pyarrow as pa  # large: an extra, and only loaded for the first Parquet file
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(content))
        schema = file.schema_arrow
        names = [str(name) for name in schema.names[:SHOWN_COLUMNS]]
        columns = schema.names[:SHOWN_COLUMNS]
        rows: list[list[Json]] = []
        if file.metadata.num_row_groups:
            group = file.metadata.row_group(0)
            if group.num_rows * max(1, len(columns)) > PARQUET_CELLS:
                raise ValueError(f"its first row group has {group.num_rows:,} rows")
            if group.total_byte_size > PARQUET_BYTES:
                raise ValueError(f"its first row group unfolds to {group.total_byte_size:,} bytes")
            batch = next(
                file.iter_batches(SHOWN_ROWS, row_groups=[0], columns=columns, use_threads=False),
                None,
            )
            listed = batch.to_pylist() if batch is not None else []
            rows = [[_plain(row.get(name)) for name in columns] for row in listed[:SHOWN_ROWS]]
    except (pa.ArrowException, OSError, KeyError) as error:
        raise ValueError(str(error)) from error
    found = _table(names, rows, file.metadata.num_rows, pictures)
    note = _note(len(rows), file.metadata.num_rows, len(schema.names))
    return TablePreview(found.columns, found.rows, note)


def parquet_text(content: bytes) -> bytes:
    """What its preview shows, as text with a value's name before it; nothing of what has none."""
    try:
        table = parquet_table(content)
    except (ImportError, ValueError):
        return b""
    lines = [
        f"{name}: {json.dumps(cell.text)}"
        for row in table.rows
        for name, cell in zip(table.columns, row, strict=False)
    ]
    return "\n".join(lines).encode("utf-8", "replace")


def _plain(value: object) -> Json:
    """What Parquet holds as JSON would have it; times and bytes as text."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in itertools.islice(value.items(), 20)}
    if isinstance(value, Iterable):
        return [_plain(one) for one in itertools.islice(value, 20)]
    return str(value)


def _note(shown: int, amount: int, columns: int) -> str:
    """`first 100 of 4,213 rows, 12 of 40 columns`."""
    said = f"first {shown} of {amount:,} rows" if amount > shown else wording.count(amount, "row")
    if columns > SHOWN_COLUMNS:
        said += f", {SHOWN_COLUMNS} of {columns:,} columns"
    return said


def _table(
    columns: Sequence[str],
    rows: Sequence[Sequence[Json]],
    amount: int,
    pictures: Pictures = lambda path: "",
) -> TablePreview:
    width = min(len(columns), SHOWN_COLUMNS)
    shown = tuple(
        tuple(_cell(row[i] if i < len(row) else "", pictures) for i in range(width))
        for row in rows[:SHOWN_ROWS]
    )
    return TablePreview(tuple(columns[:width]), shown, _note(len(shown), amount, len(columns)))


def _cell(value: Json, pictures: Pictures) -> Cell:
    """Whole numbers as they are written, for they may be ids; others shortened as everywhere."""
    if value is None:
        return Cell("")
    if isinstance(value, float) or (isinstance(value, str) and _DECIMAL.fullmatch(value)):
        return Cell(wording.number(float(value)), True)
    if isinstance(value, str | int) and not isinstance(value, bool):
        text = str(value)
        return Cell(_cut(text), bool(_WHOLE.fullmatch(text)))
    if isinstance(value, dict) and value.get("type") == "image":
        return _picture(value, pictures)
    try:
        return Cell(_cut(json.dumps(value, ensure_ascii=False)))
    except RecursionError:
        return Cell("…")


def _cut(text: str) -> str:
    return text if len(text) <= CELL else f"{text[: CELL - 1]}…"


def _picture(value: Mapping[str, Json], pictures: Pictures) -> Cell:
    """An `mlflow.Image` in a cell of `log_table`: the paths of two files, one compressed."""
    paths = [value.get("compressed_filepath"), value.get("filepath")]
    named = [path for path in paths if isinstance(path, str)]
    src = next((src for path in named if (src := pictures(path))), "")
    name = posixpath.basename(named[-1]) if named else "image"
    return Cell(_cut(name), src=src)
