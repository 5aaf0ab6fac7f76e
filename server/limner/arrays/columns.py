"""A table read as its columns, each an array of its own: numbers beside texts keep their kind."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from limner.arrays.read import Source, Values, read
from limner.protocol import ArrayRefused

MOST = 500
"""Most columns that are taken apart: they have 124,750 pairs."""


def columns_of(name: str, value: Any) -> tuple[Source, ...]:
    """The columns of a DataFrame or of a two-dimensional array; anything else as it is, alone.

    Columns of a DataFrame are named as they are there, those of an array by their index:
    `x[:, 0]`. What can be read neither as numbers nor as categories is left out, and the note of
    the first column says so.

    Raises:
        ArrayRefused: it is no array, none of its columns can be read, or there are too many.
    """
    frame = _frame(value)
    if frame is None:
        source = read(name, value)
        return _of_array(source) if len(source.shape) == 2 else (source,)
    _check_count(name, len(frame))
    found, left = _readable(frame)
    if not found:
        raise ArrayRefused(f"{name} has no column of numbers or labels: {' '.join(left)}")
    if left:
        note = " ".join(filter(None, (found[0].note, f"Left out: {' '.join(left)}")))
        found[0] = replace(found[0], note=note)
    return tuple(found)


def _frame(value: Any) -> list[tuple[str, Any]] | None:
    """Names and columns of a DataFrame of pandas or polars; None for anything else."""
    pandas, polars = sys.modules.get("pandas"), sys.modules.get("polars")
    if pandas is not None and isinstance(value, pandas.DataFrame):
        names = _numbered(map(str, value.columns))
        return [(name, value.iloc[:, i]) for i, name in enumerate(names)]
    if polars is not None and isinstance(value, polars.DataFrame):
        return [(column.name, column) for column in value.get_columns()]
    return None


def _readable(frame: Iterable[tuple[str, Any]]) -> tuple[list[Source], list[str]]:
    """The columns that can be read, and why the others cannot."""
    found: list[Source] = []
    left: list[str] = []
    for name, column in frame:
        try:
            found.append(read(name, column))
        except ArrayRefused as error:
            left.append(str(error))
    return found, left


def _of_array(source: Source) -> tuple[Source, ...]:
    """The columns of two-dimensional numbers; one column alone keeps the array's name."""
    count = source.shape[1]
    _check_count(source.name, count)
    if count == 1:
        return (replace(source, shape=source.shape[:1], columns=(), fetch=_column(source, 0)),)
    return tuple(_taken(source))


def _taken(source: Source) -> Iterator[Source]:
    names = source.columns or [f"{source.name}[:, {i}]" for i in range(source.shape[1])]
    for i, name in enumerate(_numbered(names)):
        yield replace(
            source,
            name=name,
            shape=source.shape[:1],
            columns=(),
            fetch=_column(source, i),
            note=source.note if i == 0 else "",
        )


def _column(source: Source, index: int) -> Any:
    """How one column is fetched; the whole array is fetched where it lies elsewhere."""

    def fetch(rows: Values | None) -> Values:
        return source.fetch(rows)[:, index]

    return fetch


def _check_count(name: str, count: int) -> None:
    if count > MOST:
        raise ArrayRefused(
            f"{name} has {count:,} columns; pairs of at most {MOST} are compared: name some of "
            "them, or compare the whole with another array."
        )


def _numbered(names: Iterable[str]) -> list[str]:
    """Names that come again with a number behind them."""
    seen: Counter[str] = Counter()
    found: list[str] = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found
