"""How good is a task? Measured where people have labelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from limner.labelling.task import Task
from limner.methods.cloze.probabilities import ensemble
from limner.methods.cloze.quality import quality, wilson
from limner.methods.cloze.ranking import rank
from limner.protocol import ClozeLabels, TaskRefused
from limner.results.cloze import ClozeReport

FEW = 30
"""Fewer labelled texts than this are a rough measure, and a note says so."""


def evaluate(task: Task, result: ClozeLabels, gold: Sequence[str | None]) -> ClozeReport:
    """Figures of labels (one for each text of `result`) where `gold` has the right ones.

    Patterns are ranked with the labels if there are enough, and by all texts otherwise.

    Raises:
        TaskRefused: no text is labelled, or one with a label that the task does not have.
    """
    index = {name: k for k, name in enumerate(result.labels)}
    for label in gold:
        if label is not None and label not in index:
            raise TaskRefused(
                f"A text is labelled {label!r}, which the task does not have: "
                f"its labels are {', '.join(index)}."
            )
    known = [i for i, label in enumerate(gold) if label is not None]
    if not known:
        raise TaskRefused("No text is labelled, so nothing can be measured: label some first.")
    y = [index[str(gold[i])] for i in known]
    s, b = np.array(result.scores), np.array(result.bias)
    p = np.array(result.probabilities)[known]
    found = quality(p, y)
    confusion = np.zeros((len(index), len(index)), int)
    np.add.at(confusion, (y, p.argmax(1)), 1)
    ranked = rank(
        result.patterns, s, b, [None if label is None else index[label] for label in gold]
    )
    notes = list(result.notes)
    if len(known) < FEW:
        notes.append(f"only {len(known)} labelled texts: look at the interval, not at the figure")
    return ClozeReport(
        model=result.model,
        head=task.head,
        labels=result.labels,
        count=len(known),
        quality=found,
        uncalibrated=quality(ensemble(s[known], np.zeros(b.shape)), y),
        interval=wilson(found.accuracy, len(known)),
        majority=max(Counter(y).values()) / len(y),
        confusion=tuple(tuple(map(int, row)) for row in confusion),
        patterns=ranked,
        notes=tuple(notes),
    )
