"""Kernels as inner products of a few features: K ≈ AAᵀ with A of n rows and r columns.

Linear and delta kernels are such products. A smooth kernel of few dimensions nearly is: pivoted
incomplete Cholesky (Fine, Scheinberg 2001; Bach, Jordan 2002) takes the row that is explained worst
as the next pivot, until the mean of what is unexplained is under a tolerance. Its error E = K − AAᵀ
is positive semidefinite, so tr E bounds it. A Gaussian of many dimensions is an average of waves
(random Fourier features; Rahimi, Recht 2007), with an error that falls as 1/√r.

Features are a function of the row, so of long columns only a piece has to be in memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.linalg import solve_triangular

from limner.methods.hsic.kernels import Side

Numbers = np.ndarray[Any, Any]

SAMPLE = 4096
"""Rows among which pivots are searched."""

CAP = 200
"""Most pivots; a kernel that needs more is not smooth enough for this."""

WAVES = 64
"""Frequencies of the random Fourier features; each gives a cosine and a sine. Half as many where
rows are many."""

MANY = 200_000
"""Rows."""

KEEP = 24 << 20
"""Bytes of features that are kept; longer ones are computed again when they are needed."""


@dataclass(frozen=True)
class Exact:
    """Linear: the row itself. Delta: a 1 at the row's category."""

    rank: int
    one_hot: bool
    error = "none"

    def of(self, rows: Numbers) -> Numbers:
        """(m, rank)."""
        return np.eye(self.rank)[rows] if self.one_hot else rows


@dataclass(frozen=True)
class Pivoted:
    """k(x, pivots) L⁻ᵀ, where LLᵀ is the kernel among the pivots."""

    pivots: Side
    triangle: Numbers
    error = "bound"

    @property
    def rank(self) -> int:
        """Pivots."""
        return len(self.triangle)

    def of(self, rows: Numbers) -> Numbers:
        """(m, rank)."""
        side = Side("", self.pivots.facts, np.concatenate([rows, self.pivots.rows]), np.zeros(0))
        if len(self.pivots.squares):
            squares = np.einsum("ij,ij->i", side.rows, side.rows)
            side = Side("", side.facts, side.rows, squares)
        places = np.arange(side.n)
        k = side.block(places[len(rows) :], places[: len(rows)])
        return solve_triangular(self.triangle, k, lower=True, check_finite=False).T


@dataclass(frozen=True)
class Waves:
    """cos⟨w, u⟩ and sin⟨w, u⟩ in turn, over √D, for D frequencies w ~ N(0, 2)."""

    frequencies: Numbers
    error = "estimate"

    @property
    def rank(self) -> int:
        """Two for each frequency."""
        return 2 * self.frequencies.shape[1]

    def of(self, rows: Numbers) -> Numbers:
        """(m, rank), float32: these features are random anyway."""
        # whole turns are taken off in float64, so that float32 keeps the digits of an outlier
        turns = rows @ self.frequencies / (2 * np.pi)
        angles = ((turns - np.rint(turns)) * (2 * np.pi)).astype(np.float32)
        found = np.empty((len(rows), self.rank), np.float32)
        np.cos(angles, out=found[:, 0::2])
        np.sin(angles, out=found[:, 1::2])
        found /= np.float32(np.sqrt(self.frequencies.shape[1]))
        return found


Features = Exact | Pivoted | Waves


def exact(side: Side) -> Exact | None:
    """Features without an error, where they are few."""
    if side.facts.name == "linear" and side.d <= CAP:
        return Exact(side.d, one_hot=False)
    if side.facts.name == "delta" and (categories := int(side.rows.max()) + 1) <= CAP:
        return Exact(categories, one_hot=True)
    return None


def waves(side: Side, seed: int, place: int) -> Waves:
    """Random Fourier features of a Gaussian; other frequencies for y than for x."""
    random = np.random.default_rng([seed, 2, place])
    count = WAVES if side.n <= MANY else WAVES // 2
    return Waves(random.normal(scale=np.sqrt(2), size=(side.d, count)))


