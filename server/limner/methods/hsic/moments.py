"""From sums over pairs of rows to HSIC, and its distribution under permutation.

Everything is said in terms of the centred kernels K̄ = JKJ, L̄ = JLJ and their diagonals k, l:

    S = Tr(K̄L̄),  c = Σ kᵢlᵢ,  T = Σ kᵢ,  T₂ = Tr(K̄²),  S₂ = Σ kᵢ²     (and T′, T₂′, S₂′ of L̄)
    biased     S / (n − 1)²
    unbiased   [S − n c / (n − 2) + T T′ / ((n − 1)(n − 2))] / (n (n − 3))

The second is Song 2012's HSIC₁, eq. 4: it does not change when f(i) + f(j) is added off the
diagonal, so it may be computed from the centred kernels, whose rows sum to 0.

Mean and variance of S over all n! permutations are known in closed form (Kazi-Aoual, Hitier,
Sabatier, Lebreton 1995); a gamma distribution with these two moments gives the gamma p-value.
Gretton 2007, section 3, takes a gamma with estimated moments; these are exact.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import gamma

Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Moments:
    """Of one side."""

    T: float
    T2: float
    S2: float
    mean: float
    """Of the kernel's values off the diagonal, relative to those on it."""

    def self_hsic(self, n: int, estimator: str) -> float:
        """HSIC(x, x)."""
        return float(value(self.T2, self.S2, self, self, n, estimator))


def value(S: Any, c: Any, x: Moments, y: Moments, n: int, estimator: str) -> Any:
    """HSIC from S and c, numbers or arrays of them."""
    if estimator == "biased":
        return S / (n - 1) ** 2
    return (S - n / (n - 2) * c + x.T * y.T / ((n - 1) * (n - 2))) / (n * (n - 3))


def normalised(hsic: float, x: Moments, y: Moments, n: int, estimator: str) -> float | None:
    """HSIC over the root of both sides' own, or None where one of these is not positive."""
    a, b = x.self_hsic(n, estimator), y.self_hsic(n, estimator)
    return hsic / (math.sqrt(a) * math.sqrt(b)) if a > 0 and b > 0 else None


def permuted(x: Moments, y: Moments, n: int) -> tuple[float, float]:
    """Mean and variance of S over all permutations."""
    mean = x.T * y.T / (n - 1)

    def first(m: Moments) -> float:
        return (n - 1) * m.T2 - m.T**2

    def second(m: Moments) -> float:
        return n * (n + 1) * m.S2 - (n - 1) * (m.T**2 + 2 * m.T2)

    variance = 2 * first(x) * first(y) / ((n - 1) ** 2 * (n + 1) * (n - 2))
    variance += second(x) * second(y) / ((n + 1) * n * (n - 1) * (n - 2) * (n - 3))
    return mean, variance


def gamma_p(S: float, x: Moments, y: Moments, n: int) -> float:
    """P(S′ ≥ S) for a gamma distribution of the permuted mean and variance."""
    mean, variance = permuted(x, y, n)
    if not (mean > 0 and variance > 0):
        return 1.0
    return float(gamma.sf(S, mean**2 / variance, scale=variance / mean))


def permutation_p(observed: float, null: Numbers, slack: float) -> float:
    """(1 + how many are at least as large) / (1 + all); equal up to `slack` counts as equal."""
    return float((1 + np.count_nonzero(null >= observed - slack)) / (1 + len(null)))
