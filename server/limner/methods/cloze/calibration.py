"""The prior of label words, and its removal; see the package."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np

from limner.methods.cloze.filling import Pattern
from limner.methods.cloze.probabilities import Array, log_mean_probability
from limner.methods.cloze.scoring import scores
from limner.methods.cloze.spelling import Verbalizer
from limner.models.model import Model
from limner.results.cloze import Calibration, Decoding

WITHOUT_CONTENT = ("", "N/A", "无", "……")
"""Texts that say nothing (Zhao 2021, section 4, and two Chinese ones)."""

FEW = 16
"""Fewer texts than this give no batch calibration."""


def bias(
    model: Model,
    s: Array,
    patterns: Sequence[Pattern],
    words: Sequence[Verbalizer],
    calibration: Calibration,
    decoding: Decoding,
) -> Generator[Any, Any, tuple[Array, Calibration]]:
    """What to subtract from scores (P, L), and how it was found.

    `batch` needs `FEW` texts; with fewer it is `contextual`.
    """
    if calibration == "batch" and len(s) >= FEW:
        return log_mean_probability(s), "batch"
    if calibration == "none":
        return np.zeros(s.shape[1:]), "none"
    if calibration == "pmi":
        found, _ = yield from scores(model, ("",), patterns, words, decoding)
        return found[0], "pmi"
    found, _ = yield from scores(model, WITHOUT_CONTENT, patterns, words, decoding)
    return log_mean_probability(found), "contextual"
