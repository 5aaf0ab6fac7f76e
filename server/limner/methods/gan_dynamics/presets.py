"""The Dirac GAN: real data are the point 0, fake data the point θ, and D(x) = φ·x.

Each preset is a pair of losses (both are minimised) and, by hand, its field v = (−∂L_D/∂φ,
−∂L_G/∂θ); the tests hold one against the other. u = φ·θ, σ the logistic function.
In 苏剑林, 科学空间 6583: vanilla, saturating, wgan, wgan-gp, gan-qp.
In Mescheder, Geiger, Nowozin 2018
(arXiv:1801.04406), figure 3: saturating ("standard"), vanilla ("non-saturating"), wgan-linear,
wgan-gp, consensus, instance-noise, r1 ("gradient penalty") and r1-critical, where γ = 2f′(0) = 1
makes both eigenvalues equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import expit
from torch import Tensor
from torch.nn.functional import relu, softplus

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Knobs:
    """Numbers of the presets that have them."""

    c: float = 0.0
    """wgan-gp: the wanted length of D's gradient."""
    weight: float | None = None
    """λ: of wgan-gp's penalty (0.1), of gan-qp's square, as 1/(2λ) (1)."""
    gamma: float = 0.5
    """γ: of r1 and consensus."""
    noise: float = 0.7
    """Standard deviation of instance-noise."""
    l2: float = 0.0
    """W: (W/2)‖φ‖² is added to D's loss."""


Loss = Callable[[Tensor, Tensor, Knobs], Tensor]
Field = Callable[[Array, Array, Knobs], tuple[Array, Array]]


@dataclass(frozen=True)
class Preset:
    """A pair of losses and its field; φ and θ have shape (…, d)."""

    name: str
    d_loss: Loss
    g_loss: Loss
    field: Field
    about: str


def _dot(p: Array, t: Array) -> Array:
    return (p * t).sum(-1, keepdims=True)


def _norm(x: Array) -> Array:
    return np.sqrt((x * x).sum(-1, keepdims=True))


def _vanilla(p: Array, t: Array, k: Knobs) -> tuple[Array, Array]:
    u = _dot(p, t)
    return -expit(u) * t, expit(-u) * p


def _saturating(p: Array, t: Array, k: Knobs) -> tuple[Array, Array]:
    s = expit(_dot(p, t))
    return -s * t, s * p


def _linear(p: Array, t: Array, k: Knobs) -> tuple[Array, Array]:
    return -t, p


def _wgan(p: Array, t: Array, k: Knobs) -> tuple[Array, Array]:
    size = _norm(p)
    unit = p / size
    return -(t - _dot(unit, t) * unit) / size, unit


def _wgan_gp(p: Array, t: Array, k: Knobs) -> tuple[Array, Array]:
    pull = 2 * _weight(k, 0.1)
    toward = p / _norm(p) if k.c else 0.0  # without c nothing is undefined at φ = 0
    return -t - pull * (p - k.c * toward), p


def _gan_qp(p: Array, t: Array, k: Knobs) -> tuple[Array, Array]:
    return -t - _dot(p, t) / (_weight(k, 1.0) * _norm(t)) * t, p


def _hinge(p: Array, t: Array, k: Knobs) -> tuple[Array, Array]:
    return -np.where(_dot(p, t) > -1, 1.0, 0.0) * t, p


def _lsgan(p: Array, t: Array, k: Knobs) -> tuple[Array, Array]:
    u = _dot(p, t)
    return -(u + 1) * t, (1 - u) * p


def _consensus(p: Array, t: Array, k: Knobs) -> tuple[Array, Array]:
    s = expit(_dot(p, t))
    bend = s * s * (1 - s) * (_dot(p, p) + _dot(t, t))  # of ½‖v‖², along the other player
    return (
        -s * t - k.gamma * (bend * t + s * s * p),
        s * p - k.gamma * (bend * p + s * s * t),
    )


_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(24)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def _instance_noise(p: Array, t: Array, k: Knobs) -> tuple[Array, Array]:
    size = _norm(p)
    a = k.noise * size * _NODES  # φ·ε for noise ε along φ, (…, nodes)
    fake = (_WEIGHTS * expit(_dot(p, t) + a)).sum(-1, keepdims=True)
    along = (_WEIGHTS * _NODES * (expit(_dot(p, t) + a) - expit(-a))).sum(-1, keepdims=True)
    unit = np.divide(p, size, out=np.zeros_like(p), where=size > 0)
    return -fake * t - k.noise * along * unit, fake * p


def _r1(p: Array, t: Array, k: Knobs) -> tuple[Array, Array]:
    v, w = _saturating(p, t, k)
    return v - k.gamma * p, w


