"""The loss on a square through the parameters, coarse first.

Li et al. 2018 (arXiv:1712.09913), section 4: random directions, each filter (row of a weight) as
long as the model's own; biases and norm layers' parameters stay.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from limner.methods._in_place import same_noise
from limner.methods.landscape.gradient import Loss
from limner.results.landscape import LossSlice


def directions(parameters: Sequence[Tensor], seed: int) -> tuple[list[Tensor], list[Tensor]]:
    """Two random directions, normalised filter by filter."""
    made = torch.Generator().manual_seed(seed)
    return _direction(parameters, made), _direction(parameters, made)


def _direction(parameters: Sequence[Tensor], made: torch.Generator) -> list[Tensor]:
    found = []
    for p in parameters:
        if p.ndim < 2:
            found.append(torch.zeros_like(p))
            continue
        drawn = torch.randn(p.shape, generator=made).to(p)
        rows, own = drawn.flatten(1), p.detach().flatten(1)
        scale = own.norm(dim=1, keepdim=True) / rows.norm(dim=1, keepdim=True).clamp(min=1e-12)
        found.append((rows * scale).view_as(p))
    return found


def coarse_to_fine(points: int) -> Iterator[list[tuple[int, int]]]:
    """Cells of an n × n grid in passes, each twice as fine as the one before; none comes twice."""
    seen: set[tuple[int, int]] = set()
    step = 1 << max(0, math.ceil(math.log2(max(1, points - 1))) - 2)
    while step:
        every = [*range(0, points, step)]
        fresh = [(i, j) for i in every for j in every if (i, j) not in seen]
        seen.update(fresh)
        yield fresh
        step //= 2


def loss_slice(
    loss: Loss,
    parameters: Sequence[Tensor],
    points: int,
    side: float,
    seed: int,
    tell: Callable[[str], None],
) -> LossSlice:
    """The loss at `points`² places of [−side, side]²; the parameters are put back to the bit."""
    one, other = directions(parameters, seed)
    start = [p.detach().clone() for p in parameters]
    at = torch.linspace(-side, side, points, dtype=torch.float64).tolist()
    found: list[float | None] = [None] * (points * points)
    done = 0
    try:
        for cells in coarse_to_fine(points):
            for i, j in cells:
                with torch.no_grad(), same_noise():
                    for p, begin, a, b in zip(parameters, start, one, other, strict=True):
                        p.copy_(begin + at[j] * a + at[i] * b)
                    value = float(loss())
                found[i * points + j] = value if math.isfinite(value) else None
            done += len(cells)
            tell(f"slice: {done} of {points * points} points …")
    finally:
        with torch.no_grad():
            for p, begin in zip(parameters, start, strict=True):
                p.copy_(begin)
    return LossSlice(side=side, points=points, loss=tuple(found))
