"""Candidates without a dictionary: where does a text hold together, and where does it come apart?

Pointwise mutual information of an n-gram at its weakest split,

    PMI(w) = min over splits w = ab of  log( c(w)·N / (c(a)·c(b)) ),

says how much more often its halves meet than by chance. It is used twice.

**Segments** (苏剑林, 科学空间 6920, "word-discovery"). An n-gram is *strong* when its PMI reaches a
bound that grows with its length (2, 4, 6 for 2, 3, 4 tokens). Two neighbours hold together when a
strong n-gram reaches over both; what lies between two boundaries is a segment. Segments are words.

**Candidates** are all frequent n-grams with Han characters whose PMI is at least `loose`: terms are
often made of words (配置文件) and often stand inside longer segments (文件名 in 指定文件名称).
Longer than four tokens there is no PMI; every 4-gram inside must be frequent. Of other scripts they
are the n-grams of 1 to 4 words (Frantzi, Ananiadou and Mima 2000, with stop words at the edges
instead of parts of speech). Nothing begins or ends with a token that the rules name (`rules`).

**What it does not show.** Whether a candidate is a term or a habit of speech: that is what
entropies, nesting and contrast are for (`scoring`, `contrast`). Words rarer than `min_count`.

**Cost.** One pass over the tokens, four table look-ups a token.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from limner.methods.terms.counting import (
    ORDER,
    Counts,
    Grams,
    Table,
    distinct,
    merge,
)
from limner.methods.terms.tokens import Bools, Ints, Keys, Tokens, grams, spans, within

LONGEST_TERM = 8
"""Tokens: a longer segment is a clause."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Statistics:
    """Frequent n-grams of a corpus with what is needed to ask for their PMI."""

    tables: tuple[Table, ...]
    logs: tuple[Floats, ...]
    """log c per n-gram, as long as its table; one more entry, −∞, for what is not frequent."""
    log_total: float

    @staticmethod
    def of(frequent: Grams, total: int) -> Statistics:
        """`frequent` of a corpus of `total` tokens."""
        logs = tuple(np.append(np.log(one.counts), -np.inf).astype(np.float32) for one in frequent)
        tables = tuple(Table(one.keys) for one in frequent)
        return Statistics(tables, logs, float(np.log(max(1, total))))

    def log_counts(self, keys: Keys, n: int) -> Floats:
        """(Q,) log c of n-grams, −∞ where they are not frequent."""
        return self.logs[n - 1][self.tables[n - 1].rows(keys)]

    def everywhere(self, tokens: Tokens) -> list[Floats]:
        """Log c of the 1-, 2-, … ORDER-gram at every token of a text; −∞ over a break."""
        found: list[Floats] = []
        for n in range(1, ORDER + 1):
            if len(tokens) < n:
                found.append(np.zeros(0, np.float32))
                continue
            logs = self.log_counts(grams(tokens.ids, n), n)
            found.append(np.where(within(tokens.breaks, n), logs, np.float32(-np.inf)))
        return found

    def pmi(self, logs: Sequence[Floats], n: int) -> Floats:
        """PMI at the weakest split of the n-gram at every token; −∞ where it is not frequent."""
        size = len(logs[n - 1])
        weakest = np.full(size, np.inf, np.float32)
        with np.errstate(invalid="ignore"):
            for k in range(1, n):
                apart = logs[k - 1][:size] + logs[n - k - 1][k : k + size]
                np.minimum(weakest, logs[n - 1] - apart, out=weakest)
        weakest += np.float32(self.log_total)
        return np.where(np.isfinite(logs[n - 1]), weakest, np.float32(-np.inf))


@dataclass(frozen=True)
class Bounds:
    """What candidates must reach."""

    strong: tuple[float, float, float]
    """PMI of 2-, 3-, 4-grams that hold a segment together, in nats."""
    loose: float
    """PMI of a candidate."""
    first: Keys
    """Tokens that no candidate begins with, in order."""
    last: Keys
    """Tokens that no candidate ends with, in order."""


