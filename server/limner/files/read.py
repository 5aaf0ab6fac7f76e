"""Reading a file whole: one column, or all of them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from limner.arrays import Source, columns_of
from limner.arrays.columns import MOST
from limner.arrays.read import of_numpy
from limner.files import separated
from limner.files.column import Cells
from limner.files.place import Place, nearest
from limner.protocol import ArrayRefused, BadInput

Tell = Callable[[str], None]
"""Where it stands, for whoever waits."""


def read_place(place: Place, tell: Tell = lambda said: None) -> tuple[Source, ...]:
    """The column that is named, or all columns; of one `.npy` the array as it is.

    Raises:
        BadInput: it cannot be read, or has no such column; says what to do.
        ArrayRefused: a column that is named holds neither numbers nor labels.
    """
    try:
        return _READERS[place.suffix](place, tell)
    except OSError as error:
        raise BadInput(f"{place.path} cannot be read: {error.strerror or error}.") from error


# ── text ──────────────────────────────────────────────────────────────────────────────────────


def _separated(place: Place, tell: Tell) -> tuple[Source, ...]:
    for encoding in separated.encodings(place.path):
        try:
            return _separated_as(place, encoding, tell)
        except UnicodeDecodeError:
            continue
    raise BadInput(f"{place.path} is in no known encoding: save it as UTF-8.")


def _separated_as(place: Place, encoding: str, tell: Tell) -> tuple[Source, ...]:
    found = separated.layout(place.path, encoding)
    indices = _chosen(place, found.names)
    comma = found.separator == ";"
    cells = [Cells(found.names[i], decimal_comma=comma) for i in indices]
    row = 1
    for piece in separated.pieces(place.path, found):
        for column, index in zip(cells, indices, strict=True):
            column.add((cells[index] for cells in piece), row)
        row += len(piece)
        tell(f"reading {place.path.name} … {row - 1:,} rows")
    if row == 1:
        raise BadInput(f"{place.path} has no row below its first line: is it the right file?")
    return _noted(_settled(place, cells), found.notes)


def _json_lines(place: Place, tell: Tell) -> tuple[Source, ...]:
    columns: dict[str, Cells] = {}
    names: dict[str, None] = {}
    row = 0
    try:
        with separated.open_lines(place.path) as stream:
            for line in stream:
                if line.strip():
                    row += 1
                    found = _object(place, line, row)
                    names.update(dict.fromkeys(found))
                    _add_object(place, columns, found, row)
                    if row % separated.PIECE == 0:
                        tell(f"reading {place.path.name} … {row:,} rows")
    except UnicodeDecodeError:
        raise BadInput(f"{place.path} is not UTF-8, which JSON lines are: save it so.") from None
    if not row:
        raise BadInput(f"{place.path} is empty: is it the right file?")
    if place.column is not None and not columns:
        raise _no_column(place, list(names))
    return _settled(place, [[*columns.values()][i] for i in _chosen(place, list(columns))])


def _object(place: Place, line: str, row: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadInput(f"{place.path}, row {row} is no JSON object: each line must be one.")
    return found


def _add_object(place: Place, columns: dict[str, Cells], found: dict[str, Any], row: int) -> None:
    """One row; keys that it lacks are missing values, and so are new keys in the rows before."""
    for name in found:
        if name not in columns and place.column in (None, name):
            columns[name] = Cells(name)
            columns[name].add((None for _ in range(row - 1)), 1)
    for name, column in columns.items():
        value = found.get(name)
        column.add((json.dumps(value) if isinstance(value, dict | list) else value,), row)


def _settled(place: Place, cells: Sequence[Cells]) -> tuple[Source, ...]:
    """The columns; where all of a file are asked, without those that hold something else."""
    if place.column is not None:
        return tuple(column.source() for column in cells)
    found: list[Source] = []
    left: list[str] = []
    for column in cells:
        try:
            found.append(column.source())
        except ArrayRefused as error:
            left.append(str(error))
    return _without(place, found, left)


def _without(place: Place, found: list[Source], left: list[str]) -> tuple[Source, ...]:
    if not found:
        raise BadInput(f"{place.path} has no column of numbers or labels: {' '.join(left)}")
    return _noted(tuple(found), [f"Left out: {' '.join(left)}"] if left else [])


def _noted(sources: tuple[Source, ...], notes: Iterable[str]) -> tuple[Source, ...]:
    """Notes of the file, said once."""
    first, *others = sources
    note = " ".join(filter(None, (first.note, *notes)))
    return (replace(first, note=note), *others)


# ── binary ────────────────────────────────────────────────────────────────────────────────────


def _parquet(place: Place, tell: Tell) -> tuple[Source, ...]:
    try:
        import polars
    except ImportError:
        raise BadInput(
            f"Reading {place.path.name} needs polars: pip install 'limner[parquet]'."
        ) from None
    tell(f"reading {place.path.name} …")
    try:
        names = list(polars.read_parquet_schema(place.path))
        wanted = [names[i] for i in _chosen(place, names)]
        frame = polars.read_parquet(place.path, columns=wanted)
    except polars.exceptions.PolarsError as error:
        said = str(error).splitlines()[0]
        raise BadInput(f"{place.path} is no Parquet file that can be read: {said}.") from None
    return columns_of(place.path.name, frame)


def _npy(place: Place, tell: Tell) -> tuple[Source, ...]:
    if place.column is not None:
        raise BadInput(f"{place.path} holds one array: leave :{place.column} out.")
    tell(f"reading {place.path.name} …")
    with place.path.open("rb") as stream:
        found = _loaded(place.path, stream)
    if not isinstance(found, np.ndarray):
        raise BadInput(f"{place.path} holds several arrays: give it the ending .npz.")
    return (of_numpy(place.path.name, found),)


def _npz(place: Place, tell: Tell) -> tuple[Source, ...]:
    with place.path.open("rb") as stream:
        found = _loaded(place.path, stream)
        if isinstance(found, np.ndarray):
            raise BadInput(f"{place.path} is a single array: give it the ending .npy.")
        with found:
            return _members(place, found, tell)


def _members(place: Place, found: Any, tell: Tell) -> tuple[Source, ...]:
    names = list(found)
    sources: list[Source] = []
    left: list[str] = []
    for index in _chosen(place, names):
        tell(f"reading {place.path.name} … {names[index]}")
        try:
            sources.append(of_numpy(names[index], _member(found, names[index], place.path)))
        except ArrayRefused as error:
            if place.column is not None:
                raise
            left.append(str(error))
    return _without(place, sources, left)


def _loaded(path: Path, stream: BinaryIO) -> Any:
    """What numpy finds; never a pickle."""
    try:
        return np.load(stream, allow_pickle=False)
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        raise BadInput(_unpickled(path, error)) from None


def _member(found: Any, name: str, path: Path) -> np.ndarray[Any, Any]:
    try:
        return found[name]
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        raise BadInput(_unpickled(path, error)) from None


def _unpickled(path: Path, error: Exception) -> str:
    if "pickle" in str(error).lower():
        return f"{path} holds Python objects, which are not read: save its numbers as floats."
    return f"{path} is no file of numpy that can be read ({error}): was it copied whole?"


def _chosen(place: Place, names: Sequence[str]) -> list[int]:
    """Which columns are asked.

    Raises:
        BadInput: there is none of that name, or there are too many to compare.
    """
    if place.column is None:
        if len(names) > MOST:
            raise BadInput(
                f"{place.path} has {len(names):,} columns; pairs of at most {MOST} are compared: "
                "name two of them."
            )
        return list(range(len(names)))
    for fold in (str, str.strip, lambda name: name.strip().casefold()):
        alike = [i for i, name in enumerate(names) if fold(name) == fold(place.column)]
        if len(alike) == 1:
            return alike
    raise _no_column(place, names)


def _no_column(place: Place, names: Sequence[str]) -> BadInput:
    said = nearest(place.column or "", names)
    return BadInput(f"{place.path} has no column {place.column!r}. {said}")


_READERS: dict[str, Callable[[Place, Tell], tuple[Source, ...]]] = {
    ".csv": _separated,
    ".tsv": _separated,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".parquet": _parquet,
    ".npz": _npz,
    ".npy": _npy,
}
