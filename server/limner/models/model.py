"""A loaded model as the methods see it: the module, its tokenizer, its labels, and how to call it.

The same wrapper serves our own loaded folders and a user's `nn.Module` (`wrap`), so that a method
has one way to ask for logits. A user's module is put into eval mode with frozen parameters only
while `as_found` is open, and left exactly as it was.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn

from limner.models.reads import Read
from limner.models.specs import WRITERS
from limner.protocol import UnsupportedModel


@dataclass(eq=False)
class Model:
    """A module with what is needed to ask it.

    `owned` modules were loaded by us: they stay frozen and in eval mode. `reads` are the
    embedding look-ups that carry the text, found on first use.
    """

    name: str
    module: nn.Module
    tokenizer: Any = None
    labels: tuple[str, ...] = ()
    revision: str = ""
    owned: bool = False
    accepts: frozenset[str] = frozenset()
    reads: tuple[Read, ...] = field(default=())
    gathers: bool | None = None
    """Whether `models.masked` may hand the head the gaps alone; found on first use."""
    guesses: bool | None = None
    """Whether its head was found to guess words better than chance; found on first use."""

    @property
    def device(self) -> torch.device:
        """Where the parameters are; the CPU for a module without any."""
        # asked at every batch: the first tensor answers, the others are not looked for
        for tensor in chain(self.module.parameters(), self.module.buffers()):
            return tensor.device
        return torch.device("cpu")

    @property
    def bytes(self) -> int:
        """Measured size of parameters and buffers; shared ones count once."""
        tensors = {t.data_ptr(): t for t in (*self.module.parameters(), *self.module.buffers())}
        return sum(t.numel() * t.element_size() for t in tensors.values())

    def to(self, device: str) -> None:
        """Move the module."""
        self.module.to(device)

    @property
    def pad_id(self) -> int | None:
        """Id that fills the ends of short rows in a batch."""
        return getattr(self.tokenizer, "pad_token_id", None)

    @property
    def batchable(self) -> bool:
        """Whether rows of different length may be padded into one batch."""
        return not self.one_by_one and "attention_mask" in self.accepts

    @property
    def writes(self) -> bool:
        """Whether its head says the next word of a text: an encoder-decoder's, a causal model's."""
        names = (kind.__name__ for kind in type(self.module).__mro__)
        return any(name.endswith(tuple(WRITERS)) for name in names)

    @property
    def one_by_one(self) -> bool:
        """Whether even rows of equal length may not share a batch.

        Decoders that classify at the last token that is not padding refuse batches when they do
        not know what padding is. Who writes is told what padding is by the mask alone.
        """
        if self.writes:
            return False
        known = getattr(getattr(self.module, "config", None), "pad_token_id", 0)
        return self.pad_id is None or known is None

    def logits(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """Logits (B, C) of a batch of encoded texts.

        Raises:
            UnsupportedModel: the output is not one row of logits per input.
        """
        return _as_logits(self.call(inputs), self.name)

    def call(self, inputs: Mapping[str, Tensor]) -> Any:
        """What the module answers to a batch of encoded texts, whatever that is."""
        return self.module(**self._named(inputs))

    def tensor_logits(self, x: Tensor) -> Tensor:
        """Logits (B, C) of a batch of plain tensors; raises as `logits`."""
        return _as_logits(self.module(x), self.name)

    def _named(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        first = _first_parameter(self.module)
        named = {key: value for key, value in inputs.items() if key in self.accepts}
        if "input_ids" not in self.accepts:
            named[first] = inputs["input_ids"]
        return named

    @contextmanager
    def as_found(self) -> Iterator[None]:
        """Eval mode and frozen parameters inside; flags and modes as they were afterwards."""
        if self.owned:
            yield
            return
        training = [(m, m.training) for m in self.module.modules()]
        requires = [(p, p.requires_grad) for p in self.module.parameters()]
        try:
            self.module.eval()
            for parameter, _ in requires:
                parameter.requires_grad_(False)
            yield
        finally:
            for parameter, flag in requires:
                parameter.requires_grad_(flag)
            for module, flag in training:
                module.training = flag


def wrap(module: nn.Module, tokenizer: Any = None, labels: Sequence[str] | None = None) -> Model:
    """A user's own module, on whatever device it is."""
    config = getattr(module, "config", None)
    named = getattr(config, "id2label", None) or {}
    names = tuple(labels) if labels else tuple(str(named[i]) for i in sorted(named))
    return Model(
        name=type(module).__name__,
        module=module,
        tokenizer=tokenizer,
        labels=names,
        accepts=accepted(module),
    )


def accepted(module: nn.Module) -> frozenset[str]:
    """Names among the tokenizer's outputs that `forward` takes."""
    parameters = inspect.signature(module.forward).parameters
    known = {"input_ids", "attention_mask", "token_type_ids"}
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()) and "input_ids" in parameters:
        return frozenset(known)
    return frozenset(known & parameters.keys())


def _first_parameter(module: nn.Module) -> str:
    return next(iter(inspect.signature(module.forward).parameters), "input")


def _as_logits(output: Any, name: str) -> Tensor:
    """(B, C) from a tensor, a tuple, a dict or a transformers output."""
    logits = getattr(output, "logits", None)
    if logits is None and isinstance(output, Mapping):
        logits = output.get("logits")
    if logits is None:
        logits = output[0] if isinstance(output, tuple) else output
    if not isinstance(logits, Tensor) or logits.ndim not in (1, 2):
        shape = tuple(logits.shape) if isinstance(logits, Tensor) else type(logits).__name__
        raise UnsupportedModel(
            f"{name} gives {shape}, not logits of shape (batch, classes): "
            "pass a classifier, or a module whose forward returns such logits; for a masked "
            "language model write [MASK] where a word is missing."
        )
    return logits.unsqueeze(-1) if logits.ndim == 1 else logits
