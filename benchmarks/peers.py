"""The other side: captum's LayerIntegratedGradients, and the same question put to us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from captum.attr import LayerIntegratedGradients
from torch import Tensor

from benchmarks.subjects import Subject
from limner.engine.local import LocalEngine
from limner.models.encode import encode
from limner.protocol import Attribution, Job, TextInput


def ours(
    engine: LocalEngine, subject: Subject, texts: Sequence[str], **params: Any
) -> list[Attribution]:
    """As `limner.attribute` does it: from text to tokens and words, in shared batches."""
    jobs = [
        Job(
            method="integrated_gradients",
            model=subject.name,
            input=TextInput(text=text),
            params=params,
        )
        for text in texts
    ]
    return engine.compute([(job, subject.model) for job in jobs])


@dataclass(frozen=True)
class Batch:
    """Texts as captum wants them: padded to the longest, with pad as the baseline."""

    ids: Tensor  # (B, L)
    baseline: Tensor  # (B, L)
    mask: Tensor  # (B, L)
    places: tuple[tuple[int, ...], ...]
    """Of the text's own tokens, per row."""


def batch_of(subject: Subject, texts: Sequence[str]) -> Batch:
    """Tokenized beforehand: the peer's clock starts after this."""
    encoded = [encode(subject.model, TextInput(text=text)) for text in texts]
    places = tuple(tuple(token.position for token in one.tokens) for one in encoded)
    pad = subject.tokenizer.pad_token_id
    ids = torch.full((len(encoded), max(len(one.ids) for one in encoded)), pad)
    mask = torch.zeros_like(ids)
    for row, one in enumerate(encoded):
        ids[row, : len(one.ids)] = torch.tensor(one.ids)
        mask[row, : len(one.ids)] = 1
    baseline = ids.clone()
    for row, text in enumerate(places):
        baseline[row, list(text)] = pad
    return Batch(ids, baseline, mask, places)


def logits(module: torch.nn.Module, ids: Tensor, mask: Tensor) -> Tensor:
    """(B, C)."""
    return module(input_ids=ids, attention_mask=mask).logits


TOLERANCE = 0.01
FLOOR = 0.01
"""Under this |ΔF| a share of it says nothing."""
LADDER = (4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64)


def smallest(subject: Subject, batch: Batch, target: Sequence[int], near: int) -> int:
    """Captum's smallest number of nodes good for 1 % on a text; ours needed `near`."""
    limit = TOLERANCE * difference(subject.module, batch, target).abs().clamp_min(FLOOR)

    def suffices(rung: int) -> bool:
        error = captum(subject.module, batch, target, LADDER[rung], at_once=8)[1]
        return bool((error <= limit).all())

    rung = next(i for i, n in enumerate(LADDER) if n >= min(near // 2, LADDER[-1]))
    if suffices(rung):
        while rung and suffices(rung - 1):
            rung -= 1
        return LADDER[rung]
    while rung < len(LADDER) - 1 and not suffices(rung := rung + 1):
        pass
    return LADDER[rung]


@torch.no_grad()
def difference(module: torch.nn.Module, batch: Batch, target: Sequence[int]) -> Tensor:
    """ΔF (B,): what the attributions have to sum to."""
    F1, F0 = (logits(module, ids, batch.mask) for ids in (batch.ids, batch.baseline))
    rows = torch.arange(len(target))
    return (F1 - F0)[rows, torch.tensor(target)]


def captum(
    module: torch.nn.Module,
    batch: Batch,
    target: Sequence[int],
    n: int = 50,
    *,
    rule: str = "gausslegendre",
    at_once: int | None = None,
) -> tuple[Tensor, Tensor]:
    """Scores (B, L) and error of completeness |ΣIG − ΔF| (B,), which ours always computes too."""
    layer: Any = module.get_input_embeddings()  # pyright: ignore[reportCallIssue]
    method = LayerIntegratedGradients(lambda ids, mask: logits(module, ids, mask), layer)
    found: Any = method.attribute(
        inputs=batch.ids,
        baselines=batch.baseline,
        additional_forward_args=(batch.mask,),
        target=list(target) if len(target) > 1 else int(target[0]),
        n_steps=n,
        method=rule,
        internal_batch_size=at_once,
        return_convergence_delta=True,
    )
    attributions, error = found
    return attributions.sum(-1), error.abs()
