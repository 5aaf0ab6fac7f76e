"""What may be chosen."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from limner.protocol import Frozen

KERNELS = ("gaussian", "linear", "polynomial", "delta", "precomputed")


class Common(Frozen, frozen=True, kw_only=True):
    """What a pair and a table have in common."""

    kernel: str | tuple[str, str] = "gaussian"
    """gaussian, linear, polynomial, delta or precomputed (the array is the matrix); two of them,
    also as "gaussian,delta", for x and y. Categories always get delta."""
    bandwidth: str | float | tuple[str | float, str | float] = "median"
    """σ of the Gaussian in the column's unit, "median" (of the distances), or one for each; of a
    pair also "several": the test combines ¼ to 4 times the medians."""
    convention: Literal["half", "article"] | None = None
    """exp(−d²/2σ²), or the article's exp(−d²/σ²). None: "article" where σ is a number, "half" with
    the median; the result says which."""
    degree: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    """Of the polynomial kernel."""
    estimator: Literal["biased", "unbiased"] = "biased"
    """1/(n − 1)² Tr(KJLJ), or HSIC₁."""
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Of permutations, random features and samples."""
    drop: bool = False
    """Leave out rows with a missing or infinite value; without it they are an error."""
    path: Literal["auto", "exact", "blocked", "low-rank", "random-features"] = "auto"
    """How; "auto" goes by size and dimension."""


def convention_of(params: Common, given: float | None) -> Literal["half", "article"]:
    """How the Gaussian's σ is meant, which was `given` or is the median of the distances."""
    return params.convention or ("half" if given is None else "article")


class Params(Common, frozen=True, kw_only=True):
    """Of one pair."""

    test: Literal["permutation", "gamma"] = "permutation"
    """Where p is from."""
    permutations: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1000


class MatrixParams(Common, frozen=True, kw_only=True):
    """Of all pairs of columns."""

    test: Literal["permutation", "gamma"] = "gamma"
    """Where p is from. Permutations have to be more than pairs / alpha."""
    permutations: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    """0: as many as the table needs."""
    alpha: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.05
    """Share of false ones to expect among the significant pairs."""
