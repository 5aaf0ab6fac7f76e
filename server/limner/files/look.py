"""What is in a data file, from its header alone: names, types, rows.

For hovers, so it is bounded: at most `HEAD` bytes of text are read, of arrays their headers, of
Parquet its footer. Never a pickle, never a file that is not a regular one.
"""

from __future__ import annotations

import csv
import io
import json
import stat
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from limner.files import separated
from limner.files.column import MISSING
from limner.protocol import BadInput

HEAD = 1 << 16
"""Bytes of text that are looked at; the types are of these rows."""
COUNTED = 16 << 20
"""Files of text up to this size have their lines counted."""
FOOTER = 16 << 20
"""Largest footer of a Parquet file that is read."""
SHOWN = 100
"""Most columns that are told."""


@dataclass(frozen=True)
class Look:
    """What a file holds."""

    columns: tuple[tuple[str, str, str], ...]
    """(name, type, shape or example) of each column or array."""
    count: int
    """How many there are; more than `columns` where there are very many."""
    rows: int | None = None
    about: bool = False
    """`rows` is a guess from the size."""


def look(path: Path) -> Look | None:
    """The header; None where it is no regular file, or not what its name says."""
    try:
        if not stat.S_ISREG(path.stat().st_mode) or path.suffix.lower() not in _LOOKS:
            return None
        return _LOOKS[path.suffix.lower()](path)
    except (OSError, ValueError, BadInput, EOFError, csv.Error, zipfile.BadZipFile):
        return None


# ── text ──────────────────────────────────────────────────────────────────────────────────────


def _separated(path: Path) -> Look:
    for encoding in separated.encodings(path):
        try:
            text, whole = _head(path, encoding)
            found = separated.layout(path, encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadInput(f"{path} is in no known encoding.")
    rows = list(csv.reader(io.StringIO(text), delimiter=found.separator, skipinitialspace=True))
    below = rows if found.headless else rows[1:]
    below = [row for row in (below if whole else below[:-1]) if any(row)]
    columns = [
        (name, *_kind([row[i] for row in below if i < len(row)]))
        for i, name in enumerate(found.names[:SHOWN])
    ]
    count, about = _rows(path, len(text.encode()), len(below), whole)
    head = 0 if found.headless or whole else 1
    return Look(tuple(columns), len(found.names), max(0, count - (0 if about else head)), about)


def _json_lines(path: Path) -> Look:
    text, whole = _head(path, "utf-8-sig")
    lines = text.splitlines()
    kept = [line for line in (lines if whole else lines[:-1]) if line.strip()]
    rows = [one for one in map(json.loads, kept) if isinstance(one, dict)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = [(name, *_kind([row.get(name) for row in rows])) for name in names[:SHOWN]]
    count, about = _rows(path, len(text.encode()), len(rows), whole)
    return Look(tuple(columns), len(names), count, about)


def _head(path: Path, encoding: str) -> tuple[str, bool]:
    """The first characters, and whether they are all."""
    with path.open(encoding=encoding, newline="") as stream:
        text = stream.read(HEAD)
        return text, not stream.read(1)


def _rows(path: Path, read: int, seen: int, whole: bool) -> tuple[int, bool]:
    """How many lines with something in them, and whether that is a guess."""
    if whole:
        return seen, False
    size = path.stat().st_size
    if size > COUNTED:
        return round(seen * size / max(read, 1)), True
    with path.open("rb") as stream:
        return sum(1 for line in stream if line.strip()), False


def _kind(cells: Sequence[Any]) -> tuple[str, str]:
    """The type of these cells, and an example of them."""
    told = [cell for cell in cells if cell is not None and str(cell).strip() not in MISSING]
    example = " ".join(str(told[0]).split())[:40] if told else ""
    if not told:
        return "empty", example
    if all(map(_numeric, told)):
        return ("integer" if all(map(_integral, told)) else "number"), example
    return "text", example


def _numeric(cell: Any) -> bool:
    try:
        float(cell)
    except (TypeError, ValueError):
        return False
    return True


def _integral(cell: Any) -> bool:
    return str(cell).strip().lstrip("+-").isdecimal()


# ── binary ────────────────────────────────────────────────────────────────────────────────────


def _npy(path: Path) -> Look:
    with path.open("rb") as stream:
        dtype, shape = _header(stream)
    return Look(((path.stem, dtype, _shape(shape)),), 1, shape[0] if shape else None)


def _npz(path: Path) -> Look:
    columns: list[tuple[str, str, str]] = []
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".npy")]
        for name in names[:SHOWN]:
            with archive.open(name) as member:
                dtype, shape = _header(io.BytesIO(member.read(HEAD)))
            columns.append((name.removesuffix(".npy"), dtype, _shape(shape)))
    return Look(tuple(columns), len(names))


def _header(stream: BinaryIO) -> tuple[str, tuple[int, ...]]:
    """Type and shape of an array, without its numbers."""
    version = np.lib.format.read_magic(stream)
    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in readers:
        raise ValueError(f"version {version} of the format is not known")
    shape, _, dtype = readers[version](stream)
    if dtype.hasobject:
        return "object (a pickle: not read)", shape
    return str(dtype), shape


def _shape(shape: Iterable[int]) -> str:
    return " × ".join(f"{n:,}" for n in shape) or "a single value"


def _parquet(path: Path) -> Look | None:
    if not _sound_footer(path):
        return None
    try:
        import polars
    except ImportError:
        return None
    try:
        schema = polars.read_parquet_schema(path)
        rows = polars.scan_parquet(path).select(polars.len()).collect().item()
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException):
        return None
    columns = [(name, str(dtype), "") for name, dtype in [*schema.items()][:SHOWN]]
    return Look(tuple(columns), len(schema), rows)


def _sound_footer(path: Path) -> bool:
    """Whether the file ends as Parquet does, with a footer of bearable size inside it."""
    size = path.stat().st_size
    if size < 12:
        return False
    with path.open("rb") as stream:
        stream.seek(size - 8)
        end = stream.read(8)
    return end[4:] == b"PAR1" and int.from_bytes(end[:4], "little") <= min(FOOTER, size - 12)


_LOOKS: dict[str, Callable[[Path], Look | None]] = {
    ".csv": _separated,
    ".tsv": _separated,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".npz": _npz,
    ".npy": _npy,
    ".parquet": _parquet,
}
