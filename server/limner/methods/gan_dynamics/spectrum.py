"""Leading eigenvalues of real networks' game Jacobian, without ever writing J down.

J and Jᵀ have the same eigenvalues, and Jᵀu = ∂(v·u)/∂(φ, θ) is one backward pass through the
graph of v; so Arnoldi (ARPACK by `scipy.sparse.linalg.eigs`) runs on Jᵀ. Every eigenvalue comes
with its residual ‖Jᵀw − λw‖/‖w‖, computed anew; one that did not converge is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse.linalg import ArpackError, ArpackNoConvergence, LinearOperator
from scipy.sparse.linalg import eigs as _untyped
from torch import Tensor

from limner.protocol import BadInput
from limner.results.game import Verdict

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Product = Callable[[Array], Array]
_eigs: Any = _untyped
_Operator: Any = LinearOperator

RESTARTS = 8
"""Of Arnoldi's method: about 20 products each."""
DENSE = 400
"""Up to this many parameters J is written down."""
SETTLED = 1e-3
"""Residuals above this share of the largest |λ| are not believed."""


CALM = 1e-7
"""Real parts under this share of the largest |λ| (at least 1) decide nothing."""


class Tangent:
    """v at the players' present parameters, and products with Jᵀ; one graph, kept."""

    def __init__(
        self,
        d_loss: Callable[[], Tensor],
        g_loss: Callable[[], Tensor],
        phi: Sequence[Tensor],
        theta: Sequence[Tensor],
        names: Sequence[str] = (),
    ) -> None:
        """Compute both losses once; `names` are those of the parameters, φ's first."""
        self.parameters = [*phi, *theta]
        self.n_phi = sum(p.numel() for p in phi)
        self.n = sum(p.numel() for p in self.parameters)
        v = [*_negative(d_loss(), phi, "d_loss"), *_negative(g_loss(), theta, "g_loss")]
        self._v = torch.cat([part.reshape(-1) for part in v])
        self.v = self._v.detach().double().cpu().numpy()
        self.products = 0
        self._names = names or [f"parameter {i}" for i in range(len(self.parameters))]
        self._finite(self.v, "The gradient")

    def __call__(self, u: Array) -> Array:
        """Jᵀu (n,)."""
        self.products += 1
        if not self._v.requires_grad:
            return np.zeros(self.n)
        along = torch.as_tensor(u.reshape(-1)).to(self._v)
        with torch.enable_grad():
            found = torch.autograd.grad(
                self._v, self.parameters, along, retain_graph=True, allow_unused=True
            )
        parts = [
            torch.zeros(p.numel()) if g is None else g.detach().reshape(-1).cpu()
            for g, p in zip(found, self.parameters, strict=True)
        ]
        image = torch.cat([part.double() for part in parts]).numpy()
        if np.isfinite(u).all():
            self._finite(image, "The second derivative")
        return image

    def _finite(self, values: Array, what: str) -> None:
        """Refuse values (n,) that are not finite, and say where they begin."""
        wrong = np.flatnonzero(~np.isfinite(values))
        if not len(wrong):
            return
        ends = np.cumsum([p.numel() for p in self.parameters])
        name = self._names[int(np.searchsorted(ends, wrong[0], side="right"))]
        raise BadInput(
            f"{what} is not finite at these parameters, first in {name}: go back to where it was, "
            "or mend the loss there."
        )

    def dense(self) -> Array:
        """J (n, n)."""
        return np.stack([self(row) for row in np.eye(self.n)])


def _negative(loss: Any, parameters: Sequence[Tensor], name: str) -> list[Tensor]:
    """−∂loss/∂parameters, with a graph behind it."""
    if not isinstance(loss, Tensor) or loss.numel() != 1:
        raise BadInput(f"{name} does not give one number: return a scalar tensor, such as a mean.")
    if not torch.isfinite(loss).all():
        raise BadInput(f"{name} is {loss.item()} at these parameters: start where it is finite.")
    if not loss.requires_grad:
        raise BadInput(f"{name} has no gradient: compute it from the parameters, outside no_grad.")
    found = torch.autograd.grad(
        loss.reshape(()), [*parameters], create_graph=True, allow_unused=True
    )
    if all(g is None for g in found):
        raise BadInput(f"{name} does not depend on its player's parameters: pass those it uses.")
    return [
        torch.zeros_like(p) if g is None else -g for g, p in zip(found, parameters, strict=True)
    ]


def leading(product: Product, n: int, count: int, tolerance: float = 1e-3) -> tuple[Complex, Array]:
    """The `count` eigenvalues with the largest real part and as many of largest modulus.

    Returns:
        Eigenvalues, largest real part first, and their residuals ‖Jᵀw − λw‖/‖w‖.
    """
    operator = _Operator((n, n), matvec=product, dtype=np.float64)
    start = np.random.default_rng(0).normal(size=n)
    count = min(count, n - 2)
    found: list[tuple[complex, float]] = []
    for which in ("LR", "LM"):
        try:
            values, vectors = _eigs(
                operator, count, which=which, v0=start, tol=tolerance, maxiter=RESTARTS
            )
        except ArpackNoConvergence as error:
            values, vectors = error.eigenvalues, error.eigenvectors
        except ArpackError:  # an invariant subspace at once: J is (nearly) zero from here
            continue
        found += _with_residuals(product, np.asarray(values), np.asarray(vectors))
    return _sorted(found)


def _with_residuals(
    product: Product, values: Complex, vectors: Complex
) -> list[tuple[complex, float]]:
    found: list[tuple[complex, float]] = []
    for value, w in zip(values, vectors.T, strict=True):
        image = product(np.ascontiguousarray(w.real)) + 1j * product(np.ascontiguousarray(w.imag))
        found.append((complex(value), float(np.linalg.norm(image - value * w) / np.linalg.norm(w))))
    return found


def _sorted(found: list[tuple[complex, float]]) -> tuple[Complex, Array]:
    """Without those that both searches gave, and without what did not converge."""
    scale = max((abs(value) for value, _ in found), default=0.0) or 1.0
    kept: list[tuple[complex, float]] = []
    for value, residual in sorted(found, key=lambda one: one[1]):
        again = any(abs(value - other) <= 1e-3 * scale for other, _ in kept)
        if residual <= SETTLED * scale and not again:
            kept.append((value, residual))
    kept.sort(key=lambda one: (-one[0].real, -one[0].imag))
    return np.array([v for v, _ in kept], complex), np.array([r for _, r in kept], float)


def decided(lam: Complex, residuals: Array | None = None) -> Verdict:
    """What eigenvalues alone say of gradient flow."""
    edge = CALM * max(1.0, float(np.abs(lam).max()))
    if residuals is not None:
        edge = max(edge, float(residuals.max()))
    top = float(lam.real.max())
    if top < -edge:
        return "converges"
    return "diverges" if top > edge else "undecided"


def pairs(lam: Complex | None) -> tuple[tuple[float, float], ...] | None:
    """(Re, Im), largest real part first; rounding errors of exact zeros are zeros."""
    if lam is None:
        return None
    edge = 1e-9 * max(1.0, float(np.abs(lam).max(initial=0)))
    parts = [(_tidy(z.real, edge), _tidy(z.imag, edge)) for z in lam]
    return tuple(sorted(parts, key=lambda z: (-z[0], -z[1])))


def _tidy(x: float, edge: float) -> float:
    return 0.0 if abs(x) < edge else float(f"{x:.9g}")
