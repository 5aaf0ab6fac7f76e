"""Rows into scores: how likely are a label's words at the gap?

A plan fragment: `scores` yields rows as `_contract` describes and returns an array.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from limner.methods._contract import Progress, Rows
from limner.methods.cloze.filling import Asked, Pattern, fill_in
from limner.methods.cloze.spelling import Spelled, Verbalizer, verbalizer
from limner.models.model import Model
from limner.results.cloze import Decoding

Array = NDArray[np.float64]

TOGETHER = 256
"""Texts whose rows are in memory at one time."""


def verbalizers(model: Model, patterns: Sequence[Pattern], labels: Any) -> tuple[Verbalizer, ...]:
    """One for each pattern: a word behind a space may be spelled otherwise."""
    made = {
        spaced: verbalizer(model, labels, spaced=spaced)
        for spaced in {pattern.spaced for pattern in patterns}
    }
    return tuple(made[pattern.spaced] for pattern in patterns)


def scores(
    model: Model,
    texts: Sequence[str],
    patterns: Sequence[Pattern],
    words: Sequence[Verbalizer],
    decoding: Decoding,
) -> Generator[Any, Any, tuple[Array, tuple[int, ...]]]:
    """Scores s (T, P, L), and the indices of texts that were cut. All patterns share batches."""
    found: list[Array] = []
    cut: list[int] = []
    for begin in range(0, len(texts), TOGETHER):
        some = texts[begin : begin + TOGETHER]
        of_patterns: list[Array] = []
        asked = [
            (p, gaps, fill_in(model, pattern, some, gaps, _wanted(words[p], gaps)))
            for p, pattern in enumerate(patterns)
            for gaps in words[p].sizes
        ]
        cut += [begin + i for i in range(len(some)) if any(rows[i].cut for *_, rows in asked)]
        values = yield from _values([row for *_, rows in asked for row in rows])
        at = 0
        by_word: dict[int, dict[Spelled, Array]] = {p: {} for p in range(len(patterns))}
        for p, gaps, rows in asked:
            log_p = torch.stack(values[at : at + len(rows)])  # (T, k, W)
            at += len(rows)
            for word in _of_size(words[p], gaps):
                index = [_vocabulary(words[p], gaps).index(token) for token in word]
                if decoding == "confident" and gaps > 1:
                    by_word[p][word] = yield from _confident(rows, word, log_p[:, :, index])
                else:
                    chosen = log_p[:, range(gaps), index]  # (T, k)
                    by_word[p][word] = chosen.sum(-1).numpy()
        for p in range(len(patterns)):
            of_patterns.append(_of_labels(words[p], by_word[p]))
        found.append(np.stack(of_patterns, 1))
        if begin + TOGETHER < len(texts):
            yield Progress(begin + len(some), len(texts))
    shape = (0, len(patterns), len(words[0].labels))
    return (np.concatenate(found) if found else np.zeros(shape)), tuple(cut)


def _values(rows: Sequence[Asked]) -> Generator[Any, Any, list[Tensor]]:
    """Values of rows, asked for in such an order that neighbours fit into one batch."""
    order = sorted(range(len(rows)), key=lambda i: (len(rows[i].gaps), rows[i].length))
    values: list[Tensor] = yield Rows([rows[i] for i in order])
    back: list[Any] = [None] * len(rows)
    for i, value in zip(order, values, strict=True):
        back[i] = value
    return back


def _confident(rows: Sequence[Asked], word: Spelled, log_p: Tensor) -> Generator[Any, Any, Array]:
    """Log-probability (T,) of a word whose likeliest token is filled in first.

    `log_p` (T, k, k): of token j of the word at gap i, all gaps open.
    """
    total = np.zeros(len(rows))
    open_rows = list(rows)
    left = [list(range(len(word))) for _ in rows]  # tokens that are still open, in gap order
    log_p = log_p.clone()
    while True:
        for t, row in enumerate(open_rows):
            own = [float(log_p[t, gap, token]) for gap, token in enumerate(left[t])]
            best = int(np.argmax(own))
            total[t] += own[best]
            token = left[t].pop(best)
            open_rows[t] = row.filled(best, word[token])
        if not left[0]:
            return total
        wanted = rows[0].wanted
        assert wanted is not None
        index = [wanted.tolist().index(token) for token in word]
        values = yield from _values(open_rows)
        log_p = torch.stack(values)[:, :, index]


def _of_labels(words: Verbalizer, by_word: dict[Spelled, Array]) -> Array:
    """(T, L): the log of the mean probability of a label's words."""
    columns = [
        np.logaddexp.reduce([by_word[word] for word in own], axis=0) - np.log(len(own))
        for own in words.words
    ]
    return np.stack(columns, -1)


def _of_size(words: Verbalizer, gaps: int) -> list[Spelled]:
    return [word for own in words.words for word in own if len(word) == gaps]


def _vocabulary(words: Verbalizer, gaps: int) -> list[int]:
    """Tokens that words of so many gaps are made of."""
    return sorted({token for word in _of_size(words, gaps) for token in word})


def _wanted(words: Verbalizer, gaps: int) -> Tensor:
    return torch.tensor(_vocabulary(words, gaps))
