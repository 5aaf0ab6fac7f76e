r"""Embeddings that are pushed: gradient penalty and FGM.

苏剑林, 科学空间 7259 and 7234; Miyato, Dai, Goodfellow 2016 (arXiv:1605.07725). E is the table of
embeddings where it is read (not where a tied output layer uses it): one row for each word, added to
what is looked up for it.

    gradient penalty   L(E) + (w/2) ‖∂L/∂E‖²
    FGM                L(E) + L(E + δ),   δ = ε ∂L/∂E / ‖∂L/∂E‖

To first order the two agree with w growing along ε. A weight or ε of 0 is plain training, bit for
bit. Cost: the penalty differentiates twice (about three plain steps), FGM takes two.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from limner.methods.exposure.replacing import Batch, Loss, plain_loss
from limner.protocol import BadInput, UnsupportedModel


def gradient_penalty(
    model: nn.Module, batch: Batch, weight: float, *, loss: Loss | None = None
) -> Tensor:
    """The loss with (weight/2)·‖∂L/∂E‖² added.

    Args:
        model: reads its text through one table of embeddings (`get_input_embeddings`).
        batch: its inputs, with `labels`.
        weight: w ≥ 0; 0: the plain loss.
        loss: of (model, batch); None: `model(**batch).loss`.

    Raises:
        BadInput: a negative weight; a loss that is no finite number with a gradient.
        UnsupportedModel: no table of embeddings is read, or it cannot be differentiated twice.
    """
    _amount("weight", weight)
    count = loss or plain_loss
    if not weight:
        return count(model, batch)
    with sdpa_kernel(SDPBackend.MATH), _pushed(model) as push:  # the fast kernels have one gradient
        found = _checked(count(model, batch))
        push.check(model)
        (slope,) = torch.autograd.grad(found, push.delta, create_graph=True, allow_unused=True)
    if slope is None or not slope.requires_grad:
        raise UnsupportedModel(
            f"{type(model).__name__}'s loss has no second derivative by its embeddings: "
            "load it with attn_implementation='eager', or use FGM."
        )
    return found + weight / 2 * slope.square().sum()


def fgm(model: nn.Module, batch: Batch, epsilon: float, *, loss: Loss | None = None) -> Tensor:
    """The loss, and the loss where the embeddings are pushed by ε along its gradient, summed.

    Takes and raises what `gradient_penalty` does. Both losses draw the same dropout.
    """
    _amount("epsilon", epsilon)
    count = loss or plain_loss
    if not epsilon:
        return count(model, batch)
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []
    with torch.random.fork_rng(devices=devices), _pushed(model) as push:
        found = _checked(count(model, batch))
        push.check(model)
        (slope,) = torch.autograd.grad(found, push.delta, retain_graph=True)
    norm = slope.norm()
    if not torch.isfinite(norm):
        raise BadInput("The gradient by the embeddings is not finite: lower the learning rate.")
    with _pushed(model, epsilon * slope / norm.clamp(min=1e-12)):
        return found + _checked(count(model, batch))


class _Push:
    """What is added to a table where it is read."""

    def __init__(self, delta: Tensor) -> None:
        self.delta = delta
        self.read = 0

    def __call__(
        self, _: nn.Module, given: tuple[Any, ...], named: dict[str, Any], said: Tensor
    ) -> Tensor:
        self.read += 1
        return said + self.delta[given[0] if given else named["input"]]

    def check(self, model: Any) -> None:
        """Raise UnsupportedModel where no embedding was looked up."""
        if not self.read:
            raise UnsupportedModel(
                f"{type(model).__name__} does not read its table of embeddings for this batch: "
                "pass input_ids, not embeddings."
            )


@contextmanager
def _pushed(model: Any, delta: Tensor | None = None) -> Generator[_Push]:
    """Every look-up in the model's table of embeddings gets `delta` (V, D) added: 0 at first."""
    find: Callable[[], Any] | None = getattr(model, "get_input_embeddings", None)
    try:
        table = find() if find else None
    except (NotImplementedError, AttributeError):
        table = None
    if not isinstance(table, nn.Embedding):
        raise UnsupportedModel(
            f"{type(model).__name__} has no table of embeddings (get_input_embeddings): "
            "pass a language model of transformers."
        )
    push = _Push(torch.zeros_like(table.weight).requires_grad_() if delta is None else delta)
    seen = {id(table)}
    handles = [table.register_forward_hook(push, with_kwargs=True)]
    for module in model.modules():  # decoders that tie their own look-up to the same weights
        tied = isinstance(module, nn.Embedding) and module.weight is table.weight
        if tied and id(module) not in seen:
            seen.add(id(module))
            handles.append(module.register_forward_hook(push, with_kwargs=True))
    try:
        yield push
    finally:
        for handle in handles:
            handle.remove()


def _checked(loss: Any) -> Tensor:
    if not isinstance(loss, Tensor) or loss.numel() != 1 or not loss.requires_grad:
        raise BadInput("The loss is not one number with a gradient: return a scalar tensor.")
    if not torch.isfinite(loss):
        raise BadInput("The loss is not finite: lower the learning rate, or look at the batch.")
    return loss


def _amount(name: str, value: float) -> None:
    if not 0 <= value < float("inf"):
        raise BadInput(f"{name} is {value}: give a finite number of 0 or above.")
