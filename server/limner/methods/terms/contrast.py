"""What does this corpus say that others do not? Two answers; neither alone is right.

**Ratio** (苏剑林, 科学空间 6540): how many times more frequent, smoothed by the mean count,

    ratio = [(w + m·α) / (W + m)] / [(b + m'·α) / (B + m')]

with w of W occurrences here, b of B in the background, m and m' the mean counts of the candidates.
It is an effect size, and it likes what is rare in both.

**Log-odds with an informative Dirichlet prior** (Monroe, Colaresi and Quinn 2008, equations 16, 20,
22): with the pooled corpora as prior, of weight α₀,

    δ = log (w + a)/(W + α₀ − w − a) − log (b + a)/(B + α₀ − b − a),   a = α₀ (w + b)/(W + B)
    z = δ / √(1/(w + a) + 1/(b + a))

δ is an effect size drawn towards 0 where there is little evidence. For candidates with Han
characters it is taken with a weak prior (α₀ = 1,000 tokens), so that strong effects stay apart:
what the background lacks is a term or a fragment, and the neighbours tell which. For words of
letters α₀ is a tenth of both corpora: a word that the background lacks may as well be a name or a
piece of code, and needs evidence. *Level* is δ + log (α₀ / 1,000), which puts both on one scale:
what the background lacks is equally far up.

z is a significance, taken with a prior as heavy as the mean of both corpora: with a weak one, what
the background lacks would have an endless error. z likes what is frequent and by itself lists
common words; the ranking uses δ, and z as a gate.

**What it does not show.** With a background of another genre or decade, everything about the genre
is a "term". A background that lacks a word altogether cannot say how rare it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from limner.methods.terms.occurrences import Candidates
from limner.methods.terms.tokens import Bools, Ints, Keys

Floats = NDArray[np.float64]

PRIOR = 1000.0
"""α₀ of δ with Han characters, in tokens."""
LETTERS = 0.1
"""α₀ of δ of words of letters, as a share of both corpora."""
ALPHA = 1.0
"""α of the ratio."""


class Background(Protocol):
    """Other texts, to contrast with."""

    @property
    def name(self) -> str:
        """For people."""
        ...

    def of(self, candidates: Candidates, ids: Keys, han: Bools) -> tuple[Ints, Ints]:
        """(K,) occurrences of candidates, and (K,) tokens of the texts that they were sought in.

        `ids` (K, LONGEST_TERM) are the tokens of each; `han` (K,): with Han characters.
        """
        ...


@dataclass(frozen=True)
class Contrast:
    """(K,) each."""

    background: Ints
    ratio: Floats
    delta: Floats
    level: Floats
    z: Floats


def contrast(
    here: Ints, tokens: int, background: Ints, total: Ints | int, han: Bools | bool = True
) -> Contrast:
    """Compare counts (K,) in `tokens` tokens with those in `total` tokens of background.

    `han` (K,): which candidates have Han characters.
    """
    total = np.maximum(total, 1)
    strong = (tokens + total) / 2
    prior = np.where(han, PRIOR, np.maximum(LETTERS * (tokens + total), PRIOR))
    delta = log_odds(here, tokens, background, total, prior)[0]
    return Contrast(
        background,
        smoothed_ratio(here, tokens, background, total),
        delta,
        delta + np.log(prior / PRIOR),
        log_odds(here, tokens, background, total, strong)[1],
    )


def smoothed_ratio(here: Ints, tokens: int, background: Ints, total: Ints | int) -> Floats:
    """The article's ratio (K,)."""
    m, n = (float(counts.mean()) if len(counts) else 0.0 for counts in (here, background))
    ours = (here + max(m, 1.0) * ALPHA) / (tokens + max(m, 1.0))
    theirs = (background + max(n, 1.0) * ALPHA) / (total + max(n, 1.0))
    return ours / theirs


def log_odds(
    here: Ints, tokens: int, background: Ints, total: Ints | int, prior: Floats | float
) -> tuple[Floats, Floats]:
    """δ and z (K,) with a prior of weight `prior`."""
    a = prior * (here + background) / (tokens + total) + 1e-6
    ours, theirs = here + a, background + a
    delta = np.log(ours / np.maximum(tokens + prior - ours, 1.0)) - np.log(
        theirs / np.maximum(total + prior - theirs, 1.0)
    )
    return delta, delta / np.sqrt(1 / ours + 1 / theirs)
