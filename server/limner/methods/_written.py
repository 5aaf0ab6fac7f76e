"""Attribution of what a model writes: an output that is given, or its own; `_next` has one token.

As at a gap (`_gap`), F is a log-probability, because the logits of a vocabulary have no zero. For
an output y of a causal model or an encoder-decoder

    F = log p(y | x) = Σ_t log p(y_t | x, y_<t)

with, on request (`all_labels`), each token's own part (`_output`). The path leads through the
embeddings of x alone: y is read as it is given, at every node, also where decoder and encoder share
one table. So the scores of x are complete for each token; what y's earlier tokens do is not asked.

With `earlier_tokens` it is asked, of a causal model: x and y_<t go from the baseline together, as
one text and its second (`joined`), and the scores of both are complete for each token.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import numpy as np
import torch
from torch import Tensor

from limner.methods._contract import Rows
from limner.methods._gap import Choice
from limner.methods._masked import Masked
from limner.methods._next import behind_each, next_word
from limner.methods._output import output_pieces
from limner.methods._path import TextPath
from limner.methods._target import Selector
from limner.methods.exposure.decoders import Decoder, decoder_of
from limner.models.encode import Encoded, Token, longest
from limner.models.model import Model
from limner.protocol import BadInput, TextInput, TextRefused, UnsupportedModel

OWN = 64
"""Most tokens of an output that is the model's own."""
WHOLE = "the output"
"""The label of all its tokens together, where they are marks only."""


@dataclass(frozen=True)
class Written(Choice):
    """An output whose tokens are explained."""

    output: tuple[int, ...] = ()
    sizes: tuple[int, ...] = ()
    """How many of its tokens each of `words` has."""
    text: str = ""
    """All of it."""
    joined: bool = False
    """Whether its earlier tokens stand behind the text already, as inputs of their own."""
    cut: bool = False
    """Whether it is the model's own, and went on."""
    decoder: Decoder | None = field(default=None, compare=False)

    @property
    def gaps(self) -> int:
        """None is filled."""
        return 0

    @property
    def labels(self) -> tuple[str, ...]:
        """The whole output, then its pieces; the piece alone where there is one."""
        return (self.text or WHOLE, *self.words) if len(self.words) > 1 else self.words

    def read(self, model: Model, inputs: Mapping[str, Tensor], places: Tensor) -> Tensor:
        """(B, 1 + T) log p of the output and of each piece; (B, 1) of an output of one piece."""
        y = torch.tensor(self.output, device=model.device)
        log_p = self._after(model, inputs).log_softmax(-1)  # (B, T, V)
        each = log_p.gather(2, y.expand(len(log_p), -1)[..., None])[..., 0]
        if len(self.sizes) == 1:
            return each.sum(1, keepdim=True)
        pieces = torch.stack([part.sum(1) for part in each.split(self.sizes, 1)], 1)  # (B, T)
        return torch.cat([pieces.sum(1, keepdim=True), pieces], 1)

    def _after(self, model: Model, inputs: Mapping[str, Tensor]) -> Tensor:
        """Logits (B, T, V) of the word after x and each beginning of y."""
        decoder = self.decoder
        assert decoder is not None
        ids, mask = inputs["input_ids"], inputs["attention_mask"]
        before = torch.tensor(self.output[:-1], device=ids.device, dtype=ids.dtype)
        before = before.expand(len(ids), -1)
        if decoder.kind == "seq2seq":
            start = torch.full_like(ids[:, :1], decoder.start or 0)
            given = torch.cat([start, before], 1)
            return model.module(input_ids=ids, attention_mask=mask, decoder_input_ids=given).logits
        size = mask.sum(1)  # (B,): the text's own length, padding behind it
        steps = torch.arange(len(self.output), device=ids.device)
        if self.joined:
            return _at(behind_each(model, ids, mask), size[:, None] - len(steps) + steps)
        longer = torch.cat([ids, ids.new_zeros(before.shape)], 1)
        at = size[:, None] + steps[:-1]
        longer = longer.scatter(1, at, before)
        read = torch.arange(longer.shape[1], device=ids.device) < (size + len(steps) - 1)[:, None]
        return _at(behind_each(model, longer, read.long()), size[:, None] - 1 + steps)


@dataclass(frozen=True)
class Going(Written):
    """An output that is being written: its last token is not known yet."""

    def read(self, model: Model, inputs: Mapping[str, Tensor], places: Tensor) -> Tensor:
        """(B, V) log p of the token that is next."""
        return self._after(model, inputs)[:, -1].log_softmax(-1)


def _at(said: Tensor, places: Tensor) -> Tensor:
    """(B, L, V) at places (B, T)."""
    return said.gather(1, places[..., None].expand(-1, -1, said.shape[-1]))


