"""One test with several bandwidths, for dependence of unknown fineness.

The median bandwidth suits a dependence as coarse as the data. A straight line with much noise is
seen better with a wider one, a circle or a checkerboard with a narrower one. With
bandwidth="several" the value is computed at ¼, ½, 1, 2 and 4 times the medians, and what is tested
is the Cauchy combination of their gamma p-values (Liu, Xie 2020)

    t = Σₖ tan(π(½ − pₖ)) / 5,

which is large when any of them is small. Its p-value is from the permutations, the same for all
bandwidths: no level is spent on the choice (Schrab, Kim, Guedj, Gretton 2022 aggregate HSIC tests
for the same reason).

The HSIC that is shown is the one at the medians, so that it can be compared with other results.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
from scipy.special import gammaincc

from limner.methods.hsic.kernels import Side
from limner.methods.hsic.moments import permuted
from limner.methods.hsic.whole import Sums

Numbers = np.ndarray[Any, Any]

TIMES = (1.0, 0.25, 0.5, 2.0, 4.0)
"""Of the median bandwidth; the first is the one whose value is shown."""

NOTE = (
    "p is of five bandwidths together, ¼ to 4 times the medians, combined by the same "
    "permutations; the value is the one at the medians."
)


def scaled(side: Side, times: float) -> Side:
    """The side with another bandwidth, if it has one."""
    if side.facts.name != "gaussian":
        return side
    sigma = (side.facts.bandwidth or 1.0) * times
    facts = msgspec.structs.replace(side.facts, bandwidth=sigma)
    return replace(side, facts=facts, rows=side.rows / times, squares=side.squares / times**2)


def combined(found: Sequence[Sums], n: int) -> tuple[float, Numbers]:
    """The combination as observed and under each permutation."""
    parts = [_evidence(sums, n) for sums in found]
    t = np.mean(parts, axis=0)
    return float(t[0]), t[1:]


def _evidence(sums: Sums, n: int) -> Numbers:
    """tan(π(½ − p)) of the observed value and of those under permutation."""
    mean, variance = permuted(sums.x, sums.y, n)
    if not (mean > 0 and variance > 0):
        return np.zeros(1 + len(sums.null[0]))
    S = np.concatenate([[sums.S], sums.null[0]])
    p = gammaincc(mean**2 / variance, np.maximum(S, 0) * mean / variance)
    # 1/tan(πp) = tan(π(½ − p)), which keeps the digits of a small p
    return 1 / np.tan(np.pi * np.clip(p, 1e-300, 1 - 1e-12))
