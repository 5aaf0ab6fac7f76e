"""A model and its twin without normalisation layers, trained side by side on the same batches."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.instancenorm import _InstanceNorm

from limner.methods._in_place import same_noise
from limner.methods.landscape.gradient import along_gradient, loss_and_gradient, same_buffers
from limner.protocol import BadInput
from limner.results.landscape import TrainedCurve

NORMALISATIONS = (_BatchNorm, _InstanceNorm, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)

LossOf = Callable[[nn.Module, Any], Tensor]
"""The loss of a module on a batch."""

Row = tuple[float, float, float, float, float]
"""Loss, smallest and largest along the gradient, predictiveness, β."""


def without_normalisation(model: nn.Module) -> tuple[nn.Module, tuple[str, ...]]:
    """A copy with the same weights, each normalisation replaced by the identity; their names.

    Raises:
        BadInput: there is none.
    """
    twin = copy.deepcopy(model)
    names = [name for name, child in twin.named_modules() if isinstance(child, NORMALISATIONS)]
    if not names or names == [""]:
        raise BadInput(
            f"{type(model).__name__} has no normalisation layer to compare without: pass twin=…, a "
            "module of your own."
        )
    for name in names:
        parent, _, last = name.rpartition(".")
        setattr(twin.get_submodule(parent), last, nn.Identity())
    return twin, tuple(names)


def same_start(model: nn.Module, twin: nn.Module) -> tuple[str, ...]:
    """Copy what both have under one name and shape; names of the twin's others that differ.

    A parameter without its like by name counts as equal where the model has its values anywhere:
    in `nn.Sequential` names move when a layer is left out, and the same seed gives the same values.
    """
    known = dict(model.named_parameters())
    every = list(known.values())
    others: list[str] = []
    with torch.no_grad():
        for name, p in twin.named_parameters():
            if any(one.shape == p.shape and torch.equal(one, p) for one in every):
                continue
            if name in known and known[name].shape == p.shape:
                p.copy_(known[name])
            else:
                others.append(name)
    return tuple(others)


def train(
    models: Mapping[str, nn.Module],
    batches: Iterable[Any],
    loss_of: LossOf,
    *,
    steps: int,
    rate: float,
    every: int,
    sizes: Sequence[float],
    mode: Literal["train", "eval"],
    seed: int,
    tell: Callable[[str], None],
) -> tuple[tuple[TrainedCurve, ...], Any]:
    """Gradient descent with momentum .9, each batch to every model; the curves, the first batch.

    The noise of step t is drawn from `seed` + t, the same for all. Measured is the batch at hand,
    before its step.

    Raises:
        BadInput: too few batches, or a loss that is not finite; says at which step.
    """
    parameters = {n: [p for p in m.parameters() if p.requires_grad] for n, m in models.items()}
    optimizers = {n: torch.optim.SGD(p, rate, momentum=0.9) for n, p in parameters.items()}
    at: list[int] = []
    found: dict[str, list[Row]] = {name: [] for name in models}
    first: Any = None
    for step, batch in zip(range(steps), _endless(batches), strict=False):
        first = batch if step == 0 else first
        if step % every == 0:
            at.append(step)
            for name, model in models.items():
                model.train(mode == "train")
                row = _measured(model, batch, loss_of, parameters[name], sizes)
                found[name].append(row)
                tell(f"{name}: step {step} of {steps}, loss {row[0]:.4g} …")
        for name, model in models.items():
            model.train()
            with same_noise(seed + step), torch.enable_grad():
                loss = loss_of(model, batch)
                if not torch.isfinite(loss):
                    raise BadInput(
                        f"The loss of the model {name} normalisation is not finite at step {step}: "
                        "lower the rate."
                    )
                optimizers[name].zero_grad()
                loss.backward()
                optimizers[name].step()
    for optimizer in optimizers.values():
        optimizer.zero_grad()
    return tuple(_curve(name, at, rows) for name, rows in found.items()), first


def _curve(name: str, at: Sequence[int], rows: Sequence[Row]) -> TrainedCurve:
    loss, low, high, turned, beta = zip(*rows, strict=True)
    return TrainedCurve(
        name=name,
        steps=tuple(at),
        loss=loss,
        low=low,
        high=high,
        predictiveness=turned,
        beta=beta,
    )


def _endless(batches: Iterable[Any]) -> Iterator[Any]:
    given = 0
    while True:
        before = given
        for batch in batches:
            given += 1
            yield batch
        if given == before:
            raise BadInput(
                f"The batches end after {given}: give a list or a loader, which can be gone "
                "through again, or ask for fewer steps."
                if given
                else "There are no batches: give a list of them, or a loader."
            )


def _measured(
    model: nn.Module,
    batch: Any,
    loss_of: LossOf,
    parameters: Sequence[Tensor],
    sizes: Sequence[float],
) -> Row:
    """Running statistics are put back."""
    loss, put_back = same_buffers(model, lambda: loss_of(model, batch))
    try:
        value, gradient = loss_and_gradient(loss, parameters)
        found = along_gradient(loss, parameters, gradient, sizes)
    finally:
        put_back()
    return value, min(found.loss), max(found.loss), max(found.turned), max(found.beta)
