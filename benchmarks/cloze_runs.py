"""Training runs behind the tables of `benchmarks/cloze.py`, a JSON line each.

An interrupted series goes on where it was:

    python -m benchmarks.cloze_runs FILE.jsonl [--seeds 3]

Each run trains by the way that people use (`cloze_train`: a quarter of the 200 labels is held out
and chooses the pass), then labels the valid and the test reviews.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

PATTERNS = {
    "P1": "{mask}满意。{text}",
    "P2": "{text}{mask}满意。",
    "P3": "{mask}好。{text}",
    "P4": "{mask}理想。{text}",
    "P5": "感觉如何？{mask}满意。{text}",
}
"""科学空间 7764; P2 is the suffix."""
LABELS = {"negative": ("不",), "positive": ("很",)}
LABELLED = 200
LONGEST = 126
"""Characters; longer reviews are cut."""
UNLABELLED = 1000

REGIMES = {
    "few-shot": ("mini-mlm-noreviews", False),
    "in-domain + few-shot": ("mini-mlm", False),
    "semi-supervised": ("mini-mlm-noreviews", True),
}
"""Model that is trained, and whether it also reads reviews without their label."""


@dataclass(frozen=True)
class Run:
    """One training."""

    regime: str
    patterns: tuple[str, ...]
    seed: int

    @property
    def key(self) -> str:
        """Its name in the file."""
        return f"{self.regime} | {'+'.join(self.patterns)} | {self.seed}"


def reviews() -> dict[str, list[tuple[str, str]]]:
    """Texts and labels of the committed split; train in a fixed order."""
    from training.data import reviews as every

    names = ("negative", "positive")
    parts: dict[str, list[tuple[str, str]]] = {"train": [], "valid": [], "test": []}
    for one in every():
        if one.split in parts:
            parts[one.split].append((one.text[:LONGEST], names[one.label]))
    random.Random(0).shuffle(parts["train"])
    return parts


def few(train: list[tuple[str, str]], seed: int) -> list[tuple[str, str]]:
    """The 200 labelled reviews of a seed, 100 of each label."""
    order = random.Random(100 + seed)
    chosen: list[tuple[str, str]] = []
    for label in LABELS:
        own = [one for one in train if one[1] == label]
        chosen += order.sample(own, LABELLED // 2)
    order.shuffle(chosen)
    return chosen


def wanted(seeds: int) -> Iterator[Run]:
    """All runs, a whole table for each seed before the next one."""
    for seed in range(seeds):
        for regime in REGIMES:
            for name in PATTERNS:
                yield Run(regime, (name,), seed)
        for regime in ("in-domain + few-shot",):
            yield Run(regime, tuple(PATTERNS), seed)


def done(file: Path) -> dict[str, dict[str, Any]]:
    """Runs that are in the file."""
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return {line["key"]: line for line in map(json.loads, lines)}


def compute(run: Run, data: dict[str, list[tuple[str, str]]], work: Path) -> dict[str, Any]:
    """Train and measure."""
    from limner.api import engine
    from limner.methods.cloze.quality import quality
    from limner.protocol import Job, TextsInput

    model, unlabelled = REGIMES[run.regime]
    labelled = few(data["train"], run.seed)
    texts = [text for text, _ in labelled]
    labels: list[str | None] = [label for _, label in labelled]
    if unlabelled:
        known = set(texts)
        others = [text for text, _ in data["train"] if text not in known][:UNLABELLED]
        texts += others
        labels += [None] * len(others)
    save = work / f"{abs(hash(run.key))}.safetensors"
    save.unlink(missing_ok=True)
    patterns = [PATTERNS[name] for name in run.patterns]
    common = {"patterns": patterns, "labels": LABELS}
    began = time.monotonic()
    job = Job(
        method="cloze_train",
        model=model,
        input=TextsInput(texts=tuple(texts), labels=tuple(labels)),
        params=common | {"seed": run.seed, "unlabelled": unlabelled, "save": str(save)},
    )
    (result,) = engine().compute([(job, None)])
    seconds = time.monotonic() - began
    found: dict[str, Any] = {"key": run.key, **asdict(run), "seconds": seconds}
    found["kept"], found["temperature"] = result.kept, result.temperature
    for part in ("valid", "test"):
        asked = f"{model}::{save}" if result.saved else model
        params = common | (
            {"calibration": "none", "temperature": result.temperature} if result.saved else {}
        )
        job = Job(
            method="cloze",
            model=asked,
            input=TextsInput(texts=tuple(text for text, _ in data[part])),
            params=params,
        )
        (labels_,) = engine().compute([(job, None)])
        gold = [list(LABELS).index(label) for _, label in data[part]]
        q = quality(np.array(labels_.probabilities), gold)
        s = np.array(labels_.scores)
        raw = np.exp((s - s.max(-1, keepdims=True)).mean(1))
        uncalibrated = quality(raw / raw.sum(-1, keepdims=True), gold)
        found[part] = {"accuracy": q.accuracy, "ece": q.ece, "log_loss": q.log_loss}
        found[part]["ece_without_temperature"] = uncalibrated.ece
    engine().residency.unload(f"{model}::{save}")
    save.unlink(missing_ok=True)
    return found


def main() -> None:
    """Compute what is missing in the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    work = arguments.file.parent / "cloze-weights"
    work.mkdir(parents=True, exist_ok=True)
    data = reviews()
    for run in wanted(arguments.seeds):
        if run.key in done(arguments.file):
            continue
        found = compute(run, data, work)
        with arguments.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(found, ensure_ascii=False) + "\n")
        print(run.key, found["valid"]["accuracy"], found["test"]["accuracy"], flush=True)


if __name__ == "__main__":
    main()
