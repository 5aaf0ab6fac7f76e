"""What an engine is, for those who ask it: daemon, language server, terminal, Python.

Implementations: `local.LocalEngine` (a thread in this process), `supervisor.Supervisor` (a worker
process that may die), `fake.FakeEngine` (tests; counts steps), `daemon.client.RemoteEngine` (the
resident one, over its socket).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from limner.protocol import EngineStatus, Job, Partial, Priority, Progress, Result

Listener = Callable[[Progress | Partial], None]
"""Called on the event loop, in order, before the result; never after `run` returned or raised."""


class Engine(Protocol):
    """Runs jobs on resident models."""

    async def run(
        self,
        job: Job,
        *,
        priority: Priority = Priority.CARET,
        listener: Listener | None = None,
    ) -> Result:
        """Compute `job`. Cancel by cancelling the task: the compute stops at the next batch.

        Raises:
            LimnerError: one of the tree in `limner.protocol`.
        """
        ...

    async def load(self, model: str, *, pin: bool = False) -> None:
        """Make `model` resident; a pinned one is not evicted."""
        ...

    async def unload(self, model: str) -> None:
        """Let go of `model`'s memory."""
        ...

    async def status(self) -> EngineStatus:
        """Models, bytes, queue, device."""
        ...

    async def close(self) -> None:
        """Stop; running jobs are cancelled."""
        ...
