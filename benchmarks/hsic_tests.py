"""The tests of independence that are compared: p of each for the same two arrays (n, d).

The peers are no dependency of Limner: `pip install --group bench`, or set LIMNER_BENCH_PYTHON to an
interpreter that has hyppo, dcor and causal-learn beside numpy, scipy, msgspec and psutil.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from limner.methods._contract import Given, run
from limner.methods.hsic import HSIC
from limner.methods.hsic.params import Params
from limner.protocol import ArrayFacts, Independence

Array = np.ndarray[Any, Any]

PERMUTATIONS = 299
"""On our side of the grid; dcor gets 199, which costs it more."""


def ours(x: Array, y: Array, **options: Any) -> Independence:
    """What `limner.hsic` computes, without reading objects."""
    given = tuple(
        Given(ArrayFacts(name=name, dtype="float64", shape=v.shape, of=len(v)), v)
        for name, v in (("x", x), ("y", y))
    )
    return run(HSIC, None, given, Params(**options))


def _ours(x: Array, y: Array, **options: Any) -> float:
    return ours(x, y, permutations=PERMUTATIONS, **options).p


def _hyppo(x: Array, y: Array) -> float:
    """Its default: the median bandwidth, chi² for more than 20 rows."""
    from hyppo.independence import Hsic

    return float(Hsic().test(x, y)[1])


def _dcor(x: Array, y: Array) -> float:
    from dcor.independence import distance_covariance_test

    return float(distance_covariance_test(x, y, num_resamples=199, random_state=0).pvalue)


def _kci(x: Array, y: Array, **options: Any) -> float:
    from causallearn.utils.KCI.KCI import KCI_UInd

    return float(KCI_UInd(**options).compute_pvalue(x, y)[0])


OURS: dict[str, Callable[[Array, Array], float]] = {
    "limner": _ours,
    "limner, gamma": partial(_ours, test="gamma"),
    "limner, several": partial(_ours, bandwidth="several"),
}
PEERS: dict[str, Callable[[Array, Array], float]] = {
    "hyppo": _hyppo,
    "dcor": _dcor,
    "KCI": _kci,
    "KCI, median": partial(_kci, est_width="median"),
}


def p_of(name: str, x: Array, y: Array) -> float | None:
    """p, or None where a test fails on these arrays."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            p = {**OURS, **PEERS}[name](x, y)
        except (ValueError, ZeroDivisionError, FloatingPointError, np.linalg.LinAlgError):
            return None
    return p if np.isfinite(p) else None
