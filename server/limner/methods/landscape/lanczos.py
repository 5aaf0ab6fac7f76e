"""Lanczos with full reorthogonalisation, for a symmetric operator known by its products."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

Product = Callable[[Tensor], Tensor]
"""v (P,) → Hv (P,)."""


@dataclass(frozen=True)
class Krylov:
    """m steps from one vector: HQ = QG + VC + r e_mᵀ, the columns of Q and V orthonormal.

    V was locked before. G would be tridiagonal and symmetric, and C zero, without rounding; both
    are kept as they were measured, so residuals count what rounding did.
    """

    basis: Tensor
    """(m, P): the rows are Q's columns."""
    projected: np.ndarray
    """G, (m, m)."""
    beside: np.ndarray
    """C, (locked, m)."""
    last: float
    """‖r‖: 0 where the space is invariant."""
    scale: float
    """Largest ‖Hq‖ seen."""

    def ritz(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Ritz values, largest first, the residual ‖Hy − θy‖ of each, and their coordinates in Q.

        Rounding of a vector of P numbers is added to every residual.
        """
        values, vectors = np.linalg.eigh((self.projected + self.projected.T) / 2)
        values, vectors = values[::-1], vectors[:, ::-1]
        inside = self.projected @ vectors - vectors * values
        outside = self.beside @ vectors
        squares = (inside**2).sum(0) + (outside**2).sum(0) + (self.last * vectors[-1]) ** 2
        rounding = 8 * torch.finfo(self.basis.dtype).eps * self.scale
        return values, np.sqrt(squares) + rounding, vectors

    def vectors(self, coordinates: np.ndarray) -> Tensor:
        """Ritz vectors as rows, from their coordinates (m, k)."""
        turned = torch.from_numpy(np.ascontiguousarray(coordinates.T)).to(self.basis)
        return turned @ self.basis

    def quadrature(self) -> tuple[np.ndarray, np.ndarray]:
        """Nodes and weights of Gauss's rule for the spectral density seen from the first vector."""
        values, _, vectors = self.ritz()
        return values, vectors[0] ** 2


def lanczos(
    product: Product,
    start: Tensor,
    most: int,
    enough: Callable[[Krylov], bool] = lambda _: False,
    seen: Callable[[], None] = lambda: None,
    locked: Tensor | None = None,
) -> Krylov:
    """Krylov space of H on the complement of `locked`; every vector is made orthogonal to all.

    Args:
        product: v → Hv.
        start: (P,), not zero.
        most: steps.
        enough: asked after the first steps each, later more seldom, whether to stop.
        seen: is called before each product.
        locked: (k, P) orthonormal rows that are left out.
    """
    locked = start.new_empty((0, len(start))) if locked is None else locked
    most = max(1, min(most, len(start) - len(locked)))
    start = start - locked.T @ (locked @ start)
    start = start - locked.T @ (locked @ start)
    basis = start.new_empty((most + 1, len(start)))
    basis[0] = start / _length(start)
    projected, beside = np.zeros((most, most)), np.zeros((len(locked), most))
    scale, ask = 0.0, 1
    for m in range(1, most + 1):
        seen()
        w = product(basis[m - 1])
        scale = max(scale, _length(w))
        known = basis[:m]
        for own in (slice(max(0, m - 2), m), slice(0, m)):  # what is large first, then what is left
            inside, outside = known[own] @ w, locked @ w
            w = w - known[own].T @ inside - locked.T @ outside
            projected[own, m - 1] += inside.cpu().double().numpy()
            beside[:, m - 1] += outside.cpu().double().numpy()
        length = _length(w)
        whole = length <= _ROUNDING[start.dtype] * scale or m == len(start) - len(locked)
        if not whole and m < most:
            basis[m] = w / length
            projected[m, m - 1] = length
        if whole or m >= ask or m == most:
            ask = m + max(1, m // 10)
            found = Krylov(known, projected[:m, :m], beside[:, :m], 0.0 if whole else length, scale)
            if whole or m == most or enough(found):
                return found
    raise AssertionError("there is at least one step")


_ROUNDING = {torch.float32: 1e-6, torch.float64: 1e-14}
"""Share of ‖H‖ under which what is left of a vector is rounding."""


def _length(v: Tensor) -> float:
    """‖v‖, summed in float64: an error here would be one of every eigenvalue."""
    wide = torch.float32 if v.device.type == "mps" else torch.float64
    return float(torch.linalg.vector_norm(v, dtype=wide))
