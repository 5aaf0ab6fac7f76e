"""Beam search that keeps what it tried, so that a search can be told from a model.

Scores are log p of whole sequences, without a bonus for length. They only fall while a sequence
grows, so a search stops as soon as nothing unfinished can overtake the best finished sequence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from limner.methods.exposure.decoders import Ids, Steps


@dataclass(frozen=True)
class Node:
    """A word that was tried."""

    step: int
    parent: int
    word: int
    score: float
    state: str


@dataclass
class Search:
    """One source's search."""

    ids: Ids = ()
    """The best sequence, with its end."""
    score: float = float("-inf")
    ended: bool = False
    tree: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class _Live:
    ids: Ids
    score: float
    node: int


def search(
    steps: Steps, longest: Sequence[int], width: int, end: int | None, *, tree: bool = False
) -> list[Search]:
    """The best sequence of each source with a beam of `width`.

    Args:
        steps: a decoding of B sources that has not begun.
        longest: most words of each, ends included; (B,).
        width: how many sequences are kept.
        end: the id that ends a sequence; None: each has exactly `longest` words.
        tree: keep the words that were tried.
    """
    found = [Search() for _ in longest]
    live: list[list[_Live]] = [[_Live((), 0.0, -1)] for _ in longest]
    log_p = steps.first()
    while True:
        parents, words = _grow(found, live, log_p, longest, width, end, tree)
        if not parents:
            return found
        log_p = steps.next(torch.tensor(parents), torch.tensor(words))


def _grow(
    found: list[Search],
    live: list[list[_Live]],
    log_p: Tensor,
    longest: Sequence[int],
    width: int,
    end: int | None,
    tree: bool,
) -> tuple[list[int], list[int]]:
    """One word more for every source; rows of before and words of the sequences that go on."""
    top = log_p.topk(min(2 * width, log_p.shape[-1]))
    scores, choices = top.values.double().tolist(), top.indices.tolist()
    parents: list[int] = []
    words: list[int] = []
    row = 0
    for i, (one, most) in enumerate(zip(found, longest, strict=True)):
        rows = range(row, row + len(live[i]))
        row = rows.stop
        tried = [
            (before.score + score, r, before, word)
            for r, before in zip(rows, live[i], strict=True)
            for score, word in zip(scores[r], choices[r], strict=True)
        ]
        tried.sort(key=lambda candidate: -candidate[0])
        going: list[tuple[_Live, int]] = []
        for rank, (score, r, before, word) in enumerate(tried[: 2 * width]):
            ids = (*before.ids, word)
            ends = word == end or (end is None and len(ids) == most)
            state = "dropped" if rank >= width else "ended" if ends else "kept"
            if tree:
                one.tree.append(Node(len(before.ids), before.node, word, score, state))
            if state == "ended" and (not one.ended or score > one.score):
                one.ids, one.score, one.ended = ids, score, True
            elif state == "kept":
                going.append((_Live(ids, score, len(one.tree) - 1), r))
        best = max((a.score for a, _ in going), default=float("-inf"))
        if not going or (one.ended and best <= one.score):
            going = []
        elif len(going[0][0].ids) >= most:
            if not one.ended:
                one.ids, one.score = going[0][0].ids, going[0][0].score
            going = []
        live[i] = [a for a, _ in going]
        parents += [r for _, r in going]
        words += [a.ids[-1] for a, _ in going]
    return parents, words
