"""HSIC from factors: ‖AᵀB‖² instead of n² kernel values.

Sums over rows, so a piece of the rows is in memory at a time; with the cyclic shifts of `shifts`
all permutations together cost about as much as four values.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from limner.methods._contract import Rows
from limner.methods.hsic.factors import Cross, Factor, Features, Mean, chunks
from limner.methods.hsic.kernels import Side
from limner.methods.hsic.moments import Moments
from limner.methods.hsic.shifts import Shifts, Turned, turned
from limner.methods.hsic.whole import Sums

Numbers = np.ndarray[Any, Any]

ROUNDING = {8: 1e-10, 4: 1e-5}
"""Of S, relative to the largest it could be, by bytes of a feature."""


@dataclass(frozen=True)
class Products:
    """AᵀB and its like for all pairs of several factors."""

    factors: tuple[Factor, ...]
    all: Numbers
    """All features' products, side by side."""
    diagonals: Numbers
    """Σ kᵢlᵢ for all pairs of centred diagonals."""
    traces: Numbers

    def of(self, i: int, j: int) -> Numbers:
        """AᵢᵀAⱼ: (rank i, rank j)."""
        ends = np.cumsum([0, *(factor.rank for factor in self.factors)])
        return self.all[ends[i] : ends[i + 1], ends[j] : ends[j + 1]]

    def S(self, i: int, j: int) -> float:
        """‖AᵢᵀAⱼ‖²."""
        M = self.of(i, j)
        return float(np.vdot(M, M))

    def moments(self, i: int) -> Moments:
        """Of one side."""
        factor, T = self.factors[i], float(self.traces[i])
        assert factor.mean is not None
        n = factor.side.n
        mean = float(factor.mean @ factor.mean)  # of all kernel values
        trace = T + n * mean
        off = (mean * n * n - trace) / (n - 1) / trace if trace > 0 else 1.0
        return Moments(T, self.S(i, i), float(self.diagonals[i, i]), off)

    def largest(self, i: int) -> float:
        """The largest eigenvalue of the centred kernel."""
        return float(np.linalg.eigvalsh(self.of(i, i))[-1])


def products(sides: Sequence[Side], features: Sequence[Features]) -> Generator[Rows, Any, Products]:
    """Centre the features, and multiply all with all."""
    factors = tuple(Factor(side, f) for side, f in zip(sides, features, strict=True))
    n = sides[0].n
    rows = [(factor, *ends) for factor in factors for ends in chunks(n, factor.rank)]
    done = iter((yield Rows([Mean(*row) for row in rows])))
    for factor in factors:
        sums = [next(done) for _ in chunks(n, factor.rank)]
        mean: Numbers = np.sum([one for one, _ in sums], axis=0) / n
        factor.mean = mean
        factor.unexplained = float(sum(left for _, left in sums))
        if factor.kept is not None:
            factor.kept -= mean.astype(factor.kept.dtype)
    rank = sum(factor.rank for factor in factors)
    parts = yield Rows([Cross(factors, *ends) for ends in chunks(n, rank)])
    together = [np.sum([part[k] for part in parts], axis=0) for k in range(3)]
    return Products(factors, together[0], together[1], together[2])


def low_rank(
    sides: tuple[Side, Side], features: tuple[Features, Features], shifts: Shifts | None
) -> Generator[Rows, Any, tuple[Sums, Products]]:
    """S, c and their permutations for two sides."""
    found = yield from products(sides, features)
    x, y = found.factors
    null = np.zeros(0), np.zeros(0)
    S, c = found.S(0, 1), float(found.diagonals[0, 1])
    rounding = ROUNDING[min(factor.take(slice(0, 1)).itemsize for factor in (x, y))]
    if shifts is not None:
        null = yield from permuted(x, y, shifts)
    return Sums(S, c, found.moments(0), found.moments(1), null, rounding), found


def permuted(x: Factor, y: Factor, shifts: Shifts) -> Generator[Rows, Any, tuple[Numbers, Numbers]]:
    """S and c of two sides under all the permutations that were drawn."""
    step = max(1, (1 << 18) // (shifts.steps * max(x.rank, y.rank)))
    step = max(step, min(x.rank, y.rank) // 8)  # adding up products costs as much as making them
    S, c = [], []
    for circle in range(len(shifts.y)):
        ends = range(0, shifts.stride, step)
        rows = [Turned(x, y, shifts, circle, i, min(i + step, shifts.stride)) for i in ends]
        spectrum, diagonals = np.zeros((1, 1, 1)), np.zeros(1)
        for i in range(0, len(rows), 4):  # few spectra in memory at a time
            for one, lines in (yield Rows(rows[i : i + 4])):
                spectrum, diagonals = spectrum + one, diagonals + lines
        found = turned(spectrum, diagonals, x, y, shifts, circle)
        S.append(found[0])
        c.append(found[1])
    return np.concatenate(S)[shifts.picked], np.concatenate(c)[shifts.picked]


# ── how far off ───────────────────────────────────────────────────────────────────────────────


def bound(found: Products, i: int, j: int, estimator: str, largest: Sequence[float] = ()) -> float:
    """On |HSIC − HSIC of the features|, from what the pivots leave unexplained.

    With K = AAᵀ + E and E, F positive semidefinite, S changes by Tr(E L̄) + Tr(JAAᵀJ F), at most
    ‖L̄‖ tr E + ‖AAᵀ‖ tr F, and so does c. `largest` has the norms, where they are known.
    """
    x, y = found.factors[i], found.factors[j]
    if not x.unexplained and not y.unexplained:
        return 0.0
    n, e, f = x.side.n, x.unexplained, y.unexplained
    top = [largest[k] if largest else found.largest(k) for k in (i, j)]
    change = (top[1] + f) * e + top[0] * f
    if estimator == "biased":
        return change / (n - 1) ** 2
    a, b = float(found.traces[i]), float(found.traces[j])
    traces = ((b + f) * e + a * f) / ((n - 1) * (n - 2))
    return (change * (1 + n / (n - 2)) + traces) / (n * (n - 3))


def spread(found: Products, i: int, j: int) -> float:
    """Standard error of biased HSIC over the random frequencies of either side.

    HSIC is the mean of a table over frequencies of x and of y (one line where a side has none);
    the means of lines and of columns are what varies.
    """
    n = found.factors[i].side.n
    table = found.of(i, j) ** 2
    variance = 0.0
    for axis, factor in enumerate((found.factors[i], found.factors[j])):
        if factor.features.error != "estimate":
            continue
        lines = table.sum(1 - axis).reshape(-1, 2).sum(1)  # of each frequency
        variance += len(lines) * float(lines.var(ddof=1))
    return float(np.sqrt(variance)) / (n - 1) ** 2
