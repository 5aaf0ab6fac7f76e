"""Permutations that cost next to nothing: cyclic shifts of a random order.

A permutation test compares Σ k(xᵢ, xⱼ) l(yᵢ, yⱼ) with its value when the rows of y are permuted.
One permutation after another costs a pass over everything. Here the rows are brought into a random
order first, and y is then shifted against x in a circle: all n shifts together are circular
cross-correlations, which fast Fourier transforms compute in n log n.

The test is exact for any number of shifts. Let x and y be independent and y's rows exchangeable.
Put y into a random order ρ and take the circle of its shifts: as the pairing that was observed is
itself such an order, it is as likely to be any element of its circle as any other, and circles of
further random orders are distributed as its own. So its rank among all of them is uniform, which is
all that a p-value needs (Hemerik, Goeman 2018: random transformations from a group).

With many rows a shift moves by a stride: blocks of `stride` rows go round together, so that not
many more values come out than were asked for. Rows that fill no block stay where they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limner.methods.hsic.factors import Factor
from limner.methods.hsic.kernels import Side, away

Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Shifts:
    """Which permutations are compared."""

    x: Numbers
    """The order of x's rows: (n,)."""
    y: Numbers
    """Orders of y's rows: (circles, n); the first is x's, so its shift 0 is what was observed."""
    stride: int
    steps: int
    """Shifts of a circle: n // stride."""
    picked: Numbers
    """Those that are used, among circles x steps, flat, without 0: (permutations,)."""

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.x)


