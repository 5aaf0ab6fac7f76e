"""Rows without gradients: some coordinates of s are 1 (as in the text), others 0 (the baseline)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from limner.methods._path import Path
from limner.methods._target import Selector, select
from limner.models.model import Model

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Masked:
    """One input with some of its parts replaced by the baseline's."""

    path: Path
    s: Array  # (n,) 1: as it is, 0: the baseline
    selector: Selector
    output: str

    @property
    def length(self) -> int:
        """Tokens."""
        return self.path.length

    @property
    def group(self) -> Hashable:
        """Rows of one kind of path; alone where a model takes no batches."""
        return ("masked", self if self.path.shares == "none" else self.path.group)


@dataclass(frozen=True)
class MaskedValue:
    """What the model says of it."""

    logits: Array  # (C,)
    F: float


def evaluate_masked(model: Model, rows: Sequence[Masked]) -> list[MaskedValue]:
    """One forward pass over a batch of rows."""
    paths = [row.path for row in rows]
    s = torch.ones(len(rows), max(path.size for path in paths), device=model.device)
    for b, row in enumerate(rows):
        s[b, : len(row.s)] = torch.from_numpy(row.s).to(s)
    with model.as_found(), torch.no_grad():
        logits = paths[0].at(model, paths, s)
        F = [float(select(logits[b], row.selector, row.output)) for b, row in enumerate(rows)]
    return [MaskedValue(row, f) for row, f in zip(logits.double().cpu().numpy(), F, strict=True)]
