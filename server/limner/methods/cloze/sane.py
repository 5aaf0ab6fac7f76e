"""Does the head guess at all?

Some published checkpoints of masked models come with a head of random weights (科学空间 7764 warns
of one for Chinese). Their encoder is fine, their guesses are noise, and nothing says so. So, once
per loaded model, words of a few plain sentences are masked: a head whose mean loss is not clearly
below that of a uniform guess, log V, is refused.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import torch

from limner.methods._contract import Rows
from limner.methods.cloze.filling import Asked
from limner.models.encode import checked_tokenizer
from limner.models.masked import mask_token
from limner.models.model import Model
from limner.protocol import UnsupportedModel

SENTENCES = (
    "我们明天一起去北京看他的父母，因为他们很想我们。",
    "这本书的内容很好，大家都说应该买来看一看。",
    "The capital of the country is a large city on the river.",
    "He said that he would come back home in the morning.",
)

MARGIN = 0.5
"""Nats below log V; chance is at 0, the smallest bundled model at 3."""


def check_head(model: Model) -> Generator[Any, Any, None]:
    """Refuse a model whose head guesses no better than chance; asked once per model.

    Raises:
        UnsupportedModel: so it is.
    """
    if model.guesses is None:
        model.guesses = yield from _guesses(model)
    if not model.guesses:
        raise UnsupportedModel(
            f"{model.name} guesses masked words no better than chance: its head seems to have "
            "random weights, as some checkpoints do; choose another model, such as mini-mlm."
        )


def _guesses(model: Model) -> Generator[Any, Any, bool]:
    tokenizer = checked_tokenizer(model)
    _, mask = mask_token(model)
    rows: list[Asked] = []
    answers: list[int] = []
    for sentence in SENTENCES:
        read = tokenizer(sentence)
        ids, types = tuple(read["input_ids"]), read.get("token_type_ids")
        special = {*tokenizer.all_special_ids}
        known = [i for i, id in enumerate(ids) if id not in special]
        for i in known[1::3]:
            masked = (*ids[:i], mask, *ids[i + 1 :])
            rows.append(Asked(masked, types and tuple(types), (i,)))
            answers.append(ids[i])
    if len(rows) < 8:  # a vocabulary of something else (proteins): these sentences say nothing
        return True
    values: list[torch.Tensor] = yield Rows(rows)
    losses = [-float(value[0, id]) for value, id in zip(values, answers, strict=True)]
    V = values[0].shape[-1]
    return sum(losses) / len(losses) < math.log(V) - MARGIN
