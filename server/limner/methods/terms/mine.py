"""Terms of a corpus: count, find, look around, contrast, rank.

    counts of 1- to 4-grams (`counting`)      → what is frequent
    candidates, segments    (`discovery`)     pass 1 over the text
    neighbours, places      (`occurrences`)   pass 2
    background              (`contrast`)      counts of the candidates in other texts
    ranking                 (`scoring`)

A corpus is anything that gives its counts, and its chunks as often as it is asked for them: memory
holds one chunk and what is known of the candidates, never the text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from limner.methods.terms.contrast import Background, Contrast, contrast
from limner.methods.terms.counting import Counts, at_least
from limner.methods.terms.discovery import LONGEST_TERM, Bounds, Found, Statistics, find
from limner.methods.terms.occurrences import Candidates, Seen, entropies, see
from limner.methods.terms.results import SENTENCES, Corpus, Mined, Params, Term
from limner.methods.terms.rules import Rules
from limner.methods.terms.scoring import (
    Nesting,
    gates,
    nesting,
    rarity,
    scores,
    units,
    weakest_split,
)
from limner.methods.terms.surfaces import Surfaces, language
from limner.methods.terms.tokens import Bools, Ints, Keys, Tokens, tokenize

Progress = Callable[[str, int, int], None]
"""Called with what is being done, and how many characters of how many are. It may raise."""


_GROUP = 6_000_000
"""Tokens of a corpus for each further group of candidates whose neighbours are counted apart."""


@dataclass(frozen=True)
class _Looked:
    """What pass 2 knows of K candidates."""

    counts: Ints  # (K,)
    left: NDArray[np.float64]  # (K,) entropy of what stands before each
    right: NDArray[np.float64]  # (K,) and behind it
    ids: Keys  # (K, LONGEST_TERM), 0 beyond a candidate's tokens
    places: NDArray[np.int64]  # (K, SENTENCES, 3): chunk, start, end; chunk −1: none
    words: Ints  # (K,) how many of its tokens are words of letters

    def han(self, lengths: Ints) -> Bools:
        """(K,) whether there is a Han character in it."""
        return self.words < lengths


def mine(
    corpus: Corpus,
    params: Params,
    rules: Rules,
    background: Background | None = None,
    progress: Progress = lambda doing, done, total: None,
) -> Mined:
    """The best terms of a corpus, best first."""
    least = params.min_count or _least(corpus.tokens)
    frequent = corpus.frequent(least)
    statistics = Statistics.of(frequent, corpus.tokens)
    bounds = Bounds(params.strong_pmi, params.loose_pmi, rules.first, rules.last)
    found = _find(corpus, statistics, bounds, progress)
    candidates = Candidates.of(
        [_without(at_least(one, least), rules.never) for one in found.candidates], frequent[3]
    )
    if not len(candidates):
        return Mined(terms=(), candidates=0, min_count=least)
    looked = _look(corpus, candidates, progress)
    counts = looked.counts
    against = None
    if background is not None:
        han = looked.han(candidates.lengths)
        found_there = background.of(candidates, looked.ids, han)
        against = contrast(counts, corpus.tokens, *found_there, han)
    rare = rarity(looked.ids, candidates.lengths, statistics)
    ranking = _rank(params, candidates, looked, found.segments, rare, against)
    pmi = weakest_split(looked.ids, candidates.lengths, counts, statistics)
    rows = ranking.order[: params.top]
    surfaces = Surfaces(corpus, looked.places, rows, ranking.nesting.inside)
    terms = [_term(row, candidates, looked, ranking, against, pmi, surfaces) for row in rows]
    return Mined(terms=tuple(terms), candidates=len(candidates), min_count=least)


def _least(tokens: int) -> int:
    """A millionth of a large corpus: else candidates, and memory with them, grow without end."""
    if tokens < 200_000:
        return 2 if tokens < 20_000 else 3
    return max(5, tokens // 1_000_000)


def _without(counts: Counts, never: Keys) -> Counts:
    kept = ~np.isin(counts.keys, never)
    return Counts(counts.keys[kept], counts.counts[kept])


def _find(corpus: Corpus, statistics: Statistics, bounds: Bounds, progress: Progress) -> Found:
    done, total = 0, Found.sum([])
    parts: list[Found] = []
    for chunk in corpus.chunks():
        parts.append(find(tokenize(chunk.text), statistics, bounds))
        if len(parts) == 8:  # merged now and then, so that memory stays flat
            total, parts = Found.sum([total, *parts]), []
        done += len(chunk.text)
        progress("finding candidates", done, corpus.chars)
    return Found.sum([total, *parts])


def _look(corpus: Corpus, candidates: Candidates, progress: Progress) -> _Looked:
    """Pass 2, over all of the text once for every group of candidates.

    Pairs of a candidate and a neighbour are what fills memory, so a large corpus has several.
    """
    K = len(candidates)
    looked = _Looked(
        counts=np.zeros(K, np.int64),
        left=np.zeros(K),
        right=np.zeros(K),
        ids=np.zeros((K, LONGEST_TERM), np.uint64),
        places=np.full((K, SENTENCES, 3), -1),
        words=np.zeros(K, np.int64),
    )
    groups = 1 + corpus.tokens // _GROUP
    for group in range(groups):
        doing = "looking around them" + (f" ({group + 1} of {groups})" if groups > 1 else "")
        seen = _see(corpus, candidates, looked, groups, group, doing, progress)
        looked.counts[:] += seen.counts
        looked.left[:] += entropies(seen.left, K)
        looked.right[:] += entropies(seen.right, K)
    return looked


def _see(
    corpus: Corpus,
    candidates: Candidates,
    looked: _Looked,
    groups: int,
    group: int,
    doing: str,
    progress: Progress,
) -> Seen:
    """Neighbours of every groups-th candidate; their places go into `looked`."""
    total, parts, done = Seen.nothing(len(candidates)), list[Seen](), 0
    for number, chunk in enumerate(corpus.chunks()):
        tokens = tokenize(chunk.text)
        rows, at = candidates.within(tokens)
        mine = rows % groups == group
        rows, at = rows[mine], at[mine]
        order = np.argsort(rows, kind="stable")
        rows, at = rows[order], at[order]
        parts.append(see(candidates, tokens, rows, at))
        _note_places(number, candidates, tokens, rows, at, looked.ids, looked.places, looked.words)
        if len(parts) == 4:
            total, parts = Seen.sum([total, *parts]), []
        done += len(chunk.text)
        progress(doing, done, corpus.chars)
    return Seen.sum([total, *parts])


def _note_places(
    number: int,
    candidates: Candidates,
    tokens: Tokens,
    rows: Ints,
    at: Ints,
    ids: Keys,
    places: NDArray[np.int64],
    words: Ints,
) -> None:
    """The first, the middle and the last occurrence of a chunk, while there is room."""
    present, first, count = np.unique(rows, return_index=True, return_counts=True)
    new = places[present, 0, 0] < 0
    for k in range(LONGEST_TERM):
        longer = new & (candidates.lengths[present] > k)
        row, token = present[longer], at[first[longer]] + k
        ids[row, k] = tokens.ids[token]
        words[row] += ~tokens.han[token]
    for offset, enough in ((first, 1), (first + count // 2, 3), (first + count - 1, 2)):
        fits = count >= enough
        row, token = present[fits], at[offset[fits]]
        slot = (places[row, :, 0] >= 0).sum(1)
        room = slot < SENTENCES
        row, token, slot = row[room], token[room], slot[room]
        places[row, slot, 0] = number
        places[row, slot, 1] = tokens.starts[token]
        places[row, slot, 2] = tokens.ends[token + candidates.lengths[row] - 1]


@dataclass(frozen=True)
class _Ranking:
    order: Ints  # rows, best first
    score: NDArray[np.float64]  # (K,)
    unit: NDArray[np.float64]
    left: NDArray[np.float64]
    right: NDArray[np.float64]
    whole: Ints
    nesting: Nesting


def _rank(
    params: Params,
    candidates: Candidates,
    looked: _Looked,
    segments: Sequence[Counts],
    rare: NDArray[np.float64],
    against: Contrast | None,
) -> _Ranking:
    counts, left, right = looked.counts, looked.left, looked.right
    K = len(candidates)
    freedom = np.minimum(left, right)
    whole = np.zeros(K, np.int64)
    for one in segments:
        row = candidates.table.rows(one.keys)
        whole[row[row >= 0]] = one.counts[row >= 0]
    nested = nesting(candidates, looked.ids, counts)
    level = np.zeros(K) if against is None else against.level
    share = whole / np.maximum(counts, 1)
    score = scores(level, freedom, rare, share, looked.words, candidates.lengths)
    unit = units(freedom, whole, candidates.lengths)
    passed = gates(freedom, nested, None if against is None else against.z, params.min_freedom)
    by = unit if params.rank == "unit" else score
    kept = np.flatnonzero(passed)
    order = kept[np.lexsort((candidates.keys[kept], -counts[kept], -by[kept]))]
    return _Ranking(order, score, unit, left, right, whole, nested)


def _term(
    row: int,
    candidates: Candidates,
    looked: _Looked,
    ranking: _Ranking,
    against: Contrast | None,
    pmi: tuple[NDArray[np.float64], Ints],
    surfaces: Surfaces,
) -> Term:
    row = int(row)
    text = surfaces.text(row)
    weakest, place = float(pmi[0][row]), int(pmi[1][row])
    inside = int(ranking.nesting.inside[row])
    return Term(
        term=text,
        count=int(looked.counts[row]),
        language=language(text),
        score=_number(ranking.score[row]),
        unit=_number(ranking.unit[row]),
        whole=int(ranking.whole[row]),
        pmi=None if np.isnan(weakest) else _number(weakest),
        split=None if np.isnan(weakest) else _split(text, place),
        left_entropy=_number(ranking.left[row]),
        right_entropy=_number(ranking.right[row]),
        nested_in=None if inside < 0 else surfaces.text(inside),
        nested_share=_number(ranking.nesting.share[row]),
        c_value=_number(ranking.nesting.c_value[row]),
        background=None if against is None else int(against.background[row]),
        ratio=None if against is None else _number(against.ratio[row]),
        delta=None if against is None else _number(against.delta[row]),
        z=None if against is None else _number(against.z[row]),
        sentences=surfaces.sentences(row),
    )


def _number(value: float) -> float:
    return round(float(value), 4)


def _split(text: str, tokens: int) -> tuple[str, str]:
    at = int(tokenize(text).ends[tokens - 1])
    return text[:at], text[at:].lstrip(" -")
