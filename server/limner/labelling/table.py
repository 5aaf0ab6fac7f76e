"""Data files as rows of a text and a label, of which only the label may change.

A library that reads CSV gives values and no places, and one that writes it writes all of it anew:
quotes, line ends and spaces come out otherwise. Here each cell keeps its place in the text, and a
new label is an edit of that place; everything else stays, character for character.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from limner.protocol import TableRefused
from limner.text.edits import Edit

Format = Literal["tsv", "csv", "jsonl"]

SUFFIXES: dict[str, Format] = {
    ".tsv": "tsv",
    ".tab": "tsv",
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One text of a data file. Offsets are code points of the file's text."""

    index: int
    """Among the data rows, from 0; a header is none."""
    line: int
    """Where the row begins, from 0."""
    start: int
    end: int
    """Without its line end; a quoted cell may contain some."""
    text: str
    label: str
    """Empty: not labelled."""
    cell: tuple[int, int]
    """The label's place as it is written, quotes included; empty where it has to be put in."""
    before: str = ""
    """What must be put in before a label that has no cell yet."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A line that is left out."""

    line: int
    said: str
    """What to do about it."""


@dataclass(frozen=True)
class Writing:
    """How the file writes labels."""

    delimiter: str = ""
    quoted: bool = False
    """Whether label cells have quotes though they need none."""
    escaped: bool = False
    """JSON: whether all but ASCII is written as escapes."""
    numbers: bool = False
    """JSON: whether labels are whole numbers."""


@dataclass(frozen=True)
class Table:
    """A data file, read."""

    text: str
    format: Format
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    troubles: tuple[Trouble, ...]
    writing: Writing = field(default=Writing())

    def row_at(self, offset: int) -> Row | None:
        """The row around a place, its end included."""
        k = bisect_right(self.rows, offset, key=lambda row: row.start) - 1
        return self.rows[k] if k >= 0 and offset <= self.rows[k].end else None

    def relabel(self, labels: Mapping[int, str]) -> list[Edit]:
        """Edits that give rows (by index) their labels, the last first."""
        from limner.labelling import jsonl, separated

        write = jsonl.written if self.format == "jsonl" else separated.written
        return [
            Edit(*row.cell, row.before + write(labels[row.index], self.writing))
            for row in reversed(self.rows)
            if row.index in labels
        ]


def format_of(path: str | Path) -> Format:
    """By the file's suffix.

    Raises:
        TableRefused: another one.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise TableRefused(
            f"{Path(path).name} is none of {', '.join(SUFFIXES)}: save the data as one of them."
        )
    return SUFFIXES[suffix]


def read_table(
    text: str,
    format: Format,
    *,
    text_column: str | int,
    label_column: str | int,
    header: bool = True,
) -> Table:
    """Read a file's text.

    Raises:
        TableRefused: a column is missing, both are one, or there is no row.
    """
    from limner.labelling import jsonl, separated

    if text_column == label_column:
        raise TableRefused(
            f"Text and label are the same column ({text_column}): name two, as in "
            'text = "text", label = "label".'
        )
    if format == "jsonl":
        table = jsonl.read(text, str(text_column), str(label_column))
    else:
        table = separated.read(text, format, text_column, label_column, header=header)
    if not table.rows and not table.troubles:
        raise TableRefused("There is no row in this file: write one text a line.")
    return table


def columns_of(text: str, format: Format) -> tuple[str, ...]:
    """Names of the columns, or keys of the first object; empty where there are none."""
    from limner.labelling import jsonl, separated

    return jsonl.keys(text) if format == "jsonl" else separated.names(text, format)
