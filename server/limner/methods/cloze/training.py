"""Few-shot and semi-supervised training on a task's labelled texts; see `lesson` for the loss.

A part of the labelled texts is held out, stratified by label: on it the model is measured before
and after each pass, it chooses the pass whose weights are kept, and it fits the temperature. So the
figures *after* are a little flattering; on few texts they are rough whatever one does, and a note
says how rough. If no pass is better than the model as it was, nothing is saved.

`scheme` says who learns from whom:

- `one`: a single model reads all patterns;
- `pet`: a model for each pattern; together they label the texts that have no label, softly, and a
  new model learns from those (PET, sections 3.4 and 3.5);
- `ipet`: the same over generations, each labelling more texts for the next (section 3.6).
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from limner.methods._contract import Method, Partial, Progress, Work
from limner.methods.cloze.calibration import bias as find_bias
from limner.methods.cloze.filling import Pattern, pattern
from limner.methods.cloze.fit import (
    Example,
    Pupil,
    Recipe,
    asking,
    compute,
    examples,
    one_hot,
    shuffled,
)
from limner.methods.cloze.label import check_texts
from limner.methods.cloze.probabilities import ensemble
from limner.methods.cloze.quality import quality, temperature, wilson
from limner.methods.cloze.sane import check_head
from limner.methods.cloze.scoring import scores, verbalizers
from limner.methods.cloze.spelling import Verbalizer
from limner.models.heads import write_head
from limner.models.model import Model
from limner.protocol import TaskRefused, TextsInput
from limner.results.cloze import Calibration, ClozeTraining, Decoding, Epoch, Quality

Array = NDArray[np.float64]

SAMPLE = 256
"""Texts that the prior is estimated on."""


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The task, and how to train; see `limner.labelling.task.Train`."""

    patterns: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]
    calibration: Calibration = "batch"
    decoding: Decoding = "joint"
    scheme: Literal["one", "pet", "ipet"] = "one"
    epochs: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 12
    learning_rate: Annotated[float, msgspec.Meta(gt=0, le=1)] | None = None
    """None: by the model's width."""
    batch: Annotated[int, msgspec.Meta(ge=1, le=256)] = 16
    held_out: Annotated[float, msgspec.Meta(ge=0.05, le=0.5)] = 0.25
    patience: Annotated[int, msgspec.Meta(ge=1)] = 5
    unlabelled: bool = False
    mu: Annotated[float, msgspec.Meta(ge=0)] = 0.1
    """Weight of the masked words' loss."""
    generations: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    """Of iPET."""
    seed: int = 0
    save: str = ""
    """File that the trained weights are written to; empty: none."""


@dataclass(frozen=True)
class Lesson:
    """A task with its texts, read once."""

    patterns: tuple[Pattern, ...]
    words: tuple[Verbalizer, ...]
    train: tuple[str, ...]
    train_gold: tuple[int, ...]
    held: tuple[str, ...]
    held_gold: tuple[int, ...]
    unlabelled: tuple[str, ...]

    @property
    def labels(self) -> int:
        """How many labels there are."""
        return len(self.words[0].labels)


def plan(model: Model, input: TextsInput, params: Params) -> Work:
    """Train a copy of `model`; a `Partial` after each pass.

    Raises:
        TaskRefused: a label outside the task, or one with fewer than two texts.
        TextRefused, UnsupportedModel: see `limner.protocol`.
    """
    from limner.methods.cloze.pet import pet

    lesson = read(model, input, params)
    yield from check_head(model)
    before = yield from _before(model, lesson, params)

    def report(history: Sequence[Epoch], kept: Kept | None, saved: str | None) -> ClozeTraining:
        return _report(model, lesson, params, before, history, kept, saved)

    if params.scheme == "one":
        history, kept = yield from fit(
            model, lesson, params, before, lambda h, k: report(h, k, None)
        )
    else:
        history, kept = yield from pet(model, lesson, params, before)
    saved = None
    if kept is not None and params.save:
        saved = _save(Path(params.save), kept, model, lesson, params)
    return report(history, kept, saved)


