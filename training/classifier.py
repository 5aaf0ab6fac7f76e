"""Fine-tune a classifier of two labels from a masked language model.

The loss mixes the labels with the out-of-fold probabilities of the linear models (`control.py`),
which also damps the noise of the labels; some tokens are masked, and the weights that are kept
are an exponential moving average.
"""

import copy
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch.nn import functional
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

from training import corpus
from training.data import Review
from training.threads import Threads

CLS, SEP, MASK = 2, 3, 4  # places in tokenizer.SPECIALS; 0 pads


@dataclass(frozen=True)
class Recipe:
    """One fine-tuning run; `labels[1]` is the class whose probability is learned."""

    name: str
    labels: tuple[str, str]
    start: str
    epochs: int = 3
    rate: float = 4e-4
    tokens: int = 1536
    length: int = 112
    dropout: float = 0.1
    masked: float = 0.1
    teacher: float = 0.5  # share of the linear models' probabilities in the target
    average: float = 0.995
    seed: int = 3


@dataclass(frozen=True)
class Example:
    """Token ids of one text, and the probability of the second label to learn."""

    ids: list[int]
    target: float


def encode(
    rows: list[Review], targets: np.ndarray, tokenizer: PreTrainedTokenizerFast
) -> list[Example]:
    """Texts as ids without specials."""
    ids = tokenizer([row.text for row in rows], add_special_tokens=False)["input_ids"]
    return [Example(line, float(target)) for line, target in zip(ids, targets, strict=True)]


def _views(examples: list[Example], length: int, rng: np.random.Generator) -> Iterator[list[int]]:
    """Ids cut to `length` with specials: a long text gives its beginning or its end."""
    for example in examples:
        room = length - 2
        cut = example.ids[-room:] if rng.random() < 0.5 else example.ids[:room]
        yield [CLS, *cut, SEP]


def _pad(rows: list[list[int]]) -> torch.Tensor:
    width = max(len(row) for row in rows)
    return torch.tensor([row + [0] * (width - len(row)) for row in rows])


def _positions(width: int, rng: np.random.Generator) -> torch.Tensor:
    """Positions 0..width-1; in one batch of ten shifted beyond [CLS], so that all 512 are used."""
    shift = int(rng.integers(513 - width)) if rng.random() < 0.1 else 0
    positions = torch.arange(width) + shift
    positions[0] = 0
    return positions[None]


def _loss(
    model: BertForSequenceClassification,
    ids: torch.Tensor,
    positions: torch.Tensor,
    targets: torch.Tensor,
) -> torch.Tensor:
    logits = model(ids, attention_mask=(ids != 0).long(), position_ids=positions).logits
    return functional.cross_entropy(logits, torch.stack([1 - targets, targets], -1))


def train(recipe: Recipe, work: Path, examples: list[Example]) -> BertForSequenceClassification:
    """Fine-tune from the weights in `work / recipe.start`; returns the averaged model."""
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    model = BertForSequenceClassification.from_pretrained(
        work / recipe.start,
        id2label=dict(enumerate(recipe.labels)),
        label2id={label: index for index, label in enumerate(recipe.labels)},
        hidden_dropout_prob=recipe.dropout,
        dtype=torch.float32,
    )
    model.train()
    kept = copy.deepcopy(model).eval()
    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe.rate, weight_decay=0.01, fused=True)
    plan = []
    for _ in range(recipe.epochs):
        views = list(_views(examples, recipe.length, rng))
        groups = corpus.grouped([len(view) - 2 for view in views], recipe.tokens, rng)
        plan += [(group, [views[i] for i in group]) for group in groups]
    threads = Threads(torch.get_num_threads())
    began, losses = time.monotonic(), []
    for step, (group, rows) in enumerate(plan):
        optimizer.param_groups[0]["lr"] = (
            recipe.rate * min(1, (step + 1) / 80) * max(0.02, 1 - step / len(plan))
        )
        ids = _pad(rows)
        ids = ids.masked_fill((torch.rand(ids.shape) < recipe.masked) & (ids > MASK), MASK)
        positions = _positions(ids.shape[1], rng)
        targets = torch.tensor([examples[i].target for i in group])
        loss = _loss(model, ids, positions, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        with torch.no_grad():
            rate = min(recipe.average, (step + 1) / (step + 10))
            for average, current in zip(kept.parameters(), model.parameters(), strict=True):
                average.lerp_(current, 1 - rate)
        if step % 20 == 0:
            threads.adapt()
        if (step + 1) % 100 == 0:
            print(step + 1, len(plan), np.mean(losses[-100:]), time.monotonic() - began, flush=True)
    return kept


def predict(
    model: BertForSequenceClassification,
    tokenizer: PreTrainedTokenizerFast,
    texts: list[str],
    length: int = 512,
) -> np.ndarray:
    """Probability of the second label of each text, in order."""
    ids = tokenizer(texts, truncation=True, max_length=length)["input_ids"]
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    result = np.zeros(len(ids))
    model.eval()
    with torch.inference_mode():
        for at in range(0, len(order), 32):
            batch = _pad([ids[i] for i in order[at : at + 32]])
            logits = model(batch, attention_mask=(batch != 0).long()).logits
            result[order[at : at + 32]] = logits.softmax(-1)[:, 1].numpy()
    return result


def score(probabilities: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Accuracy at one half, and area under the ROC curve."""
    right = (probabilities > 0.5) == labels
    return {"accuracy": float(right.mean()), "auc": float(roc_auc_score(labels, probabilities))}


def write_log(path: Path, recipe: Recipe, valid: dict[str, float]) -> None:
    """Append one run to the log of runs."""
    with path.open("a") as handle:
        handle.write(json.dumps(asdict(recipe) | {"valid": valid}) + "\n")
