"""Pairs of texts from a TSV, CSV or JSONL file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from limner.protocol import BadInput

NAMES = ("source", "target")
"""Columns that are meant where none are named."""


def read_pairs(
    path: Path, columns: tuple[str, str] | None = None, most: int | None = None
) -> list[tuple[str, str]]:
    """The pairs of a file in its order; empty lines are passed over.

    Args:
        path: `.tsv`, `.csv` or `.jsonl`, in UTF-8. A first line that has the columns' names is a
            header; without one the first two columns are meant.
        columns: names of the two columns, or keys.
        most: how many are read.

    Raises:
        BadInput: no such file, another encoding, a line without two texts; says which.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            found: list[tuple[str, str]] = []
            for pair in _parsed(path, lines, columns):
                if most is not None and len(found) == most:
                    break
                found.append(pair)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not in UTF-8: save it in that encoding.") from None
    except csv.Error as error:
        raise BadInput(f"{path} is no table: {error}.") from error
    if not found:
        raise BadInput(f"{path} has no pairs: give a source and a target on each line.")
    return found


def _parsed(path: Path, lines: Any, columns: tuple[str, str] | None) -> Iterator[tuple[str, str]]:
    kind = path.suffix.lower()
    if kind in (".jsonl", ".ndjson"):
        yield from _objects(path, lines, columns or NAMES)
    elif kind in (".tsv", ".tab"):
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        yield from _table(path, rows, columns)
    elif kind == ".csv":
        yield from _table(path, csv.reader(lines, strict=True), columns)
    else:
        raise BadInput(f"{path} is no table that is read here: give a .tsv, .csv or .jsonl file.")


def _table(path: Path, rows: Any, columns: tuple[str, str] | None) -> Iterator[tuple[str, str]]:
    wanted, at = columns or NAMES, (0, 1)
    first = True
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if first:
            first = False
            if set(wanted) <= set(row):
                at = (row.index(wanted[0]), row.index(wanted[1]))
                continue
            if columns:
                raise BadInput(
                    f"{path} has no columns {wanted[0]!r} and {wanted[1]!r}: it has {row}."
                )
        if len(row) <= max(at) or not row[at[0]].strip() or not row[at[1]].strip():
            raise BadInput(f"{path}, line {rows.line_num}: give a source and a target.")
        yield row[at[0]], row[at[1]]


def _objects(path: Path, lines: Any, names: tuple[str, str]) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
            pair = found[names[0]], found[names[1]]
        except (ValueError, TypeError, KeyError):
            raise BadInput(
                f"{path}, line {number}: give a JSON object with {names[0]!r} and {names[1]!r}."
            ) from None
        if not all(isinstance(side, str) and side.strip() for side in pair):
            raise BadInput(f"{path}, line {number}: give a source and a target that are texts.")
        yield pair
