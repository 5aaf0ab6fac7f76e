"""Does flooding help here? Every way with the same seeds, against training that does not flood.

A seed fixes initial weights and the order of batches, so ways are compared seed by seed (paired).
The interval of the mean difference in validation loss is Student's, at 95 % shared among the ways
that were tried (Bonferroni); a way is advised only when its whole interval is a gain.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.stats import t as student
from torch import Tensor

from limner.methods._in_place import same_random_state
from limner.methods.flooding import held_out_level
from limner.methods.flooding.fitting import Data, Fit, Make, Parts, fit, judged
from limner.protocol import BadInput
from limner.results.flood import FloodArm, FloodComparison, Kind, Suspect

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What is compared."""

    constants: tuple[float, ...] = (0.1, 0.3)
    """Levels of the batch's mean loss."""
    per_sample: tuple[float, ...] | None = None
    """Levels of each row's loss (iFlood); None: those of `constants`."""
    gamma: float = 0.3
    """How far a held-out probability is moved towards the label."""
    folds: int = 5
    epochs: int = 20
    held_out_epochs: int | None = None
    """Of the fits that give held-out levels; None: a third of `epochs`."""
    batch: int = 64
    seeds: int = 3
    budget: float | None = None
    """Seconds; no seed is begun that would go beyond."""
    suspects: int = 20


@dataclass(frozen=True)
class _Way:
    """One way to train."""

    name: str
    kind: Kind
    level: float | None = None
    """None: of no flooding, and of held-out levels, which each seed has its own of."""


def _ways(plan: Plan) -> tuple[_Way, ...]:
    rows = plan.constants if plan.per_sample is None else plan.per_sample
    return (
        _Way("none", "none"),
        *(_Way(f"constant {b:g}", "constant", b) for b in plan.constants),
        *(_Way(f"each row {b:g}", "per-sample", b) for b in rows),
        _Way(f"held-out γ = {plan.gamma:g}", "held-out"),
    )


def compare(
    make: Make, train: Data, validation: Data, plan: Plan, parts: Parts, tell: Tell
) -> FloodComparison:
    """All ways over all seeds; the person's random state is put back."""
    _check(train, validation, plan)
    began = time.monotonic()
    ways = _ways(plan)
    scores: dict[str, list[tuple[float, float]]] = {way.name: [] for way in ways}
    under: dict[str, list[float]] = {way.name: [] for way in ways}
    out_of_fold: list[Tensor] = []
    wrong: list[Tensor] = []
    notes: list[str] = []
    done = 0
    with same_random_state():
        for seed in range(plan.seeds):
            spent = time.monotonic() - began
            if plan.budget is not None and done and spent * (done + 1) / done > plan.budget:
                notes.append(f"The budget ended the comparison after {done} of {plan.seeds} seeds.")
                break
            told = f"seed {seed + 1} of {plan.seeds}"
            tell(f"{told}: held-out levels …")
            loss, missed = _held_out(make, train, plan, parts, seed, told)
            out_of_fold.append(loss)
            wrong.append(missed)
            for way in ways:
                tell(f"{told}: {way.name} …")
                level = held_out_level(loss, plan.gamma) if way.kind == "held-out" else way.level
                how = Fit(plan.epochs, plan.batch, seed, f"{told}, {way.name}")
                model, share = fit(make, train, level, how, parts, rows=way.kind == "per-sample")
                losses, right = judged(model, validation, parts)
                scores[way.name].append((float(losses.mean()), float(right.double().mean())))
                under[way.name].append(share)
            done += 1
    arms = _arms(ways, scores)
    if done < 2:
        notes.append("One seed has no interval: give more seeds, or a larger budget.")
    return FloodComparison(
        advice=_advice(arms),
        arms=arms,
        seeds=done,
        fits=done * (len(ways) + plan.folds),
        seconds=time.monotonic() - began,
        budget=plan.budget,
        suspects=_suspects(torch.stack(out_of_fold), torch.stack(wrong), plan.suspects),
        notes=(*notes, *_outside(ways, under), *parts.notes),
    )


