"""Kernels: when two rows count as alike, and the bandwidth of those that have one.

A column is brought into a form in which its kernel is a function of inner products alone,

    gaussian     exp(2⟨u, v⟩ − ‖u‖² − ‖v‖²),   u = (x − centre) / (σ√2)   (article: / σ)
    linear       ⟨u, v⟩,                       u = x − mean
    polynomial   (⟨u, v⟩ / d + 1)^degree,      u = x
    delta        1 where the values are equal

so that a block of it costs one matrix product. HSIC does not change when a row is moved by the same
vector everywhere, so centring is free for the first two, and keeps the digits.

The bandwidth's rule is the median of the distances between rows (Gretton 2005, section 5), of 1,000
rows drawn at random where there are more; where more than half of the distances are 0, the median
of the others, which is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from limner.methods.hsic.columns import Column
from limner.methods.hsic.params import KERNELS, Common, convention_of
from limner.protocol import BadInput, KernelFacts

Numbers = np.ndarray[Any, Any]

MEDIAN_ROWS = 1000
"""Rows whose distances decide the bandwidth."""

FAR = 1e4
"""Bandwidths from the centre, beyond which ‖u‖² + ‖v‖² − 2⟨u, v⟩ loses the distance's digits."""


@dataclass(frozen=True)
class Side:
    """A column under its kernel."""

    name: str
    """What messages call it."""
    facts: KernelFacts
    rows: Numbers
    """(n, d) in the kernel's form, (n,) codes of delta, or the matrix (n, n) itself."""
    squares: Numbers
    """‖u‖² (n,) of a Gaussian, from which distances follow; empty where rows lie so far out that
    no digits would be left, or have one dimension: differences are taken then."""

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.rows)

    @property
    def d(self) -> int:
        """Dimensions of a row."""
        return self.rows.shape[1] if self.rows.ndim == 2 else 1

    def block(self, i: Numbers, j: Numbers) -> Numbers:
        """K between rows `i` and rows `j`: (len(i), len(j))."""
        kind = self.facts.name
        if kind == "precomputed":
            return self.rows[np.ix_(i, j)]
        if kind == "delta":
            return (self.rows[i][:, None] == self.rows[j]).astype(np.float64)
        if kind == "gaussian" and not len(self.squares):
            return away(self.rows[i].T[:, :, None], self.rows[j].T)
        dots = self.rows[i] @ self.rows[j].T
        if kind != "gaussian":
            return self.of_dots(dots)
        return self.of_dots(dots, self.squares[i][:, None], self.squares[j])

    def of_dots(self, dots: Numbers, a: Numbers | float = 0, b: Numbers | float = 0) -> Numbers:
        """K from inner products, which are overwritten, and squares of the two sides."""
        kind = self.facts.name
        if kind == "gaussian":
            dots *= 2
            dots -= a
            dots -= b
            np.minimum(dots, 0, out=dots)  # rounding
            return np.exp(dots, out=dots)
        if kind == "polynomial":
            dots /= self.d
            dots += 1
            dots **= self.facts.degree
        return dots

    def diagonal(self) -> Numbers:
        """k(xᵢ, xᵢ): (n,)."""
        kind = self.facts.name
        if kind == "precomputed":
            return self.rows.diagonal().copy()
        if kind in ("gaussian", "delta"):
            return np.ones(self.n)
        return self.of_dots((self.rows**2).sum(1))


def away(a: Sequence[Numbers] | Numbers, b: Numbers) -> Numbers:
    """The Gaussian of coordinates (d, …) and (d, …), one after the other."""
    total = np.square(a[0] - b[0])
    for one, other in zip(a[1:], b[1:], strict=True):
        total += np.square(one - other)
    np.negative(total, out=total)
    return np.exp(total, out=total)


def side_of(column: Column, place: int, params: Common) -> Side:
    """A column under the kernel that was asked for; `place` is 0 for x, 1 for y.

    Raises:
        BadInput: an unknown kernel, a bandwidth that is none, or a kernel that does not fit.
    """
    kind = kernel_name(params, place)
    if kind == "precomputed":
        return _precomputed(column)
    if column.categorical or kind == "delta":
        return _delta(column, asked=kind)
    if kind == "gaussian":
        return _gaussian(column, bandwidth_of(params, place), params)
    return _products(column, kind, params.degree)


def kernel_name(params: Common, place: int) -> str:
    """The kernel of x or y; raises BadInput for an unknown one."""
    asked = params.kernel
    names = [one.strip() for one in asked.split(",")] if isinstance(asked, str) else [*asked]
    unknown = [one for one in names if one not in KERNELS]
    if unknown or not 1 <= len(names) <= 2:
        told = ", ".join(unknown or names)
        raise BadInput(f"Unknown kernel {told!r}: choose one or two of {', '.join(KERNELS)}.")
    return names[min(place, len(names) - 1)]


