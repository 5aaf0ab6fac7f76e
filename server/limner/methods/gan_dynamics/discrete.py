"""What steps of size h do to a small error, from the eigenvalues λ of the game Jacobian J.

    simultaneous     |1 + hλ|
    extragradient    |1 + hλ + (hλ)²|
    momentum β       |μ| of μ² − (1 + β + hλ)μ + β = 0          (heavy ball)
    alternating      the spectrum of (I + hP_θJ)(I + hP_φJ): D moves first, G sees the new φ;
                     no function of λ alone, so it needs J itself

Under 1 errors shrink. A radius of 1, as of alternating steps on WGAN, decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from limner.results.game import Scheme, Verdict

Complex = NDArray[np.complex128]
Array = NDArray[np.float64]
Name = Literal["simultaneous", "alternating", "momentum", "extragradient"]
NAMES: tuple[Name, ...] = ("simultaneous", "alternating", "momentum", "extragradient")

EDGE = 1e-9
"""How far from 1 a radius must be to decide."""


def radius(name: Name, h: float, lam: Complex, beta: float) -> float:
    """Spectral radius of one step, from eigenvalues; not for alternating."""
    z = h * lam
    if name == "simultaneous":
        return float(np.abs(1 + z).max())
    if name == "extragradient":
        return float(np.abs(1 + z + z * z).max())
    b = 1 + beta + z
    root = np.sqrt(b * b - 4 * beta)
    return float(np.abs(np.concatenate([b + root, b - root]) / 2).max())


def alternating(h: float, J: Array, n_phi: int) -> float:
    """Spectral radius of D's step followed by G's."""
    first, second = np.eye(len(J)), np.eye(len(J))
    first[:n_phi] += h * J[:n_phi]
    second[n_phi:] += h * J[n_phi:]
    return float(np.abs(np.linalg.eigvals(second @ first)).max())


def verdict(found: float) -> Verdict:
    """What a radius says."""
    if found < 1 - EDGE:
        return "converges"
    return "diverges" if found > 1 + EDGE else "undecided"


def largest_stable(of: Callable[[float], float], scale: float) -> float | None:
    """The end of the stable steps that begin at 0, to 1e-10 of it; None where none is stable.

    Args:
        of: step → radius.
        scale: max|λ|: nothing is stable beyond some multiple of 1/scale.
    """
    if not scale:
        return None
    small = 1e-3 / scale
    if of(small) >= 1 - 1e-12:
        return None
    low, high = small, small
    while of(high) < 1:
        low, high = high, high * 1.05
        if high * scale > 1e6:
            return None
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if of(middle) < 1 else (low, middle)
    return float(low)


def schemes(
    lam: Complex | None, J: Array | None, n_phi: int, h: float, beta: float
) -> tuple[Scheme, ...]:
    """All four; what is not known is None."""
    return tuple(_scheme(name, lam, J, n_phi, h, beta) for name in NAMES)


def _scheme(
    name: Name, lam: Complex | None, J: Array | None, n_phi: int, h: float, beta: float
) -> Scheme:
    if lam is None or (name == "alternating" and J is None):
        return Scheme(name=name, radius=None, linear="undecided", largest_stable_step=None)

    def of(step: float) -> float:
        if name == "alternating":
            assert J is not None
            return alternating(step, J, n_phi)
        return radius(name, step, lam, beta)

    found = of(h)
    limit = largest_stable(of, float(np.abs(lam).max()))
    return Scheme(name=name, radius=found, linear=verdict(found), largest_stable_step=limit)
