"""What stands beside cloze: a linear model and a fine-tuned classifier on the same labels."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

import numpy as np
import torch

from benchmarks import cloze_runs
from benchmarks.cloze_jobs import Array, Texts
from benchmarks.cloze_runs import LABELS
from benchmarks.setting import Setting

CONTROLS = 2
"""Seeds."""


def controls(data: Mapping[str, Texts], setting: Setting) -> list[Sequence[object]]:
    from training.control import STRENGTH, fit_tfidf

    names = list(LABELS)
    tfidf: list[tuple[float, float]] = []
    tuned: list[tuple[float, float]] = []
    for seed in range(setting.few(CONTROLS)):
        few = cloze_runs.few(data["train"], seed) if not setting.quick else data["train"][:20]
        texts = [text for text, _ in few]
        y = np.array([names.index(label) for _, label in few])
        control = fit_tfidf(texts, y, STRENGTH)
        tfidf.append(
            tuple(
                float(
                    np.mean(
                        (control.predict([t for t, _ in data[part]]) > 0.5)
                        == [names.index(label) == 1 for _, label in data[part]]
                    )
                )
                for part in ("valid", "test")
            )  # type: ignore[arg-type]
        )
        tuned.append(_fine_tuned(texts, y, data, seed, setting))
    return [
        (name, *(f"{100 * statistics.mean(run[k] for run in runs):.1f}" for k in (0, 1)))
        for name, runs in (
            ("TF-IDF + logistic regression", tfidf),
            ("fine-tuned classifier (mini-mlm, new head)", tuned),
        )
    ]


def _fine_tuned(
    texts: list[str], y: Array, data: Mapping[str, Texts], seed: int, setting: Setting
) -> tuple[float, float]:
    """A new head on [CLS], all weights trained: 12 passes, batches of 16, 5e-4 falling to 0."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    from limner.models.specs import BUNDLED

    torch.manual_seed(seed)
    folder = BUNDLED / "mini-mlm"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(
        folder, num_labels=2, dtype=torch.float32
    )
    passes = setting.few(12)
    steps = passes * -(-len(texts) // 16)
    optimizer = torch.optim.AdamW(model.parameters(), 5e-4)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / 10, (steps - step) / steps)
    )
    model.train()
    for _ in range(passes):
        order = torch.randperm(len(texts)).tolist()
        for i in range(0, len(order), 16):
            rows = order[i : i + 16]
            inputs = tokenizer([texts[k] for k in rows], padding=True, return_tensors="pt")
            loss = model(**inputs, labels=torch.tensor([int(y[k]) for k in rows])).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
    model.eval()
    found: list[float] = []
    for part in ("valid", "test"):
        right = 0
        ordered = sorted(data[part], key=lambda one: len(one[0]))
        for i in range(0, len(ordered), 32):
            some = ordered[i : i + 32]
            inputs = tokenizer([text for text, _ in some], padding=True, return_tensors="pt")
            with torch.no_grad():
                predicted = model(**inputs).logits.argmax(-1).tolist()
            right += sum(
                list(LABELS)[p] == label for p, (_, label) in zip(predicted, some, strict=True)
            )
        found.append(right / len(ordered))
    return found[0], found[1]
