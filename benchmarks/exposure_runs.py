"""Training runs behind the table of `benchmarks/exposure.py`, a JSON line each.

An interrupted series goes on where it was:

    python -m benchmarks.exposure_runs FILE.jsonl [--seeds 2]

`mini-seq2seq` goes on learning short interface strings, English to Chinese, with one remedy at a
time, from the same weights on the same batches; then both curves and beams 1–3 on held-out strings.
Needs the data stage of `training.build`.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from training import strings, translate
from training.translate import Encoded, Recipe

import limner

LONGEST = 14
"""Tokens on either side."""
HELD_OUT = 300
RECIPE = Recipe("run", epochs=2, rate=5e-4, warmup=20, tokens=2000)


@dataclass(frozen=True)
class Arm:
    """A way to train."""

    name: str
    dropout: float = RECIPE.dropout
    rate: float = 0.0
    """Of replacement, as the article has it: half of the samples, 30 % of their tokens."""
    loss: Callable[..., Any] | None = None
    amount: float = 0.0


ARMS = (
    Arm("plain"),
    Arm("dropout .2 (control)", dropout=0.2),
    Arm("replacement .5 × .3", rate=0.5),
    Arm("gradient penalty, weight 1", loss=limner.gradient_penalty, amount=1.0),
    Arm("gradient penalty, weight 300", loss=limner.gradient_penalty, amount=300.0),
    Arm("FGM, ε = 10", loss=limner.fgm, amount=10.0),
    Arm("scheduled sampling .25", loss=limner.scheduled_sampling, amount=0.25),
)
"""The table of embeddings has a norm of 960 here and a penalty of weight 1 is .0004 beside a loss
of 2, so the article's ε = 1 does nothing; 300 makes it a twentieth of the loss."""


def data() -> tuple[Any, list[Encoded], list[tuple[str, str]]]:
    """Tokenizer, training pairs as ids, held-out pairs as texts."""
    rows = strings.select("train")
    _, tokens = limner.models.load("mini-seq2seq")

    def short(one: Encoded) -> bool:
        return max(len(one.source), len(one.target)) <= LONGEST

    train = [one for one in translate.encode(rows, tokens) if short(one)]
    test = strings.select("test")
    held = [
        (pair.source, pair.target)
        for pair, one in zip(test, translate.encode(test, tokens), strict=True)
        if short(one)
    ]
    return tokens, train, held[:HELD_OUT]


def train(arm: Arm, seed: int, rows: list[Encoded]) -> Any:
    """A model trained on with one remedy; order of batches and dropout by the seed."""
    recipe = RECIPE
    model, _ = limner.models.load("mini-seq2seq")
    model = model.requires_grad_(True).train()
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = arm.dropout
        elif isinstance(getattr(module, "dropout", None), float):  # of attention's weights
            module.dropout = arm.dropout
    torch.manual_seed(seed)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=recipe.rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    count = sum(1 for _ in translate.batches(rows, recipe.tokens, np.random.default_rng(0)))
    collate = limner.ReplaceCollator(translate.batch_of, model, rate=arm.rate)

    def loss(asked: Any, batch: Any) -> torch.Tensor:
        return translate.loss_of(asked, batch, recipe.smoothing)

    step = 0
    for epoch in range(recipe.epochs):
        rng = np.random.default_rng((seed, epoch))
        for group in translate.batches(rows, recipe.tokens, rng):
            factor = min(1.0, (step + 1) / recipe.warmup)
            factor *= max(0.01, 1 - step / (recipe.epochs * count))
            for part in optimizer.param_groups:
                part["lr"] = recipe.rate * factor
            batch = collate([rows[i] for i in group])
            if arm.loss is None:
                found = loss(model, batch)
            else:
                found = arm.loss(model, batch, arm.amount, loss=loss)
            found.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            step += 1
    return model.eval()


def wanted(first: int, seeds: int) -> Iterator[tuple[Arm, int]]:
    """All runs, every arm for a seed before the next one."""
    for seed in range(first, seeds):
        for arm in ARMS:
            yield arm, seed


def done(file: Path) -> dict[str, dict[str, Any]]:
    """Runs that are in the file."""
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return {line["key"]: line for line in map(json.loads, lines)}


def key(arm: Arm, seed: int) -> str:
    """A run's name in the file."""
    return f"{arm.name} | {seed}"


def main() -> None:
    """Compute what is missing in the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--first", type=int, default=0, help="seed to begin with")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    arguments.file.parent.mkdir(parents=True, exist_ok=True)
    tokens, rows, pairs = data()
    print(f"{len(rows):,} pairs to learn, {len(pairs)} held out", flush=True)
    for arm, seed in wanted(arguments.first, arguments.seeds):
        if key(arm, seed) in done(arguments.file):
            continue
        began = time.process_time()
        model = train(arm, seed, rows)
        spent = time.process_time() - began
        found = {"key": key(arm, seed), "cpu_seconds": spent} | translate.measure(
            model, tokens, pairs
        )
        with arguments.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(found, ensure_ascii=False) + "\n")
        print(key(arm, seed), spent, found["forced"], found["free"], found["beams"], flush=True)


if __name__ == "__main__":
    main()
