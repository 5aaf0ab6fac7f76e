"""n-grams of 1 to 4 tokens, counted: a map over chunks and a merge.

`count(text)` is the map; counts of two texts that are kept apart (`SEPARATOR`) add up:

    merge([count(a), count(b)]) == count(a + SEPARATOR + b)
    merge([count(a + SEPARATOR + b), negative(count(b))]) == count(a)

so a document is added and removed exactly, in any order, on any number of machines. A count is a
sorted array of 64-bit keys (`tokens.grams`) with one of numbers; a merge is a sort and a sum.
numpy's sort of 64-bit numbers is vectorised (60 M keys/s on one core of 2020), which is the whole
trick.

`Table` finds counts again, by key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from limner.methods.terms.tokens import Ints, Keys, Tokens, grams, tokenize, within

ORDER = 4
"""Longest n-gram that is counted everywhere; longer terms are counted once they are candidates."""

SLICE = 1 << 18
"""Counts that are merged at a time."""

SEPARATOR = "\0"
"""Between two documents of one chunk: a break."""


@dataclass(frozen=True)
class Counts:
    """Of the n-grams of one length: distinct keys in order, and how often each occurs."""

    keys: Keys  # (K,)
    counts: Ints  # (K,) never 0; negative where something is to be taken away

    def __len__(self) -> int:
        """K."""
        return len(self.keys)

    @property
    def total(self) -> int:
        """Occurrences."""
        return int(self.counts.sum())


Grams = tuple[Counts, ...]
"""Counts of the 1-, 2-, … ORDER-grams."""

NOTHING = Counts(np.zeros(0, np.uint64), np.zeros(0, np.int64))


def count(text: str) -> Grams:
    """Count one chunk."""
    return count_tokens(tokenize(text))


def count_tokens(tokens: Tokens) -> Grams:
    """Count what was tokenized already."""
    return tuple(
        distinct(grams(tokens.ids, n)[within(tokens.breaks, n)]) if len(tokens) >= n else NOTHING
        for n in range(1, ORDER + 1)
    )


def distinct(keys: Keys) -> Counts:
    """Distinct keys and how often each occurs."""
    if not len(keys):
        return NOTHING
    keys = np.sort(keys)
    first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return Counts(keys[first], np.diff(first, append=len(keys)))


def merge(parts: Iterable[Counts]) -> Counts:
    """Add up; what comes to nothing is left out.

    One range of the keys after the other, so that sorting needs little room beside the counts.
    """
    parts = [part for part in parts if len(part)]
    size = sum(map(len, parts))
    if size <= SLICE:
        return _merge(parts)
    keys, counts = np.empty(size, np.uint64), np.empty(size, np.int64)
    largest = max(parts, key=len).keys
    places = np.linspace(0, len(largest), size // SLICE + 1).astype(np.int64)[1:-1]
    cuts = [[0, *np.searchsorted(part.keys, largest[places]).tolist(), len(part)] for part in parts]
    done = 0
    for k in range(len(places) + 1):
        some = _merge(
            [
                Counts(part.keys[cut[k] : cut[k + 1]], part.counts[cut[k] : cut[k + 1]])
                for part, cut in zip(parts, cuts, strict=True)
            ]
        )
        keys[done : done + len(some)] = some.keys
        counts[done : done + len(some)] = some.counts
        done += len(some)
    return Counts(keys[:done].copy(), counts[:done].copy())


def _merge(parts: Sequence[Counts]) -> Counts:
    if not sum(map(len, parts)):
        return NOTHING
    keys = np.concatenate([part.keys for part in parts])
    counts = np.concatenate([part.counts for part in parts])
    order = np.argsort(keys)
    keys, counts = keys[order], counts[order]
    first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    sums = np.add.reduceat(counts, first)
    kept = sums != 0
    return Counts(keys[first][kept], sums[kept])


def merge_grams(parts: Sequence[Grams]) -> Grams:
    """`merge` for every length."""
    return tuple(merge(part[n] for part in parts) for n in range(ORDER))


def negative(grams: Grams) -> Grams:
    """What takes a document away again."""
    return tuple(Counts(one.keys, -one.counts) for one in grams)


def at_least(counts: Counts, least: int) -> Counts:
    """Those that occur `least` times or more."""
    kept = counts.counts >= least
    return Counts(counts.keys[kept], counts.counts[kept])


class Table:
    """Which row of `keys` a key is, for millions of keys at once.

    The keys are spread evenly, so the leading bits say nearly where a key lies in the sorted array:
    one probe for most, two or three for the rest. Faster than bisection, and no copy of the keys.
    """

    def __init__(self, keys: Keys) -> None:
        """`keys` (K,) are sorted and distinct."""
        bits = max(4, len(keys).bit_length())
        self._keys = keys
        self._shift = np.uint64(64 - bits)
        buckets = np.arange(1 << bits, dtype=np.uint64) << self._shift
        self._first = np.append(np.searchsorted(keys, buckets), len(keys)).astype(np.int32)

    def __len__(self) -> int:
        """K."""
        return len(self._keys)

    def rows(self, wanted: Keys) -> NDArray[np.int32]:
        """(Q,) the row of each wanted key, −1 where there is none."""
        if not len(self._keys):
            return np.full(len(wanted), -1, np.int32)
        bucket = (wanted >> self._shift).astype(np.int64)
        at, end = self._first[bucket], self._first[bucket + 1]
        last = len(self._keys) - 1
        hit = (self._keys[np.minimum(at, last)] == wanted) & (at < end)
        rows = np.where(hit, at, np.int32(-1))
        ahead = np.flatnonzero(~hit & (at + 1 < end))
        while len(ahead):
            at[ahead] += 1
            hit = self._keys[at[ahead]] == wanted[ahead]
            rows[ahead[hit]] = at[ahead[hit]]
            ahead = ahead[~hit & (at[ahead] + 1 < end[ahead])]
        return rows
