"""Faithfulness: does the model follow the order of the scores?

DeYoung et al., "ERASER" (2020), section 4. Words are ordered by score, those towards the label
first; at 1, 5, 10, 20 and 50 % of them (one at least)

    comprehensiveness = F(x) − F(x without them)        sufficiency = F(x) − F(only them)

averaged over the five bins (AOPC). *Without* means: the baseline's tokens in their place, so the
answer holds for that baseline and asks the model about texts that nobody wrote. Both are in the
unit of F (ERASER's is the probability: output=probability). Alone the two numbers say little, a
short text falls apart whatever one removes: the same for random orders stands beside them.

Cost: at most 10 forward passes for the order and 10 for each random one, fewer where bins of a
short text coincide.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.methods._contract import Rows
from limner.methods._masked import Array, Masked, MaskedValue
from limner.methods._path import Path
from limner.methods._target import Selector
from limner.protocol import Faithfulness

SHARES = (0.01, 0.05, 0.1, 0.2, 0.5)
ORDERS = 20
"""Random orders that the control has."""

Key = bytes


def faithfulness(
    paths: Sequence[Path],
    units: Sequence[Sequence[int]],
    scores: Sequence[float],
    selector: Selector,
    params: Any,
) -> Generator[Any, Any, Faithfulness]:
    """Comprehensiveness and sufficiency of the order of `scores`, one for each of `units`."""
    random = np.random.default_rng(params.seed)
    ranked = np.argsort(-np.asarray(scores), kind="stable")
    orders = [ranked, *(random.permutation(len(units)) for _ in range(ORDERS))]
    size = paths[0].size
    full = np.ones(size)
    masks = {full.tobytes(): full}
    for order in orders:
        for share in SHARES:
            for mask in _pair(order, share, units, size):
                masks[mask.tobytes()] = mask
    rows = [
        Masked(path, mask, selector, params.output) for mask in masks.values() for path in paths
    ]
    values: list[MaskedValue] = yield Rows(rows)
    F = np.array([value.F for value in values]).reshape(len(masks), len(paths)).mean(1)
    known = dict(zip(masks, F.tolist(), strict=True))
    drops = np.array(
        [
            [
                [known[full.tobytes()] - known[mask.tobytes()] for mask in _pair(o, s, units, size)]
                for s in SHARES
            ]
            for o in orders
        ]
    )  # (orders, shares, 2)
    return _result(drops, params, len(rows))


def _pair(
    order: NDArray[np.int64], share: float, units: Sequence[Sequence[int]], size: int
) -> tuple[Array, Array]:
    """The text without the first of `order`, and with these words only."""
    count = math.ceil(share * len(order))
    without, only = np.ones(size), np.ones(size)
    for place, unit in enumerate(order.tolist()):
        (without if place < count else only)[list(units[unit])] = 0
    return without, only


def _result(drops: Array, params: Any, evaluations: int) -> Faithfulness:
    own, control = drops[0], drops[1:].mean(1)  # (shares, 2), (orders, 2)
    return Faithfulness(
        baseline=params.baseline,
        shares=SHARES,
        comprehensiveness=float(own[:, 0].mean()),
        sufficiency=float(own[:, 1].mean()),
        comprehensiveness_at=tuple(own[:, 0].tolist()),
        sufficiency_at=tuple(own[:, 1].tolist()),
        random_comprehensiveness=float(control[:, 0].mean()),
        random_comprehensiveness_spread=float(control[:, 0].std(ddof=1)),
        random_sufficiency=float(control[:, 1].mean()),
        random_sufficiency_spread=float(control[:, 1].std(ddof=1)),
        orders=len(control),
        seed=params.seed,
        evaluations=evaluations,
    )
