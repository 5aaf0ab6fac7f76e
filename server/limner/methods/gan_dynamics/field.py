"""A small game as a vector field: x = (φ, θ) as one vector, v(x), and its Jacobian.

Autograd is silent at a kink: the derivative of ‖φ‖ at 0 comes out as 0. So every Jacobian is held
against central differences, and where the two disagree only a limit that exists is believed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from limner.methods._in_place import draws, same_noise
from limner.methods.gan_dynamics.presets import Knobs, Preset
from limner.protocol import BadInput

Array = NDArray[np.float64]
Many = Callable[[Array], Array]


@dataclass(frozen=True)
class Field:
    """v for (…, n) points; the first `n_phi` numbers are φ."""

    n_phi: int
    n_theta: int
    many: Many
    exact: Callable[[Array], Array]
    """J at one point by autograd."""

    def __call__(self, x: Array) -> Array:
        """V at one point."""
        return self.many(x[None])[0]


def of_preset(preset: Preset, knobs: Knobs, dim: int) -> Field:
    """The field that was written by hand; L2 on φ added."""

    def many(x: Array) -> Array:
        p, t = x[..., :dim], x[..., dim:]
        with np.errstate(divide="ignore", invalid="ignore"):
            v, w = preset.field(p, t, knobs)
        return np.concatenate([v - knobs.l2 * p, np.broadcast_to(w, t.shape)], -1)

    start = torch.ones(dim, dtype=torch.float64)
    exact = of_losses(
        lambda p, t: preset.d_loss(p, t, knobs),
        lambda p, t: preset.g_loss(p, t, knobs),
        start,
        start,
        knobs.l2,
    ).exact
    return Field(dim, dim, many, exact)


def of_losses(d_loss: Any, g_loss: Any, phi: Tensor, theta: Tensor, l2: float) -> Field:
    """The field of the user's own functions of two tensors, by autograd in float64."""
    n_phi, n_theta = phi.numel(), theta.numel()

    def parts(x: Tensor) -> tuple[Tensor, Tensor]:
        return x[:n_phi].reshape(phi.shape), x[n_phi:].reshape(theta.shape)

    def velocity(x: Tensor) -> Tensor:
        p, t = parts(x)
        with same_noise() if noisy else nullcontext():
            d = torch.func.grad(lambda q: _scalar(d_loss(q, t), "d_loss"))(p)
            g = torch.func.grad(lambda q: _scalar(g_loss(p, q), "g_loss"))(t)
        return torch.cat([-d.reshape(-1) - l2 * x[:n_phi], -g.reshape(-1)])

    noisy = False
    noisy = draws(lambda: velocity(torch.cat([phi.reshape(-1), theta.reshape(-1)])))

    def one(x: Array) -> Array:
        return velocity(torch.from_numpy(x)).numpy()

    def many(x: Array) -> Array:
        if len(x) == 1:
            return one(np.ascontiguousarray(x[0]))[None]
        try:
            rows = torch.func.vmap(velocity, randomness="same")(torch.from_numpy(x))
            return rows.numpy()
        except (RuntimeError, ValueError):  # a branch on a value, `.item()`: row by row then
            return np.stack([one(np.ascontiguousarray(row)) for row in x])

    def jacobian(x: Array) -> Array:
        return torch.func.jacrev(velocity)(torch.from_numpy(x)).numpy()  # type: ignore[union-attr]

    return Field(n_phi, n_theta, many, jacobian)


def _scalar(loss: Any, name: str) -> Tensor:
    if not isinstance(loss, Tensor) or loss.numel() != 1:
        shape = tuple(loss.shape) if isinstance(loss, Tensor) else type(loss).__name__
        raise BadInput(f"{name} gives {shape}, not one number: return its mean.")
    return loss.reshape(())


def jacobian(field: Field, x: Array) -> tuple[Array | None, str]:
    """J at x, and a note: how it was had where autograd cannot be believed, or why there is none.

    A limit exists when central differences over shorter and shorter distances agree, and along a
    direction that is no axis they say what J says.
    """
    coarse, fine = _differences(field, x, 1e-4), _differences(field, x, 1e-5)
    fine = (10 * _differences(field, x, 1e-6) - fine) / 9  # without what shrinks with the distance
    J = field.exact(x)
    if _agree(J, fine, 1e-4):
        return J, ""
    oblique = np.random.default_rng(0).normal(size=len(x))
    oblique *= 1e-6 / np.linalg.norm(oblique)
    ahead, back = field(x + oblique), field(x - oblique)
    straight = (ahead - back) / 2 / 1e-6
    if not _agree(coarse, fine, 1e-3) or not _agree(fine @ oblique / 1e-6, straight, 1e-3):
        return None, "the field has no derivative at the equilibrium (it jumps or bends there)"
    return fine, "as a limit: autograd has no derivative at the equilibrium itself"


def _differences(field: Field, x: Array, h: float) -> Array:
    """J by central differences, along directions that are no axis: there a norm may vanish."""
    turned, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(len(x), len(x))))
    changes = (field.many(x + h * turned) - field.many(x - h * turned)) / (2 * h)
    return changes.T @ turned


def _agree(one: Array, other: Array, tolerance: float) -> bool:
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return False
    return float(np.abs(one - other).max()) <= tolerance * max(1.0, float(np.abs(other).max()))
