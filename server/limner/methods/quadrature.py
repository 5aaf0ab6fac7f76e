"""Nested Clenshaw–Curtis quadrature on [0, 1]: each finer rule reuses every node of the coarser.

With n intervals the nodes are α_k = (1 − cos(kπ/n)) / 2, k = 0 … n; doubling n keeps them all and
adds one between each two. The weights integrate the polynomial through the nodes exactly (degree
n), and 0 and 1 are nodes, so both end points of a path come for free.

Source: Clenshaw & Curtis 1960; weights by the cosine sums of Trefethen, "Is Gauss quadrature
better than Clenshaw–Curtis?", SIAM Review 50 (2008), section 2.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

LEVELS = (4, 8, 16, 32, 64, 128)
"""Intervals of the successive rules: 5, 9, 17, 33, 65, 129 nodes."""


def nodes(n: int) -> tuple[Fraction, ...]:
    """The rule's nodes as fractions k/n of the angle, so that equal nodes compare equal."""
    return tuple(Fraction(k, n) for k in range(n + 1))


def alpha(node: Fraction) -> float:
    """The node's place in [0, 1]; exact at both ends and in the middle."""
    if node == Fraction(1, 2):
        return 0.5
    return float((1 - np.cos(np.pi * float(node))) / 2)


@cache
def weights(n: int) -> NDArray[np.float64]:
    """Weights of the n + 1 nodes, n even; positive, symmetric, summing to 1."""
    theta = np.pi * np.arange(n + 1) / n  # (n+1,)
    j = np.arange(1, n // 2 + 1)  # (n/2,)
    b = np.where(j == n // 2, 1.0, 2.0) / (4 * j**2 - 1)
    inner = 1 - np.cos(2 * np.outer(theta, j)) @ b  # (n+1,)
    ends = np.where((np.arange(n + 1) == 0) | (np.arange(n + 1) == n), 1.0, 2.0)
    w = ends * inner / n / 2  # halved: the rule is for [−1, 1]
    w.setflags(write=False)
    return w
