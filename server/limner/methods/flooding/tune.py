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
from torch.nn.functional import cross_entropy

from limner.flood_results import FloodArm, FloodComparison, Suspect
from limner.methods._in_place import same_random_state, seed_all
from limner.methods.flooding import flooded, held_out_level
from limner.protocol import BadInput

Make = Callable[[], tuple[Any, Any]]
Tell = Callable[[str], None]
Data = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Plan:
    """What is compared."""

    constants: tuple[float, ...] = (0.1, 0.3)
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


def compare(make: Make, train: Data, validation: Data, plan: Plan, tell: Tell) -> FloodComparison:
    """All ways over all seeds; the person's random state is put back."""
    _check(train, validation, plan)
    began = time.monotonic()
    names = ["none", *(f"constant {b:g}" for b in plan.constants), f"held-out γ = {plan.gamma:g}"]
    scores: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
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
            tell(f"seed {seed + 1} of {plan.seeds}: held-out levels …")
            loss, missed = _held_out(make, train, plan, seed)
            out_of_fold.append(loss)
            wrong.append(missed)
            levels: list[float | Tensor | None] = [
                None,
                *plan.constants,
                held_out_level(loss, plan.gamma),
            ]
            for name, level in zip(names, levels, strict=True):
                tell(f"seed {seed + 1} of {plan.seeds}: {name} …")
                model = _fit(make, train, level, plan.epochs, plan.batch, seed)
                scores[name].append(_score(model, validation))
            done += 1
    arms = _arms(names, scores, len(plan.constants))
    if done < 2:
        notes.append("One seed has no interval: give more seeds, or a larger budget.")
    return FloodComparison(
        advice=_advice(arms),
        arms=arms,
        seeds=done,
        fits=done * (len(names) + plan.folds),
        seconds=time.monotonic() - began,
        budget=plan.budget,
        suspects=_suspects(torch.stack(out_of_fold), torch.stack(wrong), plan.suspects),
        notes=tuple(notes),
    )


def _check(train: Data, validation: Data, plan: Plan) -> None:
    for name, (x, y) in (("train", train), ("validation", validation)):
        if len(x) != len(y) or not len(x) or y.dtype != torch.long or y.ndim != 1:
            raise BadInput(f"{name} is not (x, y) with a label (int64) for each row: check it.")
    if plan.seeds < 1 or plan.epochs < 1 or not 2 <= plan.folds <= len(train[0]):
        raise BadInput("Give at least 1 seed, 1 epoch, and 2 folds, at most one for each row.")
    if any(b < 0 or not np.isfinite(b) for b in plan.constants):
        raise BadInput("A constant is negative or not finite: give levels of 0 or above.")


def _fit(
    make: Make,
    data: Data,
    level: float | Tensor | None,
    epochs: int,
    batch: int,
    seed: int,
) -> Any:
    """Train a fresh model; the seed decides weights, order and noise, whatever the level."""
    seed_all(seed)
    model, optimizer = make()
    model.train()
    x, y = data
    order = torch.Generator().manual_seed(seed)
    with torch.enable_grad():
        for _ in range(epochs):
            for rows in torch.randperm(len(x), generator=order).split(batch):
                loss = cross_entropy(model(x[rows]), y[rows], reduction="none")
                whole = isinstance(level, Tensor)
                found = flooded(loss, level[rows]) if whole else flooded(loss.mean(), level)
                if not torch.isfinite(found):
                    raise BadInput("The loss is not finite in training: lower the learning rate.")
                optimizer.zero_grad()
                found.backward()
                optimizer.step()
    return model.eval()


def _score(model: Any, data: Data) -> tuple[float, float]:
    with torch.no_grad():
        logits = model(data[0])
        loss = float(cross_entropy(logits, data[1]))
        return loss, float((logits.argmax(1) == data[1]).double().mean())


def _held_out(make: Make, data: Data, plan: Plan, seed: int) -> tuple[Tensor, Tensor]:
    """Each row's loss under a model that has not seen it, and whether that misses its label."""
    x, y = data
    loss, wrong = torch.empty(len(x)), torch.empty(len(x), dtype=torch.bool)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(1000 + seed))
    epochs = plan.held_out_epochs or max(1, plan.epochs // 3)
    for fold in order.chunk(plan.folds):
        others = torch.ones(len(x), dtype=torch.bool)
        others[fold] = False
        model = _fit(make, (x[others], y[others]), None, epochs, plan.batch, seed)
        with torch.no_grad():
            logits = model(x[fold])
            loss[fold] = cross_entropy(logits, y[fold], reduction="none").float().cpu()
            wrong[fold] = (logits.argmax(1) != y[fold]).cpu()
    return loss, wrong


def _arms(
    names: Sequence[str], scores: dict[str, list[tuple[float, float]]], constants: int
) -> tuple[FloodArm, ...]:
    base = np.array([loss for loss, _ in scores["none"]])
    return tuple(_arm(name, i, scores[name], base, constants) for i, name in enumerate(names))


def _arm(
    name: str, i: int, scored: list[tuple[float, float]], base: Any, constants: int
) -> FloodArm:
    loss = np.array([one for one, _ in scored])
    gains = base - loss
    half = 0.0
    if i and len(gains) > 1:
        tail = 0.025 / (constants + 1)
        half = float(student.isf(tail, len(gains) - 1) * gains.std(ddof=1) / len(gains) ** 0.5)
    elif i:
        half = float("inf")
    mean = float(gains.mean())
    return FloodArm(
        name=name,
        kind="none" if not i else "constant" if i <= constants else "per-sample",
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
