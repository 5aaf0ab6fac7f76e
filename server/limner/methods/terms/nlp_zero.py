"""nlp-zero's word discovery, exactly: PMI of neighbouring characters, then redundancy removal.

苏剑林, 科学空间 5597 and 6540; the package nlp-zero (`Word_Finder`). Here so that its numbers can
be had and compared; `discovery` is what `limner.terms` uses by default.

1. Characters and pairs are counted in runs of Han characters, digits and Latin letters. A pair is
   kept when log p(ab) > log min_proba and PMI(ab) = log p(ab) − log p(a) − log p(b) > min_pmi.
2. A run is cut wherever a pair was not kept; the pieces are words, with their counts. Words with
   log p(w) ≤ log min_proba go.
3. Longest first: a word w of n characters is cut into other words by the most probable path; where
   log p(w) − Σ log p(parts) < n − 1, w is redundant, and its count goes to the parts.

**Of the published code.** `find()` wipes the pairs' counts (it unpacks the keys of the dictionary
as items), so that it cannot be called again after more training; it raises KeyError for a part that
step 2 dropped; it does not import under Python 3.10 and later. Here pairs stay, a dropped part
starts from 0, and the words and counts of a single run are the same (tests/methods).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

import numpy as np

from limner.methods.terms.counting import SEPARATOR, Table, distinct
from limner.methods.terms.tokens import Keys, code_points

_OTHER = re.compile("[^\u4e00-\u9fa50-9a-zA-Z]+")
_NEVER = -100.0
"""nlp-zero's logarithm of 0, and its price of a character that no word covers."""


def find_words(
    texts: Iterable[str], min_proba: float = 1e-7, min_pmi: float = 1.0
) -> dict[str, int]:
    """Words of a corpus and their counts, single characters among them."""
    text = SEPARATOR.join(texts)
    words = _cut(text, math.log(min_proba), min_pmi)
    total = math.log(max(1, sum(words.values())))
    words = {w: c for w, c in words.items() if math.log(c) - total > math.log(min_proba)}
    return without_redundant(words)


def _cut(text: str, log_min_proba: float, min_pmi: float) -> Counter[str]:
    """Steps 1 and 2: pieces in the order of their first places."""
    pieces: Counter[str] = Counter()
    codes = code_points(_OTHER.sub(SEPARATOR, text)).astype(np.uint64)
    clean = _OTHER.sub(SEPARATOR, text)
    valid = codes > 0
    if not valid.any():
        return pieces
    pairs = (codes[:-1] << np.uint64(32)) | codes[1:]
    both = valid[:-1] & valid[1:]
    kept = _strong(codes[valid], pairs[both], log_min_proba, min_pmi)
    held = np.zeros(len(codes), bool)
    held[:-1] = both & (Table(kept).rows(_spread(pairs)) >= 0)
    ends = np.flatnonzero(valid & ~held) + 1
    starts = np.flatnonzero(valid & ~np.concatenate(([False], held[:-1])))
    pieces.update(clean[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True))
    return pieces


def _spread(pairs: Keys) -> Keys:
    """`Table` wants keys that are spread evenly; an odd factor is one-to-one modulo 2⁶⁴."""
    return pairs * np.uint64(0x9E3779B97F4A7C15)


def _strong(characters: Keys, pairs: Keys, log_min_proba: float, min_pmi: float) -> Keys:
    """Keys of the pairs that hold together, spread and in order."""
    alone, together = distinct(characters), distinct(pairs)
    log_alone = np.log(alone.counts) - math.log(alone.total)
    log_pairs = np.log(together.counts) - math.log(max(1, together.total))
    first = np.searchsorted(alone.keys, together.keys >> np.uint64(32))
    second = np.searchsorted(alone.keys, together.keys & np.uint64(0xFFFFFFFF))
    pmi = log_pairs - log_alone[first] - log_alone[second]
    return np.sort(_spread(together.keys[(log_pairs > log_min_proba) & (pmi > min_pmi)]))


def without_redundant(words: dict[str, int]) -> dict[str, int]:
    """Step 3."""
    words = dict(words)
    lexicon = _Lexicon(words)
    for word in sorted(words, key=len, reverse=True):
        if len(word) == 1:
            continue
        count = lexicon.counts[word]
        gain = lexicon.log_p(word)
        lexicon.remove(word)
        parts = lexicon.cut(word)
        for part in parts:
            gain -= lexicon.log_p(part)
        if gain < len(word) - 1:
            for part in parts:
                lexicon.put(part, lexicon.counts.get(part, 0) + count)
                words[part] = words.get(part, 0) + count
            del words[word]
        else:
            lexicon.put(word, count)
    return words


class _Lexicon:
    """Words with counts and the logarithm of their total.

    As in nlp-zero, that logarithm is brought up to date when a word is put, not when one is
    removed.
    """

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = dict(counts)
        self._total = sum(counts.values())
        self._log_total = math.log(self._total) if self._total else _NEVER
        self._longest = max(map(len, counts), default=0)

    def put(self, word: str, count: int) -> None:
        self._total += count - self.counts.get(word, 0)
        self.counts[word] = count
        self._log_total = math.log(self._total)

    def remove(self, word: str) -> None:
        self._total -= self.counts.pop(word)

    def log_p(self, word: str) -> float:
        count = self.counts.get(word, 0)
        return (math.log(count) if count else _NEVER) - self._log_total

    def cut(self, text: str) -> list[str]:
        """The most probable path; runs of Latin letters and digits are put together again."""
        size = len(text)
        best: list[float | None] = [1.0, *[None] * size]
        back = [0] * (size + 1)
        for start in range(size):
            here = best[start]
            assert here is not None  # the step of one character below reached it
            for end in range(start + 1, min(size, start + self._longest) + 1):
                count = self.counts.get(text[start:end])
                if count:
                    score = here + math.log(count) - self._log_total
                    old = best[end]
                    if old is None or score > old:
                        best[end], back[end] = score, start
            if best[start + 1] is None:
                best[start + 1], back[start + 1] = here + _NEVER, start
        parts: list[str] = []
        end = size
        while end:
            parts.append(text[back[end] : end])
            end = back[end]
        return _latin_together(parts[::-1])


def _latin_together(parts: list[str]) -> list[str]:
    result: list[str] = []
    running = False
    for part in parts:
        latin = part[-1].isascii()
        if latin and running and part.isascii():
            result[-1] += part
            continue
        # as in nlp-zero, a mixed part ends a run without beginning one, unless none is running
        running = latin and not running
        result.append(part)
    return result
