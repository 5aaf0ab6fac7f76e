"""`limner.hsic`, `limner.hsic_matrix`, `limner.hsic_loss`: do arrays depend on each other?"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from limner.arrays import Source, read
from limner.comparing import compare
from limner.protocol import BadInput, Independence, PairMatrix

if TYPE_CHECKING:
    from torch import Tensor

INDEX = "Rows are paired by their place; the indexes of {} and {} differ."


def hsic(
    x: Any,
    y: Any,
    *,
    kernel: str | tuple[str, str] = "gaussian",
    bandwidth: str | float | tuple[str | float, str | float] | None = None,
    convention: str | None = None,
    estimator: str = "biased",
    test: str = "permutation",
    permutations: int = 1000,
    seed: int = 0,
    drop: bool = False,
    names: tuple[str, str] = ("x", "y"),
    **options: Any,
) -> Independence:
    """Whether two arrays are independent.

    Args:
        x: a numpy array, a torch tensor on any device, a pandas or polars Series or DataFrame, a
            list of numbers or of texts. Rows are the first axis and belong together by their
            place; a table is one point of many dimensions per row.
        y: the same, with as many rows.
        kernel: gaussian, linear, polynomial, delta or precomputed; two of them for x and y.
            Categories and texts always get delta.
        bandwidth: σ of the Gaussian, two of them, "several", or None: "median" of the distances.
        convention: "half" exp(−d²/2σ²), or "article" exp(−d²/σ²); None: "article" where σ is a
            number, "half" with the median. The result says which.
        estimator: "biased" 1/(n − 1)² Tr(KJLJ), or "unbiased" HSIC₁.
        test: "permutation" or "gamma".
        permutations: how many; p is at least 1/(permutations + 1).
        seed: of everything that is random.
        drop: leave out rows with missing or infinite values, which are an error otherwise.
        names: what x and y are called in the result.
        options: further fields of `limner.methods.hsic.params.Params`: degree, path.

    Raises:
        BadInput: lengths differ, a column is constant, n < 4, an unknown option …; says what to do.
        ArrayRefused: x or y is no array that can be read.

    Source: Gretton et al. 2005, 2007; Song et al. 2012. Cost: docs/methods/hsic.md.
    """
    sources = [read(names[0], x), read(names[1], y)]
    said = dict(
        kernel=kernel,
        bandwidth=bandwidth,
        convention=convention,
        estimator=estimator,
        test=test,
        permutations=permutations,
        seed=seed,
        drop=drop,
        **options,
    )
    result = compare(sources, said, pair=True)
    assert isinstance(result, Independence)
    if _indexes_differ(x, y):
        notes = (*result.notes, INDEX.format(*names))
        result = msgspec.structs.replace(result, notes=notes)
    return result


def hsic_matrix(table: Any, *, alpha: float = 0.05, **options: Any) -> PairMatrix:
    """Which columns of a table depend on each other: all pairs, corrected for their number.

    Args:
        table: a pandas or polars DataFrame (numbers, truth values, dates, categories and texts), a
            two-dimensional array, or arrays by name.
        alpha: which share of the significant pairs may be false (Benjamini–Hochberg).
        options: those of `hsic`; here `test` is "gamma" unless `permutations` are asked for, and
            kernel and bandwidth are one for all columns.

    Raises:
        BadInput: fewer than two columns that vary, an unknown option …; says what to do.
        ArrayRefused: a column cannot be read.
    """
    result = compare(_columns(table), {"alpha": alpha, **options}, pair=False)
    assert isinstance(result, PairMatrix)
    return result


def hsic_loss(
    x: Tensor,
    y: Tensor,
    *,
    kernel: str | tuple[str, str] = "gaussian",
    bandwidth: str | float | tuple[str | float, str | float] = "median",
    convention: str | None = None,
    estimator: str = "biased",
    normalised: bool = False,
    degree: int = 3,
    seed: int = 0,
) -> Tensor:
    """HSIC of a batch as a scalar that can be differentiated, on the device of x and y.

    Args:
        x: (n, …) floating point; gradients flow into it.
        y: (n, …), on the same device.
        kernel: as in `hsic`.
        bandwidth: as in `hsic`; the median is of this batch, and held fixed.
        convention: as in `hsic`.
        estimator: "biased" is never negative; "unbiased" has mean 0 under independence.
        normalised: divide by √(HSIC(x, x) HSIC(y, y)), so that shrinking x does not help.
        degree: of the polynomial kernel.
        seed: of the rows whose median is taken, beyond 1,000.

    Raises:
        BadInput: fewer than 4 rows, lengths or devices that differ, values that are not finite.

    Source: kexue.fm/6910; the numbers are those of `hsic`. Cost: n² for n rows.
    """
    from limner.methods.hsic.loss import loss
    from limner.methods.hsic.params import Common

    said = dict(
        kernel=kernel,
        bandwidth=bandwidth,
        convention=convention,
        estimator=estimator,
        degree=degree,
        seed=seed,
    )
    try:
        params = msgspec.convert(said, Common)
    except msgspec.ValidationError as error:
        raise BadInput(f"HSIC: {error}. Correct that parameter.") from None
    return loss(x, y, params, normalised=normalised)


def _columns(table: Any) -> list[Source]:
    if isinstance(table, Mapping):
        return [read(str(name), column) for name, column in table.items()]
    pandas, polars = sys.modules.get("pandas"), sys.modules.get("polars")
    if pandas is not None and isinstance(table, pandas.DataFrame):
        # by place: names may occur twice
        names = [str(name) for name in table.columns]
        return [read(name, table.iloc[:, i]) for i, name in enumerate(names)]
    if polars is not None and isinstance(table, polars.DataFrame):
        return [read(column.name, column) for column in table.get_columns()]
    return [read("x", table)]


def _indexes_differ(x: Any, y: Any) -> bool:
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return False
    kinds = (pandas.Series, pandas.DataFrame)
    return isinstance(x, kinds) and isinstance(y, kinds) and not x.index.equals(y.index)
