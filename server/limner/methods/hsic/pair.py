"""The plan for two arrays."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from limner.methods._contract import Given, Rows, Work
from limner.methods.hsic import factored, picture, several, warn, whole
from limner.methods.hsic.choose import path_of
from limner.methods.hsic.columns import Column, column_of, comparable, constant
from limner.methods.hsic.kernels import Side, kernel_name, side_of
from limner.methods.hsic.moments import gamma_p, normalised, permutation_p, permuted, value
from limner.methods.hsic.params import Common, Params
from limner.methods.hsic.shifts import draw
from limner.methods.hsic.whole import Sums
from limner.protocol import BadInput, Independence, PathName

SQUARE = "precomputed"


@dataclass(frozen=True)
class Estimated:
    """The sums, how they were had, and how far off they are."""

    sums: Sums
    path: PathName
    rank: int = 0
    error: float | None = None
    note: str = ""


def plan(model: Any, input: tuple[Given, ...], params: Params) -> Work:
    """Compare two arrays.

    Raises:
        BadInput: not two of them, or they cannot be compared; says what to do.
        ArrayRefused: one holds no real numbers.
    """
    if len(input) != 2:
        raise BadInput(f"HSIC compares two arrays, not {len(input)}: name x and y.")
    columns, dropped = paired((column_of(input[0]), column_of(input[1])), params)
    for column in columns:
        if constant(column):
            raise BadInput(
                f"All values of {column.name} are equal, so it depends on nothing: choose another."
            )
    x, y = (side_of(column, place, params) for place, column in enumerate(columns))
    if params.bandwidth != "several":
        found = [(yield from estimate(x, y, params))]
    else:
        _check_several(x, y, params)
        found = []
        for times in several.TIMES:
            sides = several.scaled(x, times), several.scaled(y, times)
            found.append((yield from estimate(*sides, params)))
    return _result(columns, (x, y), dropped, found, params)


def _check_several(x: Side, y: Side, params: Params) -> None:
    if params.test != "permutation":
        raise BadInput("Several bandwidths are combined by permutations: set test='permutation'.")
    if "gaussian" not in (x.facts.name, y.facts.name):
        raise BadInput("Several bandwidths are of Gaussian kernels: leave out bandwidth='several'.")


def paired(columns: tuple[Column, Column], params: Common) -> tuple[list[Column], int]:
    """The rows of both that can be used; a kernel matrix loses its rows and its columns."""
    square = [kernel_name(params, place) == SQUARE for place in (0, 1)]
    kept, dropped = comparable(columns, params.drop and not any(square))
    return kept, dropped


def estimate(x: Side, y: Side, params: Params) -> Generator[Rows, Any, Estimated]:
    """S and its like by the path that fits."""
    path, features = yield from path_of(x, y, params.path, params.seed)
    test = params.test == "permutation"
    if features is None:
        shifts = draw(x.n, params.permutations if test else 1, params.seed, whole=True)
        if path == "exact":
            sums = yield from whole.exact(x, y, shifts if test else None)
        else:
            sums = yield from whole.blocked(x, y, shifts)
        return Estimated(sums, path)
    shifts = draw(x.n, params.permutations, params.seed, whole=False) if test else None
    sums, products = yield from factored.low_rank((x, y), features, shifts)
    rank = max(factor.rank for factor in products.factors)
    limit = factored.bound(products, 0, 1, params.estimator)
    if "estimate" not in (features[0].error, features[1].error):
        return Estimated(sums, path, rank, limit, "bound" if limit else "exact up to rounding")
    error = factored.spread(products, 0, 1)
    note = "standard error over the random frequencies"
    if limit:
        note += f", besides a bound of {limit:.1e} on what the pivots leave out"
    return Estimated(sums, path, rank, error, note)


def _result(
    columns: list[Column],
    sides: tuple[Side, Side],
    dropped: int,
    all_found: Sequence[Estimated],
    params: Params,
) -> Independence:
    found = all_found[0]
    sums, n, estimator = found.sums, sides[0].n, params.estimator
    x, y = sums.x, sums.y
    hsic = float(value(sums.S, sums.c, x, y, n, estimator))
    unmoved = warn.degenerate(*permuted(x, y, n))
    notes = [*warn.of_rows(n, dropped)]
    for column, side, moments in zip(columns, sides, (x, y), strict=True):
        notes += [*warn.of_column(column), *warn.of_kernel(side, moments, n)]
    null = value(*sums.null, x, y, n, estimator) if params.test == "permutation" else None
    if unmoved:
        notes.append(
            "Permutations cannot change the value, so p is 1: the kernel sees no difference "
            "between the rows; take another kernel or bandwidth."
        )
        p = 1.0
    elif len(all_found) > 1:
        t, under = several.combined([one.sums for one in all_found], n)
        p = permutation_p(t, under, 1e-6 * abs(t))
        notes.append(several.NOTE)
        null = None
    elif null is not None:
        largest = float(value((x.T2 * y.T2) ** 0.5, 0.0, x, y, n, "biased"))
        p = permutation_p(hsic, null, sums.rounding * largest)
    else:
        p = gamma_p(sums.S, x, y, n)
        if n < 20:
            notes.append(f"A gamma p-value of {n} rows is rough: take test='permutation'.")
    drawn, why = picture.scatter(columns[0], columns[1], params.seed)
    return Independence(
        x=columns[0].facts,
        y=columns[1].facts,
        n=n,
        dropped=dropped,
        estimator=estimator,
        hsic=hsic,
        normalised=normalised(hsic, x, y, n, estimator),
        p=p,
        p_method=params.test,
        permutations=params.permutations if params.test == "permutation" else 0,
        kernels=(sides[0].facts, sides[1].facts),
        path=found.path,
        rank=found.rank,
        error=found.error,
        error_note=found.note,
        null=picture.null(null, hsic) if null is not None else None,
        scatter=drawn,
        notes=warn.once([*notes, *([why] if why else [])]),
        seed=params.seed,
    )
