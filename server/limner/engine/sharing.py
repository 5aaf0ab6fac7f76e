"""Equal jobs that are in flight at the same time are computed once.

Two editors with the same paragraph, or a hover over a pinned probe: the later one joins. The job
runs at the best priority among those who wait, and is cancelled when the last of them leaves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from limner.engine.interface import Listener
from limner.engine.serving import ServedEngine
from limner.protocol import Cancelled, EngineStatus, Job, Partial, Priority, Progress, Result


@dataclass(eq=False)
class _Flight:
    """One computation and those who wait for it."""

    priority: Priority
    listeners: dict[object, Listener | None] = field(default_factory=dict[object, Listener | None])
    last: list[Progress | Partial] = field(default_factory=list[Progress | Partial])
    """The last progress and the last partial result, for those who join late."""
    task: asyncio.Task[Result] | None = None

    def tell(self, event: Progress | Partial) -> None:
        """Pass an event on to everybody."""
        self.last = [e for e in self.last if type(e) is not type(event)] + [event]
        for listener in list(self.listeners.values()):
            if listener is not None:
                listener(event)


class SharedEngine:
    """Implements `interface.Engine` on top of another engine."""

    def __init__(self, inner: ServedEngine) -> None:
        self._inner = inner
        self._flights: dict[bytes, _Flight] = {}

    async def run(
        self,
        job: Job,
        *,
        priority: Priority = Priority.CARET,
        listener: Listener | None = None,
    ) -> Result:
        """Join an equal job, or begin."""
        key = msgspec.msgpack.encode(job, order="deterministic")
        flight = self._flights.get(key)
        if flight is None:
            flight = self._begin(key, job, priority)
        else:
            self._join(flight, job, priority, listener)
        waiter = object()
        flight.listeners[waiter] = listener
        try:
            return await self._wait(flight)
        finally:
            del flight.listeners[waiter]
            if not flight.listeners:
                self._leave(key, flight)

    def hurry(self, job: Job, priority: Priority) -> None:
        """Make `job` more urgent."""
        self._inner.hurry(job, priority)

    async def load(self, model: str, *, pin: bool = False) -> None:
        """As the inner engine."""
        await self._inner.load(model, pin=pin)

    async def unload(self, model: str) -> None:
        """As the inner engine."""
        await self._inner.unload(model)

    async def status(self) -> EngineStatus:
        """As the inner engine."""
        return await self._inner.status()

    async def close(self) -> None:
        """Cancel what is in flight and close the inner engine."""
        for flight in list(self._flights.values()):
            if flight.task is not None:
                flight.task.cancel()
        await self._inner.close()

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    def _begin(self, key: bytes, job: Job, priority: Priority) -> _Flight:
        flight = self._flights[key] = _Flight(priority)
        running = self._inner.run(job, priority=priority, listener=flight.tell)
        flight.task = asyncio.ensure_future(running)
        flight.task.add_done_callback(self._forget(key, flight))
        return flight

    def _forget(self, key: bytes, flight: _Flight) -> Callable[[asyncio.Task[Result]], None]:
        def done(task: asyncio.Task[Result]) -> None:
            if self._flights.get(key) is flight:
                del self._flights[key]
            if not task.cancelled():
                task.exception()  # seen, even when nobody waits any more

        return done

    def _join(
        self, flight: _Flight, job: Job, priority: Priority, listener: Listener | None
    ) -> None:
        if priority < flight.priority:
            flight.priority = priority
            self._inner.hurry(job, priority)
        if listener is not None:
            for event in flight.last:
                listener(event)

    async def _wait(self, flight: _Flight) -> Result:
        task = flight.task
        assert task is not None
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if task.cancelled() and current is not None and not current.cancelling():
                raise Cancelled("The engine was stopped.") from None
            raise

    def _leave(self, key: bytes, flight: _Flight) -> None:
        """The last one has gone: stop, and let a newcomer begin afresh."""
        if flight.task is not None and not flight.task.done():
            flight.task.cancel()
            if self._flights.get(key) is flight:
                del self._flights[key]