def bandwidth_of(params: Common, place: int) -> float | None:
    """σ as given, or None for the median; raises BadInput."""
    asked = params.bandwidth
    if isinstance(asked, str) and "," in asked:
        first, _, second = asked.partition(",")
        asked = (first.strip(), second.strip())
    one = asked[place] if isinstance(asked, tuple) else asked
    if one in ("median", "several"):
        return None
    try:
        sigma = float(one)
    except ValueError:
        sigma = np.nan
    if not (np.isfinite(sigma) and sigma > 0):
        raise BadInput(
            f"The bandwidth {one!r} is none: give a positive number, 'median' or 'several'."
        )
    return sigma


# ── each kernel ───────────────────────────────────────────────────────────────────────────────


def _gaussian(column: Column, given: float | None, params: Common) -> Side:
    x, scale = tame(column.values)
    note = ""
    sigma = given / scale if given else 0.0
    if not given:
        sigma, note = median(x, params.seed)
    convention = convention_of(params, given)
    width = sigma * (np.sqrt(2) if convention == "half" else 1)
    u = x / width
    farthest = float(np.abs(u).max())
    if not farthest < 1e150:
        raise BadInput(f"The bandwidth {given} is too small for the numbers of {column.name}.")
    facts = KernelFacts(
        name="gaussian",
        bandwidth=float(sigma * scale),
        convention=convention,
        rule="given" if given else "median",
        note=note,
    )
    apart = u.shape[1] == 1 or farthest > FAR
    return Side(column.name, facts, u, np.zeros(0) if apart else np.einsum("ij,ij->i", u, u))


def tame(x: Numbers) -> tuple[Numbers, float]:
    """Centred at the median and divided by a power of two: no square overflows or vanishes."""
    largest = float(np.abs(x).max())
    first = np.exp2(np.floor(np.log2(largest))) if largest > 1e100 else 1.0
    x = x / first
    x = x - np.median(x, axis=0)
    largest = float(np.abs(x).max())
    second = (
        np.exp2(np.floor(np.log2(largest))) if largest and not 1e-100 < largest < 1e100 else 1.0
    )
    return x / second, float(first * second)


def median(x: Numbers, seed: int) -> tuple[float, str]:
    """The median distance between rows of (n, d), and what there is to say of it."""
    if len(x) > MEDIAN_ROWS:
        picked = np.random.default_rng([seed, 1]).choice(len(x), MEDIAN_ROWS, replace=False)
        x = x[picked]
    i, j = np.triu_indices(len(x), 1)
    if x.shape[1] == 1:
        distances = np.abs(x[i, 0] - x[j, 0])
    else:
        squares = np.einsum("ij,ij->i", x, x)
        gaps = squares[:, None] + squares - 2 * (x @ x.T)
        distances = np.sqrt(np.maximum(gaps[i, j], 0))
    sigma = float(np.median(distances))
    if sigma > 0:
        return sigma, ""
    positive = distances[distances > 0]
    if not len(positive):  # equal in the sample, different elsewhere
        return 1.0, "Nearly all rows are equal: a bandwidth of 1 was taken; give one."
    return (
        float(np.median(positive)),
        "More than half of the distances are 0: the bandwidth is the median of the others.",
    )


def _products(column: Column, kind: str, degree: int) -> Side:
    x = column.values
    if kind == "linear":
        x = x - x.mean(axis=0)
        facts = KernelFacts(name="linear")
    else:
        facts = KernelFacts(name="polynomial", degree=degree)
    side = Side(column.name, facts, x, np.zeros(len(x)))
    with np.errstate(over="ignore", invalid="ignore"):
        largest = (np.abs(x).max() ** 2 + 1) ** (2.0 * (facts.degree or 1))
    if not largest < 1e300 / len(x):
        raise BadInput(f"{column.name} is too large for this kernel: divide it by its spread.")
    return side


def _delta(column: Column, asked: str) -> Side:
    if column.categorical:
        codes = np.unique(column.values, return_inverse=True)[1]
    else:
        codes = np.unique(column.values, axis=0, return_inverse=True)[1]
    note = "Categories are compared by equality." if column.categorical and asked != "delta" else ""
    return Side(column.name, KernelFacts(name="delta", note=note), codes.reshape(-1), np.zeros(0))


def _precomputed(column: Column) -> Side:
    K = column.values
    if column.categorical or K.ndim != 2 or K.shape[0] != K.shape[1]:
        raise BadInput(
            f"{column.name} is no kernel matrix: a precomputed kernel has as many columns as rows "
            f"(it is {' by '.join(map(str, column.facts.shape))})."
        )
    if not np.allclose(K, K.T, rtol=1e-6, atol=1e-9 * float(np.abs(K).max())):
        raise BadInput(f"{column.name} is not symmetric, so it is no kernel matrix.")
    return Side(column.name, KernelFacts(name="precomputed"), K, np.zeros(0))