@dataclass(frozen=True)
class Found:
    """Distinct keys of one chunk, by length from 1 to LONGEST_TERM."""

    segments: tuple[Counts, ...]
    """How often each stands as a whole segment."""
    candidates: tuple[Counts, ...]
    """How often each occurs."""

    @staticmethod
    def sum(parts: Sequence[Found]) -> Found:
        """Of several chunks."""
        lengths = range(LONGEST_TERM)
        return Found(
            tuple(merge(part.segments[n] for part in parts) for n in lengths),
            tuple(merge(part.candidates[n] for part in parts) for n in lengths),
        )


def find(tokens: Tokens, statistics: Statistics, bounds: Bounds) -> Found:
    """Segments and candidates of one chunk."""
    logs = statistics.everywhere(tokens)
    pmi = [statistics.pmi(logs, n) for n in range(2, ORDER + 1)]
    han = [_some_han(tokens, n) for n in range(1, LONGEST_TERM + 1)]
    strong = [(pmi[n - 2] >= bound) & han[n - 1] for n, bound in enumerate(bounds.strong, 2)]
    opens = ~np.isin(tokens.ids, bounds.first)
    closes = ~np.isin(tokens.ids, bounds.last)
    candidates: list[Counts] = []
    for n in range(1, LONGEST_TERM + 1):
        if n == 1:
            fit = np.isfinite(logs[0]) & ~tokens.han & (tokens.ends - tokens.starts > 1)
        elif n <= ORDER:
            fit = np.where(han[n - 1], pmi[n - 2] >= bounds.loose, np.isfinite(logs[n - 1]))
        else:
            fit = _all_frequent(logs[ORDER - 1], n) & han[n - 1]
        size = len(fit)
        at = np.flatnonzero(fit & opens[:size] & closes[n - 1 : n - 1 + size])
        candidates.append(distinct(spans(tokens.ids, at, np.full(len(at), n))))
    return Found(_whole_segments(tokens, strong), tuple(candidates))


def _whole_segments(tokens: Tokens, strong: Sequence[Bools]) -> tuple[Counts, ...]:
    starts, lengths = segments(tokens, strong)
    whole = _bridged(starts, lengths, strong) & (lengths <= LONGEST_TERM)
    starts, lengths = starts[whole], lengths[whole]
    keys = spans(tokens.ids, starts, lengths)
    return tuple(distinct(keys[lengths == n]) for n in range(1, LONGEST_TERM + 1))


def _all_frequent(logs: Floats, n: int) -> Bools:
    """Whether every ORDER-gram inside the n-gram at each token is frequent."""
    frequent = np.isfinite(logs)
    size = max(0, len(frequent) - (n - ORDER))
    every = np.ones(size, bool)
    for k in range(n - ORDER + 1):
        every &= frequent[k : k + size]
    return every


def segments(tokens: Tokens, strong: Sequence[Bools]) -> tuple[Ints, Ints]:
    """Starts and lengths of what lies between boundaries, a word of letters always alone."""
    held = np.zeros(len(tokens), bool)  # whether a token holds together with the next
    for n, flags in enumerate(strong, 2):
        for k in range(n - 1):
            held[k : k + len(flags)] |= flags
    if len(tokens):
        held[-1] = False
    ends = np.flatnonzero(~held)
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    return starts, ends + 1 - starts


def _bridged(starts: Ints, lengths: Ints, strong: Sequence[Bools]) -> Bools:
    """Whether a segment is itself strong, or, beyond ORDER, every ORDER-gram inside is."""
    longest = strong[-1]
    sums = np.concatenate(([0], np.cumsum(longest)))
    last = np.clip(starts + lengths - ORDER + 1, 0, len(longest))
    inside = sums[last] - sums[np.minimum(starts, last)]
    kept = np.where(lengths > ORDER, inside == lengths - ORDER + 1, lengths < 2)
    for n, flags in enumerate(strong, 2):
        at = np.flatnonzero(lengths == n)
        kept[at] = flags[starts[at]]
    return kept


def _some_han(tokens: Tokens, n: int) -> Bools:
    """Whether the n-gram at each token has a Han character."""
    size = max(0, len(tokens) - n + 1)
    some = np.zeros(size, bool)
    for k in range(n):
        some |= tokens.han[k : k + size]
    return some
