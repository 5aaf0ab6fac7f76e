"""Order statistics of numbers that lie in several sorted pieces.

Sorting ten million numbers takes a second during which nobody else is served; sorting pieces of
them, one after the other, does not. The pieces are never merged: a rank is found by bisection.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Pieces = Sequence[np.ndarray[Any, Any]]
"""Each rising, all of one dtype, none with NaN."""


def total(pieces: Pieces) -> int:
    """How many numbers there are."""
    return sum(len(piece) for piece in pieces)


def smallest(pieces: Pieces, rank: int) -> Any:
    """The number that `rank` others (0 …) come before; there must be so many.

    Each step halves what is left of the longest piece, and usually of all.
    """
    low = [0] * len(pieces)
    high = [len(piece) for piece in pieces]
    while True:
        at = max(range(len(pieces)), key=lambda i: high[i] - low[i])
        pivot = pieces[at][(low[at] + high[at]) // 2]
        left = [int(np.searchsorted(piece, pivot, "left")) for piece in pieces]
        right = [int(np.searchsorted(piece, pivot, "right")) for piece in pieces]
        if sum(left) <= rank < sum(right):
            return pivot.item()
        if rank < sum(left):
            high = [min(h, n) for h, n in zip(high, left, strict=True)]
        else:
            low = [max(n, r) for n, r in zip(low, right, strict=True)]


def quantile(pieces: Pieces, q: float) -> float:
    """Linear between neighbours, as `numpy.quantile`."""
    place = (total(pieces) - 1) * q
    rank = math.floor(place)
    a = smallest(pieces, rank)
    if place == rank:
        return float(a)
    b, share = smallest(pieces, rank + 1), place - rank
    step = float(b - a)
    if math.isinf(step):  # the ends of the range of floats
        return a * (1 - share) + b * share
    return b - step * (1 - share) if share >= 0.5 else a + step * share


def counts(pieces: Pieces, edges: np.ndarray[Any, Any]) -> tuple[int, ...]:
    """How many lie in each bin; half open but the last, which has its upper edge too."""
    found = np.zeros(len(edges) - 1, np.int64)
    for piece in pieces:
        below = np.searchsorted(piece, edges, "left")
        below[-1] = np.searchsorted(piece, edges[-1], "right")
        found += np.diff(below)
    return tuple(found.tolist())
