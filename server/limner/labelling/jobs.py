"""From a task to jobs of the engine, and from their results to what people read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from limner.labelling.heads import heads, model_of, temperature_of
from limner.labelling.task import Task
from limner.protocol import ClozeLabels, Job, TextsInput


def model_name(task: Task, file: Path | None) -> str:
    """The engine's name of the task's model, with its head."""
    return model_of(task.model, task.head, file)


def label_job(
    task: Task,
    file: Path | None,
    texts: Sequence[str],
    *,
    bias: Sequence[Sequence[float]] | None = None,
) -> Job:
    """Label texts; with the `bias` that was found on others, or one found on these.

    A trained head needs no calibration of words, only its temperature.

    Raises:
        TaskRefused: the head is not there.
    """
    params: dict[str, Any] = {
        "patterns": task.patterns,
        "labels": dict(task.labels),
        "calibration": task.calibration,
        "decoding": task.decoding,
    }
    if task.head:
        params["calibration"] = "none"
        own = {head.version: head for head in heads(file)} if file else {}
        params["temperature"] = temperature_of(own.get(task.head))
    elif bias is not None:
        params["bias"] = tuple(tuple(row) for row in bias)
    return Job(
        method="cloze",
        model=model_name(task, file),
        input=TextsInput(texts=tuple(texts)),
        params=params,
    )


def train_job(
    task: Task,
    texts: Sequence[str],
    labels: Sequence[str | None],
    *,
    save: Path | None,
    scheme: str = "one",
) -> Job:
    """Train on the labelled texts, from the task's model as it is."""
    train = task.train
    params: dict[str, Any] = {
        "patterns": task.patterns,
        "labels": dict(task.labels),
        "calibration": task.calibration,
        "decoding": task.decoding,
        "scheme": scheme,
        "epochs": train.epochs,
        "learning_rate": train.learning_rate,
        "batch": train.batch,
        "held_out": train.held_out,
        "patience": train.patience,
        "unlabelled": train.unlabelled,
        "seed": train.seed,
        "save": str(save.absolute()) if save else "",
    }
    input = TextsInput(texts=tuple(texts), labels=tuple(labels))
    return Job(method="cloze_train", model=task.model, input=input, params=params)


def best(result: ClozeLabels, index: int) -> tuple[str, float, float]:
    """A text's label, its probability, and the margin to the next label."""
    p = result.probabilities[index]
    first, second, *_ = sorted(p, reverse=True)
    return result.labels[p.index(first)], first, first - second


def by_pattern(result: ClozeLabels) -> list[tuple[tuple[float, ...], ...]]:
    """Probabilities (T, P, L) of each pattern alone, calibrated."""
    import numpy as np

    from limner.methods.cloze import probabilities

    s, b = np.array(result.scores), np.array(result.bias)
    found = probabilities.by_pattern(s, b, result.temperature).tolist()
    return [tuple(tuple(row) for row in rows) for rows in found]
