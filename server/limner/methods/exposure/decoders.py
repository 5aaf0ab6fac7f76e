"""What a decoder says next, for encoder-decoders, causal models and plain modules alike.

`after` reads whole prefixes in one pass, `open` goes on word by word (with the model's cache where
it has one). Both give log-probabilities in float32.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from limner.protocol import BadInput, UnsupportedModel
from limner.results.exposure import Kind

Ids = tuple[int, ...]


class Steps(Protocol):
    """A decoding that goes on."""

    def first(self) -> Tensor:
        """(B, V): log p of the first word of each source."""
        ...

    def next(self, parents: Tensor, words: Tensor) -> Tensor:
        """(R, V): log p after `words` (R,), each put behind the row `parents` (R,) of before."""
        ...


@dataclass(frozen=True)
class Decoder:
    """A module that is asked for the next word; in eval mode while it is asked."""

    module: nn.Module
    kind: Kind
    end: int | None
    """The id that ends a sequence; None: sequences are as long as their targets."""
    start: int | None
    """What an encoder-decoder's decoder reads first."""
    pad: int
    takes: frozenset[str]
    """Names of arguments that `forward` has; empty: one tensor of ids."""

    @property
    def device(self) -> torch.device:
        """Where ids are put."""
        found = next(self.module.parameters(), None)
        return torch.device("cpu") if found is None else found.device

    def after(self, sources: Sequence[Ids], words: Sequence[Ids]) -> Tensor:
        """(B, T, V): log p(· | source, words[:t]) for t < T, the longest of `words`."""
        width = max(map(len, words))
        if self.kind == "seq2seq":
            given = self._right([(self.start or 0, *one[:-1]) for one in words])
            said = self._call(**self._encoded(sources), decoder_input_ids=given)
            return _log_p(said)
        rows = [(*source, *one[:-1]) for source, one in zip(sources, words, strict=True)]
        found = _log_p(self._call(**self._masked(rows)))
        first = torch.tensor([len(source) - 1 for source in sources], device=found.device)
        at = (first[:, None] + torch.arange(width, device=found.device)).clamp(
            max=found.shape[1] - 1
        )
        return found.gather(1, at[..., None].expand(-1, -1, found.shape[-1]))

    def open(self, sources: Sequence[Ids]) -> Steps:
        """Begin to write after these sources."""
        if self.kind == "seq2seq":
            return _Seq2Seq(self, sources)
        if {"past_key_values", "attention_mask"} <= self.takes:
            return _Causal(self, sources)
        return _Again(self, sources)

    def _call(self, **given: Any) -> Any:
        if not self.takes:
            return self.module(given["input_ids"])
        return self.module(**{name: one for name, one in given.items() if name in self.takes})

    def _right(self, rows: Sequence[Ids]) -> Tensor:
        """Rows filled up behind: a causal reader never sees that."""
        width = max(map(len, rows))
        filled = [[*row, *[self.pad] * (width - len(row))] for row in rows]
        return torch.tensor(filled, device=self.device)

    def _masked(self, rows: Sequence[Ids]) -> dict[str, Tensor]:
        size = torch.tensor([len(row) for row in rows], device=self.device)
        ids = self._right(rows)
        mask = torch.arange(ids.shape[1], device=self.device) < size[:, None]
        return {"input_ids": ids, "attention_mask": mask.long()}

    def _encoded(self, sources: Sequence[Ids]) -> dict[str, Tensor]:
        if len({len(one) for one in sources}) > 1 and "attention_mask" not in self.takes:
            raise UnsupportedModel(
                f"{type(self.module).__name__} takes no attention_mask, so sources of different "
                "length cannot share a batch: pass batch=1."
            )
        return self._masked(sources)


class _Again:
    """Reads every prefix from its beginning; for modules without a cache."""

    def __init__(self, decoder: Decoder, sources: Sequence[Ids]) -> None:
        self._decoder = decoder
        self._rows: list[tuple[Ids, Ids]] = [(source, ()) for source in sources]

    def first(self) -> Tensor:
        return self._last()

    def next(self, parents: Tensor, words: Tensor) -> Tensor:
        pairs = zip(parents.tolist(), words.tolist(), strict=True)
        self._rows = [(self._rows[p][0], (*self._rows[p][1], word)) for p, word in pairs]
        return self._last()

    def _last(self) -> Tensor:
        """Log p behind what was written so far, which is equally long in all rows."""
        sources, written = zip(*self._rows, strict=True)
        return self._decoder.after(sources, [(*one, 0) for one in written])[:, -1]


class _Kept:
    """A decoding with the model's own cache; models that keep none read every prefix again."""

    def __init__(self, decoder: Decoder, sources: Sequence[Ids]) -> None:
        self._decoder = decoder
        self._sources = sources
        self._cache: Any = None
        self._again: _Again | None = None

    def first(self) -> Tensor:
        return self._say(*self._begin())

    def next(self, parents: Tensor, words: Tensor) -> Tensor:
        if self._again is None and not hasattr(self._cache, "reorder_cache"):
            self._again = _Again(self._decoder, self._sources)
        if self._again is not None:
            return self._again.next(parents, words)
        here = parents.to(self._decoder.device)
        self._cache.reorder_cache(here)
        return self._say(words.to(self._decoder.device)[:, None], self._grown(here))

    def _begin(self) -> tuple[Tensor, dict[str, Tensor]]:
        """Ids that are read first, and what else the model is given."""
        raise NotImplementedError

    def _grown(self, parents: Tensor) -> dict[str, Tensor]:
        """What else it is given one word later."""
        raise NotImplementedError

    def _say(self, ids: Tensor, given: dict[str, Any]) -> Tensor:
        name = "decoder_input_ids" if self._decoder.kind == "seq2seq" else "input_ids"
        said = self._decoder._call(
            **{name: ids}, **given, past_key_values=self._cache, use_cache=True
        )
        self._cache = getattr(said, "past_key_values", None)
        return _log_p(said)[:, -1]