@dataclass(frozen=True)
class Kept:
    """The weights of the best pass so far."""

    epoch: int
    weights: dict[str, torch.Tensor]
    quality: Quality
    temperature: float


def read(model: Model, input: TextsInput, params: Params) -> Lesson:
    """Check the task and part the texts."""
    check_texts(input.texts)
    if not params.patterns:
        raise TaskRefused(
            "A task has one pattern or more: write a sentence with {mask} and {text}."
        )
    patterns = tuple(pattern(source) for source in params.patterns)
    words = verbalizers(model, patterns, params.labels)
    names = tuple(params.labels)
    said = input.labels or (None,) * len(input.texts)
    for label in said:
        if label is not None and label not in names:
            raise TaskRefused(
                f"A text is labelled {label!r}, which the task does not have: "
                f"its labels are {', '.join(names)}."
            )
    by_label = {name: [i for i, label in enumerate(said) if label == name] for name in names}
    for name, own in by_label.items():
        if len(own) < 2:
            raise TaskRefused(
                f"The label {name!r} has {len(own)} labelled texts: label two or more of each "
                "label, one to learn from and one to measure on."
            )
    random = np.random.default_rng(params.seed)
    held: set[int] = set()
    for own in by_label.values():
        count = min(len(own) - 1, max(1, round(params.held_out * len(own))))
        held |= {own[i] for i in shuffled(len(own), random)[:count]}
    train = [i for own in by_label.values() for i in own if i not in held]
    texts = input.texts
    index = {name: i for i, name in enumerate(names)}

    def gold(chosen: Sequence[int]) -> tuple[int, ...]:
        return tuple(index[str(said[i])] for i in chosen)

    held_out = sorted(held)
    return Lesson(
        patterns=patterns,
        words=words,
        train=tuple(texts[i] for i in train),
        train_gold=gold(train),
        held=tuple(texts[i] for i in held_out),
        held_gold=gold(held_out),
        unlabelled=tuple(text for text, label in zip(texts, said, strict=True) if label is None),
    )


def measure(
    model: Model, lesson: Lesson, calibration: Calibration, decoding: Decoding
) -> Generator[Any, Any, tuple[Array, Array]]:
    """Scores (T, P, L) of the held-out texts, and the bias; a batch's needs texts of all kinds."""
    texts = lesson.held
    if calibration == "batch":
        others = (*lesson.unlabelled, *lesson.train)
        texts = (*texts, *others[: max(0, SAMPLE - len(texts))])
    s, _ = yield from scores(model, texts, lesson.patterns, lesson.words, decoding)
    b, _ = yield from find_bias(model, s, lesson.patterns, lesson.words, calibration, decoding)
    return s[: len(lesson.held)], b


def _before(model: Model, lesson: Lesson, params: Params) -> Generator[Any, Any, Quality]:
    s, b = yield from measure(model, lesson, params.calibration, params.decoding)
    return quality(ensemble(s, b), lesson.held_gold)