def _outside(ways: Sequence[_Way], under: dict[str, list[float]]) -> list[str]:
    """Levels that the loss never met, or never rose above."""
    found: list[str] = []
    for way in ways:
        shares = under[way.name]
        if way.level is None or not shares:
            continue
        if max(shares) == 0:
            found.append(f"{way.name}: the loss was never under it, so nothing was flooded.")
        elif min(shares) == 1:
            found.append(f"{way.name}: the loss was always under it, so training only went up.")
    return found


def _check(train: Data, validation: Data, plan: Plan) -> None:
    for name, (x, y) in (("train", train), ("validation", validation)):
        if len(x) != len(y) or not len(x) or y.dtype != torch.long or y.ndim != 1:
            raise BadInput(f"{name} is not (x, y) with a label (int64) for each row: check it.")
    if plan.seeds < 1 or plan.epochs < 1 or not 2 <= plan.folds <= len(train[0]):
        raise BadInput("Give at least 1 seed, 1 epoch, and 2 folds, at most one for each row.")
    if any(b < 0 or not np.isfinite(b) for b in (*plan.constants, *(plan.per_sample or ()))):
        raise BadInput("A level is negative or not finite: give levels of 0 or above.")


def _held_out(
    make: Make, data: Data, plan: Plan, parts: Parts, seed: int, told: str
) -> tuple[Tensor, Tensor]:
    """Each row's loss under a model that has not seen it, and whether that misses its label."""
    x, y = data
    loss, wrong = torch.empty(len(x)), torch.empty(len(x), dtype=torch.bool)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(1000 + seed))
    epochs = plan.held_out_epochs or max(1, plan.epochs // 3)
    how = Fit(epochs, plan.batch, seed, f"{told}, held-out levels")
    for fold in order.chunk(plan.folds):
        others = torch.ones(len(x), dtype=torch.bool)
        others[fold] = False
        model, _ = fit(make, (x[others], y[others]), None, how, parts)
        losses, right = judged(model, (x[fold], y[fold]), parts)
        loss[fold], wrong[fold] = losses.float().cpu(), ~right.cpu()
    return loss, wrong


def _arms(
    ways: Sequence[_Way], scores: dict[str, list[tuple[float, float]]]
) -> tuple[FloodArm, ...]:
    base = np.array([loss for loss, _ in scores["none"]])
    return tuple(_arm(way, scores[way.name], base, len(ways) - 1) for way in ways)


def _arm(way: _Way, scored: list[tuple[float, float]], base: Any, tried: int) -> FloodArm:
    loss = np.array([one for one, _ in scored])
    gains = base - loss
    half = 0.0
    if way.kind != "none" and len(gains) > 1:
        tail = 0.025 / tried
        half = float(student.isf(tail, len(gains) - 1) * gains.std(ddof=1) / len(gains) ** 0.5)
    elif way.kind != "none":
        half = float("inf")
    mean = float(gains.mean())
    return FloodArm(
        name=way.name,
        kind=way.kind,
        loss=tuple(map(float, loss)),
        accuracy=tuple(float(a) for _, a in scored),
        gain=mean,
        low=mean - half,
        high=mean + half,
    )


def _advice(arms: Sequence[FloodArm]) -> str:
    sure = [arm for arm in arms if arm.kind != "none" and arm.low > 0]
    return max(sure, key=lambda arm: arm.gain).name if sure else "none"


def _suspects(loss: Tensor, wrong: Tensor, limit: int) -> tuple[Suspect, ...]:
    """Rows that most seeds' held-out models miss, highest mean loss first."""
    mean, missed = loss.mean(0), wrong.double().mean(0) > 0.5
    order = torch.where(missed, mean, torch.full_like(mean, -1)).argsort(descending=True)
    return tuple(
        Suspect(row=int(i), loss=float(mean[i])) for i in order[:limit].tolist() if missed[i]
    )
