"""Decoders whose distributions are written down."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Written(nn.Module):
    """log p from a table of prefixes (words after the prompt); uniform where there is none."""

    def __init__(self, table: dict[tuple[int, ...], list[float]], words: int, prompt: int = 1):
        super().__init__()
        self.table, self.words, self.prompt = table, words, prompt
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, ids: Tensor) -> Tensor:
        uniform = [1 / self.words] * self.words
        rows = [
            [self.table.get(tuple(row[self.prompt : t + 1]), uniform) for t in range(len(row))]
            for row in ids.tolist()
        ]
        return torch.tensor(rows).log().clamp(min=-50) * self.scale


A, B, C, D = range(4)
"""Words of the article's example: p(a) = .6, p(c) = .4, p(b|a) = .55, p(d|c) = .9."""


def two_words() -> Written:
    """The article's example; what it leaves open is shared among the other words."""
    return Written(
        {
            (): [0.6, 0.0, 0.4, 0.0],
            (A,): [0.15, 0.55, 0.15, 0.15],
            (C,): [0.1 / 3, 0.1 / 3, 0.1 / 3, 0.9],
        },
        4,
    )


class OrderOne(nn.Module):
    """A model that knows only the last word: transitions (V, V)."""

    def __init__(self, transitions: Tensor):
        super().__init__()
        self.log_p = nn.Parameter(transitions.log())

    def forward(self, ids: Tensor) -> Tensor:
        return self.log_p[ids]
