"""Products with the Hessian, and its leading eigenvalues with residuals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from limner.methods._in_place import same_noise
from limner.methods.landscape.gradient import Loss, checked
from limner.methods.landscape.lanczos import Krylov, lanczos
from limner.results.landscape import Eigenvalue

TOLERANCE = 1e-4
"""A residual below this share of the largest |λ| counts as converged."""

LOOKED = 8
"""Fewest products from another random vector before nothing is said to be missing."""


class Hessian:
    """H of a loss at the present parameters; the graph of its gradient is kept, and used again."""

    def __init__(self, loss: Loss, parameters: Sequence[Tensor]) -> None:
        """Compute the gradient once.

        Raises:
            BadInput: a loss without gradient.
            RuntimeError: torch's, of a loss that cannot be differentiated twice; here or later.
        """
        self._parameters = list(parameters)
        self.count = 0
        with same_noise(), torch.enable_grad(), sdpa_kernel(SDPBackend.MATH):
            value = checked(loss())
            found = torch.autograd.grad(
                value, self._parameters, create_graph=True, allow_unused=True
            )
        if _stops(found):
            raise RuntimeError("a function in it is marked with @once_differentiable")
        used = [i for i, g in enumerate(found) if g is not None and g.requires_grad]
        self._used = used
        self._gradient = [found[i] for i in used]
        self.size = sum(p.numel() for p in self._parameters)
        double = any(p.dtype is torch.float64 for p in self._parameters)
        self.dtype = torch.float64 if double else torch.float32
        """Of vectors, whatever the parameters are in."""

    @property
    def flat(self) -> bool:
        """Whether the gradient does not depend on the parameters: H = 0."""
        return not self._used

    def __call__(self, v: Tensor) -> Tensor:
        """Hv."""
        self.count += 1
        pieces = [
            piece.view_as(p).to(p.dtype)
            for piece, p in zip(
                v.split([p.numel() for p in self._parameters]), self._parameters, strict=True
            )
        ]
        found = torch.autograd.grad(
            self._gradient,
            self._parameters,
            [pieces[i] for i in self._used],
            retain_graph=True,
            allow_unused=True,
        )
        return torch.cat(
            [
                (torch.zeros_like(p) if h is None else h).reshape(-1).to(self.dtype)
                for p, h in zip(self._parameters, found, strict=True)
            ]
        )

    def drawn(self, seed: int) -> Tensor:
        """A random vector (P,)."""
        made = torch.Generator().manual_seed(seed)
        drawn = torch.randn(self.size, generator=made, dtype=self.dtype)
        return drawn.to(self._parameters[0].device)


def _stops(gradient: Sequence[Tensor | None]) -> bool:
    """Whether a node in the graph refuses derivatives; torch leaves its part out in silence."""
    todo: list[Any] = [g.grad_fn for g in gradient if g is not None and g.grad_fn is not None]
    seen: set[Any] = set()
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.name() == "torch::autograd::Error":
            return True
        todo += [before for before, _ in node.next_functions if before is not None]
    return False


@dataclass(frozen=True)
class Leading:
    """What `leading` found."""

    eigenvalues: tuple[Eigenvalue, ...]
    complete: bool
    """Whether no eigenvalue, nor a copy of one, is known to be missing among them."""


def leading(
    hessian: Hessian, count: int, most: int, seed: int, tell: Callable[[str], None]
) -> Leading:
    """The `count` largest eigenvalues, largest first and as often as they occur, with residuals.

    From one vector, Lanczos sees one copy of an eigenvalue at most. So what was found is locked,
    and the rest is looked at from another random vector, until nothing larger turns up there.

    Args:
        hessian: of the loss.
        count: how many.
        most: products with it at most.
        seed: of the random vectors.
        tell: is told about every product.
    """
    count = min(count, hessian.size)
    if hessian.flat:
        zero = Eigenvalue(value=0.0, residual=0.0, converged=True)
        return Leading((zero,) * count, True)
    first = hessian.count
    found: list[tuple[Eigenvalue, Tensor]] = []
    while (left := most - (hessian.count - first)) > 0 and len(found) < hessian.size:
        floor = found[count - 1][0].value if len(found) >= count else -np.inf
        fresh, finished = _round(
            hessian, found, floor, count, left, seed, lambda: tell(_product(hessian, first))
        )
        found = sorted([*found, *fresh], key=lambda pair: -pair[0].value)
        if not all(one.converged for one, _ in fresh):
            return Leading(tuple(one for one, _ in found[:count]), False)
        if not fresh:
            return Leading(tuple(one for one, _ in found[:count]), finished)
        seed += 1_000_003
    complete = len(found) == hessian.size
    return Leading(tuple(one for one, _ in found[:count]), complete)


def _product(hessian: Hessian, first: int) -> str:
    return f"Hessian: product {hessian.count - first + 1} …"


def _round(
    hessian: Hessian,
    found: Sequence[tuple[Eigenvalue, Tensor]],
    floor: float,
    count: int,
    most: int,
    seed: int,
    seen: Callable[[], None],
) -> tuple[list[tuple[Eigenvalue, Tensor]], bool]:
    """Pairs above `floor` that are not among the found ones; whether it was looked long enough."""
    wanted = count - len(found) if floor == -np.inf else count
    top = max((abs(one.value) for one, _ in found), default=0.0)

    def limits(values: np.ndarray) -> tuple[float, np.ndarray]:
        limit = TOLERANCE * max(top, float(np.abs(values).max()))
        return limit, np.flatnonzero(values > floor + limit)[:wanted]

    def enough(run: Krylov) -> bool:
        values, residuals, _ = run.ritz()
        limit, above = limits(values)
        if floor == -np.inf:
            return len(values) > wanted and bool((residuals[:wanted] <= limit).all())
        if len(above):
            return bool((residuals[above] <= limit).all())
        near = floor - float(values[0])
        return len(values) >= LOOKED and bool(residuals[0] <= max(limit, near / 2))

    locked = torch.stack([vector for _, vector in found]) if found else None
    run = lanczos(hessian, hessian.drawn(seed), most, enough, seen, locked)
    values, residuals, vectors = run.ritz()
    limit, above = limits(values)
    rows = run.vectors(vectors[:, above])
    fresh = [
        (
            Eigenvalue(
                value=float(values[i]),
                residual=float(residuals[i]),
                converged=bool(residuals[i] <= limit),
            ),
            row,
        )
        for i, row in zip(above, rows, strict=True)
    ]
    return fresh, bool(run.last == 0 or enough(run))
