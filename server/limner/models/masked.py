"""Masked language models at their gaps: the head applied to the gaps alone.

A head over a vocabulary of 21,128 words costs more than the whole encoder when it is applied to
every position of a short text; here it sees only the positions that are asked about. That is done
for any architecture of transformers alike, by shortening what the encoder hands to the head, and
checked once per model against the plain way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from limner.models.model import Model
from limner.protocol import UnsupportedModel


def gap_logits(model: Model, inputs: Mapping[str, Tensor], places: Tensor) -> Tensor:
    """Logits (B, k, V) over the vocabulary at positions `places` (B, k).

    Raises:
        UnsupportedModel: the model has no head that guesses masked words.
    """
    if model.gathers is None:
        model.gathers = _gathers(model, inputs, places)
    return _gathered(model, inputs, places) if model.gathers else _plain(model, inputs, places)


def mask_token(model: Model) -> tuple[str, int]:
    """The tokenizer's mask token and its id.

    Raises:
        UnsupportedModel: it has none.
    """
    tokenizer = model.tokenizer
    token = getattr(tokenizer, "mask_token", None)
    if token is None or tokenizer.mask_token_id is None:
        raise UnsupportedModel(
            f"{model.name} has no mask token: choose a masked language model, such as mini-mlm."
        )
    return str(token), int(tokenizer.mask_token_id)


def _plain(model: Model, inputs: Mapping[str, Tensor], places: Tensor) -> Tensor:
    logits = _logits(model.call(inputs))
    if logits is None or logits.shape[:2] != inputs["input_ids"].shape:
        raise UnsupportedModel(
            f"{model.name} has no head that guesses masked words: choose a masked language model "
            "(an architecture that ends with ForMaskedLM), such as mini-mlm."
        )
    return _at(logits, places)


def _gathered(model: Model, inputs: Mapping[str, Tensor], places: Tensor) -> Tensor:
    with _shortened(_encoder(model.module), places):
        logits = _logits(model.call(inputs))
    assert logits is not None
    return logits


def _gathers(model: Model, inputs: Mapping[str, Tensor], places: Tensor) -> bool:
    """Whether the short way gives what the plain one does."""
    with torch.no_grad():
        plain = _plain(model, inputs, places)
        if _encoder(model.module) is None:
            return False
        try:
            short = _gathered(model, inputs, places)
        except (RuntimeError, IndexError, TypeError, AttributeError, AssertionError, ValueError):
            return False
    return short.shape == plain.shape and torch.allclose(short, plain, rtol=1e-3, atol=1e-3)


def _encoder(module: nn.Module) -> nn.Module | None:
    """What is below the head, as transformers names it."""
    base = getattr(module, "base_model", None)
    return base if isinstance(base, nn.Module) and base is not module else None


@contextmanager
def _shortened(encoder: nn.Module | None, places: Tensor) -> Iterator[None]:
    """While open, the encoder hands on the states at `places` only."""
    assert encoder is not None

    def shorten(_module: nn.Module, _args: Any, output: Any) -> Any:
        if isinstance(output, tuple):
            return (_at(output[0], places), *output[1:])
        output["last_hidden_state"] = _at(output["last_hidden_state"], places)
        return output

    handle = encoder.register_forward_hook(shorten)
    try:
        yield
    finally:
        handle.remove()


def _at(states: Tensor, places: Tensor) -> Tensor:
    """(B, L, D) → (B, k, D)."""
    return states.gather(1, places.unsqueeze(-1).expand(-1, -1, states.shape[-1]))


def _logits(output: Any) -> Tensor | None:
    logits = getattr(output, "logits", None)
    if logits is None and isinstance(output, tuple):
        logits = output[0]
    return logits if isinstance(logits, Tensor) and logits.ndim == 3 else None
