"""PET and iPET: a model for each pattern, whose joint opinion teaches one.

Schick & Schütze 2021, sections 3.4 to 3.6. Each pattern's model learns from the labelled texts;
together, with equal weights, they label the others softly at temperature 2; a new model learns from
those and the labelled ones. In iPET that is repeated: models of the next generation learn from the
labelled texts and from those that the *other* models are surest of, five times as many in each
generation, with the labels in their present shares.

The last model is here the masked model itself, reading all patterns, in place of the paper's
classifier with a new head: its head starts with what it knows of words, and one kind of trained
weights is enough.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from limner.methods.cloze.fit import asking, tuned
from limner.methods.cloze.probabilities import softmax
from limner.methods.cloze.scoring import scores
from limner.models.model import Model
from limner.protocol import TaskRefused
from limner.results.cloze import Epoch, Quality

if TYPE_CHECKING:
    from limner.methods.cloze.training import Kept, Lesson, Params

Array = NDArray[np.float64]

TEMPERATURE = 2.0
"""Of soft labels (section 3.4)."""
GROWTH = 5
"""How many times more texts the next generation sees (section 3.6)."""
MOST = 2000
"""Texts that are labelled softly."""


def pet(
    model: Model, lesson: Lesson, params: Params, before: Quality
) -> Generator[Any, Any, tuple[list[Epoch], Kept | None]]:
    """Train as above; the figures are the last model's."""
    from limner.methods.cloze.training import fit

    if not lesson.unlabelled:
        raise TaskRefused(
            "PET learns from texts without a label, and there are none: leave some unlabelled, "
            "or train with scheme one."
        )
    lesson = replace(lesson, unlabelled=lesson.unlabelled[:MOST])
    taught: list[list[tuple[str, tuple[float, ...]]]] = [[] for _ in lesson.patterns]
    opinions: Array = np.zeros(0)
    generations = params.generations if params.scheme == "ipet" else 1
    for generation in range(generations):
        each: list[Array] = []
        for k, known in enumerate(taught):
            alone = replace(
                lesson, patterns=lesson.patterns[k : k + 1], words=lesson.words[k : k + 1]
            )
            each.append((yield from _opinion(model, alone, params, before, known)))
        opinions = np.stack(each, 1)  # (U, P, L)
        if generation + 1 < generations:
            count = len(lesson.train) * GROWTH ** (generation + 1)
            taught = [_surest(lesson, opinions, k, count) for k in range(len(taught))]
    q = softmax(opinions.mean(1) / TEMPERATURE)
    soft = [(text, tuple(map(float, row))) for text, row in zip(lesson.unlabelled, q, strict=True)]
    return (yield from fit(model, lesson, params, before, soft=soft))


def _opinion(
    model: Model,
    lesson: Lesson,
    params: Params,
    before: Quality,
    known: Sequence[tuple[str, tuple[float, ...]]],
) -> Generator[Any, Any, Array]:
    """Scores (U, L) of the unlabelled texts by a model that one pattern was trained with."""
    from limner.methods.cloze.training import fit

    never = msgspec.structs.replace(before, accuracy=-1.0)  # its best pass in any case
    _, kept = yield from fit(model, lesson, params, never, soft=known)
    assert kept is not None
    own = tuned(model, kept.weights)
    s, _ = yield from asking(
        scores(own, lesson.unlabelled, lesson.patterns, lesson.words, params.decoding), own
    )
    return s[:, 0]


def _surest(
    lesson: Lesson, opinions: Array, k: int, count: int
) -> list[tuple[str, tuple[float, ...]]]:
    """The texts that all models but the `k`-th are surest of, in the labelled texts' shares."""
    others = [i for i in range(opinions.shape[1]) if i != k] or [k]
    p = softmax(opinions[:, others].mean(1))  # (U, L)
    L = p.shape[1]
    chosen: list[tuple[str, tuple[float, ...]]] = []
    for label in range(L):
        share = lesson.train_gold.count(label) / len(lesson.train_gold)
        own = [i for i in np.argsort(-p[:, label]) if p[i].argmax() == label]
        hard = tuple(float(i == label) for i in range(L))
        chosen += [(lesson.unlabelled[i], hard) for i in own[: round(count * share)]]
    return chosen
