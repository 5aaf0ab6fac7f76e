"""Which rows of arrays that are too large are used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from limner.arrays.read import Source
from limner.protocol import ArrayFacts, ArrayRefused

LIMIT = 256 << 20
"""Bytes that are sent at most with one request; computing on more of them takes seconds."""

Index = np.ndarray[Any, np.dtype[np.intp]]


def fit(sources: Sequence[Source], limit: int = LIMIT) -> list[Index | None]:
    """For each array the rows to use, or None for all: together they stay within `limit` bytes.

    Arrays of equally many rows keep the same rows, so that what belongs together stays together.

    Raises:
        ArrayRefused: not even one row of each fits.
    """
    total = sum(source.bytes for source in sources)
    if total <= limit:
        return [None] * len(sources)
    share = limit / total
    picked: dict[int, Index] = {}
    for source in sources:
        rows = int(source.shape[0] * share)
        if rows < 1:
            row = source.bytes // source.shape[0]
            raise ArrayRefused(
                f"A row of {source.name} has {row >> 20} MiB, more than "
                f"the limit of {limit >> 20} MiB allows: name a part of it, or raise the limit."
            )
        picked.setdefault(source.shape[0], _spread(source.shape[0], rows))
    return [picked[source.shape[0]] for source in sources]


def facts_of(source: Source, values: np.ndarray[Any, Any]) -> ArrayFacts:
    """What is known of an array whose rows `values` are used."""
    return ArrayFacts(
        name=source.name,
        dtype=values.dtype.newbyteorder("<").name,
        shape=values.shape,
        of=source.shape[0],
        kind=source.kind,
        columns=source.columns,
        categories=source.categories,
        note=source.note,
    )


def _spread(of: int, rows: int) -> Index:
    """`rows` of them in order: from each stretch of equal length one at random, always the same.

    Every k-th row would see nothing but one phase of what repeats itself.
    """
    random = np.random.default_rng(0)
    borders = np.linspace(0, of, rows + 1)
    picked = borders[:-1] + random.random(rows) * np.diff(borders)
    return np.minimum(picked.astype(np.intp), of - 1)
