"""HSIC from whole kernels: n²/2 values of each, with every pair of rows.

Up to 1,024 rows both matrices are in memory (exact); beyond, diagonals are computed a piece at a
time and forgotten (blocked), in a few megabytes whatever n is. Both give the same number up to
rounding, and all permutations of a circle at once (`shifts`).
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from limner.methods._contract import Rows
from limner.methods.hsic.kernels import Side
from limner.methods.hsic.moments import Moments
from limner.methods.hsic.shifts import Band, Diagonals, Shifts, along, correlate
from limner.protocol import KernelFacts

Numbers = np.ndarray[Any, Any]

IN_MEMORY = 1024
"""Rows up to which both matrices are kept: 8 MiB each."""

AT_ONCE = 1 << 19
"""Kernel values of one row of work: about 20 ms."""


@dataclass(frozen=True)
class Sums:
    """What HSIC and its test are computed from."""

    S: float
    c: float
    x: Moments
    y: Moments
    null: tuple[Numbers, Numbers]
    """S and c under permutation: (permutations,) each; empty where none were asked for."""
    rounding: float = 1e-10
    """Of S, relative to the largest it could be."""


Work = Generator[Rows, Any, Sums]


@dataclass(frozen=True)
class Centre:
    """A row of work: the centred matrix of a kernel, and its moments."""

    side: Side

    group = "centre"

    @property
    def length(self) -> int:
        """In kernel values."""
        return self.side.n**2

    def compute(self) -> tuple[Side, Moments]:
        """Its value."""
        side, places = self.side, np.arange(self.side.n)
        K = side.block(places, places)
        rows = K.mean(0)
        off = off_diagonal(float(rows.sum() * side.n), float(np.trace(K)), side.n)
        K = K - rows - rows[:, None] + rows.mean()
        k = K.diagonal()
        moments = Moments(float(k.sum()), float(np.vdot(K, K)), float(k @ k), off)
        return Side(side.name, KernelFacts(name="precomputed"), K, np.zeros(0)), moments


def off_diagonal(total: float, trace: float, n: int) -> float:
    """Mean of a kernel's values off the diagonal, relative to the mean of those on it."""
    return (total - trace) / (n - 1) / trace if trace > 0 else 1.0


def exact(x: Side, y: Side, shifts: Shifts | None) -> Work:
    """Both matrices in memory."""
    (x, one), (y, other) = yield Rows([Centre(x), Centre(y)])
    K, L = x.rows, y.rows
    S, c = float(np.vdot(K, L)), float(K.diagonal() @ L.diagonal())
    if shifts is None:
        return Sums(S, c, one, other, _nothing())
    together = yield from _bands(x, y, shifts, None)
    all_S = np.fft.irfft(together.spectrum, x.n)
    all_c = correlate(K.diagonal()[shifts.x], L.diagonal()[shifts.y])
    return Sums(S, c, one, other, _picked(all_S, all_c, shifts))


def blocked(x: Side, y: Side, shifts: Shifts) -> Work:
    """A band of diagonals at a time; the permutations come with the first circle for nothing."""
    n = x.n
    offsets = tuple(float(along(side, shifts.x, 1, 2).mean()) if n > 1 else 0.0 for side in (x, y))
    a, b = offsets
    bands = yield from _bands(x, y, shifts, (a, b))
    k, others = x.diagonal() - a, y.diagonal() - b
    kx, ky = k[shifts.x], others[shifts.x]
    rows_x, rows_y = bands.x + kx, bands.y + ky
    squares = bands.squares[0] + float(kx @ kx), bands.squares[1] + float(ky @ ky)
    one, kx = _moments(rows_x, kx, squares[0], a)
    other, ky = _moments(rows_y, ky, squares[1], b)
    at = np.empty(n, np.intp)
    at[shifts.x] = np.arange(n)
    S, c = [], []
    for circle, order in enumerate(shifts.y):
        found = np.fft.irfft(bands.spectrum[circle], n)
        found += correlate(k[shifts.x], others[order])
        found -= 2 / n * correlate(rows_x, rows_y[at[order]])
        S.append(found + rows_x.sum() * rows_y.sum() / n**2)
        c.append(correlate(kx, ky[at[order]]))
    all_S, all_c = np.stack(S), np.stack(c)
    observed = float(all_S[0, 0]), float(all_c[0, 0])
    return Sums(*observed, one, other, _picked(all_S, all_c, shifts))


def _bands(
    x: Side, y: Side, shifts: Shifts, offsets: tuple[float, float] | None
) -> Generator[Rows, Any, Band]:
    """Of all diagonals of centred matrices; without the main one of kernels less their offsets."""
    n, circles, first = x.n, len(shifts.y), 0 if offsets is None else 1
    together = 1 if x.facts.name != "precomputed" else max(1, min(circles, AT_ONCE // n**2))
    found: list[Band] = []
    for start in range(0, circles, together):
        group = (start, min(start + together, circles))
        step = max(1, AT_ONCE // (n * (1 + group[1] - group[0])))
        ends = range(first, n // 2 + 1, step)
        rows = [
            Diagonals(
                x,
                y,
                shifts,
                group,
                d,
                min(d + step, n // 2 + 1),
                offsets or (0.0, 0.0),
                sums=offsets is not None,
            )
            for d in ends
        ]
        bands: list[Band] = yield Rows(rows)
        total = bands[0]
        for band in bands[1:]:
            total = total + band
        found.append(total)
    return replace(found[0], spectrum=np.concatenate([band.spectrum for band in found]))


def _moments(
    rows: Numbers, diagonal: Numbers, squares: float, offset: float
) -> tuple[Moments, Numbers]:
    """Of a kernel without `offset`, and the diagonal of the centred one."""
    n, total = len(rows), float(rows.sum())
    k = diagonal - 2 * rows / n + total / n**2
    T2 = squares - 2 / n * float(rows @ rows) + (total / n) ** 2
    trace = float(diagonal.sum()) + offset * n
    off = off_diagonal(total + offset * n**2, trace, n)
    return Moments(float(k.sum()), T2, float(k @ k), off), k


def _picked(S: Numbers, c: Numbers, shifts: Shifts) -> tuple[Numbers, Numbers]:
    return S.ravel()[shifts.picked], c.ravel()[shifts.picked]


def _nothing() -> tuple[Numbers, Numbers]:
    return np.zeros(0), np.zeros(0)