class _Causal(_Kept):
    """Prompts are filled up in front, and masked there."""

    def _begin(self) -> tuple[Tensor, dict[str, Tensor]]:
        width = max(map(len, self._sources))
        pad, device = self._decoder.pad, self._decoder.device
        filled = [[pad] * (width - len(one)) + list(one) for one in self._sources]
        size = torch.tensor([len(one) for one in self._sources], device=device)
        self._mask = (torch.arange(width, device=device) >= (width - size)[:, None]).long()
        positions = (self._mask.cumsum(1) - 1).clamp(min=0)
        ids = torch.tensor(filled, device=device)
        return ids, {"attention_mask": self._mask, "position_ids": positions}

    def _grown(self, parents: Tensor) -> dict[str, Tensor]:
        grown = self._mask[parents]
        self._mask = torch.cat([grown, torch.ones_like(grown[:, :1])], 1)
        positions = self._mask.sum(1, keepdim=True) - 1
        return {"attention_mask": self._mask, "position_ids": positions}


class _Seq2Seq(_Kept):
    """The source is read once."""

    def _begin(self) -> tuple[Tensor, dict[str, Any]]:
        given = self._decoder._encoded(self._sources)
        module: Any = self._decoder.module
        reader = module.get_encoder()
        taken = inspect.signature(reader.forward).parameters
        self._states = reader(**{name: one for name, one in given.items() if name in taken})[0]
        self._mask = given["attention_mask"]
        start = torch.full_like(self._mask[:, :1], self._decoder.start or 0)
        return start, {"encoder_outputs": (self._states,), "attention_mask": self._mask}

    def _grown(self, parents: Tensor) -> dict[str, Any]:
        self._mask, self._states = self._mask[parents], self._states[parents]
        return {"encoder_outputs": (self._states,), "attention_mask": self._mask}


def _log_p(said: Any) -> Tensor:
    logits = getattr(said, "logits", None)
    if logits is None:
        logits = said[0] if isinstance(said, tuple) else said
    if not isinstance(logits, Tensor) or logits.ndim != 3:
        raise UnsupportedModel(
            "The model gives no logits of shape (batch, length, words): pass an encoder-decoder, "
            "a causal language model, or a module whose forward returns such logits."
        )
    return logits.float().log_softmax(-1)


# ── what kind of module is this? ──────────────────────────────────────────────────────────────


def decoder_of(module: nn.Module, tokenizer: Any = None, end: int | None = None) -> Decoder:
    """The module as a decoder.

    Raises:
        UnsupportedModel: it has no decoder, or reads ahead.
        BadInput: an encoder-decoder that does not know what to start with.
    """
    config: Any = getattr(module, "config", None)
    takes = _arguments(module)
    if end is None and (tokenizer is not None or config is not None):
        end = getattr(tokenizer, "eos_token_id", None)
        told = getattr(config, "eos_token_id", None)
        end = end if end is not None else told if isinstance(told, int) else None
    pad = getattr(tokenizer, "pad_token_id", None)
    pad = pad if pad is not None else 0
    if getattr(config, "is_encoder_decoder", False):
        start = getattr(config, "decoder_start_token_id", None)
        if start is None:
            generation = getattr(module, "generation_config", None)
            start = getattr(generation, "decoder_start_token_id", None)
        if start is None:
            raise BadInput(
                "The model does not say what its decoder reads first: set "
                "model.config.decoder_start_token_id."
            )
        if "decoder_input_ids" not in takes:
            raise _no_decoder(module)
        return Decoder(module, "seq2seq", end, int(start), pad, takes)
    if config is not None and not getattr(module, "can_generate", lambda: True)():
        raise _no_decoder(module)
    return Decoder(module, "causal", end, None, pad, takes)


def refuse_reading_ahead(decoder: Decoder, source: Ids, words: Ids) -> None:
    """Raise UnsupportedModel if a later word changes what is said before it, or nothing is said."""
    try:
        one = decoder.after([source], [words])[0, : len(words) - 1]
        if len(words) < 2:
            return
        ids = (*words[:-2], 0 if words[-2] else 1, words[-1])
        other = decoder.after([source], [ids])[0, : len(words) - 1]
    except torch.OutOfMemoryError:
        raise
    except (RuntimeError, TypeError, ValueError, IndexError, KeyError) as error:
        said = (str(error).splitlines() or ["no more is said"])[0].rstrip(".")
        raise UnsupportedModel(
            f"{type(decoder.module).__name__} fails on the first pair ({type(error).__name__}: "
            f"{said}): pass the model's own tokenizer, or ids that it knows."
        ) from error
    if not torch.allclose(one, other, atol=1e-5, equal_nan=True):
        raise UnsupportedModel(
            f"{type(decoder.module).__name__} reads ahead: a later word changes what it says "
            "before it. Exposure bias is a question about decoders that write word by word."
        )


def _arguments(module: nn.Module) -> frozenset[str]:
    known = inspect.signature(module.forward).parameters
    names = frozenset(name for name, one in known.items() if one.kind is not one.VAR_KEYWORD)
    return names if "input_ids" in names else frozenset()


def _no_decoder(module: nn.Module) -> UnsupportedModel:
    return UnsupportedModel(
        f"{type(module).__name__} has no decoder that writes word by word: pass an "
        "encoder-decoder (…ForConditionalGeneration) or a causal language model (…ForCausalLM)."
    )
