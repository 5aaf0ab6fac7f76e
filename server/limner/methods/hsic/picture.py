"""The pairs as a picture, and the null distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from limner.methods.hsic.columns import Column
from limner.protocol import Binned, Counted, Histogram, Points, Scatter

Numbers = np.ndarray[Any, Any]

DOTS = 2000
"""Pairs up to which each is a dot; numbers beyond are binned."""

BINS = 40
"""Of an axis."""

CATEGORIES = 30
"""Most categories that are drawn; the rest are counted as one."""

NULL_BINS = 40


def scatter(x: Column, y: Column, seed: int) -> tuple[Scatter | None, str]:
    """The picture, or None and why there is none."""
    if x.d > 1 or y.d > 1:
        wide = x if x.d > 1 else y
        return None, f"No scatter plot: {wide.name} has {wide.d:,} dimensions."
    if x.categorical and y.categorical:
        return _counted(x, y), ""
    a, b = _numbers(x), _numbers(y)
    if x.categorical or y.categorical or len(a) <= DOTS:
        return _points(x, y, seed), ""
    edges = [_edges(values) for values in (a, b)]
    counts, *_ = np.histogram2d(a, b, bins=(edges[0], edges[1]))
    return Binned(
        x_edges=tuple(edges[0].tolist()),
        y_edges=tuple(edges[1].tolist()),
        counts=tuple(tuple(map(int, line)) for line in counts.tolist()),
    ), ""


def null(values: Numbers, observed: float) -> Histogram | None:
    """How often which value came up under permutation."""
    if not len(values):
        return None
    low, high = float(values.min()), float(values.max())
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        half = abs(low) / 100 or 1e-12
        low, high = low - half, high + half
    counts, edges = np.histogram(values, NULL_BINS, (low, high))
    return Histogram(edges=tuple(edges.tolist()), counts=tuple(map(int, counts.tolist())))


def _points(x: Column, y: Column, seed: int) -> Points:
    n = len(x.values)
    random = np.random.default_rng([seed, 5])
    picked = np.arange(n) if n <= DOTS else np.sort(random.choice(n, DOTS, replace=False))
    sides = [_numbers(column)[picked] for column in (x, y)]
    for i, column in enumerate((x, y)):
        if column.categorical:
            sides[i] = sides[i] + random.uniform(-0.3, 0.3, len(picked))
    return Points(
        x=tuple(sides[0].tolist()),
        y=tuple(sides[1].tolist()),
        of=n,
        x_categories=x.facts.categories,
        y_categories=y.facts.categories,
    )


def _counted(x: Column, y: Column) -> Counted:
    names, codes = zip(*(_grouped(column) for column in (x, y)), strict=True)
    table = np.zeros((len(names[0]), len(names[1])), int)
    np.add.at(table, (codes[0], codes[1]), 1)
    return Counted(x=names[0], y=names[1], counts=tuple(map(tuple, table.tolist())))


def _grouped(column: Column) -> tuple[tuple[str, ...], Numbers]:
    """The most frequent categories by name and the codes among these; the others as one."""
    counts = np.bincount(column.values, minlength=len(column.facts.categories))
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] > 0]
    few = order if len(order) <= CATEGORIES else order[: CATEGORIES - 1]
    place = np.full(len(counts), len(few))
    place[few] = np.arange(len(few))
    names = tuple(column.facts.categories[i] for i in few)
    if len(few) < len(order):
        names = (*names, f"{len(order) - len(few):,} others")
    return names, place[column.values]


def _numbers(column: Column) -> Numbers:
    return column.values.reshape(-1).astype(np.float64)


def _edges(values: Numbers) -> Numbers:
    low, high = float(values.min()), float(values.max())
    if not np.isfinite(high - low):
        return np.linspace(low / 2, high / 2, BINS + 1) * 2
    return np.linspace(low, high, BINS + 1)
