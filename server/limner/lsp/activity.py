"""One progress indicator for all that a session computes: calm, and cancellable.

It appears when the oldest running job is 300 ms old, says what loads or computes and how many are
left, and ends with the last. Ten pinned probes make one indicator, not ten.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from limner.protocol import Progress

AFTER = 0.3
"""Seconds of work before it is announced."""


class Indicator(Protocol):
    """Where progress is shown."""

    def begin(self, message: str) -> None:
        """Show it."""
        ...

    def report(self, message: str, percentage: int | None) -> None:
        """Change its text."""
        ...

    def end(self) -> None:
        """Take it away."""
        ...


class Silent:
    """Shows nothing."""

    def begin(self, message: str) -> None:
        """Nothing."""

    def report(self, message: str, percentage: int | None) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


class Activity:
    """What runs, and whether it is shown."""

    def __init__(
        self, indicator: Callable[[], Indicator] = Silent, *, after: float = AFTER
    ) -> None:
        """`indicator` makes a new indicator each time work is announced."""
        self._make = indicator
        self._after = after
        self._running: dict[str, str] = {}
        """Key of each running job → what to say of it."""
        self._finished = 0
        self._timer: asyncio.TimerHandle | None = None
        self._shown: Indicator | None = None
        self._said = ""

    def enter(self, key: str, model: str) -> None:
        """A job begins."""
        self._running[key] = f"computing with {model}" if model else "computing"
        if self._timer is None and self._shown is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._after, self._announce)

    def report(self, key: str, progress: Progress) -> None:
        """A job says where it stands."""
        if key in self._running:
            self._running[key] = progress.message or progress.stage
            self._update(progress)

    def leave(self, key: str) -> None:
        """A job ended, however."""
        if self._running.pop(key, None) is None:
            return
        self._finished += 1
        if self._running:
            self._update(None)
        else:
            self.close()

    def close(self) -> None:
        """End the indicator."""
        if self._timer:
            self._timer.cancel()
        if self._shown:
            self._shown.end()
        self._timer = self._shown = None
        self._finished = 0

    def _announce(self) -> None:
        self._timer = None
        self._shown = self._make()
        self._said = self._message()
        self._shown.begin(self._said)

    def _message(self) -> str:
        text = next(iter(self._running.values()), "")
        total = self._finished + len(self._running)
        return f"{text} ({self._finished + 1} of {total})" if total > 1 else text

    def _update(self, progress: Progress | None) -> None:
        message = self._message()
        if self._shown is None or message == self._said:
            return
        self._said = message
        percentage = None
        if progress and progress.total and len(self._running) == 1:
            percentage = min(100, 100 * progress.done // progress.total)
        self._shown.report(message, percentage)
