"""Describe: what is in this array?

Before anything is concluded from numbers one should have seen them: how many there are, which of
them are no numbers, where they lie, how they spread.

Source: J. Tukey, Exploratory Data Analysis (1977), chapter 2, for the quartiles; T. Chan, G. Golub,
R. LeVeque, The American Statistician 37 (1983), for variances by shifted data; D. Freedman,
P. Diaconis (1981) and H. Sturges (1926) for the width of a bin, combined as `numpy.histogram` does
with bins="auto".

    mean = c + Σdᵢ/n,   sd² = (Σdᵢ² − (Σdᵢ)²/n) / (n − 1),   dᵢ = xᵢ − c,   c = the median

Shifting by the median keeps the digits that Σx² would lose where the spread is small beside the
mean; beyond 10^±140 the numbers are scaled by a power of two, so that no square overflows.
Quartiles are exact, linear between neighbours. All of it is of the finite values; NaN and ±∞ are
counted. Integers are subtracted as integers.

What it does not show: order, time, dependence between columns; a histogram hides what is narrower
than a bin; an even sample of rows may miss a rare value, and says that it is a sample.

Cost: one sort of the values in pieces of 262,144, about a tenth of a second for a million on one
core, and one more copy of them in memory while it runs.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from limner.methods import _order
from limner.methods._contract import Given, Method, Rows, Work
from limner.methods._order import Pieces
from limner.protocol import (
    ArrayFacts,
    ArrayRefused,
    BadInput,
    Description,
    Frequency,
    Frozen,
    Histogram,
    Summary,
)

Numbers = np.ndarray[Any, Any]

CHUNK = 1 << 18
"""Values of one row of work: about 10 ms, so that a hover or a cancel never waits for long."""

HUGE = 1e140
"""Numbers beyond it, or all under its inverse, are scaled before they are squared."""


class Params(Frozen, frozen=True, kw_only=True):
    """How much is told."""

    bins: int = 60
    """Most bins of the histogram; more than fit a line of a notebook say nothing."""
    columns: int = 20
    """Most columns that get figures of their own."""
    top: int = 12
    """Most categories that are listed."""


# ── the work ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Sorted:
    """The finite values of a piece in rising order, and what was left out."""

    values: Numbers
    count: int
    nan: int
    inf: int
    minus_inf: int


@dataclass(frozen=True)
class Sort:
    """A row: sort a piece."""

    values: Numbers

    @property
    def length(self) -> int:
        """In values."""
        return self.values.size

    group = "sort"

    def compute(self) -> Sorted:
        """Its value."""
        values = self.values.reshape(-1)
        finite, nan, inf, minus_inf = values, 0, 0, 0
        if values.dtype.kind == "f":
            good = np.isfinite(values)
            if not good.all():
                bad = values[~good]
                nan = int(np.isnan(bad).sum())
                inf = int((bad == np.inf).sum())
                minus_inf = int((bad == -np.inf).sum())
                finite = values[good]
        return Sorted(np.sort(finite), values.size, nan, inf, minus_inf)


@dataclass(frozen=True)
class Moments:
    """A row: Σd and Σd² of a piece, d = (x − centre) / scale."""

    values: Numbers
    centre: Any
    scale: float

    @property
    def length(self) -> int:
        """In values."""
        return self.values.size

    group = "moments"

    def compute(self) -> tuple[float, float]:
        """Its value."""
        if self.values.dtype.kind in "iu":
            # as integers: their difference is exact, also where float64 has no digits left
            whole = self.values.astype(np.int64, copy=False)
            d = (whole - np.int64(self.centre)).astype(np.float64)
        else:
            d = self.values.astype(np.float64) / self.scale - float(self.centre) / self.scale
        return float(d.sum()), float(np.square(d).sum())


@dataclass(frozen=True)
class Count:
    """A row: how often each code occurs; the first place is of −1."""

    codes: Numbers
    categories: int

    @property
    def length(self) -> int:
        """In values."""
        return self.codes.size

    group = "count"

    def compute(self) -> Numbers:
        """Its value."""
        return np.bincount(self.codes.reshape(-1) + 1, minlength=self.categories + 1)


def evaluate(model: Any, rows: Sequence[Sort | Moments | Count]) -> list[Any]:
    """One value for each row; there is no model."""
    return [row.compute() for row in rows]


def plan(model: Any, input: tuple[Given, ...], params: Params) -> Work:
    """Describe one array.

    Raises:
        BadInput: not exactly one was given.
        ArrayRefused: its values have no order, or it is empty.
    """
    if len(input) != 1:
        raise BadInput("One array at a time is described: name one.")
    (given,) = input
    if not given.values.size:
        raise ArrayRefused(f"{given.facts.name} is empty: there is nothing to describe.")
    if given.values.dtype.kind not in "biuf":
        raise ArrayRefused(
            f"{given.facts.name} is of {given.values.dtype}: describe its real part or absolute "
            "value under a name of its own."
        )
    if given.facts.kind == "categories":
        return (yield from _categories(given, params))
    return (yield from _numbers(given, params))


# ── numbers ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Group:
    """Values that are described together."""

    name: str
    found: list[Sorted]

    @property
    def pieces(self) -> list[Numbers]:
        """The finite values."""
        return [piece.values for piece in self.found if len(piece.values)]


def _numbers(given: Given, params: Params) -> Work:
    facts, values = given.facts, given.values
    if values.dtype.kind == "b":
        values = values.view(np.uint8)
    elif values.dtype == np.uint64 and values.max() > np.iinfo(np.int64).max:
        values = values.astype(np.float64)
    parts = list(_parts(values, facts, params))
    chunks = [chunk for _, part in parts for chunk in part]
    done = iter((yield Rows([Sort(chunk) for chunk in chunks])))
    groups = [Group(name, [next(done) for _ in part]) for name, part in parts]
    described = [group for group in groups if group.name or len(groups) == 1]
    everything = Group("", [piece for group in groups for piece in group.found])
    columns: list[Summary] = []
    if len(values.shape) == 2:
        for group in described:
            columns.append((yield from _summary(group)))
    overall = None if facts.columns else (yield from _summary(everything))
    shown = described[0] if facts.columns else everything
    return Description(
        array=facts,
        overall=overall,
        columns=tuple(columns),
        histogram=_histogram(shown, given, params) if shown.pieces else None,
        notes=_notes(facts, params, (columns[0] if overall is None else overall)),
    )


def _parts(
    values: Numbers, facts: ArrayFacts, params: Params
) -> Iterator[tuple[str, list[Numbers]]]:
    """Each column by its name in chunks, then, without a name, all that has none of its own."""
    if values.ndim != 2:
        yield "", _chunks(values.ravel(order="K"))
        return
    for i in range(min(values.shape[1], params.columns)):
        name = facts.columns[i] if i < len(facts.columns) else str(i)
        yield name or str(i), _chunks(values[:, i])
    if values.shape[1] > params.columns and not facts.columns:
        rest = values[:, params.columns :]
        wide = min(rest.shape[1], CHUNK)
        tall = max(1, CHUNK // wide)
        yield (
            "",
            [
                rest[i : i + tall, j : j + wide]
                for i in range(0, rest.shape[0], tall)
                for j in range(0, rest.shape[1], wide)
            ],
        )


def _chunks(values: Numbers) -> list[Numbers]:
    return [values[i : i + CHUNK] for i in range(0, values.size, CHUNK)]


def _summary(group: Group) -> Generator[Rows, Any, Summary]:
    found, pieces = group.found, group.pieces
    summary = Summary(
        name=group.name,
        count=sum(piece.count for piece in found),
        nan=sum(piece.nan for piece in found),
        inf=sum(piece.inf for piece in found),
        minus_inf=sum(piece.minus_inf for piece in found),
    )
    n = _order.total(pieces)
    if not n:
        return summary
    low, high = min(p[0].item() for p in pieces), max(p[-1].item() for p in pieces)
    mean, sd = yield from _mean_and_sd(pieces, n, low, high)
    return msgspec.structs.replace(
        summary,
        min=low,
        quartiles=tuple(_order.quantile(pieces, q) for q in (0.25, 0.5, 0.75)),
        max=high,
        mean=mean,
        sd=sd,
    )


def _mean_and_sd(
    pieces: Pieces, n: int, low: Any, high: Any
) -> Generator[Rows, Any, tuple[float, float | None]]:
    centre = _order.smallest(pieces, n // 2)
    if isinstance(low, int) and high - low >= 1 << 62:  # differences would not fit an integer
        pieces = [piece.astype(np.float64) for piece in pieces]
    scale = _scale(max(abs(low), abs(high)))
    sums = yield Rows([Moments(piece, centre, scale) for piece in pieces])
    first = math.fsum(one for one, _ in sums)
    second = math.fsum(two for _, two in sums)
    mean = (float(centre) / scale + first / n) * scale
    if n < 2:
        return mean, None
    return mean, scale * math.sqrt(max(0.0, second - first * first / n) / (n - 1))


def _scale(largest: float) -> float:
    """A power of two near `largest` where squares would overflow or vanish, else 1."""
    if isinstance(largest, int) or largest == 0 or 1 / HUGE < largest < HUGE:
        return 1.0
    return math.ldexp(1.0, math.frexp(largest)[1] - 1)


# ── the histogram ─────────────────────────────────────────────────────────────────────────────


def _histogram(group: Group, given: Given, params: Params) -> Histogram:
    pieces = group.pieces
    low, high = min(p[0].item() for p in pieces), max(p[-1].item() for p in pieces)
    if given.values.dtype.kind == "b":
        edges = np.array([-0.5, 0.5, 1.5])
    elif low == high:
        edges = np.array([low - 0.5, high + 0.5], np.float64)
    else:
        scale = _scale(max(abs(low), abs(high)))
        bins = min(_bins(pieces, low / scale, high / scale, scale), params.bins)
        edges = np.linspace(low / scale, high / scale, bins + 1) * scale
        edges[0], edges[-1] = low, high  # rounding must not lose the extremes
    return Histogram(
        edges=tuple(edges.tolist()), counts=_order.counts(pieces, edges), name=group.name
    )


def _bins(pieces: Pieces, low: float, high: float, scale: float) -> int:
    """How many, as `numpy.histogram_bin_edges(x, "auto")`: the finer of two rules."""
    n, span = _order.total(pieces), high - low
    iqr = _order.quantile(pieces, 0.75) / scale - _order.quantile(pieces, 0.25) / scale
    freedman_diaconis = 2 * iqr * n ** (-1 / 3)
    sturges = span / (math.log2(n) + 1)
    width = min(max(freedman_diaconis, span / math.sqrt(n) / 2), sturges)
    if pieces[0].dtype.kind in "iu":
        width = max(width, 1.0)
    return max(1, math.ceil(span / width))


# ── categories ────────────────────────────────────────────────────────────────────────────────


def _categories(given: Given, params: Params) -> Work:
    facts = given.facts
    names = facts.categories
    chunks = _chunks(given.values.ravel(order="K"))
    found = yield Rows([Count(chunk, len(names)) for chunk in chunks])
    counts = np.sum(found, axis=0)[: len(names) + 1]
    order = np.argsort(-counts[1:], kind="stable")
    top = [i for i in order[: params.top].tolist() if counts[1 + i]]
    return Description(
        array=facts,
        frequencies=tuple(Frequency(value=names[i], count=int(counts[1 + i])) for i in top),
        distinct=int((counts[1:] > 0).sum()),
        missing=int(counts[0]),
        notes=_notes(facts, params, None),
    )


def _notes(facts: ArrayFacts, params: Params, summary: Summary | None) -> tuple[str, ...]:
    notes: list[str] = []
    if facts.rows < facts.of:
        notes.append(
            f"Of {facts.of:,} rows {facts.rows:,} were read: from each stretch of equal length one "
            "at random (seed 0)."
        )
    if facts.note:
        notes.append(facts.note)
    if facts.kind == "numeric" and len(facts.shape) == 2 and facts.shape[1] > params.columns:
        notes.append(f"The first {params.columns} of {facts.shape[1]:,} columns have figures.")
    if summary is not None and not summary.finite:
        notes.append("No value is finite.")
    return tuple(notes)


METHOD = Method(
    id="describe",
    title="Describe",
    version=1,
    Params=Params,
    plan=plan,
    evaluate=evaluate,
)
