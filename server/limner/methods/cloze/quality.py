"""What labels are worth, where the right ones are known: accuracy, F1, loss, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.results.cloze import Bin, Quality

Array = NDArray[np.float64]

BINS = 10
"""Of the reliability curve, over [0, 1]."""


def quality(p: Array, gold: Sequence[int]) -> Quality:
    """Figures of probabilities p (T, L) against right labels (T,).

    ECE: Guo et al. 2017 (1706.04599), section 2, bins of equal width.

    Raises:
        ValueError: there is no text.
    """
    y = np.asarray(gold)
    if not len(y):
        raise ValueError("Quality needs one text with a label or more.")
    predicted, confidence = p.argmax(1), p.max(1)
    right = predicted == y
    bins = _bins(confidence, right)
    ece = sum(one.count * abs(one.confidence - one.accuracy) for one in bins) / len(y)
    return Quality(
        count=len(y),
        accuracy=float(right.mean()),
        macro_f1=_macro_f1(predicted, y, p.shape[1]),
        log_loss=float(-np.log(np.maximum(p[np.arange(len(y)), y], 1e-12)).mean()),
        ece=float(ece),
        reliability=bins,
    )


def wilson(rate: float, count: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a rate that was seen on so many texts (Wilson 1927)."""
    middle = (rate + z * z / (2 * count)) / (1 + z * z / count)
    half = z * np.sqrt(rate * (1 - rate) / count + z * z / (4 * count**2)) / (1 + z * z / count)
    return float(middle - half), float(middle + half)


def temperature(scores: Array, gold: Sequence[int]) -> float:
    """The T that makes softmax(scores / T) likeliest (Guo 2017, section 4.2), within 1/20 … 20.

    `scores` (T, L) are calibrated log-scores.
    """
    from scipy.optimize import minimize_scalar

    y = np.asarray(gold)

    def loss(log_t: float) -> float:
        z = scores / np.exp(log_t)
        z = z - z.max(1, keepdims=True)
        return float((np.log(np.exp(z).sum(1)) - z[np.arange(len(y)), y]).mean())

    bound = np.log(20)
    found: Any = minimize_scalar(loss, bounds=(-bound, bound), method="bounded")
    return float(np.exp(found.x))


def _bins(confidence: Array, right: NDArray[np.bool_]) -> tuple[Bin, ...]:
    at = np.minimum((confidence * BINS).astype(int), BINS - 1)
    found: list[Bin] = []
    for i in range(BINS):
        here = at == i
        if here.any():
            found.append(
                Bin(
                    low=i / BINS,
                    high=(i + 1) / BINS,
                    count=int(here.sum()),
                    confidence=float(confidence[here].mean()),
                    accuracy=float(right[here].mean()),
                )
            )
    return tuple(found)


def _macro_f1(predicted: NDArray[np.intp], y: NDArray[np.intp], labels: int) -> float:
    """Over the labels that are right for a text or were predicted for one."""
    scores: list[float] = []
    for label in range(labels):
        hits = int(((predicted == label) & (y == label)).sum())
        total = int((predicted == label).sum() + (y == label).sum())
        if total:
            scores.append(2 * hits / total)
    return float(np.mean(scores))
