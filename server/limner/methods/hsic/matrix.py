"""The plan for all pairs of columns.

The features of a column are computed once; one product of all features with each other holds every
pair's AᵀB as a block. Gamma p-values then cost nothing, having exact moments of each column. With
permutations, p cannot be under 1/(B + 1), so that Benjamini–Hochberg needs B ≥ pairs/α to find a
single dependent pair among many independent ones.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from typing import Any

import numpy as np
from scipy.stats import false_discovery_control

from limner.methods._contract import Given, Progress, Rows, Work
from limner.methods.hsic import factored, warn
from limner.methods.hsic.choose import factor_of
from limner.methods.hsic.columns import Column, columns_of, comparable, constant
from limner.methods.hsic.factored import Products
from limner.methods.hsic.factors import Features
from limner.methods.hsic.kernels import Side, side_of
from limner.methods.hsic.moments import gamma_p, normalised, permutation_p, value
from limner.methods.hsic.params import MatrixParams
from limner.methods.hsic.shifts import Shifts, draw
from limner.protocol import BadInput, Pair, PairMatrix
from limner.protocol import Column as Told

MOST = 400
"""Columns; 79,800 pairs are more than anybody reads."""

Place = tuple[int, int]


def plan(model: Any, input: tuple[Given, ...], params: MatrixParams) -> Work:
    """Compare all pairs of columns of one table or of several arrays.

    Raises:
        BadInput: fewer than two columns that vary, too many, or rows that cannot be compared.
        ArrayRefused: one holds no real numbers.
    """
    _check(params)
    given = [column_ for one in input for column_ in columns_of(one)]
    columns, dropped = comparable(given, params.drop) if given else ([], 0)
    left = [column.name for column in columns if constant(column)]
    columns = [column for column in columns if not constant(column)]
    if not 2 <= len(columns) <= MOST:
        raise BadInput(
            f"There are {len(columns):,} columns that vary: choose 2 to {MOST} of them to compare."
        )
    sides = [side_of(column, 0, params) for column in columns]
    features: list[Features] = []
    for i, side in enumerate(sides):
        yield Progress(i, len(sides))
        features.append((yield from factor_of(side, params.seed))[0])
    found = yield from factored.products(sides, features)
    places = [(i, j) for i in range(len(sides)) for j in range(i + 1, len(sides))]
    count = _permutations(params, len(places))
    if params.test == "permutation":
        ps = yield from _permuted(found, places, count, params)
    else:
        ps = yield from _by_gamma(found, places, sides[0].n)
    notes = _notes(found, columns, left, dropped, count, len(places), params)
    return _result(found, columns, places, ps, count, dropped, notes, params)


def _check(params: MatrixParams) -> None:
    if params.path not in ("auto", "low-rank"):
        raise BadInput(f"All pairs are compared by factors: leave out path={params.path!r}.")
    if isinstance(params.kernel, tuple) or "," in params.kernel or params.kernel == "precomputed":
        raise BadInput("All columns of a table get one kernel: name one that is not precomputed.")
    if isinstance(params.bandwidth, tuple) or params.bandwidth == "several":
        raise BadInput("All columns of a table get one bandwidth: give a number or 'median'.")


def _permutations(params: MatrixParams, pairs: int) -> int:
    if params.test != "permutation":
        return 0
    return params.permutations or max(1000, math.ceil(pairs / params.alpha))


def _by_gamma(
    found: Products, places: Sequence[Place], n: int
) -> Generator[Progress, Any, list[float]]:
    moments = [found.moments(i) for i in range(len(found.factors))]
    ps: list[float] = []
    for done, (i, j) in enumerate(places):
        if done % 50 == 0:
            yield Progress(done, len(places))
        ps.append(gamma_p(found.S(i, j), moments[i], moments[j], n))
    return ps


def _permuted(
    found: Products, places: Sequence[Place], count: int, params: MatrixParams
) -> Generator[Rows | Progress, Any, list[float]]:
    n = found.factors[0].side.n
    moments = [found.moments(i) for i in range(len(found.factors))]
    shifts: Shifts = draw(n, count, params.seed, whole=False)
    ps: list[float] = []
    for done, (i, j) in enumerate(places):
        yield Progress(done, len(places))
        x, y = found.factors[i], found.factors[j]
        S, c = yield from factored.permuted(x, y, shifts)
        null = value(S, c, moments[i], moments[j], n, params.estimator)
        seen = value(
            found.S(i, j), found.diagonals[i, j], moments[i], moments[j], n, params.estimator
        )
        largest = math.sqrt(moments[i].T2 * moments[j].T2) / (n - 1) ** 2
        ps.append(permutation_p(float(seen), null, factored.ROUNDING[8] * largest))
    return ps


def _notes(
    found: Products,
    columns: Sequence[Column],
    left: Sequence[str],
    dropped: int,
    count: int,
    pairs: int,
    params: MatrixParams,
) -> list[str]:
    notes = warn.of_rows(len(columns[0].values), dropped)
    if left:
        notes.append(f"Left out, because all their values are equal: {', '.join(left)}.")
    for i, (column, factor) in enumerate(zip(columns, found.factors, strict=True)):
        notes += warn.of_column(column)
        notes += warn.of_kernel(factor.side, found.moments(i), factor.side.n)
    if count and count + 1 < pairs / params.alpha:
        notes.append(
            f"With {count:,} permutations p cannot be under 1/{count + 1:,}: of {pairs:,} pairs a "
            f"single dependent one cannot be found at alpha = {params.alpha:g}; take at least "
            f"{math.ceil(pairs / params.alpha):,}, or test='gamma'."
        )
    return notes


def _result(
    found: Products,
    columns: Sequence[Column],
    places: Sequence[Place],
    ps: Sequence[float],
    count: int,
    dropped: int,
    notes: Sequence[str],
    params: MatrixParams,
) -> PairMatrix:
    n, estimator = found.factors[0].side.n, params.estimator
    moments = [found.moments(i) for i in range(len(columns))]
    largest = [found.largest(i) for i in range(len(columns))]
    qs = false_discovery_control(np.array(ps))
    pairs: list[Pair] = []
    for (i, j), p, q in zip(places, ps, qs.tolist(), strict=True):
        x, y = moments[i], moments[j]
        hsic = float(value(found.S(i, j), found.diagonals[i, j], x, y, n, estimator))
        share = normalised(hsic, x, y, n, estimator)
        pairs.append(
            Pair(
                i=i, j=j, hsic=hsic, normalised=share, p=p, q=q, n=n, significant=q <= params.alpha
            )
        )
    errors = [factored.bound(found, i, j, estimator, largest) for i, j in places]
    return PairMatrix(
        columns=tuple(map(_told, columns, found.factors)),
        pairs=tuple(pairs),
        n=n,
        dropped=dropped,
        estimator=estimator,
        alpha=params.alpha,
        p_method=params.test,
        permutations=count,
        error=max(errors),
        error_note="bound" if max(errors) else "exact up to rounding",
        notes=warn.once(notes),
        seed=params.seed,
    )


def _told(column: Column, factor: Any) -> Told:
    side: Side = factor.side
    return Told(
        name=column.name,
        kind=column.facts.kind,
        dtype=column.facts.dtype,
        kernel=side.facts,
        rank=factor.rank,
    )
