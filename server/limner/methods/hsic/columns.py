"""From the arrays that were given to columns of numbers or codes, row by row comparable.

What cannot be answered is refused here in one sentence: too few rows, lengths that differ, a column
that does not vary, values that are missing. Rows belong together by their place, never by an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from limner.methods._contract import Given
from limner.protocol import ArrayFacts, ArrayRefused, BadInput, MissingValues

Numbers = np.ndarray[Any, Any]

LEAST = 4
"""Rows: with fewer the unbiased estimator divides by zero."""


@dataclass(frozen=True)
class Column:
    """One side of a comparison: (n, d) numbers, or (n,) codes."""

    facts: ArrayFacts
    values: Numbers
    name: str

    @property
    def categorical(self) -> bool:
        """Whether the values are codes of categories."""
        return self.facts.kind == "categories"

    @property
    def d(self) -> int:
        """Dimensions of a row."""
        return 1 if self.values.ndim == 1 else self.values.shape[1]


def column_of(given: Given) -> Column:
    """The whole array as one side.

    Raises:
        ArrayRefused: its values are no real numbers, or it is empty.
    """
    facts, values = given.facts, given.values
    if not values.size:
        raise ArrayRefused(f"{facts.name} is empty: run the cell that fills it first.")
    if facts.kind == "categories":
        return Column(facts, values.reshape(len(values), -1)[:, 0].astype(np.int64), facts.name)
    if values.dtype.kind not in "biuf":
        raise ArrayRefused(
            f"{facts.name} is of {values.dtype}: compare its real part or absolute value."
        )
    return Column(facts, _floats(values.reshape(len(values), -1)), facts.name)


def columns_of(given: Given) -> list[Column]:
    """Each column of a table by itself; raises as `column_of`."""
    whole = column_of(given)
    if whole.categorical or given.values.ndim == 1:
        return [whole]
    names = given.facts.columns
    width = whole.values.shape[1]
    return [
        Column(
            ArrayFacts(
                name=names[i] if i < len(names) else f"{given.facts.name}[:, {i}]",
                dtype=given.facts.dtype,
                shape=(len(whole.values),),
                of=given.facts.of,
            ),
            whole.values[:, i : i + 1],
            names[i] if i < len(names) else f"{given.facts.name}[:, {i}]",
        )
        for i in range(width)
    ]


def comparable(columns: Sequence[Column], drop: bool) -> tuple[list[Column], int]:
    """The columns without the rows that cannot be used, and how many those were.

    Raises:
        BadInput: lengths differ, or there are too few rows.
        MissingValues: values are missing and `drop` is not set.
    """
    lengths = {len(column.values) for column in columns}
    if len(lengths) > 1:
        told = ", ".join(f"{c.name} has {len(c.values):,}" for c in columns[:4])
        raise BadInput(f"The arrays have different numbers of rows ({told}): select the same rows.")
    bad = np.zeros(lengths.pop(), bool)
    for column in columns:
        bad |= unusable(column)
    count = int(bad.sum())
    if count and not drop:
        raise MissingValues(
            f"{count:,} of {len(bad):,} rows have a missing or infinite value: fill them in, or "
            "say drop=True to leave these rows out."
        )
    if len(bad) - count < LEAST:
        raise BadInput(
            f"{len(bad) - count} usable rows are too few: independence needs at least {LEAST}."
        )
    if count:
        columns = [replace(column, values=column.values[~bad]) for column in columns]
    return list(columns), count


def unusable(column: Column) -> Numbers:
    """Which rows have a value that is missing or not finite: (n,) of truth values."""
    if column.categorical:
        return column.values < 0
    return np.logical_not(np.isfinite(column.values).all(axis=1))


def constant(column: Column) -> bool:
    """Whether all rows are equal."""
    return bool((column.values == column.values[:1]).all())


def _floats(values: Numbers) -> Numbers:
    """As float64; large integers keep their differences."""
    if values.dtype.kind in "iu" and values.dtype.itemsize == 8:
        low, high = int(values.min()), int(values.max())
        if max(abs(low), abs(high)) > 1 << 53 and high - low < 1 << 62:
            return (values - values.dtype.type(low)).astype(np.float64)
    return values.astype(np.float64)