@dataclass(frozen=True)
class Find:
    """A row of work: the pivots of a kernel."""

    side: Side
    seed: int

    group = "find"

    @property
    def length(self) -> int:
        """In kernel values."""
        return min(self.side.n, SAMPLE) * 20

    def compute(self) -> tuple[Pivoted, bool]:
        """The features, and whether they explain the kernel within the tolerance."""
        side, picked = self.side, candidates(self.side, self.seed)
        diagonal = side.diagonal()[picked]
        left, G = diagonal.copy(), np.zeros((len(picked), min(CAP, len(picked))))
        tolerance = tolerance_of(side.n) * float(diagonal.mean())
        pivots: list[int] = []
        while len(pivots) < G.shape[1] and left.mean() > tolerance:
            i, k = int(left.argmax()), len(pivots)
            if left[i] <= 1e-12 * diagonal.max():
                break
            column = side.block(picked, picked[i : i + 1])[:, 0] - G[:, :k] @ G[i, :k]
            G[:, k] = column / np.sqrt(left[i])
            pivots.append(i)
            left -= G[:, k] ** 2
            np.maximum(left, 0, out=left)
            left[i] = 0
        chosen = picked[pivots]
        squares = side.squares[chosen] if len(side.squares) else side.squares
        found = Side(side.name, side.facts, side.rows[chosen], squares)
        return Pivoted(found, G[pivots, : len(pivots)]), bool(left.mean() <= tolerance)


def tolerance_of(n: int) -> float:
    """Of tr E / n: so that the bound on HSIC is small beside its mean under independence, ~ 1/n."""
    return float(np.clip(1e-2 / n, 1e-8, 1e-6))


def candidates(side: Side, seed: int) -> Numbers:
    """All rows, or some at random with those that lie farthest out."""
    if side.n <= SAMPLE:
        return np.arange(side.n)
    picked = np.random.default_rng([seed, 3]).choice(side.n, SAMPLE, replace=False)
    ends = [picked]
    for i in range(min(side.d, 8) if side.rows.ndim == 2 else 0):
        ends.append(np.argpartition(side.rows[:, i], 16)[:16])
        ends.append(np.argpartition(side.rows[:, i], side.n - 16)[-16:])
    return np.unique(np.concatenate(ends))


# ── features of all rows ──────────────────────────────────────────────────────────────────────


@dataclass
class Factor:
    """The features of a side's rows, centred once their mean is known."""

    side: Side
    features: Features
    mean: Numbers | None = None
    unexplained: float = 0.0
    """tr E."""
    kept: Numbers | None = field(default=None, repr=False)

    @property
    def rank(self) -> int:
        """Columns."""
        return self.features.rank

    def take(self, rows: Numbers | slice) -> Numbers:
        """Centred features of these rows: (m, rank)."""
        assert self.mean is not None
        if self.kept is not None:
            return self.kept[rows]
        found = self.features.of(self.side.rows[rows])
        return found - self.mean.astype(found.dtype)


@dataclass(frozen=True)
class Mean:
    """A row of work: the sum of a factor's features over some rows, and what they leave of tr K."""

    factor: Factor
    start: int
    stop: int

    group = "mean"

    @property
    def length(self) -> int:
        """In features."""
        return (self.stop - self.start) * self.factor.rank

    def compute(self) -> tuple[Numbers, float]:
        """Its value."""
        factor, rows = self.factor, slice(self.start, self.stop)
        found = factor.features.of(factor.side.rows[rows])
        left = 0.0
        if factor.features.error == "bound":
            some = np.arange(self.start, self.stop)
            squares = factor.side.squares[rows] if len(factor.side.squares) else np.zeros(0)
            piece = Side("", factor.side.facts, factor.side.rows[some], squares)
            rest = piece.diagonal() - np.einsum("ij,ij->i", found, found)
            left = float(np.maximum(rest, 0).sum())
        if factor.side.n * factor.rank * found.itemsize <= KEEP:
            if factor.kept is None:
                factor.kept = np.empty((factor.side.n, factor.rank), found.dtype)
            factor.kept[rows] = found
        return found.sum(0, dtype=np.float64), left


@dataclass(frozen=True)
class Cross:
    """A row of work: products of the features of several sides, summed over some rows."""

    factors: tuple[Factor, ...]
    start: int
    stop: int

    group = "cross"

    @property
    def length(self) -> int:
        """In features."""
        return (self.stop - self.start) * sum(factor.rank for factor in self.factors)

    def compute(self) -> tuple[Numbers, Numbers, Numbers]:
        """AᵀA of all features side by side; KᵀK and Σ of the centred kernels' diagonals K."""
        found = [factor.take(slice(self.start, self.stop)) for factor in self.factors]
        diagonals = np.stack([np.einsum("ij,ij->i", A, A) for A in found], 1).astype(np.float64)
        together = np.concatenate(found, axis=1)
        products = (together.T @ together).astype(np.float64)
        return products, diagonals.T @ diagonals, diagonals.sum(0)


def chunks(n: int, rank: int, elements: int = 1 << 18) -> list[tuple[int, int]]:
    """Pieces of the rows with about so many features each."""
    step = max(64, elements // max(rank, 1))
    return [(i, min(i + step, n)) for i in range(0, n, step)]
