"""Where candidates stand, once they are known: counts, neighbours, first places.

Every occurrence counts here, also inside longer candidates. The neighbours of a term tell whether
it is a unit: what can stand before 操作系统 is open, what can stand before 作系统 is not. Freedom
is the entropy of the neighbours (in nats, smaller of the two sides), where each break (punctuation,
line end) is a neighbour of its own kind: a term beside a comma is as free as can be.

The map over chunks gives `Seen`, which merge by addition like counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from limner.methods.terms.counting import NOTHING, Counts, Table, distinct, merge
from limner.methods.terms.discovery import LONGEST_TERM
from limner.methods.terms.tokens import Ints, Keys, Tokens, grams, spans, within

_ROW = np.uint64(44)
_NEIGHBOUR = np.uint64(20)
_PREFIX = 4


@dataclass(frozen=True)
class Candidates:
    """K candidates, keys in order."""

    keys: Keys  # (K,)
    lengths: Ints  # (K,) tokens
    table: Table
    prefixes: Table
    """Keys of the 4-grams that longer candidates may begin with."""

    @staticmethod
    def of(found: Sequence[Counts], frequent: Counts) -> Candidates:
        """From the counts of candidates by length; `frequent` 4-grams begin the longer ones."""
        keys = np.concatenate([one.keys for one in found])
        lengths = np.repeat(np.arange(1, len(found) + 1), [len(one) for one in found])
        order = np.argsort(keys)
        keys, lengths = keys[order], lengths[order]
        first = np.concatenate(([True], keys[1:] != keys[:-1])) if len(keys) else keys.astype(bool)
        keys, lengths = keys[first], lengths[first]
        return Candidates(keys, lengths, Table(keys), Table(frequent.keys))

    def __len__(self) -> int:
        """K."""
        return len(self.keys)

    def within(self, tokens: Tokens) -> tuple[Ints, Ints]:
        """Row and place (in tokens) of every occurrence, overlapping ones too."""
        rows: list[Ints] = []
        places: list[Ints] = []
        longest = int(self.lengths.max(initial=0))
        begins = np.zeros(0, np.int64)
        for n in range(1, min(longest, LONGEST_TERM) + 1):
            if n > len(tokens):
                break
            if n <= _PREFIX:
                at = np.flatnonzero(within(tokens.breaks, n))
                keys = grams(tokens.ids, n)[at]
                if n == _PREFIX:
                    begins = at[self.prefixes.rows(keys) >= 0] if longest > n else at[:0]
            else:
                at = begins[begins + n <= len(tokens)]
                at = at[within(tokens.breaks, n)[at]]
                keys = spans(tokens.ids, at, np.full(len(at), n))
            row = self.table.rows(keys).astype(np.int64)
            hit = (row >= 0) & (self.lengths[row] == n)
            rows.append(row[hit])
            places.append(at[hit])
        nothing = np.zeros(0, np.int64)
        return np.concatenate([nothing, *rows]), np.concatenate([nothing, *places])


@dataclass(frozen=True)
class Seen:
    """Occurrences of K candidates in some text."""

    counts: Ints  # (K,)
    left: Counts
    """Keys: row and neighbour packed together (`entropies` unpacks them)."""
    right: Counts

    @staticmethod
    def nothing(size: int) -> Seen:
        """No text."""
        return Seen(np.zeros(size, np.int64), NOTHING, NOTHING)

    @staticmethod
    def sum(parts: Sequence[Seen]) -> Seen:
        """Of several texts."""
        return Seen(
            np.sum([part.counts for part in parts], axis=0),
            merge(part.left for part in parts),
            merge(part.right for part in parts),
        )


def see(candidates: Candidates, tokens: Tokens, rows: Ints, places: Ints) -> Seen:
    """Count occurrences that `Candidates.within` found, and their neighbours."""
    counts = np.bincount(rows, minlength=len(candidates))
    before, after = places - 1, places + candidates.lengths[rows]
    open_left = (places > 0) & ~tokens.breaks[before]
    open_right = (after < len(tokens)) & ~tokens.breaks[after - 1]
    ids = tokens.ids
    zero = np.uint64(0)
    left = np.where(open_left, ids[before] | np.uint64(1 << 20), zero)
    right = np.where(open_right, ids[np.minimum(after, len(ids) - 1)] | np.uint64(1 << 20), zero)
    packed = rows.astype(np.uint64) << _ROW
    return Seen(
        counts,
        distinct(packed | (left >> _NEIGHBOUR)),
        distinct(packed | (right >> _NEIGHBOUR)),
    )


def occurrences(candidates: Candidates, tokens: Tokens) -> Seen:
    """Both steps."""
    return see(candidates, tokens, *candidates.within(tokens))


def entropies(neighbours: Counts, size: int) -> NDArray[np.float64]:
    """(K,) H of the neighbours on one side, in nats; every break is a kind of its own."""
    rows = (neighbours.keys >> _ROW).astype(np.int64)
    counts = neighbours.counts.astype(np.float64)
    breaks = (neighbours.keys & np.uint64((1 << 44) - 1)) == 0
    # H = log n − Σ c log c / n, where a break's own kinds (c = 1) add nothing to the sum
    total = np.bincount(rows, counts, size)
    spread = np.bincount(rows, np.where(breaks, 0.0, counts * np.log(counts)), size)
    safe = np.maximum(total, 1)
    return np.log(safe) - spread / safe
