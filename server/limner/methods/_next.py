"""Attribution of the next token: which parts of the text make this word likely to come next?

As at a gap (`_gap`), F = log p(word | text); with a contrast it is the log-odds of two words.
Beside the explained word stand the likeliest ones, and all others together in a last column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from limner.methods._gap import SHOWN, Choice
from limner.models.encode import Encoded
from limner.models.model import Model
from limner.protocol import BadInput, UnsupportedModel


@dataclass(frozen=True)
class Next(Choice):
    """Words of one token each that may come next."""

    @property
    def gaps(self) -> int:
        """None is filled."""
        return 0

    def read(self, model: Model, inputs: Mapping[str, Tensor], places: Tensor) -> Tensor:
        """Log-probabilities (B, C + 1) behind the last token of each text."""
        said = behind_each(model, inputs["input_ids"], inputs["attention_mask"])
        last = inputs["attention_mask"].sum(1) - 1  # padding stands behind the text
        return self.of(said[torch.arange(len(said), device=said.device), last].unsqueeze(1))


def behind_each(model: Model, ids: Tensor, mask: Tensor) -> Tensor:
    """A causal model's logits (B, L, V) of the word behind each token."""
    said = model.call({"input_ids": ids, "attention_mask": mask})
    logits = getattr(said, "logits", said[0] if isinstance(said, tuple) else said)
    if not isinstance(logits, Tensor) or logits.shape[:2] != ids.shape:
        raise UnsupportedModel(
            f"{model.name} gives no logits of shape (batch, length, words): choose a causal "
            "language model."
        )
    return logits


def next_word(model: Model, encoded: Encoded, params: Any, text: str) -> Next:
    """The word that is explained (none named: the likeliest), its contrast, the likeliest ones.

    Raises:
        BadInput: a word that is not one token, or compared with itself.
    """
    named = {
        name: _spelled(model, str(word), text)
        for name in ("target", "contrast")
        if (word := getattr(params, name)) is not None
    }
    if len(named) == 2 and named["target"] == named["contrast"]:
        raise BadInput(
            f"Target and contrast are both {params.target!r}: name two words that may come next."
        )
    best = _likeliest(model, encoded)
    target = named.get("target") or next(
        one for one in best if one != named.get("contrast")
    )  # why this word and not another, where the other is the likeliest
    words = dict.fromkeys((target, *(one for one in named.values() if one != target), *best))
    return Next(tuple(_shown(model, one) for one in words), tuple((one,) for one in words))


def _likeliest(model: Model, encoded: Encoded) -> list[int]:
    ids = torch.tensor([encoded.ids], device=model.device)
    with model.as_found(), torch.inference_mode():
        said = behind_each(model, ids, torch.ones_like(ids))[0, -1]
    return said.topk(min(SHOWN, len(said))).indices.tolist()


def _spelled(model: Model, word: str, text: str) -> int:
    """A word's token as it goes on behind the text: with its space, or without."""
    tokenizer = model.tokenizer
    forms = (word, f" {word}") if text[-1:].isspace() else (f" {word}", word)
    spelled = [tokenizer(form, add_special_tokens=False)["input_ids"] for form in forms]
    single = [ids[0] for ids in spelled if len(ids) == 1]
    if not single:
        raise BadInput(
            f"{word!r} is {min(map(len, spelled))} tokens: give it as continuation=, whose tokens "
            "are explained together and one by one."
        )
    if single[0] == tokenizer.unk_token_id and word.strip() != tokenizer.unk_token:
        raise BadInput(f"The tokenizer does not know {word!r}: name another word.")
    return single[0]


def _shown(model: Model, token: int) -> str:
    """A token's text; with a part of a character, how the tokenizer writes it."""
    text = model.tokenizer.decode([token])
    whole = "\ufffd" not in text
    return text if whole else f"{text} ({model.tokenizer.convert_ids_to_tokens(token)})"
