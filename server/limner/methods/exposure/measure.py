"""Both curves of pairs: what the target costs after its own words, and after the model's."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.stats import t as student
from torch import Tensor

from limner.methods.exposure.decoders import Decoder, Ids
from limner.protocol import BadInput
from limner.results.exposure import CurvePoint

TOP = 5
"""Likeliest words that are kept of each distribution."""

Oracle = Callable[[Ids, Ids], Tensor]
"""(source, words so far) → the true log p of the next word (V,)."""


@dataclass(frozen=True)
class Pair:
    """A source and its target as ids, the target's end included."""

    source: Ids
    target: Ids


@dataclass
class Curves:
    """One pair, T target tokens; nan behind the model's own end."""

    own: Ids
    """ŷ, with its end if it came in time."""
    divergence: int | None
    forced: np.ndarray
    free: np.ndarray
    kl: np.ndarray
    forced_top: tuple[np.ndarray, np.ndarray]
    """Probabilities and ids (T, TOP)."""
    free_top: tuple[np.ndarray, np.ndarray]
    oracle_forced: np.ndarray | None = None
    oracle_free: np.ndarray | None = None


def write(decoder: Decoder, pairs: Sequence[Pair], noise: torch.Generator | None) -> list[Ids]:
    """ŷ of each pair, until it ends or is as long as the target; greedy, or drawn with `noise`."""
    steps = decoder.open([pair.source for pair in pairs])
    longest = max(len(pair.target) for pair in pairs)
    log_p = steps.first()
    columns: list[Tensor] = []
    every = torch.arange(len(pairs))
    ended = torch.zeros(len(pairs), dtype=torch.bool)
    for t in range(longest):
        if noise is None:
            word = log_p.argmax(-1).cpu()
        else:
            word = torch.multinomial(log_p.cpu().exp(), 1, generator=noise)[:, 0]
        columns.append(word)
        ended |= word == (-1 if decoder.end is None else decoder.end)
        if t + 1 == longest or bool(ended.all()):
            break
        log_p = steps.next(every, word)
    found: list[Ids] = []
    for pair, row in zip(pairs, torch.stack(columns, 1).tolist(), strict=True):
        words = row[: len(pair.target)]
        if decoder.end in words:
            words = words[: words.index(decoder.end) + 1]
        found.append(tuple(words))
    return found


def curves(
    decoder: Decoder,
    pairs: Sequence[Pair],
    oracle: Oracle | None = None,
    noise: torch.Generator | None = None,
) -> list[Curves]:
    """Both curves of each pair, computed in one batch.

    Raises:
        BadInput: probabilities that are not finite; says where.
    """
    sources, targets = [p.source for p in pairs], [p.target for p in pairs]
    own = write(decoder, pairs, noise)
    forced = decoder.after(sources, targets)
    free = decoder.after(sources, [_as_long(o, y) for o, y in zip(own, targets, strict=True)])
    return [
        _of_pair(pair, words, forced[i], free[i], oracle)
        for i, (pair, words) in enumerate(zip(pairs, own, strict=True))
    ]


def _as_long(own: Ids, target: Ids) -> Ids:
    return (*own, *[0] * (len(target) - len(own)))


def _of_pair(pair: Pair, own: Ids, forced: Tensor, free: Tensor, oracle: Oracle | None) -> Curves:
    length = len(pair.target)
    p, q = forced[:length].double(), free[:length].double()
    differs = [t for t, (a, b) in enumerate(zip(own, pair.target, strict=False)) if a != b]
    divergence = differs[0] if differs else None
    same = length if divergence is None else divergence + 1
    q = torch.cat([p[:same], q[same:]])  # equal words before: equal by definition, not by rounding
    for name, one in (("the target's", p), ("its own", q)):
        broken = torch.isnan(one).any(-1) | ~torch.isfinite(one.max(-1).values)
        if broken.any():
            t = int(broken.nonzero()[0])
            raise BadInput(
                f"The model's probabilities are not finite at position {t}, after {name} words: "
                "look for inf or NaN in its weights, or load it in float32."
            )
    if max(pair.target) >= p.shape[-1]:
        raise BadInput(
            f"A target holds the id {max(pair.target)}, but the model knows {p.shape[-1]} words: "
            "pass the model's own tokenizer, or ids that it knows."
        )
    y = torch.tensor(pair.target, device=p.device)[:, None]
    known = np.arange(length) < len(own)  # behind its own end there is nothing to read
    kl = torch.where(p.exp() > 0, p.exp() * (p - q), torch.zeros_like(p)).sum(-1).clamp(min=0)

    def kept(values: Tensor) -> np.ndarray:
        return np.where(known, values.cpu().numpy(), np.nan)

    found = Curves(
        own=own,
        divergence=divergence,
        forced=-p.gather(1, y)[:, 0].cpu().numpy(),
        free=kept(-q.gather(1, y)[:, 0]),
        kl=kept(kl),
        forced_top=_top(p),
        free_top=_top(q),
    )
    if oracle is not None:
        found.oracle_forced = _against(oracle, pair, pair.target, p, length)
        found.oracle_free = np.full(length, np.nan)
        reach = int(known.sum())
        found.oracle_free[:reach] = _against(oracle, pair, own, q, reach)
    return found


def _top(log_p: Tensor) -> tuple[np.ndarray, np.ndarray]:
    best = log_p.topk(min(TOP, log_p.shape[-1]))
    return best.values.exp().cpu().numpy(), best.indices.cpu().numpy()


def _against(oracle: Oracle, pair: Pair, words: Ids, log_p: Tensor, count: int) -> np.ndarray:
    """KL(oracle ‖ p) at each of `count` positions."""
    found = np.empty(count)
    for t in range(count):
        true = torch.as_tensor(oracle(pair.source, tuple(words[:t]))).double().to(log_p.device)
        terms = torch.where(true.exp() > 0, true.exp() * (true - log_p[t]), true.new_zeros(()))
        found[t] = float(terms.sum())
    return found


def positions(found: Sequence[Curves]) -> tuple[CurvePoint, ...]:
    """Means over pairs, for each position that any pair has both values of."""
    longest = max(len(one.forced) for one in found)
    every: list[CurvePoint] = []
    for t in range(longest):
        here = [one for one in found if len(one.forced) > t and not math.isnan(one.free[t])]
        if not here:
            break
        gap = np.array([one.free[t] - one.forced[t] for one in here])
        low = high = None
        if len(gap) > 1:
            half = float(student.ppf(0.975, len(gap) - 1) * gap.std(ddof=1) / len(gap) ** 0.5)
            low, high = float(gap.mean()) - half, float(gap.mean()) + half
        every.append(
            CurvePoint(
                position=t,
                pairs=len(here),
                forced=float(np.mean([one.forced[t] for one in here])),
                free=float(np.mean([one.free[t] for one in here])),
                kl=float(np.mean([one.kl[t] for one in here])),
                diverged=sum(one.divergence is not None and one.divergence < t for one in here)
                / len(here),
                gap_low=low,
                gap_high=high,
                oracle_forced=_mean([one.oracle_forced for one in here], t),
                oracle_free=_mean([one.oracle_free for one in here], t),
            )
        )
    return tuple(every)


def _mean(values: Sequence[np.ndarray | None], t: int) -> float | None:
    known = [float(one[t]) for one in values if one is not None]
    return float(np.mean(known)) if known else None
