"""Which pattern is good? Asked before there are labels, and again when there are few.

Without labels: a good pattern *agrees* with what the other patterns say together, and it is *sure*
of each text and *not always of the same*, the mutual information of text and label (Sorensen et al.
2022, 2203.11364, equation 3), estimated from the texts at hand:

    I = H(mean over texts of p) − mean over texts of H(p)

`benchmarks/cloze.py` measures how well each orders 25 patterns by their accuracy: with the bundled
`mini-mlm` agreement does (Spearman's ρ .51) and information does not (−.17), so agreement comes
first; with a model at the edge of guessing (`mini-mlm-noreviews`) neither does. Twenty labels are
better than both (.67).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from limner.methods.cloze.probabilities import softmax
from limner.methods.cloze.quality import quality
from limner.results.cloze import PatternRank

Array = NDArray[np.float64]


def rank(
    patterns: Sequence[str], s: Array, bias: Array, gold: Sequence[int | None] = ()
) -> tuple[PatternRank, ...]:
    """Patterns, the best first: by accuracy where 20 texts or more are labelled, else without.

    `s` (T, P, L) and `bias` (P, L) as in `ClozeLabels`; `gold` (T,) has None where nobody labelled.
    """
    p = softmax(s - bias)  # (T, P, L)
    information = mutual_information(p)
    agreement = agreement_with_others(s, bias)
    known = [i for i, label in enumerate(gold) if label is not None]
    found = [
        PatternRank(
            pattern=pattern,
            information=float(information[k]),
            agreement=float(agreement[k]),
            quality=quality(p[known, k], [gold[i] for i in known]) if known else None,  # type: ignore[misc]
        )
        for k, pattern in enumerate(patterns)
    ]
    return tuple(sorted(found, key=_labelled if len(known) >= 20 else _unlabelled))


def mutual_information(p: Array) -> Array:
    """I (P,) in nats, of probabilities (T, P, L)."""
    return _entropy(p.mean(0)) - _entropy(p).mean(0)


def agreement_with_others(s: Array, bias: Array) -> Array:
    """Share of texts (P,) where a pattern says what all others together say; ones if alone."""
    calibrated = s - bias
    P = s.shape[1]
    if P == 1:
        return np.ones(1)
    total = calibrated.sum(1)
    return np.array(
        [
            (calibrated[:, k].argmax(-1) == (total - calibrated[:, k]).argmax(-1)).mean()
            for k in range(P)
        ]
    )


def _entropy(p: Array) -> Array:
    return -(p * np.log(np.maximum(p, 1e-300))).sum(-1)


def _unlabelled(one: PatternRank) -> tuple[float, float]:
    return (-one.agreement, -one.information)


def _labelled(one: PatternRank) -> tuple[float, float]:
    assert one.quality is not None
    return (-one.quality.accuracy, one.quality.log_loss)
