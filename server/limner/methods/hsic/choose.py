"""Which way to go: by the number of rows, and by how many features a kernel needs."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from limner.methods._contract import Rows
from limner.methods.hsic.factors import Features, Find, Pivoted, exact, waves
from limner.methods.hsic.kernels import Side
from limner.methods.hsic.whole import IN_MEMORY
from limner.protocol import BadInput, PathName

WHOLE = 10_000
"""Rows up to which whole kernels are computed where factors do not fit: some seconds."""

MOST = 5_000
"""Rows whose matrices may be kept where somebody asks for it: 200 MB each."""


def path_of(
    x: Side, y: Side, asked: str, seed: int
) -> Generator[Rows, Any, tuple[PathName, tuple[Features, Features] | None]]:
    """The path, and the features where it needs them.

    Raises:
        BadInput: the path that was asked for does not fit these kernels.
    """
    n = x.n
    if "precomputed" in (x.facts.name, y.facts.name):
        if asked in ("low-rank", "random-features"):
            raise BadInput(f"A precomputed kernel has no rows to factor: leave out path={asked!r}.")
        return ("blocked" if asked == "blocked" else "exact"), None
    if asked == "exact" and n > MOST:
        raise BadInput(f"Whole matrices of {n:,} rows do not fit: say path='blocked' instead.")
    if asked == "exact" or (asked == "auto" and n <= IN_MEMORY):
        return "exact", None
    if asked == "blocked":
        return "blocked", None
    if asked == "random-features":
        found = [waved(side, seed, place) or exact(side) for place, side in enumerate((x, y))]
        if found[0] is None or found[1] is None or not (waved(x, seed, 0) or waved(y, seed, 1)):
            raise BadInput("Random features are of Gaussian kernels: choose another path.")
        return "random-features", (found[0], found[1])
    one, fits = yield from factor_of(x, seed)
    other, too = yield from factor_of(y, seed)
    if (fits and too) or asked == "low-rank":
        return "low-rank", (one, other)
    if n <= WHOLE:
        return "blocked", None
    if not fits:
        one = waved(x, seed, 0) or one
    if not too:
        other = waved(y, seed, 1) or other
    estimated = "estimate" in (one.error, other.error)
    return ("random-features" if estimated else "low-rank"), (one, other)


def factor_of(side: Side, seed: int) -> Generator[Rows, Any, tuple[Features, bool]]:
    """Features of a kernel, and whether they explain it."""
    known = exact(side)
    if known is not None:
        return known, True
    found: list[tuple[Pivoted, bool]] = yield Rows([Find(side, seed)])
    return found[0]


def waved(side: Side, seed: int, place: int) -> Features | None:
    """Random features, where the kernel has them."""
    return waves(side, seed, place) if side.facts.name == "gaussian" else None
