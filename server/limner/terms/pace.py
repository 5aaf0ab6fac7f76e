"""How far mining is, how fast it goes, and how long it will take."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Where one stage of mining stands."""

    share: float
    """0 … 1."""
    rate: float
    """Units a second: bytes, then characters."""
    seconds: float
    """Since the stage began."""

    @property
    def left(self) -> str:
        """`, 12 s left`; empty as long as that is a guess."""
        if self.seconds <= 1 or not self.share:
            return ""
        return f", {self.seconds * (1 - self.share) / self.share:.0f} s left"


class Clock:
    """Times the stages of mining, by what is being done."""

    def __init__(self) -> None:
        self._doing = ""
        self._began = 0.0

    def pace(self, doing: str, done: int, total: int) -> Pace:
        """Where the stage stands after `done` of `total` units."""
        now = time.monotonic()
        if doing != self._doing:
            self._doing, self._began = doing, now
        seconds = max(now - self._began, 1e-3)
        return Pace(min(1.0, done / max(total, 1)), done / seconds, seconds)
