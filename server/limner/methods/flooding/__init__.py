r"""Flooding: does the training loss need to go to zero here?

Ishida et al. 2020 (arXiv:2002.08709); 苏剑林, 科学空间 7643; iFlood (Xie et al. 2022) and AdaFlood
(Bae et al. 2024) for levels of single rows; Backstitch (Wang et al. 2017) for two rates.

    L̃ = |L − b| + b          (one level b for the batch)
    L̃ = mean |ℓᵢ − bᵢ| + bᵢ    (per sample; bᵢ = b: iFlood; bᵢ from held-out folds: AdaFlood)

Above the level nothing changes; below it the sign of the gradient does, so training walks up and
down around L = b. With g = ∇L and H its Hessian, a step down by ε and one up by δ give

    θ − εg(θ) + δg(θ − εg) = θ − (ε − δ)g − εδ·Hg + O(ε³),   Hg = ½∇‖g‖²

so with ε = δ the pair is one step of (ε²/2) on ‖∇L‖²: flooding is a gradient penalty.

A held-out level: ℓᵢ of a model that was not trained on row i says how hard the row is. For cross
entropy the probability is first moved towards the label, bᵢ = −log((1 − γ)e^{−ℓᵢ} + γ).

**What it does not show.** Which level is right. A constant helps on some data and harms on other
(Ishida 2020 chooses it by validation), so none is chosen automatically; see `tune`,
which may answer "do not flood".

**Cost.** None per step; held-out levels cost `folds` more fits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from limner.protocol import BadInput


def flooded(loss: Tensor, b: float | Tensor | None = None) -> Tensor:
    """|L − b| + b; of a loss for each row, the mean of |ℓᵢ − bᵢ| + bᵢ.

    Args:
        loss: one number, or one for each row (n,).
        b: the level; (n,) levels for a loss of each row; None: off, and `loss` itself comes back
            (of rows: its mean).

    Raises:
        BadInput: a loss without gradient or not finite; a level that does not fit it.
    """
    if not isinstance(loss, Tensor) or loss.ndim > 1 or not loss.numel():
        raise BadInput("The loss is neither one number nor one for each row: reduce it to one.")
    if b is None:
        return loss if loss.ndim == 0 else loss.mean()
    level = level_for(loss, b)
    if torch.is_grad_enabled() and not loss.requires_grad:
        raise BadInput("The loss has no gradient: compute it from the parameters, outside no_grad.")
    if not torch.isfinite(loss).all():
        raise BadInput("The loss is not finite: lower the learning rate, or mend the loss.")
    found = (loss - level).abs() + level
    return found if found.ndim == 0 else found.mean()


def level_for(loss: Tensor, b: float | Tensor) -> Tensor:
    """The level as a tensor beside the loss.

    Raises:
        BadInput: negative, not finite, or of another shape.
    """
    level = torch.as_tensor(b, dtype=loss.dtype, device=loss.device).detach()
    if level.ndim and level.shape != loss.shape:
        raise BadInput(
            f"There are levels of shape {tuple(level.shape)} for a loss of shape "
            f"{tuple(loss.shape)}: give one for each row of the batch, or one number."
        )
    if not torch.isfinite(level).all() or (level < 0).any():
        raise BadInput(
            "A level is negative or not finite: give levels within the loss's range, 0 or above."
        )
    return level


def held_out_level(loss: Tensor, gamma: float) -> Tensor:
    """AdaFlood's level of rows from their held-out cross entropy: −log((1 − γ)e^{−ℓ} + γ)."""
    if not 0 <= gamma < 1:
        raise BadInput(f"gamma is {gamma}: give a number from 0 to below 1.")
    return -torch.log((1 - gamma) * torch.exp(-loss.double()) + gamma).to(loss.dtype)


def two_rate_step(
    loss: Callable[[], Tensor], parameters: Iterable[Tensor], down: float, up: float
) -> float:
    """One step down and one up, in place; with `up` = 0 plain gradient descent, bit for bit.

    Args:
        loss: computes the loss at the present parameters; called once or twice.
        parameters: what is moved; their `.grad` is not used.
        down: rate of the step down.
        up: rate of the step up that follows it.

    Returns:
        The loss before the steps.
    """
    if not (math.isfinite(down) and math.isfinite(up)) or down < 0 or up < 0:
        raise BadInput("A rate is negative or not finite: give numbers of 0 or above.")
    moved = [p for p in parameters if p.requires_grad]
    first = _walk(loss, moved, -down, "before the step down")
    if up:
        _walk(loss, moved, up, "after the step down")
    return first


def _walk(loss: Callable[[], Tensor], parameters: list[Tensor], rate: float, when: str) -> float:
    with torch.enable_grad():
        value: Any = loss()
        if not isinstance(value, Tensor) or value.numel() != 1 or not value.requires_grad:
            raise BadInput("The loss is not one number with a gradient: return a scalar tensor.")
        if not torch.isfinite(value).all():
            raise BadInput(f"The loss is not finite {when}: lower the rates.")
        found = torch.autograd.grad(value.reshape(()), parameters, allow_unused=True)
    with torch.no_grad():
        for p, g in zip(parameters, found, strict=True):
            if g is not None:
                p.add_(g, alpha=rate)
    return float(value.detach())
