"""EPRSTMT of FewCLUE with a model of yours: zero-shot and few-shot, beside published figures.

Neither the data nor `hfl/chinese-roberta-wwm-ext` comes with Limner and nothing is downloaded: get
both once (the model with `huggingface-cli download hfl/chinese-roberta-wwm-ext`, converted to
safetensors with `save_pretrained`; the data from CLUEbenchmark/FewCLUE, `datasets/eprstmt`), then

    python -m benchmarks.fewclue --data FewCLUE/datasets/eprstmt --model /models/roberta-wwm

For each of the five splits `train_0.json` … `train_4.json` (32 texts) the model is trained on them
with `dev_K.json` held out, and measured on `test_public.json`. Published (FewCLUE, table 3; base
size, the same model): zero-shot 85.2, PET 86.7, P-tuning 88.3, fine-tuning 65.4, people 90.0.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

PATTERNS = (
    "{mask}满意。{text}",
    "{mask}好。{text}",
    "{mask}理想。{text}",
    "感觉如何？{mask}满意。{text}",
)
LABELS = {"Negative": ("不",), "Positive": ("很",)}


def read(path: Path) -> list[tuple[str, str]]:
    """Texts and labels of a file of JSON lines with `sentence` and `label`."""
    lines = path.read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return [(str(row["sentence"]), str(row["label"])) for row in rows]


def run(data: Path, model: str, splits: Sequence[int], epochs: int) -> dict[str, Any]:
    """Accuracies on the public test part."""
    test = read(data / "test_public.json")
    found: dict[str, Any] = {
        "zero-shot": {pattern: _accuracy(model, (pattern,), test, {}) for pattern in PATTERNS},
        "zero-shot, all patterns": _accuracy(model, PATTERNS, test, {}),
        "few-shot": {},
    }
    for split in splits:
        train = read(data / f"train_{split}.json")
        dev = read(data / f"dev_{split}.json")
        found["few-shot"][split] = _trained(model, train, dev, test, epochs)
    return found


def _trained(
    model: str,
    train: list[tuple[str, str]],
    dev: list[tuple[str, str]],
    test: list[tuple[str, str]],
    epochs: int,
) -> float:
    from limner.api import engine
    from limner.protocol import Job, TextsInput

    rows = [*train, *dev]
    with tempfile.TemporaryDirectory() as folder:
        save = Path(folder) / "001.safetensors"
        job = Job(
            method="cloze_train",
            model=model,
            input=TextsInput(
                texts=tuple(text for text, _ in rows), labels=tuple(label for _, label in rows)
            ),
            params={
                "patterns": PATTERNS,
                "labels": LABELS,
                "epochs": epochs,
                "held_out": min(0.5, max(0.05, len(dev) / len(rows))),
                "save": str(save),
            },
        )
        (result,) = engine().compute([(job, None)])
        if result.saved is None:
            return _accuracy(model, PATTERNS, test, {})
        params = {"calibration": "none", "temperature": result.temperature}
        return _accuracy(f"{model}::{save}", PATTERNS, test, params)


def _accuracy(
    model: str, patterns: Sequence[str], test: list[tuple[str, str]], params: dict[str, Any]
) -> float:
    from limner.api import engine
    from limner.protocol import Job, TextsInput

    job = Job(
        method="cloze",
        model=model,
        input=TextsInput(texts=tuple(text for text, _ in test)),
        params={"patterns": tuple(patterns), "labels": LABELS, **params},
    )
    (result,) = engine().compute([(job, None)])
    predicted = np.array(result.probabilities).argmax(1)
    gold = [list(LABELS).index(label) for _, label in test]
    return float(np.mean(predicted == gold))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="mini-mlm", help="a name, or a folder")
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=12)
    given = parser.parse_args(arguments)
    model = given.model
    if "/" in model:
        model = str(Path(model).expanduser().absolute())
    found = run(given.data, model, range(given.splits), given.epochs)
    for pattern, accuracy in found["zero-shot"].items():
        print(f"zero-shot  {100 * accuracy:5.1f}  {pattern}")
    print(f"zero-shot  {100 * found['zero-shot, all patterns']:5.1f}  all patterns")
    few = list(found["few-shot"].values())
    for split, accuracy in found["few-shot"].items():
        print(f"few-shot   {100 * accuracy:5.1f}  split {split}")
    if few:
        print(f"few-shot   {100 * statistics.mean(few):5.1f}  mean of {len(few)} splits")


if __name__ == "__main__":
    main()
