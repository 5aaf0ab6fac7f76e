"""Where a value that is not finite began."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from limner.methods._in_place import leaves, same_noise
from limner.methods.landscape.gradient import Loss


def where_it_began(
    model: nn.Module,
    loss: Loss,
    batch: Iterable[Tensor],
    parameters: Sequence[Tensor],
    gradient: Sequence[Tensor],
    value: float,
) -> str:
    """One sentence: the batch, a parameter, the first layer by its output, the loss, a gradient."""
    if not all(_finite(one) for one in batch):
        return "The batch holds values that are not finite: take those rows out."
    if names := [name for name, p in model.named_parameters() if not _finite(p)]:
        return f"The parameter {names[0]} is not finite: go back to a checkpoint before that."
    began = _outputs(model, loss)
    if began:
        return f"The output of {began} is not finite: look at what goes into it, and its weights."
    if not math.isfinite(value):
        return "The loss is not finite although all layers' outputs are: look at how it is made."
    ids = {id(p) for p, g in zip(parameters, gradient, strict=True) if not _finite(g)}
    names = [name for name, p in model.named_parameters() if id(p) in ids]
    return f"The gradient of {names[0]} is not finite: look at the loss near this point."


def _outputs(model: nn.Module, loss: Loss) -> str:
    """The first module whose output is not finite; the innermost of those that say the same."""
    began: list[str] = []

    def watch(name: str) -> Callable[..., None]:
        def hook(_: nn.Module, __: Any, said: Any) -> None:
            if not all(_finite(one) for one in leaves(said)):
                began.append(name)

        return hook

    handles = [
        module.register_forward_hook(watch(name or "the model"))
        for name, module in model.named_modules()
    ]
    try:
        with same_noise(), torch.no_grad():
            loss()
    finally:
        for handle in handles:
            handle.remove()
    return began[0] if began else ""


def _finite(one: Tensor) -> bool:
    return not one.is_floating_point() or bool(torch.isfinite(one).all())
