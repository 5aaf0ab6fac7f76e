"""The same game with one change: what would each remedy do to its eigenvalues?

L2 on D, a faster D (two time scales), the zero-centred gradient penalty (R1; Mescheder 2018,
eq. 9), and a moving average of θ, which changes no eigenvalue but swings less.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from limner.methods.gan_dynamics import discrete
from limner.methods.gan_dynamics.options import Options
from limner.methods.gan_dynamics.spectrum import Tangent, decided, leading, pairs
from limner.results.game import Remedy

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Tell = Callable[[str], None]

USUAL_DECAY = 0.999
"""Of the average among the remedies, where none was asked for."""


def of_matrix(J: Array, n_phi: int, options: Options) -> tuple[Remedy, ...]:
    """L2 on D, and D's learning rate raised, each by its own Jacobian."""
    weighed, faster = J.copy(), J.copy()
    weighed[:n_phi, :n_phi] -= options.l2 * np.eye(n_phi)
    faster[:n_phi] *= options.faster
    plain = np.linalg.eigvals(J).astype(complex)
    return (
        *(
            remedy(name, np.linalg.eigvals(changed).astype(complex), options)
            for name, changed in ((_l2(options), weighed), (_two(options), faster))
        ),
        averaged(plain, options),
    )


def _l2(options: Options) -> str:
    return f"L2 on D, W = {options.l2:g}"


def _two(options: Options) -> str:
    return f"D {options.faster:g} times faster"


def remedy(name: str, lam: Complex, options: Options, residuals: Array | None = None) -> Remedy:
    """A remedy by the eigenvalues that the game has with it."""
    if not len(lam):
        return Remedy(name=name, eigenvalues=None, continuous="undecided", largest_stable_step=None)
    simultaneous = discrete.schemes(lam, None, 0, options.step, options.momentum)[0]
    return Remedy(
        name=name,
        eigenvalues=pairs(lam),
        continuous=decided(lam, residuals),
        largest_stable_step=simultaneous.largest_stable_step,
    )


def averaged(lam: Complex, options: Options, residuals: Array | None = None) -> Remedy:
    """A moving average of θ: the same eigenvalues, and what is left of the leading mode's swing.

    After the start has been forgotten, θ ∝ z^k with z = e^{hλ} has the average (1 − d)z/(z − d)·θ.
    """
    decay = USUAL_DECAY if options.ema is None else options.ema
    same = remedy(f"moving average of θ, decay {decay:g}", lam, options, residuals)
    if not len(lam):
        return same
    z = np.exp(options.step * lam[np.argmax(lam.real)])
    return msgspec.structs.replace(same, left=float(abs((1 - decay) * z / (z - decay))))


def of_products(
    tangent: Tangent, options: Options, tell: Tell, penalised: Tangent | None
) -> list[Remedy]:
    """The remedies of networks, each by its leading eigenvalues."""
    n = tangent.n_phi
    speeds = np.ones(tangent.n)
    speeds[:n] = options.faster
    weight = np.zeros(tangent.n)
    weight[:n] = options.l2
    changed: Sequence[tuple[str, Callable[[Array], Array]]] = [
        (_l2(options), lambda u: tangent(u) - weight * u.reshape(-1)),
        (_two(options), lambda u: tangent(speeds * u.reshape(-1))),
    ]
    if penalised is not None:
        changed = [("gradient penalty (R1)", penalised), *changed]
    found: list[Remedy] = []
    for name, product in changed:
        tell(f"the same with {name} …")
        lam, residuals = leading(product, tangent.n, options.count)
        found.append(remedy(name, lam, options, residuals if len(lam) else None))
    return found


def zero_centred(discriminator: Any, real: Tensor, gamma: float) -> Tensor:
    """R1: (γ/2) E‖∂D/∂x‖² over real data, with a graph behind it; Mescheder 2018, eq. 9."""
    x = real.detach().clone().requires_grad_()
    scores = discriminator(x)
    (slope,) = torch.autograd.grad(scores.sum(), x, create_graph=True)
    return gamma / 2 * slope.reshape(len(x), -1).square().sum(1).mean()