def draw(n: int, permutations: int, seed: int, *, whole: bool) -> Shifts:
    """So many at random; with `whole`, shifts go by single rows."""
    random = np.random.default_rng([seed, 4])
    stride = 1 if whole else max(1, n // (permutations + 1))
    steps = n // stride
    circles = -(-(permutations + 1) // steps)
    x = random.permutation(n)
    y = np.stack([x, *(random.permutation(n) for _ in range(circles - 1))])
    picked = 1 + random.permutation(circles * steps - 1)[:permutations]
    return Shifts(x, y, stride, steps, picked)


def correlate(a: Numbers, b: Numbers) -> Numbers:
    """Σᵢ aᵢ bᵢ₊ₛ for all s: (n,) and (…, n) → (…, n)."""
    n = a.shape[-1]
    spectrum = np.fft.rfft(a).conj() * np.fft.rfft(b)
    return np.fft.irfft(spectrum, n)


# ── whole kernels, by their diagonals ─────────────────────────────────────────────────────────


def along(side: Side, order: Numbers, first: int, last: int) -> Numbers:
    """k(xᵢ, xᵢ₊ₔ) for `first` ≤ d < `last`, in a circle over `order`: (last − first, n)."""
    n = side.n
    if side.facts.name == "precomputed":
        ahead = _windows(np.concatenate([order, order[:last]]), n)[first:last]
        return side.rows.ravel().take(order * n + ahead)
    rows = side.rows[order]
    circle = np.concatenate([rows, rows[:last]])
    if side.facts.name == "delta":
        return (_windows(circle, n)[first:last] == rows).astype(np.float64)
    if side.facts.name == "gaussian" and not len(side.squares):
        ahead = [_windows(line, n)[first:last] for line in circle.T]
        return away(ahead, rows.T)
    dots = np.empty((last - first, n))
    for i in range(0, n, 128):
        there = circle[i + first : min(i + 128, n) + last - 1]
        block = np.ascontiguousarray(rows[i : i + 128] @ there.T)
        width = len(block)
        # block[i, i + d] for every d: a step down is a step to the right
        skew = np.lib.stride_tricks.as_strided(
            block,
            (last - first, width),
            (block.strides[1], block.strides[0] + block.strides[1]),
        )
        dots[:, i : i + width] = skew
    if side.facts.name != "gaussian":
        return side.of_dots(dots)
    squares = side.squares[order]
    around = np.concatenate([squares, squares[:last]])
    return side.of_dots(dots, squares, _windows(around, n)[first:last])


def _windows(circle: Numbers, n: int) -> Numbers:
    return np.lib.stride_tricks.sliding_window_view(circle, n)


@dataclass(frozen=True)
class Band:
    """Sums over some diagonals of both kernels, from which an offset was taken."""

    spectrum: Numbers
    """Of Σ K L, for each circle: (circles, frequencies)."""
    x: Numbers
    """Row sums, in x's order: (n,)."""
    y: Numbers
    squares: tuple[float, float]

    def __add__(self, other: Band) -> Band:
        a, b = self.squares, other.squares
        return Band(
            self.spectrum + other.spectrum,
            self.x + other.x,
            self.y + other.y,
            (a[0] + b[0], a[1] + b[1]),
        )


@dataclass(frozen=True)
class Diagonals:
    """A row of work: some diagonals d of both kernels, which stand for those at n − d too."""

    x: Side
    y: Side
    shifts: Shifts
    circles: tuple[int, int]
    first: int
    last: int
    offsets: tuple[float, float] = (0.0, 0.0)
    sums: bool = True
    """Whether row sums and squares are wanted too; else they are 0."""

    group = "diagonals"

    @property
    def length(self) -> int:
        """In kernel values."""
        return (self.last - self.first) * self.x.n * (1 + self.circles[1] - self.circles[0])

    def compute(self) -> Band:
        """Its value; row sums and squares are of the first circle."""
        K = along(self.x, self.shifts.x, self.first, self.last) - self.offsets[0]
        weights = np.full(self.last - self.first, 2.0)
        if 2 * (self.last - 1) == self.x.n:
            weights[-1] = 1.0  # the diagonal n/2 is its own mirror image
        if not self.first:
            weights[0] = 1.0
        transformed = np.fft.rfft(K).conj() * weights[:, None]
        spectra: list[Numbers] = []
        L = K
        for circle in range(self.circles[1] - 1, self.circles[0] - 1, -1):
            L = along(self.y, self.shifts.y[circle], self.first, self.last) - self.offsets[1]
            spectra.append(np.einsum("df,df->f", transformed, np.fft.rfft(L)))
        if not self.sums:
            return Band(np.stack(spectra[::-1]), np.zeros(1), np.zeros(1), (0.0, 0.0))
        squares = [float(weights @ np.einsum("di,di->d", M, M)) for M in (K, L)]
        return Band(
            np.stack(spectra[::-1]),
            _row_sums(K, weights, self.first),
            _row_sums(L, weights, self.first),
            (squares[0], squares[1]),
        )


def _row_sums(K: Numbers, weights: Numbers, first: int) -> Numbers:
    """A diagonal counts for both of its ends, unless it is its own mirror image."""
    D, n = K.shape
    sums = np.zeros(n + first + D)
    for d in range(D):
        if weights[d] == 2:
            sums[first + d : first + d + n] += K[d]
    found = sums[:n].copy()
    over = sums[n:]
    for i in range(0, len(over), n):
        piece = over[i : i + n]
        found[: len(piece)] += piece
    return found + K.sum(0)


# ── factors, by blocks of rows ────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Turned:
    """A row of work: Σ over blocks of features of x and of shifted y, in frequencies."""

    x: Factor
    y: Factor
    shifts: Shifts
    circle: int
    first: int
    last: int
    """Of the rows in a block."""

    group = "turned"

    @property
    def length(self) -> int:
        """In features."""
        return (self.last - self.first) * self.shifts.steps * (self.x.rank + self.y.rank)

    def compute(self) -> tuple[Numbers, Numbers]:
        """(frequencies, rank of x, rank of y); and of the diagonals (frequencies,)."""
        A, k = self._blocks(self.x, self.shifts.x)
        B, lines = self._blocks(self.y, self.shifts.y[self.circle])
        products = np.matmul(A.conj().transpose(0, 2, 1), B)
        return products, np.einsum("ft,ft->f", k.conj(), lines)

    def _blocks(self, factor: Factor, order: Numbers) -> tuple[Numbers, Numbers]:
        shifts = self.shifts
        rows = order[: shifts.steps * shifts.stride].reshape(shifts.steps, shifts.stride)
        rows = rows[:, self.first : self.last]
        found = factor.take(rows.reshape(-1)).reshape(*rows.shape, factor.rank)
        diagonals = np.einsum("stk,stk->st", found, found)
        return (
            np.fft.rfft(found, axis=0),
            np.fft.rfft(diagonals, axis=0),
        )


def turned(
    spectrum: Numbers, diagonals: Numbers, x: Factor, y: Factor, shifts: Shifts, circle: int
) -> tuple[Numbers, Numbers]:
    """S and c for all shifts of a circle: (steps,) each."""
    rest = slice(shifts.steps * shifts.stride, None)
    A, B = x.take(shifts.x[rest]), y.take(shifts.y[circle][rest])
    fixed = A.T @ B
    S = np.zeros(shifts.steps)
    for i in range(x.rank):
        M = np.fft.irfft(spectrum[:, i], shifts.steps, axis=0) + fixed[i]
        S += np.einsum("sj,sj->s", M, M)
    k, lines = np.einsum("ij,ij->i", A, A), np.einsum("ij,ij->i", B, B)
    c = np.fft.irfft(diagonals, shifts.steps) + float(k @ lines)
    return S, c
