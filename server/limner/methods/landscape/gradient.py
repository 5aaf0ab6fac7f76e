"""Loss and gradient along the gradient's own direction."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from limner.methods._in_place import same_noise
from limner.protocol import BadInput
from limner.results.landscape import AlongGradient

Loss = Callable[[], Tensor]
"""The loss of the batch at the parameters as they are now."""


def loss_and_gradient(loss: Loss, parameters: Sequence[Tensor]) -> tuple[float, list[Tensor]]:
    """L and g, a zero tensor for a parameter that L does not depend on; noise is always the same.

    Raises:
        BadInput: a loss that is not one number with a gradient.
    """
    with same_noise(), torch.enable_grad():
        value = checked(loss())
        found = torch.autograd.grad(value, parameters, allow_unused=True)
    return float(value.detach()), [
        torch.zeros_like(p) if g is None else g for p, g in zip(parameters, found, strict=True)
    ]


def checked(value: object) -> Tensor:
    """The loss as one number with a gradient."""
    if not isinstance(value, Tensor) or value.numel() != 1:
        raise BadInput("The loss is not one number: reduce it to its mean.")
    if not value.requires_grad:
        raise BadInput("The loss has no gradient: compute it from the model's output, not .item().")
    return value.reshape(())


def same_buffers(model: nn.Module, loss: Loss) -> tuple[Loss, Callable[[], None]]:
    """The loss with the model's buffers as they are now at every call; and what puts them back.

    In training mode a spectral norm goes a step on at every pass, so that it is another loss.
    """
    kept = [(b, b.detach().clone()) for b in model.buffers()]

    def put_back() -> None:
        with torch.no_grad():
            for buffer, before in kept:
                if not torch.equal(buffer, before):  # else a kept graph may still need it
                    buffer.copy_(before)

    def again() -> Tensor:
        put_back()
        return loss()

    return again, put_back


def wide(t: Tensor) -> Tensor:
    """In float64; MPS has none, so its tensors come over."""
    return (t.cpu() if t.device.type == "mps" else t).double()


def norm(tensors: Sequence[Tensor]) -> float:
    """‖·‖₂ of all numbers together, summed in float64."""
    return float(sum(wide(t).square().sum() for t in tensors)) ** 0.5


def along_gradient(
    loss: Loss, parameters: Sequence[Tensor], gradient: Sequence[Tensor], sizes: Sequence[float]
) -> AlongGradient:
    """L and g at θ − ηg for each η; the parameters are put back to the bit."""
    start = [p.detach().clone() for p in parameters]
    length = norm(gradient)
    losses: list[float] = []
    turned: list[float] = []
    try:
        for size in sizes:
            with torch.no_grad():
                for p, at, g in zip(parameters, start, gradient, strict=True):
                    p.copy_(at - size * g)
            value, there = loss_and_gradient(loss, parameters)
            losses.append(value)
            turned.append(norm([a - b for a, b in zip(gradient, there, strict=True)]))
    finally:
        with torch.no_grad():
            for p, at in zip(parameters, start, strict=True):
                p.copy_(at)
    return AlongGradient(
        sizes=tuple(sizes),
        loss=tuple(losses),
        turned=tuple(turned),
        beta=tuple(
            far / (size * length) if length else 0.0
            for far, size in zip(turned, sizes, strict=True)
        ),
    )
