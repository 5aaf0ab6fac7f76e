"""HSIC as a loss: differentiable, on the device where the batch lies.

Su Jianlin's motive (kexue.fm/6910): two representations of the same things that should tell
different stories are trained with the HSIC between them added to the loss. Biased HSIC of a
batch of n rows is too large by about (1 − E k)(1 − E l)/n; the unbiased estimator has the same
gradient on average without that pull, and may be slightly negative.

The median bandwidth is computed from the batch and held fixed: gradients flow through the distances
alone, else everything could be made independent by growing. Cost: n² for a batch of n rows.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from limner.methods.hsic.columns import LEAST
from limner.methods.hsic.kernels import MEDIAN_ROWS, bandwidth_of, kernel_name
from limner.methods.hsic.params import Common, convention_of
from limner.protocol import BadInput


def loss(x: Tensor, y: Tensor, params: Common, *, normalised: bool) -> Tensor:
    """HSIC of a batch, a scalar of x's device; see `limner.hsic_loss`."""
    K, L = (_gram(one, place, params) for place, one in enumerate(_checked(x, y)))
    value = _hsic(K, L, params.estimator)
    if not normalised:
        return value
    own = _hsic(K, K, params.estimator) * _hsic(L, L, params.estimator)
    # a batch whose rows are all alike has no dependence to lose
    return value / own.clamp_min(torch.finfo(own.dtype).tiny).sqrt()


def _checked(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise BadInput(
            f"x has shape {tuple(x.shape)}, y {tuple(y.shape)}: give as many rows of both."
        )
    if len(x) < LEAST:
        raise BadInput(f"A batch of {len(x)} rows is too small: HSIC needs at least {LEAST}.")
    if x.device != y.device:
        raise BadInput(f"x lies on {x.device}, y on {y.device}: move one of them.")
    sides: list[Tensor] = []
    for name, one in (("x", x), ("y", y)):
        if one.is_complex():
            raise BadInput(f"{name} is complex: give its real part or absolute value.")
        one = one.reshape(len(one), -1)
        one = one if one.dtype in (torch.float32, torch.float64) else one.float()
        if not torch.isfinite(one).all():
            raise BadInput(f"{name} has values that are not finite: look where they come from.")
        sides.append(one)
    return sides[0], sides[1]


def _gram(x: Tensor, place: int, params: Common) -> Tensor:
    kind = kernel_name(params, place)
    if kind == "precomputed":
        return x
    if kind == "delta":
        return (x[:, None] == x).all(-1).to(x.dtype)
    if kind == "polynomial":
        return (x @ x.T / x.shape[1] + 1) ** params.degree
    x = x - x.detach().mean(0)
    if kind == "linear":
        return x @ x.T
    sigma = bandwidth_of(params, place)
    width = _median(x.detach(), params.seed) if sigma is None else sigma
    scale = 2 if convention_of(params, sigma) == "half" else 1
    return torch.exp(-_squares(x) / (scale * width**2))


def _squares(x: Tensor) -> Tensor:
    """Squared distances between rows; their gradient at 0 is 0, as that of a root is not."""
    if x.shape[1] == 1:
        return (x - x.T).square()
    squares = x.square().sum(1)
    return (squares[:, None] + squares - 2 * (x @ x.T)).clamp_min(0)


def _median(x: Tensor, seed: int) -> Tensor:
    """The median distance, as `kernels.median`; 1 where all rows are equal."""
    if len(x) > MEDIAN_ROWS:
        picked = np.random.default_rng([seed, 1]).choice(len(x), MEDIAN_ROWS, replace=False)
        x = x[torch.from_numpy(picked).to(x.device)]
    i, j = torch.triu_indices(len(x), len(x), 1, device=x.device)
    distances = _squares(x)[i, j].sqrt()
    sigma = distances.quantile(0.5)
    if sigma > 0:
        return sigma
    positive = distances[distances > 0]
    return positive.quantile(0.5) if len(positive) else torch.ones_like(sigma)


def _hsic(K: Tensor, L: Tensor, estimator: str) -> Tensor:
    n = len(K)
    if estimator == "biased":
        rows = K.mean(0)
        centred = K - rows - rows[:, None] + rows.mean()
        return (centred * L).sum() / (n - 1) ** 2
    away = 1 - torch.eye(n, dtype=K.dtype, device=K.device)
    K, L = K * away, L * away
    k, l = K.sum(0), L.sum(0)  # noqa: E741  # as in the formula
    value = (K * L).sum() + k.sum() * l.sum() / ((n - 1) * (n - 2)) - 2 / (n - 2) * (k @ l)
    return value / (n * (n - 3))
