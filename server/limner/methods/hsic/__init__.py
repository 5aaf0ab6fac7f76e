"""HSIC: are these two arrays independent?

Correlation sees straight lines. The Hilbert–Schmidt independence criterion sees any dependence that
its kernels can: rows that are alike in x should not be alike in y more often than by chance.

Source: A. Gretton, O. Bousquet, A. Smola, B. Schölkopf, ALT 2005 (the criterion); A. Gretton et
al., NIPS 2007 (the test); L. Song, A. Smola, A. Gretton, J. Bedo, K. Borgwardt, JMLR 13 (2012) (the
unbiased estimator); S. Kornblith et al., ICML 2019 (normalised: CKA); Su Jianlin, kexue.fm/6910
(HSIC as a loss), whose Gaussian is exp(−d²/σ²).

    K = k(xᵢ, xⱼ),  L = l(yᵢ, yⱼ),  J = I − 1/n
    biased     HSIC = Tr(KJLJ) / (n − 1)²
    unbiased   HSIC₁ = [Tr(K̃L̃) + 1ᵀK̃1 1ᵀL̃1 / ((n − 1)(n − 2)) − 2/(n − 2) 1ᵀK̃L̃1] / (n(n − 3)),
               K̃ and L̃ with zeros on the diagonal
    normalised HSIC(x, y) / √(HSIC(x, x) HSIC(y, y))

The value has no absolute meaning: it changes with kernel, bandwidth and n. What can be read is p,
the probability of at least such a value if x and y were independent, and the normalised value for
the strength. p is from permutations of y (exact at any n; `shifts` has the argument) or from a
gamma distribution with the moments that all permutations have (`moments`); the result says which.

What it does not show: which way a dependence goes, and dependence that the kernel smooths away.
With the median bandwidth a fine pattern (a checkerboard) is seen late, for which there is
bandwidth="several"; in many dimensions all distances are alike, so that power fades. A result warns
when its kernel is nearly 1 or nearly the identity.

Cost: n²/2 kernel values and n/2 transforms of length n for whole kernels (`whole`), n r² for
factors of rank r (`factors`, `factored`), r ≈ 15 in one dimension; the permutations are included.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from limner.methods._contract import Method
from limner.methods.hsic import matrix, pair
from limner.methods.hsic.params import MatrixParams, Params


def evaluate(model: Any, rows: Sequence[Any]) -> list[Any]:
    """One value for each row; there is no model."""
    return [row.compute() for row in rows]


HSIC = Method(
    id="hsic",
    title="HSIC",
    version=2,
    Params=Params,
    plan=pair.plan,
    evaluate=evaluate,
)
MATRIX = Method(
    id="hsic_matrix",
    title="HSIC of all pairs",
    version=2,
    Params=MatrixParams,
    plan=matrix.plan,
    evaluate=evaluate,
)
METHODS = (HSIC, MATRIX)
