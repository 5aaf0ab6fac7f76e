"""What goes into each layer: E‖x‖² as it is, centred, and scaled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from limner.methods.landscape.gradient import wide
from limner.results.landscape import LayerMoments

CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)


def layer_moments(module: nn.Module, work: Callable[[], object]) -> tuple[LayerMoments, ...]:
    """Moments of the inputs of linear and convolution layers during `work()`, in order of use.

    Positions of a sequence or of a picture count as further rows, as batch norm counts them.
    """
    sums: dict[str, list[Any]] = {}
    handles = []
    for name, child in module.named_modules():
        if isinstance(child, (nn.Linear, *CONVOLUTIONS)) or _is_conv1d(child):
            handles.append(child.register_forward_pre_hook(_watch(name, child, sums)))
    try:
        with torch.no_grad():
            work()
    finally:
        for handle in handles:
            handle.remove()
    return tuple(_moments(name, *found) for name, found in sums.items())


def _is_conv1d(module: nn.Module) -> bool:
    """GPT-2's name in transformers for a linear layer; found by name, for nothing is imported."""
    kind = type(module)
    return kind.__name__ == "Conv1D" and kind.__module__.startswith("transformers.")


def _watch(name: str, layer: nn.Module, sums: dict[str, list[Any]]) -> Callable[..., None]:
    def hook(_: nn.Module, given: tuple[Any, ...]) -> None:
        x = given[0].detach()
        if isinstance(layer, CONVOLUTIONS):
            x = x.movedim(1, -1)
        rows = wide(x.reshape(-1, x.shape[-1]))
        kind = type(layer).__name__
        here = sums.setdefault(name, [kind, 0, 0.0, 0.0])
        here[1] += len(rows)
        here[2] = here[2] + rows.sum(0)
        here[3] = here[3] + rows.square().sum(0)

    return hook


def _moments(name: str, kind: str, count: int, total: Tensor, squares: Tensor) -> LayerMoments:
    second, mean = squares / count, total / count
    variance = (second - mean.square()).clamp(min=0)
    variance[variance <= 1e-12 * second] = 0  # what rounding leaves of a constant
    raw, centred = float(second.sum()), float(variance.sum())
    return LayerMoments(
        name=name or "the model",
        kind=kind,
        size=len(mean),
        raw=raw,
        centred=centred,
        scaled=float((variance > 0).sum()),
        gain=1 - centred / raw if raw else 0.0,
    )
