"""Cells of a file's column, one after the other, become numbers, dates or labels.

Numbers and labels are kept side by side until it is clear which they are: so a file is read once,
and a column of a million different numbers costs eight bytes each.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import numpy as np

from limner.arrays.read import CATEGORIES, Source, of_codes, of_numpy
from limner.protocol import ArrayRefused

MISSING = frozenset(("", "NA", "N/A", "#N/A", "NaN", "nan", "NULL", "null", "None", "none", "-"))
"""Cells that say that there is no value."""

MIXED = 20
"""Most different values of a column that has texts among its numbers and still counts as labels."""

_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_COMMA = re.compile(r"[+-]?\d+,\d+")


class Cells:
    """A column that is being read."""

    def __init__(self, name: str, *, decimal_comma: bool = False) -> None:
        """`decimal_comma`: 3,5 is a number, as where semicolons part the cells."""
        self.name = name
        self._decimal_comma = decimal_comma
        self._numbers: array[float] | None = array("d")
        self._codes: array[int] | None = array("i")
        self._known: dict[str, int] = {}
        self._count = self._numeric = self._texts = 0
        self._first: tuple[str, int] | None = None
        """The first text, and in which row it is."""
        self._rewritten = False
        """A comma was read as part of a number."""

    def add(self, cells: Iterable[Any], row: int) -> None:
        """Take the next cells; the first of them is of this row."""
        for at, cell in enumerate(cells, row):
            self._count += 1
            if cell is None or (isinstance(cell, str) and cell.strip() in MISSING):
                self._keep(np.nan, None)
            elif (number := self._number(cell)) is not None:
                self._numeric += 1
                self._keep(number, str(cell))
            else:
                if self._first is None:
                    self._first = (str(cell), at)
                self._texts += 1
                self._numbers = None
                self._keep(None, str(cell))

    def source(self) -> Source:
        """What the column is.

        Raises:
            ArrayRefused: texts among numbers, too many different texts, or nothing at all.
        """
        if self._texts and self._numeric and len(self._known) > MIXED:
            assert self._first is not None
            text, row = self._first
            raise ArrayRefused(
                f"{self.name} has {self._texts:,} texts among {self._numeric:,} numbers, the first "
                f"is {text[:40]!r} in row {row}: mend or empty these cells."
            )
        if self._numbers is not None:
            note = "Commas in numbers were read as they are meant." if self._rewritten else ""
            return of_numpy(self.name, np.array(self._numbers), note=note)
        if self._codes is None:
            raise ArrayRefused(
                f"{self.name} has more than {CATEGORIES:,} different texts: they are no "
                "categories; group them first."
            )
        codes = np.array(self._codes)
        if (seconds := _dates(self._known)) is not None:
            numbers = np.where(codes < 0, np.nan, seconds[codes])
            return of_numpy(self.name, numbers, note="Dates are seconds since 1970-01-01.")
        return of_codes(self.name, codes, tuple(self._known))

    def _keep(self, number: float | None, text: str | None) -> None:
        if self._numbers is not None and number is not None:
            self._numbers.append(number)
        if self._codes is None:
            return
        code = -1 if text is None else self._known.setdefault(text, len(self._known))
        self._codes.append(code)
        if len(self._known) > CATEGORIES:
            self._codes = None

    def _number(self, cell: Any) -> float | None:
        if isinstance(cell, bool | int | float):
            return float(cell)
        if not isinstance(cell, str) or "_" in cell:
            return None
        try:
            return float(cell)
        except ValueError:
            return self._with_commas(cell.strip())

    def _with_commas(self, cell: str) -> float | None:
        if self._decimal_comma and _COMMA.fullmatch(cell):
            self._rewritten = True
            return float(cell.replace(",", "."))
        if not self._decimal_comma and _THOUSANDS.fullmatch(cell):
            self._rewritten = True
            return float(cell.replace(",", ""))
        return None


def _dates(texts: Iterable[str]) -> np.ndarray[Any, Any] | None:
    """Seconds of each text, or None where one of them is no date."""
    found: list[float] = []
    for text in texts:
        if len(text) < 8 or not text[:4].isdecimal():
            return None
        try:
            date = datetime.fromisoformat(text)
        except ValueError:
            return None
        found.append((date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp())
    return np.array(found) if found else None
