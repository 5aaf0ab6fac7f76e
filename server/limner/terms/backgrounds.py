"""Other texts to contrast with: files of your own, or the counts that come along."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from limner.methods.terms.discovery import LONGEST_TERM
from limner.methods.terms.mine import Progress
from limner.methods.terms.occurrences import Candidates
from limner.methods.terms.results import Corpus
from limner.methods.terms.tokens import Bools, Ints, Keys, spans, tokenize

BUILTIN = Path(__file__).with_name("background.npz")
KEY_BITS = np.uint64(24)
"""Of a key the 40 leading bits are kept: of 10⁵ terms that it lacks, it takes four for others."""
LONGEST = {"zh": 4, "en": 3}
"""Tokens of the n-grams in it."""


class TextBackground:
    """Texts that were indexed; candidates are counted in them as they are in the corpus."""

    def __init__(self, corpus: Corpus, name: str, progress: Progress) -> None:
        """`name` is for people."""
        self.name = name
        self._corpus = corpus
        self._progress = progress

    def of(self, candidates: Candidates, ids: Keys, han: Bools) -> tuple[Ints, Ints]:
        """See `limner.methods.terms.contrast.Background`."""
        counts = np.zeros(len(candidates), np.int64)
        done = 0
        for chunk in self._corpus.chunks():
            rows, _ = candidates.within(tokenize(chunk.text))
            counts += np.bincount(rows, minlength=len(candidates))
            done += len(chunk.text)
            self._progress("counting in the background", done, self._corpus.chars)
        return counts, np.full(len(candidates), self._corpus.tokens)


class BuiltinBackground:
    """General Chinese and English: hashed n-grams, rounded counts (`training/background.py`).

    A candidate longer than its n-grams is as frequent as the rarest of the n-grams in it, at most.
    """

    name = "builtin"

    def __init__(self, path: Path = BUILTIN) -> None:
        """Read when first asked."""
        self._path = path

    def of(self, candidates: Candidates, ids: Keys, han: Bools) -> tuple[Ints, Ints]:
        """See `limner.methods.terms.contrast.Background`."""
        counts = np.zeros(len(candidates), np.int64)
        totals = np.zeros(len(candidates), np.int64)
        with np.load(self._path) as data:
            for language, rows in (("zh", np.flatnonzero(han)), ("en", np.flatnonzero(~han))):
                table = unpack(data[f"{language}_deltas"]), data[f"{language}_logs"]
                counts[rows] = _rarest(*table, ids[rows], candidates.lengths[rows], language)
                totals[rows] = int(data[f"{language}_tokens"])
        return counts, totals


def _rarest(
    keys: Keys, logs: np.ndarray[tuple[int], np.dtype[np.uint8]], ids: Keys, lengths: Ints, of: str
) -> Ints:
    """(R,) the least count of the n-grams in each."""
    longest, flat = LONGEST[of], ids.reshape(-1)
    least = np.full(len(ids), np.iinfo(np.int64).max)
    for start in range(LONGEST_TERM):
        rows = np.flatnonzero((start == 0) | (lengths >= start + longest))
        sizes = np.minimum(lengths[rows], longest)
        wanted = spans(flat, rows * LONGEST_TERM + start, sizes) >> KEY_BITS
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        found = np.where(keys[at] == wanted, count_of(logs[at]), 0)
        least[rows] = np.minimum(least[rows], found)
    return least


def log_of(counts: Ints) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """A count in one byte, to 5 %."""
    return np.rint(np.log(counts) / np.log(1.1)).clip(0, 255).astype(np.uint8)


def count_of(logs: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> Ints:
    """The count again."""
    return np.rint(1.1 ** logs.astype(np.float64)).astype(np.int64)


def pack(keys: Keys) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Sorted 40-bit keys as the bytes of their differences, by place: what compresses best."""
    deltas = np.diff(keys, prepend=np.uint64(0)).astype("<u8")
    return deltas.view(np.uint8).reshape(-1, 8)[:, :5].T.copy()


def unpack(data: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> Keys:
    """The keys again."""
    deltas = np.zeros((data.shape[1], 8), np.uint8)
    deltas[:, :5] = data.T
    return np.cumsum(deltas.reshape(-1).view("<u8"), dtype=np.uint64)