def fit(
    model: Model,
    lesson: Lesson,
    params: Params,
    before: Quality,
    show: Any = None,
    soft: Sequence[tuple[str, tuple[float, ...]]] = (),
) -> Generator[Any, Any, tuple[list[Epoch], Kept | None]]:
    """Passes over the labelled texts (and softly labelled ones) until none is better."""
    L = lesson.labels
    texts = (*lesson.train, *(text for text, _ in soft))
    targets = (*(one_hot(y, L) for y in lesson.train_gold), *(q for _, q in soft))
    labelled = examples(model, lesson.patterns, lesson.words, texts, targets)
    random = np.random.default_rng(params.seed + 1)
    per_pass = -(-len(texts) // params.batch)
    recipe = Recipe(learning_rate(model, params), params.batch, params.mu, params.seed)
    pupil = Pupil(model, recipe, params.epochs * per_pass)
    history: list[Epoch] = []
    kept: Kept | None = None
    for epoch in range(1, params.epochs + 1):
        losses: list[float] = []
        for k, chosen in enumerate(_batches(len(texts), params.batch, random)):
            step = [labelled[int(random.integers(len(labelled)))][i] for i in chosen]
            if params.unlabelled and lesson.unlabelled:
                step += _unlabelled(model, lesson, len(chosen), random)
            losses.append((yield from pupil.step(step)))
            yield Progress((epoch - 1) * per_pass + k + 1, params.epochs * per_pass)
        found, t = yield from _held_out(pupil.model, lesson, params)
        history.append(Epoch(epoch=epoch, train_loss=float(np.mean(losses)), held_out=found))
        if _better(found, kept.quality if kept else before):
            kept = Kept(epoch, pupil.state(), found, t)
        if show is not None:
            yield Partial(show(history, kept))
        if epoch - (kept.epoch if kept else 0) >= params.patience:
            break
    return history, kept


def _better(one: Quality, other: Quality) -> bool:
    """By accuracy, and where that is equal by loss."""
    return (one.accuracy, -one.log_loss) > (other.accuracy, -other.log_loss)


def _held_out(
    model: Model, lesson: Lesson, params: Params
) -> Generator[Any, Any, tuple[Quality, float]]:
    """Quality with the temperature that fits; a trained model needs no other calibration."""
    s, _ = yield from asking(measure(model, lesson, "none", params.decoding), model)
    zero = np.zeros(s.shape[1:])
    t = temperature(s.mean(1), lesson.held_gold) if len(lesson.held_gold) >= 20 else 1.0
    found = quality(ensemble(s, zero, t), lesson.held_gold)
    return found, t


def learning_rate(model: Model, params: Params) -> float:
    """As said, else 2e-5 for a base-size model and more for narrower ones."""
    if params.learning_rate is not None:
        return params.learning_rate
    width = getattr(getattr(model.module, "config", None), "hidden_size", 768) or 768
    return 2e-5 * (768 / width) ** 3  # measured for 256; benchmarks/cloze.py


def _unlabelled(
    model: Model, lesson: Lesson, count: int, random: np.random.Generator
) -> list[Example]:
    """Some texts without a label, in patterns with an open gap."""
    chosen = [lesson.unlabelled[int(random.integers(len(lesson.unlabelled)))] for _ in range(count)]
    which = int(random.integers(len(lesson.patterns)))
    patterns, words = lesson.patterns[which : which + 1], lesson.words[which : which + 1]
    (found,) = examples(model, patterns, words, chosen, [None] * count)
    return [Example(one.rows[:1], one.words, None) for one in found]


def _batches(count: int, size: int, random: np.random.Generator) -> list[list[int]]:
    order = shuffled(count, random)
    return [order[i : i + size] for i in range(0, count, size)]


def _report(
    model: Model,
    lesson: Lesson,
    params: Params,
    before: Quality,
    history: Sequence[Epoch],
    kept: Kept | None,
    saved: str | None,
) -> ClozeTraining:
    after = kept.quality if kept else before
    low, high = wilson(after.accuracy, after.count)
    notes = [
        f"measured on {after.count} held-out texts, which also chose the pass: "
        f"95 % interval of the accuracy {low:.0%} to {high:.0%}"
    ]
    if kept is None and len(history):
        notes.append("no pass was better than the model as it is: nothing is kept")
    return ClozeTraining(
        model=model.name,
        labels=tuple(params.labels),
        patterns=params.patterns,
        trained_on=len(lesson.train),
        held_out=len(lesson.held),
        unlabelled=len(lesson.unlabelled) if params.unlabelled or params.scheme != "one" else 0,
        before=before,
        after=after,
        epochs=tuple(history),
        kept=kept.epoch if kept else 0,
        temperature=kept.temperature if kept else 1.0,
        saved=saved,
        notes=tuple(notes),
        device=str(model.device),
    )


def _save(path: Path, kept: Kept, model: Model, lesson: Lesson, params: Params) -> str:
    about = {
        "base": model.name,
        "patterns": params.patterns,
        "labels": {name: tuple(words) for name, words in params.labels.items()},
        "temperature": kept.temperature,
        "trained_on": len(lesson.train),
        "held_out": msgspec.to_builtins(kept.quality),
        "seed": params.seed,
    }
    write_head(path, kept.weights, about)
    return str(path)


METHOD = Method("cloze_train", "Cloze training", 1, Params, plan, compute)
