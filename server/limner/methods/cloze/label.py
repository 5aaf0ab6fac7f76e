"""Labels of texts by a masked language model: the method behind hints, `limner cloze`, `%cloze`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec
import numpy as np

from limner.methods._contract import Method, Work
from limner.methods.cloze.calibration import bias
from limner.methods.cloze.filling import evaluate, pattern
from limner.methods.cloze.probabilities import ensemble
from limner.methods.cloze.sane import check_head
from limner.methods.cloze.scoring import scores, verbalizers
from limner.models.model import Model
from limner.protocol import MAX_CHARACTERS, TaskRefused, TextInput, TextRefused, TextsInput
from limner.results.cloze import Calibration, ClozeLabels, Decoding


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to label."""

    patterns: tuple[str, ...]
    """Sentences with one {mask} and one {text}."""
    labels: Mapping[str, tuple[str, ...]]
    """Label → its words."""
    calibration: Calibration = "batch"
    """What takes the prior of the words out."""
    decoding: Decoding = "joint"
    """How words of several tokens are scored."""
    bias: tuple[tuple[float, ...], ...] | None = None
    """(patterns, labels): found before, for texts that are labelled part by part."""
    temperature: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    """Divides calibrated scores; fitted on labelled texts by training."""


def plan(model: Model, input: TextInput | TextsInput, params: Params) -> Work:
    """Label texts.

    Raises:
        TaskRefused, UnsupportedModel, TextRefused: see `limner.protocol`.
    """
    texts = (input.text,) if isinstance(input, TextInput) else input.texts
    check_texts(texts)
    if not params.patterns:
        raise TaskRefused(
            "A task has one pattern or more: write a sentence with {mask} and {text}."
        )
    patterns = tuple(pattern(source) for source in params.patterns)
    words = verbalizers(model, patterns, params.labels)
    yield from check_head(model)
    s, cut = yield from scores(model, texts, patterns, words, params.decoding)
    calibration = params.calibration
    if params.bias is not None:
        b = np.array(params.bias, float)
        if b.shape != s.shape[1:]:
            raise TaskRefused("The bias does not fit the patterns and labels: leave it out.")
    else:
        b, calibration = yield from bias(
            model, s, patterns, words, params.calibration, params.decoding
        )
    notes: list[str] = []
    if calibration != params.calibration:
        notes.append(
            f"contextual calibration in place of batch: {len(texts)} texts are too few for a mean"
        )
    if cut:
        count = f"{len(cut)} text was" if len(cut) == 1 else f"{len(cut)} texts were"
        notes.append(f"{count} longer than the model reads and cut at the end; patterns are whole")
    return ClozeLabels(
        model=model.name,
        labels=tuple(params.labels),
        patterns=params.patterns,
        scores=nested(s),
        bias=nested(b),
        temperature=params.temperature,
        probabilities=nested(ensemble(s, b, params.temperature)),
        calibration=calibration,
        decoding=params.decoding,
        truncated=cut,
        notes=tuple(notes),
        device=str(model.device),
    )


def check_texts(texts: tuple[str, ...]) -> None:
    """Refuse what is too much for one job.

    Raises:
        TextRefused: beyond the cap.
    """
    longest = max(map(len, texts), default=0)
    if longest > MAX_CHARACTERS:
        raise TextRefused(
            f"A text has {longest:,} characters; at most {MAX_CHARACTERS:,} are read."
        )


def nested(values: np.ndarray) -> tuple:
    """An array as tuples of tuples of floats."""
    return tuple(map(nested, values)) if values.ndim > 1 else tuple(map(float, values))


METHOD = Method("cloze", "Cloze", 1, Params, plan, evaluate)