def written(
    model: Model, encoded: Encoded, params: Any, input: TextInput, path: TextPath
) -> Generator[Any, Any, Choice]:
    """What is explained of a model that writes; `path` is the text's.

    The output `continuation`; without it an encoder-decoder's own greedy output, and of a causal
    model the next token.

    Raises:
        BadInput: an output that is empty, a target that is not one token; options that do not fit.
        TextRefused: text and output together are longer than the model reads.
        UnsupportedModel: the model has no decoder, or it reads ahead.
    """
    decoder = decoder_of(model.module, model.tokenizer)
    if decoder.kind == "causal" and not params.continuation:
        return next_word(model, encoded, params, input.text)
    _check(params, decoder, input)
    if params.continuation:
        ids = _ids(model, decoder, params.continuation)
    else:
        ids = yield from _own(decoder, path)
    if decoder.kind == "causal":
        if len(encoded.ids) + len(ids) - 1 > longest(model):
            raise TextRefused(
                f"Text and output have {len(encoded.ids) + len(ids)} tokens, more than the "
                f"{longest(model):,} that the model reads: shorten one of them."
            )
        _refuse_reading_ahead(model, encoded.ids, ids)
    words, sizes = zip(*output_pieces(model.tokenizer, ids), strict=True)
    text = model.tokenizer.decode(list(ids), skip_special_tokens=True).strip()
    cut = not params.continuation and ids[-1] != decoder.end
    return Written(words, (), ids, sizes, text, params.earlier_tokens, cut, decoder)


def _own(decoder: Decoder, path: TextPath) -> Generator[Any, Any, tuple[int, ...]]:
    """What the model writes by itself: the likeliest token after each other, until its end."""
    ids: tuple[int, ...] = ()
    whole = np.ones(path.size)
    while len(ids) < OWN and (not ids or ids[-1] != decoder.end):
        next_one = replace(path, choice=Going((), (), output=(*ids, 0), decoder=decoder))
        found = yield Rows([Masked(next_one, whole, Selector(None), "logit")])
        ids = (*ids, int(found[0].logits.argmax()))
    return ids


def joined(
    model: Model, input: TextInput, encoded: Encoded, output: str
) -> tuple[TextInput, Encoded]:
    """The output behind the text, as its second text; its last token is said, not read."""
    read = model.tokenizer(output, add_special_tokens=False, return_offsets_mapping=True)
    ids, spans = read["input_ids"][:-1], read["offset_mapping"]
    first = len(encoded.ids)
    tokens = tuple(
        Token(first + i, 1, _begin(output, start, end), end)
        for i, (start, end) in enumerate(spans[: len(ids)])
    )
    types = encoded.types and (*encoded.types, *[encoded.types[-1]] * len(ids))
    whole = replace(encoded, ids=(*encoded.ids, *ids), types=types, tokens=encoded.tokens + tokens)
    return msgspec.structs.replace(input, pair=output), whole


def _begin(text: str, start: int, end: int) -> int:
    """Where a token begins without the space before it."""
    while start < end and text[start].isspace():
        start += 1
    return start


def behind(model: Model, encoded: Encoded) -> Encoded:
    """The text without the mark of its end: what a causal model writes goes on behind the text."""
    if getattr(getattr(model.module, "config", None), "is_encoder_decoder", False):
        return encoded
    tokenizer = model.tokenizer
    ends = {tokenizer.eos_token_id, tokenizer.sep_token_id} - {None}
    own = max((token.position for token in encoded.tokens), default=-1) + 1
    size = len(encoded.ids)
    while size > max(own, 1) and encoded.ids[size - 1] in ends:
        size -= 1
    types = encoded.types and encoded.types[:size]
    return replace(encoded, ids=encoded.ids[:size], types=types)


def _refuse_reading_ahead(model: Model, x: Sequence[int], y: Sequence[int]) -> None:
    """Each token is to be said before it is read; a head on an encoder has seen them all."""
    read = [*x, *y][: longest(model)]
    whole = torch.tensor([read, [*read[:-1], 0 if read[-1] else 1]], device=model.device)
    with model.as_found(), torch.inference_mode():
        one, other = behind_each(model, whole, torch.ones_like(whole))[:, :-1]
    if not torch.allclose(one, other, atol=1e-4, equal_nan=True):
        raise UnsupportedModel(
            f"{model.name} reads ahead: a later token changes what it says before. Choose a model "
            "that writes word by word."
        )


def _check(params: Any, decoder: Decoder, input: TextInput) -> None:
    if params.output != "logit":
        raise BadInput("F of an output is its log-probability: leave output= out.")
    if params.contrast is not None:
        raise BadInput(
            "contrast= compares two words that may come next in a causal model: of an output it is "
            "left out."
        )
    if params.target is not None:
        raise BadInput("An output is named by continuation=, not by a target: give one of them.")
    if params.earlier_tokens and decoder.kind == "seq2seq":
        raise BadInput(
            "An encoder-decoder's output is read as it is given: leave earlier_tokens out, or "
            "choose a causal model."
        )
    if params.earlier_tokens and input.pair is not None:
        raise BadInput(
            "With earlier_tokens the output is the second text: write a pair as one text."
        )


def _ids(model: Model, decoder: Decoder, text: str) -> tuple[int, ...]:
    if not text.strip():
        raise BadInput("The output is empty: give at least one word.")
    given = {"text": text, "add_special_tokens": False}
    if decoder.kind == "seq2seq":
        given = {"text_target": text}
    ids = tuple(model.tokenizer(**given)["input_ids"])
    if len(ids) > longest(model):
        raise TextRefused(
            f"The output has {len(ids)} tokens, more than the {longest(model):,} that the model "
            "reads: shorten it."
        )
    return ids
