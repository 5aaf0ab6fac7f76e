"""HSIC: are these arrays independent?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import false_discovery_control

from limner.methods._contract import Given, Method, Rows, Work
from limner.methods.hsic.params import MatrixParams, Params
from limner.protocol import (
    BadInput,
    Column,
    Histogram,
    Independence,
    KernelFacts,
    Pair,
    PairMatrix,
    Points,
)


@dataclass(frozen=True)
class Compute:
    """A row: a pair of columns."""

    x: Any
    y: Any
    seed: int
    permutations: int
    length: int = 1
    group = "pair"

    def compute(self) -> tuple[float, float, float, list[float], float, float]:
        """HSIC, normalised, p, the null, bandwidths."""
        (K, sx), (L, sy) = gram(self.x), gram(self.y)
        n = len(K)
        K, L = centred(K), centred(L)
        value = float((K * L).sum()) / (n - 1) ** 2
        scale = float(np.sqrt((K * K).sum() * (L * L).sum())) / (n - 1) ** 2
        random = np.random.default_rng(self.seed)
        null: list[float] = []
        for _ in range(self.permutations):
            order = random.permutation(n)
            null.append(float((K * L[np.ix_(order, order)]).sum()) / (n - 1) ** 2)
        p = (1 + sum(one >= value for one in null)) / (1 + len(null))
        return value, value / scale, p, null, sx, sy


def gram(x: Any) -> tuple[Any, float]:
    x = np.asarray(x, float).reshape(len(x), -1)
    d2 = ((x[:, None] - x[None]) ** 2).sum(-1)
    sigma = float(np.sqrt(np.median(d2[d2 > 0]))) if (d2 > 0).any() else 1.0
    return np.exp(-d2 / (2 * sigma**2)), sigma


def centred(K: Any) -> Any:
    return K - K.mean(0) - K.mean(1)[:, None] + K.mean()


def evaluate(model: Any, rows: Sequence[Compute]) -> list[Any]:
    """One value for each row; there is no model."""
    return [row.compute() for row in rows]


def plan(model: Any, input: tuple[Given, ...], params: Params) -> Work:
    if len(input) != 2:
        raise BadInput("HSIC compares two arrays: name x and y.")
    x, y = input
    n = len(x.values)
    if len(y.values) != n:
        raise BadInput(f"{x.facts.name} has {n} rows, {y.facts.name} {len(y.values)}.")
    (found,) = yield Rows([Compute(x.values, y.values, params.seed, params.permutations)])
    value, normalised, p, null, sx, sy = found
    counts, edges = np.histogram(null, 30)
    return Independence(
        x=x.facts, y=y.facts, n=n, hsic=value, normalised=normalised, p=p,
        permutations=params.permutations,
        kernels=(_facts(sx), _facts(sy)),
        null=Histogram(edges=tuple(edges.tolist()), counts=tuple(counts.tolist())),
        scatter=Points(x=tuple(map(float, x.values)), y=tuple(map(float, y.values)), of=n)
        if x.values.ndim == y.values.ndim == 1 else None,
        seed=params.seed,
    )  # fmt: skip


def _facts(sigma: float) -> KernelFacts:
    return KernelFacts(name="gaussian", bandwidth=sigma, convention="half", rule="median")


def plan_matrix(model: Any, input: tuple[Given, ...], params: MatrixParams) -> Work:
    names: list[str] = []
    values: list[Any] = []
    for given in input:
        if given.values.ndim == 1:
            names.append(given.facts.name)
            values.append(given.values)
        else:
            names += given.facts.columns or map(str, range(given.values.shape[1]))
            values += list(given.values.T)
    places = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    found = yield Rows([Compute(values[i], values[j], 0, 199) for i, j in places])
    q = false_discovery_control([one[2] for one in found])
    return PairMatrix(
        columns=tuple(Column(name=name, kernel=_facts(1.0)) for name in names),
        pairs=tuple(
            Pair(i=i, j=j, hsic=one[0], normalised=one[1], p=one[2], q=float(b), n=len(values[0]),
                 significant=bool(b <= params.alpha))
            for (i, j), one, b in zip(places, found, q, strict=True)
        ),
        n=len(values[0]), alpha=params.alpha, p_method="permutation", permutations=199,
    )  # fmt: skip


HSIC = Method(id="hsic", title="HSIC", version=1, Params=Params, plan=plan, evaluate=evaluate)
MATRIX = Method(
    id="hsic_matrix",
    title="HSIC of all pairs",
    version=1,
    Params=MatrixParams,
    plan=plan_matrix,
    evaluate=evaluate,
)
METHODS = (HSIC, MATRIX)