def _r1_critical(p: Array, t: Array, k: Knobs) -> tuple[Array, Array]:
    v, w = _saturating(p, t, k)
    return v - p, w


def _weight(k: Knobs, usual: float) -> float:
    return usual if k.weight is None else k.weight


# ── the losses ────────────────────────────────────────────────────────────────────────────────


def _u(p: Tensor, t: Tensor) -> Tensor:
    return (p * t).sum()


def _speed(p: Tensor, t: Tensor) -> Tensor:
    """½‖v‖² of saturating."""
    return 0.5 * torch.sigmoid(_u(p, t)) ** 2 * ((p * p).sum() + (t * t).sum())


def _noisy(p: Tensor, t: Tensor, k: Knobs, sign: float) -> Tensor:
    """E softplus(φ·(θ + ε)), or of the real point −φ·ε."""
    z = torch.as_tensor(_NODES, dtype=p.dtype)
    w = torch.as_tensor(_WEIGHTS, dtype=p.dtype)
    a = k.noise * p.norm() * z
    return (w * softplus(_u(p, t) + a if sign > 0 else -a)).sum()


PRESETS = (
    Preset(
        "vanilla",
        lambda p, t, k: softplus(_u(p, t)),
        lambda p, t, k: softplus(-_u(p, t)),
        _vanilla,
        "cross entropy; G maximises log D (non-saturating)",
    ),
    Preset(
        "saturating",
        lambda p, t, k: softplus(_u(p, t)),
        lambda p, t, k: -softplus(_u(p, t)),
        _saturating,
        "cross entropy; G minimises log(1 − D): the standard GAN's zero-sum game",
    ),
    Preset(
        "wgan",
        lambda p, t, k: _u(p, t) / p.norm(),
        lambda p, t, k: -_u(p, t) / p.norm(),
        _wgan,
        "Wasserstein with D normalised: D(x) = φ·x/‖φ‖",
    ),
    Preset(
        "wgan-gp",
        lambda p, t, k: (
            _u(p, t) + _weight(k, 0.1) * (((p.norm() - k.c) ** 2) if k.c else (p * p).sum())
        ),
        lambda p, t, k: -_u(p, t),
        _wgan_gp,
        "Wasserstein with the penalty λ(‖φ‖ − c)²; λ = 0.1",
    ),
    Preset(
        "gan-qp",
        lambda p, t, k: _u(p, t) + _u(p, t) ** 2 / (2 * _weight(k, 1.0) * t.norm()),
        lambda p, t, k: -_u(p, t),
        _gan_qp,
        "quadratic potential: u + u²/(2λ‖θ‖); λ = 1",
    ),
    Preset(
        "hinge",
        lambda p, t, k: relu(1 + _u(p, t)),
        lambda p, t, k: -_u(p, t),
        _hinge,
        "hinge loss",
    ),
    Preset(
        "lsgan",
        lambda p, t, k: 0.5 * (_u(p, t) + 1) ** 2,
        lambda p, t, k: 0.5 * (_u(p, t) - 1) ** 2,
        _lsgan,
        "least squares with labels 1 and −1",
    ),
    Preset(
        "wgan-linear",
        lambda p, t, k: _u(p, t),
        lambda p, t, k: -_u(p, t),
        _linear,
        "Wasserstein without any bound on D",
    ),
    Preset(
        "consensus",
        lambda p, t, k: softplus(_u(p, t)) + k.gamma * _speed(p, t),
        lambda p, t, k: -softplus(_u(p, t)) + k.gamma * _speed(p, t),
        _consensus,
        "saturating; both players also minimise (γ/2)‖v‖²",
    ),
    Preset(
        "instance-noise",
        lambda p, t, k: _noisy(p, t, k, 1) + _noisy(p, t, k, -1),
        lambda p, t, k: -_noisy(p, t, k, 1),
        _instance_noise,
        "saturating, with Gaussian noise added to real and fake points",
    ),
    Preset(
        "r1",
        lambda p, t, k: softplus(_u(p, t)) + k.gamma / 2 * (p * p).sum(),
        lambda p, t, k: -softplus(_u(p, t)),
        _r1,
        "saturating with the zero-centred gradient penalty (γ/2)‖φ‖²",
    ),
    Preset(
        "r1-critical",
        lambda p, t, k: softplus(_u(p, t)) + 0.5 * (p * p).sum(),
        lambda p, t, k: -softplus(_u(p, t)),
        _r1_critical,
        "r1 with γ = 1, where both eigenvalues are −½",
    ),
)
"""By name; the names are those of `limner gan --preset`."""
