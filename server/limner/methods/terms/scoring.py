"""What a candidate's counts say about it: PMI, freedom, nesting, C-value, and one ranking of all.

With h = min(H_left, H_right), the freedom, c occurrences, s of them as a whole segment, n tokens:

**Unit**, for words without a background: h + 0.7 · log(1 + s) − (n − 2)₊. A long string of free
neighbours is rather a phrase than a word, so each character beyond two is asked for a nat.

**Score**, for terms against a background: δ + h + min(r, ½) + 0.3 · s/c, with δ the shrunk log-odds
of `contrast` (its level; 0 without a background) and r the *rarity* of the characters: how many
nats they are rarer in this corpus than a token of its text is on average,

    r = mean over the candidate's tokens of −log p  −  mean over the corpus's tokens of −log p,

p being a token's share of the corpus. 中显示 and 套接字 are both foreign to a newspaper and both
free; but clauses are made of frequent characters. More than half a nat is no merit: it would put
what is rare everywhere (珊瑚, 辣椒) before what the corpus is about. Words of letters have no
characters to look at; instead each that joins others, of either script, is asked for a nat.

**Gates** (each a reason to leave a candidate out, not to rank it lower): freedom under
`min_freedom`; contrast that may be chance (z < 1.28); and a candidate that nine times in ten stands
inside one and the same longer candidate.

**C-value** (Frantzi, Ananiadou and Mima 2000), log₂(n + 1) · (c − mean count of the candidates that
contain it), is shown beside it. n + 1, so that single words have one.

The weights of the score were chosen on computing manuals against People's Daily with one half of
the IT list of THUOCL (Han) and on Debian's handbook with FOLDOC's headwords, all of them (letters),
those of the unit on one half of the words of People's Daily; benchmarks/RESULTS.md has the other
halves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from limner.methods.terms.counting import ORDER
from limner.methods.terms.discovery import LONGEST_TERM, Statistics
from limner.methods.terms.occurrences import Candidates
from limner.methods.terms.tokens import Bools, Ints, Keys, spans

Floats = NDArray[np.float64]

SIGNIFICANT = 1.28
"""Least z of a term: one chance in ten, under a prior that leans towards no difference."""
NESTED = 0.9
"""Largest share of occurrences inside one longer candidate."""


@dataclass(frozen=True)
class Nesting:
    """(K,) each."""

    inside: Ints
    """Row of the most frequent longer candidate that contains it, −1: none."""
    share: Floats
    """Which share of its occurrences that one has."""
    c_value: Floats


def nesting(candidates: Candidates, ids: Keys, counts: Ints) -> Nesting:
    """Which candidate is part of which; `ids` (K, LONGEST_TERM) are the tokens of each."""
    K, lengths = len(candidates), candidates.lengths
    inside = np.full(K, -1)
    best = np.zeros(K, np.int64)
    containing, types = np.zeros(K), np.zeros(K)
    order = np.argsort(counts, kind="stable")  # of several that contain one, the last is kept
    flat = ids.reshape(-1)
    for size in range(1, LONGEST_TERM):
        for start in range(LONGEST_TERM - size + 1):
            longer = order[lengths[order] > max(size, start + size - 1)]
            at = longer * LONGEST_TERM + start
            row = candidates.table.rows(spans(flat, at, np.full(len(at), size))).astype(np.int64)
            hit = row >= 0
            row, longer = row[hit], longer[hit]
            np.add.at(containing, row, counts[longer])
            np.add.at(types, row, 1)
            more = counts[longer] >= np.maximum(best[row], 1)
            inside[row[more]] = longer[more]
            best[row[more]] = counts[longer[more]]
    nested = np.where(types > 0, containing / np.maximum(types, 1), 0.0)
    c_value = (np.log2(lengths + 1) * (counts - nested)).astype(np.float64)
    return Nesting(inside, best / np.maximum(counts, 1), c_value)


def weakest_split(
    ids: Keys, lengths: Ints, counts: Ints, statistics: Statistics
) -> tuple[Floats, Ints]:
    """(K,) PMI at the weakest split and where that is (tokens of the first half).

    Among splits whose halves were counted, that is with at most four tokens each. A single token
    has no split: PMI is NaN and the place 0.
    """
    K = len(lengths)
    flat = ids.reshape(-1)
    weakest, place = np.full(K, np.inf), np.zeros(K, np.int64)
    whole = np.log(np.maximum(counts, 1))
    for k in range(1, ORDER + 1):
        rows = np.flatnonzero((lengths > k) & (lengths - k <= ORDER))
        first = _logs(flat, rows * LONGEST_TERM, np.full(len(rows), k), statistics)
        second = _logs(flat, rows * LONGEST_TERM + k, lengths[rows] - k, statistics)
        pmi = whole[rows] - first - second + statistics.log_total
        less = pmi < weakest[rows]
        weakest[rows[less]], place[rows[less]] = pmi[less], k
    return np.where(np.isfinite(weakest), weakest, np.nan), place


def _logs(flat: Keys, starts: Ints, lengths: Ints, statistics: Statistics) -> Floats:
    logs = np.zeros(len(starts))
    keys = spans(flat, starts, lengths)
    for n in range(1, ORDER + 1):
        of_length = lengths == n
        logs[of_length] = statistics.log_counts(keys[of_length], n)
    return logs


def units(freedom: Floats, whole: Ints, lengths: Ints) -> Floats:
    """How much each looks like a word (K,), in nats."""
    return freedom + 0.7 * np.log1p(whole) - np.maximum(lengths - 2, 0)


def rarity(ids: Keys, lengths: Ints, statistics: Statistics) -> Floats:
    """How much rarer the tokens of each (K,) are than a token of the text, in nats."""
    ones = statistics.logs[0][:-1] - statistics.log_total
    common = -float(np.sum(np.exp(ones) * ones))
    logs = statistics.log_counts(ids.reshape(-1), 1).reshape(ids.shape) - statistics.log_total
    inside = np.arange(LONGEST_TERM) < lengths[:, None]
    return -np.where(inside, logs, 0).sum(1) / lengths - common


def scores(
    level: Floats, freedom: Floats, rare: Floats, whole: Floats, words: Ints, lengths: Ints
) -> Floats:
    """How much each looks like a term (K,), in nats.

    `whole` is a share of its occurrences, `words` how many of its `lengths` tokens are of letters.
    """
    characters = np.where(words < lengths, np.minimum(rare, 0.5) - words, 1 - words)
    return level + freedom + 0.3 * whole + characters


def gates(freedom: Floats, nesting: Nesting, z: Floats | None, min_freedom: float) -> Bools:
    """Which candidates (K,) nothing speaks against."""
    passed = (freedom >= min_freedom) & (nesting.share <= NESTED)
    return passed if z is None else passed & (z >= SIGNIFICANT)
