"""A chain from seed words: which terms are about the same things?

苏剑林, 科学空间 6540. The corpus is cut into the mined terms (longest first) and single tokens;
word2vec (skip-gram, ten negative samples: sg=1, negative=10) gives each a vector; from the seeds
the chain takes every term whose cosine with the term at hand reaches

    threshold(depth) = min + (max − min) · (1 − e^(−α·depth))

and goes on from there: the farther from the seeds, the more alike two terms must be, so that the
chain does not drift. Each term keeps the way that led to it.

**What it does not show.** Similar vectors are similar surroundings: opposites are close. With less
than about a million characters the vectors are noise.

**Cost.** Training, some minutes for 10⁷ tokens on one core. gensim is an extra (limner[chain]): it
brings SciPy, 60 MB that mining without seeds has no use for.
"""

from __future__ import annotations

import math
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from limner.methods.terms.counting import NOTHING, Counts
from limner.methods.terms.occurrences import Candidates
from limner.methods.terms.results import Corpus, Link, Term
from limner.methods.terms.tokens import Tokens, grams, tokenize
from limner.protocol import BadInput

SIZE, WINDOW, EPOCHS = 100, 5, 5
NEAREST = 50
"""Neighbours of a term that are looked at."""
_LINE = 1000
"""Words that word2vec gets at a time."""


@dataclass(frozen=True)
class Reach:
    """How far a chain goes; the article's letters."""

    min: float = 0.6
    max: float = 1.0
    alpha: float = 0.25

    def threshold(self, depth: int) -> float:
        """Least cosine `depth` steps from the seeds."""
        return self.min + (self.max - self.min) * (1 - math.exp(-self.alpha * depth))


Neighbours = Callable[[str], Sequence[tuple[str, float]]]
"""Words near a word, with their cosines, the nearest first."""


def walk(seeds: Sequence[str], near: Neighbours, reach: Reach) -> dict[str, tuple[Link, ...]]:
    """Every word that the chain reaches, with the way to it; the seeds themselves first."""
    reached: dict[str, tuple[Link, ...]] = {seed: () for seed in seeds}
    ahead = deque((seed, 0) for seed in seeds)
    while ahead:
        word, depth = ahead.popleft()
        for other, cosine in near(word):
            if cosine < reach.threshold(depth):
                break
            if other not in reached:
                step = Link(term=word, similarity=round(cosine, 4))
                reached[other] = (*reached[word], step)
                ahead.append((other, depth + 1))
    return reached


def follow(
    corpus: Corpus,
    terms: Sequence[Term],
    seeds: Sequence[str],
    progress: Callable[[str, int, int], None],
    reach: Reach = Reach(),
) -> tuple[Term, ...]:
    """Those of `terms` that a chain from the seeds reaches, in their order, each with its chain.

    Raises:
        BadInput: gensim is missing, or a seed is no term of the corpus.
    """
    texts = {_key(term.term): term.term for term in terms}
    if missing := [seed for seed in seeds if _key(seed) not in texts]:
        raise BadInput(
            f"No term of this corpus: {', '.join(missing)}. Choose seeds from the list that mining "
            "without seeds gives."
        )
    near = _learn(corpus, texts, progress)
    reached = walk([texts[_key(seed)] for seed in seeds], near, reach)
    return tuple(
        msgspec.structs.replace(term, chain=reached[term.term])
        for term in terms
        if term.term in reached
    )


def neighbours(
    corpus: Corpus,
    terms: Sequence[Term],
    progress: Callable[[str, int, int], None],
    most: int = 8,
) -> tuple[Term, ...]:
    """The same terms, each with those of the most similar vectors.

    Raises:
        BadInput: gensim is missing.
    """
    near = _learn(corpus, {_key(term.term): term.term for term in terms}, progress)
    return tuple(
        msgspec.structs.replace(
            term,
            neighbours=tuple(
                Link(term=other, similarity=round(cosine, 4))
                for other, cosine in near(term.term)[:most]
            ),
        )
        for term in terms
    )


