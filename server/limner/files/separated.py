"""CSV and TSV: which encoding and which separator, the header, and the cells in pieces."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from limner.protocol import BadInput

ENCODINGS = ("utf-8-sig", "gb18030", "cp1252")
"""Tried in this order where no byte order mark says which it is."""

PIECE = 50_000
"""Rows that are handed on at a time."""

CELL = 1 << 20
"""Longest cell, in characters; beyond it a quote was forgotten."""

_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS = ",;\t|"


@dataclass(frozen=True)
class Layout:
    """How a file is to be read."""

    encoding: str
    separator: str
    names: tuple[str, ...]
    headless: bool
    """The first line has numbers: it is data, and columns are named 1, 2, …"""

    @property
    def notes(self) -> list[str]:
        """What a reader must know."""
        found: list[str] = []
        if self.encoding not in ("utf-8-sig", "utf-16"):
            found.append(f"The file is not UTF-8: it was read as {self.encoding}.")
        if self.headless:
            found.append("The first line has numbers: columns are named 1, 2, …")
        return found


def encodings(path: Path) -> Sequence[str]:
    """The encodings to try, the likeliest first."""
    with path.open("rb") as stream:
        head = stream.read(4)
    return next(((name,) for mark, name in _MARKS if head.startswith(mark)), ENCODINGS)


def layout(path: Path, encoding: str) -> Layout:
    """Separator and header by the first lines.

    Raises:
        BadInput: the file is empty, or no text.
        UnicodeDecodeError: another encoding.
    """
    with path.open(encoding=encoding, newline="") as stream:
        head = stream.readline(CELL)
    if "\0" in head:
        raise BadInput(f"{path} is not text: it has zero bytes in its first line.")
    if not head.strip():
        raise BadInput(f"{path} is empty, or its first line is: put the columns' names there.")
    separator = "\t" if path.suffix.lower() == ".tsv" else _separator(head)
    (cells,) = itertools.islice(csv.reader([head], delimiter=separator), 1)
    headless = all(map(_is_number, cells))
    names = [str(i + 1) for i in range(len(cells))] if headless else [c.strip() for c in cells]
    return Layout(encoding, separator, tuple(_distinct(names)), headless)


def pieces(path: Path, found: Layout) -> Iterator[list[list[str]]]:
    """The rows below the header, in pieces; blank lines are left out.

    Raises:
        BadInput: a row of another length, or a quote that is not closed.
        UnicodeDecodeError: another encoding.
    """
    csv.field_size_limit(CELL)
    with path.open(encoding=found.encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=found.separator, skipinitialspace=True)
        if not found.headless:
            next(reader)
        while piece := _piece(path, reader, len(found.names)):
            yield piece


def _piece(path: Path, reader: Iterator[list[str]], wide: int) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in reader:
            if len(row) != wide:
                if not any(cell.strip() for cell in row):
                    continue
                _ragged(path, reader, row, wide)
            rows.append(row)
            if len(rows) == PIECE:
                break
    except csv.Error as error:
        line = getattr(reader, "line_num", 0)
        raise BadInput(f"{path}, line {line}: {error}; is a quote not closed?") from None
    return rows


def _ragged(path: Path, reader: object, row: list[str], wide: int) -> None:
    raise BadInput(
        f"{path}, line {getattr(reader, 'line_num', 0)} has {len(row)} cells, the first line "
        f"{wide}: mend it, or put the text with the separator into quotes."
    )


def _separator(head: str) -> str:
    """The one that occurs most outside of quotes."""
    bare = "".join(head.split('"')[::2])
    return max(_SEPARATORS, key=lambda one: (bare.count(one), -_SEPARATORS.index(one)))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return cell.strip().lower() not in ("nan", "inf", "infinity")


def _distinct(names: Sequence[str]) -> Iterator[str]:
    """Names that tell columns apart; one without a name is known by its place."""
    seen: set[str] = set()
    for place, name in enumerate(names, 1):
        name = name or str(place)
        yield name if name not in seen else f"{name} ({place})"
        seen.add(name)


def open_lines(path: Path) -> TextIO:
    """JSON lines, which are UTF-8 by their definition."""
    return path.open(encoding="utf-8-sig")
