"""From scores to probabilities; numpy alone, so that whoever has a result needs no torch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def log_mean_probability(s: Array) -> Array:
    """Log of the labels' mean probability over texts: (T, P, L) → (P, L)."""
    return np.log(softmax(s).mean(0))


def ensemble(s: Array, bias: Array, temperature: float = 1.0) -> Array:
    """Probabilities (T, L): the softmax of the patterns' mean calibrated score."""
    return softmax((s - bias).mean(1) / temperature)


def by_pattern(s: Array, bias: Array, temperature: float = 1.0) -> Array:
    """Probabilities (T, P, L) of each pattern alone, calibrated."""
    return softmax((s - bias) / temperature)


def softmax(s: Array) -> Array:
    """Over the last axis."""
    e = np.exp(s - s.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)
