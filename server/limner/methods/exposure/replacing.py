"""Decoder inputs that are not always the target: replacement, scheduled sampling.

苏剑林, 科学空间 7259: half of the samples, 30 % of their tokens, drawn from the target's own.
Bengio et al. 2015 (arXiv:1506.03099) for the model's own words, in two passes as in Mihaylova,
Martins 2019 (arXiv:1906.07651): the first says what it would have written, the second reads a mix.
Labels never change. A rate of 0 is plain training, bit for bit: no random number is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from limner.protocol import BadInput, UnsupportedModel

IGNORED = -100
"""Labels that no loss is taken of."""

Batch = Mapping[str, Any]
Loss = Callable[[Any, Batch], Tensor]


class ReplaceCollator:
    """A data collator whose batches' decoder inputs have some tokens replaced.

    The labels stay. For an encoder-decoder `decoder_input_ids` are the labels shifted right, some
    replaced; for a causal model tokens of `input_ids` that have a label are.
    """

    def __init__(
        self,
        collator: Callable[[Any], Any],
        model: nn.Module,
        rate: float = 0.5,
        tokens: float = 0.3,
    ) -> None:
        """Wrap a collator.

        Args:
            collator: makes batches with `labels`, such as transformers' `DataCollatorForSeq2Seq`.
            model: says how labels become decoder inputs.
            rate: share of the samples in which tokens are replaced; 0: the collator's own batches.
            tokens: share of the tokens replaced in those.

        Raises:
            BadInput: a share outside 0 … 1.
            UnsupportedModel: a model that has no decoder inputs of its own.
        """
        _share("rate", rate)
        _share("tokens", tokens)
        self._collator, self._model = collator, model
        self._rate, self._tokens = rate, tokens
        if rate and tokens:
            _writes(model)

    def __call__(self, features: Any) -> Any:
        """A batch."""
        batch = self._collator(features)
        if not self._rate or not self._tokens:
            return batch
        name, inputs, at = decoder_inputs(self._model, batch)
        chosen = torch.rand(len(inputs), 1) < self._rate
        replaced = (torch.rand(inputs.shape) < self._tokens) & chosen
        drawn = _from_own(batch["labels"].cpu())
        fresh = torch.where(replaced.to(inputs.device) & at, drawn.to(inputs.device), inputs)
        batch[name] = fresh
        return batch


def scheduled_sampling(
    model: nn.Module, batch: Batch, rate: float, *, loss: Loss | None = None
) -> Tensor:
    """The loss of a batch whose decoder reads its own words in place of the target's, at a rate.

    Args:
        model: an encoder-decoder or a causal language model of transformers.
        batch: its inputs, with `labels`.
        rate: share of the decoder's inputs that are its own likeliest words; 0: the plain loss.
        loss: of (model, batch); None: `model(**batch).loss`.

    Raises:
        BadInput: a rate outside 0 … 1, a batch without labels.
        UnsupportedModel: a model without decoder inputs.
    """
    _share("rate", rate)
    count = loss or plain_loss
    if not rate:
        return count(model, batch)
    _writes(model)
    name, inputs, at = decoder_inputs(model, batch)
    with torch.no_grad():
        said = model(**_without_labels(batch), **({} if name in batch else {name: inputs}))
    own = torch.cat([inputs[:, :1], said.logits[:, :-1].argmax(-1)], 1)
    taken = (torch.rand(inputs.shape, device=inputs.device) < rate) & at
    return count(model, {**batch, name: torch.where(taken, own, inputs)})


def plain_loss(model: Any, batch: Batch) -> Tensor:
    """The model's own loss."""
    said = model(**batch)
    found = said["loss"] if isinstance(said, Mapping) else getattr(said, "loss", None)
    if found is None:
        raise BadInput("The model gives no loss: put labels into the batch, or pass loss=….")
    return found


def decoder_inputs(model: nn.Module, batch: Batch) -> tuple[str, Tensor, Tensor]:
    """Name of the decoder's inputs, their ids (B, L), and which of them a target's word is at.

    Raises:
        BadInput: no labels.
    """
    labels = batch.get("labels")
    if not isinstance(labels, Tensor):
        raise BadInput("The batch has no labels: give a collator that makes them.")
    if not _encodes(model):
        inputs = batch["input_ids"]
        at = labels.ne(IGNORED)
        at[:, 0] = False  # nothing was said before the first word
        return "input_ids", inputs, at
    given = batch.get("decoder_input_ids")
    if given is None:
        given = _shifted(model, labels)
    at = torch.zeros_like(given, dtype=torch.bool)
    at[:, 1:] = labels[:, :-1].ne(IGNORED)
    return "decoder_input_ids", given, at


def _shifted(model: Any, labels: Tensor) -> Tensor:
    if hasattr(model, "prepare_decoder_input_ids_from_labels"):
        return model.prepare_decoder_input_ids_from_labels(labels=labels)
    config = model.config
    shifted = torch.full_like(labels, config.pad_token_id or 0)
    shifted[:, 1:] = labels[:, :-1]
    shifted[:, 0] = config.decoder_start_token_id
    return shifted.masked_fill(shifted == IGNORED, config.pad_token_id or 0)


def _from_own(labels: Tensor) -> Tensor:
    """For each place, a token drawn from those of the same row that have a label."""
    weights = labels.ne(IGNORED).double()
    weights[weights.sum(1) == 0] = 1.0  # rows without labels: nothing is replaced there
    drawn = torch.multinomial(weights, labels.shape[1], replacement=True)
    return labels.gather(1, drawn).clamp(min=0)


def _without_labels(batch: Batch) -> dict[str, Any]:
    return {
        name: one for name, one in batch.items() if name not in ("labels", "num_items_in_batch")
    }


def _encodes(model: Any) -> bool:
    return bool(getattr(getattr(model, "config", None), "is_encoder_decoder", False))


def _writes(model: Any) -> None:
    config = getattr(model, "config", None)
    if config is None or not (_encodes(model) or getattr(model, "can_generate", lambda: False)()):
        raise UnsupportedModel(
            f"{type(model).__name__} has no decoder that writes word by word: pass an "
            "encoder-decoder or a causal language model of transformers."
        )


def _share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise BadInput(f"{name} is {value}: give a share from 0 to 1.")
