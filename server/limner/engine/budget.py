"""How many tokens a micro-batch may have, per (model, method).

It starts at the device's choice, is halved for good when memory runs out, and follows the clock: a
batch should take about `seconds`, because that is how long a cancel or a hover may have to wait.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field

SECONDS = 0.05
"""What a micro-batch should take; cancel → idle is published as at most 100 ms."""

PATIENCE = 1.1
"""How much slower one slow batch may make the estimate."""


@dataclass
class _Limits:
    memory: int
    seconds_per_token: float | None = None
    seen: int = 0


@dataclass
class Budgets:
    """Limits in padded tokens. `seconds=None` switches the clock off."""

    tokens: int
    seconds: float | None = SECONDS
    _limits: dict[Hashable, _Limits] = field(init=False)

    def __post_init__(self) -> None:
        self._limits = defaultdict(lambda: _Limits(self.tokens))

    def limit(self, key: Hashable) -> int:
        """Most padded tokens of the next batch; a single longer row still goes alone."""
        limits = self._limits[key]
        if self.seconds is None or limits.seconds_per_token is None:
            return limits.memory
        return max(1, min(limits.memory, int(self.seconds / limits.seconds_per_token)))

    def halve(self, key: Hashable, tried: int) -> None:
        """Memory ran out at `tried` padded tokens."""
        limits = self._limits[key]
        limits.memory = max(1, min(limits.memory, tried) // 2)

    def took(self, key: Hashable, tokens: int, seconds: float) -> None:
        """Follow the clock: a faster batch counts at once, slower ones by and by.

        So neither a machine that is busy for a moment nor the fixed cost of a small batch makes
        the next ones small. The first batch is not counted; it pays for kernels being loaded.
        """
        limits = self._limits[key]
        limits.seen += 1
        if limits.seen == 1:
            return
        pace, known = seconds / max(1, tokens), limits.seconds_per_token
        limits.seconds_per_token = max(1e-9, pace if known is None else min(pace, known * PATIENCE))