def _learn(
    corpus: Corpus, texts: dict[int, str], progress: Callable[[str, int, int], None]
) -> Neighbours:
    """Vectors of the terms (texts by key), and what is near by them."""
    try:
        from gensim.models import Word2Vec
    except ImportError as error:
        raise BadInput(
            "Word vectors need gensim: install it with pip install 'limner[chain]'."
        ) from error
    words = _Words(corpus, texts, progress)
    model = Word2Vec(
        words, vector_size=SIZE, window=WINDOW, sg=1, negative=10, min_count=2, epochs=EPOCHS,
        workers=1, seed=0, hashfxn=_stable_hash,
    )  # fmt: skip
    vectors = model.wv

    def near(word: str) -> list[tuple[str, float]]:
        if word not in vectors:
            return []
        found = vectors.most_similar(word, topn=NEAREST)
        return [(other, float(cosine)) for other, cosine in found if other in words.terms]

    return near


def _stable_hash(word: str) -> int:
    """Python's own differs from process to process, and with it gensim's first vectors."""
    return zlib.crc32(word.encode("utf-8"))


def _key(term: str) -> int:
    tokens = tokenize(term)
    return int(grams(tokens.ids, len(tokens))[0]) if len(tokens) else 0


class _Words:
    """The corpus as word2vec reads it, as often as it likes: terms, and tokens between them."""

    def __init__(
        self, corpus: Corpus, texts: dict[int, str], progress: Callable[[str, int, int], None]
    ) -> None:
        self.terms = frozenset(texts.values())
        self._corpus = corpus
        self._progress = progress
        self._round = 0
        self._candidates, self._texts = _lexicon(texts)

    def __iter__(self) -> Iterator[list[str]]:
        done, total = self._round * self._corpus.chars, (EPOCHS + 1) * self._corpus.chars
        self._round += 1
        for chunk in self._corpus.chunks():
            words = self._cut(tokenize(chunk.text), chunk.text)
            yield from (words[i : i + _LINE] for i in range(0, len(words), _LINE))
            done += len(chunk.text)
            self._progress("learning vectors", done, total)

    def _cut(self, tokens: Tokens, text: str) -> list[str]:
        """Leftmost, then longest terms; what is between them, token by token."""
        rows, places = self._candidates.within(tokens)
        lengths = self._candidates.lengths[rows]
        order = np.lexsort((-lengths, places))
        found = zip(
            places[order].tolist(), lengths[order].tolist(), rows[order].tolist(), strict=True
        )
        starts, ends = tokens.starts.tolist(), tokens.ends.tolist()
        words: list[str] = []
        here = 0
        for place, length, row in found:
            if place < here:
                continue
            words += [text[starts[k] : ends[k]] for k in range(here, place)]
            words.append(self._texts[row])
            here = place + length
        words += [text[starts[k] : ends[k]] for k in range(here, len(tokens))]
        return words


def _lexicon(texts: dict[int, str]) -> tuple[Candidates, list[str]]:
    """Terms as candidates, and their texts by row."""
    sizes = {key: len(tokenize(text)) for key, text in texts.items()}
    longest = max(sizes.values(), default=1)
    by_length: list[Counts] = []
    for n in range(1, longest + 1):
        keys = np.array(sorted(key for key, size in sizes.items() if size == n), np.uint64)
        by_length.append(Counts(keys, np.ones(len(keys), np.int64)))
    begins = [
        int(grams(tokenize(text).ids[:4], 4)[0]) for key, text in texts.items() if sizes[key] > 4
    ]
    prefixes = np.unique(np.array(begins, np.uint64))
    frequent = Counts(prefixes, np.ones(len(prefixes), np.int64)) if len(prefixes) else NOTHING
    candidates = Candidates.of(by_length, frequent)
    return candidates, [texts[int(key)] for key in candidates.keys]
