"""One step of training: the mixed loss of a few examples.

The loss of an example is, with its label known,

    L = −log softmax(scores)[label]  +  μ · mean −log p(masked word)

where the second term masks 15 % of the text's words as in pretraining (科学空间 7764 does so in
every regime; PET calls it the auxiliary language-model loss, section 3.3). Texts without a label
have the second term alone, with the pattern's gap left open: semi-supervised training. A soft label
q is met by the cross-entropy −Σ q log softmax(scores) (distillation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from limner.methods.cloze.filling import Asked, batch
from limner.methods.cloze.spelling import Verbalizer
from limner.models.masked import gap_logits, mask_token
from limner.models.model import Model

SHARE = 0.15
"""Of a text's tokens that are masked (Devlin 2019); of ten, eight become the mask token, one
another token, one stays."""


@dataclass(frozen=True)
class Example:
    """A text in a pattern, one row for each number of gaps that label words need."""

    rows: tuple[Asked, ...]
    words: Verbalizer
    target: tuple[float, ...] | None
    """Probabilities of the labels, one-hot where a person said; None: not labelled."""

    @property
    def length(self) -> int:
        """Tokens."""
        return max(row.length for row in self.rows)


def mixed_loss(
    model: Model, examples: Sequence[Example], mu: float, random: np.random.Generator
) -> Tensor:
    """Mean L over examples, with a graph."""
    log_p: list[dict[int, Tensor]] = [{} for _ in examples]  # gaps → (k, V)
    words_lost: list[Tensor] = []
    for s in range(max(len(example.rows) for example in examples)):
        having = [i for i, example in enumerate(examples) if len(example.rows) > s]
        rows = [examples[i].rows[s] for i in having]
        masks = [_mask(model, row, random) if mu and s == 0 else _Masked(row) for row in rows]
        logits = _forward(model, masks)  # (B, K, V)
        for b, i in enumerate(having):
            k = len(rows[b].gaps)
            log_p[i][k] = logits[b, :k].log_softmax(-1)
            if masks[b].answers:
                hidden = logits[b, k : k + len(masks[b].answers)]
                answers = torch.tensor(masks[b].answers, device=hidden.device)
                words_lost.append(cross_entropy(hidden, answers))
    labelled = [
        -(torch.tensor(example.target, device=model.device) * _scores(example, own)).sum()
        for example, own in zip(examples, log_p, strict=True)
        if example.target is not None
    ]
    loss = torch.zeros((), device=model.device)
    if labelled:
        loss = loss + torch.stack(labelled).sum() / len(examples)
    if words_lost:
        loss = loss + mu * torch.stack(words_lost).sum() / len(examples)
    return loss


def _scores(example: Example, log_p: dict[int, Tensor]) -> Tensor:
    """Log-softmax (L,) of the labels' scores, decoded jointly."""
    scores: list[Tensor] = []
    for words in example.words.words:
        own = [
            torch.stack([log_p[len(word)][i, token] for i, token in enumerate(word)]).sum()
            for word in words
        ]
        scores.append(torch.stack(own).logsumexp(0) - float(np.log(len(own))))
    return torch.stack(scores).log_softmax(0)


@dataclass(frozen=True)
class _Masked:
    """A row, and the words that were hidden in it."""

    row: Asked
    places: tuple[int, ...] = ()
    answers: tuple[int, ...] = ()


def _mask(model: Model, row: Asked, random: np.random.Generator) -> _Masked:
    _, mask = mask_token(model)
    special = {*model.tokenizer.all_special_ids}
    open_ = [i for i, id in enumerate(row.ids) if id not in special]
    places = [i for i in open_ if random.random() < SHARE]
    if not places:
        return _Masked(row)
    ids = list(row.ids)
    for i in places:
        dice = random.random()
        if dice < 0.8:
            ids[i] = mask
        elif dice < 0.9:
            ids[i] = row.ids[int(random.choice(open_))]
    masked = Asked(tuple(ids), row.types, row.gaps, row.wanted, row.cut)
    return _Masked(masked, tuple(places), tuple(row.ids[i] for i in places))


def _forward(model: Model, masks: Sequence[_Masked]) -> Tensor:
    """Logits (B, K, V) at gaps and hidden words; rows with fewer of them repeat their first gap."""
    K = max(len(one.row.gaps) + len(one.places) for one in masks)
    inputs, _ = batch(model, [one.row for one in masks])
    places = torch.tensor(
        [
            (*one.row.gaps, *one.places)
            + (one.row.gaps[0],) * (K - len(one.row.gaps) - len(one.places))
            for one in masks
        ],
        device=model.device,
    )
    return gap_logits(model, inputs, places).float()
