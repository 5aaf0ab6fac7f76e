"""Attribution at a gap: which parts of the sentence make this word likely there?

A vocabulary's logits have no zero of their own: adding one number to all of them changes nothing
that the model says. So F is log p(word at the gap), for a word of several tokens the sum of its
tokens' (all gaps open); with a contrast it is the log-odds of two words, where that number cancels.

The path's outputs are log-probabilities of a few words, and of all others together in a last
column: their softmax is what they are, so labels, probabilities and contrasts work as for a
classifier.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from limner.methods._contract import Rows
from limner.methods._masked import Masked, MaskedValue
from limner.methods._target import Selector
from limner.methods.cloze.fill import is_word, spaced, written
from limner.methods.cloze.spelling import Spelled, spell
from limner.models.masked import gap_logits
from limner.models.model import Model
from limner.protocol import TextInput, UnknownTarget

SHOWN = 5
"""Likeliest words that stand beside the explained one."""

OTHERS = "…"
"""All other words together."""


@dataclass(frozen=True)
class Choice:
    """Words that may fill the gap."""

    words: tuple[str, ...]
    ids: tuple[Spelled, ...]
    """Equally long; none: the whole vocabulary is asked."""

    @property
    def gaps(self) -> int:
        """Tokens of each."""
        return len(self.ids[0]) if self.ids else 1

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the outputs."""
        return (*self.words, OTHERS)

    def read(self, model: Model, inputs: Mapping[str, Tensor], places: Tensor) -> Tensor:
        """Log-probabilities (B, C + 1), of the whole vocabulary (B, V) where no word is chosen."""
        return self.of(gap_logits(model, inputs, places))

    def of(self, logits: Tensor) -> Tensor:
        """The same from logits (B, k, V) of the whole vocabulary."""
        log_p = logits.log_softmax(-1)
        if not self.ids:
            return log_p[:, 0]
        words = torch.stack(
            [sum(log_p[:, i, token] for i, token in enumerate(ids)) for ids in self.ids],  # type: ignore[misc]
            -1,
        )  # (B, C)
        rest = (-words.exp().sum(-1, keepdim=True).clamp(max=1 - 1e-6)).log1p()
        return torch.cat([words, rest], -1)


OPEN = Choice((), ())


def choose(
    model: Model, input: TextInput, target: str | int | None, contrast: str | int | None, path: Any
) -> Generator[Any, Any, Choice]:
    """The word that is explained (None: the likeliest), its contrast, and the likeliest ones.

    `path` is the sentence with one open gap.

    Raises:
        UnknownTarget: target and contrast have different numbers of tokens.
        TaskRefused: the tokenizer cannot spell one.
    """
    named = [str(word) for word in (target, contrast) if word is not None]
    ids = [spell(model, word, spaced=spaced(input)) for word in named]
    if len({len(one) for one in ids}) > 1:
        counts = " and ".join(
            f"{word!r} has {len(one)}" for word, one in zip(named, ids, strict=True)
        )
        raise UnknownTarget(
            f"Words at one gap are compared token by token: {counts} tokens; choose words of "
            "equal length."
        )
    if ids and len(ids[0]) > 1:
        return Choice(tuple(named), tuple(ids))
    found: list[MaskedValue] = yield Rows(
        [Masked(path, torch.ones(path.size).numpy(), Selector(None), "logit")]
    )
    best = _likeliest(model, input, found[0].logits)
    words = {one: word for one, word in zip(ids, named, strict=True)}
    for one, word in best:
        words.setdefault(one, word)
    return Choice(tuple(words.values()), tuple(words))


def _likeliest(model: Model, input: TextInput, log_p: Any) -> Sequence[tuple[Spelled, str]]:
    found: list[tuple[Spelled, str]] = []
    for index in torch.from_numpy(log_p).topk(min(200, len(log_p))).indices.tolist():
        if is_word(model, (index,), input):
            found.append(((index,), written(model, (index,))))
        if len(found) == SHOWN:
            break
    return found
